//! CreateTextSearch and SearchResult.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use async_trait::async_trait;
use ordergate_engine::transaction::Key;
use ordergate_engine::{AccountId, ProviderId, TransactionId};
use ordergate_store::StoreError;
use ordergate_veloconnect::articles::{
    ArticlesError, Buyer, CatalogueTraits, ClassificationScheme, Hits, Listed, Lookup, Page, PartNumber,
};
use ordergate_veloconnect::{Articles, MemoryArticles, demo_articles};

use crate::common::{CREDENTIALS, Door, OTHER, Reply, Transcript, door, door_of, door_with};

/// Begins a search; gives its id and how many hits there are.
async fn search(door: &Door, text: &str) -> (String, usize) {
    let reply = door.ask("CreateTextSearchRequest", &format!("&SearchString={text}")).await;
    assert_eq!(reply.code(), "200", "{reply}");
    (reply.value("TransactionID"), reply.value("TotalCount").parse().unwrap())
}

async fn fetch(door: &Door, id: &str, rest: &str) -> Reply {
    door.ask("SearchResultRequest", &format!("&TransactionID={id}{rest}")).await
}

/// A search from beginning to end, and what cannot be done. veloconnect 22, 61, 62, 63, 64, 65.
#[tokio::test]
async fn a_search() {
    let door = door().await;
    let mut transcript = Transcript::default();
    let created = door.ask("CreateTextSearchRequest", "&SearchString=speiche+silber&version=1.5&IsTest=false").await;
    transcript.note("SearchString=speiche+silber&version=1.5&IsTest=false", &created);
    let id = created.value("TransactionID");
    for rest in [
        "&StartIndex=0&Count=0&ResultFormat=COUNT",
        "&StartIndex=0&Count=1&ResultFormat=ITEM_DETAIL&version=1.5",
        "&StartIndex=0&Count=1&ResultFormat=ITEM_DETAIL",
        "&StartIndex=0&Count=1&ResultFormat=ITEM_TYPE&version=1.5",
        "&StartIndex=0&Count=10&ResultFormat=ID_ONLY&DoNotClose=true",
        "&StartIndex=1&Count=10&ResultFormat=ID_ONLY&version=1.6",
        "&StartIndex=1&Count=10&ResultFormat=ID_ONLY",
    ] {
        transcript.note(rest.trim_start_matches('&'), &fetch(&door, &id, rest).await);
    }
    let nothing = door.ask("CreateTextSearchRequest", "&SearchString=nirgends").await;
    transcript.note("SearchString=nirgends", &nothing);
    let rest = "&StartIndex=0&Count=1&ResultFormat=ID_ONLY";
    transcript.note("SearchResult of nothing", &fetch(&door, &nothing.value("TransactionID"), rest).await);
    transcript.note("SearchResult of no search", &fetch(&door, "weg", rest).await);
    transcript.note("SearchResult of an order", &fetch(&door, &door.order("&Quantity.130-KE8=1").await, rest).await);
    transcript.note("GetStatus", &door.ask("GetStatusRequest", "").await);
    crate::common::assert_snapshot!(transcript.finish());
}

/// veloconnect 61: every word, as a part of number, description or EAN; neither case nor accents count.
#[tokio::test]
async fn what_is_found() {
    let door = door().await;
    for (text, ids) in [
        ("SP26+SILBER", "100-SP263 100-SP265"),
        ("speiche++265", "100-SP265"),
        ("4000000000013", "100-SP265"),
        ("speiche+0000001", "100-SP265"),
        // There is each, but not together.
        ("speiche+helm", ""),
        ("r%C3%BCcktritt", "110-LR28HR"),
        ("RUCKTRITT", "110-LR28HR"),
        ("ruecktritt", "110-LR28HR"),
        ("R%FCcktritt", "110-LR28HR"),
        ("groesse+helm", "300-HE-M"),
        // The old number is no article any more.
        ("alte+nummer", ""),
    ] {
        let (id, _) = search(&door, text).await;
        let found = fetch(&door, &id, "&StartIndex=0&Count=99&ResultFormat=ID_ONLY").await.values("ID").join(" ");
        assert_eq!(found, ids, "{text}");
    }
}

