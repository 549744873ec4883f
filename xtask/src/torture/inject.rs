//! Disk errors at the n-th write or fsync, injected by `strace`: the call is not made, and returns EIO or
//! ENOSPC.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use rustix::process::Signal;

use super::process::{Running, dies_with_parent, inside, run, until};

/// How long strace may take to attach to a process, or to detach.
const ATTACH: Duration = Duration::from_secs(10);
/// Calls that write.
pub(super) const WRITES: &str = "write,pwrite64,writev,pwritev";
/// Calls that flush to disk.
pub(super) const SYNCS: &str = "fsync,fdatasync";

/// Which calls fail, and how. strace counts per thread and per call name.
#[derive(Debug, Clone)]
pub(super) struct Injection {
    pub(super) calls: &'static str,
    /// `EIO` or `ENOSPC`.
    pub(super) error: &'static str,
    /// The first call that fails, from 1.
    pub(super) first: usize,
    /// How many fail in a row.
    pub(super) many: usize,
}

impl Injection {
    fn expression(&self) -> String {
        let last = self.first + self.many - 1;
        format!("inject={}:error={}:when={}..{last}", self.calls, self.error, self.first)
    }
}

/// What strace saw.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// Calls on files that we made fail.
    pub(super) injected: u64,
    /// Other calls that we made fail, such as those that wake threads. No disk fails these, so what follows
    /// proves nothing.
    pub(super) astray: u64,
    /// The most calls of one name by one thread, which is the highest n that exists.
    pub(super) window: usize,
}

/// Whether strace works here. Errors: why not.
pub(super) fn is_possible() -> Result<(), String> {
    let ended = run(Command::new("strace").args(["-f", "-qq", "-o", "/dev/null", "true"]), ATTACH)?;
    if ended.well() { Ok(()) } else { Err(ended.stderr.trim().to_owned()) }
}

fn strace(injection: Option<&Injection>, log: &Path) -> Command {
    let mut strace = Command::new("strace");
    strace
        .args(["-f", "-o"])
        .arg(log)
        .arg("-e")
        .arg(format!("trace={WRITES},{SYNCS}"))
        .args(["-y", "-s", "0"]);
    if let Some(injection) = injection {
        strace.arg("-e").arg(injection.expression());
    }
    strace
}

/// Wraps a command in strace.
pub(super) fn around(command: &Command, injection: Option<&Injection>, log: &Path) -> Command {
    let mut strace = strace(injection, log);
    strace.args(["-qq", "--seccomp-bpf"]);
    inside(strace, &dies_with_parent(command))
}

/// strace attached to a running process.
#[derive(Debug)]
pub(super) struct Attached {
    strace: Running,
    log: PathBuf,
}

impl Attached {
    /// Attaches to a process, its threads and those they start. With `paths`, only calls on these files
    /// count.
    pub(super) fn to(
        pid: u32,
        injection: Option<&Injection>,
        paths: &[PathBuf],
        log: &Path,
    ) -> Result<Self, String> {
        let mut command = strace(injection, log);
        for path in paths {
            command.arg("-P").arg(path);
        }
        let mut strace = Running::start(command.args([OsStr::new("-p"), OsStr::new(&pid.to_string())]))?;
        let attached =
            until(ATTACH, || (strace.said().contains("attached") || strace.ended().is_some()).then_some(()));
        if attached.is_none() || strace.ended().is_some() {
            return Err(format!("strace does not take hold of process {pid}: {}", strace.said()));
        }
        Ok(Self { strace, log: log.to_owned() })
    }

    /// Detaches, so that the process continues, and returns what strace saw.
    pub(super) fn let_go(mut self) -> Result<Seen, String> {
        self.strace.signal(Signal::INT);
        self.strace.end_within(ATTACH).ok_or("strace does not let go")?;
        seen(&self.log)
    }
}

/// Reads what strace logged.
pub(super) fn seen(log: &Path) -> Result<Seen, String> {
    let text = std::fs::read_to_string(log).map_err(|error| format!("{}: {error}", log.display()))?;
    Ok(read(&text))
}

fn read(text: &str) -> Seen {
    let mut calls: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut seen = Seen::default();
    for line in text.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let Some((name, rest)) = rest.trim_start().split_once('(') else { continue };
        let on_file = rest.split_once('<').is_some_and(|(_, path)| path.starts_with('/'));
        match (line.ends_with("(INJECTED)"), on_file) {
            (true, true) => seen.injected += 1,
            (true, false) => seen.astray += 1,
            (false, _) => {}
        }
        *calls.entry((thread, name)).or_default() += 1;
    }
    seen.window = calls.into_values().max().unwrap_or(0);
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_by_thread_and_name_and_only_files_count_as_failed() {
        let seen = read(
            "7 pwrite64(9</data/register.db-wal>, \"\"..., 8192, 0) = 8192\n\
             7 pwrite64(9</data/register.db-wal>, \"\"..., 8192, 8192) = -1 EIO (Input/output error) (INJECTED)\n\
             8 write(4<anon_inode:[eventfd]>, \"\"..., 8) = -1 EIO (Input/output error) (INJECTED)\n\
             8 pwrite64(9</data/register.db-wal>, \"\"..., 24, 0) = 24\n",
        );
        assert_eq!(seen, Seen { injected: 1, astray: 1, window: 2 });
    }
}
