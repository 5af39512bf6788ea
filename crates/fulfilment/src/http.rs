//! Calls the operator's service, once for each attempt at an item.
//!
//! The service gets the document of the item ([`WorkItem`]) with two more members, `claim` and `work_url`, in a POST
//! that is signed after Standard Webhooks, and answers
//!
//! * 200 with what a program would write: `{"result": ...}` or `{"error": ..., "retry": ...}`;
//! * 202: it has taken the item on, and reports later to `work_url` with `claim`, as a worker that fetched it;
//! * another status of 4xx: the item cannot be produced, whoever tries. 408, 425 and 429 say "not now" instead.
//!
//! Everything else, and no answer, is a failure after which another attempt may help.

use async_trait::async_trait;
use http::StatusCode;
use ordergate_outgoing::{Answer, Call, CallError, Caller, CallerError, CallerOptions, Payload, Reach, Signer, SignerError};
use serde::Serialize;

use crate::said::{self, BYTES_MAX, EXPECTED, Said};
use crate::{FulfilmentOptions, Outcome, Processor, WorkItem};

/// Calls a service for each item.
#[derive(Debug)]
pub struct HttpProcessor {
    caller: Caller,
    signer: Signer,
    options: FulfilmentOptions,
    /// Where the service may answer later.
    work_url: Option<String>,
}

/// Why a service cannot be called.
#[derive(Debug, thiserror::Error)]
pub enum HttpProcessorError {
    #[error(transparent)]
    Signer(#[from] SignerError),
    #[error("no secret of the processing service is set")]
    NoSecret,
    #[error("the processing service cannot be called: {0}")]
    Caller(#[from] CallerError),
}

/// The document that a service reads.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    item: &'a WorkItem,
    claim: Option<String>,
    work_url: Option<&'a str>,
}

impl HttpProcessor {
    /// `work_url` is the address of the workers' API for this queue, without a slash at the end; none if services are not let in
    /// there.
    pub fn new(options: &FulfilmentOptions, work_url: Option<String>) -> Result<Self, HttpProcessorError> {
        let caller = Caller::new(&CallerOptions { ca_file: options.ca_file.clone(), ..CallerOptions::default() })?;
        Ok(Self { caller, signer: signer(options)?, options: options.clone(), work_url })
    }

    fn call(&self, item: &WorkItem) -> Result<Call, Box<dyn std::error::Error + Send + Sync>> {
        let claim = item.claim.as_ref().map(ToString::to_string);
        let body = serde_json::to_vec(&Document { item, claim, work_url: self.work_url.as_deref() })?;
        let id = format!("{}.{}.{}.{}", item.protocol.name(), item.order_id, item.position, item.attempt);
        let headers = self.signer.headers(&id, jiff::Timestamp::now().as_second(), &body)?;
        Ok(Call {
            url: self.options.url.clone().unwrap_or_default(),
            headers,
            content_type: "application/json",
            body: Payload::from(body),
            timeout: self.options.timeout(),
            answer_max: BYTES_MAX,
            // The address is the operator's own.
            reach: Reach::Anywhere,
        })
    }

    /// What an attempt came to that was answered so.
    pub fn judge(&self, answer: &Answer) -> Outcome {
        let status = answer.status;
        let refusal = || format!("the processing service answered with status {}", status.as_u16());
        let said = said::read(&answer.body);
        match status {
            StatusCode::OK => said.map_or_else(unexpected, outcome),
            StatusCode::ACCEPTED if self.work_url.is_some() => Outcome::HandedOver { answer_within: self.options.callback() },
            StatusCode::ACCEPTED => {
                tracing::error!(
                    "the processing service would answer later, but without fulfilment.workers_file it is not let in"
                );
                Outcome::failed("the processing service would answer later, but is not let in")
            }
            _ => {
                let reason = words(said).unwrap_or_else(refusal);
                Outcome::Failed { reason, retry: !answer.is_refusal() }
            }
        }
    }

    fn unheard(&self, item: &WorkItem, error: &CallError) -> Outcome {
        // The customer sees the outcome: where the service is is the operator's business.
        tracing::warn!(order = %item.order_id, item = item.item_id, %error, "the processing service gave no answer");
        Outcome::failed(match error {
            CallError::TimeLimit { .. } => {
                format!("the processing service did not answer within {} s", self.options.timeout_seconds)
            }
            CallError::TooLarge { max, .. } => format!("the processing service answered with more than {max} bytes"),
            CallError::Protocol { .. } => {
                "the processing service broke off, or answered with something that is not HTTP".to_owned()
            }
            _ => "the processing service could not be reached".to_owned(),
        })
    }
}

#[async_trait]
impl Processor for HttpProcessor {
    async fn process(&self, item: &WorkItem) -> Outcome {
        let call = match self.call(item) {
            Ok(call) => call,
            Err(error) => {
                tracing::error!(order = %item.order_id, item = item.item_id, %error, "the processing service cannot be called");
                return Outcome::failed("the processing service could not be called");
            }
        };
        match self.caller.post(call).await {
            Ok(answer) => self.judge(&answer),
            Err(error) => self.unheard(item, &error),
        }
    }
}

fn signer(options: &FulfilmentOptions) -> Result<Signer, HttpProcessorError> {
    if let Some(signer) = &options.secret {
        return Ok(signer.clone());
    }
    let path = options.secret_file.as_deref().ok_or(HttpProcessorError::NoSecret)?;
    Ok(Signer::from_file(path, "the processing service")?)
}

fn outcome(said: Said) -> Outcome {
    match said {
        Said::Done(result) => Outcome::Done { result },
        Said::NoUrl => Outcome::failed("the processing service gave a result that is no URL"),
        Said::Failed { reason, retry } if reason.is_empty() => {
            Outcome::Failed { reason: "the processing service gave no reason".to_owned(), retry }
        }
        Said::Failed { reason, retry } => Outcome::Failed { reason, retry },
    }
}

fn unexpected() -> Outcome {
    Outcome::failed(format!("the processing service answered with something else; {EXPECTED}"))
}

/// The service's own words.
fn words(said: Option<Said>) -> Option<String> {
    match said {
        Some(Said::Failed { reason, .. }) if !reason.is_empty() => Some(reason),
        _ => None,
    }
}
