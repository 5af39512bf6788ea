//! Results that are sent as one archive: folders, and what the order wants packed (06-141r6 §7.3.6).

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::download::{await_status, only_link, section};
use crate::harness::{Config, Request, Server, Wire, eventually, get, look, memory_kib, ordered, submit, tool_or_skip};

struct Depot {
    server: Server,
    folder: TempDir,
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

    /// An order that wants its results packed so, completed with what lies here under the root: its link, and its id.
    fn result(&self, packaging: &str, name: &str) -> (String, String) {
        let request = submit("packed", "STANDARD", &["one"]);
        let wanted = if packaging.is_empty() { String::new() } else { format!("<os:packaging>{packaging}</os:packaging>") };
        let body = String::from_utf8(request.body).unwrap().replace("<os:priority>", &format!("{wanted}<os:priority>"));
        let id = ordered(&self.server, &Request { body: body.into_bytes(), ..request });
        await_status(&self.server, &id, "Accepted");
        let result = format!("file://{}", self.path(name).display());
        let done = self.server.order(&["complete", &id, "one", "--result", &result]);
        assert!(done.status.success(), "{done:?}");
        (only_link(&self.server, &id), id)
    }

    /// A folder of some depth, with a name longer than tar's header has room for.
    fn scene(&self) -> String {
        let long = "x".repeat(180);
        fs::create_dir_all(self.path("scene").join("bands/empty")).unwrap();
        fs::write(self.path("scene/readme é.txt"), "what it is").unwrap();
        fs::write(self.path("scene/bands").join(&long), vec![7; 300_000]).unwrap();
        fs::write(self.path("scene/none"), "").unwrap();
        long
    }

    /// Downloads into a file, and gives the head of the answer.
    fn fetch(&self, link: &str, into: &Path) -> String {
        let (head, taken) = take(&self.server, link, &mut File::create(into).unwrap());
        taken.unwrap();
        head
    }
}

