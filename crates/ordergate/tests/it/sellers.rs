//! Several sellers on one server, as their buyers and the operator see them.

use serde_json::{Value, json};

use crate::harness::{
    Answer, Config, Request, Server, assert_valid, code, demo_articles, eventually, get, out, post, veloconnect, veloconnect_as,
};
use crate::oseo::customer::basic;

const NORD: &str =
    "currency = \"CHF\"\n[[article]]\nid = \"130-KE8\"\ndescription = \"Kette nur hier\"\nprices = [{ amount = \"99.00\" }]\n";

/// The demo's seller, and two others; each has a buyer K4711 with a password of its own.
fn server() -> Server {
    server_with("")
}

/// With further sections.
fn server_with(more: &str) -> Server {
    let toml = format!(
        "[fulfilment.veloconnect]\nprocessor = \"demo\"\ndemo_delay_ms = 1\n\
         [veloconnect]\nseller_name = \"Muster GmbH\"\nsellers_id = \"1\"\nmodules = {{ rollback = false }}\n{}\
         [[veloconnect.seller]]\nname = \"nord\"\nsellers_id = \"2\"\nseller_name = \"Nordrad\"\nlanguage = \"en\"\n\
         articles = \"ARTICLES\"\nmodules = {{ rollback = true }}\n\
         [[veloconnect.seller]]\nname = \"sued\"\n{more}",
        demo_articles()
    );
    let mut server = Server::stopped(&Config { toml: String::new(), accounts: Vec::new() }, crate::place::Place::new);
    let articles = server.folder().join("nord.toml");
    std::fs::write(&articles, NORD).unwrap();
    server.reconfigure(|config| format!("{config}\n{}", toml.replace("ARTICLES", &articles.display().to_string())));
    let buyer = ["--protocol", "veloconnect", "K4711"];
    for (more, password) in [(None, "geheim"), (Some("nord"), "nordgeheim"), (Some("sued"), "suedgeheim")] {
        let seller = more.map(|name| ["--seller", name]).into_iter().flatten();
        let added = server.account(&["add"].into_iter().chain(buyer).chain(seller).collect::<Vec<_>>(), password);
        assert!(added.status.success(), "{added:?}");
    }
    server.start();
    server
}

fn at(seller: &str, request: &Request) -> Request {
    let path = if seller.is_empty() { "/veloconnect?".to_owned() } else { format!("/veloconnect/{seller}?") };
    Request { target: request.target.replace("/veloconnect?", &path), ..request.clone() }
}

#[track_caller]
fn ask(server: &Server, seller: &str, password: &str, operation: &str, rest: &str) -> Answer {
    let answer = server.send(&at(seller, &veloconnect_as("K4711", password, operation, rest)));
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_valid("veloconnect", answer.text());
    answer
}

