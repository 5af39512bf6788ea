//! Sends mail, over the operator's mail server.

use std::path::{Path, PathBuf};
use std::time::Duration;

use async_trait::async_trait;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{AsyncSmtpTransport, Error as SmtpError};
use lettre::{AsyncTransport as _, Tokio1Executor};
use ordergate_store::Notification;
use tokio::time::timeout;

use super::letter::Letter;
use super::message::message;
use super::templates::{TemplateError, Templates};
use super::{Encryption, MailOptions};
use crate::{Courier, OutboxOptions, Undelivered};

/// So much of what a mail server says is worth keeping.
const REASON_CHARACTERS_MAX: usize = 300;

/// Sends mail.
#[derive(Debug)]
pub struct MailCourier {
    options: MailOptions,
    from: Mailbox,
    tls: Tls,
    templates: Templates,
    /// For each step of the conversation.
    step: Duration,
}

/// Why no mail can be sent at all.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("outbox.mail.from: {0}")]
    From(#[from] lettre::address::AddressError),
    #[error("outbox.mail.templates_dir: {0}")]
    Templates(#[from] TemplateError),
    #[error("cannot read the certificates in {}: {why}", path.display())]
    Certificates { path: PathBuf, why: String },
    #[error("no encryption of mail: {0}")]
    Tls(#[from] SmtpError),
}

impl MailCourier {
    /// `outbox` says how long a step may take, and which certificate authorities to believe.
    pub fn new(options: &MailOptions, outbox: &OutboxOptions) -> Result<Self, MailError> {
        Ok(Self {
            from: options.from.parse()?,
            tls: tls(options, outbox.ca_file.as_deref())?,
            templates: Templates::load(options.templates_dir.as_deref())?,
            step: outbox.timeout(),
            options: options.clone(),
        })
    }

    fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, Undelivered> {
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(self.options.server.clone())
            .port(self.options.port())
            .tls(self.tls.clone())
            .hello_name(ClientId::Domain(self.from.email.domain().to_owned()))
            .timeout(Some(self.step));
        if let Some(user) = &self.options.user {
            builder = builder.credentials(Credentials::new(user.clone(), self.password()?));
        }
        Ok(builder.build())
    }

    /// Read anew for each mail: it may have been changed.
    fn password(&self) -> Result<String, Undelivered> {
        let place = self.options.password_place().map_err(|error| Undelivered::for_now(error.to_string()))?;
        let password = place.read().map_err(|problem| Undelivered::for_now(problem.to_string()))?;
        Ok(password.trim_end_matches(['\r', '\n']).to_owned())
    }
}

fn tls(options: &MailOptions, ca_file: Option<&Path>) -> Result<Tls, MailError> {
    if options.tls == Encryption::None {
        return Ok(Tls::None);
    }
    let mut builder = TlsParameters::builder(options.server.clone());
    if let Some(path) = ca_file {
        let failed = |why: String| MailError::Certificates { path: path.to_owned(), why };
        let pem = std::fs::read(path).map_err(|error| failed(error.to_string()))?;
        builder = builder.add_root_certificate(Certificate::from_pem(&pem).map_err(|error| failed(error.to_string()))?);
    }
    let parameters = builder.build_rustls()?;
    Ok(if options.tls == Encryption::Required { Tls::Wrapper(parameters) } else { Tls::Required(parameters) })
}

#[async_trait]
impl Courier for MailCourier {
    async fn deliver(&self, notification: &Notification) -> Result<String, Undelivered> {
        let letter: Letter =
            serde_json::from_slice(&notification.content).map_err(|error| Undelivered::for_good(error.to_string()))?;
        // A template may be mended.
        let written = self.templates.write(&letter).map_err(|error| Undelivered::for_now(error.to_string()))?;
        let mail = message(&self.from, notification, written).map_err(|error| Undelivered::for_good(error.to_string()))?;
        let transport = self.transport()?;
        // One that answers each step just in time could go on for long.
        match timeout(self.step * 2, transport.send(mail)).await {
            Ok(Ok(response)) => {
                Ok(shortened(&format!("accepted: {} {}", response.code(), response.message().collect::<Vec<_>>().join(" "))))
            }
            Ok(Err(error)) => Err(refused(&error)),
            Err(_) => Err(Undelivered::for_now(format!("the mail server took more than {} s", (self.step * 2).as_secs()))),
        }
    }
}

/// RFC 5321 §4.2.1: what a server refuses for good (5yz) it would refuse again. That it does not let us in is not about
/// this mail, and is for the operator to mend.
fn refused(error: &SmtpError) -> Undelivered {
    let code = error.status().map(u16::from);
    let is_about_us = matches!(code, Some(530 | 534 | 535 | 538));
    let mut reason = error.to_string();
    if let Some(cause) = std::error::Error::source(error).filter(|cause| !reason.contains(&cause.to_string())) {
        reason = format!("{reason}: {cause}");
    }
    Undelivered { reason: shortened(&reason), hopeless: error.is_permanent() && !is_about_us }
}

fn shortened(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(REASON_CHARACTERS_MAX).collect()
}
