//! Delivery by `onlineDataDelivery`: results that the server pushes to the address that the customer named (06-141r6 §7.3.8,
//! §7.3.9). The customer's servers are those of Debian: OpenSSH, vsftpd, nginx.

mod cutting;
mod ftps;
mod https;
mod machine;
mod reporting;
mod sftp;
mod web;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::harness::{Config, Found, Request, Server, await_status, free_port, ordered, submit};

const PASSWORD: &str = "geheim-pw";

/// What the item is made by: the item `one` is a short text, `large` of some megabytes, and `folder` is one.
const PRODUCE: &str = "cat > /dev/null; echo made >> @/made; ID=$ORDERGATE_ITEM_ID; PLACE=@/out/$ID.txt; case $ID in \
    large) seq 1000000 > $PLACE;; \
    folder) PLACE=@/out/$ID; mkdir -p $PLACE; echo a > $PLACE/a.txt; seq 1000000 > $PLACE/b.txt;; \
    *) echo product $ID > $PLACE;; esac; \
    echo '{\"result\": \"file://'$PLACE'\"}'";

/// A server that delivers, and the folder of its products.
struct Depot {
    server: Server,
    folder: TempDir,
    /// Where its customer's server is.
    receiver: SocketAddr,
}

impl Depot {
    fn new(protocol: &str, receiver: SocketAddr, more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().display().to_string();
        let script = PRODUCE.replace('@', &at);
        let processor = format!("processor = \"command\"\ncommand = [\"/bin/sh\", \"-c\", {script:?}]\n");
        Self::with(folder, protocol, receiver, more, &processor, "")
    }

    fn with(folder: TempDir, protocol: &str, receiver: SocketAddr, more: &str, processor: &str, sections: &str) -> Self {
        let at = folder.path().display();
        fs::create_dir(folder.path().join("out")).unwrap();
        let toml = format!(
            "[download]\nroot = \"{at}/out\"\n[outbox]\nallow_private = [\"127.0.0.1\"]\n\
             [delivery]\nprotocols = [\"{protocol}\"]\nknown_hosts_file = \"{at}/known_hosts\"\n{more}\
             {sections}[fulfilment.oseo]\npoll_ms = 50\nlease_seconds = 5\nretry_base_seconds = 1\n\
             retry_max_seconds = 1\nattempts_max = 30\n{processor}"
        );
        let server = Server::serve(&Config::new(&toml));
        Self { server, folder, receiver }
    }

    /// Orders an item that is to be delivered into the folder `in` there.
    fn order(&self, protocol: &str, item: &str, password: &str) -> String {
        ordered(&self.server, &wanted_item(item, protocol, &self.customer(), password, "in"))
    }

    /// The customer's address.
    fn customer(&self) -> String {
        format!("localhost:{}", self.receiver.port())
    }

    fn productions(&self) -> usize {
        fs::read_to_string(self.folder.path().join("made")).unwrap_or_default().lines().count()
    }

    fn made(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder.path().join("out").join(name)).unwrap()
    }

    /// Waits until an order is over, and gives it with what its item says.
    fn failed(&self, id: &str) -> (Found, String) {
        let order = await_status(&self.server, id, "Failed");
        let info = order.items[0].2.clone();
        (order, info)
    }

    /// Delivers the item `one` and a folder, both onto what an earlier delivery left, and nothing else is there afterwards.
    fn delivers_all(&self, protocol: &str, inbox: &Path) {
        fs::write(inbox.join("one.txt"), "an older and longer product").unwrap();
        open_to_all(&inbox.join("one.txt"));
        await_status(&self.server, &self.order(protocol, "one", PASSWORD), "Completed");
        assert_eq!(fs::read_to_string(inbox.join("one.txt")).unwrap(), "product one\n");
        await_status(&self.server, &self.order(protocol, "folder", PASSWORD), "Completed");
        let archive = fs::read(inbox.join("folder.zip")).unwrap();
        assert!(archive.starts_with(b"PK") && archive.windows(12).any(|window| window == b"folder/a.txt"));
        assert_eq!(names(inbox), ["folder.zip", "one.txt"]);
        assert!(!self.server.log().contains(PASSWORD));
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|found| found.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// So that a user of the customer's machine may replace it.
fn open_to_all(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o777)).unwrap();
}

/// A certificate of localhost that nobody else believes, and its key.
fn certificate(folder: &Path) -> (PathBuf, PathBuf) {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (cert, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    fs::write(&cert, certified.cert.pem()).unwrap();
    fs::write(&key, certified.signing_key.serialize_pem()).unwrap();
    (cert, key)
}

fn believing(cert: &Path) -> String {
    format!("ca_file = {:?}\n", cert.display().to_string())
}

/// A Submit of the item `one`, which is to be delivered to a folder.
fn wanted(protocol: &str, server: &str, password: &str, folder: &str) -> Request {
    wanted_item("one", protocol, server, password, folder)
}

fn wanted_item(item: &str, protocol: &str, server: &str, password: &str, folder: &str) -> Request {
    let request = submit("pushed", "STANDARD", &[item]);
    let address = format!(
        "<os:deliveryInformation><os:onlineAddress><os:protocol>{protocol}</os:protocol>\
         <os:serverAddress>{server}</os:serverAddress><os:userName>anna</os:userName>\
         <os:userPassword>{password}</os:userPassword><os:path>{folder}</os:path></os:onlineAddress></os:deliveryInformation>"
    );
    let options = format!(
        "<os:deliveryOptions><os:onlineDataDelivery><os:protocol>{protocol}</os:protocol></os:onlineDataDelivery></os:deliveryOptions>"
    );
    let body = String::from_utf8(request.body).unwrap();
    let body = body.replace("<os:priority>", &format!("{address}{options}<os:priority>"));
    Request { body: body.into_bytes(), ..request }
}

/// What cannot be delivered is refused when it is ordered.
#[test]
fn an_address_is_looked_at_when_it_is_named() {
    let depot = Depot::new("sftp", free_port(), "");
    for (server, problem) in [
        ("10.1.2.3", "10.1.2.3 is not one that may be called"),
        ("example.org/in", "the folder belongs into path"),
        ("anna:geheim@example.org", "must not carry a user name"),
    ] {
        let refused = depot.server.send(&wanted("sftp", server, PASSWORD, "in"));
        assert!(refused.status == 500 && refused.text().contains("locator=\"onlineAddress\""), "{}", refused.text());
        assert!(refused.text().contains(problem) && !refused.text().contains("geheim"), "{}", refused.text());
    }
    let without = String::from_utf8(wanted("sftp", "example.org", "", "in").body).unwrap();
    let (start, end) = (without.find("<os:deliveryInformation>").unwrap(), without.find("<os:deliveryOptions>").unwrap());
    let without = format!("{}{}", &without[..start], &without[end..]);
    let refused = depot.server.send(&Request { body: without.into_bytes(), ..wanted("sftp", "example.org", "", "in") });
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
