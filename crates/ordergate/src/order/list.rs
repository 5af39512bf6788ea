//! `ordergate order list`.

use std::collections::{BTreeMap, HashSet};

use ordergate_engine::order::{Order, Status};
use ordergate_engine::{AccountId, OrderId, Protocol};
use ordergate_server::config::Config;
use ordergate_store::{Items, Store};

use crate::failure::Failure;
use crate::plain_text::{plain, time};
use crate::seller::OfSeller;

/// So many orders are read at once.
const PAGE: usize = 1_000;

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
    let wanted = |order: &Order| {
        order.provider == provider
            && (arguments.status.is_empty() || arguments.status.contains(&order.state.status))
            && arguments.owner.as_ref().is_none_or(|owner| names.get(&order.owner) == Some(owner))
    };
    let mut left = arguments.limit as usize;
    if arguments.waiting {
        for id in waiting(store).await? {
            if left == 0 {
                break;
            }
            let Some(order) = store.order(id, Items::Without).await?.filter(&wanted) else { continue };
            print(&order, &names);
            left -= 1;
        }
        return Ok(());
    }
    let mut before = OrderId(i64::MAX);
    while left > 0 {
        let page = store.orders_before(provider, before, PAGE).await?;
        let Some(oldest) = page.last() else { break };
        before = oldest.id;
        for order in page.iter().filter(|order| wanted(order)).take(left) {
            print(order, &names);
            left -= 1;
        }
    }
    Ok(())
}

/// Newest first, as without `--waiting`.
async fn waiting(store: &dyn Store) -> Result<Vec<OrderId>, Failure> {
    let mut ids = HashSet::new();
    for queue in Protocol::ALL {
        ids.extend(store.jobs_until_told(queue, i32::MAX as usize).await?.into_iter().map(|key| key.order));
    }
    let mut ids: Vec<OrderId> = ids.into_iter().collect();
    ids.sort_unstable_by(|a, b| b.cmp(a));
    Ok(ids)
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
