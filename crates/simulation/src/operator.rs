//! An operator, who pauses what is produced for a customer or of a collection, and resumes it.

use std::sync::Arc;
use std::time::Duration;

use ordergate_engine::{AccountId, Protocol};
use ordergate_fulfilment::{PauseError, QueueDesk};
use ordergate_outbox::Announcing;
use ordergate_store::PauseOf;
use tokio::time::{Instant, sleep, timeout};

use crate::clock::SimClock;
use crate::life::Life;
use crate::node::store_of;
use crate::setting::SCARCE;
use crate::workshop::Collection;
use crate::world::World;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(crate) struct Operator {
    world: Arc<World>,
    store: Announcing,
    clock: SimClock,
}

fn pausable() -> [PauseOf; 2] {
    [PauseOf::Collection(SCARCE.to_owned()), PauseOf::Account { id: AccountId(1), name: "1".to_owned() }]
}

impl Operator {
    pub(crate) fn new(world: &Arc<World>) -> Self {
        let clock = SimClock::new(world.start, 0);
        let store = store_of(world, "the operator", &Life::begin(), Arc::new(clock));
        Self { world: Arc::clone(world), store, clock }
    }

    pub(crate) async fn live(self) {
        let world = Arc::clone(&self.world);
        let end = world.start + Duration::from_secs(world.setting.trouble_seconds);
        while world.setting.has_operator && Instant::now() < end {
            sleep(world.dice.millis(0, 60_000)).await;
            let of = &pausable()[world.dice.index(2)];
            if world.dice.one_in(2) {
                self.pause(of).await;
            } else {
                self.resume(of).await;
            }
        }
        // Until what was sent in times of trouble has arrived.
        sleep(Duration::from_mins(2)).await;
        for of in pausable() {
            while !self.resume(&of).await {
                sleep(Duration::from_secs(1)).await;
            }
        }
    }

    fn desk(&self) -> QueueDesk<'_> {
        QueueDesk { store: &self.store, clock: &self.clock, describe: &Collection, queue: Protocol::Oseo, operator: "simulated" }
    }

    async fn pause(&self, of: &PauseOf) {
        let paused = matches!(timeout(PATIENCE, self.desk().pause(of.clone(), "by the dice")).await, Ok(Ok(())));
        self.world.note(format_args!("the operator pauses {}: {paused}", of.name()));
        if paused {
            self.world.log.lock().paused.entry(of.clone().name().to_owned()).or_insert_with(Instant::now);
        }
    }

    /// Whether it is certain that there is no pause any more.
    async fn resume(&self, of: &PauseOf) -> bool {
        self.world.log.lock().paused.remove(of.name());
        let answer = timeout(PATIENCE, self.desk().resume(of)).await;
        self.world.note(format_args!("the operator resumes {}: {answer:?}", of.name()));
        matches!(answer, Ok(Ok(_) | Err(PauseError::NotPaused(_))))
    }
}
