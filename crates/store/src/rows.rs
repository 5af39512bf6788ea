//! From rows to what the engine works with. Nothing that a row may hold makes these panic.

use ordergate_engine::order::{HistoryEntry, Order, Priority, State};
use ordergate_engine::transaction::{Key, Transaction};
use ordergate_engine::{AccountId, Actor, Document, OrderId, ProviderId, Timestamp, TransactionId};

use crate::codes::{Code, to_count};
use crate::columns::Columns;
use crate::{
    Account, Catalogue, CatalogueId, Claim, Edition, Job, JobKey, Notification, NotificationKey, PEERS_MAX, Pause, PauseOf,
    Roles, Seller, Standing, StoreError, StoredArticle, TransactionStatus, item_page,
};

/// An enumerated value.
fn code<T: Code>(row: &impl Columns, column: usize) -> Result<T, StoreError> {
    T::from_code(row.int(column)?)
}

/// A state in three columns: status, since, info.
fn state(row: &impl Columns, column: usize) -> Result<State, StoreError> {
    Ok(State { status: code(row, column)?, since: Timestamp(row.int(column + 1)?), info: row.text_or_null(column + 2)? })
}

/// A row of [`crate::sql::ORDER`], or the part of one of [`crate::sql::ORDER_WITH_ITEMS`] that is the same.
pub(crate) fn order(row: &impl Columns) -> Result<Order, StoreError> {
    Ok(Order {
        id: OrderId(row.int(0)?),
        provider: ProviderId(row.int(1)?),
        owner: AccountId(row.int(2)?),
        protocol: code(row, 3)?,
        kind: code(row, 4)?,
        reference: row.text_or_null(5)?,
        priority: code(row, 6)?,
        submitted_at: Timestamp(row.int(7)?),
        state: state(row, 8)?,
        revision: row.int(11)?,
        document: Document(row.bytes(12)?.to_vec()),
        items: Vec::new(),
    })
}

/// A row of [`crate::sql::ORDER_WITH_ITEMS`] with the items of its first page, and how many there should
/// be in all.
pub(crate) fn order_and_first_items(row: &impl Columns) -> Result<(Order, usize), StoreError> {
    let mut order = order(row)?;
    item_page::decode(row.bytes(14)?, &mut order.items)?;
    Ok((order, to_count("number of items", row.int(13)?)?))
}

/// A row of [`crate::sql::HISTORY`].
pub(crate) fn history_entry(row: &impl Columns, order: OrderId) -> Result<HistoryEntry, StoreError> {
    Ok(HistoryEntry {
        order,
        subject: code(row, 0)?,
        from: row.int_or_null(1)?.map(Code::from_code).transpose()?,
        to: code(row, 2)?,
        at: Timestamp(row.int(3)?),
        who: Actor::from_stored(row.text(4)?),
        why: row.text(5)?,
    })
}

/// A row of [`crate::sql::TRANSACTION`].
pub(crate) fn transaction(row: &impl Columns, key: &Key) -> Result<Transaction, StoreError> {
    Ok(Transaction {
        key: key.clone(),
        kind: code(row, 0)?,
        state: code(row, 1)?,
        is_test: code(row, 2)?,
        created_at: Timestamp(row.int(3)?),
        updated_at: Timestamp(row.int(4)?),
        revision: row.int(5)?,
        order: row.int_or_null(6)?.map(OrderId),
        context: Document(row.bytes(7)?.to_vec()),
    })
}

/// A row of [`crate::sql::SELLERS`].
pub(crate) fn seller(row: &impl Columns) -> Result<Seller, StoreError> {
    Ok(Seller { id: ProviderId(row.int(0)?), name: row.text(1)? })
}

/// A row of [`crate::sql::TRANSACTIONS`], with the time it is sorted by.
pub(crate) fn transaction_status(row: &impl Columns) -> Result<(Timestamp, TransactionStatus), StoreError> {
    let status = TransactionStatus { id: TransactionId(row.text(1)?), kind: code(row, 2)?, state: code(row, 3)? };
    Ok((Timestamp(row.int(0)?), status))
}

/// A row of [`crate::sql::ACCOUNT`], [`crate::sql::ACCOUNT_BY_ID`] and [`crate::sql::ACCOUNTS`].
pub(crate) fn account(row: &impl Columns) -> Result<Account, StoreError> {
    Ok(Account {
        id: AccountId(row.int(0)?),
        provider: ProviderId(row.int(1)?),
        protocol: code(row, 2)?,
        name: row.text(3)?,
        password_hash: row.text(4)?,
        digest_secret: row.bytes_or_null(5)?.map(<[u8]>::to_vec),
        disabled: code(row, 6)?,
        created_at: Timestamp(row.int(7)?),
        changed_at: Timestamp(row.int(8)?),
        mail: row.text_or_null(9)?,
        language: row.text_or_null(10)?,
        roles: Roles::from_bits(row.int(11)?),
        in_groups: row.int(12)? > 0,
        price_group: row.text_or_null(13)?,
    })
}

/// A row of [`crate::sql::DUE_JOBS`], asked for with this claim and priority.
pub(crate) fn due_job(row: &impl Columns, claim: &Claim, priority: Priority) -> Result<Job, StoreError> {
    let key = JobKey { order: OrderId(row.int(0)?), part: code(row, 1)? };
    let (due_at, attempts) = (Timestamp(row.int(2)?), to_count("number of attempts", row.int(3)?)?);
    Ok(Job { key, queue: claim.queue, priority, due_at, attempts })
}

