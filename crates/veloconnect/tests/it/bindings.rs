//! The bindings: GET, form POST and XML-POST, and what is said when something is wrong.

use ordergate_door::Method;
use ordergate_veloconnect::Language;

use crate::common::{CREDENTIALS, Transcript, door, door_with};

/// veloconnect 2: parameters in the address, in the body, or in both.
#[tokio::test]
async fn where_parameters_may_stand() {
    let door = door().await;
    let rest = "SellersItemIdentification=130-KE8&Quantity=1";
    let expected = door.ask("GetItemDetailsRequest", &format!("&{rest}")).await;
    let head = format!("RequestName=GetItemDetailsRequest&{CREDENTIALS}");
    let form = Some("application/x-www-form-urlencoded");
    for (query, content_type, body) in [
        (None, form, format!("{head}&{rest}")),
        (Some(head.as_str()), form, rest.to_owned()),
        (Some(rest), None, format!("\r\n{head}\r\n")),
        (None, Some("application/xml"), format!("{head}&{rest}")),
    ] {
        let reply = door.send(Method::Post, query, content_type, body.as_bytes()).await;
        assert_eq!(reply.text(), expected.text());
    }
    // A body is no part of a GET.
    let reply = door.send(Method::Get, Some(&head), form, rest.as_bytes()).await;
    assert_eq!(
        (reply.code().as_str(), reply.value("ResponseMessage").as_str()),
        ("405", "Parameter SellersItemIdentification fehlt")
    );
}

/// Encodings of XML-POST: declared, by byte order mark, by media type.
#[tokio::test]
async fn encodings() {
    let door = door().await;
    let body = |encoding: &str| {
        format!(
            "<?xml version=\"1.0\" encoding=\"{encoding}\"?><GetStatusRequest xmlns=\"urn:veloconnect:transaction-1.0\"><BuyersID>Käthe\
             </BuyersID><Credential><Password>x</Password></Credential></GetStatusRequest>"
        )
    };
    let latin = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>();
    let utf16: Vec<u8> = format!("\u{FEFF}{}", body("utf-16")).encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (content_type, bytes) in [
        ("application/xml", body("UTF-8").into_bytes()),
        ("application/xml", latin(&body("iso-8859-1"))),
        ("application/xml; charset=\"ISO-8859-1\"", latin(&body("utf-8"))),
        ("text/xml", utf16),
    ] {
        let reply = door.send(Method::Post, None, Some(content_type), &bytes).await;
        assert_eq!((reply.code().as_str(), reply.value("BuyersID").as_str()), ("410", "Käthe"), "{content_type}");
    }
}

/// A message says where: parameter, or line, column and path; never a password.
#[tokio::test]
async fn what_is_wrong_is_said() {
    let body = "<GetItemDetailsRequest xmlns='urn:veloconnect:order-1.1' xmlns:t='urn:veloconnect:transaction-1.0'\n\
                 xmlns:a='urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-1.0'\n\
                 xmlns:b='urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-1.0'>\n\
                 <t:BuyersID>K4711</t:BuyersID>\n<t:Credential><t:Password>geheim</t:Password></t:Credential>\n\
                 <a:SellersItemIdentification><a:ID>130-KE8</a:ID></a:SellersItemIdentification>\n\
                 <b:Quantity quantityUnitCode='EA'>12,5</b:Quantity>\n</GetItemDetailsRequest>";
    for language in [Language::De, Language::En] {
        let door = door_with(|o| o.language = language).await;
        let mut transcript = Transcript::default();
        transcript.note("bad number", &door.xml(body).await);
        transcript.note("no password", &door.xml(&body.replace("<t:Password>geheim</t:Password>", "")).await);
        transcript.note("not closed", &door.xml(&body.replace("</a:ID>", "")).await);
        transcript.note("bad parameter", &door.ask("CreateOrderRequest", "&Quantity.A=1&Quantity.B.2=x").await);
        transcript.note("no parameter", &door.get("RequestName=RollbackRequest&BuyersID=K4711").await);
        transcript.note("one value too many", &door.ask("GetStatusRequest", "&Password=anders").await);
        let text = transcript.finish();
        assert!(!text.contains("geheim"), "{text}");
        crate::common::assert_snapshot!(format!("what_is_wrong_is_said_{language:?}"), text);
    }
}

/// Whatever is echoed is text, not markup, and can be written at all.
#[tokio::test]
async fn echoes_are_harmless() {
    let door = door().await;
    let reply = door.get("RequestName=ViewOrderRequest&BuyersID=%3Cb%3E%26%00&Password=x&TransactionID=a%0Ab").await;
    assert_eq!(
        (reply.code().as_str(), reply.value("BuyersID").as_str(), reply.value("TransactionID").as_str()),
        ("410", "<b>&\u{FFFD}", "a b")
    );
}
