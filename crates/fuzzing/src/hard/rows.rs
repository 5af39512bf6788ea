//! Files of an ERP: articles, stock, prices, classification and buyers.

use super::ask::Import::{Articles, Buyers, Classification, Prices, Stock};
use super::{Hard, Way, filled, filled_up_to, joined, repeated};

/// These are read as a stream: more rows take more time, but no more memory, and each as long as these.
const STREAMED: usize = 40_000;

pub(super) const ALL: &[Hard] = &[
    Hard::new("import: articles in short rows", Way::Import(Articles), || {
        filled_up_to(STREAMED, "number;description;prices\n", |n| format!("{n};a;1\n"), "")
    }),
    Hard::new("import: articles with many graduated prices", Way::Import(Articles), || {
        filled("number;description;prices\n", |n| format!("{n};a;{}\n", graduated(200)), "")
    }),
    Hard::new("import: an article with very many prices", Way::Import(Articles), || {
        filled("number;description;prices\n1;a;1", |n| format!(" {}=1", n + 2), "\n")
    }),
    Hard::new("import: articles with prices for many groups", Way::Import(Articles), groups_in_columns),
    Hard::new("import: articles in many classification groups", Way::Import(Articles), || {
        filled("number;description;prices;groups\n1;a;1;", |n| format!("s:{n}|"), "\n")
    }),
    Hard::new("import: an article that many replace", Way::Import(Articles), || {
        filled("number;description;prices;replaced_by\n1;a;1;", |n| format!("{n}|"), "\n")
    }),
    Hard::new("import: nothing but empty rows", Way::Import(Articles), || repeated("number;description;prices\n", "\n", "")),
    Hard::new("import: nothing but rows of one letter", Way::Import(Articles), || {
        repeated("number;description;prices\n", "a\n", "")
    }),
    Hard::new("import: one long row", Way::Import(Articles), || repeated("number;description;prices\n", "x", "")),
    Hard::new("import: one row of very many fields", Way::Import(Articles), || repeated("number;description;prices\n", ";", "")),
    Hard::new("import: rows of many fields", Way::Import(Articles), || {
        repeated("number;description;prices\n", &format!("{}\n", ";".repeat(60_000)), "")
    }),
    Hard::new("import: a header of very many fields", Way::Import(Articles), || filled("", |n| format!("prices[{n}];"), "\n")),
    Hard::new("import: one long quoted field", Way::Import(Articles), || {
        repeated("number;description;prices\n1;\"", "x", "\";1\n")
    }),
    Hard::new("import: one long quoted field of quotes", Way::Import(Articles), || {
        repeated("number;description;prices\n1;\"", "\"\"", "\";1\n")
    }),
    Hard::new("import: one quoted field of very many lines", Way::Import(Articles), || {
        repeated("number;description;prices\n1;\"", "\n", "\";1\n")
    }),
    Hard::new("import: an unclosed quoted field of very many lines", Way::Import(Articles), || {
        repeated("number;description;prices\n1;\"", "x\n", "")
    }),
    Hard::new("import: an unclosed quoted field of lines with quotes", Way::Import(Articles), || {
        repeated("number;description;prices\n1;\"", "\"\"\n", "")
    }),
    Hard::new("import: very many unclosed quoted fields", Way::Import(Articles), || {
        repeated("number;description;prices\n", "\"\n\n", "")
    }),
    Hard::new("import: articles in lines of JSON", Way::Import(Articles), || {
        filled("", |n| format!("{{\"number\":\"{n}\",\"description\":\"a\",\"prices\":1}}\n"), "")
    }),
    Hard::new("import: one line of JSON with very many unknown members", Way::Import(Articles), || {
        filled("{\"number\":\"1\",\"description\":\"a\",\"prices\":1", |n| format!(",\"m{n}\":0"), "}\n")
    }),
    Hard::new("import: one line of JSON with many small objects", Way::Import(Articles), || {
        repeated("{\"number\":\"1\",\"description\":\"a\",\"prices\":[{\"a\":0}", ",{\"a\":0}", "]}\n")
    }),
    Hard::new("import: one line of JSON with small objects in an unknown member", Way::Import(Articles), || {
        repeated("{\"number\":\"1\",\"description\":\"a\",\"x\":[{\"a\":0}", ",{\"a\":0}", "],\"prices\":1}\n")
    }),
    Hard::new("import: one line of JSON with many prices", Way::Import(Articles), || {
        filled(
            "{\"number\":\"1\",\"description\":\"a\",\"prices\":[{\"amount\":1}",
            |n| format!(",{{\"amount\":1,\"from\":{}}}", n + 2),
            "]}\n",
        )
    }),
    Hard::new("import: one line of JSON with many special prices", Way::Import(Articles), || {
        filled(
            "{\"number\":\"1\",\"description\":\"a\",\"prices\":1,\"special_prices\":[{\"group\":\"x\",\"prices\":1}",
            |n| format!(",{{\"group\":\"{n}\",\"prices\":[{{\"amount\":1}}]}}"),
            "]}\n",
        )
    }),
    Hard::new("import: one line of JSON with many alternatives", Way::Import(Articles), || {
        filled("{\"number\":\"1\",\"description\":\"a\",\"prices\":1,\"alternatives\":[\"x\"", |n| format!(",\"{n}\""), "]}\n")
    }),
    Hard::new("import: one line of nested JSON", Way::Import(Articles), || repeated("{\"number\":\"1\",\"prices\":", "[", "")),
    Hard::new("import: very many lines that are no JSON", Way::Import(Articles), || repeated("{\n", "{\n", "")),
    Hard::new("import: stock in short rows", Way::Import(Stock), || {
        filled_up_to(STREAMED, "number;stock\n", |n| format!("{n};1\n"), "")
    }),
    Hard::new("import: prices for groups in short rows", Way::Import(Prices), || {
        filled_up_to(STREAMED, "number;group;prices\n", |n| format!("{n};g;1\n"), "")
    }),
    Hard::new("import: groups in short rows", Way::Import(Classification), || {
        filled("scheme;group\n", |n| format!("s;{n}\n"), "")
    }),
    Hard::new("import: schemes in short rows", Way::Import(Classification), || {
        filled("scheme;group\n", |n| format!("{n};g\n"), "")
    }),
    Hard::new("import: a long chain of groups", Way::Import(Classification), || {
        filled("scheme;group;parent\ns;0;\n", |n| format!("s;{};{n}\n", n + 1), "")
    }),
    Hard::new("import: buyers in short rows", Way::Import(Buyers), || {
        filled("buyer;password_hash\n", |n| format!("{n};h\n"), "")
    }),
    Hard::new("import: one buyer again and again", Way::Import(Buyers), || repeated("buyer;password_hash\n", "1;h\n", "")),
    Hard::new("import: buyers with long names", Way::Import(Buyers), || {
        filled("buyer;password_hash\n", |n| format!("{n:0120};h\n"), "")
    }),
    Hard::new("import: buyers with all that can be said of one", Way::Import(Buyers), || {
        filled("buyer;password_hash;price_group;language;mail;disabled\n", |n| format!("{n};h;g;l;m;no\n"), "")
    }),
];

fn graduated(count: usize) -> String {
    let prices: Vec<String> = (0..count).map(|n| if n == 0 { "1".to_owned() } else { format!("{n}=1") }).collect();
    prices.join(" ")
}

fn groups_in_columns() -> Vec<u8> {
    let columns = joined(200, |n| format!(";prices[{n}]"));
    let prices = ";1".repeat(200);
    filled_up_to(800, &format!("number;description;prices{columns}\n"), |n| format!("{n};a;1{prices}\n"), "")
}
