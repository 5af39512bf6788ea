//! A form's text as names and values, before they are decoded.

use super::serialise::FACTS;

/// The parameters that are named as a whole; [`FACTS`] are followed by a dot and an order number.
const NAMES: [&str; 17] = [
    "RequestName",
    "version",
    "BuyersID",
    "Password",
    "SellersID",
    "TransactionID",
    "IsTest",
    "SellersItemIdentification",
    "Quantity",
    "quantityUnitCode",
    "SearchString",
    "StartIndex",
    "Count",
    "ResultFormat",
    "DoNotClose",
    "FromDate",
    "ThruDate",
];

/// What stands between two ampersands, and means something.
pub(super) struct Pair<'t> {
    pub(super) name: &'t [u8],
    pub(super) value: &'t [u8],
    /// There is no equals sign, and no parameter has this name: it was part of a value, more likely than not.
    pub(super) stray: bool,
}

/// The pairs of a text in their order. With `join` what is stray belongs to the value before it, ampersand included.
pub(super) struct Pairs<'t> {
    rest: Option<&'t [u8]>,
    join: bool,
}

impl<'t> Pairs<'t> {
    pub(super) const fn new(text: &'t [u8], join: bool) -> Self {
        Self { rest: Some(text), join }
    }

    /// What goes up to the next ampersand, and what comes after it.
    fn split(text: &'t [u8]) -> (&'t [u8], Option<&'t [u8]>) {
        match text.iter().position(|byte| *byte == b'&') {
            Some(at) => (&text[..at], Some(&text[at + 1..])),
            None => (text, None),
        }
    }
}

impl<'t> Iterator for Pairs<'t> {
    type Item = Pair<'t>;

    fn next(&mut self) -> Option<Pair<'t>> {
        let mut piece: &'t [u8] = b"";
        let mut from = piece;
        while piece.is_empty() {
            from = self.rest?;
            (piece, self.rest) = Self::split(from);
        }
        let Some(equals) = piece.iter().position(|byte| *byte == b'=') else {
            return Some(Pair { name: piece, value: b"", stray: !is_name(piece) });
        };
        while self.join
            && let Some(rest) = self.rest
            && let (next, after) = Self::split(rest)
            && is_stray(next)
        {
            piece = &from[..piece.len() + 1 + next.len()];
            self.rest = after;
        }
        Some(Pair { name: &piece[..equals], value: &piece[equals + 1..], stray: false })
    }
}

fn is_stray(piece: &[u8]) -> bool {
    !piece.is_empty() && !piece.contains(&b'=') && !is_name(piece)
}

fn is_name(piece: &[u8]) -> bool {
    let among = |names: &[&str], piece: &[u8]| names.iter().any(|name| name.as_bytes().eq_ignore_ascii_case(piece));
    match piece.iter().position(|byte| *byte == b'.') {
        Some(dot) => among(&FACTS, &piece[..dot]),
        None => among(&NAMES, piece),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, join: bool) -> Vec<(String, String, bool)> {
        let text_of = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Pairs::new(text.as_bytes(), join).map(|pair| (text_of(pair.name), text_of(pair.value), pair.stray)).collect()
    }

    fn pair(name: &str, value: &str, stray: bool) -> (String, String, bool) {
        (name.to_owned(), value.to_owned(), stray)
    }

    #[test]
    fn what_is_stray_belongs_to_the_value_before_it() {
        let text = "SearchString=Rad&Tour&Co&IsTest=1&DoNotClose&Quantity.A&B&&c&a=";
        let rest = [pair("IsTest", "1", false), pair("DoNotClose", "", false), pair("Quantity.A", "", false)];
        let joined = [[pair("SearchString", "Rad&Tour&Co", false)].as_slice(), &rest].concat();
        assert_eq!(read(text, true)[..4], joined);
        let apart = [pair("SearchString", "Rad", false), pair("Tour", "", true), pair("Co", "", true)];
        assert_eq!(read(text, false)[..6], [apart.as_slice(), &rest].concat());
        for join in [true, false] {
            let end = [pair("B", "", true), pair("c", "", true), pair("a", "", false)];
            assert!(read(text, join).ends_with(&end), "{join}: there is no value that they could belong to");
            assert_eq!(read("&&", join), []);
            assert_eq!(read("", join), []);
            assert_eq!(read("a=b=c", join), [pair("a", "b=c", false)]);
        }
    }
}
