//! What is written of the slots of collections.

use super::Steps;
use crate::codes::{Code as _, from_count};
use crate::value::{Value, values};
use crate::{ConflictOn, SlotOf, TakeSlot, sql};

impl<'w> Steps<'w> {
    /// Statements of their own: the others see what was done until the first got the lock.
    pub(super) fn take_slot(&mut self, wish: &'w TakeSlot) {
        self.lock_slots(&wish.of);
        self.any(sql::FREE_SLOTS, values![wish.of.queue.code(), &wish.of.collection, wish.of.now.0]);
        let mut values = slot(&wish.of);
        values.push(from_count(wish.limit).into());
        self.one(sql::TAKE_SLOT, values, ConflictOn::Slot);
    }

    pub(super) fn require_slot(&mut self, of: &'w SlotOf) {
        self.lock_slots(of);
        let mut values = slot(of);
        values.push(of.now.0.into());
        self.one(sql::REQUIRE_SLOT, values, ConflictOn::Job);
    }

    fn lock_slots(&mut self, of: &'w SlotOf) {
        self.any(sql::LOCK_SLOTS, values![of.queue.code(), &of.collection]);
    }
}

fn slot(of: &SlotOf) -> Vec<Value<'_>> {
    values![of.queue.code(), &of.collection, of.key.order.0, of.key.part.code(), &of.lease]
}
