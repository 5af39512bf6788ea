//! A service of the operator's, which the server calls.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::Value;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Heard {
    pub target: String,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Heard {
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.header_or_none(name).unwrap_or_else(|| panic!("no header {name} in {self:?}"))
    }

    pub fn header_or_none(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// What the service does with a request.
#[derive(Debug, Clone)]
pub enum Reply {
    Status(u16, String),
    /// These bytes, and then the end.
    Raw(Vec<u8>),
    /// A body of so many bytes.
    Bytes(usize),
    /// Nothing, for as long as the caller stays.
    Silence,
}

impl Reply {
    pub fn ok(body: &str) -> Self {
        Self::Status(200, body.to_owned())
    }
}

/// A service on loopback that answers by a rule, each request in a thread of its own.
#[derive(Debug)]
pub struct Service {
    pub address: SocketAddr,
    heard: Arc<Mutex<Vec<Heard>>>,
    stopped: Arc<AtomicBool>,
}

impl Service {
    pub fn new(rule: impl Fn(&Heard) -> Reply + Send + Sync + 'static) -> Self {
        Self::on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap(), rule)
    }

    pub fn on(listener: TcpListener, rule: impl Fn(&Heard) -> Reply + Send + Sync + 'static) -> Self {
        let address = listener.local_addr().unwrap();
        let (heard, stopped) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let service = Self { address, heard: Arc::clone(&heard), stopped: Arc::clone(&stopped) };
        let rule = Arc::new(rule);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                let (rule, heard) = (Arc::clone(&rule), Arc::clone(&heard));
                thread::spawn(move || stream.map(|stream| serve(stream, &*rule, &heard)));
            }
        });
        service
    }

    pub fn url(&self) -> String {
        format!("http://{}/items?key=hidden", self.address)
    }

    /// All requests so far.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that listens, which then ends.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(mut stream: TcpStream, rule: &dyn Fn(&Heard) -> Reply, heard: &Mutex<Vec<Heard>>) {
    let Some(request) = read(&mut stream) else { return };
    heard.lock().unwrap().push(request.clone());
    // A caller that has gone away is its own business.
    let _ = match rule(&request) {
        Reply::Status(status, body) => {
            let head =
                format!("HTTP/1.1 {status} So\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
            stream.write_all((head + &body).as_bytes())
        }
        Reply::Raw(bytes) => stream.write_all(&bytes),
        Reply::Bytes(length) => {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
            stream.write_all(head.as_bytes()).and_then(|()| {
                let piece = vec![b' '; 1 << 16];
                (0..=length / piece.len()).try_for_each(|_| stream.write_all(&piece))
            })
        }
        Reply::Silence => stream.read(&mut [0; 1]).map(|_| ()),
    };
}

fn read(stream: &mut TcpStream) -> Option<Heard> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(heard) = parse(&bytes) {
            return Some(heard);
        }
        match stream.read(&mut buffer) {
            Ok(read @ 1..) => bytes.extend_from_slice(&buffer[..read]),
            _ => return None,
        }
    }
}

fn parse(bytes: &[u8]) -> Option<Heard> {
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let target = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: Vec<(String, String)> =
        lines.filter_map(|l| l.split_once(": ")).map(|(n, v)| (n.to_ascii_lowercase(), v.to_owned())).collect();
    let body = bytes[end + 4..].to_vec();
    let length = headers.iter().find(|(n, _)| n == "content-length").and_then(|(_, v)| v.parse().ok()).unwrap_or(0);
    (body.len() >= length).then_some(Heard { target, headers, body })
}
