//! A server of its own for a test: the real binary on a free port, its data in a temporary folder.

use std::fs::File;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use tempfile::TempDir;

use super::{Answer, Request, eventually, get};

/// An account that is there from the start.
#[derive(Debug, Clone, Copy)]
pub struct Account(pub &'static str, pub &'static str, pub &'static str);

/// What a test's server is like.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// TOML beyond `[server] listen` and `[store]`.
    pub toml: String,
    pub accounts: Vec<Account>,
}

impl Config {
    /// The accounts of the demo, and processors that leave orders alone unless the TOML says otherwise.
    pub fn new(toml: &str) -> Self {
        let accounts = vec![
            Account("oseo", "demo", "demo-secret"),
            Account("oseo", "other", "other-secret"),
            Account("veloconnect", "K4711", "geheim"),
            Account("veloconnect", "K0815", "geheim2"),
        ];
        Self { toml: toml.to_owned(), accounts }
    }
}

/// A running server; killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Option<Child>,
    pub address: SocketAddr,
    folder: TempDir,
    arguments: Vec<String>,
}

pub fn free_port() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ordergate"));
    command.env_remove("ORDERGATE_CONFIG");
    command
}

impl Server {
    /// `ordergate serve` with a configuration.
    pub fn serve(config: &Config) -> Self {
        let (folder, address) = (tempfile::tempdir().unwrap(), free_port());
        let path = folder.path().join("ordergate.toml");
        let database = folder.path().join("ordergate.sqlite");
        let server = format!("[store]\nurl = \"sqlite:{}\"\n{}\n", database.display(), config.toml);
        std::fs::write(&path, server).unwrap();
        let arguments = vec!["serve".to_owned(), "--config".to_owned(), path.display().to_string()];
        let mut server = Self { child: None, address, folder, arguments };
        for Account(protocol, name, password) in &config.accounts {
            let added = server.account(&["add", "--digest", "--protocol", protocol, name], password);
            assert!(added.status.success(), "{added:?}");
        }
        server.start();
        server
    }

    /// `ordergate demo` with further arguments.
    pub fn demo(arguments: &[&str]) -> Self {
        let (folder, address) = (tempfile::tempdir().unwrap(), free_port());
        let data = folder.path().display().to_string();
        let listen = address.to_string();
        let mut all = vec!["demo", "--listen", &listen, "--data", &data];
        all.extend(arguments);
        let arguments = all.into_iter().map(str::to_owned).collect();
        let mut server = Self { child: None, address, folder, arguments };
        server.start();
        server
    }

    /// Starts the process (again) on the same data, and waits until it is ready.
    #[track_caller]
    pub fn start(&mut self) {
        assert!(self.child.is_none(), "the server runs already");
        let log = File::options().create(true).append(true).open(self.log_path()).unwrap();
        let mut command = binary();
        command.args(&self.arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        command.env("ORDERGATE_SERVER__LISTEN", self.address.to_string());
        self.child = Some(command.spawn().unwrap());
        eventually("the server is ready", || {
            if let Some(status) = self.child.as_mut().unwrap().try_wait().unwrap() {
                panic!("the server ended: {status}\n{}", self.log());
            }
            get("/health/ready").try_send(self.address).ok().filter(|a| a.status == 200)
        });
    }

    #[track_caller]
    pub fn send(&self, request: &Request) -> Answer {
        request.send(self.address)
    }

    pub fn pid(&self) -> u32 {
        self.child.as_ref().unwrap().id()
    }

    /// Sends a signal by name: `TERM`, `KILL`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.pid().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until the process has ended.
    pub fn wait(&mut self) -> ExitStatus {
        self.child.take().unwrap().wait().unwrap()
    }

    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }

    /// What the server wrote to standard error.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// `ordergate account ...` beside the server, with a password on standard input.
    pub fn account(&self, arguments: &[&str], password: &str) -> Output {
        let config = self.folder.path().join("ordergate.toml");
        let mut command = binary();
        command.arg("account").args(arguments);
        if config.exists() {
            command.arg("--config").arg(config);
        } else {
            command.env("ORDERGATE_STORE__URL", format!("sqlite:{}", self.folder.path().join("ordergate.sqlite").display()));
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
