//! Submit: orders are taken whole, once, and only if they can be.

use std::thread;

use roxmltree::{Document, Node};

use super::customer::{Customer, Way, retrieve, search};
use super::infoset::content;
use super::{BASE, Fault, QUIET, Report, quiet, redacted, small_order, succeeded};
use crate::harness::{Answer, Config, Request, Server, Soap, assert_valid, envelope, found, post, transcript};

/// OSEO 1, 2, 30, 31: the acknowledgement, with the reference where there was one.
#[test]
fn an_order_is_acknowledged() {
    let server = quiet();
    let mut ids = Vec::new();
    for (name, more) in [("", ""), ("_reference", "<os:orderReference> My Ref </os:orderReference>")] {
        for way in Way::ALL {
            let message = small_order(more);
            let answer = succeeded(server.send(&Customer::demo().request(way, &message)));
            ids.push(answer.element("orderId").unwrap().to_owned());
            crate::harness::assert_snapshot!(
                format!("ack{name}_{way}"),
                redacted(&transcript(&way.anonymous(&message), &answer))
            );
        }
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 6, "each order has an id of its own");
}

const EVERY_ELEMENT: &str = include_str!("every_element.xml");

/// What the answer says about order and items that the customer did not.
const OURS: [&str; 4] = ["orderId", "orderStatusInfo", "orderDateTime", "orderItemStatusInfo"];
const SECRETS: [&str; 2] = ["userPassword", "creditCardInfo"];

fn descendant<'a, 'i>(document: &'a Document<'i>, name: &str) -> Node<'a, 'i> {
    document.descendants().find(|n| n.tag_name().name() == name).unwrap()
}

/// OSEO 48, 49, 58, 77: whatever the schema allows comes back as it was sent, but for the secrets; in another
/// envelope, and after the server was started again. The retry of the message then still has its first answer.
#[test]
fn every_element_of_an_order_comes_back() {
    let mut server = Server::serve(&Config::new(QUIET));
    let customer = Customer::demo();
    assert_valid("oseo", EVERY_ELEMENT);
    let submit =
        post("/oseo", "application/xml", EVERY_ELEMENT).header("Authorization", &super::customer::basic("demo", "demo-secret"));
    let id = succeeded(server.send(&submit)).element("orderId").unwrap().to_owned();
    let sent = Document::parse(EVERY_ELEMENT).unwrap();
    let sent = descendant(&sent, "orderSpecification");
    let (order_only, all) = (content(sent, &[SECRETS[0], SECRETS[1], "orderItem"]), content(sent, &SECRETS));
    let mut answers = Vec::new();
    for _ in 0..2 {
        for way in Way::ALL {
            for (presentation, expected) in [("full", &all), ("brief", &order_only)] {
                let answer = succeeded(server.send(&customer.request(way, &retrieve(&id, presentation))));
                let document = Document::parse(answer.text()).unwrap();
                let order = descendant(&document, "orderMonitorSpecification");
                pretty_assert(&content(order, &OURS), expected);
                answers.push(answer.text().to_owned());
            }
        }
        let full = Way::V11;
        let answer = server.send(&customer.request(full, &retrieve(&id, "full")));
        crate::harness::assert_snapshot!("every_element", redacted(&crate::harness::pretty(answer.text())));
        server.kill();
        server.start();
    }
    no_secrets_in(&server, &answers);
}

fn pretty_assert(found: &str, expected: &str) {
    let differs = found.lines().zip(expected.lines()).position(|(f, e)| f != e);
    if let Some(line) = differs {
        let (found, expected) = (found.lines().nth(line), expected.lines().nth(line));
        panic!("line {line} of the infoset is\n{found:?}, expected\n{expected:?}");
    }
    assert_eq!(found.lines().count(), expected.lines().count());
}

/// Neither in an answer, nor in the log, nor in the store.
fn no_secrets_in(server: &Server, answers: &[String]) {
    let mut everything: Vec<Vec<u8>> = answers.iter().map(|a| a.clone().into_bytes()).collect();
    for file in std::fs::read_dir(server.folder()).unwrap() {
        everything.push(std::fs::read(file.unwrap().path()).unwrap());
    }
    everything.push(server.place.contents());
    assert!(everything.len() > answers.len() + 3, "the database, the key, the server's log");
    let contains = |bytes: &[u8], word: &str| bytes.windows(word.len()).any(|w| w == word.as_bytes());
    assert!(everything.iter().any(|f| contains(f, "urn:scene:äöü")), "the order is in one of them");
    for secret in ["sesame-open-twenty-1", "second-secret-word", "4111111111111111", "demo-secret"] {
        assert!(!everything.iter().any(|f| contains(f, secret)), "{secret}");
    }
}

