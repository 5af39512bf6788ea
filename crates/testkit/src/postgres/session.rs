//! A connection that stays open.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// No row looks like this.
const END: &str = "-- end of the answer --";

/// A connection of psql, with the transaction that it has begun. It ends when the value is dropped.
#[derive(Debug)]
pub struct Session {
    psql: Child,
    /// `None` when it is to end.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Session {
    /// Returns when the server has let it in; an error is what psql says.
    pub(super) fn open(mut command: Command) -> Result<Self, String> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut psql = command.spawn().map_err(|error| format!("psql: {error}"))?;
        let (Some(input), Some(output)) = (psql.stdin.take(), psql.stdout.take()) else {
            return Err("psql: no pipes".to_owned());
        };
        let mut session = Self { psql, input: Some(input), output: BufReader::new(output) };
        session.run("select 1").map(|_| session)
    }

    /// What psql prints for these statements. After an error, which is what psql says, the session has ended.
    pub fn run(&mut self, sql: &str) -> Result<String, String> {
        // A psql that was refused has gone; what it said is read below.
        let _ = self.input.as_mut().map(|input| writeln!(input, "{sql};\n\\echo '{END}'"));
        let mut answer = String::new();
        loop {
            let mut line = String::new();
            match self.output.read_line(&mut line) {
                Ok(0) | Err(_) => return Err(self.last_words()),
                Ok(_) if line.trim_end() == END => return Ok(answer.trim_end_matches('\n').to_owned()),
                Ok(_) => answer.push_str(&line),
            }
        }
    }

    fn last_words(&mut self) -> String {
        let mut said = String::new();
        if let Some(mut errors) = self.psql.stderr.take() {
            let _ = errors.read_to_string(&mut said);
        }
        said
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // The end of its input ends psql; the server then has the connection to give again.
        drop(self.input.take());
        let _ = self.psql.wait();
    }
}
