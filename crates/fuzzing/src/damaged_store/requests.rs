//! What fills a store, and what is asked of it afterwards.

use std::time::{Duration, Instant};

use ordergate_oseo::schema::OS;

use crate::http_output::Answer;
use crate::site::Site;

const OPERATOR: &str = "X-User: chief\r\nX-Roles: operator";
const CUSTOMER: &str = "X-User: demo\r\nX-Groups: north";
const BUYER: &str = "X-User: K4711";
const WORKER: &str = "Authorization: Bearer token";

/// An article of the demo's.
const ARTICLE: &str = "100-SP263";

/// A request that can be sent again and again.
pub(super) struct Request {
    line: String,
    header: &'static str,
    pub(super) body: String,
}

impl Request {
    fn new(line: &str, header: &'static str, body: impl Into<String>) -> Self {
        Self { line: line.to_owned(), header, body: body.into() }
    }

    fn oseo(operation: &str, content: &str) -> Self {
        let body = format!("<os:{operation} xmlns:os=\"{OS}\" service=\"OS\" version=\"1.0.0\">{content}</os:{operation}>");
        Self::new("POST /oseo", CUSTOMER, body)
    }

    fn form(operation: &str, rest: &str) -> Self {
        let line = format!("GET /veloconnect?RequestName={operation}Request&BuyersID=K4711&Password=x{rest}");
        Self::new(&line, BUYER, "")
    }

    /// A message of one of the four kinds of transmissions.
    fn channel(name: &str, namespace: &str, content: &str) -> Self {
        let body = format!(
            "<v:{name}Request xmlns:v=\"urn:veloconnect:{namespace}\" xmlns:vct=\"urn:veloconnect:transaction-1.0\" \
             xmlns:cac=\"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-1.0\" \
             xmlns:cbc=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-1.0\">\
             <vct:BuyersID>K4711</vct:BuyersID><vct:Credential><vct:Password>x</vct:Password></vct:Credential>{content}</v:{name}Request>"
        );
        Self::new("POST /veloconnect", BUYER, body)
    }

    pub(super) fn ask(&self, site: &Site) -> Answer {
        site.ask(&self.line, self.header, &self.body)
    }

    /// What must work while nothing is damaged.
    fn done(&self, site: &Site) -> Answer {
        let answer = self.ask(site);
        let text = answer.text();
        let refused = text.contains("<vct:ResponseCode>4") || text.contains("<vct:ResponseCode>5");
        assert!(answer.status == 200 && !refused, "{} {}\n{}\n{text}", self.line, self.body, answer.status);
        answer
    }
}

/// Fills the store, and gives what can be asked about everything in it. The first question changes nothing.
pub(super) fn fill(site: &Site) -> Vec<Request> {
    let mut questions = oseo(site);
    questions.extend(veloconnect(site));
    questions.extend(others());
    questions
}

