//! How many requests a caller may send, and how often a login may fail: by account, by address, by name.

use crate::harness::{
    Answer, Config, Request, Server, Soap, assert_valid, get, get_status, post, security, veloconnect, veloconnect_as,
};
use crate::oseo::customer::basic;

/// What the proxies of these tests say of whom they serve.
const PROXY: &str = "[server.proxy]\nnetworks = [\"127.0.0.1\"]\n";

fn server(toml: &str) -> Server {
    Server::serve(&Config::new(toml))
}

fn all_orders() -> String {
    get_status("<os:filteringCriteria/><os:presentation>brief</os:presentation>")
}

fn log_in(user: &str, password: &str) -> Request {
    Soap::V11.request_with(&security(user, password), &all_orders())
}

fn from(address: &str, request: &Request) -> Request {
    request.clone().header("X-Forwarded-For", address)
}

/// HTTP 429, and when to come again.
#[track_caller]
fn assert_hasty(answer: &Answer) {
    let wait: u32 = answer.header("retry-after").expect("when to come again").parse().unwrap();
    assert!(answer.status == 429 && (1..=60).contains(&wait), "{} after {wait}: {}", answer.status, answer.text());
    assert!(!answer.text().to_ascii_lowercase().contains("<html"), "{}", answer.text());
}

#[track_caller]
fn assert_fault(answer: &Answer, blame: &str) {
    assert_hasty(answer);
    let words = "too many requests; try again in";
    assert!(answer.text().contains(blame) && answer.text().contains(words), "{}", answer.text());
    assert_valid("oseo", answer.text());
}

fn counted(server: &Server, by: &str) -> u32 {
    let (page, line) = (server.send(&get("/metrics")), format!("ordergate_requests_limited_total{{by=\"{by}\"}} "));
    page.text().lines().find_map(|l| l.strip_prefix(line.as_str())).map_or(0, |count| count.parse().unwrap())
}

/// Whoever has asked twice waits for half a minute; others do not.
#[test]
fn an_account_has_so_many_requests() {
    let server = server("[limits]\naccount_requests_per_minute_max = 2\n");
    for _ in 0..2 {
        assert_eq!(server.send(&log_in("demo", "demo-secret")).status, 200);
    }
    assert_fault(&server.send(&log_in("demo", "demo-secret")), "<faultcode>soap:Client</faultcode>");
    assert_fault(&server.send(&Soap::V12.request(&all_orders())), "<soap:Value>soap:Sender</soap:Value>");
    let bare = post("/oseo", "application/xml", all_orders()).header("Authorization", &basic("demo", "demo-secret"));
    assert_fault(&server.send(&bare), "exceptionCode=\"NoApplicableCode\"");
    // Wrong passwords are nobody's requests.
    assert_eq!(server.send(&log_in("other", "guess")).status, 500);
    for _ in 0..2 {
        assert_eq!(server.send(&log_in("other", "other-secret")).status, 200);
    }

    for _ in 0..2 {
        assert_eq!(server.send(&veloconnect("GetStatus", "")).element("ResponseCode"), Some("200"));
    }
    let hasty = server.send(&veloconnect("GetItemDetails", "&SellersItemIdentification=1"));
    assert_hasty(&hasty);
    assert!(hasty.text().contains("<GetItemDetailsResponse "), "{}", hasty.text());
    assert_eq!(hasty.element("ResponseCode"), Some("400"));
    assert!(hasty.element("ResponseMessage").unwrap().starts_with("Zu viele Anfragen"), "{}", hasty.text());
    assert_valid("veloconnect", hasty.text());
    let other = server.send(&veloconnect_as("K0815", "geheim2", "GetStatus", ""));
    assert_eq!(other.element("ResponseCode"), Some("200"));

    let chief = server.send(&get("/operator/oseo/orders").header("Authorization", &basic("other", "other-secret")));
    assert_hasty(&chief);
    assert_eq!((counted(&server, "account"), counted(&server, "address")), (5, 0));
}

