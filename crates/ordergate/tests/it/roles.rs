//! What accounts may do: customers, operators and workers, however they are known.

use serde_json::{Value, json};

use crate::harness::{
    Account, Answer, Config, Heard, Reply, Request, Server, Service, Soap, await_status, demo_articles, eventually, found, get,
    get_status, look, ordered, post, security, submit, veloconnect_as,
};
use crate::oseo::customer::basic;

const OS: &str = "xmlns:os=\"http://www.opengis.net/oseo/1.0\" service=\"OS\" version=\"1.0.0\"";

const ACCOUNTS: [Account; 5] = [
    Account("oseo", "demo", "demo-secret"),
    Account("oseo", "chief", "chief-secret"),
    Account("oseo", "mill", "mill-secret"),
    Account("oseo", "both", "both-secret"),
    Account("veloconnect", "K4711", "geheim"),
];

/// The accounts above with their roles.
fn server(toml: &str) -> Server {
    let server = Server::serve(&Config { toml: toml.to_owned(), accounts: ACCOUNTS.into() });
    for (name, roles) in [("chief", &["operator"][..]), ("mill", &["worker"]), ("both", &["operator", "customer"])] {
        let set = server.account(&[&["set-roles", "--protocol", "oseo", name], roles].concat(), "");
        assert!(set.status.success(), "{set:?}");
    }
    eventually("the roles are known", || (operator(&server, "chief", &get("/operator/oseo/queue")).0 == 200).then_some(()));
    server
}

fn as_user(request: Request, user: &str) -> Request {
    request.header("Authorization", &basic(user, &format!("{user}-secret")))
}

/// Status and content of what is answered in JSON.
#[track_caller]
fn said(answer: &Answer) -> (u16, Value) {
    assert_eq!(answer.header("content-type"), Some("application/json"), "{}", answer.text());
    let content: Value = serde_json::from_str(answer.text()).unwrap();
    assert_eq!(content.get("error").is_some(), answer.status != 200, "{content}");
    (answer.status, content)
}

#[track_caller]
fn operator(server: &Server, user: &str, request: &Request) -> (u16, Value) {
    said(&server.send(&as_user(request.clone(), user)))
}

fn wish(path: &str, body: &Value) -> Request {
    post(&format!("/operator/oseo/{path}"), "application/json", body.to_string())
}

fn ask(server: &Server, user: &str, message: &str) -> Answer {
    server.send(&Soap::V11.request_with(&security(user, &format!("{user}-secret")), message))
}

fn all_orders() -> String {
    get_status("<os:filteringCriteria/><os:presentation>brief</os:presentation>")
}

fn cancel(id: &str) -> String {
    format!("<os:Cancel {OS}><os:orderId>{id}</os:orderId><os:statusNotification>None</os:statusNotification></os:Cancel>")
}

fn message_of(request: &Request) -> String {
    let body = String::from_utf8(request.body.clone()).unwrap();
    body[body.find("<os:Submit").unwrap()..body.find("</os:Submit>").unwrap() + "</os:Submit>".len()].to_owned()
}

/// OSEO 39, 56, 57: nobody else sees an order.
#[test]
fn an_operator_sees_and_cancels_every_order_and_orders_nothing() {
    let server = server("");
    let id = ordered(&server, &submit("of demo", "STANDARD", &["one", "two"]));
    assert_eq!(found(&ask(&server, "both", &all_orders())).len(), 1);
    let seen = found(&ask(&server, "chief", &all_orders()));
    assert_eq!((seen.len(), seen[0].id.as_str()), (1, id.as_str()));
    let retrieve = get_status(&format!("<os:orderId>{id}</os:orderId><os:presentation>full</os:presentation>"));
    assert_eq!(ask(&server, "chief", &retrieve).elements("itemId"), ["one", "two"]);
    assert!(server.order(&["complete", &id, "one", "--result", "https://files.example/one"]).status.success());
    let results = format!(
        "<os:DescribeResultAccess {OS}><os:orderId>{id}</os:orderId><os:subFunction>nextReady</os:subFunction></os:DescribeResultAccess>"
    );
    // What an operator is told, the customer is told again.
    for user in ["chief", "demo"] {
        assert_eq!(ask(&server, user, &results).element("URL"), Some("https://files.example/one"), "{user}");
    }

    // Who is no customer orders nothing, and a worker has nothing to do here.
    let order = message_of(&submit("mine", "STANDARD", &["one"]));
    for (user, message) in [("chief", &order), ("mill", &order), ("mill", &all_orders()), ("mill", &cancel(&id))] {
        let answer = ask(&server, user, message);
        assert!(answer.text().contains("AuthorizationFailed") && answer.text().contains("may not order"), "{}", answer.text());
    }
    let own = ask(&server, "both", &order).element("orderId").unwrap().to_owned();
    assert_eq!(found(&ask(&server, "demo", &all_orders())).len(), 1);

    assert_eq!(ask(&server, "chief", &cancel(&id)).element("status"), Some("partial"));
    let cancelled = look(&server, &id);
    assert!(cancelled.items[1].2.contains("cancelled by an operator"), "{cancelled:?}");
    let shown = String::from_utf8(server.order(&["show", &id]).stdout).unwrap();
    assert!(shown.contains("\toperator:chief\t"), "{shown}");
    assert_eq!(ask(&server, "both", &cancel(&own)).element("status"), Some("success"));
    let shown = String::from_utf8(server.order(&["show", &own]).stdout).unwrap();
    assert!(shown.contains("\taccount:both\t") && !shown.contains("operator:"), "{shown}");
    let listed = String::from_utf8(server.account(&["list"], "").stdout).unwrap();
    assert!(listed.contains("\tboth\tenabled\tdigest\t-\t-\tcustomer,operator\n"), "{listed}");
    assert_eq!(server.account(&["set-roles", "--protocol", "oseo", "demo", "chief"], "").status.code(), Some(2));
}

