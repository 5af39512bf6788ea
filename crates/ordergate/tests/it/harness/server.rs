//! A server of its own for a test: the real binary on a free port, with data of its own.

use std::fs::File;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::{Answer, Request, eventually, get};
use crate::place::Place;

/// An account that is there from the start.
#[derive(Debug, Clone, Copy)]
pub struct Account(pub &'static str, pub &'static str, pub &'static str);

/// What a test's server is like.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// TOML beyond `[server] listen` and the address of the store; it begins within `[store]`.
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
    /// Where its orders are.
    pub place: Place,
    folder: TempDir,
    arguments: Vec<String>,
    /// Further environment of its processes.
    environment: Vec<(String, String)>,
}

/// A port that nobody listens on. Below those that systems give to outgoing connections: a server that
/// was killed must get its port again.
pub fn free_port() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let offset = u16::try_from(std::process::id() % 100).unwrap() * 100;
    for _ in 0..1000 {
        let port = 20_000 + (offset + NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000;
        if let Ok(free) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            return free.local_addr().unwrap();
        }
    }
    panic!("no free port")
}

/// The program itself, with nothing of the tests' own environment in its configuration.
pub fn ordergate() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ordergate"));
    command.env_remove("ORDERGATE_CONFIG");
    command
}

/// What the system says of a process's memory, in KiB: `VmHWM` (the most it ever had), `RssAnon` (its own at present). `None` once it
/// has ended.
pub fn memory_kib(pid: u32, name: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// Runs a command that is expected to end by itself.
#[track_caller]
pub fn output_of(command: &mut Command) -> Output {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    if ended_within(&mut child, Duration::from_secs(30)).is_none() {
        let _ = child.kill();
        panic!("did not end by itself: {:?}", child.wait_with_output());
    }
    child.wait_with_output().unwrap()
}

/// What a command that succeeded has printed.
#[track_caller]
pub fn out(output: &Output) -> &str {
    assert!(output.status.success(), "{output:?}");
    std::str::from_utf8(&output.stdout).unwrap()
}

fn ended_within(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        if began.elapsed() > limit {
            return None;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

impl Server {
    /// `ordergate serve` with a configuration.
    pub fn serve(config: &Config) -> Self {
        let mut server = Self::stopped(config, Place::new);
        server.start();
        server
    }

    /// What [`serve`](Self::serve) starts, before it is started; its orders are at the place made for its folder.
    pub fn stopped(config: &Config, place: impl FnOnce(&Path) -> Place) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = place(folder.path());
        let path = folder.path().join("ordergate.toml");
        let settings: Vec<String> = place.settings().iter().map(|(key, value)| format!("{key} = {value:?}")).collect();
        std::fs::write(&path, format!("[store]\n{}\n{}\n", settings.join("\n"), config.toml)).unwrap();
        let arguments = vec!["serve".to_owned(), "--config".to_owned(), path.display().to_string()];
        let server = Self { child: None, address: free_port(), place, folder, arguments, environment: Vec::new() };
        for Account(protocol, name, password) in &config.accounts {
            let added = server.account(&["add", "--digest", "--protocol", protocol, name], password);
            assert!(added.status.success(), "{added:?}");
        }
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
        let place = Place::new(folder.path());
        let mut server = Self { child: None, address, place, folder, arguments, environment: Vec::new() };
        server.start();
        server
    }

    /// `ordergate serve` for several tests. Kept in a static it is never dropped, so a shell that notices the end
    /// of this process ends it and removes its folder.
    pub fn shared(config: &Config) -> Self {
        let server = Self::serve(config);
        let script = r#"cat > /dev/null; kill -s KILL "$0"; rm -r "$1""#;
        let mut watch = Command::new("sh");
        watch.args(["-c", script, &server.pid().to_string()]).arg(server.folder.path());
        watch.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // Open as long as this process is.
        std::mem::forget(watch.spawn().unwrap().stdin);
        server
    }

    /// Starts the process (again) on the same data, and waits until it is ready.
    #[track_caller]
    pub fn start(&mut self) {
        self.spawn();
        self.await_ready();
    }

    /// Starts the process (again) on the same data.
    #[track_caller]
    pub fn spawn(&mut self) {
        assert!(self.child.is_none(), "the server runs already");
        let log = File::options().create(true).append(true).open(self.log_path()).unwrap();
        let mut command = self.command();
        let printed = File::options().create(true).append(true).open(self.printed_path()).unwrap();
        command.args(&self.arguments).stdin(Stdio::null()).stdout(printed).stderr(log);
        command.env("ORDERGATE_SERVER__LISTEN", self.address.to_string());
        self.child = Some(command.spawn().unwrap());
    }

    #[track_caller]
    pub fn await_ready(&mut self) {
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

    /// Waits until the process has ended, which must be soon.
    #[track_caller]
    pub fn wait_within(&mut self, limit: Duration) -> ExitStatus {
        let ended = ended_within(self.child.as_mut().unwrap(), limit);
        let status = ended.unwrap_or_else(|| panic!("still running after {limit:?}\n{}", self.log()));
        self.child = None;
        status
    }

    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Changes the configuration; a server that runs does not notice.
    pub fn reconfigure(&self, change: impl FnOnce(&str) -> String) {
        let toml = std::fs::read_to_string(self.config_path()).unwrap();
        std::fs::write(self.config_path(), change(&toml)).unwrap();
    }

    /// Sets an environment variable of what is started from now on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn config_path(&self) -> PathBuf {
        self.folder.path().join("ordergate.toml")
    }

    fn log_path(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }

    fn printed_path(&self) -> PathBuf {
        self.folder.path().join("printed.txt")
    }

    /// What the program wrote to standard output.
    pub fn printed(&self) -> String {
        std::fs::read_to_string(self.printed_path()).unwrap_or_default()
    }

    /// What the server wrote to standard error.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_path()).unwrap_or_default()
    }

    /// The program, which is told where the orders are if no configuration file says so.
    fn command(&self) -> Command {
        let mut command = ordergate();
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        if self.config_path().exists() {
            return command;
        }
        for (key, value) in self.place.settings() {
            command.env(format!("ORDERGATE_STORE__{}", key.to_uppercase()), value);
        }
        command
    }

    /// `ordergate order ...` beside the server, by operator anna.
    pub fn order(&self, arguments: &[&str]) -> Output {
        self.beside("order").args(arguments).args(["--as", "anna"]).output().unwrap()
    }

    /// `ordergate queue ...` beside the server, by operator anna.
    pub fn queue(&self, arguments: &[&str]) -> Output {
        self.beside("queue").args(arguments).args(["--as", "anna"]).output().unwrap()
    }

    /// `ordergate transaction ...` beside the server.
    pub fn transaction(&self, arguments: &[&str]) -> Output {
        self.beside("transaction").args(arguments).output().unwrap()
    }

    /// `ordergate outbox ...` beside the server.
    pub fn outbox(&self, arguments: &[&str]) -> Output {
        self.beside("outbox").args(arguments).output().unwrap()
    }

    /// `ordergate subscription ...` beside the server.
    pub fn subscription(&self, arguments: &[&str]) -> Output {
        self.beside("subscription").args(arguments).output().unwrap()
    }

    /// `ordergate tasking ...` beside the server.
    pub fn tasking(&self, arguments: &[&str]) -> Output {
        self.beside("tasking").args(arguments).output().unwrap()
    }

    /// `ordergate transmissions ...` beside the server.
    pub fn transmissions(&self, arguments: &[&str]) -> Output {
        self.beside("transmissions").args(arguments).output().unwrap()
    }

    /// `ordergate receipts ...` beside the server.
    pub fn receipts(&self, arguments: &[&str]) -> Output {
        self.beside("receipts").args(arguments).output().unwrap()
    }

    /// `ordergate worker ...` beside the server.
    pub fn worker(&self, arguments: &[&str]) -> Output {
        self.beside("worker").args(arguments).output().unwrap()
    }

    /// `ordergate verify` beside the server.
    pub fn verify(&self) -> Output {
        self.beside("verify").output().unwrap()
    }

    /// Nothing is found wrong with its store.
    #[track_caller]
    pub fn assert_sound(&self) {
        let looked = self.verify();
        assert!(out(&looked).contains(": 0 findings\n"), "{looked:?}");
    }

    /// A command with the configuration of the server.
    pub fn beside(&self, name: &str) -> Command {
        let mut command = self.command();
        command.arg(name);
        if self.config_path().exists() {
            command.arg("--config").arg(self.config_path());
        }
        command
    }

    /// `ordergate account ...` beside the server, with a password on standard input.
    pub fn account(&self, arguments: &[&str], password: &str) -> Output {
        let mut command = self.beside("account");
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that is refused early does not read its password.
        let _ = child.stdin.take().unwrap().write_all(format!("{password}\n").as_bytes());
        child.wait_with_output().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
