//! Buyers: they fill baskets, look at them, and finish them or give them up.

use std::sync::Arc;

use ordergate_door::Request;
use tokio::time::sleep;

use super::deal::{Change, Deal, Judged};
use super::form::{Reply, lines, query};
use super::{ARTICLES, UNKNOWN};
use crate::network::{arrives, name_of, sent_by, some_node};
use crate::node::Up;
use crate::world::World;

/// One of many: their numbers are not those of customers.
#[derive(Debug, Clone)]
pub(crate) struct Buyer {
    pub(crate) world: Arc<World>,
    pub(crate) number: u64,
}

impl Buyer {
    pub(crate) async fn live(self) {
        let world = Arc::clone(&self.world);
        for n in 0..world.dice.between(1, 2) {
            sleep(world.dice.millis(0, world.setting.trouble_seconds * 500)).await;
            let Some(deal) = self.begin(n).await else { continue };
            for _ in 0..world.dice.between(0, 4) {
                sleep(world.dice.millis(0, 10_000)).await;
                self.step(deal).await;
            }
            self.end(deal).await;
            self.step(deal).await;
            self.list().await;
        }
    }

    /// Begins a transaction. Sent again after an answer was lost, it begins another one.
    async fn begin(&self, n: u64) -> Option<usize> {
        let (dice, is_test) = (&self.world.dice, self.world.dice.one_in(4));
        let count = dice.index(3) + 1;
        let mut wanted: Vec<(&str, u64)> = ARTICLES[..count].iter().map(|id| (*id, dice.between(1, 9))).collect();
        if dice.one_in(4) {
            wanted = vec![(UNKNOWN, 1)];
        }
        for _ in 0..dice.between(1, 5) {
            *self.world.log.lock().begun.entry(self.number).or_default() += 1;
            if let Some(reply) = self.send(some_node(&self.world), "CreateOrder", None, is_test, &lines(&wanted)).await {
                return self.begun(n, is_test, &wanted, &reply);
            }
            sleep(dice.millis(100, 10_000)).await;
        }
        None
    }

    fn begun(&self, n: u64, is_test: bool, wanted: &[(&str, u64)], reply: &Reply) -> Option<usize> {
        let world = &self.world;
        let wanted = wanted.iter().filter(|(id, _)| *id != UNKNOWN).map(|(id, quantity)| ((*id).to_owned(), *quantity));
        let is_right = (reply.code, reply.state) == (200, Some(2)) && reply.lines.iter().map(|(i, q)| (i.clone(), *q)).eq(wanted);
        if !is_right {
            world.violation(format_args!("CreateOrder of buyer {} is answered with {reply:?}", self.number));
            return None;
        }
        let mut log = world.log.lock();
        if log.deals.iter().any(|deal| deal.id == reply.transaction) {
            log.violations.push(format!("buyer {} gets a transaction that there was before", self.number));
        }
        log.deals.push(Deal::begun(self.number, format!("deal {}-{n}", self.number), is_test, reply));
        Some(log.deals.len() - 1)
    }

    async fn step(&self, deal: usize) {
        match self.world.dice.between(0, 7) {
            0..=2 => self.update(deal).await,
            3 => self.view(deal).await,
            4 => self.ask(deal).await,
            5 => self.list().await,
            6 => self.mix(deal).await,
            _ => self.pry().await,
        }
    }

    /// New quantities, some of them none.
    pub(super) fn change(&self) -> Change {
        let dice = &self.world.dice;
        let from = dice.index(ARTICLES.len());
        ARTICLES[from..].iter().take(dice.index(2) + 1).map(|id| ((*id).to_owned(), dice.between(0, 9))).collect()
    }

    async fn update(&self, deal: usize) {
        let change = self.change();
        for _ in 0..self.world.dice.between(1, 3) {
            if self.update_at(some_node(&self.world), deal, &change).await {
                return;
            }
            sleep(self.world.dice.millis(100, 5_000)).await;
        }
    }

    /// Whether there was an answer.
    pub(super) async fn update_at(&self, up: Option<Arc<Up>>, deal: usize, change: &Change) -> bool {
        self.with(deal, |deal| deal.updating(change));
        let reply = self.about(up, deal, "UpdateOrder", &changes(change)).await;
        self.judge(deal, reply.as_ref(), |deal, reply| deal.updated(change, reply));
        reply.is_some()
    }

    pub(super) async fn view(&self, deal: usize) {
        let reply = self.about(some_node(&self.world), deal, "ViewOrder", "").await;
        self.judge(deal, reply.as_ref(), Deal::viewed);
    }

    async fn ask(&self, deal: usize) {
        let reply = self.about(some_node(&self.world), deal, "GetStatus", "").await;
        self.judge(deal, reply.as_ref(), Deal::asked);
    }

