//! Reads that take a bounded number of steps.

use ordergate_engine::order::{HistoryEntry, Order, Priority, Status};
use ordergate_engine::transaction::{Key, Kind, Transaction};
use ordergate_engine::{AccountId, Document, OrderId, Protocol, ProviderId, QuotationId, Timestamp, TransmissionId};
use tokio_postgres::Row;

use super::own_sql;
use super::reader::{Parameter, Question, Reader};
use crate::codes::{Code, WHOLE_ORDER, from_count, to_count};
use crate::columns::Columns as _;
use crate::item_page::{self, ITEMS_PER_PAGE};
use crate::local_result;
use crate::pause;
use crate::quotation_row;
use crate::rows::{self, about};
use crate::transmission_row;
use crate::{
    Account, Expiry, Items, Job, JobKey, KeptLine, KeptQuery, Notification, NotificationState, OrderPage, OrderQuery, Pause,
    Quotation, ResultKey, Seller, Standing, StandingQuery, StoreError, StoredResult, TransactionStatus, Transmission,
    TransmissionQuery, TransmittedLine, sql,
};

/// How often a long order is read anew because it changes while it is read.
const ATTEMPTS: u32 = 100;

pub(super) async fn account(
    reader: &Reader,
    provider: ProviderId,
    protocol: Protocol,
    name: &str,
) -> Result<Option<Account>, StoreError> {
    if !is_storable(name) {
        return Ok(None);
    }
    let found = reader.first(sql::ACCOUNT, &[&provider.0, &protocol.code(), &name]).await?;
    found.map(|row| rows::account(&row)).transpose()
}

pub(super) async fn account_by_id(reader: &Reader, id: AccountId) -> Result<Option<Account>, StoreError> {
    reader.first(sql::ACCOUNT_BY_ID, &[&id.0]).await?.map(|row| rows::account(&row)).transpose()
}

/// By protocol and name.
pub(super) async fn accounts(reader: &Reader, provider: ProviderId) -> Result<Vec<Account>, StoreError> {
    let found = reader.ask(sql::ACCOUNTS, &[&provider.0]).await?;
    found.iter().map(rows::account).collect::<Result<Vec<_>, _>>().map(rows::sort_accounts)
}

pub(super) async fn groups(reader: &Reader, account: AccountId) -> Result<Vec<String>, StoreError> {
    let found = reader.ask(sql::GROUPS, &[&account.0]).await?;
    found.iter().map(|row| row.text(0)).collect::<Result<Vec<_>, _>>().map(rows::sort_groups)
}

pub(super) async fn peers(reader: &Reader, account: AccountId) -> Result<Vec<AccountId>, StoreError> {
    let found = reader.ask(sql::PEERS, &[&account.0, &from_count(rows::PEER_ROWS_MAX)]).await?;
    let found = found.iter().map(|row| row.int(0).map(AccountId)).collect::<Result<Vec<_>, _>>();
    found.map(|found| rows::peers_of(account, found))
}

pub(super) async fn are_peers(reader: &Reader, account: AccountId, other: AccountId) -> Result<bool, StoreError> {
    Ok(reader.first(sql::SHARED_GROUP, &[&account.0, &other.0]).await?.is_some())
}

/// An order, and its items if they are wanted, of one moment: a status never disagrees with its items.
pub(super) async fn order(reader: &Reader, id: OrderId, items: Items) -> Result<Option<Order>, StoreError> {
    let found = match items {
        Items::Without => reader.first(sql::ORDER, &[&id.0]).await?.map(|row| rows::order(&row)).transpose(),
        Items::With => match reader.first(sql::ORDER_WITH_ITEMS, &[&id.0]).await? {
            Some(row) => complete(reader, &row).await.map(Some),
            None => Ok(None),
        },
    };
    found.map_err(|e| about(&format!("order {id}"), e))
}

/// The order of a row with all its items.
async fn complete(reader: &Reader, row: &Row) -> Result<Order, StoreError> {
    let (order, count) = rows::order_and_first_items(row)?;
    if count <= ITEMS_PER_PAGE {
        return rows::complete(order, count);
    }
    read_long(reader, order, count).await
}

