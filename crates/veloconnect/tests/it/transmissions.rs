//! Stock and sales: what retailers transmit, and what they hear of it (section 9).

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use ordergate_engine::transaction::Kind;
use ordergate_engine::{AccountId, ProviderId, Timestamp, TransmissionId};
use ordergate_store::{Batch, KeptLine, KeptQuery, TransmissionQuery};
use ordergate_veloconnect::{Importer, TransmissionOptions};
use serde_json::Value;

use crate::common::{Door, Reply, Transcript, assert_snapshot, door, door_with};

/// K4711.
const BUYER: AccountId = AccountId(1);

const NAMESPACES: &str = "xmlns:t='urn:veloconnect:transaction-1.0' \
    xmlns:a='urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-1.0' \
    xmlns:b='urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-1.0'";

/// A request of one of the four modules, as K4711.
fn request(operation: &str, module: &str, frame: &str, content: &str) -> String {
    format!(
        "<{operation}Request xmlns='urn:veloconnect:{module}' {NAMESPACES}><t:BuyersID>K4711</t:BuyersID><t:Credential>\
         <t:Password>geheim</t:Password></t:Credential>{frame}{content}</{operation}Request>"
    )
}

fn stock(date: &str, frequence: &str, lines: &[(&str, &str)]) -> String {
    let mut content = format!("<CreateDate>{date}</CreateDate><Frequence>{frequence}</Frequence>");
    for (article, quantity) in lines {
        let _ = write!(
            content,
            "<StockTransmitB2BLine><a:SellersItemIdentification><a:ID>{article}</a:ID></a:SellersItemIdentification>\
             <a:BuyersItemIdentification><a:ID>my {article}</a:ID></a:BuyersItemIdentification>\
             <b:Quantity quantityUnitCode='EA'>{quantity}</b:Quantity><Availability>Available</Availability></StockTransmitB2BLine>"
        );
    }
    content
}

fn stock_b2b(frame: &str, content: &str) -> String {
    request("StockTransmitB2B", "stock-B2B-1.4", frame, content)
}

const B2C_LINES: &str = "<CreateDate>2027-02-11T09:00:00Z</CreateDate><Frequence>Incremental</Frequence>\
    <StockTransmitB2CLine><a:StandardItemIdentification><a:ID identificationSchemeID='EAN/UCC-13'>4000000000013</a:ID>\
    </a:StandardItemIdentification><b:Quantity quantityUnitCode='EA'>2</b:Quantity><Availability>Available</Availability>\
    <a:BasePrice><b:PriceAmount amountCurrencyID='EUR'>1299.00</b:PriceAmount></a:BasePrice>\
    <TaxCategory><b:Percent>19.0</b:Percent></TaxCategory><Orderable>1</Orderable><Condition>CO10</Condition></StockTransmitB2CLine>\
    <StockTransmitB2CLine><a:StandardItemIdentification><a:ID identificationSchemeID='EAN/UCC-13'>4000000000013</a:ID>\
    </a:StandardItemIdentification><b:Quantity quantityUnitCode='EA'>1</b:Quantity><Condition>CO20</Condition></StockTransmitB2CLine>\
    <StockTransmitB2CLine><a:ManufacturersItemIdentification><a:ID>X-1</a:ID><a:IssuerParty><a:PartyName><b:Name>Nobody</b:Name>\
    </a:PartyName></a:IssuerParty></a:ManufacturersItemIdentification><MarketPlaceItemIdentification><a:ID>MP-7</a:ID>\
    </MarketPlaceItemIdentification></StockTransmitB2CLine>\
    <StockTransmitB2CLine><Availability>NotAvailable</Availability></StockTransmitB2CLine>";

fn sale(id: &str, quantity: &str) -> String {
    format!(
        "<SaleTransmitB2BLine><ID>{id}</ID><a:SellersItemIdentification><a:ID>130-KE8</a:ID></a:SellersItemIdentification>\
         <QuantityFraction>{quantity}</QuantityFraction><SaleDate>2027-02-10T17:00:00+01:00</SaleDate>\
         <SalesPriceGross amountCurrencyID='EUR'>19.90</SalesPriceGross><SerialNumbers><SerialID kind='FrameNumber'>F1</SerialID>\
         </SerialNumbers><SalesChannel>RETAIL</SalesChannel></SaleTransmitB2BLine>"
    )
}

