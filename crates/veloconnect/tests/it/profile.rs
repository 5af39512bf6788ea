//! GetProfile.

use crate::common::{CREDENTIALS, Transcript, door, door_with};

/// The profile of 1.1, which a client gets that names no version. veloconnect 1, 12, 33, 34, 36-39.
#[tokio::test]
async fn the_profile() {
    let door = door_with(|o| o.message = Some("Inventur & Umzug am 31.12.".into())).await;
    let mut transcript = Transcript::default();
    let reply = door.ask("GetProfileRequest", "&IsTest=false").await;
    transcript.note("GET", &reply);
    crate::common::assert_snapshot!(transcript.finish());
    // veloconnect 2: POST answers the same.
    assert_eq!(door.form(&format!("RequestName=GetProfileRequest&{CREDENTIALS}&IsTest=False")).await.text(), reply.text());
    // veloconnect 34: and so does tomorrow.
    door.pass_days(1);
    assert_eq!(door.ask("GetProfileRequest", "&IsTest=false").await.text(), reply.text());
}

#[tokio::test]
async fn a_property_of_1_5() {
    let door = door().await;
    for (version, has) in [("1.4", false), ("1.5", true), ("1.6", true)] {
        let keys = door.ask("GetProfileRequest", &format!("&version={version}")).await.values("Key");
        assert_eq!(keys.contains(&"Catalog.ItemInformation.ProductData".into()), has, "{version}");
    }
}
