//! How much reading a file may cost, how it is stopped, and which program reads spreadsheets.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::FileError;

/// One MiB in bytes.
const MIB: u64 = 1 << 20;

/// How much reading a file may cost. Beyond any of these the file is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Size a gz file may inflate to, in bytes.
    pub inflated: u64,
    /// Size a text that is not UTF-8 may have once it is, in bytes.
    pub decoded: u64,
    /// Size of JSON that is read whole, in bytes.
    pub whole: u64,
    /// Size all parts of a spreadsheet may inflate to together, in bytes.
    pub sheet_inflated: u64,
    /// Size of all sheets of a spreadsheet as CSV, in bytes, counting repeated cells.
    pub sheet_text: u64,
    /// Sheets of a spreadsheet.
    pub sheets: u64,
    /// Cells of all sheets of a spreadsheet, counting repeated ones.
    pub cells: u64,
    /// Texts that cells of a spreadsheet share.
    pub shared_texts: u64,
    /// Memory of the process that reads a spreadsheet, in bytes.
    pub memory: u64,
    /// Processor time of that process, in seconds.
    pub processor_seconds: u64,
    /// How long that process may run, in seconds.
    pub seconds: u64,
    /// What else can be done about a file that is too much, to follow "or".
    pub otherwise: &'static str,
}

impl Default for Limits {
    /// For files that whoever runs the register names on the command line.
    fn default() -> Self {
        Self {
            inflated: super::INFLATED_MAX,
            decoded: super::STREAM_INFLATED_MAX,
            whole: 256 * MIB,
            sheet_inflated: 512 * MIB,
            sheet_text: 2048 * MIB,
            sheets: 1_000,
            cells: 100_000_000,
            shared_texts: 20_000_000,
            memory: 4096 * MIB,
            processor_seconds: 900,
            seconds: 1_800,
            otherwise: "raise the limit (docs/import.md lists the flags)",
        }
    }
}

impl Limits {
    /// For files that people upload.
    pub fn of_uploads() -> Self {
        Self {
            // Items of a list take a multiple of their text in the server's memory, so these are small.
            inflated: 32 * MIB,
            decoded: 32 * MIB,
            whole: 4 * MIB,
            sheet_inflated: 256 * MIB,
            sheet_text: 32 * MIB,
            sheets: 100,
            cells: 2_000_000,
            shared_texts: 1_000_000,
            memory: 512 * MIB,
            processor_seconds: 20,
            seconds: 25,
            otherwise: "let whoever runs the register import it on the command line",
        }
    }

    /// The limits that the reading process keeps to, as its arguments.
    pub(super) fn arguments(&self) -> impl Iterator<Item = String> {
        [
            self.memory,
            self.processor_seconds,
            self.sheet_inflated,
            self.sheet_text,
            self.sheets,
            self.cells,
            self.shared_texts,
        ]
        .into_iter()
        .map(|limit| limit.to_string())
    }

    /// The limits in a process's arguments; `None` if they are not all there.
    pub(super) fn from_arguments(mut arguments: impl Iterator<Item = OsString>) -> Option<Self> {
        let mut next = || arguments.next()?.to_str()?.parse().ok();
        Some(Self {
            memory: next()?,
            processor_seconds: next()?,
            sheet_inflated: next()?,
            sheet_text: next()?,
            sheets: next()?,
            cells: next()?,
            shared_texts: next()?,
            ..Self::default()
        })
    }
}

/// A request to stop reading; clones share it.
#[derive(Debug, Default, Clone)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks the reading to stop.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// A guard that asks when it is dropped, as a request's future is when the client goes away or time is up.
    #[must_use]
    pub fn on_drop(&self) -> StopOnDrop {
        StopOnDrop(self.clone())
    }
}

/// Asks a reading to stop when it is dropped.
#[derive(Debug)]
pub struct StopOnDrop(Stop);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.ask();
    }
}

/// How files are read.
#[derive(Debug, Default, Clone)]
pub struct Reading {
    /// The program that reads spreadsheets, instead of the one of [`set_program`].
    pub program: Option<PathBuf>,
    /// How much it may cost.
    pub limits: Limits,
    /// Stops it.
    pub stop: Stop,
}

impl Reading {
    /// The usual reading of uploads.
    pub fn of_uploads() -> Self {
        Self { limits: Limits::of_uploads(), ..Self::default() }
    }

    /// The same reading, stopped by a request of its own.
    #[must_use]
    pub fn stoppable(&self) -> Self {
        Self { stop: Stop::default(), ..self.clone() }
    }

    /// Errors: it was asked to stop.
    pub(crate) fn unless_stopped(&self, name: &str) -> Result<(), FileError> {
        if self.stop.is_asked() {
            return Err(FileError::unusable(name, "reading it was stopped", "send it again"));
        }
        Ok(())
    }

    /// The program that reads spreadsheets. Errors: this program's own file is not known.
    pub(super) fn program(&self) -> std::io::Result<PathBuf> {
        if let Some(program) = self.program.as_ref().or(PROGRAM.get()) {
            return Ok(program.clone());
        }
        // The file of this very process, even if an upgrade has put another in its place.
        let own = Path::new("/proc/self/exe");
        if own.exists() { Ok(own.to_path_buf()) } else { std::env::current_exe() }
    }
}

static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Names the program that reads spreadsheets for this process; only the first call counts. Without one it is
/// the process's own program, which must call [`super::decode_if_asked`] at its start.
pub fn set_program(program: PathBuf) {
    // A second call, as from a second test, names the same program.
    let _ = PROGRAM.set(program);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_reach_the_process_as_its_arguments() {
        for limits in [Limits::default(), Limits::of_uploads()] {
            let read = Limits::from_arguments(limits.arguments().map(OsString::from)).unwrap();
            assert!(read.arguments().eq(limits.arguments()));
        }
        assert_eq!(Limits::from_arguments(["1", "2"].into_iter().map(OsString::from)), None);
        assert_eq!(Limits::from_arguments(["x"; 7].into_iter().map(OsString::from)), None);
    }

    #[test]
    fn a_dropped_guard_asks_to_stop() {
        let stop = Stop::default();
        let guard = stop.on_drop();
        assert!(!stop.is_asked());
        drop(guard);
        assert!(stop.is_asked());
    }
}