fn sales(lines: &[String]) -> String {
    let content = format!("<CreateDate>2027-02-11T09:00:00Z</CreateDate>{}", lines.concat());
    request("SaleTransmitB2B", "sale-B2B-1.6", "", &content)
}

const B2X_LINES: &str = "<CreateDate>2027-02-11T09:00:00Z</CreateDate>\
    <SaleTransmitB2XLine><ID>g1</ID><a:StandardItemIdentification><a:ID>4000000000013</a:ID></a:StandardItemIdentification>\
    <SaleDate>2027-02-10T17:00:00Z</SaleDate><Quantity quantityUnitCode='EA'>1.50</Quantity></SaleTransmitB2XLine>\
    <SaleTransmitB2XLine><ID>s1</ID><a:CommodityClassification><a:CommodityCode listID='BIDEX'>900100</a:CommodityCode>\
    </a:CommodityClassification><Description languageID='de'>Inspektion</Description><SaleDate>2027-02-10T17:00:00Z</SaleDate>\
    <SalesPriceNet amountCurrencyID='EUR'>49.00</SalesPriceNet></SaleTransmitB2XLine>\
    <SaleTransmitB2XLine><ID>n1</ID><a:ManufacturersItemIdentification><a:ID>no brand</a:ID></a:ManufacturersItemIdentification>\
    <SaleDate>2027-02-10T17:00:00Z</SaleDate><Quantity quantityUnitCode='EA'>1</Quantity></SaleTransmitB2XLine>";

fn fetch(operation: &str, module: &str, id: &str, start: i64, count: i64, rest: &str) -> String {
    let content = format!("<StartIndex>{start}</StartIndex><Count>{count}</Count>{rest}");
    request(operation, module, &format!("<t:TransactionID>{id}</t:TransactionID>"), &content)
}

fn fetch_b2b(id: &str, start: i64, count: i64, rest: &str) -> String {
    fetch("GetItemStatusStockTransmitB2B", "stock-B2B-1.4", id, start, count, rest)
}

/// Code, StatusCode, StartIndex, Count, TotalCount.
fn numbers(reply: &Reply) -> [String; 5] {
    ["ResponseCode", "StatusCode", "StartIndex", "Count", "TotalCount"].map(|name| reply.value(name))
}

async fn kept(door: &Door, kind: Kind) -> Vec<KeptLine> {
    let provider = ProviderId::DEFAULT;
    let query = KeptQuery { provider, owner: BUYER, kind, since: Timestamp(0), after: None, limit: 100 };
    door.store.kept(&query).await.unwrap()
}

