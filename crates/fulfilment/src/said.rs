//! What those say who produce items, in JSON: one object, `{"result": "URL"}` or `{"error": "text", "retry": true}`.

use serde::{Deserialize, Deserializer};

use crate::result_url;
use ordergate_program::text::one_line;

/// What was expected instead of something else.
pub(crate) const EXPECTED: &str = r#"expected one JSON object, {"result":"URL"} or {"error":"text","retry":true}"#;

/// No answer is longer, in bytes.
pub(crate) const BYTES_MAX: usize = ordergate_program::STDOUT_BYTES_MAX;

/// What was said of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    Done(Option<String>),
    /// It is ready, but at something that is no URL.
    NoUrl,
    /// The reason is one line, and may be empty.
    Failed {
        reason: String,
        retry: bool,
    },
}

/// The answer as it is written; which members may stand together is checked by [`judge`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    #[serde(default, deserialize_with = "given")]
    result: Member,
    error: Option<String>,
    retry: Option<bool>,
}

/// Tells `"result": null`, the item is ready but nothing is to be fetched, from no result.
#[derive(Default)]
enum Member {
    #[default]
    Missing,
    Given(Option<String>),
}

fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Member, D::Error> {
    Option::deserialize(deserializer).map(Member::Given)
}

/// What the bytes say; none if they say nothing that can be understood.
pub(crate) fn read(bytes: &[u8]) -> Option<Said> {
    judge(serde_json::from_slice(bytes).ok()?)
}

fn judge(answer: Answer) -> Option<Said> {
    match answer {
        Answer { result: Member::Missing, error: Some(error), retry } => {
            Some(Said::Failed { reason: one_line(&error), retry: retry.unwrap_or(true) })
        }
        Answer { result: Member::Given(result), error: None, retry: None } => {
            let usable = result.as_deref().is_none_or(result_url::is_usable);
            Some(if usable { Said::Done(result) } else { Said::NoUrl })
        }
        _ => None,
    }
}
