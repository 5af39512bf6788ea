//! What an operator can set: the section `veloconnect` of the configuration.

use std::path::PathBuf;

use serde::Deserialize;

use crate::CatalogueOptions;
pub use crate::articles::LiveOptions;
pub use crate::erp::ErpOptions;
use crate::lenient::Lenient;
use crate::life::Keep;
use crate::modules::Modules;
pub use crate::receipts::{ReceiptOptions, SpecialRequest};
use crate::seller::{self, SellerOptions};
use crate::shop::ShopOptions;
use crate::transmission::{TransmissionError, TransmissionOptions};

/// Settings of the veloconnect door. Everything has a default.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the configuration")]
pub struct VeloconnectOptions {
    /// Whether veloconnect is spoken at all; off, every request gets a bare HTTP 404.
    pub enabled: bool,
    /// GetProfile's `SellerName`.
    pub seller_name: Option<String>,
    /// GetProfile's `Message`: a short notice to the client's user.
    pub message: Option<String>,
    /// How a request is answered from which no operation can be told (GetStatus, rule 4).
    pub unknown_operation: UnknownOperation,
    /// Whether GetStatus without TransactionID lists final transactions too: the rule says all, a note
    /// in the schema says open ones.
    pub list_final: bool,
    /// The most transactions that GetStatus without TransactionID lists; a cut list says so.
    pub list_max: usize,
    /// The most articles that one SearchResult delivers.
    pub search_count_max: usize,
    /// The most open transactions a buyer may have before CreateOrder and CreateTextSearch are answered 421; 0: no bound.
    pub open_max: usize,
    /// The most lines of an order; a request that would make more is answered 400.
    pub lines_max: usize,
    /// The most articles that one GetItemDetailsList asks for; more are answered 400.
    pub entries_max: usize,
    /// Refuses what the standard does not allow, even where real clients are known to send it.
    pub strict: bool,
    /// What stands in `cac:UnitPrice`.
    pub unit_price: UnitPrice,
    /// Days an open transaction is kept after it was last touched.
    pub open_days: u16,
    /// Days a final transaction is kept after it became final.
    pub final_days: u16,
    /// `false` answers an unknown buyer with 411, like a wrong password, so that names cannot be probed.
    pub reveal_unknown_buyer: bool,
    /// The seller's own id. Set, a request of version 1.0 to 1.2 that names another seller gets 415.
    pub sellers_id: Option<String>,
    /// The TOML file with the articles; without one every article is unknown.
    pub articles: Option<PathBuf>,
    /// Articles that are imported.
    pub catalogue: CatalogueOptions,
    /// How delivery dates can be wished for (`Order.DeliveryDate`).
    pub delivery_date: Granularity,
    /// How back-delivery can be steered (`Order.Backlog`).
    pub backlog: Granularity,
    /// What happens to undeliverable items when nothing is said (`Order.BacklogDefault`).
    pub backlog_default: bool,
    /// Days within which goods expected without a date will come (`Order.ExpectingDelivery`).
    pub expecting_delivery_days: u16,
    /// The language of `ResponseMessage`, where neither the request nor the account says one.
    pub language: Language,
    /// The modules stock and sale.
    pub transmissions: TransmissionOptions,
    /// Offers, order confirmations, delivery notes and invoices.
    pub receipts: ReceiptOptions,
    /// The seller's own system.
    pub erp: ErpOptions,
    /// Availability and prices of this moment.
    pub live: LiveOptions,
    /// What of the standard is offered.
    pub modules: Modules,
    /// What is let pass although the standard does not allow it, unless `strict`.
    pub lenient: Lenient,
    /// How long other transactions than orders are kept.
    pub keep: Keep,
    /// The basket of the seller's web shop: OrderInOnlineShop.
    pub shop: ShopOptions,
    /// Further sellers, at addresses of their own.
    pub seller: Vec<SellerOptions>,
}

impl Default for VeloconnectOptions {
    fn default() -> Self {
        Self {
            enabled: true,
            seller_name: None,
            message: None,
            unknown_operation: UnknownOperation::Answer405,
            list_final: true,
            list_max: 10_000,
            search_count_max: 1000,
            open_max: 10_000,
            lines_max: 10_000,
            entries_max: 5_000,
            strict: false,
            unit_price: UnitPrice::Plain,
            open_days: 30,
            final_days: 90,
            reveal_unknown_buyer: true,
            sellers_id: None,
            articles: None,
            catalogue: CatalogueOptions::default(),
            delivery_date: Granularity::Line,
            backlog: Granularity::Line,
            backlog_default: false,
            expecting_delivery_days: 14,
            language: Language::De,
            transmissions: TransmissionOptions::default(),
            receipts: ReceiptOptions::default(),
            erp: ErpOptions::default(),
            live: LiveOptions::default(),
            modules: Modules::default(),
            lenient: Lenient::default(),
            keep: Keep::default(),
            shop: ShopOptions::default(),
            seller: Vec::new(),
        }
    }
}

/// GetStatus, rule 4: "400 bzw. 405 mit einem GetStatusResponse-Element", or "http-Fehlercode 404".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum UnknownOperation {
    #[serde(rename = "answer-405")]
    Answer405,
    #[serde(rename = "http-404")]
    Http404,
}

/// The content of `cac:UnitPrice`, which the standard leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnitPrice {
    /// The amount, with its currency as an attribute.
    Plain,
    /// A child `cbc:PriceAmount`.
    Aggregate,
}

/// For what something can be set: not at all, for the order as a whole, for each line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Granularity {
    None,
    Order,
    Line,
}

