//! The receipt module: what a buyer was issued, searched for and fetched.

use ordergate_veloconnect::{ReceiptOptions, SpecialRequest};
use serde_json::{Value, json};

use crate::common::{CREDENTIALS, OTHER, Transcript, door, door_with};
use crate::intake::{document, hand_in};

/// Every field there is, of each kind.
const EVERYTHING: &str = include_str!("../receipts/everything.json");

/// All kinds with all their fields: what comes in as JSON goes out as XML in the order of the schema, header and document.
#[tokio::test]
async fn every_field_of_every_kind() {
    let door = door().await;
    assert!(hand_in(&door, EVERYTHING).await.iter().all(|word| word.starts_with("stored")));
    let mut transcript = Transcript::default();
    for rest in [
        "OfferQueryRequest&IsTest=false",
        "OfferDetailsRequest&OfferID=AN-2027-1",
        "OrderConfirmationQueryRequest&FromDate=2027-01-01&ThruDate=2027-01-31",
        "OrderConfirmationDetailsRequest&OrderConfirmationID=AB-2027-00815",
        "DeliveryNoteQueryRequest&OrderID=AB-4711&OrderID=AB-4712",
        "DeliveryNoteDetailsRequest&DeliveryNoteID=LS-1",
        "InvoiceInformationQueryRequest&ThruDate=2027-02-28",
        "InvoiceInformationDetailsRequest&InvoiceID=RE-1&InvoiceID=RE-2",
    ] {
        transcript.note(rest, &door.ask(rest.split('&').next().unwrap(), &rest[rest.find('&').unwrap()..]).await);
    }
    crate::common::assert_snapshot!(transcript.finish());
}

/// veloconnect 69: the range is one of days of issue, both ends inclusive; references narrow it.
#[tokio::test]
async fn searches() {
    let door = door_with(|o| o.receipts.list_max = 3).await;
    let note = |id, issued, orders: &[&str]| {
        let lines: Vec<_> = orders.iter().map(|order| ("A", "1", "EA", Some(*order), None)).collect();
        document("deliveryNote", id, issued, &lines)
    };
    let mut notes = vec![
        note("LS-3", "2027-01-31", &["7", "8"]),
        note("LS-1", "2027-01-01", &["7"]),
        note("LS-2", "2027-01-02", &["8"]),
        note("LS-4", "2027-02-01", &[]),
    ];
    notes[3]["lines"] = json!([{ "id": "1", "quantity": 1, "unit": "EA", "unitPrice": 1, "linePrice": 1,
        "orderConfirmation": { "id": "AB" }, "item": { "article": "A", "description": "d" } }]);
    notes[2]["lines"][0]["orderConfirmation"] = json!({ "id": "AB" });
    hand_in(&door, &Value::Array(notes).to_string()).await;
    let found = async |rest: &str| {
        let reply = door.ask("DeliveryNoteQueryRequest", rest).await;
        format!(
            "{} {}{}",
            reply.code(),
            reply.values("DeliveryNoteID").join(","),
            if reply.code() == "200" && reply.has("ResponseMessage") { " cut" } else { "" }
        )
    };
    assert_eq!(found("").await, "200 LS-1,LS-2,LS-3 cut");
    assert_eq!(found("&FromDate=2027-01-02&ThruDate=2027-01-31").await, "200 LS-2,LS-3");
    assert_eq!(found("&FromDate=2027-01-02Z").await, "200 LS-2,LS-3,LS-4");
    assert_eq!(found("&ThruDate=-0044-03-15").await, "200 ");
    assert_eq!(found("&FromDate=&ThruDate=&OrderID=").await, "200 LS-1,LS-2,LS-3 cut");
    assert_eq!(found("&ThruDate=2027-01-01").await, "200 LS-1");
    assert_eq!(found("&FromDate=2027-02-01&ThruDate=2027-01-01").await, "200 ");
    assert_eq!(found("&OrderID=7").await, "200 LS-1,LS-3");
    assert_eq!(found("&OrderID=7&OrderID=8&OrderID=9").await, "200 LS-1,LS-2,LS-3");
    assert_eq!(found("&OrderID=8&OrderConfirmationID=AB").await, "200 LS-2");
    assert_eq!(found("&OrderID=7&ThruDate=2027-01-01").await, "200 LS-1");
    assert_eq!(found("&FromDate=gestern").await, "405 ");
    assert_eq!(found("&FromDate=2027-01-01&FromDate=2027-01-02").await, "405 ");
    // Nobody sees another's, by whatever they ask.
    let others = door.get(&format!("RequestName=DeliveryNoteQueryRequest&{OTHER}&OrderID=7")).await;
    assert_eq!((others.code().as_str(), others.values("DeliveryNoteID").len()), ("200", 0));
}