const MODERATED: &str = "[oseo.approval]\nproduct = \"operator\"\n[fulfilment.oseo]\nprocessor = \"demo\"\n\
    demo_delay_ms = 1\npoll_ms = 50\n";

#[test]
fn the_operators_api_does_what_the_commands_do() {
    let server = server(MODERATED);
    let ids = ["a", "b", "c"].map(|name| ordered(&server, &submit(name, "STANDARD", &["one", "two"])));
    let [a, b, c] = &ids;
    let chief = |request: &Request| operator(&server, "chief", request);
    let listed = |query: &str| {
        let (status, answer) = chief(&get(&format!("/operator/oseo/orders{query}")));
        assert_eq!(status, 200, "{answer}");
        let references = answer["orders"].as_array().unwrap().iter().map(|order| order["order_reference"].as_str().unwrap());
        (references.collect::<String>(), answer["before"].clone())
    };
    assert_eq!(listed(""), ("cba".to_owned(), Value::Null));
    assert_eq!(listed("?limit=2"), ("cb".to_owned(), json!(b)));
    assert_eq!(listed(&format!("?before={b}&owner=demo")).0, "a");
    assert_eq!((listed("?waiting=true").0.as_str(), listed("?status=Failed").0.as_str()), ("cba", ""));
    assert_eq!(listed("?waiting=true&limit=1"), ("c".to_owned(), json!(c)));

    let (status, approved) = chief(&wish(&format!("orders/{a}/approve"), &json!({})));
    assert_eq!((status, &approved["status"], &approved["owner"]), (200, &json!("Accepted"), &json!("demo")));
    await_status(&server, a, "Completed");
    let (_, rejected) = chief(&wish(&format!("orders/{b}/reject"), &json!({ "reason": "no\nlicence" })));
    assert_eq!((&rejected["status"], &rejected["info"]), (&json!("Cancelled"), &json!("rejected: no licence")));
    let (status, refused) = chief(&wish(&format!("orders/{a}/approve"), &json!({})));
    assert!(status == 409 && refused["error"].as_str().unwrap().contains("only a submitted order"), "{refused}");

    let pause = json!({ "user": "demo", "reason": "the bill is open" });
    assert_eq!(chief(&wish("queue/pause", &pause)), (200, json!({})));
    let (_, pauses) = chief(&get("/operator/oseo/queue"));
    assert_eq!((&pauses["pauses"][0]["user"], &pauses["pauses"][0]["paused_by"]), (&json!("demo"), &json!("chief")));
    // Workers take notice within a moment; what they take up before is not of the pause.
    let waits = eventually("an order waits", || {
        let id = ordered(&server, &submit("probe", "STANDARD", &["one", "two"]));
        assert_eq!(chief(&wish(&format!("orders/{id}/approve"), &json!({}))).0, 200);
        eventually("it is over or waits", || {
            let probe = look(&server, &id);
            let is_paused = probe.items[0].2 == "paused: the bill is open";
            (probe.status == "Completed" || is_paused).then_some(is_paused)
        })
        .then_some(id)
    });
    assert_eq!(chief(&wish(&format!("orders/{c}/approve"), &json!({}))).0, 200);
    eventually("it waits", || (look(&server, c).items[0].2 == "paused: the bill is open").then_some(()));
    let (_, hand) = chief(&wish(&format!("orders/{c}/complete"), &json!({ "item": "one", "result": "https://x.example/1" })));
    assert_eq!((&hand["items"][0]["status"], &hand["items"][0]["result"]), (&json!("Completed"), &json!("https://x.example/1")));
    let (_, failed) = chief(&wish(&format!("orders/{c}/fail"), &json!({ "item": "two", "reason": "no such scene" })));
    assert_eq!(failed["items"][1]["status"], "Failed", "{failed}");
    assert_eq!(chief(&wish("queue/resume", &json!({ "user": "demo" }))).0, 200);
    await_status(&server, &waits, "Completed");
    assert_eq!(chief(&wish("queue/resume", &json!({ "user": "demo" }))).0, 409);

    let (_, shown) = chief(&get(&format!("/operator/oseo/orders/{c}")));
    let moves = shown["history"].as_array().unwrap();
    assert!(moves.iter().any(|entry| entry["who"] == "operator:chief" && entry["item_id"] == "two"), "{shown}");
    assert_eq!((&moves[0]["to"], &moves[0]["from"]), (&json!("Submitted"), &Value::Null));
    let page = server.send(&get("/metrics")).text().to_owned();
    assert!(page.contains("{protocol=\"operator\",operation=\"approve\",result=\"conflict\"}"), "{page}");
}

