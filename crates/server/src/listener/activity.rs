//! What one connection is doing, and from that: when it has to be cut.
//!
//! hyper's own header timeout also runs while a kept-alive connection waits for its next request, so it cannot
//! tell a half-sent head (seconds) from an idle connection (a minute). Bytes read and requests begun can.
//!
//! Reading the clock is not free, and several things happen in one turn of a connection. So what happens is only
//! noted, and gets its time when the watch looks, at the end of that turn.

use std::mem;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

/// How long a connection may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) header: Duration,
    pub(super) body: Duration,
    pub(super) idle: Duration,
}

/// Why a connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// No complete request head in time.
    Header,
    /// No request, or a client that takes nothing of its answer.
    Idle,
}

/// Shared between a connection's transport, its requests and its watch.
#[derive(Debug)]
pub(super) struct Activity {
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    Http1,
    Http2,
}

#[derive(Clone, Debug)]
struct State {
    opened: Instant,
    /// Known from the first request on.
    protocol: Option<Protocol>,
    /// Requests this side is working on: a handler runs, or an answer's next part is awaited from it.
    working: usize,
    /// First byte of a head that is not complete yet.
    head_started: Option<Instant>,
    write_blocked: bool,
    last_progress: Instant,
    request_body_unread: bool,
    noted: Noted,
}

/// What happened in this turn of the connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Noted {
    /// Bytes came that may begin a head.
    head: bool,
    progress: bool,
}

impl Activity {
    pub(super) fn new(now: Instant) -> Arc<Self> {
        Arc::new(Self { state: Mutex::new(State::new(now)) })
    }

    pub(super) fn bytes_read(&self) {
        self.state.lock().bytes_read();
    }

    pub(super) fn bytes_written(&self) {
        let mut state = self.state.lock();
        state.write_blocked = false;
        // On HTTP/2 a client's pings are answered; that must not count as use.
        if state.protocol != Some(Protocol::Http2) {
            state.noted.progress = true;
        }
    }

    pub(super) fn write_blocked(&self) {
        self.state.lock().write_blocked = true;
    }

    /// Part of an answer was handed to the transport.
    pub(super) fn answer_progress(&self) {
        self.state.lock().progress();
    }

    pub(super) fn request_started(self: &Arc<Self>, protocol: Protocol) -> Working {
        let mut state = self.state.lock();
        state.protocol = Some(protocol);
        state.head_started = None;
        state.noted.head = false;
        state.working += 1;
        drop(state);
        Working(Arc::clone(self))
    }

    pub(super) fn work(self: &Arc<Self>) -> Working {
        self.state.lock().working += 1;
        Working(Arc::clone(self))
    }

    /// A request's body was given up before its end. On HTTP/1 the connection cannot be used after that.
    pub(super) fn request_body_left_unread(&self) {
        let mut state = self.state.lock();
        state.request_body_unread = state.protocol == Some(Protocol::Http1);
    }

    pub(super) fn request_body_unread(&self) -> bool {
        self.state.lock().request_body_unread
    }

    /// When the connection is to be cut, and why; `None` while this side is at work.
    pub(super) fn due(&self, limits: &Limits) -> Option<(Instant, Cut)> {
        let mut state = self.state.lock();
        if state.working > 0 {
            return None;
        }
        if state.noted != Noted::default() {
            state.settle(Instant::now());
        }
        state.due(limits)
    }
}

impl State {
    fn new(now: Instant) -> Self {
        Self {
            opened: now,
            protocol: None,
            working: 0,
            head_started: None,
            write_blocked: false,
            last_progress: now,
            request_body_unread: false,
            noted: Noted::default(),
        }
    }

    fn bytes_read(&mut self) {
        // On HTTP/2 frames that are no request (pings, settings) arrive at any time.
        if self.working == 0 && self.protocol != Some(Protocol::Http2) {
            self.noted.head = true;
        }
    }

    /// HTTP/2 runs requests elsewhere, where no turn of the connection need follow.
    fn progress(&mut self) {
        if self.protocol == Some(Protocol::Http2) {
            self.last_progress = Instant::now();
        } else {
            self.noted.progress = true;
        }
    }

