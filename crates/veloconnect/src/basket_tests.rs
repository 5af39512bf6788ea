#![allow(clippy::unwrap_used)]
use std::fmt::Write as _;

use super::*;
use crate::articles::{Articles, Buyer, MemoryArticles, demo_articles};

/// What these articles are to the lines of a basket and of a request.
fn found(articles: &dyn Articles, basket: &Basket, requests: &[RequestLine]) -> Found {
    let buyer = Buyer { account: ordergate_engine::AccountId(1), name: "K4711".into() };
    futures_util::FutureExt::now_or_never(Found::of(articles, &buyer, basket.numbers(requests))).unwrap().unwrap()
}

fn apply(basket: &mut Basket, requests: &[RequestLine], rules: Rules) -> Result<Unmatched, LineProblem> {
    let articles = found(&demo_articles(), basket, requests);
    basket.apply(requests, &articles, rules, today())
}

const LINE: Rules = Rules { delivery_date: Granularity::Line, backlog: Granularity::Line, backlog_default: false };

fn today() -> Date {
    "2027-02-11".parse().unwrap()
}

fn line(id: &str, value: &str, unit: &str) -> RequestLine {
    RequestLine {
        id: id.into(),
        value: value.parse().unwrap(),
        unit: (!unit.is_empty()).then(|| unit.to_owned()),
        buyers_id: None,
        delivery_date: None,
        backlog: None,
    }
}

/// The basket after some requests, one line of text for each of its lines.
fn after(rules: Rules, steps: &[&[RequestLine]]) -> Vec<String> {
    let mut basket = Basket::default();
    for step in steps {
        apply(&mut basket, step, rules).unwrap();
    }
    basket.lines.iter().map(show).collect()
}

fn show(line: &Line) -> String {
    let mut text =
        format!("{} {} {} at {}", line.article.id, line.quantity.value.normalize(), line.quantity.unit, line.unit_price.amount);
    if let Some(date) = line.delivery_date {
        let _ = write!(text, ", on {date}");
    }
    if let Some(backlog) = line.backlog {
        let _ = write!(text, ", backlog {backlog}");
    }
    text
}

/// veloconnect 52, 53: lines are merged by number; zero removes; the order of the others stays.
#[test]
fn updates_create_replace_and_remove() {
    let steps: &[&[RequestLine]] = &[
        &[line("100-SP263", "9", "PK"), line("130-KE8", "3", "EA")],
        &[line("100-SP263", "10", ""), line("140-BB-V", "2", "PR")],
        &[line("130-KE8", "0", "EA"), line("120-FLK", "0", "EA")],
    ];
    assert_eq!(after(LINE, steps), ["100-SP263 10 PK at 32.50", "140-BB-V 2 PR at 3.10"]);
}

/// veloconnect 42 within an order: no line arises, and it is said which number was meant.
#[test]
fn numbers_that_make_no_line() {
    let mut basket = Basket::default();
    let request = [line("ALT-1", "2", "EA"), line("NIX-9", "1", "EA")];
    let unmatched = apply(&mut basket, &request, LINE).unwrap();
    assert_eq!(unmatched.replaced, [("ALT-1".to_owned(), vec!["100-SP263".to_owned()])]);
    assert_eq!(unmatched.unknown, ["NIX-9"]);
    assert_eq!(basket, Basket::default());
}

#[test]
fn what_cannot_be_taken_at_all() {
    let problem = |request: &[RequestLine]| apply(&mut Basket::default(), request, LINE).unwrap_err();
    let twice = [line("130-KE8", "1", "EA"), line("130-KE8", "2", "EA")];
    assert_eq!(problem(&twice), LineProblem::Duplicate("130-KE8".into()));
    for value in ["-1", "1000000001", "0.0000001"] {
        assert_eq!(problem(&[line("130-KE8", value, "EA")]), LineProblem::BadQuantity("130-KE8".into()), "{value}");
    }
    let expected = LineProblem::UnknownUnit { article: "130-KE8".into(), unit: "KGM".into(), expected: "EA".into() };
    assert_eq!(problem(&[line("130-KE8", "1", "KGM")]), expected);
}

/// D-CO 2b to 2d: dates and back-delivery, where they hold for a line, for the order, or cannot be had.
#[test]
fn dates_and_backlog() {
    let dated = |id: &str, date: &str, backlog| RequestLine {
        delivery_date: Some(date.parse().unwrap()),
        backlog: Some(backlog),
        ..line(id, "1", "")
    };
    // 110-LR28HR is expected in 14 days, that is on 2027-02-25; a past date becomes today.
    let request = [dated("110-LR28HR", "2027-02-20", true), dated("130-KE8", "2020-01-01", false), line("130-KE11", "1", "")];
    assert_eq!(
        after(LINE, &[&request]),
        [
            "110-LR28HR 1 EA at 139.00, on 2027-02-25, backlog true",
            "130-KE8 1 EA at 7.20, on 2027-02-11, backlog false",
            "130-KE11 1 EA at 17.90"
        ]
    );
    let order = Rules { delivery_date: Granularity::Order, backlog: Granularity::Order, backlog_default: false };
    let first = [dated("130-KE8", "2027-03-01", true)];
    let second = [line("130-KE11", "1", "")];
    assert_eq!(
        after(order, &[&first, &second]),
        ["130-KE8 1 EA at 7.20, on 2027-03-01, backlog true", "130-KE11 1 EA at 17.90, on 2027-03-01, backlog true"]
    );
    let none = Rules { delivery_date: Granularity::None, backlog: Granularity::None, backlog_default: false };
    assert_eq!(after(none, &[&first]), ["130-KE8 1 EA at 7.20, backlog false"]);
}

/// What is stored is read back, without the stock of the day; an article that left the range is not available.
#[test]
fn a_stored_basket_survives_the_article() {
    let mut basket = Basket::default();
    apply(&mut basket, &[line("100-SP263", "3", "PK")], LINE).unwrap();
    let mut read = Basket::from_document(&basket.to_document()).unwrap();
    assert_eq!(read.lines[0].unit_price, basket.lines[0].unit_price);
    let none = found(&MemoryArticles::default(), &read, &[]);
    read.refresh(&none, today());
    assert_eq!(read.lines[0].availability.code, AvailabilityCode::NotAvailable);
    assert_eq!(Basket::from_document(&Document(b"{".to_vec())), None);
    read.apply(&[line("100-SP263", "0", "PK")], &none, LINE, today()).unwrap();
    assert!(read.lines.is_empty());
}
