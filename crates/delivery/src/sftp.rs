//! sftp: written beside the place under another name, and renamed when it is whole.

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::StreamExt as _;
use russh::client::{self, AuthResult, Handle};
use russh::keys::PublicKeyOrCertificate;
use russh_sftp::client::SftpSession;
use russh_sftp::client::error::Error as SftpError;
use russh_sftp::protocol::{OpenFlags, StatusCode};
use tokio::io::AsyncWriteExt as _;

use crate::carrier::{Carrier, SILENCE_LIMIT, Undelivered};
use crate::host_keys::Distrust;
use crate::{Address, HostKeys, Parcel};

pub(crate) async fn carry(carrier: &Carrier, address: &Address, parcel: Parcel) -> Result<(), Undelivered> {
    let session = log_in(carrier, address).await?;
    let broken = |error: russh::Error| Undelivered::for_now(format!("{address}: {error}"));
    let channel = session.channel_open_session().await.map_err(broken)?;
    channel.request_subsystem(true, "sftp").await.map_err(broken)?;
    let sftp = SftpSession::new(channel.into_stream()).await.map_err(|error| failed(address, "sftp", &error))?;
    sftp.set_timeout(SILENCE_LIMIT.as_secs());
    put(&sftp, address, parcel).await?;
    // It is there; how the connection ends does not matter.
    let _ = sftp.close().await;
    Ok(())
}

async fn log_in(carrier: &Carrier, address: &Address) -> Result<Handle<Door>, Undelivered> {
    let stream = carrier.dial(address).await?;
    let config = client::Config { inactivity_timeout: Some(SILENCE_LIMIT), ..client::Config::default() };
    let distrust = Arc::new(Mutex::new(None));
    let (host, port, host_keys) = (address.host.clone(), address.port, carrier.host_keys.clone());
    let door = Door { host, port, host_keys, distrust: Arc::clone(&distrust) };
    let connecting = client::connect_stream(Arc::new(config), stream, door);
    let mut session = connecting.await.map_err(|error| {
        let distrust = distrust.lock().unwrap_or_else(PoisonError::into_inner).take();
        distrust.map_or_else(|| Undelivered::for_now(format!("{address}: {error}")), |why| not_believed(address, &why))
    })?;
    let answer = session.authenticate_password(&address.user, &address.password).await;
    match answer.map_err(|error| Undelivered::for_now(format!("{address}: {error}")))? {
        AuthResult::Success => Ok(session),
        AuthResult::Failure { .. } => {
            Err(Undelivered::for_good(format!("{address} does not let this user in with this password")))
        }
    }
}

async fn put(sftp: &SftpSession, address: &Address, mut parcel: Parcel) -> Result<(), Undelivered> {
    let (path, part) = (address.path_of(&parcel.name), address.path_of(&format!(".{}.part", parcel.name)));
    let flags = OpenFlags::CREATE | OpenFlags::TRUNCATE | OpenFlags::WRITE;
    let opened = sftp.open_with_flags(&part, flags).await;
    let mut file = opened.map_err(|error| failed(address, "the file cannot be created", &error))?;
    let broken = |error: std::io::Error| Undelivered::for_now(format!("{address}: the transfer broke off: {error}"));
    let mut written = 0;
    while let Some(piece) = parcel.pieces.next().await {
        let piece = piece.map_err(|error| Undelivered::unreadable(&error))?;
        file.write_all(&piece).await.map_err(broken)?;
        written += piece.len() as u64;
    }
    if parcel.length.is_some_and(|length| length != written) {
        return Err(Undelivered::unreadable(&std::io::ErrorKind::UnexpectedEof.into()));
    }
    file.shutdown().await.map_err(broken)?;
    // Most servers do not rename onto a file that is there, which is one of an earlier delivery.
    if sftp.rename(&part, &path).await.is_err() {
        let _ = sftp.remove_file(&path).await;
        sftp.rename(&part, &path).await.map_err(|error| failed(address, "the file cannot be renamed", &error))?;
    }
    Ok(())
}

fn failed(address: &Address, what: &str, error: &SftpError) -> Undelivered {
    let hopeless = matches!(error, SftpError::Status(status)
        if matches!(status.status_code, StatusCode::NoSuchFile | StatusCode::PermissionDenied));
    Undelivered { reason: format!("{address}: {what}: {error}"), hopeless }
}

fn not_believed(address: &Address, why: &Distrust) -> Undelivered {
    match why {
        Distrust::Changed => {
            tracing::warn!(%address, "an SSH server shows another key than before, and is not delivered to");
            Undelivered::for_good(format!("{address} shows another host key than before; ask the provider to accept the new one"))
        }
        Distrust::Unknown => {
            Undelivered::for_good(format!("the host key of {address} is not known; ask the provider to accept it"))
        }
        Distrust::File(error) => {
            tracing::error!(error, "the known host keys cannot be read or written");
            Undelivered::for_now("the server could not look up the host key")
        }
    }
}

/// Looks at the key of the server before anything is said to it.
struct Door {
    host: String,
    port: u16,
    host_keys: HostKeys,
    distrust: Arc<Mutex<Option<Distrust>>>,
}

impl client::Handler for Door {
    type Error = russh::Error;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        let PublicKeyOrCertificate::PublicKey { key, .. } = shown else { return Ok(false) };
        let (host, port, host_keys, key) = (self.host.clone(), self.port, self.host_keys.clone(), key.clone());
        let checked = tokio::task::spawn_blocking(move || host_keys.check(&host, port, &key)).await;
        let verdict = checked.unwrap_or_else(|error| Err(Distrust::File(error.to_string())));
        let is_believed = verdict.is_ok();
        *self.distrust.lock().unwrap_or_else(PoisonError::into_inner) = verdict.err();
        Ok(is_believed)
    }
}
