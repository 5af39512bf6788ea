//! GetStatus with criteria.

use ordergate_xml::builtin::{format_date_time, parse_date_time};

use super::customer::{Customer, Way, search};
use super::{Report, quiet, redacted, succeeded};
use crate::harness::{Answer, Config, Server, transcript};

fn reference(text: &str) -> String {
    format!("<os:orderReference>{text}</os:orderReference>")
}

fn from(time: &str) -> String {
    format!("<os:lastUpdate>{time}</os:lastUpdate>")
}

fn until(time: &str) -> String {
    format!("<os:lastUpdateEnd>{time}</os:lastUpdateEnd>")
}

/// Three orders of a new customer, and the times at which they were submitted and thus last updated.
fn three(server: &Server) -> (Customer, [String; 3], [i64; 3]) {
    let customer = Customer::new(server);
    let ids = ["a", "b", "a"].map(|r| customer.order(server, &reference(r)));
    let answer = customer.ask(server, &search("", "brief"));
    let times: Vec<i64> = answer.elements("orderDateTime").into_iter().map(|t| parse_date_time(t).unwrap()).collect();
    (customer, ids, times.try_into().unwrap())
}

/// OSEO 40, 41: both bounds belong to the range, to the microsecond, and alone or together.
#[test]
fn bounds_are_inclusive() {
    let server = quiet();
    let (customer, ids, times) = three(server);
    let [_, time, _] = times.map(format_date_time);
    let (before, after) = (format_date_time(times[1] - 1), format_date_time(times[1] + 1));
    let found = |criteria: String| customer.search(server, &criteria);
    assert_eq!(found(from(&time)), ids[1..]);
    assert_eq!(found(from(&after)), ids[2..]);
    assert_eq!(found(from(&before)), ids[1..]);
    assert_eq!(found(until(&time)), ids[..2]);
    assert_eq!(found(until(&before)), ids[..1]);
    assert_eq!(found(until(&after)), ids[..2]);
    assert_eq!(found(from(&time) + &until(&time)), ids[1..2]);
    assert!(found(from(&after) + &until(&before)).is_empty(), "a range that ends before it begins is empty");
    // The same moment in other words.
    let no_zone = time.trim_end_matches('Z');
    let in_tokyo = format!("{}+09:00", format_date_time(times[1] + 9 * 3_600_000_000).trim_end_matches('Z'));
    for same in [no_zone, in_tokyo.as_str()] {
        assert_eq!(found(from(same) + &until(same)), ids[1..2], "{same:?}");
    }
    for (criteria, all) in [(from("-0044-03-15T12:00:00Z"), true), (from("123456-01-01T00:00:00Z"), false)] {
        assert_eq!(found(criteria) == ids, all);
    }
    assert_eq!(found(until("999999999-01-01T00:00:00Z")), ids);
}

/// OSEO 42: a date as upper bound means to the end of that day.
#[test]
fn the_upper_bound_may_be_a_date() {
    let server = quiet();
    let (customer, ids, [first, _, last]) = three(server);
    let day = |micros: i64| format_date_time(micros)[..10].to_owned();
    let found = |end: &str| customer.search(server, &until(end));
    for end in [day(last), format!("{}Z", day(last)), format!(" {}\n", day(last))] {
        assert_eq!(found(&end), ids, "{end:?}");
    }
    assert!(found(&day(first - 86_400_000_000)).is_empty());
    let typed = |ty: &str, text: &str| {
        format!(
            "<os:lastUpdateEnd xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
             xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xsi:type=\"xs:{ty}\">{text}</os:lastUpdateEnd>"
        )
    };
    assert_eq!(customer.search(server, &typed("date", &day(last))), ids);
    assert_eq!(customer.search(server, &typed("dateTime", &format_date_time(last))), ids);
}

