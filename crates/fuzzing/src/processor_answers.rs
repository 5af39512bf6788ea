//! What those say who produce items: a program by its output and its end, a service over HTTP.

use std::sync::OnceLock;

use http::{HeaderMap, StatusCode};
use ordergate_fulfilment::{FulfilmentOptions, HttpProcessor, Outcome, command, is_usable_result};
use ordergate_outgoing::{Answer, Signer};
use ordergate_program::text::WORDS_CHARACTERS_MAX;
use ordergate_program::{Ended, STDOUT_BYTES_MAX};

/// The first byte is the exit status, and the last two digits of the service's. What follows, up to a NUL, is standard output or the
/// answer's body; the rest standard error. Whatever it is, the outcome is fit to be stored and shown.
pub fn processor_answers(data: &[u8]) {
    let Some((&status, said)) = data.split_first() else { return };
    let (output, errors) = said.split_at(said.iter().position(|byte| *byte == 0).unwrap_or(said.len()));
    let ended = Ended {
        success: status == b'0',
        how: format!("exit status {status}"),
        stdout: output.to_vec(),
        stdout_too_long: output.len() > STDOUT_BYTES_MAX,
        stderr: errors.to_vec(),
    };
    let by_program = command::read(&ended);
    check(&by_program);
    for hundreds in 1..6_u16 {
        let status = StatusCode::from_u16(hundreds * 100 + u16::from(status) % 32).unwrap_or_default();
        let answer = Answer { status, headers: HeaderMap::new(), body: output.to_vec().into() };
        let by_service = service().judge(&answer);
        check(&by_service);
        match (&by_service, status.as_u16()) {
            // A program and a service say the same in the same words.
            (Outcome::Done { .. }, 200) => assert!(!ended.success || by_program == by_service, "{by_program:?} {by_service:?}"),
            (Outcome::Done { .. }, _) => panic!("a result with status {status}"),
            (Outcome::HandedOver { .. }, other) => assert_eq!(other, 202),
            (Outcome::Failed { .. }, _) => {}
        }
    }
}

fn service() -> &'static HttpProcessor {
    static SERVICE: OnceLock<HttpProcessor> = OnceLock::new();
    SERVICE.get_or_init(|| {
        let secret = Signer::parse("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3").unwrap_or_else(|error| panic!("{error}"));
        let options = FulfilmentOptions { secret: Some(secret), ..FulfilmentOptions::default() };
        HttpProcessor::new(&options, Some("http://localhost/work/oseo".to_owned())).unwrap_or_else(|error| panic!("{error}"))
    })
}

fn check(outcome: &Outcome) {
    match outcome {
        Outcome::Done { result: Some(url) } => assert!(is_usable_result(url), "{url:?}"),
        Outcome::Failed { reason, .. } => {
            let is_line =
                !reason.trim().is_empty() && !reason.contains(|c: char| c.is_control() || c == '\u{FFFE}' || c == '\u{FFFF}');
            assert!(is_line && reason.chars().count() <= WORDS_CHARACTERS_MAX + 1, "{reason:?}");
        }
        Outcome::Done { result: None } | Outcome::HandedOver { .. } => {}
    }
}
