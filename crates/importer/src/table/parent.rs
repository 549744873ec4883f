//! Has a spreadsheet read by a process of its own and turns what it writes into a temporary CSV file: the sheet
//! with the best header. The process is gone when this is done, however it ends.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::child::COMMAND;
use super::frames::{self, GREETING, Kind};
use super::reading::{Limits, Reading};
use super::{FileError, HEADER_ROWS, KnownHeader};

/// How long a process may take to end after its output has.
const ENDING: Duration = Duration::from_secs(2);
/// How often a reading looks whether it should stop.
const LOOK: Duration = Duration::from_millis(50);

/// Which sheets are read besides the best one, by name.
pub(super) type Aside<'a> = &'a dyn Fn(&str) -> bool;

/// The sheets of a spreadsheet that are read.
pub(super) struct Decoded {
    /// The sheet with the best header; `None` if all are read aside.
    pub(super) best: Option<Sheet>,
    /// The sheets read aside, in their order.
    pub(super) aside: Vec<Sheet>,
    /// Notices about how it was read.
    pub(super) notices: Vec<String>,
}

/// Writes the sheet with the best header as CSV, with a notice naming it if there are several, and those aside.
pub(super) fn to_csv(
    path: &Path,
    known: KnownHeader<'_>,
    aside: Aside<'_>,
    reading: &Reading,
) -> Result<Decoded, FileError> {
    let name = path.display().to_string();
    reading.unless_stopped(&name)?;
    let running = Running::start(path, reading)?;
    let (done, watched) = channel();
    let reader = &running;
    // Whatever happens in here, `done` is dropped, and the watch ends.
    let (received, cut) = std::thread::scope(|scope| {
        let watching = scope.spawn(move || reader.watch(&watched, reading));
        let received = reader.receive(&name, (known, aside), reading);
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
    fn receive(
        &self,
        name: &str,
        wanted: (KnownHeader<'_>, Aside<'_>),
        reading: &Reading,
    ) -> Result<Decoded, Trouble> {
        let Some(from) = self.child().stdout.take() else { return Err(Trouble::Silent { greeted: false }) };
        let mut from = BufReader::with_capacity(1 << 16, from);
        let mut greeting = [0_u8; GREETING.len()];
        if from.read_exact(&mut greeting).is_err() || greeting != GREETING {
            return Err(Trouble::Silent { greeted: false });
        }
        let mut sheets = Sheets::new(name, wanted, &reading.limits);
        let mut content = Vec::new();
        loop {
            let kind =
                frames::read(&mut from, &mut content).map_err(|_| Trouble::Silent { greeted: true })?;
            if kind == Kind::End {
                return Ok(sheets.decoded()?);
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

/// A sheet as CSV, with its name and how well its first rows match a header.
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(super) file: tempfile::TempPath,
    score: usize,
}

/// Takes the frames of a spreadsheet and keeps its best sheet.
struct Sheets<'a> {
    name: &'a str,
    known: KnownHeader<'a>,
    is_aside: Aside<'a>,
    limits: &'a Limits,
    count: usize,
    notices: Vec<String>,
    best: Option<Sheet>,
    aside: Vec<Sheet>,
    /// The sheet being written, until its first rows show that another is better.
    current: Option<(Sheet, BufWriter<File>)>,
    size: u64,
}

impl<'a> Sheets<'a> {
    fn new(name: &'a str, (known, is_aside): (KnownHeader<'a>, Aside<'a>), limits: &'a Limits) -> Self {
        let (notices, aside) = (Vec::new(), Vec::new());
        Self { name, known, is_aside, limits, count: 0, notices, best: None, aside, current: None, size: 0 }
    }

    fn io(&self, error: std::io::Error) -> FileError {
        FileError::io(Path::new(self.name), error)
    }

    fn take(&mut self, kind: Kind, content: &[u8]) -> Result<(), FileError> {
        let text = || String::from_utf8_lossy(content).into_owned();
        match kind {
            Kind::Sheet => self.begin(text()),
            Kind::Rows => self.rows(content),
            Kind::Head => self.head(),
            Kind::Notice => {
                self.notices.push(text());
                Ok(())
            }
            Kind::Refused | Kind::Exceeded => {
                let text = text();
                let (what, todo) = text.split_once('\0').unwrap_or((&text, "save the table as .csv"));
                let otherwise = self.limits.otherwise;
                let todo = match kind {
                    Kind::Exceeded => format!("{todo}, or {otherwise}"),
                    _ => todo.to_owned(),
                };
                Err(FileError::unusable(self.name, what, todo))
            }
            Kind::End => Ok(()),
        }
    }

    fn begin(&mut self, name: String) -> Result<(), FileError> {
        self.keep()?;
        self.count += 1;
        let file = tempfile::NamedTempFile::new().map_err(|error| self.io(error))?;
        let (file, path) = file.into_parts();
        self.current = Some((Sheet { name, file: path, score: 0 }, BufWriter::with_capacity(1 << 16, file)));
        Ok(())
    }

    fn rows(&mut self, content: &[u8]) -> Result<(), FileError> {
        self.size += content.len() as u64;
        // The process counts too; this holds even if it does not.
        if self.size > self.limits.sheet_text {
            return Err(FileError::unusable(
                self.name,
                format!("as CSV it has more than {} MiB", self.limits.sheet_text >> 20),
                format!("split the table, or {}", self.limits.otherwise),
            ));
        }
        let written = match &mut self.current {
            Some((_, out)) => out.write_all(content),
            None => Ok(()),
        };
        written.map_err(|error| self.io(error))
    }

    /// The first rows are complete: the sheet is dropped unless it is the best so far.
    fn head(&mut self) -> Result<(), FileError> {
        let Some((mut sheet, mut out)) = self.current.take() else { return Ok(()) };
        out.flush().map_err(|error| self.io(error))?;
        if (self.is_aside)(&sheet.name) {
            self.current = Some((sheet, out));
            return Ok(());
        }
        sheet.score = score(&sheet.file, self.known);
        if self.best.as_ref().is_none_or(|best| sheet.score > best.score) {
            // The earlier one makes room before this one grows.
            self.best = None;
            self.current = Some((sheet, out));
        }
        Ok(())
    }

    /// Ends the sheet being written.
    fn keep(&mut self) -> Result<(), FileError> {
        if let Some((sheet, mut out)) = self.current.take() {
            out.flush().map_err(|error| self.io(error))?;
            if (self.is_aside)(&sheet.name) {
                self.aside.push(sheet);
            } else {
                self.best = Some(sheet);
            }
        }
        Ok(())
    }

    fn decoded(mut self) -> Result<Decoded, FileError> {
        self.keep()?;
        if self.count == 0 {
            return Err(FileError::unusable(
                self.name,
                "the spreadsheet has no sheet",
                "send one with a table",
            ));
        }
        if let Some(best) = self.best.as_ref().filter(|_| self.count > 1) {
            self.notices.push(format!("of {} sheets '{}' is read", self.count, best.name));
        }
        Ok(Decoded { best: self.best, aside: self.aside, notices: self.notices })
    }
}

fn score(path: &Path, known: KnownHeader<'_>) -> usize {
    let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(path);
    let rows = reader.into_iter().flat_map(csv::Reader::into_records).flatten().take(HEADER_ROWS);
    rows.map(|row| row.iter().skip(1).filter(|cell| known(cell)).count()).max().unwrap_or(0)
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

    #[test]
    fn the_best_sheet_is_kept_and_the_others_leave_no_file() {
        let limits = Limits::default();
        let mut sheets = Sheets::new("a.ods", (&|cell| cell == "title", &|name| name == "Lists"), &limits);
        let mut files = Vec::new();
        for (name, rows) in [
            ("Notes", "1,note\n"),
            ("Records", "1,title\n2,Bus\n"),
            ("Lists", "1,title\n2,a\n"),
            ("Copy", "1,title\n"),
        ] {
            sheets.take(Kind::Sheet, name.as_bytes()).unwrap();
            files.extend(sheets.current.as_ref().map(|(sheet, _)| sheet.file.to_path_buf()));
            sheets.take(Kind::Rows, rows.as_bytes()).unwrap();
            sheets.take(Kind::Head, b"").unwrap();
        }
        let decoded = sheets.decoded().unwrap();
        assert_eq!(decoded.notices, ["of 4 sheets 'Records' is read"]);
        let text = |sheet: &Sheet| std::fs::read_to_string(&sheet.file).unwrap();
        assert_eq!(text(decoded.best.as_ref().unwrap()), "1,title\n2,Bus\n");
        assert_eq!(decoded.aside.iter().map(text).collect::<Vec<_>>(), ["1,title\n2,a\n"]);
        assert_eq!(files.iter().filter(|file| file.exists()).count(), 2);
    }

    #[test]
    fn a_process_that_writes_too_much_is_not_believed() {
        let limits = Limits { sheet_text: 10, ..Limits::default() };
        let mut sheets = Sheets::new("a.ods", (&|_| true, &|_| false), &limits);
        sheets.take(Kind::Sheet, b"A").unwrap();
        sheets.take(Kind::Rows, b"0123456789").unwrap();
        let error = sheets.take(Kind::Rows, b"0").unwrap_err().to_string();
        assert!(error.contains("as CSV it has more than"), "{error}");
    }
}
