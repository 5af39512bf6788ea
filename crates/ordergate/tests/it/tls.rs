//! Encrypted connections: `[server.tls]`.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::harness::{Config, Server, eventually, ordergate, output_of};

/// Makes a certificate for localhost and its key, and puts both into a folder.
fn certify(folder: &Path) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("server.pem"), made.cert.pem()).unwrap();
    std::fs::write(folder.join("server.key"), made.signing_key.serialize_pem()).unwrap();
}

fn configuration(folder: &Path) -> String {
    let file = |name: &str| folder.join(name).display().to_string();
    format!("[server.tls]\ncertificate_file = {:?}\nkey_file = {:?}\n", file("server.pem"), file("server.key"))
}

/// A server whose certificate lies in a folder, encrypted from its first byte.
fn server(folder: &Path, more: &str) -> Server {
    let config = Config::new(&format!("{}{more}", configuration(folder)));
    let mut server = Server::stopped(&config, crate::place::Place::new);
    server.spawn();
    eventually("the server is ready", || ask(server.address, folder, "GET /health/ready HTTP/1.1\r\n", "").ok());
    server
}

/// One request over TLS, by a client that believes the certificate in the folder.
fn ask(address: SocketAddr, folder: &Path, head: &str, body: &str) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(folder.join("server.pem")).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots).with_no_client_auth();
    let client = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost").unwrap()).unwrap();
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut stream = StreamOwned::new(client, stream);
    let length = body.len();
    write!(stream, "{head}Host: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// veloconnect 2 and the bindings: what is offered over TLS is called URL-S and XML-POST-S; the WSDL names https.
#[test]
fn over_tls_the_service_says_so() {
    let folder = tempfile::tempdir().unwrap();
    certify(folder.path());
    let server = server(folder.path(), "");
    let get = |path: &str| ask(server.address, folder.path(), &format!("GET {path} HTTP/1.1\r\n"), "").unwrap();
    let profile = get("/veloconnect?RequestName=GetProfileRequest&BuyersID=K4711&Password=geheim");
    assert!(profile.starts_with("HTTP/1.1 200 "), "{profile}");
    assert!(profile.contains("<Binding>URL-S</Binding>") && !profile.contains("<Binding>URL</Binding>"), "{profile}");
    assert!(get("/oseo?wsdl").contains(&format!("location=\"https://{}/oseo\"", server.address)));
}

/// A client that does not speak TLS is turned away, and one that says nothing is not waited for.
#[test]
fn who_does_not_speak_tls_is_turned_away() {
    let folder = tempfile::tempdir().unwrap();
    certify(folder.path());
    let server = server(folder.path(), "[server]\nheader_timeout_seconds = 0.3\n");
    for said in ["GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n", ""] {
        let mut plain = TcpStream::connect(server.address).unwrap();
        plain.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        plain.write_all(said.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // A reset is as good an end as any.
        let _ = plain.read_to_end(&mut answer);
        assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    }
    let metrics = ask(server.address, folder.path(), "GET /metrics HTTP/1.1\r\n", "").unwrap();
    assert!(metrics.contains("ordergate_tls_handshakes_failed_total 1"), "{metrics}");
}

/// SIGHUP: the next connection is shown the new certificate; an unusable one changes nothing.
#[test]
fn a_certificate_is_replaced_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    certify(folder.path());
    let server = server(folder.path(), "");
    let live = || ask(server.address, folder.path(), "GET /health/live HTTP/1.1\r\n", "");
    let before = std::fs::read(folder.path().join("server.pem")).unwrap();
    certify(folder.path());
    let error = live().unwrap_err().to_string();
    assert!(error.contains("certificate"), "{error}");
    server.signal("HUP");
    eventually("the new certificate is shown", || live().ok());
    // The key does not fit the old one.
    std::fs::write(folder.path().join("server.pem"), before).unwrap();
    server.signal("HUP");
    eventually("the log says so", || server.log().contains("the one before stays in force").then_some(()));
    assert!(live().is_err(), "the old certificate is not shown again");
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let folder = tempfile::tempdir().unwrap();
    certify(folder.path());
    let file = folder.path().join("ordergate.toml");
    std::fs::write(&file, configuration(folder.path())).unwrap();
    let check = || output_of(ordergate().args(["config", "check", "--config"]).arg(&file));
    assert!(check().status.success());
    let key = std::fs::read(folder.path().join("server.key")).unwrap();
    certify(folder.path());
    std::fs::write(folder.path().join("server.key"), key).unwrap();
    let cases: [(&str, Option<&str>, &str); 4] = [
        ("server.key", None, "server.tls: certificate and key cannot be used"),
        ("server.key", Some("nothing"), "server.key: expected an unencrypted private key in PEM, and found none"),
        ("server.pem", Some(""), "server.pem: expected a certificate in PEM, and found none"),
        ("server.pem", Some("-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n"), "server.pem: "),
    ];
    for (name, content, expected) in cases {
        if let Some(content) = content {
            std::fs::write(folder.path().join(name), content).unwrap();
        }
        let checked = check();
        let said = String::from_utf8(checked.stderr).unwrap();
        assert_eq!(checked.status.code(), Some(1), "{said}");
        assert!(said.contains(expected), "{said} should say: {expected}");
    }
}
