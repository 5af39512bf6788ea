//! `ordergate tasking`: what became of a task that a planning service carries out. The same may be said line by line with
//! `ordergate subscription feed`.

use std::sync::Arc;

use ordergate_engine::Actor;
use ordergate_fulfilment::{ProcessorKind, SystemClock};
use ordergate_server::server::feed_of;
use serde_json::json;

use crate::acting::Acting;
use crate::failure::Failure;
use crate::opening;
use crate::subscription::print;

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    acting: Acting,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Tell all orders of a task how it is getting on, what it has produced, or how it ended.
    Announce {
        /// The task's id (taskingRequestId).
        task: String,
        #[command(flatten)]
        news: News,
        /// The collection of the product.
        #[arg(long, value_name = "ID", requires = "product")]
        collection: Option<String>,
        /// Where the product is found, if it needs no production.
        #[arg(long, value_name = "URL", requires = "product")]
        result: Option<String>,
    },
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct News {
    /// Shown to the customer as the item's status text.
    #[arg(long, value_name = "TEXT")]
    progress: Option<String>,
    /// A product, which becomes an item of the orders.
    #[arg(long, value_name = "ID")]
    product: Option<String>,
    /// The task came to nothing.
    #[arg(long, value_name = "REASON")]
    failed: Option<String>,
    /// No more will come of the task.
    #[arg(long)]
    over: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let config = arguments.acting.configuration()?;
    let Command::Announce { task, news, collection, result } = &arguments.command;
    let line = json!({
        "task": task,
        "progress": news.progress,
        "identifier": news.product,
        "failed": news.failed,
        "over": news.over,
        "collection": collection,
        "result": result,
    })
    .to_string();
    opening::runtime()?.block_on(async {
        let store = opening::announcing(&config).await?;
        let queues = config.fulfilment.oseo.processor != ProcessorKind::None;
        let feed = feed_of(
            Arc::clone(&store),
            Arc::new(SystemClock),
            queues,
            &config.delivery,
            Actor::operator(&arguments.acting.operator),
        );
        let announced = async { Ok(feed.announce(std::iter::once(line.as_str()), 1).await?) };
        let report = opening::closing(store.as_ref(), announced).await?;
        match report.errors.first() {
            Some(error) => Err(Failure::Failed(error.error.clone())),
            None => print(&report),
        }
    })
}
