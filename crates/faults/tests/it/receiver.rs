//! A service that hears of orders.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use parking_lot::Mutex;

pub struct Receiver {
    pub url: String,
    heard: Arc<Mutex<Vec<String>>>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Receiver {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (heard, ends) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (hears, end) = (Arc::clone(&heard), Arc::clone(&ends));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                let (mut stream, hears) = (stream.unwrap(), Arc::clone(&hears));
                std::thread::spawn(move || {
                    if let Some(body) = body(&mut stream) {
                        hears.lock().push(body);
                        let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
                    }
                });
            }
        });
        Self { url, heard, ends, thread: Some(thread) }
    }

    /// How often it has heard of an event of an order with this reference.
    pub fn heard(&self, event: &str, reference: &str) -> usize {
        let (event, reference) = (format!("\"{event}\""), format!("\"{reference}\""));
        self.heard.lock().iter().filter(|body| body.contains(&event) && body.contains(&reference)).count()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        let _ = std::net::TcpStream::connect(self.url.trim_start_matches("http://").trim_end_matches("/hook"));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn body(stream: &mut std::net::TcpStream) -> Option<String> {
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).ok().filter(|n| *n > 0)?;
        text.extend_from_slice(&buffer[..read]);
        let so_far = String::from_utf8_lossy(&text).to_lowercase();
        let Some((head, body)) = so_far.split_once("\r\n\r\n") else { continue };
        let length = head.split_once("content-length: ")?.1.split("\r\n").next()?.parse().ok()?;
        if body.len() >= length {
            let whole = String::from_utf8_lossy(&text).into_owned();
            return whole.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
        }
    }
}
