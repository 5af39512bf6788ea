//! From an HTTP request to a protocol's door, and back.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request as HttpRequest, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any};
use http::header::{ALLOW, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method as HttpMethod, StatusCode};
use ordergate_door::{Answer, Door, Method, Request};

use crate::listener::ClientAddr;
use crate::request_body::read_body;
use crate::request_log::Outcome;

/// A door and what its requests may weigh.
#[derive(Debug)]
struct Mounted<D> {
    door: D,
    body_bytes_max: usize,
}

/// The route of a door, for all methods: it answers GET and POST, and refuses others in plain words.
pub(crate) fn route<D: Door>(door: D, body_bytes_max: usize) -> MethodRouter {
    any(handle::<D>).with_state(Arc::new(Mounted { door, body_bytes_max }))
}

async fn handle<D: Door>(State(mounted): State<Arc<Mounted<D>>>, request: HttpRequest) -> Response {
    let (head, body) = request.into_parts();
    let client = head.extensions.get::<ClientAddr>().map(|c| c.0.ip());
    let Some(method) = method(&head.method) else { return method_not_allowed::<D>() };
    let answer = match read_body(body, mounted.body_bytes_max).await {
        Ok(body) => {
            let request = Request {
                method,
                query: head.uri.query(),
                content_type: text(&head.headers, &CONTENT_TYPE),
                authorization: text(&head.headers, &AUTHORIZATION),
                body: &body,
                client,
            };
            mounted.door.answer(request).await
        }
        Err(error) => mounted.door.refuse(text(&head.headers, &CONTENT_TYPE), error.status().as_u16(), &error.to_string()),
    };
    respond::<D>(answer)
}

fn method(method: &HttpMethod) -> Option<Method> {
    match *method {
        // A HEAD is a GET whose body is not sent.
        HttpMethod::GET | HttpMethod::HEAD => Some(Method::Get),
        HttpMethod::POST => Some(Method::Post),
        _ => None,
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|v| v.to_str().ok())
}

fn respond<D: Door>(answer: Answer) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    let outcome = Outcome { protocol: D::PROTOCOL.name(), operation: answer.operation, result: answer.result };
    response.extensions_mut().insert(outcome);
    response
}

fn method_not_allowed<D: Door>() -> Response {
    let outcome = Outcome { protocol: D::PROTOCOL.name(), operation: "unknown", result: "method-not-allowed" };
    let text = "This address is asked by GET and POST.\n";
    let mut response = (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, POST")], text).into_response();
    response.extensions_mut().insert(outcome);
    response
}
