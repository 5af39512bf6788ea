//! Reads that take a bounded number of steps.

use ordergate_engine::order::{HistoryEntry, Order, Priority, Status};
use ordergate_engine::transaction::{Key, Kind, Transaction};
use ordergate_engine::{AccountId, Document, OrderId, Protocol, ProviderId, QuotationId, Timestamp, TransmissionId};
use rusqlite::{Connection, OptionalExtension as _, Params, Row, params};

use crate::codes::{Code as _, WHOLE_ORDER, from_count, to_count};
use crate::columns::Columns as _;
use crate::item_page::{self, ITEMS_PER_PAGE};
use crate::local_result;
use crate::pause;
use crate::quotation_row;
use crate::rows::{self, about};
use crate::sql::Statement;
use crate::transmission_row;
use crate::{
    Account, Expiry, Items, Job, JobKey, KeptLine, KeptQuery, Notification, NotificationState, Pause, Quotation, ResultKey,
    Seller, Standing, StandingQuery, StoreError, StoredResult, TransactionStatus, Transmission, TransmissionQuery,
    TransmittedLine, sql,
};

pub(super) fn account(
    connection: &Connection,
    provider: ProviderId,
    protocol: Protocol,
    name: &str,
) -> Result<Option<Account>, StoreError> {
    first(connection, sql::ACCOUNT, params![provider.0, protocol.code(), name], |row| rows::account(row))
}

pub(super) fn account_by_id(connection: &Connection, id: AccountId) -> Result<Option<Account>, StoreError> {
    first(connection, sql::ACCOUNT_BY_ID, params![id.0], |row| rows::account(row))
}

/// By protocol and name.
pub(super) fn accounts(connection: &Connection, provider: ProviderId) -> Result<Vec<Account>, StoreError> {
    all(connection, sql::ACCOUNTS, params![provider.0], |row| rows::account(row)).map(rows::sort_accounts)
}

pub(super) fn groups(connection: &Connection, account: AccountId) -> Result<Vec<String>, StoreError> {
    all(connection, sql::GROUPS, params![account.0], |row| row.text(0)).map(rows::sort_groups)
}

pub(super) fn peers(connection: &Connection, account: AccountId) -> Result<Vec<AccountId>, StoreError> {
    let values = params![account.0, from_count(rows::PEER_ROWS_MAX)];
    all(connection, sql::PEERS, values, |row| Ok(AccountId(row.int(0)?))).map(|found| rows::peers_of(account, found))
}

pub(super) fn are_peers(connection: &Connection, account: AccountId, other: AccountId) -> Result<bool, StoreError> {
    Ok(first(connection, sql::SHARED_GROUP, params![account.0, other.0], |_| Ok(()))?.is_some())
}

/// An order, and its items if they are wanted, of one moment: a status never disagrees with its items.
pub(super) fn order(connection: &Connection, id: OrderId, items: Items) -> Result<Option<Order>, StoreError> {
    read_order(connection, id, items).map_err(|e| about(&format!("order {id}"), e))
}

fn read_order(connection: &Connection, id: OrderId, items: Items) -> Result<Option<Order>, StoreError> {
    match items {
        Items::With => order_with_items(connection, id),
        Items::Without => first(connection, sql::ORDER, params![id.0], |row| rows::order(row)),
    }
}

/// The statement that reads the order is left open while its other pages are read: that makes one
/// snapshot of all, for less than a transaction costs.
fn order_with_items(connection: &Connection, id: OrderId) -> Result<Option<Order>, StoreError> {
    let mut statement = connection.prepare_cached(sql::ORDER_WITH_ITEMS.question)?;
    let mut found = statement.query(params![id.0])?;
    let Some(row) = found.next()? else { return Ok(None) };
    let (mut order, count) = rows::order_and_first_items(row)?;
    if count > ITEMS_PER_PAGE {
        read_other_pages(connection, &mut order)?;
    }
    rows::complete(order, count).map(Some)
}

