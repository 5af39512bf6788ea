//! What is written of quotations.

use super::Steps;
use crate::value::values;
use crate::{ConflictOn, Write, quotation_row, sql};

impl<'w> Steps<'w> {
    /// Carries out the writes that are listed here, and no others.
    pub(super) fn quoting(&mut self, write: &'w Write) {
        match write {
            Write::InsertQuotation(quotation) => {
                self.one(sql::INSERT_QUOTATION, quotation_row::inserted(quotation), ConflictOn::Quotation);
            }
            Write::PriceQuotation(quotation) => {
                let mut values = values![quotation.id.0, quotation.revision];
                values.extend(quotation_row::state(quotation));
                self.one(sql::PRICE_QUOTATION, values, ConflictOn::Quotation);
            }
            Write::OrderQuotation { id, order, at } => {
                self.one(sql::ORDER_QUOTATION, values![id.0, order.0, at.0], ConflictOn::Quotation);
            }
            Write::ExpireQuotations { over_before } => {
                self.any(sql::PASS_QUOTATION_IDS, values!["order"]);
                self.any(sql::FORGET_QUOTATION_WISHES, values![over_before.0]);
                self.any(sql::EXPIRE_QUOTATIONS, values![over_before.0]);
            }
            _ => {}
        }
    }
}
