//! `ordergate order list`.

use std::collections::BTreeMap;

use ordergate_engine::AccountId;
use ordergate_engine::order::{Order, Status};
use ordergate_fulfilment::Listing;
use ordergate_server::config::Config;
use ordergate_store::Store;

use crate::failure::Failure;
use crate::plain_text::{plain, time};
use crate::seller::OfSeller;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    of: OfSeller,
    /// Only orders of this status; may be given several times.
    #[arg(long, value_parser = status)]
    status: Vec<Status>,
    /// Only orders of this login name.
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// Only orders that wait for an operator: to be approved, or to be resumed.
    #[arg(long)]
    waiting: bool,
    /// At most so many. All orders are looked through until so many are found.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

fn status(text: &str) -> Result<Status, String> {
    Status::from_name(text).ok_or_else(|| format!("expected one of {}", Status::ALL.map(Status::name).join(", ")))
}

pub(super) async fn run(store: &dyn Store, config: &Config, arguments: &Arguments) -> Result<(), Failure> {
    let provider = arguments.of.provider(store, config).await?;
    let accounts = store.accounts(provider).await?;
    let names: BTreeMap<AccountId, String> = accounts.into_iter().map(|account| (account.id, account.name)).collect();
    let Arguments { status, owner, waiting, limit, .. } = arguments;
    let listing = Listing { provider, statuses: status.clone(), waiting: *waiting, ..Listing::all(*limit as usize) };
    let Some(owner) = owner else {
        listing.find(store).await?.orders.iter().for_each(|order| print(order, &names));
        return Ok(());
    };
    // One login name may be that of an account of each protocol.
    let mut orders = Vec::new();
    for (id, _) in names.iter().filter(|(_, name)| *name == owner) {
        orders.extend(Listing { owner: Some(*id), ..listing.clone() }.find(store).await?.orders);
    }
    orders.sort_by_key(|order| std::cmp::Reverse(order.id));
    orders.iter().take(listing.limit).for_each(|order| print(order, &names));
    Ok(())
}

#[allow(clippy::print_stdout)]
fn print(order: &Order, names: &BTreeMap<AccountId, String>) {
    let owner = names.get(&order.owner).map_or("-", String::as_str);
    println!(
        "{}\t{}\t{}\t{}\t{}\t{}\t{}",
        order.id,
        order.state.status,
        order.protocol,
        plain(owner),
        time(order.submitted_at),
        plain(order.reference.as_deref().unwrap_or("-")),
        plain(order.state.info.as_deref().unwrap_or("-")),
    );
}
