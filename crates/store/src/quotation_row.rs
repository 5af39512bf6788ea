//! Quotations as rows: the columns that follow the state, and the order that was asked about as CBOR (RFC 8949).

use std::convert::Infallible;

use minicbor::decode::{Decoder, Error as Unreadable};
use minicbor::encode::{Encoder, Error as Unwritable};
use ordergate_engine::{AccountId, Document, OrderId, ProviderId, QuotationId, Timestamp};

use crate::codes::{Code, QuotationKind, to_count};
use crate::columns::Columns;
use crate::rows::about;
use crate::value::{Value, values};
use crate::{Quotation, QuotationState, QuotedItem, QuotedOrder, StoreError};

/// Reference, priority, document, items.
const ORDER_FIELDS: u64 = 4;
/// Item id, document.
const ITEM_FIELDS: u64 = 2;

/// The values of [`crate::sql::INSERT_QUOTATION`].
pub(crate) fn inserted(quotation: &Quotation) -> Vec<Value<'_>> {
    let Quotation { id, provider, owner, created_at, revision, order, .. } = quotation;
    let mut values = values![id.0, provider.0, owner.0, created_at.0, *revision, encode(order)];
    values.extend(state(quotation));
    values
}

/// What changes with the state: state, due_at, attempts, reason, prices, valid_until, order_id, over_at.
pub(crate) fn state(quotation: &Quotation) -> [Value<'_>; 8] {
    let none = || Value::Null;
    let over_at = quotation.over_at().0.into();
    match &quotation.state {
        QuotationState::BeingPriced { due_at, attempts } => [
            QuotationKind::BeingPriced.code().into(),
            due_at.0.into(),
            i64::from(*attempts).into(),
            none(),
            none(),
            none(),
            none(),
            over_at,
        ],
        QuotationState::Priced { prices, valid_until } => [
            QuotationKind::Priced.code().into(),
            none(),
            0.into(),
            none(),
            (&prices.0).into(),
            valid_until.0.into(),
            none(),
            over_at,
        ],
        QuotationState::Refused { reason, .. } => {
            [QuotationKind::Refused.code().into(), none(), 0.into(), reason.into(), none(), none(), none(), over_at]
        }
        QuotationState::Ordered { prices, valid_until, order, .. } => [
            QuotationKind::Ordered.code().into(),
            none(),
            0.into(),
            none(),
            (&prices.0).into(),
            valid_until.0.into(),
            order.0.into(),
            over_at,
        ],
    }
}

/// A row of [`crate::sql::QUOTATION`] and [`crate::sql::DUE_QUOTATIONS`].
pub(crate) fn quotation(row: &impl Columns) -> Result<Quotation, StoreError> {
    let id = row.int(0)?;
    read(row, id).map_err(|error| about(&format!("quotation {id}"), error))
}

fn read(row: &impl Columns, id: i64) -> Result<Quotation, StoreError> {
    Ok(Quotation {
        id: QuotationId(id),
        provider: ProviderId(row.int(1)?),
        owner: AccountId(row.int(2)?),
        created_at: Timestamp(row.int(3)?),
        revision: row.int(4)?,
        order: decode(row.bytes(5)?).map_err(|error| StoreError::Corrupt(format!("its order is unreadable: {error}")))?,
        state: read_state(row)?,
    })
}

fn read_state(row: &impl Columns) -> Result<QuotationState, StoreError> {
    let lacks = |what: &str| StoreError::Corrupt(format!("{what} is missing"));
    let time = |column, what| row.int_or_null(column)?.map(Timestamp).ok_or_else(|| lacks(what));
    let prices = || row.bytes_or_null(10)?.map(|bytes| Document(bytes.to_vec())).ok_or_else(|| lacks("prices"));
    let over_at = Timestamp(row.int(13)?);
    Ok(match QuotationKind::from_code(row.int(6)?)? {
        QuotationKind::BeingPriced => {
            QuotationState::BeingPriced { due_at: time(7, "due_at")?, attempts: to_count("number of attempts", row.int(8)?)? }
        }
        QuotationKind::Priced => QuotationState::Priced { prices: prices()?, valid_until: time(11, "valid_until")? },
        QuotationKind::Refused => {
            QuotationState::Refused { reason: row.text_or_null(9)?.ok_or_else(|| lacks("reason"))?, at: over_at }
        }
        QuotationKind::Ordered => QuotationState::Ordered {
            prices: prices()?,
            valid_until: time(11, "valid_until")?,
            order: row.int_or_null(12)?.map(OrderId).ok_or_else(|| lacks("order_id"))?,
            at: over_at,
        },
    })
}

fn encode(order: &QuotedOrder) -> Vec<u8> {
    let mut out = Encoder::new(Vec::with_capacity(order.document.0.len() + 64));
    match encode_order(order, &mut out) {
        Ok(()) => out.into_writer(),
        // A vector takes everything.
        Err(never) => unreachable!("{never}"),
    }
}

fn encode_order(order: &QuotedOrder, out: &mut Encoder<Vec<u8>>) -> Result<(), Unwritable<Infallible>> {
    out.array(ORDER_FIELDS)?.encode(order.reference.as_deref())?.i64(order.priority.code())?.bytes(&order.document.0)?;
    out.array(order.items.len() as u64)?;
    order.items.iter().try_for_each(|item| {
        out.array(ITEM_FIELDS)?.str(&item.item_id)?.bytes(&item.document.0)?;
        Ok(())
    })
}

fn decode(bytes: &[u8]) -> Result<QuotedOrder, Unreadable> {
    let mut input = Decoder::new(bytes);
    expect(&mut input, ORDER_FIELDS)?;
    let reference = input.decode::<Option<String>>()?;
    let priority = input.i64()?;
    let priority = Code::from_code(priority).map_err(|error: StoreError| Unreadable::message(error.to_string()))?;
    let document = Document(input.bytes()?.to_vec());
    let count = input.array()?.ok_or_else(|| Unreadable::message("an array without a length"))?;
    let mut items = Vec::new();
    for _ in 0..count {
        expect(&mut input, ITEM_FIELDS)?;
        items.push(QuotedItem { item_id: input.str()?.to_owned(), document: Document(input.bytes()?.to_vec()) });
    }
    Ok(QuotedOrder { reference, priority, document, items })
}

fn expect(input: &mut Decoder<'_>, fields: u64) -> Result<(), Unreadable> {
    if input.array()? == Some(fields) { Ok(()) } else { Err(Unreadable::message(format!("expected {fields} fields"))) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use ordergate_engine::order::Priority;

    use super::*;

    #[test]
    fn an_order_comes_back_and_damage_is_told() {
        let item = |item_id: &str| QuotedItem { item_id: item_id.to_owned(), document: Document(vec![0, 255]) };
        let order = QuotedOrder {
            reference: Some("ä".to_owned()),
            priority: Priority::FastTrack,
            document: Document(b"<x/>".to_vec()),
            items: vec![item("1"), item("")],
        };
        let bytes = encode(&order);
        assert_eq!(decode(&bytes).unwrap(), order);
        for end in 0..bytes.len() {
            assert!(decode(&bytes[..end]).is_err(), "{end}");
        }
    }
}
