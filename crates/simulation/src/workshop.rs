//! The processor: it takes its time, and says whether it worked out.

use std::sync::Arc;

use async_trait::async_trait;
use ordergate_fulfilment::{Outcome, Processor, WorkItem};
use tokio::time::{Instant, sleep};

use crate::life::Life;
use crate::log::Run;
use crate::world::World;

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
        let outcome = self.outcome(item, running.number);
        running.outcome = Some(outcome.clone());
        outcome
    }
}

impl Workshop {
    fn outcome(&self, item: &WorkItem, number: usize) -> Outcome {
        let world = &self.world;
        if world.fails(&world.weather.production, 5, 2) {
            return Outcome::Failed { reason: "the mill stands still".to_owned(), retry: !world.dice.one_in(4) };
        }
        Outcome::Done { result: Some(format!("https://results.example/{}/{}/{number}", item.order_id, item.position)) }
    }
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
        world.note(format_args!("node {node} begins item {position} of order {order}, attempt {}", item.attempt));
        let mut log = world.log.lock();
        let number = log.runs.len();
        log.runs.push(Run { life, order, position, began: Instant::now(), ended: None, outcome: None });
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
