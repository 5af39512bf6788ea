//! What buyers have and have sold, for the operator's own systems.

use std::io::{BufWriter, Stdout, Write};

use ordergate_engine::Timestamp;
use ordergate_engine::transaction::Kind;
use ordergate_store::{Account, KeptLine, KeptQuery, Store, TransmittedLine};
use ordergate_veloconnect::columns;
use serde_json::{Map, Value};

use super::PAGE;
use super::csv::{record, text};
use crate::failure::Failure;
use crate::plain_text::time;

/// What is exported: a transaction's name, without what all have.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum What {
    /// What retailers have of our articles (`StockTransmitB2B`).
    StockB2b,
    /// What retailers offer to consumers (`StockTransmitB2C`).
    StockB2c,
    /// What retailers sold of our articles (`SaleTransmitB2B`).
    SaleB2b,
    /// What retailers sold at all (`SaleTransmitB2X`).
    SaleB2x,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// One JSON object to a line.
    Json,
    Csv,
}

impl What {
    const fn kind(self) -> Kind {
        match self {
            Self::StockB2b => Kind::B2BStock,
            Self::StockB2c => Kind::B2CStock,
            Self::SaleB2b => Kind::B2BSale,
            Self::SaleB2x => Kind::B2XSale,
        }
    }
}

/// The facts that are ours come before those of the buyer.
const OURS: [&str; 5] = ["buyer", "owner", "transmission", "storedAt", "known"];

/// Writes to standard output.
pub(super) struct Export {
    kind: Kind,
    format: Format,
    /// Of CSV: no XML.
    columns: Vec<&'static str>,
    out: BufWriter<Stdout>,
}

impl Export {
    pub(super) fn begin(what: What, format: Format) -> Result<Self, Failure> {
        let kind = what.kind();
        let facts = columns(kind).into_iter().filter(|key| !key.ends_with("Xml"));
        let columns: Vec<&'static str> = OURS.into_iter().chain(facts).collect();
        let mut out = BufWriter::new(std::io::stdout());
        if format == Format::Csv {
            out.write_all(record(columns.iter().copied()).as_bytes())?;
        }
        Ok(Self { kind, format, columns, out })
    }

    /// All of one buyer's, page by page.
    pub(super) async fn add(&mut self, store: &dyn Store, buyer: &Account, since: Timestamp) -> Result<(), Failure> {
        let mut after = None;
        loop {
            let (provider, owner) = (buyer.provider, buyer.id);
            let query = KeptQuery { provider, owner, kind: self.kind, since, after, limit: PAGE };
            let page = store.kept(&query).await?;
            for line in &page {
                self.write(buyer, line)?;
            }
            match page.last() {
                Some(last) if page.len() == PAGE => after = Some((last.at, last.subject.clone())),
                _ => return Ok(()),
            }
        }
    }

    fn write(&mut self, buyer: &Account, line: &KeptLine) -> Result<(), Failure> {
        let facts = facts(buyer, line)?;
        let text = match self.format {
            Format::Json => format!("{}\n", Value::Object(facts)),
            Format::Csv => {
                let fields: Vec<String> = self.columns.iter().map(|key| text(facts.get(*key))).collect();
                record(fields.iter().map(String::as_str))
            }
        };
        Ok(self.out.write_all(text.as_bytes())?)
    }

    pub(super) fn end(mut self) -> Result<(), Failure> {
        Ok(self.out.flush()?)
    }
}

fn facts(buyer: &Account, line: &KeptLine) -> Result<Map<String, Value>, Failure> {
    let mut facts = Map::new();
    let ours: [Value; 5] = [
        buyer.name.clone().into(),
        buyer.id.0.into(),
        line.transmission.to_string().into(),
        time(line.at).into(),
        line.is_known.into(),
    ];
    facts.extend(OURS.into_iter().map(str::to_owned).zip(ours));
    facts.extend(parse(&line.content.0)?);
    Ok(facts)
}

/// One line of a transmission, as `show` prints it.
#[allow(clippy::print_stdout)]
pub(super) fn print_line(line: &TransmittedLine) -> Result<(), Failure> {
    let mut facts = Map::new();
    facts.insert("known".to_owned(), line.is_known.into());
    facts.extend(parse(&line.content.0)?);
    println!("{}", Value::Object(facts));
    Ok(())
}

fn parse(content: &[u8]) -> Result<Map<String, Value>, Failure> {
    serde_json::from_slice(content).map_err(|error| Failure::Failed(format!("a stored line cannot be read: {error}")))
}
