//! `ordergate store`: moves a store to another database.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ordergate_fulfilment::SystemClock;
use ordergate_server::store_options::StoreOptions;
use ordergate_store::transfer::{Endpoint, Report, TableReport, copy, verify};

use crate::failure::Failure;
use crate::opening;
use crate::store_progress::Display;
use crate::verify::endpoint;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Copy a whole store into an empty one, and compare the two. Stop the servers of both first. When it was cut
    /// short, the same command goes on where it ended.
    Copy(Copy),
}

#[derive(clap::Args)]
struct Copy {
    /// The store that is read: sqlite:PATH, or postgres://USER:PASSWORD@HOST/DATABASE.
    #[arg(long, value_name = "ADDRESS", env = "ORDERGATE_COPY_FROM", hide_env_values = true)]
    from: String,
    /// The store that is filled, likewise. A variable keeps a password out of the list of processes.
    #[arg(long, value_name = "ADDRESS", env = "ORDERGATE_COPY_TO", hide_env_values = true)]
    to: String,
    /// Only compare.
    #[arg(long)]
    verify_only: bool,
    /// The certificate authorities (PEM) that the certificates of PostgreSQL servers must come from.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
}

impl std::fmt::Debug for Copy {
    /// The addresses may carry passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Copy").field("verify_only", &self.verify_only).finish_non_exhaustive()
    }
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let Command::Copy(wish) = arguments.command;
    let (from, to) = (store("from", &wish.from, wish.ca_file.as_deref())?, store("to", &wish.to, wish.ca_file.as_deref())?);
    if from.url == to.url {
        return Err(Failure::Usage("--from and --to are the same store".to_owned()));
    }
    let mut display = Display::new();
    let done = opening::runtime()?.block_on(carry_out(&endpoint(&from), &endpoint(&to), wish.verify_only, &mut display));
    display.end();
    print(&done?, wish.verify_only, &from);
    Ok(())
}

/// The address must not stand in the message: it may carry a password.
fn store(option: &str, url: &str, ca_file: Option<&Path>) -> Result<StoreOptions, Failure> {
    let options = StoreOptions { url: url.to_owned(), ca_file: ca_file.map(Path::to_owned), ..StoreOptions::default() };
    match options.validate() {
        Ok(()) => Ok(options),
        Err(error) => Err(Failure::Usage(format!("--{option}: {}", error.problem))),
    }
}

async fn carry_out(from: &Endpoint, to: &Endpoint, verify_only: bool, display: &mut Display) -> Result<Report, Failure> {
    let mut source = from.source().await?;
    let progress = &mut |progress| display.show(progress);
    if verify_only {
        return Ok(verify(&mut *source, &mut *to.compared().await?, progress).await?);
    }
    let mut target = to.target(&SystemClock).await?;
    let report = copy(&mut *source, &mut *target, progress).await?;
    target.finish().await?;
    Ok(report)
}

#[allow(clippy::print_stdout)]
fn print(report: &Report, verify_only: bool, from: &StoreOptions) {
    println!("{:<20} {:>12} {:>12}  {:<16} {:>9} {:>9}", "table", "rows", "copied", "sha-256", "copied in", "compared");
    for table in &report.tables {
        println!("{}", line(table));
    }
    match report.next_order_id {
        Some(next) => println!("{:<20} not compared: it counts order ids, which go on from {next}", "counters"),
        None => println!("{:<20} not compared: this store counts on from its greatest order id", "counters"),
    }
    println!("the two stores are the same: {} rows, {} of them copied now", report.rows(), report.copied());
    if !verify_only {
        println!("{}", about_key(from));
    }
}

fn line(table: &TableReport) -> String {
    let TableReport { table, rows, copied, hash, copying, comparing } = table;
    let hash = hash.iter().take(8).fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    let (copying, comparing) = (copying.as_secs_f64(), comparing.as_secs_f64());
    format!("{table:<20} {rows:>12} {copied:>12}  {hash:<16} {copying:>7.1} s {comparing:>7.1} s")
}

/// Without this key, passwords that were encrypted under it cannot be read.
fn about_key(from: &StoreOptions) -> String {
    let whose = if from.is_postgres() { "unless store.key_file says otherwise, " } else { "" };
    format!(
        "the secret key was not copied: {whose}the server of the source used {}; the new one needs the same (store.key_file)",
        from.key_path().display()
    )
}
