//! For tests only: the whole of engine, store, workers, deliverers and both doors in a simulated world.
//!
//! A run has two nodes over one store, customers who order, ask again, look and cancel, an operator who pauses and
//! resumes, and partners who are told. In some runs there are buyers, who fill baskets by veloconnect, finish them, over two nodes at once, and give them up.
//! In some, items are fetched by workers outside, who fall silent and report twice.
//! Nodes are killed and stopped; the way to the store is slow, loses what is sent or what is answered, and delivers late; the disk fails, or the
//! power goes in the middle of a commit; partners hang. Then all is well again, and everything has to come to its end.
//!
//! All of it is decided by the dice of one seed, on one thread, on tokio's paused clock: hours pass in milliseconds, and the
//! same seed makes the same run, step by step. [`simulate`] gives its trace, and what must not have been: held against each
//! other are what customers were answered, what processors did, what partners received, and what is stored in the end.
//!
//! What is simulated and what is not: nodes are the product's own code, from the door's requests (without HTTP) to SQLite's file. SQLite writes
//! on the calling thread (`SqliteStore::open_inline`), and lies on a simulated disk ([`ordergate_faults`]). Authentication, processor and
//! couriers are the simulation's own.
//!
//! `cargo test -p ordergate-simulation` runs the seeds from 0 on. `SIMULATION_SEEDS=100000` runs so many, from `SIMULATION_FROM` on;
//! `SIMULATION_SEED=17` runs one, and prints its trace.

mod check;
mod clock;
mod customer;
mod dice;
mod fetched;
mod ground;
mod life;
mod log;
mod moves;
mod network;
mod node;
mod operator;
mod outsider;
mod partner;
mod setting;
mod soap;
mod trade;
mod trouble;
mod view;
mod workshop;
mod world;

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

use customer::Customer;
use operator::Operator;
use outsider::Outsider;
use trade::buyer::Buyer;
use trouble::Trouble;
use world::World;

/// So many seconds after the last trouble everything must be over.
const PATIENCE_SECONDS: u64 = 3 * 3600;
/// How often that is looked at.
const LOOK_SECONDS: u64 = 5;

/// Buyers have other numbers than customers.
const FIRST_BUYER: u64 = 101;

/// How a run came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// What happened, each line with its time in seconds.
    pub trace: Vec<String>,
    /// What must not be.
    pub violations: Vec<String>,
    pub orders: usize,
    /// How often the processor ran.
    pub runs: usize,
}

/// The run of a seed. Has to be called on a runtime with one thread, whose clock is paused.
pub async fn simulate(seed: u64) -> Course {
    let world = Arc::new(World::new(seed));
    let mut trouble = Trouble::new(&world);
    let mut customers = JoinSet::new();
    for number in 1..=world.setting.customers {
        customers.spawn(Customer { world: Arc::clone(&world), number }.live());
    }
    for number in 0..world.setting.buyers {
        customers.spawn(Buyer { world: Arc::clone(&world), number: FIRST_BUYER + number }.live());
    }
    let mut outsiders = JoinSet::new();
    for number in 0..world.setting.outsiders {
        outsiders.spawn(Outsider { world: Arc::clone(&world), name: format!("outsider {number}") }.live());
    }
    let operator = tokio::spawn(Operator::new(&world).live());
    trouble.make().await;
    while customers.join_next().await.is_some() {}
    world.note("all customers are served");
    if operator.await.is_err() {
        world.violation("the operator is gone");
    }
    come_to_an_end(&world).await;
    // Jobs without anything to tell may be leased for a while.
    sleep(Duration::from_secs(world.setting.outbox.timeout_seconds * 2 + 60)).await;
    outsiders.shutdown().await;
    trouble.end().await;
    check::check(&world, &world.ground.store().await).await;
    let log = std::mem::take(&mut *world.log.lock());
    Course {
        trace: world.take_trace(),
        violations: log.violations,
        orders: log.submissions.len() + log.deals.len(),
        runs: log.runs.len(),
    }
}

async fn come_to_an_end(world: &World) {
    let store = world.ground.store().await;
    let mut waiting = check::waiting(&store).await;
    for _ in 0..PATIENCE_SECONDS / LOOK_SECONDS {
        if waiting.is_none() {
            world.note("all is over");
            return;
        }
        sleep(Duration::from_secs(LOOK_SECONDS)).await;
        waiting = check::waiting(&store).await;
    }
    if let Some(waiting) = waiting {
        world.violation(format_args!("not over hours later: {waiting}"));
    }
}
