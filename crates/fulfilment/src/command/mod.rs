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
//! the text. It runs without a shell, with `PATH`, `HOME` and `LANG` of the server and
//! `ORDERGATE_ORDER_ID`, `ORDERGATE_ITEM_ID` and `ORDERGATE_ATTEMPT`, in a process group of its
//! own. When its time is over, when the server stops, and also when the program ends by itself,
//! every process of that group is killed: nothing goes on working on an item that another attempt
//! may be made at.

mod answer;
mod group;
mod run;

use std::process::Stdio;
use std::time::Duration;

use async_trait::async_trait;
use tokio::process::Command;

use crate::{Outcome, Processor, WorkItem};
use run::{Ended, Run};

/// The variables of the server's environment that a program gets to see.
const INHERITED: [&str; 3] = ["PATH", "HOME", "LANG"];

/// Runs a program for each item.
#[derive(Debug)]
pub struct CommandProcessor {
    command: Vec<String>,
    timeout: Duration,
}

impl CommandProcessor {
    /// `command` is the program and its arguments; a run that takes longer than `timeout` has failed.
    pub fn new(command: Vec<String>, timeout: Duration) -> Self {
        Self { command, timeout }
    }

    fn command_for(&self, item: &WorkItem) -> Option<Command> {
        let (program, arguments) = self.command.split_first()?;
        let mut command = Command::new(program);
        command.args(arguments).env_clear();
        for name in INHERITED {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command
            .env("ORDERGATE_ORDER_ID", item.order_id.to_string())
            .env("ORDERGATE_ITEM_ID", &item.item_id)
            .env("ORDERGATE_ATTEMPT", item.attempt.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Some(command)
    }

    fn not_started(&self, error: &dyn std::fmt::Display) -> Outcome {
        // The customer sees the outcome: where the program lies is the operator's business.
        tracing::error!(program = self.command.first(), %error, "the processing program cannot be started");
        Outcome::failed("the processing program could not be started")
    }
}

#[async_trait]
impl Processor for CommandProcessor {
    async fn process(&self, item: &WorkItem) -> Outcome {
        let Some(command) = self.command_for(item) else {
            return self.not_started(&"no program is set");
        };
        let mut input = match serde_json::to_vec(item) {
            Ok(input) => input,
            Err(error) => return self.not_started(&error),
        };
        input.push(b'\n');
        let mut run = match Run::start(command) {
            Ok(run) => run,
            Err(error) => return self.not_started(&error),
        };
        if let Ok(ended) = tokio::time::timeout(self.timeout, run.converse(&input)).await {
            return outcome_of(ended, item);
        }
        run.kill().await;
        Outcome::failed(format!("the processing program did not end within {} s", self.timeout.as_secs_f64()))
    }
}

fn outcome_of(ended: std::io::Result<Ended>, item: &WorkItem) -> Outcome {
    match ended {
        Ok(ended) => answer::read(&ended),
        Err(error) => {
            tracing::error!(order = %item.order_id, item = item.item_id, %error, "lost touch with the processing program");
            Outcome::failed("lost touch with the processing program")
        }
    }
}
