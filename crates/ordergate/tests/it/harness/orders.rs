//! Orders of both protocols, as customers send them and find them.

use super::{Answer, Request, Server, Soap, eventually, get, get_status};

/// A Submit of products by user `demo`, one item for each id.
pub fn submit(reference: &str, priority: &str, items: &[&str]) -> Request {
    let item = |id: &&str| {
        format!(
            "<os:orderItem><os:itemId>{id}</os:itemId>\
             <os:productId><os:identifier>urn:scene:{id}</os:identifier></os:productId></os:orderItem>"
        )
    };
    let items: String = items.iter().map(item).collect();
    let message = format!(
        "<os:Submit xmlns:os=\"http://www.opengis.net/oseo/1.0\" service=\"OS\" version=\"1.0.0\"><os:orderSpecification>\
         <os:orderReference>{reference}</os:orderReference><os:priority>{priority}</os:priority>\
         <os:orderType>PRODUCT_ORDER</os:orderType>{items}</os:orderSpecification>\
         <os:statusNotification>None</os:statusNotification></os:Submit>"
    );
    Soap::V11.request(&message)
}

/// GetStatus of one order, in full.
pub fn retrieve(id: &str) -> Request {
    let content = format!("<os:orderId>{id}</os:orderId><os:presentation>full</os:presentation>");
    Soap::V11.request(&get_status(&content))
}

/// GetStatus of all orders of `demo` that match, in brief.
pub fn search(criteria: &str) -> Request {
    let content = format!("<os:filteringCriteria>{criteria}</os:filteringCriteria><os:presentation>brief</os:presentation>");
    Soap::V11.request(&get_status(&content))
}

/// Submits, and gives the id of the order.
#[track_caller]
pub fn ordered(server: &Server, request: &Request) -> String {
    let answer = server.send(request);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.element("orderId").unwrap().to_owned()
}

/// What GetStatus says of one order of `demo`.
#[track_caller]
pub fn look(server: &Server, id: &str) -> Found {
    found(&server.send(&retrieve(id))).remove(0)
}

#[track_caller]
pub fn await_status(server: &Server, id: &str, status: &str) -> Found {
    eventually(status, || Some(look(server, id)).filter(|order| order.status == status))
}

/// An order in a GetStatusResponse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub id: String,
    pub reference: String,
    pub status: String,
    /// `additionalStatusInfo` as it stands in the XML, escapes and all.
    pub info: String,
    /// Id, status and information of the items, in the full presentation.
    pub items: Vec<(String, String, String)>,
}

/// All orders of a GetStatusResponse that succeeded.
#[track_caller]
pub fn found(answer: &Answer) -> Vec<Found> {
    assert_eq!((answer.status, answer.element("status")), (200, Some("success")), "{}", answer.text());
    answer.text().split("<os:orderMonitorSpecification>").skip(1).map(order).collect()
}

fn order(text: &str) -> Found {
    let within = |name| text_of(text, name).to_owned();
    let item = |item: &str| {
        (text_of(item, "itemId").to_owned(), text_of(item, "status").to_owned(), text_of(item, "additionalStatusInfo").to_owned())
    };
    let of_order = text_of(text, "orderStatusInfo");
    Found {
        id: within("orderId"),
        reference: within("orderReference"),
        status: text_of(of_order, "status").to_owned(),
        info: text_of(of_order, "additionalStatusInfo").to_owned(),
        items: text.split("<os:orderItem>").skip(1).map(item).collect(),
    }
}

/// The content of the first such element, markup and all; `""` if there is none.
fn text_of<'t>(text: &'t str, name: &str) -> &'t str {
    let Some(start) = text.find(&format!("<os:{name}>")) else { return "" };
    let content = &text[start + name.len() + 5..];
    &content[..content.find(&format!("</os:{name}>")).unwrap_or(0)]
}

/// A veloconnect request of buyer K4711 in the URL binding; `rest` begins with `&` if it is not empty.
pub fn veloconnect(operation: &str, rest: &str) -> Request {
    veloconnect_as("K4711", "geheim", operation, rest)
}

pub fn veloconnect_as(buyer: &str, password: &str, operation: &str, rest: &str) -> Request {
    get(&format!("/veloconnect?RequestName={operation}Request&BuyersID={buyer}&Password={password}{rest}"))
}

/// TOML that lets `serve` offer the articles of the demo.
pub fn demo_articles() -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../veloconnect/src/articles/demo.toml");
    format!("articles = {:?}\n", path.display().to_string())
}

/// The `ResponseCode` of veloconnect.
#[track_caller]
pub fn code(answer: &Answer) -> &str {
    answer.element("ResponseCode").expect("a ResponseCode")
}
