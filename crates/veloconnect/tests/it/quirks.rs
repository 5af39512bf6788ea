//! What real clients are known to send (section 13): taken leniently, refused strictly.

use ordergate_door::Method;
use ordergate_veloconnect::Lenient;

use crate::common::{CREDENTIALS, Door, door, door_with};

const FRAME: &str = "<BuyersID>K4711</BuyersID><Credential><Password>geheim</Password></Credential>";

/// What a client sends that needs a leniency: a query, or a body with its media type.
enum Sent {
    Query(String),
    Body(&'static str, String),
}

fn query(request: &str, rest: &str) -> Sent {
    Sent::Query(format!("RequestName={request}&{CREDENTIALS}{rest}"))
}

/// A request that is right but for what it is about.
fn sent(leniency: &str, test: &str) -> Sent {
    const FORM: &str = "application/x-www-form-urlencoded";
    let document = |ns: &str, text: &str| {
        let frame = FRAME.replace('<', "<t:").replace("<t:/", "</t:");
        format!(
            "<m:GetStatusRequest xmlns:m='urn:veloconnect:{ns}' xmlns:t='urn:veloconnect:transaction-1.0'>{frame}{text}</m:GetStatusRequest>"
        )
    };
    match leniency {
        "operation_names" => query("getprofilerequest", ""),
        "repeated_parameters" => query("GetProfileRequest", "&Password=geheim"),
        "bad_escapes" => query("GetItemDetailsRequest", "&SellersItemIdentification=100%"),
        "raw_ampersands" => query("GetItemDetailsRequest", "&SellersItemIdentification=A&B"),
        "empty_values" => query("GetProfileRequest", "&IsTest="),
        "empty_transaction_id" => query("GetStatusRequest", "&TransactionID="),
        "boolean_case" => query("GetProfileRequest", "&IsTest=False"),
        "missing_units" => query("CreateOrderRequest", "&Quantity.130-KE8=1"),
        "unit_case" => query("CreateOrderRequest", "&Quantity.130-KE8=1&quantityUnitCode.130-KE8=ea"),
        "white_space" => query("ViewOrderRequest", &format!("&IsTest=true&TransactionID=%20{test}%20")),
        "media_types" => Sent::Body(FORM, document("transaction-1.0", "")),
        "namespaces" => Sent::Body("application/xml", document("transcation-1.0", "")),
        "old_versions" => Sent::Body("application/xml", document("transaction-1.3", "")),
        "untidy_documents" => Sent::Body("application/xml", document("transaction-1.0", "}<m:x/>")),
        "absent_is_test" => query("RollbackRequest", &format!("&TransactionID={test}")),
        other => panic!("no request needs the leniency {other}"),
    }
}

async fn code(door: &Door, sent: Sent) -> String {
    match sent {
        Sent::Query(query) => door.get(&query).await.code(),
        Sent::Body(kind, body) => door.send(Method::Post, None, Some(kind), body.as_bytes()).await.code(),
    }
}

/// Every leniency lets something pass that is refused without it, and without any.
#[tokio::test]
async fn each_by_its_name() {
    for name in Lenient::NAMES {
        let codes = [
            door().await,
            door_with(|o| o.lenient = Lenient::default().with(name, false)).await,
            door_with(|o| o.strict = true).await,
        ];
        let mut seen = Vec::new();
        for door in &codes {
            let test = door.order("&Quantity.130-KE8=1&quantityUnitCode.130-KE8=EA&IsTest=true").await;
            seen.push(code(door, sent(name, &test)).await);
        }
        assert!(seen[0] == "200" && seen[1] != "200" && seen[2] != "200", "{name}: {seen:?}");
    }
}

/// 405 in strict mode, something useful in lenient mode.
#[tokio::test]
async fn sloppy_parameters() {
    let (lenient, strict) = (door().await, door_with(|o| o.strict = true).await);
    for (request, rest) in [
        ("GetProfileRequest", "&IsTest=False"),
        ("GetProfileRequest", "&IsTest="),
        ("GetStatusRequest", "&Password=geheim"),
        ("GetItemDetailsRequest", "&SellersItemIdentification=130-KE8&Quantity=10"),
        ("GetItemDetailsRequest", "&SellersItemIdentification=130-KE8&Quantity="),
        ("GetItemDetailsRequest", "&SellersItemIdentification=100%"),
        ("CreateOrderRequest", "&Quantity.130-KE8=10"),
        ("CreateOrderRequest", "&Quantity.130-KE8=10&quantityUnitCode.130-KE8=EA&BacklogIndicator.130-KE8=True"),
        ("CreateTextSearchRequest", "&SearchString=100%"),
        ("createorderREQUEST", "&Quantity.130-KE8=10&quantityUnitCode.130-KE8=EA"),
    ] {
        assert_eq!(lenient.ask(request, rest).await.code(), "200", "{request} {rest}");
        assert_eq!(strict.ask(request, rest).await.code(), "405", "strict {request} {rest}");
    }
    // A quantity without unit is in the article's own.
    let reply = lenient.ask("CreateOrderRequest", "&Quantity.100-SP263=10").await;
    assert!(reply.text().contains("<cbc:Quantity quantityUnitCode=\"PK\">10</cbc:Quantity>"));
    // Empty ids: all transactions, or none such. Names in any case are no question of strictness.
    for (request, lenient_code, strict_code) in
        [("GetStatusRequest", "200", "420"), ("ViewOrderRequest", "420", "420"), ("RollbackRequest", "420", "420")]
    {
        let rest = "&transactionid=&StartIndex=&Count=";
        assert_eq!(lenient.ask(request, rest).await.code(), lenient_code, "{request}");
        assert_eq!(strict.ask(request, rest).await.code(), strict_code, "strict {request}");
    }
}

/// Values that are not encoded: umlauts as UTF-8 or Latin-1 bytes, percent signs, brackets, ampersands.
#[tokio::test]
async fn raw_values() {
    let door = door().await;
    let prefix = format!("RequestName=GetItemDetailsRequest&{CREDENTIALS}&SellersItemIdentification=");
    for (raw, id) in [
        ("Größe 5%/[x]".as_bytes(), "Größe 5%/[x]"),
        (b"Gr\xF6\xDFe".as_slice(), "Größe"),
        (b"a%2Bb+c".as_slice(), "a+b c"),
        (b"Rad & Tour&IsTest=false".as_slice(), "Rad & Tour"),
        (b"A&B%26C&D.&Quantity=1".as_slice(), "A&B&C&D."),
    ] {
        let body = [prefix.as_bytes(), raw].concat();
        let reply = door.send(Method::Post, None, Some("application/x-www-form-urlencoded"), &body).await;
        assert_eq!(reply.value("ID"), id);
    }
}

/// Requests of the official collection: a misspelt namespace; no namespace at all, a stray brace, an unknown element.
#[tokio::test]
async fn documents_that_are_not_quite_valid() {
    let (lenient, strict) = (door().await, door_with(|o| o.strict = true).await);
    let id = lenient.order("&Quantity.130-KE8=1").await;
    let frame = "<BuyersID>K4711</BuyersID><Credential><Password>geheim</Password></Credential>";
    let profile =
        format!("<GetProfileRequest xmlns=\"urn:veloconnect:profle-1.0\">{frame}<IsTest>false</IsTest></GetProfileRequest>");
    assert_eq!(lenient.xml(&profile).await.element(), "{urn:veloconnect:profile-1.1}GetProfileResponse");
    assert_eq!(lenient.xml(&profile).await.code(), "200");
    assert_eq!(strict.xml(&profile).await.code(), "405");
    let update = format!(
        "<UpdateOrderRequest>\n{frame}<TransactionID>{id}</TransactionID>}}\n<IsTest>false</IsTest><OrderRequestLine>\
         <SellersItemIdentification><ID>140-BB-V</ID></SellersItemIdentification><Quantity quantityUnitCode=\"PR\">2</Quantity>\
         <xBacklogIndicator>true</xBacklogIndicator></OrderRequestLine></UpdateOrderRequest>"
    );
    let reply = lenient.xml(&update).await;
    assert_eq!((reply.code(), reply.values("Quantity")), ("200".into(), vec!["1".into(), "2".into()]), "{reply}");
    assert_eq!(strict.xml(&update).await.code(), "405");
    // XML without the unit, as forms have it.
    let details = format!(
        "<GetItemDetailsRequest>{frame}<SellersItemIdentification><ID>100-SP263</ID></SellersItemIdentification><Quantity>10</Quantity>\
         </GetItemDetailsRequest>"
    );
    assert_eq!(lenient.xml(&details).await.value("Code"), "available");
}

/// A door that is switched off.
#[tokio::test]
async fn disabled() {
    let door = door_with(|o| o.enabled = false).await;
    assert_eq!(door.ask("GetProfileRequest", "").await.answer.status, 404);
}
