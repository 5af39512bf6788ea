//! The basket of the web shop, by its own service: `GET` gives it, `PUT` replaces it (docs/veloconnect.md). Calls are signed
//! after Standard Webhooks; what is signed is the body, and the identifier, which names seller and buyer.

use async_trait::async_trait;
use http::StatusCode;
use ordergate_engine::time::Clock as _;
use ordergate_fulfilment::SystemClock;
use ordergate_outgoing::{Answer, Call, CallError, Caller, CallerError, CallerOptions, Payload, Reach, Signer, SignerError};
use ordergate_veloconnect::{ShopBasket, ShopContent, ShopError, ShopOptions};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// No basket is longer, in bytes.
const ANSWER_MAX: usize = 4 * 1024 * 1024;

/// What a buyer's name may keep in the identifier, whose parts dots divide.
const IN_AN_ID: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'_');

/// Why the shop cannot be called.
#[derive(Debug, thiserror::Error)]
pub enum ShopServiceError {
    #[error(transparent)]
    Signer(#[from] SignerError),
    #[error("the web shop cannot be called: {0}")]
    Caller(#[from] CallerError),
}

/// Calls the shop of one seller.
#[derive(Debug)]
pub(crate) struct ShopService {
    caller: Caller,
    signer: Signer,
    url: String,
    options: ShopOptions,
    seller: Option<String>,
}

impl ShopService {
    /// None, if there is no shop or it is not asked.
    pub(crate) fn of(options: &ShopOptions, seller: Option<&str>) -> Result<Option<Self>, ShopServiceError> {
        let Some(url) = options.url.clone().filter(|_| options.enabled) else { return Ok(None) };
        let caller = Caller::new(&CallerOptions { ca_file: options.ca_file.clone(), ..CallerOptions::default() })?;
        let signer = Signer::from_file(options.secret_file.as_deref().unwrap_or("".as_ref()), "the web shop")?;
        Ok(Some(Self { caller, signer, url, options: options.clone(), seller: seller.map(str::to_owned) }))
    }

    fn call(&self, buyer: &str, body: Vec<u8>) -> Result<Call, ShopError> {
        let buyer = utf8_percent_encode(buyer, &IN_AN_ID).to_string();
        let mut url = format!("{}{}buyer={buyer}", self.url, if self.url.contains('?') { '&' } else { '?' });
        if let Some(seller) = &self.seller {
            url = format!("{url}&seller={seller}");
        }
        let id = format!("basket.{}.{buyer}.{}", self.seller.as_deref().unwrap_or("-"), uuid::Uuid::now_v7().simple());
        let seconds = SystemClock.now().0 / 1_000_000;
        let headers = self.signer.headers(&id, seconds, &body).map_err(|error| ShopError(error.to_string()))?;
        Ok(Call {
            url,
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
impl ShopBasket for ShopService {
    async fn read(&self, buyer: &str) -> Result<ShopContent, ShopError> {
        let answer = self.caller.get(self.call(buyer, Vec::new())?).await.map_err(|error| failed(&error))?;
        // A buyer whom the shop does not know has nothing in the basket there.
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(ShopContent::default());
        }
        expect_success(&answer)?;
        serde_json::from_slice(&answer.body).map_err(|error| ShopError(format!("its answer is no basket: {error}")))
    }

    async fn write(&self, buyer: &str, content: &ShopContent) -> Result<(), ShopError> {
        let body = serde_json::to_vec(content).map_err(|error| ShopError(error.to_string()))?;
        let answer = self.caller.put(self.call(buyer, body)?).await.map_err(|error| failed(&error))?;
        expect_success(&answer)
    }
}

fn failed(error: &CallError) -> ShopError {
    ShopError(error.to_string())
}

fn expect_success(answer: &Answer) -> Result<(), ShopError> {
    if answer.status.is_success() {
        return Ok(());
    }
    Err(ShopError(format!("it answered with status {}", answer.status.as_u16())))
}