/// veloconnect 68: as many documents and unknown ids as were asked for, in the order asked, in both bindings.
#[tokio::test]
async fn details() {
    let door = door_with(|o| o.receipts.details_max = 5).await;
    let documents = ["RE-1", "RE-2"].map(|id| document("invoice", id, "2027-01-01", &[("A", "1", "EA", None, None)]));
    hand_in(&door, &json!(documents).to_string()).await;
    let ids = ["RE-2", "weg", "RE-1", " RE-2 ", "re-1"];
    let rest = ids.map(|id| format!("&InvoiceID={}", id.replace(' ', "+"))).concat();
    let reply = door.ask("InvoiceInformationDetailsRequest", &rest).await;
    assert_eq!(
        (reply.values("InvoiceID"), reply.values("UnknownID")),
        (["RE-2", "RE-1", "RE-2"].map(str::to_owned).to_vec(), ["weg", "re-1"].map(str::to_owned).to_vec())
    );
    let body = ids.map(|id| format!("<InvoiceID>{id}</InvoiceID>")).concat();
    let body = format!(
        "<InvoiceInformationDetailsRequest xmlns='urn:veloconnect:receipt-1.3' xmlns:t='urn:veloconnect:transaction-1.0'>\
         <t:BuyersID>K4711</t:BuyersID><t:Credential><t:Password>geheim</t:Password></t:Credential>{body}</InvoiceInformationDetailsRequest>"
    );
    assert_eq!(door.xml(&body).await.text(), reply.text());
    let others = door.get(&format!("RequestName=InvoiceInformationDetailsRequest&{OTHER}&InvoiceID=RE-1")).await;
    assert_eq!((others.values("InvoiceID").len(), others.values("UnknownID")), (0, vec!["RE-1".to_owned()]));
    let as_offer = door.ask("OfferDetailsRequest", "&OfferID=RE-1").await;
    assert_eq!(as_offer.values("UnknownID"), ["RE-1"]);
    assert_eq!(door.ask("InvoiceInformationDetailsRequest", "").await.code(), "405");
    assert_eq!(door.ask("OrderConfirmationDetailsRequest", "").await.code(), "200");
    assert_eq!(door.ask("InvoiceInformationDetailsRequest", &format!("{rest}&InvoiceID=x")).await.code(), "400");
}

/// veloconnect 67: both operations of each kind, where the version has words for them; and what cannot be searched for.
#[tokio::test]
async fn what_the_profile_says_of_receipts() {
    let toml = "unsupported_queries = [\"Invoice-DeliveryNoteID\", \"OrderConfirmation-OrderID\", \"Invoice-DeliveryNoteID\"]";
    let mut receipts: ReceiptOptions = toml::from_str(toml).unwrap();
    receipts.special_request = vec![SpecialRequest { reference: "MESSE-2027".into(), description: "Messe & mehr".into() }];
    let door = door_with(|o| o.receipts = receipts).await;
    for (version, listed) in [("1.1", 0), ("1.3", 0), ("1.4", 8), ("1.5", 8), ("1.6", 8)] {
        let reply = door.ask("GetProfileRequest", &format!("&version={version}")).await;
        let operations = reply.values("Operation");
        let [queries, details] = ["Query", "Details"].map(|verb| {
            let kinds = operations.iter().filter_map(|name| name.strip_suffix(verb));
            kinds.filter(|kind| *kind != "GetItem").collect::<Vec<_>>()
        });
        assert_eq!((&queries, queries.len()), (&details, listed), "{version}: {operations:?}");
        let unsupported = reply.values("UnsupportedQuery");
        let expected: &[&str] = if listed > 0 { &["OrderConfirmation-OrderID", "Invoice-DeliveryNoteID"] } else { &[] };
        assert_eq!(
            (unsupported, reply.has("SpecialRequestReference")),
            (expected.iter().map(|s| (*s).to_owned()).collect(), listed > 0)
        );
    }
    assert_eq!(door.ask("InvoiceInformationQueryRequest", "&DeliveryNoteID=1").await.code(), "404");
    assert_eq!(door.ask("InvoiceInformationQueryRequest", "&OrderID=1").await.code(), "200");
    assert_eq!(door.ask("OrderConfirmationQueryRequest", "&OrderID=1").await.code(), "404");
    // veloconnect 8: switched off.
    let off = door_with(|o| o.modules.offer = false).await;
    assert_eq!(off.ask("OfferQueryRequest", "").await.code(), "404");
    assert_eq!(off.ask("OfferDetailsRequest", "&OfferID=1").await.code(), "404");
    let profile = off.ask("GetProfileRequest", "&version=1.6").await;
    let listed = |name: &str| profile.values("Operation").iter().any(|listed| listed == name);
    assert!(!listed("OfferQuery") && !listed("OfferDetails") && listed("InvoiceInformationQuery"), "{profile}");
}

/// Refusals of these operations are valid in their own answers.
#[tokio::test]
async fn refusals() {
    let door = door().await;
    for name in ["Offer", "OrderConfirmation", "DeliveryNote", "InvoiceInformation"] {
        for verb in ["Query", "Details"] {
            let id = if name == "InvoiceInformation" { "Invoice" } else { name };
            let reply = door.get(&format!("RequestName={name}{verb}Request&BuyersID=K4711&Password=x&{id}ID=1")).await;
            assert_eq!((reply.code().as_str(), reply.root().name()), ("411", format!("{name}{verb}Response").as_str()));
        }
    }
    let form = door.form(&format!("RequestName=OfferQueryRequest&{CREDENTIALS}&RequestReference=R&RequestDate=2027-01-01")).await;
    assert_eq!(form.code(), "200");
}
