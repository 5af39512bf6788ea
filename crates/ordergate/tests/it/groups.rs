//! Accounts of one group, and whose orders they see.

use std::sync::{Arc, Mutex};

use crate::harness::{
    Account, Answer, Config, Heard, Reply, Server, Service, Soap, eventually, found, get_status, security, submit,
};

const OS: &str = "xmlns:os=\"http://www.opengis.net/oseo/1.0\" service=\"OS\" version=\"1.0.0\"";
const ACCOUNTS: [(&str, &str); 3] = [("anna", "anna-secret"), ("berta", "berta-secret"), ("carl", "carl-secret")];
const SHARED: &str = "[oseo]\nshare_by_group = true\n";

fn ask(server: &Server, user: &str, message: &str) -> Answer {
    server.send(&Soap::V11.request_with(&security(user, &format!("{user}-secret")), message))
}

fn ordered_by(server: &Server, user: &str, reference: &str) -> String {
    let body = String::from_utf8(submit(reference, "STANDARD", &["one"]).body).unwrap();
    let message = &body[body.find("<os:Submit").unwrap()..body.find("</os:Submit>").unwrap() + "</os:Submit>".len()];
    let answer = ask(server, user, message);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.element("orderId").unwrap().to_owned()
}

/// The references of all orders that a user finds.
fn seen(server: &Server, user: &str) -> Vec<String> {
    let all = get_status("<os:filteringCriteria/><os:presentation>brief</os:presentation>");
    found(&ask(server, user, &all)).into_iter().map(|order| order.reference).collect()
}

fn retrieved(server: &Server, user: &str, id: &str) -> bool {
    let one = get_status(&format!("<os:orderId>{id}</os:orderId><os:presentation>brief</os:presentation>"));
    ask(server, user, &one).element("status") == Some("success")
}

fn results(server: &Server, user: &str, id: &str, which: &str) -> Option<String> {
    let message = format!(
        "<os:DescribeResultAccess {OS}><os:orderId>{id}</os:orderId><os:subFunction>{which}</os:subFunction></os:DescribeResultAccess>"
    );
    ask(server, user, &message).element("URL").map(str::to_owned)
}

fn cancels(server: &Server, user: &str, id: &str) -> bool {
    let message =
        format!("<os:Cancel {OS}><os:orderId>{id}</os:orderId><os:statusNotification>None</os:statusNotification></os:Cancel>");
    ask(server, user, &message).status == 200
}

fn set_groups(server: &Server, user: &str, groups: &[&str]) {
    let output = server.account(&[&["set-groups", "--protocol", "oseo", user], groups].concat(), "");
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn accounts_of_a_group_see_each_others_orders_and_cancel_their_own() {
    let accounts = ACCOUNTS.map(|(name, password)| Account("oseo", name, password));
    let server = Server::serve(&Config { toml: SHARED.to_owned(), accounts: accounts.into() });
    let of_anna = ordered_by(&server, "anna", "of anna");
    ordered_by(&server, "berta", "of berta");
    assert_eq!((seen(&server, "berta"), retrieved(&server, "berta", &of_anna)), (vec!["of berta".to_owned()], false));

    set_groups(&server, "anna", &["mills", "a group"]);
    set_groups(&server, "berta", &["mills"]);
    set_groups(&server, "carl", &["others"]);
    eventually("they see each other's", || (seen(&server, "berta").len() == 2).then_some(()));
    assert_eq!(seen(&server, "anna"), ["of anna", "of berta"]);
    assert!(retrieved(&server, "berta", &of_anna));
    assert_eq!((seen(&server, "carl").len(), retrieved(&server, "carl", &of_anna)), (0, false));
    let listed = String::from_utf8(server.account(&["list"], "").stdout).unwrap();
    assert!(
        listed.contains("oseo\tanna\tenabled\tdigest\t-\t-\tcustomer\ta group\tmills\n")
            && listed.contains("\tcarl\tenabled\tdigest\t-\t-\tcustomer\tothers\n"),
        "{listed}"
    );

    eventually("it can be completed", || {
        server.order(&["complete", &of_anna, "one", "--result", "https://files.example/one"]).status.success().then_some(())
    });
    let url = Some("https://files.example/one".to_owned());
    assert_eq!(results(&server, "berta", &of_anna, "allReady"), url);
    assert_eq!(results(&server, "carl", &of_anna, "allReady"), None);
    // What another was told is still new to the owner.
    assert_eq!(results(&server, "berta", &of_anna, "nextReady"), url);
    assert_eq!(results(&server, "anna", &of_anna, "nextReady"), url);
    assert_eq!(results(&server, "anna", &of_anna, "nextReady"), None);

    let second = ordered_by(&server, "anna", "second");
    assert!(retrieved(&server, "berta", &second) && !cancels(&server, "berta", &second));
    assert!(cancels(&server, "anna", &second));
    set_groups(&server, "anna", &[]);
    eventually("they do not any more", || (seen(&server, "berta").len() == 1).then_some(()));
    assert!(!retrieved(&server, "berta", &of_anna));
}

#[test]
fn without_the_setting_groups_open_nothing() {
    let accounts = ACCOUNTS.map(|(name, password)| Account("oseo", name, password));
    let server = Server::serve(&Config { toml: String::new(), accounts: accounts.into() });
    for user in ["anna", "berta"] {
        set_groups(&server, user, &["mills"]);
    }
    let id = ordered_by(&server, "anna", "of anna");
    assert_eq!((seen(&server, "berta").len(), retrieved(&server, "berta", &id)), (0, false));
    let output = server.account(&["set-groups", "--protocol", "oseo", "nobody", "mills"], "");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "ordergate: there is no account of this name\n");
}

/// What it says counts, each time it is asked; what it does not say changes nothing.
#[test]
fn a_service_names_the_groups() {
    let said = Arc::new(Mutex::new(r#"{"allowed": true, "groups": ["mills", " ", "mills"]}"#));
    let now = Arc::clone(&said);
    let service = Service::new(move |_: &Heard| Reply::ok(*now.lock().unwrap()));
    let toml =
        format!("{SHARED}[auth]\nprovider = \"callout\"\nremember_seconds = 0\n[auth.callout]\nurl = {:?}\n", service.url());
    let server = Server::serve(&Config { toml, accounts: Vec::new() });
    ordered_by(&server, "anna", "of anna");
    assert_eq!(seen(&server, "berta"), ["of anna"]);
    *said.lock().unwrap() = r#"{"allowed": true}"#;
    assert_eq!(seen(&server, "berta"), ["of anna"]);
    *said.lock().unwrap() = r#"{"allowed": true, "groups": []}"#;
    assert_eq!(seen(&server, "berta"), [""; 0]);
}
