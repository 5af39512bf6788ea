//! Items as they are stored: sixteen to a page, pages as CBOR (RFC 8949).
//!
//! GetStatus asks for all items of an order at once, and a database writes whole blocks anyway. So the
//! first page lies in the order's own row, where one look finds both, and only long orders have more
//! pages. One step of one item rewrites its page, never the whole order.
//!
//! A page is an array of items, an item an array of what [`encode_item`] writes. A field that a later
//! version needs goes to the end, as an option: old pages stay readable.

use std::convert::Infallible;

use minicbor::data::Type;
use minicbor::decode::{Decoder, Error as Unreadable};
use minicbor::encode::{Encoder, Error as Unwritable};
use ordergate_engine::order::{Item, State};
use ordergate_engine::{Document, OrderId, Timestamp};

use crate::codes::Code;
use crate::{ItemUpdate, StoreError};

/// So many items lie together.
pub(crate) const ITEMS_PER_PAGE: usize = 16;
/// So many pages an order may have: their ids lie between those of the next order's.
pub(crate) const PAGES_PER_ORDER: i64 = 4_096;
/// So many items an order may have.
pub const ITEMS_PER_ORDER: usize = ITEMS_PER_PAGE * 4_096;

/// So many fields every item has. Those after them are there when they say something; later versions may have
/// written more.
const FIELDS: u64 = 6;

/// The stored id of an order's page, from page 1 on. `None` for a page that no order has room for.
pub(crate) fn key(order: OrderId, page: usize) -> Option<i64> {
    let page = i64::try_from(page).ok().filter(|&page| page < PAGES_PER_ORDER)?;
    order.0.checked_mul(PAGES_PER_ORDER)?.checked_add(page)
}

/// The ids that all pages of an order but the first may have.
pub(crate) fn keys(order: OrderId) -> Option<(i64, i64)> {
    let first = key(order, 1)?;
    Some((first, first + PAGES_PER_ORDER - 2))
}

/// Writes a page.
pub fn encode(items: &[Item]) -> Vec<u8> {
    let bytes = items.iter().map(|item| item.document.0.len() + item.item_id.len() + 32).sum();
    let mut page = Encoder::new(Vec::with_capacity(bytes));
    let encoded = page.array(items.len() as u64).and_then(|page| items.iter().try_for_each(|item| encode_item(item, page)));
    match encoded {
        Ok(()) => page.into_writer(),
        // A vector takes everything.
        Err(never) => unreachable!("{never}"),
    }
}

/// Item id, status, since (microseconds since 1970), info, result, document; whether it was listed, if it was or if more
/// follows; `true` if it is a standing item.
fn encode_item(item: &Item, page: &mut Encoder<Vec<u8>>) -> Result<(), Unwritable<Infallible>> {
    let Item { item_id, state, result, listed, standing, document } = item;
    let more = if *standing { 2 } else { u64::from(*listed) };
    page.array(FIELDS + more)?.str(item_id)?.i64(state.status.code())?.i64(state.since.0)?;
    page.encode(state.info.as_deref())?.encode(result.as_deref())?.bytes(&document.0)?;
    if more > 0 {
        page.bool(*listed)?;
    }
    if *standing {
        page.bool(true)?;
    }
    Ok(())
}

/// Reads a page, adding its items to those of the pages before.
pub fn decode(page: &[u8], items: &mut Vec<Item>) -> Result<(), StoreError> {
    let mut page = Decoder::new(page);
    let count = page.array().map_err(unreadable)?.unwrap_or_default();
    items.reserve(usize::try_from(count).map_or(0, |count| count.min(ITEMS_PER_PAGE)));
    for _ in 0..count {
        items.push(decode_item(&mut page)?);
    }
    Ok(())
}

