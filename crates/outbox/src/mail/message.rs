//! A mail as it is sent: plain text, from a program.

use std::time::{Duration, SystemTime};

use lettre::Message;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use ordergate_engine::Timestamp;
use ordergate_store::Notification;

use super::templates::Written;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// RFC 3834: so that nobody's absence notice answers it.
#[derive(Debug, Clone, Copy)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, BoxError> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Why there is no mail: an address that is none.
pub(crate) fn message(from: &Mailbox, notification: &Notification, written: Written) -> Result<Message, BoxError> {
    let to: Mailbox = notification.destination.parse()?;
    let builder: MessageBuilder = Message::builder()
        .from(from.clone())
        .to(to)
        .date(time(notification.created_at))
        .message_id(Some(message_id(notification, from.email.domain())))
        .header(AutoSubmitted)
        .header(ContentType::TEXT_PLAIN)
        .subject(written.subject);
    Ok(builder.body(written.body)?)
}

/// The same at each attempt, and another's for each other notification, even of a store that begins anew.
fn message_id(notification: &Notification, domain: &str) -> String {
    let key = notification.key;
    format!("<{}.{}.{}@{domain}>", key.order, key.number, notification.created_at.0)
}

fn time(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(at.0).unwrap_or(0))
}
