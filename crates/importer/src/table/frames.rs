//! What the process that reads a spreadsheet writes to its parent: a greeting, then frames of one byte for the
//! kind, four for the length (little-endian), and the content.
//!
//! For each sheet a `Sheet` with its name, then its rows as CSV in pieces of `Rows`; after the first rows, in
//! which the header is looked for, or at the end of a shorter sheet, `Head`; and `Ended` with what was
//! counted in it. Last comes `End`, or why the file is refused.

use std::io::{Read, Write};

/// The first bytes of the stream: another program started by mistake does not write them.
pub(super) const GREETING: &[u8] = b"register spreadsheet 2\n";
/// Longest content of a frame, in bytes.
const CONTENT_MAX: usize = 1 << 16;

/// A kind of frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A sheet begins: `v` if it is visible or `h` if it is hidden, and its name.
    Sheet = b'S' as isize,
    /// A piece of its rows as CSV.
    Rows = b'R' as isize,
    /// Its first rows are complete.
    Head = b'H' as isize,
    /// The sheet is complete: how many rows it has, and in how many cells the value of a merged one was
    /// repeated.
    Ended = b'D' as isize,
    /// Something to tell people.
    Notice = b'N' as isize,
    /// The file is refused: what is wrong and what to do, with a NUL between.
    Refused = b'X' as isize,
    /// The same, for a limit that was exceeded.
    Exceeded = b'L' as isize,
    /// Everything was read.
    End = b'E' as isize,
}

impl Kind {
    const ALL: [Self; 8] = [
        Self::Sheet,
        Self::Rows,
        Self::Head,
        Self::Ended,
        Self::Notice,
        Self::Refused,
        Self::Exceeded,
        Self::End,
    ];
}

/// Writes a frame. Content that is too long is cut.
pub(super) fn write(out: &mut impl Write, kind: Kind, content: &[u8]) -> std::io::Result<()> {
    let content = &content[..content.len().min(CONTENT_MAX)];
    out.write_all(&[kind as u8])?;
    let length = u32::try_from(content.len()).expect("the longest content fits");
    out.write_all(&length.to_le_bytes())?;
    out.write_all(content)
}

/// Reads a frame into a buffer. Errors: the stream ends, or is not what the reading process writes.
pub(super) fn read(from: &mut impl Read, content: &mut Vec<u8>) -> std::io::Result<Kind> {
    let mut head = [0_u8; 5];
    from.read_exact(&mut head)?;
    let wrong = || std::io::Error::from(std::io::ErrorKind::InvalidData);
    let kind = Kind::ALL.into_iter().find(|kind| *kind as u8 == head[0]).ok_or_else(wrong)?;
    let length = u32::from_le_bytes([head[1], head[2], head[3], head[4]]) as usize;
    if length > CONTENT_MAX {
        return Err(wrong());
    }
    content.resize(length, 0);
    from.read_exact(content)?;
    Ok(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_read_as_written_and_anything_else_is_refused() {
        let mut written = Vec::new();
        for kind in Kind::ALL {
            write(&mut written, kind, b"content").unwrap();
        }
        let (mut from, mut content) = (&written[..], Vec::new());
        for kind in Kind::ALL {
            assert_eq!(read(&mut from, &mut content).unwrap(), kind);
            assert_eq!(content, b"content");
        }
        assert!(read(&mut from, &mut content).is_err(), "the end");
        assert!(read(&mut &b"?\0\0\0\0"[..], &mut content).is_err(), "no kind of frame");
        assert!(read(&mut &b"R\xFF\xFF\xFF\xFF"[..], &mut content).is_err(), "too long");
        assert!(read(&mut &b"R\x09\0\0\0cut"[..], &mut content).is_err(), "cut short");
    }
}
