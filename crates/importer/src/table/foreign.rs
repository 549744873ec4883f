//! Names files that are not read here, by their first bytes, and says what to do instead.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use memchr::memmem;

use super::FileError;

/// The first bytes of files of older Microsoft Office, and of encrypted ones of any age (OLE 2).
const COMPOUND: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0];
/// Bytes searched of such a file for what is in it; its table of contents may stand anywhere.
const SEARCHED_MAX: u64 = 256 << 20;

/// Why a file with these first bytes is not read; `None` if it may be.
pub(super) fn refuse(file: &mut File, head: &[u8], path: &Path) -> Result<(), FileError> {
    let name = path.display().to_string();
    let refused = |(what, todo): (&str, &str)| Err(FileError::unusable(&name, what, todo));
    if head.starts_with(COMPOUND) {
        return refused(compound(file).map_err(|error| FileError::io(path, error))?);
    }
    match BEGINNINGS.iter().find(|(begins, ..)| head.starts_with(begins)) {
        Some((_, what, todo)) => refused((what, todo)),
        None => Ok(()),
    }
}

const SEND_TABLE: &str = "send the table itself as .csv, .xlsx or .ods";

/// Beginnings of files that are told by them: what each is, and what to do.
const BEGINNINGS: &[(&[u8], &str, &str)] = &[
    (b"%PDF", "this is a PDF", SEND_TABLE),
    (b"PAR1", "this is a Parquet file", "send the table as .csv"),
    (b"SQLite f", "this is an SQLite database", "send the table as .csv"),
    (b"Rar!", "this is a RAR archive", "unpack it and send the table inside"),
    (b"7z\xBC\xAF", "this is a 7z archive", "unpack it and send the table inside"),
    (b"{\\rtf", "this is a text document (RTF)", SEND_TABLE),
    (b"\x09\x08\x10\x00", OLD, "save it as .xlsx, .ods or .csv"),
    (b"\x09\x08\x08\x00", OLD, "save it as .xlsx, .ods or .csv"),
    (b"\x09\x04\x06\x00", OLD, "save it as .xlsx, .ods or .csv"),
    (b"\x09\x02\x06\x00", OLD, "save it as .xlsx, .ods or .csv"),
    (b"\x09\x00\x04\x00", OLD, "save it as .xlsx, .ods or .csv"),
];
const OLD: &str = "this is a spreadsheet of an old Excel (.xls)";

/// What a compound file is, by the names of the streams in it.
fn compound(file: &mut File) -> std::io::Result<(&'static str, &'static str)> {
    const STREAMS: [(&str, &str, &str); 4] = [
        (
            "EncryptedPackage",
            "this spreadsheet is protected by a password",
            "open it, remove the password, and save it as .xlsx, .ods or .csv",
        ),
        ("Workbook", OLD, "open it and save it as .xlsx, .ods or .csv, without a password"),
        ("Book", OLD, "open it and save it as .xlsx, .ods or .csv, without a password"),
        ("WordDocument", "this is a Word document of an old Word (.doc)", SEND_TABLE),
    ];
    let finders = STREAMS.map(|(stream, ..)| {
        let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memmem::Finder::new(&name).into_owned()
    });
    let mut found = [false; 4];
    file.seek(SeekFrom::Start(0))?;
    let mut from = file.take(SEARCHED_MAX);
    // Streams stand in entries of 128 bytes, so none is cut by the end of a piece of a multiple of that.
    let mut piece = Vec::with_capacity(1 << 20);
    loop {
        piece.clear();
        if from.by_ref().take(1 << 20).read_to_end(&mut piece)? == 0 {
            break;
        }
        for (finder, found) in finders.iter().zip(&mut found) {
            *found |= finder.find(&piece).is_some();
        }
    }
    let known = STREAMS.iter().zip(found).find(|(_, found)| *found);
    Ok(known.map_or(
        (
            "this is a file of an old Microsoft Office, such as .xls, or an encrypted one",
            "open it, remove any password, and save it as .xlsx, .ods or .csv",
        ),
        |((_, what, todo), _)| (*what, *todo),
    ))
}

/// What a text is that begins like a page or another document in XML; `None` for a table.
pub(super) fn of_text(head: &[u8]) -> Option<(&'static str, &'static str)> {
    let head = head.strip_prefix(super::MARK).unwrap_or(head).trim_ascii_start();
    if head.first() != Some(&b'<') {
        return None;
    }
    let begins = String::from_utf8_lossy(head).to_lowercase();
    let has = |word: &str| begins.contains(word);
    let todo = "open it in a spreadsheet program, and save it as .xlsx, .ods or .csv";
    if has("urn:schemas-microsoft-com:office:spreadsheet") || has("excel.sheet") {
        Some(("this is a spreadsheet of Excel 2003 in XML", todo))
    } else if has("office:document") {
        Some(("this is a flat OpenDocument (.fods)", todo))
    } else if has("<html") || has("<table") || has("<!doctype html") || has("<body") {
        Some(("this is a web page (HTML), whatever its name says", todo))
    } else if begins.starts_with("<?xml") {
        Some(("this is XML", SEND_TABLE))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn said(bytes: &[u8]) -> String {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let head = &bytes[..bytes.len().min(8)];
        refuse(&mut file, head, Path::new("a.xls")).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_compound_file_is_told_by_its_streams() {
        let with = |stream: &str| {
            let name = stream.encode_utf16().flat_map(u16::to_le_bytes);
            let bytes: Vec<u8> = COMPOUND.iter().copied().chain([0; 508]).chain(name).collect();
            said(&bytes)
        };
        assert!(with("EncryptedPackage").contains("protected by a password: open it, remove the password"));
        assert!(with("Workbook").contains("old Excel (.xls): open it and save it as .xlsx"));
        assert!(with("Book").contains("old Excel (.xls)"));
        assert!(with("WordDocument").contains("a Word document"));
        assert!(with("Other").contains("an old Microsoft Office"));
        assert!(said(b"\x09\x08\x10\x00\x00\x06").contains("old Excel"));
        assert!(said(b"%PDF-1.7").contains("this is a PDF"));
        assert_eq!(said(b"title,publisher"), "");
    }

    #[test]
    fn a_text_that_is_no_table_is_named() {
        let named = |text: &str| of_text(text.as_bytes()).map(|(what, _)| what).unwrap_or_default();
        assert!(named("\u{FEFF}\n<html><body><table>").contains("web page"));
        assert!(named("<TABLE border=1>").contains("web page"));
        assert!(named("<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?>").contains("2003"));
        assert!(named("<?xml version=\"1.0\"?><office:document xmlns=\"x\">").contains(".fods"));
        assert!(named("<?xml version=\"1.0\"?><rows/>").contains("this is XML"));
        assert_eq!(named("<title>,publisher"), "");
        assert_eq!(named("title,<html>"), "");
    }
}
