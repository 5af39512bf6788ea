//! Sends webhooks.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::StatusCode;
use ordergate_engine::time::Clock;
use ordergate_outgoing::{Call, Caller, Reach};
use ordergate_store::{Notification, NotificationKey};

use super::WebhookOptions;
use crate::{Courier, OutboxOptions, Undelivered};

/// What a receiver answers is of no matter but for its status.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// Sends webhooks to where the configuration says that they are now.
#[derive(Debug)]
pub struct WebhookCourier {
    caller: Caller,
    webhooks: Vec<WebhookOptions>,
    timeout: Duration,
    clock: Arc<dyn Clock>,
}

impl WebhookCourier {
    pub fn new(caller: Caller, options: &OutboxOptions, clock: Arc<dyn Clock>) -> Self {
        Self { caller, webhooks: options.webhook.clone(), timeout: options.timeout(), clock }
    }

    fn call(&self, webhook: &WebhookOptions, notification: &Notification) -> Result<Call, Undelivered> {
        let signer = webhook.signer().map_err(|problem| Undelivered::for_now(format!("it cannot be signed: {problem}")))?;
        let (id, now) = (message_id(notification.key), self.clock.now().0.div_euclid(1_000_000));
        let headers =
            signer.headers(&id, now, &notification.content).map_err(|error| Undelivered::for_good(error.to_string()))?;
        Ok(Call {
            url: webhook.url.clone(),
            headers,
            content_type: "application/json",
            body: notification.content.clone().into(),
            timeout: self.timeout,
            answer_max: ANSWER_BYTES_MAX,
            // The operator chose it.
            reach: Reach::Anywhere,
        })
    }
}

/// The same at every attempt: by it a receiver knows a repetition.
fn message_id(key: NotificationKey) -> String {
    format!("msg_{}_{}", key.order, key.number)
}

#[async_trait]
impl Courier for WebhookCourier {
    async fn deliver(&self, notification: &Notification) -> Result<String, Undelivered> {
        let webhook = self.webhooks.iter().find(|webhook| webhook.name == notification.destination);
        // It may be configured again.
        let webhook = webhook.ok_or_else(|| Undelivered::for_now("the configuration has no webhook of this name any more"))?;
        match self.caller.post(self.call(webhook, notification)?).await {
            Ok(answer) => verdict(answer.status),
            Err(error) => Err(Undelivered::for_now(error.to_string())),
        }
    }
}

/// Standard Webhooks, "Responding": 2xx accepts, 410 wants no more of it.
fn verdict(status: StatusCode) -> Result<String, Undelivered> {
    let reason = format!("answered {}", status.as_u16());
    match status {
        _ if status.is_success() => Ok(reason),
        StatusCode::GONE => Err(Undelivered::for_good(reason)),
        _ if status.is_redirection() => Err(Undelivered::for_now(format!("{reason}: redirections are not followed"))),
        _ => Err(Undelivered::for_now(reason)),
    }
}
