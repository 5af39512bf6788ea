//! What the worst inputs take: no input of 1 MiB or less may take more than 50 ms of CPU time, or 16 MiB of memory, to be
//! refused or answered.
//!
//! Memory is the same in every run, so it is held against its bound here. CPU time depends on the machine, so it is only
//! printed:
//! `cargo test --release -p ordergate-fuzzing --test cost -- --ignored --nocapture`

use std::collections::HashSet;
use std::time::Duration;

use ordergate_fuzzing::hard::{self, BYTES_MAX, Hard, Way};
use peak_alloc::PeakAlloc;
use rustix::time::{ClockId, clock_gettime};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Beside the input itself.
const MEMORY_MAX: usize = 16 * 1024 * 1024;
/// Each input is read so often; the least CPU time of all counts, because whatever else the machine does can only add to it.
const ROUNDS: usize = 5;

/// What an input took.
struct Cost {
    memory: usize,
    cpu: Duration,
    answer: String,
}

/// CPU time of all threads of this process.
fn cpu() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or_default())
}

fn measure(hard: &Hard) -> Cost {
    let prepared = hard.prepare();
    assert!(prepared.bytes <= BYTES_MAX, "{} is too long", hard.name);
    let (before, began) = (MEMORY.current_usage(), cpu());
    MEMORY.reset_peak_usage();
    let answer = prepared.run();
    let (memory, cpu) = (MEMORY.peak_usage().saturating_sub(before), cpu().saturating_sub(began));
    Cost { memory, cpu, answer }
}

fn mib(bytes: usize) -> String {
    format!("{}.{}", bytes >> 20, ((bytes >> 10) % 1024) * 10 / 1024)
}

#[test]
fn no_input_takes_more_memory_than_it_may() {
    let mut names = HashSet::new();
    let mut over = Vec::new();
    for hard in hard::all() {
        assert!(names.insert(hard.name), "{} is there twice", hard.name);
        let Cost { memory, answer, .. } = measure(&hard);
        if memory > MEMORY_MAX {
            over.push(format!("{} MiB: {} ({})", mib(memory), hard.name, short(&answer)));
        }
    }
    assert!(over.is_empty(), "more than {} MiB:\n{}", mib(MEMORY_MAX), over.join("\n"));
}

#[test]
#[ignore = "prints what was measured on this machine"]
#[allow(clippy::print_stdout)]
fn costs() {
    let mut costs: Vec<(Hard, Cost)> = Vec::new();
    for hard in hard::all() {
        let rounds = (0..ROUNDS).map(|_| measure(&hard));
        costs.extend(rounds.min_by_key(|cost| cost.cpu).map(|cost| (hard, cost)));
    }
    costs.sort_by_key(|(_, cost)| std::cmp::Reverse(cost.cpu));
    let (imports, requests): (Vec<_>, Vec<_>) = costs.into_iter().partition(|(hard, _)| matches!(hard.way, Way::Import(_)));
    println!("| CPU ms | MiB | input | answer |\n|---|---|---|---|");
    for (hard, Cost { memory, cpu, answer }) in requests {
        println!("| {} | {} | {} | {} |", tenths(cpu.as_micros()), mib(memory), hard.name, short(&answer));
    }
    // Work that the seller asks for, and that is stored row by row while others are answered: it takes what its rows take.
    // The bound of CPU time is not theirs, that of memory is.
    println!("\n| CPU ms | µs a row | MiB | input | answer |\n|---|---|---|---|---|");
    for (hard, Cost { memory, cpu, answer }) in imports {
        let rows = answer.split(' ').next().and_then(|rows| rows.parse::<u128>().ok()).filter(|rows| *rows > 0);
        let of_row = rows.map_or_else(|| "-".to_owned(), |rows| tenths(cpu.as_nanos() / rows));
        println!("| {} | {of_row} | {} | {} | {} |", tenths(cpu.as_micros()), mib(memory), hard.name, short(&answer));
    }
}

/// A thousandth of the number, with one decimal.
fn tenths(thousandths: u128) -> String {
    format!("{}.{}", thousandths / 1000, thousandths / 100 % 10)
}

fn short(answer: &str) -> String {
    answer.chars().take(110).collect()
}
