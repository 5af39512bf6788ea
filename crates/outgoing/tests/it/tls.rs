//! Encrypted calls.

use std::path::Path;
use std::sync::Arc;

use ordergate_outgoing::{CallError, Caller, CallerError, CallerOptions};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::peer::read_request;
use crate::{call, caller};

/// A server whose certificate for "localhost" comes from an authority of its own; its port, and the authority in PEM.
async fn encrypted() -> (u16, String) {
    let authority_key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = params.self_signed(&authority_key).unwrap().pem();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
    let issuer = Issuer::from_ca_cert_pem(&authority, authority_key).unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(serve(listener, TlsAcceptor::from(Arc::new(config))));
    (port, authority)
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor) {
    while let Ok((stream, _)) = listener.accept().await {
        let Ok(mut stream) = acceptor.accept(stream).await else { continue };
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret").await;
        let _ = stream.shutdown().await;
    }
}

fn believing(ca_file: &Path) -> Result<Caller, CallerError> {
    Caller::new(&CallerOptions { ca_file: Some(ca_file.to_owned()), ..CallerOptions::default() })
}

#[tokio::test]
async fn a_private_authority_is_believed_when_it_is_configured_and_only_for_its_name() {
    let (port, authority) = encrypted().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, authority).unwrap();
    let believing = believing(&file).unwrap();
    let answer = believing.post(call(format!("https://localhost:{port}/"))).await.unwrap();
    assert_eq!(answer.body, "secret");
    // Of another name, and unknown.
    for (caller, host) in [(&believing, "127.0.0.1"), (&caller(), "localhost")] {
        let error = caller.post(call(format!("https://{host}:{port}/"))).await.unwrap_err();
        assert!(matches!(error, CallError::Tls { .. }) && error.to_string().contains("certificate"), "{error:?}");
    }
}

#[tokio::test]
async fn a_server_without_encryption_is_no_encrypted_one() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        std::future::pending::<()>().await;
    });
    let error = caller().post(call(format!("https://{address}/"))).await.unwrap_err();
    assert!(matches!(error, CallError::Tls { .. }), "{error:?}");
}

#[test]
fn a_file_without_certificates_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    for text in [None, Some("nothing"), Some("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")] {
        if let Some(text) = text {
            std::fs::write(&file, text).unwrap();
        }
        assert!(believing(&file).unwrap_err().to_string().contains("ca.pem"), "{text:?}");
    }
}
