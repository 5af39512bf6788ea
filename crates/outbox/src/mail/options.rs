//! Section `[outbox.mail]` of the configuration.

use std::net::IpAddr;
use std::path::PathBuf;

use lettre::message::Mailbox;
use ordergate_engine::order::Status;
use serde::Deserialize;

use super::Language;
use super::templates::Templates;
use crate::OptionError;
use crate::event_name::EventChoice;
use crate::secret::SecretPlace;

const OPERATORS_MAX: usize = 64;

/// How the connection to the mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encryption {
    /// From the first byte (RFC 8314); port 465.
    Required,
    /// By STARTTLS, without which nothing is sent; port 587.
    #[default]
    Starttls,
    /// Not at all; port 25. For a mail server on the same machine or in a network of its own.
    None,
}

/// How mail is sent, and to whom.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct MailOptions {
    /// Host name or address of the mail server.
    pub server: String,
    #[serde(default)]
    pub port: Option<u16>,
    #[serde(default)]
    pub tls: Encryption,
    #[serde(default)]
    pub user: Option<String>,
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// The environment variable that has the password instead.
    #[serde(default)]
    pub password_env: Option<String>,
    /// Whose mail it is: an address, or a name and an address.
    pub from: String,
    #[serde(default)]
    pub operators: Vec<String>,
    /// What operators are told; `order.submitted` only of orders that await approval.
    #[serde(default = "operator_events")]
    pub operator_events: Vec<EventChoice>,
    /// What customers whose account has an address are told.
    #[serde(default = "customer_events")]
    pub customer_events: Vec<EventChoice>,
    /// The language of operators, and of customers whose account names none.
    #[serde(default)]
    pub language: Language,
    /// Templates that take the place of those of the program.
    #[serde(default)]
    pub templates_dir: Option<PathBuf>,
}

fn operator_events() -> Vec<EventChoice> {
    vec![EventChoice::order(Status::Submitted), EventChoice::item(Status::Failed), EventChoice::order(Status::Failed)]
}

fn customer_events() -> Vec<EventChoice> {
    [Status::Completed, Status::Failed, Status::Cancelled, Status::Terminated].map(EventChoice::order).to_vec()
}

impl MailOptions {
    pub(crate) fn port(&self) -> u16 {
        self.port.unwrap_or(match self.tls {
            Encryption::Required => 465,
            Encryption::Starttls => 587,
            Encryption::None => 25,
        })
    }

    pub(crate) fn password_place(&self) -> Result<SecretPlace, OptionError> {
        SecretPlace::of("password", self.password_file.as_ref(), self.password_env.as_ref())
    }

    /// Refuses what nothing can be sent with.
    pub(crate) fn validate(&self) -> Result<(), OptionError> {
        self.check().map_err(|error| error.within("mail"))
    }

    fn check(&self) -> Result<(), OptionError> {
        if self.server.is_empty() || self.server.contains(|c: char| c.is_whitespace() || matches!(c, '/' | '@' | '[')) {
            return Err(OptionError::new("server", "must be the name or the address of a host"));
        }
        if self.port == Some(0) {
            return Err(OptionError::new("port", "must be from 1 to 65535"));
        }
        check_mailbox("from".to_owned(), &self.from)?;
        if self.operators.len() > OPERATORS_MAX {
            return Err(OptionError::new("operators", format!("must be {OPERATORS_MAX} at most")));
        }
        for (place, operator) in self.operators.iter().enumerate() {
            check_mailbox(format!("operators[{place}]"), operator)?;
        }
        for (key, events) in [("operator_events", &self.operator_events), ("customer_events", &self.customer_events)] {
            if events.iter().any(|event| !event.is_of_orders()) {
                return Err(OptionError::new(key, "names an event that only webhooks hear of"));
            }
        }
        self.check_login()?;
        let templates = Templates::load(self.templates_dir.as_deref());
        templates.map(drop).map_err(|error| OptionError::new("templates_dir", error.to_string()))
    }

    fn check_login(&self) -> Result<(), OptionError> {
        if self.user.is_none() {
            if self.password_file.is_none() && self.password_env.is_none() {
                return Ok(());
            }
            return Err(OptionError::new("user", "must be given with a password"));
        }
        let place = self.password_place()?;
        if self.tls == Encryption::None && !self.is_this_machine() {
            return Err(OptionError::new("tls", "must not be none where a password is sent to another machine"));
        }
        match place.read() {
            Err(problem) if !problem.is_forbidden() => Err(OptionError::new(place.key("password"), problem.to_string())),
            _ => Ok(()),
        }
    }

    fn is_this_machine(&self) -> bool {
        self.server == "localhost" || self.server.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

fn check_mailbox(key: String, text: &str) -> Result<(), OptionError> {
    match text.parse::<Mailbox>() {
        Ok(_) if !text.chars().any(char::is_control) => Ok(()),
        _ => Err(OptionError::new(key, "must be a mail address, or a name and the address in <>")),
    }
}