/// OSEO 42, 54: dates that are none, criteria that are none. `lastUpdateEnd` has no type in the schema, so
/// its message is ours alone.
#[test]
fn bad_criteria() {
    let server = quiet();
    let cases = [
        (from("2026-01-01"), "lastUpdate"),
        (from("2026-02-30T00:00:00Z"), "lastUpdate"),
        (from("2026-01-01T24:00:01Z"), "lastUpdate"),
        (from("1.1.2026"), "lastUpdate"),
        (from(""), "lastUpdate"),
        (until("2026-02-30"), "lastUpdateEnd"),
        (until("tomorrow"), "lastUpdateEnd"),
        (until("2026-01"), "lastUpdateEnd"),
        (until("1767225600"), "lastUpdateEnd"),
        (until(""), "lastUpdateEnd"),
        (until("<os:date>2026-01-01</os:date>"), "lastUpdateEnd"),
        (until("2026-01-01") + &from("2026-01-01T00:00:00Z"), "lastUpdate"),
        (from("2026-01-01T00:00:00Z").repeat(2), "lastUpdate"),
        ("<os:orderStatus>Done</os:orderStatus>".to_owned(), "orderStatus"),
        ("<os:orderStatus>completed</os:orderStatus>".to_owned(), "orderStatus"),
        ("<os:orderStatus>Failed</os:orderStatus><os:orderStatus> Failed</os:orderStatus>".to_owned(), "orderStatus"),
        (reference(""), "orderReference"),
        (reference(&"x".repeat(31)), "orderReference"),
        (reference("a").repeat(2), "orderReference"),
        ("<os:extension>collection=urn:x</os:extension>".to_owned(), "extension"),
        ("<os:orderId>1</os:orderId>".to_owned(), "orderId"),
    ];
    let mut report = Report::default();
    for (criteria, locator) in cases {
        report.line(&criteria);
        for way in Way::ALL {
            let answer = server.send(&Customer::demo().request(way, &search(&criteria, "brief")));
            let fault = report.refused(way, &answer, "InvalidParameterValue", Some(locator));
            assert!(fault.diagnosis.starts_with("line 1, column "), "{fault}");
        }
    }
    crate::harness::assert_snapshot!(report.checked());
}

/// OSEO 44: the string that was given, to the letter.
#[test]
fn the_reference_is_compared_exactly() {
    let (server, customer) = (quiet(), Customer::new(quiet()));
    let references = ["Ref", "ref", " Ref", "Ref ", "Re%", "R_f", "R\u{e9}f", "Re\u{301}f", "Ref'--", "&lt;Ref&gt;", "0", "00"];
    let ids = references.map(|r| customer.order(server, &reference(r)));
    for (wanted, id) in references.iter().zip(&ids) {
        assert_eq!(customer.search(server, &reference(wanted)), [id.as_str()], "{wanted:?}");
    }
    for missing in ["REF", "Re", "%", "Ref\u{a0}"] {
        assert!(customer.search(server, &reference(missing)).is_empty(), "{missing:?}");
    }
    // As little as what a client writes differently, but means.
    assert_eq!(customer.search(server, &reference("R&#101;<!-- e -->f")), [ids[0].as_str()]);
}

/// OSEO 45: all criteria at once.
#[test]
fn criteria_combine_with_and() {
    let server = quiet();
    let (customer, ids, times) = three(server);
    let [first, second, third] = times.map(format_date_time);
    let submitted = "<os:orderStatus>Submitted</os:orderStatus>";
    let found = |criteria: &str| customer.search(server, criteria);
    assert_eq!(found(&reference("a")), [ids[0].as_str(), &ids[2]]);
    assert_eq!(found(&(from(&second) + &reference("a"))), ids[2..]);
    assert_eq!(found(&(until(&second) + &reference("a"))), ids[..1]);
    assert_eq!(found(&[&from(&first), &until(&third), submitted, &reference("b")].concat()), ids[1..2]);
    assert!(found(&["<os:orderStatus>Failed</os:orderStatus>", &reference("b")].concat()).is_empty());
    assert!(found(&[&from(&third), submitted, &reference("b")].concat()).is_empty());
}

/// OSEO 46, 57: empty criteria find all orders of the customer, and nobody else's.
#[test]
fn empty_criteria_find_all_own_orders() {
    let server = quiet();
    let (mine, others) = (Customer::new(server), Customer::new(server));
    let my_ids = [0, 1].map(|_| mine.order(server, &reference("shared")));
    let their_id = others.order(server, &reference("shared"));
    for criteria in ["", "<!-- nothing -->", "<os:orderStatus>Submitted</os:orderStatus>", &reference("shared")] {
        assert_eq!(mine.search(server, criteria), my_ids, "{criteria}");
        assert_eq!(others.search(server, criteria), [their_id.as_str()], "{criteria}");
    }
}

/// OSEO 47, 48, 49 and the wrappings: what an answer to a search looks like, with and without a hit.
#[test]
fn answers_of_a_search() {
    let (server, customer) = (quiet(), Customer::new(quiet()));
    for r in ["one", "two"] {
        customer.order(server, &reference(r));
    }
    for (name, criteria, presentation) in
        [("brief", String::new(), "brief"), ("full", reference("two"), "full"), ("no_hit", reference("x"), "full")]
    {
        for way in Way::ALL {
            let message = search(&criteria, presentation);
            let answer = succeeded(server.send(&customer.request(way, &message)));
            assert_eq!(answer.header("content-type"), Some(way.content_type()));
            crate::harness::assert_snapshot!(
                format!("search_{name}_{way}"),
                redacted(&transcript(&way.anonymous(&message), &answer))
            );
        }
    }
}

