//! Sections `[[outbox.webhook]]` of the configuration.

use std::collections::HashSet;
use std::path::PathBuf;

use ordergate_outgoing::{Reach, Signer, check_url};
use serde::Deserialize;

use crate::OptionError;
use crate::event_name::EventChoice;
use crate::secret::SecretPlace;

/// The notifications of a change are numbered; there is room for so many webhooks about every item of the longest order.
const WEBHOOKS_MAX: usize = 64;
const NAME_BYTES_MAX: usize = 64;

/// A service of the operator that hears of orders.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct WebhookOptions {
    /// What notifications are stored under: `url` and secret may change, this should not.
    pub name: String,
    pub url: String,
    /// The secret that signs, `whsec_` and base64; several with white space between while one is replaced.
    #[serde(default)]
    pub secret_file: Option<PathBuf>,
    /// The environment variable that has it instead.
    #[serde(default)]
    pub secret_env: Option<String>,
    #[serde(default = "default_events")]
    pub events: Vec<EventChoice>,
    /// Whether events of veloconnect orders tell the whole order: lines, prices, buyer.
    #[serde(default)]
    pub content: bool,
}

fn default_events() -> Vec<EventChoice> {
    vec![EventChoice::ALL_OF_ORDERS]
}

impl WebhookOptions {
    /// What signs at this moment. The text says what is wrong, and holds nothing of the secret.
    pub(crate) fn signer(&self) -> Result<Signer, String> {
        let place = self.secret_place().map_err(|error| error.to_string())?;
        let text = place.read().map_err(|problem| problem.to_string())?;
        Signer::parse(&text).map_err(|error| error.to_string())
    }

    fn secret_place(&self) -> Result<SecretPlace, OptionError> {
        SecretPlace::of("secret", self.secret_file.as_ref(), self.secret_env.as_ref())
    }

    fn validate(&self) -> Result<(), OptionError> {
        let fits = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        if self.name.is_empty() || self.name.len() > NAME_BYTES_MAX || !fits(&self.name) {
            let problem = format!("must be 1 to {NAME_BYTES_MAX} letters, digits, -, _ and .");
            return Err(OptionError::new("name", problem));
        }
        check_url(&self.url, &Reach::Anywhere).map_err(|error| OptionError::new("url", error.to_string()))?;
        if self.events.is_empty() {
            return Err(OptionError::new("events", "must name an event"));
        }
        self.check_secret()
    }

    fn check_secret(&self) -> Result<(), OptionError> {
        let place = self.secret_place()?;
        let refused = |problem: String| OptionError::new(place.key("secret"), problem);
        match place.read() {
            Ok(text) => Signer::parse(&text).map(drop).map_err(|error| refused(error.to_string())),
            Err(problem) if problem.is_forbidden() => Ok(()),
            Err(problem) => Err(refused(problem.to_string())),
        }
    }
}

/// Refuses what cannot be called or signed for, and names that stand twice.
pub(crate) fn validate(webhooks: &[WebhookOptions]) -> Result<(), OptionError> {
    if webhooks.len() > WEBHOOKS_MAX {
        return Err(OptionError::new("webhook", format!("must be {WEBHOOKS_MAX} at most")));
    }
    let mut names = HashSet::new();
    for (place, webhook) in webhooks.iter().enumerate() {
        let within = |error: OptionError| error.within(&format!("webhook[{place}]"));
        webhook.validate().map_err(within)?;
        if !names.insert(webhook.name.as_str()) {
            return Err(within(OptionError::new("name", "is another webhook's name already")));
        }
    }
    Ok(())
}