fn read_other_pages(connection: &Connection, order: &mut Order) -> Result<(), StoreError> {
    let Some((first, last)) = item_page::keys(order.id) else { return Ok(()) };
    let mut statement = connection.prepare_cached(sql::ITEM_PAGES.question)?;
    let mut pages = statement.query(params![first, last])?;
    while let Some(page) = pages.next()? {
        item_page::decode(page.bytes(0)?, &mut order.items)?;
    }
    Ok(())
}

pub(super) fn orders_before(
    connection: &Connection,
    provider: ProviderId,
    id: OrderId,
    limit: usize,
) -> Result<Vec<Order>, StoreError> {
    all(connection, sql::ORDERS_BEFORE, params![id.0, provider.0, from_count(limit)], |row| rows::order(row))
}

pub(super) fn jobs_until_told(connection: &Connection, queue: Protocol, limit: usize) -> Result<Vec<JobKey>, StoreError> {
    let mut found = Vec::new();
    for priority in [Priority::FastTrack, Priority::Standard] {
        let values = params![queue.code(), priority.code(), Job::UNTIL_TOLD.0, from_count(limit)];
        found.extend(all(connection, sql::JOBS_DUE_AT, values, |row| rows::job_key(row))?);
    }
    Ok(found)
}

/// By order and part.
pub(super) fn parked_jobs(
    connection: &Connection,
    queue: Protocol,
    priority: Priority,
    after: Option<JobKey>,
    limit: usize,
) -> Result<Vec<JobKey>, StoreError> {
    let (order, part) = after.map_or((-1, -1), |key| (key.order.0, key.part.code()));
    let values = params![queue.code(), priority.code(), Job::PARKED.0, order, part, from_count(limit)];
    all(connection, sql::PARKED_JOBS, values, |row| rows::job_key(row))
}

pub(super) fn pauses(connection: &Connection, queue: Protocol) -> Result<Vec<Pause>, StoreError> {
    all(connection, sql::PAUSES, params![queue.code()], |row| pause::pause(row, queue)).map(rows::sort_pauses)
}

pub(super) fn open_items(connection: &Connection, provider: ProviderId, owner: AccountId) -> Result<usize, StoreError> {
    let mut items = 0;
    for status in Status::ALL.into_iter().filter(|status| !status.is_final()) {
        let values = params![provider.0, owner.0, status.code()];
        items += first(connection, sql::ITEMS_OF_ORDERS, values, |row| to_count("number of items", row.int(0)?))?.unwrap_or(0);
    }
    Ok(items)
}

pub(super) fn standing(connection: &Connection, query: &StandingQuery) -> Result<Vec<Standing>, StoreError> {
    let (order, position) = query.after.map_or((-1, -1), |(order, position)| (order.0, from_count(position)));
    let values = params![query.provider.0, query.kind.code(), query.topic, order, position, from_count(query.limit)];
    all(connection, sql::STANDING, values, |row| rows::standing(row))
}

pub(super) fn standing_of(connection: &Connection, order: OrderId) -> Result<Vec<Standing>, StoreError> {
    all(connection, sql::STANDING_OF, params![order.0], |row| rows::standing(row))
}

pub(super) fn fed(connection: &Connection, order: OrderId, position: usize, products: &[&str]) -> Result<Vec<usize>, StoreError> {
    let mut found = Vec::new();
    for (place, product) in products.iter().enumerate() {
        if first(connection, sql::FED, params![order.0, from_count(position), product], |_| Ok(()))?.is_some() {
            found.push(place);
        }
    }
    Ok(found)
}

pub(super) fn history(connection: &Connection, id: OrderId) -> Result<Vec<HistoryEntry>, StoreError> {
    all(connection, sql::HISTORY, params![id.0], |row| rows::history_entry(row, id))
        .map_err(|e| about(&format!("history of order {id}"), e))
}

pub(super) fn transaction(connection: &Connection, key: &Key) -> Result<Option<Transaction>, StoreError> {
    first(connection, sql::TRANSACTION, params![key.provider.0, key.owner.0, key.id.0], |row| rows::transaction(row, key))
        .map_err(|e| about(&format!("transaction {}", key.id), e))
}

