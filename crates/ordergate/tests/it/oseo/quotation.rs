//! GetQuotation, and orders by quotation.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::LazyLock;

use super::customer::{Customer, Way, retrieve};
use super::pricing::pricing_by;
use super::{BASE, QUIET, Report, redacted, succeeded};
use crate::harness::{Answer, Config, Server, eventually, transcript};

fn price_lists() -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/oseo/price_lists");
    format!("[oseo]\ncollections_dir = {:?}\n", folder.display().to_string())
}

/// A server that prices by list, which tests that do not disturb each other share.
fn by_list() -> &'static Server {
    static SERVER: LazyLock<Server> = LazyLock::new(|| {
        Server::shared(&Config::new(&format!("{}[oseo.quotation]\npricing = \"price-list\"\n{QUIET}", price_lists())))
    });
    &SERVER
}

pub(super) fn get_quotation(content: &str) -> String {
    format!("<os:GetQuotation {BASE}>{content}</os:GetQuotation>")
}

/// An order: what stands before `orderType`, and the items, each with what stands before its product, and the product.
pub(super) fn specification(of_order: &str, items: &[(&str, &str)]) -> String {
    let item = |(n, (options, product)): (usize, &(&str, &str))| {
        format!(
            "<os:orderItem><os:itemId>item {}</os:itemId>{options}<os:productId>{product}</os:productId></os:orderItem>",
            n + 1
        )
    };
    let items: String = items.iter().enumerate().map(item).collect();
    format!("<os:orderSpecification>{of_order}<os:orderType>PRODUCT_ORDER</os:orderType>{items}</os:orderSpecification>")
}

fn options(encoding: &str, values: &str) -> String {
    format!(
        "<os:option><os:ParameterData><os:encoding>{encoding}</os:encoding><os:values>{values}</os:values></os:ParameterData></os:option>"
    )
}

fn media(medium: &str) -> String {
    format!(
        "<os:deliveryOptions><os:mediaDelivery><os:packageMedium>{medium}</os:packageMedium></os:mediaDelivery></os:deliveryOptions>"
    )
}

pub(super) const SCENE: &str = "<os:identifier>urn:scene:1</os:identifier>";
const ARCHIVED: &str = "<os:identifier>urn:archive:1</os:identifier>";

fn of(collection: &str) -> String {
    format!("<os:identifier>p</os:identifier><os:collectionId>urn:p:{collection}</os:collectionId>")
}

pub(super) fn submit_by(id: &str) -> String {
    format!(
        "<os:Submit {BASE}><os:quotationId>{id}</os:quotationId><os:statusNotification>None</os:statusNotification></os:Submit>"
    )
}

pub(super) fn by_id(id: &str) -> String {
    get_quotation(&format!("<os:quotationId>{id}</os:quotationId>"))
}

#[track_caller]
pub(super) fn id_of(answer: &Answer) -> String {
    answer.element("quotationId").unwrap_or_else(|| panic!("{}", answer.text())).to_owned()
}

/// A quotation of one scene.
#[track_caller]
pub(super) fn quoted(server: &Server, customer: &Customer, reference: &str) -> String {
    let of_order = format!("<os:orderReference>{reference}</os:orderReference>");
    id_of(&customer.ask(server, &get_quotation(&specification(&of_order, &[("", SCENE)]))))
}

/// OSEO 26: the answer carries the quotation, in every wrapping.
#[test]
fn an_order_is_priced_at_once() {
    let delivery = media("BD");
    let level = options("XMLEncoding", "<level>2A</level>");
    let of_order = format!("<os:orderReference>flood</os:orderReference>{delivery}<os:priority>FAST_TRACK</os:priority>");
    let message = get_quotation(&specification(&of_order, &[(&level, SCENE), ("", ARCHIVED)]));
    for way in Way::ALL {
        let request = Customer::demo().request(way, &message);
        let answer = succeeded(by_list().send(&request));
        if way == Way::Plain {
            crate::harness::assert_snapshot!("quotation", redacted(&transcript(&request, &answer)));
        }
    }
}

