//! Has a spreadsheet read by a process of its own and turns what it writes into a temporary CSV file: the sheet
//! with the best header. The process is gone when this is done, however it ends.

use std::fs::File;
use std::io::{BufReader, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::child::COMMAND;
use super::frames::{self, GREETING, Kind};
use super::reading::Reading;
use super::sheets::{Best, Sheets};
use super::{FileError, KnownHeader};

/// How long a process may take to end after its output has.
const ENDING: Duration = Duration::from_secs(2);
/// How often a reading looks whether it should stop.
const LOOK: Duration = Duration::from_millis(50);

/// Writes the visible sheet with the best header as CSV.
pub(super) fn to_csv(path: &Path, known: KnownHeader<'_>, reading: &Reading) -> Result<Best, FileError> {
    let name = path.display().to_string();
    reading.unless_stopped(&name)?;
    let running = Running::start(path, reading)?;
    let (done, watched) = channel();
    let reader = &running;
    // Whatever happens in here, `done` is dropped, and the watch ends.
    let (received, cut) = std::thread::scope(|scope| {
        let watching = scope.spawn(move || reader.watch(&watched, reading));
        let received = reader.receive(&name, known, reading);
        drop(done);
        (received, watching.join().expect("the watch does not panic"))
    });
    match received {
        Ok(table) => Ok(table),
        Err(Trouble::File(error)) => Err(error),
        Err(Trouble::Silent { greeted }) => {
            let status = running.ended();
            Err(why(&name, cut, status, greeted, reading))
        }
    }
}

/// Why the process was ended from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    Late,
    Stopped,
}

/// Why no table was received.
enum Trouble {
    File(FileError),
    /// The process ended without saying why.
    Silent {
        /// Whether it was the reader of spreadsheets at all.
        greeted: bool,
    },
}

impl From<FileError> for Trouble {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

/// The process that reads. Killed and waited for when dropped.
struct Running(Mutex<Child>);

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

impl Running {
    fn start(path: &Path, reading: &Reading) -> Result<Self, FileError> {
        let file = File::open(path).map_err(|error| FileError::io(path, error))?;
        let program = reading.program();
        let shown =
            program.as_ref().map_or_else(|_| "register".to_owned(), |path| path.display().to_string());
        // It gets the file as its input and nothing else: no settings, no secrets, no folder.
        let started = program.and_then(|program| {
            Command::new(program)
                .arg0("register")
                .arg(COMMAND)
                .args(reading.limits.arguments())
                .env_clear()
                .current_dir("/")
                .stdin(file)
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
        });
        match started {
            Ok(child) => Ok(Self(Mutex::new(child))),
            Err(error) => Err(FileError::NoReader { program: shown, what: error.to_string() }),
        }
    }

    fn child(&self) -> MutexGuard<'_, Child> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Kills the process, if it has not ended, and waits for it.
    fn end(&self) {
        let mut child = self.child();
        // It may have ended by itself.
        let _ = child.kill();
        let _ = child.wait();
    }

