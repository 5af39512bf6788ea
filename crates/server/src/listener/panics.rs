//! A handler that panics costs its own request an answer of 500, and nothing else.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::Poll;

use axum::response::{IntoResponse, Response};
use http::StatusCode;

/// The future panicked. What it said went to the process's panic hook and goes nowhere else: it may quote input.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Panicked;

/// Runs a future to its end or to its panic. It is pinned where it was made: moving a request's whole work about
/// costs more than all the rest here.
pub(crate) async fn catch<F: Future>(mut future: Pin<&mut F>) -> Result<F::Output, Panicked> {
    std::future::poll_fn(move |cx| {
        // The future is not polled again after a panic, so nobody sees what it left half done.
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(poll) => poll.map(Ok),
            Err(_) => Poll::Ready(Err(Panicked)),
        }
    })
    .await
}

impl IntoResponse for Panicked {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, "internal error\n").into_response()
    }
}
