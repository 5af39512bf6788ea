//! Reading documents, and refusing what could not be served: with the path to the place and what is expected there.

use ordergate_xml::schema::ANY_URI;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::document::{Address, Document, Instance, Item, Line, Party};
use super::without_kind::WithoutKind;
use crate::schema::receipt::SERIAL_KINDS;
use crate::text::is_xml_char;

/// A text of these may be so long; ids, in particular, are keys of the store.
const ID_CHARACTERS_MAX: usize = 200;
const TEXT_CHARACTERS_MAX: usize = 4000;

/// Why a document is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct BadDocument {
    /// The place, as `lines[3].quantity`; `.` is the document as a whole.
    pub path: String,
    pub problem: String,
}

impl BadDocument {
    pub(super) fn new(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { path: path.into(), problem: problem.into() }
    }
}

/// The member that says what the others are.
#[derive(Deserialize)]
struct Tagged<'t> {
    #[serde(borrow, default)]
    kind: Option<&'t RawValue>,
}

/// Reads one document, which is JSON.
pub fn read(json: &str) -> Result<Document, BadDocument> {
    if !json.trim_start().starts_with('{') {
        return Err(BadDocument::new(".", "expected an object"));
    }
    // The kind is read first, and passed over then, so that errors inside tell their place.
    let Tagged { kind } = serde_json::from_str(json).map_err(|error| BadDocument::new(".", without_place(&error)))?;
    let kind: Option<String> = kind.and_then(|kind| serde_json::from_str(kind.get()).ok());
    let document = match kind.as_deref() {
        Some("offer") => Document::Offer(inside(json)?),
        Some("orderConfirmation") => Document::OrderConfirmation(inside(json)?),
        Some("deliveryNote") => Document::DeliveryNote(inside(json)?),
        Some("invoice") => Document::Invoice(inside(json)?),
        Some("orderRejection") => Document::OrderRejection(inside(json)?),
        _ => {
            let kinds = "expected \"offer\", \"orderConfirmation\", \"deliveryNote\", \"invoice\" or \"orderRejection\"";
            return Err(BadDocument::new("kind", kinds));
        }
    };
    check(&document)?;
    Ok(document)
}

fn inside<T: serde::de::DeserializeOwned>(json: &str) -> Result<T, BadDocument> {
    let mut json = serde_json::Deserializer::from_str(json);
    serde_path_to_error::deserialize(WithoutKind(&mut json))
        .map_err(|error| BadDocument::new(error.path().to_string(), without_place(error.inner())))
}

/// Line and column count from where the document begins, which says nothing where it stands among others; the path does.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}

/// Reads what was read and checked before.
pub(crate) fn stored(json: &[u8]) -> Option<Document> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    Document::deserialize(&mut deserializer).ok()
}

type Checked = Result<(), BadDocument>;

