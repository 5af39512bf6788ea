//! Orders that nobody should send, and that somebody will.

use crate::common::{Reply, door, door_with};

fn refused(reply: &Reply, code: &str, about: &str) {
    assert_eq!(reply.code(), code, "{reply}");
    assert!(reply.value("ResponseMessage").contains(about), "{about}: {reply}");
}

/// Ten thousand lines: all or none, and as many as the document limits let in.
#[tokio::test]
async fn ten_thousand_lines() {
    let door = door().await;
    let lines: Vec<String> = (0..9_999).map(|n| format!("&Quantity.NIX-{n}=1&quantityUnitCode.NIX-{n}=EA")).collect();
    let lines = lines.concat();
    let body = format!("RequestName=CreateOrderRequest&{}{lines}&Quantity.130-KE8=2", crate::common::CREDENTIALS);
    let created = door.form(&body).await;
    assert_eq!(created.code(), "200");
    assert_eq!((created.values("ItemUnknown").len(), created.values("Quantity").len()), (9_999, 1));
    let twice = door.form(&format!("{body}&quantity.130-KE8=3")).await;
    refused(&twice, "405", "Quantity.130-KE8");
    // More than the limits allow: refused as a whole, before anything is read from it.
    let many: Vec<String> = (0..60_000).map(|n| format!("&Quantity.{n}=1")).collect();
    let many = many.concat();
    let reply = door.form(&format!("RequestName=CreateOrderRequest&{}{many}", crate::common::CREDENTIALS)).await;
    assert_eq!(reply.code(), "400", "{reply}");
    assert_eq!(door.ask("GetStatusRequest", "").await.values("TransactionId").len(), 1);
}

/// Quantities of every kind, in an article that is sold by the piece and in one that is sold in packs.
#[tokio::test]
async fn quantities() {
    let door = door().await;
    let create = async |quantity: &str| {
        door.ask("CreateOrderRequest", &format!("&Quantity.130-KE8={quantity}&quantityUnitCode.130-KE8=EA")).await
    };
    for (quantity, code) in [
        ("-1", "400"),
        ("-0.0001", "400"),
        ("0.000000000000000000001", "400"),
        ("123456789012345678901234567890", "405"),
        ("12345678901234567890", "400"),
        ("1e3", "405"),
        ("NaN", "405"),
        ("INF", "405"),
        ("0x10", "405"),
        ("1,5", "405"),
        ("%D9%A3", "405"),
        ("zwei", "405"),
    ] {
        let reply = create(quantity).await;
        assert_eq!(reply.code(), code, "{quantity}: {reply}");
        assert!(reply.value("ResponseMessage").contains("130-KE8"), "{quantity}: {reply}");
    }
    assert!(door.ask("GetStatusRequest", "").await.values("TransactionId").is_empty(), "what is refused leaves nothing");
    // A fraction of a piece is moved up to the next whole one; zero is no line.
    assert_eq!(create("2.5").await.values("Quantity"), ["3"]);
    assert_eq!(create("0.001").await.values("Quantity"), ["1"]);
    for zero in ["0", "0.0", "-0", "00.000"] {
        let reply = create(zero).await;
        assert_eq!((reply.code().as_str(), reply.has("Quantity")), ("200", false), "{zero}: {reply}");
    }
    let strict = door_with(|o| o.strict = true).await;
    assert_eq!(strict.ask("CreateOrderRequest", "&Quantity.130-KE8=&quantityUnitCode.130-KE8=EA").await.code(), "405");
}

/// A day that is over cannot be kept, and one that does not exist is none.
#[tokio::test]
async fn dates() {
    let door = door().await;
    let create =
        async |date: &str| door.ask("CreateOrderRequest", &format!("&Quantity.130-KE8=1&DeliveryDate.130-KE8={date}")).await;
    for past in ["2027-02-10", "1999-12-31", "0001-01-01", "-0004-01-01"] {
        assert_eq!(create(past).await.value("DeliveryDate"), "2027-02-11", "{past}");
    }
    assert_eq!(create("9999-12-31").await.value("DeliveryDate"), "9999-12-31");
    for wrong in ["2027-02-30", "2027-13-01", "11.02.2027", "morgen", "2027-2-1"] {
        refused(&create(wrong).await, "405", "DeliveryDate.130-KE8");
    }
}

/// Order numbers with everything that a seller may have thought of. 2.3.
#[tokio::test]
async fn numbers_in_names() {
    let door = door().await;
    for (name, id) in [
        ("A.B.C", "A.B.C"),
        (".", "."),
        ("A%20B", "A B"),
        ("A+B", "A B"),
        ("A%2BB", "A+B"),
        ("Gr%C3%B6%C3%9Fe", "Größe"),
        ("Gr%F6%DFe", "Größe"),
        ("%3C%26%22", "<&\""),
        ("A%3DB", "A=B"),
    ] {
        let reply = door.ask("CreateOrderRequest", &format!("&Quantity.{name}=1&quantityUnitCode.{name}=EA")).await;
        assert_eq!((reply.code().as_str(), reply.value("ID").as_str()), ("200", id), "{name}");
        let details = door.ask("GetItemDetailsListRequest", &format!("&Quantity.{name}=1&quantityUnitCode.{name}=EA")).await;
        assert_eq!(details.value("ID"), id, "{name}");
    }
}

/// An order has its bound, however it comes to its lines, and so has what is asked for at once; what is beyond changes nothing.
#[tokio::test]
async fn bounds() {
    let door = door_with(|o| {
        o.lines_max = 2;
        o.entries_max = 2;
    })
    .await;
    let lines = |ids: &[&str]| ids.iter().map(|id| format!("&Quantity.{id}=1")).collect::<Vec<_>>().concat();
    let [two, three] = [lines(&["130-KE8", "130-KE11"]), lines(&["130-KE8", "130-KE11", "100-SP263"])];
    refused(&door.ask("CreateOrderRequest", &three).await, "400", "mehr als 2 Zeilen");
    let created = door.ask("CreateOrderRequest", &two).await;
    assert_eq!((created.code().as_str(), created.values("Quantity").len()), ("200", 2), "{created}");
    let id = created.value("TransactionID");
    let update = async |lines: &str| door.ask("UpdateOrderRequest", &format!("&TransactionID={id}{lines}")).await;
    refused(&update(&lines(&["100-SP263"])).await, "400", "mehr als 2 Zeilen");
    let changed = update("&Quantity.130-KE11=0&Quantity.100-SP263=1").await;
    assert_eq!((changed.code().as_str(), changed.values("Quantity").len()), ("200", 2), "{changed}");

    let details = door.ask("GetItemDetailsListRequest", &three).await;
    refused(&details, "400", "höchstens 2 Artikel");
    assert_eq!(details.values("ItemUnknown").len(), 3);
    assert_eq!(door.ask("GetItemDetailsListRequest", &two).await.code(), "200");

    let search =
        async |length: usize| door.ask("CreateTextSearchRequest", &format!("&SearchString={}", "x".repeat(length))).await;
    assert_eq!(search(1000).await.code(), "200");
    refused(&search(1001).await, "400", "länger als 1000 Zeichen");
}