/// Article and quantity of what K4711 has.
async fn in_stock(door: &Door) -> Vec<(String, String)> {
    let facts = |line: KeptLine| {
        let facts: Value = serde_json::from_slice(&line.content.0).unwrap();
        (line.subject, facts["quantity"].as_str().unwrap_or_default().to_owned())
    };
    kept(door, Kind::B2BStock).await.into_iter().map(facts).collect()
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

/// veloconnect 14, 15, 21, 22, 70: each of the four, from the transmission to the end.
#[tokio::test]
async fn transmissions() {
    let door = door().await;
    let mut transcript = Transcript::default();
    let stock = stock("2027-02-11T09:00:00Z", "Complete", &[("130-KE8", "3"), ("NIX-9", "1"), ("ALT-1", "0.50")]);
    let sold = format!("<CreateDate>2027-02-11T09:00:00Z</CreateDate>{}", sale("s-1", "-1.2500"));
    for (transmit, status, module, content) in [
        ("StockTransmitB2B", "GetItemStatusStockTransmitB2B", "stock-B2B-1.4", stock.as_str()),
        ("StockTransmitB2C", "GetItemStatusStockTransmitB2C", "stock-B2C-1.4", B2C_LINES),
        ("SaleTransmitB2B", "GetStatusSaleTransmitB2B", "sale-B2B-1.6", &sold),
        ("SaleTransmitB2X", "GetStatusSaleTransmitB2X", "sale-B2X-1.6", B2X_LINES),
    ] {
        let reply = door.xml(&request(transmit, module, "<t:IsTest>false</t:IsTest>", content)).await;
        transcript.note(transmit, &reply);
        let id = reply.value("TransactionID");
        for (start, count) in [(0, 1), (1, 9), (0, 9)] {
            let reply = door.xml(&fetch(status, module, &id, start, count, "")).await;
            transcript.note(&format!("{status} {start}+{count}"), &reply);
        }
    }
    let all = door.ask("GetStatusRequest", "&version=1.6").await;
    transcript.note("GetStatus", &all);
    assert_snapshot!(transcript.finish());
}

/// veloconnect 70: unknown, of another buyer, of another kind; and what a transaction of another kind says of it.
#[tokio::test]
async fn what_is_fetched_must_be_there() {
    let door = door().await;
    let lines = stock("2027-02-11T09:00:00Z", "Incremental", &[("130-KE8", "3")]);
    let id = door.xml(&stock_b2b("", &lines)).await.value("TransactionID");
    let other = fetch_b2b(&id, 0, 9, "").replace("K4711", "K0815").replace("geheim", "geheim2");
    assert_eq!(door.xml(&other).await.code(), "420");
    let order = door.order("&Quantity.130-KE8=1").await;
    for (status, module) in [
        ("GetItemStatusStockTransmitB2B", "stock-B2B-1.4"),
        ("GetItemStatusStockTransmitB2C", "stock-B2C-1.4"),
        ("GetStatusSaleTransmitB2B", "sale-B2B-1.6"),
        ("GetStatusSaleTransmitB2X", "sale-B2X-1.6"),
    ] {
        let of = |id: &str| fetch(status, module, id, 0, 9, "");
        assert_eq!(numbers(&door.xml(&of("weg")).await), ["420", "1", "0", "0", "0"], "{status}");
        assert_eq!(numbers(&door.xml(&of(&order)).await), ["430", "2", "0", "0", "0"], "{status}");
    }
    let b2c = fetch("GetItemStatusStockTransmitB2C", "stock-B2C-1.4", &id, 0, 9, "");
    assert_eq!(numbers(&door.xml(&b2c).await), ["430", "85", "0", "0", "0"]);
    for operation in ["ViewOrderRequest", "FinishOrderRequest", "RollbackRequest"] {
        let reply = door.ask(operation, &format!("&TransactionID={id}")).await;
        assert_eq!((reply.code().as_str(), reply.value("StatusCode").as_str()), ("430", "85"), "{operation}");
    }
    // veloconnect 25, 73, 72: a mixture changes nothing.
    let test = fetch_b2b(&id, 0, 9, "").replace("<StartIndex>", "<t:IsTest>true</t:IsTest><StartIndex>");
    let reply = door.xml(&test).await;
    assert_eq!((numbers(&reply), reply.value("IsTest")), (["435", "85", "0", "0", "0"].map(str::to_owned), "true".to_owned()));
    let open = fetch_b2b(&id, 0, 9, "<DoNotClose>true</DoNotClose>");
    for _ in 0..2 {
        assert_eq!(numbers(&door.xml(&open).await), ["200", "85", "0", "1", "1"]);
    }
    assert_eq!(numbers(&door.xml(&fetch_b2b(&id, 0, 9, "")).await), ["200", "184", "0", "1", "1"]);
    assert_eq!(numbers(&door.xml(&fetch_b2b(&id, 0, 9, "")).await), ["200", "184", "0", "0", "0"]);
}

/// veloconnect 64 for lines: clamped, and cut to what is told at most; the answer tells the real numbers.
#[tokio::test]
async fn pages() {
    let door = door_with(|o| o.transmissions.result_lines_max = 2).await;
    let articles = ["a", "b", "c", "d", "e"].map(|article| (article, "1"));
    let id = door.xml(&stock_b2b("", &stock("2027-02-11T09:00:00Z", "Complete", &articles))).await.value("TransactionID");
    for (start, count, state, told, articles) in [
        (-3, 99, "85", ["0", "2", "5"], "a b"),
        (1, -1, "85", ["1", "0", "5"], ""),
        (2, 1, "85", ["2", "1", "5"], "c"),
        (99, 1, "184", ["4", "1", "5"], "e"),
    ] {
        let reply = door.xml(&fetch_b2b(&id, start, count, "")).await;
        let [code, status, rest @ ..] = numbers(&reply);
        assert_eq!((code.as_str(), status.as_str(), rest), ("200", state, told.map(str::to_owned)));
        let ids: Vec<String> = reply.values("ID").into_iter().filter(|id| !id.starts_with("my ")).collect();
        assert_eq!(ids.join(" "), articles);
    }
}

/// What a buyer has is what he transmitted last, by the time that he says.
#[tokio::test]
async fn stock_is_replaced_and_merged_by_its_date() {
    let door = door().await;
    let send = async |date: &str, frequence: &str, lines: &[(&str, &str)]| {
        let reply = door.xml(&stock_b2b("", &stock(&format!("2027-02-{date}Z"), frequence, lines))).await;
        assert_eq!((reply.code().as_str(), reply.value("StatusCode").as_str()), ("200", "85"), "{reply}");
    };
    send("05T12:00:00", "Complete", &[("a", "1"), ("b", "1"), ("b", "2")]).await;
    assert_eq!(in_stock(&door).await, pairs(&[("a", "1"), ("b", "2")]));
    send("06T12:00:00", "Incremental", &[("b", "3"), ("c", "3")]).await;
    assert_eq!(in_stock(&door).await, pairs(&[("a", "1"), ("b", "3"), ("c", "3")]));
    // Older, and late.
    send("05T18:00:00", "Incremental", &[("a", "4"), ("b", "4"), ("d", "4")]).await;
    assert_eq!(in_stock(&door).await, pairs(&[("a", "4"), ("b", "3"), ("c", "3"), ("d", "4")]));
    // Complete, but older than some of what is there.
    send("06T06:00:00", "Complete", &[("b", "5"), ("e", "5")]).await;
    assert_eq!(in_stock(&door).await, pairs(&[("b", "3"), ("c", "3"), ("e", "5")]));
    // What came before the latest complete one says nothing any more; at the same time, the later does.
    send("06T05:00:00", "Incremental", &[("a", "6"), ("e", "6")]).await;
    send("06T05:00:00", "Complete", &[("a", "6")]).await;
    send("06T06:00:00", "Incremental", &[("e", "7")]).await;
    assert_eq!(in_stock(&door).await, pairs(&[("b", "3"), ("c", "3"), ("e", "7")]));
}

/// A sale is there once, however often it is sent; the next one is another.
#[tokio::test]
async fn sales_are_appended_once() {
    let door = door().await;
    for lines in [vec![sale("1", "1"), sale("2", "2"), sale("1", "9")], vec![sale("2", "9"), sale("3", "0.5")]] {
        assert_eq!(door.xml(&sales(&lines)).await.value("StatusCode"), "85");
    }
    let facts = kept(&door, Kind::B2BSale).await.into_iter().map(|line| {
        let facts: Value = serde_json::from_slice(&line.content.0).unwrap();
        (line.subject, facts["quantity"].as_str().unwrap().to_owned())
    });
    assert_eq!(facts.collect::<Vec<_>>(), pairs(&[("1", "1"), ("2", "2"), ("3", "0.5")]));
    assert!(kept(&door, Kind::B2XSale).await.is_empty());
}

/// veloconnect 71, 74: a test is answered alike, and nothing comes of it.
#[tokio::test]
async fn nothing_comes_of_a_test() {
    let door = door().await;
    let lines = stock("2027-02-11T09:00:00Z", "Complete", &[("130-KE8", "3")]);
    door.xml(&stock_b2b("", &lines)).await;
    let lines = stock("2027-02-11T09:30:00Z", "Complete", &[("NIX-9", "3")]);
    let reply = door.xml(&stock_b2b("<t:IsTest>true</t:IsTest>", &lines)).await;
    assert_eq!((reply.value("StatusCode").as_str(), reply.value("IsTest").as_str()), ("85", "true"));
    let test = fetch_b2b(&reply.value("TransactionID"), 0, 9, "").replace("<StartIndex>", "<t:IsTest>1</t:IsTest><StartIndex>");
    let fetched = door.xml(&test).await;
    assert_eq!(
        (numbers(&fetched), fetched.value("Available")),
        (["200", "184", "0", "1", "1"].map(str::to_owned), "false".into())
    );
    assert_eq!(in_stock(&door).await, pairs(&[("130-KE8", "3")]));
}

/// Polls until the transaction is in this state.
async fn await_state(door: &Door, id: &str, state: &str) {
    for _ in 0..1000 {
        if door.ask("GetStatusRequest", &format!("&TransactionID={id}")).await.value("StatusCode") == state {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("transaction {id} never came to state {state}");
}

fn importer(door: &Door, options: &TransmissionOptions) -> Importer {
    let articles = Arc::new(ordergate_veloconnect::demo_articles());
    let articles = [(ProviderId::DEFAULT, articles as _)].into();
    Importer::start(Arc::clone(&door.store), door.clock(), articles, options)
}

/// veloconnect 70: a long one is imported after the answer, by whoever is there; until then nothing is told of it.
#[tokio::test]
async fn long_transmissions_are_imported_in_the_background() {
    let door = door_with(|o| o.transmissions.import_at_once_max = 1).await;
    let options = TransmissionOptions::default();
    door.xml(&stock_b2b("", &stock("2027-02-11T08:00:00Z", "Incremental", &[("old", "1")]))).await;
    let articles: Vec<String> = (0..1201).map(|n| format!("x-{n:04}")).collect();
    let mut lines: Vec<(&str, &str)> = articles.iter().map(|article| (article.as_str(), "1")).collect();
    lines.push(("130-KE8", "2"));
    let reply = door.xml(&stock_b2b("", &stock("2027-02-11T09:00:00Z", "Complete", &lines))).await;
    assert_eq!((reply.code().as_str(), reply.value("StatusCode").as_str()), ("200", "84"));
    let id = reply.value("TransactionID");
    assert_eq!(numbers(&door.xml(&fetch_b2b(&id, 0, 9, "")).await), ["200", "84", "0", "0", "0"]);
    assert_eq!(in_stock(&door).await, pairs(&[("old", "1")]));
    // Two at once: one of them imports it.
    let (one, other) = (importer(&door, &options), importer(&door, &options));
    await_state(&door, &id, "85").await;
    one.stop().await;
    other.stop().await;
    let told = door.xml(&fetch_b2b(&id, 1200, 9, "")).await;
    assert_eq!(
        (numbers(&told), told.values("Available")),
        (["200", "184", "1200", "2", "1202"].map(str::to_owned), vec!["false".to_owned(), "true".to_owned()],)
    );
    let query = KeptQuery {
        provider: ProviderId::DEFAULT,
        owner: BUYER,
        kind: Kind::B2BStock,
        since: Timestamp(0),
        after: None,
        limit: 9999,
    };
    let kept = door.store.kept(&query).await.unwrap();
    assert_eq!(kept.len(), 1202, "what was there before is no more");
    assert!(kept.iter().all(|line| line.is_known == Some(line.subject == "130-KE8")));
}

/// By URL these operations are not there: what is missing is said, and not that the operation is unknown.
#[tokio::test]
async fn by_url_they_are_refused() {
    let door = door().await;
    let rest = "&TransactionID=t&StartIndex=0&Count=1&version=1.6";
    for name in ["StockTransmitB2B", "StockTransmitB2C", "SaleTransmitB2B", "SaleTransmitB2X"] {
        let status = if name.starts_with("Stock") { format!("GetItemStatus{name}") } else { format!("GetStatus{name}") };
        for operation in [name, &status] {
            let reply = door.ask(&format!("{operation}Request"), rest).await;
            assert_eq!((reply.code().as_str(), reply.root().name()), ("405", format!("{operation}Response").as_str()));
            assert!(reply.value("ResponseMessage").contains("XML-POST"), "{reply}");
        }
    }
}

/// What cannot be is refused as a whole, and nothing is stored; what cannot be used of it is left out, and said.
#[tokio::test]
async fn bad_transmissions() {
    let door = door_with(|o| o.transmissions.lines_max = 2).await;
    let now = "2027-02-11T09:00:00Z";
    let many = stock(now, "Complete", &[("a", "1"), ("b", "1"), ("c", "1")]);
    let too_long = "x".repeat(600);
    for (content, code, words) in [
        (many, "400", "2 Zeilen"),
        (stock("2027-02-12T10:00:01Z", "Complete", &[("a", "1")]), "400", "Zukunft"),
        (stock("2027-02-30T10:00:01Z", "Complete", &[("a", "1")]), "405", "CreateDate"),
        (stock("12027-02-12T10:00:01Z", "Complete", &[("a", "1")]), "400", "Zeitpunkt"),
        (stock(now, "Sometimes", &[("a", "1")]), "405", "Frequence"),
        (stock(now, "Complete", &[("a", "viel")]), "405", "Quantity"),
        (stock(now, "Complete", &[]), "405", "StockTransmitB2BLine"),
        (stock(now, "Complete", &[("", "1"), (&too_long, "1")]), "200", "2 Zeilen wurden nicht übernommen, zuerst Zeile 1"),
    ] {
        let reply = door.xml(&stock_b2b("", &content)).await;
        assert_eq!(reply.code(), code, "{reply}");
        assert!(reply.value("ResponseMessage").contains(words), "{reply}");
        assert_eq!(reply.value("TransactionID").is_empty(), code != "200");
    }
    let provider = ProviderId::DEFAULT;
    let query = TransmissionQuery { provider, owner: BUYER, after: (Timestamp(0), TransmissionId(0)), limit: 9 };
    let stored = door.store.transmissions(&query).await.unwrap();
    assert_eq!(stored.iter().map(|t| (t.lines, t.left_out)).collect::<Vec<_>>(), [(0, 2)]);
    assert_eq!(door.store.transmitted_lines(stored[0].id, 0, 9).await.unwrap().len(), 2, "nothing is lost");
    // Nothing to fetch: the first question ends it.
    let id = &stored[0].key.id.0;
    assert_eq!(numbers(&door.xml(&fetch_b2b(id, 0, 9, "")).await), ["200", "184", "0", "0", "0"]);
}

/// veloconnect 33, 39: both as Transaction and as Operation, by XML-POST only, in the versions that have the words.
#[tokio::test]
async fn the_profile_lists_them() {
    let door = door().await;
    for (version, names) in [("1.1", ""), ("1.4", "Stock"), ("1.5", "Stock"), ("1.6", "StockSale")] {
        let profile = door.ask("GetProfileRequest", &format!("&version={version}")).await;
        for module in ["Stock", "Sale"] {
            for what in if module == "Stock" { ["B2B", "B2C"] } else { ["B2B", "B2X"] } {
                let name = format!("{module}Transmit{what}");
                let entries = profile
                    .root()
                    .descendants()
                    .filter(|n| n.name() == "Implements" && n.children().next().is_some_and(|c| c.text() == name));
                let listed: Vec<String> = entries
                    .map(|n| n.children().map(|c| format!("{} {}", c.name(), c.text())).collect::<Vec<_>>().join(", "))
                    .collect();
                let both = ["Transaction", "Operation"].map(|kind| format!("{kind} {name}, Binding XML-POST-S"));
                assert_eq!(listed, if names.contains(module) { both.to_vec() } else { Vec::new() }, "{version} {name}");
            }
        }
    }
}

/// What nobody fetches, and what is old, is forgotten; what is being imported is not.
#[tokio::test]
async fn what_is_old_is_forgotten() {
    let door = door_with(|o| o.transmissions.import_at_once_max = 1).await;
    let now = "2027-02-11T09:00:00Z";
    let done = door.xml(&stock_b2b("", &stock(now, "Complete", &[("a", "1")]))).await.value("TransactionID");
    let waiting = door.xml(&stock_b2b("", &stock(now, "Complete", &[("a", "1"), ("b", "1")]))).await.value("TransactionID");
    door.xml(&sales(&[sale("1", "1")])).await;
    let state = async |id: &str| door.ask("GetStatusRequest", &format!("&TransactionID={id}")).await.value("StatusCode");
    let mut left = Vec::new();
    for days in [6, 2, 83, 300, 400] {
        door.pass_days(days);
        let mut batch = Batch::new();
        batch.push(TransmissionOptions::default().expiry(door.now()));
        door.store.commit(batch).await.unwrap();
        let provider = ProviderId::DEFAULT;
        let query = TransmissionQuery { provider, owner: BUYER, after: (Timestamp(0), TransmissionId(0)), limit: 9 };
        let (transmissions, stock, sales) = (
            door.store.transmissions(&query).await.unwrap().len(),
            kept(&door, Kind::B2BStock).await.len(),
            kept(&door, Kind::B2BSale).await.len(),
        );
        left.push((state(&done).await, state(&waiting).await, transmissions, stock, sales));
    }
    let row = |done: &str, waiting: &str, numbers: [usize; 3]| {
        (done.to_owned(), waiting.to_owned(), numbers[0], numbers[1], numbers[2])
    };
    assert_eq!(
        left,
        [
            row("85", "84", [3, 1, 1]),
            row("", "84", [3, 1, 1]),
            row("", "84", [1, 1, 1]),
            row("", "84", [1, 0, 1]),
            row("", "84", [1, 0, 0]),
        ]
    );
}
