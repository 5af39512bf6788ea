//! `ordergate receipts`: what buyers were issued (offers, order confirmations, delivery notes, invoices), and documents of the
//! seller's own system. Works beside running servers, which take notice within their polling time.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ordergate_engine::{Actor, Protocol, ProviderId, Timestamp};
use ordergate_fulfilment::SystemClock;
use ordergate_server::auth::WorkersFile;
use ordergate_server::config::Config;
use ordergate_server::erp::intake_of;
use ordergate_store::{Account, ReceiptKey, ReceiptKind, ReceiptQuery, SharedStore, Store};
use ordergate_veloconnect::receipts::batch::{Entry, Report, Result as Outcome};

use crate::acting::Acting;
use crate::failure::Failure;
use crate::opening;
use crate::plain_text::{plain, time};
use crate::seller::OfSeller;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    acting: Acting,
    #[command(flatten)]
    of: OfSeller,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Take documents in: JSON, an object, an array or lines of objects. Prints a line for each; what is refused goes to
    /// standard error, with its place, and the others are taken all the same.
    Import {
        /// The files to read; - for standard input.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// List a buyer's receipts of one kind: day of issue, number.
    List {
        buyer: String,
        kind: Kind,
        /// The most to list: those issued first.
        #[arg(long, default_value_t = 1000)]
        limit: usize,
    },
    /// Print one receipt as JSON, or each content that it has had.
    Show {
        buyer: String,
        kind: Kind,
        id: String,
        /// All contents, oldest first, a line each: since when, and the document.
        #[arg(long)]
        history: bool,
    },
    /// The tokens of those who may hand documents in over HTTP (veloconnect.erp.tokens_file).
    #[command(subcommand)]
    Token(Token),
}

#[derive(Debug, clap::Subcommand)]
enum Token {
    /// Add a name, and print its token. It is shown this once: only its hash is kept.
    Add { name: String },
    /// List all names.
    List,
    /// Remove a name: its token is refused from now on.
    Remove { name: String },
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Kind {
    Offer,
    OrderConfirmation,
    DeliveryNote,
    Invoice,
}

impl From<Kind> for ReceiptKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Offer => Self::Offer,
            Kind::OrderConfirmation => Self::OrderConfirmation,
            Kind::DeliveryNote => Self::DeliveryNote,
            Kind::Invoice => Self::Invoice,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let config = arguments.acting.configuration()?;
    if let Command::Token(token) = &arguments.command {
        return keep_tokens(&config, token);
    }
    opening::runtime()?.block_on(async {
        let store = opening::announcing(&config).await?;
        opening::closing(store.as_ref(), carry_out(arguments, &store, &config)).await
    })
}

async fn carry_out(arguments: &Arguments, store: &SharedStore, config: &Config) -> Result<(), Failure> {
    let provider = arguments.of.provider(store.as_ref(), config).await?;
    match &arguments.command {
        Command::Import { files } => import(store, provider, files, &arguments.acting.operator).await,
        Command::List { buyer, kind, limit } => list(store.as_ref(), (provider, buyer), (*kind).into(), *limit).await,
        Command::Show { buyer, kind, id, history } => show(store.as_ref(), (provider, buyer), (*kind).into(), id, *history).await,
        Command::Token(_) => Ok(()),
    }
}

#[allow(clippy::print_stdout)]
fn keep_tokens(config: &Config, token: &Token) -> Result<(), Failure> {
    let unset = || Failure::Failed("the configuration names no file of tokens: set veloconnect.erp.tokens_file".to_owned());
    let tokens = WorkersFile::new(config.veloconnect.erp.tokens_file.as_deref().ok_or_else(unset)?);
    match token {
        Token::Add { name } => println!("{}", tokens.add(name)?),
        Token::List => tokens.names()?.iter().for_each(|name| println!("{name}")),
        Token::Remove { name } => tokens.remove(name)?,
    }
    Ok(())
}

async fn import(store: &SharedStore, provider: ProviderId, files: &[PathBuf], operator: &str) -> Result<(), Failure> {
    let intake = intake_of(Arc::clone(store), Arc::new(SystemClock), provider, Actor::operator(operator));
    let mut refused = 0;
    for file in files {
        let text = read(file)?;
        let report = intake.take_all(&text).await?;
        print(file, &report)?;
        refused += report.refused;
    }
    match refused {
        0 => Ok(()),
        1 => Err(Failure::Failed("a document was refused".to_owned())),
        _ => Err(Failure::Failed(format!("{refused} documents were refused"))),
    }
}

fn read(file: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let done = if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|mut opened| opened.read_to_string(&mut text))
    };
    done.map_err(|error| Failure::Failed(format!("cannot read {}: {error}", file.display())))?;
    Ok(text)
}

fn print(file: &Path, report: &Report) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    for Entry { document, line, result } in &report.documents {
        match result {
            Outcome::Taken(taken) => {
                let outcome = format!("{:?}", taken.outcome).to_lowercase();
                write!(out, "{}\t{}\t{}\t{outcome}", taken.kind, plain(&taken.buyer), plain(&taken.id))?;
                for moved in &taken.orders {
                    write!(out, "\torder {} {}", moved.order, moved.status)?;
                }
                for note in &taken.notes {
                    write!(out, "\t{}", plain(note))?;
                }
                writeln!(out)?;
            }
            Outcome::Refused { path, error } => {
                let place = line.map_or_else(|| format!("document {document}"), |line| format!("line {line}"));
                eprintln!("{}: {place}: {}: {}", file.display(), plain(path), plain(error));
            }
        }
    }
    out.flush()?;
    Ok(())
}

async fn buyer_of(store: &dyn Store, provider: ProviderId, buyer: &str) -> Result<Arc<Account>, Failure> {
    let found = store.account(provider, Protocol::Veloconnect, buyer).await?;
    found.ok_or_else(|| Failure::Failed(format!("there is no veloconnect account {buyer}")))
}

#[allow(clippy::print_stdout)]
async fn list(store: &dyn Store, (provider, buyer): (ProviderId, &str), kind: ReceiptKind, limit: usize) -> Result<(), Failure> {
    let owner = buyer_of(store, provider, buyer).await?.id;
    let references = Vec::new();
    let query = ReceiptQuery { provider, owner, kind, from: Timestamp::MIN, until: Timestamp::MAX, references, limit };
    for found in store.receipts(&query).await? {
        println!("{}\t{}", time(found.issued_on).split('T').next().unwrap_or_default(), plain(&found.id));
    }
    Ok(())
}

#[allow(clippy::print_stdout)]
async fn show(
    store: &dyn Store,
    (provider, buyer): (ProviderId, &str),
    kind: ReceiptKind,
    id: &str,
    history: bool,
) -> Result<(), Failure> {
    let owner = buyer_of(store, provider, buyer).await?.id;
    let key = ReceiptKey { provider, owner, kind, id: id.to_owned() };
    let unknown = || Failure::Failed(format!("{buyer} has no such receipt"));
    let receipt = store.receipt(&key).await?.ok_or_else(unknown)?;
    let text = |document: &[u8]| String::from_utf8_lossy(document).into_owned();
    if !history {
        println!("{}", text(&receipt.document.0));
        return Ok(());
    }
    for before in store.replaced_receipts(&key).await? {
        println!("{}\t{}", time(before.stored_at), text(&before.document.0));
    }
    println!("{}\t{}", time(receipt.stored_at), text(&receipt.document.0));
    Ok(())
}
