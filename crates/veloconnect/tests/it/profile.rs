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

/// veloconnect 41: what every seller must have is in the profile of each version, and is there.
#[tokio::test]
async fn orders_and_searches_are_there() {
    let door = door().await;
    for version in ["1.1", "1.3", "1.4", "1.5", "1.6"] {
        let profile = door.ask("GetProfileRequest", &format!("&version={version}")).await;
        let listed = profile.values("Transaction");
        for (transaction, rest) in [("Order", "&Quantity.130-KE8=1"), ("TextSearch", "&SearchString=kette")] {
            assert_eq!(listed.iter().filter(|name| *name == transaction).count(), 2, "once in each binding: {profile}");
            let reply = door.ask(&format!("Create{transaction}Request"), &format!("{rest}&version={version}")).await;
            assert_eq!((reply.code().as_str(), reply.value("StatusCode").as_str()), ("200", "2"), "{reply}");
        }
    }
}
