//! A whole server within the test, on the disk of the test.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use ordergate_fulfilment::SystemClock;
use ordergate_oseo::Collections;
use ordergate_server::auth::Key;
use ordergate_server::config;
use ordergate_server::server::{Parts, Server, ServerError};
use ordergate_server::shutdown::Shutdown;
use ordergate_server::store_options::StoreChoice;
use ordergate_server::trade::Goods;
use ordergate_store::StoreError;
use ordergate_store::sqlite::SqliteStore;
use ordergate_veloconnect::MemoryArticles;
use tempfile::TempDir;

/// What all servers here are like. A proxy vouches for customers, so that no time goes into passwords; files are read with calls,
/// not mapped, so that reading can fail. It ends within `[fulfilment.oseo]`.
fn settings(folder: &Path) -> String {
    let store = folder.join("orders.sqlite");
    format!(
        "[store]\nurl = \"sqlite:{}\"\nmmap_bytes = 0\n[server]\nlisten = \"127.0.0.1:0\"\n[log]\nlevel = \"error\"\n\
         [auth]\nprovider = \"trusted-header\"\n[auth.trusted_header]\nuser = \"X-User\"\nnetworks = [\"127.0.0.1\"]\n\
         [fulfilment.veloconnect]\nprocessor = \"none\"\n\
         [fulfilment.oseo]\npoll_ms = 20\nlease_seconds = 5\n",
        store.display()
    )
}

/// A folder with the files of a server.
pub struct Site {
    pub folder: TempDir,
    more: String,
}

impl Site {
    /// Nothing yet; `more` goes on within `[fulfilment.oseo]`.
    pub fn new(more: &str) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), more: more.to_owned() }
    }

    /// The same files in a folder of their own.
    pub fn copy(&self) -> Self {
        let copy = Self::new(&self.more);
        for entry in std::fs::read_dir(self.path()).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
        copy
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn start(&self) -> Running {
        self.try_start().unwrap_or_else(|error| panic!("{error}"))
    }

    pub fn try_start(&self) -> Result<Running, StoreError> {
        let toml = self.path().join("ordergate.toml");
        std::fs::write(&toml, format!("{}{}", settings(self.path()), self.more)).unwrap();
        let config = config::load(Some(&toml), std::iter::empty()).unwrap();
        let StoreChoice::Sqlite(options) = config.store.choice() else { panic!("{:?}", config.store) };
        let key = Key::load_or_create(&config.store.key_path()).unwrap();
        let store = Arc::new(SqliteStore::open(options, &SystemClock)?);
        let articles = Path::new(env!("CARGO_MANIFEST_DIR")).join("../veloconnect/src/articles/demo.toml");
        let parts = Parts {
            store,
            key,
            goods: Goods { common: Arc::new(MemoryArticles::from_file(&articles).unwrap()), by_seller: HashMap::new() },
            collections: Collections::default(),
            tls: None,
        };
        let shutdown = Shutdown::new();
        let (tell, address) = mpsc::channel();
        let stop = shutdown.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async move {
                let server = Server::bind(config, parts).await?;
                tell.send(server.address()).unwrap();
                server.run(stop).await
            })
        });
        Ok(Running { address: address.recv().unwrap(), shutdown, thread: Some(thread) })
    }
}

/// A server that runs.
pub struct Running {
    pub address: SocketAddr,
    shutdown: Shutdown,
    thread: Option<JoinHandle<Result<(), ServerError>>>,
}

impl Running {
    /// Stops it, and says how it ended.
    pub fn stop(mut self) -> Result<(), ServerError> {
        self.end().unwrap()
    }

    fn end(&mut self) -> Option<Result<(), ServerError>> {
        self.shutdown.trigger();
        self.thread.take().map(|thread| thread.join().expect("no panic"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            drop(self.end());
        }
    }
}
