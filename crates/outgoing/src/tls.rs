//! Whom encrypted calls believe.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use crate::error::CallerError;

/// For HTTP.
pub(crate) fn client(ca_file: Option<&Path>) -> Result<ClientConfig, CallerError> {
    let mut config = believing(ca_file)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// For whatever protocol. Believed are the system's certificate authorities, and those of the file. A system without any is no error: calls may all go
/// to services with certificates from the file, or be unencrypted.
pub fn believing(ca_file: Option<&Path>) -> Result<ClientConfig, CallerError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = ca_file {
        add_file(&mut roots, path)?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

fn add_file(roots: &mut RootCertStore, path: &Path) -> Result<(), CallerError> {
    let unreadable = |why: String| CallerError::Certificates { path: path.to_owned(), why };
    let mut added = 0;
    for certificate in CertificateDer::pem_file_iter(path).map_err(|e| unreadable(e.to_string()))? {
        roots.add(certificate.map_err(|e| unreadable(e.to_string()))?).map_err(|e| unreadable(e.to_string()))?;
        added += 1;
    }
    if added == 0 { Err(unreadable("there is none in it".to_owned())) } else { Ok(()) }
}
