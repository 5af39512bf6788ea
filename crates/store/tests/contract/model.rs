//! What a store is, in a few maps: the measure for random batches.

use std::collections::{BTreeMap, BTreeSet};

use ordergate_engine::order::{HistoryEntry, Order, Priority, State};
use ordergate_engine::transaction::Transaction;
use ordergate_engine::{AccountId, OrderId, Timestamp};
use ordergate_store::{
    Batch, Claim, ConflictOn, Items, Job, JobKey, JobPart, OrderPage, OrderQuery, OrderUpdate, Standing, TransactionUpdate, Write,
};

#[derive(Debug, Clone, Default)]
pub struct Model {
    pub orders: BTreeMap<OrderId, Order>,
    pub history: BTreeMap<OrderId, Vec<HistoryEntry>>,
    pub transactions: BTreeMap<(AccountId, String), Transaction>,
    /// Each job and the lease it is held under.
    pub jobs: BTreeMap<(OrderId, i64), (Job, Option<String>)>,
    /// Each standing item, and whether it is active.
    pub standing: BTreeMap<(OrderId, usize), (Standing, bool)>,
    pub fed: BTreeSet<(OrderId, usize, String)>,
    pub messages: BTreeMap<(AccountId, String), OrderId>,
    /// When each nonce expires.
    pub nonces: BTreeMap<(AccountId, Vec<u8>), Timestamp>,
}

type Done = Result<(), ConflictOn>;

/// The sort key of a job: the order's own job comes before those of its items.
pub fn job_key(key: JobKey) -> (OrderId, i64) {
    match key.part {
        JobPart::Order => (key.order, -1),
        JobPart::Item(position) => (key.order, i64::try_from(position).unwrap()),
        JobPart::Delivery(position) => (key.order, (1 << 20) + i64::try_from(position).unwrap()),
        JobPart::Notifications => (key.order, -2),
    }
}

impl Model {
    /// The store after the batch, or why it is refused.
    pub fn after(&self, batch: &Batch) -> Result<Self, ConflictOn> {
        let mut after = self.clone();
        batch.writes.iter().try_for_each(|write| after.write(write))?;
        Ok(after)
    }

    fn write(&mut self, write: &Write) -> Done {
        match write {
            Write::InsertOrder(order) => insert(&mut self.orders, order.id, (**order).clone(), ConflictOn::Order),
            Write::UpdateOrder(update) => self.update_order(update),
            Write::AppendHistory(entry) => {
                self.known(entry.order)?;
                self.history.entry(entry.order).or_default().push(entry.clone());
                Ok(())
            }
            Write::AppendItems(append) => {
                let order = self.orders.get_mut(&append.id).filter(|o| o.revision == append.expected_revision);
                let order = order.filter(|o| o.items.len() == append.first).ok_or(ConflictOn::Order)?;
                order.revision += 1;
                order.items.extend(append.items.iter().cloned());
                Ok(())
            }
            Write::HastenJob { key, due_at } => {
                if let Some((job, None)) = self.jobs.get_mut(&job_key(*key)) {
                    job.due_at = job.due_at.min(*due_at);
                }
                Ok(())
            }
            Write::DeleteItemJobsOf(order) => {
                self.jobs.retain(|(of, part), _| of != order || *part < 0);
                Ok(())
            }
            Write::InsertStanding(standing) => {
                let key = (standing.order, standing.position);
                insert(&mut self.standing, key, (standing.clone(), false), ConflictOn::Standing)?;
                self.known(standing.order)
            }
            Write::ActivateStanding { order, position } => {
                self.standing.get_mut(&(*order, *position)).ok_or(ConflictOn::Standing)?.1 = true;
                Ok(())
            }
            Write::DeleteStanding { order, position } => {
                self.standing.remove(&(*order, *position));
                Ok(())
            }
            Write::RememberProduct { order, position, product, .. } => {
                if !self.fed.insert((*order, *position, product.clone())) {
                    return Err(ConflictOn::Product);
                }
                self.known(*order)
            }
            Write::InsertTransaction(new) => {
                let key = (new.key.owner, new.key.id.0.clone());
                insert(&mut self.transactions, key, (**new).clone(), ConflictOn::Transaction)
            }
            Write::UpdateTransaction(update) => self.update_transaction(update),
            Write::DeleteTransaction { key, expected_revision } => {
                let key = (key.owner, key.id.0.clone());
                let found = self.transactions.get(&key).filter(|t| t.revision == *expected_revision);
                found.ok_or(ConflictOn::Transaction)?;
                self.transactions.remove(&key);
                Ok(())
            }
            Write::ExpireTransactions(expiry) => {
                let limit = |t: &Transaction| if t.state.is_final() { expiry.final_before } else { expiry.open_before };
                self.transactions.retain(|_, t| t.kind != expiry.kind || t.updated_at >= limit(t));
                Ok(())
            }
            Write::InsertJob(job) => insert(&mut self.jobs, job_key(job.key), (job.clone(), None), ConflictOn::Job),
            Write::DeleteJob { key, lease } => {
                self.held(*key, lease)?;
                self.jobs.remove(&job_key(*key));
                Ok(())
            }
            Write::ScheduleJob { key, due_at } => {
                let waiting = self.jobs.get_mut(&job_key(*key)).filter(|(_, holder)| holder.is_none());
                let (job, _) = waiting.ok_or(ConflictOn::Job)?;
                (job.due_at, job.attempts) = (*due_at, 0);
                Ok(())
            }
            Write::ReleaseJob { key, lease, due_at } => {
                let (job, holder) = self.held(*key, lease)?;
                (job.due_at, *holder) = (*due_at, None);
                Ok(())
            }
            Write::ExtendLease { key, lease, until } => {
                let job = &mut self.held(*key, lease)?.0;
                job.due_at = job.due_at.max(*until);
                Ok(())
            }
            Write::HoldUntil { key, lease, until } => {
                self.held(*key, lease)?.0.due_at = *until;
                Ok(())
            }
            Write::DeleteJobsOf(order) => {
                self.jobs.retain(|(of, _), _| of != order);
                Ok(())
            }
            Write::RememberMessage { owner, message_id, order, .. } => {
                insert(&mut self.messages, (*owner, message_id.clone()), *order, ConflictOn::Message)
            }
            Write::UseNonce { owner, nonce, at, expires_at } => {
                self.nonces.retain(|_, expires| *expires > *at);
                insert(&mut self.nonces, (*owner, nonce.clone()), *expires_at, ConflictOn::Nonce)
            }
            // Neither accounts nor notifications nor quotations are part of the model.
            _ => Ok(()),
        }
    }

