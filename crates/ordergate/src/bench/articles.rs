//! The articles that the measured servers offer: synthetic ones, as many as asked for.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// How many articles a search for [`HUNDRED`] finds.
pub(super) const LIST: u32 = 100;
/// A word that only so many articles have.
pub(super) const HUNDRED: &str = "hundertfach";

const PARTS: [&str; 8] = ["Speiche", "Felge", "Reifen", "Schlauch", "Kette", "Bremsbelag", "Sattelstütze", "Schutzblech"];
const KINDS: [&str; 5] = ["schwarz", "silber", "Größe M", "mit Pannenschutz", "Edelstahl"];

/// The order number of one of them, counted from 0.
pub(super) fn id(number: u32) -> String {
    format!("B-{number:06}")
}

/// Where the articles of the measured servers are.
#[derive(Debug)]
pub(super) enum Offered {
    /// In a file that each server reads.
    File(PathBuf),
    /// In each server's store, imported from this file.
    Imported(PathBuf),
}

/// One of them.
struct Synthetic {
    id: String,
    description: String,
    /// Net, from any quantity and from ten on.
    prices: [String; 2],
    retail_price: String,
    stock: u32,
}

impl Synthetic {
    fn new(number: u32) -> Self {
        let of = |texts: &[&'static str], every: u32| texts[(number / every) as usize % texts.len()];
        let (part, kind) = (of(&PARTS, 1), of(&KINDS, 8));
        let word = if number < LIST { HUNDRED } else { "einfach" };
        Self {
            id: id(number),
            description: format!("{part} {kind} {word}, Modell {}", number.wrapping_mul(2_654_435_761) % 99_991),
            prices: [format!("{}.90", number % 90 + 2), format!("{}.50", number % 90 + 1)],
            retail_price: format!("{}.95", 2 * (number % 90) + 5),
            stock: number % 300,
        }
    }
}

/// Writes the file, and says where it is.
pub(super) fn write(folder: &Path, count: u32, imported: bool) -> Result<Offered, Failure> {
    let path = folder.join(format!("articles-{count}.{}", if imported { "csv" } else { "toml" }));
    let mut out = BufWriter::new(File::create(&path)?);
    let articles = (0..count).map(Synthetic::new);
    if imported {
        write_csv(&mut out, articles)?;
    } else {
        write_toml(&mut out, articles)?;
    }
    out.flush()?;
    Ok(if imported { Offered::Imported(path) } else { Offered::File(path) })
}

fn write_csv(out: &mut BufWriter<File>, articles: impl Iterator<Item = Synthetic>) -> Result<(), Failure> {
    writeln!(out, "number;description;prices;retail_price;retail_unit;stock;tax_category;tax_percent")?;
    for Synthetic { id, description, prices: [one, ten], retail_price, stock } in articles {
        writeln!(out, "{id};{description};{one} 10={ten};{retail_price};EA;{stock};S;19")?;
    }
    Ok(())
}

fn write_toml(out: &mut BufWriter<File>, articles: impl Iterator<Item = Synthetic>) -> Result<(), Failure> {
    writeln!(out, "[[scheme]]\nid = \"WG\"\ngroups = [{{ id = \"1\", description = \"Teile\" }}]")?;
    for Synthetic { id, description, prices: [one, ten], retail_price, stock } in articles {
        writeln!(
            out,
            "[[article]]\nid = \"{id}\"\ndescription = \"{description}\"\n\
             prices = [{{ amount = \"{one}\" }}, {{ amount = \"{ten}\", from = \"10\" }}]\n\
             retail_price = {{ amount = \"{retail_price}\", unit = \"EA\" }}\nstock = \"{stock}\"\n\
             tax = {{ category = \"S\", percent = \"19\" }}\ngroups = [{{ scheme = \"WG\", group = \"1\" }}]",
        )?;
    }
    Ok(())
}