/// The price of the order, the price of each group, the prices of its items, and what keeps it from having one.
pub(super) fn told(answer: &Answer) -> String {
    let text = answer.text();
    let Some((head, groups)) = text.split_once("<os:orderItemGroupPrice>") else {
        return answer.element("errorMessage").unwrap_or("no quotation").to_owned();
    };
    let amounts = |text: &str| {
        let values = text.split("<os:value>").skip(1).map(|rest| &rest[..rest.find('<').unwrap()]);
        let units = text.split("<os:currency>").skip(1).map(|rest| &rest[..rest.find('<').unwrap()]);
        values.zip(units).map(|(value, unit)| format!("{value} {unit}")).collect::<Vec<_>>().join(", ")
    };
    let groups: Vec<String> = groups.split("<os:orderItemGroupPrice>").map(|group| format!("[{}]", amounts(group))).collect();
    format!("total {}; {}", amounts(head), groups.join(" "))
}

/// OSEO 26: what is chosen, by item or by order, in either encoding or by default, is what is paid for.
#[test]
fn what_is_ordered_is_what_is_priced() {
    let fast = "<os:priority>FAST_TRACK</os:priority>";
    let xml = |values: &str| options("XMLEncoding", values);
    let (level, fine, all) =
        (xml("<level>2A</level>"), xml("<spacing>2.5e0</spacing>"), options("TextEncoding", "Y,2A,Y,2.5,Y,false"));
    let no_mask = xml("<mask>0</mask>");
    let [open, quota, dollars, unpriced] = ["open", "quota", "dollars", "unpriced"].map(of);
    let (disc, dvd) = (media("BD"), media("DVD"));
    let mut report = String::new();
    for (what, of_order, items) in [
        ("one scene", "", &[("", SCENE)][..]),
        ("two, without a mask", &no_mask, &[("", SCENE), ("", SCENE)]),
        ("fast", fast, &[("", SCENE)]),
        ("level 2A by the order, and what the item says goes before", &level, &[("", SCENE), (&xml("<level>1C</level>"), SCENE)]),
        ("a number written otherwise", "", &[(&fine, SCENE)]),
        ("as text", "", &[(&all, SCENE)]),
        ("on disc, one item on another", &disc, &[("", SCENE), (&dvd, SCENE)]),
        ("two collections", "", &[("", SCENE), ("", ARCHIVED)]),
        ("three tenths", "", &[("", ARCHIVED), ("", ARCHIVED), ("", ARCHIVED)]),
        ("free", "", &[("", &open)]),
        ("free and not", "", &[("", &open), ("", ARCHIVED)]),
        ("by quota", "", &[("", &quota), ("", &quota)]),
        ("by quota, and to be paid", "", &[("", &quota), ("", ARCHIVED)]),
        ("in two currencies", "", &[("", &dollars), ("", ARCHIVED)]),
        ("without a price", "", &[("", ARCHIVED), ("", &unpriced)]),
    ] {
        let answer = Customer::demo().ask(by_list(), &get_quotation(&specification(of_order, items)));
        writeln!(report, "{what}: {}", told(&answer)).unwrap();
    }
    crate::harness::assert_snapshot!(report);
}

/// OSEO 26: an order that Submit refuses has no price either, for the same reason.
#[test]
fn what_cannot_be_ordered_is_not_priced() {
    let mut report = Report::default();
    let bad_level = options("XMLEncoding", "<level>9</level>");
    let unknown = of("none");
    let twice = specification("", &[("", SCENE), ("", SCENE)]).replace("item 2", "item 1");
    for (specification, code, locator) in [
        (specification("", &[(&bad_level, SCENE)]), "InvalidParameterValue", "level"),
        (specification("", &[("", &unknown)]), "UnsupportedCollection", "collectionId"),
        (specification(&media("CD-ROM"), &[("", SCENE)]), "InvalidParameterValue", "packageMedium"),
        (specification("", &[("", SCENE)]).replace("PRODUCT_ORDER", "TASKING_ORDER"), "FutureProductNotSupported", "orderType"),
        (twice, "InvalidParameterValue", "itemId"),
        (String::new(), "MissingParameterValue", "orderSpecification"),
    ] {
        let answer = by_list().send(&Customer::demo().request(Way::V12, &get_quotation(&specification)));
        report.refused(Way::V12, &answer, code, Some(locator));
    }
    crate::harness::assert_snapshot!(report.checked());
}

