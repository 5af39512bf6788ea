//! ftps: FTP over TLS (RFC 4217), in passive mode. Written beside the place under another name, and renamed when it is whole.
//!
//! Data connections go to the very address that the commands go to, whatever the server says: it was looked at, and a server
//! must not send us elsewhere. They resume the TLS session of the commands, as servers demand that want to know who connects.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use ordergate_outgoing::addresses;
use rustls::ClientConfig;
use rustls::client::Resumption;
use suppaftp::tokio::{AsyncRustlsConnector, AsyncRustlsFtpStream, AsyncRustlsStream, TransferStream};
use suppaftp::types::{FileType, Response};
use suppaftp::{FtpError, FtpResult, Mode, Status};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::carrier::{CONNECT_LIMIT, Carrier, SILENCE_LIMIT, Undelivered, not_reached};
use crate::{Address, Parcel};

/// Some servers look through what they were sent before they say that they have it.
const COMPLETION_LIMIT: Duration = Duration::from_mins(10);

/// So much of what a server says is repeated to the customer, in characters.
const WORDS_MAX: usize = 200;

pub(crate) async fn carry(carrier: &Carrier, address: &Address, parcel: Parcel) -> Result<(), Undelivered> {
    let mut ftp = log_in(carrier, address).await?;
    put(&mut ftp, address, parcel).await?;
    // It is there; how the connection ends does not matter.
    let _ = timeout(CONNECT_LIMIT, ftp.quit()).await;
    Ok(())
}

async fn log_in(carrier: &Carrier, address: &Address) -> Result<AsyncRustlsFtpStream, Undelivered> {
    if address.user.contains(char::is_control) || address.password.contains(char::is_control) {
        return Err(Undelivered::for_good("userName and userPassword must not have control characters for ftps"));
    }
    let ftp = if address.implicit_tls { encrypted(carrier, address).await? } else { on_request(carrier, address).await? };
    let (ftp, peer) = with_peer(ftp).await.map_err(|error| failed(address, "no connection", error))?;
    let mut ftp = ftp.passive_stream_builder(move |asked| Box::pin(data_connection(peer, asked)));
    ftp.set_passive_nat_workaround(true);
    ftp.set_mode(Mode::ExtendedPassive);
    within(address, SILENCE_LIMIT, ftp.login(&address.user, &address.password)).await?.map_err(|error| {
        match code_of(&error) {
            Some(500..) => Undelivered::for_good(format!("{address} does not let this user in with this password")),
            _ => failed(address, "the user is not let in", error),
        }
    })?;
    within(address, SILENCE_LIMIT, ftp.transfer_type(FileType::Binary))
        .await?
        .map_err(|error| failed(address, "the transfer cannot begin", error))?;
    Ok(ftp)
}

/// Plain at first, and encrypted before anything of interest is said.
async fn on_request(carrier: &Carrier, address: &Address) -> Result<AsyncRustlsFtpStream, Undelivered> {
    let stream = carrier.dial(address).await?;
    let greeted = within(address, SILENCE_LIMIT, AsyncRustlsFtpStream::connect_with_stream(stream)).await?;
    let ftp = greeted.map_err(|error| failed(address, "no FTP server answers", error))?;
    let secured = within(address, SILENCE_LIMIT, ftp.into_secure(connector(&carrier.tls), name(address))).await?;
    secured.map_err(|error| failed(address, "no encrypted connection", error))
}

/// Encrypted from the first byte on.
async fn encrypted(carrier: &Carrier, address: &Address) -> Result<AsyncRustlsFtpStream, Undelivered> {
    let found = timeout(CONNECT_LIMIT, addresses(&address.host, address.port, &carrier.reach)).await;
    let found = found.map_err(|_| silent(address))?.map_err(|error| not_reached(address, &error))?;
    let mut last = silent(address);
    for at in found {
        let connecting = AsyncRustlsFtpStream::connect_secure_implicit(at, connector(&carrier.tls), name(address));
        let connected = match within(address, CONNECT_LIMIT, connecting).await {
            Ok(connected) => connected,
            Err(late) => {
                last = late;
                continue;
            }
        };
        let mut ftp = match connected {
            Ok(ftp) => ftp,
            Err(FtpError::ConnectionError(error)) => {
                last = Undelivered::for_now(format!("cannot connect to {address}: {}: {error}", at.ip()));
                continue;
            }
            Err(error) => return Err(failed(address, "no encrypted connection", error)),
        };
        for command in ["PBSZ 0", "PROT P"] {
            let answer = within(address, SILENCE_LIMIT, ftp.custom_command(command, &[Status::CommandOk])).await?;
            answer.map_err(|error| failed(address, "no encrypted data connections", error))?;
        }
        return Ok(ftp);
    }
    Err(last)
}

/// A TLS session of this delivery's own: servers want its data connection to resume that, and not that of another delivery.
fn connector(tls: &ClientConfig) -> AsyncRustlsConnector {
    let mut own = tls.clone();
    own.resumption = Resumption::in_memory_sessions(8);
    TlsConnector::from(Arc::new(own)).into()
}

fn name(address: &Address) -> &str {
    address.host.strip_suffix('.').unwrap_or(&address.host)
}

async fn with_peer(ftp: AsyncRustlsFtpStream) -> FtpResult<(AsyncRustlsFtpStream, IpAddr)> {
    let peer = ftp.get_ref().await.peer_addr().map_err(FtpError::ConnectionError)?.ip();
    Ok((ftp, peer))
}

async fn data_connection(peer: IpAddr, asked: SocketAddr) -> FtpResult<TcpStream> {
    let connected = timeout(CONNECT_LIMIT, TcpStream::connect(SocketAddr::new(peer, asked.port()))).await;
    connected.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).map_err(FtpError::ConnectionError)
}

