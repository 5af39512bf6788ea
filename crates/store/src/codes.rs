//! The numbers under which enumerated values are stored. They are written down here and nowhere
//! else, and must never change their meaning: a store outlives the program that wrote it.

use ordergate_engine::Protocol;
use ordergate_engine::order::{OrderKind, Priority, Status, Subject};
use ordergate_engine::transaction::{Kind, StateCode};

use crate::pause::PauseSubject;
use crate::{CatalogueState, Channel, JobPart, NotificationState, Parts, ReceiptKind, Referred, StoreError};

/// A value that is stored as a number.
pub(crate) trait Code: Sized {
    fn code(self) -> i64;

    /// The value; [`StoreError::Corrupt`] if no value has this number.
    fn from_code(number: i64) -> Result<Self, StoreError>;
}

/// The states of [`crate::QuotationState`], without what they say more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum QuotationKind {
    BeingPriced,
    Priced,
    Refused,
    Ordered,
}

macro_rules! codes {
    ($($type:ident ($what:literal) { $($variant:ident = $number:literal),+ $(,)? })+) => {$(
        impl Code for $type {
            fn code(self) -> i64 {
                match self { $(Self::$variant => $number),+ }
            }

            fn from_code(number: i64) -> Result<Self, StoreError> {
                match number {
                    $($number => Ok(Self::$variant),)+
                    _ => Err(unknown($what, number)),
                }
            }
        }
    )+};
}

codes! {
    Protocol ("protocol") { Oseo = 1, Veloconnect = 2 }
    OrderKind ("order kind") { Product = 1, Subscription = 2, Tasking = 3, Articles = 4 }
    Priority ("priority") { Standard = 0, FastTrack = 1 }
    Status ("status") {
        Submitted = 1,
        Accepted = 2,
        Cancelled = 3,
        Completed = 4,
        InProduction = 5,
        Suspended = 6,
        Failed = 7,
        Terminated = 8,
        Downloaded = 9,
    }
    QuotationKind ("state of a quotation") { BeingPriced = 1, Priced = 2, Refused = 3, Ordered = 4 }
    Kind ("transaction kind") {
        Order = 1,
        OrderInOnlineShop = 2,
        TextSearch = 3,
        B2BStock = 4,
        B2CStock = 5,
        B2BSale = 6,
        B2XSale = 7,
    }
    Channel ("channel") { Callback = 1, Webhook = 2, Mail = 3, Program = 4, Folder = 5 }
    ReceiptKind ("kind of receipt") { Offer = 1, OrderConfirmation = 2, DeliveryNote = 3, Invoice = 4 }
    Referred ("kind of reference") { Order = 1, OrderConfirmation = 2, DeliveryNote = 3, Request = 4, RequestDate = 5 }
    PauseSubject ("subject of a pause") { Account = 1, Collection = 2 }
    CatalogueState ("state of a catalogue") { Importing = 1, Offered = 2, Replaced = 3, GivenUp = 4 }
    NotificationState ("state") { Waiting = 0, Delivered = 1, GivenUp = 2 }
}

/// Stored under veloconnect's own state number.
impl Code for StateCode {
    fn code(self) -> i64 {
        i64::from(self.number())
    }

    fn from_code(number: i64) -> Result<Self, StoreError> {
        u8::try_from(number).ok().and_then(Self::new).ok_or_else(|| unknown("transaction state", number))
    }
}

impl Code for bool {
    fn code(self) -> i64 {
        i64::from(self)
    }

    fn from_code(number: i64) -> Result<Self, StoreError> {
        match number {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(unknown("truth value", number)),
        }
    }
}

/// The order as a whole, where items are named by their position from 0.
pub(crate) const WHOLE_ORDER: i64 = -1;
/// What is to be told about the order.
const NOTIFICATIONS: i64 = -2;
/// The queue of all notifications, whatever protocol their orders came through.
pub(crate) const NOTIFYING: i64 = 10;
/// The first of the parts that stand for deliveries: beyond the position of any item.
const DELIVERIES: i64 = 1 << 20;
/// Deliveries lie in queues of their own, one for each protocol, so that workers of items and of deliveries do not walk over
/// what is not theirs: this and the protocol's number.
const DELIVERING: i64 = 20;

impl Code for Subject {
    fn code(self) -> i64 {
        match self {
            Self::Order => WHOLE_ORDER,
            Self::Item(position) => from_count(position),
        }
    }

    fn from_code(number: i64) -> Result<Self, StoreError> {
        if number == WHOLE_ORDER { Ok(Self::Order) } else { to_count("item position", number).map(Self::Item) }
    }
}

impl Code for JobPart {
    fn code(self) -> i64 {
        match self {
            Self::Order => WHOLE_ORDER,
            Self::Item(position) => from_count(position),
            Self::Delivery(position) => DELIVERIES.saturating_add(from_count(position)),
            Self::Notifications => NOTIFICATIONS,
        }
    }

