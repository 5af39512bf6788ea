//! ftps, to vsftpd, which wants data connections to resume the session of the commands.

use std::fs;

use super::machine::Machine;
use super::{Depot, PASSWORD, believing, wanted, wanted_item};
use crate::harness::{await_status, eventually, look, ordered};

const VSFTPD: &str = "/usr/sbin/vsftpd";

#[test]
fn results_are_pushed() {
    let Some(mut machine) = Machine::with(VSFTPD) else { return };
    machine.run_vsftpd("");
    let depot = Depot::new("ftps", machine.at, &believing(&machine.cert()));
    depot.delivers_all("ftps", &machine.inbox());
    let log = machine.log();
    assert!(log.contains("EPSV") && !log.contains("PASV"), "{log}");
    let (_, said) = depot.failed(&depot.order("ftps", "one", "wrong"));
    assert!(said.contains("does not let this user in with this password") && !said.contains("attempts"), "{said}");
    let (_, said) = depot.failed(&ordered(&depot.server, &wanted("ftps", &depot.customer(), PASSWORD, "no/where")));
    assert!(said.contains("the file cannot be created: 553") && !said.contains("attempts"), "{said}");
}

#[test]
fn results_are_pushed_over_implicit_tls() {
    let Some(mut machine) = Machine::with(VSFTPD) else { return };
    machine.run_vsftpd("implicit_ssl=YES\n");
    let depot = Depot::new("ftps", machine.at, &believing(&machine.cert()));
    let address = format!("ftps://{}", depot.customer());
    let id = ordered(&depot.server, &wanted_item("large", "ftps", &address, PASSWORD, "in"));
    await_status(&depot.server, &id, "Completed");
    assert!(fs::read(machine.inbox().join("large.txt")).unwrap() == depot.made("large.txt"));
    let (_, said) = depot.failed(&ordered(&depot.server, &wanted("ftps", &address, "wrong", "in")));
    assert!(said.contains("does not let this user in with this password"), "{said}");
}

/// A server that knows no EPSV, and would send us to another host: we go where we were.
#[test]
fn a_data_connection_leads_nowhere_else() {
    let Some(mut machine) = Machine::with(VSFTPD) else { return };
    machine.run_vsftpd("cmds_denied=EPSV\npasv_address=10.9.9.9\n");
    let depot = Depot::new("ftps", machine.at, &believing(&machine.cert()));
    await_status(&depot.server, &depot.order("ftps", "one", PASSWORD), "Completed");
    assert_eq!(fs::read_to_string(machine.inbox().join("one.txt")).unwrap(), "product one\n");
    let log = machine.log();
    assert!(log.contains("10,9,9,9"), "{log}");
}

#[test]
fn a_server_that_dies_in_the_middle_is_tried_again() {
    let Some(mut machine) = Machine::with(VSFTPD) else { return };
    // Some megabytes take it a minute, and nobody waits for that.
    machine.run_vsftpd("local_max_rate=100000\n");
    let depot = Depot::new("ftps", machine.at, &believing(&machine.cert()));
    let id = depot.order("ftps", "large", PASSWORD);
    let part = machine.inbox().join(".large.txt.part");
    eventually("a part is there", || fs::metadata(&part).ok().filter(|part| part.len() > 0));
    machine.stop();
    eventually("the failure is told", || look(&depot.server, &id).items[0].2.contains("attempt 1 of 30 failed").then_some(()));
    assert_eq!(look(&depot.server, &id).status, "InProduction");
    machine.run_vsftpd("");
    await_status(&depot.server, &id, "Completed");
    assert!(fs::read(machine.inbox().join("large.txt")).unwrap() == depot.made("large.txt"));
    assert_eq!((super::names(&machine.inbox()).len(), depot.productions()), (1, 1));
}

/// Neither user name nor password are said to who cannot prove who it is, or does not encrypt.
#[test]
fn whom_nobody_vouches_for_is_told_nothing() {
    let Some(mut machine) = Machine::with(VSFTPD) else { return };
    machine.run_vsftpd("");
    let depot = Depot::new("ftps", machine.at, "");
    let id = depot.order("ftps", "one", PASSWORD);
    eventually("the failure is told", || look(&depot.server, &id).items[0].2.contains("no encrypted connection").then_some(()));
    assert!(!machine.log().contains("\"USER "), "{}", machine.log());
    machine.stop();
    machine.run_vsftpd("ssl_enable=NO\n");
    let (_, said) = depot.failed(&id);
    assert!(said.contains("no encrypted connection: 530"), "{said}");
    assert!(!machine.log().contains("\"USER "), "{}", machine.log());
}