/// veloconnect 60, 64, 65: the whole catalogue, paged by what the answers say, under the operator's limit.
#[tokio::test]
async fn the_whole_catalogue() {
    let door = door_with(|o| o.search_count_max = 7).await;
    let (id, total) = search(&door, "").await;
    assert_eq!(total, demo_articles().len() - 1, "all but the replaced number");
    let (mut ids, mut states) = (Vec::new(), Vec::new());
    while ids.len() < total {
        let rest = format!("&StartIndex={}&Count={total}&ResultFormat=ITEM_DETAIL", ids.len());
        let reply = fetch(&door, &id, &rest).await;
        let page: Vec<_> = reply.root().children().filter(|c| c.name() == "ItemDetail").collect();
        assert_eq!((page.len().to_string(), total.to_string()), (reply.value("Count"), reply.value("TotalCount")));
        let number = |n: &ordergate_xml::Node<'_>| {
            n.descendants()
                .find(|d| d.name() == "SellersItemIdentification")
                .unwrap()
                .children()
                .next()
                .unwrap()
                .text()
                .into_owned()
        };
        ids.extend(page.iter().map(number));
        states.push(reply.value("StatusCode"));
    }
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), total, "each once");
    assert_eq!(ids.first().map(String::as_str), Some("100-SP263"), "in the order of the catalogue");
    let last = states.pop().unwrap();
    assert!(last == "100" && states.iter().all(|s| s == "2") && states.len() == total / 7, "{states:?} {last}");
}

/// veloconnect 64: numbers beyond the hits, and beyond all numbers.
#[tokio::test]
async fn numbers_are_clamped() {
    let door = door_with(|o| o.search_count_max = 3).await;
    let (id, total) = search(&door, "schwarz").await;
    assert!(total > 4);
    let last = total - 1;
    for (start, count, got) in [
        ("-5", "2", format!("0 2 {total}")),
        ("0", "-5", format!("0 0 {total}")),
        ("1", "99", format!("1 3 {total}")),
        ("99", "99", format!("{last} 1 {total}")),
        ("99999999999999999999", "99999999999999999999", format!("{last} 1 {total}")),
        ("-99999999999999999999", "1", format!("0 1 {total}")),
        ("%2B1", "01", format!("1 1 {total}")),
    ] {
        for format in ["ID_ONLY", "ITEM_TYPE", "ITEM_DETAIL", "COUNT"] {
            let rest = format!("&StartIndex={start}&Count={count}&ResultFormat={format}&DoNotClose=1");
            let reply = fetch(&door, &id, &rest).await;
            let numbers = ["StartIndex", "Count", "TotalCount"].map(|name| reply.value(name)).join(" ");
            assert_eq!((numbers, reply.value("StatusCode")), (got.clone(), "2".into()), "{rest}");
        }
    }
    for bad in ["&StartIndex=eins&Count=1&ResultFormat=COUNT", "&StartIndex=0&Count=1,5&ResultFormat=COUNT", "&ResultFormat=ITEM"]
    {
        assert_eq!(fetch(&door, &id, bad).await.code(), "405", "{bad}");
    }
}