/// OSEO 28: a quotation is told again by its id, to its customer alone, and whoever lost the answer gets it again.
#[test]
fn a_quotation_is_told_again() {
    let (server, customer) = (by_list(), Customer::new(by_list()));
    let message = get_quotation(&specification("", &[("", SCENE)]));
    let header =
        format!("{}<a:MessageID xmlns:a=\"http://www.w3.org/2005/08/addressing\">urn:uuid:1</a:MessageID>", customer.security());
    let request = crate::harness::Soap::V12.request_with(&header, &message);
    let first = succeeded(server.send(&request));
    assert_eq!(server.send(&request).text(), first.text());
    let again = server.send(&customer.request(Way::V12, &by_id(&id_of(&first))));
    assert_eq!(succeeded(again).text(), first.text());
    // Without a message id each request is one of its own.
    assert_ne!(id_of(&customer.ask(server, &message)), id_of(&first));
    // Nor is it taken for an order.
    let mut report = Report::default();
    let status = server.send(&customer.request(Way::V12, &retrieve(&id_of(&first), "full")));
    report.refused(Way::V12, &status, "InvalidOrderIdentifier", Some("orderId"));
    let foreign = server.send(&Customer::other().request(Way::V12, &by_id(&id_of(&first))));
    report.refused(Way::V12, &foreign, "InvalidParameterValue", Some("quotationId"));
}

/// OSEO 28, 38: an id that is none, in both operations.
#[test]
fn unknown_quotations_are_refused() {
    let mut report = Report::default();
    for id in ["999999999", "017", "urn:example:quotation:9", "99999999999999999999", "-1", ""] {
        for message in [by_id(id), submit_by(id)] {
            let answer = by_list().send(&Customer::demo().request(Way::V11, &message));
            report.refused(Way::V11, &answer, "InvalidParameterValue", Some("quotationId"));
        }
    }
    crate::harness::assert_snapshot!(report.checked());
}

/// OSEO 38: the order is the one that was quoted, and is made once.
#[test]
fn a_quotation_is_ordered_once() {
    let (server, customer) = (by_list(), Customer::new(by_list()));
    let level = options("XMLEncoding", "<level>2A</level>");
    let of_order = format!("<os:orderReference>mine</os:orderReference>{}", media("DVD"));
    let specified = specification(&of_order, &[(&level, SCENE), ("", ARCHIVED)]);
    let id = id_of(&customer.ask(server, &get_quotation(&specified)));
    let ack = customer.ask(server, &submit_by(&id));
    assert_eq!(ack.element("orderReference"), Some("mine"));
    // As if it had been specified.
    let plain = format!("<os:Submit {BASE}>{specified}<os:statusNotification>None</os:statusNotification></os:Submit>");
    let other = customer.ask(server, &plain);
    let status = |ack: &Answer| redacted(customer.ask(server, &retrieve(ack.element("orderId").unwrap(), "full")).text());
    assert_eq!(status(&ack), status(&other));
    assert_ne!(ack.element("orderId"), Some(id.as_str()));
    // A second time it is refused, and says as what it was ordered; the quotation itself can still be looked at.
    let mut report = Report::default();
    let again = server.send(&customer.request(Way::V12, &submit_by(&id)));
    let fault = report.refused(Way::V12, &again, "InvalidParameterValue", Some("quotationId"));
    assert!(fault.diagnosis.contains(&format!("was ordered as order {}", ack.element("orderId").unwrap())), "{fault}");
    assert_eq!(id_of(&customer.ask(server, &by_id(&id))), id);
    let foreign = quoted(server, &Customer::other(), "theirs");
    let answer = server.send(&customer.request(Way::V12, &submit_by(&foreign)));
    report.refused(Way::V12, &answer, "InvalidParameterValue", Some("quotationId"));
}

