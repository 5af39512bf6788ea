//! Workers outside the nodes, who fetch items: they go on when a node is killed, lose answers, fall silent for longer than
//! their leases, go on with what is no longer theirs, and report twice.

use std::sync::Arc;
use std::time::Duration;

use ordergate_fulfilment::{ClaimToken, Claimed, Outcome, PullError, PullQueue};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::fetched::{Fetched, Given};
use crate::network::{arrives, name_of, some_node};
use crate::workshop::outcome;
use crate::world::World;

#[derive(Debug, Clone)]
pub(crate) struct Outsider {
    pub(crate) world: Arc<World>,
    pub(crate) name: String,
}

impl Outsider {
    /// Until it is ended.
    pub(crate) async fn live(self) {
        let mut working = JoinSet::new();
        loop {
            sleep(self.world.dice.millis(100, self.world.setting.fulfilment.poll_ms)).await;
            while working.try_join_next().is_some() {}
            for claim in self.claim().await {
                working.spawn(self.clone().work(claim));
            }
        }
    }

    /// The claims that it hears of.
    async fn claim(&self) -> Vec<usize> {
        let dice = &self.world.dice;
        let (limit, seconds) = (dice.index(3) + 1, dice.between(5, 40));
        let (asked, length) = (Instant::now(), Duration::from_secs(seconds));
        let claiming = self.ask("claims", |queue| async move {
            let items = queue.claim(&self.name, limit, seconds).await?;
            // A node has given them away, whether or not that is heard.
            Ok(items.iter().map(|item| self.given(item, asked, length)).collect())
        });
        claiming.await.and_then(Result::ok).unwrap_or_default()
    }

    fn given(&self, claimed: &Claimed, asked: Instant, length: Duration) -> usize {
        let (world, item) = (&self.world, &claimed.item);
        world.note(format_args!(
            "{} is given item {} of order {}, attempt {}",
            self.name, item.position, item.order_id, item.attempt
        ));
        let given = Given { item, claim: &claimed.claim, asked, length };
        let (number, wrong) = world.log.lock().give(&world.setting, &given);
        for wrong in wrong {
            world.violation(format_args!("item {} of order {} is given away, though {wrong}", item.position, item.order_id));
        }
        number
    }

    async fn work(self, number: usize) {
        let (world, dice) = (&self.world, &self.world.dice);
        let (claim, length) = self.with(number, |fetched| (fetched.claim.clone(), fetched.length));
        let most = u64::try_from(length.as_millis()).unwrap_or(0) * dice.pick(&[3, 30, 250]) / 100;
        let until = Instant::now() + dice.millis(0, most);
        let is_silent = world.fails(&world.weather.production, 8, 3);
        let is_stubborn = world.fails(&world.weather.production, 4, 2);
        while Instant::now() < until {
            sleep((length / 3).min(until - Instant::now())).await;
            if !is_silent && !self.is_alive(number, &claim).await && !is_stubborn {
                return;
            }
        }
        let (order, position) = self.with(number, |fetched| (fetched.order, fetched.position));
        let outcome = outcome(world, order, position, number);
        self.report(number, &claim, &outcome).await;
    }

    /// A sign of life; whether the claim is still good, as far as is known.
    async fn is_alive(&self, number: usize, claim: &ClaimToken) -> bool {
        let asked = Instant::now();
        let message = self.world.dice.one_in(3).then(|| format!("working on {number}"));
        let answer = self.ask("is alive", |queue| async move {
            let answer = queue.heartbeat(&self.name, claim, message.as_deref()).await;
            if answer.is_ok() {
                self.with(number, |fetched| fetched.lives(asked));
            }
            self.must_not_be_gone(number, answer.as_ref().err());
            answer
        });
        !matches!(answer.await, Some(Err(PullError::Gone)))
    }

    /// Until there is an answer, or it loses patience; perhaps once more.
    async fn report(&self, number: usize, claim: &ClaimToken, outcome: &Outcome) {
        let dice = &self.world.dice;
        for _ in 0..dice.between(1, 8) {
            if let Some(Ok(()) | Err(PullError::Gone)) = self.say(number, claim, outcome).await {
                break;
            }
            sleep(dice.millis(0, 5_000)).await;
        }
        if dice.one_in(4) {
            self.say(number, claim, outcome).await;
        }
    }

    async fn say(&self, number: usize, claim: &ClaimToken, outcome: &Outcome) -> Option<Result<(), PullError>> {
        let asked = Instant::now();
        self.ask("reports", |queue| async move {
            let is_first = self.world.log.lock().reports(number, outcome);
            let answer = match outcome.clone() {
                Outcome::Failed { reason, retry } => queue.fail(&self.name, claim, &reason, retry).await,
                Outcome::Done { result } => queue.complete(&self.name, claim, result).await,
                Outcome::HandedOver { .. } => Ok(()),
            };
            let wrong = answer.is_ok().then(|| self.world.log.lock().accept(number, asked)).flatten();
            if let Some(wrong) = wrong {
                let fetched = self.with(number, |fetched| format!("{fetched:?}"));
                self.world.violation(format_args!("a report is accepted, though {wrong}: {fetched}"));
            }
            let mut log = self.world.log.lock();
            if is_first && answer == Err(PullError::Gone) && log.must_hold(number) {
                log.fetched[number].must_be_stored = true;
            }
            drop(log);
            answer
        })
        .await
    }

    /// Its claim holds as long as was said, unless the order was cancelled.
    fn must_not_be_gone(&self, number: usize, error: Option<&PullError>) {
        let is_wrong = error == Some(&PullError::Gone) && self.world.log.lock().must_hold(number);
        if is_wrong {
            let fetched = self.with(number, |fetched| format!("{fetched:?}"));
            self.world.violation(format_args!("a claim is said to have ended: {fetched}"));
        }
    }

    fn with<T>(&self, number: usize, look: impl FnOnce(&mut Fetched) -> T) -> T {
        look(&mut self.world.log.lock().fetched[number])
    }

    /// The answer, if it arrives.
    async fn ask<T, F>(&self, what: &str, asking: impl FnOnce(PullQueue) -> F) -> Option<Result<T, PullError>>
    where
        F: Future<Output = Result<T, PullError>>,
    {
        let world = &self.world;
        sleep(world.dice.millis(0, 50)).await;
        let up = some_node(world);
        let answer = match up.as_ref().and_then(|up| Some((up, up.fetched.clone()?))) {
            Some((up, queue)) => arrives(world, up, asking(queue)).await,
            None => None,
        };
        let how = match &answer {
            None => "no answer",
            Some(Ok(_)) => "well",
            Some(Err(PullError::Gone)) => "gone",
            Some(Err(_)) => "not now",
        };
        world.note(format_args!("{} {what} to {}: {how}", self.name, name_of(up.as_ref())));
        answer
    }
}