/// What types do not say, but the schema of veloconnect does.
fn check(document: &Document) -> Checked {
    id("buyer", document.buyer())?;
    match document {
        Document::OrderRejection(rejection) => {
            id("order", &rejection.order)?;
            text("reason", &rejection.reason)?;
            return rejection.articles.iter().enumerate().try_for_each(|(n, article)| id(&format!("articles[{n}]"), article));
        }
        Document::Offer(offer) => {
            optional("requestReference", offer.request_reference.as_ref(), id)?;
            optional("description", offer.description.as_ref(), text)?;
            optional("url", offer.url.as_ref(), url)?;
            optional("party", offer.party.as_ref(), party)?;
            currency(&offer.currency)?;
            some("items", offer.items.len())?;
            offer.items.iter().enumerate().try_for_each(|(n, offered)| offered_item(&format!("items[{n}]"), offered))?;
        }
        Document::OrderConfirmation(confirmation) => {
            optional("description", confirmation.description.as_ref(), text)?;
            optional("party", confirmation.party.as_ref(), party)?;
            currency(&confirmation.currency)?;
        }
        Document::DeliveryNote(note) => {
            optional("description", note.description.as_ref(), text)?;
            optional("party", note.party.as_ref(), party)?;
            optional("deliveryAddress", note.delivery_address.as_ref(), address)?;
            note.tracking_urls.iter().enumerate().try_for_each(|(n, link)| url(&format!("trackingUrls[{n}]"), link))?;
            currency(&note.currency)?;
        }
        Document::Invoice(invoice) => {
            optional("description", invoice.description.as_ref(), text)?;
            optional("url", invoice.url.as_ref(), url)?;
            optional("party", invoice.party.as_ref(), party)?;
            currency(&invoice.currency)?;
            some("vat", invoice.vat.len())?;
        }
    }
    id("id", document.id())?;
    if let Some(issued) = document.issued()
        && issued.year() < 1
    {
        return Err(BadDocument::new("issued", "must be a day from 0001-01-01 on"));
    }
    if !matches!(document, Document::Offer(_)) {
        some("lines", document.lines().len())?;
    }
    document.lines().iter().enumerate().try_for_each(|(n, of)| line(&format!("lines[{n}]"), of))
}

fn line(path: &str, line: &Line) -> Checked {
    let at = |name: &str| format!("{path}.{name}");
    id(&at("id"), &line.id)?;
    let references =
        [("order", &line.order), ("orderConfirmation", &line.order_confirmation), ("deliveryNote", &line.delivery_note)];
    for (name, reference) in references {
        if let Some(reference) = reference {
            id(&at(&format!("{name}.id")), &reference.id)?;
            optional(&at(&format!("{name}.line")), reference.line.as_ref(), id)?;
        }
    }
    id(&at("unit"), &line.unit)?;
    item(&at("item"), &line.item)?;
    if line.unit == "PK" && line.item.pack.is_none() {
        return Err(BadDocument::new(at("item.pack"), "is missing: the unit of the line is PK"));
    }
    line.instances.iter().enumerate().try_for_each(|(n, of)| instance(&at(&format!("instances[{n}]")), of))
}

fn instance(path: &str, instance: &Instance) -> Checked {
    for (n, serial) in instance.serials.iter().enumerate() {
        let at = |name: &str| format!("{path}.serials[{n}].{name}");
        if !SERIAL_KINDS.contains(&serial.kind.as_str()) {
            return Err(BadDocument::new(at("kind"), format!("expected one of {}", SERIAL_KINDS.join(", "))));
        }
        id(&at("value"), &serial.value)?;
        optional(&at("description"), serial.description.as_ref(), text)?;
        if serial.kind == "Other" && serial.description.is_none() {
            return Err(BadDocument::new(at("description"), "must say what the number is of, where the kind is Other"));
        }
    }
    Ok(())
}

/// An offered item has prices of its own.
fn offered_item(path: &str, offered: &Item) -> Checked {
    if offered.unit.is_none() {
        return Err(BadDocument::new(format!("{path}.unit"), "is missing: the unit of the prices"));
    }
    some(&format!("{path}.prices"), offered.prices.len())?;
    item(path, offered)
}

fn item(path: &str, item: &Item) -> Checked {
    let at = |name: &str| format!("{path}.{name}");
    id(&at("article"), &item.article)?;
    text(&at("description"), &item.description)?;
    optional(&at("buyersArticle"), item.buyers_article.as_ref(), id)?;
    optional(&at("unit"), item.unit.as_ref(), id)?;
    if let Some(ean) = &item.ean {
        crate::articles::normalize_ean(ean).map_err(|error| BadDocument::new(at("ean"), error.to_string()))?;
    }
    if let Some(maker) = &item.manufacturer {
        text(&at("manufacturer.name"), &maker.name)?;
        id(&at("manufacturer.id"), &maker.id)?;
    }
    if let Some(pack) = &item.pack {
        id(&at("pack.unit"), &pack.unit)?;
    }
    // veloconnect 48: where PK is used, it is said what a PK holds.
    if item.unit.as_deref() == Some("PK") && item.pack.is_none() {
        return Err(BadDocument::new(at("pack"), "is missing: the unit is PK"));
    }
    Ok(())
}

