//! Addresses that others name: where calls, deliveries and mail go to, and where results are.

use std::net::IpAddr;

use ordergate_delivery::{Address, Protocol};
use ordergate_fulfilment::{ClaimToken, file_url, is_usable_result};
use ordergate_outbox::check_address;
use ordergate_outgoing::{AllowList, Reach, Target, URL_BYTES_MAX, check_url, is_public};

/// Stands for a password. Whatever is wrong with an address, nothing that is said about it repeats one.
const SECRET: &str = "pw0rd";

/// Lines, each taken for an address of every kind; those of a delivery have their folder after a tab.
pub fn addresses(data: &[u8]) {
    for line in String::from_utf8_lossy(data).split('\n') {
        url(line);
        let (server, path) = line.split_once('\t').unwrap_or((line, ""));
        for protocol in Protocol::ALL {
            delivery(protocol, server, path);
        }
        result(line);
        claim(line);
        if check_address(line).is_ok() {
            assert!(line.contains('@') && !line.contains(char::is_whitespace) && !line.contains(char::is_control), "{line:?}");
        }
        let _ = AllowList::new([line]);
    }
}

/// Only http and https, without a user's name, and no address that is written out leads into a network of the operator's.
fn url(text: &str) {
    let said = match check_url(text, &Reach::Public) {
        Ok(()) => String::new(),
        Err(error) => error.to_string(),
    };
    no_secret(text, &said);
    let Ok(target) = Target::parse(text) else { return };
    assert!(text.len() <= URL_BYTES_MAX && !text.contains(char::is_control), "{text:?}");
    let shown = target.to_string();
    no_secret(text, &shown);
    let again = Target::parse(&shown).unwrap_or_else(|error| panic!("{shown}: {error}"));
    assert_eq!(again.to_string(), shown, "{text:?}");
    if said.is_empty() {
        let authority = shown.split_once("://").map(|(_, authority)| authority).unwrap_or_default();
        let host = authority.rsplit_once(':').map(|(host, _)| host.trim_matches(['[', ']'])).unwrap_or_default();
        assert!(is_outside(host), "{text:?} leads to {host}");
    }
}

/// Whether it is an address of the public internet, or a name that no resolver takes for an address.
fn is_outside(host: &str) -> bool {
    let last = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_number = !last.is_empty() && (last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x"));
    host.parse::<IpAddr>().map_or(!is_number, is_public)
}

fn delivery(protocol: Protocol, server: &str, path: &str) {
    match Address::parse(protocol, server, path, &Reach::Public) {
        Ok(address) => {
            assert!(!address.folder.split('/').any(|name| name == "..") && !address.folder.contains(char::is_control));
            assert!(address.port > 0 && !address.host.is_empty() && !address.host.contains(['/', '@', '?', '#']), "{address:?}");
            assert!(is_outside(&address.host), "{address:?}");
        }
        Err(error) => no_secret(server, &error.to_string()),
    }
}

/// The `file:` URL of a file names this file, and a URL of a result may stand in XML.
fn result(text: &str) {
    if let Some(path) = file_url::path_of(text) {
        assert!(path.is_absolute() && file_url::is_file_url(text), "{text:?}");
        let written = file_url::of_path(&path).unwrap_or_else(|| panic!("{}", path.display()));
        assert_eq!(file_url::path_of(&written).as_ref(), Some(&path), "{text:?}");
    }
    if is_usable_result(text) {
        assert!(text.contains(':') && !text.contains(|c: char| c.is_control() || c.is_whitespace()), "{text:?}");
    }
}

/// A claim has one spelling.
fn claim(text: &str) {
    if let Some(claim) = ClaimToken::parse(text) {
        assert_eq!(claim.to_string(), text);
    }
}

/// A user's name and password stand before an `@`; whatever else holds the word was no secret.
fn no_secret(given: &str, said: &str) {
    let is_secret = given.split_once("://").is_some_and(|(_, rest)| rest.split('@').next().unwrap_or_default().contains(SECRET));
    assert!(!is_secret || !given.contains('@') || !said.contains(SECRET), "{given:?}: {said}");
}
