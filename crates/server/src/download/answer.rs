//! Answers to GET and HEAD of a download.

use std::io;
use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use http::header::{
    ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_MATCH,
    IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, LAST_MODIFIED, RANGE, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use ordergate_engine::order::Status;
use ordergate_oseo::Packaging;
use ordergate_store::{Items, StoreError};
use tower_http::services::ServeFile;

use super::archive::{self, Archive, ArchiveBody};
use super::body::{FileBody, WhenSent};
use super::root::{Found, NotOffered};
use super::token::Claim;
use super::{Downloads, PATH, disposition};
use crate::listener::{HttpAnswer, answer_of};
use crate::request_log::{Outcome, Routed};

/// What a request says that concerns the file itself.
const CONDITIONS: [HeaderName; 5] = [IF_MATCH, IF_NONE_MATCH, IF_MODIFIED_SINCE, IF_UNMODIFIED_SINCE, RANGE];

/// What a link leads to.
struct Offered {
    claim: Claim,
    found: Found,
    /// What the order asks for.
    packaging: Option<Packaging>,
}

/// Why there is no file to send.
enum Refused {
    /// No token of this server.
    NotFound,
    /// A token that was good once, or whose file is not there.
    Gone,
    Store(StoreError),
    Io(io::Error),
    /// All archives that may be built at once are under way.
    Busy,
}

impl Downloads {
    /// Answers a request for a path below [`PATH`].
    pub(crate) async fn answer(self: &Arc<Self>, method: &Method, path: &str, headers: &HeaderMap) -> Routed {
        if !matches!(*method, Method::GET | Method::HEAD) {
            let text = "A download is asked for by GET and HEAD.\n";
            let answer = answer_of((StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")], text));
            return routed(answer, "method-not-allowed");
        }
        let sent = match self.offered(path).await {
            Ok(offered) => match offered.found.packed(offered.packaging) {
                Some(packaging) => self.send_archive(&offered, packaging, method).await,
                None => self.send(&offered.claim, &offered.found, method, headers).await,
            },
            Err(refused) => Err(refused),
        };
        sent.unwrap_or_else(refuse)
    }

    /// The file that a path means, if it may be had now.
    async fn offered(&self, path: &str) -> Result<Offered, Refused> {
        let (token, name) = path.strip_prefix(PATH).and_then(|rest| rest.split_once('/')).ok_or(Refused::NotFound)?;
        // The name is there for people, and for programs that save under it: the token says what is meant.
        if name.contains('/') {
            return Err(Refused::NotFound);
        }
        let claim = self.tokens.read(token).ok_or(Refused::NotFound)?;
        if claim.expires_at <= self.clock.now() {
            return Err(Refused::Gone);
        }
        let order = self.store.order(claim.order, Items::With).await.map_err(Refused::Store)?.ok_or(Refused::Gone)?;
        let packaging = Packaging::of_order(&order.document);
        let item = order.items.into_iter().nth(claim.position as usize).ok_or(Refused::Gone)?;
        let is_ready = matches!(item.state.status, Status::Completed | Status::Downloaded);
        let result = item.result.filter(|_| is_ready).ok_or(Refused::Gone)?;
        match self.find(vec![result]).await.pop() {
            Some(Ok(found)) => Ok(Offered { claim, found, packaging }),
            Some(Err(why)) => Err(cannot_be_served(&claim, &why)),
            None => Err(Refused::Io(io::Error::other("the search for the file broke off"))),
        }
    }

    /// The archive is planned before the answer begins: what cannot be packed is refused. Ranges and conditions do not count,
    /// as its bytes are not known before, and neither is its length.
    async fn send_archive(self: &Arc<Self>, offered: &Offered, packaging: Packaging, method: &Method) -> Result<Routed, Refused> {
        let Offered { claim, found, .. } = offered;
        let Some(place) = self.archives.take() else { return Err(Refused::Busy) };
        let (root, wanted) = (self.options.root.clone().unwrap_or_default(), found.clone());
        let plan = move || Archive::plan(&root, &wanted.path, &wanted.name, packaging);
        let planned = tokio::task::spawn_blocking(plan).await.map_err(|error| Refused::Io(io::Error::other(error)))?;
        let archive = planned.map_err(|why| cannot_be_served(claim, &why.into()))?;
        let (downloads, noted) = (Arc::clone(self), *claim);
        let when_sent = Box::new(move || downloads.note(&noted));
        let body = match *method {
            Method::HEAD => ArchiveBody::unsent(),
            _ => archive.send(place, when_sent).map_err(Refused::Io)?,
        };
        let mut answer = Response::new(Body::new(body));
        let headers = answer.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(archive::media_type(packaging)));
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("none"));
        for_its_owner(headers, &found.sent_name(Some(packaging)));
        Ok(routed(answer_of(answer), "success"))
    }

    async fn send(
        self: &Arc<Self>,
        claim: &Claim,
        found: &Found,
        method: &Method,
        headers: &HeaderMap,
    ) -> Result<Routed, Refused> {
        let wanted = wanted(&found.path, method, headers).await?;
        let mut answer = serve(&found.path, method, wanted).await?;
        for_its_owner(answer.headers_mut(), &found.name);
        let result = result_of(answer.status());
        if method == Method::HEAD || !answer.status().is_success() {
            return Ok(routed(answer_of(answer.map(Body::new)), result));
        }
        let length = length(answer.headers());
        let when_sent = ends_the_file(answer.status(), answer.headers()).then(|| {
            let (downloads, claim) = (Arc::clone(self), *claim);
            Box::new(move || downloads.note(&claim)) as WhenSent
        });
        Ok(routed(answer_of(answer.map(|body| Body::new(FileBody::new(body, length, when_sent)))), result))
    }
}

fn cannot_be_served(claim: &Claim, why: &NotOffered) -> Refused {
    tracing::warn!(order = %claim.order, position = claim.position, "a download cannot be served: {why}");
    Refused::Gone
}

/// What all that is sent has in common.
fn for_its_owner(headers: &mut HeaderMap, name: &str) {
    headers.insert(CONTENT_DISPOSITION, disposition::attachment(name));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // A link is its owner's: no cache that others share may keep what it leads to.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private"));
}

/// The conditions and the range that count.
async fn wanted(path: &Path, method: &Method, headers: &HeaderMap) -> Result<HeaderMap, Refused> {
    let mut wanted: HeaderMap =
        CONDITIONS.iter().filter_map(|name| headers.get(name).map(|value| (name.clone(), value.clone()))).collect();
    // RFC 9110 §14.2: a range is for GET, and a unit that is not known is not looked at.
    let in_bytes = headers.get(RANGE).is_some_and(|range| range.as_bytes().starts_with(b"bytes="));
    if method == Method::HEAD || !in_bytes || !is_still(path, headers.get(IF_RANGE)).await? {
        wanted.remove(RANGE);
    }
    Ok(wanted)
}

/// Whether the file is what a client has a part of already (RFC 9110 §13.1.5): the entity tag, or the time, is the same.
async fn is_still(path: &Path, had: Option<&HeaderValue>) -> Result<bool, Refused> {
    let Some(had) = had else { return Ok(true) };
    let now = serve(path, &Method::HEAD, HeaderMap::new()).await?;
    // A weak tag is none of ours, and so never the same.
    Ok([ETAG, LAST_MODIFIED].iter().any(|name| now.headers().get(name) == Some(had)))
}

type FileAnswer = Response<tower_http::services::fs::ServeFileSystemResponseBody>;

async fn serve(path: &Path, method: &Method, headers: HeaderMap) -> Result<FileAnswer, Refused> {
    let mut request = Request::new(Body::empty());
    *request.method_mut() = method.clone();
    *request.headers_mut() = headers;
    // Several ranges at once are answered by the whole, which RFC 9110 §14.2 allows.
    let answer = ServeFile::new(path).ignore_multi_range_requests(true).try_call(request).await;
    match answer {
        Ok(answer) if answer.status() == StatusCode::NOT_FOUND => Err(Refused::Gone),
        Ok(answer) => Ok(answer),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Refused::Gone),
        Err(error) => Err(Refused::Io(error)),
    }
}

