//! What PostgreSQL itself does, told by its own `pgbench`: the select behind GetStatus and the inserts behind Submit,
//! prepared, with as many clients.

use std::fmt::Write as _;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Command;

use ordergate_engine::order::Order;

use super::Arguments;
use crate::failure::Failure;

/// Tables and numbers of our own, so that nothing is put among the orders.
const SET_UP: &str = "\
create table pgbench_orders (like orders including all);
create table pgbench_history (like history including all, foreign key (order_id) references pgbench_orders (id));
create table pgbench_jobs (like jobs including all, foreign key (order_id) references pgbench_orders (id));
create sequence pgbench_ids cache 50;
";
const TEAR_DOWN: &str = "\
drop table if exists pgbench_jobs;
drop table if exists pgbench_history;
drop table if exists pgbench_orders;
drop sequence if exists pgbench_ids;
";
const COLUMNS: &str = "id, provider, owner, protocol, kind, reference, priority, submitted_at, \
    status, status_since, status_info, revision, document, item_count, items";
/// Any moment will do.
const NOW: &str = "1800000000000000";

/// A way to run `pgbench` on one database.
#[derive(Debug)]
pub(super) struct Pgbench<'a> {
    pub(super) program: &'a Path,
    pub(super) url: &'a str,
    /// Where scripts may be put.
    pub(super) folder: &'a Path,
    pub(super) seconds: u64,
    /// As for the server: the best of so many counts.
    pub(super) rounds: u64,
}

impl<'a> Pgbench<'a> {
    pub(super) fn of(arguments: &'a Arguments, url: &'a str, folder: &'a Path) -> Self {
        Self { program: &arguments.pgbench, url, folder, seconds: arguments.seconds, rounds: arguments.rounds }
    }

    /// Selects of random orders a second.
    pub(super) fn select_rate(&self, ids: &RangeInclusive<i64>, clients: usize) -> Result<f64, Failure> {
        let (first, last) = (ids.start(), ids.end());
        let script = format!("\\set id random({first}, {last})\nselect {COLUMNS} from orders where id = :id;\n");
        self.rate(&script, clients)
    }

    /// Orders a second, each with its history and its job in one transaction; the five statements of a transaction are
    /// sent in one flight if `pipelined`.
    pub(super) fn insert_rate(&self, order: &Order, clients: usize, pipelined: bool) -> Result<f64, Failure> {
        self.once(TEAR_DOWN)?;
        self.once(SET_UP)?;
        let (before, after) = if pipelined { ("\\startpipeline\n", "\\endpipeline\n") } else { ("", "") };
        let rate = self.rate(&format!("{before}{}{after}", inserts(order)), clients);
        self.once(TEAR_DOWN)?;
        rate
    }

    fn rate(&self, script: &str, clients: usize) -> Result<f64, Failure> {
        (0..self.rounds).try_fold(0.0, |best: f64, _| Ok(best.max(self.round(script, clients)?)))
    }

    fn round(&self, script: &str, clients: usize) -> Result<f64, Failure> {
        let (clients, seconds) = (clients.to_string(), self.seconds.to_string());
        let said = self.run(script, &["-M", "prepared", "-c", &clients, "-j", "2", "-T", &seconds])?;
        let rate = said.split("tps = ").nth(1).and_then(|rest| rest.split_whitespace().next()?.parse().ok());
        rate.ok_or_else(|| Failure::Failed(format!("pgbench gave no rate: {said}")))
    }

    fn once(&self, statements: &str) -> Result<(), Failure> {
        self.run(statements, &["-c", "1", "-t", "1"]).map(drop)
    }

    fn run(&self, script: &str, arguments: &[&str]) -> Result<String, Failure> {
        let path: PathBuf = self.folder.join("pgbench.sql");
        std::fs::write(&path, script)?;
        let mut command = Command::new(self.program);
        command.arg("-n").args(arguments).arg("-f").arg(&path).arg(self.url);
        let output = command.output().map_err(|e| Failure::Failed(format!("cannot run {}: {e}", self.program.display())))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(Failure::Failed(format!("pgbench failed: {}", String::from_utf8_lossy(&output.stderr))))
    }
}

/// The rows of one Submit, as many bytes as ours.
fn inserts(order: &Order) -> String {
    let document = hex(&order.document.0);
    let items: Vec<u8> = order.items.iter().flat_map(|item| [item.item_id.as_bytes(), &item.document.0].concat()).collect();
    let (items, count) = (hex(&items), order.items.len());
    format!(
        "begin;\n\
         insert into pgbench_orders ({COLUMNS}) values (nextval('pgbench_ids'), 1, 1, 1, 1, 'bench', 0, {NOW}, 1, {NOW}, null, 0, \
         '\\x{document}'::bytea, {count}, '\\x{items}'::bytea);\n\
         insert into pgbench_history values (currval('pgbench_ids'), 0, -1, null, 1, {NOW}, 'demo', 'submitted');\n\
         insert into pgbench_jobs values (currval('pgbench_ids'), -1, 1, 0, {NOW}, 0, null);\n\
         commit;\n"
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