    /// How the process ended by itself, which it must do at once; `None` if it had to be killed.
    fn ended(&self) -> Option<ExitStatus> {
        let begun = Instant::now();
        while begun.elapsed() < ENDING {
            if let Ok(Some(status)) = self.child().try_wait() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        self.end();
        None
    }

    /// Kills the process when its time is up or the reading is stopped, unless it is done before.
    fn watch(&self, done: &Receiver<()>, reading: &Reading) -> Option<Cut> {
        let begun = Instant::now();
        let most = Duration::from_secs(reading.limits.seconds);
        loop {
            if done.recv_timeout(LOOK) != Err(RecvTimeoutError::Timeout) {
                return None;
            }
            let cut = if reading.stop.is_asked() {
                Cut::Stopped
            } else if begun.elapsed() >= most {
                Cut::Late
            } else {
                continue;
            };
            // Its output ends with it, and with that the receiving.
            let _ = self.child().kill();
            return Some(cut);
        }
    }

    /// Receives what it writes.
    fn receive(&self, name: &str, known: KnownHeader<'_>, reading: &Reading) -> Result<Best, Trouble> {
        let Some(from) = self.child().stdout.take() else { return Err(Trouble::Silent { greeted: false }) };
        let mut from = BufReader::with_capacity(1 << 16, from);
        let mut greeting = [0_u8; GREETING.len()];
        if from.read_exact(&mut greeting).is_err() || greeting != GREETING {
            return Err(Trouble::Silent { greeted: false });
        }
        let mut sheets = Sheets::new(name, known, &reading.limits);
        let mut content = Vec::new();
        loop {
            let kind =
                frames::read(&mut from, &mut content).map_err(|_| Trouble::Silent { greeted: true })?;
            if kind == Kind::End {
                return Ok(sheets.best()?);
            }
            sheets.take(kind, &content)?;
        }
    }
}

/// Why a process that ended too early did.
fn why(
    name: &str,
    cut: Option<Cut>,
    status: Option<ExitStatus>,
    greeted: bool,
    reading: &Reading,
) -> FileError {
    let limits = &reading.limits;
    let exceeded = |what: String| {
        FileError::unusable(
            name,
            what,
            format!("save the table as .csv and send that, or {}", limits.otherwise),
        )
    };
    match cut {
        Some(Cut::Stopped) => return FileError::unusable(name, "reading it was stopped", "send it again"),
        Some(Cut::Late) => return exceeded(format!("reading it takes longer than {} s", limits.seconds)),
        None => {}
    }
    let signal = status.and_then(|status| status.signal());
    let is = |one: Signal| signal == Some(one.as_raw());
    if is(Signal::XCPU) {
        return exceeded(format!(
            "reading it takes more than {} s of processor time",
            limits.processor_seconds
        ));
    }
    // An allocation that fails aborts a program; before its greeting it may not even have had room to begin.
    if is(Signal::ABORT) || is(Signal::KILL) || is(Signal::SEGV) {
        return exceeded(format!("reading it takes more than {} MiB of memory", limits.memory >> 20));
    }
    if !greeted {
        let program =
            reading.program().map_or_else(|error| error.to_string(), |path| path.display().to_string());
        let what = "it is not the register".to_owned();
        return FileError::NoReader { program, what };
    }
    FileError::unusable(
        name,
        "the spreadsheet cannot be read (its reader failed)",
        "open it, save it again as .ods or .csv, and send that",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cut: Option<Cut>, status: Option<i32>, greeted: bool, expected: &str) {
        let reading = Reading { program: Some("/usr/bin/register".into()), ..Reading::of_uploads() };
        let said = why("a.xlsx", cut, status.map(ExitStatus::from_raw), greeted, &reading).to_string();
        assert!(said.contains(expected), "{said}");
    }

    #[test]
    fn why_a_process_ended_is_said_in_words() {
        let by = |signal: Signal| Some(signal.as_raw());
        check(None, by(Signal::XCPU), true, "reading it takes more than 20 s of processor time");
        for signal in [Signal::ABORT, Signal::KILL, Signal::SEGV] {
            check(
                None,
                by(signal),
                true,
                "reading it takes more than 512 MiB of memory: save the table as .csv",
            );
        }
        // What was ended from here is not taken for a lack of memory.
        check(Some(Cut::Late), by(Signal::KILL), true, "reading it takes longer than 25 s");
        check(Some(Cut::Stopped), by(Signal::KILL), true, "reading it was stopped: send it again");
        // A panic ends with 101, which stands in the second byte.
        check(None, Some(101 << 8), true, "the spreadsheet cannot be read (its reader failed)");
        check(None, Some(0), false, "does not start (/usr/bin/register: it is not the register)");
        check(None, None, false, "it is not the register");
    }
}