fn decode_item(page: &mut Decoder<'_>) -> Result<Item, StoreError> {
    let fields = page.array().map_err(unreadable)?.unwrap_or_default();
    if fields < FIELDS {
        return Err(StoreError::Corrupt(format!("a page of items: an item of {fields} fields")));
    }
    let item_id = page.str().map_err(unreadable)?.to_owned();
    let status = Code::from_code(page.i64().map_err(unreadable)?)?;
    let since = Timestamp(page.i64().map_err(unreadable)?);
    let info = text_or_null(page).map_err(unreadable)?;
    let result = text_or_null(page).map_err(unreadable)?;
    let document = Document(page.bytes().map_err(unreadable)?.to_vec());
    let listed = fields > FIELDS && page.bool().map_err(unreadable)?;
    let standing = fields > FIELDS + 1 && page.bool().map_err(unreadable)?;
    for _ in FIELDS + 2..fields {
        page.skip().map_err(unreadable)?;
    }
    Ok(Item { item_id, state: State { status, since, info }, result, listed, standing, document })
}

fn text_or_null(page: &mut Decoder<'_>) -> Result<Option<String>, Unreadable> {
    if page.datatype()? == Type::Null {
        return page.null().map(|()| None);
    }
    page.str().map(|text| Some(text.to_owned()))
}

#[allow(clippy::needless_pass_by_value)] // for map_err
fn unreadable(error: Unreadable) -> StoreError {
    StoreError::Corrupt(format!("a page of items: {error}"))
}

/// The pages that updates concern, in order.
pub(crate) fn concerned(updates: &[ItemUpdate]) -> Vec<usize> {
    let mut pages: Vec<usize> = updates.iter().map(|update| update.position / ITEMS_PER_PAGE).collect();
    pages.sort_unstable();
    pages.dedup();
    pages
}

/// A page with those of the updates that concern it. `None` if one of them concerns an item that is
/// not there.
pub(crate) fn updated(page: &[u8], number: usize, updates: &[ItemUpdate]) -> Result<Option<Vec<u8>>, StoreError> {
    let mut items = Vec::new();
    decode(page, &mut items)?;
    for update in updates.iter().filter(|update| update.position / ITEMS_PER_PAGE == number) {
        let Some(item) = items.get_mut(update.position % ITEMS_PER_PAGE) else { return Ok(None) };
        if let Some(state) = &update.state {
            item.state = state.clone();
        }
        if update.result.is_some() {
            item.result.clone_from(&update.result);
        }
        item.listed |= update.listed;
    }
    Ok(Some(encode(&items)))
}

/// The pages that items appended at a position make or change: the number of each, whether it is new, and its items.
pub(crate) fn appended(first: usize, items: &[Item]) -> Vec<(usize, bool, &[Item])> {
    let room = (ITEMS_PER_PAGE - first % ITEMS_PER_PAGE) % ITEMS_PER_PAGE;
    // The first page is there even if it is empty.
    let room = if first == 0 { ITEMS_PER_PAGE } else { room };
    let (in_last, in_new) = items.split_at(room.min(items.len()));
    let last = (!in_last.is_empty()).then_some((first / ITEMS_PER_PAGE, false, in_last));
    let new = (first + room) / ITEMS_PER_PAGE;
    last.into_iter().chain(in_new.chunks(ITEMS_PER_PAGE).enumerate().map(|(n, items)| (new + n, true, items))).collect()
}

