#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::path::Path;

use super::*;
use crate::http_options::Seconds;

fn load_text(text: &str, env: &[(&str, &str)]) -> Result<Config, String> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let path = file.path().to_owned();
    let env = env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    load(Some(&path), env).map_err(|error| {
        let name = path.to_str().unwrap();
        error.to_string().replace(name, "FILE")
    })
}

#[test]
fn nothing_given_is_the_defaults() {
    let config = load(None, std::iter::empty()).unwrap();
    assert_eq!(config, Config::default());
}

#[test]
fn a_missing_file_is_an_error() {
    let error = load(Some(Path::new("/nowhere/a.toml")), std::iter::empty()).unwrap_err();
    assert!(error.to_string().starts_with("/nowhere/a.toml: cannot be read"));
}

#[test]
fn the_environment_wins_over_the_file() {
    let file = "[server]\nlisten = '127.0.0.1:1'\nconnections_max = 7\n";
    let env = [
        ("ORDERGATE_SERVER__LISTEN", "0.0.0.0:80"),
        ("ORDERGATE_SERVER__BODY_TIMEOUT_SECONDS", "0.5"),
        ("ORDERGATE_SERVER__PUBLIC_URL", "\"https://orders.example\""),
        ("ORDERGATE_LOG__FORMAT", "json"),
    ];
    let config = load_text(file, &env).unwrap();
    assert_eq!(config.server.listen, "0.0.0.0:80");
    assert_eq!(config.server.connections_max, 7);
    assert_eq!(config.server.body_timeout_seconds, Seconds::from_millis(500));
    assert_eq!(config.server.public_url(), Some("https://orders.example"));
    assert_eq!(config.log.format, LogFormat::Json);
}

#[test]
fn variables_of_others_are_left_alone() {
    let env = [
        ("PATH", "/bin"),
        ("ORDERGATE_CONFIG", "/etc/a.toml"),
        ("ORDERGATE_PORT_8080_TCP_ADDR", "10.0.0.1"),
        ("ORDERGATE_SERVICE_HOST", "10.0.0.1"),
    ];
    assert_eq!(load_text("", &env).unwrap(), Config::default());
}

#[test]
fn errors_say_where_and_what() {
    for (file, env, expected) in [
        (
            "[server]\nlisten = 'a:1'\n  lisn = 2\n",
            None,
            "FILE:3:3: server.lisn: unknown field `lisn`, expected one of `listen`, ",
        ),
        ("[sever]\n", None, "FILE:1:2: sever: unknown field `sever`, expected "),
        (
            "[server]\nconnections_max = 'many'\n",
            None,
            "FILE:2:19: server.connections_max: invalid type: string, expected a whole number",
        ),
        ("[server]\n\nconnections_max = 0\n", None, "FILE:3:19: server.connections_max: must be between 1 and "),
        ("[server]\nlisten = 'a:1\n", None, "FILE:2:"),
        (
            "[store]\nurl = 'postgres://a@b/c'\npassword_file = '/nowhere/p'\n",
            None,
            "FILE:3:17: store.password_file: the password file /nowhere/p cannot be read: ",
        ),
        ("[log]\nlevel = 'loud'\n", None, "FILE:2:9: log.level: unknown value, expected one of `error`, "),
        (
            "",
            Some(("ORDERGATE_SERVER__LISN", "x:1")),
            "environment variable ORDERGATE_SERVER__LISN: server.lisn: unknown field `lisn`",
        ),
        ("", Some(("ORDERGATE_LISTEN", "x:1")), "environment variable ORDERGATE_LISTEN: listen: unknown field `listen`"),
        (
            "[server]\nconnections_max = 5\n",
            Some(("ORDERGATE_SERVER__CONNECTIONS_MAX", "lots")),
            "environment variable ORDERGATE_SERVER__CONNECTIONS_MAX: server.connections_max: invalid type: string, expected a whole number",
        ),
        (
            "[server]\nconnections_max = 5\n",
            Some(("ORDERGATE_SERVER__CONNECTIONS_MAX", "0")),
            "environment variable ORDERGATE_SERVER__CONNECTIONS_MAX: server.connections_max: must be between",
        ),
        (
            "",
            Some(("ORDERGATE_SERVER__LISTEN", "[1, 2]")),
            "environment variable ORDERGATE_SERVER__LISTEN: server.listen: invalid type: sequence, expected a string",
        ),
        (
            "[server]\nlisten = 'a:1'\n",
            Some(("ORDERGATE_SERVER__LISTEN__PORT", "1")),
            "environment variable ORDERGATE_SERVER__LISTEN__PORT: listen has no settings inside",
        ),
        ("", Some(("ORDERGATE_SERVER__", "1")), "environment variable ORDERGATE_SERVER__: names no setting"),
    ] {
        let env: Vec<_> = env.into_iter().collect();
        let error = load_text(file, &env).unwrap_err();
        assert!(error.starts_with(expected), "{error}\nwas expected to be\n{expected}");
    }
}

#[test]
fn a_value_never_shows_in_an_error() {
    for file in [
        "[server]\nconnections_max = 'geheim'\n",
        "[server]\nconnections_max = \"geheim\n",
        "[server]\npublic_url = 'https://geheim@orders.example'\n",
        "[server]\nlisten = geheim\n",
    ] {
        let error = load_text(file, &[]).unwrap_err();
        assert!(!error.contains("geheim"), "{error}");
    }
    let env = [("ORDERGATE_SERVER__BODY_TIMEOUT_SECONDS", "geheim")];
    let error = load_text("", &env).unwrap_err();
    assert!(!error.contains("geheim"), "{error}");
}

#[test]
fn the_reference_is_the_default_configuration() {
    let reference = reference();
    assert_eq!(load_text(&reference, &[]).unwrap(), Config::default());
    let in_force: String = reference
        .lines()
        .map(|line| match line.strip_prefix('#') {
            Some(setting) if setting.starts_with(|c: char| c.is_ascii_lowercase()) => setting,
            _ => line,
        })
        .flat_map(|line| [line, "\n"])
        .collect();
    assert_eq!(load_text(&in_force, &[]).unwrap(), Config::default());
}

#[test]
fn the_reference_names_every_setting() {
    let reference = reference();
    for (section, optional) in [
        ("server", vec!["public_url", "tls"]),
        ("log", vec![]),
        ("download", vec!["root"]),
        ("delivery", vec!["known_hosts_file", "ca_file"]),
    ] {
        let error = load_text(&format!("[{section}]\nx = 1\n"), &[]).unwrap_err();
        let (_, known) = error.split_once("expected ").unwrap();
        for name in known.split('`').skip(1).step_by(2) {
            let mark = if optional.contains(&name) { "##" } else { "#" };
            let line = format!("\n{mark}{name} = ");
            assert!(reference.contains(&line), "{name} is missing");
        }
    }
}
