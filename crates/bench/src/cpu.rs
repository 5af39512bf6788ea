//! CPU time and memory of a process, as Linux tells them in `/proc` (proc(5)). On other systems every function fails with
//! [`io::ErrorKind::Unsupported`].

use std::io;
use std::time::Duration;

/// Length of a clock tick of `/proc/<pid>/stat`. `getconf CLK_TCK` is 100 per second on every architecture Linux still
/// supports except alpha: the tick of this file is part of the kernel's user interface and independent of the kernel's own.
const TICK: Duration = Duration::from_millis(10);

/// CPU time, user and system, that all threads of process `pid` have used so far, in steps of 10 ms. Children that were
/// waited for are not included.
pub fn cpu_time(pid: u32) -> io::Result<Duration> {
    let stat = read(pid, "stat")?;
    let ticks = ticks_of(&stat).ok_or_else(|| unreadable(pid, "stat"))?;
    let ticks = u32::try_from(ticks).map_err(|_| unreadable(pid, "stat"))?;
    Ok(TICK * ticks)
}

/// Memory of process `pid` that is resident now (`VmRSS`), in bytes.
pub fn resident_bytes(pid: u32) -> io::Result<u64> {
    status_bytes(pid, "VmRSS:")
}

/// The largest resident memory process `pid` has had so far (`VmHWM`), in bytes.
pub fn peak_resident_bytes(pid: u32) -> io::Result<u64> {
    status_bytes(pid, "VmHWM:")
}

fn status_bytes(pid: u32, field: &str) -> io::Result<u64> {
    bytes_of(&read(pid, "status")?, field).ok_or_else(|| unreadable(pid, "status"))
}

fn read(pid: u32, file: &str) -> io::Result<String> {
    if cfg!(not(target_os = "linux")) {
        return Err(io::Error::new(io::ErrorKind::Unsupported, "CPU time and memory of a process are read on Linux only"));
    }
    // The command name in `stat` is whatever bytes the process chose.
    let bytes = std::fs::read(format!("/proc/{pid}/{file}"))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn unreadable(pid: u32, file: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("/proc/{pid}/{file} is not as proc(5) describes it"))
}

/// Fields 14 (utime) and 15 (stime). The command name, field 2, may hold blanks and parentheses, but no later field does.
fn ticks_of(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    user.checked_add(system)
}

/// A field of `key: <n> kB` lines, in bytes.
pub(crate) fn bytes_of(lines: &str, field: &str) -> Option<u64> {
    let value = lines.lines().find_map(|line| line.strip_prefix(field))?;
    let kibibytes: u64 = value.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_command_name_cannot_shift_the_fields() {
        let stat = "42 (a) S 1) (b c) S 1 42 42 0 -1 4194560 1 2 3 4 250 17 9 9 20 0 4 0 100 1000 200\n";
        assert_eq!(ticks_of(stat), Some(267));
        assert_eq!(ticks_of("42 (a) S 1 42"), None);
        assert_eq!(ticks_of(""), None);
    }

    #[test]
    fn status_fields_are_kibibytes() {
        let status = "Name:\tVmRSS: 1 kB\nVmHWM:\t   2048 kB\nVmRSS:\t   1024 kB\n";
        assert_eq!(bytes_of(status, "VmRSS:"), Some(1024 * 1024));
        assert_eq!(bytes_of(status, "VmSwap:"), None);
        assert_eq!(bytes_of("VmRSS:\t1024\n", "VmRSS:"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_has_memory_and_a_missing_one_is_not_found() {
        let pid = std::process::id();
        assert!(cpu_time(pid).is_ok());
        let resident = resident_bytes(pid).unwrap();
        assert!(resident > 0 && peak_resident_bytes(pid).unwrap() >= resident / 2);
        assert_eq!(cpu_time(u32::MAX).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
