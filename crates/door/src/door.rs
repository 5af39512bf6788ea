//! What every protocol crate offers to the server.

use std::future::Future;

use ordergate_engine::Protocol;

use crate::{Answer, Request, TooMany};

/// A protocol, served under one path.
pub trait Door: Send + Sync + 'static {
    const PROTOCOL: Protocol;

    /// Answers one request.
    fn answer<'a>(&'a self, request: &'a Request<'a>) -> impl Future<Output = Answer> + Send + 'a;

    /// The protocol's own words for a request that could not be received.
    fn refuse(&self, request: Unread<'_>, why: NotReceived) -> Answer;

    /// The protocol's own words for a request that is not read, because too many have come before it.
    fn too_many(&self, request: Unread<'_>, refused: TooMany) -> Answer;
}

/// What is known of a request that is not read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unread<'a> {
    /// `Content-Type`.
    pub content_type: Option<&'a str>,
    /// `Accept-Language`.
    pub accept_language: Option<&'a str>,
}

/// Why a request could not be received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotReceived {
    /// It was not complete in time: 408.
    #[error("the request body did not arrive in time")]
    TimedOut,
    /// It is larger than allowed: 413.
    #[error("the request body is larger than {bytes_max} bytes")]
    TooLarge {
        /// The limit that was exceeded.
        bytes_max: usize,
    },
    /// The client broke off, or its transfer coding is malformed: 400.
    #[error("the request body is incomplete or malformed")]
    Broken,
}

impl NotReceived {
    /// The HTTP status that says what happened.
    pub const fn status(self) -> u16 {
        match self {
            Self::TimedOut => 408,
            Self::TooLarge { .. } => 413,
            Self::Broken => 400,
        }
    }
}
