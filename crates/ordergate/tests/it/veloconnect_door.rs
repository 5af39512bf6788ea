//! veloconnect as a shop's inventory system speaks it: the whole way through HTTP, in each binding.

use crate::harness::{
    Answer, Config, Request, Server, Wire, assert_valid, code, demo_articles, get, post, transcript, veloconnect, veloconnect_as,
};

fn server(more: &str) -> Server {
    Server::serve(&Config::new(&format!("[veloconnect]\nseller_name = \"Muster GmbH\"\n{}{more}", demo_articles())))
}

/// What a veloconnect client may rely on whatever it asked: HTTP 200, XML in UTF-8, valid.
#[track_caller]
fn ask(server: &Server, request: &Request) -> Answer {
    let answer = server.send(request);
    let kind = answer.header("content-type");
    assert_eq!((answer.status, kind), (200, Some("application/xml; charset=utf-8")), "{}", answer.text());
    assert_valid("veloconnect", answer.text());
    answer
}

/// How a request is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    Url,
    Form,
    Xml,
}

/// What a request says, whichever binding says it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Said<'a> {
    pub transaction: Option<&'a str>,
    pub test: bool,
    /// Article, quantity, unit.
    pub lines: &'a [(&'a str, &'a str, &'a str)],
}

impl Binding {
    pub fn request(self, operation: &str, said: Said<'_>) -> Request {
        let by_url = veloconnect(operation, &parameters(operation, said));
        match self {
            Self::Url => by_url,
            Self::Form => {
                let body = by_url.target.split_once('?').unwrap().1.to_owned();
                post("/veloconnect", "application/x-www-form-urlencoded", body)
            }
            Self::Xml => post("/veloconnect", "application/xml; charset=utf-8", document(operation, said)),
        }
    }
}

fn parameters(operation: &str, said: Said<'_>) -> String {
    let id = said.transaction.map(|id| format!("&TransactionID={id}")).unwrap_or_default();
    let test = if said.test { "&IsTest=true" } else { "" };
    let line = |(article, quantity, unit): &(&str, &str, &str)| match operation {
        "GetItemDetails" => format!("&SellersItemIdentification={article}&Quantity={quantity}&quantityUnitCode={unit}"),
        _ => format!("&Quantity.{article}={quantity}&quantityUnitCode.{article}={unit}"),
    };
    let lines: String = said.lines.iter().map(line).collect();
    format!("{id}{test}{lines}")
}

fn document(operation: &str, said: Said<'_>) -> String {
    let module = match operation {
        "GetProfile" => "profile-1.1",
        "GetStatus" | "Rollback" => "transaction-1.0",
        _ => "order-1.1",
    };
    let id = said.transaction.map(|id| format!("<t:TransactionID>{id}</t:TransactionID>")).unwrap_or_default();
    let test = if said.test { "<t:IsTest>true</t:IsTest>" } else { "" };
    let line = |(article, quantity, unit): &(&str, &str, &str)| {
        let item = format!(
            "<a:SellersItemIdentification><a:ID>{article}</a:ID></a:SellersItemIdentification>\
             <b:Quantity quantityUnitCode=\"{unit}\">{quantity}</b:Quantity>"
        );
        if operation == "GetItemDetails" { item } else { format!("<m:OrderRequestLine>{item}</m:OrderRequestLine>") }
    };
    let lines: String = said.lines.iter().map(line).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><m:{operation}Request xmlns:m=\"urn:veloconnect:{module}\" \
         xmlns:t=\"urn:veloconnect:transaction-1.0\" \
         xmlns:a=\"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-1.0\" \
         xmlns:b=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-1.0\">\
         <t:BuyersID>K4711</t:BuyersID><t:Credential><t:Password>geheim</t:Password></t:Credential>{id}{test}{lines}</m:{operation}Request>"
    )
}

/// A client's conversation with a server, written down.
struct Talk<'a> {
    server: &'a Server,
    binding: Binding,
    written: String,
    answers: String,
    transaction: String,
}

impl<'a> Talk<'a> {
    fn new(server: &'a Server, binding: Binding) -> Self {
        Self { server, binding, written: String::new(), answers: String::new(), transaction: String::new() }
    }