/// A row of [`crate::sql::NOTIFICATIONS_WAITING`] and its like.
pub(crate) fn notification(row: &impl Columns) -> Result<Notification, StoreError> {
    Ok(Notification {
        key: NotificationKey { order: OrderId(row.int(0)?), number: row.int(1)? },
        channel: code(row, 2)?,
        destination: row.text(3)?,
        event: row.text(4)?,
        content: row.bytes(5)?.to_vec(),
        created_at: Timestamp(row.int(6)?),
        give_up_at: Timestamp(row.int(7)?),
        state: code(row, 8)?,
        attempts: to_count("number of attempts", row.int(9)?)?,
        due_at: Timestamp(row.int(10)?),
        report: row.text_or_null(11)?,
    })
}

/// A row of [`crate::sql::JOBS_DUE_AT`].
pub(crate) fn job_key(row: &impl Columns) -> Result<JobKey, StoreError> {
    Ok(JobKey { order: OrderId(row.int(0)?), part: code(row, 1)? })
}

/// A row of [`crate::sql::STANDING`] and [`crate::sql::STANDING_OF`].
pub(crate) fn standing(row: &impl Columns) -> Result<Standing, StoreError> {
    Ok(Standing {
        order: OrderId(row.int(0)?),
        position: to_count("item position", row.int(1)?)?,
        provider: ProviderId(row.int(2)?),
        kind: code(row, 3)?,
        topic: row.text(4)?,
        criteria: Document(row.bytes(5)?.to_vec()),
        expires_at: Timestamp(row.int(6)?),
    })
}

/// An order that was read with all its items; there must be so many.
pub(crate) fn complete(order: Order, count: usize) -> Result<Order, StoreError> {
    if order.items.len() == count {
        return Ok(order);
    }
    Err(StoreError::Corrupt(format!("{} items are there instead of {count}", order.items.len())))
}

/// Accounts by protocol and name. Sorted here, because databases disagree on the order of texts.
pub(crate) fn sort_accounts(mut accounts: Vec<Account>) -> Vec<Account> {
    accounts.sort_by(|a, b| (a.protocol, &a.name).cmp(&(b.protocol, &b.name)));
    accounts
}

/// Groups by name. Sorted here, because databases disagree on the order of texts.
pub(crate) fn sort_groups(mut groups: Vec<String>) -> Vec<String> {
    groups.sort_unstable();
    groups
}

/// Who is in several groups with an account is found several times: so many findings are read.
pub(crate) const PEER_ROWS_MAX: usize = 10 * PEERS_MAX;

/// Each of them once, without the account itself.
pub(crate) fn peers_of(account: AccountId, mut found: Vec<AccountId>) -> Vec<AccountId> {
    found.sort_unstable();
    found.dedup();
    found.retain(|peer| *peer != account);
    found.truncate(PEERS_MAX);
    found
}

/// Pauses by kind and name.
pub(crate) fn sort_pauses(mut pauses: Vec<Pause>) -> Vec<Pause> {
    let kind = |pause: &Pause| matches!(pause.of, PauseOf::Collection(_));
    pauses.sort_by(|a, b| (kind(a), a.of.name()).cmp(&(kind(b), b.of.name())));
    pauses
}

/// A row of [`crate::sql::CATALOGUE`] and [`crate::sql::CATALOGUES`].
pub(crate) fn catalogue(row: &impl Columns) -> Result<Catalogue, StoreError> {
    Ok(Catalogue {
        id: CatalogueId(row.int(0)?),
        provider: ProviderId(row.int(1)?),
        state: code(row, 2)?,
        began_at: Timestamp(row.int(3)?),
        changed_at: Timestamp(row.int(4)?),
        changes: row.int(5)?,
        articles: row.int(6)?,
        traits: row.int(7)?,
    })
}

/// A row of [`crate::sql::ARTICLE`] and [`crate::sql::ARTICLE_AT`].
pub(crate) fn article(row: &impl Columns) -> Result<StoredArticle, StoreError> {
    let buyers_number = row.bytes_or_null(5)?.map(<[u8]>::to_vec);
    Ok(StoredArticle { buyers_number, ..article_for_all(row)? })
}

/// What a row of [`crate::sql::ARTICLE`] is of.
pub(crate) fn article_edition(row: &impl Columns) -> Result<Edition, StoreError> {
    Ok(Edition { catalogue: CatalogueId(row.int(6)?), changes: row.int(7)? })
}

/// A row of [`crate::sql::EDITION`].
pub(crate) fn edition(row: &impl Columns) -> Result<Edition, StoreError> {
    Ok(Edition { catalogue: CatalogueId(row.int(0)?), changes: row.int(1)? })
}

/// A row of [`crate::sql::ARTICLES_AFTER`].
pub(crate) fn article_for_all(row: &impl Columns) -> Result<StoredArticle, StoreError> {
    Ok(StoredArticle {
        place: row.int(0)?,
        number: row.text(1)?,
        document: row.bytes(2)?.to_vec(),
        prices: row.bytes(3)?.to_vec(),
        supply: row.bytes(4)?.to_vec(),
        buyers_number: None,
    })
}

/// Says what is unreadable.
pub(crate) fn about(what: &str, error: StoreError) -> StoreError {
    match error {
        StoreError::Corrupt(cause) => StoreError::Corrupt(format!("{what}: {cause}")),
        other => other,
    }
}
