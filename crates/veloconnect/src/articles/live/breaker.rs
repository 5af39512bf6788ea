//! Leaves a system alone that does not answer.

use ordergate_engine::Timestamp;
use parking_lot::Mutex;

use super::LiveOptions;

#[derive(Debug)]
pub(super) struct Breaker {
    failures_max: u32,
    pause_seconds: i64,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// In a row.
    failures: u32,
    /// When the next question may try, once there were too many.
    try_at: Option<Timestamp>,
}

impl Breaker {
    pub(super) fn new(options: &LiveOptions) -> Self {
        Self { failures_max: options.failures_max, pause_seconds: options.pause_seconds.into(), state: Mutex::default() }
    }

    /// Whether a question may go. During a pause none may; after it one, on which the others wait for another pause.
    pub(super) fn lets_pass(&self, now: Timestamp) -> bool {
        let mut state = self.state.lock();
        match state.try_at {
            None => true,
            Some(try_at) if now < try_at => false,
            Some(_) => {
                state.try_at = Some(now.plus_seconds(self.pause_seconds));
                true
            }
        }
    }

    pub(super) fn succeeded(&self) {
        let before = std::mem::take(&mut *self.state.lock());
        if before.try_at.is_some() {
            tracing::info!("live figures are answered again");
        }
    }

    pub(super) fn failed(&self, reason: &str, now: Timestamp) {
        let mut state = self.state.lock();
        state.failures = state.failures.saturating_add(1);
        if state.failures < self.failures_max {
            tracing::warn!(reason, "live figures are not answered");
            return;
        }
        if state.try_at.is_none() {
            tracing::error!(reason, seconds = self.pause_seconds, "live figures are not asked for, for a while");
        }
        state.try_at = Some(now.plus_seconds(self.pause_seconds));
    }
}