/// Every change counts an order's revision up. So pages that were read between two readings of the same revision are
/// of that revision.
async fn read_long(reader: &Reader, mut order: Order, mut count: usize) -> Result<Order, StoreError> {
    let Some((first, last)) = item_page::keys(order.id) else { return rows::complete(order, count) };
    for _ in 0..ATTEMPTS {
        let pages: [Parameter<'_>; 2] = [&first, &last];
        let id: [Parameter<'_>; 1] = [&order.id.0];
        let mut answers = reader.ask_all(&[(sql::ITEM_PAGES, &pages), (sql::ORDER_WITH_ITEMS, &id)]).await?.into_iter();
        let (pages, again) = (answers.next().unwrap_or_default(), answers.next().unwrap_or_default());
        let Some(again) = again.first() else { break };
        let (now, count_now) = rows::order_and_first_items(again)?;
        if now.revision == order.revision {
            pages.iter().try_for_each(|page| item_page::decode(page.bytes(0)?, &mut order.items))?;
            return rows::complete(order, count);
        }
        (order, count) = (now, count_now);
    }
    Err(StoreError::Failed("an order changes faster than it can be read".to_owned()))
}

/// The whole answer is of one moment, in one round trip; long orders are completed afterwards.
pub(super) async fn search(reader: &Reader, query: &OrderQuery) -> Result<OrderPage, StoreError> {
    let wanted = |status: &Status| query.statuses.is_empty() || query.statuses.contains(status);
    let statuses: Vec<i64> = Status::ALL.into_iter().filter(wanted).map(Code::code).collect();
    let (from, until, enough) = (query.updated_from.0, query.updated_until.0, from_count(query.limit.saturating_add(1)));
    let owners: Vec<i64> = std::iter::once(query.owner).chain(query.others.iter().copied()).map(|owner| owner.0).collect();
    let common: [Parameter<'_>; 6] = [&query.provider.0, &owners, &statuses, &from, &until, &enough];
    let found = match &query.reference {
        None => reader.ask(own_sql::SEARCH, &common).await?,
        Some(reference) if !is_storable(reference) => Vec::new(),
        Some(reference) => {
            let parameters: Vec<Parameter<'_>> = common.into_iter().chain([reference as Parameter<'_>]).collect();
            reader.ask(own_sql::SEARCH_REFERENCE, &parameters).await?
        }
    };
    page(reader, query, &found).await
}

async fn page(reader: &Reader, query: &OrderQuery, found: &[Row]) -> Result<OrderPage, StoreError> {
    let continue_from = found.get(query.limit).map(rows::order).transpose()?.map(|order| order.state.since);
    let mut orders = Vec::with_capacity(found.len().min(query.limit));
    for row in found.iter().take(query.limit) {
        let order = rows::order(row)?;
        let id = order.id;
        let read = match query.items {
            Items::Without => Ok(order),
            Items::With => complete(reader, row).await,
        };
        orders.push(read.map_err(|e| about(&format!("order {id}"), e))?);
    }
    orders.sort_by_key(|order| (order.submitted_at, order.id));
    Ok(OrderPage { orders, continue_from })
}

pub(super) async fn orders_before(
    reader: &Reader,
    provider: ProviderId,
    id: OrderId,
    limit: usize,
) -> Result<Vec<Order>, StoreError> {
    let found = reader.ask(sql::ORDERS_BEFORE, &[&id.0, &provider.0, &from_count(limit)]).await?;
    found.iter().map(rows::order).collect()
}

pub(super) async fn open_items(reader: &Reader, provider: ProviderId, owner: AccountId) -> Result<usize, StoreError> {
    let open: Vec<i64> = Status::ALL.into_iter().filter(|status| !status.is_final()).map(Code::code).collect();
    let values: Vec<[Parameter<'_>; 3]> = open.iter().map(|status| [&provider.0 as Parameter<'_>, &owner.0, status]).collect();
    let questions: Vec<Question<'_>> = values.iter().map(|values| (sql::ITEMS_OF_ORDERS, &values[..])).collect();
    let mut items = 0;
    for row in reader.ask_all(&questions).await?.iter().flatten() {
        items += to_count::<usize>("number of items", row.int(0)?)?;
    }
    Ok(items)
}

