//! `ordergate account`, beside a running server.

use std::process::Output;

use crate::harness::{Account, Answer, Config, Server, Soap, eventually, get_status, memory_kib, security, veloconnect_as};

fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn err(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

fn nobody() -> Server {
    Server::serve(&Config { toml: "[auth]\nfailures_per_minute_max = 1000\n".into(), accounts: Vec::new() })
}

fn as_oseo(server: &Server, user: &str, password: &str) -> Answer {
    let message = get_status("<os:filteringCriteria/><os:presentation>brief</os:presentation>");
    server.send(&Soap::V11.request_with(&security(user, password), &message))
}

fn code_as_buyer(server: &Server, buyer: &str, password: &str) -> String {
    server.send(&veloconnect_as(buyer, password, "GetProfile", "")).element("ResponseCode").unwrap().to_owned()
}

#[track_caller]
fn done(output: &Output) {
    assert!(output.status.success() && err(output).is_empty(), "{}", err(output));
}

/// Waits until OSEO lets this user in (200), or does not (500).
#[track_caller]
fn await_oseo(server: &Server, user: &str, password: &str, status: u16) {
    eventually("the server takes notice", || (as_oseo(server, user, password).status == status).then_some(()));
}

/// A hash takes 19 MiB, as much as all the rest of an idle server; the next one may be hours away.
#[test]
fn the_memory_of_a_login_is_given_back() {
    let server = nobody();
    done(&server.account(&["add", "--protocol", "oseo", "demo"], "secret"));
    await_oseo(&server, "demo", "secret", 200);
    for guess in 0..4 {
        assert_eq!(as_oseo(&server, "demo", &format!("guess-{guess}")).status, 500);
    }
    let own = memory_kib(server.pid(), "RssAnon").unwrap();
    assert!(own < 16 * 1024, "{own} KiB");
}

/// Beside a running server, which takes notice by itself.
#[test]
fn accounts_change_beside_a_running_server() {
    let server = nobody();
    for (user, password) in [("demo", "demo-secret"), ("admin", "admin"), ("", "")] {
        assert_eq!(as_oseo(&server, user, password).status, 500, "there are no accounts from the start");
    }
    assert_eq!(code_as_buyer(&server, "K4711", "geheim"), "410");
    assert_eq!(out(&server.account(&["list"], "")), "");

    done(&server.account(&["add", "--protocol", "oseo", "demo"], "first"));
    done(&server.account(&["add", "--protocol", "veloconnect", "--digest", "demo"], "zweites"));
    await_oseo(&server, "demo", "first", 200);
    eventually("the buyer is known", || (code_as_buyer(&server, "demo", "zweites") == "200").then_some(()));
    // One name, two protocols, two accounts.
    assert_eq!(as_oseo(&server, "demo", "zweites").status, 500);
    assert_eq!(code_as_buyer(&server, "demo", "first"), "411");
    assert_eq!(
        out(&server.account(&["list"], "")),
        "oseo\tdemo\tenabled\t-\t-\t-\tcustomer\nveloconnect\tdemo\tenabled\tdigest\t-\t-\tcustomer\n"
    );

    done(&server.account(&["disable", "--protocol", "oseo", "demo"], ""));
    await_oseo(&server, "demo", "first", 500);
    assert_eq!(code_as_buyer(&server, "demo", "zweites"), "200");
    assert!(out(&server.account(&["list"], "")).contains("oseo\tdemo\tdisabled\t-\t-\t-\tcustomer\n"));
    done(&server.account(&["enable", "--protocol", "oseo", "demo"], ""));
    await_oseo(&server, "demo", "first", 200);

    done(&server.account(&["set-password", "--protocol", "oseo", "demo"], "third"));
    await_oseo(&server, "demo", "third", 200);
    assert_eq!(as_oseo(&server, "demo", "first").status, 500, "the old password is not remembered");
}

/// Each of the two commands leaves alone what it is not about, but for the language that belongs to a new address.
#[test]
fn the_language_is_set_beside_the_mail_address() {
    let server = nobody();
    done(&server.account(&["add", "--protocol", "oseo", "demo"], "first"));
    let set = |arguments: &[&str]| {
        done(&server.account(&[&[arguments[0], "--protocol", "oseo", "demo"], &arguments[1..]].concat(), ""));
    };
    let listed = || out(&server.account(&["list"], "")).replace("oseo\tdemo\tenabled\t-\t", "");
    set(&["set-mail", "a@example.org", "--language", "de"]);
    assert_eq!(listed(), "a@example.org\tde\tcustomer\n");
    set(&["set-language", "en"]);
    assert_eq!(listed(), "a@example.org\ten\tcustomer\n");
    set(&["set-language", "--none"]);
    assert_eq!(listed(), "a@example.org\t-\tcustomer\n");
    let refused = server.account(&["set-language", "--protocol", "oseo", "nobody", "en"], "");
    assert_eq!((refused.status.code(), err(&refused)), (Some(1), "ordergate: there is no account of this name\n"));
}

#[test]
fn accounts_that_cannot_be() {
    let server = Server::serve(&Config { toml: String::new(), accounts: vec![Account("oseo", "demo", "demo-secret")] });
    for (arguments, password, status, says) in [
        (["add", "--protocol", "oseo", "demo"], "other", 1, "there is an account of this name already"),
        (["add", "--protocol", "oseo", "empty"], "", 2, "a password has 1 to 1024 characters"),
        (["set-password", "--protocol", "oseo", "demo"], "", 2, "a password has 1 to 1024 characters"),
        (["set-password", "--protocol", "oseo", "nobody"], "x", 1, "there is no account of this name"),
        (["disable", "--protocol", "veloconnect", "demo"], "", 1, "there is no account of this name"),
        (["enable", "--protocol", "oseo", "nobody"], "", 1, "there is no account of this name"),
    ] {
        let refused = server.account(&arguments, password);
        assert_eq!((refused.status.code(), err(&refused).lines().count()), (Some(status), 1), "{}", err(&refused));
        assert!(err(&refused).starts_with("ordergate: ") && err(&refused).contains(says), "{}", err(&refused));
    }
    assert_eq!(as_oseo(&server, "demo", "demo-secret").status, 200, "nothing was changed");
    assert_eq!(out(&server.account(&["list"], "")).lines().count(), 1);
    let long = "ä".repeat(1025);
    assert_eq!(server.account(&["add", "--protocol", "oseo", "long"], &long).status.code(), Some(2));
}
