//! Orders: list, show, act.

use ordergate_engine::OrderId;
use ordergate_engine::order::{Order, Status};
use ordergate_fulfilment::{Action, ChangeError, Desk, Listing, NO_REASON, reason};
use ordergate_store::Items;
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusal::Refusal;
use super::shown::Names;
use super::{Acting, shown};
use crate::http_json::read;

/// How many orders an answer has if nothing is said, and at most.
const LIMIT: usize = 50;
const LIMIT_MAX: usize = 1000;
/// So many orders are looked at for one answer; `before` goes on from there.
const LOOKED_AT_MAX: usize = 20_000;

/// What is done to an order: the words of `ordergate order`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Approve,
    Reject,
    Suspend,
    Resume,
    Retry,
    Cancel,
    Complete,
    Fail,
}

impl Verb {
    const ALL: [Self; 8] =
        [Self::Approve, Self::Reject, Self::Suspend, Self::Resume, Self::Retry, Self::Cancel, Self::Complete, Self::Fail];

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.name() == name)
    }

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Retry => "retry",
            Self::Cancel => "cancel",
            Self::Complete => "complete",
            Self::Fail => "fail",
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bare {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WithReason {
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfItem {
    item: String,
    /// The URL under which it is found, if it is found under one.
    result: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfItemWithReason {
    item: String,
    reason: String,
}

/// What a verb and its body come to.
fn action(verb: Verb, body: &[u8]) -> Result<Action, Refusal> {
    let bare = || read::<Bare>(body).map_err(Refusal::Malformed);
    let why = || given_reason(&read::<WithReason>(body).map_err(Refusal::Malformed)?.reason);
    Ok(match verb {
        Verb::Approve => bare().map(|_| Action::Approve)?,
        Verb::Resume => bare().map(|_| Action::Resume)?,
        Verb::Retry => bare().map(|_| Action::Retry)?,
        Verb::Reject => Action::Reject { reason: why()? },
        Verb::Suspend => Action::Suspend { reason: why()? },
        Verb::Cancel => Action::Cancel { reason: why()? },
        Verb::Complete => {
            let OfItem { item, result } = read(body).map_err(Refusal::Malformed)?;
            Action::Complete { item, result }
        }
        Verb::Fail => {
            let OfItemWithReason { item, reason } = read(body).map_err(Refusal::Malformed)?;
            Action::Fail { item, reason: given_reason(&reason)? }
        }
    })
}

pub(super) fn given_reason(text: &str) -> Result<String, Refusal> {
    reason(text).ok_or_else(|| Refusal::Value(format!("reason: {NO_REASON}")))
}

pub(super) async fn act(acting: &Acting<'_>, id: OrderId, verb: Verb, body: &[u8]) -> Result<Value, Refusal> {
    let action = action(verb, body)?;
    // That an order is of this protocol never changes.
    of_protocol(acting, id, Items::Without).await?;
    let operator = acting.operator;
    let order = Desk::new(&*operator.store, &*operator.clock, &acting.name, &*operator.delivers).act(id, &action).await?;
    (acting.site().recall)(id);
    (acting.site().wake)();
    let names = names(acting).await?;
    Ok(shown::whole(&order, &names))
}

pub(super) async fn show(acting: &Acting<'_>, id: OrderId) -> Result<Value, Refusal> {
    let order = of_protocol(acting, id, Items::With).await?;
    let history = acting.operator.store.history(id).await?;
    let names = names(acting).await?;
    let mut shown = shown::whole(&order, &names);
    shown["history"] = history.iter().map(|entry| shown::moved(&order, entry)).collect();
    Ok(shown)
}

async fn of_protocol(acting: &Acting<'_>, id: OrderId, items: Items) -> Result<Order, Refusal> {
    let found = acting.operator.store.order(id, items).await?;
    let ours = |order: &Order| order.protocol == acting.protocol && order.provider == acting.provider;
    found.filter(ours).ok_or_else(|| ChangeError::NoSuchOrder(id).into())
}

async fn names(acting: &Acting<'_>) -> Result<Names, Refusal> {
    let accounts = acting.operator.store.accounts(acting.provider).await?;
    let owners = accounts.into_iter().map(|account| (account.id, account.name)).collect();
    Ok(Names { owners, seller: acting.seller.clone() })
}

/// `?status=Submitted&status=Suspended&owner=anna&waiting=true&limit=50&before=1000`.
pub(super) async fn list(acting: &Acting<'_>, query: &[(String, String)]) -> Result<Value, Refusal> {
    let names = names(acting).await?;
    let (provider, protocol) = (acting.provider, Some(acting.protocol));
    let mut listing = Listing { provider, protocol, looked_at_max: LOOKED_AT_MAX, ..Listing::all(LIMIT) };
    for (name, value) in query {
        let refuse = |expected: &str| Refusal::Value(format!("{name}: expected {expected}"));
        match name.as_str() {
            "status" => listing.statuses.push(Status::from_name(value).ok_or_else(|| refuse(&statuses()))?),
            "owner" => {
                let account = acting.operator.store.account(provider, acting.protocol, value).await?;
                listing.owner = Some(account.ok_or_else(|| refuse("the name of an account"))?.id);
            }
            "waiting" => listing.waiting = value.parse().map_err(|_| refuse("true or false"))?,
            "limit" => {
                let limit = value.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
                listing.limit = limit.ok_or_else(|| refuse(&format!("a number from 1 to {LIMIT_MAX}")))?;
            }
            "before" => listing.before = OrderId::parse(value).ok_or_else(|| refuse("the number of an order"))?,
            _ => return Err(Refusal::Value(format!("{name}: expected one of status, owner, waiting, limit, before, seller"))),
        }
    }
    let found = listing.find(&*acting.operator.store).await?;
    let orders: Vec<Value> = found.orders.iter().map(|order| shown::brief(order, &names)).collect();
    Ok(json!({ "orders": orders, "before": found.left_before.map(|id| id.to_string()) }))
}

fn statuses() -> String {
    format!("one of {}", Status::ALL.map(Status::name).join(", "))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn each_verb_has_its_own_body() {
        let read = |verb: &str, body: &str| action(Verb::from_name(verb).unwrap(), body.as_bytes());
        assert_eq!(read("approve", "{}").unwrap(), Action::Approve);
        assert_eq!(read("reject", r#"{"reason":" too\n large "}"#).unwrap(), Action::Reject { reason: "too large".to_owned() });
        let done = Action::Complete { item: "a".to_owned(), result: None };
        assert_eq!(read("complete", r#"{"item":"a"}"#).unwrap(), done);
        for (verb, body, says) in [
            ("approve", r#"{"reason":"x"}"#, "unknown field `reason`"),
            ("cancel", "{}", "missing field `reason`"),
            ("cancel", r#"{"reason":" "}"#, "reason: expected a reason"),
            ("fail", r#"{"item":"a"}"#, "missing field `reason`"),
            ("complete", r#"{"result":"https://x/"}"#, "missing field `item`"),
            ("resume", "", "EOF while parsing"),
        ] {
            let refused = read(verb, body).unwrap_err().to_string();
            assert!(refused.contains(says), "{verb} {body}: {refused}");
        }
        assert_eq!(Verb::from_name("delete"), None);
    }
}
