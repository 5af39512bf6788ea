//! `ordergate order`: what an operator sees of orders, and does to them. Works beside running servers, which take notice
//! within their polling time.

mod list;
mod show;

use ordergate_engine::OrderId;
use ordergate_fulfilment::{Action, Desk, SystemClock};
use ordergate_server::config::Config;
use ordergate_store::Store;

use crate::acting::Acting;
use crate::failure::Failure;
use crate::opening;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    acting: Acting,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List orders, newest first: id, status, protocol, owner, time of submission, reference, status text.
    List(list::Arguments),
    /// Show an order, its items and its history.
    Show { order: Id },
    /// Accept orders that await approval.
    Approve {
        #[arg(required = true)]
        orders: Vec<Id>,
    },
    /// Cancel orders that await approval.
    Reject {
        #[arg(required = true)]
        orders: Vec<Id>,
        #[command(flatten)]
        why: Why,
    },
    /// Hold orders: what is accepted, queued or being produced waits until it is resumed.
    Suspend {
        #[arg(required = true)]
        orders: Vec<Id>,
        #[command(flatten)]
        why: Why,
    },
    /// Put what is suspended back into its place in the queue.
    Resume {
        #[arg(required = true)]
        orders: Vec<Id>,
    },
    /// Try what waits for another attempt again at once, with all its attempts.
    Retry {
        #[arg(required = true)]
        orders: Vec<Id>,
    },
    /// Cancel what is not final.
    Cancel {
        #[arg(required = true)]
        orders: Vec<Id>,
        #[command(flatten)]
        why: Why,
    },
    /// Complete an item that was produced by hand. One that servers are to deliver is complete when they have delivered the
    /// result; without a result it is complete at once.
    Complete {
        order: Id,
        /// The customer's name for the item (itemId).
        item: String,
        /// The URL under which it is found.
        #[arg(long, value_name = "URL")]
        result: Option<String>,
    },
    /// Give an item up.
    Fail {
        order: Id,
        /// The customer's name for the item (itemId).
        item: String,
        #[command(flatten)]
        why: Why,
    },
}

#[derive(Debug, clap::Args)]
struct Why {
    /// Shown to the customer.
    #[arg(long, value_parser = reason)]
    reason: String,
}

/// An order's id.
#[derive(Debug, Clone, Copy)]
struct Id(OrderId);

impl std::str::FromStr for Id {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        OrderId::parse(text).map(Self).ok_or("expected the number of an order")
    }
}

pub(crate) fn reason(text: &str) -> Result<String, &'static str> {
    ordergate_fulfilment::reason(text).ok_or(ordergate_fulfilment::NO_REASON)
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let config = arguments.acting.configuration()?;
    opening::runtime()?.block_on(async {
        let store = opening::announcing(&config).await?;
        opening::closing(&*store, carry_out(arguments.command, &*store, &config, &arguments.acting.operator)).await
    })
}

async fn carry_out(command: Command, store: &dyn Store, config: &Config, operator: &str) -> Result<(), Failure> {
    let (orders, action) = match command {
        Command::List(arguments) => return list::run(store, config, &arguments).await,
        Command::Show { order } => return show::run(store, order.0).await,
        Command::Approve { orders } => (orders, Action::Approve),
        Command::Reject { orders, why } => (orders, Action::Reject { reason: why.reason }),
        Command::Suspend { orders, why } => (orders, Action::Suspend { reason: why.reason }),
        Command::Resume { orders } => (orders, Action::Resume),
        Command::Retry { orders } => (orders, Action::Retry),
        Command::Cancel { orders, why } => (orders, Action::Cancel { reason: why.reason }),
        Command::Complete { order, item, result } => (vec![order], Action::Complete { item, result }),
        Command::Fail { order, item, why } => (vec![order], Action::Fail { item, reason: why.reason }),
    };
    let desk = Desk::new(store, &SystemClock, operator, &config.delivery);
    act(&desk, &orders, &action).await
}

/// Each order for itself: one that is refused does not keep the others from being done.
#[allow(clippy::print_stdout)]
async fn act(desk: &Desk<'_>, orders: &[Id], action: &Action) -> Result<(), Failure> {
    let mut refused = Vec::new();
    for order in orders {
        match desk.act(order.0, action).await {
            Ok(order) => println!("{}\t{}", order.id, order.state.status),
            Err(error) => refused.push(error.to_string()),
        }
    }
    if refused.is_empty() { Ok(()) } else { Err(Failure::Failed(refused.join("; "))) }
}
