//! Buyers: accounts of veloconnect. All rows are checked before the first of them has an effect. Who is there already is
//! changed; what the file says nothing of stays as it is.

mod held;

use std::collections::HashMap;
use std::num::NonZero;

use ordergate_engine::Protocol;
use ordergate_store::{Account, Batch, NewAccount, Roles, Write};
use tokio::task::{JoinHandle, spawn_blocking};

use self::held::{Held, Names};
use crate::problem::Problem;
use crate::pump::{self, Checked, Event, Source};
use crate::report::{Counting, Listener, Summary};
use crate::table::{Columns, Row};
use crate::{Import, ImportError};

const COLUMNS: Columns = Columns {
    known: &["buyer", "password", "password_hash", "price_group", "language", "mail", "disabled"],
    required: &["buyer"],
    bracketed: &[],
};

/// How the server deals with passwords, mail and languages.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    pub hash: fn(&str) -> Result<String, String>,
    /// Whether a password fits a hash.
    pub fits: fn(&str, &str) -> bool,
    /// Whether a text is a hash that passwords can be compared with.
    pub is_hash: fn(&str) -> bool,
    pub name: fn(&str) -> Result<(), String>,
    pub mail: fn(&str) -> Result<(), String>,
    pub language: fn(&str) -> Result<(), String>,
}

/// Every field says: leave it, remove it, or set it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wish {
    Leave,
    Remove,
    Set(String),
}

/// What a password is to be.
#[derive(Clone)]
#[cfg_attr(test, derive(PartialEq, Eq))]
enum Secret {
    None,
    Password(String),
    Hash(String),
}

#[cfg_attr(test, derive(PartialEq, Eq))]
struct BuyerRow {
    line: u64,
    name: String,
    secret: Secret,
    price_group: Wish,
    language: Wish,
    mail: Wish,
    disabled: Option<bool>,
}

/// Imports buyers. With `disable_missing` those that are in no row are let in no longer.
pub async fn import(
    import: &Import,
    sources: Vec<Source>,
    rules: Rules,
    disable_missing: bool,
    listener: &mut dyn Listener,
) -> Result<Summary, ImportError> {
    let mut report = Counting::new(listener, import.max_errors);
    let known = known(import).await?;
    let (mut rows, named) = read(import, sources, rules, &known, &mut report).await?;
    if let Some(why) = report.refusal(import.skip_bad) {
        return Ok(report.refused(why));
    }
    if import.dry_run {
        return Ok(report.refused("a dry run; nothing was changed".to_owned()));
    }
    if rows.is_empty() && disable_missing {
        return Ok(report.refused("there is no buyer in it; nothing was changed".to_owned()));
    }
    let parallel = std::thread::available_parallelism().map_or(1, NonZero::get);
    let mut stored = 0;
    loop {
        let some = rows.next(parallel * 4)?;
        if some.is_empty() {
            break;
        }
        stored += some.len() as u64;
        store(import, some, rules, &known).await?;
        report.listening().progress(stored);
    }
    if disable_missing {
        let missing = known.values().filter(|account| !account.disabled && !named.have(&account.name));
        let missing: Vec<Write> = missing.map(|account| disabled(import, &account.name, true)).collect();
        for writes in missing.chunks(200) {
            import.store.commit(Batch { writes: writes.to_vec() }).await?;
        }
    }
    Ok(report.done(None))
}

async fn known(import: &Import) -> Result<HashMap<String, Account>, ImportError> {
    let all = import.store.accounts(import.provider).await?.into_iter();
    let buyers = all.filter(|account| account.protocol == Protocol::Veloconnect);
    Ok(buyers.map(|account| (account.name.clone(), account)).collect())
}

async fn read(
    import: &Import,
    sources: Vec<Source>,
    rules: Rules,
    known: &HashMap<String, Account>,
    report: &mut Counting<'_>,
) -> Result<(Held, Names), ImportError> {
    let mut events = pump::rows(sources, import.format, COLUMNS, import.read.clone(), move |row| buyer_row(row, rules));
    let (mut good, mut names) = (Held::default(), Names::default());
    while !report.is_too_much() {
        let rows = match events.recv().await.ok_or(ImportError::Fault)? {
            Event::Rows(file, rows) => {
                report.file = file;
                rows
            }
            Event::Failed(failure) => return Err(failure.into()),
            Event::End => break,
        };
        report.rows(rows.len());
        for row in rows {
            match row.and_then(|row| check(row, known, &mut names)) {
                Ok(row) => {
                    report.summary.taken += 1;
                    good.push(&row);
                }
                Err(problem) => report.problem(&problem),
            }
        }
    }
    Ok((good, names))
}

fn check(row: BuyerRow, known: &HashMap<String, Account>, names: &mut Names) -> Result<BuyerRow, Problem> {
    let wrong = |column, problem| Problem::column(row.line, column, problem).about(&row.name);
    if !names.insert(&row.name) {
        return Err(wrong("buyer", "the buyer was given before"));
    }
    if matches!(row.secret, Secret::None) && !known.contains_key(&row.name) {
        return Err(wrong("password", "expected a password or a password_hash, because the buyer is new"));
    }
    Ok(row)
}

fn buyer_row(row: &Row, rules: Rules) -> Checked<BuyerRow> {
    let name = row.required("buyer")?;
    (rules.name)(&name).map_err(|problem| row.wrong("buyer", &problem))?;
    fields(row, &name, rules).map_err(|problem| problem.about(&name))
}

