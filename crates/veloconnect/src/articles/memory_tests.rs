#![allow(clippy::unwrap_used)]
use std::fmt::Write as _;

use futures_util::FutureExt as _;
use rust_decimal::Decimal;

use super::super::tests::{buyer, look_up};
use super::*;

fn find(articles: &MemoryArticles, id: &str) -> Lookup {
    look_up(articles, &buyer("K4711"), id)
}

/// The interface contract of the demo: at least 40 parts, among them one of each kind.
#[test]
fn the_demo_range_is_what_it_promises() {
    let demo = MemoryArticles::from_toml(include_str!("demo.toml")).unwrap();
    assert!(demo.len() >= 40, "{}", demo.len());
    assert_eq!(find(&demo, "ALT-1"), Lookup::Replaced(vec!["100-SP263".into()]));
    assert_eq!(find(&demo, "NIX-9"), Lookup::Unknown);
    let known: Vec<_> =
        demo.ids().into_iter().filter_map(|id| if let Lookup::Known(a) = find(&demo, id) { Some(a) } else { None }).collect();
    let any = |f: &dyn Fn(&Article) -> bool| known.iter().any(|a| f(a));
    let empty = Some(Decimal::ZERO);
    assert!(any(&|a| a.description.contains('ü')), "umlauts");
    assert!(any(&|a| a.supply.expected.is_none() && a.supply.on_hand == empty), "not available");
    assert!(any(&|a| a.supply.expected.is_none() && a.supply.on_hand.is_some_and(|n| n > Decimal::ZERO)), "partially");
    assert!(any(&|a| a.supply.expected.is_some()), "expected");
    assert!(any(&|a| a.ean.is_none() && a.manufacturer.is_some()), "no EAN");
    assert!(any(&|a| a.tax.is_some() && !a.groups.is_empty() && !a.information.is_empty()), "all that can be said");
    for unit in ["EA", "PR", "PK", "SET", "MTR"] {
        assert!(any(&|a| a.unit == unit), "{unit}");
    }
}

const PRICE: &str = "description = \"Ding\"\nprices = [{ amount = \"1.00\" }]\n";

fn file(rest: &str) -> String {
    format!("[[article]]\nid = \"A\"\n{rest}")
}

#[test]
fn what_is_wrong_with_a_file_is_said() {
    let scheme = |rest: &str| format!("[[scheme]]\nid = \"WG\"\n{rest}\n{}", file(PRICE));
    let groups = "groups = [{ id = \"1\", description = \"x\" }, { id = \"2\", description = \"y\", parent = \"1\" }]";
    let in_groups = |members: &str| format!("{}groups = [{members}]\n[[scheme]]\nid = \"WG\"\n{groups}", file(PRICE));
    let one = "{ scheme = \"WG\", group = \"1\" }";
    let two = "{ scheme = \"WG\", group = \"2\" }";
    MemoryArticles::from_toml(&in_groups(one)).unwrap();
    for (text, problem) in [
        (file("description = \"Ding\""), "prices: the first"),
        (file("prices = [{ amount = \"1.00\" }]"), "description is missing"),
        (file(&format!("{PRICE}ean = \"4000000000007\"")), "check digit must be 6"),
        (file(&format!("{PRICE}unit = \"PK\"")), "needs a pack"),
        (file(&format!("{PRICE}step = \"0\"")), "step and per"),
        (file(&format!("{PRICE}expected = {{ date = \"soon\" }}")), "expected:"),
        (file(&format!("{PRICE}tax = {{ category = \"S\", percent = \"190\" }}")), "percentage from 0"),
        (file(&format!("{PRICE}information = [{{ uri = \"\", dispositions = [\"picture\"] }}]")), "the uri"),
        (file(&format!("{PRICE}information = [{{ uri = \"x\", dispositions = [] }}]")), "one disposition"),
        (file(&format!("{PRICE}information = [{{ uri = \"x\", dispositions = [\"pdf\"] }}]")), "unknown variant `pdf`"),
        (file(&format!("{PRICE}special_prices = [{{ prices = [{{ amount = \"1\" }}] }}]")), "for a buyer or for a group"),
        (file(&format!("{PRICE}special_prices = [{{ buyer = \"B\", prices = [] }}]")), "prices: the first"),
        (file(&format!("{PRICE}groups = [{one}]")), "no classification scheme WG"),
        (in_groups("{ scheme = \"WG\", group = \"3\" }"), "no group 3"),
        (in_groups(&format!("{one}, {two}")), "only one group"),
        (scheme(""), "either a uri or groups"),
        (scheme(&format!("uri = \"x\"\n{groups}")), "either a uri or groups"),
        (scheme("groups = [{ id = \"2\", description = \"y\", parent = \"1\" }]"), "group 2 lies within"),
        (scheme("groups = [{ id = \"2\", description = \"\" }]"), "a text is empty"),
        (file("replaced_by = [\"B\"]"), "no article B"),
        (format!("{}{}", file(PRICE), file(PRICE)), "given twice"),
        (file("descriptoin = \"Ding\""), "unknown field article.0.descriptoin"),
        (file(&format!("{PRICE}retail_price = {{ amount = \"1\", unit = \"EA\", per = \"1\" }}")), "retail_price.?.per"),
        (
            "[[price_group]]\nid = \"A\"\nbuyers = [\"B\"]\n[[price_group]]\nid = \"C\"\nbuyers = [\"B\"]".into(),
            "in group A already",
        ),
    ] {
        let error = MemoryArticles::from_toml(&text).unwrap_err().to_string();
        assert!(error.contains(problem), "{error} should say: {problem}");
    }
}

