//! What the system knows of this process; nothing where it is another system than Linux.

use std::fs;

/// How many bytes of memory it has.
pub(super) fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}

/// How many files and connections it has open.
pub(super) fn open_files() -> Option<u64> {
    let all = fs::read_dir("/proc/self/fd").ok()?.count() as u64;
    // Looking is one more.
    all.checked_sub(1)
}

/// How many files and connections it may have open.
pub(super) fn most_files() -> Option<u64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_system_says_how_large_this_process_is() {
        assert!(resident_bytes().unwrap() > 1 << 20);
        assert!((3..most_files().unwrap()).contains(&open_files().unwrap()));
    }
}