pub(super) async fn standing(reader: &Reader, query: &StandingQuery) -> Result<Vec<Standing>, StoreError> {
    if !is_storable(&query.topic) {
        return Ok(Vec::new());
    }
    let (order, position) = query.after.map_or((-1, -1), |(order, position)| (order.0, from_count(position)));
    let (kind, limit) = (query.kind.code(), from_count(query.limit));
    let values: [Parameter<'_>; 6] = [&query.provider.0, &kind, &query.topic, &order, &position, &limit];
    reader.ask(sql::STANDING, &values).await?.iter().map(rows::standing).collect()
}

pub(super) async fn standing_of(reader: &Reader, order: OrderId) -> Result<Vec<Standing>, StoreError> {
    reader.ask(sql::STANDING_OF, &[&order.0]).await?.iter().map(rows::standing).collect()
}

/// Many questions in one flight.
pub(super) async fn fed(reader: &Reader, order: OrderId, position: usize, products: &[&str]) -> Result<Vec<usize>, StoreError> {
    let position = from_count(position);
    let storable: Vec<(usize, &&str)> = products.iter().enumerate().filter(|(_, product)| is_storable(product)).collect();
    let values: Vec<[Parameter<'_>; 3]> =
        storable.iter().map(|(_, product)| -> [Parameter<'_>; 3] { [&order.0, &position, *product] }).collect();
    let questions: Vec<Question<'_>> = values.iter().map(|values| (sql::FED, &values[..])).collect();
    let answers = reader.ask_all(&questions).await?;
    Ok(storable.iter().zip(answers).filter(|(_, rows)| !rows.is_empty()).map(|((place, _), _)| *place).collect())
}

pub(super) async fn history(reader: &Reader, id: OrderId) -> Result<Vec<HistoryEntry>, StoreError> {
    let found = reader.ask(sql::HISTORY, &[&id.0]).await?;
    let entries: Result<_, _> = found.iter().map(|row| rows::history_entry(row, id)).collect();
    entries.map_err(|e| about(&format!("history of order {id}"), e))
}

pub(super) async fn transaction(reader: &Reader, key: &Key) -> Result<Option<Transaction>, StoreError> {
    if !is_storable(&key.id.0) {
        return Ok(None);
    }
    let found = reader.first(sql::TRANSACTION, &[&key.provider.0, &key.owner.0, &key.id.0]).await?;
    found.map(|row| rows::transaction(&row, key)).transpose().map_err(|e| about(&format!("transaction {}", key.id), e))
}

/// Oldest first.
pub(super) async fn transactions(
    reader: &Reader,
    provider: ProviderId,
    owner: AccountId,
    with_final: bool,
    limit: usize,
) -> Result<Vec<TransactionStatus>, StoreError> {
    let (is_final, count) = (false.code(), from_count(limit));
    let found = if with_final {
        reader.ask(own_sql::ALL_TRANSACTIONS, &[&provider.0, &owner.0, &count]).await?
    } else {
        reader.ask(sql::TRANSACTIONS, &[&provider.0, &owner.0, &is_final, &count]).await?
    };
    let mut listed = found.iter().map(rows::transaction_status).collect::<Result<Vec<_>, _>>()?;
    listed.sort_by(|(a_time, a), (b_time, b)| (a_time, &a.id).cmp(&(b_time, &b.id)));
    listed.truncate(limit);
    Ok(listed.into_iter().map(|(_, status)| status).collect())
}

pub(super) async fn has_open_transactions(
    reader: &Reader,
    provider: ProviderId,
    owner: AccountId,
    kind: Kind,
    at_least: usize,
) -> Result<bool, StoreError> {
    let Some(others) = at_least.checked_sub(1) else { return Ok(true) };
    let values: [Parameter<'_>; 4] = [&provider.0, &owner.0, &kind.code(), &from_count(others)];
    Ok(reader.first(sql::OPEN_TRANSACTIONS, &values).await?.is_some())
}

pub(super) async fn has_expired_transactions(reader: &Reader, expiry: &Expiry) -> Result<bool, StoreError> {
    let (kind, open, ended) = (expiry.kind.code(), false.code(), true.code());
    let open: [Parameter<'_>; 3] = [&kind, &open, &expiry.open_before.0];
    let ended: [Parameter<'_>; 3] = [&kind, &ended, &expiry.final_before.0];
    let answers = reader.ask_all(&[(sql::IDLE_TRANSACTION, &open), (sql::IDLE_TRANSACTION, &ended)]).await?;
    Ok(answers.iter().any(|rows| !rows.is_empty()))
}

pub(super) async fn seller(reader: &Reader, name: &str) -> Result<Option<ProviderId>, StoreError> {
    if !is_storable(name) {
        return Ok(None);
    }
    reader.first(sql::SELLER, &[&name]).await?.map(|row| row.int(0).map(ProviderId)).transpose()
}

pub(super) async fn sellers(reader: &Reader) -> Result<Vec<Seller>, StoreError> {
    reader.ask(sql::SELLERS, &[&ProviderId::DEFAULT.0]).await?.iter().map(rows::seller).collect()
}

pub(super) async fn remembered_message(
    reader: &Reader,
    owner: AccountId,
    message_id: &str,
) -> Result<Option<OrderId>, StoreError> {
    if !is_storable(message_id) {
        return Ok(None);
    }
    let found = reader.first(sql::REMEMBERED_MESSAGE, &[&owner.0, &message_id]).await?;
    found.map(|row| row.int(0).map(OrderId)).transpose()
}

pub(super) async fn quotation(reader: &Reader, id: QuotationId) -> Result<Option<Quotation>, StoreError> {
    reader.first(sql::QUOTATION, &[&id.0]).await?.map(|row| quotation_row::quotation(&row)).transpose()
}

pub(super) async fn due_quotations(reader: &Reader, now: Timestamp, limit: usize) -> Result<Vec<Quotation>, StoreError> {
    let found = reader.ask(sql::DUE_QUOTATIONS, &[&now.0, &from_count(limit)]).await?;
    found.iter().map(quotation_row::quotation).collect()
}

pub(super) async fn open_quotations(
    reader: &Reader,
    provider: ProviderId,
    owner: AccountId,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let found = reader.first(sql::OPEN_QUOTATIONS, &[&provider.0, &owner.0, &now.0]).await?;
    found.map_or(Ok(0), |row| to_count("number of quotations", row.int(0)?))
}

pub(super) async fn count_notifications(reader: &Reader, state: NotificationState) -> Result<usize, StoreError> {
    let found = reader.first(sql::COUNT_NOTIFICATIONS, &[&state.code()]).await?;
    found.map_or(Ok(0), |row| to_count("number of notifications", row.int(0)?))
}

pub(super) async fn transmission(reader: &Reader, id: TransmissionId) -> Result<Option<Transmission>, StoreError> {
    reader.first(sql::TRANSMISSION, &[&id.0]).await?.map(|row| transmission_row::transmission(&row)).transpose()
}

pub(super) async fn due_transmissions(reader: &Reader, now: Timestamp, limit: usize) -> Result<Vec<Transmission>, StoreError> {
    let found = reader.ask(sql::DUE_TRANSMISSIONS, &[&now.0, &from_count(limit)]).await?;
    found.iter().map(transmission_row::transmission).collect()
}

pub(super) async fn transmissions(reader: &Reader, query: &TransmissionQuery) -> Result<Vec<Transmission>, StoreError> {
    let (received_at, id) = query.after;
    let limit = from_count(query.limit);
    let values: [Parameter<'_>; 5] = [&query.provider.0, &query.owner.0, &received_at.0, &id.0, &limit];
    reader.ask(sql::TRANSMISSIONS, &values).await?.iter().map(transmission_row::transmission).collect()
}

pub(super) async fn transmitted_lines(
    reader: &Reader,
    id: TransmissionId,
    from: usize,
    limit: usize,
) -> Result<Vec<TransmittedLine>, StoreError> {
    let found = reader.ask(sql::TRANSMITTED_LINES, &[&id.0, &from_count(from), &from_count(limit)]).await?;
    found.iter().map(transmission_row::line).collect()
}

pub(super) async fn kept(reader: &Reader, query: &KeptQuery) -> Result<Vec<KeptLine>, StoreError> {
    let (kind, limit) = (query.kind.code(), from_count(query.limit));
    let (time, subject) = query.place();
    let stock: [Parameter<'_>; 6] = [&query.provider.0, &query.owner.0, &kind, &subject, &query.since.0, &limit];
    let sales: [Parameter<'_>; 6] = [&query.provider.0, &query.owner.0, &kind, &time.0, &subject, &limit];
    let found = if query.is_of_sales() {
        reader.ask(sql::BUYER_SALES, &sales).await?
    } else {
        reader.ask(sql::BUYER_STOCK, &stock).await?
    };
    found.iter().map(transmission_row::kept).collect()
}

pub(super) async fn next_due(reader: &Reader, queue: Protocol) -> Result<Option<Timestamp>, StoreError> {
    let (queue, fast, standard) = (queue.code(), Priority::FastTrack.code(), Priority::Standard.code());
    let (fast, standard): ([Parameter<'_>; 2], [Parameter<'_>; 2]) = ([&queue, &fast], [&queue, &standard]);
    let answers = reader.ask_all(&[(sql::NEXT_DUE, &fast), (sql::NEXT_DUE, &standard)]).await?;
    let mut earliest = None;
    for row in answers.iter().flatten() {
        let due = row.int_or_null(0)?.map(Timestamp);
        earliest = [earliest, due].into_iter().flatten().min();
    }
    Ok(earliest)
}

pub(super) async fn jobs_until_told(reader: &Reader, queue: Protocol, limit: usize) -> Result<Vec<JobKey>, StoreError> {
    let mut found = Vec::new();
    for priority in [Priority::FastTrack, Priority::Standard] {
        let values: [Parameter<'_>; 4] = [&queue.code(), &priority.code(), &Job::UNTIL_TOLD.0, &from_count(limit)];
        for row in &reader.ask(sql::JOBS_DUE_AT, &values).await? {
            found.push(rows::job_key(row)?);
        }
    }
    Ok(found)
}

/// By order and part.
pub(super) async fn parked_jobs(
    reader: &Reader,
    queue: Protocol,
    priority: Priority,
    after: Option<JobKey>,
    limit: usize,
) -> Result<Vec<JobKey>, StoreError> {
    let (order, part) = after.map_or((-1, -1), |key| (key.order.0, key.part.code()));
    let (queue, priority, limit) = (queue.code(), priority.code(), from_count(limit));
    let values: [Parameter<'_>; 6] = [&queue, &priority, &Job::PARKED.0, &order, &part, &limit];
    reader.ask(sql::PARKED_JOBS, &values).await?.iter().map(rows::job_key).collect()
}

pub(super) async fn pauses(reader: &Reader, queue: Protocol) -> Result<Vec<Pause>, StoreError> {
    let found = reader.ask(sql::PAUSES, &[&queue.code()]).await?;
    found.iter().map(|row| pause::pause(row, queue)).collect::<Result<Vec<_>, _>>().map(rows::sort_pauses)
}

pub(super) async fn notification_wish(reader: &Reader, order: OrderId) -> Result<Option<Document>, StoreError> {
    let found = reader.first(sql::NOTIFICATION_WISH, &[&order.0]).await?;
    found.map(|row| Ok(Document(row.bytes(0)?.to_vec()))).transpose()
}

pub(super) async fn notifications_waiting(
    reader: &Reader,
    order: OrderId,
    limit: usize,
) -> Result<Vec<Notification>, StoreError> {
    let found = reader.ask(sql::NOTIFICATIONS_WAITING, &[&order.0, &from_count(limit)]).await?;
    found.iter().map(rows::notification).collect()
}

pub(super) async fn notifications_of(reader: &Reader, order: OrderId) -> Result<Vec<Notification>, StoreError> {
    let found = reader.ask(sql::NOTIFICATIONS_OF, &[&order.0]).await?;
    found.iter().map(rows::notification).collect()
}

pub(super) async fn notifications(
    reader: &Reader,
    state: NotificationState,
    limit: usize,
) -> Result<Vec<Notification>, StoreError> {
    let found = reader.ask(sql::NOTIFICATIONS_BY_STATE, &[&state.code(), &from_count(limit)]).await?;
    found.iter().map(rows::notification).collect()
}

pub(super) async fn local_results(reader: &Reader, after: ResultKey, limit: usize) -> Result<Vec<StoredResult>, StoreError> {
    let values: [Parameter<'_>; 4] = [&after.completed_at.0, &after.order.0, &from_count(after.position), &from_count(limit)];
    let found = reader.ask(sql::LOCAL_RESULTS, &values).await?;
    found.iter().map(local_result::read).collect()
}

pub(super) async fn kept_for_delivery(reader: &Reader, order: OrderId) -> Result<Option<Vec<u8>>, StoreError> {
    let found = reader.first(sql::KEPT_FOR_DELIVERY, &[&order.0, &WHOLE_ORDER]).await?;
    found.map(|row| Ok(row.bytes(0)?.to_vec())).transpose()
}

/// PostgreSQL's texts hold every character but one; what contains that one cannot be there.
pub(super) fn is_storable(text: &str) -> bool {
    !text.contains('\0')
}
