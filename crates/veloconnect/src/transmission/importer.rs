//! Importing in the background: transmissions too long to be imported before they are answered.
//!
//! The transmission itself says that it is to be imported, from when on somebody may take it, and how far it is. To take it is
//! to put off when it is due, on the revision that was read: of several importers one succeeds. One whose process died is
//! taken up where it was left, when that time has come.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ordergate_engine::time::Clock;
use ordergate_engine::transaction::{Operation, Outcome, decide};
use ordergate_engine::{ProviderId, Timestamp};
use ordergate_store::{
    Batch, CommitError, Progress, SharedStore, StoreError, TransactionUpdate, Transmission, TransmittedLine, Write,
};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::TransmissionOptions;
use super::channel::Line;
use super::import::{complete, import};
use super::known::are_known;
use crate::articles::{Articles, ArticlesError, Buyer};

/// How often to look for what nobody told of: another process died, or took the transmission in.
const POLL: Duration = Duration::from_secs(1);
/// How long [`Importer::stop`] lets the piece under way be stored.
const STOP_GRACE: Duration = Duration::from_secs(4);
/// So many lines at once: no other commit waits for more.
const PIECE: usize = 500;
/// So many transmissions are looked for at once.
const FOUND_AT_ONCE: usize = 8;

/// Imports what is to be imported. Any number of importers, in any number of processes, may serve the same store.
#[derive(Debug)]
pub struct Importer {
    running: JoinHandle<()>,
    waker: ImportWaker,
    stop: watch::Sender<bool>,
}

/// The articles of each seller.
pub type ArticlesOf = HashMap<ProviderId, Arc<dyn Articles>>;

/// Tells the importer that there is something to import.
#[derive(Debug, Clone, Default)]
pub struct ImportWaker(Arc<Notify>);

impl ImportWaker {
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

impl Importer {
    /// Begins to work. Must be called inside a tokio runtime.
    pub fn start(store: SharedStore, clock: Arc<dyn Clock>, articles: ArticlesOf, options: &TransmissionOptions) -> Self {
        let waker = ImportWaker::default();
        let (stop, stopped) = watch::channel(false);
        let lease_micros = i64::try_from(options.lease().as_micros()).unwrap_or(i64::MAX);
        let shared = Shared { store, clock, articles, lease_micros, stopped };
        let running = tokio::spawn(serve(shared, waker.clone()));
        Self { running, waker, stop }
    }

    pub fn waker(&self) -> ImportWaker {
        self.waker.clone()
    }

    /// Begins no further piece, and puts back what is not finished. If the store does not take that in time, it is taken up
    /// again when its time has come.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        self.waker.wake();
        if timeout(STOP_GRACE, &mut self.running).await.is_err() {
            self.running.abort();
        }
    }
}

#[derive(Debug)]
struct Shared {
    store: SharedStore,
    clock: Arc<dyn Clock>,
    articles: ArticlesOf,
    lease_micros: i64,
    stopped: watch::Receiver<bool>,
}

async fn serve(shared: Shared, waker: ImportWaker) {
    while !shared.is_stopped() {
        let due = match shared.store.due_transmissions(shared.clock.now(), FOUND_AT_ONCE).await {
            Ok(due) => due,
            Err(error) => {
                error.log("transmissions that are to be imported could not be read");
                Vec::new()
            }
        };
        let found = !due.is_empty();
        for transmission in due {
            let id = transmission.id;
            match shared.work(transmission).await {
                Ok(()) => {}
                Err(CommitError::Conflict(_)) => tracing::debug!(transmission = %id, "another imports the transmission"),
                Err(CommitError::Store(error)) => {
                    error.log("a transmission could not be imported; that is tried again when its lease ends");
                }
            }
        }
        if !found {
            let _ = timeout(POLL, waker.0.notified()).await;
        }
    }
}

impl Shared {
    fn is_stopped(&self) -> bool {
        *self.stopped.borrow()
    }

