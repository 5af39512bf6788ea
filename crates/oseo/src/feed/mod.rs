//! What comes for those who wait: products of a collection for its subscriptions, products and news of a task for the orders
//! of that task. A product becomes a further item of each order that wants it, once for each standing item, however often and
//! wherever it is announced.

mod deliver;
mod line;
mod report;
mod task;
mod template;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use futures_util::{TryStreamExt as _, stream};
use ordergate_engine::order::OrderKind;
use ordergate_engine::time::Clock;
use ordergate_engine::{Actor, OrderId, ProviderId};
use ordergate_store::{SharedStore, Standing, StandingQuery, StoreError};

use crate::standing::Criteria;
use deliver::{Got, Products, Wish, deliver};
use line::{Announcement, News};

pub use report::{Announced, FeedReport, LineError};

/// After so many wrong lines the rest is not read.
const WRONG_MAX: usize = 10_000;
/// So many announcements are read, and fed, before the next ones are.
const BLOCK_LINES: usize = 1000;
/// Fewer are, if they are long: as objects they are much larger than as text.
const BLOCK_BYTES: usize = 64 * 1024;
/// So many standing items are read together.
const PAGE: usize = 1000;
/// So many orders are written at once: what is committed together shares a flush.
const TOGETHER: usize = 32;
/// Each lost race means that the order moved on; so many in a row mean that something is wrong.
const RACES_MAX: u32 = 200;

/// Where announcements are taken.
pub struct Feed {
    pub store: SharedStore,
    pub clock: Arc<dyn Clock>,
    pub provider: ProviderId,
    /// Whether something produces what is announced without a result. If not, it waits for an operator.
    pub queues: bool,
    /// Whether the server itself delivers by a protocol: then a product that is announced with its result is delivered first.
    pub offers: Arc<dyn Fn(&str) -> bool + Send + Sync>,
    /// Who announces, for the history.
    pub who: Actor,
    /// Whether a text is the URL of a result.
    pub is_usable: fn(&str) -> bool,
}

impl fmt::Debug for Feed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Feed").field("queues", &self.queues).field("who", &self.who).finish_non_exhaustive()
    }
}

/// A line, by its place, that could be read.
type Readable = (usize, Announcement);

impl Feed {
    /// Takes lines of JSON, counted from `first`; empty ones are passed over, bad ones reported, and the others fed. When the
    /// store fails some may be fed: announced again, they are fed no second time.
    pub async fn announce<'t>(&self, lines: impl Iterator<Item = &'t str>, first: usize) -> Result<FeedReport, StoreError> {
        let mut report = FeedReport::default();
        let (mut readable, mut bytes) = (Vec::new(), 0);
        for (line, text) in (first..).zip(lines).filter(|(_, text)| !text.trim().is_empty()) {
            match Announcement::read(text, self.is_usable) {
                Ok(announcement) => {
                    report.announced.push(Announced::of(line, &announcement));
                    readable.push((report.announced.len() - 1, announcement));
                    bytes += text.len();
                }
                Err(error) => report.error(line, error),
            }
            if report.wrong() == WRONG_MAX {
                let error = format!("{WRONG_MAX} lines are wrong: those after this one were not read");
                report.errors.push(LineError { line, error });
                break;
            }
            if readable.len() >= BLOCK_LINES || bytes >= BLOCK_BYTES {
                self.announce_block(&readable, &mut report.announced).await?;
                readable.clear();
                bytes = 0;
            }
        }
        self.announce_block(&readable, &mut report.announced).await?;
        Ok(report)
    }

    async fn announce_block(&self, readable: &[Readable], report: &mut [Announced]) -> Result<(), StoreError> {
        // News of one topic keep their order: what comes after the end of a task comes too late.
        let mut topics: BTreeMap<(bool, &str), Vec<&Readable>> = BTreeMap::new();
        for announcement in readable {
            let is_task = announcement.1.kind == OrderKind::Tasking;
            topics.entry((is_task, announcement.1.topic.as_str())).or_default().push(announcement);
        }
        for announcements in topics.into_values() {
            for run in announcements.chunk_by(|(_, a), (_, b)| is_product(a) && is_product(b)) {
                self.announce_run(run, report).await?;
            }
        }
        Ok(())
    }

    /// Products of one topic, or one piece of news.
    async fn announce_run(&self, run: &[&Readable], report: &mut [Announced]) -> Result<(), StoreError> {
        let Some((number, first)) = run.first() else { return Ok(()) };
        let mut query =
            StandingQuery { provider: self.provider, kind: first.kind, topic: first.topic.clone(), after: None, limit: PAGE };
        loop {
            let page = self.store.standing(&query).await?;
            let Some(last) = page.last() else { return Ok(()) };
            query.after = Some((last.order, last.position));
            let now = self.clock.now();
            let waiting: Vec<&Standing> = page.iter().filter(|standing| standing.expires_at > now).collect();
            if is_product(first) {
                self.feed_page(run, &waiting, report).await?;
            } else {
                for standing in waiting {
                    report[*number].matched += 1;
                    report[*number].new += usize::from(task::tell(self, standing, &first.news).await?);
                }
            }
            if page.len() < PAGE {
                return Ok(());
            }
        }
    }

    async fn feed_page(&self, run: &[&Readable], waiting: &[&Standing], report: &mut [Announced]) -> Result<(), StoreError> {
        let products: Products<'_> = run
            .iter()
            .filter_map(|(number, announcement)| match &announcement.news {
                News::Product(product) => Some((*number, product)),
                _ => None,
            })
            .collect();
        let mut orders: BTreeMap<OrderId, Vec<Wish>> = BTreeMap::new();
        for standing in waiting {
            let criteria = match Criteria::from_document(&standing.criteria) {
                Ok(criteria) => criteria,
                Err(error) => {
                    tracing::error!(order = %standing.order, %error, "criteria cannot be read, and are fed nothing");
                    for number in products.keys() {
                        report[*number].unreadable += 1;
                    }
                    continue;
                }
            };
            for (number, _) in products.iter().filter(|(_, product)| criteria.want(&product.traits)) {
                report[*number].matched += 1;
                orders.entry(standing.order).or_default().push((standing.position, *number));
            }
        }
        let deliveries = orders.into_iter().map(|(order, wishes)| Ok(deliver(self, order, wishes, &products)));
        let mut delivered = stream::iter(deliveries).try_buffer_unordered(TOGETHER);
        while let Some(got) = delivered.try_next().await? {
            for (number, got) in got {
                match got {
                    Got::New => report[number].new += 1,
                    Got::Full => report[number].full += 1,
                    Got::Unreadable => report[number].unreadable += 1,
                }
            }
        }
        Ok(())
    }
}

const fn is_product(announcement: &Announcement) -> bool {
    matches!(announcement.news, News::Product(_))
}
