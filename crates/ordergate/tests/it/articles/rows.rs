//! Files with something wrong in them: where it is, is said; and the old catalogue stays.

use super::{HEADER, Shop};

#[test]
fn every_broken_row_is_said_with_line_and_column() {
    let shop = Shop::new();
    shop.imported(&[], format!("{HEADER}OLD;Alt;EA;;;1;1;;\n"));
    let rows = "\
        A;Good;EA;;;1;1;;\n\
        ;No number;EA;;;1;1;;\n\
        B;;EA;;;1;1;;\n\
        C;Unit;piece;;;1;1;;\n\
        D;Pack;PK;;;1;1;;\n\
        E;Ean;EA;;4000000000007;1;1;;\n\
        F;Price;EA;;;dear;1;;\n\
        G;Comma;EA;;;1,50;1;;\n\
        H;Prices;EA;;;1 10=0.9 5=0.8;1;;\n\
        I;Negative;EA;;;-1;1;;\n\
        J;No price;EA;;;;1;;\n\
        K;Stock;EA;;;1;-1;;\n\
        A;Twice;EA;;;1;1;;\n\
        L;Fields;EA;;;1;1;;;\n\
        M;Quo\"te;EA;;;1;1;;\n\
        \"N\" x;Quote;EA;;;1;1;;\n\
        O;30 digits;EA;;;123456789012345678901234567890;1;;\n\
        P;Alternative;EA;;;1;1;NONE;\n\
        Q;;;;;;;;NONE\n\
        R;\"Unclosed;EA;;;1;1;;\n\
        S;Good;EA;;;1;1;;\n";
    let refused = shop.import(&[], format!("{HEADER}{rows}"));
    let columns = |text: &[(u64, &str)]| text.iter().map(|(line, column)| (*line, (*column).to_owned())).collect::<Vec<_>>();
    let expected = [
        (3, "number"),
        (4, "description"),
        (5, "unit"),
        (6, "pack_quantity"),
        (7, "ean"),
        (8, "prices"),
        (9, "prices"),
        (10, "prices"),
        (11, "prices"),
        (12, "prices"),
        (13, "stock"),
        (14, "number"),
        (15, ""),
        (16, ""),
        (17, ""),
        (18, "prices"),
        (21, ""),
        (19, "alternatives"),
        (20, "replaced_by"),
    ];
    let mut found = refused.problems();
    found.sort();
    let mut expected = columns(&expected);
    expected.sort();
    assert_eq!(found, expected, "{}", refused.printed);
    assert!(!refused.done && refused.said.contains("19 problems; nothing was changed"), "{refused:?}");
    for said in [
        "line 9, column prices (G): expected a number like 12.50, found 1,50",
        "line 7, column ean (E): the check digit must be 6",
    ] {
        assert!(refused.printed.contains(said), "{said}\n{}", refused.printed);
    }
    assert_eq!([shop.told("OLD"), shop.told("A")], ["Alt: available", "unknown"]);

    // Those that are right are taken if that is wished: of two with one number the first.
    let taken = shop.imported(&["--skip-bad"], format!("{HEADER}{rows}"));
    assert_eq!(taken.summary()["problems"], 19);
    assert_eq!([shop.told("OLD"), shop.told("A"), shop.told("S")], ["unknown", "Good: available", "Good: available"]);
    assert_eq!([shop.told("P"), shop.told("Q")], ["Alternative: available", "unknown"]);
    let listed = String::from_utf8(shop.articles(&["list"]).stdout).unwrap();
    assert_eq!(listed.lines().map(|line| &line[..1]).collect::<Vec<_>>(), ["A", "P", "S"]);
}

#[test]
fn encodings_are_told_apart() {
    let shop = Shop::new();
    let latin = [HEADER.as_bytes(), b"A;S\xe4tt\xeal;EA;;;1;1;;\n"].concat();
    let refused = shop.import(&[], &latin);
    assert_eq!((refused.done, refused.problems()), (false, vec![(2, "description".to_owned())]));
    assert!(refused.printed.contains("ISO-8859-1"), "{}", refused.printed);
    shop.imported(&["--encoding", "iso-8859-1"], &latin);
    assert_eq!(shop.told("A"), "Sättêl: available");
    shop.imported(&[], [b"\xef\xbb\xbf", HEADER.as_bytes(), "A;Größe 5;EA;;;1;1;;\r\n".as_bytes()].concat());
    assert_eq!(shop.told("A"), "Größe 5: available");
    let utf16: Vec<u8> = HEADER.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let refused = shop.import(&[], [b"\xff\xfe".to_vec(), utf16].concat());
    assert!(!refused.done && refused.said.contains("UTF-16"), "{refused:?}");
}

#[test]
fn whole_files_that_cannot_be_are_refused() {
    let shop = Shop::new();
    for (content, said) in [
        ("", "empty"),
        (HEADER, "no article"),
        ("number;prices\nA;1\n", "column description is missing"),
        ("number;description;prices;colour\n", "no column colour"),
        ("number;description;prices;special_prices\nA;Sattel;1;2\n", "1 problems"),
        ("number;description;prices;number\n", "twice"),
        ("<articles/>\n", "no column <articles/>"),
        ("[1]\n", "no column [1]"),
        ("{\"number\":\"A\"}\n", "1 problems"),
        ("{\"number\":\n", "1 problems"),
        ("{\"number\":\"A\",\"colour\":1}\n", "1 problems"),
    ] {
        let refused = shop.import(&[], content);
        assert!(!refused.done && refused.said.contains(said), "{content:?}: {refused:?}");
    }
    assert_eq!(shop.told("A"), "unknown");
    let lenient = "number;colour;description;prices\nA;red;Sattel;1\n";
    assert!(!shop.import(&[], lenient).done);
    shop.imported(&["--ignore-unknown"], lenient);
    assert_eq!(shop.told("A"), "Sattel: available");
}

#[test]
fn a_huge_line_costs_no_more_than_itself() {
    let shop = Shop::new();
    let huge = "x".repeat(64 * 1024 * 1024);
    let refused = shop.import(&[], format!("{HEADER}A;{huge};EA;;;1;1;;\nB;Kette;EA;;;1;1;;\n"));
    assert_eq!((refused.done, refused.problems()), (false, vec![(2, String::new())]));
    shop.imported(&["--skip-bad"], format!("{HEADER}A;{huge};EA;;;1;1;;\nB;Kette;EA;;;1;1;;\n"));
    assert_eq!(shop.told("B"), "Kette: available");
}

#[test]
fn too_many_problems_end_it() {
    let shop = Shop::new();
    let bad = "A;;EA;;;1;1;;\n".repeat(5_000);
    for options in [&["--max-errors", "10"][..], &["--max-errors", "10", "--skip-bad"]] {
        let refused = shop.import(options, format!("{HEADER}{bad}"));
        assert_eq!((refused.done, refused.problems().len()), (false, 10));
        assert!(refused.said.contains("more than 10 problems"), "{}", refused.said);
    }
}

#[test]
fn decimals_after_a_comma_are_read_if_that_is_said() {
    let shop = Shop::new();
    shop.imported(&["--decimal-comma"], format!("{HEADER}A;Kette;MTR;;;1,50 2,5=1,25;1,5;;\n"));
    assert_eq!(shop.details("A").elements("PriceAmount"), ["1.50", "1.25"]);
    let refused = shop.import(&["--decimal-comma"], format!("{HEADER}A;Kette;EA;;;1.50;1;;\n"));
    assert_eq!((refused.done, refused.problems()), (false, vec![(2, "prices".to_owned())]));
}
