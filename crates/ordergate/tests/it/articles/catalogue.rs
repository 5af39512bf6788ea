//! The whole way: from a file to a buyer.

use super::{HEADER, Shop, many};
use crate::harness::assert_valid;

#[test]
fn what_is_imported_is_offered_at_once_and_replaces_what_was() {
    let shop = Shop::new();
    assert_eq!(shop.told("A-1"), "unknown");
    shop.imported(
        &[],
        format!(
            "{HEADER}A-1;Sattelstütze 27,2;EA;;4000000000006;34.90 10=32.50;6;A-2;\nA-2;Bolzen;PK;100;;2;;;\nALT;;;;;;;;A-1\n"
        ),
    );
    assert_eq!([shop.told("A-1"), shop.told("ALT")], ["Sattelstütze 27,2: available", "replaced by A-1"]);
    let details = shop.details("A-1");
    assert_valid("veloconnect", details.text());
    assert_eq!(details.elements("PriceAmount"), ["34.90", "32.50"]);
    assert_eq!(details.elements("MinimumQuantity"), ["10"]);
    assert_eq!(details.elements("MaximumQuantity"), ["9"]);
    assert!(details.text().contains("4000000000006"), "{}", details.text());
    shop.imported(&[], format!("{HEADER}A-3;Kette;EA;;;9;0;;\n"));
    assert_eq!([shop.told("A-1"), shop.told("ALT"), shop.told("A-3")], ["unknown", "unknown", "Kette: not_available"]);
    let status = String::from_utf8(shop.articles(&["status"]).stdout).unwrap();
    let states: Vec<&str> = status.lines().map(|line| line.split('\t').nth(1).unwrap()).collect();
    assert_eq!(states, ["replaced", "offered"], "{status}");
}

#[test]
fn lines_of_json_say_the_same() {
    let shop = Shop::new();
    let lines = [
        r#"{"number":"A-1","description":"Sattel","prices":[{"amount":"34.90"},{"amount":32.5,"from":"10"}],"stock":2,"alternatives":["A-2"],"special_prices":[{"group":"G","prices":[{"amount":"30"}]}]}"#,
        r#"{"number":"A-2","description":"Kette","prices":12.5,"expected":"14 days","stock":0,"manufacturer":"KMC","manufacturer_number":"X8","information":[{"uri":"https://example.org/a.png","dispositions":["picture"]}]}"#,
        "",
        r#"{"number":"ALT","replaced_by":["A-1"]}"#,
    ];
    shop.imported(&[], lines.join("\n"));
    assert_eq!([shop.told("A-1"), shop.told("ALT")], ["Sattel: available", "replaced by A-1"]);
    assert_eq!(shop.told("A-2"), "Kette: expecting_delivery");
    assert_eq!(shop.details("A-1").elements("PriceAmount"), ["34.90", "32.50"]);
    assert!(shop.details("A-2").text().contains("X8"));
}

#[test]
fn what_a_new_catalogue_says_nothing_of_stays() {
    let shop = Shop::new();
    shop.imported(&["--kind", "classification"], "scheme;group;description\nWG;10;Saddles\n");
    let rows = "A;Sattel;10;1;WG:10;9\nB;Kette;20;2;;\n";
    shop.imported(&[], format!("number;description;prices;stock;groups;prices[G]\n{rows}"));
    let bare = "number;description;prices\nA;Sattel neu;11\nC;Neu;5\n";
    shop.imported(&[], bare);
    let shown = |number: &str| String::from_utf8(shop.articles(&["show", number]).stdout).unwrap();
    assert!(shown("A").contains("stock\t1\n") && shown("A").contains("Sattel neu"), "{}", shown("A"));
    assert!(shown("C").contains("stock\tunlimited\n"), "{}", shown("C"));
    shop.imported(&[], "number;description;prices;groups\nA;Sattel;11;WG:10\n");
    shop.imported(&["--fresh"], bare);
    assert!(shown("A").contains("stock\tunlimited\n"), "{}", shown("A"));
    let refused = shop.import(&[], "number;description;prices;groups\nA;Sattel;11;WG:10\nB;Kette;11;WG:11\n");
    assert_eq!((refused.done, refused.problems()), (false, vec![(3, "groups".to_owned())]));
}

#[test]
fn a_dry_run_checks_everything_and_changes_nothing() {
    let shop = Shop::new();
    shop.imported(&[], format!("{HEADER}A;Alt;EA;;;1;1;;\n"));
    let dry = shop.import(&["--dry-run"], format!("{HEADER}B;Neu;EA;;;1;1;;\n"));
    assert!(dry.done && dry.printed.contains("dry run"), "{dry:?}");
    let bad = shop.import(&["--dry-run"], format!("{HEADER}B;Neu;EA;;;1;1;X;\n"));
    assert_eq!((bad.done, bad.problems()), (false, vec![(2, "alternatives".to_owned())]));
    assert_eq!([shop.told("A"), shop.told("B")], ["Alt: available", "unknown"]);
    let status = String::from_utf8(shop.articles(&["status"]).stdout).unwrap();
    assert_eq!(status.lines().count(), 1, "nothing is left of it: {status}");
}

#[test]
fn several_files_are_one_catalogue() {
    let shop = Shop::new();
    let (one, two) = (
        shop.file("one.csv", format!("{HEADER}A;Eins;EA;;;1;1;B;\n")),
        shop.file("two.csv", many(2_000) + "B;Zwei;EA;;;1;1;;\n"),
    );
    let done = shop.articles(&["import", one.to_str().unwrap(), two.to_str().unwrap()]);
    assert!(done.status.success(), "{done:?}");
    assert_eq!([shop.told("A"), shop.told("B")], ["Eins: available", "Zwei: available"]);
    let listed = String::from_utf8(shop.articles(&["list", "--after", "N-001997", "--limit", "2"]).stdout).unwrap();
    assert_eq!(listed, "N-001998\tEA\tPart number 1998\nN-001999\tEA\tPart number 1999\n");
    // A number is there once, in whatever file.
    let twice = shop.articles(&["import", one.to_str().unwrap(), two.to_str().unwrap(), one.to_str().unwrap()]);
    let said = String::from_utf8(twice.stdout).unwrap();
    assert!(
        !twice.status.success() && said.contains("one.csv: line 2, column number (A): the number was given before"),
        "{said}"
    );
}

#[test]
fn what_is_imported_is_found_by_a_text_search() {
    let shop = Shop::new();
    shop.imported(&[], format!("{HEADER}A-1;Sattelstütze rot;EA;;;1;1;;\nA-2;Sattel blau;EA;;;1;1;;\n"));
    let search = |text: &str| {
        let created = crate::harness::veloconnect("CreateTextSearch", &format!("&SearchString={text}"));
        shop.server.send(&created).element("TotalCount").map(str::to_owned)
    };
    // The index is built beside the server's work.
    crate::harness::eventually("both are found", || (search("sattel").as_deref() == Some("2")).then_some(()));
    assert_eq!(search("stutze+ROT").as_deref(), Some("1"));
}
