//! The `[log]` section, and setting the log up.

use std::io::IsTerminal;

use serde::Deserialize;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

/// How much to write about what happens, and how.
#[derive(Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct LogOptions {
    /// The least important events still written.
    pub level: LogLevel,
    /// One event per line either way.
    pub format: LogFormat,
}

/// Importance of an event.
#[derive(Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum LogLevel {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
}

/// How a line is written.
#[derive(Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object per line.
    Json,
}

impl LogLevel {
    fn filter(self) -> LevelFilter {
        match self {
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
            Self::Trace => LevelFilter::TRACE,
        }
    }
}

/// Libraries below us trace what they receive, headers and all, so they never get beyond `info`.
fn filter(level: LogLevel) -> Targets {
    let level = level.filter();
    Targets::new().with_default(level.min(LevelFilter::INFO)).with_target("ordergate", level)
}

/// Sends the log to standard error. The first call in a process decides; later ones change nothing.
pub fn init_logging(options: &LogOptions) {
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match options.format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed(),
    };
    // An error means that there is a log already.
    let _ = tracing_subscriber::registry().with(lines.with_filter(filter(options.level))).try_init();
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing::Level;

    #[test]
    fn only_our_own_events_go_beyond_info() {
        let filter = filter(LogLevel::Trace);
        assert!(filter.would_enable("ordergate_server::listener", &Level::TRACE));
        assert!(filter.would_enable("ordergate::request", &Level::TRACE));
        assert!(filter.would_enable("hyper", &Level::INFO));
        assert!(!filter.would_enable("hyper", &Level::DEBUG));
    }

    #[test]
    fn a_quiet_level_quiets_everyone() {
        let filter = filter(LogLevel::Error);
        assert!(!filter.would_enable("hyper", &Level::WARN));
        assert!(!filter.would_enable("ordergate_server", &Level::WARN));
    }

    #[test]
    fn setting_the_log_up_twice_is_fine() {
        init_logging(&LogOptions::default());
        init_logging(&LogOptions::default());
    }
}