    /// Says of a test that it is none, or the reverse.
    async fn mix(&self, deal: usize) {
        let (id, is_test) = self.with(deal, |deal| (deal.id.clone(), deal.is_test));
        let reply = self.send(some_node(&self.world), "FinishOrder", Some(&id), !is_test, "").await;
        self.judge(deal, reply.as_ref(), Deal::mixed);
    }

    /// Asks after somebody else's transaction.
    async fn pry(&self) {
        let other = self.world.log.lock().deals.iter().find(|deal| deal.buyer != self.number).map(|deal| deal.id.clone());
        let Some(id) = other else { return };
        let request = self.world.dice.pick(&["GetStatus", "ViewOrder", "FinishOrder", "Rollback"]);
        let reply = self.send(some_node(&self.world), request, Some(&id), false, "").await;
        if let Some(reply) = reply.filter(|reply| reply.code != 420) {
            self.world.violation(format_args!("{request} of somebody else's transaction is answered with {reply:?}"));
        }
    }

    /// All transactions of the buyer, each once, and only those that were begun.
    async fn list(&self) {
        let Some(reply) = self.send(some_node(&self.world), "GetStatus", None, false, "").await else { return };
        let world = &self.world;
        let mut log = world.log.lock();
        let mut wrong = Vec::new();
        let (mut known, begun) = (0, log.begun.get(&self.number).copied().unwrap_or(0));
        for deal in log.deals.iter_mut().filter(|deal| deal.buyer == self.number) {
            known += 1;
            let states: Vec<u8> = reply.told.iter().filter(|(id, _)| *id == deal.id).map(|(_, state)| *state).collect();
            let judged = match states.as_slice() {
                [] if deal.rollbacks_sent > 0 => Ok(()),
                [state] => deal.told(*state),
                _ => Err("is not listed once"),
            };
            wrong.extend(judged.err().map(|why| format!("{} {why}", deal.name)));
        }
        let others = reply.told.iter().filter(|(id, _)| !log.deals.iter().any(|deal| deal.id == *id));
        let others: Vec<u8> = others.map(|(_, state)| *state).collect();
        drop(log);
        if reply.code != 200 || others.len() > begun - known || others.iter().any(|state| *state != 2) {
            wrong.push(format!("begun {begun}, known {known}, others {others:?}"));
        }
        for wrong in wrong {
            world.violation(format_args!("GetStatus of buyer {}: {wrong}: {reply:?}", self.number));
        }
    }

    pub(super) fn with<T>(&self, deal: usize, change: impl FnOnce(&mut Deal) -> T) -> T {
        change(&mut self.world.log.lock().deals[deal])
    }

    pub(super) fn judge(&self, deal: usize, reply: Option<&Reply>, judge: impl FnOnce(&mut Deal, &Reply) -> Judged) {
        let Some(reply) = reply else { return };
        if let Err(why) = self.with(deal, |deal| judge(deal, reply)) {
            let deal = self.with(deal, |deal| format!("{deal:?}"));
            self.world.violation(format_args!("a transaction {why}: {reply:?}: {deal}"));
        }
    }

    /// A request about a transaction.
    pub(super) async fn about(&self, up: Option<Arc<Up>>, deal: usize, request: &str, rest: &str) -> Option<Reply> {
        let (id, is_test) = self.with(deal, |deal| (deal.id.clone(), deal.is_test));
        self.send(up, request, Some(&id), is_test, rest).await
    }

    /// The answer, if it arrives and is not that the server is at fault.
    async fn send(&self, up: Option<Arc<Up>>, request: &str, id: Option<&str>, is_test: bool, rest: &str) -> Option<Reply> {
        let (world, number) = (&self.world, self.number);
        sleep(world.dice.millis(0, 50)).await;
        let text = query(request, number, id, is_test, rest);
        let answer = match &up {
            Some(up) => arrives(world, up, self.answer_of(up, &text)).await,
            None => None,
        };
        let answer = answer.flatten();
        world.note(format_args!("buyer {number} asks {}: {request}{rest}: {answer:?}", name_of(up.as_ref())));
        answer.filter(|reply| reply.code != 500)
    }

    async fn answer_of(&self, up: &Up, query: &str) -> Option<Reply> {
        let name = self.number.to_string();
        let request = Request { query: Some(query), ..sent_by(&name) };
        let answer = up.trade.as_ref()?.answer(&request).await;
        let reply = Reply::read(&answer.body);
        if reply.is_none() {
            self.world.violation(format_args!("unreadable: {}", String::from_utf8_lossy(&answer.body)));
        }
        reply
    }
}

pub(super) fn changes(change: &Change) -> String {
    lines(&change.iter().map(|(id, quantity)| (id.as_str(), *quantity)).collect::<Vec<_>>())
}