/// OSEO 58: lengths count characters, not bytes or UTF-16 units; one more is too long.
#[test]
fn lengths_count_characters() {
    let (server, customer) = (quiet(), Customer::new(quiet()));
    for c in ["x", "ü", "注", "🛰", "e\u{301}"] {
        let reference = |n: usize| format!("<os:orderReference>{}</os:orderReference>", c.repeat(n / c.chars().count()));
        let id = customer.order(server, &reference(30));
        assert_eq!(customer.search(server, &reference(30)), [id]);
        let answer = server.send(&customer.request(Way::V12, &small_order(&reference(32))));
        let fault = Fault::read(Way::V12, &answer);
        assert_eq!((fault.code.as_str(), fault.locator.as_deref()), ("InvalidParameterValue", Some("orderReference")));
    }
}

/// OSEO 37: a user has so many items open, however they are spread over orders; what is over does not count, and others
/// do not either.
#[test]
fn open_items_are_limited() {
    let server = Server::serve(&Config::new(&format!("[oseo]\nopen_items_max = 2\n{QUIET}")));
    let (customer, other) = (Customer::demo(), Customer::other());
    let first = customer.order(&server, "");
    customer.order(&server, "");
    let refused = |customer: &Customer| Fault::read(Way::V11, &server.send(&customer.request(Way::V11, &small_order(""))));
    let fault = refused(&customer);
    assert_eq!((fault.code.as_str(), fault.locator.as_deref()), ("InvalidParameterValue", Some("orderItem")));
    assert!(
        fault.diagnosis.contains("1 items") && fault.diagnosis.contains("have 2") && fault.diagnosis.contains("at most 2"),
        "{fault}"
    );
    other.order(&server, "");
    customer.ask(&server, &super::cancel::cancel(&first));
    customer.order(&server, "");
    refused(&customer);
}

/// A message with these header blocks, in SOAP 1.1.
fn with_message_id(customer: &Customer, message_id: &str, message: &str) -> Request {
    let header = format!(
        "{}<wsa:MessageID xmlns:wsa=\"http://www.w3.org/2005/08/addressing\">{message_id}</wsa:MessageID>",
        customer.security()
    );
    Soap::V11.request_with(&header, message)
}

#[track_caller]
fn id_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.element("orderId").unwrap().to_owned()
}

/// A client that did not get its answer sends again, and there is still one order.
#[test]
fn a_retry_gets_the_first_answer() {
    let mut server = Server::serve(&Config::new(QUIET));
    let (customer, other) = (Customer::demo(), Customer::other());
    let first = with_message_id(&customer, "urn:uuid:1", &small_order("<os:orderReference>first</os:orderReference>"));
    let again = with_message_id(&customer, " urn:uuid:1\n", &small_order("<os:orderReference>changed</os:orderReference>"));
    let answer = succeeded(server.send(&first));
    assert_eq!(server.send(&first).body, answer.body);
    assert_eq!(server.send(&again).body, answer.body, "the message is the same, so its answer is");
    let of_other = id_of(&server.send(&with_message_id(&other, "urn:uuid:1", &small_order(""))));
    assert_ne!(of_other, id_of(&answer), "another customer's message is another message");
    server.kill();
    server.start();
    assert_eq!(server.send(&first).body, answer.body, "also after a crash");
    assert_eq!(id_of(&server.send(&with_message_id(&other, "urn:uuid:1", &small_order("")))), of_other);
    assert_eq!(customer.search(&server, ""), [id_of(&answer)]);
    // Without an identity of its own, every message is a new one.
    for request in [with_message_id(&customer, "", &small_order("")), customer.request(Way::V11, &small_order(""))] {
        assert_ne!(id_of(&server.send(&request)), id_of(&server.send(&request)));
    }
    assert_eq!(customer.search(&server, "").len(), 5);
}

/// Impatient clients send again while the first message is still worked on.
#[test]
fn simultaneous_retries_are_one_order() {
    let (server, customer) = (quiet(), Customer::new(quiet()));
    for round in 0..3 {
        let request = with_message_id(&customer, &format!("urn:uuid:{round}"), &small_order(""));
        let senders: Vec<_> = (0..6).map(|_| request.clone()).map(|r| thread::spawn(move || id_of(&quiet().send(&r)))).collect();
        let mut ids: Vec<String> = senders.into_iter().map(|s| s.join().unwrap()).collect();
        ids.dedup();
        assert_eq!(ids.len(), 1);
    }
    assert_eq!(customer.search(server, "").len(), 3);
}

