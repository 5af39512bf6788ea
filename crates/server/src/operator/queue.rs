//! Pauses of a protocol's queue: list, pause, resume.

use ordergate_engine::Protocol;
use ordergate_fulfilment::QueueDesk;
use ordergate_store::{Pause, PauseOf};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Acting;
use super::order::given_reason;
use super::refusal::Refusal;
use super::shown::time;
use crate::http_json::read;

/// Whose items: one of the two.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whose {
    user: Option<String>,
    collection: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PauseWish {
    user: Option<String>,
    collection: Option<String>,
    reason: String,
}

pub(super) async fn list(acting: &Acting<'_>) -> Result<Value, Refusal> {
    let pauses = acting.operator.store.pauses(acting.protocol).await?;
    let shown: Vec<Value> = pauses.iter().map(shown).collect();
    Ok(json!({ "pauses": shown }))
}

fn shown(pause: &Pause) -> Value {
    let kind = if matches!(pause.of, PauseOf::Collection(_)) { "collection" } else { "user" };
    json!({
        kind: pause.of.name(), "reason": pause.reason, "paused_at": time(pause.paused_at), "paused_by": pause.paused_by,
        "being_resumed": pause.resumed_at.is_some(),
    })
}

pub(super) async fn pause(acting: &Acting<'_>, body: &[u8]) -> Result<Value, Refusal> {
    let PauseWish { user, collection, reason } = read(body).map_err(Refusal::Malformed)?;
    let reason = given_reason(&reason)?;
    let desk = desk(acting);
    desk.pause(subject(acting, &desk, Whose { user, collection }).await?, &reason).await?;
    Ok(json!({}))
}

/// Gives how many items are due again.
pub(super) async fn resume(acting: &Acting<'_>, body: &[u8]) -> Result<Value, Refusal> {
    let desk = desk(acting);
    let of = subject(acting, &desk, read(body).map_err(Refusal::Malformed)?).await?;
    let items = desk.resume(&of).await?;
    (acting.site().wake)();
    Ok(json!({ "items": items }))
}

fn desk<'a>(acting: &'a Acting<'_>) -> QueueDesk<'a> {
    let operator = acting.operator;
    QueueDesk {
        store: &*operator.store,
        clock: &*operator.clock,
        describe: &*acting.site().describe,
        queue: acting.protocol,
        operator: &acting.name,
    }
}

async fn subject(acting: &Acting<'_>, desk: &QueueDesk<'_>, whose: Whose) -> Result<PauseOf, Refusal> {
    match (whose.user, whose.collection) {
        (Some(name), None) => {
            let account = desk.of_account((acting.provider, acting.seller.as_deref()), &name).await?;
            account.ok_or_else(|| Refusal::Value("user: there is no account of this name".to_owned()))
        }
        (None, Some(_)) if desk.queue != Protocol::Oseo => Err(Refusal::Value(format!("collection: {} has none", desk.queue))),
        (None, Some(name)) => Ok(PauseOf::Collection(name)),
        _ => Err(Refusal::Value("expected either user or collection".to_owned())),
    }
}