/// What does not end the search changes nothing at all; what ends it does so once.
#[tokio::test]
async fn what_is_written() {
    let door = door().await;
    let (id, total) = search(&door, "schwarz").await;
    let key = Key { provider: ProviderId::DEFAULT, owner: AccountId(1), id: TransactionId(id.clone()) };
    let before = door.store.transaction(&key).await.unwrap().unwrap();
    door.pass_days(1);
    for rest in [
        format!("&StartIndex=0&Count={}&ResultFormat=ID_ONLY", total - 1),
        format!("&StartIndex=0&Count={total}&ResultFormat=ID_ONLY&DoNotClose=true"),
        format!("&StartIndex=0&Count={total}&ResultFormat=COUNT"),
        format!("&StartIndex={}&Count=0&ResultFormat=ID_ONLY", total - 1),
    ] {
        assert_eq!(fetch(&door, &id, &rest).await.value("StatusCode"), "2", "{rest}");
        assert_eq!(door.store.transaction(&key).await.unwrap().unwrap(), before, "{rest}");
    }
    let rest = format!("&StartIndex={}&Count=1&ResultFormat=ID_ONLY", total - 1);
    assert_eq!(fetch(&door, &id, &rest).await.value("StatusCode"), "100");
    let after = door.store.transaction(&key).await.unwrap().unwrap();
    assert_eq!((after.state.number(), after.revision), (100, before.revision + 1));
    assert!(after.context.0.len() < before.context.0.len(), "the hits are not needed any more");
    // veloconnect 63, 25.
    let reply = fetch(&door, &id, &rest).await;
    assert_eq!((reply.code().as_str(), reply.value("StatusCode").as_str(), reply.has("ID")), ("430", "100", false));
}

/// veloconnect 19, 24, 73: another buyer's search, one that was given up, and tests.
#[tokio::test]
async fn whose_and_what_kind_of_search() {
    let (lenient, strict) = (door().await, door_with(|o| o.strict = true).await);
    let rest = "&StartIndex=0&Count=1&ResultFormat=ID_ONLY";
    for door in [&lenient, &strict] {
        let is_strict = std::ptr::eq(door, &raw const strict);
        let (id, _) = search(door, "schwarz").await;
        let foreign = format!("RequestName=SearchResultRequest&{OTHER}&TransactionID={id}{rest}");
        assert_eq!(door.get(&foreign).await.code(), "420");
        assert_eq!(fetch(door, &id, &format!("{rest}&IsTest=true")).await.code(), "435");
        assert_eq!(door.ask("RollbackRequest", &format!("&TransactionID={id}")).await.code(), "200");
        assert_eq!(fetch(door, &id, rest).await.code(), "420");
        let (test, _) = search(door, "schwarz&IsTest=true").await;
        assert_eq!(fetch(door, &test, &format!("{rest}&IsTest=true")).await.code(), "200");
        assert_eq!(fetch(door, &test, &format!("{rest}&IsTest=false")).await.code(), "435");
        // Section 13: a client that never says IsTest here.
        assert_eq!(fetch(door, &test, rest).await.code(), if is_strict { "435" } else { "200" });
    }
}

/// Section 13: no SearchString; StartIndex, Count and ResultFormat missing or empty; an empty TransactionID.
#[tokio::test]
async fn sloppy_clients() {
    let (lenient, strict) = (door().await, door_with(|o| o.strict = true).await);
    let all = lenient.ask("CreateTextSearchRequest", "").await;
    assert_eq!(all.value("TotalCount"), strict.ask("CreateTextSearchRequest", "&SearchString=").await.value("TotalCount"));
    let id = all.value("TransactionID");
    let total: usize = all.value("TotalCount").parse().unwrap();
    for rest in [
        format!("&Count={total}&ResultFormat=ITEM_DETAIL&DoNotClose=True"),
        format!("&StartIndex=&Count={total}&ResultFormat=ITEM_DETAIL&DoNotClose=1&IsTest=False"),
        "&StartIndex=&Count=&ResultFormat=&DoNotClose=true".into(),
        "&DoNotClose=true".into(),
    ] {
        let reply = fetch(&lenient, &id, &rest).await;
        let details = reply.values("ItemDetail").len();
        assert_eq!((reply.code().as_str(), details, reply.value("StatusCode").as_str()), ("200", total, "2"), "{rest}");
        assert_eq!(fetch(&strict, &id, &rest).await.code(), "405", "strict {rest}");
    }
    let empty = "&StartIndex=&Count=";
    assert_eq!(lenient.ask("SearchResultRequest", &format!("&TransactionID={empty}")).await.code(), "420");
    assert_eq!(lenient.ask("SearchResultRequest", empty).await.code(), "405");
}