fn oseo(site: &Site) -> Vec<Request> {
    let item = |more: &str| format!("<os:orderItem><os:itemId>1</os:itemId>{more}</os:orderItem>");
    let product = "<os:productId><os:identifier>p</os:identifier><os:collectionId>urn:any</os:collectionId></os:productId>";
    let order = |kind: &str, item: &str| {
        format!(
            "<os:orderSpecification><os:orderReference>ref</os:orderReference><os:orderType>{kind}</os:orderType>{item}</os:orderSpecification>"
        )
    };
    let submit = |kind: &str, item: &str| {
        let content = order(kind, item) + "<os:statusNotification>None</os:statusNotification>";
        Request::oseo("Submit", &content).done(site).element("orderId")
    };
    let watched = format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:w=\"http://www.w3.org/2005/08/addressing\" \
         xmlns:os=\"{OS}\"><s:Header><w:MessageID>urn:uuid:1</w:MessageID><w:ReplyTo><w:Address>https://127.0.0.9:9/</w:Address></w:ReplyTo>\
         <w:Action>Submit</w:Action></s:Header><s:Body><os:Submit service=\"OS\" version=\"1.0.0\">{}\
         <os:statusNotification>All</os:statusNotification></os:Submit></s:Body></s:Envelope>",
        order("PRODUCT_ORDER", &item(product))
    );
    let watched = Request::new("POST /oseo", CUSTOMER, watched).done(site).element("orderId");
    let one = submit("PRODUCT_ORDER", &item(product));
    let many: String = (1..40).map(|n| item(product).replacen(">1<", &format!(">i{n}<"), 1)).collect();
    let long = submit("PRODUCT_ORDER", &many);
    let subscribed = "<os:subscriptionId><os:collectionId>urn:s</os:collectionId></os:subscriptionId>";
    let standing = submit("SUBSCRIPTION_ORDER", &item(subscribed));
    let feed = "{\"collection\":\"urn:s\",\"identifier\":\"urn:p:1\",\"result\":\"https://x.example/1\"}\n";
    Request::new("POST /feed/oseo", WORKER, feed).done(site);
    let priced = "<os:itemId>1</os:itemId><os:productId><os:identifier>p</os:identifier><os:collectionId>urn:c</os:collectionId></os:productId>";
    let quotation = Request::oseo("GetQuotation", &order("PRODUCT_ORDER", &format!("<os:orderItem>{priced}</os:orderItem>")));
    let quoted = quotation.done(site).element("quotationId");
    let id = |id: &str| format!("<os:orderId>{id}</os:orderId>");
    let mut questions = Vec::new();
    for order in [&one, &long, &watched, &standing] {
        questions.push(Request::oseo("GetStatus", &format!("{}<os:presentation>full</os:presentation>", id(order))));
        questions.push(Request::oseo("DescribeResultAccess", &(id(order) + "<os:subFunction>allReady</os:subFunction>")));
        questions.push(Request::new(&format!("GET /operator/oseo/orders/{order}"), OPERATOR, ""));
    }
    questions.push(Request::oseo("GetStatus", "<os:filteringCriteria/><os:presentation>full</os:presentation>"));
    let by_reference = "<os:filteringCriteria><os:orderReference>ref</os:orderReference></os:filteringCriteria><os:presentation>brief</os:presentation>";
    questions.push(Request::oseo("GetStatus", by_reference));
    questions.push(quotation);
    questions.push(Request::oseo("GetQuotation", &format!("<os:quotationId>{quoted}</os:quotationId>")));
    questions.push(Request::oseo(
        "Submit",
        &format!("<os:quotationId>{quoted}</os:quotationId><os:statusNotification>None</os:statusNotification>"),
    ));
    questions.push(Request::new("POST /feed/oseo", WORKER, feed.replace(":1\"", ":2\"")));
    questions.push(Request::oseo("Cancel", &(id(&standing) + "<os:statusNotification>None</os:statusNotification>")));
    questions.push(Request::new("POST /oseo", CUSTOMER, questions[0].body.clone()));
    questions
}

fn veloconnect(site: &Site) -> Vec<Request> {
    let line = format!("&Quantity.{ARTICLE}=2&quantityUnitCode.{ARTICLE}=PK");
    let id = |answer: Answer| answer.element("TransactionID");
    let open = id(Request::form("CreateOrder", &line).done(site));
    let finished = id(Request::form("CreateOrder", &line).done(site));
    Request::form("FinishOrder", &format!("&TransactionID={finished}")).done(site);
    let search = id(Request::form("CreateTextSearch", "&SearchString=a").done(site));
    let mut questions = transmissions(site);
    let documents = serde_json::json!([
        { "kind": "orderConfirmation", "buyer": "K4711", "id": "AB-1", "issued": "2026-03-02", "currency": "EUR", "lines": [receipt_line()] },
        { "kind": "invoice", "buyer": "K4711", "id": "RE-1", "issued": "2026-03-05", "currency": "EUR", "grossSum": "119.00", "netSum": "100.00",
          "vat": [{ "percent": "19", "taxable": "100.00", "amount": "19.00" }], "lines": [receipt_line()] },
    ])
    .to_string();
    Request::new("POST /erp/veloconnect/documents", WORKER, documents.clone()).done(site);
    for transaction in [&open, &finished, &search] {
        questions.push(Request::form("GetStatus", &format!("&TransactionID={transaction}")));
    }
    questions.push(Request::form("GetStatus", ""));
    for transaction in [&open, &finished] {
        questions.push(Request::form("ViewOrder", &format!("&TransactionID={transaction}")));
        questions.push(Request::form("UpdateOrder", &format!("&TransactionID={transaction}{line}")));
        questions.push(Request::form("FinishOrder", &format!("&TransactionID={transaction}")));
    }
    questions
        .push(Request::form("SearchResult", &format!("&TransactionID={search}&StartIndex=0&Count=5&ResultFormat=ITEM_DETAIL")));
    questions.push(Request::form("GetItemDetails", &format!("&SellersItemIdentification.ID={ARTICLE}")));
    questions.push(Request::new("POST /erp/veloconnect/documents", WORKER, documents.replace("-1\"", "-2\"")));
    questions
}