/// OSEO 38: a Submit that is sent again gets its first answer.
#[test]
fn a_retried_submit_gets_its_first_answer() {
    let (server, customer) = (by_list(), Customer::new(by_list()));
    let id = quoted(server, &customer, "retried");
    let header =
        format!("{}<a:MessageID xmlns:a=\"http://www.w3.org/2005/08/addressing\">urn:uuid:2</a:MessageID>", customer.security());
    let request = crate::harness::Soap::V11.request_with(&header, &submit_by(&id));
    let first = succeeded(server.send(&request));
    assert_eq!(succeeded(server.send(&request)).text(), first.text());
    assert_eq!(customer.search(server, "").len(), 1);
}

/// OSEO 38: of many who order one quotation at once, one does.
#[test]
fn many_submits_of_one_quotation_make_one_order() {
    let (server, customer) = (by_list(), Customer::new(by_list()));
    let id = quoted(server, &customer, "raced");
    let request = customer.request(Way::V11, &submit_by(&id));
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..8).map(|_| scope.spawn(|| server.send(&request))).collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    let (taken, refused): (Vec<&Answer>, Vec<&Answer>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!((taken.len(), refused.len()), (1, 7));
    for answer in refused {
        assert!(answer.text().contains("was ordered as order"), "{}", answer.text());
    }
    assert_eq!(customer.search(server, ""), [taken[0].element("orderId").unwrap()]);
}

/// OSEO 38: approval and limits are those of any order; the collection must still be there.
#[test]
fn an_order_by_quotation_is_an_order_like_any() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.toml");
    std::fs::write(&file, "id = \"urn:c\"\n[price]\ncurrency = \"EUR\"\nper_item = 1\n").unwrap();
    std::fs::write(folder.path().join("d.toml"), "id = \"urn:d\"\n").unwrap();
    let toml = format!(
        "[oseo]\ncollections_dir = {:?}\nopen_items_max = 1\n[oseo.approval]\nproduct = \"operator\"\n\
         [oseo.quotation]\npricing = \"price-list\"\n{QUIET}",
        folder.path().display().to_string()
    );
    let server = Server::serve(&Config::new(&toml));
    let customer = Customer::demo();
    let product = "<os:identifier>p</os:identifier><os:collectionId>urn:c</os:collectionId>";
    let quote = || id_of(&customer.ask(&server, &get_quotation(&specification("", &[("", product)]))));
    let [first, second] = [quote(), quote()];
    let order = customer.ask(&server, &submit_by(&first)).element("orderId").unwrap().to_owned();
    let status = customer.ask(&server, &retrieve(&order, "full"));
    assert!(status.text().contains("awaits approval by an operator"), "{}", status.text());
    let mut report = Report::default();
    let refuse = |report: &mut Report, code, locator| {
        let answer = server.send(&customer.request(Way::V11, &submit_by(&second)));
        report.refused(Way::V11, &answer, code, Some(locator));
    };
    refuse(&mut report, "InvalidParameterValue", "orderItem");
    std::fs::write(&file, "id = \"urn:c\"\nproduct = false\n").unwrap();
    server.signal("HUP");
    eventually("the collection takes no orders", || server.log().contains("collections reloaded").then_some(()));
    refuse(&mut report, "ProductOrderingNotSupported", "orderType");
    std::fs::remove_file(&file).unwrap();
    server.signal("HUP");
    eventually("the collection is gone", || (server.log().matches("collections reloaded").count() == 2).then_some(()));
    refuse(&mut report, "UnsupportedCollection", "collectionId");
}

