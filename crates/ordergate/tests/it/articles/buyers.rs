//! Buyers from files.

use std::process::Output;

use super::{HEADER, Shop};
use crate::harness::veloconnect_as;

fn import(shop: &Shop, options: &[&str], content: &str) -> Output {
    let path = shop.file("buyers.csv", content);
    shop.server.beside("buyers").arg("import").args(options).arg(path).output().unwrap()
}

fn code(shop: &Shop, buyer: &str, password: &str) -> String {
    let answer = shop.server.send(&veloconnect_as(buyer, password, "GetProfile", ""));
    answer.element("ResponseCode").unwrap().to_owned()
}

/// `ordergate buyers list`, without the columns of times.
fn listed(shop: &Shop) -> Vec<String> {
    let output = shop.server.beside("buyers").arg("list").output().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn buyers_come_and_are_changed_and_nobody_goes() {
    let shop = Shop::new();
    let done = import(
        &shop,
        &[],
        "buyer;password;price_group;language;mail;disabled\nNEW;secret;G;de;new@example.org;no\nOFF;secret;;;;yes\n",
    );
    assert!(done.status.success(), "{done:?}");
    assert_eq!([code(&shop, "NEW", "secret"), code(&shop, "NEW", "wrong"), code(&shop, "OFF", "secret")], ["200", "411", "411"]);
    assert_eq!(code(&shop, "K4711", "geheim"), "200");
    assert!(listed(&shop).contains(&"NEW\tenabled\tG\tde\tnew@example.org".to_owned()), "{:?}", listed(&shop));
    // What a row does not say stays as it is; a dash removes.
    let done = import(&shop, &[], "buyer;password;mail\nNEW;;-\nOFF;other;\n");
    assert!(done.status.success(), "{done:?}");
    assert!(listed(&shop).contains(&"NEW\tenabled\tG\tde\t-".to_owned()), "{:?}", listed(&shop));
    assert_eq!(code(&shop, "NEW", "secret"), "200");
    let done = import(&shop, &["--disable-missing"], "buyer;password;disabled\nNEW;changed;no\nOFF;other;no\n");
    assert!(done.status.success(), "{done:?}");
    let codes = || {
        let of = |name, password| code(&shop, name, password);
        [of("K4711", "geheim"), of("NEW", "changed"), of("NEW", "secret"), of("OFF", "other")]
    };
    // A server on another machine takes notice a moment later.
    crate::harness::eventually("all is in force", || (codes() == ["411", "200", "411", "200"]).then_some(()));
}

#[test]
fn one_broken_row_adds_nobody() {
    let shop = Shop::new();
    let rows = "buyer,password,password_hash,mail,language\n\
        GOOD,secret,,,\nNONE,,,,\nBOTH,a,b,,\nHASH,,md5:123,,\nMAIL,secret,,nobody,\nLANG,secret,,,fr\nGOOD,again,,,\n,secret,,,\n";
    let refused = import(&shop, &[], rows);
    let said = String::from_utf8(refused.stdout).unwrap();
    for expected in [
        "line 3, column password (NONE)",
        "line 4, column password (BOTH)",
        "line 5, column password_hash (HASH)",
        "line 6, column mail (MAIL)",
        "line 7, column language (LANG)",
        "line 8, column buyer (GOOD)",
        "line 9, column buyer",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
    assert!(!refused.status.success() && !said.contains("secret"));
    assert_eq!(code(&shop, "GOOD", "secret"), "410");
    assert!(import(&shop, &["--skip-bad"], rows).status.success());
    assert_eq!(code(&shop, "GOOD", "secret"), "200");
}

/// Of "geheim ü".
const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$F0HZvwWH0KM7mtEmI+VC+w$CiOwZ9WApVWJBqo3EJ8p0ml0CON+o7QMTtRw4tLc2Eg";

#[test]
fn a_hash_is_as_good_as_its_password() {
    let shop = Shop::new();
    let done = import(&shop, &[], &format!("{{\"buyer\":\"NEW\",\"password_hash\":\"{HASH}\"}}\n"));
    assert!(done.status.success(), "{done:?}");
    assert_eq!([code(&shop, "NEW", "geheim%20%C3%BC"), code(&shop, "NEW", "geheim")], ["200", "411"]);
}

#[test]
fn a_group_is_seen_by_the_next_question() {
    let shop = Shop::new();
    shop.imported(&[], format!("{}number;description;prices;prices[G]\nA;Kette;10;9\n", &HEADER[..0]));
    assert_eq!(shop.price("K4711", "geheim", "A"), "10.00");
    assert!(import(&shop, &[], "buyer;price_group\nK4711;G\n").status.success());
    crate::harness::eventually("the price of the group", || (shop.price("K4711", "geheim", "A") == "9.00").then_some(()));
    assert!(import(&shop, &[], "buyer;price_group\nK4711;-\n").status.success());
    crate::harness::eventually("the price of all", || (shop.price("K4711", "geheim", "A") == "10.00").then_some(()));
}
