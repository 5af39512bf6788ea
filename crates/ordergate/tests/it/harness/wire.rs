//! A connection in the hands of the test: bytes out, bytes in.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use super::Answer;

#[derive(Debug)]
pub struct Wire {
    stream: TcpStream,
    /// Read, but not yet part of an answer.
    ahead: Vec<u8>,
}

impl Wire {
    #[track_caller]
    pub fn connect(to: SocketAddr) -> Self {
        let stream = TcpStream::connect(to).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        stream.set_write_timeout(Some(Duration::from_mins(1))).unwrap();
        Self { stream, ahead: Vec::new() }
    }

    /// A server that has closed its side already is no failure: what it said before can still be read.
    pub fn write(&mut self, bytes: &[u8]) -> &mut Self {
        let _ = self.stream.write_all(bytes);
        self
    }

    /// Says that nothing more will be sent.
    pub fn half_close(&mut self) {
        self.stream.shutdown(Shutdown::Write).unwrap();
    }

    /// One answer with a Content-Length; the connection stays open.
    #[track_caller]
    pub fn answer(&mut self) -> Answer {
        let answer = self.try_answer();
        answer.unwrap_or_else(|| panic!("closed within a head: {:?}", String::from_utf8_lossy(&self.ahead)))
    }

    /// The same; none if the connection is closed before a head is complete.
    #[track_caller]
    pub fn try_answer(&mut self) -> Option<Answer> {
        let end = loop {
            if let Some(end) = self.ahead.windows(4).position(|w| w == b"\r\n\r\n") {
                break end + 4;
            }
            if !self.read_more() {
                return None;
            }
        };
        let head = String::from_utf8(self.ahead[..end].to_vec()).unwrap().to_ascii_lowercase();
        let length = head.split("content-length: ").nth(1).map_or(0, |l| l.split("\r\n").next().unwrap().parse().unwrap());
        while self.ahead.len() < end + length {
            assert!(self.read_more(), "closed within a body: {:?}", String::from_utf8_lossy(&self.ahead));
        }
        let bytes: Vec<u8> = self.ahead.drain(..end + length).collect();
        Some(Answer::parse(&bytes).expect("an HTTP answer"))
    }

    /// Everything up to the end of the connection; a connection that stays open for a minute is a failure.
    #[track_caller]
    pub fn rest(&mut self) -> Vec<u8> {
        while self.read_more() {}
        std::mem::take(&mut self.ahead)
    }

    fn read_more(&mut self) -> bool {
        let mut buffer = [0; 16 * 1024];
        match self.stream.read(&mut buffer) {
            Ok(0) => false,
            Ok(read) => {
                self.ahead.extend_from_slice(&buffer[..read]);
                true
            }
            Err(e) if matches!(e.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => false,
            Err(e) => panic!("the connection is neither answered nor closed: {e}"),
        }
    }
}