/// However it is written: what cannot be read piece by piece is read as a whole, and says the same.
#[test]
fn ways_of_writing_a_file() {
    let in_text =
        format!("{}[[article]]\nid = \"B\"\n{}", file(PRICE), PRICE.replace("\"Ding\"", "\"\"\"x\n[[article]]\nid\"\"\""));
    let tables = "[[ article ]]\nid = \"A\"\ndescription = \"x\"\n[[article.prices]]\namount = \"1\"\n\
                  [[article]]\nid = \"B\"\ndescription = \"x\"\n[[article.prices]]\namount = \"2\"\n";
    let between =
        format!("currency = \"CHF\"\n{}[[scheme]]\nid = \"S\"\nuri = \"u\"\n[[article]]\nid = \"B\"\n{PRICE}", file(PRICE));
    for text in [in_text.as_str(), tables, &between] {
        let articles = MemoryArticles::from_toml(text).unwrap();
        assert_eq!(articles.ids(), ["A", "B"], "{text}");
    }
    let articles = MemoryArticles::from_toml(&between).unwrap();
    let Lookup::Known(article) = find(&articles, "B") else { unreachable!() };
    assert_eq!((article.currency.as_str(), articles.schemes.len()), ("CHF", 1));
    let both = format!("article = [{{ id = \"B\", replaced_by = [\"A\"] }}]\n{}", file(PRICE));
    assert!(MemoryArticles::from_toml(&both).unwrap_err().to_string().contains("line 2"), "an array and tables");
}

/// A buyer's own prices come before those of his group, and those before the prices for all.
#[test]
fn prices_of_buyers_and_groups() {
    let text = "[[price_group]]\nid = \"A\"\nbuyers = [\"eins\", \"zwei\"]\n".to_owned()
        + &file(PRICE)
        + "special_prices = [{ group = \"A\", prices = [{ amount = \"0.90\" }] }, { buyer = \"zwei\", prices = [{ amount = \"0.80\" }] }]";
    let articles = MemoryArticles::from_toml(&text).unwrap();
    for (name, amount) in [("eins", "0.90"), ("zwei", "0.80"), ("drei", "1.00")] {
        let Lookup::Known(article) = look_up(&articles, &buyer(name), "A") else { unreachable!() };
        assert_eq!(article.prices[0].amount.to_string(), amount, "{name}");
        let page = articles.search("").now_or_never().unwrap().unwrap().page(0, 9);
        let listed = articles.at(&buyer(name), &page).now_or_never().unwrap().unwrap();
        assert_eq!(listed, [Listed { id: "A".into(), lookup: Lookup::Known(article) }]);
    }
}

/// D-OBJ rule 3.
#[test]
fn numbers_of_buyers() {
    let numbers = |numbers: &str| MemoryArticles::from_toml(&(file(PRICE) + "buyers_numbers = [" + numbers + "]"));
    let articles = numbers("{ buyer = \"eins\", number = \"7290\" }").unwrap();
    for (name, number) in [("eins", Some("7290")), ("zwei", None)] {
        let Lookup::Known(article) = look_up(&articles, &buyer(name), "A") else { unreachable!() };
        assert_eq!((article.buyers_number.as_deref(), article.prices[0].amount.to_string().as_str()), (number, "1.00"));
    }
    for (wrong, said) in [
        ("{ buyer = \"eins\", number = \"\" }", "not empty"),
        ("{ buyer = \"eins\", number = \"1\" }, { buyer = \"eins\", number = \"2\" }", "two numbers"),
    ] {
        assert!(numbers(wrong).unwrap_err().to_string().contains(said), "{wrong}");
    }
}

