//! The processor: it takes its time, and says whether it worked out.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ordergate_engine::order::Order;
use ordergate_engine::{OrderId, Protocol};
use ordergate_fulfilment::{Describe, Outcome, Processor, WorkItem};
use tokio::time::{Instant, sleep};

use crate::life::Life;
use crate::log::Run;
use crate::setting::SCARCE;
use crate::world::World;

/// Every other item of OSEO is of the scarce collection.
#[derive(Debug)]
pub(crate) struct Collection;

pub(crate) fn is_scarce(protocol: Protocol, position: usize) -> bool {
    protocol == Protocol::Oseo && position.is_multiple_of(2)
}

impl Describe for Collection {
    fn describe(&self, _: &Order, _: usize) -> serde_json::Value {
        serde_json::Value::Null
    }

    fn collection(&self, order: &Order, position: usize) -> Option<String> {
        is_scarce(order.protocol, position).then(|| SCARCE.to_owned())
    }
}

#[derive(Debug)]
pub(crate) struct Workshop {
    pub(crate) world: Arc<World>,
    pub(crate) node: usize,
    pub(crate) life: Life,
}

#[async_trait]
impl Processor for Workshop {
    async fn process(&self, item: &WorkItem) -> Outcome {
        let mut running = Running::begin(self, item);
        let lease = self.world.setting.fulfilment.lease_seconds;
        // Some runs are shorter than it takes to extend a lease, some longer than the lease.
        let most = self.world.dice.pick(&[500, lease * 300, lease * 2500]);
        self.life.within(sleep(self.world.dice.millis(0, most))).await;
        let outcome = outcome(&self.world, item.order_id, item.position, running.number);
        running.outcome = Some(outcome.clone());
        outcome
    }
}

impl Workshop {
    /// What is cancelled may be worked on for a while, and needs no room.
    fn check_room(&self, item: &WorkItem) {
        let world = &self.world;
        let limit = world.setting.fulfilment.per_collection.get(SCARCE).filter(|_| is_scarce(item.protocol, item.position));
        let others = {
            let log = world.log.lock();
            log.running().filter(|run| run.is_scarce && !log.withdrawn.contains(&run.order)).count()
        };
        if limit.is_some_and(|limit| others >= *limit) {
            world.violation(format_args!("an item of order {} begins, though {others} of its collection run", item.order_id));
        }
    }

    /// Workers take up nothing that is paused, and begin nothing after a lease that they took before. What was begun once goes on.
    fn check_pause(&self, item: &WorkItem) {
        let options = &self.world.setting.fulfilment;
        let time = Duration::from_secs(options.lease_seconds);
        let since = self.world.log.lock().paused.get(SCARCE).copied();
        let is_late = since.is_some_and(|since| since.elapsed() > time);
        if is_late && item.attempt == 1 && is_scarce(item.protocol, item.position) {
            self.world.violation(format_args!("item {} of order {} begins, though it is paused", item.position, item.order_id));
        }
    }
}

/// How production comes out, the how manieth it is.
pub(crate) fn outcome(world: &World, order: OrderId, position: usize, number: usize) -> Outcome {
    if world.fails(&world.weather.production, 5, 2) {
        return Outcome::Failed { reason: "the mill stands still".to_owned(), retry: !world.dice.one_in(4) };
    }
    Outcome::Done { result: Some(format!("https://results.example/{order}/{position}/{number}")) }
}

/// One run, for as long as it exists.
struct Running<'a> {
    workshop: &'a Workshop,
    number: usize,
    outcome: Option<Outcome>,
}

impl<'a> Running<'a> {
    fn begin(workshop: &'a Workshop, item: &WorkItem) -> Self {
        let (world, life) = (&workshop.world, workshop.life.clone());
        let (order, position, node) = (item.order_id, item.position, workshop.node);
        if world.log.lock().is_running(order, position) {
            world.violation(format_args!("item {position} of order {order} is worked on twice at once"));
        }
        workshop.check_room(item);
        workshop.check_pause(item);
        world.note(format_args!("node {node} begins item {position} of order {order}, attempt {}", item.attempt));
        let mut log = world.log.lock();
        let number = log.runs.len();
        let is_scarce = is_scarce(item.protocol, position);
        log.runs.push(Run { life, order, position, is_scarce, ended: None, outcome: None });
        Self { workshop, number, outcome: None }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let (world, node) = (&self.workshop.world, self.workshop.node);
        if self.workshop.life.is_over() {
            return;
        }
        let mut log = world.log.lock();
        let run = &mut log.runs[self.number];
        run.ended = Some(Instant::now());
        run.outcome = self.outcome.take();
        let what = match &run.outcome {
            None => "breaks off",
            Some(Outcome::Done { .. }) => "has done",
            Some(_) => "has failed with",
        };
        let (order, position) = (run.order, run.position);
        drop(log);
        world.note(format_args!("node {node} {what} item {position} of order {order}"));
    }
}