/// Accounts, articles, profiles, transactions and orders are apart.
#[test]
fn each_seller_for_itself() {
    let server = server();
    for (seller, password) in [("", "nordgeheim"), ("nord", "geheim"), ("sued", "nordgeheim"), ("nord", "suedgeheim")] {
        assert_eq!(code(&ask(&server, seller, password, "GetProfile", "")), "411", "{seller}");
    }
    let name = |seller: &str, password: &str| {
        let profile = ask(&server, seller, password, "GetProfile", "");
        let offers_rollback = profile.text().contains(">Rollback<");
        (profile.element("SellerName").map(str::to_owned), profile.element("URI").map(str::to_owned), offers_rollback)
    };
    assert_eq!(name("", "geheim"), (Some("Muster GmbH".into()), None, false));
    assert_eq!(name("nord", "nordgeheim"), (Some("Nordrad".into()), None, true));
    assert_eq!(name("sued", "suedgeheim"), (None, None, false));
    // By SellersID at the common address, up to 1.2; the profile then says where the seller is.
    let chosen = ask(&server, "", "nordgeheim", "GetProfile", "&SellersID=2");
    assert_eq!(chosen.element("SellerName"), Some("Nordrad"));
    assert_eq!(chosen.element("URI"), Some(format!("http://{}/veloconnect/nord", server.address).as_str()));
    assert_eq!(code(&ask(&server, "", "geheim", "GetProfile", "&SellersID=9")), "415");
    assert_eq!(code(&ask(&server, "", "nordgeheim", "GetProfile", "&SellersID=2&version=1.3")), "411");

    let price = |seller: &str, password: &str| {
        let answer = ask(&server, seller, password, "GetItemDetails", "&SellersItemIdentification=130-KE8");
        answer.element("PriceAmount").map(str::to_owned)
    };
    assert_eq!(price("nord", "nordgeheim").as_deref(), Some("99.00"));
    assert_ne!(price("", "geheim").as_deref(), Some("99.00"));
    assert_eq!(price("sued", "suedgeheim"), None);

    let line = "&Quantity.130-KE8=2&quantityUnitCode.130-KE8=EA";
    let create = |seller: &str, password: &str| {
        ask(&server, seller, password, "CreateOrder", line).element("TransactionID").unwrap().to_owned()
    };
    let (common, nord) = (create("", "geheim"), create("nord", "nordgeheim"));
    for operation in ["GetStatus", "ViewOrder", "FinishOrder"] {
        for (seller, password, id) in [("", "geheim", &nord), ("nord", "nordgeheim", &common), ("sued", "suedgeheim", &common)] {
            let answer = ask(&server, seller, password, operation, &format!("&TransactionID={id}"));
            assert_eq!(code(&answer), "420", "{seller}: {}", answer.text());
        }
    }
    let finished = ask(&server, "", "nordgeheim", "FinishOrder", &format!("&TransactionID={nord}&SellersID=2"));
    assert_eq!((code(&finished), finished.element("OrderID")), ("200", Some("1")), "{}", finished.text());
    assert_eq!(ask(&server, "", "geheim", "GetStatus", "").elements("StatusCode"), ["2"]);
    assert_eq!(ask(&server, "nord", "nordgeheim", "GetStatus", "").elements("StatusCode"), ["100"]);

    // What the operator sees.
    assert_eq!(out(&server.order(&["list"])), "");
    assert!(out(&server.order(&["list", "--seller", "nord"])).starts_with("1\t"));
    assert_eq!(out(&server.order(&["list", "--seller", "sued"])), "");
    assert!(out(&server.order(&["show", "1"])).contains("seller\tnord\n"));
    assert_eq!(out(&server.account(&["list", "--seller", "nord"], "")), "veloconnect\tK4711\tenabled\t-\t-\t-\tcustomer\n");
    // The worker works off the orders of all sellers.
    eventually("the order is worked off", || {
        out(&server.order(&["list", "--seller", "nord"])).contains("Completed").then_some(())
    });
    let disabled = server.account(&["disable", "--protocol", "veloconnect", "K4711", "--seller", "nord"], "");
    assert!(disabled.status.success());
    eventually("the buyer is locked", || (code(&ask(&server, "nord", "nordgeheim", "GetStatus", "")) == "411").then_some(()));
    assert_eq!(code(&ask(&server, "", "geheim", "GetStatus", "")), "200");
}

/// GetStatus, rule 4, and HTTP 404; in the client's language.
#[test]
fn where_no_seller_is() {
    let server = server();
    for request in [
        at("west", &veloconnect("GetProfile", "")),
        get("/veloconnect/"),
        get("/veloconnect/nord/x"),
        get("/veloconnect/NORD"),
        get("/veloconnect/%6eord"),
        post("/veloconnect/west", "application/xml", "<x/>"),
    ] {
        let answer = server.send(&request.clone().header("Accept-Language", "en"));
        assert_eq!((answer.status, code(&answer)), (404, "400"), "{}", request.target);
        assert_valid("veloconnect", answer.text());
        assert!(answer.text().contains("there is no seller at this address"), "{}", answer.text());
    }
    assert_eq!(server.send(&get("/veloconnectx")).text(), "There is nothing at this address.\n");
}

/// Commands name sellers that there are.
#[test]
fn sellers_that_there_are_not() {
    let server = server();
    let add = |protocol: &str, seller: &str| server.account(&["add", "--protocol", protocol, "x", "--seller", seller], "p");
    let refused = add("veloconnect", "west");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("there is no seller west; there are: nord, sued"), "{said}");
    assert_eq!(add("oseo", "nord").status.code(), Some(2));
    assert_eq!(server.order(&["list", "--seller", "west"]).status.code(), Some(1));
    // One that is configured no more keeps what it has.
    server.reconfigure(|toml| toml.split("[[veloconnect.seller]]").next().unwrap().to_owned());
    assert!(out(&server.account(&["list", "--seller", "nord"], "")).contains("K4711"));
}

