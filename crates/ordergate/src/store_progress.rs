//! How far a copy is, on standard error: a bar on a terminal; else a line now and then, if it is of rows.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use ordergate_store::transfer::{Progress, Stage};

const PAUSE: Duration = Duration::from_secs(1);

pub(crate) enum Display {
    Bar { bar: ProgressBar, shown: Option<(Stage, &'static str)> },
    Lines { last: Instant },
}

impl Display {
    pub(crate) fn new() -> Self {
        if !std::io::stderr().is_terminal() {
            return Self::Lines { last: Instant::now() };
        }
        let bar = ProgressBar::new(0);
        let template = "{msg:32} [{bar:30}] {human_pos} of {human_len} rows, {per_sec}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        Self::Bar { bar, shown: None }
    }

    pub(crate) fn show(&mut self, progress: Progress) {
        let Progress { stage, table, rows, total } = progress;
        match self {
            Self::Bar { bar, shown } => {
                if *shown != Some((stage, table)) {
                    *shown = Some((stage, table));
                    bar.reset();
                    bar.set_length(total);
                    bar.set_message(format!("{} {table}", name(stage)));
                }
                bar.set_position(rows);
            }
            Self::Lines { last } if last.elapsed() >= PAUSE => {
                *last = Instant::now();
                eprintln!("{} {table}: {rows} of {total} rows", name(stage));
            }
            Self::Lines { .. } => {}
        }
    }

    /// Leaves the terminal as it was.
    pub(crate) fn end(&self) {
        if let Self::Bar { bar, .. } = self {
            bar.finish_and_clear();
        }
    }
}

const fn name(stage: Stage) -> &'static str {
    match stage {
        Stage::Copying => "copying",
        Stage::Comparing => "comparing",
    }
}

/// A copy of a file, page by page: a bar on a terminal, else nothing.
pub(crate) struct Pages(Option<ProgressBar>);

impl Pages {
    pub(crate) fn new(what: &'static str) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::new(0).with_message(what);
        if let Ok(style) = ProgressStyle::with_template("{msg} [{bar:30}] {percent} %, {eta} left") {
            bar.set_style(style.progress_chars("=> "));
        }
        Self(Some(bar))
    }

    pub(crate) fn show(&mut self, done: u64, all: u64) {
        if let Some(bar) = &self.0 {
            bar.set_length(all);
            bar.set_position(done);
        }
    }

    /// Leaves the terminal as it was.
    pub(crate) fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