/// Somebody else has the order's id meanwhile: it gets another one, and nothing that its message said is missing.
#[test]
fn an_id_that_was_taken_is_left_to_its_order() {
    let server = Server::serve(&Config::new(QUIET));
    let submit =
        post("/oseo", "application/xml", EVERY_ELEMENT).header("Authorization", &super::customer::basic("demo", "demo-secret"));
    let id = || succeeded(server.send(&submit)).element("orderId").unwrap().parse::<i64>().unwrap();
    let first = id();
    let columns = "provider, owner, protocol, kind, reference, priority, submitted_at, status, status_since, status_info, revision, \
                   document, item_count, items";
    server.place.tamper(&format!("insert into orders (id, {columns}) select id + 1, {columns} from orders where id = {first}"));
    let second = id();
    assert_eq!(second, first + 2);
    let [first, second] = [first, second].map(|id| {
        let answer = succeeded(server.send(&Customer::demo().request(Way::V11, &retrieve(&id.to_string(), "full"))));
        content(descendant(&Document::parse(answer.text()).unwrap(), "orderMonitorSpecification"), &OURS)
    });
    pretty_assert(&second, &first);
}

fn items(count: usize) -> String {
    let product = "<os:productId><os:identifier>p</os:identifier></os:productId>";
    let item = |n| format!("<os:orderItem><os:itemId>{n}</os:itemId>{product}</os:orderItem>");
    (0..count).map(item).collect()
}

fn submit(order: &str, after: &str) -> String {
    format!("<os:Submit {BASE}><os:orderSpecification>{order}</os:orderSpecification>{after}</os:Submit>")
}

const NONE: &str = "<os:statusNotification>None</os:statusNotification>";
const PRODUCTS: &str = "<os:orderType>PRODUCT_ORDER</os:orderType>";

fn order_of(ty: &str, item: &str) -> String {
    format!("<os:orderType>{ty}</os:orderType><os:orderItem><os:itemId>1</os:itemId>{item}</os:orderItem>")
}

fn product_of(collection: &str) -> String {
    format!("<os:productId><os:identifier>p</os:identifier><os:collectionId>{collection}</os:collectionId></os:productId>")
}

