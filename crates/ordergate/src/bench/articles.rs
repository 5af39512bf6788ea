//! The articles that the measured servers offer: synthetic ones, as many as asked for.

use std::io::Write as _;
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

/// Writes the file, and says where it is.
pub(super) fn write(folder: &Path, count: u32) -> Result<PathBuf, Failure> {
    let path = folder.join(format!("articles-{count}.toml"));
    let mut out = std::io::BufWriter::new(std::fs::File::create(&path)?);
    writeln!(out, "[[scheme]]\nid = \"WG\"\ngroups = [{{ id = \"1\", description = \"Teile\" }}]")?;
    for number in 0..count {
        let of = |texts: &[&'static str], every: u32| texts[(number / every) as usize % texts.len()];
        let (part, kind) = (of(&PARTS, 1), of(&KINDS, 8));
        let word = if number < LIST { HUNDRED } else { "einfach" };
        writeln!(
            out,
            "[[article]]\nid = \"{}\"\ndescription = \"{part} {kind} {word}, Modell {}\"\n\
             prices = [{{ amount = \"{}.90\" }}, {{ amount = \"{}.50\", from = \"10\" }}]\n\
             retail_price = {{ amount = \"{}.95\", unit = \"EA\" }}\nstock = \"{}\"\n\
             tax = {{ category = \"S\", percent = \"19\" }}\ngroups = [{{ scheme = \"WG\", group = \"1\" }}]",
            id(number),
            number.wrapping_mul(2_654_435_761) % 99_991,
            number % 90 + 2,
            number % 90 + 1,
            2 * (number % 90) + 5,
            number % 300
        )?;
    }
    out.flush()?;
    Ok(path)
}
