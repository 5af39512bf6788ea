//! What is written of receipts.

use super::Steps;
use crate::codes::Code as _;
use crate::value::values;
use crate::{ConflictOn, Receipt, Reference, receipt, sql};

impl<'w> Steps<'w> {
    /// The first content is inserted; a later one takes the place of the one before, which is kept aside.
    pub(super) fn put_receipt(&mut self, new: &'w Receipt, references: &'w [Reference]) {
        if new.revision <= 1 {
            self.one(sql::INSERT_RECEIPT, receipt::columns(new), ConflictOn::Receipt);
        } else {
            let mut before = receipt::key(&new.key);
            before.push((new.revision - 1).into());
            self.one(sql::KEEP_REPLACED_RECEIPT, before, ConflictOn::Receipt);
            self.one(sql::REPLACE_RECEIPT, receipt::columns(new), ConflictOn::Receipt);
            self.any(sql::FORGET_RECEIPT_REFERENCES, receipt::key(&new.key));
        }
        let key = &new.key;
        for Reference { what, id } in references {
            let values = values![key.provider.0, key.owner.0, key.kind.code(), what.code(), id, &key.id, new.issued_on.0];
            self.any(sql::REFER_RECEIPT, values);
        }
    }
}
