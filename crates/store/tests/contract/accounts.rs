//! Accounts.

use std::sync::Arc;

use ordergate_engine::{AccountId, Protocol, ProviderId, Timestamp};
use ordergate_store::{Account, ConflictOn, Items, NewAccount, OrderQuery, Role, Roles, Store, Write};

use super::sample::{PROVIDER, refused, stored};

fn new(name: &str) -> NewAccount {
    NewAccount {
        provider: PROVIDER,
        protocol: Protocol::Oseo,
        name: name.to_owned(),
        password_hash: "$argon2id$hidden".to_owned(),
        digest_secret: Some(vec![0, 200, 7]),
        roles: Roles::CUSTOMER,
        created_at: Timestamp(5),
    }
}

async fn get(store: &dyn Store, name: &str) -> Option<Account> {
    store.account(PROVIDER, Protocol::Oseo, name).await.unwrap().map(Arc::unwrap_or_clone)
}

pub async fn an_account_comes_back_as_it_was(store: &dyn Store) {
    stored(store, vec![Write::InsertAccount(new("Zoë"))]).await;
    let found = get(store, "Zoë").await.unwrap();
    let NewAccount { provider, protocol, name, password_hash, digest_secret, roles, created_at } = new("Zoë");
    let id = found.id;
    let expected = Account {
        id,
        provider,
        protocol,
        name,
        password_hash,
        digest_secret,
        disabled: false,
        created_at,
        changed_at: created_at,
        mail: None,
        language: None,
        roles,
        price_group: None,
        in_groups: false,
    };
    assert_eq!(found, expected);
    assert_eq!(store.account_by_id(id).await.unwrap(), Some(expected));
    assert_eq!(store.account_by_id(AccountId(i64::MAX)).await.unwrap(), None);
    assert_eq!(get(store, "zoë").await, None);
}

pub async fn a_name_is_taken_once_for_each_protocol_and_provider(store: &dyn Store) {
    let velo = |name: &str| NewAccount { protocol: Protocol::Veloconnect, digest_secret: None, ..new(name) };
    let elsewhere = NewAccount { provider: ProviderId(2), ..new("a") };
    for account in [velo("b"), velo("a"), new("c"), new("a"), new("B"), elsewhere] {
        stored(store, vec![Write::InsertAccount(account)]).await;
    }
    refused(store, vec![Write::InsertAccount(new("a"))], ConflictOn::Account).await;
    let all = store.accounts(PROVIDER).await.unwrap();
    let names: Vec<(Protocol, &str)> = all.iter().map(|a| (a.protocol, a.name.as_str())).collect();
    let (oseo, velo) = (Protocol::Oseo, Protocol::Veloconnect);
    assert_eq!(names, [(oseo, "B"), (oseo, "a"), (oseo, "c"), (velo, "a"), (velo, "b")]);
    let mut ids: Vec<i64> = all.iter().map(|a| a.id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all.len(), "every account has its own id");
}

pub async fn roles_are_kept_and_set_anew(store: &dyn Store) {
    let roles: Roles = [Role::Worker, Role::Operator].into_iter().collect();
    stored(store, vec![Write::InsertAccount(new("a")), Write::InsertAccount(NewAccount { roles, ..new("b") })]).await;
    let (provider, protocol) = (PROVIDER, Protocol::Oseo);
    let set = |name: &str, roles| vec![Write::SetRoles { provider, protocol, name: name.to_owned(), roles }];
    let roles_of = async |name| get(store, name).await.unwrap().roles.iter().map(Role::name).collect::<Vec<_>>();
    assert_eq!((roles_of("a").await, roles_of("b").await), (vec!["customer"], vec!["operator", "worker"]));
    stored(store, set("a", roles)).await;
    stored(store, set("b", Roles::CUSTOMER)).await;
    assert_eq!((roles_of("a").await, roles_of("b").await), (vec!["operator", "worker"], vec!["customer"]));
    refused(store, set("nobody", roles), ConflictOn::Account).await;
}

