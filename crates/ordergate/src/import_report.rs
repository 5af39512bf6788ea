//! What imports take and say on the command line: how files are read, how far it is, and what is wrong with them.

use std::fs::File;
use std::io::{BufWriter, IsTerminal as _, Read, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use ordergate_fulfilment::SystemClock;
use ordergate_import::{BytesRead, Encoding, Format, Import, ImportError, Kind, Listener, Problem, Source, Summary, delimiter};
use ordergate_server::config::Config;
use ordergate_store::SharedStore;
use serde_json::json;

use crate::failure::Failure;
use crate::seller::OfSeller;

const PAUSE: Duration = Duration::from_secs(1);

/// How files are read.
#[derive(Debug, Clone, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own on the command line")]
pub(crate) struct Reading {
    /// The files: CSV with a header, or lines of JSON; `-` for standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// csv, or jsonl (an object on each line); without it, what the file looks like.
    #[arg(long, value_parser = kind)]
    format: Option<Kind>,
    /// utf-8 (with or without byte order mark), iso-8859-1 or windows-1252.
    #[arg(long, default_value = "utf-8", value_parser = encoding)]
    encoding: Encoding,
    /// What stands between the fields of CSV: comma, semicolon or tab; without it, what the header has most of.
    #[arg(long, value_parser = separator)]
    delimiter: Option<u8>,
    /// Numbers in CSV have a comma before their decimals: 12,50.
    #[arg(long)]
    decimal_comma: bool,
    /// Leave columns out that have no meaning here, instead of refusing the file.
    #[arg(long)]
    ignore_unknown: bool,
    /// Take what is right, instead of refusing all because of one row.
    #[arg(long)]
    skip_bad: bool,
    /// Give up after so many problems.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    max_errors: u64,
    /// Check everything and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Write all problems to this file, too: a JSON object on each line, the last one with the outcome.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

fn kind(name: &str) -> Result<Kind, String> {
    match name {
        "csv" => Ok(Kind::Csv),
        "jsonl" => Ok(Kind::JsonLines),
        _ => Err("expected csv or jsonl".to_owned()),
    }
}

fn encoding(name: &str) -> Result<Encoding, String> {
    Encoding::from_name(name).ok_or_else(|| "expected utf-8, iso-8859-1 or windows-1252".to_owned())
}

fn separator(name: &str) -> Result<u8, String> {
    delimiter(name).ok_or_else(|| "expected comma, semicolon or tab".to_owned())
}

impl Reading {
    pub(crate) async fn import(
        &self,
        config: &Config,
        of: &OfSeller,
        store: SharedStore,
        fresh: bool,
    ) -> Result<Import, Failure> {
        let provider = of.provider(store.as_ref(), config).await?;
        Ok(Import {
            store,
            clock: Arc::new(SystemClock),
            provider,
            format: Format {
                kind: self.format,
                delimiter: self.delimiter,
                encoding: self.encoding,
                decimal_comma: self.decimal_comma,
                ignore_unknown: self.ignore_unknown,
            },
            currency: of.currency(config),
            skip_bad: self.skip_bad,
            max_errors: self.max_errors,
            dry_run: self.dry_run,
            fresh,
            read: BytesRead::default(),
        })
    }

    /// All files, opened before anything is done with the first. Gives also how many bytes they have together, if known.
    pub(crate) fn sources(&self) -> Result<(Vec<Source>, Option<u64>), Failure> {
        let mut bytes = Some(0);
        let mut sources = Vec::with_capacity(self.files.len());
        for path in &self.files {
            let name = (self.files.len() > 1).then(|| path.display().to_string());
            let (reader, length): (Box<dyn Read + Send>, Option<u64>) = if path == Path::new("-") {
                (Box::new(std::io::stdin()), None)
            } else {
                let unopened = |e: std::io::Error| Failure::Failed(format!("cannot read {}: {e}", path.display()));
                let file = File::open(path).map_err(unopened)?;
                let metadata = file.metadata().map_err(unopened)?;
                (Box::new(file), metadata.is_file().then_some(metadata.len()))
            };
            bytes = bytes.zip(length).map(|(all, one): (u64, u64)| all + one);
            sources.push(Source { name, reader });
        }
        Ok((sources, bytes))
    }

    /// Where problems go.
    pub(crate) fn display(&self, read: &BytesRead, bytes: Option<u64>) -> Result<Display, Failure> {
        let report = self.report.as_ref().map(|path| {
            File::create(path).map(BufWriter::new).map_err(|e| Failure::Failed(format!("cannot write {}: {e}", path.display())))
        });
        Ok(Display { bar: bar(bytes), last: Instant::now(), read: read.clone(), report: report.transpose()? })
    }
}

/// Problems on standard output, and in the report; how far it is on standard error, as a bar or a line now and then.
pub(crate) struct Display {
    bar: Option<ProgressBar>,
    last: Instant,
    read: BytesRead,
    report: Option<BufWriter<File>>,
}

fn bar(bytes: Option<u64>) -> Option<ProgressBar> {
    if !std::io::stderr().is_terminal() {
        return None;
    }
    let bar = bytes.map_or_else(ProgressBar::no_length, ProgressBar::new);
    let template = "[{bar:30}] {bytes} of {total_bytes}, {msg}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style.progress_chars("=> "));
    }
    Some(bar)
}

impl Listener for Display {
    #[allow(clippy::print_stdout)]
    fn problem(&mut self, problem: &Problem) {
        match &self.bar {
            Some(bar) => bar.suspend(|| println!("{problem}")),
            None => println!("{problem}"),
        }
        if let Some(report) = &mut self.report {
            // What went wrong shows when the report is finished.
            let _ = serde_json::to_writer(&mut *report, problem);
            let _ = report.write_all(b"\n");
        }
    }

    fn progress(&mut self, rows: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(self.read.get());
            bar.set_message(format!("{rows} rows"));
        } else if self.last.elapsed() >= PAUSE {
            self.last = Instant::now();
            eprintln!("{rows} rows read");
        }
    }
}

impl Display {
    /// Says what came of it. A refusal is a failure.
    #[allow(clippy::print_stdout)]
    pub(crate) fn end(mut self, done: Result<Summary, ImportError>, dry_run: bool) -> Result<(), Failure> {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let summary = done.map_err(|error| Failure::Failed(error.to_string()))?;
        if let Some(report) = &mut self.report {
            writeln!(report, "{}", json!({ "summary": summary }))?;
            report.flush()?;
        }
        let Summary { rows, taken, problems, .. } = &summary;
        println!("{rows} rows, {taken} of them right, {problems} problems");
        match summary.refused {
            Some(why) if dry_run && summary.problems == 0 && summary.rows > 0 => {
                println!("{why}");
                Ok(())
            }
            Some(why) => Err(Failure::Failed(why)),
            None => Ok(()),
        }
    }
}
