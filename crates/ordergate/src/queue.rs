//! `ordergate queue`: whose items wait for a while. Works beside running servers, which take notice within their polling time.

use ordergate_engine::Protocol;
use ordergate_fulfilment::{PauseError, QueueDesk, SystemClock};
use ordergate_oseo::Collections;
use ordergate_server::config::Config;
use ordergate_server::server::describing;
use ordergate_store::{Pause, PauseOf, Store};

use crate::acting::Acting;
use crate::failure::Failure;
use crate::opening;
use crate::plain_text::{plain, time};
use crate::seller::OfSeller;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    acting: Acting,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Take up no more items of a customer, or of a collection. What is in production goes on to its end.
    Pause {
        #[command(flatten)]
        whose: Whose,
        /// Shown to the customers, on the items that wait.
        #[arg(long, value_parser = crate::order::reason)]
        reason: String,
    },
    /// Go on: what waited is due again, in its place in the queue. Prints the number of such items.
    Resume {
        #[command(flatten)]
        whose: Whose,
    },
    /// List what is paused: protocol, user or collection, its name, paused or being resumed, time, operator, reason.
    List,
}

#[derive(Debug, clap::Args)]
struct Whose {
    #[command(flatten)]
    of: Of,
    /// The protocol whose queue it is.
    #[arg(long, value_parser = crate::account::protocol, default_value = "oseo")]
    protocol: Protocol,
    #[command(flatten)]
    seller: OfSeller,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Of {
    /// All items of this account's orders.
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// All items of this collection (OSEO).
    #[arg(long, value_name = "ID")]
    collection: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let config = arguments.acting.configuration()?;
    opening::runtime()?.block_on(async {
        let store = opening::announcing(&config).await?;
        opening::closing(&*store, carry_out(&arguments.command, &*store, &config, &arguments.acting.operator)).await
    })
}

#[allow(clippy::print_stdout)]
async fn carry_out(command: &Command, store: &dyn Store, config: &Config, operator: &str) -> Result<(), Failure> {
    let (whose, reason) = match command {
        Command::List => return list(store).await,
        Command::Pause { whose, reason } => (whose, Some(reason)),
        Command::Resume { whose } => (whose, None),
    };
    let queue = whose.protocol;
    let describe = describing(queue, &Collections::new(opening::collections(config)?));
    let desk = QueueDesk { store, clock: &SystemClock, describe: &describe, queue, operator };
    let of = subject(&desk, whose, config).await?;
    let failed = |error: PauseError| Failure::Failed(error.to_string());
    match reason {
        Some(reason) => desk.pause(of, reason).await.map_err(failed)?,
        None => println!("{}", desk.resume(&of).await.map_err(failed)?),
    }
    Ok(())
}

async fn subject(desk: &QueueDesk<'_>, whose: &Whose, config: &Config) -> Result<PauseOf, Failure> {
    match (&whose.of.user, &whose.of.collection) {
        (Some(name), _) => {
            let provider = whose.seller.provider_for(desk.queue, desk.store, config).await?;
            let account = desk.of_account((provider, whose.seller.seller.as_deref()), name).await?;
            account.ok_or_else(|| Failure::Failed(format!("there is no {} account {name}", desk.queue)))
        }
        (None, Some(_)) if desk.queue != Protocol::Oseo => Err(Failure::Usage(format!("{} has no collections", desk.queue))),
        (None, collection) => Ok(PauseOf::Collection(collection.clone().unwrap_or_default())),
    }
}

#[allow(clippy::print_stdout)]
async fn list(store: &dyn Store) -> Result<(), Failure> {
    for queue in [Protocol::Oseo, Protocol::Veloconnect] {
        for Pause { of, reason, paused_at, paused_by, resumed_at, .. } in store.pauses(queue).await? {
            let kind = if matches!(of, PauseOf::Collection(_)) { "collection" } else { "user" };
            let standing = if resumed_at.is_some() { "being resumed" } else { "paused" };
            println!("{queue}\t{kind}\t{}\t{standing}\t{}\t{paused_by}\t{}", plain(of.name()), time(paused_at), plain(&reason));
        }
    }
    Ok(())
}
