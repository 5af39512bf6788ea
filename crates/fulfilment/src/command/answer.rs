//! What a program's end means: its answer on standard output, or the lack of one.

use serde::{Deserialize, Deserializer};

use crate::{Outcome, result_url};
use ordergate_program::text::{last_line, one_line};
use ordergate_program::{Ended, STDOUT_BYTES_MAX};

const EXPECTED: &str = r#"expected one JSON object, {"result":"URL"} or {"error":"text","retry":true}"#;

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

/// What the attempt came to.
pub(super) fn read(ended: &Ended) -> Outcome {
    if ended.stdout_too_long {
        return Outcome::failed(format!("the processing program wrote more than {STDOUT_BYTES_MAX} bytes"));
    }
    let answer = serde_json::from_slice(&ended.stdout).ok().and_then(|a| judge(a, ended));
    answer.unwrap_or_else(|| without_answer(ended))
}

/// The outcome that an answer states; `None` if it states none.
fn judge(answer: Answer, ended: &Ended) -> Option<Outcome> {
    match answer {
        Answer { result: Member::Missing, error: Some(error), retry } => {
            let words = one_line(&error);
            let reason = if words.is_empty() { "the processing program gave no reason".to_owned() } else { words };
            Some(Outcome::Failed { reason, retry: retry.unwrap_or(true) })
        }
        Answer { result: Member::Given(result), error: None, retry: None } => Some(done(result, ended)),
        _ => None,
    }
}

fn done(result: Option<String>, ended: &Ended) -> Outcome {
    if !ended.success {
        return Outcome::failed(format!("the processing program gave a result but ended with {}", ended.how));
    }
    if result.as_deref().is_some_and(|url| !result_url::is_usable(url)) {
        return Outcome::failed("the processing program gave a result that is no URL");
    }
    Outcome::Done { result }
}

fn without_answer(ended: &Ended) -> Outcome {
    if ended.success {
        let found = if ended.stdout.is_empty() { "nothing" } else { "something else" };
        return Outcome::failed(format!("the processing program wrote {found}; {EXPECTED}"));
    }
    Outcome::failed(match last_line(&ended.stderr) {
        Some(words) => words,
        None => format!("the processing program ended with {} and gave no reason", ended.how),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(success: bool, stdout: &str, stderr: &str) -> Ended {
        let (stdout, stderr) = (stdout.as_bytes().to_vec(), stderr.as_bytes().to_vec());
        Ended { success, how: "exit status 3".into(), stdout, stdout_too_long: false, stderr }
    }

    fn failed(reason: &str, retry: bool) -> Outcome {
        Outcome::Failed { reason: reason.into(), retry }
    }

    #[test]
    fn answers_that_say_what_became_of_the_item() {
        let done = |result: Option<&str>| Outcome::Done { result: result.map(Into::into) };
        let nonsense = "nonsense\nbad scene\n";
        for (success, stdout, expected) in [
            (true, r#"{"result":"https://x.example/1?a=b"}"#, done(Some("https://x.example/1?a=b"))),
            (true, "\n {\"result\": null}\n", done(None)),
            (true, r#"{"error":"no\nscene","retry":false}"#, failed("no scene", false)),
            (false, r#"{"error":"busy"}"#, failed("busy", true)),
            (false, r#"{"error":" ","retry":true}"#, failed("the processing program gave no reason", true)),
            (
                false,
                r#"{"result":"https://x"}"#,
                failed("the processing program gave a result but ended with exit status 3", true),
            ),
            (true, r#"{"result":"no url"}"#, failed("the processing program gave a result that is no URL", true)),
            (true, r#"{"result":""}"#, failed("the processing program gave a result that is no URL", true)),
        ] {
            assert_eq!(read(&ended(success, stdout, nonsense)), expected, "{stdout}");
        }
    }

    #[test]
    fn whatever_else_a_program_writes_is_a_failure_that_says_what_was_expected() {
        let both = r#"{"result":"https://x","error":"x"}"#;
        let twice = "{\"result\":null}\n{\"result\":null}";
        for stdout in ["ready", "{}", "[]", r#"{"result":5}"#, both, twice, r#"{"reslt":"https://x"}"#, r#"{"retry":true}"#] {
            let expected = format!("the processing program wrote something else; {EXPECTED}");
            assert_eq!(read(&ended(true, stdout, "ignored")), failed(&expected, true), "{stdout}");
            assert_eq!(read(&ended(false, stdout, "a\nbad scene\n")), failed("bad scene", true), "{stdout}");
        }
        assert_eq!(read(&ended(true, "", "")), failed(&format!("the processing program wrote nothing; {EXPECTED}"), true));
        let silent = "the processing program ended with exit status 3 and gave no reason";
        assert_eq!(read(&ended(false, "", "\n")), failed(silent, true));
    }
}