#[test]
fn what_an_operator_asks_wrongly_is_told_and_changes_nothing() {
    let server = server(MODERATED);
    let id = ordered(&server, &submit("mine", "STANDARD", &["one"]));
    let cases: Vec<(u16, Request, &str)> = vec![
        (404, get("/operator/oseo/orders/999999"), "there is no order"),
        (404, get("/operator/oseo/orders/x"), "nothing at this address"),
        (404, wish(&format!("orders/{id}/delete"), &json!({})), "nothing at this address"),
        (404, get("/operator/"), "nothing at this address"),
        (404, get("/operator/osea/orders"), "nothing at this address"),
        (404, wish(&format!("orders/{id}/fail"), &json!({ "item": "two", "reason": "x" })), "has no item"),
        (405, get(&format!("/operator/oseo/orders/{id}/approve")), "asked by POST"),
        (405, wish("orders", &json!({})), "asked by GET"),
        (415, post(&format!("/operator/oseo/orders/{id}/approve"), "", "{}"), "application/json"),
        (415, post(&format!("/operator/oseo/orders/{id}/approve"), "text/plain", "{}"), "application/json"),
        (400, wish(&format!("orders/{id}/cancel"), &json!({})), "missing field `reason`"),
        (400, wish(&format!("orders/{id}/approve"), &json!({ "force": true })), "unknown field `force`"),
        (400, post("/operator/oseo/queue/pause", "application/json", "{"), "EOF"),
        (413, post("/operator/oseo/queue/pause", "application/json", "x".repeat(70_000)), "larger than"),
        (422, wish(&format!("orders/{id}/cancel"), &json!({ "reason": " " })), "expected a reason"),
        (422, wish(&format!("orders/{id}/complete"), &json!({ "item": "one", "result": "x y" })), "is no URL"),
        (422, wish("queue/pause", &json!({ "reason": "x" })), "either user or collection"),
        (422, wish("queue/pause", &json!({ "user": "nobody", "reason": "x" })), "no account of this name"),
        (422, get("/operator/oseo/orders?limit=0"), "limit: expected a number"),
        (422, get("/operator/oseo/orders?status=Lost"), "status: expected one of Submitted"),
        (422, get("/operator/oseo/orders?sort=id"), "expected one of status"),
    ];
    for (status, request, says) in cases {
        let (answered, content) = operator(&server, "chief", &request);
        let error = content["error"].as_str().unwrap_or_default();
        assert!(answered == status && error.contains(says), "{} {}: {answered} {content}", request.method, request.target);
    }
    assert_eq!(look(&server, &id).status, "Submitted");
}

