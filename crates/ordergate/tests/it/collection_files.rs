//! Collections' files that cannot be used: what is said about them, and where.

use std::path::Path;

use crate::harness::{ordergate, output_of};

/// A way of delivery, without which nothing can be offered.
const DELIVERY: &str = "delivery = { online_data_access = [\"https\"] }\n";

/// `ordergate config check` of a folder with these files: whether it is in order, and what is said.
fn check(files: &[(&str, &str)]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let collections = folder.path().join("collections");
    std::fs::create_dir(&collections).unwrap();
    for (name, text) in files {
        std::fs::write(collections.join(name), text).unwrap();
    }
    check_folder(&collections)
}

fn check_folder(collections: &Path) -> (bool, String) {
    let output = output_of(ordergate().args(["config", "check"]).env("ORDERGATE_OSEO__COLLECTIONS_DIR", collections));
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.success(), said.replace(&format!("{}/", collections.display()), ""))
}

/// A file with one set of options, of which the first is this; it stands in line 6.
fn with_option(option: &str) -> String {
    format!("id = \"c\"\n\n[[order_options]]\nid = \"s\"\n{DELIVERY}option = [{{ name = \"a\", {option} }}]\n")
}

#[test]
fn files_in_order() {
    let option = "kind = \"list\", max = 3, of = { name = \"b\", kind = \"text\" }";
    for files in [
        &[][..],
        &[("a.toml", "id = \"c\"\n"), ("b.toml", &with_option(option).replace("\"c\"", "\"d\""))],
        // Neither is a collection.
        &[("README.md", "text"), (".a.toml", "text")],
    ] {
        assert_eq!(check(files), (true, String::new()), "{files:?}");
    }
    let (good, said) = check_folder(Path::new("/nowhere/collections"));
    assert!(!good && said.contains("/nowhere/collections: cannot be read"), "{said}");
}

/// A file with a price list; options as in [`with_option`].
fn with_price(price: &str) -> String {
    let options = with_option("kind = \"count\", values = [8, 16] }, { name = \"r\", kind = \"count-range\"");
    format!("{options}\n[price]\n{price}")
}

