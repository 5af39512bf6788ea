//! What customers send, and what they make of the answers.

use std::fmt;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::server::Running;

const BASE: &str = "xmlns:os=\"http://www.opengis.net/oseo/1.0\" service=\"OS\" version=\"1.0.0\"";

/// What came back.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub text: String,
}

impl Answer {
    /// The content of the first element of this name.
    pub fn element(&self, name: &str) -> Option<String> {
        self.elements(name).into_iter().next()
    }

    /// The contents of all elements of this name, whatever their namespace.
    pub fn elements(&self, name: &str) -> Vec<String> {
        let Ok(document) = roxmltree::Document::parse(&self.text) else { return Vec::new() };
        let named = document.descendants().filter(|node| node.tag_name().name() == name);
        named.map(|node| node.text().unwrap_or_default().to_owned()).collect()
    }

    /// The server says that this is its own fault, in the words of the protocol.
    pub fn is_own_fault(&self) -> bool {
        match self.element("ResponseCode").as_deref() {
            Some(code) => code == "500",
            None => self.status >= 500 && self.text.contains("Fault") || self.status == 503,
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.text)
    }
}

impl Running {
    fn send(&self, head: &str, body: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        write!(
            stream,
            "{head} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nX-User: K4711\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, text) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
        Answer { status: head[9..12].parse().unwrap(), text: text.to_owned() }
    }

    fn oseo(&self, message: &str) -> Answer {
        self.send("POST /oseo", message)
    }

    /// An order of two items with this reference.
    pub fn submit(&self, reference: &str) -> Answer {
        let item = |n| {
            format!(
                "<os:orderItem><os:itemId>{n}</os:itemId><os:productId><os:identifier>urn:scene:{n}</os:identifier></os:productId></os:orderItem>"
            )
        };
        self.oseo(&format!(
            "<os:Submit {BASE}><os:orderSpecification><os:orderReference>{reference}</os:orderReference><os:orderType>PRODUCT_ORDER</os:orderType>{}{}\
             </os:orderSpecification><os:statusNotification>None</os:statusNotification></os:Submit>",
            item(1),
            item(2)
        ))
    }

    pub fn cancel(&self, id: &str) -> Answer {
        self.oseo(&format!(
            "<os:Cancel {BASE}><os:orderId>{id}</os:orderId><os:statusNotification>None</os:statusNotification></os:Cancel>"
        ))
    }

    pub fn retrieve(&self, id: &str) -> Answer {
        self.oseo(&format!(
            "<os:GetStatus {BASE}><os:orderId>{id}</os:orderId><os:presentation>full</os:presentation></os:GetStatus>"
        ))
    }

    /// The ids of the orders with this reference.
    pub fn search(&self, reference: &str) -> Vec<String> {
        let answer = self.oseo(&format!(
            "<os:GetStatus {BASE}><os:filteringCriteria><os:orderReference>{reference}</os:orderReference></os:filteringCriteria>\
             <os:presentation>brief</os:presentation></os:GetStatus>"
        ));
        assert_eq!(answer.element("status").as_deref(), Some("success"), "{answer}");
        answer.elements("orderId")
    }

    /// The status of an order.
    pub fn status(&self, id: &str) -> String {
        let answer = self.retrieve(id);
        // The first one is that of the answer.
        answer.elements("status").into_iter().nth(1).unwrap_or_else(|| panic!("{answer}"))
    }

    /// An operation of veloconnect by the URL binding.
    pub fn veloconnect(&self, operation: &str, parameters: &str) -> Answer {
        self.send(&format!("GET /veloconnect?RequestName={operation}Request&BuyersID=K4711&Password=x&{parameters}"), "")
    }

    /// Waits until the order has the status, for at most half a minute.
    pub fn await_status(&self, id: &str, status: &str) {
        let begin = Instant::now();
        loop {
            let now = self.retrieve(id);
            if now.elements("status").get(1).is_some_and(|is| is == status) {
                return;
            }
            assert!(begin.elapsed() < Duration::from_secs(30), "not {status}: {now}");
            std::thread::sleep(Duration::from_millis(25));
        }
    }
}
