//! The URL binding (2.1): parameters as `application/x-www-form-urlencoded`, by GET and by POST alike.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;
use ordergate_xml::Limits;

use super::pairs::Pairs;
use super::{Incoming, Unrecognised, serialise};
use crate::codes::ResponseCode;
use crate::frame::{RequestFrame, read_boolean};
use crate::lenient::Lenient;
use crate::message::Message;
use crate::operation::Operation;
use crate::options::Language;
use crate::text::{is_xml_char, xml_text};
use crate::version::Version;

/// The parameters in the order sent, which for lists is the order of the answer.
#[derive(Debug, Default)]
pub(crate) struct Parameters {
    all: Vec<Parameter>,
    lenient: Lenient,
}

pub(crate) struct Parameter {
    pub name: String,
    pub value: String,
    /// Name or value was not encoded properly. Never set where that is let pass.
    broken: bool,
}

impl std::fmt::Debug for Parameter {
    /// One of the values is a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

impl Parameters {
    /// Reads the parameters of several texts one after the other, query string and body; at most so many.
    pub(crate) fn parse(texts: &[&[u8]], lenient: Lenient, most: usize) -> Self {
        let pairs = texts.iter().flat_map(|text| Pairs::new(text.trim_ascii(), lenient.raw_ampersands));
        let all = pairs.map(|pair| {
            let ((name, bad_name), (value, bad_value)) = (decode(pair.name), decode(pair.value));
            let bad_escapes = !lenient.bad_escapes && (bad_name || bad_value);
            Parameter { name, value, broken: bad_escapes || (!lenient.raw_ampersands && pair.stray) }
        });
        Self { all: all.take(most).collect(), lenient }
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    pub(crate) const fn lenient(&self) -> Lenient {
        self.lenient
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Parameter> {
        self.all.iter()
    }

    /// The first parameter that was not encoded properly.
    pub(crate) fn broken(&self) -> Option<&str> {
        self.all.iter().find(|p| p.broken).map(|p| p.name.as_str())
    }

    /// The values of a parameter. Its documented spelling wins over others in upper and lower case.
    pub(crate) fn values<'p>(&'p self, name: &str) -> Vec<&'p str> {
        let exact: Vec<_> = self.all.iter().filter(|p| p.name == name).map(|p| p.value.as_str()).collect();
        if !exact.is_empty() {
            return exact;
        }
        self.all.iter().filter(|p| p.name.eq_ignore_ascii_case(name)).map(|p| p.value.as_str()).collect()
    }

    /// The value of a parameter that may be given once; with the leniency `repeated_parameters` the same one several times.
    pub(crate) fn single(&self, name: &str) -> Result<Option<&str>, Message> {
        single(&self.values(name), name, self.lenient)
    }

    /// The frame, for echoing when nothing else can be made out.
    fn frame(&self) -> RequestFrame {
        let first = |name| self.values(name).first().map(|v| (*v).trim().to_owned());
        RequestFrame {
            buyer: first("BuyersID").unwrap_or_default(),
            is_test: first("IsTest").and_then(|t| read_boolean(&t)),
            ..RequestFrame::default()
        }
    }
}

/// One value, or the refusal of several.
pub(super) fn single<'p>(values: &[&'p str], name: &str, lenient: Lenient) -> Result<Option<&'p str>, Message> {
    match values {
        [] => Ok(None),
        [first, rest @ ..] if rest.is_empty() || (lenient.repeated_parameters && rest.iter().all(|r| r == first)) => {
            Ok(Some(first))
        }
        _ => Err(Message::Repeated(name.to_owned())),
    }
}

/// Undoes the form encoding. A percent sign without two hex digits stands for itself; what is not UTF-8 is
/// read as ISO-8859-1 (as the web reads it). Says whether something was not encoded properly.
fn decode(text: &[u8]) -> (String, bool) {
    // Hardly any has something to undo.
    if text.iter().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'%' | b'+')) {
        return (String::from_utf8_lossy(text).into_owned(), false);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let (mut at, mut broken) = (0, false);
    while let Some(&byte) = text.get(at) {
        at += 1;
        match byte {
            b'+' => bytes.push(b' '),
            b'%' if let Some(decoded) = escape(&text[at..]) => {
                bytes.push(decoded);
                at += 2;
            }
            b'%' => {
                bytes.push(b'%');
                broken = true;
            }
            other => bytes.push(other),
        }
    }
    let decoded = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => match WINDOWS_1252.decode_without_bom_handling(error.as_bytes()).0 {
            Cow::Borrowed(text) => text.to_owned(),
            Cow::Owned(text) => text,
        },
    };
    broken |= !decoded.chars().all(is_xml_char);
    (xml_text(decoded), broken)
}

