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
            let todo = "tell the register's operator; until then send the table as .csv";
            frames::write(&mut out, Kind::Refused, format!("{what}\0{todo}").as_bytes())?;
            return out.flush();
        }
    }
    let file = std::io::stdin().as_fd().try_clone_to_owned()?;
    decode(File::from(file), limits, &mut out)?;
    out.flush()
}

/// Reads a spreadsheet in this process and writes its frames, the last of which says how it ended. Only for a process
/// that limits itself, and for fuzzing. Errors: writing failed.
pub fn decode(file: File, limits: &Limits, out: &mut impl Write) -> std::io::Result<()> {
    let mut sheets = SheetWriter::new(&mut *out, limits);
    let read = parts::check(&file, limits).and_then(|(kind, beside)| match kind {
        parts::SheetKind::Xlsx => xlsx::write(file, beside, &mut sheets),
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
const MAPPED: u64 = 512 << 20;

/// Limits this process before it reads its first byte. Returns a notice if the system cannot. Errors: it
/// should be able to.
fn limit(limits: &Limits) -> Result<Option<String>, String> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    #[cfg(target_os = "linux")]
    rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL))
        .map_err(|error| error.to_string())?;
    let set = |resource: Resource, current: u64, maximum: u64| {
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// The frames of an ODS with one sheet of these rows.
    fn frames_of(rows: &str, limits: &Limits) -> Vec<(Kind, String)> {
        let content = format!(
            "<office:document-content><table:table table:name=\"A\">{rows}</table:table></office:document-content>"
        );
        let mut zip = zip::ZipWriter::new(tempfile::tempfile().unwrap());
        zip.start_file("content.xml", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
        let mut written = Vec::new();
        decode(zip.finish().unwrap(), limits, &mut written).unwrap();
        let (mut from, mut content, mut all) = (&written[..], Vec::new(), Vec::new());
        while !from.is_empty() {
            let kind = frames::read(&mut from, &mut content).unwrap();
            all.push((kind, String::from_utf8(content.clone()).unwrap()));
        }
        all
    }

    fn repeated(text: &str, columns: u32, rows: u32) -> String {
        format!(
            "<table:table-row table:number-rows-repeated=\"{rows}\"><table:table-cell \
             table:number-columns-repeated=\"{columns}\"><text:p>{text}</text:p></table:table-cell></table:table-row>"
        )
    }

    #[test]
    fn rows_come_with_their_numbers_after_the_name_of_their_sheet() {
        let frames = frames_of(&(repeated("x", 2, 1) + &repeated("y", 1, 2)), &Limits::default());
        let frames: Vec<(Kind, &str)> = frames.iter().map(|(kind, text)| (*kind, text.as_str())).collect();
        let expected = [
            (Kind::Sheet, "vA"),
            (Kind::Rows, "1,x,x\n2,y\n3,y\n"),
            (Kind::Head, ""),
            (Kind::Ended, "3 0"),
            (Kind::End, ""),
        ];
        assert_eq!(frames, expected);
    }

    #[test]
    fn repeated_cells_are_counted_before_they_are_written() {
        let limits = Limits { cells: 999_999, ..Limits::default() };
        let frames = frames_of(&repeated("x", 1_000, 1_000), &limits);
        let (kinds, texts): (Vec<Kind>, Vec<&str>) =
            frames.iter().map(|(kind, text)| (*kind, text.as_str())).unzip();
        assert_eq!(kinds, [Kind::Sheet, Kind::Exceeded]);
        assert!(
            texts[1].starts_with("it has more than 999999 cells, counting repeated ones\0"),
            "{}",
            texts[1]
        );
    }

    #[test]
    fn what_is_written_ends_at_its_limit() {
        let limits = Limits { sheet_text: 1 << 20, ..Limits::default() };
        let frames = frames_of(&repeated(&"x".repeat(1_000), 100, 100), &limits);
        let written: usize =
            frames.iter().filter(|(kind, _)| *kind == Kind::Rows).map(|(_, text)| text.len()).sum();
        assert!(written <= 1 << 20, "{written}");
        let (kind, text) = frames.last().unwrap();
        assert_eq!(*kind, Kind::Exceeded);
        assert!(text.starts_with("as CSV it has more than 1 MiB, counting repeated cells\0"), "{text}");
    }

    #[test]
    fn a_row_is_measured_before_its_cells_are_copied() {
        let frames = frames_of(&repeated(&"x".repeat(1 << 20), 1_000, 1), &Limits::default());
        let (kind, text) = frames.last().unwrap();
        assert_eq!(*kind, Kind::Refused);
        assert!(text.starts_with("row 1 is longer than 4194304 bytes"), "{text}");
    }
}