    fn lease_end(&self) -> Timestamp {
        self.clock.now().plus_micros(self.lease_micros)
    }

    /// Takes a transmission and imports it piece by piece.
    async fn work(&self, due: Transmission) -> Result<(), CommitError> {
        let Progress::Importing { attempts, mut imported, .. } = due.progress else { return Ok(()) };
        let attempts = attempts.saturating_add(1);
        let importing = |due_at, imported| Progress::Importing { due_at, attempts, imported };
        let mut taken = self.step(Batch::new(), due, importing(self.lease_end(), imported)).await?;
        loop {
            if self.is_stopped() {
                // As if it had not been taken.
                let put_back = Progress::Importing { due_at: self.clock.now(), attempts: attempts.saturating_sub(1), imported };
                return self.step(Batch::new(), taken, put_back).await.map(drop);
            }
            let until = (imported + PIECE).min(taken.lines);
            let mut batch = self.piece(&taken, imported, until).await?;
            if until == taken.lines {
                complete(&mut batch, &taken);
                batch.writes.extend(self.end_transaction(&taken).await?);
                self.step(batch, taken, Progress::Imported { at: self.clock.now() }).await?;
                return Ok(());
            }
            imported = until;
            taken = self.step(batch, taken, importing(self.lease_end(), imported)).await?;
        }
    }

    /// Stores how far the transmission is, with what brought it there.
    async fn step(&self, mut batch: Batch, before: Transmission, progress: Progress) -> Result<Transmission, CommitError> {
        let after = Transmission { progress, ..before };
        batch.push(Write::UpdateTransmission(Box::new(after.clone())));
        self.store.commit(batch).await?;
        Ok(Transmission { revision: after.revision + 1, ..after })
    }

    /// Looks the articles of some lines up, and makes stock or sales of them.
    async fn piece(&self, taken: &Transmission, from: usize, until: usize) -> Result<Batch, StoreError> {
        let lines = self.store.transmitted_lines(taken.id, from, until - from).await?;
        let facts = lines.iter().map(facts).collect::<Result<Vec<Line>, _>>()?;
        // What he pays does not matter here, nor does his name.
        let buyer = Buyer { account: taken.key.owner, name: String::new() };
        let facts: Vec<&Line> = facts.iter().collect();
        let known = match self.articles.get(&taken.key.provider) {
            Some(articles) => are_known(articles.as_ref(), &buyer, &facts).await,
            // A seller that is configured no more.
            None => Ok(vec![None; lines.len()]),
        };
        let known = match known {
            Ok(known) => known,
            Err(ArticlesError::Store(error)) => return Err(error),
            Err(error) => {
                tracing::error!(%error, transmission = %taken.id, "whether articles are known cannot be told");
                vec![None; lines.len()]
            }
        };
        let mut batch = Batch::new();
        for (line, is_known) in lines.iter().zip(known) {
            let (transmission, position) = (taken.id, line.position);
            batch.writes.extend(is_known.map(|is_known| Write::CheckLine { transmission, position, is_known }));
        }
        import(&mut batch, taken, from..until, self.clock.now());
        Ok(batch)
    }

    /// From 84 to 85; nothing if the transaction was forgotten meanwhile.
    async fn end_transaction(&self, taken: &Transmission) -> Result<Option<Write>, StoreError> {
        let Some(transaction) = self.store.transaction(&taken.key).await? else { return Ok(None) };
        let Ok(Outcome::State(state)) = decide(&transaction, Operation::Imported, None) else { return Ok(None) };
        Ok(Some(Write::UpdateTransaction(Box::new(TransactionUpdate {
            key: transaction.key,
            expected_revision: transaction.revision,
            state,
            context: transaction.context,
            order: None,
            updated_at: self.clock.now(),
        }))))
    }
}

fn facts(line: &TransmittedLine) -> Result<Line, StoreError> {
    let unreadable = |error| StoreError::Corrupt(format!("line {} of a transmission: {error}", line.position));
    serde_json::from_slice(&line.content.0).map_err(unreadable)
}