fn party(path: &str, party: &Party) -> Checked {
    optional(&format!("{path}.id"), party.id.as_ref(), id)?;
    text(&format!("{path}.name"), &party.name)?;
    optional(&format!("{path}.address"), party.address.as_ref(), address)
}

fn address(path: &str, address: &Address) -> Checked {
    let at = |name: &str| format!("{path}.{name}");
    let fields = [
        ("street", &address.street),
        ("number", &address.number),
        ("city", &address.city),
        ("postalCode", &address.postal_code),
        ("country", &address.country),
    ];
    fields.into_iter().try_for_each(|(name, value)| optional(&at(name), value.as_ref(), text))?;
    address.lines.iter().enumerate().try_for_each(|(n, line)| text(&at(&format!("lines[{n}]")), line))
}

fn optional<T: ?Sized, S: std::borrow::Borrow<T>>(path: &str, value: Option<&S>, check: fn(&str, &T) -> Checked) -> Checked {
    value.map_or(Ok(()), |value| check(path, value.borrow()))
}

fn some(path: &str, count: usize) -> Checked {
    match count {
        0 => Err(BadDocument::new(path, "must not be empty")),
        _ => Ok(()),
    }
}

/// What clients hand back to us, or compare: one line, nothing at its ends that a reader of XML would take away.
fn id(path: &str, value: &str) -> Checked {
    text(path, value)?;
    if value.trim() != value || value.chars().any(char::is_control) {
        return Err(BadDocument::new(path, "must have no space at its ends, and no line breaks"));
    }
    if value.chars().count() > ID_CHARACTERS_MAX {
        return Err(BadDocument::new(path, format!("must be {ID_CHARACTERS_MAX} characters at most")));
    }
    Ok(())
}

fn text(path: &str, value: &str) -> Checked {
    if value.trim().is_empty() {
        return Err(BadDocument::new(path, "must not be empty"));
    }
    if !value.chars().all(is_xml_char) {
        return Err(BadDocument::new(path, "holds a character that XML does not allow"));
    }
    if value.chars().count() > TEXT_CHARACTERS_MAX {
        return Err(BadDocument::new(path, format!("must be {TEXT_CHARACTERS_MAX} characters at most")));
    }
    Ok(())
}

/// Links that a client may open. `xsd:anyURI` takes nearly anything; a client does not. A bracket in the wrong place neither takes.
fn url(path: &str, value: &str) -> Checked {
    id(path, value)?;
    let lower = value.to_ascii_lowercase();
    let is_link = ["http://", "https://"].into_iter().any(|scheme| lower.len() > scheme.len() && lower.starts_with(scheme));
    let fits = value
        .bytes()
        .all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}'));
    if is_link && fits && ANY_URI.check(value).is_ok() {
        Ok(())
    } else {
        Err(BadDocument::new(path, "must be a URL that begins with http:// or https://"))
    }
}

fn currency(value: &str) -> Checked {
    if value.len() == 3 && value.bytes().all(|b| b.is_ascii_uppercase()) {
        return Ok(());
    }
    Err(BadDocument::new("currency", "must be a code of ISO 4217, such as EUR"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// It goes into documents that are held against the schema.
    #[test]
    fn a_link_is_one_to_a_client_and_to_the_schema() {
        for good in ["https://x.example/1", "HTTP://x.example/?a=b#c", "https://[2001:db8::1]:8443/1"] {
            assert_eq!(url("url", good), Ok(()), "{good}");
        }
        for bad in ["", "https://", "ftp://x.example/", "https://x.e]ample/1", "https://x.example/a[1", "https://x.example/a b"] {
            assert!(url("url", bad).is_err(), "{bad}");
        }
    }
}