/// What it is, the message, and the code and locator of its refusal.
type Refused = (&'static str, String, &'static str, &'static str);

fn refused_orders() -> Vec<Refused> {
    let subscription = "<os:subscriptionId><os:collectionId>c</os:collectionId></os:subscriptionId>";
    let tasking = "<os:taskingRequestId><os:ID>urn:t</os:ID></os:taskingRequestId>";
    vec![
        (
            "OSEO 36: a subscription",
            submit(&order_of("SUBSCRIPTION_ORDER", subscription), NONE),
            "SubscriptionNotSupported",
            "orderType",
        ),
        ("OSEO 36: a tasking order", submit(&order_of("TASKING_ORDER", tasking), NONE), "FutureProductNotSupported", "orderType"),
        ("OSEO 36: an unknown type", submit(&order_of("PIZZA_ORDER", subscription), NONE), "InvalidParameterValue", "orderType"),
        (
            "a product order of a subscription",
            submit(&order_of("PRODUCT_ORDER", subscription), NONE),
            "InvalidParameterValue",
            "subscriptionId",
        ),
        (
            "a product order of a task",
            submit(&order_of("PRODUCT_ORDER", tasking), NONE),
            "InvalidParameterValue",
            "taskingRequestId",
        ),
        (
            "an unknown collection",
            submit(&order_of("PRODUCT_ORDER", &product_of("urn:collection:Ours")), NONE),
            "UnsupportedCollection",
            "collectionId",
        ),
        ("OSEO 37: too many items", submit(&format!("{PRODUCTS}{}", items(4)), NONE), "InvalidParameterValue", "orderItem"),
        ("no item", submit(PRODUCTS, NONE), "MissingParameterValue", "orderItem"),
        (
            "two items of one itemId",
            submit(&format!("{PRODUCTS}{}{}", items(1), items(1)), NONE),
            "InvalidParameterValue",
            "itemId",
        ),
        ("an item without a product", submit(&order_of("PRODUCT_ORDER", ""), NONE), "MissingParameterValue", "productId"),
        ("no orderType", submit(&items(1), NONE), "MissingParameterValue", "orderType"),
        ("no statusNotification", submit(&format!("{PRODUCTS}{}", items(1)), ""), "MissingParameterValue", "statusNotification"),
        (
            "an unknown statusNotification",
            submit(&format!("{PRODUCTS}{}", items(1)), "<os:statusNotification>Some</os:statusNotification>"),
            "InvalidParameterValue",
            "statusNotification",
        ),
        (
            "OSEO 38: a quotation",
            format!("<os:Submit {BASE}><os:quotationId>urn:q:1</os:quotationId>{NONE}</os:Submit>"),
            "InvalidParameterValue",
            "quotationId",
        ),
        (
            "elements out of order",
            submit(&format!("{PRODUCTS}<os:priority>STANDARD</os:priority>{}", items(1)), NONE),
            "InvalidParameterValue",
            "priority",
        ),
        (
            "packaging that is no nil",
            submit(&format!("<os:packaging/>{PRODUCTS}{}", items(1)), NONE),
            "InvalidParameterValue",
            "packaging",
        ),
        (
            "a password that is too long",
            submit(
                &format!(
                    "<os:deliveryInformation><os:onlineAddress><os:protocol>ftp</os:protocol><os:serverAddress/><os:userPassword>a-very-long-secret-word</os:userPassword></os:onlineAddress></os:deliveryInformation>{PRODUCTS}{}",
                    items(1)
                ),
                NONE,
            ),
            "InvalidParameterValue",
            "userPassword",
        ),
        (
            "an unknown encoding of options",
            submit(
                &format!(
                    "<os:option><os:ParameterData><os:encoding>JSON</os:encoding><os:values>{{}}</os:values></os:ParameterData></os:option>{PRODUCTS}{}",
                    items(1)
                ),
                NONE,
            ),
            "InvalidParameterValue",
            "encoding",
        ),
        (
            "OSEO 75: another version",
            submit(&format!("{PRODUCTS}{}", items(1)), NONE).replace("version=\"1.0.0\"", "version=\"1.1\""),
            "InvalidParameterValue",
            "version",
        ),
    ]
}

/// OSEO 36, 37, 38, 54: orders that this server, or OSEO, does not take. Nothing of them is kept.
#[test]
fn orders_that_are_refused() {
    let toml = format!("[oseo]\nitems_max = 3\ncollections = [\"urn:collection:ours\"]\n{QUIET}");
    let server = Server::serve(&Config::new(&toml));
    let mut report = Report::default();
    for (title, message, code, locator) in refused_orders() {
        report.line(format_args!(
            "\n## {title}\n{}",
            message.replace(BASE, "...").replace("a-very-long-secret-word", "[password]")
        ));
        for way in Way::ALL {
            let answer = server.send(&Customer::demo().request(way, &message));
            assert!(!answer.text().contains("secret"), "{}", answer.text());
            report.refused(way, &answer, code, Some(locator));
        }
    }
    crate::harness::assert_snapshot!(report.checked());
    assert!(Customer::demo().search(&server, "").is_empty(), "nothing was kept");
    assert!(!server.log().contains("secret"));
    // At the limits, and in the collection that is offered.
    for order in [format!("{PRODUCTS}{}", items(3)), order_of("PRODUCT_ORDER", &product_of("urn:collection:ours"))] {
        succeeded(server.send(&Customer::demo().request(Way::V11, &submit(&order, NONE))));
    }
}

/// The worker takes the order up at once; an order is found with its items from the first moment on.
#[test]
fn a_fresh_order_is_found_at_once() {
    let (server, customer) = (quiet(), Customer::new(quiet()));
    let id = customer.order(server, "");
    let answer = server.send(&customer.request(Way::V11, &search("", "full")));
    let orders = found(&answer);
    assert_eq!((orders.len(), &orders[0].id, orders[0].status.as_str()), (1, &id, "Submitted"));
    assert_eq!(orders[0].items, [("1".to_owned(), "Submitted".to_owned(), String::new())]);
    // Latin-1 and UTF-16 clients are understood as well as UTF-8 ones.
    for (name, encode) in [("ISO-8859-1", latin as fn(&str) -> Vec<u8>), ("UTF-16", utf_16)] {
        let reference = format!("<os:orderReference>Größe {name}</os:orderReference>");
        let message = format!(
            "<?xml version=\"1.0\" encoding=\"{name}\"?>{}",
            envelope(Soap::V11, &customer.security(), &small_order(&reference))
        );
        let answer = succeeded(server.send(&post("/oseo", "text/xml", encode(&message))));
        assert_eq!(answer.element("orderReference"), Some(format!("Größe {name}").as_str()));
        assert_eq!(customer.search(server, &reference).len(), 1);
    }
}

fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

fn utf_16(text: &str) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}
