//! The process that reads a spreadsheet: limits itself, reads the file from stdin and writes its sheets to
//! stdout. It opens no file, no database and no connection (decision 27).

use std::fs::File;
use std::io::{BufWriter, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;

use super::frames::{self, GREETING, Kind};
use super::reading::Limits;
use super::sheet::{Failed, SheetWriter};
use super::{ods, parts, xlsx};

/// The argument that starts this process instead of the register.
pub(super) const COMMAND: &str = "decode-spreadsheet";

/// If this process was started to read a spreadsheet, does so and returns its exit code. A program calls this
/// before anything else.
pub fn decode_if_asked() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_none_or(|first| first != COMMAND) {
        return None;
    }
    let Some(limits) = Limits::from_arguments(arguments) else {
        // The one way here that is not ours is somebody trying the command by hand.
        let _ = writeln!(std::io::stderr(), "register: {COMMAND} is started by the register itself");
        return Some(ExitCode::from(2));
    };
    Some(match run(&limits) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    })
}

/// Errors: the parent is gone.
fn run(limits: &Limits) -> std::io::Result<()> {
    let notice = limit(limits);
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    out.write_all(GREETING)?;
    match notice {
        Ok(None) => {}
        Ok(Some(notice)) => frames::write(&mut out, Kind::Notice, notice.as_bytes())?,
        Err(what) => {
            let what = format!("the limits of the process that reads it cannot be set ({what})");
            let todo = "tell whoever runs the register; until then send the table as .csv";
            frames::write(&mut out, Kind::Refused, format!("{what}\0{todo}").as_bytes())?;
            return out.flush();
        }
    }
    let file = std::io::stdin().as_fd().try_clone_to_owned()?;
    decode(File::from(file), limits, &mut out)?;
    out.flush()
}

/// Reads a spreadsheet and writes its frames, the last of which says how it ended. Errors: writing failed.
pub(super) fn decode(file: File, limits: &Limits, out: &mut impl Write) -> std::io::Result<()> {
    let mut sheets = SheetWriter::new(&mut *out, limits);
    let read = parts::check(&file, limits).and_then(|kind| match kind {
        parts::SheetKind::Xlsx => xlsx::write(file, &mut sheets),
        parts::SheetKind::Ods => ods::write(&file, &mut sheets),
    });
    let ended = read.and_then(|()| sheets.finish());
    match ended {
        Ok(()) => frames::write(out, Kind::End, b""),
        Err(Failed::Refused { what, todo }) => {
            frames::write(out, Kind::Refused, format!("{what}\0{todo}").as_bytes())
        }
        Err(Failed::Exceeded { what, todo }) => {
            frames::write(out, Kind::Exceeded, format!("{what}\0{todo}").as_bytes())
        }
        Err(Failed::Io(error)) => Err(error),
    }
}

/// Address space beyond the memory that may be written: the program itself and what it only reads.
#[cfg(unix)]
const MAPPED: u64 = 512 << 20;

/// Limits this process before it reads its first byte. Returns a notice if the system cannot. Errors: it
/// should be able to.
#[cfg(unix)]
fn limit(limits: &Limits) -> Result<Option<String>, String> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))
        .map_err(|error| error.to_string())?;
    let set = |resource, current: u64, maximum: u64| {
        // Never above what this process was given: that would be refused.
        let within = getrlimit(resource).maximum;
        let least = |limit: u64| Some(within.map_or(limit, |within| within.min(limit)));
        setrlimit(resource, Rlimit { current: least(current), maximum: least(maximum) })
    };
    let address_space = limits.memory.saturating_add(MAPPED);
    // After the first the process gets a signal that says why; after the second it is killed.
    let (seconds, last) = (limits.processor_seconds, limits.processor_seconds.saturating_add(1));
    let all = [
        (Resource::Data, limits.memory, limits.memory),
        (Resource::As, address_space, address_space),
        (Resource::Cpu, seconds, last),
        // It writes no file, not even one of its memory after a crash.
        (Resource::Fsize, 0, 0),
        (Resource::Core, 0, 0),
    ];
    for (resource, current, maximum) in all {
        if let Err(error) = set(resource, current, maximum) {
            if cfg!(target_os = "linux") {
                return Err(error.to_string());
            }
            return Ok(Some("this system does not limit the process that reads spreadsheets".to_owned()));
        }
    }
    Ok(None)
}

#[cfg(not(unix))]
fn limit(_: &Limits) -> Result<Option<String>, String> {
    Ok(Some("this system does not limit the process that reads spreadsheets".to_owned()))
}
