//! The life of transactions: how many of a kind a buyer may have open, and how long they are kept.

use ordergate_engine::Timestamp;
use ordergate_engine::transaction::Kind;
use ordergate_store::Expiry;
use serde::Deserialize;

use crate::call::{Call, Failure};
use crate::codes::ResponseCode;
use crate::message::Message;
use crate::options::VeloconnectOptions;

/// The section `veloconnect.keep`: what of stock, sales and text searches is kept for how long. Orders have `open_days`,
/// `final_days` and `open_max`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table")]
pub struct Keep {
    /// Hours that a text search is kept after it was last touched, while there are hits to fetch ...
    pub search_open_hours: u16,
    /// ... and after the last hit was fetched.
    pub search_final_hours: u16,
    /// The most text searches that a buyer may have open; 0: no bound.
    pub search_open_max: usize,
    /// The same of stock and sale transmissions, in days.
    pub transmit_open_days: u16,
    pub transmit_final_days: u16,
    /// The most open ones of each of the four kinds.
    pub transmit_open_max: usize,
}

impl Default for Keep {
    fn default() -> Self {
        Self {
            search_open_hours: 24,
            search_final_hours: 24,
            search_open_max: 1_000,
            transmit_open_days: 30,
            transmit_final_days: 90,
            transmit_open_max: 1_000,
        }
    }
}

impl Keep {
    /// The first number that cannot be meant.
    pub(crate) fn zero(&self) -> Option<&'static str> {
        let numbers = [
            ("keep.search_open_hours", self.search_open_hours),
            ("keep.search_final_hours", self.search_final_hours),
            ("keep.transmit_open_days", self.transmit_open_days),
            ("keep.transmit_final_days", self.transmit_final_days),
        ];
        numbers.into_iter().find(|(_, number)| *number == 0).map(|(name, _)| name)
    }
}

impl VeloconnectOptions {
    /// What has been kept for long enough at this time; whoever runs the program deletes it now and then, and its ids are
    /// unknown afterwards (420). OrderInOnlineShop has one instance for ever.
    pub fn expiries(&self, now: Timestamp) -> Vec<Expiry> {
        let kept = |kind| {
            let (open_hours, final_hours) = self.hours(kind)?;
            let before = |hours: i64| now.plus_seconds(-hours * 3_600);
            Some(Expiry { kind, open_before: before(open_hours), final_before: before(final_hours) })
        };
        Kind::ALL.into_iter().filter_map(kept).collect()
    }

    /// For how long open and final instances are kept; `None` for ever.
    fn hours(&self, kind: Kind) -> Option<(i64, i64)> {
        let days = |days: u16| i64::from(days) * 24;
        let Keep { search_open_hours, search_final_hours, transmit_open_days, transmit_final_days, .. } = self.keep;
        match kind {
            Kind::Order => Some((days(self.open_days), days(self.final_days))),
            Kind::OrderInOnlineShop => None,
            Kind::TextSearch => Some((search_open_hours.into(), search_final_hours.into())),
            Kind::B2BStock | Kind::B2CStock | Kind::B2BSale | Kind::B2XSale => {
                Some((days(transmit_open_days), days(transmit_final_days)))
            }
        }
    }

    /// The most open instances of a kind that a buyer may have; 0: no bound.
    const fn open_max_of(&self, kind: Kind) -> usize {
        match kind {
            Kind::Order => self.open_max,
            Kind::OrderInOnlineShop => 0,
            Kind::TextSearch => self.keep.search_open_max,
            Kind::B2BStock | Kind::B2CStock | Kind::B2BSale | Kind::B2XSale => self.keep.transmit_open_max,
        }
    }
}

/// 421: the buyer has as many open transactions of the kind as the operator allows.
pub(crate) async fn check_room(call: &Call<'_>, kind: Kind) -> Result<(), Failure> {
    let max = call.context.options.open_max_of(kind);
    let (provider, owner) = (call.identity.provider, call.identity.account);
    if max == 0 || !call.context.store.has_open_transactions(provider, owner, kind, max).await? {
        return Ok(());
    }
    Err(Failure::new(ResponseCode::NoTransaction, Message::TooManyTransactions(max)))
}
