//! Who asks, and in which wrapping.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::harness::{Answer, Request, Server, Soap, get_status, post, security};
use crate::oseo::{small_order, succeeded};

/// How a message is wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Soap(Soap),
    /// The bare document, with HTTP Basic.
    Plain,
}

impl Way {
    pub const V11: Self = Self::Soap(Soap::V11);
    pub const V12: Self = Self::Soap(Soap::V12);
    pub const ALL: [Self; 3] = [Self::V11, Self::V12, Self::Plain];

    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Soap(soap) => soap.content_type(),
            Self::Plain => "text/xml; charset=utf-8",
        }
    }

    /// A request without identity.
    pub fn anonymous(self, message: &str) -> Request {
        match self {
            Self::Soap(soap) => soap.request_with("", message),
            Self::Plain => post("/oseo", self.content_type(), message),
        }
    }

    /// A body as it is, of the content type of this way.
    pub fn raw(self, body: impl Into<Vec<u8>>) -> Request {
        post("/oseo", self.content_type(), body)
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Soap(Soap::V11) => "SOAP 1.1",
            Self::Soap(Soap::V12) => "SOAP 1.2",
            Self::Plain => "plain",
        })
    }
}

/// An OSEO user; the password is the name and `-secret`.
#[derive(Debug, Clone)]
pub struct Customer(pub String);

impl Customer {
    /// One of those that every server has.
    pub fn demo() -> Self {
        Self("demo".to_owned())
    }

    pub fn other() -> Self {
        Self("other".to_owned())
    }

    /// One who has no orders yet.
    #[track_caller]
    pub fn new(server: &Server) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(1);
        let customer = Self(format!("customer-{}", COUNT.fetch_add(1, Ordering::Relaxed)));
        let added = server.account(&["add", "--digest", "--protocol", "oseo", &customer.0], &customer.password());
        assert!(added.status.success(), "{added:?}");
        customer
    }

    pub fn password(&self) -> String {
        format!("{}-secret", self.0)
    }

    pub fn security(&self) -> String {
        security(&self.0, &self.password())
    }

    pub fn request(&self, way: Way, message: &str) -> Request {
        match way {
            Way::Soap(soap) => soap.request_with(&self.security(), message),
            Way::Plain => way.anonymous(message).header("Authorization", &basic(&self.0, &self.password())),
        }
    }

    /// Sends a message that must succeed.
    #[track_caller]
    pub fn ask(&self, server: &Server, message: &str) -> Answer {
        succeeded(server.send(&self.request(Way::V11, message)))
    }

    /// Submits the smallest order with these elements before `orderType`, and gives its id.
    #[track_caller]
    pub fn order(&self, server: &Server, more: &str) -> String {
        let answer = server.send(&self.request(Way::V11, &small_order(more)));
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.element("orderId").unwrap().to_owned()
    }

    /// The ids that a search finds, in the order of the answer.
    #[track_caller]
    pub fn search(&self, server: &Server, criteria: &str) -> Vec<String> {
        let answer = self.ask(server, &search(criteria, "brief"));
        assert_eq!(answer.element("status"), Some("success"), "{}", answer.text());
        answer.elements("orderId").into_iter().map(str::to_owned).collect()
    }
}

/// The value of an `Authorization` header.
pub fn basic(name: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{name}:{password}")))
}

pub fn retrieve(id: &str, presentation: &str) -> String {
    get_status(&format!("<os:orderId>{id}</os:orderId><os:presentation>{presentation}</os:presentation>"))
}

pub fn search(criteria: &str, presentation: &str) -> String {
    get_status(&format!(
        "<os:filteringCriteria>{criteria}</os:filteringCriteria><os:presentation>{presentation}</os:presentation>"
    ))
}