/// Stock and a sale, and what became of them.
fn transmissions(site: &Site) -> Vec<Request> {
    let stock = "<v:CreateDate>2026-02-11T09:30:00+01:00</v:CreateDate><v:Frequence>Complete</v:Frequence><v:StockTransmitB2BLine>\
                 <cac:SellersItemIdentification><cac:ID>100-SP263</cac:ID></cac:SellersItemIdentification>\
                 <cbc:Quantity quantityUnitCode=\"EA\">3.5</cbc:Quantity><v:Availability>LimitedAvailable</v:Availability></v:StockTransmitB2BLine>";
    let sale = "<v:CreateDate>2026-02-11T09:30:00+01:00</v:CreateDate><v:SaleTransmitB2XLine><v:ID>s-1</v:ID><cac:CommodityClassification>\
                <cac:CommodityCode>x</cac:CommodityCode></cac:CommodityClassification><v:Description>Service</v:Description>\
                <v:SaleDate>2026-02-10T17:01:59</v:SaleDate><v:Quantity quantityUnitCode=\"HUR\">1</v:Quantity>\
                <v:DocumentNumber>R 1</v:DocumentNumber>\
                <v:SalesPriceNet amountCurrencyID=\"EUR\">99.95</v:SalesPriceNet></v:SaleTransmitB2XLine>";
    let channels = [
        ("StockTransmitB2B", "GetItemStatusStockTransmitB2B", "stock-B2B-1.4", stock),
        ("SaleTransmitB2X", "GetStatusSaleTransmitB2X", "sale-B2X-1.6", sale),
    ];
    let question = |(transmit, fetch, namespace, lines): (&str, &str, &str, &str)| {
        let sent = Request::channel(transmit, namespace, lines).done(site).element("TransactionID");
        await_imported(site, &sent);
        let window = "<v:StartIndex>0</v:StartIndex><v:Count>10</v:Count><v:DoNotClose>true</v:DoNotClose>";
        let fetch = Request::channel(fetch, namespace, &format!("<vct:TransactionID>{sent}</vct:TransactionID>{window}"));
        assert!(fetch.done(site).text().contains("ResponseLine>"));
        fetch
    };
    channels.into_iter().map(question).collect()
}

/// State 85.
fn await_imported(site: &Site, transaction: &str) {
    let state = Request::form("GetStatus", &format!("&TransactionID={transaction}"));
    let begin = Instant::now();
    while state.ask(site).element("StatusCode") != "85" {
        assert!(begin.elapsed() < Duration::from_secs(30), "transmission {transaction} was never imported");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn receipt_line() -> serde_json::Value {
    serde_json::json!({ "id": "1", "quantity": "200", "unit": "EA", "unitPrice": 1, "linePrice": 200,
        "item": { "article": ARTICLE, "description": "Spokes" } })
}

fn others() -> Vec<Request> {
    let mut questions: Vec<Request> = ["oseo", "veloconnect"]
        .into_iter()
        .flat_map(|protocol| {
            [
                Request::new(&format!("GET /operator/{protocol}/orders?limit=100"), OPERATOR, ""),
                Request::new(&format!("POST /work/{protocol}/claim"), WORKER, r#"{"limit":100,"lease_seconds":1}"#),
            ]
        })
        .collect();
    questions.push(Request::new("POST /operator/oseo/queue/pause", OPERATOR, r#"{"collection":"urn:c","reason":"no disk"}"#));
    questions.push(Request::new("GET /health/ready", OPERATOR, ""));
    questions.push(Request::new("GET /metrics", OPERATOR, ""));
    questions
}
