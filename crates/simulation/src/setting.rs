//! What differs from run to run besides what happens.

use ordergate_fulfilment::FulfilmentOptions;
use ordergate_outbox::OutboxOptions;

use crate::dice::Dice;

#[derive(Debug, Clone)]
pub(crate) struct Setting {
    pub(crate) fulfilment: FulfilmentOptions,
    pub(crate) outbox: OutboxOptions,
    pub(crate) customers: u64,
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
            batch_items: dice.pick(&[None, None, Some(1), Some(2)]),
            // Of no matter but that it is not `none`: the processor is our own.
            processor: ordergate_fulfilment::ProcessorKind::Demo,
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
        Self { fulfilment, outbox, customers: dice.between(1, 3), trouble_seconds: dice.between(60, 600) }
    }
}