/// `Accept-Language`, then the account's language, then the configured one.
#[test]
fn languages() {
    let server = server();
    let message = |accept: Option<&str>| {
        let request = veloconnect("ViewOrder", "&TransactionID=weg");
        let request = if let Some(accept) = accept { request.header("Accept-Language", accept) } else { request };
        server.send(&request).element("ResponseMessage").unwrap().to_owned()
    };
    assert_eq!(message(None), "TransactionID unbekannt");
    assert_eq!(message(Some("en-GB, de;q=0.5")), "unknown TransactionID");
    let set = server.account(&["set-language", "--protocol", "veloconnect", "K4711", "en"], "");
    assert!(set.status.success(), "{set:?}");
    eventually("the account's language counts", || (message(None) == "unknown TransactionID").then_some(()));
    assert_eq!(message(Some("de")), "TransactionID unbekannt");
    let nord = ask(&server, "nord", "nordgeheim", "ViewOrder", "&TransactionID=weg");
    assert_eq!(nord.element("ResponseMessage"), Some("unknown TransactionID"));
}

/// `?seller=` of the operators' API says whose orders are meant, as `--seller` of the commands does.
#[test]
fn operators_act_for_each_seller() {
    let server = server_with("[veloconnect.erp]\nconfirm = true\n");
    for protocol in ["oseo", "veloconnect"] {
        let added = server.account(&["add", "--protocol", protocol, "chief", "--roles", "operator"], "secret");
        assert!(added.status.success(), "{added:?}");
    }
    let order = |seller: &str, password: &str| {
        let line = "&Quantity.130-KE8=2&quantityUnitCode.130-KE8=EA";
        let id = ask(&server, seller, password, "CreateOrder", line).element("TransactionID").unwrap().to_owned();
        let finished = ask(&server, seller, password, "FinishOrder", &format!("&TransactionID={id}"));
        finished.element("OrderID").unwrap().to_owned()
    };
    let (common, nord) = (order("", "geheim"), order("nord", "nordgeheim"));
    let send = |request: Request| {
        let answer = server.send(&request.header("Authorization", &basic("chief", "secret")));
        (answer.status, serde_json::from_str::<Value>(answer.text()).unwrap())
    };
    let see = |path: &str| send(get(&format!("/operator/veloconnect/{path}")));
    let act =
        |path: &str, body: Value| send(post(&format!("/operator/veloconnect/{path}"), "application/json", body.to_string()));
    let listed = |query: &str| {
        let (status, answer) = see(&format!("orders{query}"));
        let shown = |order: &Value| [order["order_id"].clone(), order["seller"].clone(), order["owner"].clone()];
        (status, answer["orders"].as_array().map(|orders| orders.iter().map(shown).collect::<Vec<_>>()))
    };
    assert_eq!(listed(""), (200, Some(vec![[json!(common), Value::Null, json!("K4711")]])));
    let of_nord = || Some(vec![[json!(nord), json!("nord"), json!("K4711")]]);
    for query in ["?seller=nord", "?seller=nord&owner=K4711&status=Submitted"] {
        assert_eq!(listed(query), (200, of_nord()), "{query}");
    }
    assert_eq!(listed("?seller=sued"), (200, Some(Vec::new())));
    // Nobody is shown, or moves, the order of another seller by mistake.
    for (order, query, status) in [
        (&nord, "", 404),
        (&nord, "?seller=sued", 404),
        (&common, "?seller=nord", 404),
        (&nord, "?seller=west", 422),
        (&common, "?seler=nord", 422),
    ] {
        assert_eq!(see(&format!("orders/{order}{query}")).0, status, "{query}");
        assert_eq!(act(&format!("orders/{order}/approve{query}"), json!({})).0, status, "{query}");
    }
    assert_eq!(send(get("/operator/oseo/orders?seller=nord")).0, 422);
    let (status, shown) = see(&format!("orders/{nord}?seller=nord"));
    assert_eq!((status, &shown["seller"], &shown["status"]), (200, &json!("nord"), &json!("Submitted")), "{shown}");
    let (status, approved) = act(&format!("orders/{nord}/approve?seller=nord"), json!({}));
    assert_eq!((status, &approved["status"]), (200, &json!("Accepted")), "{approved}");
    assert_eq!(see(&format!("orders/{common}")).1["status"], "Submitted");

    let paused = json!({ "user": "K4711", "reason": "the bill is open" });
    assert_eq!(act("queue/pause?seller=nord", paused), (200, json!({})));
    assert_eq!(see("queue").1["pauses"][0]["user"], "nord/K4711");
    let user = json!({ "user": "K4711" });
    assert_eq!(act("queue/resume", user.clone()).0, 409);
    assert_eq!(act("queue/resume?seller=nord", user).0, 200);
}

