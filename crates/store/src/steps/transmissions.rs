//! What is written of transmissions.

use ordergate_engine::TransmissionId;
use ordergate_engine::transaction::Kind;

use super::Steps;
use crate::codes::{Code as _, from_count};
use crate::value::{Value, values};
use crate::{ConflictOn, ImportLines, NewTransmission, Transmission, TransmissionExpiry, sql, transmission_row};

impl<'w> Steps<'w> {
    pub(super) fn insert_transmission(&mut self, new: &'w NewTransmission) {
        let NewTransmission { transmission, lines } = new;
        self.one(sql::INSERT_TRANSMISSION, transmission_row::inserted(transmission), ConflictOn::Transmission);
        for line in lines {
            let (subject, known) = (line.subject.as_ref(), line.is_known.map(bool::code));
            let values = values![transmission.id.0, from_count(line.position), subject, known, &line.content.0];
            self.one(sql::INSERT_TRANSMITTED_LINE, values, ConflictOn::Transmission);
        }
    }

    pub(super) fn update_transmission(&mut self, transmission: &'w Transmission) {
        let mut values = values![transmission.id.0, transmission.revision];
        values.extend(transmission_row::progress(transmission));
        self.one(sql::UPDATE_TRANSMISSION, values, ConflictOn::Transmission);
    }

    pub(super) fn check_line(&mut self, transmission: TransmissionId, position: usize, is_known: bool) {
        self.any(sql::CHECK_LINE, values![transmission.0, from_count(position), is_known.code()]);
    }

    pub(super) fn import_lines(&mut self, lines: &ImportLines) {
        let ImportLines { transmission, kind, from, until, at } = lines;
        let statement = match kind {
            Kind::B2BSale | Kind::B2XSale => sql::IMPORT_SALES,
            _ => sql::IMPORT_STOCK,
        };
        self.any(statement, values![transmission.0, from_count(*from), from_count(*until), at.0]);
    }

    pub(super) fn complete_stock(&mut self, transmission: &Transmission) {
        let Transmission { id, key, kind, as_of, .. } = transmission;
        let values = || -> Vec<Value<'w>> { values![key.provider.0, key.owner.0, kind.code(), as_of.0, id.0] };
        self.any(sql::DROP_OLDER_STOCK, values());
        self.any(sql::MARK_COMPLETE_STOCK, values());
    }

    pub(super) fn expire_transmissions(&mut self, expiry: &TransmissionExpiry) {
        let limit = from_count(expiry.limit);
        // State 84 is being imported still; whoever imports it ends it.
        self.any(sql::EXPIRE_UNFETCHED, values![expiry.unfetched_before.0]);
        self.any(sql::PASS_TRANSMISSION_IDS, values!["order"]);
        self.any(sql::EXPIRE_TRANSMITTED_LINES, values![expiry.received_before.0, limit]);
        self.any(sql::EXPIRE_TRANSMISSIONS, values![expiry.received_before.0, limit]);
        self.any(sql::EXPIRE_SALES, values![expiry.sold_before.0, limit]);
        self.any(sql::EXPIRE_STOCK, values![expiry.stock_before.0, limit]);
    }
}
