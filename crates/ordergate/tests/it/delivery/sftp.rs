//! sftp, to OpenSSH.

use std::fs;
use std::net::TcpListener;

use super::cutting::cut_once;
use super::machine::Machine;
use super::{Depot, PASSWORD, wanted};
use crate::harness::{await_status, eventually, look, ordered, retrieve};

const SSHD: &str = "/usr/sbin/sshd";

#[test]
fn results_are_pushed() {
    let Some(mut machine) = Machine::with(SSHD) else { return };
    machine.run_sshd();
    let depot = Depot::new("sftp", machine.at, "");
    depot.delivers_all("sftp", &machine.inbox());
    let known = fs::read_to_string(depot.folder.path().join("known_hosts")).unwrap();
    assert!(known.contains(&format!("[localhost]:{} ssh-ed25519 ", machine.at.port())), "{known}");

    // The password was kept nowhere where it could be read.
    let id = depot.order("sftp", "one", PASSWORD);
    await_status(&depot.server, &id, "Completed");
    let answer = depot.server.send(&retrieve(&id));
    assert!(answer.text().contains("<os:userName>anna<") && !answer.text().contains(PASSWORD));
    for file in fs::read_dir(depot.server.folder()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap_or_default();
        assert!(!bytes.windows(PASSWORD.len()).any(|window| window == PASSWORD.as_bytes()));
    }

    let (_, said) = depot.failed(&depot.order("sftp", "one", "wrong"));
    assert!(said.contains("does not let this user in with this password"), "{said}");
    let nowhere = ordered(&depot.server, &wanted("sftp", &depot.customer(), PASSWORD, "no/where"));
    let (_, said) = depot.failed(&nowhere);
    assert!(said.contains("the file cannot be created") && !said.contains("attempts"), "{said}");
    // Another machine at the same address has another key.
    machine.stop();
    machine.new_host_key();
    machine.run_sshd();
    let (_, said) = depot.failed(&depot.order("sftp", "one", PASSWORD));
    assert!(said.contains("shows another host key than before"), "{said}");
}

#[test]
fn a_host_key_that_is_not_known_is_not_believed_if_so_configured() {
    let Some(mut machine) = Machine::with(SSHD) else { return };
    machine.run_sshd();
    let depot = Depot::new("sftp", machine.at, "learn_host_keys = false\n");
    let (_, said) = depot.failed(&depot.order("sftp", "one", PASSWORD));
    assert!(said.contains("the host key of sftp://localhost") && said.contains("is not known"), "{said}");
}

#[test]
fn a_transfer_that_is_cut_is_begun_again() {
    let Some(mut machine) = Machine::with(SSHD) else { return };
    machine.run_sshd();
    let depot = Depot::new("sftp", cut_once(machine.at, 1_000_000), "");
    let id = depot.order("sftp", "large", PASSWORD);
    eventually("the failure is told", || look(&depot.server, &id).items[0].2.contains("attempt 1 of 30 failed").then_some(()));
    await_status(&depot.server, &id, "Completed");
    assert!(fs::read(machine.inbox().join("large.txt")).unwrap() == depot.made("large.txt"));
    assert_eq!((super::names(&machine.inbox()).len(), depot.productions()), (1, 1));
}

/// The customer may make room: that is tried again. Nothing of it is taken for the whole.
#[test]
fn the_disk_there_is_full_while_a_folder_is_packaged() {
    let Some(mut machine) = Machine::with(SSHD) else { return };
    machine.small_disk = true;
    machine.run_sshd();
    let depot = Depot::new("sftp", machine.at, "");
    let id = depot.order("sftp", "folder", PASSWORD);
    eventually("the failure is told", || look(&depot.server, &id).items[0].2.contains("the transfer broke off").then_some(()));
    machine.stop();
    machine.small_disk = false;
    machine.run_sshd();
    await_status(&depot.server, &id, "Completed");
    assert_eq!(super::names(&machine.inbox()), ["folder.zip"]);
    assert_eq!(depot.productions(), 1);
}

/// What was produced is not produced again, though the server dies while it delivers, and the receiver comes late.
#[test]
fn a_delivery_outlives_kill_9() {
    let Some(mut machine) = Machine::with(SSHD) else { return };
    let mut depot = Depot::new("sftp", machine.at, "");
    // Takes connections, and says nothing.
    let silent = TcpListener::bind(machine.at).unwrap();
    let id = depot.order("sftp", "one", PASSWORD);
    eventually("it is being delivered", || {
        let answer = depot.server.send(&retrieve(&id));
        answer.text().contains(">being delivered<").then_some(())
    });
    assert_eq!(look(&depot.server, &id).status, "InProduction");
    depot.server.signal("KILL");
    depot.server.wait();
    drop(silent);
    depot.server.start();
    eventually("a failed attempt is told", || {
        let answer = depot.server.send(&retrieve(&id));
        answer.text().contains("failed: cannot connect to sftp://localhost").then_some(())
    });
    machine.run_sshd();
    await_status(&depot.server, &id, "Completed");
    assert_eq!(fs::read_to_string(machine.inbox().join("one.txt")).unwrap(), "product one\n");
    assert_eq!(depot.productions(), 1);
}