/// OSEO 29: capabilities, service description and operation say the same of what is offered.
#[test]
fn what_is_configured_is_announced() {
    let capabilities = "<os:GetCapabilities xmlns:os=\"http://www.opengis.net/oseo/1.0\" service=\"OS\"/>";
    let flags = |server: &Server| {
        let answer = Customer::demo().ask(server, capabilities);
        let (_, rest) = answer.text().split_once("<os:GetQuotationCapabilities ").unwrap();
        let listed = answer.text().contains("<ows:Operation name=\"GetQuotation\">");
        let described = server.send(&crate::harness::get("/oseo?wsdl")).text().contains("os:GetQuotationRequest");
        (rest[..rest.find("/>").unwrap()].to_owned(), listed, described)
    };
    let expected = |supported, synchronous, monitoring| {
        format!(
            "supported=\"{supported}\" synchronous=\"{synchronous}\" asynchronous=\"{monitoring}\" monitoring=\"{monitoring}\" off-line=\"false\""
        )
    };
    assert_eq!(flags(by_list()), (expected(true, true, false), true, true));
    assert_eq!(flags(super::quiet()), (expected(false, false, false), false, false));
    assert_eq!(flags(&pricing_by("echo '{}'", "mode = \"monitoring\"").0), (expected(true, false, true), true, true));
    let answer = super::quiet().send(&Customer::demo().request(Way::V11, &get_quotation(&specification("", &[("", SCENE)]))));
    Report::default().refused(Way::V11, &answer, "OperationNotSupported", Some("GetQuotation"));
}

/// What was quoted can be ordered while it is valid, also from a server that gives no quotations any more.
#[test]
fn a_quotation_outlives_the_giving_of_quotations() {
    let (mut server, _folder) = pricing_by("cat > /dev/null; echo '{\"currency\":\"EUR\",\"price\":\"3.50\"}'", "");
    let customer = Customer::demo();
    let (first, second) = (quoted(&server, &customer, "one"), quoted(&server, &customer, "two"));
    server.signal("TERM");
    server.wait();
    server.reconfigure(|toml| {
        let is_pricing = |line: &&str| line.starts_with("pricing =") || line.starts_with("command =");
        toml.lines().filter(|line| !is_pricing(line)).collect::<Vec<_>>().join("\n")
    });
    server.start();
    succeeded(customer.ask(&server, &submit_by(&first)));
    let mut report = Report::default();
    report.refused(
        Way::V12,
        &server.send(&customer.request(Way::V12, &submit_by(&first))),
        "InvalidParameterValue",
        Some("quotationId"),
    );
    let asked = server.send(&customer.request(Way::V12, &by_id(&second)));
    report.refused(Way::V12, &asked, "OperationNotSupported", Some("GetQuotation"));
}

/// One user cannot fill the store with quotations.
#[test]
fn open_quotations_of_one_user_are_limited() {
    let (server, _folder) = pricing_by("cat > /dev/null; echo '{\"currency\":\"EUR\",\"price\":\"3.50\"}'", "open_max = 2");
    let customer = Customer::demo();
    let first = quoted(&server, &customer, "one");
    quoted(&server, &customer, "two");
    let third = get_quotation(&specification("", &[("", SCENE)]));
    let refused = server.send(&customer.request(Way::V12, &third));
    let fault = Report::default().refused(Way::V12, &refused, "NoApplicableCode", None);
    assert!(fault.to_string().contains("has 2 quotations that are open, and may have 2"), "{fault}");
    succeeded(customer.ask(&server, &submit_by(&first)));
    quoted(&server, &customer, "three");
}

/// OSEO 28: price lists are asked in the background too. What is over is forgotten after the configured time; the order stays.
#[test]
fn what_is_over_is_forgotten() {
    let toml =
        format!("{}[oseo.quotation]\npricing = \"price-list\"\nmode = \"monitoring\"\nkeep_days = 0\n{QUIET}", price_lists());
    let mut server = Server::serve(&Config::new(&toml));
    let customer = Customer::demo();
    let [ordered, open] = ["ordered", "open"].map(|reference| quoted(&server, &customer, reference));
    for id in [&ordered, &open] {
        eventually("there is a price", || told(&customer.ask(&server, &by_id(id))).starts_with("total 32.00 EUR").then_some(()));
    }
    let order = customer.ask(&server, &submit_by(&ordered)).element("orderId").unwrap().to_owned();
    server.signal("TERM");
    server.wait();
    server.start();
    eventually("the quotation is forgotten", || {
        let answer = server.send(&customer.request(Way::V11, &by_id(&ordered)));
        answer.text().contains("there is no quotation").then_some(())
    });
    customer.ask(&server, &by_id(&open));
    customer.ask(&server, &retrieve(&order, "brief"));
}