/// The demo serves the sellers of its configuration, too.
#[test]
fn sellers_of_the_demo() {
    let folder = tempfile::tempdir().unwrap();
    let (config, articles) = (folder.path().join("demo.toml"), folder.path().join("nord.toml"));
    std::fs::write(&articles, NORD).unwrap();
    std::fs::write(&config, format!("[[veloconnect.seller]]\nname = \"nord\"\narticles = {articles:?}\n")).unwrap();
    let server = Server::demo(&["--config", &config.display().to_string()]);
    let buyer = ["add", "--protocol", "veloconnect", "K4711", "--seller", "nord"];
    let added = server.account(&buyer, "nordgeheim");
    assert!(added.status.success(), "{added:?}");
    let price = |seller: &str, password: &str| {
        let answer = ask(&server, seller, password, "GetItemDetails", "&SellersItemIdentification=130-KE8");
        (code(&answer).to_owned(), answer.element("PriceAmount").map(str::to_owned))
    };
    assert_eq!(price("nord", "nordgeheim"), ("200".to_owned(), Some("99.00".to_owned())));
    let common = price("", "geheim");
    assert!(common.0 == "200" && common.1.as_deref() != Some("99.00"), "{common:?}");
}

const HEAD: &str = "number;description;unit;prices\n";

