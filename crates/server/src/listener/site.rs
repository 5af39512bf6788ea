//! What a listener serves: something that has one answer for each request.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{Either, Full};
use tokio::time::Instant;
use tower::ServiceExt;

use crate::request_body::RequestBody;

/// The other end of the connection a request came over, as an axum router's handlers see it: a request extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddr(pub SocketAddr);

/// From where and when a request came.
#[derive(Clone, Copy, Debug)]
pub struct Arrived {
    /// The other end of the connection. Behind a reverse proxy this is the proxy.
    pub client: SocketAddr,
    /// When the request's head was complete.
    pub at: Instant,
}

/// An answer's body: whole in memory, or whatever an axum handler makes.
pub type AnswerBody = Either<Full<Bytes>, Body>;

/// An answer, as a listener sends it.
pub type HttpAnswer = Response<AnswerBody>;

/// What a listener serves. A generic method and not a boxed service: nothing between the connection and a door
/// costs an allocation or a detour.
pub trait Site: Send + Sync + 'static {
    /// Whether the bodies of requests to this path may come in for as long as each part of them is in time.
    fn has_long_bodies(&self, path: &str) -> bool {
        let _ = path;
        false
    }

    /// Answers one request.
    fn answer<B: RequestBody>(&self, request: Request<B>, arrived: Arrived) -> impl Future<Output = HttpAnswer> + Send;
}

/// An answer in axum's terms, for what is not asked often.
pub(crate) fn answer_of(response: impl IntoResponse) -> HttpAnswer {
    response.into_response().map(Either::Right)
}

impl Site for Router {
    async fn answer<B: RequestBody>(&self, request: Request<B>, arrived: Arrived) -> HttpAnswer {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ClientAddr(arrived.client));
        let Ok(response) = self.clone().oneshot(request).await;
        answer_of(response)
    }
}
