//! In which language messages are.

use ordergate_veloconnect::Language;

use crate::common::{door, door_with};

const WRONG: &str = "RequestName=GetStatusRequest&BuyersID=FALSCH&Password=x";

async fn message(door: &crate::common::Door, query: &str) -> String {
    door.get(query).await.value("ResponseMessage")
}

/// The request's wish comes first, then the account's language, then the configured one.
#[tokio::test]
async fn who_decides() {
    let mut door = door().await;
    let unknown = |password: &str| format!("RequestName=ViewOrderRequest&BuyersID=K4711&Password={password}&TransactionID=weg");
    for (header, password, expected) in [
        (None, "geheim", "TransactionID unbekannt"),
        (None, "geheim-en", "unknown TransactionID"),
        (Some("de"), "geheim-en", "TransactionID unbekannt"),
        (Some("fr, en;q=0.4, de;q=0.3"), "geheim", "unknown TransactionID"),
        (Some("fr"), "geheim-en", "unknown TransactionID"),
        (Some("fr"), "geheim", "TransactionID unbekannt"),
    ] {
        door.language = header;
        assert_eq!(message(&door, &unknown(password)).await, expected, "{header:?} {password}");
    }
    // Nobody is known yet.
    door.language = Some("en");
    assert_eq!(message(&door, WRONG).await, "unknown BuyersID");
    assert_eq!(message(&door, "RequestName=Foo").await, "operation Foo is unknown");
    let no_xml = door.xml("no XML").await.value("ResponseMessage");
    assert!(!no_xml.contains("Zeile"), "{no_xml}");
    let mut english = door_with(|o| o.language = Language::En).await;
    assert_eq!(message(&english, WRONG).await, "unknown BuyersID");
    english.language = Some("de-AT");
    assert_eq!(message(&english, WRONG).await, "BuyersID unbekannt");
}
