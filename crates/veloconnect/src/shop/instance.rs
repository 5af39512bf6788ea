//! The one instance of a buyer, and how it is kept in step with the shop.

use std::sync::Arc;

use ordergate_engine::transaction::{Kind, Operation, Outcome, StateCode, Transaction, decide};
use ordergate_store::Batch;

use super::ShopBasket;
use super::basket::{content, merged};
use crate::basket::{Basket, Rules};
use crate::call::{ATTEMPTS, Call, Failure, NOT_STORED, stored_basket};

/// Whether the request names the shop's basket.
pub(crate) fn is_named(call: &Call<'_>) -> bool {
    let shop = &call.context.options.shop;
    shop.enabled && call.incoming.frame.transaction.as_deref() == Some(shop.transaction_id.as_str())
}

/// The buyer's instance, brought in step with the shop's basket. When the shop cannot be asked the basket is as it was last
/// known here.
pub(crate) async fn open(call: &Call<'_>) -> Result<Transaction, Failure> {
    for _ in 0..ATTEMPTS {
        let stored = read(call).await?;
        let Some(shop) = &call.context.shop else { return Ok(stored) };
        let Some(stored) = told(call, shop, stored).await? else { continue };
        let basket = stored_basket(&stored)?;
        if basket.pending {
            // The shop does not know yet what was changed here: what it would say is out of date.
            return Ok(stored);
        }
        let found = match shop.read(&call.identity.name).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(%error, buyer = call.identity.name, "veloconnect: the shop's basket cannot be read");
                return Ok(stored);
            }
        };
        let options = &call.context.options;
        let articles = call.find(found.lines.iter().map(|line| line.article.as_str())).await?;
        let changed = merged(&basket, &found, &articles, Rules::from(options), call.today);
        if changed.lines == basket.lines {
            return Ok(stored);
        }
        let decided = decide(&stored, Operation::BasketChanged { lines: changed.lines.len() }, None);
        let Ok(Outcome::State(state)) = decided else { return Err(call.gave_up()) };
        if let Some(after) = change(call, &stored, state, &changed).await? {
            return Ok(after);
        }
    }
    Err(call.gave_up())
}

/// Tells the shop what was changed here, if it was not told yet. What does not succeed is tried again before the buyer's next
/// request.
pub(crate) async fn tell(call: &Call<'_>) -> Result<(), Failure> {
    let Some(shop) = &call.context.shop else { return Ok(()) };
    let stored = read(call).await?;
    told(call, shop, stored).await.map(|_| ())
}

/// The instance after the shop was told; `None` if someone else changed it meanwhile.
async fn told(call: &Call<'_>, shop: &Arc<dyn ShopBasket>, stored: Transaction) -> Result<Option<Transaction>, Failure> {
    let mut basket = stored_basket(&stored)?;
    if !basket.pending {
        return Ok(Some(stored));
    }
    if let Err(error) = shop.write(&call.identity.name, &content(&basket)).await {
        tracing::warn!(%error, buyer = call.identity.name, "veloconnect: the shop's basket cannot be written; will try again");
        return Ok(Some(stored));
    }
    (basket.pending, basket.placed) = (false, None);
    change(call, &stored, stored.state, &basket).await
}

/// Stores a changed instance; `None` if someone else was faster.
async fn change(
    call: &Call<'_>,
    stored: &Transaction,
    state: StateCode,
    basket: &Basket,
) -> Result<Option<Transaction>, Failure> {
    let mut batch = Batch::new();
    batch.push(call.change(stored, state, basket, stored.order));
    let context = basket.to_document();
    let after = Transaction { state, context, updated_at: call.now, revision: stored.revision + 1, ..stored.clone() };
    Ok(call.commit(batch).await?.then_some(after))
}

/// As it is stored; a buyer who never had anything in it has an empty one.
async fn read(call: &Call<'_>) -> Result<Transaction, Failure> {
    let key = call.key(&call.context.options.shop.transaction_id);
    if let Some(stored) = call.context.store.transaction(&key).await? {
        return Ok(stored);
    }
    Ok(Transaction {
        key,
        kind: Kind::OrderInOnlineShop,
        state: StateCode::INITIAL,
        // The shop's basket is real: tests are made with orders.
        is_test: false,
        created_at: call.now,
        updated_at: call.now,
        revision: NOT_STORED,
        order: None,
        context: Basket::default().to_document(),
    })
}
