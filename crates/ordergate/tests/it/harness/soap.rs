//! SOAP requests.

use super::{Request, post};

pub const PASSWORD_TEXT: &str = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText";
pub const PASSWORD_DIGEST: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest";

/// How a message is wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Soap {
    V11,
    V12,
}

impl Soap {
    pub const BOTH: [Self; 2] = [Self::V11, Self::V12];

    pub const fn namespace(self) -> &'static str {
        match self {
            Self::V11 => "http://schemas.xmlsoap.org/soap/envelope/",
            Self::V12 => "http://www.w3.org/2003/05/soap-envelope",
        }
    }

    pub const fn content_type(self) -> &'static str {
        match self {
            Self::V11 => "text/xml; charset=utf-8",
            Self::V12 => "application/soap+xml; charset=utf-8",
        }
    }

    /// The HTTP status of a fault that is the client's.
    pub const fn client_fault(self) -> u16 {
        match self {
            Self::V11 => 500,
            Self::V12 => 400,
        }
    }

    /// A request of user `demo`.
    pub fn request(self, message: &str) -> Request {
        self.request_with(&security("demo", "demo-secret"), message)
    }

    /// A request with these header blocks.
    pub fn request_with(self, header: &str, message: &str) -> Request {
        post("/oseo", self.content_type(), envelope(self, header, message))
    }
}

/// A whole envelope.
pub fn envelope(soap: Soap, header: &str, message: &str) -> String {
    let ns = soap.namespace();
    format!("<s:Envelope xmlns:s=\"{ns}\"><s:Header>{header}</s:Header><s:Body>{message}</s:Body></s:Envelope>")
}

/// A UsernameToken with a plain password.
pub fn security(user: &str, password: &str) -> String {
    format!(
        "<wsse:Security xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\">\
         <wsse:UsernameToken><wsse:Username>{user}</wsse:Username>\
         <wsse:Password Type=\"{PASSWORD_TEXT}\">{password}</wsse:Password></wsse:UsernameToken></wsse:Security>"
    )
}

/// A GetStatus of this content.
pub fn get_status(content: &str) -> String {
    format!(
        "<os:GetStatus xmlns:os=\"http://www.opengis.net/oseo/1.0\" service=\"OS\" version=\"1.0.0\">{content}</os:GetStatus>"
    )
}
