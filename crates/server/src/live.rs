//! Figures of this moment from the operator's own system: one POST for each request of a buyer, signed after Standard
//! Webhooks if there is a secret.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use http::HeaderMap;
use ordergate_engine::time::Clock;
use ordergate_outgoing::{Call, Caller, CallerError, CallerOptions, Payload, Reach, Signer, SignerError};
use ordergate_veloconnect::LiveOptions;
use ordergate_veloconnect::articles::LiveService;

/// No answer is longer, in bytes.
const ANSWER_MAX: usize = 1024 * 1024;

/// Why the system cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    #[error(transparent)]
    Signer(#[from] SignerError),
    #[error("live figures cannot be asked for: {0}")]
    Caller(#[from] CallerError),
}

/// Calls a service for each question.
#[derive(Debug)]
pub(crate) struct HttpLive {
    caller: Caller,
    signer: Option<Signer>,
    url: String,
    timeout: Duration,
    clock: Arc<dyn Clock>,
}

impl HttpLive {
    pub(crate) fn new(url: &str, options: &LiveOptions, clock: Arc<dyn Clock>) -> Result<Self, LiveError> {
        let caller = Caller::new(&CallerOptions { ca_file: options.ca_file.clone(), ..CallerOptions::default() })?;
        let signer = options.secret_file.as_deref().map(|path| Signer::from_file(path, "the service of live figures"));
        let timeout = Duration::from_millis(options.timeout_ms);
        Ok(Self { caller, signer: signer.transpose()?, url: url.to_owned(), timeout, clock })
    }

    fn headers(&self, body: &[u8]) -> Result<HeaderMap, String> {
        let Some(signer) = &self.signer else { return Ok(HeaderMap::new()) };
        let id = format!("live_{}", uuid::Uuid::now_v7().simple());
        signer.headers(&id, self.clock.now().0.div_euclid(1_000_000), body).map_err(|error| error.to_string())
    }
}

#[async_trait]
impl LiveService for HttpLive {
    async fn ask(&self, question: Vec<u8>) -> Result<Vec<u8>, String> {
        let call = Call {
            url: self.url.clone(),
            headers: self.headers(&question)?,
            content_type: "application/json",
            body: Payload::from(question),
            timeout: self.timeout,
            answer_max: ANSWER_MAX,
            // The address is the operator's own.
            reach: Reach::Anywhere,
        };
        let answer = self.caller.post(call).await.map_err(|error| error.to_string())?;
        match answer.status.as_u16() {
            200 => Ok(answer.body.to_vec()),
            other => Err(format!("answered {other}")),
        }
    }
}