/// The nine statuses, in the order of the schema.
const STATUSES: [&str; 9] =
    ["Submitted", "Accepted", "Cancelled", "Completed", "InProduction", "Suspended", "Failed", "Terminated", "Downloaded"];

/// OSEO 43, 50, 52: any of the statuses asked for, sorted by the time of submission.
#[test]
fn any_of_several_statuses_sorted_by_submission() {
    let server = Server::demo(&["--orders", "90"]);
    let customer = Customer::demo();
    let ask = |statuses: &[&str]| {
        let criteria = statuses.iter().map(|s| format!("<os:orderStatus>{s}</os:orderStatus>")).collect::<Vec<_>>().concat();
        // Only the synthetic orders: there are ten of each status.
        let answer = customer.ask(&server, &search(&criteria, "brief"));
        assert_eq!(answer.element("status"), Some("success"));
        let found = statuses_and_times(&answer);
        assert!(found.is_sorted_by_key(|(_, time)| *time), "{}", answer.text());
        found.into_iter().map(|(status, _)| status).collect::<Vec<_>>()
    };
    for status in STATUSES {
        let found = ask(&[status]);
        // The demo's order 1 is Completed.
        assert_eq!(found.len(), if status == "Completed" { 11 } else { 10 }, "{status}");
        assert!(found.iter().all(|s| s == status), "{status}: {found:?}");
    }
    let two = ask(&["Failed", "Cancelled"]);
    assert_eq!((two.len(), two.iter().filter(|s| *s == "Failed").count()), (20, 10));
    assert!(two.iter().all(|s| s == "Failed" || s == "Cancelled"));
    assert_eq!(ask(&["Failed", "Failed", "Cancelled"]), two, "to ask twice changes nothing");
    assert_eq!(ask(&STATUSES).len(), 91);
    assert_eq!(ask(&[]), ask(&STATUSES));
}

fn statuses_and_times(answer: &Answer) -> Vec<(String, i64)> {
    let orders = answer.text().split("<os:orderStatusInfo>").skip(1);
    let one = |o: &str| {
        let within = |name: &str| o.split_once(&format!("<os:{name}>")).unwrap().1.split('<').next().unwrap().to_owned();
        (within("status"), parse_date_time(&within("orderDateTime")).unwrap())
    };
    orders.map(one).collect()
}

/// OSEO 59: an answer over the limit is partial, says how to go on, and so all orders can be had.
#[test]
fn a_cut_answer_tells_how_to_go_on() {
    for limit in [1, 3] {
        let toml = format!("[oseo]\nsearch_limit = {limit}\n[fulfilment.oseo]\nenabled = false\n");
        let server = Server::serve(&Config::new(&toml));
        let customer = Customer::demo();
        let ids: Vec<String> = (0..7).map(|_| customer.order(&server, &reference("same"))).collect();
        Customer::other().order(&server, &reference("same"));
        let (mut found, mut criteria) = (Vec::new(), reference("same"));
        for presentation in ["brief", "full"].into_iter().cycle().take(8) {
            let answer = customer.ask(&server, &search(&criteria, presentation));
            let page = answer.elements("orderId");
            found.extend(page.iter().map(|id| (*id).to_owned()));
            if answer.element("status") == Some("success") {
                assert_eq!(answer.element("errorMessage"), None);
                break;
            }
            assert_eq!((answer.element("status"), page.len()), (Some("partial"), limit), "{}", answer.text());
            let message = answer.element("errorMessage").unwrap();
            assert!(message.chars().count() <= 255, "{message}");
            let time = message.trim_end_matches('.').rsplit(' ').next().unwrap();
            if limit == 3 && found.len() == 3 {
                crate::harness::assert_snapshot!(redacted(&message.replace(time, "[time]")));
            }
            criteria = from(time) + &reference("same");
        }
        found.dedup();
        assert_eq!(found, ids, "limit {limit}");
        // As many as the limit are not too many.
        let few = ids[..limit].len();
        let bound = customer.ask(&server, &search(&from(time_of(&customer, &server, &ids[7 - few]).as_str()), "brief"));
        assert_eq!((bound.element("status"), bound.elements("orderId").len()), (Some("success"), limit));
    }
}

fn time_of(customer: &Customer, server: &Server, id: &str) -> String {
    customer.ask(server, &super::customer::retrieve(id, "brief")).element("orderDateTime").unwrap().to_owned()
}
