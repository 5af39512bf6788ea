//! `ordergate order show`.

use ordergate_engine::OrderId;
use ordergate_engine::order::{HistoryEntry, Order, State, Subject};
use ordergate_store::{Items, Store};

use crate::failure::Failure;
use crate::plain_text::{plain, time};

pub(super) async fn run(store: &dyn Store, id: OrderId) -> Result<(), Failure> {
    let order = store.order(id, Items::With).await?.ok_or_else(|| Failure::Failed(format!("there is no order {id}")))?;
    let owner = store.account_by_id(order.owner).await?;
    let owner = owner.as_ref().map_or("-", |account| account.name.as_str());
    let sellers = store.sellers().await?;
    let seller = sellers.iter().find(|seller| seller.id == order.provider).map(|seller| seller.name.as_str());
    let history = store.history(id).await?;
    print(&order, owner, seller, &history);
    Ok(())
}

#[allow(clippy::print_stdout)]
fn print(order: &Order, owner: &str, seller: Option<&str>, history: &[HistoryEntry]) {
    println!("order\t{}", order.id);
    println!("status\t{}", state(&order.state));
    println!("protocol\t{}", order.protocol);
    println!("owner\t{}", plain(owner));
    if let Some(seller) = seller {
        println!("seller\t{}", plain(seller));
    }
    println!("submitted\t{}", time(order.submitted_at));
    if let Some(reference) = &order.reference {
        println!("reference\t{}", plain(reference));
    }
    for item in &order.items {
        let result = item.result.as_deref().unwrap_or("-");
        println!("item\t{}\t{}\t{}", plain(&item.item_id), state(&item.state), plain(result));
    }
    for entry in history {
        let subject = match entry.subject {
            Subject::Order => "order",
            Subject::Item(position) => order.items.get(position).map_or("-", |item| item.item_id.as_str()),
        };
        let from = entry.from.map_or("-", ordergate_engine::order::Status::name);
        let (at, why) = (time(entry.at), plain(&entry.why));
        println!("history\t{at}\t{}\t{}\t{from}\t{}\t{why}", plain(entry.who.as_str()), plain(subject), entry.to);
    }
}

/// Status, since when, and the text that the customer reads.
fn state(state: &State) -> String {
    format!("{}\t{}\t{}", state.status, time(state.since), plain(state.info.as_deref().unwrap_or("-")))
}
