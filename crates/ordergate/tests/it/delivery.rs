//! Delivery by `onlineDataDelivery`: results that the server pushes to the address that the customer named (06-141r6 §7.3.8,
//! §7.3.9). The receivers are programs of others: an SFTP server (asyncssh) and an HTTPS server (Python's).

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::harness::{Config, Found, Request, Server, await_status, eventually, free_port, look, ordered, submit};

const PASSWORD: &str = "geheim-pw";

const SFTP: &str = r#"
import asyncio, asyncssh, sys
class Door(asyncssh.SSHServer):
    def begin_auth(self, user): return True
    def password_auth_supported(self): return True
    def validate_password(self, user, password): return (user, password) == ("anna", "geheim-pw")
async def main():
    key = asyncssh.generate_private_key("ssh-ed25519")
    await asyncssh.listen("127.0.0.1", int(sys.argv[2]), server_factory=Door, server_host_keys=[key],
        sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=sys.argv[1]))
    print("ready", flush=True)
    await asyncio.get_running_loop().create_future()
asyncio.run(main())
"#;

const HTTPS: &str = r#"
import base64, http.server, os, ssl, sys
class Door(http.server.BaseHTTPRequestHandler):
    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        known = self.headers["Authorization"] == "Basic " + base64.b64encode(b"anna:geheim-pw").decode()
        if known:
            with open(sys.argv[1] + "/" + os.path.basename(self.path), "wb") as file: file.write(body)
        self.send_response(201 if known else 401)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *_): pass
server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[2])), Door)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[3], sys.argv[4])
server.socket = context.wrap_socket(server.socket, server_side=True)
print("ready", flush=True)
server.serve_forever()
"#;

/// A customer's server; ended when dropped.
struct Receiver {
    child: Child,
}