    #[track_caller]
    fn say(&mut self, operation: &str, said: Said<'_>, expected: &str) -> Answer {
        let request = self.binding.request(operation, said);
        let answer = ask(self.server, &request);
        assert_eq!(code(&answer), expected, "{operation} {}", answer.text());
        if operation == "CreateOrder" {
            answer.element("TransactionID").unwrap().clone_into(&mut self.transaction);
        }
        self.written.extend([&transcript(&request, &answer), "\n\n"]);
        self.answers.extend([answer.text(), "\n"]);
        answer
    }

    /// About the transaction at hand.
    #[track_caller]
    fn go_on(&mut self, operation: &str, said: Said<'_>, expected: &str) -> Answer {
        let id = self.transaction.clone();
        self.say(operation, Said { transaction: Some(&id), ..said }, expected)
    }

    /// What was written and what was answered, without what differs from day to day.
    fn finish(self) -> (String, String) {
        let [written, answers] =
            [&self.written, &self.answers].map(|text| without_dates(&text.replace(&self.transaction, "[id]")));
        (written, answers)
    }
}

fn without_dates(text: &str) -> String {
    let is_date =
        |piece: &[u8]| piece.iter().enumerate().all(|(n, b)| if n == 4 || n == 7 { *b == b'-' } else { b.is_ascii_digit() });
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.as_bytes().windows(10).position(is_date) {
        out += &rest[..at];
        out += "[date]";
        rest = &rest[at + 10..];
    }
    out + rest
}

/// An order from the first look at the seller to the last look at the order.
fn an_order(server: &Server, binding: Binding) -> (String, String) {
    let mut talk = Talk::new(server, binding);
    let nothing = Said::default();
    talk.say("GetProfile", nothing, "200");
    talk.say("GetItemDetails", Said { lines: &[("100-SP263", "10", "PK")], ..nothing }, "200");
    let lines = [("100-SP263", "10", "PK"), ("ALT-1", "2", "EA"), ("NIX-9", "1", "EA")];
    talk.say("CreateOrder", Said { lines: &lines, ..nothing }, "200");
    talk.go_on("GetStatus", nothing, "200");
    let all = talk.say("GetStatus", nothing, "200");
    assert_eq!((all.elements("TransactionId"), all.elements("StatusCode")), (vec![talk.transaction.as_str()], vec!["2"]));
    talk.go_on("UpdateOrder", Said { lines: &[("100-SP263", "0", "PK"), ("110-LR28HR", "1", "EA")], ..nothing }, "200");
    talk.go_on("ViewOrder", nothing, "200");
    let finished = talk.go_on("FinishOrder", nothing, "200");
    assert_eq!((finished.element("StatusCode"), finished.element("OrderID")), (Some("100"), Some("1")));
    let status = talk.go_on("GetStatus", nothing, "200");
    assert_eq!(status.elements("StatusCode"), ["100", "100"]);
    talk.go_on("ViewOrder", nothing, "200");
    let again = talk.go_on("FinishOrder", nothing, "430");
    assert_eq!(again.element("OrderID"), Some("1"), "who lost the answer learns the number");
    talk.go_on("UpdateOrder", Said { lines: &[("110-LR28HR", "5", "EA")], ..nothing }, "430");
    talk.go_on("Rollback", nothing, "430");
    talk.finish()
}

#[test]
fn an_order_in_each_binding() {
    let [by_url, by_form, by_xml] = [Binding::Url, Binding::Form, Binding::Xml].map(|binding| an_order(&server(""), binding));
    assert_eq!(by_url.1, by_form.1);
    assert_eq!(by_url.1, by_xml.1);
    crate::harness::assert_snapshot!("an_order_by_url", by_url.0);
    crate::harness::assert_snapshot!("an_order_by_xml", by_xml.0);
}

