//! What is kept, and how it is changed.

use std::collections::HashSet;

use ordergate_engine::order::Order;
use ordergate_engine::transaction::Transaction;
use ordergate_engine::{AccountId, OrderId};
use ordergate_store::{AppendItems, ConflictOn, OrderUpdate, Quotation, Receipt, Reference, Standing, Write};

#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) orders: Vec<Order>,
    pub(super) transactions: Vec<Transaction>,
    pub(super) messages: Vec<(AccountId, String, OrderId)>,
    pub(super) quotations: Vec<Quotation>,
    pub(super) receipts: Vec<(Receipt, Vec<Reference>)>,
    pub(super) standing: Vec<Standing>,
    /// Order, position, and what came for it.
    pub(super) fed: HashSet<(OrderId, usize, String)>,
    /// Whether there are a buyer and an empty catalogue, so that imports and receipts have something to change.
    pub(super) trades: bool,
    /// Whether what is stored goes where memory is not counted, as on a disk.
    pub(super) forgets: bool,
    pub(super) commits: usize,
    pub(super) last_id: i64,
}

impl Kept {
    pub(super) fn write(&mut self, write: Write) -> Result<(), ConflictOn> {
        match write {
            Write::InsertOrder(order) => {
                if self.orders.iter().any(|other| other.id == order.id) {
                    return Err(ConflictOn::Order);
                }
                self.orders.push(*order);
            }
            Write::UpdateOrder(update) => self.update_order(update)?,
            Write::InsertTransaction(transaction) => self.transactions.push(*transaction),
            Write::UpdateTransaction(update) => {
                let found = self.transactions.iter_mut().find(|kept| kept.key == update.key);
                let kept = found.filter(|kept| kept.revision == update.expected_revision).ok_or(ConflictOn::Transaction)?;
                kept.revision += 1;
                (kept.state, kept.context, kept.order, kept.updated_at) =
                    (update.state, update.context, update.order, update.updated_at);
            }
            Write::DeleteTransaction { key, expected_revision } => {
                let at = self.transactions.iter().position(|kept| kept.key == key && kept.revision == expected_revision);
                self.transactions.remove(at.ok_or(ConflictOn::Transaction)?);
            }
            Write::InsertQuotation(quotation) => self.quotations.push(*quotation),
            Write::RememberMessage { owner, message_id, order, .. } => {
                if self.messages.iter().any(|kept| kept.0 == owner && kept.1 == message_id) {
                    return Err(ConflictOn::Message);
                }
                self.messages.push((owner, message_id, order));
            }
            Write::AppendItems(append) => self.append(append)?,
            Write::RememberProduct { order, position, product, .. } => {
                let is_new = self.fed.insert((order, position, product));
                return if is_new { Ok(()) } else { Err(ConflictOn::Product) };
            }
            Write::DeleteStanding { order, position } => {
                self.standing.retain(|kept| (kept.order, kept.position) != (order, position));
            }
            Write::PutReceipt { receipt, references } => {
                self.receipts.retain(|kept| kept.0.key != receipt.key);
                self.receipts.push((*receipt, references));
            }
            _ => {}
        }
        Ok(())
    }

    fn append(&mut self, append: AppendItems) -> Result<(), ConflictOn> {
        let found = self.orders.iter_mut().find(|kept| kept.id == append.id);
        let kept = found.filter(|kept| kept.revision == append.expected_revision).ok_or(ConflictOn::Order)?;
        if kept.items.len() != append.first {
            return Err(ConflictOn::Order);
        }
        kept.revision += 1;
        kept.items.extend(append.items);
        Ok(())
    }

    fn update_order(&mut self, update: OrderUpdate) -> Result<(), ConflictOn> {
        let found = self.orders.iter_mut().find(|kept| kept.id == update.id);
        let kept = found.filter(|kept| kept.revision == update.expected_revision).ok_or(ConflictOn::Order)?;
        kept.revision += 1;
        kept.state = update.state.unwrap_or_else(|| kept.state.clone());
        for change in update.items {
            let item = kept.items.get_mut(change.position).ok_or(ConflictOn::Order)?;
            item.state = change.state.unwrap_or_else(|| item.state.clone());
            item.result = change.result.or_else(|| item.result.take());
            item.listed |= change.listed;
        }
        Ok(())
    }
}
