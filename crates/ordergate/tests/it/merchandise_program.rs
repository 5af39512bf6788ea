//! A retailer's program goes the whole way over veloconnect: profile, catalogue, availability, order, status, receipts. It is
//! written from the standard alone, with nothing of ours (`merchandise_program.py`).

use std::process::Command;

use crate::harness::Server;

#[test]
fn a_merchandise_program_goes_the_whole_way() {
    if !Command::new("python3").arg("--version").output().is_ok_and(|said| said.status.success()) {
        eprintln!("skipped: python3 is not installed");
        assert!(std::env::var_os("CI").is_none(), "python3 must be installed where CI is set");
        return;
    }
    let server = Server::demo(&[]);
    let url = format!("http://{}/veloconnect", server.address);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/merchandise_program.py");
    let gone = Command::new("python3").args([script, &url, "K4711", "geheim"]).output().unwrap();
    assert!(gone.status.success(), "{}", String::from_utf8_lossy(&gone.stderr));
    let said = String::from_utf8(gone.stdout).unwrap();
    for step in ["profile: ", "catalogue: ", "classification: ", "availability: available in PK", "ordered: ", "confirmations: 0"]
    {
        assert!(said.contains(step), "{step} is missing in {said}");
    }
}
