//! The exceptions of OSEO: one table of codes with their constant texts (06-141r6 §9.4.4, §12.4.4,
//! §14.4.4; OWS Common 06-121r9).
//!
//! `ows:ExceptionText` holds the constant, which test suites compare literally; what exactly was
//! wrong, and where, goes into the fault's text.

use ordergate_door::TooMany;
use ordergate_store::StoreError;
use ordergate_xml::Violation;

use crate::operation::Offered;

/// An exception code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    MissingParameterValue,
    InvalidParameterValue,
    NoApplicableCode,
    AuthenticationFailed,
    AuthorizationFailed,
    InvalidNotificationValue,
    InvalidOrderIdentifier,
    ProductOrderingNotSupported,
    SubscriptionNotSupported,
    FutureProductNotSupported,
    UnsupportedCollection,
    OperationNotSupported,
    VersionNegotiationFailed,
}

impl Code {
    pub const fn name(self) -> &'static str {
        match self {
            Self::MissingParameterValue => "MissingParameterValue",
            Self::InvalidParameterValue => "InvalidParameterValue",
            Self::NoApplicableCode => "NoApplicableCode",
            Self::AuthenticationFailed => "AuthenticationFailed",
            Self::AuthorizationFailed => "AuthorizationFailed",
            Self::InvalidNotificationValue => "InvalidNotificationValue",
            Self::InvalidOrderIdentifier => "InvalidOrderIdentifier",
            Self::ProductOrderingNotSupported => "ProductOrderingNotSupported",
            Self::SubscriptionNotSupported => "SubscriptionNotSupported",
            Self::FutureProductNotSupported => "FutureProductNotSupported",
            Self::UnsupportedCollection => "UnsupportedCollection",
            Self::OperationNotSupported => "OperationNotSupported",
            Self::VersionNegotiationFailed => "VersionNegotiationFailed",
        }
    }

    /// The constant of the standard's table; `None` where the text is free.
    const fn text(self) -> Option<&'static str> {
        match self {
            Self::MissingParameterValue => Some("Missing value for Parameter"),
            Self::InvalidParameterValue => Some("Invalid value for Parameter"),
            Self::NoApplicableCode => Some("Code not applicable"),
            Self::AuthenticationFailed => Some("Invalid or missing identity information"),
            Self::AuthorizationFailed => Some("The client is not authorized to call the operation."),
            Self::InvalidNotificationValue => Some("Invalid value for notification"),
            Self::InvalidOrderIdentifier => Some("Invalid value for order"),
            Self::ProductOrderingNotSupported => Some("Ordering not supported"),
            Self::SubscriptionNotSupported | Self::UnsupportedCollection => Some("Subscription not supported"),
            Self::FutureProductNotSupported => Some("Programming not supported"),
            Self::OperationNotSupported | Self::VersionNegotiationFailed => None,
        }
    }

    /// The HTTP status of an answer without SOAP (OWS Common 8.6).
    pub const fn http_status(self) -> u16 {
        match self {
            Self::AuthenticationFailed => 401,
            Self::AuthorizationFailed => 403,
            Self::OperationNotSupported => 501,
            _ => 400,
        }
    }
}

/// Whose mistake it is: SOAP's Client/Sender or Server/Receiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blame {
    Client,
    Server,
}

/// One exception, ready to be reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    pub code: Code,
    /// The name of the parameter at fault.
    pub locator: Option<String>,
    /// What exactly was wrong: the fault's text.
    pub diagnosis: String,
    pub blame: Blame,
    /// In how many seconds the same may be asked again, where asking too often is what was wrong.
    pub retry_after: Option<u32>,
}

/// What a request hears that the server cannot answer for a while.
pub(crate) const NOT_NOW: &str = "the server cannot answer now; try again later";

impl Exception {
    fn client(code: Code, locator: Option<&str>, diagnosis: impl Into<String>) -> Self {
        // It may be a name that the client made up.
        let locator = locator.map(|name| name.chars().take(80).collect());
        Self { code, locator, diagnosis: diagnosis.into(), blame: Blame::Client, retry_after: None }
    }

    pub fn missing(parameter: &str, diagnosis: impl Into<String>) -> Self {
        Self::client(Code::MissingParameterValue, Some(parameter), diagnosis)
    }

