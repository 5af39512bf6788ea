//! Describes the machine a measurement was made on, so that recorded figures can be read later.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::cpu::bytes_of;

const SYNCED_WRITES: usize = 50;
const BLOCK: [u8; 4096] = [0xA5; 4096];

/// One paragraph: CPU, cores, memory, kernel, and how long the filesystem of `dir` takes to make 4 KiB durable.
/// What this system does not tell is called unknown; only `dir` not being writable is an error. Blocks for the time of 50
/// synced writes.
pub fn describe(dir: &Path) -> io::Result<String> {
    let sync = sync_latency(dir)?;
    let cores = std::thread::available_parallelism().map_or_else(|_| "unknown".to_owned(), |cores| cores.to_string());
    Ok(format!(
        "CPU: {} ({}), cores available: {cores}, memory: {}, kernel: {} {}, durable write (4 KiB appended, fdatasync, \
         median of {SYNCED_WRITES}): {:.3} ms.",
        cpu_model(&text("/proc/cpuinfo")).unwrap_or("unknown model"),
        std::env::consts::ARCH,
        memory(&text("/proc/meminfo")),
        std::env::consts::OS,
        kernel(&text("/proc/sys/kernel/osrelease")),
        sync.as_secs_f64() * 1e3,
    ))
}

/// Median time of 50 appends of 4 KiB, each followed by `fdatasync`, to a new file in `dir` that leaves no trace.
pub fn sync_latency(dir: &Path) -> io::Result<Duration> {
    let mut file = tempfile::tempfile_in(dir)?;
    let mut times = (0..SYNCED_WRITES).map(|_| synced_write(&mut file)).collect::<io::Result<Vec<_>>>()?;
    times.sort_unstable();
    Ok(times[SYNCED_WRITES / 2])
}

fn synced_write(file: &mut fs::File) -> io::Result<Duration> {
    let begun = Instant::now();
    file.write_all(&BLOCK)?;
    file.sync_data()?;
    Ok(begun.elapsed())
}

/// Empty where there is no such file: not every system has a `/proc`.
fn text(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// Some architectures, 64-bit ARM among them, name no model.
fn cpu_model(cpuinfo: &str) -> Option<&str> {
    let line = cpuinfo.lines().find(|line| line.starts_with("model name"))?;
    line.split_once(':').map(|(_, model)| model.trim())
}

fn memory(meminfo: &str) -> String {
    let mebibytes = bytes_of(meminfo, "MemTotal:").map(|bytes| bytes / (1024 * 1024));
    mebibytes.map_or_else(|| "unknown".to_owned(), |mebibytes| format!("{mebibytes} MiB"))
}

fn kernel(osrelease: &str) -> &str {
    match osrelease.trim() {
        "" => "of unknown release",
        release => release,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_files_of_proc_are_understood() {
        assert_eq!(cpu_model("processor\t: 0\nmodel\t\t: 1\nmodel name\t: AMD EPYC: 2\n"), Some("AMD EPYC: 2"));
        assert_eq!(cpu_model("processor\t: 0\n"), None);
        assert_eq!(memory("MemTotal:        8388608 kB\nMemFree: 1 kB\n"), "8192 MiB");
        assert_eq!((memory("").as_str(), kernel("\n")), ("unknown", "of unknown release"));
    }

    #[test]
    fn a_description_is_one_paragraph_and_leaves_the_directory_empty() {
        let dir = tempfile::tempdir().unwrap();
        let paragraph = describe(dir.path()).unwrap();
        assert!(!paragraph.contains('\n') && paragraph.contains("fdatasync"), "{paragraph}");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        assert_eq!(describe(&dir.path().join("missing")).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
