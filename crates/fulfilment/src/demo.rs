//! The processor of a demonstration: waits a moment and has a small file made.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::{Outcome, Processor, WorkItem};

/// Makes an item's file and says under which URL it is found; none if there is no place for files. May block.
pub type DemoFile = Arc<dyn Fn(&WorkItem) -> io::Result<Option<String>> + Send + Sync>;

/// Completes every item after a pause.
pub struct DemoProcessor {
    delay: Duration,
    file: DemoFile,
}

impl DemoProcessor {
    pub fn new(delay: Duration, file: DemoFile) -> Self {
        Self { delay, file }
    }
}

impl fmt::Debug for DemoProcessor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DemoProcessor").field("delay", &self.delay).finish_non_exhaustive()
    }
}

#[async_trait]
impl Processor for DemoProcessor {
    async fn process(&self, item: &WorkItem) -> Outcome {
        tokio::time::sleep(self.delay).await;
        let (file, item) = (Arc::clone(&self.file), item.clone());
        match tokio::task::spawn_blocking(move || file(&item)).await {
            Ok(Ok(result)) => Outcome::Done { result },
            Ok(Err(error)) => Outcome::failed(format!("the demo's file cannot be written: {error}")),
            Err(_) => Outcome::failed("the demo's file was not written"),
        }
    }
}
