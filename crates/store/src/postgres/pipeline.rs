//! Several messages in one flight.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use futures_util::future::{MaybeDone, maybe_done};

/// Starts all futures in their order before it waits for any, and gives what they give. A statement is sent when its
/// future is first polled, and answers come back in order: so they all travel in one flight.
pub(super) async fn in_one_flight<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut all: Vec<Pin<Box<MaybeDone<F>>>> = futures.into_iter().map(|future| Box::pin(maybe_done(future))).collect();
    poll_fn(|context| {
        for future in &mut all {
            let _ = future.as_mut().poll(context);
        }
        Poll::Ready(())
    })
    .await;
    let mut outputs = Vec::with_capacity(all.len());
    for mut future in all {
        future.as_mut().await;
        outputs.extend(future.as_mut().take_output());
    }
    outputs
}

#[cfg(test)]
mod tests {
    use super::in_one_flight;
    use std::sync::Mutex;

    #[tokio::test]
    async fn all_are_started_in_order_before_any_ends() {
        let started = Mutex::new(Vec::new());
        let work = |n: u32| {
            let started = &started;
            async move {
                started.lock().expect("not poisoned").push(n);
                tokio::task::yield_now().await;
                (n, started.lock().expect("not poisoned").len())
            }
        };
        assert_eq!(in_one_flight((0..4).map(work)).await, [(0, 4), (1, 4), (2, 4), (3, 4)]);
        assert_eq!(started.into_inner().expect("not poisoned"), [0, 1, 2, 3]);
    }
}