/// Each seller has its articles, currency, buyers and receipts in the store, by command and over HTTP.
#[test]
fn what_is_imported_is_one_sellers() {
    let mut server = Server::stopped(&Config::new(""), crate::place::Place::new);
    let path = |name: &str| server.folder().join(name).display().to_string();
    let (importers, tokens, inbox) = (path("importers"), path("tokens"), path("nord-in"));
    let (catalogue, buyers) = (path("nord.csv"), path("buyers.csv"));
    let orders = path("nord-out");
    for folder in [&inbox, &orders] {
        std::fs::create_dir(folder).unwrap();
    }
    server.reconfigure(|config| {
        format!(
            "{config}\n[veloconnect.catalogue]\nsource = \"store\"\nimporters_file = {importers:?}\n\
             [veloconnect.erp]\ntokens_file = {tokens:?}\norder_folder = {orders:?}\norder_formats = [\"json\", \"xml\"]\n\
             [[veloconnect.seller]]\nname = \"nord\"\ncurrency = \"CHF\"\ninbox = {inbox:?}\n"
        )
    });
    std::fs::write(&catalogue, format!("{HEAD}N-1;Nordlicht;EA;12.50\n")).unwrap();
    std::fs::write(&buyers, "buyer;password\nK4711;nordgeheim\n").unwrap();
    let run = |server: &Server, command: &str, arguments: &[&str]| {
        let output = server.beside(command).args(arguments).output().unwrap();
        out(&output).to_owned()
    };
    run(&server, "buyers", &["import", "--seller", "nord", &buyers]);
    assert!(run(&server, "buyers", &["list", "--seller", "nord"]).starts_with("K4711\tenabled"));
    run(&server, "articles", &["import", "--seller", "nord", &catalogue]);
    assert_eq!(run(&server, "articles", &["list", "--seller", "nord"]), "N-1\tEA\tNordlicht\n");
    assert_eq!(run(&server, "articles", &["status"]), "");
    assert_eq!(
        server.beside("articles").args(["import", "--seller", "west", &catalogue]).output().unwrap().status.code(),
        Some(1)
    );
    let importer = run(&server, "articles", &["importer", "add", "erp"]);
    let token = run(&server, "receipts", &["token", "add", "erp"]);
    server.start();

    let send = |target: &str, kind: &str, token: &str, body: String| {
        let request = post(target, kind, body).header("Authorization", &format!("Bearer {}", token.trim()));
        server.send(&request)
    };
    let details = |seller: &str, password: &str, number: &str| {
        ask(&server, seller, password, "GetItemDetails", &format!("&SellersItemIdentification={number}"))
    };
    let found = details("nord", "nordgeheim", "N-1");
    assert_eq!((code(&found), found.element("Description")), ("200", Some("Nordlicht")), "{}", found.text());
    assert!(found.text().contains("\"CHF\""), "{}", found.text());
    // Over HTTP; the seller at the common address has other articles, in the common currency.
    let body = |number: &str| format!("{HEAD}{number};Lampe;EA;9\n");
    assert_eq!(send("/import/veloconnect/articles", "text/csv", &importer, body("M-1")).status, 200);
    assert_eq!(send("/import/veloconnect/articles?seller=nord", "text/csv", &importer, body("N-2")).status, 200);
    assert_eq!(send("/import/veloconnect/articles?seller=west", "text/csv", &importer, body("W-1")).status, 400);
    assert!(details("", "geheim", "M-1").text().contains("\"EUR\""));
    assert!(details("nord", "nordgeheim", "N-2").text().contains("\"CHF\""));
    for (seller, password, number) in [("", "geheim", "N-2"), ("nord", "nordgeheim", "M-1"), ("nord", "nordgeheim", "N-1")] {
        assert_eq!(details(seller, password, number).element("Description"), None, "{number}");
    }

    // Whose an order is, the seller's system is told.
    let order = ask(&server, "nord", "nordgeheim", "CreateOrder", "&Quantity.N-2=1&quantityUnitCode.N-2=EA");
    let id = format!("&TransactionID={}", order.element("TransactionID").expect("an id"));
    let number = ask(&server, "nord", "nordgeheim", "FinishOrder", &id).element("OrderID").expect("a number").to_owned();
    let sent = |format: &str| {
        let path = server.folder().join(format!("nord-out/{number}.{format}"));
        eventually("the order is sent", || std::fs::read_to_string(&path).ok())
    };
    assert!(sent("json").contains("\"seller\":\"nord\""), "{}", sent("json"));
    assert!(sent("xml").contains("<cac:SellerParty><cac:Party><cac:PartyName><cbc:Name>nord</cbc:Name>"), "{}", sent("xml"));

    // Documents reach the buyer of the seller that is named, and nobody else.
    let note = |id: &str| {
        let line = json!({
            "id": "1", "quantity": "1", "unit": "EA", "unitPrice": "9.00", "linePrice": "9.00",
            "item": { "article": "N-2", "description": "Lampe" }
        });
        json!({
            "kind": "deliveryNote", "buyer": "K4711", "id": id, "issued": "2027-01-12", "currency": "CHF", "lines": [line]
        })
        .to_string()
    };
    let documents = "/erp/veloconnect/documents";
    let answer = send(&format!("{documents}?seller=nord"), "application/json", &token, note("LS-1"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    for query in ["?seller=west", "?buyer=K4711"] {
        assert_eq!(send(&format!("{documents}{query}"), "application/json", &token, note("LS-9")).status, 422, "{query}");
    }
    std::fs::write(format!("{inbox}/two.json"), note("LS-2")).unwrap();
    let notes = |seller, password| {
        let answer = ask(&server, seller, password, "DeliveryNoteQuery", "");
        answer.elements("DeliveryNoteID").into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    eventually("the folder is looked into", || (notes("nord", "nordgeheim") == ["LS-1", "LS-2"]).then_some(()));
    assert!(notes("", "geheim").is_empty());
    assert!(run(&server, "receipts", &["--seller", "nord", "list", "K4711", "delivery-note"]).contains("LS-2"));
    assert_eq!(run(&server, "receipts", &["list", "K4711", "delivery-note"]), "");
}
