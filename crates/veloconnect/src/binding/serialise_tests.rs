#![allow(clippy::unwrap_used)]
use ordergate_xml::Position;

use super::*;
use crate::lenient::Lenient;

fn build(query: &str, strict: bool) -> Incoming {
    let lenient = if strict { Lenient::NONE } else { Lenient::default() };
    let parameters = Parameters::parse(&[query.as_bytes()], lenient, usize::MAX);
    let operation = Operation::by_request(parameters.single("RequestName").unwrap().unwrap()).unwrap();
    incoming(operation, Version::of_parameter(parameters.single("version").unwrap_or_default()), &parameters)
}

/// A document as text: `Name@unit=text`, children in brackets.
fn show(node: Node<'_>) -> String {
    let unit = node.attribute("", UNIT).map(|u| format!("@{u}")).unwrap_or_default();
    let children: Vec<_> = node.children().map(show).collect();
    let content = if children.is_empty() { format!("={}", node.text()) } else { format!("({})", children.join(" ")) };
    format!("{}{unit}{content}", node.name())
}

fn after_frame(query: &str, strict: bool) -> String {
    let incoming = build(query, strict);
    let root = incoming.document.root();
    root.children().filter(|c| c.ns() != TRANSACTION_1_0).map(show).collect::<Vec<_>>().join(" ")
}

/// 2.3: numbers are cut at the first dot only; the first mention sets the order; facts may come in any order.
#[test]
fn lines_of_an_order() {
    let query = "RequestName=CreateOrderRequest&quantityUnitCode.A.1=PK&Quantity.B=2&quantity.A.1=10&BuyersItemIdentification.B=77\
                 &BacklogIndicator.B=True&DeliveryDate.B=2027-03-01&quantityUnitCode.B=&Whatever.B=1";
    assert_eq!(
        after_frame(query, false),
        "OrderRequestLine(SellersItemIdentification(ID=A.1) Quantity@PK=10) \
         OrderRequestLine(SellersItemIdentification(ID=B) Quantity=2 BuyersItemIdentification(ID=77) DeliveryDate=2027-03-01 \
         BacklogIndicator=true)"
    );
}

/// 2.3, veloconnect 43: both styles mixed, in the order sent; a repeated plain number is asked for twice.
#[test]
fn entries_of_a_list() {
    let query = "RequestName=GetItemDetailsListRequest&Quantity.A=10&quantityUnitCode.A=PK&SellersItemIdentification=ALT-1\
                 &SellersItemIdentification=NIX-9&Quantity.B=&SellersItemIdentification=ALT-1";
    assert_eq!(
        after_frame(query, false),
        "RequestEntry(SellersItemIdentification(ID=A) Quantity@PK=10) RequestEntry(SellersItemIdentification(ID=ALT-1)) \
         RequestEntry(SellersItemIdentification(ID=NIX-9)) RequestEntry(SellersItemIdentification(ID=B)) \
         RequestEntry(SellersItemIdentification(ID=ALT-1))"
    );
}

