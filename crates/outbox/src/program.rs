//! A program of the operator's that takes what is to be told on its standard input.

use std::time::Duration;

use async_trait::async_trait;
use ordergate_program::{Ended, Program, text};
use ordergate_store::Notification;

use crate::{Courier, OutboxOptions, Undelivered};

/// Runs the program once for each notification. Exit status 0 means that it has taken it.
#[derive(Debug)]
pub struct ProgramCourier {
    program: Program,
}

impl ProgramCourier {
    /// `command` is the program and its arguments; a run may take as long as any receiver may.
    pub fn new(command: Vec<String>, options: &OutboxOptions) -> Self {
        let timeout: Duration = options.timeout();
        Self { program: Program::new(command, timeout) }
    }
}

#[async_trait]
impl Courier for ProgramCourier {
    async fn deliver(&self, notification: &Notification) -> Result<String, Undelivered> {
        let variables = [
            ("ORDERGATE_ORDER_ID", notification.key.order.to_string()),
            ("ORDERGATE_EVENT", notification.event.clone()),
            // The same at every attempt: by it the program knows a repetition.
            ("ORDERGATE_MESSAGE_ID", format!("msg_{}_{}", notification.key.order, notification.key.number)),
        ];
        match self.program.run(&variables, &notification.content).await {
            Ok(ended) => verdict(&ended),
            Err(no_end) => Err(Undelivered::for_now(no_end.to_string())),
        }
    }
}

/// What it says last is kept with the notification: the order's number in its own system, for example.
fn verdict(ended: &Ended) -> Result<String, Undelivered> {
    if ended.stdout_too_long {
        return Err(Undelivered::for_now("it wrote too much to its standard output"));
    }
    if ended.success {
        return Ok(text::last_line(&ended.stdout).map_or_else(|| "taken".to_owned(), |said| format!("taken: {said}")));
    }
    let said = text::last_line(&ended.stderr).map_or_else(String::new, |said| format!(": {said}"));
    Err(Undelivered::for_now(format!("{}{said}", ended.how)))
}
