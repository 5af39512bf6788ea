//! Requests to the veloconnect door. It offers as many articles as there can be lines, each under a short number.

use super::{Hard, Way, filled, filled_up_to, repeated};

/// So many articles are offered: `a0`, `a1`, ...
pub(super) const ARTICLES: usize = 20_000;

pub(super) const ALL: &[Hard] = &[
    xml("veloconnect: CreateOrder of as many lines as fit", || order("CreateOrder", "", usize::MAX, "a")),
    xml("veloconnect: CreateOrder of 10,000 lines", || order("CreateOrder", "", 10_000, "a")),
    xml("veloconnect: CreateOrder of 10,000 unknown articles", || order("CreateOrder", "", 10_000, "u")),
    xml("veloconnect: CreateOrder of one article again and again", || order("CreateOrder", "", 10_000, "a1<!---->")),
    xml("veloconnect: UpdateOrder of as many lines as fit", || order("UpdateOrder", OPEN, usize::MAX, "a")),
    xml("veloconnect: UpdateOrder of 10,000 lines", || order("UpdateOrder", OPEN, 10_000, "a")),
    xml("veloconnect: UpdateOrder of 10,000 lines in an order of 10,000", || order("UpdateOrder", LONG, 10_000, "a")),
    xml("veloconnect: UpdateOrder that doubles an order of 10,000 lines", || order("UpdateOrder", LONG, 10_000, "a1")),
    xml("veloconnect: ViewOrder of 10,000 lines", || short("ViewOrder")),
    xml("veloconnect: FinishOrder of 10,000 lines", || short("FinishOrder")),
    xml("veloconnect: GetItemDetailsList of as many entries as fit", || entries(usize::MAX, "a")),
    xml("veloconnect: GetItemDetailsList of 5,000 entries", || entries(5_000, "a")),
    xml("veloconnect: GetItemDetailsList of as many unknown articles as fit", || entries(usize::MAX, "u")),
    xml("veloconnect: GetItemDetailsList of 5,000 unknown articles", || entries(5_000, "u")),
    xml("veloconnect: CreateTextSearch of a long text", || search("xyz", "SearchString")),
    xml("veloconnect: CreateTextSearch of many words", || search("x ", "SearchString")),
    xml("veloconnect: CreateTextSearch of many letters with marks", || search("\u{1E69} ", "SearchString")),
    xml("veloconnect: CreateTextSearch with a long buyer", || search("xyz", "t:BuyersID")),
    xml("veloconnect: CreateOrder of very many elements that mean nothing", || {
        filled_up_to(49_900, &head("CreateOrder", "order-1.1"), |_| "x<y>z</y>".to_owned(), "</CreateOrderRequest>")
    }),
    xml("veloconnect: DeliveryNoteQuery of many orders", || receipts("DeliveryNoteQuery", "OrderID")),
    xml("veloconnect: DeliveryNoteDetails of many ids", || receipts("DeliveryNoteDetails", "DeliveryNoteID")),
    xml("veloconnect: StockTransmitB2B of as many lines as fit", || stock(usize::MAX)),
    xml("veloconnect: StockTransmitB2B of as many lines as are read", || stock(8_000)),
    xml("veloconnect: SaleTransmitB2X of as many lines as fit", || sales(usize::MAX)),
    xml("veloconnect: SaleTransmitB2X of as many lines as are read", || sales(6_000)),
    form("veloconnect: very many parameters", || repeated(FORM, "&a", "")),
    form("veloconnect: very many different parameters", || filled(FORM, |n| format!("&p{n}={n}"), "")),
    form("veloconnect: nothing but separators", || repeated("", "&", "")),
    form("veloconnect: very many parameters of one name", || repeated("", "RequestName=a&", "")),
    form("veloconnect: CreateOrder by parameters", || lines("CreateOrder", usize::MAX)),
    form("veloconnect: CreateOrder of 10,000 lines by parameters", || lines("CreateOrder", 10_000)),
    form("veloconnect: GetItemDetailsList by parameters", || lines("GetItemDetailsList", usize::MAX)),
    form("veloconnect: GetItemDetailsList of 5,000 entries by parameters", || lines("GetItemDetailsList", 5_000)),
    form("veloconnect: a long search by parameters", || repeated(&form_of("CreateTextSearch", "&SearchString="), "x+", "")),
    form("veloconnect: a long value of escapes", || repeated(&form_of("CreateTextSearch", "&SearchString="), "%FC", "")),
    form("veloconnect: a long name of an operation", || repeated("RequestName=", "x", "")),
];

const FORM: &str = "RequestName=CreateOrderRequest&BuyersID=K4711&Password=geheim";
const NS: &str = "xmlns:t=\"urn:veloconnect:transaction-1.0\" \
                  xmlns:a=\"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-1.0\" \
                  xmlns:b=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-1.0\"";
