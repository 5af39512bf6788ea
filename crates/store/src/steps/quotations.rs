//! What is written of quotations.

use ordergate_engine::{OrderId, QuotationId, Timestamp};

use super::Steps;
use crate::value::values;
use crate::{ConflictOn, Quotation, quotation_row, sql};

impl<'w> Steps<'w> {
    pub(super) fn insert_quotation(&mut self, quotation: &'w Quotation) {
        self.one(sql::INSERT_QUOTATION, quotation_row::inserted(quotation), ConflictOn::Quotation);
    }

    pub(super) fn price_quotation(&mut self, quotation: &'w Quotation) {
        let mut values = values![quotation.id.0, quotation.revision];
        values.extend(quotation_row::state(quotation));
        self.one(sql::PRICE_QUOTATION, values, ConflictOn::Quotation);
    }

    pub(super) fn order_quotation(&mut self, id: QuotationId, order: OrderId, at: Timestamp) {
        self.one(sql::ORDER_QUOTATION, values![id.0, order.0, at.0], ConflictOn::Quotation);
    }

    pub(super) fn expire_quotations(&mut self, over_before: Timestamp) {
        self.any(sql::PASS_QUOTATION_IDS, values!["order"]);
        self.any(sql::FORGET_QUOTATION_WISHES, values![over_before.0]);
        self.any(sql::EXPIRE_QUOTATIONS, values![over_before.0]);
    }
}
