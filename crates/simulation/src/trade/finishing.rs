//! How a transaction comes to its end: finished once or twice at once, changed or given up at the same moment, or left alone.

use tokio::time::sleep;

use super::buyer::{Buyer, changes};
use super::deal::Deal;
use super::form::Reply;
use crate::network::{some_node, two_nodes};

impl Buyer {
    pub(super) async fn end(&self, deal: usize) {
        match self.world.dice.between(0, 9) {
            0..=3 => self.settle(deal).await,
            4..=5 => self.finish_twice(deal).await,
            6 => self.finish_and_update(deal).await,
            7 => self.finish_and_roll_back(deal).await,
            8 => self.roll_back(deal).await,
            // It stays as it is.
            _ => return,
        }
        if self.with(deal, |deal| deal.placed.is_some()) {
            self.try_again(deal).await;
        }
    }

    fn finishing(&self, deal: usize) {
        self.with(deal, |deal| deal.finishes_sent += 1);
    }

    fn finished(&self, deal: usize, reply: Option<&Reply>) {
        self.judge(deal, reply, Deal::finished);
    }

    /// Finishes it until it is known what has become of it.
    async fn settle(&self, deal: usize) {
        loop {
            self.finishing(deal);
            let reply = self.about(some_node(&self.world), deal, "FinishOrder", "").await;
            self.finished(deal, reply.as_ref());
            if reply.is_some() {
                return;
            }
            sleep(self.world.dice.millis(100, 10_000)).await;
        }
    }

    /// Over two nodes at once.
    async fn finish_twice(&self, deal: usize) {
        self.finishing(deal);
        self.finishing(deal);
        let [one, other] = two_nodes(&self.world);
        let replies = tokio::join!(self.about(one, deal, "FinishOrder", ""), self.about(other, deal, "FinishOrder", ""));
        // The one that came first is looked at first.
        let mut replies = [replies.0, replies.1];
        replies.sort_by_key(|reply| is_code(reply.as_ref(), 430));
        for reply in &replies {
            self.finished(deal, reply.as_ref());
        }
        if replies.iter().all(Option::is_none) {
            self.settle(deal).await;
        }
    }

    /// An update that is acknowledged is part of what is ordered, and one that is refused is not.
    async fn finish_and_update(&self, deal: usize) {
        self.finishing(deal);
        let [one, other] = two_nodes(&self.world);
        let change = self.change();
        let changed = changes(&change);
        self.with(deal, |deal| deal.updating(&change));
        let (finish, update) =
            tokio::join!(self.about(one, deal, "FinishOrder", ""), self.about(other, deal, "UpdateOrder", &changed));
        let (is_placed, is_updated) = (is_code(finish.as_ref(), 200), is_code(update.as_ref(), 200));
        if is_code(update.as_ref(), 430) {
            self.with(deal, |deal| deal.withdraw(&change));
        }
        if is_placed && is_updated {
            self.judge(deal, update.as_ref(), |deal, reply| deal.updated(&change, reply));
            self.finished(deal, finish.as_ref());
        } else {
            self.finished(deal, finish.as_ref());
            self.judge(deal, update.as_ref(), |deal, reply| deal.updated(&change, reply));
        }
        if !is_placed {
            self.settle(deal).await;
        }
        self.view(deal).await;
    }

    /// One of the two wins, and the other is refused.
    async fn finish_and_roll_back(&self, deal: usize) {
        self.finishing(deal);
        self.with(deal, |deal| deal.rollbacks_sent += 1);
        let [one, other] = two_nodes(&self.world);
        let (finish, rollback) = tokio::join!(self.about(one, deal, "FinishOrder", ""), self.about(other, deal, "Rollback", ""));
        if is_code(rollback.as_ref(), 200) && is_code(finish.as_ref(), 420) {
            self.judge(deal, rollback.as_ref(), Deal::rolled_back);
            self.finished(deal, finish.as_ref());
        } else {
            self.finished(deal, finish.as_ref());
            self.judge(deal, rollback.as_ref(), Deal::rolled_back);
        }
        self.settle(deal).await;
    }

    async fn roll_back(&self, deal: usize) {
        loop {
            self.with(deal, |deal| deal.rollbacks_sent += 1);
            let reply = self.about(some_node(&self.world), deal, "Rollback", "").await;
            self.judge(deal, reply.as_ref(), Deal::rolled_back);
            if reply.is_some() {
                break;
            }
            sleep(self.world.dice.millis(100, 10_000)).await;
        }
        // It is gone: it cannot be viewed, and not be finished.
        self.view(deal).await;
        self.finishing(deal);
        let reply = self.about(some_node(&self.world), deal, "FinishOrder", "").await;
        self.finished(deal, reply.as_ref());
    }

    /// What is placed stays as it is.
    async fn try_again(&self, deal: usize) {
        if self.world.dice.one_in(2) {
            self.finishing(deal);
            let reply = self.about(some_node(&self.world), deal, "FinishOrder", "").await;
            self.finished(deal, reply.as_ref());
        }
        if self.world.dice.one_in(2) {
            self.with(deal, |deal| deal.rollbacks_sent += 1);
            let reply = self.about(some_node(&self.world), deal, "Rollback", "").await;
            self.judge(deal, reply.as_ref(), Deal::rolled_back);
        }
        self.view(deal).await;
    }
}

fn is_code(reply: Option<&Reply>, code: u16) -> bool {
    reply.is_some_and(|reply| reply.code == code)
}