    pub fn invalid(parameter: &str, diagnosis: impl Into<String>) -> Self {
        Self::client(Code::InvalidParameterValue, Some(parameter), diagnosis)
    }

    /// A request that no other code fits.
    pub fn not_applicable(diagnosis: impl Into<String>) -> Self {
        Self::client(Code::NoApplicableCode, None, diagnosis)
    }

    /// Whoever asks too often is told when to ask again.
    pub fn too_many(refused: TooMany) -> Self {
        Self { retry_after: Some(refused.seconds), ..Self::not_applicable(refused.to_string()) }
    }

    pub fn not_authenticated(diagnosis: impl Into<String>) -> Self {
        Self::client(Code::AuthenticationFailed, Some("identity_token"), diagnosis)
    }

    pub fn not_authorized(diagnosis: impl Into<String>) -> Self {
        Self::client(Code::AuthorizationFailed, Some("orderId"), diagnosis)
    }

    pub fn no_such_order(diagnosis: impl Into<String>) -> Self {
        Self::client(Code::InvalidOrderIdentifier, Some("orderId"), diagnosis)
    }

    pub fn invalid_notification(diagnosis: impl Into<String>) -> Self {
        Self::client(Code::InvalidNotificationValue, Some("ws-address"), diagnosis)
    }

    pub fn order_type_not_supported(code: Code, diagnosis: impl Into<String>) -> Self {
        Self::client(code, Some("orderType"), diagnosis)
    }

    pub fn unsupported_collection(collection: &str) -> Self {
        let diagnosis = format!("no products can be ordered from collection \"{collection}\"");
        Self::client(Code::UnsupportedCollection, Some("collectionId"), diagnosis)
    }

    pub fn task_not_supported(diagnosis: impl Into<String>) -> Self {
        Self::client(Code::FutureProductNotSupported, Some("taskingRequestId"), diagnosis)
    }

    pub fn operation_not_supported(operation: &str) -> Self {
        Self::client(Code::OperationNotSupported, Some(operation), format!("{operation} is not offered by this server"))
    }

    pub(crate) fn operation_unknown(name: &str, offered: &[Offered]) -> Self {
        let name: String = name.chars().take(80).collect();
        let diagnosis = format!(
            "{name} is no operation of OSEO 1.0; this server offers {} of namespace {}",
            offered.iter().map(|(operation, _)| *operation).collect::<Vec<_>>().join(", "),
            crate::schema::OS
        );
        Self::client(Code::OperationNotSupported, Some(&name), diagnosis)
    }

    pub fn version_negotiation_failed() -> Self {
        Self::client(
            Code::VersionNegotiationFailed,
            None,
            "none of the versions in AcceptVersions is supported; this server speaks 1.0.0",
        )
    }

    /// The server cannot answer now.
    pub fn unavailable(error: &StoreError) -> Self {
        error.log("a request could not be answered");
        Self::not_now(NOT_NOW)
    }

    /// The server cannot do this now, and has said in its log why.
    pub fn not_now(diagnosis: &str) -> Self {
        let diagnosis = diagnosis.to_owned();
        Self { code: Code::NoApplicableCode, locator: None, diagnosis, blame: Blame::Server, retry_after: None }
    }

    /// What should not be possible kept the server from answering.
    pub fn given_up(why: &str) -> Self {
        Self::unavailable(&StoreError::Failed(why.to_owned()))
    }

    /// The `ows:ExceptionText`: the constant of the table, or the diagnosis where the text is free.
    pub fn text(&self) -> &str {
        self.code.text().unwrap_or(&self.diagnosis)
    }
}

impl From<Violation> for Exception {
    /// A request that is not valid against its schema: what is absent is missing, all else is invalid.
    fn from(violation: Violation) -> Self {
        let diagnosis = violation.to_string();
        if violation.rule.is_missing() {
            Self::missing(&violation.subject, diagnosis)
        } else {
            Self::invalid(&violation.subject, diagnosis)
        }
    }
}

impl From<StoreError> for Exception {
    fn from(error: StoreError) -> Self {
        Self::unavailable(&error)
    }
}