/// A file that is read again is the same catalogue unless articles have other places; hits of another are not read as its own.
#[test]
fn hits_belong_to_their_catalogue() {
    let read = |text: &str| MemoryArticles::from_toml(text).unwrap();
    let other = file(PRICE).replace("\"A\"", "\"B\"");
    let (one, both) = (read(&file(PRICE)), read(&format!("{}{other}", file(PRICE))));
    let changed = read(&file(&PRICE.replace("Ding", "Sache")));
    let page = one.search("").now_or_never().unwrap().unwrap().page(0, 9);
    assert_eq!(one.ids_at(&page).now_or_never().unwrap().unwrap(), ["A"]);
    assert_eq!(changed.ids_at(&page).now_or_never().unwrap().unwrap(), ["A"]);
    assert!(matches!(both.ids_at(&page).now_or_never().unwrap(), Err(ArticlesError::Gone(_))));
}

/// What a catalogue stores: compact, and read back whole; what an earlier version stored, and a later one will.
#[test]
fn stored_articles() {
    let demo = demo_articles();
    for id in demo.ids() {
        let Lookup::Known(article) = find(&demo, id) else { continue };
        let stored = serde_json::to_string(&*article).unwrap();
        assert!(!stored.contains("null"), "{stored}");
        let read: Article = serde_json::from_str(&stored).unwrap();
        assert_eq!(Article { supply: article.supply.clone(), ..read }, *article);
        let supply = serde_json::to_string(&article.supply).unwrap();
        assert_eq!(serde_json::from_str::<crate::articles::Supply>(&supply).unwrap(), article.supply);
    }
    let earlier = r#"{"id":"A","description":"Ding","unit":"EA","pack":null,"ean":null,"manufacturer":null,"currency":"EUR",
        "prices":[{"amount":"1.00","per":"1","from":null,"to":null}],"retail_price":{"amount":"2","unit":"EA"},"step":"1"}"#;
    let later = earlier.replace("\"step\"", "\"colour\":\"red\",\"step\"");
    for text in [earlier, &later] {
        let read: Article = serde_json::from_str(text).unwrap();
        assert_eq!((read.prices.len(), read.groups.len(), read.step), (1, 0, Decimal::ONE));
    }
}

/// Prints how much memory a file of a hundred thousand articles takes when it is read, and then; run it by name, alone.
#[test]
#[ignore = "prints figures, decides nothing"]
#[expect(clippy::print_stdout, reason = "figures are what it is for")]
fn figures_for_a_large_file() {
    let resident = |name: &str| {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() / 1024
    };
    let mut text = "[[scheme]]\nid = \"WG\"\ngroups = [{ id = \"1\", description = \"Teile\" }]\n".to_owned();
    for number in 0..100_000_u32 {
        write!(
            text,
            "[[article]]\nid = \"B-{number:06}\"\ndescription = \"Bremsbelag mit Pannenschutz einfach, Modell {}\"\n\
             prices = [{{ amount = \"{}.90\" }}, {{ amount = \"{}.50\", from = \"10\" }}]\n\
             retail_price = {{ amount = \"{}.95\", unit = \"EA\" }}\nstock = \"{}\"\n\
             tax = {{ category = \"S\", percent = \"19\" }}\ngroups = [{{ scheme = \"WG\", group = \"1\" }}]\n",
            number.wrapping_mul(2_654_435_761) % 99_991,
            number % 90 + 2,
            number % 90 + 1,
            2 * (number % 90) + 5,
            number % 300
        )
        .unwrap();
    }
    let (before, began) = (resident("VmRSS:"), std::time::Instant::now());
    let articles = MemoryArticles::from_toml(&text).unwrap();
    let (peak, now) = (resident("VmHWM:") - before, resident("VmRSS:") - before);
    println!(
        "{} articles of {} bytes each: {now} MiB; {peak} MiB while they are read, in {:.2?}",
        articles.len(),
        size_of::<Article>(),
        began.elapsed()
    );
}
