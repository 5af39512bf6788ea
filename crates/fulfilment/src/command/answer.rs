//! What a program's end means: its answer on standard output, or the lack of one.

use ordergate_program::Ended;
use ordergate_program::text::last_line;

use crate::Outcome;
use crate::said::{self, BYTES_MAX, EXPECTED, Said};

/// What an attempt came to whose program ended so.
pub fn read(ended: &Ended) -> Outcome {
    if ended.stdout_too_long {
        return Outcome::failed(format!("the processing program wrote more than {BYTES_MAX} bytes"));
    }
    match said::read(&ended.stdout) {
        Some(said) => judge(said, ended),
        None => without_answer(ended),
    }
}

fn judge(said: Said, ended: &Ended) -> Outcome {
    match said {
        Said::Failed { reason, retry } if reason.is_empty() => {
            Outcome::Failed { reason: "the processing program gave no reason".to_owned(), retry }
        }
        Said::Failed { reason, retry } => Outcome::Failed { reason, retry },
        _ if !ended.success => Outcome::failed(format!("the processing program gave a result but ended with {}", ended.how)),
        Said::NoUrl => Outcome::failed("the processing program gave a result that is no URL"),
        Said::Done(result) => Outcome::Done { result },
    }
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