/// 13: `True`, `FALSE` and empty values, which strict mode leaves for the schema to refuse.
#[test]
fn sloppy_values_of_the_frame() {
    let frame = |query: &str, strict| {
        let incoming = build(&format!("RequestName=GetStatusRequest&BuyersID=K&Password=p&{query}"), strict);
        incoming.document.root().children().skip(2).map(show).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(frame("IsTest=True", false), "IsTest=true");
    assert_eq!(frame("IsTest=", false), "");
    assert_eq!(frame("IsTest=True", true), "IsTest=True");
    assert_eq!(frame("SellersID=S&version=1.1", false), "SellersID=S");
    assert_eq!(frame("SellersID=S&version=1.3", false), "");
}

/// The first value of a parameter with several is echoed, and the parameter named.
#[test]
fn repeated_parameters() {
    let incoming = build("RequestName=CreateOrderRequest&BuyersID=K&Password=p&Quantity.A=1&Quantity.A=2", false);
    assert_eq!(incoming.problem, Some((ResponseCode::Syntax, Message::Repeated("Quantity.A".into()))));
    assert_eq!(incoming.frame.buyer, "K");
}

/// Whatever the schema finds is said in the words of the URL binding.
#[test]
fn violations_name_parameters() {
    let message = |query: &str, strict| match build(query, strict).problem {
        Some((ResponseCode::Syntax, Message::MissingParameter(name))) => format!("missing {name}"),
        Some((ResponseCode::Syntax, Message::BadParameter(name))) => format!("bad {name}"),
        Some((ResponseCode::Syntax, Message::BadEscape(name))) => format!("escape {name}"),
        other => format!("{other:?}"),
    };
    let frame = "BuyersID=K&Password=p";
    for (query, strict, expected) in [
        ("RequestName=GetStatusRequest".to_owned(), false, "missing BuyersID"),
        ("RequestName=GetStatusRequest&BuyersID=K".to_owned(), false, "missing Password"),
        (format!("RequestName=GetStatusRequest&{frame}&IsTest=maybe"), false, "bad IsTest"),
        (format!("RequestName=GetStatusRequest&{frame}&IsTest=True"), true, "bad IsTest"),
        (format!("RequestName=RollbackRequest&{frame}"), false, "missing TransactionID"),
        (format!("RequestName=CreateOrderRequest&{frame}"), false, "missing Quantity.<SellersItemIdentification>"),
        (format!("RequestName=CreateOrderRequest&{frame}&Quantity.A=1&Quantity.B.2=x"), false, "bad Quantity.B.2"),
        (format!("RequestName=CreateOrderRequest&{frame}&Quantity.A=12,5"), false, "bad Quantity.A"),
        (format!("RequestName=CreateOrderRequest&{frame}&Quantity.A=1&quantityUnitCode.B=EA"), false, "missing Quantity.B"),
        (format!("RequestName=CreateOrderRequest&{frame}&Quantity.A=1&Quantity.B="), false, "missing Quantity.B"),
        (format!("RequestName=CreateOrderRequest&{frame}&Quantity.A=1"), true, "missing quantityUnitCode.A"),
        (format!("RequestName=CreateOrderRequest&{frame}&Quantity.A=1&DeliveryDate.A=soon"), false, "bad DeliveryDate.A"),
        (format!("RequestName=GetItemDetailsRequest&{frame}"), false, "missing SellersItemIdentification"),
        (
            format!("RequestName=GetItemDetailsRequest&{frame}&SellersItemIdentification=A&Quantity=1"),
            true,
            "missing quantityUnitCode",
        ),
        (
            format!("RequestName=GetItemDetailsRequest&{frame}&SellersItemIdentification=100%"),
            true,
            "escape SellersItemIdentification",
        ),
        (format!("RequestName=GetItemDetailsListRequest&{frame}"), false, "missing SellersItemIdentification"),
        (format!("RequestName=GetItemDetailsRequest&{frame}&SellersItemIdentification=100%&Quantity="), false, "None"),
    ] {
        assert_eq!(message(&query, strict), expected, "{query}");
    }
}

#[test]
fn paths_are_followed_as_far_as_they_go() {
    let incoming = build("RequestName=CreateOrderRequest&Quantity.A=1&Quantity.B=x", false);
    let violation = |path: &str| Violation {
        position: Position::default(),
        path: path.into(),
        rule: Rule::Datatype,
        subject: "Quantity".into(),
        message: String::new(),
    };
    let named = |path: &str| explain(&incoming.document, &violation(path));
    assert_eq!(named("/CreateOrderRequest/OrderRequestLine[2]/Quantity"), Message::BadParameter("Quantity.B".into()));
    assert_eq!(named("/CreateOrderRequest/OrderRequestLine/Quantity"), Message::BadParameter("Quantity.A".into()));
    assert_eq!(named("/CreateOrderRequest/OrderRequestLine[9]"), Message::BadParameter("RequestName".into()));
}
