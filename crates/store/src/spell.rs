//! Trouble that lasts: the log has a line when it begins, one now and then while it lasts, and one when it is over,
//! however many requests it hits.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::StoreError;

/// While it lasts it is mentioned again after so long.
const REMIND: Duration = Duration::from_secs(30);

/// Longer than workers wait before they try again: on a full disk what is small may still find room between two failures.
const CALM: Duration = Duration::from_secs(5);

/// What the log says when it begins, while it lasts, and when it is over.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words(pub(crate) &'static str, pub(crate) &'static str, pub(crate) &'static str);

pub(crate) const READING: Words =
    Words("reading from the store fails", "reading from the store still fails", "reading from the store works again");
pub(crate) const WRITING: Words =
    Words("writing to the store fails", "writing to the store still fails", "writing to the store works again");

/// One kind of trouble with one store.
#[derive(Debug)]
pub(crate) struct Spell {
    words: Words,
    /// So long without a failure, and a success is believed.
    calm: Duration,
    /// Whether there is trouble: what every request asks.
    lasts: AtomicBool,
    course: Mutex<Course>,
}

#[derive(Debug, Default)]
struct Course(Option<Times>);

#[derive(Debug, Clone, Copy)]
struct Times {
    began: Instant,
    mentioned: Instant,
    failed: Instant,
}

/// What there is to say after a failure.
#[derive(Debug, PartialEq, Eq)]
enum Mention {
    Begins,
    Lasts(Duration),
}

impl Spell {
    /// Trouble in which successes and failures may alternate.
    pub(crate) fn fitful(words: Words) -> Self {
        Self::new(words, CALM)
    }

    /// Trouble that is over with the first success.
    pub(crate) fn plain(words: Words) -> Self {
        Self::new(words, Duration::ZERO)
    }

    fn new(words: Words, calm: Duration) -> Self {
        Self { words, calm, lasts: AtomicBool::new(false), course: Mutex::default() }
    }

    /// What came of something that shows whether there is trouble. Other errors than outages do not show it.
    pub(crate) fn note(&self, error: Option<&StoreError>) {
        match error {
            Some(error @ StoreError::Unavailable(_)) => self.fails(error),
            Some(_) => {}
            None => self.works(),
        }
    }

    fn fails(&self, error: &StoreError) {
        let mut course = self.course.lock();
        let mention = course.fails(Instant::now());
        self.lasts.store(true, Ordering::Release);
        match mention {
            Some(Mention::Begins) => tracing::warn!(%error, "{}", self.words.0),
            Some(Mention::Lasts(time)) => tracing::warn!(%error, seconds = time.as_secs(), "{}", self.words.1),
            None => {}
        }
    }

    fn works(&self) {
        if !self.lasts.load(Ordering::Acquire) {
            return;
        }
        let mut course = self.course.lock();
        if let Some(time) = course.works(Instant::now(), self.calm) {
            self.lasts.store(false, Ordering::Release);
            tracing::info!(seconds = time.as_secs(), "{}", self.words.2);
        }
    }
}

impl Course {
    fn fails(&mut self, now: Instant) -> Option<Mention> {
        let Some(times) = &mut self.0 else {
            self.0 = Some(Times { began: now, mentioned: now, failed: now });
            return Some(Mention::Begins);
        };
        times.failed = now;
        if now.duration_since(times.mentioned) < REMIND {
            return None;
        }
        times.mentioned = now;
        Some(Mention::Lasts(now.duration_since(times.began)))
    }

    /// How long it lasted, if it is over.
    fn works(&mut self, now: Instant, calm: Duration) -> Option<Duration> {
        let times = self.0?;
        if now.duration_since(times.failed) < calm {
            return None;
        }
        self.0 = None;
        Some(now.duration_since(times.began))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spell_is_mentioned_at_its_ends_and_now_and_then() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut course = Course::default();
        assert_eq!(course.works(at(0), CALM), None, "there was no trouble");
        assert_eq!(course.fails(at(0)), Some(Mention::Begins));
        assert_eq!(course.fails(at(1)), None);
        assert_eq!(course.works(at(2), CALM), None, "too soon to be believed");
        assert_eq!(course.fails(at(29)), None);
        assert_eq!(course.fails(at(30)), Some(Mention::Lasts(Duration::from_secs(30))));
        assert_eq!(course.fails(at(59)), None);
        assert_eq!(course.fails(at(60)), Some(Mention::Lasts(Duration::from_mins(1))));
        assert_eq!(course.works(at(64), CALM), None);
        assert_eq!(course.works(at(65), CALM), Some(Duration::from_secs(65)));
        assert_eq!(course.works(at(66), CALM), None, "it is over already");
        assert_eq!(course.fails(at(67)), Some(Mention::Begins));
        assert_eq!(course.works(at(67), Duration::ZERO), Some(Duration::ZERO));
    }
}
