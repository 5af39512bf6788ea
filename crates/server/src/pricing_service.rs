//! Prices by the operator's service: called once for each attempt at an order, by a POST that is signed after Standard
//! Webhooks. It gets and says what the pricing program would (docs/quotation.md).

use async_trait::async_trait;
use http::StatusCode;
use ordergate_engine::time::Clock as _;
use ordergate_fulfilment::SystemClock;
use ordergate_oseo::quotation::answer::{EXPECTED, said};
use ordergate_oseo::quotation::{Pricing, PricingRequest, QuotationOptions, Verdict, document};
use ordergate_outgoing::{Answer, Call, Caller, CallerError, CallerOptions, Payload, Reach, Signer, SignerError};

/// No answer is longer, in bytes.
const ANSWER_MAX: usize = 1024 * 1024;
/// Who is meant in a reason.
const WHO: &str = "the pricing service";
/// What a customer hears of troubles that are the operator's.
const NO_PRICE: &str = "the price could not be worked out";

/// Why a service cannot be called.
#[derive(Debug, thiserror::Error)]
pub enum PricingServiceError {
    #[error(transparent)]
    Signer(#[from] SignerError),
    #[error("the pricing service cannot be called: {0}")]
    Caller(#[from] CallerError),
}

/// Calls a service for each order.
#[derive(Debug)]
pub(crate) struct PricingService {
    caller: Caller,
    signer: Signer,
    options: QuotationOptions,
}

impl PricingService {
    pub(crate) fn new(options: &QuotationOptions) -> Result<Self, PricingServiceError> {
        let caller = Caller::new(&CallerOptions { ca_file: options.ca_file.clone(), ..CallerOptions::default() })?;
        let signer = Signer::from_file(options.secret_file.as_deref().unwrap_or("".as_ref()), WHO)?;
        Ok(Self { caller, signer, options: options.clone() })
    }

    fn call(&self, request: &PricingRequest<'_>) -> Result<Call, String> {
        let body = document(request).to_string().into_bytes();
        let id = format!("quotation.{}.{}", request.id, request.attempt);
        let seconds = SystemClock.now().0 / 1_000_000;
        let headers = self.signer.headers(&id, seconds, &body).map_err(|error| error.to_string())?;
        Ok(Call {
            url: self.options.url.clone().unwrap_or_default(),
            headers,
            content_type: "application/json",
            body: Payload::from(body),
            timeout: self.options.timeout(),
            answer_max: ANSWER_MAX,
            // The address is the operator's own.
            reach: Reach::Anywhere,
        })
    }
}

#[async_trait]
impl Pricing for PricingService {
    async fn price(&self, request: &PricingRequest<'_>) -> Verdict {
        let call = match self.call(request) {
            Ok(call) => call,
            Err(error) => {
                tracing::error!(quotation = %request.id, error, "the pricing service cannot be called");
                return Verdict::Failed(NO_PRICE.to_owned());
            }
        };
        let verdict = match self.caller.post(call).await {
            Ok(answer) => judge(&answer, request),
            Err(error) => {
                tracing::warn!(quotation = %request.id, attempt = request.attempt, %error, "the pricing service gave no answer");
                return Verdict::Failed(NO_PRICE.to_owned());
            }
        };
        if let Verdict::Failed(reason) = &verdict {
            tracing::warn!(quotation = %request.id, attempt = request.attempt, reason, "the pricing service gave no price");
        }
        verdict
    }
}

/// A price needs 200. Another status of 4xx, but for those that say "not now", means that there is none, whoever asks.
fn judge(answer: &Answer, request: &PricingRequest<'_>) -> Verdict {
    let status = answer.status;
    let said = said(WHO, &answer.body, request.order);
    if status == StatusCode::OK {
        return said.unwrap_or_else(|| Verdict::Failed(format!("{WHO} answered with something else; {EXPECTED}")));
    }
    let reason = match said {
        Some(Verdict::Refused(reason) | Verdict::Failed(reason)) => reason,
        _ => format!("{WHO} answered with status {}", status.as_u16()),
    };
    if answer.is_refusal() { Verdict::Refused(reason) } else { Verdict::Failed(reason) }
}
