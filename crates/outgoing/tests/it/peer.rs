//! The other side of a call.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::AbortHandle;

/// A server on loopback. It ends with the test.
pub struct Peer {
    pub address: SocketAddr,
    accepted: Arc<AtomicUsize>,
    requests: UnboundedReceiver<String>,
    task: AbortHandle,
}

impl Peer {
    /// Reads each request to the end of its body, writes `answer`, and closes.
    pub async fn saying(answer: impl Into<Vec<u8>>) -> Self {
        let answer = Arc::new(answer.into());
        Self::serving(move |mut stream, request| {
            let answer = Arc::clone(&answer);
            tokio::spawn(async move {
                let _ = request.send(read_request(&mut stream).await);
                let _ = stream.write_all(&answer).await;
            });
        })
        .await
    }

    /// Writes the start of an answer, and then the same piece until nobody takes it any more.
    pub async fn repeating(start: &'static str, piece: Vec<u8>) -> Self {
        let piece = Arc::new(piece);
        Self::serving(move |mut stream, _| {
            let piece = Arc::clone(&piece);
            tokio::spawn(async move {
                read_request(&mut stream).await;
                let _ = stream.write_all(start.as_bytes()).await;
                while stream.write_all(&piece).await.is_ok() {}
            });
        })
        .await
    }

    /// Reads, writes `start`, and says nothing more, but stays.
    pub async fn hanging_after(start: &'static str) -> Self {
        Self::serving(move |mut stream, _| {
            tokio::spawn(async move {
                read_request(&mut stream).await;
                let _ = stream.write_all(start.as_bytes()).await;
                std::future::pending::<()>().await;
            });
        })
        .await
    }

    async fn serving(serve: impl Fn(TcpStream, tokio::sync::mpsc::UnboundedSender<String>) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let accepted = Arc::new(AtomicUsize::new(0));
        let (sender, requests) = unbounded_channel();
        let counted = Arc::clone(&accepted);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                serve(stream, sender.clone());
            }
        });
        Self { address, accepted, requests, task: task.abort_handle() }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// How many connections there were.
    pub fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    /// The next request as it came.
    pub async fn request(&mut self) -> String {
        self.requests.recv().await.unwrap()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Everything up to the end of the body, which has a length or is chunked.
pub async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    while !is_whole(&String::from_utf8_lossy(&bytes)) {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => break,
            Ok(n) => bytes.extend_from_slice(&buffer[..n]),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn is_whole(text: &str) -> bool {
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let head = head.to_ascii_lowercase();
    if head.contains("transfer-encoding: chunked") {
        return body.ends_with("0\r\n\r\n");
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    length.and_then(|digits| digits.parse().ok()).is_none_or(|length: usize| body.len() >= length)
}