const BUYER: &str = "<t:BuyersID>K4711</t:BuyersID><t:Credential><t:Password>geheim</t:Password></t:Credential>";
const OPEN: &str = "<t:TransactionID>open</t:TransactionID>";
/// An order of 10,000 lines.
const LONG: &str = "<t:TransactionID>long</t:TransactionID>";

const fn xml(name: &'static str, make: fn() -> Vec<u8>) -> Hard {
    Hard::new(name, Way::Veloconnect, make)
}

const fn form(name: &'static str, make: fn() -> Vec<u8>) -> Hard {
    Hard::new(name, Way::Form, make)
}

fn form_of(operation: &str, rest: &str) -> String {
    format!("RequestName={operation}Request&BuyersID=K4711&Password=geheim{rest}")
}

fn head(operation: &str, module: &str) -> String {
    format!("<{operation}Request xmlns=\"urn:veloconnect:{module}\" {NS}>{BUYER}")
}

pub(super) fn order(operation: &str, transaction: &str, most: usize, prefix: &str) -> Vec<u8> {
    let same = prefix.ends_with('>');
    let line = |n: usize| {
        let id = if same { prefix.to_owned() } else { format!("{prefix}{n}") };
        format!(
            "<OrderRequestLine><a:SellersItemIdentification><a:ID>{id}</a:ID></a:SellersItemIdentification>\
             <b:Quantity quantityUnitCode=\"EA\">1</b:Quantity></OrderRequestLine>"
        )
    };
    let most = most.min(ARTICLES);
    filled_up_to(most, &format!("{}{transaction}", head(operation, "order-1.1")), line, &format!("</{operation}Request>"))
}

fn short(operation: &str) -> Vec<u8> {
    format!("{}{LONG}</{operation}Request>", head(operation, "order-1.1")).into_bytes()
}

fn entries(most: usize, prefix: &str) -> Vec<u8> {
    let entry = |n| {
        format!(
            "<RequestEntry><a:SellersItemIdentification><a:ID>{prefix}{n}</a:ID></a:SellersItemIdentification></RequestEntry>"
        )
    };
    filled_up_to(most, &head("GetItemDetailsList", "order-1.1"), entry, "</GetItemDetailsListRequest>")
}

/// One of these elements is long.
fn search(piece: &str, long: &str) -> Vec<u8> {
    let parts = [("t:BuyersID", "K4711"), ("t:Password", "geheim"), ("SearchString", "a")];
    let part = |name: &str, value: &str| {
        let open = if name == "t:Password" { "<t:Credential>" } else { "" };
        let close = if name == "t:Password" { "</t:Credential>" } else { "" };
        format!("{open}<{name}>{value}</{name}>{close}")
    };
    let all: String = parts.iter().map(|(name, value)| part(name, if *name == long { "\0" } else { value })).collect();
    let text = format!(
        "<CreateTextSearchRequest xmlns=\"urn:veloconnect:catalog-1.1\" xmlns:t=\"urn:veloconnect:transaction-1.0\">{all}\
         </CreateTextSearchRequest>"
    );
    let (before, after) = text.split_once('\0').unwrap_or((&text, ""));
    repeated(before, piece, after)
}

fn receipts(operation: &str, element: &str) -> Vec<u8> {
    let line = |n: usize| format!("<{element}>{n}</{element}>");
    filled(&head(operation, "receipt-1.3"), line, &format!("</{operation}Request>"))
}

fn stock(most: usize) -> Vec<u8> {
    let line = |n: usize| {
        format!(
            "<StockTransmitB2BLine><a:SellersItemIdentification><a:ID>{n}</a:ID></a:SellersItemIdentification>\
             <b:Quantity quantityUnitCode=\"EA\">1</b:Quantity><Availability>Available</Availability></StockTransmitB2BLine>"
        )
    };
    let head = format!(
        "{}<CreateDate>2026-03-01T09:30:00Z</CreateDate><Frequence>Complete</Frequence>",
        head("StockTransmitB2B", "stock-B2B-1.4")
    );
    filled_up_to(most, &head, line, "</StockTransmitB2BRequest>")
}

fn sales(most: usize) -> Vec<u8> {
    let line = |n: usize| {
        format!(
            "<SaleTransmitB2XLine><ID>{n}</ID><a:StandardItemIdentification><a:ID>4012345000009</a:ID>\
             </a:StandardItemIdentification><SaleDate>2026-02-10T17:01:59</SaleDate>\
             <Quantity quantityUnitCode=\"EA\">1</Quantity></SaleTransmitB2XLine>"
        )
    };
    let head = format!("{}<CreateDate>2026-03-01T09:30:00Z</CreateDate>", head("SaleTransmitB2X", "sale-B2X-1.6"));
    filled_up_to(most, &head, line, "</SaleTransmitB2XRequest>")
}

fn lines(operation: &str, most: usize) -> Vec<u8> {
    let most = most.min(ARTICLES);
    filled_up_to(most, &form_of(operation, ""), |n| format!("&Quantity.a{n}=1&quantityUnitCode.a{n}=EA"), "")
}
