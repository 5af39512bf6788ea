//! Items that stand for products to come: subscriptions (06-141r6 §6.1.3) and tasks (§6.1.2), from Submit on. What comes for
//! them, [`crate::feed`] brings.

mod criteria;
mod period;
mod region;

use std::sync::Arc;

use ordergate_engine::order::{Order, OrderKind};
use ordergate_engine::{Document, Timestamp};
use ordergate_store::{Standing, Write};
use ordergate_xml::Node;

use crate::chosen::Choices;
use crate::collections::{Catalogue, Collection};
use crate::order_type::not_offered;
use crate::schema::OS;
use crate::{Context, Exception};

pub(crate) use criteria::{Criteria, Traits};
pub(crate) use period::Period;
pub(crate) use region::Region;

const HOUR_SECONDS: i64 = 3600;

/// What an item of a Submit waits for.
#[derive(Debug, Clone)]
pub(crate) struct Awaited {
    topic: String,
    criteria: Document,
    expires_at: Timestamp,
}

/// Reads such items; one for each Submit.
pub(crate) struct Reader<'a, 'c, 'd> {
    pub context: &'a Context,
    pub catalogue: &'a Arc<Catalogue>,
    pub choices: &'c Choices<'a, 'd>,
    pub now: Timestamp,
}

impl<'d> Reader<'_, '_, 'd> {
    /// Checks an item that names a collection to subscribe to, or a task; `subject` is the element that does.
    pub(crate) fn read(&self, kind: OrderKind, subject: Node<'d>, item: Node<'d>, path: &str) -> Result<Awaited, Exception> {
        if kind == OrderKind::Tasking { self.task(subject, item, path) } else { self.subscription(subject, item, path) }
    }

    fn subscription(&self, subject: Node<'d>, item: Node<'d>, path: &str) -> Result<Awaited, Exception> {
        let kind = OrderKind::Subscription;
        let id = subject.child(OS, "collectionId").map(|id| id.text().into_owned()).unwrap_or_default();
        let collection = self.catalogue.get(&id);
        if collection.is_none() && !self.context.options.takes_undeclared(self.catalogue, &id) {
            return Err(Exception::unsupported_collection(&id));
        }
        if !collection.is_some_and(|collection| collection.subscriptions) {
            return Err(not_offered(kind, format!("{path}: collection \"{id}\" takes no subscriptions")));
        }
        let values = self.choices.all_values(collection, kind, &id, item, path)?;
        let criteria = Criteria::read(values).map_err(|unreadable| {
            let diagnosis = format!("{}, {path}: {}: {}", item.position(), unreadable.option, unreadable.problem);
            Exception::invalid(&unreadable.option, diagnosis)
        })?;
        let grace = i64::from(self.context.options.subscription.grace_hours) * HOUR_SECONDS;
        let end = criteria.period.and_then(Period::end);
        if end.is_some_and(|end| end <= self.now) {
            let diagnosis = format!("{}, {path}: the subscription would be over before it begins", item.position());
            return Err(Exception::invalid("dateRange", diagnosis));
        }
        let expires_at = self.latest(end.map(|end| end.plus_seconds(grace)));
        Ok(Awaited { topic: id, criteria: criteria.to_document(), expires_at })
    }

    /// All products of the task are wanted. Of which collection they will be, only the planning service knows; so the options
    /// must be those of one of the collections that take tasks.
    fn task(&self, subject: Node<'d>, item: Node<'d>, path: &str) -> Result<Awaited, Exception> {
        let kind = OrderKind::Tasking;
        let id = subject.child(OS, "ID").map(|id| id.text().trim().to_owned()).unwrap_or_default();
        let mut refused = None;
        for collection in self.catalogue.iter().filter(|collection: &&Collection| collection.tasking) {
            match self.choices.all_values(Some(collection), kind, &id, item, path) {
                Ok(_) => {
                    let criteria = Criteria::default().to_document();
                    return Ok(Awaited { topic: id, criteria, expires_at: self.latest(None) });
                }
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        Err(refused.unwrap_or_else(|| not_offered(kind, "tasking orders are not offered by this server")))
    }

    /// The end that was named, or the latest that is allowed.
    fn latest(&self, end: Option<Timestamp>) -> Timestamp {
        let days = i64::from(self.context.options.subscription.days_max);
        let most = (days > 0).then(|| self.now.plus_seconds(days * 24 * HOUR_SECONDS));
        [end, most].into_iter().flatten().min().unwrap_or(Standing::NEVER)
    }
}

/// The writes that have the items of an order found by what comes for them, once they are active.
pub(crate) fn writes(order: &Order, awaited: Vec<Awaited>) -> impl Iterator<Item = Write> {
    let (order, provider, kind) = (order.id, order.provider, order.kind);
    awaited.into_iter().enumerate().map(move |(position, Awaited { topic, criteria, expires_at })| {
        Write::InsertStanding(Standing { order, position, provider, kind, topic, criteria, expires_at })
    })
}