/// A test goes through all states and orders nothing.
#[test]
fn a_test_order() {
    let server = server("");
    for binding in [Binding::Url, Binding::Xml] {
        let mut talk = Talk::new(&server, binding);
        let test = Said { test: true, ..Said::default() };
        talk.say("CreateOrder", Said { lines: &[("130-KE8", "3", "EA")], ..test }, "200");
        talk.go_on("FinishOrder", Said::default(), "435");
        let finished = talk.go_on("FinishOrder", test, "200");
        assert_eq!((finished.element("StatusCode"), finished.element("IsTest")), (Some("100"), Some("true")));
        if binding == Binding::Url {
            crate::harness::assert_snapshot!(talk.finish().0);
        }
    }
    let mut talk = Talk::new(&server, Binding::Url);
    talk.say("CreateOrder", Said { lines: &[("130-KE8", "3", "EA")], ..Said::default() }, "200");
    assert_eq!(talk.go_on("FinishOrder", Said::default(), "200").element("OrderID"), Some("1"), "the first real order");
}

#[test]
fn rollback() {
    let server = server("");
    for binding in [Binding::Url, Binding::Form, Binding::Xml] {
        let mut talk = Talk::new(&server, binding);
        talk.say("CreateOrder", Said { lines: &[("130-KE8", "3", "EA")], ..Said::default() }, "200");
        let gone = talk.go_on("Rollback", Said::default(), "200");
        assert_eq!(gone.element("StatusCode"), Some("1"), "{}", gone.text());
        for operation in ["Rollback", "GetStatus", "ViewOrder", "FinishOrder"] {
            talk.go_on(operation, Said::default(), "420");
        }
        assert!(talk.say("GetStatus", Said::default(), "200").elements("TransactionId").is_empty());
    }
}

/// Neither seen nor touched, nor told from one that does not exist. veloconnect 19.
#[test]
fn another_buyer_sees_nothing() {
    let server = server("");
    let mut talk = Talk::new(&server, Binding::Url);
    talk.say("CreateOrder", Said { lines: &[("130-KE8", "3", "EA")], ..Said::default() }, "200");
    let id = talk.transaction.clone();
    let other = |operation: &str, id: &str| {
        let rest = format!("&TransactionID={id}&Quantity.130-KE8=9&quantityUnitCode.130-KE8=EA");
        ask(&server, &veloconnect_as("K0815", "geheim2", operation, &rest)).text().replace(id, "[id]")
    };
    for operation in ["GetStatus", "ViewOrder", "UpdateOrder", "FinishOrder", "Rollback"] {
        let answer = other(operation, &id);
        assert!(answer.contains(">420</"), "{answer}");
        assert_eq!(answer, other(operation, "0".repeat(32).as_str()));
    }
    let all = ask(&server, &veloconnect_as("K0815", "geheim2", "GetStatus", ""));
    assert!(all.elements("TransactionId").is_empty(), "{}", all.text());
    let own = talk.go_on("ViewOrder", Said::default(), "200");
    assert_eq!((own.element("StatusCode"), own.element("Quantity")), (Some("2"), Some("3")));
}

#[test]
fn who_is_not_let_in() {
    let server = server("");
    for operation in ["GetProfile", "GetStatus", "CreateOrder", "FinishOrder", "Rollback", "GetItemDetails"] {
        let rest = "&TransactionID=x&SellersItemIdentification=130-KE8&Quantity=1&Quantity.130-KE8=1";
        for (buyer, password, expected) in [
            ("K4711", "falsch", "411"),
            ("K4711", "Geheim", "411"),
            ("K4711", "geheim%20", "411"),
            ("K9999", "geheim", "410"),
            ("k4711", "geheim", "410"),
        ] {
            let answer = ask(&server, &veloconnect_as(buyer, password, operation, rest));
            assert_eq!(code(&answer), expected, "{operation} {buyer} {password}: {}", answer.text());
            assert!(answer.element("Availability").is_none() && answer.element("SellerName").is_none(), "{}", answer.text());
        }
    }
    // OSEO users are no buyers.
    assert_eq!(code(&ask(&server, &veloconnect_as("demo", "demo-secret", "GetProfile", ""))), "410");
    assert!(ask(&server, &veloconnect("GetStatus", "")).elements("TransactionId").is_empty());
}

