//! `ordergate transaction`: what an operator sees of veloconnect's transactions. Works beside a running server.

use std::path::PathBuf;

use ordergate_engine::transaction::{Key, Transaction};
use ordergate_engine::{AccountId, Protocol, ProviderId, Timestamp, TransactionId};
use ordergate_server::config::Config;
use ordergate_store::Store;
use ordergate_veloconnect::transaction_seen;

use crate::failure::Failure;
use crate::opening::{self, AnyStore};
use crate::plain_text::{plain, time};
use crate::seller::OfSeller;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The configuration file (TOML) of the server whose transactions these are.
    #[arg(long, value_name = "FILE", env = "ORDERGATE_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List a buyer's transactions, oldest first: id, kind, state, whether it is a test, when it was last touched, its order.
    List {
        #[command(flatten)]
        whose: Whose,
        /// Only tests.
        #[arg(long)]
        test: bool,
        /// At most so many.
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
    },
    /// Show a transaction: its lines, and what happened to it.
    Show {
        /// The TransactionID.
        id: String,
        #[command(flatten)]
        whose: Whose,
    },
}

#[derive(Debug, clap::Args)]
struct Whose {
    /// The buyer whose they are (BuyersID).
    #[arg(long, value_name = "NAME")]
    buyer: String,
    #[command(flatten)]
    of: OfSeller,
}

impl Whose {
    async fn find(&self, store: &dyn Store, config: &Config) -> Result<(ProviderId, AccountId), Failure> {
        let provider = self.of.provider(store, config).await?;
        let account = store.account(provider, Protocol::Veloconnect, &self.buyer).await?;
        let account = account.ok_or_else(|| Failure::Failed(format!("there is no buyer {}", self.buyer)))?;
        Ok((provider, account.id))
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let config = opening::configuration(arguments.config.as_deref())?;
    opening::runtime()?.block_on(async {
        let store = AnyStore::open_shared(&config.store).await?;
        opening::closing(store.as_store(), carry_out(&arguments.command, store.as_store(), &config)).await
    })
}

async fn carry_out(command: &Command, store: &dyn Store, config: &Config) -> Result<(), Failure> {
    match command {
        Command::List { whose, test, limit } => list(store, whose.find(store, config).await?, *test, *limit).await,
        Command::Show { id, whose } => {
            let (provider, owner) = whose.find(store, config).await?;
            let found = store.transaction(&Key { provider, owner, id: TransactionId(id.clone()) }).await?;
            show(&found.ok_or_else(|| Failure::Failed(format!("this buyer has no transaction {id}")))?);
            Ok(())
        }
    }
}

#[allow(clippy::print_stdout)]
async fn list(store: &dyn Store, whose: (ProviderId, AccountId), tests: bool, limit: u32) -> Result<(), Failure> {
    let (provider, owner) = whose;
    // Whether one is a test is only known when it is read.
    let most = if tests { i32::MAX as usize } else { limit as usize };
    let all = store.transactions(provider, owner, true, most).await?;
    let mut left = limit;
    for listed in all {
        if left == 0 {
            break;
        }
        let Some(found) = store.transaction(&Key { provider, owner, id: listed.id }).await? else { continue };
        if tests && !found.is_test {
            continue;
        }
        left -= 1;
        println!("{}", summary(&found));
    }
    Ok(())
}

fn summary(transaction: &Transaction) -> String {
    let test = if transaction.is_test { "test" } else { "-" };
    let order = transaction.order.map_or_else(|| "-".to_owned(), |order| order.to_string());
    let (id, touched) = (plain(&transaction.key.id.0), time(transaction.updated_at));
    format!("{id}\t{}\t{}\t{test}\t{touched}\t{order}", transaction.kind, transaction.state)
}

#[allow(clippy::print_stdout)]
fn show(transaction: &Transaction) {
    println!("transaction\t{}", plain(&transaction.key.id.0));
    println!("kind\t{}", transaction.kind);
    println!("state\t{}", transaction.state);
    println!("test\t{}", if transaction.is_test { "yes" } else { "no" });
    println!("begun\t{}", time(transaction.created_at));
    println!("touched\t{}", time(transaction.updated_at));
    if let Some(order) = transaction.order {
        println!("order\t{order}");
    }
    let seen = transaction_seen(transaction);
    for (article, quantity, unit) in seen.lines {
        println!("line\t{}\t{quantity}\t{}", plain(&article), plain(&unit));
    }
    for (at, text) in seen.notes {
        println!("history\t{}\t{}", time(Timestamp(at)), plain(&text));
    }
}
