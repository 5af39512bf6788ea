//! `ResponseMessage`: what a person reads who looks why an order did not go through.

use ordergate_door::NotReceived;
use ordergate_xml::error::{Rule, XmlErrorKind};
use ordergate_xml::{Violation, XmlError};

use crate::options::Language;
use crate::text::excerpt;
use crate::transmission::Problem;

/// Why a request was not carried out. Never holds a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Message {
    NoRequestName,
    /// The request did not arrive whole.
    NotReceived(NotReceived),
    UnknownOperation(String),
    /// The XML cannot be read.
    Xml(Box<XmlError>),
    /// Too many parameters; the number allowed.
    TooManyParameters(usize),
    /// A parameter with a broken percent escape, or a character that XML does not have.
    BadEscape(String),
    Repeated(String),
    MissingParameter(String),
    BadParameter(String),
    /// A place in an XML document that departs from the schema.
    Invalid(Box<Violation>),
    WrongNamespace {
        found: String,
        expected: &'static str,
    },
    OutOfDate(String),
    NotSupported(&'static str),
    UnknownBuyer,
    NotAuthenticated,
    Disabled,
    Throttled,
    /// More than a caller may send; the seconds to wait.
    TooManyRequests(u32),
    UnknownSeller,
    /// No seller is at the address that was asked.
    NoSuchSeller,
    UnknownTransaction,
    TooManyTransactions(usize),
    NotApplicable {
        operation: &'static str,
        state: u8,
    },
    EmptyOrder,
    TestMix,
    DuplicateLine(String),
    BadQuantity(String),
    UnknownUnit {
        article: String,
        unit: String,
        expected: String,
    },
    ListCut(usize),
    ReceiptsCut(usize),
    TooManyReceipts(usize),
    /// A criterion of a search that is declared as not supported.
    QueryNotSupported(&'static str),
    /// The articles that a search found are those of a catalogue that is no more.
    CatalogueReplaced,
    /// An operation of which the standard has no URL form.
    XmlPostOnly(&'static str),
    /// More lines than are taken at once, or than an order may have.
    TooManyLines(usize),
    /// More articles than can be asked for at once.
    TooManyEntries(usize),
    /// A longer search text than is looked for.
    LongSearch(usize),
    BadCreateDate,
    FutureCreateDate,
    /// Lines of a transmission cannot be used: how many, the first of them, and why that.
    LinesLeftOut {
        count: usize,
        line: usize,
        problem: Problem,
    },
    Internal,
}

impl Message {
    pub(crate) fn text(&self, language: Language) -> String {
        match language {
            Language::De => self.german(),
            Language::En => self.english(),
        }
    }

    fn german(&self) -> String {
        match self {
            Self::NoRequestName => "Parameter RequestName fehlt".into(),
            Self::UnknownOperation(name) => format!("Operation {} ist unbekannt", excerpt(name)),
            Self::NotReceived(why) => format!("Die Anfrage kam nicht vollständig an: {}", german_not_received(*why)),
            Self::Xml(error) => german_xml(error),
            Self::TooManyParameters(max) => format!("mehr als {max} Parameter"),
            Self::BadEscape(name) => format!("Parameter {} ist nicht richtig kodiert", excerpt(name)),
            Self::Repeated(name) => format!("Parameter {} steht mehrfach, mit verschiedenen Werten", excerpt(name)),
            Self::MissingParameter(name) => format!("Parameter {} fehlt", excerpt(name)),
            Self::BadParameter(name) => format!("Parameter {} hat einen unzulässigen Wert", excerpt(name)),
            Self::Invalid(violation) => german_violation(violation),
            Self::WrongNamespace { found, expected } => {
                format!("Namensraum \"{}\" statt \"{expected}\"", excerpt(found))
            }
            Self::OutOfDate(ns) => format!("Namensraum {} wird nicht unterstützt", excerpt(ns)),
            Self::NotSupported(operation) => format!("{operation} wird von diesem Server nicht unterstützt"),
            Self::UnknownBuyer => "BuyersID unbekannt".into(),
            Self::NotAuthenticated => "Authentifizierung fehlgeschlagen".into(),
            Self::Disabled => "Das Konto ist gesperrt".into(),
            Self::Throttled => "Zu viele Fehlversuche, bitte später wieder versuchen".into(),
            Self::TooManyRequests(seconds) => format!("Zu viele Anfragen, bitte in {seconds} Sekunden wieder versuchen"),
            Self::UnknownSeller => "SellersID unbekannt".into(),
            Self::NoSuchSeller => "Unter dieser Adresse gibt es keinen Lieferanten".into(),
            Self::UnknownTransaction => "TransactionID unbekannt".into(),
            Self::TooManyTransactions(max) => format!("Es sind schon {max} Transaktionen offen"),
            Self::NotApplicable { operation, state } => format!("{operation} ist im Zustand {state} nicht erlaubt"),
            Self::EmptyOrder => "Die Bestellung enthält keine Zeile".into(),
            Self::TestMix => "Test und Nicht-Test dürfen in einer Transaktion nicht gemischt werden".into(),
            Self::DuplicateLine(id) => format!("Artikel {} steht in zwei Zeilen", excerpt(id)),
            Self::BadQuantity(id) => format!("Artikel {}: unzulässige Menge", excerpt(id)),
            Self::UnknownUnit { article, unit, expected } => {
                format!("Artikel {}: Mengeneinheit {} ist nicht möglich, nur {expected}", excerpt(article), excerpt(unit))
            }
            Self::ListCut(max) => format!("Es gibt mehr als {max} Transaktionen; dies sind die ältesten"),
            Self::ReceiptsCut(max) => format!("Es gibt mehr als {max} solche Belege; dies sind die ältesten"),
            Self::TooManyReceipts(max) => format!("Es werden höchstens {max} Belege auf einmal ausgegeben"),
            Self::QueryNotSupported(query) => format!("Die Suche {query} wird von diesem Server nicht unterstützt"),
            Self::CatalogueReplaced => "Der Katalog wurde inzwischen ersetzt, bitte neu suchen".into(),
            Self::XmlPostOnly(operation) => format!("{operation} gibt es nur als XML-POST: XML als application/xml senden"),
            Self::TooManyLines(max) => format!("mehr als {max} Zeilen"),
            Self::TooManyEntries(max) => format!("Es können höchstens {max} Artikel auf einmal abgefragt werden"),
            Self::LongSearch(max) => format!("Der Suchtext ist länger als {max} Zeichen"),
            Self::BadCreateDate => "CreateDate ist kein Zeitpunkt".into(),
            Self::FutureCreateDate => "CreateDate liegt in der Zukunft".into(),
            Self::LinesLeftOut { count, line, problem } => {
                let zeilen = if *count == 1 { "1 Zeile wurde".to_owned() } else { format!("{count} Zeilen wurden") };
                format!("{zeilen} nicht übernommen, zuerst Zeile {line}: {}", problem.german())
            }
            Self::Internal => "Interner Fehler, bitte später wieder versuchen".into(),
        }
    }

    fn english(&self) -> String {
        match self {
            Self::NoRequestName => "parameter RequestName is missing".into(),
            Self::UnknownOperation(name) => format!("operation {} is unknown", excerpt(name)),
            Self::NotReceived(why) => format!("The request did not arrive whole: {why}"),
            Self::Xml(error) => error.to_string(),
            Self::TooManyParameters(max) => format!("more than {max} parameters"),
            Self::BadEscape(name) => format!("parameter {} is not encoded properly", excerpt(name)),
            Self::Repeated(name) => format!("parameter {} is given several times, with different values", excerpt(name)),
            Self::MissingParameter(name) => format!("parameter {} is missing", excerpt(name)),
            Self::BadParameter(name) => format!("parameter {} has a value that is not allowed", excerpt(name)),
            Self::Invalid(violation) => violation.to_string(),
            Self::WrongNamespace { found, expected } => format!("namespace \"{}\" instead of \"{expected}\"", excerpt(found)),
            Self::OutOfDate(ns) => format!("namespace {} is not supported", excerpt(ns)),
            Self::NotSupported(operation) => format!("{operation} is not supported by this server"),
            Self::UnknownBuyer => "unknown BuyersID".into(),
            Self::NotAuthenticated => "authentication failed".into(),
            Self::Disabled => "the account is disabled".into(),
            Self::Throttled => "too many failed attempts; please try again later".into(),
            Self::TooManyRequests(seconds) => format!("too many requests; please try again in {seconds} seconds"),
            Self::UnknownSeller => "unknown SellersID".into(),
            Self::NoSuchSeller => "there is no seller at this address".into(),
            Self::UnknownTransaction => "unknown TransactionID".into(),
            Self::TooManyTransactions(max) => format!("{max} transactions are open already"),
            Self::NotApplicable { operation, state } => format!("{operation} is not allowed in state {state}"),
            Self::EmptyOrder => "the order has no line".into(),
            Self::TestMix => "test and non-test must not be mixed within one transaction".into(),
            Self::DuplicateLine(id) => format!("article {} stands in two lines", excerpt(id)),
            Self::BadQuantity(id) => format!("article {}: quantity not allowed", excerpt(id)),
            Self::UnknownUnit { article, unit, expected } => {
                format!("article {}: unit {} is not possible, only {expected}", excerpt(article), excerpt(unit))
            }
            Self::ListCut(max) => format!("there are more than {max} transactions; these are the oldest"),
            Self::ReceiptsCut(max) => format!("there are more than {max} such receipts; these are the oldest"),
            Self::TooManyReceipts(max) => format!("at most {max} receipts are given at once"),
            Self::QueryNotSupported(query) => format!("the search {query} is not supported by this server"),
            Self::CatalogueReplaced => "the catalogue has been replaced since; please search again".into(),
            Self::XmlPostOnly(operation) => format!("{operation} is there by XML-POST only: send XML, as application/xml"),
            Self::TooManyLines(max) => format!("more than {max} lines"),
            Self::TooManyEntries(max) => format!("at most {max} articles can be asked for at once"),
            Self::LongSearch(max) => format!("the search text is longer than {max} characters"),
            Self::BadCreateDate => "CreateDate is no moment in time".into(),
            Self::FutureCreateDate => "CreateDate lies in the future".into(),
            Self::LinesLeftOut { count, line, problem } => {
                let lines = if *count == 1 { "1 line was".to_owned() } else { format!("{count} lines were") };
                format!("{lines} not taken, the first is line {line}: {}", problem.english())
            }
            Self::Internal => "internal error; please try again later".into(),
        }
    }
}

fn german_not_received(why: NotReceived) -> String {
    match why {
        NotReceived::TimedOut => "sie war nicht rechtzeitig da".into(),
        NotReceived::TooLarge { bytes_max } => format!("sie hat mehr als {bytes_max} Bytes"),
        NotReceived::Broken => "sie bricht ab oder ist falsch kodiert".into(),
    }
}

fn german_xml(error: &XmlError) -> String {
    let what = match error.kind {
        XmlErrorKind::Empty => return "Die Anfrage ist leer".into(),
        XmlErrorKind::Encoding => "Die Zeichen passen nicht zur angegebenen Kodierung",
        XmlErrorKind::NotWellFormed => "kein wohlgeformtes XML",
        XmlErrorKind::Doctype => "eine DOCTYPE-Deklaration ist nicht erlaubt",
        XmlErrorKind::Limit => "Die Anfrage ist zu groß",
    };
    if error.position.line == 0 {
        return what.into();
    }
    format!("Zeile {}, Spalte {}: {what}", error.position.line, error.position.column)
}

fn german_violation(violation: &Violation) -> String {
    let subject = &violation.subject;
    let what = match violation.rule {
        Rule::MissingElement => format!("Element {subject} fehlt"),
        Rule::MissingAttribute => format!("Attribut {subject} fehlt"),
        Rule::UnexpectedElement | Rule::UnknownElement => format!("Element {subject} ist hier nicht erlaubt"),
        Rule::UnexpectedAttribute => format!("Attribut {subject} ist hier nicht erlaubt"),
        Rule::UnexpectedText => format!("Text ist in {subject} nicht erlaubt"),
        Rule::Datatype | Rule::Facet | Rule::FixedValue | Rule::Nil | Rule::XsiType => {
            format!("{subject} hat einen unzulässigen Wert")
        }
    };
    format!("Zeile {}, Spalte {}, {}: {what}", violation.position.line, violation.position.column, violation.path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nobody is answered in the other language, or with nothing; and what was sent is quoted, but not at length.
    #[test]
    fn every_message_is_there_in_both_languages() {
        let name = || "x".repeat(200);
        let not_xml =
            XmlError { kind: XmlErrorKind::Empty, position: ordergate_xml::Position::default(), message: "empty".into() };
        let all = [
            Message::NoRequestName,
            Message::NotReceived(NotReceived::TimedOut),
            Message::NotReceived(NotReceived::TooLarge { bytes_max: 9 }),
            Message::NotReceived(NotReceived::Broken),
            Message::UnknownOperation(name()),
            Message::Xml(Box::new(not_xml)),
            Message::TooManyParameters(9),
            Message::BadEscape(name()),
            Message::Repeated(name()),
            Message::MissingParameter(name()),
            Message::BadParameter(name()),
            Message::WrongNamespace { found: name(), expected: "e" },
            Message::OutOfDate(name()),
            Message::NotSupported("Rollback"),
            Message::UnknownBuyer,
            Message::NotAuthenticated,
            Message::Disabled,
            Message::Throttled,
            Message::TooManyRequests(9),
            Message::UnknownSeller,
            Message::NoSuchSeller,
            Message::UnknownTransaction,
            Message::TooManyTransactions(9),
            Message::NotApplicable { operation: "Rollback", state: 100 },
            Message::EmptyOrder,
            Message::TestMix,
            Message::DuplicateLine(name()),
            Message::BadQuantity(name()),
            Message::UnknownUnit { article: name(), unit: name(), expected: "EA".into() },
            Message::ListCut(9),
            Message::TooManyLines(9),
            Message::TooManyEntries(9),
            Message::LongSearch(9),
            Message::Internal,
        ];
        for message in all {
            let [german, english] = Language::ALL.map(|language| message.text(language));
            assert!(german.len() > 5 && english.len() > 4 && german.len() < 200 && english.len() < 200, "{message:?}");
            assert_ne!(german, english);
        }
    }
}