pub async fn password_and_standing_can_be_changed(store: &dyn Store) {
    stored(store, vec![Write::InsertAccount(new("a")), Write::InsertAccount(new("b"))]).await;
    let before = get(store, "a").await.unwrap();
    let (provider, protocol) = (PROVIDER, Protocol::Oseo);
    let disable = |name: &str, disabled, at| {
        vec![Write::SetDisabled { provider, protocol, name: name.to_owned(), disabled, at: Timestamp(at) }]
    };
    let password = |name: &str, at| {
        let password_hash = "$argon2id$new".to_owned();
        vec![Write::SetPassword {
            provider,
            protocol,
            name: name.to_owned(),
            password_hash,
            digest_secret: None,
            at: Timestamp(at),
        }]
    };
    stored(store, disable("a", true, 8)).await;
    let disabled = Account { disabled: true, changed_at: Timestamp(8), ..before };
    assert_eq!(get(store, "a").await.as_ref(), Some(&disabled));
    stored(store, password("a", 9)).await;
    let password_hash = "$argon2id$new".to_owned();
    let changed = Account { password_hash, digest_secret: None, changed_at: Timestamp(9), ..disabled };
    assert_eq!(get(store, "a").await.as_ref(), Some(&changed));
    stored(store, disable("a", false, 10)).await;
    assert_eq!(get(store, "a").await, Some(Account { disabled: false, changed_at: Timestamp(10), ..changed }));
    assert_eq!(get(store, "b").await.unwrap().password_hash, "$argon2id$hidden", "nobody else's is touched");

    refused(store, disable("nobody", true, 11), ConflictOn::Account).await;
    refused(store, password("nobody", 11), ConflictOn::Account).await;
}

/// Logins that were verified stay so: `changed_at` is about password and standing.
pub async fn a_mail_address_comes_and_goes(store: &dyn Store) {
    stored(store, vec![Write::InsertAccount(new("a")), Write::InsertAccount(new("b"))]).await;
    let before = get(store, "a").await.unwrap();
    let set = |name: &str, mail: Option<&str>, language: Option<&str>| {
        let (mail, language) = (mail.map(str::to_owned), language.map(str::to_owned));
        vec![Write::SetMail { provider: PROVIDER, protocol: Protocol::Oseo, name: name.to_owned(), mail, language }]
    };
    stored(store, set("a", Some("a@bücher.example"), Some("de"))).await;
    let with = Account { mail: Some("a@bücher.example".to_owned()), language: Some("de".to_owned()), ..before.clone() };
    assert_eq!(get(store, "a").await.as_ref(), Some(&with));
    assert_eq!(store.account_by_id(before.id).await.unwrap(), Some(with));
    assert_eq!(get(store, "b").await.unwrap().mail, None, "nobody else's is touched");
    stored(store, set("a", None, None)).await;
    assert_eq!(get(store, "a").await, Some(before));
    refused(store, set("nobody", None, None), ConflictOn::Account).await;
}

/// Whoever sets the language says nothing of the mail address, which may just have been changed.
pub async fn a_language_is_set_by_itself(store: &dyn Store) {
    stored(store, vec![Write::InsertAccount(new("a")), Write::InsertAccount(new("b"))]).await;
    let set = |name: &str, language: Option<&str>| {
        let (name, language) = (name.to_owned(), language.map(str::to_owned));
        vec![Write::SetLanguage { provider: PROVIDER, protocol: Protocol::Oseo, name, language }]
    };
    let (name, mail) = ("a".to_owned(), Some("a@example.org".to_owned()));
    let mailed = Write::SetMail { provider: PROVIDER, protocol: Protocol::Oseo, name, mail, language: None };
    stored(store, vec![mailed]).await;
    let before = get(store, "a").await.unwrap();
    stored(store, set("a", Some("en"))).await;
    assert_eq!(get(store, "a").await, Some(Account { language: Some("en".to_owned()), ..before.clone() }));
    assert_eq!(get(store, "b").await.unwrap().language, None, "nobody else's is touched");
    stored(store, set("a", None)).await;
    assert_eq!(get(store, "a").await, Some(before));
    refused(store, set("nobody", None), ConflictOn::Account).await;
}