/// Requests from which no operation can be told: GetStatus, rule 4, in both of its ways.
#[test]
fn unknown_operations() {
    let off = "[veloconnect.modules]\noffer = false\n";
    let (answering, silent) = (server(off), server(&format!("unknown_operation = \"http-404\"\n{off}")));
    let frame = "<BuyersID>K4711</BuyersID><Credential><Password>geheim</Password></Credential>";
    for request in [
        get("/veloconnect"),
        get("/veloconnect?"),
        get("/veloconnect?BuyersID=K4711&Password=geheim"),
        veloconnect("Foo", ""),
        veloconnect("GetStatus", "&RequestName=RollbackRequest"),
        post("/veloconnect", "application/xml", ""),
        post("/veloconnect", "application/xml", "no XML"),
        post(
            "/veloconnect",
            "application/xml",
            format!("<GetStatusResponse xmlns='urn:veloconnect:transaction-1.0'>{frame}</GetStatusResponse>"),
        ),
        post(
            "/veloconnect",
            "text/xml",
            "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body/></s:Envelope>",
        ),
        post(
            "/veloconnect",
            "application/xml",
            "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><GetStatusRequest>&e;</GetStatusRequest>",
        ),
        post("/veloconnect", "application/x-www-form-urlencoded", ""),
    ] {
        let answer = ask(&answering, &request);
        assert!(answer.text().contains("<GetStatusResponse ") && code(&answer) == "405", "{}", answer.text());
        let bare = silent.send(&request);
        assert_eq!((bare.status, bare.header("content-type")), (404, Some("text/plain; charset=utf-8")), "{}", request.target);
        assert!(bare.text().lines().count() == 1 && !bare.text().contains('<'), "{}", bare.text());
    }
    // What is known, but switched off, is answered either way.
    for server in [&answering, &silent] {
        assert_eq!(code(&ask(server, &veloconnect("OfferQuery", ""))), "404");
    }
}

/// veloconnect 6: a client that follows no redirects misses nothing, because there are none, whichever way it asks and
/// however it spells the address.
#[test]
fn nobody_is_sent_elsewhere() {
    let server = server("");
    let order = Said { lines: &[("130-KE8", "1", "EA")], ..Said::default() };
    let mut asked = 0;
    for binding in [Binding::Url, Binding::Form, Binding::Xml] {
        for operation in
            ["GetProfile", "GetStatus", "Rollback", "GetItemDetails", "CreateOrder", "FinishOrder", "OrderInOnlineShop"]
        {
            for path in ["/veloconnect", "/veloconnect/", "//veloconnect", "/Veloconnect", "/veloconnect/nobody", "/"] {
                let mut request = binding.request(operation, order);
                request.target = request.target.replacen("/veloconnect", path, 1);
                for method in [request.method, "PUT", "OPTIONS"] {
                    let answer = server.send(&Request { method, ..request.clone() });
                    let elsewhere = (300..400).contains(&answer.status) || answer.header("location").is_some();
                    assert!(!elsewhere, "{method} {}: {}", request.target, answer.status);
                    asked += u32::from(answer.status == 200);
                }
            }
        }
    }
    assert_eq!(asked, 3 * 7, "each operation is answered where it was asked, in each binding, and nowhere else");
}