fn length(headers: &HeaderMap) -> u64 {
    headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok()).unwrap_or_default()
}

/// Whether the answer's last byte is the file's.
fn ends_the_file(status: StatusCode, headers: &HeaderMap) -> bool {
    let range_ends = || {
        let (range, size) = headers.get(CONTENT_RANGE)?.to_str().ok()?.strip_prefix("bytes ")?.split_once('/')?;
        let last: u64 = range.split_once('-')?.1.parse().ok()?;
        Some(last.checked_add(1) == size.parse().ok())
    };
    status == StatusCode::OK || (status == StatusCode::PARTIAL_CONTENT && range_ends() == Some(true))
}

fn refuse(why: Refused) -> Routed {
    let plain = |status: StatusCode, text: &'static str| answer_of((status, text));
    match why {
        Refused::NotFound => routed(plain(StatusCode::NOT_FOUND, "There is no such download.\n"), "not-found"),
        Refused::Gone => routed(plain(StatusCode::GONE, "This download is not offered any more.\n"), "gone"),
        Refused::Store(error) => {
            error.log("a download was refused");
            routed(plain(StatusCode::SERVICE_UNAVAILABLE, "The server cannot look for this download now.\n"), "unavailable")
        }
        Refused::Busy => {
            let text = "The server builds as many archives as it may. Come again.\n";
            routed(answer_of((StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "10")], text)), "busy")
        }
        Refused::Io(error) => {
            tracing::error!(%error, "a download was refused: the file cannot be read");
            routed(plain(StatusCode::INTERNAL_SERVER_ERROR, "The server cannot read this download.\n"), "unreadable")
        }
    }
}

fn result_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::OK => "success",
        StatusCode::PARTIAL_CONTENT => "partial",
        StatusCode::NOT_MODIFIED => "not-modified",
        StatusCode::PRECONDITION_FAILED => "precondition-failed",
        StatusCode::RANGE_NOT_SATISFIABLE => "bad-range",
        _ => "other",
    }
}

const fn routed(response: HttpAnswer, result: &'static str) -> Routed {
    Routed { response, outcome: Some(Outcome { protocol: "http", operation: "download", result }) }
}
