//! The yardstick: an HTTP/1.1 server that reads the request and answers fixed bytes, with nothing between it and hyper.

use std::future::Future;
use std::io;
use std::pin::pin;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Answers every request on `listener` with status 200, `text/xml; charset=utf-8` and `body`, after reading the whole
/// request body, until `shutdown` completes. Open connections are then dropped.
///
/// Fails when the listener can accept no more, for example because the process is out of file descriptors.
pub async fn serve(listener: TcpListener, body: Bytes, shutdown: impl Future<Output = ()>) -> io::Result<()> {
    let mut shutdown = pin!(shutdown);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = &mut shutdown => return Ok(()),
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => { connections.spawn(serve_connection(stream, body.clone())); }
                Err(error) if concerns_one_peer(&error) => {}
                Err(error) => return Err(error),
            },
            // Finished connections are reaped here, or the set would grow for as long as the server runs.
            Some(_) = connections.join_next() => {}
        }
    }
}

/// A peer that hung up before it was accepted says nothing about the listener.
fn concerns_one_peer(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::Interrupted)
}

async fn serve_connection(stream: TcpStream, body: Bytes) {
    // Without it the yardstick is merely slower on a peer with delayed acknowledgements; not a reason to refuse it.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(request, body.clone()));
    // A connection the client breaks off is the client's finding to report.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(request: Request<Incoming>, body: Bytes) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let mut incoming = request.into_body();
    while let Some(frame) = incoming.frame().await {
        frame?;
    }
    Ok(response(body))
}

fn response(body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::<Bytes>::new(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/xml; charset=utf-8"));
    response
}