/// By the client's address, which a proxy says; not read, and told in the words of whatever was asked.
#[test]
fn an_address_has_so_many_requests() {
    let server = server(&format!("{PROXY}[limits]\naddress_requests_per_minute_max = 2\n"));
    let request = log_in("demo", "demo-secret");
    for _ in 0..2 {
        assert_eq!(server.send(&from("198.51.100.1", &request)).status, 200);
    }
    assert_fault(&server.send(&from("198.51.100.1", &request)), "<faultcode>soap:Client</faultcode>");
    // What a client says of itself stands before what the proxy says.
    assert_fault(&server.send(&from("203.0.113.9, 198.51.100.1", &request)), "<faultcode>soap:Client</faultcode>");
    assert_fault(&server.send(&from("198.51.100.1", &Soap::V12.request("x"))), "<soap:Value>soap:Sender</soap:Value>");
    for path in ["/veloconnect", "/veloconnect/nord"] {
        let hasty = server.send(&from("198.51.100.1", &post(path, "application/xml", "<x/>")));
        assert_hasty(&hasty);
        assert!(hasty.text().contains("<GetStatusResponse "), "{}", hasty.text());
        assert_eq!(hasty.element("ResponseCode"), Some("400"));
        assert_valid("veloconnect", hasty.text());
    }
    for path in ["/operator/oseo/orders", "/veloconnectx", "/"] {
        let hasty = server.send(&from("198.51.100.1", &get(path)));
        assert_hasty(&hasty);
        assert!(hasty.text().starts_with("{\"error\":\"too many requests"), "{}", hasty.text());
    }
    assert_eq!((counted(&server, "account"), counted(&server, "address")), (0, 8));
    // Others, and those who look after the server.
    assert_eq!(server.send(&from("198.51.100.2", &request)).status, 200);
    for _ in 0..5 {
        assert_eq!(server.send(&from("198.51.100.1", &get("/health/live"))).status, 200);
    }
}

/// Without proxies that are believed, nobody's address is what he says.
#[test]
fn an_address_is_not_what_a_client_says() {
    let server = server("[limits]\naddress_requests_per_minute_max = 2\n");
    let answers = ["198.51.100.1", "198.51.100.2", "198.51.100.3"].map(|claimed| server.send(&from(claimed, &get("/x"))).status);
    assert_eq!(answers, [404, 404, 429]);
}

const THROTTLED: &str = "too many failed logins";

/// Guessing at many names from one place.
#[test]
fn failed_logins_are_counted_by_address() {
    let server = server(&format!("{PROXY}[auth]\naddress_failures_per_minute_max = 3\n"));
    assert_eq!(server.send(&from("198.51.100.1", &log_in("demo", "demo-secret"))).status, 200);
    for name in ["a", "b", "c"] {
        let refused = server.send(&from("198.51.100.1", &log_in(name, "guess")));
        assert!(refused.status == 500 && !refused.text().contains(THROTTLED), "{}", refused.text());
    }
    let other = log_in("other", "other-secret");
    assert!(server.send(&from("198.51.100.1", &other)).text().contains(THROTTLED));
    let buyer = server.send(&from("198.51.100.1", &veloconnect("GetStatus", "")));
    assert_eq!(buyer.element("ResponseCode"), Some("411"), "{}", buyer.text());
    // Who works from there goes on working, and so does everybody elsewhere.
    assert_eq!(server.send(&from("198.51.100.1", &log_in("demo", "demo-secret"))).status, 200);
    assert_eq!(server.send(&from("198.51.100.2", &other)).status, 200);
}

/// Guessing at one name from many places.
#[test]
fn failed_logins_are_counted_by_name() {
    let server = server(&format!("{PROXY}[auth]\nname_failures_per_minute_max = 3\n"));
    for last in 1..=3 {
        let refused = server.send(&from(&format!("198.51.100.{last}"), &log_in("demo", "guess")));
        assert!(refused.status == 500 && !refused.text().contains(THROTTLED), "{}", refused.text());
    }
    assert!(server.send(&from("198.51.100.9", &log_in("demo", "demo-secret"))).text().contains(THROTTLED));
    assert_eq!(server.send(&from("198.51.100.1", &log_in("other", "other-secret"))).status, 200);
}

/// All at once: those that wait for their turn to be hashed are counted, too.
#[test]
fn guesses_at_once_are_counted() {
    let server = server("[auth]\nhashing_parallel = 1\nfailures_per_minute_max = 2\n");
    let guess = |n: u32| server.send(&log_in("demo", &format!("guess{n}"))).text().contains(THROTTLED);
    let refused = std::thread::scope(|scope| {
        let guesses: Vec<_> = (0..20).map(|n| scope.spawn(move || guess(n))).collect();
        guesses.into_iter().map(|guess| guess.join().unwrap()).filter(|refused| *refused).count()
    });
    assert_eq!(refused, 18, "two were looked at");
}
