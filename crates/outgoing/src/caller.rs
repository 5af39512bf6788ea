//! Makes calls.

use std::convert::Infallible;
use std::error::Error as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Request, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::time::{Instant, timeout};

use crate::call::{Answer, Call};
use crate::connect::{Io, connect};
use crate::error::{CallError, CallerError, Stage};
use crate::target::Target;
use crate::tls;

type Body = UnsyncBoxBody<Bytes, std::io::Error>;

/// How many headers a request or an answer may have.
const HEADERS_MAX: usize = 64;
/// How many bytes the headers of a request or an answer may take.
const HEADER_BYTES_MAX: usize = 16 * 1024;

/// The headers that belong to the connection, and what has a field of its own in [`Call`].
const NOT_FOR_CALLERS: [HeaderName; 9] = [
    header::HOST,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::TRANSFER_ENCODING,
    header::CONNECTION,
    header::UPGRADE,
    header::TE,
    header::TRAILER,
    header::EXPECT,
];

/// What all calls have in common.
#[derive(Debug, Clone)]
pub struct CallerOptions {
    /// Certificate authorities to believe besides the system's, in PEM.
    pub ca_file: Option<PathBuf>,
    /// How long it may take to connect, within the time limit of the whole call.
    pub connect_timeout: Duration,
    /// The header `User-Agent`.
    pub user_agent: String,
}

impl Default for CallerOptions {
    fn default() -> Self {
        Self {
            ca_file: None,
            connect_timeout: Duration::from_secs(10),
            user_agent: concat!("ordergate/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// Makes calls. Clones are cheap and share everything; each call has a connection of its own, so nothing passes from one
/// to another.
#[derive(Debug, Clone)]
pub struct Caller {
    tls: Arc<ClientConfig>,
    connect_timeout: Duration,
    user_agent: HeaderValue,
}

impl Caller {
    /// Reads the certificates: blocks for some milliseconds.
    pub fn new(options: &CallerOptions) -> Result<Self, CallerError> {
        let tls = Arc::new(tls::client(options.ca_file.as_deref())?);
        let user_agent =
            HeaderValue::from_str(&options.user_agent).map_err(|_| CallerError::UserAgent(options.user_agent.clone()))?;
        Ok(Self { tls, connect_timeout: options.connect_timeout, user_agent })
    }

    /// Any status is an answer, also that of a redirect: it is not followed.
    pub async fn post(&self, call: Call) -> Result<Answer, CallError> {
        self.call(Method::POST, call).await
    }

    /// As [`Caller::post`]; the body should be empty.
    pub async fn get(&self, call: Call) -> Result<Answer, CallError> {
        self.call(Method::GET, call).await
    }

    /// As [`Caller::post`]. For a large file see [`Payload::stream`].
    pub async fn put(&self, call: Call) -> Result<Answer, CallError> {
        self.call(Method::PUT, call).await
    }

    async fn call(&self, method: Method, call: Call) -> Result<Answer, CallError> {
        let target = Target::parse(&call.url)?;
        let (limit, answer_max, reach) = (call.timeout, call.answer_max, call.reach.clone());
        let request = self.request(method, &target, call)?;
        let late = |stage, limit| CallError::TimeLimit { target: target.to_string(), stage, limit };
        let began = Instant::now();
        let to_connect = self.connect_timeout.min(limit);
        let io = timeout(to_connect, connect(&target, &reach, &self.tls, to_connect)).await;
        let io = io.map_err(|_| late(Stage::Connect, to_connect))??;
        let rest = limit.saturating_sub(began.elapsed());
        timeout(rest, exchange(&target, io, request, answer_max)).await.map_err(|_| late(Stage::Exchange, limit))?
    }

    fn request(&self, method: Method, target: &Target, call: Call) -> Result<Request<Body>, CallError> {
        let refuse = |why: String| CallError::Request { target: target.to_string(), why };
        check_headers(&call.headers).map_err(refuse)?;
        let mut request = Request::new(call.body.body);
        *request.method_mut() = method;
        *request.uri_mut() = target.path.clone().into();
        let host = target.authority.as_str().trim_end_matches(':');
        let host = HeaderValue::from_str(host).map_err(|e| refuse(e.to_string()))?;
        let headers = request.headers_mut();
        *headers = call.headers;
        headers.insert(header::HOST, host);
        headers.entry(header::USER_AGENT).or_insert_with(|| self.user_agent.clone());
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(call.content_type));
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        if let Some(length) = call.body.length {
            headers.insert(header::CONTENT_LENGTH, length.into());
        }
        Ok(request)
    }
}

fn check_headers(headers: &HeaderMap) -> Result<(), String> {
    if let Some(name) = NOT_FOR_CALLERS.iter().find(|name| headers.contains_key(*name)) {
        return Err(format!("the header {name} is not for the caller to set"));
    }
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if headers.len() > HEADERS_MAX || bytes > HEADER_BYTES_MAX {
        return Err(format!("it has more than {HEADERS_MAX} headers, or they take more than {HEADER_BYTES_MAX} bytes"));
    }
    Ok(())
}

/// Sends the request and reads the answer. The connection lives inside of this future: who drops it ends everything.
async fn exchange(target: &Target, io: Box<dyn Io>, request: Request<Body>, max: usize) -> Result<Answer, CallError> {
    let mut builder = http1::Builder::new();
    builder.max_headers(HEADERS_MAX).max_buf_size(HEADER_BYTES_MAX);
    let (mut sender, connection) = builder.handshake(TokioIo::new(io)).await.map_err(|e| broken(target, &e))?;
    let answered = async {
        let response = sender.send_request(request).await.map_err(|e| broken(target, &e))?;
        read(target, response, max).await
    };
    // What goes wrong with the connection, the sender and the body tell of.
    let driven = async {
        let _ = connection.await;
        std::future::pending::<Infallible>().await
    };
    tokio::select! {
        answer = answered => answer,
        never = driven => match never {},
    }
}

async fn read(target: &Target, response: Response<Incoming>, max: usize) -> Result<Answer, CallError> {
    let too_large = || CallError::TooLarge { target: target.to_string(), max };
    let (head, body) = response.into_parts();
    if body.size_hint().lower() > max as u64 {
        return Err(too_large());
    }
    let body = Limited::new(body, max).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() {
            return too_large();
        }
        match error.downcast::<hyper::Error>() {
            Ok(error) => broken(target, &error),
            Err(error) => CallError::Protocol { target: target.to_string(), why: error.to_string() },
        }
    })?;
    Ok(Answer { status: head.status, headers: head.headers, body: body.to_bytes() })
}

fn broken(target: &Target, error: &hyper::Error) -> CallError {
    let why = match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    };
    let target = target.to_string();
    if error.is_user() { CallError::Body { target, why } } else { CallError::Protocol { target, why } }
}
