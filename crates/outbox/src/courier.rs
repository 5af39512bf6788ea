//! Who carries notifications to where they belong: one for each channel.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use ordergate_store::{Channel, Notification};

/// Delivers what goes by one channel.
#[async_trait]
pub trait Courier: Send + Sync + fmt::Debug {
    /// One attempt, which ends within the time limit. The text is for the operator's log: what the receiver answered.
    async fn deliver(&self, notification: &Notification) -> Result<String, Undelivered>;
}

/// Why an attempt failed. The reason is for the operator's log, and holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undelivered {
    pub reason: String,
    /// No further attempt can do better.
    pub hopeless: bool,
}

impl Undelivered {
    pub fn for_now(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), hopeless: false }
    }

    pub fn for_good(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), hopeless: true }
    }
}

/// The couriers there are.
#[derive(Debug, Clone, Default)]
pub struct Couriers {
    pub callback: Option<Arc<dyn Courier>>,
    pub webhook: Option<Arc<dyn Courier>>,
    pub mail: Option<Arc<dyn Courier>>,
    pub program: Option<Arc<dyn Courier>>,
    pub folder: Option<Arc<dyn Courier>>,
}

impl Couriers {
    pub(crate) async fn deliver(&self, notification: &Notification) -> Result<String, Undelivered> {
        let (courier, what) = match notification.channel {
            Channel::Callback => (&self.callback, "callbacks"),
            Channel::Webhook => (&self.webhook, "webhooks"),
            Channel::Mail => (&self.mail, "mail"),
            Channel::Program => (&self.program, "a program that takes orders"),
            Channel::Folder => (&self.folder, "a folder for orders"),
        };
        match courier {
            Some(courier) => courier.deliver(notification).await,
            // It may be configured again.
            None => Err(Undelivered::for_now(format!("the configuration says nothing of {what}"))),
        }
    }
}
