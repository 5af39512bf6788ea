//! Runs the operator's program, once for each attempt at an item.
//!
//! The program gets one JSON document on its standard input ([`WorkItem`]) and answers with one
//! JSON object on its standard output:
//!
//! * `{"result": "https://..."}`: the item is ready there (`null` when there is nothing to fetch);
//! * `{"error": "text", "retry": true}`: it is not; the text is shown to the customer, and without
//!   `"retry": false` another attempt is made.
//!
//! A program that ends without such an answer has failed, and its last line on standard error is
//! the text. It runs as all programs do ([`ordergate_program`]), with
//! `ORDERGATE_ORDER_ID`, `ORDERGATE_ITEM_ID` and `ORDERGATE_ATTEMPT`, in a process group of its
//! own. When its time is over, when the server stops, and also when the program ends by itself,
//! every process of that group is killed: nothing goes on working on an item that another attempt
//! may be made at.

mod answer;

use std::time::Duration;

use async_trait::async_trait;
use ordergate_program::{NoEnd, Program};

pub use answer::read;

use crate::{Outcome, Processor, WorkItem};

/// Runs a program for each item.
#[derive(Debug)]
pub struct CommandProcessor {
    program: Program,
}

impl CommandProcessor {
    /// `command` is the program and its arguments; a run that takes longer than `timeout` has failed.
    pub fn new(command: Vec<String>, timeout: Duration) -> Self {
        Self { program: Program::new(command, timeout) }
    }

    fn not_started(&self, error: &dyn std::fmt::Display) -> Outcome {
        // The customer sees the outcome: where the program lies is the operator's business.
        tracing::error!(program = self.program.name(), %error, "the processing program cannot be started");
        Outcome::failed("the processing program could not be started")
    }
}

#[async_trait]
impl Processor for CommandProcessor {
    async fn process(&self, item: &WorkItem) -> Outcome {
        let mut input = match serde_json::to_vec(item) {
            Ok(input) => input,
            Err(error) => return self.not_started(&error),
        };
        input.push(b'\n');
        let variables = [
            ("ORDERGATE_ORDER_ID", item.order_id.to_string()),
            ("ORDERGATE_ITEM_ID", item.item_id.clone()),
            ("ORDERGATE_ATTEMPT", item.attempt.to_string()),
        ];
        match self.program.run(&variables, &input).await {
            Ok(ended) => read(&ended),
            Err(NoEnd::NotStarted(error)) => self.not_started(&error),
            Err(NoEnd::Late(limit)) => {
                Outcome::failed(format!("the processing program did not end within {} s", limit.as_secs_f64()))
            }
            Err(NoEnd::Lost(error)) => {
                tracing::error!(order = %item.order_id, item = item.item_id, %error, "lost touch with the processing program");
                Outcome::failed("lost touch with the processing program")
            }
        }
    }
}
