//! The languages that mail is written in.

use ordergate_engine::Timestamp;
use ordergate_engine::order::Status;
use serde::{Deserialize, Serialize};

/// A language that there are templates in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    En,
    De,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// ISO 639-1.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }

    /// What a reader calls a status.
    pub(crate) fn status(self, status: Status) -> &'static str {
        let (en, de) = match status {
            Status::Submitted => ("submitted", "eingegangen"),
            Status::Accepted => ("accepted", "angenommen"),
            Status::Cancelled => ("cancelled", "storniert"),
            Status::Completed => ("complete", "ausgeführt"),
            Status::InProduction => ("in production", "in Arbeit"),
            Status::Suspended => ("suspended", "zurückgestellt"),
            Status::Failed => ("failed", "gescheitert"),
            Status::Terminated => ("ended", "beendet"),
            Status::Downloaded => ("downloaded", "abgerufen"),
        };
        match self {
            Self::En => en,
            Self::De => de,
        }
    }

    /// A time to the minute, in UTC.
    pub(crate) fn time(self, at: Timestamp) -> String {
        let format = match self {
            Self::En => "%Y-%m-%d %H:%M UTC",
            Self::De => "%d.%m.%Y %H:%M UTC",
        };
        jiff::Timestamp::from_microsecond(at.0).map_or_else(|_| at.0.to_string(), |at| at.strftime(format).to_string())
    }
}