impl Granularity {
    /// The profile's word for it.
    pub const fn property(self) -> &'static str {
        match self {
            Self::None => "false",
            Self::Order => "order",
            Self::Line => "line",
        }
    }
}

/// A language in which there are messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    De,
    En,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::De, Self::En];

    /// ISO 639-1.
    pub const fn code(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.code() == code)
    }
}

/// A setting that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    #[error("veloconnect.{0} must not be empty; leave it out instead")]
    Empty(&'static str),
    #[error("veloconnect.{0} must be at least 1")]
    Zero(&'static str),
    #[error("veloconnect.{0} holds a character that XML does not allow")]
    Character(&'static str),
    #[error("veloconnect.transmissions.{0}")]
    Transmissions(#[from] TransmissionError),
    #[error("veloconnect.modules.order and veloconnect.shop.enabled cannot both be false: one of them is a must")]
    NothingToOrder,
    #[error("veloconnect.shop.{0}")]
    Shop(String),
    #[error("veloconnect.seller: \"{0}\" cannot be a name; it is part of an address: small letters, digits, - and _, at most 64")]
    SellerName(String),
    #[error("veloconnect.seller: the name or the sellers_id of \"{0}\" is that of another seller, too")]
    SellerTwice(String),
    #[error("veloconnect.seller \"{0}\": currency must be three capital letters (ISO 4217)")]
    SellerCurrency(String),
    #[error("veloconnect.seller \"{0}\": {1}")]
    Seller(String, Box<OptionsError>),
}

impl VeloconnectOptions {
    /// The first setting that cannot be meant.
    pub fn validate(&self) -> Result<(), OptionsError> {
        let texts = [("seller_name", &self.seller_name), ("message", &self.message), ("sellers_id", &self.sellers_id)];
        for (name, text) in texts {
            let Some(text) = text else { continue };
            if text.trim().is_empty() {
                return Err(OptionsError::Empty(name));
            }
            if !text.chars().all(crate::text::is_xml_char) {
                return Err(OptionsError::Character(name));
            }
        }
        self.transmissions.validate()?;
        let numbers = [
            ("list_max", self.list_max),
            ("search_count_max", self.search_count_max),
            ("lines_max", self.lines_max),
            ("entries_max", self.entries_max),
            ("open_days", self.open_days.into()),
            ("final_days", self.final_days.into()),
            ("expecting_delivery_days", self.expecting_delivery_days.into()),
        ];
        let zero = numbers.into_iter().find(|(_, n)| *n == 0).map(|(name, _)| name);
        if let Some(name) = zero.or_else(|| self.keep.zero()) {
            return Err(OptionsError::Zero(name));
        }
        if !self.modules.order && !self.shop.enabled {
            return Err(OptionsError::NothingToOrder);
        }
        self.shop.validate().map_err(OptionsError::Shop)?;
        self.receipts.validate()?;
        self.erp.validate()?;
        self.live.validate()?;
        seller::validate(self)
    }

    /// What is let pass.
    pub const fn lenient(&self) -> Lenient {
        if self.strict { Lenient::NONE } else { self.lenient }
    }

    /// Whether an operation, or a transaction that the profile lists, is offered.
    pub(crate) fn offers(&self, name: &str) -> bool {
        self.modules.offers(name, self.shop.enabled)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn settings_are_read_and_checked() {
        let options: VeloconnectOptions =
            toml::from_str("unknown_operation = \"http-404\"\nunit_price = \"aggregate\"\nlanguage = \"en\"\nbacklog = \"none\"")
                .unwrap();
        assert_eq!(options.unknown_operation, UnknownOperation::Http404);
        assert_eq!(options.unit_price, UnitPrice::Aggregate);
        assert_eq!(options.backlog, Granularity::None);
        assert_eq!(options.validate(), Ok(()));
        assert!(toml::from_str::<VeloconnectOptions>("unit_prize = \"plain\"").is_err());
        let bad = VeloconnectOptions { open_days: 0, ..VeloconnectOptions::default() };
        assert_eq!(bad.validate(), Err(OptionsError::Zero("open_days")));
        for (name, text) in [("lines_max", "lines_max = 0"), ("entries_max", "entries_max = 0")] {
            let bad: VeloconnectOptions = toml::from_str(text).unwrap();
            assert_eq!(bad.validate(), Err(OptionsError::Zero(name)));
        }
        let short = TransmissionOptions { lines_days: 6, ..TransmissionOptions::default() };
        let bad = VeloconnectOptions { transmissions: short, ..VeloconnectOptions::default() };
        let said = bad.validate().map_err(|error| error.to_string());
        assert_eq!(said, Err("veloconnect.transmissions.lines_days must not be less than unfetched_days".to_owned()));
        let bad = VeloconnectOptions { message: Some(" ".into()), ..VeloconnectOptions::default() };
        assert_eq!(bad.validate(), Err(OptionsError::Empty("message")));
        let bad: VeloconnectOptions = toml::from_str("[keep]\nsearch_final_hours = 0").unwrap();
        assert_eq!(bad.validate(), Err(OptionsError::Zero("keep.search_final_hours")));
        let bad: VeloconnectOptions = toml::from_str("[modules]\norder = false").unwrap();
        assert_eq!(bad.validate(), Err(OptionsError::NothingToOrder));
        let without: VeloconnectOptions = toml::from_str("[modules]\norder = false\n[shop]\nenabled = true").unwrap();
        assert_eq!(without.validate(), Ok(()));
    }
}
