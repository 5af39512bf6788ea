//! The demo's accounts and orders.

use std::io::Write as _;

use ordergate_engine::order::{Item, Order, OrderKind, Priority, State, Status};
use ordergate_engine::time::Clock as _;
use ordergate_engine::{AccountId, Document, OrderId, Protocol, ProviderId, Timestamp};
use ordergate_fulfilment::SystemClock;
use ordergate_server::auth::{Key, hash_password, seal_secret};
use ordergate_store::{Batch, Items, NewAccount, Role, Roles, Write};

use crate::failure::Failure;
use crate::opening::AnyStore;
use crate::synthetic;

const ACCOUNTS: [(Protocol, &str, &str); 4] = [
    (Protocol::Oseo, "demo", "demo-secret"),
    (Protocol::Oseo, "other", "other-secret"),
    (Protocol::Veloconnect, "K4711", "geheim"),
    (Protocol::Veloconnect, "K0815", "geheim2"),
];

/// 2014-06-24T14:31:45.322658Z: when the order of pyoseo's documentation was submitted.
const ORDER_1_SUBMITTED: Timestamp = Timestamp(1_403_620_305_322_658);

/// Loads what is not there yet, so that a kept folder is not loaded twice.
pub(crate) async fn load(store: &AnyStore, key: &Key, orders: u32) -> Result<(), Failure> {
    for (protocol, name, password) in ACCOUNTS {
        if store.as_store().account(ProviderId::DEFAULT, protocol, name).await?.is_none() {
            add_account(store, key, protocol, name, password).await?;
        }
    }
    let (demo, other) = (account(store, "demo").await?, account(store, "other").await?);
    for order in [order_1(demo), order_2(other)] {
        if store.as_store().order(order.id, Items::Without).await?.is_none() {
            store.load_orders(std::iter::once(order), |_| {}).await?;
        }
    }
    let first = OrderId(synthetic::FIRST_ID);
    if orders > 0 && store.as_store().order(first, Items::Without).await?.is_none() {
        load_synthetic(store, demo, orders).await?;
    }
    Ok(())
}

async fn load_synthetic(store: &AnyStore, owner: AccountId, count: u32) -> Result<(), Failure> {
    let progress = move |stored: u64| {
        eprint!("\rloading {stored} of {count} synthetic orders");
        let _ = std::io::stderr().flush();
    };
    store.load_orders(synthetic::orders(owner, count, SystemClock.now()), progress).await?;
    eprintln!();
    Ok(())
}

async fn add_account(store: &AnyStore, key: &Key, protocol: Protocol, name: &str, password: &str) -> Result<(), Failure> {
    let account = NewAccount {
        provider: ProviderId::DEFAULT,
        protocol,
        name: name.to_owned(),
        password_hash: hash_password(password).map_err(Failure::Failed)?,
        digest_secret: Some(seal_secret(key, protocol, name, password)?),
        roles: Roles::CUSTOMER,
        created_at: SystemClock.now(),
    };
    Ok(store.as_store().commit(Batch { writes: vec![Write::InsertAccount(account)] }).await?)
}

/// The operator, with this password from now on.
pub(crate) async fn operator(store: &AnyStore, name: &str, password: &str) -> Result<(), Failure> {
    let (provider, protocol, at) = (ProviderId::DEFAULT, Protocol::Oseo, SystemClock.now());
    let (name, password_hash) = (name.to_owned(), hash_password(password).map_err(Failure::Usage)?);
    let roles = std::iter::once(Role::Operator).collect();
    let write = if store.as_store().account(provider, protocol, &name).await?.is_none() {
        Write::InsertAccount(NewAccount { provider, protocol, name, password_hash, digest_secret: None, roles, created_at: at })
    } else {
        Write::SetPassword { provider, protocol, name, password_hash, digest_secret: None, at }
    };
    Ok(store.as_store().commit(Batch { writes: vec![write] }).await?)
}

async fn account(store: &AnyStore, name: &str) -> Result<AccountId, Failure> {
    let account = store.as_store().account(ProviderId::DEFAULT, Protocol::Oseo, name).await?;
    account.map(|a| a.id).ok_or_else(|| Failure::Failed(format!("the demo account {name} is missing")))
}

/// The order whose status pyoseo's documentation shows.
fn order_1(owner: AccountId) -> Order {
    let products = [
        ("01729024-8dba-11e3-b102-0019995d2a58", Status::Downloaded),
        ("96aa298c-c9d7-11e3-89f2-0019995d2a58", Status::Downloaded),
        ("ca6c6afa-c9f0-11e3-89f2-0019995d2a58", Status::Completed),
        ("1f9cca80-c9f9-11e3-89f2-0019995d2a58", Status::Completed),
        ("00c808c2-ca03-11e3-89f2-0019995d2a58", Status::Completed),
    ];
    let item = |(n, (identifier, status)): (usize, (&str, Status))| {
        let item_id = format!("item_{:02}", n + 1);
        let document = format!(
            "<os:itemId>{item_id}</os:itemId><os:productOrderOptionsId>pyoseo options</os:productOrderOptionsId>\
             <os:productId><os:identifier>{identifier}</os:identifier></os:productId>"
        );
        new_item(item_id, status, ORDER_1_SUBMITTED, document)
    };
    new_order(
        OrderId(1),
        owner,
        ORDER_1_SUBMITTED,
        Status::Completed,
        Some("Test reference"),
        "<os:orderReference>Test reference</os:orderReference><os:orderRemark>A remark</os:orderRemark>\
         <os:deliveryOptions><os:onlineDataAccess><os:protocol>ftp</os:protocol></os:onlineDataAccess></os:deliveryOptions>\
         <os:orderType>PRODUCT_ORDER</os:orderType>",
        products.into_iter().enumerate().map(item).collect(),
    )
}

/// An order of the other user: what `demo` must not see.
fn order_2(owner: AccountId) -> Order {
    let document = "<os:itemId>item_01</os:itemId><os:productId><os:identifier>urn:ordergate:demo:scenes:2026-001</os:identifier></os:productId>";
    new_order(
        OrderId(2),
        owner,
        ORDER_1_SUBMITTED.plus_seconds(3600),
        Status::Completed,
        Some("Order of other"),
        "<os:orderReference>Order of other</os:orderReference><os:orderType>PRODUCT_ORDER</os:orderType>",
        vec![new_item("item_01".to_owned(), Status::Completed, ORDER_1_SUBMITTED.plus_seconds(3600), document.to_owned())],
    )
}

pub(crate) fn new_item(item_id: String, status: Status, since: Timestamp, document: String) -> Item {
    Item {
        item_id,
        state: State { status, since, info: None },
        result: None,
        listed: false,
        standing: false,
        document: Document(document.into_bytes()),
    }
}

pub(crate) fn new_order(
    id: OrderId,
    owner: AccountId,
    submitted_at: Timestamp,
    status: Status,
    reference: Option<&str>,
    document: &str,
    items: Vec<Item>,
) -> Order {
    Order {
        id,
        provider: ProviderId::DEFAULT,
        owner,
        protocol: Protocol::Oseo,
        kind: OrderKind::Product,
        reference: reference.map(str::to_owned),
        priority: Priority::Standard,
        submitted_at,
        state: State { status, since: submitted_at, info: None },
        revision: 1,
        document: Document(document.as_bytes().to_vec()),
        items,
    }
}
