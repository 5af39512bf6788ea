//! An encrypted way to the database.

use ordergate_testkit::postgres::{OwnCluster, skip_all};

use crate::harness::{Config, Server, submit};
use crate::place::Place;
use crate::refused::{assert_refused, serve};

fn with_tls() -> OwnCluster {
    OwnCluster::with_tls().unwrap_or_else(|| skip_all())
}

#[test]
fn encryption_is_used_and_the_authority_checked() {
    let own = with_tls();
    let url = |host: &str, parameters: &str| {
        let database = own.fresh_database();
        let url = database.url.replace("127.0.0.1", host) + parameters;
        (database, url)
    };
    let ca_file = own.ca_file().unwrap().display().to_string();
    for (host, parameters, ca_file) in [
        ("127.0.0.1", "?sslmode=require", None),
        ("127.0.0.1", "", Some(&ca_file)),
        ("localhost", "?sslmode=disable", Some(&ca_file)),
    ] {
        let (database, url) = url(host, parameters);
        let name = database.name.clone();
        let mut server = Server::stopped(&Config::default(), |folder| {
            let place = Place::of(database, folder).with("url", url);
            if let Some(ca_file) = ca_file { place.with("ca_file", ca_file) } else { place }
        });
        server.start();
        let ours =
            format!("pg_stat_ssl join pg_stat_activity using (pid) where datname = '{name}' and application_name = 'ordergate'");
        assert_eq!(own.psql("postgres", &format!("select distinct ssl from {ours}")).unwrap(), "t");
        assert_ne!(server.send(&submit("nobody's", "STANDARD", &["item"])).status, 200, "there are no accounts");
    }
    // The wrong authority, and the right one of another name.
    let other = with_tls();
    let other_ca = other.ca_file().unwrap().to_str().unwrap();
    let wrong = [("ORDERGATE_STORE__CA_FILE", other_ca)];
    assert_refused(&serve(&url("127.0.0.1", "").1, &wrong), ":secret@", &["cannot open the store", "certificate"]);
    let right = [("ORDERGATE_STORE__CA_FILE", ca_file.as_str())];
    assert_refused(
        &serve(&url("elsewhere.example", "?hostaddr=127.0.0.1").1, &right),
        ":secret@",
        &["cannot open the store", "certificate"],
    );
}