/// Text of a file with § before what is refused, and with which words it is.
type Refused = (String, &'static str);

/// The text without its §, and where that stood.
fn place(marked: &str) -> (String, String) {
    let (before, _) = marked.split_once('§').expect("a place is marked");
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let place = format!("{}:{}", before.matches('\n').count() + 1, before[line_start..].chars().count() + 1);
    (marked.replacen('§', "", 1), place)
}

fn refused_files() -> Vec<Refused> {
    let set = |rest: &str| format!("id = \"c\"\n\n[[order_options]]\nid = \"s\"\n{rest}");
    let option = with_option;
    let whole = |option: &str| with_option(option).replace("[{ name = \"a\"", "[§{ name = \"a\"");
    vec![
        ("§title = \"c\"\n".to_owned(), "missing field `id`"),
        ("id = \"c\"\n§idd = 1\n".to_owned(), "idd: unknown field `idd`, expected one of "),
        ("id = §\"\"\n".to_owned(), "id: must have 1 to 255 characters"),
        ("id = \"c\"\nidentifier = §\"(\"\n".to_owned(), "identifier: is no regular expression"),
        ("id = \"c\"\nidentifier = §\"a)(b\"\n".to_owned(), "identifier: is no regular expression"),
        (format!("product = §false\n{}", set(DELIVERY)), "product: must be true"),
        (set("").replace("[[o", "§[[o"), "order_options[0]: lacks delivery"),
        (set("delivery = §{}\n"), "order_options[0].delivery: must offer at least one"),
        (
            set("delivery = { media_delivery = [§\"floppy\"] }\n"),
            "order_options[0].delivery.media_delivery[0]: must be one of NTP",
        ),
        (
            set("delivery = { online_data_access = [\"ftp\", §\"ftp\"] }\n"),
            "order_options[0].delivery.online_data_access[1]: is given twice",
        ),
        (
            set(&format!("{DELIVERY}order_type = §\"product\"\n")),
            "order_options[0].order_type: unknown value, expected one of `PRODUCT_ORDER`",
        ),
        (
            set(&format!("{DELIVERY}[[order_options]]\nid = §\"s\"\n{DELIVERY}")),
            "order_options[1].id: is the id of other order_options too",
        ),
        (
            set(DELIVERY).replace("\"s\"", "§\"more than forty characters make no usable id\""),
            "order_options[0].id: must have 1 to 40",
        ),
        (
            set(&format!("{DELIVERY}payment = [{{ method = \"a\" }}, {{ method = §\"a\" }}]\n")),
            "order_options[0].payment[1].method: is given twice",
        ),
        (set(&format!("{DELIVERY}info_url = §\"http://%zz\"\n")), "order_options[0].info_url: must be a URI"),
        (
            option("kind = \"text\" }, { name = §\"a\", kind = \"text\""),
            "order_options[0].option[1].name: is the name of another option too",
        ),
        (option("kind = §\"word\""), "order_options[0].option[0].kind: unknown value, expected one of `boolean`"),
        (option("kind = \"text\", §colour = 1"), "order_options[0].option[0].colour: unknown field `colour`"),
        (option("kind = \"text\"").replace("\"a\"", "§\"a b\""), "order_options[0].option[0].name: must be a name"),
        (option("kind = \"text\", uom = §\"m\""), "order_options[0].option[0].uom: is no key of kind text"),
        (option("kind = \"record\", field = [], default = §1"), "order_options[0].option[0].default: is no key of kind record"),
        (whole("kind = \"count\", max = 1"), "order_options[0].option[0]: has min or max, but kind count has neither"),
        (whole("kind = \"category\""), "order_options[0].option[0]: lacks values"),
        (whole("kind = \"quantity\""), "order_options[0].option[0]: lacks uom"),
        (option("kind = \"quantity\", uom = §\"m s\""), "order_options[0].option[0].uom: must be a UCUM code"),
        (option("kind = \"category\", values = [\"x\", §\"x\"]"), "order_options[0].option[0].values[1]: is given twice"),
        (option("kind = \"text\", values = [§\"x \"]"), "order_options[0].option[0].values[0]: must not be empty"),
        (option("kind = \"text\", values = [§[\"x\"]]"), "order_options[0].option[0].values[0]: invalid type: sequence"),
        (option("kind = \"count\", values = [§1.5]"), "order_options[0].option[0].values[0]: must be a whole number"),
        (
            option("kind = \"count\", intervals = [§[5, 1]]"),
            "order_options[0].option[0].intervals[0]: must be a minimum up to the maximum",
        ),
        (option("kind = \"count\", intervals = [§[1, 5, 9]]"), "order_options[0].option[0].intervals[0]: must be an array of"),
        (
            option("kind = \"time\", intervals = [§[\"2026\", \"2027\"]]"),
            "order_options[0].option[0].intervals[0]: must be a date or a time",
        ),
        (
            option("kind = \"count\", intervals = [[1, 5]], default = §6"),
            "order_options[0].option[0].default: is not allowed: expected a whole number: 1 to 5",
        ),
        (
            option("kind = \"boolean\", default = §\"yes\""),
            "order_options[0].option[0].default: is not allowed: expected true or false",
        ),
        (option("kind = \"boolean\", default = true, required = §true"), "order_options[0].option[0].required: must not be true"),
        (
            option("kind = \"count-range\", default = §[9, 1]"),
            "order_options[0].option[0].default: is not allowed: expected a minimum",
        ),
        (whole("kind = \"list\""), "order_options[0].option[0]: lacks of"),
        (
            whole("kind = \"list\", max = 0, of = { name = \"b\", kind = \"text\" }"),
            "order_options[0].option[0]: must have min up to max",
        ),
        (
            option("kind = \"list\", of = { name = \"b\", kind = \"text\", required = §true }"),
            "order_options[0].option[0].of.required: means nothing in a list or a choice",
        ),
        (whole("kind = \"record\""), "order_options[0].option[0]: lacks field"),
        (
            option("kind = \"record\", field = [{ name = \"b\", kind = \"text\", grouping = §\"g\" }]"),
            "order_options[0].option[0].field[0].grouping: belongs to an option",
        ),
        (
            whole("kind = \"choice\", item = [{ name = \"b\", kind = \"text\" }]"),
            "order_options[0].option[0]: lacks item: a choice has at least two",
        ),
    ]
}

fn refused_prices() -> Vec<Refused> {
    let price = with_price;
    let eur = |rest: &str| price(&format!("currency = \"EUR\"\n{rest}"));
    let option = |rest: &str| eur(&format!("per_item = 1\n[[price.option]]\n{rest}\n"));
    let delivery = |rest: &str| eur(&format!("per_item = 1\n[[price.delivery]]\n{rest}\n"));
    vec![
        (price("currency = §\"EURO\"\nper_item = 1\n"), "price.currency: must be a currency code of ISO 4217"),
        (price("currency = §\"QUOTA-PER-KM\"\nper_item = 1\n"), "price.currency: must be a currency code"),
        (eur("").replace("[price]", "§[price]"), "price: lacks per_item"),
        (eur("per_item = §12.5\n"), "price.per_item: invalid type: floating point"),
        (eur("per_item = §\"12,5\"\n"), "price.per_item: must be an amount of EUR"),
        (eur("per_item = §-1\n"), "price.per_item: must be an amount of EUR"),
        (eur("per_item = 1\nbase_fee = §\"0.001\"\n"), "price.base_fee: must be an amount of EUR"),
        (
            eur("per_item = 1\nfast_track = §\"111111111111111111111111111111\"\n"),
            "price.fast_track: must be an amount of EUR: decimal digits, at most 1000000000000",
        ),
        (eur("free = true\nper_item = §1\n"), "price.per_item: must not be set where all is free"),
        (option("name = §\"b\"\nvalue = 8\nsurcharge = 1"), "price.option[0].name: is no option"),
        (option("name = §\"r\"\nvalue = 8\nsurcharge = 1"), "price.option[0].name: is an option that has no single value"),
        (option("name = \"a\"\nvalue = §9\nsurcharge = 1"), "price.option[0].value: is no value of the option"),
        (option("name = \"a\"\nvalue = 8\nsurcharge = §\"x\""), "price.option[0].surcharge: must be an amount"),
        (delivery("way = §\"media_delivery\"\nsurcharge = 1"), "price.delivery[0].way: is offered by no order_options"),
        (
            delivery("way = \"online_data_access\"\nby = §\"ftp\"\nsurcharge = 1"),
            "price.delivery[0].by: is offered by no order_options",
        ),
    ]
}

/// Options are for orders of a type that the collection takes.
fn refused_types() -> Vec<Refused> {
    let set = |rest: &str| format!("id = \"c\"\n\n[[order_options]]\nid = \"s\"\n{rest}");
    vec![
        (
            format!("subscription = §false\n{}", set(&format!("{DELIVERY}order_type = \"SUBSCRIPTION_ORDER\"\n"))),
            "subscription: must be true where there are order_options for subscription orders",
        ),
        (
            format!("tasking = §false\n{}", set(&format!("{DELIVERY}order_type = \"TASKING_ORDER\"\n"))),
            "tasking: must be true where there are order_options for tasking orders",
        ),
        (
            format!(
                "subscription = true\n{}",
                set(&format!("{DELIVERY}order_type = \"SUBSCRIPTION_ORDER\"\nidentifier = §\"x\"\n"))
            ),
            "order_options[0].identifier: must not be given",
        ),
    ]
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_place() {
    for (text, expected) in refused_files().into_iter().chain(refused_prices()).chain(refused_types()) {
        let (text, place) = place(&text);
        let expected = format!("ordergate: c.toml:{place}: {expected}");
        let (good, said) = check(&[("b.toml", "id = \"b\"\n"), ("c.toml", &text)]);
        assert!(!good && said.starts_with(&expected), "{text}\n{said}was expected to be\n{expected}");
    }
    let twice = check(&[("a.toml", "id = \"c\"\n"), ("b.toml", "\nid = \"c\"\n")]);
    assert_eq!(twice, (false, "ordergate: b.toml:2:6: id: is the id of another collection too\n".to_owned()));
    let default = "id = \"c\"\ndefault = true\n";
    let twice = check(&[("a.toml", default), ("b.toml", &default.replace('c', "d"))]);
    assert_eq!(twice, (false, "ordergate: b.toml:2:11: default: must not be true of two collections\n".to_owned()));
}
