//! What every protocol crate offers to the server.

use std::future::Future;

use ordergate_engine::Protocol;

use crate::{Answer, Request, TooMany};

/// A protocol, served under one path.
pub trait Door: Send + Sync + 'static {
    const PROTOCOL: Protocol;

    /// Answers one request.
    fn answer<'a>(&'a self, request: Request<'a>) -> impl Future<Output = Answer> + Send + 'a;

    /// The protocol's own words for a request that could not be received: too large, too slow, broken off.
    fn refuse(&self, content_type: Option<&str>, status: u16, reason: &str) -> Answer;

    /// The protocol's own words for a request that is not read, because too many have come before it.
    fn too_many(&self, content_type: Option<&str>, refused: TooMany) -> Answer;
}
