//! TLS of the listener: the certificate that the server shows, which may be replaced while it runs.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::RwLock;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde::Deserialize;
use tokio_rustls::TlsAcceptor;

/// `[server.tls]`: both files in PEM.
#[derive(Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub struct TlsOptions {
    /// The server's certificate, followed by those between it and the authority that clients know.
    pub certificate_file: PathBuf,
    /// Its private key: PKCS #8, PKCS #1 or SEC1, unencrypted.
    pub key_file: PathBuf,
}

/// Why a certificate cannot be shown. Messages hold nothing of the key.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("{}: {problem}", path.display())]
    File { path: PathBuf, problem: String },
    #[error("server.tls: certificate and key cannot be used: {0}")]
    Unusable(#[from] rustls::Error),
}

/// What encrypts connections. All clones show the same certificate.
#[derive(Clone)]
pub struct Tls {
    options: TlsOptions,
    acceptor: Arc<RwLock<TlsAcceptor>>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("options", &self.options).finish_non_exhaustive()
    }
}

impl Tls {
    /// Reads the files.
    pub fn new(options: &TlsOptions) -> Result<Self, TlsError> {
        let acceptor = Arc::new(RwLock::new(acceptor(options)?));
        Ok(Self { options: options.clone(), acceptor })
    }

    /// Reads the files again: connections from now on are shown what is in them. On an error what was in force stays so.
    pub fn reload(&self) -> Result<(), TlsError> {
        let renewed = acceptor(&self.options)?;
        *self.acceptor.write() = renewed;
        Ok(())
    }

    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.read().clone()
    }
}

/// TLS 1.2 and 1.3; HTTP/2 for clients that ask for it.
fn acceptor(options: &TlsOptions) -> Result<TlsAcceptor, TlsError> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(certificates(&options.certificate_file)?, key(&options.key_file)?)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let unusable = |problem: String| TlsError::File { path: path.to_owned(), problem };
    let found = CertificateDer::pem_file_iter(path).map_err(|e| unusable(e.to_string()))?;
    let found = found.collect::<Result<Vec<_>, _>>().map_err(|e| unusable(e.to_string()))?;
    if found.is_empty() { Err(unusable("expected a certificate in PEM, and found none".to_owned())) } else { Ok(found) }
}

fn key(path: &Path) -> Result<PrivateKeyDer<'static>, TlsError> {
    PrivateKeyDer::from_pem_file(path).map_err(|error| {
        let problem = match error {
            rustls::pki_types::pem::Error::NoItemsFound => {
                "expected an unencrypted private key in PEM, and found none".to_owned()
            }
            error => error.to_string(),
        };
        TlsError::File { path: path.to_owned(), problem }
    })
}
