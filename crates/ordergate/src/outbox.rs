//! `ordergate outbox`: what was told to whom, and what was not. Works beside running servers, which take notice within
//! their polling time.

use std::path::PathBuf;

use ordergate_engine::OrderId;
use ordergate_engine::time::Clock as _;
use ordergate_fulfilment::SystemClock;
use ordergate_outbox::OutboxOptions;
use ordergate_store::{Batch, Channel, CommitError, ConflictOn, Notification, NotificationKey, NotificationState, Store, Write};

use crate::failure::Failure;
use crate::opening::{self, AnyStore};
use crate::plain_text::{plain, time};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The configuration file (TOML) of the server whose outbox this is.
    #[arg(long, value_name = "FILE", env = "ORDERGATE_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List notifications, latest first: id, state, attempts, time, channel, event, destination, what the last attempt
    /// brought. Without options: what waits, and what was given up.
    List {
        /// Only those of this state; may be given several times.
        #[arg(long, value_enum)]
        state: Vec<StateName>,
        /// All that is kept about this order.
        #[arg(long, conflicts_with = "state")]
        order: Option<OrderNumber>,
        /// At most so many of each state.
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
    },
    /// Show what is sent.
    Show { notification: Id },
    /// Deliver again, or at once; the time for it begins anew.
    Retry {
        #[arg(required_unless_present = "given_up")]
        notifications: Vec<Id>,
        /// All that were given up.
        #[arg(long, conflicts_with = "notifications")]
        given_up: bool,
    },
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum StateName {
    Waiting,
    Delivered,
    GivenUp,
}

/// A notification's id as `list` shows it: 17/2304.
#[derive(Debug, Clone, Copy)]
struct Id(NotificationKey);

#[derive(Debug, Clone, Copy)]
struct OrderNumber(OrderId);

impl std::str::FromStr for OrderNumber {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        OrderId::parse(text).map(Self).ok_or("expected the number of an order")
    }
}

impl std::str::FromStr for Id {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (order, number) = text.split_once('/')?;
            Some(Self(NotificationKey { order: OrderId::parse(order)?, number: number.parse().ok()? }))
        };
        read().ok_or("expected a notification as list shows it: the number of its order, a slash, its own number")
    }
}

impl StateName {
    const fn state(self) -> NotificationState {
        match self {
            Self::Waiting => NotificationState::Waiting,
            Self::Delivered => NotificationState::Delivered,
            Self::GivenUp => NotificationState::GivenUp,
        }
    }
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let config = opening::configuration(arguments.config.as_deref())?;
    opening::runtime()?.block_on(async {
        let store = AnyStore::open_shared(&config.store).await?;
        opening::closing(store.as_store(), carry_out(arguments.command, store.as_store(), &config.outbox)).await
    })
}

async fn carry_out(command: Command, store: &dyn Store, options: &OutboxOptions) -> Result<(), Failure> {
    match command {
        Command::List { order: Some(order), .. } => print_all(&store.notifications_of(order.0).await?),
        Command::List { state, limit, .. } => {
            let state = if state.is_empty() { vec![StateName::GivenUp, StateName::Waiting] } else { state };
            for state in state {
                print_all(&store.notifications(state.state(), limit as usize).await?);
            }
        }
        Command::Show { notification } => show(store, notification.0).await?,
        Command::Retry { notifications, given_up: false } => retry(store, notifications, options).await?,
        Command::Retry { .. } => {
            let found = store.notifications(NotificationState::GivenUp, i32::MAX as usize).await?;
            retry(store, found.iter().map(|notification| Id(notification.key)).collect(), options).await?;
        }
    }
    Ok(())
}

#[allow(clippy::print_stdout)]
fn print_all(notifications: &[Notification]) {
    for n in notifications {
        println!(
            "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
            n.key,
            state(n.state),
            n.attempts,
            time(n.due_at),
            channel(n.channel),
            plain(&n.event),
            plain(&n.destination),
            plain(n.report.as_deref().unwrap_or("-")),
        );
    }
}

const fn state(state: NotificationState) -> &'static str {
    match state {
        NotificationState::Waiting => "waiting",
        NotificationState::Delivered => "delivered",
        NotificationState::GivenUp => "given-up",
    }
}

const fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Callback => "callback",
        Channel::Webhook => "webhook",
        Channel::Mail => "mail",
        Channel::Program => "program",
        Channel::Folder => "folder",
    }
}

#[allow(clippy::print_stdout)]
async fn show(store: &dyn Store, key: NotificationKey) -> Result<(), Failure> {
    let found = store.notifications_of(key.order).await?.into_iter().find(|notification| notification.key == key);
    let found = found.ok_or_else(|| unknown(key))?;
    print_all(std::slice::from_ref(&found));
    println!("created {}, given up after {}", time(found.created_at), time(found.give_up_at));
    println!("{}", String::from_utf8_lossy(&found.content));
    Ok(())
}

/// Each for itself: one that is unknown does not keep the others from being sent.
#[allow(clippy::print_stdout)]
async fn retry(store: &dyn Store, ids: Vec<Id>, options: &OutboxOptions) -> Result<(), Failure> {
    let mut refused = Vec::new();
    for Id(key) in ids {
        let at = SystemClock.now();
        let mut batch = Batch::new();
        batch.push(Write::NotifyAgain { key, at, give_up_at: at.plus_micros(options.patience_micros()) });
        match store.commit(batch).await {
            Ok(()) => println!("{key}\twaiting"),
            Err(CommitError::Conflict(ConflictOn::Notification)) => refused.push(unknown(key).to_string()),
            Err(error) => return Err(error.into()),
        }
    }
    if refused.is_empty() { Ok(()) } else { Err(Failure::Failed(refused.join("; "))) }
}

fn unknown(key: NotificationKey) -> Failure {
    Failure::Failed(format!("there is no notification {key}"))
}
