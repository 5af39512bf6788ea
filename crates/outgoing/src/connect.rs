//! From a target to a connection, over no address that may not be reached.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::error::{CallError, Stage};
use crate::reach::Reach;
use crate::target::Target;

/// A name may lead to any number of addresses; no more of them are tried.
const ADDRESSES_MAX: usize = 8;

/// What a request can be sent over.
pub trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// Connects to one of the target's addresses that may be reached. `limit` is shared out among them, so that one that
/// swallows packets leaves time for the next.
pub async fn connect(target: &Target, reach: &Reach, tls: &Arc<ClientConfig>, limit: Duration) -> Result<Box<dyn Io>, CallError> {
    let addresses = admitted(target, reach).await?;
    let stream = first_that_answers(target, &addresses, limit).await?;
    // The request leaves in few writes, and each must not wait for the answer to the one before.
    let _ = stream.set_nodelay(true);
    if target.encrypted { Ok(Box::new(encrypt(target, stream, tls).await?)) } else { Ok(Box::new(stream)) }
}

async fn admitted(target: &Target, reach: &Reach) -> Result<Vec<SocketAddr>, CallError> {
    let resolved = resolve(target).await?;
    let admitted: Vec<SocketAddr> =
        resolved.iter().copied().filter(|a| reach.admits(&target.host, a.ip())).take(ADDRESSES_MAX).collect();
    match resolved.first() {
        None => Err(CallError::Resolve { target: target.to_string(), why: "the name has none".to_owned() }),
        Some(first) if admitted.is_empty() => Err(CallError::Refused { target: target.to_string(), address: first.ip() }),
        Some(_) => Ok(admitted),
    }
}

async fn resolve(target: &Target) -> Result<Vec<SocketAddr>, CallError> {
    if let Some(address) = target.literal() {
        return Ok(vec![SocketAddr::new(address, target.port)]);
    }
    let found = tokio::net::lookup_host((target.host.as_str(), target.port)).await;
    let found = found.map_err(|e| CallError::Resolve { target: target.to_string(), why: e.to_string() })?;
    Ok(found.collect())
}

async fn first_that_answers(target: &Target, addresses: &[SocketAddr], limit: Duration) -> Result<TcpStream, CallError> {
    let share = limit / u32::try_from(addresses.len()).unwrap_or(u32::MAX).max(1);
    let mut failures = Vec::new();
    for (at, address) in addresses.iter().enumerate() {
        // The last has nobody to leave time for: the limit around all of this ends it.
        let share = if at + 1 == addresses.len() { Duration::MAX } else { share };
        match tokio::time::timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => failures.push(failure(address.ip(), &error)),
            Err(_) => failures.push(failure(address.ip(), &io::ErrorKind::TimedOut.into())),
        }
    }
    Err(CallError::Connect { target: target.to_string(), why: failures.join("; ") })
}

fn failure(address: IpAddr, error: &io::Error) -> String {
    format!("{address}: {error}")
}

async fn encrypt(
    target: &Target,
    stream: TcpStream,
    tls: &Arc<ClientConfig>,
) -> Result<tokio_rustls::client::TlsStream<TcpStream>, CallError> {
    let refused = |why: String| CallError::Tls { target: target.to_string(), why };
    let name = target.host.strip_suffix('.').unwrap_or(&target.host).to_owned();
    let name = ServerName::try_from(name).map_err(|e| refused(e.to_string()))?;
    TlsConnector::from(Arc::clone(tls)).connect(name, stream).await.map_err(|e| refused(e.to_string()))
}

/// A bare connection for another protocol than HTTP, over no address that may not be reached. `host` is a name, or an IP
/// address without brackets.
pub async fn dial(host: &str, port: u16, reach: &Reach, limit: Duration) -> Result<TcpStream, CallError> {
    let target = bare(host, port)?;
    let connecting = async { first_that_answers(&target, &admitted(&target, reach).await?, limit).await };
    let late = |_| CallError::TimeLimit { target: target.to_string(), stage: Stage::Connect, limit };
    let stream = tokio::time::timeout(limit, connecting).await.map_err(late)??;
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

/// The addresses of a host that may be reached, at least one, for who must connect by itself. They are good for the moment: a
/// name may mean others the next.
pub async fn addresses(host: &str, port: u16, reach: &Reach) -> Result<Vec<SocketAddr>, CallError> {
    admitted(&bare(host, port)?, reach).await
}

fn bare(host: &str, port: u16) -> Result<Target, CallError> {
    let written = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    Ok(Target::parse(&format!("http://{written}:{port}/"))?)
}
