//! Runs of the simulation; see the crate's own words.
#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use ordergate_simulation::{Course, simulate};

/// Seeds of a run of all tests.
const SEEDS: u64 = 2000;
/// So much of a trace is shown.
const TAIL: usize = 80;

fn run(seed: u64) -> Course {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(simulate(seed))
}

fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().unwrap_or_else(|_| panic!("{name} is no number: {value}")))
}

fn show(seed: u64, course: &Course, lines: usize) {
    let from = course.trace.len().saturating_sub(lines);
    eprintln!("seed {seed}:\n{}", course.trace[from..].join("\n"));
    eprintln!("{} orders, {} runs, {} lines; SIMULATION_SEED={seed} shows all", course.orders, course.runs, course.trace.len());
}

fn must_be_well(seed: u64, lines: usize) -> Course {
    let course = run(seed);
    if !course.violations.is_empty() {
        show(seed, &course, lines);
    }
    assert!(course.violations.is_empty(), "seed {seed}: {:#?}", course.violations);
    course
}

#[test]
fn whatever_goes_wrong_all_comes_to_its_end() {
    if let Some(seed) = variable("SIMULATION_SEED") {
        show(seed, &must_be_well(seed, usize::MAX), usize::MAX);
        return;
    }
    let (from, seeds) = (variable("SIMULATION_FROM").unwrap_or(0), variable("SIMULATION_SEEDS").unwrap_or(SEEDS));
    let (next, orders, began) = (AtomicU64::new(from), AtomicUsize::new(0), Instant::now());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= from + seeds {
                        return;
                    }
                    orders.fetch_add(must_be_well(seed, TAIL).orders, Ordering::Relaxed);
                }
            });
        }
    });
    eprintln!("{seeds} seeds, {} orders in {:.1?}", orders.into_inner(), began.elapsed());
}

/// The same seed, the same run.
#[test]
fn a_seed_makes_one_run() {
    for seed in 0..40 {
        let (first, second) = (run(seed), run(seed));
        let differs = first.trace.iter().zip(&second.trace).position(|(one, other)| one != other);
        if let Some(at) = differs {
            panic!("seed {seed}, line {at}:\n{}\n{}", first.trace[at], second.trace[at]);
        }
        assert_eq!(first, second, "seed {seed}");
    }
}