async fn put(ftp: &mut AsyncRustlsFtpStream, address: &Address, mut parcel: Parcel) -> Result<(), Undelivered> {
    let (path, part) = (address.path_of(&parcel.name), address.path_of(&format!(".{}.part", parcel.name)));
    let mut file = open(ftp, address, &part).await?;
    let mut written = 0;
    while let Some(piece) = parcel.pieces.next().await {
        let piece = piece.map_err(|error| Undelivered::unreadable(&error))?;
        let writing = timeout(SILENCE_LIMIT, file.write_all(&piece)).await.map_err(|_| silent(address))?;
        if let Err(error) = writing {
            return Err(broken_off(address, file, &error).await);
        }
        written += piece.len() as u64;
    }
    if parcel.length.is_some_and(|length| length != written) {
        return Err(Undelivered::unreadable(&io::ErrorKind::UnexpectedEof.into()));
    }
    let finished = within(address, COMPLETION_LIMIT, file.finish()).await?;
    finished.map_err(|error| failed(address, "the transfer broke off", error))?;
    rename(ftp, address, &part, &path).await
}

/// Asks for a data connection as IPv6 knows it, or else as old servers do.
async fn open(
    ftp: &mut AsyncRustlsFtpStream,
    address: &Address,
    part: &str,
) -> Result<TransferStream<AsyncRustlsStream>, Undelivered> {
    let opened = within(address, SILENCE_LIMIT, ftp.put_with_stream(part)).await?;
    let opened = match opened {
        // It may be the way of asking that is refused, or the file: asked the other way, that is known.
        Err(FtpError::UnexpectedResponse(_)) => {
            ftp.set_mode(Mode::Passive);
            within(address, SILENCE_LIMIT, ftp.put_with_stream(part)).await?
        }
        opened => opened,
    };
    opened.map_err(|error| failed(address, "the file cannot be created", error))
}

/// The server may have said why, as when its disk is full.
async fn broken_off(address: &Address, file: TransferStream<AsyncRustlsStream>, error: &io::Error) -> Undelivered {
    match timeout(CONNECT_LIMIT, file.finish()).await {
        Ok(Err(refused @ FtpError::UnexpectedResponse(_))) => failed(address, "the transfer broke off", refused),
        _ => Undelivered::for_now(format!("{address}: the transfer broke off: {error}")),
    }
}

async fn rename(ftp: &mut AsyncRustlsFtpStream, address: &Address, part: &str, path: &str) -> Result<(), Undelivered> {
    if within(address, SILENCE_LIMIT, ftp.rename(part, path)).await?.is_ok() {
        return Ok(());
    }
    // Some servers do not rename onto a file that is there, which is one of an earlier delivery.
    let _ = within(address, SILENCE_LIMIT, ftp.rm(path)).await?;
    let renamed = within(address, SILENCE_LIMIT, ftp.rename(part, path)).await?;
    renamed.map_err(|error| failed(address, "the file cannot be renamed", error))
}

async fn within<T>(
    address: &Address,
    limit: Duration,
    step: impl Future<Output = FtpResult<T>>,
) -> Result<FtpResult<T>, Undelivered> {
    timeout(limit, step).await.map_err(|_| silent(address))
}

fn silent(address: &Address) -> Undelivered {
    Undelivered::for_now(format!("{address} does not answer"))
}

fn failed(address: &Address, what: &str, error: FtpError) -> Undelivered {
    let hopeless = code_of(&error).is_some_and(is_lasting);
    let why = match error {
        FtpError::UnexpectedResponse(response) => format!("{what}: {}", words(address, &response)),
        FtpError::SecureError(why) => format!("no encrypted connection: {why}"),
        FtpError::ConnectionError(error) => format!("{what}: {error}"),
        other => format!("{what}: {other}"),
    };
    Undelivered { reason: format!("{address}: {why}"), hopeless }
}

/// The code of a refusal. RFC 959 §4.2.
fn code_of(error: &FtpError) -> Option<u16> {
    let FtpError::UnexpectedResponse(response) = error else { return None };
    std::str::from_utf8(response.body.get(..3)?).ok()?.parse().ok()
}

/// What is refused for good, but for what the customer may make room for (552), and a session that was to be resumed (522).
const fn is_lasting(code: u16) -> bool {
    matches!(code, 500..=599) && !matches!(code, 522 | 552)
}

/// What a server said, in one line. Some repeat what they were told, and it is no place for the password.
fn words(address: &Address, response: &Response) -> String {
    let text = String::from_utf8_lossy(&response.body);
    let text = if address.password.is_empty() { text.into_owned() } else { text.replace(&address.password, "...") };
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(WORDS_MAX).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use ordergate_outgoing::Reach;

    use super::*;
    use crate::Protocol;

    #[test]
    fn what_a_server_says_is_told_without_the_password() {
        let address = Address::parse(Protocol::Ftps, "example.org", "", &Reach::Public).unwrap();
        let address = Address { password: "geheim".to_owned(), ..address };
        let refused = |line: &str| FtpError::UnexpectedResponse(Response::new(Status::Unknown, line.as_bytes().to_vec()));
        for (line, hopeless) in [
            ("550 No such\r\n", true),
            ("553-PASS geheim?\r\n553 \u{7}no", true),
            ("552 full", false),
            ("451 later", false),
            ("522 session reuse required", false),
        ] {
            let undelivered = failed(&address, "what", refused(line));
            assert_eq!(undelivered.hopeless, hopeless, "{line}");
            let reason = undelivered.reason;
            assert!(reason.starts_with("ftps://example.org:21: what: 5") || reason.contains(": 451"), "{reason}");
            assert!(!reason.contains("geheim") && !reason.contains(char::is_control), "{reason}");
        }
    }
}
