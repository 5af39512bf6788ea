//! Someone who is called: a service that answers by what it has received so far.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};

use super::service::{Heard, Reply, Service};

/// A request that came in.
#[derive(Debug, Clone)]
pub struct Received {
    pub path: String,
    pub body: String,
    heard: Heard,
}

impl Received {
    fn new(heard: &Heard) -> Self {
        let body = String::from_utf8(heard.body.clone()).unwrap();
        Self { path: heard.target.clone(), body, heard: heard.clone() }
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.heard.header_or_none(name)
    }

    /// The text of the first element of this qualified name.
    pub fn element(&self, name: &str) -> Option<&str> {
        let start = self.body.find(&format!("<{name}"))?;
        let content = &self.body[start + self.body[start..].find('>')? + 1..];
        Some(&content[..content.find('<')?])
    }
}

/// Listens until it is dropped.
#[derive(Debug)]
pub struct Receiver {
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    _service: Service,
}

impl Receiver {
    /// Answers each request by what was received so far, this one included.
    pub fn new(answer: impl Fn(&[Received]) -> Reply + Send + Sync + 'static) -> Self {
        Self::at((Ipv4Addr::LOCALHOST, 0).into(), answer)
    }

    /// The same at an address that nobody listens at.
    pub fn at(address: SocketAddr, answer: impl Fn(&[Received]) -> Reply + Send + Sync + 'static) -> Self {
        let received = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&received);
        let service = Service::on(TcpListener::bind(address).unwrap(), move |heard| {
            let mut received = into.lock().unwrap();
            received.push(Received::new(heard));
            answer(&received)
        });
        Self { address: service.address, received, _service: service }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// All that was received.
    pub fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}
