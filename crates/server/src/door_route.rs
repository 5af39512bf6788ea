//! From an HTTP request to a protocol's door, and back.

use std::net::IpAddr;

use bytes::Bytes;
use http::header::{ACCEPT_LANGUAGE, ALLOW, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method as HttpMethod, Request as HttpRequest, Response, StatusCode};
use http_body_util::{Either, Full};
use ordergate_door::{Answer, Door, Method, Request, TooMany, Unread, Vouched};
use ordergate_veloconnect::Veloconnect;

use crate::auth::Vouching;
use crate::client_address::Sender;
use crate::listener::answer_of;
use crate::request_body::{RequestBody, read_body};
use crate::request_log::{Outcome, Routed};

/// A door and what its requests may weigh. It answers GET and POST, and refuses other methods in plain words.
#[derive(Debug)]
pub(crate) struct Mounted<D> {
    door: D,
    body_bytes_max: usize,
    /// Reads who calls from a header, if that is how callers are told.
    vouching: Option<Vouching>,
}

impl<D: Door> Mounted<D> {
    pub(crate) const fn new(door: D, body_bytes_max: usize, vouching: Option<Vouching>) -> Self {
        Self { door, body_bytes_max, vouching }
    }

    /// The request stays where it is: passing it on would copy it from one future into the next.
    pub(crate) async fn answer<B: RequestBody>(&self, request: &mut HttpRequest<B>, sender: Sender) -> Routed {
        let Some(method) = method(request.method()) else { return method_not_allowed::<D>() };
        let body = read_body(request.body_mut(), self.body_bytes_max).await;
        let Unread { content_type, accept_language } = unread(request.headers());
        let answer = match body {
            Ok(body) => {
                let request = Request {
                    method,
                    query: request.uri().query(),
                    content_type,
                    authorization: text(request.headers(), &AUTHORIZATION),
                    accept_language,
                    body: &body,
                    client: Some(sender.client),
                    vouched: self.vouched(request.headers(), sender.peer),
                };
                self.door.answer(&request).await
            }
            Err(error) => self.door.refuse(Unread { content_type, accept_language }, error.not_received()),
        };
        respond::<D>(answer)
    }

    /// The answer to a request that is not read.
    pub(crate) fn too_many(&self, headers: &HeaderMap, refused: TooMany) -> Routed {
        respond::<D>(self.door.too_many(unread(headers), refused))
    }

    fn vouched<'h>(&self, headers: &'h HeaderMap, peer: IpAddr) -> Vouched<'h> {
        self.vouching.as_ref().map_or(Vouched::Nobody, |vouching| vouching.read(headers, peer))
    }
}

impl Mounted<Veloconnect> {
    /// The answer where no seller is.
    pub(crate) fn no_such_seller(&self, headers: &HeaderMap) -> Routed {
        respond::<Veloconnect>(self.door.no_such_seller(text(headers, &ACCEPT_LANGUAGE)))
    }
}

fn method(method: &HttpMethod) -> Option<Method> {
    match *method {
        // A HEAD is a GET whose body is not sent.
        HttpMethod::GET | HttpMethod::HEAD => Some(Method::Get),
        HttpMethod::POST => Some(Method::Post),
        _ => None,
    }
}

/// What the headers say of a request whose body is not looked at.
fn unread(headers: &HeaderMap) -> Unread<'_> {
    Unread { content_type: text(headers, &CONTENT_TYPE), accept_language: text(headers, &ACCEPT_LANGUAGE) }
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|v| v.to_str().ok())
}

fn respond<D: Door>(answer: Answer) -> Routed {
    let outcome = Outcome { protocol: D::PROTOCOL.name(), operation: answer.operation, result: answer.result };
    let mut response = Response::new(Either::Left(Full::new(Bytes::from(answer.body))));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    Routed { response, outcome: Some(outcome) }
}

fn method_not_allowed<D: Door>() -> Routed {
    let text = "This address is asked by GET and POST.\n";
    let response = answer_of((StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, POST")], text));
    let outcome = Outcome { protocol: D::PROTOCOL.name(), operation: "unknown", result: "method-not-allowed" };
    Routed { response, outcome: Some(outcome) }
}
