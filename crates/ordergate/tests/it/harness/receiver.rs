//! Someone who is called: takes requests and answers as the test wants.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request that came in.
#[derive(Debug, Clone)]
pub struct Received {
    /// The path, from the request line.
    pub path: String,
    /// The other header lines, in lower case.
    pub head: String,
    pub body: String,
}

impl Received {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim)
    }

    /// The text of the first element of this qualified name.
    pub fn element(&self, name: &str) -> Option<&str> {
        let start = self.body.find(&format!("<{name}"))?;
        let content = &self.body[start + self.body[start..].find('>')? + 1..];
        Some(&content[..content.find('<')?])
    }
}

/// What goes back.
#[derive(Debug, Clone)]
pub enum Reply {
    /// An HTTP answer.
    Answer(u16, String),
    /// These bytes, and nothing else.
    Bytes(Vec<u8>),
    /// Nothing for so long, then the end.
    Silence(Duration),
}

impl Reply {
    /// An acceptance by a simple script.
    pub fn ok() -> Self {
        Self::Answer(200, "OK".to_owned())
    }
}

/// Listens until the test ends.
#[derive(Debug)]
pub struct Receiver {
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Receiver {
    /// Answers each request by what was received so far, this one included.
    pub fn new(answer: impl Fn(&[Received]) -> Reply + Send + Sync + 'static) -> Self {
        Self::at((Ipv4Addr::LOCALHOST, 0).into(), answer)
    }

    /// The same at an address that nobody listens at.
    pub fn at(address: SocketAddr, answer: impl Fn(&[Received]) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let (into, answer) = (Arc::clone(&received), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (into, answer) = (Arc::clone(&into), Arc::clone(&answer));
                std::thread::spawn(move || {
                    let _ = serve(stream, &into, &*answer);
                });
            }
        });
        Self { address, received }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// All that was received.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, into: &Mutex<Vec<Received>>, answer: &dyn Fn(&[Received]) -> Reply) -> std::io::Result<()> {
    let Some(request) = read(&mut stream)? else { return Ok(()) };
    let reply = {
        let mut received = into.lock().unwrap();
        received.push(request);
        answer(&received)
    };
    match reply {
        Reply::Answer(status, body) => {
            let location = if (300..400).contains(&status) { "Location: /elsewhere\r\n" } else { "" };
            write!(
                stream,
                "HTTP/1.1 {status} Status\r\n{location}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            )
        }
        Reply::Bytes(bytes) => stream.write_all(&bytes),
        Reply::Silence(length) => {
            std::thread::sleep(length);
            Ok(())
        }
    }
}

fn read(stream: &mut TcpStream) -> std::io::Result<Option<Received>> {
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let (mut bytes, mut buffer) = (Vec::new(), [0; 8192]);
    let head_end = loop {
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break end;
        }
        match stream.read(&mut buffer)? {
            0 => return Ok(None),
            n => bytes.extend_from_slice(&buffer[..n]),
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let (line, head) = head.split_once("\r\n").unwrap_or((&head, ""));
    let head: String = head.lines().map(lower_name).collect();
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut request = Received { path, head, body: String::new() };
    let length: usize = request.header("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
    while bytes.len() < head_end + 4 + length {
        match stream.read(&mut buffer)? {
            0 => return Ok(None),
            n => bytes.extend_from_slice(&buffer[..n]),
        }
    }
    request.body = String::from_utf8_lossy(&bytes[head_end + 4..]).into_owned();
    Ok(Some(request))
}

fn lower_name(line: &str) -> String {
    let (name, value) = line.split_once(':').unwrap_or((line, ""));
    format!("{}:{value}\n", name.to_ascii_lowercase())
}
