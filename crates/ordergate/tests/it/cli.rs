//! The command line: what a person gets who types it, right or wrong.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use tempfile::NamedTempFile;

use crate::harness::{ordergate, output_of};

fn run(arguments: &[&str]) -> Output {
    output_of(ordergate().args(arguments))
}

fn out(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn err(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

fn file(toml: &str) -> NamedTempFile {
    let mut file = NamedTempFile::with_suffix(".toml").unwrap();
    file.write_all(toml.as_bytes()).unwrap();
    file
}

/// `ordergate config check` of a file, with variables.
fn check(toml: &str, variables: &[(&str, &str)]) -> Output {
    let file = file(toml);
    output_of(ordergate().args(["config", "check", "--config"]).arg(file.path()).envs(variables.iter().copied()))
}

#[test]
fn help_on_every_level() {
    let levels: [&[&str]; 11] = [
        &[],
        &["serve"],
        &["demo"],
        &["bench"],
        &["account"],
        &["account", "add"],
        &["account", "list"],
        &["account", "set-password"],
        &["config"],
        &["config", "check"],
        &["config", "reference"],
    ];
    for level in levels {
        let help = run(&[level, &["--help"]].concat());
        assert_eq!(help.status.code(), Some(0), "{level:?} {}", err(&help));
        assert!(out(&help).contains("Usage: ordergate") && err(&help).is_empty(), "{level:?} {}", out(&help));
    }
    let help = run(&["--help"]);
    for command in ["serve", "demo", "account", "config", "bench"] {
        assert!(out(&help).lines().any(|l| l.trim_start().starts_with(command)), "{command}: {}", out(&help));
    }
    let version = run(&["--version"]);
    assert_eq!((version.status.code(), out(&version)), (Some(0), concat!("ordergate ", env!("CARGO_PKG_VERSION"), "\n")));
}

#[test]
fn bad_usage_is_status_2() {
    let bad: [&[&str]; 9] = [
        &[],
        &["sevre"],
        &["serve", "--port", "80"],
        &["config"],
        &["account"],
        &["account", "add", "demo"],
        &["account", "add", "--protocol", "ftp", "demo"],
        &["account", "add", "--protocol", "oseo", " demo"],
        &["demo", "--orders", "-1"],
    ];
    for arguments in bad {
        let refused = run(arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?} {}", err(&refused));
        assert!(err(&refused).contains("Usage: ") || err(&refused).contains("error: "), "{arguments:?} {}", err(&refused));
        assert!(out(&refused).is_empty());
    }
}

#[test]
fn a_configuration_in_order() {
    let good = "[server]\nlisten = \"127.0.0.1:8081\"\n[oseo]\ntitle = \"Scenes\"\n[fulfilment.oseo]\nprocessor = \"demo\"\n";
    for (toml, variables) in [
        ("", &[][..]),
        (good, &[]),
        // Variables win, also over what could not be used.
        ("[server]\nlisten = \"nowhere\"\n", &[("ORDERGATE_SERVER__LISTEN", "[::1]:0")]),
        ("", &[("ORDERGATE_OSEO__COLLECTIONS", "[\"a\", \"b\"]"), ("ORDERGATE_STORE__READERS", "3")]),
        ("", &[("ORDERGATE_PORT", "tcp://10.0.0.1:80")]),
    ] {
        let checked = check(toml, variables);
        assert_eq!((checked.status.code(), out(&checked)), (Some(0), "the configuration is in order\n"), "{}", err(&checked));
    }
    let by_variable = file("[server]\nlistne = 1\n");
    let checked = output_of(ordergate().args(["config", "check"]).env("ORDERGATE_CONFIG", by_variable.path()));
    assert_eq!(checked.status.code(), Some(1), "the file that ORDERGATE_CONFIG names is read");
}

/// A file, variables, and what is said about them.
type Refused<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [&'a str]);

#[test]
fn what_is_wrong_with_a_configuration_is_said_with_its_place() {
    let cases: [Refused<'_>; 13] = [
        ("[server]\n\nlistne = \"x\"\n", &[], &[".toml:3:1: ", "listne"]),
        ("[sever]\nlisten = \"x\"\n", &[], &[".toml:1:2: ", "sever"]),
        ("[server]\nlisten = \"nowhere\"\n", &[], &[".toml:2:", "server.listen: must be host:port"]),
        ("[server]\nbody_bytes_max = \"much\"\n", &[], &[".toml:2:", "server.body_bytes_max"]),
        ("[fulfilment.oseo]\nlease_seconds = 1\n", &[], &[".toml:2:", "fulfilment.oseo.lease_seconds: must be between 5"]),
        ("[veloconnect]\nunknown_operation = \"404\"\n", &[], &[".toml:2:", "veloconnect.unknown_operation"]),
        ("[download]\nroot = \"products\"\n", &[], &[".toml:2:", "download.root: must be an absolute path"]),
        ("[download]\nroot = \"/nowhere/products\"\n", &[], &["download.root: /nowhere/products: "]),
        ("[server\n", &[], &[".toml:1:"]),
        ("", &[("ORDERGATE_SERVER__LISTNE", "x")], &["environment variable ORDERGATE_SERVER__LISTNE", "listne"]),
        ("", &[("ORDERGATE_SERVER__DRAIN_SECONDS", "-1")], &["environment variable ORDERGATE_SERVER__DRAIN_SECONDS"]),
        // What the variable says counts, also about where it stands.
        (
            "[server]\nbody_bytes_max = 4096\n",
            &[("ORDERGATE_SERVER__BODY_BYTES_MAX", "5")],
            &["environment variable ORDERGATE_SERVER__BODY_BYTES_MAX: server.body_bytes_max: must be between"],
        ),
        ("", &[("ORDERGATE_STORE__", "x")], &["environment variable ORDERGATE_STORE__: names no setting"]),
    ];
    for (toml, variables, says) in cases {
        let checked = check(toml, variables);
        let text = err(&checked);
        assert_eq!((checked.status.code(), text.lines().count(), out(&checked)), (Some(1), 1, ""), "{toml}: {text}");
        for words in [&["ordergate: "], says].concat() {
            assert!(text.contains(words), "{words} not in {text}");
        }
    }
    let missing = run(&["config", "check", "--config", "/nowhere/ordergate.toml"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(err(&missing).starts_with("ordergate: /nowhere/ordergate.toml: cannot be read: "), "{}", err(&missing));
    // A server does not start with what `check` refuses.
    let bad = file("[server]\nlistne = 1\n");
    let served = output_of(ordergate().args(["serve", "--config"]).arg(bad.path()));
    assert!(served.status.code() == Some(1) && err(&served).contains("listne"), "{}", err(&served));
}

/// As it is printed, and with every setting in it switched on.
#[test]
fn the_reference_is_a_configuration() {
    let reference = run(&["config", "reference"]);
    assert_eq!(reference.status.code(), Some(0));
    let text = out(&reference);
    let checked = check(text, &[]);
    assert_eq!(checked.status.code(), Some(0), "{}", err(&checked));
    let is_setting = |line: &str| line.starts_with('#') && !line.starts_with("# ") && !line.starts_with("##");
    let switched_on: Vec<&str> = text.lines().map(|l| if is_setting(l) { &l[1..] } else { l }).collect();
    assert!(switched_on.iter().filter(|l| l.contains(" = ") && !l.starts_with('#')).count() > 10, "{text}");
    let checked = check(&switched_on.join("\n"), &[]);
    assert_eq!(checked.status.code(), Some(0), "{}", err(&checked));
}

/// Nobody may wait for a password that never comes, and none may stand among the arguments.
#[test]
fn a_password_comes_from_standard_input_only() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("o.sqlite").display());
    let closed = output_of(ordergate().args(["account", "add", "--protocol", "oseo", "demo"]).env("ORDERGATE_STORE__URL", &url));
    assert_eq!(closed.status.code(), Some(2), "{}", err(&closed));
    let argument = output_of(ordergate().args(["account", "add", "--protocol", "oseo", "demo", "secret"]));
    assert_eq!(argument.status.code(), Some(2));
    let mut command: Command = ordergate();
    command.args(["account", "add", "--protocol", "oseo", "demo"]).env("ORDERGATE_STORE__URL", &url);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Not UTF-8: refused like any other bad input.
    child.stdin.take().unwrap().write_all(b"\xff\xfe\n").unwrap();
    let refused = child.wait_with_output().unwrap();
    assert!(!refused.status.success() && !err(&refused).contains("panicked"), "{}", err(&refused));
}