    /// Gives what was noted its time.
    fn settle(&mut self, now: Instant) {
        let noted = mem::take(&mut self.noted);
        if noted.head {
            self.head_started.get_or_insert(now);
        }
        if noted.progress {
            self.last_progress = now;
        }
    }

    fn due(&self, limits: &Limits) -> Option<(Instant, Cut)> {
        if self.working > 0 {
            return None;
        }
        if self.protocol.is_none() {
            return Some((self.opened + limits.header, Cut::Header));
        }
        match self.head_started {
            // While an answer is still being taken, what is read is the next request come early.
            Some(started) if !self.write_blocked => Some((started + limits.header, Cut::Header)),
            _ => Some((self.last_progress + limits.idle, Cut::Idle)),
        }
    }
}

/// Held while this side works on a request: nothing is the client's fault meanwhile.
#[derive(Debug)]
pub(super) struct Working(Arc<Activity>);

impl Drop for Working {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.working -= 1;
        state.progress();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const LIMITS: Limits =
        Limits { header: Duration::from_secs(10), body: Duration::from_secs(30), idle: Duration::from_secs(75) };

    fn idle_after_a_request(opened: Instant) -> State {
        State { protocol: Some(Protocol::Http1), ..State::new(opened) }
    }

    #[test]
    fn a_new_connection_owes_a_head() {
        let opened = Instant::now();
        let mut state = State::new(opened);
        assert_eq!(state.due(&LIMITS), Some((opened + LIMITS.header, Cut::Header)));
        // Trickling bytes does not move the deadline.
        state.bytes_read();
        state.settle(opened + Duration::from_secs(9));
        assert_eq!(state.due(&LIMITS), Some((opened + LIMITS.header, Cut::Header)));
    }

    #[test]
    fn a_kept_alive_connection_may_idle_until_it_starts_a_head() {
        let opened = Instant::now();
        let mut state = idle_after_a_request(opened);
        assert_eq!(state.due(&LIMITS), Some((opened + LIMITS.idle, Cut::Idle)));
        let first = opened + Duration::from_mins(1);
        state.bytes_read();
        state.settle(first);
        state.bytes_read();
        state.settle(first + Duration::from_secs(5));
        assert_eq!(state.due(&LIMITS), Some((first + LIMITS.header, Cut::Header)));
    }

    #[test]
    fn an_idle_connection_is_so_from_its_last_answer_on() {
        let opened = Instant::now();
        let activity = Activity::new(opened);
        let working = activity.request_started(Protocol::Http1);
        activity.bytes_read();
        assert_eq!(activity.due(&LIMITS), None);
        drop(working);
        let ended = Instant::now();
        let (at, why) = activity.due(&LIMITS).unwrap();
        assert_eq!(why, Cut::Idle, "what was read was the request's body");
        assert!(at >= ended + LIMITS.idle);
        assert_eq!(activity.due(&LIMITS), Some((at, why)), "looking is no progress");
    }

    #[test]
    fn work_on_this_side_is_never_cut() {
        let mut state = idle_after_a_request(Instant::now());
        state.working = 1;
        assert_eq!(state.due(&LIMITS), None);
    }

    #[test]
    fn http2_pings_neither_start_a_head_nor_keep_a_connection() {
        let opened = Instant::now();
        let activity = Activity::new(opened);
        drop(activity.request_started(Protocol::Http2));
        let before = activity.due(&LIMITS);
        activity.bytes_read();
        activity.bytes_written();
        assert_eq!(activity.due(&LIMITS), before);
        assert_eq!(before.map(|(_, why)| why), Some(Cut::Idle));
    }

    #[test]
    fn a_client_that_takes_nothing_is_idle_even_with_bytes_read_ahead() {
        let opened = Instant::now();
        let mut state = idle_after_a_request(opened);
        state.bytes_read();
        state.settle(opened);
        state.write_blocked = true;
        assert_eq!(state.due(&LIMITS), Some((opened + LIMITS.idle, Cut::Idle)));
    }
}
