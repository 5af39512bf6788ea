//! A mail server: takes mail by SMTP (RFC 5321), and answers as the test wants.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mailparse::{MailHeaderMap as _, ParsedMail};

/// A mail that came in, whether it was accepted or not.
#[derive(Debug, Clone)]
pub struct Mail {
    pub from: String,
    pub to: Vec<String>,
    /// Head and body as they were sent.
    pub text: String,
}

impl Mail {
    fn parsed(&self) -> ParsedMail<'_> {
        mailparse::parse_mail(self.text.as_bytes()).unwrap()
    }

    /// The decoded value of a header that is there once.
    #[track_caller]
    pub fn header(&self, name: &str) -> String {
        let values = self.parsed().get_headers().get_all_values(name);
        assert_eq!(values.len(), 1, "{name} in {}", self.text);
        values[0].clone()
    }

    /// The names of all headers.
    pub fn headers(&self) -> Vec<String> {
        self.parsed().get_headers().into_iter().map(mailparse::MailHeader::get_key).collect()
    }

    /// The decoded text.
    pub fn body(&self) -> String {
        self.parsed().get_body().unwrap().replace("\r\n", "\n")
    }
}

/// Listens until the test ends.
#[derive(Debug)]
pub struct MailServer {
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<Mail>>>,
}

impl MailServer {
    /// Answers each mail by what was received so far, this one included: `250 ...`, `451 ...`.
    pub fn new(answer: impl Fn(&[Mail]) -> &'static str + Send + Sync + 'static) -> Self {
        Self::at((Ipv4Addr::LOCALHOST, 0).into(), answer)
    }

    /// The same at an address that nobody listens at.
    pub fn at(address: SocketAddr, answer: impl Fn(&[Mail]) -> &'static str + Send + Sync + 'static) -> Self {
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

    /// All that was received.
    pub fn received(&self) -> Vec<Mail> {
        self.received.lock().unwrap().clone()
    }
}

fn serve(stream: TcpStream, into: &Mutex<Vec<Mail>>, answer: &dyn Fn(&[Mail]) -> &'static str) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let (mut lines, mut out) = (BufReader::new(stream.try_clone()?), stream);
    let (mut from, mut to) = (String::new(), Vec::new());
    out.write_all(b"220 mail.example ESMTP\r\n")?;
    loop {
        let line = read_line(&mut lines)?;
        let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let reply = match word.as_str() {
            "EHLO" => "250-mail.example\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN".to_owned(),
            "AUTH" => if line.ends_with(" AGRlbW8AcmlnaHQ=") { "235 welcome" } else { "535 who are you?" }.to_owned(),
            "MAIL" => {
                from = within_brackets(&line);
                "250 ok".to_owned()
            }
            "RCPT" => {
                to.push(within_brackets(&line));
                "250 ok".to_owned()
            }
            "DATA" => {
                out.write_all(b"354 go on\r\n")?;
                let text = read_text(&mut lines)?;
                let mut received = into.lock().unwrap();
                received.push(Mail { from: from.clone(), to: std::mem::take(&mut to), text });
                answer(&received).to_owned()
            }
            "QUIT" => {
                out.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => "500 what?".to_owned(),
        };
        out.write_all(format!("{reply}\r\n").as_bytes())?;
    }
}

fn within_brackets(line: &str) -> String {
    line.split(['<', '>']).nth(1).unwrap_or_default().to_owned()
}

/// A line without its end; the end of the stream is an error.
fn read_line(lines: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut line = String::new();
    if lines.read_line(&mut line)? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches("\r\n").to_owned())
}

/// Up to the line with the single dot (RFC 5321 §4.5.2).
fn read_text(lines: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let line = read_line(lines)?;
        if line == "." {
            return Ok(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
        text.push_str("\r\n");
    }
}