/// Oldest first. Open and final instances lie apart, so that many final ones do not slow down the
/// question for open ones.
pub(super) fn transactions(
    connection: &Connection,
    provider: ProviderId,
    owner: AccountId,
    with_final: bool,
    limit: usize,
) -> Result<Vec<TransactionStatus>, StoreError> {
    let listed = |is_final: bool| {
        let values = params![provider.0, owner.0, is_final.code(), from_count(limit)];
        all(connection, sql::TRANSACTIONS, values, |row| rows::transaction_status(row))
    };
    let mut found = listed(false)?;
    if with_final {
        found.extend(listed(true)?);
        found.sort_by(|(a_time, a), (b_time, b)| (a_time, &a.id).cmp(&(b_time, &b.id)));
        found.truncate(limit);
    }
    Ok(found.into_iter().map(|(_, status)| status).collect())
}

pub(super) fn has_open_transactions(
    connection: &Connection,
    provider: ProviderId,
    owner: AccountId,
    kind: Kind,
    at_least: usize,
) -> Result<bool, StoreError> {
    let Some(others) = at_least.checked_sub(1) else { return Ok(true) };
    let values = params![provider.0, owner.0, kind.code(), from_count(others)];
    Ok(first(connection, sql::OPEN_TRANSACTIONS, values, |_| Ok(()))?.is_some())
}