/// Parameters as they really arrive.
#[test]
fn sloppy_addresses() {
    let server = server("");
    let prefix = "/veloconnect?RequestName=GetItemDetailsRequest&BuyersID=K4711&Password=geheim";
    for (rest, expected) in [
        ("&SellersItemIdentification=130-KE8&Quantity=1&quantityUnitCode=EA", "200"),
        ("&SellersItemIdentification=100%&Quantity=1", "200"),
        ("&SellersItemIdentification=100%zz%2&Quantity=1", "200"),
        ("&SellersItemIdentification=%00&Quantity=1", "200"),
        ("&SellersItemIdentification=%FF%FE&Quantity=1", "200"),
        ("&&=x&&SellersItemIdentification=130-KE8&Quantity=1&a=b=c&", "200"),
        ("&sellersitemidentification=130-KE8&QUANTITY=1", "200"),
        ("&SellersItemIdentification=130-KE8&SellersItemIdentification=130-KE8", "200"),
        ("&SellersItemIdentification=130-KE8&SellersItemIdentification=100-SP263", "405"),
        ("&SellersItemIdentification=130-KE8&IsTest=maybe", "405"),
        ("&SellersItemIdentification=130-KE8&Quantity=-1", "400"),
        ("&SellersItemIdentification=130-KE8&Quantity=1e400", "405"),
        ("&Quantity=1", "405"),
        ("", "405"),
    ] {
        let answer = ask(&server, &get(&format!("{prefix}{rest}")));
        assert_eq!(code(&answer), expected, "{rest}: {}", answer.text());
        assert!(answer.text().contains("<GetItemDetailsResponse ") || expected == "405", "{rest}: {}", answer.text());
    }
    // A browser's user who types umlauts, and a program that does not encode at all.
    let raw = format!("GET {prefix}&SellersItemIdentification=Gr\u{f6}\u{df}e&Quantity=1 HTTP/1.1\r\nHost: x\r\n\r\n");
    for bytes in [raw.clone().into_bytes(), latin1(&raw)] {
        let mut wire = Wire::connect(server.address);
        let answer = wire.write(&bytes).answer();
        assert!(matches!(answer.status, 200 | 400), "{}", answer.status);
        if answer.status == 200 {
            assert_eq!(answer.element("ID"), Some("Gr\u{f6}\u{df}e"), "{}", answer.text());
        }
    }
    // As long as an address may be, and longer.
    let long = |parameters: usize| get(&format!("{prefix}&SellersItemIdentification=130-KE8{}", "&x=123456".repeat(parameters)));
    assert_eq!(code(&ask(&server, &long(5000))), "200");
    assert_eq!(server.send(&long(20_000)).status, 431);
}

fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

/// What old systems send.
#[test]
fn latin_1_bodies() {
    let server = server("");
    let lines = [("Gr\u{f6}\u{df}e", "1", "EA")];
    let xml = document("GetItemDetails", Said { lines: &lines, ..Said::default() });
    let declared = xml.replace("UTF-8", "iso-8859-1");
    let form =
        "RequestName=GetItemDetailsRequest&BuyersID=K4711&Password=geheim&SellersItemIdentification=Gr\u{f6}\u{df}e&Quantity=1";
    for (content_type, body) in [
        ("application/xml", xml.clone().into_bytes()),
        ("application/xml", latin1(&declared)),
        ("text/xml; charset=iso-8859-1", latin1(&xml)),
        ("application/x-www-form-urlencoded", form.as_bytes().to_vec()),
        ("application/x-www-form-urlencoded", latin1(form)),
    ] {
        let answer = ask(&server, &post("/veloconnect", content_type, body));
        assert_eq!((code(&answer), answer.element("ID")), ("200", Some("Gr\u{f6}\u{df}e")), "{content_type}: {}", answer.text());
    }
    let broken = post("/veloconnect", "application/xml", latin1(&xml));
    assert_eq!(code(&ask(&server, &broken)), "405", "not the encoding that is declared");
}

/// Larger than allowed: the answer still comes, and in XML.
#[test]
fn a_body_of_two_mebibytes() {
    let server = server("");
    let large = format!("{}{}", document("GetStatus", Said::default()), " ".repeat(2 << 20));
    for content_type in ["application/xml", "application/x-www-form-urlencoded"] {
        let answer = server.send(&post("/veloconnect", content_type, large.clone()));
        assert_eq!((answer.status, code(&answer)), (413, "400"), "{}", answer.text());
        assert_eq!(answer.header("content-type"), Some("application/xml; charset=utf-8"));
        assert_valid("veloconnect", answer.text());
        assert!(answer.text().contains("sie hat mehr als 1048576 Bytes"), "{}", answer.text());
    }
    let english = post("/veloconnect", "application/xml", large).header("Accept-Language", "en");
    assert!(server.send(&english).text().contains("did not arrive whole: the request body is larger than 1048576 bytes"));
    assert_eq!(code(&ask(&server, &veloconnect("GetStatus", ""))), "200");
}
