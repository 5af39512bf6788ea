//! The `ordergate` command: one file per subcommand.

mod account;
mod acting;
mod articles;
mod backup;
mod bench;
mod buyers;
mod config;
mod demo;
mod demo_data;
mod demo_greeting;
mod demo_receiver;
mod failure;
mod import_report;
mod opening;
mod order;
mod outbox;
mod plain_text;
mod queue;
mod receipts;
mod restore;
mod seller;
mod serve;
mod store_command;
mod store_progress;
mod subscription;
mod synthetic;
mod tasking;
mod transaction;
mod transmission;
mod verify;
mod worker;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;

/// A request's memory is many small pieces that die together: with this allocator they cost less, and stay in the processor's caches.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// An ordering server: OSEO 1.0 and veloconnect 1.0-1.6 from one durable engine.
#[derive(Debug, Parser)]
#[command(name = "ordergate", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve orders, as configured.
    Serve(serve::Arguments),
    /// Serve a demonstration: accounts, orders and articles to try every operation with.
    Demo(demo::Arguments),
    /// Customers' accounts: OSEO users and veloconnect buyers.
    Account(account::Arguments),
    /// Buyers of veloconnect, from files.
    Buyers(buyers::Arguments),
    /// The articles that are offered over veloconnect.
    Articles(articles::Arguments),
    /// Workers that fetch items themselves, and their tokens.
    Worker(worker::Arguments),
    /// Orders: see them, approve or reject them, hold them, cancel them, try them again.
    Order(order::Arguments),
    /// Transactions of veloconnect: what buyers have begun and finished, tests too.
    Transaction(transaction::Arguments),
    /// Queues: whose items wait for a while.
    Queue(queue::Arguments),
    /// What customers and others were told, and what could not be delivered.
    Outbox(outbox::Arguments),
    /// Receipts of veloconnect buyers: take documents of your own system in, see what is there.
    Receipts(receipts::Arguments),
    /// Subscriptions: feed them products, list them.
    Subscription(subscription::Arguments),
    /// Tasks of a planning service: tell the orders that wait for them.
    Tasking(tasking::Arguments),
    /// Stock and sales that veloconnect's buyers transmit: list them, export them.
    Transmissions(transmission::Arguments),
    /// The store: move it to another database.
    Store(store_command::Arguments),
    /// Check the store: histories, statuses, references, schema. Exit status 0 if all is well, 1 with findings, 2 if it could
    /// not be checked.
    Verify(verify::Arguments),
    /// Copy the store to a file, while servers run, and check the copy.
    Backup(backup::Arguments),
    /// Put a backup in the place of the store.
    Restore(restore::Arguments),
    /// The configuration.
    Config(config::Arguments),
    /// Measure this machine: the server beside a static server, in one run.
    Bench(bench::Arguments),
    /// The yardstick of `bench`: answers every request with the same bytes.
    #[command(hide = true)]
    BenchStatic(bench::StaticArguments),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Account(arguments) => account::run(arguments),
        Command::Buyers(arguments) => buyers::run(arguments),
        Command::Articles(arguments) => articles::run(arguments),
        Command::Worker(arguments) => worker::run(&arguments),
        Command::Order(arguments) => order::run(arguments),
        Command::Transaction(arguments) => transaction::run(&arguments),
        Command::Queue(arguments) => queue::run(&arguments),
        Command::Outbox(arguments) => outbox::run(arguments),
        Command::Receipts(arguments) => receipts::run(&arguments),
        Command::Subscription(arguments) => subscription::run(&arguments),
        Command::Tasking(arguments) => tasking::run(&arguments),
        Command::Transmissions(arguments) => transmission::run(arguments),
        Command::Store(arguments) => store_command::run(arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Backup(arguments) => backup::run(&arguments),
        Command::Restore(arguments) => restore::run(&arguments),
        Command::Config(arguments) => config::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::BenchStatic(arguments) => bench::run_static(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("ordergate: {failure}");
            ExitCode::from(failure.exit_status())
        }
    }
}
