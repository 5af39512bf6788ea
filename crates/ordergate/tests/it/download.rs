//! Delivery by `onlineDataAccess`: finished items that lie on the server's own disk. Numbers such as "OSEO 65" are those of the
//! conformance checklist.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::harness::{
    Answer, Config, Found, Request, Server, Soap, Wire, assert_valid, eventually, found, get, retrieve, submit,
};

/// A server and the folder of its products.
pub struct Depot {
    pub server: Server,
    pub folder: TempDir,
}

const PRODUCT: &[u8] = b"0123456789";

/// `[download]` with a root in this folder.
pub fn section(folder: &TempDir) -> String {
    fs::create_dir_all(folder.path().join("out")).unwrap();
    format!("[download]\nroot = {:?}\n", folder.path().join("out").display().to_string())
}

impl Depot {
    fn new(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::serve(&Config::new(&format!("{}{more}", section(&folder))));
        Self { server, folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("out").join(name)
    }

    /// The URL by which a processor names a file, from the folder that the root is in.
    fn url(&self, path: &str) -> String {
        format!("file://{}/{path}", self.folder.path().display())
    }

    /// The link to a product of this content, and the order that it belongs to.
    fn product(&self, name: &str, content: &[u8]) -> (String, String) {
        fs::write(self.path(name), content).unwrap();
        let id = completed(&self.server, &self.url(&format!("out/{}", name.replace(' ', "%20"))));
        (only_link(&self.server, &id), id)
    }

    fn get(&self, link: &str) -> Answer {
        self.server.send(&get(link))
    }
}

/// An order of one item that an operator has completed with this result.
pub fn completed(server: &Server, result: &str) -> String {
    let answer = server.send(&submit("by hand", "STANDARD", &["one"]));
    let id = answer.element("orderId").unwrap().to_owned();
    await_status(server, &id, "Accepted");
    let done = server.order(&["complete", &id, "one", "--result", result]);
    assert!(done.status.success(), "{done:?}");
    id
}

fn look(server: &Server, id: &str) -> Found {
    found(&server.send(&retrieve(id))).remove(0)
}

#[track_caller]
pub fn await_status(server: &Server, id: &str, status: &str) -> Found {
    eventually(status, || Some(look(server, id)).filter(|order| order.status == status))
}

fn describe(server: &Server, id: &str, sub_function: &str) -> Answer {
    let answer = server.send(&Soap::V11.request(&format!(
        "<os:DescribeResultAccess xmlns:os=\"http://www.opengis.net/oseo/1.0\" service=\"OS\" version=\"1.0.0\">\
         <os:orderId>{id}</os:orderId><os:subFunction>{sub_function}</os:subFunction></os:DescribeResultAccess>"
    )));
    assert_eq!((answer.status, answer.element("status")), (200, Some("success")), "{}", answer.text());
    assert_valid("oseo", answer.text());
    answer
}

/// The paths of the links that an order's customer is given.
pub fn links(server: &Server, id: &str) -> Vec<String> {
    let answer = describe(server, id, "allReady");
    let base = format!("http://{}", server.address);
    answer.elements("URL").iter().map(|url| url.strip_prefix(&base).unwrap().to_owned()).collect()
}

#[track_caller]
pub fn only_link(server: &Server, id: &str) -> String {
    let links = links(server, id);
    assert_eq!(links.len(), 1, "{links:?}");
    links.into_iter().next().unwrap()
}

fn history(server: &Server, id: &str) -> String {
    String::from_utf8(server.order(&["show", id]).stdout).unwrap()
}

/// Microseconds since 1970.
fn time(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().unwrap().as_microsecond()
}

/// A processor that makes `ITEM.txt`; the item `pushed` is delivered, not fetched.
fn mill(folder: &TempDir) -> String {
    let out = folder.path().join("out").display().to_string();
    let script = format!(
        "cat > /dev/null; echo \"product $ORDERGATE_ITEM_ID\" > {out}/$ORDERGATE_ITEM_ID.txt; \
         echo \"{{\\\"result\\\": \\\"file://{out}/$ORDERGATE_ITEM_ID.txt\\\"}}\""
    );
    format!("[fulfilment.oseo]\nprocessor = \"command\"\npoll_ms = 50\ncommand = [\"/bin/sh\", \"-c\", {script:?}]\n")
}

/// OSEO 62, 64, 65.
#[test]
fn from_submit_to_downloaded() {
    const DAYS_14: i64 = 14 * 86_400_000_000;
    let folder = tempfile::tempdir().unwrap();
    let server = Server::serve(&Config::new(&format!("{}{}", section(&folder), mill(&folder))));
    let began = jiff::Timestamp::now().as_microsecond();
    let request = submit("fetched", "STANDARD", &["one", "pushed"]);
    let pushed = "<os:itemId>pushed</os:itemId><os:deliveryOptions><os:onlineDataDelivery><os:protocol>sftp</os:protocol>\
                  </os:onlineDataDelivery></os:deliveryOptions>";
    let body = String::from_utf8(request.body).unwrap().replace("<os:itemId>pushed</os:itemId>", pushed);
    let answer = server.send(&Request { body: body.into_bytes(), ..request });
    let id = answer.element("orderId").unwrap().to_owned();
    await_status(&server, &id, "Completed");
    let ended = jiff::Timestamp::now().as_microsecond();

    let listed = describe(&server, &id, "nextReady");
    assert_eq!(listed.elements("itemId"), ["one"], "what is pushed is not fetched");
    let expires = listed.element("expirationDate").unwrap().to_owned();
    assert!((began + DAYS_14..=ended + DAYS_14).contains(&time(&expires)), "{expires}");
    let link = only_link(&server, &id);
    assert!(link.starts_with("/download/") && link.ends_with("/one.txt"), "{link}");
    assert!(!listed.text().contains("file:") && !listed.text().contains(&folder.path().display().to_string()));

    let file = server.send(&get(&link));
    assert_eq!((file.status, file.text()), (200, "product one\n"));
    for (name, value) in [
        ("content-type", "text/plain"),
        ("content-length", "12"),
        ("content-disposition", "attachment; filename=\"one.txt\""),
        ("x-content-type-options", "nosniff"),
        ("accept-ranges", "bytes"),
        ("cache-control", "private"),
    ] {
        assert_eq!(file.header(name), Some(value), "{name}");
    }
    let fetched =
        eventually("the item is Downloaded", || Some(look(&server, &id)).filter(|order| order.items[0].1 == "Downloaded"));
    assert_eq!(fetched.items[1].1, "Completed");
    let shown = history(&server, &id);
    let line = shown.lines().find(|line| line.contains("Downloaded") && line.contains("download link"));
    assert!(line.is_some_and(|line| line.contains("fetched by its link")), "{shown}");

    // Fetched or not, it is listed until it expires, which fetching does not put off; and is fetched again.
    let again = describe(&server, &id, "allReady");
    assert_eq!((again.elements("itemId"), again.element("expirationDate")), (vec!["one"], Some(expires.as_str())));
    assert_eq!(only_link(&server, &id), link);
    assert_eq!(server.send(&get(&link)).status, 200);
    assert_eq!(describe(&server, &id, "nextReady").elements("itemId"), [""; 0]);
}

/// RFC 9110 §13 and §14.
#[test]
fn ranges_and_conditions() {
    let depot = Depot::new("");
    let (link, id) = depot.product("Übersicht 50%.bin", PRODUCT);
    let whole = depot.get(&link);
    assert_eq!((whole.status, whole.body.as_slice()), (200, PRODUCT));
    let disposition = "attachment; filename=\"_bersicht 50_.bin\"; filename*=UTF-8''%C3%9Cbersicht%2050%25.bin";
    assert_eq!(whole.header("content-disposition"), Some(disposition));
    assert_eq!(whole.header("content-type"), Some("application/octet-stream"));
    let (tag, modified) = (whole.header("etag").unwrap(), whole.header("last-modified").unwrap());
    let past = "Thu, 01 Jan 1970 00:00:00 GMT";
    for (headers, status, body, range) in [
        (vec![("Range", "bytes=2-4")], 206, "234", Some("bytes 2-4/10")),
        (vec![("Range", "bytes=7-")], 206, "789", Some("bytes 7-9/10")),
        (vec![("Range", "bytes=-2")], 206, "89", Some("bytes 8-9/10")),
        (vec![("Range", "bytes=7-100")], 206, "789", Some("bytes 7-9/10")),
        (vec![("Range", "bytes=10-")], 416, "", Some("bytes */10")),
        (vec![("Range", "bytes=0-1,4-5")], 200, "0123456789", None),
        (vec![("Range", "lines=1-2")], 200, "0123456789", None),
        (vec![("Range", "bytes=2-4"), ("If-Range", tag)], 206, "234", Some("bytes 2-4/10")),
        (vec![("Range", "bytes=2-4"), ("If-Range", modified)], 206, "234", Some("bytes 2-4/10")),
        (vec![("Range", "bytes=2-4"), ("If-Range", "\"another\"")], 200, "0123456789", None),
        (vec![("Range", "bytes=2-4"), ("If-Range", past)], 200, "0123456789", None),
        (vec![("If-None-Match", tag)], 304, "", None),
        (vec![("If-None-Match", "\"another\"")], 200, "0123456789", None),
        (vec![("If-Modified-Since", modified)], 304, "", None),
        (vec![("If-Match", "\"another\"")], 412, "", None),
        (vec![("If-Unmodified-Since", past)], 412, "", None),
    ] {
        let request = headers.iter().fold(get(&link), |request, (name, value)| request.header(name, value));
        let answer = depot.server.send(&request);
        assert_eq!((answer.status, answer.text(), answer.header("content-range")), (status, body, range), "{headers:?}");
    }
    // A file that was replaced is another one: what a client has of it is of no use.
    fs::write(depot.path("Übersicht 50%.bin"), "a newer one").unwrap();
    let stale = depot.server.send(&get(&link).header("Range", "bytes=2-4").header("If-Range", tag));
    assert_eq!((stale.status, stale.text()), (200, "a newer one"));
    await_status(&depot.server, &id, "Downloaded");
}

/// What is not fetched to its end is not Downloaded.
#[test]
fn looking_and_breaking_off_change_nothing() {
    let depot = Depot::new("");
    let (link, id) = depot.product("large.bin", b"");
    // Holes take no room.
    File::options().write(true).open(depot.path("large.bin")).unwrap().set_len(1 << 30).unwrap();
    let mut head = get(&link);
    head.method = "HEAD";
    let bytes = head.bytes();
    let looked = String::from_utf8(Wire::connect(depot.server.address).write(&bytes).rest()).unwrap().to_lowercase();
    assert!(looked.starts_with("http/1.1 200 ") && looked.contains("\r\ncontent-length: 1073741824\r\n"), "{looked}");
    assert!(looked.ends_with("\r\n\r\n") && looked.contains("\r\ncontent-disposition: attachment; "), "{looked}");
    let ranged = String::from_utf8(Wire::connect(depot.server.address).write(&head.header("Range", "bytes=0-1").bytes()).rest());
    assert!(ranged.unwrap().starts_with("HTTP/1.1 200 "), "a range is for GET");
    let part = depot.server.send(&get(&link).header("Range", "bytes=0-1"));
    assert_eq!((part.status, part.body.len()), (206, 2));
    let mut broken_off = TcpStream::connect(depot.server.address).unwrap();
    broken_off.write_all(&get(&link).bytes()).unwrap();
    broken_off.read_exact(&mut vec![0; 100_000]).unwrap();
    drop(broken_off);
    eventually("the server has noticed", || {
        let page = depot.server.send(&get("/metrics"));
        page.text().lines().any(|line| line == "ordergate_connections_open 1").then_some(())
    });
    assert_eq!(look(&depot.server, &id).status, "Completed");
    // The last part is the end of it, as after a download that was resumed.
    let rest = depot.server.send(&get(&link).header("Range", "bytes=-5"));
    assert_eq!((rest.status, rest.body.len()), (206, 5));
    await_status(&depot.server, &id, "Downloaded");
}

/// A gigabyte goes through a server that never holds more than a piece of it.
#[test]
fn a_large_file_takes_no_memory() {
    const SIZE: u64 = 1 << 30;
    let depot = Depot::new("");
    let (link, id) = depot.product("large.bin", b"");
    File::options().write(true).open(depot.path("large.bin")).unwrap().set_len(SIZE).unwrap();
    let memory = || {
        let page = depot.server.send(&get("/metrics"));
        let line = page.text().lines().find_map(|line| line.strip_prefix("process_resident_memory_bytes ")).map(str::to_owned);
        line.unwrap().parse::<f64>().unwrap()
    };
    let before = memory();
    let mut stream = TcpStream::connect(depot.server.address).unwrap();
    stream.write_all(&get(&link).bytes()).unwrap();
    let taken = std::io::copy(&mut stream, &mut std::io::sink()).unwrap();
    assert!(taken > SIZE, "{taken}");
    let grown = memory() - before;
    assert!(grown < 64e6, "{grown} more bytes");
    await_status(&depot.server, &id, "Downloaded");
}

/// The time of an idle client is no limit for one that takes its file piece by piece.
#[test]
fn a_slow_but_steady_download_is_not_cut() {
    const SIZE: usize = 48 << 20;
    let haste = "[server]\nheader_timeout_seconds = 0.8\nbody_timeout_seconds = 0.8\nidle_timeout_seconds = 0.8\n";
    let depot = Depot::new(haste);
    let (link, id) = depot.product("large.bin", &vec![7; SIZE]);
    let mut stream = TcpStream::connect(depot.server.address).unwrap();
    stream.write_all(&get(&link).bytes()).unwrap();
    let (began, mut taken, mut piece) = (Instant::now(), Vec::new(), vec![0; 16 * 1024]);
    while began.elapsed() < Duration::from_millis(4 * 800) {
        let read = stream.read(&mut piece).unwrap();
        assert!(read > 0, "cut after {} bytes", taken.len());
        taken.extend_from_slice(&piece[..read]);
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_ne!(look(&depot.server, &id).status, "Downloaded", "most of it is still to come");
    stream.read_to_end(&mut taken).unwrap();
    assert!(taken.len() > SIZE && taken[taken.len() - SIZE..].iter().all(|b| *b == 7), "{}", taken.len());
    await_status(&depot.server, &id, "Downloaded");
}

/// Each is told nothing but that it is wrong, in plain text.
#[test]
fn a_link_is_good_as_it_was_given_and_for_nothing_else() {
    let (depot, elsewhere) = (Depot::new(""), Depot::new(""));
    let (link, id) = depot.product("a.zip", PRODUCT);
    let (foreign, _) = elsewhere.product("a.zip", PRODUCT);
    let token = link.split('/').nth(2).unwrap();
    let forged = |at: usize| {
        let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
        format!("/download/{}{other}{}/a.zip", &token[..at], &token[at + 1..])
    };
    let mut wrong: Vec<String> = (0..token.len() - 1).step_by(3).map(forged).collect();
    wrong.extend([
        foreign,
        "/download/".to_owned(),
        "/download//a.zip".to_owned(),
        format!("/download/{token}"),
        format!("/download/{}/a.zip", &token[..token.len() - 1]),
        format!("/download/{token}A/a.zip"),
        format!("/download/{token}/../a.zip"),
        format!("/download/{token}/x/a.zip"),
        format!("/download/{}/a.zip", token.to_lowercase()),
        format!("/download/a.zip?token={token}"),
    ]);
    for path in wrong {
        let answer = depot.get(&path);
        assert_eq!((answer.status, answer.text()), (404, "There is no such download.\n"), "{path}");
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
    }
    for method in ["PUT", "DELETE", "OPTIONS", "POST"] {
        let answer = depot.server.send(&Request { method, ..get(&link) });
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{method}");
    }
    assert_eq!(look(&depot.server, &id).status, "Completed");
    // The name is for people; it does not say which file is meant.
    let renamed = depot.get(&format!("/download/{token}/passwd"));
    assert_eq!((renamed.status, renamed.header("content-disposition")), (200, Some("attachment; filename=\"a.zip\"")));

    fs::rename(depot.path("a.zip"), depot.path("b.zip")).unwrap();
    let gone = depot.get(&link);
    assert_eq!((gone.status, gone.text()), (410, "This download is not offered any more.\n"));
    assert_eq!(links(&depot.server, &id), [""; 0]);
}

/// What does not lie under the root is as if it had no result, and the operator is told so once.
#[cfg(unix)]
#[test]
fn nothing_outside_of_the_root_is_offered() {
    use std::os::unix::fs::symlink;

    let depot = Depot::new("");
    fs::create_dir(depot.folder.path().join("private")).unwrap();
    fs::write(depot.folder.path().join("private/secret.zip"), "s").unwrap();
    symlink(depot.folder.path().join("private"), depot.path("way-out")).unwrap();
    for path in ["private/secret.zip", "out/../private/secret.zip", "out/%2e%2e/private/secret.zip", "out/way-out/secret.zip"] {
        let id = completed(&depot.server, &depot.url(path));
        for sub_function in ["allReady", "nextReady", "allReady"] {
            let answer = describe(&depot.server, &id, sub_function);
            assert_eq!((answer.elements("itemId"), answer.text().contains("secret")), (vec![], false), "{path}");
        }
        let warning =
            format!("the result of an item is not offered: it does not lie under download.root order={id} item=\"one\"");
        assert_eq!(depot.server.log().matches(&warning).count(), 1, "{warning}\n{}", depot.server.log());
    }
    // A link that was good does not lead out later.
    let (link, id) = depot.product("a.zip", PRODUCT);
    fs::remove_file(depot.path("a.zip")).unwrap();
    symlink(depot.folder.path().join("private/secret.zip"), depot.path("a.zip")).unwrap();
    assert_eq!(depot.get(&link).status, 410);
    assert_eq!(look(&depot.server, &id).status, "Completed");

    for bad in ["file:out/a.zip", "file://elsewhere/a.zip", "file:///"] {
        let refused = depot.server.order(&["complete", &id, "one", "--result", bad]);
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(said.contains("is no URL"), "{bad}: {said}");
    }
}

/// Without a root there are no downloads; other URLs are handed out as they are, and do not expire.
#[test]
fn without_a_root_no_file_is_offered() {
    let server = Server::serve(&Config::new(""));
    let file = completed(&server, "file:///etc/passwd");
    assert_eq!(links(&server, &file), [""; 0]);
    assert!(server.log().contains("is not offered: download.root is not set"), "{}", server.log());
    let elsewhere = completed(&server, "ftp://files.example/a.zip");
    let listed = describe(&server, &elsewhere, "allReady");
    assert_eq!((listed.element("URL"), listed.element("expirationDate")), (Some("ftp://files.example/a.zip"), None));
    assert_eq!(server.send(&get("/download/x/y")).text(), "There is nothing at this address.\n");
}

/// OSEO 65: links end, and what has ended is not listed.
#[test]
fn links_expire() {
    // A link lives for four seconds; on a busy machine it takes several orders to see one alive.
    let depot = Depot::new("days = 0.00005\n");
    fs::write(depot.path("a.zip"), PRODUCT).unwrap();
    let (id, link) = eventually("a link that is alive", || {
        let id = completed(&depot.server, &depot.url("out/a.zip"));
        let link = links(&depot.server, &id).pop()?;
        (depot.get(&link).status == 200).then_some((id, link))
    });
    let gone = eventually("it expires", || Some(depot.get(&link)).filter(|answer| answer.status != 200));
    assert_eq!((gone.status, gone.text()), (410, "This download is not offered any more.\n"));
    for sub_function in ["allReady", "nextReady"] {
        assert_eq!(describe(&depot.server, &id, sub_function).elements("itemId"), [""; 0]);
    }
}

/// Nothing of a link is stored, and all of it is a secret.
#[test]
fn links_outlive_a_restart_and_are_never_written() {
    let mut depot = Depot::new("[log]\nlevel = \"trace\"\nformat = \"json\"\n");
    let (link, _) = depot.product("a.zip", PRODUCT);
    let token = link.split('/').nth(2).unwrap().to_owned();
    assert_eq!(depot.get(&link).status, 200);
    depot.server.kill();
    depot.server.start();
    assert_eq!(depot.get(&link).status, 200);
    depot.get(&format!("/behind/a/proxy{link}"));
    depot.get(&link.replace("a.zip", "x/y"));
    depot.server.send(&Request { method: "PUT", ..get(&link) });
    let page = depot.server.send(&get("/metrics"));
    for (result, count) in [("success", 1), ("not-found", 1), ("method-not-allowed", 1)] {
        let line = format!("ordergate_requests_total{{protocol=\"http\",operation=\"download\",result=\"{result}\"}} {count}");
        assert!(page.text().lines().any(|found| found == line), "{line}\nnot in\n{}", page.text());
    }
    assert!(!page.text().contains(&token[..20]));
    depot.server.signal("TERM");
    assert!(depot.server.wait().success());
    let log = depot.server.log();
    assert!(!log.contains(&token[..20]), "{log}");
    let lines = |path: &str| log.matches(&format!("\"path\":\"{path}\"")).count();
    assert_eq!((lines("/download/..."), lines("/behind/a/proxy/download/...")), (4, 1), "{log}");
}

/// `download.remove_files`: after its link has expired, and only if it is set.
#[test]
fn what_has_expired_is_removed_if_that_is_wanted() {
    for (setting, stays) in [("", true), ("remove_files = true\n", false)] {
        let mut depot = Depot::new(&format!("days = 0.00002\n{setting}"));
        fs::create_dir(depot.path("folder")).unwrap();
        fs::write(depot.path("folder/a"), "a").unwrap();
        fs::write(depot.path("beside"), "b").unwrap();
        let (link, _) = depot.product("file", PRODUCT);
        completed(&depot.server, &depot.url("out/folder"));
        let outside = depot.folder.path().join("outside");
        fs::write(&outside, "o").unwrap();
        completed(&depot.server, &depot.url("outside"));
        eventually("the link has expired", || (depot.get(&link).status == 410).then_some(()));
        depot.server.signal("TERM");
        assert!(depot.server.wait().success());
        eventually("the folder's has too", || (seconds_since(&depot.path("folder/a")) > 3.0).then_some(()));
        depot.server.start();
        if !stays {
            eventually("all is removed", || (!depot.path("file").exists() && !depot.path("folder").exists()).then_some(()));
            eventually("the log tells", || {
                (depot.server.log().matches("an expired result was removed").count() == 2).then_some(())
            });
        }
        assert_eq!((depot.path("file").exists(), depot.path("folder/a").exists()), (stays, stays));
        assert!(depot.path("beside").exists() && outside.exists());
    }
}

fn seconds_since(path: &std::path::Path) -> f64 {
    fs::metadata(path).unwrap().modified().unwrap().elapsed().unwrap().as_secs_f64()
}