/// Nothing is open to those who have no role for it, and guessing is slowed down as it is at the doors.
#[test]
fn others_are_kept_out() {
    let server = server("[auth]\nfailures_per_minute_max = 5\n[fulfilment.oseo]\nprocessor = \"pull\"\n");
    let paths = [
        get("/operator/oseo/orders"),
        wish("orders/1/cancel", &json!({ "reason": "x" })),
        post("/feed/oseo", "application/json", ""),
    ];
    let claim = post("/work/oseo/claim", "application/json", "{\"limit\":1}");
    for request in paths.iter().chain([&claim]) {
        let (status, _) = said(&server.send(request));
        assert_eq!(status, 401, "{}", request.target);
        assert_eq!(operator(&server, "demo", request).0, 403, "{}", request.target);
        // An account of another protocol is none here.
        let buyer = request.clone().header("Authorization", &basic("K4711", "geheim"));
        assert_eq!(said(&server.send(&buyer)).0, 401, "{}", request.target);
    }
    assert_eq!((operator(&server, "mill", &paths[0]).0, operator(&server, "chief", &claim).0), (403, 403));
    let wrong = paths[0].clone().header("Authorization", &basic("chief", "guess"));
    for _ in 0..5 {
        let (status, content) = said(&server.send(&wrong));
        assert_eq!((status, content["error"].as_str()), (401, Some("user name or password not accepted")));
    }
    assert_eq!(said(&server.send(&wrong)).0, 429);
    let log_in = Soap::V11.request_with(&security("chief", "other guess"), &all_orders());
    assert!(server.send(&log_in).text().contains("too many failed logins"), "the same count as at the door");
    assert!(server.account(&["disable", "--protocol", "oseo", "both"], "").status.success());
    eventually("it is disabled", || (operator(&server, "both", &paths[0]).0 == 401).then_some(()));
}

#[test]
fn accounts_with_the_role_fetch_items_and_announce_products() {
    let server = server("[fulfilment.oseo]\nprocessor = \"pull\"\npoll_ms = 50\n");
    let id = ordered(&server, &submit("mine", "STANDARD", &["one"]));
    let work = |operation: &str, body: &Value| {
        operator(&server, "mill", &post(&format!("/work/oseo/{operation}"), "application/json", body.to_string()))
    };
    let claim = eventually("an item can be fetched", || {
        let (status, answer) = work("claim", &json!({ "limit": 1 }));
        assert_eq!(status, 200, "{answer}");
        Some(answer["items"].get(0)?["claim"].as_str().unwrap().to_owned())
    });
    assert_eq!(work("complete", &json!({ "claim": claim, "result": null })).0, 200);
    assert_eq!(look(&server, &id).status, "Completed");
    let shown = String::from_utf8(server.order(&["show", &id]).stdout).unwrap();
    assert!(shown.contains("\tworker:mill\t"), "{shown}");
    let scene = r#"{"collection":"urn:x","identifier":"urn:x:1","time":"2026-05-01T10:00:00Z"}"#;
    for user in ["mill", "chief"] {
        let (status, report) = operator(&server, user, &post("/feed/oseo", "application/json", scene));
        assert_eq!((status, &report["errors"]), (200, &json!([])), "{user}: {report}");
    }
}

#[test]
fn a_service_says_what_its_users_may_do() {
    let service = Service::new(|heard: &Heard| {
        let question = heard.json();
        Reply::ok(match question["user"].as_str().unwrap() {
            "chief" => r#"{"allowed": true, "roles": ["operator"]}"#,
            "odd" => r#"{"allowed": true, "roles": ["owner"]}"#,
            _ => r#"{"allowed": true}"#,
        })
    });
    let toml = format!("[auth]\nprovider = \"callout\"\n[auth.callout]\nurl = {:?}\n", service.url());
    let server = Server::serve(&Config { toml, accounts: Vec::new() });
    ordered(&server, &submit("of demo", "STANDARD", &["one"]));
    let orders = get("/operator/oseo/orders");
    // The second time it is remembered.
    for _ in 0..2 {
        assert_eq!(operator(&server, "chief", &orders).1["orders"][0]["owner"], "demo");
        assert_eq!((operator(&server, "demo", &orders).0, operator(&server, "odd", &orders).0), (403, 403));
    }
    assert_eq!(found(&ask(&server, "chief", &all_orders())).len(), 1);
}

