//! What the query of a request says.

use percent_encoding::percent_decode_str;

use super::refusal::Refusal;

/// The seller that is named, and what else there is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) seller: Option<String>,
    /// Names and values, as they came.
    pub(super) rest: Vec<(String, String)>,
}

impl Query {
    pub(super) fn read(text: &str) -> Self {
        let mut query = Self::default();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name), decoded(value));
            if name == "seller" { query.seller = Some(value) } else { query.rest.push((name, value)) }
        }
        query
    }

    /// For operations that take nothing else: a mistyped `seller` must not become an act on another one's orders.
    pub(super) fn has_nothing_else(&self) -> Result<(), Refusal> {
        self.rest.first().map_or(Ok(()), |(name, _)| Err(Refusal::Value(format!("{name}: expected no parameter but seller"))))
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded_and_the_seller_taken_out() {
        let query = Query::read("status=Failed&seller=n%6Frd&&owner=anna+b&waiting");
        assert_eq!(query.seller.as_deref(), Some("nord"));
        let rest = [("status", "Failed"), ("owner", "anna b"), ("waiting", "")];
        assert!(query.rest.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(rest));
        assert!(query.has_nothing_else().is_err() && Query::read("seller=nord").has_nothing_else().is_ok());
    }
}