    fn from_code(number: i64) -> Result<Self, StoreError> {
        match number {
            WHOLE_ORDER => Ok(Self::Order),
            NOTIFICATIONS => Ok(Self::Notifications),
            delivery if delivery >= DELIVERIES => to_count("delivery", delivery - DELIVERIES).map(Self::Delivery),
            position => to_count("item position", position).map(Self::Item),
        }
    }
}

/// The queue that a job of this kind is in.
pub(crate) fn queue_of_part(queue: Protocol, part: JobPart) -> i64 {
    match part {
        JobPart::Notifications => NOTIFYING,
        JobPart::Delivery(_) => DELIVERING + queue.code(),
        JobPart::Order | JobPart::Item(_) => queue.code(),
    }
}

/// The queue in which jobs of these kinds are.
pub(crate) fn queue_of_parts(queue: Protocol, parts: Parts) -> i64 {
    match parts {
        Parts::Notifications => NOTIFYING,
        Parts::Deliveries => DELIVERING + queue.code(),
        Parts::All | Parts::Orders | Parts::Items => queue.code(),
    }
}

/// The least part to look for among all jobs of a queue; none where only orders are looked for, which have an index of
/// their own.
pub(crate) const fn least_part(parts: Parts) -> Option<i64> {
    match parts {
        Parts::Notifications => Some(NOTIFICATIONS),
        Parts::All => Some(WHOLE_ORDER),
        Parts::Items => Some(0),
        Parts::Deliveries => Some(DELIVERIES),
        Parts::Orders => None,
    }
}

/// A position or limit as a stored number; what cannot be stored is as good as the greatest number.
pub(crate) fn from_count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A stored number that counts something.
pub(crate) fn to_count<T: TryFrom<i64>>(what: &str, number: i64) -> Result<T, StoreError> {
    T::try_from(number).map_err(|_| unknown(what, number))
}

fn unknown(what: &str, number: i64) -> StoreError {
    StoreError::Corrupt(format!("unknown {what} {number}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn numbers_of<T: Code + Copy + PartialEq + std::fmt::Debug>(all: &[T]) -> Vec<i64> {
        for value in all {
            assert_eq!(T::from_code(value.code()).unwrap(), *value);
        }
        all.iter().map(|v| v.code()).collect()
    }

    /// Spelt out a second time on purpose: whoever renumbers breaks every store there is.
    #[test]
    fn stored_numbers_stay_what_they_are() {
        assert_eq!(numbers_of(&Status::ALL), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(numbers_of(&Kind::ALL), [1, 2, 3, 4, 5, 6, 7]);
        let quotations = [QuotationKind::BeingPriced, QuotationKind::Priced, QuotationKind::Refused, QuotationKind::Ordered];
        assert_eq!(numbers_of(&quotations), [1, 2, 3, 4]);
        assert_eq!(numbers_of(&OrderKind::ALL), [1, 2, 3, 4]);
        assert_eq!(numbers_of(&Protocol::ALL), [1, 2]);
        assert_eq!(numbers_of(&[Priority::Standard, Priority::FastTrack]), [0, 1]);
        assert_eq!(numbers_of(&[Subject::Order, Subject::Item(0), Subject::Item(7)]), [-1, 0, 7]);
        let parts = [JobPart::Notifications, JobPart::Order, JobPart::Item(0), JobPart::Item(7), JobPart::Delivery(7)];
        assert_eq!(numbers_of(&parts), [-2, -1, 0, 7, 1_048_583]);
        assert_eq!(numbers_of(&NotificationState::ALL), [0, 1, 2]);
        let catalogues = [CatalogueState::Importing, CatalogueState::Offered, CatalogueState::Replaced, CatalogueState::GivenUp];
        assert_eq!(numbers_of(&catalogues), [1, 2, 3, 4]);
        assert_eq!(numbers_of(&Channel::ALL), [1, 2, 3, 4, 5]);
        assert_eq!(numbers_of(&ReceiptKind::ALL), [1, 2, 3, 4]);
        let referred =
            [Referred::Order, Referred::OrderConfirmation, Referred::DeliveryNote, Referred::Request, Referred::RequestDate];
        assert_eq!(numbers_of(&referred), [1, 2, 3, 4, 5]);
        assert_eq!(Protocol::ALL.map(|queue| queue_of_part(queue, JobPart::Notifications)), [10, 10]);
        assert_eq!(Protocol::ALL.map(|queue| queue_of_part(queue, JobPart::Delivery(0))), [21, 22]);
    }

    #[test]
    fn numbers_without_a_meaning_are_corrupt() {
        assert!(matches!(Status::from_code(10), Err(StoreError::Corrupt(_))));
        assert!(matches!(StateCode::from_code(0), Err(StoreError::Corrupt(_))));
        assert!(matches!(StateCode::from_code(257), Err(StoreError::Corrupt(_))));
        assert!(matches!(Subject::from_code(-2), Err(StoreError::Corrupt(_))));
        assert!(matches!(bool::from_code(2), Err(StoreError::Corrupt(_))));
    }
}