#[test]
fn a_proxy_says_groups_and_roles_and_nobody_else_does() {
    let toml = "[oseo]\nshare_by_group = true\n[auth]\nprovider = \"trusted-header\"\n[auth.trusted_header]\nuser = \"X-User\"\n\
                groups = \"X-Groups\"\nroles = \"X-Roles\"\n";
    let server = Server::serve(&Config { toml: format!("{toml}networks = [\"127.0.0.1\"]\n"), accounts: Vec::new() });
    let told = |user: &str, groups: &str, roles: &str, request: Request| {
        let request = request.header("X-User", user);
        let request = if groups.is_empty() { request } else { request.header("X-Groups", groups) };
        if roles.is_empty() { request } else { request.header("X-Roles", roles) }
    };
    let bare = |message: &str| Soap::V11.request_with("", message);
    let order = bare(&message_of(&submit("of anna", "STANDARD", &["one"])));
    assert_eq!(server.send(&told("anna", "mills", "", order)).status, 200);
    let seen = |user: &str, groups: &str, roles: &str| found(&server.send(&told(user, groups, roles, bare(&all_orders())))).len();
    assert_eq!((seen("berta", "north, mills", ""), seen("carl", "", "")), (1, 0));
    // Who has left the group sees nothing more.
    assert_eq!((seen("berta", "", ""), seen("carl", "", "operator")), (0, 1));
    let orders = || get("/operator/oseo/orders");
    assert_eq!(said(&server.send(&told("carl", "", "operator , customer", orders()))).0, 200);
    assert_eq!(said(&server.send(&told("carl", "", "", orders()))).0, 403);
    assert_eq!(said(&server.send(&told("carl", "", "chief", orders()))).0, 403);
    assert_eq!(said(&server.send(&orders().header("X-Roles", "operator"))).0, 401);
    assert_eq!(said(&server.send(&told("carl", "", "operator", orders()).header("X-Roles", "customer"))).0, 401);
    let elsewhere = Server::serve(&Config { toml: format!("{toml}networks = [\"10.0.0.0/8\"]\n"), accounts: Vec::new() });
    assert_eq!(said(&elsewhere.send(&told("carl", "", "operator", orders()))).0, 401);
}

#[test]
fn the_demos_operator_has_a_password_that_is_printed() {
    let server = Server::demo(&[]);
    let printed = server.printed();
    let password = printed.split("admin/").nth(1).unwrap().split_whitespace().next().unwrap();
    assert_eq!(password.len(), 24, "{printed}");
    let orders = |password: &str| {
        server.send(&get("/operator/oseo/orders?limit=5").header("Authorization", &basic("admin", password))).status
    };
    assert_eq!((orders(password), orders("admin")), (200, 401));
    assert!(
        printed.contains(&format!("curl -s -u admin:{password} 'http://{}/operator/oseo/orders", server.address)),
        "{printed}"
    );
}

/// Operators have the orders of their own protocol.
#[test]
fn orders_of_another_protocol_are_none_of_an_operators() {
    let server = server(&format!("[veloconnect]\n{}", demo_articles()));
    let talk = |operation: &str, rest: &str| server.send(&veloconnect_as("K4711", "geheim", operation, rest));
    let created = talk("CreateOrder", "&Quantity.130-KE8=3&quantityUnitCode.130-KE8=EA");
    let transaction =
        created.element("TransactionID").or(created.element("TransactionId")).unwrap_or_else(|| panic!("{}", created.text()));
    let finished = talk("FinishOrder", &format!("&TransactionID={transaction}"));
    let id = finished.element("OrderID").unwrap_or_else(|| panic!("{}", finished.text()));
    let retrieve = get_status(&format!("<os:orderId>{id}</os:orderId><os:presentation>brief</os:presentation>"));
    for message in [&retrieve, &cancel(id)] {
        let answer = ask(&server, "chief", message);
        assert!(answer.text().contains("InvalidOrderIdentifier"), "{}", answer.text());
    }
    for request in [get(&format!("/operator/oseo/orders/{id}")), wish(&format!("orders/{id}/cancel"), &json!({ "reason": "x" }))]
    {
        assert_eq!(operator(&server, "chief", &request).0, 404, "{}", request.target);
    }
    assert_eq!(operator(&server, "chief", &get("/operator/oseo/orders")).1["orders"], json!([]));
    // Its own operators have it.
    assert!(server.account(&["set-roles", "--protocol", "veloconnect", "K4711", "operator"], "").status.success());
    let own = get(&format!("/operator/veloconnect/orders/{id}")).header("Authorization", &basic("K4711", "geheim"));
    let order = eventually("the role is known", || Some(said(&server.send(&own))).filter(|(status, _)| *status == 200)).1;
    assert_eq!((&order["protocol"], &order["order_kind"]), (&json!("veloconnect"), &json!("articles")), "{order}");
    assert_eq!(talk("GetProfile", "").element("ResponseCode"), Some("411"), "who is no customer orders nothing");
}