fn escape(rest: &[u8]) -> Option<u8> {
    let digit = |b: &u8| char::from(*b).to_digit(16);
    let [high, low, ..] = rest else { return None };
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

/// Reads a request in the URL binding.
pub(super) fn read(texts: &[&[u8]], lenient: Lenient, limits: &Limits) -> Result<Incoming, Box<Unrecognised>> {
    // A line is made of up to five elements and four parameters.
    let most = limits.elements_max / 2;
    let parameters = Parameters::parse(texts, lenient, most.saturating_add(1));
    let version = Version::of_parameter(parameters.values("version").first().copied());
    let refuse = |code, message| {
        let (frame, language) = (parameters.frame(), Language::default());
        Box::new(Unrecognised { version, frame, code, message, language })
    };
    if parameters.len() > most {
        return Err(refuse(ResponseCode::General, Message::TooManyParameters(most)));
    }
    let name = parameters.single("RequestName").map_err(|message| refuse(ResponseCode::Syntax, message))?;
    let Some(name) = name.map(str::trim).filter(|n| !n.is_empty()) else {
        return Err(refuse(ResponseCode::Syntax, Message::NoRequestName));
    };
    let any_case = || if lenient.operation_names { Operation::by_request_any_case(name) } else { None };
    let Some(operation) = Operation::by_request(name).or_else(any_case) else {
        return Err(refuse(ResponseCode::Syntax, Message::UnknownOperation(name.to_owned())));
    };
    Ok(serialise::incoming(operation, version, &parameters))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(text: &[u8]) -> Vec<(String, String)> {
        Parameters::parse(&[text], Lenient::default(), usize::MAX).all.into_iter().map(|p| (p.name, p.value)).collect()
    }

    fn decoded(text: &[u8]) -> String {
        decode(text).0
    }

    /// 2.1: UTF-8, else ISO-8859-1; broken escapes stand for themselves (13: PHP clients send raw values).
    #[test]
    fn form_decoding() {
        assert_eq!(decoded(b"K%C3%BChler+%2B1"), "Kühler +1");
        assert_eq!(decoded(b"K%FChler"), "Kühler");
        assert_eq!(decoded("Kühler".as_bytes()), "Kühler");
        assert_eq!(decoded(b"100%"), "100%");
        assert_eq!(decoded(b"100%zz%2"), "100%zz%2");
        assert_eq!(decoded(b"a%00b"), "a\u{FFFD}b");
        assert!(decode(b"100%").1 && decode(b"a%00b").1 && !decode(b"a%20b").1);
        assert_eq!(pairs(b"a=1&&b&=x&c=d=e").len(), 4);
        assert_eq!(pairs(b"c=d=e"), [("c".to_owned(), "d=e".to_owned())]);
    }

    /// 2.1: names in any case, the documented spelling first; one value, or the same one again.
    #[test]
    fn looking_up() {
        let lenient = Parameters::parse(
            &[b"buyersid=B&BuyersID=A&password=p&PASSWORD=p&IsTest=1&IsTest=0"],
            Lenient::default(),
            usize::MAX,
        );
        assert_eq!(lenient.single("BuyersID"), Ok(Some("A")));
        assert_eq!(lenient.single("Password"), Ok(Some("p")));
        assert_eq!(lenient.single("IsTest"), Err(Message::Repeated("IsTest".into())));
        assert_eq!(lenient.single("TransactionID"), Ok(None));
        let strict = Parameters::parse(&[b"Password=p&Password=p"], Lenient::NONE, usize::MAX);
        assert_eq!(strict.single("Password"), Err(Message::Repeated("Password".into())));
    }

    fn encode(text: &str) -> String {
        text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
    }

    proptest! {
        #[test]
        fn whatever_is_encoded_comes_back(pairs_in in proptest::collection::vec(("[a-zA-Z.]{1,12}", "[^\u{0}-\u{8}\u{b}\u{c}\u{e}-\u{1f}\u{fffe}\u{ffff}]{0,20}"), 0..8)) {
            let text: Vec<String> = pairs_in.iter().map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect();
            prop_assert_eq!(pairs(text.join("&").as_bytes()), pairs_in);
        }

        #[test]
        fn any_bytes_are_read_without_panic(text in proptest::collection::vec(any::<u8>(), 0..200), strict: bool) {
            let lenient = if strict { Lenient::NONE } else { Lenient::default() };
            let parameters = Parameters::parse(&[&text], lenient, usize::MAX);
            prop_assert!(parameters.iter().all(|p| p.value.chars().all(is_xml_char)));
            let _ = read(&[b"RequestName=UpdateOrderRequest", &text], lenient, &Limits::default());
        }
    }
}
