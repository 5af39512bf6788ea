//! What the operator's own service says when it is asked who a caller is.

use std::cell::Cell;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use ordergate_door::{AuthError, Credentials, Identity};
use ordergate_engine::{Protocol, ProviderId};
use ordergate_server::auth::{AuthOptions, AuthProvider, CalloutOptions, Key, Providers, SellerNames};
use ordergate_server::config::Config;
use ordergate_server::metrics::Metrics;
use ordergate_server::rates::Rates;
use ordergate_store::Account;
use parking_lot::Mutex;
use tokio::runtime::{Builder, Runtime};

use crate::place::Place;

/// The first line is the status of the answer, the rest its body. Whoever is let in has a name and groups such as an operator could have
/// given, and is let in again without another question; whoever is not has not made the store fail.
pub fn callout_answers(data: &[u8]) {
    SITE.with(|site| {
        let protocol = if data.len().is_multiple_of(2) { Protocol::Oseo } else { Protocol::Veloconnect };
        let caller = site.another_caller();
        site.service.says(data);
        match site.asked(protocol, &caller) {
            Ok(identity) => {
                site.check(protocol, &identity);
                site.service.says(b"500\n");
                let again = site.asked(protocol, &caller).unwrap_or_else(|error| panic!("not remembered: {error}"));
                assert_eq!((again.account, again.name, again.roles), (identity.account, identity.name, identity.roles));
            }
            Err(AuthError::WrongPassword | AuthError::NotCustomer | AuthError::UnusableName | AuthError::ServiceDown) => {}
            Err(error) => panic!("{error}"),
        }
    });
}

thread_local! {
    static SITE: Site = Site::new();
}

struct Site {
    place: Place,
    providers: Providers,
    service: Service,
    runtime: Runtime,
    callers: Cell<u64>,
}

impl Site {
    fn new() -> Self {
        let (place, service) = (Place::new(), Service::start());
        let callout = CalloutOptions { url: Some(format!("http://{}/", service.address)), ..CalloutOptions::default() };
        let options = AuthOptions { provider: AuthProvider::Callout, callout, ..AuthOptions::default() };
        let key = Key::random().unwrap_or_else(|error| panic!("{error}"));
        let rates = Arc::new(Rates::new(&Config::default().limits, &Metrics::new()));
        let providers = Providers::new(&place.store, &place.clock, &options, &key, &SellerNames::default(), &rates);
        let runtime = Builder::new_current_thread().enable_all().build();
        Self {
            place,
            providers: providers.unwrap_or_else(|error| panic!("{error}")),
            service,
            runtime: runtime.unwrap_or_else(|error| panic!("no runtime: {error}")),
            callers: Cell::new(0),
        }
    }

    /// A name that nothing is remembered of.
    fn another_caller(&self) -> String {
        self.callers.set(self.callers.get() + 1);
        format!("caller-{}", self.callers.get())
    }

    fn asked(&self, protocol: Protocol, name: &str) -> Result<Identity, AuthError> {
        let provider = self.providers.of(protocol);
        let credentials = Credentials::Password { name, password: "secret", freshness: None };
        self.runtime.block_on(provider.authenticate(ProviderId::DEFAULT, protocol, credentials, None))
    }

    fn check(&self, protocol: Protocol, identity: &Identity) {
        assert!(!identity.roles.is_empty() && is_fit(&identity.name), "{identity:?}");
        let store = &self.place.store;
        let account = self.runtime.block_on(store.account(ProviderId::DEFAULT, protocol, &identity.name));
        let account: Arc<Account> = account.ok().flatten().unwrap_or_else(|| panic!("no account: {identity:?}"));
        let groups = self.runtime.block_on(store.groups(account.id)).unwrap_or_else(|error| panic!("{error}"));
        assert!(groups.len() <= 100 && groups.iter().all(|group| is_fit(group)), "{groups:?}");
        assert_eq!(identity.in_groups, !groups.is_empty());
    }
}

/// Can be shown in any answer and any list. Not by the rule that is tried.
fn is_fit(name: &str) -> bool {
    let is_line = !name.contains(|c: char| c.is_control() || c == '\u{FFFE}' || c == '\u{FFFF}');
    is_line && name.trim() == name && (1..=128).contains(&name.chars().count())
}

/// Says the same to whoever asks.
struct Service {
    address: std::net::SocketAddr,
    answer: Arc<Mutex<Vec<u8>>>,
}

impl Service {
    fn start() -> Self {
        let bound = TcpListener::bind("127.0.0.1:0").and_then(|listener| Ok((listener.local_addr()?, listener)));
        let (address, listener) = bound.unwrap_or_else(|error| panic!("no port: {error}"));
        let answer = Arc::new(Mutex::new(Vec::new()));
        let said = Arc::clone(&answer);
        // Ends with the process.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Whoever hangs up has no answer.
                let _ = serve(stream, &said.lock());
            }
        });
        Self { address, answer }
    }

    fn says(&self, data: &[u8]) {
        let (line, body) = data.split_at(data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len()));
        let status =
            std::str::from_utf8(line).ok().and_then(|line| line.parse().ok()).filter(|status| (200..600).contains(status));
        let (status, body) = (status.unwrap_or(200_u16), body.get(1..).unwrap_or_default());
        let head = format!("HTTP/1.1 {status} Said\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
        *self.answer.lock() = [head.as_bytes(), body].concat();
    }
}

fn serve(stream: TcpStream, answer: &[u8]) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (mut line, mut length) = (String::new(), 0);
    while stream.read_line(&mut line)? > 2 {
        if let Some(number) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = number.trim().parse().unwrap_or(0);
        }
        line.clear();
    }
    stream.read_exact(&mut vec![0; length])?;
    stream.into_inner().write_all(answer)
}
