//! One run under a lease, of whatever kind.

use ordergate_engine::OrderId;
use tokio::sync::broadcast::Receiver;

use super::Shared;
use super::lease::{Held, keep};
use super::stop::Stop;

/// How a run ended.
#[derive(Debug)]
pub(super) enum RunEnd<T> {
    Outcome(T),
    Stopped,
    LeaseLost,
}

/// Runs until it is done, the worker is to stop, or the lease is lost. In the latter cases the future is dropped, which ends
/// the work.
pub(super) async fn run<T>(
    shared: &Shared,
    working: impl Future<Output = T>,
    held: &mut Held,
    stop: &Stop,
    recalls: &mut Receiver<OrderId>,
) -> RunEnd<T> {
    if stop.is_due() {
        return RunEnd::Stopped;
    }
    tokio::select! {
        biased;
        outcome = working => RunEnd::Outcome(outcome),
        () = stop.wait() => RunEnd::Stopped,
        () = keep(shared, held, recalls) => RunEnd::LeaseLost,
    }
}