/// A page with further items after those it has. `None` if they do not follow on them.
pub(crate) fn extended(page: &[u8], first: usize, items: &[Item]) -> Result<Option<Vec<u8>>, StoreError> {
    let mut all = Vec::new();
    decode(page, &mut all)?;
    if all.len() != first % ITEMS_PER_PAGE {
        return Ok(None);
    }
    all.extend_from_slice(items);
    Ok(Some(encode(&all)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ordergate_engine::order::Status;

    fn item(item_id: &str, status: Status, word: Option<&str>) -> Item {
        Item {
            item_id: item_id.to_owned(),
            state: State { status, since: Timestamp(-7), info: word.map(str::to_owned) },
            result: word.map(str::to_owned),
            listed: false,
            standing: false,
            document: Document(b"<a/>".to_vec()),
        }
    }

    fn items() -> Vec<Item> {
        vec![item("1", Status::Suspended, Some("waits")), item("\u{fc} 2", Status::Completed, None)]
    }

    /// Written down byte by byte on purpose: whoever changes it breaks every store there is.
    #[test]
    fn a_page_stays_what_it_is() {
        let page = b"\x82\x86\x61\x31\x06\x26\x65waits\x65waits\x44<a/>\x86\x64\xc3\xbc 2\x04\x26\xf6\xf6\x44<a/>";
        assert_eq!(encode(&items()), page);
        let mut read = Vec::new();
        decode(page, &mut read).unwrap();
        assert_eq!(read, items());
    }

    /// A later version may have added fields.
    #[test]
    fn a_longer_item_is_read_as_far_as_it_is_known() {
        let mut read = Vec::new();
        decode(b"\x81\x89\x61\x31\x04\x00\xf6\xf6\x40\xf5\xf5\x63new", &mut read).unwrap();
        assert_eq!((read.len(), read[0].item_id.as_str(), read[0].state.status), (1, "1", Status::Completed));
        assert!(read[0].listed && read[0].standing);
    }

    #[test]
    fn what_is_cut_or_changed_is_corrupt() {
        let page = encode(&items());
        for length in 0..page.len() {
            assert!(matches!(decode(&page[..length], &mut Vec::new()), Err(StoreError::Corrupt(_))), "{length}");
        }
        for damaged in [
            &b"\x81\x86\x61\x31\x18\x4d\x00\xf6\xf6\x40"[..],
            b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\x81\x86\x61\xff",
            b"\x81\x85\x61\x31\x04\x00\xf6\xf6\x40",
        ] {
            assert!(matches!(decode(damaged, &mut Vec::new()), Err(StoreError::Corrupt(_))), "{damaged:x?}");
        }
    }

    #[test]
    fn an_update_changes_its_item_and_keeps_an_older_result() {
        let state = State { status: Status::Downloaded, since: Timestamp(9), info: None };
        let update = |position| ItemUpdate { position, state: Some(state.clone()), result: None, listed: false };
        let listing = ItemUpdate { state: None, listed: true, ..update(17) };
        let updates = [update(16), update(1), listing];
        assert_eq!(concerned(&updates), [0, 1]);
        let page = encode(&items());
        let mut read = Vec::new();
        decode(&updated(&page, 1, &updates).unwrap().unwrap(), &mut read).unwrap();
        assert_eq!((&read[0].state, read[0].result.as_deref()), (&state, Some("waits")));
        assert_eq!(read[1], Item { listed: true, ..items()[1].clone() });
        assert!(updated(&page, 1, &[update(18)]).unwrap().is_none());
    }

    #[test]
    fn a_standing_item_comes_back() {
        let standing = Item { standing: true, ..items()[0].clone() };
        let listed = Item { listed: true, ..standing.clone() };
        let mut read = Vec::new();
        decode(&encode(&[standing.clone(), listed.clone()]), &mut read).unwrap();
        assert_eq!(read, [standing, listed]);
    }

    #[test]
    fn appended_items_fill_the_last_page_and_go_on_in_new_ones() {
        let items = vec![items()[0].clone(); 40];
        let pages = |first: usize, count: usize| {
            let pages = appended(first, &items[..count]);
            pages.into_iter().map(|(page, new, items)| (page, new, items.len())).collect::<Vec<_>>()
        };
        assert_eq!(pages(0, 3), [(0, false, 3)]);
        assert_eq!(pages(0, 40), [(0, false, 16), (1, true, 16), (2, true, 8)]);
        assert_eq!(pages(15, 1), [(0, false, 1)]);
        assert_eq!(pages(16, 1), [(1, true, 1)]);
        assert_eq!(pages(17, 20), [(1, false, 15), (2, true, 5)]);
        let page = encode(&items[..2]);
        assert_eq!(extended(&page, 18, &items[..1]).unwrap(), Some(encode(&items[..3])));
        assert_eq!(extended(&page, 19, &items[..1]).unwrap(), None);
    }

    #[test]
    fn keys_of_orders_do_not_overlap() {
        assert_eq!(keys(OrderId(1)), Some((4_097, 8_191)));
        assert_eq!(keys(OrderId(2)).map(|(first, _)| first), Some(8_193));
        assert_eq!((key(OrderId(1), 4_096), key(OrderId(i64::MAX), 1)), (None, None));
    }
}
