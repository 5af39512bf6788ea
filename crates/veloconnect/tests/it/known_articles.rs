//! Whether the seller has what retailers transmit, by whatever number they know it: the same of articles from a file and of
//! those from the store.

use std::sync::Arc;

use ordergate_engine::{ProviderId, Timestamp};
use ordergate_store::{Batch, CatalogueId, CatalogueWrite, NewArticle, SharedStore, Write};
use ordergate_veloconnect::articles::{Article, Buyer, Lookup, StoredArticles, stored};
use ordergate_veloconnect::{Articles, MemoryArticles};

use crate::common::{Door, door_of, door_offering};

const FILE: &str = r#"
[[article]]
id = "A"
description = "Kette"
ean = "4000000000006"
manufacturer = { name = "KMC", id = "X8" }
prices = [{ amount = "1" }]
[[article]]
id = "B"
description = "Sattel"
ean = "036000291452"
prices = [{ amount = "1" }]
[[article]]
id = "C"
description = "Another chain"
manufacturer = { name = "Shimano", id = "X8" }
prices = [{ amount = "1" }]
[[article]]
id = "OLD"
replaced_by = ["A"]
"#;

const NAMESPACES: &str = "xmlns:t='urn:veloconnect:transaction-1.0' \
    xmlns:a='urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-1.0' \
    xmlns:b='urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-1.0'";

fn request(operation: &str, frame: &str, content: &str) -> String {
    format!(
        "<{operation}Request xmlns='urn:veloconnect:stock-B2C-1.4' {NAMESPACES}><t:BuyersID>K4711</t:BuyersID><t:Credential>\
         <t:Password>geheim</t:Password></t:Credential>{frame}{content}</{operation}Request>"
    )
}

/// Numbers of a line: an EAN, the maker's and his name.
type Numbers = (Option<&'static str>, Option<(&'static str, Option<&'static str>)>);

fn line((ean, part): Numbers) -> String {
    let ean = ean.map(|id| format!("<a:StandardItemIdentification><a:ID>{id}</a:ID></a:StandardItemIdentification>"));
    let part = part.map(|(id, maker)| {
        let maker = maker.map(|m| format!("<a:IssuerParty><a:PartyName><b:Name>{m}</b:Name></a:PartyName></a:IssuerParty>"));
        let maker = maker.unwrap_or_default();
        format!("<a:ManufacturersItemIdentification><a:ID>{id}</a:ID>{maker}</a:ManufacturersItemIdentification>")
    });
    let ids = [ean, part].map(Option::unwrap_or_default).concat();
    format!("<StockTransmitB2CLine>{ids}<b:Quantity quantityUnitCode='EA'>1</b:Quantity></StockTransmitB2CLine>")
}

/// What is answered of each line.
async fn told(door: &Door, lines: &[Numbers]) -> Vec<String> {
    let lines: String = lines.iter().copied().map(line).collect();
    let content = format!("<CreateDate>2027-02-11T09:00:00Z</CreateDate><Frequence>Incremental</Frequence>{lines}");
    let id = door.xml(&request("StockTransmitB2C", "", &content)).await.value("TransactionID");
    let frame = format!("<t:TransactionID>{id}</t:TransactionID>");
    let fetch = request("GetItemStatusStockTransmitB2C", &frame, "<StartIndex>0</StartIndex><Count>99</Count>");
    let told = door.xml(&fetch).await;
    let lines = told.root().children().filter(|child| child.name() == "StockTransmitB2CResponseLine");
    let available = |line: ordergate_xml::Node<'_>| {
        line.children().find(|child| child.name() == "Available").map_or_else(|| "?".to_owned(), |told| told.text().into_owned())
    };
    lines.map(available).collect()
}

/// The articles of the file, as an import stores them.
async fn offer(store: &SharedStore, id: i64, numbers: &[&str]) {
    let file = MemoryArticles::from_toml(FILE).unwrap();
    let buyer = Buyer { account: ordergate_engine::AccountId(1), name: "K4711".to_owned() };
    let asked: Vec<String> = numbers.iter().map(|&number| number.to_owned()).collect();
    let found = file.find(&buyer, &asked).await.unwrap();
    let rows = asked.into_iter().zip(found).zip(0..).map(|((number, found), at)| match found {
        Lookup::Known(article) => row(number, at, &article),
        Lookup::Replaced(by) => NewArticle { place: -1, document: stored::replaced(&by), ..row_of(number) },
        Lookup::Unknown => panic!("{number} is not in the file"),
    });
    let (id, articles, at) = (CatalogueId(id), rows.collect(), Timestamp(1));
    let writes = [
        CatalogueWrite::Begin { id, provider: ProviderId::DEFAULT, at },
        CatalogueWrite::Add { catalogue: id, articles, at },
        CatalogueWrite::Offer { id, over: None, traits: 0, at },
    ];
    store.commit(Batch { writes: writes.map(Write::Catalogue).into() }).await.unwrap();
}

fn row_of(number: String) -> NewArticle {
    let (document, prices, supply) = (Vec::new(), b"[]".to_vec(), b"{}".to_vec());
    NewArticle { place: 0, number, document, prices, supply, terms: Vec::new() }
}

fn row(number: String, place: i64, article: &Article) -> NewArticle {
    let (document, prices) = (stored::document(article), stored::prices(&article.prices));
    NewArticle { place, document, prices, supply: stored::supply(&article.supply), ..row_of(number) }
}

const LINES: [(Numbers, &str); 10] = [
    ((Some("4000000000006"), None), "true"),
    ((Some("0036000291452"), None), "true"),
    ((Some("036000291452"), None), "true"),
    ((Some("4000000000013"), None), "false"),
    ((Some("no EAN"), None), "?"),
    ((None, Some(("X8", None))), "true"),
    ((None, Some(("X8", Some("SHIMANO")))), "true"),
    ((None, Some(("X8", Some("Ritchey")))), "false"),
    ((Some("4000000000013"), Some(("X8", Some("KMC")))), "true"),
    ((None, Some(("X", Some("KMC")))), "false"),
];

/// veloconnect 70: by EAN, or by the maker's number.
#[tokio::test]
async fn lines_are_judged_alike_wherever_articles_come_from() {
    let (lines, expected): (Vec<Numbers>, Vec<&str>) = LINES.into_iter().unzip();
    let file = door_of(Arc::new(MemoryArticles::from_toml(FILE).unwrap()), |_| {}, |store| store).await;
    assert_eq!(told(&file, &lines).await, expected);
    let mut articles = None;
    let store = door_offering(|store| {
        let offered = Arc::new(StoredArticles::new(Arc::clone(store), ProviderId::DEFAULT, 100));
        articles = Some(Arc::clone(&offered));
        offered
    });
    let (store, articles) = (store.await, articles.unwrap());
    offer(&store.store, 1, &["A", "B", "C", "OLD"]).await;
    articles.refresh().await.unwrap();
    assert_eq!(told(&store, &lines).await, expected);
    // Another catalogue takes its place.
    offer(&store.store, 2, &["B"]).await;
    articles.refresh().await.unwrap();
    assert_eq!(told(&store, &lines[0..6]).await, ["false", "true", "true", "false", "?", "false"]);
}
