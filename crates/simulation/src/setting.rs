//! What differs from run to run besides what happens.

use std::collections::BTreeMap;

use ordergate_engine::Protocol;
use ordergate_fulfilment::{FulfilmentOptions, ProcessorKind};
use ordergate_outbox::OutboxOptions;

use crate::dice::Dice;

/// The collection of which so many at once are produced, in some runs.
pub(crate) const SCARCE: &str = "scarce";

#[derive(Debug, Clone)]
pub(crate) struct Setting {
    pub(crate) fulfilment: FulfilmentOptions,
    pub(crate) outbox: OutboxOptions,
    pub(crate) customers: u64,
    /// Whether there are partners who hear of each move. Their notifications would keep two changes of an order apart that
    /// nothing else keeps apart.
    pub(crate) has_partners: bool,
    /// Whether there is one who pauses and resumes.
    pub(crate) has_operator: bool,
    /// How many buyers there are; where there are none, veloconnect is not offered.
    pub(crate) buyers: u64,
    /// How many workers outside fetch what is ordered by OSEO; where there are none, the nodes produce it.
    pub(crate) outsiders: u64,
    /// How long things go wrong, in seconds.
    pub(crate) trouble_seconds: u64,
}

impl Setting {
    pub(crate) fn throw(dice: &Dice) -> Self {
        let fulfilment = FulfilmentOptions {
            attempts_max: u32::try_from(dice.between(1, 4)).unwrap_or(1),
            retry_base_seconds: dice.between(1, 30),
            retry_max_seconds: 60,
            concurrency: dice.index(4) + 1,
            lease_seconds: dice.between(5, 40),
            poll_ms: dice.between(1, 15) * 1000,
            per_collection: if dice.one_in(3) { [(SCARCE.to_owned(), dice.index(2) + 1)].into() } else { BTreeMap::new() },
            batch_items: dice.pick(&[None, None, Some(1), Some(2)]),
            ..FulfilmentOptions::default()
        };
        let outbox = OutboxOptions {
            concurrency: dice.index(4) + 1,
            timeout_seconds: dice.between(1, 20),
            retry_base_seconds: dice.between(1, 10),
            retry_max_seconds: 60,
            poll_ms: dice.between(1, 15) * 1000,
            ..OutboxOptions::default()
        };
        let (customers, has_partners) = (dice.between(1, 3), !dice.one_in(4));
        let has_operator = dice.one_in(2);
        let trouble_seconds = dice.between(60, 600);
        let buyers = if dice.one_in(2) { dice.between(1, 3) } else { 0 };
        let outsiders = if dice.one_in(3) { dice.between(1, 3) } else { 0 };
        Self { fulfilment, outbox, customers, has_partners, has_operator, buyers, outsiders, trouble_seconds }
    }

    /// How the orders of a protocol are worked off.
    pub(crate) fn fulfilment_of(&self, queue: Protocol) -> FulfilmentOptions {
        let is_fetched = queue == Protocol::Oseo && self.outsiders > 0;
        // Of no matter but that it is not `none`: the processor is our own.
        let processor = if is_fetched { ProcessorKind::Pull } else { ProcessorKind::Demo };
        FulfilmentOptions { processor, ..self.fulfilment.clone() }
    }
}
