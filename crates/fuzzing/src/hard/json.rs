//! JSON of the seller's system, of what announces products, and of what names prices.

use super::{Hard, Way, filled, repeated};

pub(super) const ALL: &[Hard] = &[
    receipts("receipts: an array of very many small objects", || repeated("[{}", ",{}", "]")),
    receipts("receipts: an array of very many numbers", || repeated("[0", ",0", "]")),
    receipts("receipts: lines of very many small objects", || repeated("{}\n", "{}\n", "")),
    receipts("receipts: lines that are no JSON after the first", || repeated("{}\n", "x\n", "")),
    receipts("receipts: very many objects in an unknown member", || repeated("{\"x\":[{\"a\":0}", ",{\"a\":0}", "]}")),
    receipts("receipts: very many objects in an unknown member of an invoice", || {
        repeated(&format!("{}\"x\":[{{\"a\":0}}", invoice(false)), ",{\"a\":0}", "]}")
    }),
    receipts("receipts: very many unknown members", || filled("{\"kind\":\"offer\"", |n| format!(",\"{n}\":0"), "}")),
    receipts("receipts: nested arrays", || repeated("[", "[", "")),
    receipts("receipts: nested objects", || repeated("{\"a\":", "{\"a\":", "")),
    receipts("receipts: an invoice of very many lines", || {
        filled(&format!("{}\"lines\":[{}", invoice(true), line(0)), |n| format!(",{}", line(n)), "]}")
    }),
    receipts("receipts: an array of very many invoices", || {
        filled(&format!("[{}", short_invoice(0)), |n| format!(",{}", short_invoice(n)), "]")
    }),
    receipts("receipts: lines of very many invoices", || filled("", |n| format!("{}\n", short_invoice(n)), "")),
    receipts("receipts: a line with very many serial numbers", || {
        repeated(
            &format!("{}\"lines\":[{}{SERIALS}", invoice(true), &line(0)[..line(0).len() - 1]),
            ",{\"kind\":\"SerialNumber\",\"value\":\"x\"}",
            "]}]}]}",
        )
    }),
    receipts("receipts: very many empty instances", || {
        repeated(
            &format!("{}\"lines\":[{},\"instances\":[{{\"serials\":[]}}", invoice(true), &line(0)[..line(0).len() - 1]),
            ",{\"serials\":[]}",
            "]}]}",
        )
    }),
    receipts("receipts: a rejection of very many articles", || {
        repeated(
            "{\"kind\":\"orderRejection\",\"buyer\":\"K4711\",\"order\":\"1\",\"reason\":\"r\",\"articles\":[\"a\"",
            ",\"a\"",
            "]}",
        )
    }),
    receipts("receipts: one long text", || repeated("{\"kind\":\"", "x", "\"}")),
    receipts("receipts: one long text of escapes", || repeated("{\"kind\":\"", "\\u20AC", "\"}")),
    receipts("receipts: unclosed", || repeated("[{\"a\":\"", "x", "")),
    feed("feed: very many products", || filled("", |n| format!("{{\"collection\":\"c\",\"identifier\":\"{n}\"}}\n"), "")),
    feed("feed: very many short lines that are wrong", || repeated("", "{}\n", "")),
    feed("feed: very many lines of one letter", || repeated("", "x\n", "")),
    feed("feed: a product with very many properties", || {
        filled("{\"collection\":\"c\",\"identifier\":\"p\",\"properties\":{\"x\":0", |n| format!(",\"{n}\":0"), "}}")
    }),
    feed("feed: a product with very many small objects", || {
        repeated("{\"collection\":\"c\",\"identifier\":\"p\",\"properties\":{\"x\":[0", ",{\"a\":0}", "]}}")
    }),
    feed("feed: a time of very many small objects", || {
        repeated("{\"collection\":\"c\",\"identifier\":\"p\",\"time\":[0", ",{\"a\":0}", "]}")
    }),
    feed("feed: products with properties", || {
        filled("", |n| format!("{{\"collection\":\"c\",\"identifier\":\"{n}\",\"properties\":{{\"a\":0,\"b\":1}}}}\n"), "")
    }),
    prices("prices: very many items", || {
        repeated("{\"currency\":\"EUR\",\"items\":[{\"item_id\":\"0\"}", ",{\"item_id\":\"\"}", "]}")
    }),
    prices("prices: an unknown member of very many small objects", || {
        repeated("{\"currency\":\"EUR\",\"x\":[{\"a\":0}", ",{\"a\":0}", "]}")
    }),
    prices("prices: very many unknown members", || filled("{\"currency\":\"EUR\"", |n| format!(",\"{n}\":0"), "}")),
    prices("prices: nested arrays", || repeated("[", "[", "")),
    prices("prices: one long text", || repeated("{\"error\":\"", "x", "\"}")),
];

const SERIALS: &str = ",\"instances\":[{\"serials\":[{\"kind\":\"SerialNumber\",\"value\":\"x\"}";

const fn receipts(name: &'static str, make: fn() -> Vec<u8>) -> Hard {
    Hard::new(name, Way::Receipts, make)
}

const fn feed(name: &'static str, make: fn() -> Vec<u8>) -> Hard {
    Hard::new(name, Way::Feed, make)
}

const fn prices(name: &'static str, make: fn() -> Vec<u8>) -> Hard {
    Hard::new(name, Way::Prices, make)
}

/// An invoice up to its last member.
fn invoice(known: bool) -> String {
    let buyer = if known { "K4711" } else { "nobody" };
    format!(
        "{{\"kind\":\"invoice\",\"buyer\":\"{buyer}\",\"id\":\"i\",\"issued\":\"2026-03-01\",\"currency\":\"EUR\",\"netSum\":1,\
         \"grossSum\":1,\"vat\":[{{\"percent\":19,\"amount\":1}}],"
    )
}

fn line(n: usize) -> String {
    format!(
        "{{\"id\":\"{n}\",\"quantity\":1,\"unit\":\"EA\",\"item\":{{\"article\":\"a\",\"description\":\"d\"}},\"unitPrice\":1,\
         \"linePrice\":1}}"
    )
}

fn short_invoice(n: usize) -> String {
    format!("{}\"lines\":[{}]}}", invoice(true).replace("\"i\"", &format!("\"{n}\"")), line(0))
}