fn xml(ns: &str, name: &str, content: &str) -> String {
    format!(
        "<{name} xmlns='urn:veloconnect:{ns}' xmlns:t='urn:veloconnect:transaction-1.0'><t:BuyersID>K4711</t:BuyersID>\
         <t:Credential><t:Password>geheim</t:Password></t:Credential>{content}</{name}>"
    )
}

/// 2.2: an XML request is answered in its own namespaces, those of 1.1 and of 1.5; both bindings say the same.
#[tokio::test]
async fn both_bindings_and_both_namespaces() {
    for strict in [false, true] {
        let door = door_with(|o| o.strict = strict).await;
        for (ns, version) in [("catalog-1.1", "1.1"), ("catalog-1.5", "1.5"), ("catalog-1.5", "1.6")] {
            let body = xml(ns, "CreateTextSearchRequest", "<SearchString languageID='de'>spei 263</SearchString>");
            let created = door.xml(&body).await;
            assert_eq!(created.element(), format!("{{urn:veloconnect:{ns}}}CreateTextSearchResponse"));
            let id = created.value("TransactionID");
            let content = |format: &str| {
                format!(
                    "<t:TransactionID>{id}</t:TransactionID><StartIndex>0</StartIndex><Count>1</Count>\
                     <ResultFormat>{format}</ResultFormat><DoNotClose>1</DoNotClose>"
                )
            };
            for format in ["COUNT", "ITEM_DETAIL", "ITEM_TYPE", "ID_ONLY"] {
                let by_xml = door.xml(&xml(ns, "SearchResultRequest", &content(format))).await;
                assert_eq!(by_xml.element(), format!("{{urn:veloconnect:{ns}}}SearchResultResponse"), "{by_xml}");
                let rest = format!("&StartIndex=0&Count=1&ResultFormat={format}&DoNotClose=true&version={version}");
                let by_url = fetch(&door, &id, &rest).await;
                assert_eq!(by_xml.text(), by_url.text());
                let form = format!("RequestName=SearchResultRequest&{CREDENTIALS}&TransactionID={id}{rest}");
                assert_eq!(door.form(&form).await.text(), by_url.text());
            }
        }
    }
    // Lenient mode reads what stands in no namespace, out of order.
    let door = door().await;
    let (id, _) = search(&door, "speiche").await;
    let body = format!(
        "<SearchResultRequest><BuyersID>K4711</BuyersID><Credential><Password>geheim</Password></Credential>\
         <ResultFormat>ID_ONLY</ResultFormat><Count>1</Count><TransactionID>{id}</TransactionID></SearchResultRequest>"
    );
    assert_eq!(door.xml(&body).await.values("ID"), ["100-SP263"]);
}

/// 421: searches are transactions, too.
#[tokio::test]
async fn too_many() {
    let door = door_with(|o| o.keep.search_open_max = 2).await;
    search(&door, "speiche").await;
    search(&door, "kette").await;
    let reply = door.ask("CreateTextSearchRequest", "&SearchString=kette").await;
    assert_eq!((reply.code().as_str(), reply.value("TotalCount").as_str()), ("421", "0"));
    assert_eq!(door.get(&format!("RequestName=CreateTextSearchRequest&{OTHER}")).await.code(), "200");
}

/// Articles of which something cannot be had.
#[derive(Debug)]
struct Broken {
    demo: MemoryArticles,
    /// Nothing can be looked up.
    down: bool,
    /// What was found before is of a catalogue that is no more.
    replaced: bool,
    /// One of those found has left the range.
    left: bool,
}

