//! What is in the store from the beginning.

use ordergate_engine::order::{Item, Order, OrderKind, Priority, State, Status};
use ordergate_engine::transaction::{Key, Kind, StateCode, Transaction};
use ordergate_engine::{AccountId, Document, OrderId, Protocol, ProviderId, Timestamp, TransactionId};
use ordergate_store::{Account, Catalogue, CatalogueId, CatalogueState, Roles};

/// Stands in what belongs to account 2 alone.
pub(crate) const FOREIGN: &str = "only-for-the-other-account";

/// Order 1 of account 1, or order 2 of account 2.
pub(crate) fn order(owner: i64) -> Order {
    let item = if owner == 1 { "scene" } else { FOREIGN };
    let state = State { status: Status::InProduction, since: Timestamp(0), info: None };
    let items = vec![Item {
        item_id: "item".to_owned(),
        state: state.clone(),
        result: None,
        listed: false,
        standing: false,
        document: Document(
            format!("<os:itemId>item</os:itemId><os:productId><os:identifier>{item}</os:identifier></os:productId>").into_bytes(),
        ),
    }];
    Order {
        id: OrderId(owner),
        provider: ProviderId::DEFAULT,
        owner: AccountId(owner),
        protocol: Protocol::Oseo,
        kind: OrderKind::Product,
        reference: None,
        priority: Priority::Standard,
        submitted_at: Timestamp(0),
        state,
        revision: 1,
        document: Document(b"<os:orderType>PRODUCT_ORDER</os:orderType>".to_vec()),
        items,
    }
}

pub(super) fn account(id: AccountId, name: &str) -> Account {
    Account {
        id,
        provider: ProviderId::DEFAULT,
        protocol: Protocol::Veloconnect,
        name: name.to_owned(),
        password_hash: String::new(),
        digest_secret: None,
        disabled: false,
        created_at: Timestamp(0),
        changed_at: Timestamp(0),
        mail: None,
        language: None,
        roles: Roles::CUSTOMER,
        price_group: None,
        in_groups: false,
    }
}

pub(super) fn transaction(owner: i64, id: &str, kind: Kind, state: u8, context: &Document) -> Transaction {
    Transaction {
        key: Key { provider: ProviderId::DEFAULT, owner: AccountId(owner), id: TransactionId(id.to_owned()) },
        kind,
        state: StateCode::new(state).unwrap_or(StateCode::INITIAL),
        is_test: false,
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
        revision: 1,
        order: None,
        context: context.clone(),
    }
}

pub(super) fn empty_catalogue(provider: ProviderId) -> Catalogue {
    let (began_at, changed_at) = (Timestamp(0), Timestamp(0));
    Catalogue {
        id: CatalogueId(1),
        provider,
        state: CatalogueState::Offered,
        began_at,
        changed_at,
        changes: 0,
        articles: 0,
        traits: 0,
    }
}
