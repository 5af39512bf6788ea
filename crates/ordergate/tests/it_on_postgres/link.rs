//! A connection between a node and its database that can be cut, or be slow.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What each piece waits for on a slow link.
const DELAY: Duration = Duration::from_millis(30);

/// Hands on what comes to its address, as long as the process lives.
pub struct Link {
    pub address: SocketAddr,
    line: Arc<Line>,
}

#[derive(Default)]
struct Line {
    is_slow: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

impl Link {
    pub fn to(far: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let (address, line) = (listener.local_addr().unwrap(), Arc::new(Line::default()));
        let hands_on = Arc::clone(&line);
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                // A database that is away: the connection is closed again.
                if let Ok(far) = TcpStream::connect(far) {
                    hands_on.connect(near, far);
                }
            }
        });
        Self { address, line }
    }

    /// Cuts what is connected now, in the middle of whatever is being said.
    pub fn cut(&self) {
        for stream in self.line.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    pub fn slow(&self, is_slow: bool) {
        self.line.is_slow.store(is_slow, Ordering::SeqCst);
    }
}

impl Line {
    fn connect(self: &Arc<Self>, near: TcpStream, far: TcpStream) {
        let copies = [near.try_clone().unwrap(), far.try_clone().unwrap()];
        self.open.lock().unwrap().extend([near.try_clone().unwrap(), far.try_clone().unwrap()]);
        let [near_copy, far_copy] = copies;
        for (from, to) in [(near, far_copy), (far, near_copy)] {
            let line = Arc::clone(self);
            thread::spawn(move || line.pump(from, to));
        }
    }

    fn pump(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            if self.is_slow.load(Ordering::SeqCst) {
                thread::sleep(DELAY);
            }
            if to.write_all(&buffer[..read]).is_err() {
                break;
            }
        }
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    }
}