/// Asks for a download that is sent in chunks (RFC 9112 §7.1); an error when it ends without the last one.
fn take(server: &Server, link: &str, into: &mut dyn io::Write) -> (String, io::Result<u64>) {
    let mut stream = TcpStream::connect(server.address).unwrap();
    stream.write_all(&get(link).bytes()).unwrap();
    let (mut stream, mut head) = (BufReader::with_capacity(1 << 16, stream), String::new());
    while !head.ends_with("\r\n\r\n") {
        assert!(stream.read_line(&mut head).unwrap() > 0, "{head}");
    }
    assert!(head.to_ascii_lowercase().contains("\r\ntransfer-encoding: chunked\r\n"), "{head}");
    let mut chunks = || {
        let mut taken = 0;
        loop {
            let mut line = String::new();
            stream.read_line(&mut line)?;
            let size = u64::from_str_radix(line.trim(), 16).map_err(|_| io::ErrorKind::UnexpectedEof)?;
            if io::copy(&mut stream.by_ref().take(size), into)? < size {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            stream.read_line(&mut line)?;
            if size == 0 {
                return Ok(taken);
            }
            taken += size;
        }
    };
    let taken = chunks();
    (head.to_ascii_lowercase(), taken)
}

/// Unpacks with the programs that customers have.
fn unpack(archive: &Path, into: &Path) {
    let is_zip = archive.extension().is_some_and(|e| e == "zip");
    let mut command = if is_zip { Command::new("python3") } else { Command::new("tar") };
    if is_zip {
        command.args(["-m", "zipfile", "-e"]).arg(archive).arg(into);
    } else {
        command.arg("-xf").arg(archive).arg("-C").arg(into);
    }
    let done = command.output().unwrap();
    assert!(done.status.success(), "{done:?}");
}

#[test]
fn a_folder_is_one_archive() {
    if !tool_or_skip("python3", "--version") {
        return;
    }
    let depot = Depot::new("");
    let long = depot.scene();
    for (packaging, ending, media_type) in [
        ("", "zip", "application/zip"),
        ("zip", "zip", "application/zip"),
        ("tar", "tar", "application/x-tar"),
        ("tgz", "tar.gz", "application/gzip"),
        // The schema's other words are taken, and change nothing.
        ("rar", "zip", "application/zip"),
    ] {
        let (link, id) = depot.result(packaging, "scene");
        assert!(link.ends_with(&format!("/scene.{ending}")), "{link}");
        let archive = depot.folder.path().join(format!("got.{ending}"));
        let head = depot.fetch(&link, &archive);
        assert!(head.contains(&format!("\r\ncontent-type: {media_type}\r\n")), "{head}");
        assert!(head.contains(&format!("filename=\"scene.{ending}\"\r\n")), "{head}");
        assert!(head.contains("\r\naccept-ranges: none\r\n") && !head.contains("content-length"), "{head}");
        let got = tempfile::tempdir().unwrap();
        unpack(&archive, got.path());
        let at = |name: &str| fs::read(got.path().join("scene").join(name)).unwrap();
        assert_eq!((at("readme é.txt"), at("none")), (b"what it is".to_vec(), Vec::new()), "{packaging}");
        assert_eq!(at(&format!("bands/{long}")), vec![7; 300_000]);
        assert!(got.path().join("scene/bands/empty").is_dir());
        await_status(&depot.server, &id, "Downloaded");
    }
}

#[test]
fn a_file_is_packed_if_that_is_asked_for() {
    let depot = Depot::new("");
    fs::write(depot.path("a.tif"), "pixels").unwrap();
    fs::write(depot.path("b.tgz"), "an archive").unwrap();
    for (packaging, name, sent) in [("rar", "a.tif", "/a.tif"), ("zip", "a.tif", "/a.tif.zip"), ("tgz", "b.tgz", "/b.tgz")] {
        let (link, _) = depot.result(packaging, name);
        assert!(link.ends_with(sent), "{link}");
    }
    let (link, _) = depot.result("tar", "a.tif");
    let archive = depot.folder.path().join("got.tar");
    depot.fetch(&link, &archive);
    unpack(&archive, depot.folder.path());
    assert_eq!(fs::read(depot.folder.path().join("a.tif")).unwrap(), b"pixels");
}

/// Ranges have no meaning where the bytes are not known before.
#[test]
fn looking_at_an_archive_does_not_fetch_it() {
    let depot = Depot::new("");
    depot.scene();
    let (link, id) = depot.result("", "scene");
    let mut head = get(&link);
    head.method = "HEAD";
    let looked = String::from_utf8(Wire::connect(depot.server.address).write(&head.bytes()).rest()).unwrap().to_lowercase();
    assert!(looked.starts_with("http/1.1 200 ") && looked.contains("\r\ncontent-type: application/zip\r\n"), "{looked}");
    assert!(looked.ends_with("\r\n\r\n") && !looked.contains("content-length"), "{looked}");
    let ranged = Wire::connect(depot.server.address).write(&get(&link).header("Range", "bytes=0-1").bytes()).rest();
    assert!(ranged.starts_with(b"HTTP/1.1 200 "), "the whole is sent");
    await_status(&depot.server, &id, "Downloaded");
}

/// What is not whole is never taken for whole: the last chunk is missing, and the connection is closed.
#[test]
fn an_archive_that_cannot_be_finished_breaks_off() {
    const LARGE: u64 = 256 << 20;
    for packaging in ["zip", "tar", "tgz"] {
        let depot = Depot::new("");
        fs::create_dir(depot.path("scene")).unwrap();
        let file = File::create(depot.path("scene/large")).unwrap();
        file.set_len(LARGE).unwrap();
        let (link, id) = depot.result(packaging, "scene");
        // What was promised is not there any more when it is read.
        let mut shrink = Shrinking { file, left: 1 };
        if packaging != "tar" {
            // Zeros leave so small an archive that it is written before it is read.
            fs::write(depot.path("scene/before"), noise(16 << 20)).unwrap();
        }
        let (_, taken) = take(&depot.server, &link, &mut shrink);
        assert!(taken.is_err(), "{packaging}: {taken:?}");
        eventually("the log tells why", || depot.server.log().contains("an archive broke off").then_some(()));
        assert_eq!(look(&depot.server, &id).status, "Completed", "{packaging}");
    }
}

/// Takes the first bytes, and then cuts a file down before it takes more.
struct Shrinking {
    file: File,
    left: u32,
}

impl io::Write for Shrinking {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.left > 0 {
            self.left -= 1;
            self.file.set_len(1 << 20)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Bytes that no archive makes smaller.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    (0..length / 8).flat_map(|_| next().to_le_bytes()).collect()
}

/// No link is given for what cannot be packed without leaving something out or leading out.
#[test]
fn a_folder_that_leads_out_is_not_sent() {
    let depot = Depot::new("");
    fs::create_dir(depot.path("scene")).unwrap();
    fs::write(depot.folder.path().join("secret"), "secret").unwrap();
    std::os::unix::fs::symlink(depot.folder.path().join("secret"), depot.path("scene/x")).unwrap();
    let (link, _) = depot.result("tar", "scene");
    let answer = depot.server.send(&get(&link));
    assert_eq!((answer.status, answer.text()), (410, "This download is not offered any more.\n"));
    assert!(depot.server.log().contains("a link that leads to no file under download.root"), "{}", depot.server.log());
}

#[test]
fn only_so_many_archives_are_built_at_once() {
    let depot = Depot::new("archives_at_once = 1\n");
    fs::create_dir(depot.path("scene")).unwrap();
    File::create(depot.path("scene/large")).unwrap().set_len(1 << 30).unwrap();
    let (link, id) = depot.result("tar", "scene");
    let mut first = TcpStream::connect(depot.server.address).unwrap();
    first.write_all(&get(&link).bytes()).unwrap();
    first.read_exact(&mut [0; 1000]).unwrap();
    let second = depot.server.send(&get(&link));
    assert_eq!((second.status, second.header("retry-after")), (503, Some("10")));
    drop(first);
    eventually("the place is free again", || {
        let mut head = get(&link);
        head.method = "HEAD";
        let answer = Wire::connect(depot.server.address).write(&head.bytes()).rest();
        answer.starts_with(b"HTTP/1.1 200 ").then_some(())
    });
    assert_eq!(look(&depot.server, &id).status, "Completed");
}

/// Some gigabytes, as they are and as archives, go through a server that never holds more than a few pieces of them. The zip has
/// a file for which 32 bits are too few.
#[test]
fn what_is_large_takes_no_memory() {
    const SIZE: u64 = (4 << 30) + 12_345;
    let depot = Depot::new("");
    fs::create_dir(depot.path("scene")).unwrap();
    File::create(depot.path("scene/large")).unwrap().set_len(SIZE).unwrap();
    let (file, tar, zip) = (depot.result("", "scene/large").0, depot.result("tar", "scene").0, depot.result("", "scene").0);
    let before = memory_kib(depot.server.pid(), "VmHWM").unwrap();
    let mut stream = TcpStream::connect(depot.server.address).unwrap();
    stream.write_all(&get(&file).bytes()).unwrap();
    assert!(io::copy(&mut stream, &mut io::sink()).unwrap() > SIZE);
    assert!(take(&depot.server, &tar, &mut io::sink()).1.unwrap() > SIZE);
    let archive = depot.folder.path().join("large.zip");
    depot.fetch(&zip, &archive);
    let after = memory_kib(depot.server.pid(), "VmHWM").unwrap();
    eprintln!("peak memory: {before} KiB before, {after} KiB after");
    assert!(after < before + 64 * 1024, "{before} KiB, then {after} KiB");
    if tool_or_skip("python3", "--version") {
        let listed = Command::new("python3").args(["-m", "zipfile", "-l"]).arg(&archive).output().unwrap();
        let listed = String::from_utf8(listed.stdout).unwrap();
        assert!(listed.lines().any(|line| line.starts_with("scene/large ") && line.ends_with(&SIZE.to_string())), "{listed}");
    }
}
