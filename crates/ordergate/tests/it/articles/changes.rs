//! Stock and prices of what is offered.

use super::{HEADER, Shop};
use crate::harness::{assert_valid, veloconnect, veloconnect_as};

#[test]
fn stock_is_seen_by_the_next_question() {
    let shop = Shop::new();
    shop.imported(&[], format!("{HEADER}A;Kette;EA;;;1;5;B;\nB;Sattel;EA;;;1;5;;\nOLD;;;;;;;;A\n"));
    shop.imported(&["--kind", "stock"], "number;stock;expected\nA;0;2099-01-01\nB;7;\nA;0;\n");
    assert_eq!([shop.told("A"), shop.told("B")], ["Kette: not_available", "Sattel: available"]);
    assert!(shop.details("A").text().contains("ItemReplacement"), "what may be taken instead stays");
    shop.imported(&["--kind", "stock"], "{\"number\":\"A\",\"stock\":\"unlimited\"}\n");
    assert_eq!(shop.told("A"), "Kette: available");
    // One row that is wrong keeps all from having an effect, wherever it stands.
    let refused = shop.import(&["--kind", "stock"], "number;stock\nB;0\nNONE;1\nA;-3\nA;\nOLD;1\n");
    let expected = [(3, "number"), (4, "stock"), (5, "stock"), (6, "number")].map(|(line, column)| (line, column.to_owned()));
    let mut found = refused.problems();
    found.sort();
    assert_eq!((refused.done, found), (false, expected.to_vec()));
    assert_eq!(shop.told("B"), "Sattel: available");
    shop.imported(&["--kind", "stock", "--skip-bad"], "number;stock\nB;0\nNONE;1\n");
    assert_eq!(shop.told("B"), "Sattel: not_available");
}

#[test]
fn each_buyer_is_told_his_own_price() {
    let shop = Shop::new();
    let set = shop.file("buyers.csv", "buyer,price_group\nK4711,G\n");
    let set = shop.server.beside("buyers").arg("import").arg(set).output().unwrap();
    assert!(set.status.success(), "{set:?}");
    let (one, other) = (("K4711", "geheim"), ("K0815", "geheim2"));
    let price = |(buyer, password)| shop.price(buyer, password, "A");
    shop.imported(&[], "number;description;prices;prices[G];prices[buyer:K0815]\nA;Kette;10;9.50;8\n");
    assert_eq!([price(one), price(other)], ["9.50", "8.00"]);
    shop.imported(&["--kind", "prices"], "number;group;buyer;prices\nA;;K4711;7 10=6\nA;;K0815;\nA;;;11\n");
    assert_eq!([price(one), price(other)], ["7.00", "11.00"]);
    shop.imported(&["--kind", "prices"], "number;group;buyer;prices\nA;;K4711;\n");
    assert_eq!([price(one), price(other)], ["9.50", "11.00"]);
    let refused = shop.import(&["--kind", "prices"], "number;group;buyer;prices\nA;G;K4711;1\nA;;;\nA;G;;x\nB;G;;1\n");
    assert!(!refused.done);
    assert_eq!(refused.problems().len(), 4, "{}", refused.printed);
    assert_eq!(price(one), "9.50");
}

/// D-OBJ rule 3: a buyer is told the number by which he knows an article, and no other buyer is.
#[test]
fn each_buyer_is_told_his_own_number() {
    let shop = Shop::new();
    let number = |(buyer, password), article: &str| {
        let asked = veloconnect_as(buyer, password, "GetItemDetails", &format!("&SellersItemIdentification={article}"));
        let answer = shop.server.send(&asked);
        assert_valid("veloconnect", answer.text());
        let told = answer.text().split_once("BuyersItemIdentification><cac:ID>").map(|(_, rest)| rest.split_once('<').unwrap().0);
        told.unwrap_or("-").to_owned()
    };
    let (one, other) = (("K4711", "geheim"), ("K0815", "geheim2"));
    shop.imported(
        &[],
        "number;description;prices;buyers_number[K4711];buyers_number[K0815]\nA;Kette;10;7290;\nB;Sattel;10;;B-9\n",
    );
    assert_eq!([number(one, "A"), number(other, "A"), number(one, "B"), number(other, "B")], ["7290", "-", "-", "B-9"]);
    // An order has it, unless the line says another.
    let created = veloconnect("CreateOrder", "&Quantity.A=1&Quantity.B=1&BuyersItemIdentification.B=77");
    let created = shop.server.send(&created);
    assert_valid("veloconnect", created.text());
    assert_eq!(created.text().matches("<cac:BuyersItemIdentification><cac:ID>7290</cac:ID>").count(), 1, "{}", created.text());
    assert_eq!(created.text().matches("<cac:BuyersItemIdentification><cac:ID>77</cac:ID>").count(), 1, "{}", created.text());
    shop.imported(&["--kind", "numbers"], "number;buyer;buyers_number\nA;K4711;\nA;K0815;A 1\nB;K0815;B-10\n");
    assert_eq!([number(one, "A"), number(other, "A"), number(other, "B")], ["-", "A 1", "B-10"]);
    // A catalogue that says nothing of them takes them over; JSON says them, too.
    shop.imported(&[], "number;description;prices\nA;Kette neu;11\nB;Sattel;10\n");
    assert_eq!(number(other, "A"), "A 1");
    let json = r#"{"number":"A","description":"Kette","prices":1,"buyers_numbers":[{"buyer":"K4711","number":"4"}]}"#;
    shop.imported(&[], json);
    assert_eq!([number(one, "A"), number(other, "A")], ["4", "-"]);
    let shown = shop.articles(&["show", "A", "--buyer", "K4711"]);
    assert!(String::from_utf8(shown.stdout).unwrap().contains("buyer's number\t4\n"));
    let long = "x".repeat(129);
    let refused =
        shop.import(&["--kind", "numbers"], format!("number;buyer;buyers_number\nA;K4711;{long}\nA;;1\nNONE;K4711;1\n"));
    let mut problems = refused.problems();
    problems.sort();
    let expected = [(2, "buyers_number"), (3, "buyer"), (4, "number")].map(|(line, column)| (line, column.to_owned()));
    assert_eq!((refused.done, problems), (false, expected.to_vec()));
    assert_eq!(number(one, "A"), "4");
}

#[test]
fn groups_that_articles_are_in_stay() {
    let shop = Shop::new();
    let groups = "scheme;group;parent;description\nWG;1;;Parts\nWG;10;1;Saddles\n";
    shop.imported(&["--kind", "classification"], groups);
    shop.imported(&[], "number;description;prices;groups\nA;Sattel;10;WG:10\n");
    let refused = shop.import(&["--kind", "classification"], "scheme;group;description\nWG;1;Parts\n");
    assert!(!refused.done && refused.printed.contains("classification scheme WG has no group 10"), "{refused:?}");
    let refused = shop.import(&["--kind", "classification"], "scheme;group;parent\nWG;10;2\n");
    assert!(!refused.done && refused.printed.contains("lies within one that there is not"), "{refused:?}");
    shop.imported(&["--kind", "classification"], format!("{groups}WG;11;1;Chains\n"));
}

#[test]
fn without_articles_there_is_no_stock() {
    let shop = Shop::new();
    let refused = shop.import(&["--kind", "stock"], "number;stock\nA;1\n");
    assert!(!refused.done && refused.said.contains("import the articles first"), "{refused:?}");
}