/// HTTP Basic can carry any character, and not every database can hold them all.
pub async fn a_name_that_cannot_be_stored_is_nobodys(store: &dyn Store) {
    assert_eq!(get(store, "a\0b").await, None);
    assert_eq!(store.remembered_message(AccountId(1), "\0").await.unwrap(), None);
    let query = OrderQuery {
        provider: PROVIDER,
        owner: AccountId(1),
        others: vec![],
        statuses: vec![],
        updated_from: Timestamp::MIN,
        updated_until: Timestamp::MAX,
        reference: Some("\0".to_owned()),
        limit: 1,
        items: Items::Without,
    };
    assert_eq!(store.search(&query).await.unwrap().orders, []);
}

pub async fn secrets_stay_out_of_debug_lines(store: &dyn Store) {
    stored(store, vec![Write::InsertAccount(new("a"))]).await;
    let set = Write::SetPassword {
        provider: PROVIDER,
        protocol: Protocol::Oseo,
        name: "a".to_owned(),
        password_hash: "$argon2id$hidden".to_owned(),
        digest_secret: Some(vec![200]),
        at: Timestamp(0),
    };
    let insert = Write::InsertAccount(new("a"));
    let lines = [format!("{:?}", get(store, "a").await), format!("{set:?} {insert:?}"), format!("{store:?}")];
    for line in lines {
        assert!(!line.contains("argon2id") && !line.contains("200"), "{line}");
    }
}

/// Of the same protocol, and whoever has left is out.
pub async fn accounts_of_one_group_are_peers(store: &dyn Store) {
    let mut ids = Vec::new();
    for (protocol, name) in
        [(Protocol::Oseo, "a"), (Protocol::Oseo, "b"), (Protocol::Oseo, "c"), (Protocol::Veloconnect, "a"), (Protocol::Oseo, "d")]
    {
        let (password_hash, digest_secret, name) = (String::new(), None, name.to_owned());
        let new = NewAccount {
            roles: Roles::CUSTOMER,
            provider: PROVIDER,
            protocol,
            name,
            password_hash,
            digest_secret,
            created_at: Timestamp(1),
        };
        let name = new.name.clone();
        stored(store, vec![Write::InsertAccount(new)]).await;
        ids.push(store.account(PROVIDER, protocol, &name).await.unwrap().unwrap().id);
    }
    let set = |account: usize, groups: &[&str]| {
        vec![Write::SetGroups { account: ids[account], groups: groups.iter().map(|g| (*g).to_owned()).collect() }]
    };
    for (account, groups) in [(0, &["mills", "ä"][..]), (1, &["mills", "ä", "z"]), (2, &["z"]), (3, &["mills"])] {
        stored(store, set(account, groups)).await;
    }
    assert_eq!(store.groups(ids[1]).await.unwrap(), ["mills", "z", "ä"]);
    assert_eq!(store.peers(ids[0]).await.unwrap(), [ids[1]]);
    assert_eq!(store.peers(ids[1]).await.unwrap(), [ids[0], ids[2]]);
    assert_eq!(store.peers(ids[3]).await.unwrap(), []);
    let peers = async |a: usize, b: usize| store.are_peers(ids[a], ids[b]).await.unwrap();
    assert_eq!((peers(0, 1).await, peers(0, 2).await, peers(0, 3).await, peers(0, 4).await), (true, false, false, false));
    let in_groups = async |name| store.account(PROVIDER, Protocol::Oseo, name).await.unwrap().unwrap().in_groups;
    assert_eq!((in_groups("a").await, in_groups("d").await), (true, false));
    stored(store, set(0, &[])).await;
    assert_eq!((store.peers(ids[0]).await.unwrap().len(), peers(1, 0).await, in_groups("a").await), (0, false, false));
    refused(store, vec![Write::SetGroups { account: AccountId(999), groups: vec!["x".to_owned()] }], ConflictOn::Account).await;
}
