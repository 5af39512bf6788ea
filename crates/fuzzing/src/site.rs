//! A whole server within the process, on a port of its own, with all that a server may have.

use std::collections::HashMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown as Half, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Once, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use ordergate_fulfilment::SystemClock;
use ordergate_server::auth::Key;
use ordergate_server::config;
use ordergate_server::server::{Parts, Server, ServerError};
use ordergate_server::shutdown::Shutdown;
use ordergate_server::trade::Goods;
use ordergate_store::sqlite::{SqliteOptions, SqliteStore};
use ordergate_veloconnect::demo_articles;
use tempfile::TempDir;

use crate::http_output::{Answer, answers};
use crate::oseo_request::collections;
use crate::place::folder;

/// The file of its store.
const STORE: &str = "orders.sqlite";
/// The name of all threads of a server.
const THREADS: &str = "site";
/// What writes for it.
const WRITER: &str = "store-writer";
/// An answer that takes longer never comes.
const PATIENCE: Duration = Duration::from_secs(30);
/// `fuzzing`, and the SHA-256 of its token, `token`.
const TOKENS: &str = "fuzzing 3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0\n";

/// Who may do what: a proxy says it, so that no time goes into passwords.
const SETTINGS: &str = r#"
[server]
listen = "127.0.0.1:0"
[server.proxy]
networks = ["127.0.0.1", "10.0.0.0/8"]
[log]
level = "error"
[auth]
provider = "trusted-header"
[auth.trusted_header]
user = "X-User"
groups = "X-Groups"
roles = "X-Roles"
networks = ["127.0.0.1"]
[fulfilment.oseo]
processor = "pull"
[fulfilment.veloconnect]
processor = "pull"
[veloconnect.shop]
enabled = true
[oseo.quotation]
pricing = "price-list"
[outbox]
poll_ms = 20
# Nobody listens there.
allow_private = ["127.0.0.9"]
"#;

/// Whether a thread of a server has panicked.
static PANICKED: AtomicBool = AtomicBool::new(false);

/// Ends when dropped.
pub(crate) struct Site {
    address: SocketAddr,
    shutdown: Shutdown,
    thread: Option<JoinHandle<Result<(), ServerError>>>,
    /// Paths of the downloads of a file and of a folder.
    pub(crate) file: String,
    pub(crate) folder: String,
    here: TempDir,
}

thread_local! {
    static SITE: Site = Site::new();
}

/// Hands over the server of this thread.
pub(crate) fn with_site<T>(ask: impl FnOnce(&Site) -> T) -> T {
    SITE.with(ask)
}

/// What the downloaded file holds.
pub(crate) fn content() -> Vec<u8> {
    (0..1000_u32).map(|n| u8::try_from(n % 251).unwrap_or_default()).collect()
}

impl Site {
    fn new() -> Self {
        watch_panics();
        let folder = folder();
        let out = folder.path().join("out");
        let written = fs::create_dir_all(out.join("scene"))
            .and_then(|()| fs::write(out.join("scene/a.txt"), "a"))
            .and_then(|()| fs::write(out.join("scene.bin"), content()))
            .and_then(|()| fs::write(folder.path().join("tokens"), TOKENS));
        written.unwrap_or_else(|error| panic!("no files: {error}"));
        let (address, shutdown, thread) = start(folder.path());
        let mut site = Self { address, shutdown, thread: Some(thread), file: String::new(), folder: String::new(), here: folder };
        site.file = site.download(&out.join("scene.bin"));
        site.folder = site.download(&out.join("scene"));
        site
    }

    /// Sends these bytes, and gives what comes back until the server has nothing more to say.
    pub(crate) fn converse(&self, sent: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(self.address).unwrap_or_else(|error| panic!("no connection: {error}"));
        let limits = stream.set_read_timeout(Some(PATIENCE)).and_then(|()| stream.set_write_timeout(Some(PATIENCE)));
        limits.unwrap_or_else(|error| panic!("{error}"));
        // A server may have answered, and closed, before it was sent everything.
        let _ = stream.write_all(sent).and_then(|()| stream.shutdown(Half::Write));
        let mut received = Vec::new();
        if let Err(error) = stream.read_to_end(&mut received) {
            let is_reset = error.kind() == std::io::ErrorKind::ConnectionReset;
            assert!(is_reset, "no answer: {error}\n{}", String::from_utf8_lossy(sent));
        }
        assert!(!PANICKED.load(Ordering::Relaxed), "the server panicked: {}", String::from_utf8_lossy(sent));
        received
    }

    /// Where its store is.
    pub(crate) fn store_file(&self) -> PathBuf {
        self.here.path().join(STORE)
    }