fn fields(row: &Row, name: &str, rules: Rules) -> Checked<BuyerRow> {
    let secret = match (row.text("password")?, row.text("password_hash")?) {
        (Some(_), Some(_)) => return Err(row.wrong("password", "expected either a password or a password_hash")),
        (Some(password), None) if password.chars().count() > 1_024 => {
            return Err(row.wrong("password", "expected at most 1024 characters"));
        }
        (Some(password), None) => Secret::Password(password),
        (None, Some(hash)) if (rules.is_hash)(&hash) => Secret::Hash(hash),
        (None, Some(_)) => return Err(row.wrong("password_hash", "expected a hash like $argon2id$v=19$m=...")),
        (None, None) => Secret::None,
    };
    let [price_group, language, mail] = ["price_group", "language", "mail"].map(|column| wish(row, column));
    let (price_group, language, mail) = (price_group?, language?, mail?);
    for (column, wish, rule) in [("language", &language, rules.language), ("mail", &mail, rules.mail)] {
        if let Wish::Set(text) = wish {
            rule(text).map_err(|problem| row.wrong(column, &problem))?;
        }
    }
    let disabled = row.yes_or_no("disabled")?;
    Ok(BuyerRow { line: row.line(), name: name.to_owned(), secret, price_group, language, mail, disabled })
}

/// An empty field leaves things as they are, a dash removes them.
fn wish(row: &Row, column: &str) -> Checked<Wish> {
    Ok(match row.text(column)? {
        None => Wish::Leave,
        Some(text) if text == "-" => Wish::Remove,
        Some(text) => Wish::Set(text),
    })
}

impl Wish {
    fn of(&self, present: Option<String>) -> Option<String> {
        match self {
            Self::Leave => present,
            Self::Remove => None,
            Self::Set(text) => Some(text.clone()),
        }
    }
}

type Hashed = (BuyerRow, Option<Account>, Result<Option<String>, String>);

/// Only passwords take their time.
enum Hashing {
    Done(Box<Hashed>),
    Running(JoinHandle<Hashed>),
}

/// Stores some buyers; their passwords are hashed at the same time.
async fn store(import: &Import, rows: Vec<BuyerRow>, rules: Rules, known: &HashMap<String, Account>) -> Result<(), ImportError> {
    let mut hashing = Vec::with_capacity(rows.len());
    for row in rows {
        let account = known.get(&row.name).cloned();
        let is_quick = !matches!(row.secret, Secret::Password(_));
        let hash = move || {
            let hash = hash(&row.secret, account.as_ref(), rules);
            (row, account, hash)
        };
        hashing.push(if is_quick { Hashing::Done(Box::new(hash())) } else { Hashing::Running(spawn_blocking(hash)) });
    }
    let mut writes = Vec::new();
    for hashed in hashing {
        let (row, account, hash) = match hashed {
            Hashing::Done(hashed) => *hashed,
            Hashing::Running(running) => running.await.map_err(|_| ImportError::Fault)?,
        };
        let hash = hash.map_err(|problem| ImportError::Stored(format!("the password of {}: {problem}", row.name)))?;
        writes.extend(writes_of(import, &row, account.as_ref(), hash));
    }
    Ok(import.store.commit(Batch { writes }).await?)
}

/// The hash to be stored; none if the one that is stored will do.
fn hash(secret: &Secret, account: Option<&Account>, rules: Rules) -> Result<Option<String>, String> {
    match secret {
        Secret::None => Ok(None),
        Secret::Hash(hash) => Ok(Some(hash.clone()).filter(|hash| account.is_none_or(|a| a.password_hash != *hash))),
        Secret::Password(password) if account.is_some_and(|a| (rules.fits)(password, &a.password_hash)) => Ok(None),
        Secret::Password(password) => (rules.hash)(password).map(Some),
    }
}

fn writes_of(import: &Import, row: &BuyerRow, account: Option<&Account>, hash: Option<String>) -> Vec<Write> {
    let (provider, protocol, at) = (import.provider, Protocol::Veloconnect, import.clock.now());
    let (name, mut writes) = (|| row.name.clone(), Vec::new());
    match (account, hash) {
        (None, password_hash) => writes.push(Write::InsertAccount(NewAccount {
            roles: Roles::CUSTOMER,
            provider,
            protocol,
            name: name(),
            password_hash: password_hash.unwrap_or_default(),
            digest_secret: None,
            created_at: at,
        })),
        (Some(_), Some(password_hash)) => {
            writes.push(Write::SetPassword { provider, protocol, name: name(), password_hash, digest_secret: None, at });
        }
        (Some(_), None) => {}
    }
    let present = account.map(|a| (a.mail.clone(), a.language.clone(), a.price_group.clone())).unwrap_or_default();
    let wished = (row.mail.of(present.0.clone()), row.language.of(present.1.clone()), row.price_group.of(present.2.clone()));
    if wished.0 != present.0 {
        writes.push(Write::SetMail { provider, protocol, name: name(), mail: wished.0, language: wished.1 });
    } else if wished.1 != present.1 {
        writes.push(Write::SetLanguage { provider, protocol, name: name(), language: wished.1 });
    }
    if wished.2 != present.2 {
        writes.push(Write::SetPriceGroup { provider, protocol, name: name(), group: wished.2 });
    }
    if let Some(wished) = row.disabled.filter(|wished| *wished != account.is_some_and(|a| a.disabled)) {
        writes.push(disabled(import, &row.name, wished));
    }
    writes
}

fn disabled(import: &Import, name: &str, disabled: bool) -> Write {
    let (provider, protocol, at) = (import.provider, Protocol::Veloconnect, import.clock.now());
    Write::SetDisabled { provider, protocol, name: name.to_owned(), disabled, at }
}