pub(super) fn has_expired_transactions(connection: &Connection, expiry: &Expiry) -> Result<bool, StoreError> {
    for (is_final, before) in [(false, expiry.open_before), (true, expiry.final_before)] {
        let values = params![expiry.kind.code(), is_final.code(), before.0];
        if first(connection, sql::IDLE_TRANSACTION, values, |_| Ok(()))?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(super) fn seller(connection: &Connection, name: &str) -> Result<Option<ProviderId>, StoreError> {
    first(connection, sql::SELLER, params![name], |row| Ok(ProviderId(row.int(0)?)))
}

pub(super) fn sellers(connection: &Connection) -> Result<Vec<Seller>, StoreError> {
    all(connection, sql::SELLERS, params![ProviderId::DEFAULT.0], |row| rows::seller(row))
}

pub(super) fn remembered_message(
    connection: &Connection,
    owner: AccountId,
    message_id: &str,
) -> Result<Option<OrderId>, StoreError> {
    first(connection, sql::REMEMBERED_MESSAGE, params![owner.0, message_id], |row| Ok(OrderId(row.int(0)?)))
}

pub(super) fn quotation(connection: &Connection, id: QuotationId) -> Result<Option<Quotation>, StoreError> {
    first(connection, sql::QUOTATION, params![id.0], |row| quotation_row::quotation(row))
}

pub(super) fn due_quotations(connection: &Connection, now: Timestamp, limit: usize) -> Result<Vec<Quotation>, StoreError> {
    all(connection, sql::DUE_QUOTATIONS, params![now.0, from_count(limit)], |row| quotation_row::quotation(row))
}

pub(super) fn open_quotations(
    connection: &Connection,
    provider: ProviderId,
    owner: AccountId,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let count = |row: &rusqlite::Row<'_>| to_count("number of quotations", row.int(0)?);
    Ok(first(connection, sql::OPEN_QUOTATIONS, params![provider.0, owner.0, now.0], count)?.unwrap_or(0))
}

pub(super) fn count_notifications(connection: &Connection, state: NotificationState) -> Result<usize, StoreError> {
    let count = |row: &rusqlite::Row<'_>| to_count("number of notifications", row.int(0)?);
    Ok(first(connection, sql::COUNT_NOTIFICATIONS, params![state.code()], count)?.unwrap_or(0))
}

pub(super) fn transmission(connection: &Connection, id: TransmissionId) -> Result<Option<Transmission>, StoreError> {
    first(connection, sql::TRANSMISSION, params![id.0], |row| transmission_row::transmission(row))
}

pub(super) fn due_transmissions(connection: &Connection, now: Timestamp, limit: usize) -> Result<Vec<Transmission>, StoreError> {
    let values = params![now.0, from_count(limit)];
    all(connection, sql::DUE_TRANSMISSIONS, values, |row| transmission_row::transmission(row))
}

pub(super) fn transmissions(connection: &Connection, query: &TransmissionQuery) -> Result<Vec<Transmission>, StoreError> {
    let (received_at, id) = query.after;
    let values = params![query.provider.0, query.owner.0, received_at.0, id.0, from_count(query.limit)];
    all(connection, sql::TRANSMISSIONS, values, |row| transmission_row::transmission(row))
}

pub(super) fn transmitted_lines(
    connection: &Connection,
    id: TransmissionId,
    from: usize,
    limit: usize,
) -> Result<Vec<TransmittedLine>, StoreError> {
    let values = params![id.0, from_count(from), from_count(limit)];
    all(connection, sql::TRANSMITTED_LINES, values, |row| transmission_row::line(row))
}

pub(super) fn kept(connection: &Connection, query: &KeptQuery) -> Result<Vec<KeptLine>, StoreError> {
    let KeptQuery { provider, owner, kind, limit, .. } = query;
    let (time, subject) = query.place();
    if query.is_of_sales() {
        let values = params![provider.0, owner.0, kind.code(), time.0, subject, from_count(*limit)];
        return all(connection, sql::BUYER_SALES, values, |row| transmission_row::kept(row));
    }
    let values = params![provider.0, owner.0, kind.code(), subject, query.since.0, from_count(*limit)];
    all(connection, sql::BUYER_STOCK, values, |row| transmission_row::kept(row))
}

pub(super) fn next_due(connection: &Connection, queue: Protocol) -> Result<Option<Timestamp>, StoreError> {
    let due = |priority: Priority| {
        let values = params![queue.code(), priority.code()];
        first(connection, sql::NEXT_DUE, values, |row| Ok(row.int_or_null(0)?.map(Timestamp)))
    };
    Ok([due(Priority::FastTrack)?, due(Priority::Standard)?].into_iter().flatten().flatten().min())
}

pub(super) fn notification_wish(connection: &Connection, order: OrderId) -> Result<Option<Document>, StoreError> {
    first(connection, sql::NOTIFICATION_WISH, params![order.0], |row| Ok(Document(row.bytes(0)?.to_vec())))
}

pub(super) fn notifications_waiting(
    connection: &Connection,
    order: OrderId,
    limit: usize,
) -> Result<Vec<Notification>, StoreError> {
    all(connection, sql::NOTIFICATIONS_WAITING, params![order.0, from_count(limit)], |row| rows::notification(row))
}

pub(super) fn notifications_of(connection: &Connection, order: OrderId) -> Result<Vec<Notification>, StoreError> {
    all(connection, sql::NOTIFICATIONS_OF, params![order.0], |row| rows::notification(row))
}

pub(super) fn notifications(
    connection: &Connection,
    state: NotificationState,
    limit: usize,
) -> Result<Vec<Notification>, StoreError> {
    let values = params![state.code(), from_count(limit)];
    all(connection, sql::NOTIFICATIONS_BY_STATE, values, |row| rows::notification(row))
}

pub(super) fn local_results(connection: &Connection, after: ResultKey, limit: usize) -> Result<Vec<StoredResult>, StoreError> {
    let values = params![after.completed_at.0, after.order.0, from_count(after.position), from_count(limit)];
    all(connection, sql::LOCAL_RESULTS, values, |row| local_result::read(row))
}

pub(super) fn kept_for_delivery(connection: &Connection, order: OrderId) -> Result<Option<Vec<u8>>, StoreError> {
    first(connection, sql::KEPT_FOR_DELIVERY, params![order.0, WHOLE_ORDER], |row| Ok(row.bytes(0)?.to_vec()))
}

/// The first row, if there is one.
pub(super) fn first<T>(
    connection: &Connection,
    statement: Statement,
    values: impl Params,
    decode: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let mut statement = connection.prepare_cached(statement.question)?;
    statement.query_row(values, |row| Ok(decode(row))).optional()?.transpose()
}

/// All rows.
pub(super) fn all<T>(
    connection: &Connection,
    statement: Statement,
    values: impl Params,
    mut decode: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare_cached(statement.question)?;
    let mut found = statement.query(values)?;
    let mut out = Vec::new();
    while let Some(row) = found.next()? {
        out.push(decode(row)?);
    }
    Ok(out)
}
