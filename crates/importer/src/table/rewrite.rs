//! Writes a CSV text again as the reader expects it: quotes inside cells doubled, rows ended by LF. Lines
//! stay where they are, so that an editor shows the same numbers.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use super::MARK;
use super::machine::{In, Machine, Quoting};
use super::scan::Dialect;

/// Writes the text to a temporary file. Errors: a file cannot be read or written.
pub(super) fn usual(path: &Path, dialect: &Dialect) -> std::io::Result<tempfile::TempPath> {
    let mut out = tempfile::NamedTempFile::new()?;
    let mut writer = Writer {
        out: BufWriter::with_capacity(1 << 16, out.as_file_mut()),
        cell: Vec::new(),
        separator: dialect.separator,
        pairs: dialect.quoting == Quoting::Backslash { pairs: true },
    };
    let mut machine = Machine::new(dialect.separator, dialect.quoting);
    let mut last = b'\n';
    let mut from = BufReader::with_capacity(1 << 16, File::open(path)?);
    if from.fill_buf()?.starts_with(MARK) {
        // Not a part of the first cell, which may be in quotes.
        writer.out.write_all(MARK)?;
        from.consume(MARK.len());
    }
    for byte in from.bytes() {
        let byte = byte?;
        let before = machine.state();
        let after = machine.step(byte);
        // The LF of CR and LF: the CR has ended the row.
        let ended = byte == b'\n' && last == b'\r' && before == In::CellStart;
        last = byte;
        match after {
            In::CellStart if ended => {}
            In::CellStart => writer.end_cell(if byte == dialect.separator { byte } else { b'\n' })?,
            // A quote that opens or may close a cell, or a backslash that escapes the next byte.
            In::QuoteInQuotes | In::Escaped | In::PlainEscaped => {}
            In::Quotes if before == In::CellStart => {}
            _ if matches!(before, In::Escaped | In::PlainEscaped) => writer.escaped(byte),
            _ => writer.cell.push(byte),
        }
    }
    writer.finish()?;
    Ok(out.into_temp_path())
}

struct Writer<W: Write> {
    out: W,
    cell: Vec<u8>,
    separator: u8,
    pairs: bool,
}

impl<W: Write> Writer<W> {
    /// The byte behind a backslash: the backslash stays unless it stands for the byte.
    fn escaped(&mut self, byte: u8) {
        if !(byte == b'"' || byte == b'\\' && self.pairs) {
            self.cell.push(b'\\');
        }
        self.cell.push(byte);
    }

    fn end_cell(&mut self, end: u8) -> std::io::Result<()> {
        self.write_cell()?;
        self.out.write_all(&[end])
    }

    fn write_cell(&mut self) -> std::io::Result<()> {
        let separator = self.separator;
        let needs = |byte: &u8| *byte == separator || matches!(byte, b'"' | b'\n' | b'\r');
        if !self.cell.iter().any(needs) {
            self.out.write_all(&self.cell)?;
        } else {
            self.out.write_all(b"\"")?;
            for (place, part) in self.cell.split(|byte| *byte == b'"').enumerate() {
                if place > 0 {
                    self.out.write_all(b"\"\"")?;
                }
                self.out.write_all(part)?;
            }
            self.out.write_all(b"\"")?;
        }
        self.cell.clear();
        Ok(())
    }

    /// Ends the text; its last row may have no line end.
    fn finish(mut self) -> std::io::Result<()> {
        self.write_cell()?;
        self.out.flush()
    }
}