    /// An item that worker `fuzzing` has claimed: its order and its claim.
    pub(crate) fn claimed(&self) -> (String, String) {
        let order =
            "<os:orderItem><os:itemId>1</os:itemId><os:productId><os:identifier>p</os:identifier></os:productId></os:orderItem>";
        let submit = format!(
            "<os:Submit xmlns:os=\"{}\" service=\"OS\" version=\"1.0.0\"><os:orderSpecification><os:orderType>PRODUCT_ORDER</os:orderType>{order}             </os:orderSpecification><os:statusNotification>None</os:statusNotification></os:Submit>",
            ordergate_oseo::schema::OS
        );
        let submitted = self.ask("POST /oseo", "X-User: demo", &submit);
        let id = submitted.element("orderId");
        let begin = Instant::now();
        loop {
            let claimed =
                self.ask("POST /work/oseo/claim", "Authorization: Bearer token", r#"{"limit":100,"lease_seconds":3600}"#).json();
            let items = claimed["items"].as_array().cloned().unwrap_or_default();
            let mine = items.iter().find(|item| item["item"]["order_id"] == id.as_str());
            if let Some(claim) = mine.and_then(|item| item["claim"].as_str()) {
                return (id, claim.to_owned());
            }
            assert!(begin.elapsed() < PATIENCE, "order {id} never came up: {claimed}");
            std::thread::yield_now();
        }
    }

    /// The path of the download of this file.
    fn download(&self, file: &Path) -> String {
        let (id, claim) = self.claimed();
        let body = serde_json::json!({ "claim": claim, "result": format!("file://{}", file.display()) }).to_string();
        let completed = self.ask("POST /work/oseo/complete", "Authorization: Bearer token", &body);
        assert_eq!(completed.status, 200, "{completed:?}");
        let describe = format!(
            "<os:DescribeResultAccess xmlns:os=\"{}\" service=\"OS\" version=\"1.0.0\"><os:orderId>{id}</os:orderId>             <os:subFunction>allReady</os:subFunction></os:DescribeResultAccess>",
            ordergate_oseo::schema::OS
        );
        let told = self.ask("POST /oseo", "X-User: demo", &describe).text();
        let path = told.find("/download/").and_then(|at| told[at..].split('<').next());
        path.unwrap_or_else(|| panic!("no link: {told}")).to_owned()
    }

    /// One request, and its answer.
    pub(crate) fn ask(&self, line: &str, header: &str, body: &str) -> Answer {
        let length = body.len();
        let request = format!(
            "{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {}\r\nContent-Length: {length}\r\n{header}\r\n\r\n{body}",
            if body.starts_with('<') { "text/xml" } else { "application/json" }
        );
        let mut all = answers(&self.converse(request.as_bytes()), &[false]);
        all.pop().unwrap_or_else(|| panic!("no answer to {request}"))
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.shutdown.trigger();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn start(folder: &Path) -> (SocketAddr, Shutdown, JoinHandle<Result<(), ServerError>>) {
    let (toml, tokens) = (folder.join("ordergate.toml"), folder.join("tokens"));
    let tokens = tokens.display();
    let more = format!(
        "[store]\nurl = \"sqlite:{0}/{STORE}\"\n[fulfilment]\nworkers_file = \"{tokens}\"\n[download]\nroot = \"{0}/out\"\n         [veloconnect.erp]\ntokens_file = \"{tokens}\"\n[veloconnect.catalogue]\nimporters_file = \"{tokens}\"\n",
        folder.display()
    );
    fs::write(&toml, format!("{more}{SETTINGS}")).unwrap_or_else(|error| panic!("no configuration: {error}"));
    let config = config::load(Some(&toml), std::iter::empty()).unwrap_or_else(|error| panic!("{error}"));
    let key = Key::load_or_create(&config.store.key_path()).unwrap_or_else(|error| panic!("{error}"));
    let store = SqliteStore::open(SqliteOptions::new(folder.join(STORE)), &SystemClock);
    let parts = Parts {
        store: Arc::new(store.unwrap_or_else(|error| panic!("{error}"))),
        key,
        goods: Goods { common: Arc::new(demo_articles()), by_seller: HashMap::new() },
        collections: collections(),
        tls: None,
    };
    let (shutdown, (tell, address)) = (Shutdown::new(), mpsc::channel());
    let stop = shutdown.clone();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).thread_name(THREADS).enable_all().build();
        runtime?.block_on(async move {
            let server = Server::bind(config, parts).await?;
            let _ = tell.send(server.address());
            server.run(stop).await
        })
    });
    let address = address.recv().unwrap_or_else(|_| panic!("the server did not start"));
    (address, shutdown, thread)
}

/// A request that panics is answered, and what panics beside requests goes unnoticed otherwise.
fn watch_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if std::thread::current().name().is_some_and(|name| name.starts_with(THREADS) || name == WRITER) {
                PANICKED.store(true, Ordering::Relaxed);
            }
            before(info);
        }));
    });
}
