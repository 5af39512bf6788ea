//! Which namespace speaks: by parameter, or by the request's own.

use crate::common::{CREDENTIALS, door, door_with};

/// veloconnect 10, 11, 12, 13.
#[tokio::test]
async fn by_parameter() {
    let door = door().await;
    let mut seen = Vec::new();
    for version in ["", "&version=1.0", "&version=1.3", "&version=1.4", "&version=1.5", "&Version=1.6", "&version=1.7"] {
        let profile = door.ask("GetProfileRequest", version).await;
        let status = door.ask("GetStatusRequest", version).await;
        let number = |e: String| e.split(['-', '}']).nth(1).unwrap().to_owned();
        seen.push(format!("{version}: {} {}", number(profile.element()), number(status.element())));
    }
    let expected = [
        ": 1.1 1.0",
        "&version=1.0: 1.1 1.0",
        "&version=1.3: 1.1 1.0",
        "&version=1.4: 1.4 1.4",
        "&version=1.5: 1.5 1.4",
        "&Version=1.6: 1.6 1.6",
        "&version=1.7: 1.1 1.0",
    ];
    assert_eq!(seen, expected);
}

fn request(root: &str, ns: &str) -> String {
    format!(
        "<{root} xmlns='{ns}' xmlns:t='urn:veloconnect:transaction-1.0'><t:BuyersID>K4711</t:BuyersID><t:Credential>\
         <t:Password>geheim</t:Password></t:Credential></{root}>"
    )
}

/// By namespace: known ones are kept, others read leniently, refused, or out of date. veloconnect 9.
#[tokio::test]
async fn by_namespace() {
    let (lenient, strict) = (door().await, door_with(|o| o.strict = true).await);
    for (root, ns, lenient_code, answered_in, strict_code) in [
        ("GetProfileRequest", "urn:veloconnect:profile-1.1", "200", "profile-1.1", "200"),
        ("GetProfileRequest", "urn:veloconnect:profile-1.5", "200", "profile-1.5", "200"),
        ("GetProfileRequest", "urn:veloconnect:profile-1.0", "200", "profile-1.1", "406"),
        ("GetProfileRequest", "urn:veloconnect:profile-1.3", "200", "profile-1.1", "406"),
        ("GetProfileRequest", "urn:veloconnect:profile-2.0", "406", "profile-1.1", "406"),
        ("GetProfileRequest", "urn:veloconnect:profle-1.0", "200", "profile-1.1", "405"),
        ("GetProfileRequest", "", "200", "profile-1.1", "405 unknown"),
        ("GetStatusRequest", "urn:veloconnect:transaction-1.5", "200", "transaction-1.4", "406"),
        ("GetStatusRequest", "urn:veloconnect:transaction-0.9", "406", "transaction-1.0", "406"),
        ("GetStatusRequest", "urn:example:other", "200", "transaction-1.0", "405 unknown"),
        ("GetItemDetailsRequest", "urn:veloconnect:order-9.9", "406", "order-1.1", "406"),
    ] {
        let reply = lenient.xml(&request(root, ns)).await;
        assert_eq!(
            (reply.code().as_str(), reply.root().ns()),
            (lenient_code, format!("urn:veloconnect:{answered_in}").as_str()),
            "{ns}"
        );
        let reply = strict.xml(&request(root, ns)).await;
        let unknown = if reply.answer.operation == "unknown" { " unknown" } else { "" };
        assert_eq!(format!("{}{unknown}", reply.code()), strict_code, "strict {root} in {ns}");
    }
}

/// 415 for an operator who has said which seller this is, up to version 1.2. veloconnect 13.
#[tokio::test]
async fn sellers() {
    let door = door_with(|o| o.sellers_id = Some("S1".into())).await;
    for (rest, code, echoed) in [
        ("&SellersID=S2", "415", "S2"),
        ("&SellersID=S1", "200", "S1"),
        ("&SellersID=", "200", ""),
        ("&SellersID=S2&version=1.3", "200", ""),
        ("", "200", ""),
    ] {
        let reply = door.ask("GetStatusRequest", rest).await;
        assert_eq!((reply.code().as_str(), reply.value("SellersID").as_str()), (code, echoed), "{rest}");
    }
    let unset = crate::common::door().await.get(&format!("RequestName=GetStatusRequest&{CREDENTIALS}&SellersID=S2")).await;
    assert_eq!((unset.code().as_str(), unset.has("SellersID")), ("200", false));
}