impl Receiver {
    fn start(script: &str, folder: &Path, at: SocketAddr, more: &[PathBuf]) -> Self {
        let mut command = Command::new("python3");
        command.args(["-c", script]).arg(folder).arg(at.port().to_string()).args(more).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        Self { child }
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether Python has what the SFTP server needs; CI must have it.
fn can_receive() -> bool {
    let has = Command::new("python3").args(["-c", "import asyncssh"]).stderr(Stdio::null()).status().is_ok_and(|s| s.success());
    if !has {
        eprintln!("skipped: python3 with asyncssh is not installed");
        assert!(std::env::var_os("CI").is_none(), "python3 with asyncssh must be installed where CI is set");
    }
    has
}

/// A server that delivers, the folder of its products, and that of its customer.
struct Depot {
    server: Server,
    folder: TempDir,
    customer: TempDir,
    receiver: SocketAddr,
}

impl Depot {
    fn new(protocol: &str, more: &str) -> Self {
        let (folder, customer) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let at = folder.path().display();
        fs::create_dir(folder.path().join("out")).unwrap();
        let script = format!(
            "cat > /dev/null; echo made >> {at}/made; echo \"product $ORDERGATE_ITEM_ID\" > {at}/out/$ORDERGATE_ITEM_ID.txt; \
             echo \"{{\\\"result\\\": \\\"file://{at}/out/$ORDERGATE_ITEM_ID.txt\\\"}}\""
        );
        let toml = format!(
            "[download]\nroot = \"{at}/out\"\n[outbox]\nallow_private = [\"127.0.0.1\"]\n\
             [delivery]\nprotocols = [\"{protocol}\"]\nknown_hosts_file = \"{at}/known_hosts\"\n{more}\
             [fulfilment.oseo]\nprocessor = \"command\"\npoll_ms = 50\nlease_seconds = 5\nretry_base_seconds = 1\n\
             retry_max_seconds = 1\nattempts_max = 30\ncommand = [\"/bin/sh\", \"-c\", {script:?}]\n"
        );
        let server = Server::serve(&Config::new(&toml));
        Self { server, folder, customer, receiver: free_port() }
    }

    /// Orders one item that is to be delivered there.
    fn order(&self, protocol: &str, password: &str) -> String {
        ordered(&self.server, &wanted(protocol, &format!("localhost:{}", self.receiver.port()), password))
    }

    fn productions(&self) -> usize {
        fs::read_to_string(self.folder.path().join("made")).unwrap_or_default().lines().count()
    }

    /// Waits until an order is over, and gives it with what its item says.
    fn failed(&self, id: &str) -> (Found, String) {
        let order = await_status(&self.server, id, "Failed");
        let shown = String::from_utf8(self.server.order(&["show", id]).stdout).unwrap();
        (order, shown)
    }
}

/// A Submit of the item `one`, which is to be delivered to a folder `in`.
fn wanted(protocol: &str, server: &str, password: &str) -> Request {
    let request = submit("pushed", "STANDARD", &["one"]);
    let address = format!(
        "<os:deliveryInformation><os:onlineAddress><os:protocol>{protocol}</os:protocol>\
         <os:serverAddress>{server}</os:serverAddress><os:userName>anna</os:userName>\
         <os:userPassword>{password}</os:userPassword><os:path>in</os:path></os:onlineAddress></os:deliveryInformation>"
    );
    let options = format!(
        "<os:deliveryOptions><os:onlineDataDelivery><os:protocol>{protocol}</os:protocol></os:onlineDataDelivery></os:deliveryOptions>"
    );
    let body = String::from_utf8(request.body).unwrap();
    let body = body.replace("<os:priority>", &format!("{address}{options}<os:priority>"));
    Request { body: body.into_bytes(), ..request }
}

#[test]
fn a_result_is_pushed_by_sftp() {
    if !can_receive() {
        return;
    }
    let depot = Depot::new("sftp", "");
    fs::create_dir(depot.customer.path().join("in")).unwrap();
    // What an earlier delivery left is replaced.
    fs::write(depot.customer.path().join("in/one.txt"), "an older and longer product").unwrap();
    let receiver = Receiver::start(SFTP, depot.customer.path(), depot.receiver, &[]);
    let id = depot.order("sftp", PASSWORD);
    await_status(&depot.server, &id, "Completed");
    let received: Vec<_> = fs::read_dir(depot.customer.path().join("in")).unwrap().map(|f| f.unwrap().file_name()).collect();
    assert_eq!(received, ["one.txt"]);
    assert_eq!(fs::read_to_string(depot.customer.path().join("in/one.txt")).unwrap(), "product one\n");
    let known = fs::read_to_string(depot.folder.path().join("known_hosts")).unwrap();
    assert!(known.contains(&format!("[localhost]:{} ssh-ed25519 ", depot.receiver.port())), "{known}");

    // The password was kept nowhere where it could be read.
    let answer = depot.server.send(&crate::harness::retrieve(&id));
    assert!(answer.text().contains("<os:userName>anna<") && !answer.text().contains(PASSWORD));
    assert!(!depot.server.log().contains(PASSWORD));
    for file in fs::read_dir(depot.server.folder()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap_or_default();
        assert!(!bytes.windows(PASSWORD.len()).any(|window| window == PASSWORD.as_bytes()));
    }

    let (_, shown) = depot.failed(&depot.order("sftp", "wrong"));
    assert!(shown.contains("does not let this user in with this password"), "{shown}");
    // Another server at the same address has another key.
    drop(receiver);
    let _other = Receiver::start(SFTP, depot.customer.path(), depot.receiver, &[]);
    let (_, shown) = depot.failed(&depot.order("sftp", PASSWORD));
    assert!(shown.contains("shows another host key than before"), "{shown}");
}

/// What was produced is not produced again, though the server dies while it delivers, and the receiver comes late.
#[test]
fn a_delivery_outlives_kill_9() {
    if !can_receive() {
        return;
    }
    let mut depot = Depot::new("sftp", "");
    fs::create_dir(depot.customer.path().join("in")).unwrap();
    // Takes connections, and says nothing.
    let silent = TcpListener::bind(depot.receiver).unwrap();
    let id = depot.order("sftp", PASSWORD);
    eventually("it is being delivered", || {
        let answer = depot.server.send(&crate::harness::retrieve(&id));
        answer.text().contains(">being delivered<").then_some(())
    });
    assert_eq!(look(&depot.server, &id).status, "InProduction");
    depot.server.signal("KILL");
    depot.server.wait();
    drop(silent);
    depot.server.start();
    eventually("a failed attempt is told", || {
        let answer = depot.server.send(&crate::harness::retrieve(&id));
        answer.text().contains("delivery: cannot connect to sftp://localhost").then_some(())
    });
    let _receiver = Receiver::start(SFTP, depot.customer.path(), depot.receiver, &[]);
    await_status(&depot.server, &id, "Completed");
    assert_eq!(fs::read_to_string(depot.customer.path().join("in/one.txt")).unwrap(), "product one\n");
    assert_eq!(depot.productions(), 1);
}

#[test]
fn a_result_is_pushed_by_https() {
    if !can_receive() {
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (cert, key) = (place.path().join("cert.pem"), place.path().join("key.pem"));
    fs::write(&cert, certified.cert.pem()).unwrap();
    fs::write(&key, certified.signing_key.serialize_pem()).unwrap();
    let depot = Depot::new("https", &format!("ca_file = {:?}\n", cert.display().to_string()));
    let _receiver = Receiver::start(HTTPS, depot.customer.path(), depot.receiver, &[cert, key]);
    await_status(&depot.server, &depot.order("https", PASSWORD), "Completed");
    assert_eq!(fs::read_to_string(depot.customer.path().join("one.txt")).unwrap(), "product one\n");
    let (_, shown) = depot.failed(&depot.order("https", "wrong"));
    assert!(shown.contains("answered 401"), "{shown}");
    assert!(!depot.server.log().contains(PASSWORD));
}

/// What cannot be delivered is refused when it is ordered.
#[test]
fn an_address_is_looked_at_when_it_is_named() {
    let depot = Depot::new("sftp", "");
    for (server, problem) in [
        ("10.1.2.3", "10.1.2.3 is not one that may be called"),
        ("example.org/in", "the folder belongs into path"),
        ("anna:geheim@example.org", "must not carry a user name"),
    ] {
        let refused = depot.server.send(&wanted("sftp", server, PASSWORD));
        assert!(refused.status == 500 && refused.text().contains("locator=\"onlineAddress\""), "{}", refused.text());
        assert!(refused.text().contains(problem) && !refused.text().contains("geheim"), "{}", refused.text());
    }
    let without = String::from_utf8(wanted("sftp", "example.org", "").body).unwrap();
    let (start, end) = (without.find("<os:deliveryInformation>").unwrap(), without.find("<os:deliveryOptions>").unwrap());
    let without = format!("{}{}", &without[..start], &without[end..]);
    let refused = depot.server.send(&Request { body: without.into_bytes(), ..wanted("sftp", "example.org", "") });
    assert!(refused.text().contains("MissingParameterValue") && refused.text().contains("onlineAddress"), "{}", refused.text());
}

/// OSEO 64. What is sent on a medium is completed by who has sent it, and is not listed.
#[test]
fn a_medium_is_the_operator_s() {
    let server = Server::serve(&Config::new(""));
    let request = submit("on a disk", "STANDARD", &["one"]);
    let options = "<os:deliveryOptions><os:mediaDelivery><os:packageMedium>DVD</os:packageMedium></os:mediaDelivery>\
                   </os:deliveryOptions><os:priority>";
    let body = String::from_utf8(request.body).unwrap().replace("<os:priority>", options);
    let id = ordered(&server, &Request { body: body.into_bytes(), ..request });
    await_status(&server, &id, "Accepted");
    let done = server.order(&["complete", &id, "one", "--result", "https://example.org/tracking/17"]);
    assert!(done.status.success(), "{done:?}");
    await_status(&server, &id, "Completed");
    assert_eq!(crate::download::links(&server, &id), [""; 0]);
}
