//! The processor of a demonstration: waits a moment and says where the file is.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::{Outcome, Processor, WorkItem};

/// Makes the URL under which an item's file is offered.
pub type ResultUrl = Arc<dyn Fn(&WorkItem) -> String + Send + Sync>;

/// Completes every item after a pause.
pub struct DemoProcessor {
    delay: Duration,
    result_url: ResultUrl,
}

impl DemoProcessor {
    pub fn new(delay: Duration, result_url: ResultUrl) -> Self {
        Self { delay, result_url }
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
        Outcome::Done { result: Some((self.result_url)(item)) }
    }
}