    fn known(&self, order: OrderId) -> Done {
        if self.orders.contains_key(&order) { Ok(()) } else { Err(ConflictOn::Order) }
    }

    fn update_order(&mut self, update: &OrderUpdate) -> Done {
        let order = self.orders.get_mut(&update.id).filter(|o| o.revision == update.expected_revision);
        let order = order.ok_or(ConflictOn::Order)?;
        order.revision += 1;
        if let Some(state) = &update.state {
            order.state = state.clone();
        }
        for change in &update.items {
            let item = order.items.get_mut(change.position).ok_or(ConflictOn::Order)?;
            if let Some(state) = &change.state {
                item.state = state.clone();
            }
            item.listed |= change.listed;
            item.result = change.result.clone().or(item.result.take());
        }
        Ok(())
    }

    fn update_transaction(&mut self, update: &TransactionUpdate) -> Done {
        let key = (update.key.owner, update.key.id.0.clone());
        let found = self.transactions.get_mut(&key).filter(|t| t.revision == update.expected_revision);
        let found = found.ok_or(ConflictOn::Transaction)?;
        found.revision += 1;
        found.state = update.state;
        found.context = update.context.clone();
        found.order = update.order;
        found.updated_at = update.updated_at;
        Ok(())
    }

    fn held(&mut self, key: JobKey, lease: &str) -> Result<&mut (Job, Option<String>), ConflictOn> {
        self.jobs.get_mut(&job_key(key)).filter(|(_, holder)| holder.as_deref() == Some(lease)).ok_or(ConflictOn::Job)
    }

    pub fn claim(&mut self, claim: &Claim) -> Vec<Job> {
        let claimable = |job: &Job| job.queue == claim.queue && claim.parts.include(job.key.part) && job.due_at <= claim.now;
        let mut due: Vec<Job> = self.jobs.values().map(|(job, _)| job.clone()).filter(claimable).collect();
        due.sort_by_key(|job| (job.priority == Priority::Standard, job.due_at, job_key(job.key)));
        due.truncate(claim.limit);
        for job in &mut due {
            (job.due_at, job.attempts) = (claim.lease_until, job.attempts + 1);
            self.jobs.insert(job_key(job.key), (job.clone(), Some(claim.lease.clone())));
        }
        due
    }

    pub fn search(&self, query: &OrderQuery) -> OrderPage {
        let wanted = |State { status, since, .. }: &State| {
            (query.statuses.is_empty() || query.statuses.contains(status))
                && (query.updated_from..=query.updated_until).contains(since)
        };
        let matches = |o: &&Order| {
            o.provider == query.provider
                && (o.owner == query.owner || query.others.contains(&o.owner))
                && (query.reference.is_none() || query.reference == o.reference)
                && wanted(&o.state)
        };
        let mut orders: Vec<Order> = self.orders.values().filter(matches).cloned().collect();
        orders.sort_by_key(|o| (o.state.since, o.id));
        let continue_from = orders.get(query.limit).map(|o| o.state.since);
        orders.truncate(query.limit);
        orders.sort_by_key(|o| (o.submitted_at, o.id));
        if query.items == Items::Without {
            orders = orders.into_iter().map(|o| Order { items: vec![], ..o }).collect();
        }
        OrderPage { orders, continue_from }
    }
}

fn insert<K: Ord, V>(map: &mut BTreeMap<K, V>, key: K, value: V, on: ConflictOn) -> Done {
    if map.contains_key(&key) {
        return Err(on);
    }
    map.insert(key, value);
    Ok(())
}
