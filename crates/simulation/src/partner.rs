//! Partners who are told of orders, and what they are told.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use ordergate_door::{Announce, Draft, Moved};
use ordergate_engine::order::{HistoryEntry, Subject};
use ordergate_outbox::{Courier, Undelivered};
use ordergate_store::{Channel, Notification};
use tokio::time::sleep;

use crate::life::Life;
use crate::log::Received;
use crate::world::World;

/// Who hears of every move.
pub(crate) const PARTNERS: [&str; 2] = ["north", "south"];

/// Tells partners of every move, one line for each.
#[derive(Debug)]
pub(crate) struct TellAll;

impl Announce for TellAll {
    fn concerns(&self, _: &[&HistoryEntry]) -> bool {
        true
    }

    fn announce(&self, moved: &Moved<'_>) -> Vec<Draft> {
        let content: String = moved.moves.iter().map(|entry| line(entry)).collect();
        let draft = |partner: &str| Draft {
            channel: Channel::Webhook,
            destination: partner.to_owned(),
            event: "moved".to_owned(),
            content: content.clone().into_bytes(),
        };
        PARTNERS.map(draft).into()
    }
}

/// A move as partners are told it.
pub(crate) fn line(entry: &HistoryEntry) -> String {
    let subject = match entry.subject {
        Subject::Order => "order".to_owned(),
        Subject::Item(position) => format!("item {position}"),
    };
    format!("{subject} {:?}>{}\n", entry.from, entry.to)
}

/// The way to partners, and to customers who want to be called.
#[derive(Debug)]
pub(crate) struct Post {
    pub(crate) world: Arc<World>,
    pub(crate) node: usize,
    pub(crate) life: Life,
}

#[async_trait]
impl Courier for Post {
    async fn deliver(&self, notification: &Notification) -> Result<String, Undelivered> {
        let (world, weather) = (&self.world, &self.world.weather.network);
        if world.fails(weather, 10, 2) {
            self.wait(0, 50).await;
            return Err(Undelivered::for_now("refused"));
        }
        self.wait(0, 300).await;
        self.receive(notification);
        if world.fails(weather, 20, 4) {
            // It has it, but does not say so in time.
            let timeout = Duration::from_secs(world.setting.outbox.timeout_seconds).saturating_sub(Duration::from_millis(300));
            self.life.within(sleep(timeout)).await;
            return Err(Undelivered::for_now("no answer in time"));
        }
        self.wait(0, 100).await;
        Ok("taken".to_owned())
    }
}

impl Post {
    async fn wait(&self, least: u64, most: u64) {
        self.life.within(sleep(self.world.dice.millis(least, most))).await;
    }

    fn receive(&self, notification: &Notification) {
        let Notification { key, channel, destination, content, .. } = notification;
        self.world.note(format_args!("node {} tells {destination} of order {}", self.node, key));
        let mut log = self.world.log.lock();
        let received = log.received.entry((key.order, *channel, destination.clone())).or_default();
        let before = received.last().map(|last| last.key);
        received.push(Received { key: *key, content: content.clone() });
        drop(log);
        if before.is_some_and(|before| before > *key) {
            self.world.violation(format_args!("{destination} is told {key} after {before:?}"));
        }
    }
}