const UP: fn() -> Broken = || Broken { demo: demo_articles(), down: false, replaced: false, left: false };

#[async_trait]
impl Articles for Broken {
    async fn find(&self, buyer: &Buyer, ids: &[String]) -> Result<Vec<Lookup>, ArticlesError> {
        if self.down { Err(StoreError::Closed.into()) } else { self.demo.find(buyer, ids).await }
    }

    async fn search(&self, text: &str) -> Result<Hits, ArticlesError> {
        if text == "down" { Err(ArticlesError::Stopped) } else { self.demo.search(text).await }
    }

    async fn at(&self, buyer: &Buyer, page: &Page) -> Result<Vec<Listed>, ArticlesError> {
        match (self.down, self.replaced, self.left) {
            (true, ..) => Err(StoreError::Closed.into()),
            (_, true, _) => Err(ArticlesError::Gone(page.catalogue)),
            (.., true) => {
                let mut all = self.demo.at(buyer, page).await?;
                all[0].lookup = Lookup::Unknown;
                Ok(all)
            }
            _ => self.demo.at(buyer, page).await,
        }
    }

    async fn ids_at(&self, page: &Page) -> Result<Vec<String>, ArticlesError> {
        self.demo.ids_at(page).await
    }

    async fn schemes(&self) -> Result<Vec<ClassificationScheme>, ArticlesError> {
        if self.down { Err(ArticlesError::Stopped) } else { self.demo.schemes().await }
    }

    async fn have_eans(&self, eans: &[String]) -> Result<Vec<bool>, ArticlesError> {
        self.demo.have_eans(eans).await
    }

    async fn have_parts(&self, parts: &[PartNumber]) -> Result<Vec<bool>, ArticlesError> {
        self.demo.have_parts(parts).await
    }

    async fn traits(&self) -> Result<CatalogueTraits, ArticlesError> {
        if self.down { Err(ArticlesError::Stopped) } else { self.demo.traits().await }
    }
}

/// veloconnect 25: articles that cannot be had are a 500, which changes nothing; a catalogue that was replaced is a 400
/// that says so; an article that left the range is told as such.
#[tokio::test]
async fn articles_that_cannot_be_had() {
    let mut seen = String::new();
    let everything = "&SellersItemIdentification=130-KE8&Quantity.130-KE8=1&StartIndex=0&Count=9&ResultFormat=ITEM_DETAIL";
    for broken in [Broken { down: true, ..UP() }, Broken { replaced: true, ..UP() }] {
        let door = door_of(Arc::new(broken), |_| {}, |store| store).await;
        let (id, _) = search(&door, "speiche").await;
        for request in
            ["GetProfile", "GetItemDetails", "GetItemDetailsList", "CreateOrder", "SearchResult", "GetClassificationScheme"]
        {
            let reply = door.ask(&format!("{request}Request"), &format!("&TransactionID={id}{everything}")).await;
            let _ =
                writeln!(seen, "{request}: {} {} {}", reply.code(), reply.value("StatusCode"), reply.value("ResponseMessage"));
        }
        assert_eq!(door.ask("CreateTextSearchRequest", "&SearchString=down").await.code(), "500");
        assert_eq!(door.ask("GetStatusRequest", &format!("&TransactionID={id}")).await.value("StatusCode"), "2");
    }
    let door = door_of(Arc::new(Broken { left: true, ..UP() }), |_| {}, |store| store).await;
    let (id, _) = search(&door, "speiche+silber").await;
    for format in ["ITEM_DETAIL", "ITEM_TYPE"] {
        let reply = fetch(&door, &id, &format!("&StartIndex=0&Count=1&ResultFormat={format}&DoNotClose=1")).await;
        let _ = writeln!(seen, "{reply}");
    }
    crate::common::assert_snapshot!(seen.replace(&id, "<T>"));
}
