//! Checks the parts of a spreadsheet before it is read: that it is one, what it inflates to, and how many
//! sheets and shared texts it has.

use std::fs::File;
use std::io::{BufReader, Read};

use quick_xml::Reader;
use quick_xml::events::Event;

use super::reading::Limits;
use super::sheet::Failed;
use super::sniff::{RATIO_FREE, RATIO_MAX};

/// Most parts of a spreadsheet: a few for each sheet, and pictures.
const PARTS_MAX: usize = 10_000;

/// A spreadsheet format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SheetKind {
    Xlsx,
    Ods,
}

fn damaged(what: impl std::fmt::Display) -> Failed {
    Failed::refused(format!("the file is damaged or cut short ({what})"), "save it again and send that")
}

fn encrypted() -> Failed {
    Failed::refused("this spreadsheet is encrypted", "save it without a password")
}

/// Checks that a zip is a spreadsheet within the limits, by inflating each part into a counter: the sizes
/// stated in a zip can lie.
pub(super) fn check(file: &File, limits: &Limits) -> Result<SheetKind, Failed> {
    let packed = file.metadata()?.len();
    let mut zip = zip::ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    let has = |wanted: &str| zip.index_for_name(wanted).is_some();
    let kind = if has("xl/workbook.xml") {
        SheetKind::Xlsx
    } else if has("content.xml") {
        SheetKind::Ods
    } else if has("EncryptedPackage") {
        return Err(encrypted());
    } else {
        return Err(Failed::refused("this is a zip", "unpack it and send the table inside"));
    };
    if zip.len() > PARTS_MAX {
        return Err(Failed::exceeded(
            format!("it has {} parts, more than {PARTS_MAX}", zip.len()),
            "send only the sheet with the table",
        ));
    }
    let mut total = 0;
    for place in 0..zip.len() {
        let part = zip.by_index(place).map_err(|error| {
            if error.to_string().to_lowercase().contains("password") { encrypted() } else { damaged(error) }
        })?;
        // The reader of workbooks takes names without regard to case, too.
        let name = part.name().map_err(damaged)?.to_ascii_lowercase();
        let mut counter =
            Counter { part, packed, total: &mut total, most: limits.sheet_inflated, over: None };
        let counted = if name.ends_with("sharedstrings.xml") {
            elements(&mut counter, "si", "sst", limits.shared_texts, |count| shared(count, limits))
        } else if name.ends_with("xl/workbook.xml") {
            elements(&mut counter, "sheet", "", limits.sheets, |count| sheets(count, limits))
        } else {
            Ok(())
        };
        // What is left: all of it, or what follows the last element.
        let drained = counted
            .and_then(|()| std::io::copy(&mut counter, &mut std::io::sink()).map(drop).map_err(damaged));
        match counter.over.take() {
            Some(over) => return Err(over),
            None => drained?,
        }
    }
    Ok(kind)
}

/// Too many sheets.
pub(super) fn sheets(count: u64, limits: &Limits) -> Failed {
    Failed::exceeded(
        format!("it has {count} sheets or more, and at most {} are read", limits.sheets),
        "send only the sheet with the table",
    )
}

fn shared(count: u64, limits: &Limits) -> Failed {
    Failed::exceeded(
        format!("its cells share {count} texts or more, and at most {} are read", limits.shared_texts),
        "split the table, or save it as .csv",
    )
}

/// Counts the elements of a name, and what their list states as its length, for which the reader of workbooks
/// makes room at once.
fn elements(
    part: &mut impl Read,
    name: &str,
    list: &str,
    most: u64,
    too_many: impl Fn(u64) -> Failed,
) -> Result<(), Failed> {
    let mut reader = Reader::from_reader(BufReader::with_capacity(1 << 16, part));
    // As lenient as the reader of workbooks.
    reader.config_mut().check_end_names = false;
    let mut buffer = Vec::new();
    let mut count = 0;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element) | Event::Empty(element)) => {
                let local = element.local_name();
                if local.as_ref() == name {
                    count += 1;
                    if count > most {
                        return Err(too_many(count));
                    }
                } else if local.as_ref() == list {
                    let stated = element
                        .attributes()
                        .flatten()
                        .find(|attribute| attribute.key.as_ref() == "uniqueCount")
                        .and_then(|attribute| attribute.value.trim().parse::<u64>().ok());
                    if let Some(stated) = stated.filter(|stated| *stated > most) {
                        return Err(too_many(stated));
                    }
                }
            }
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(damaged(error)),
        }
    }
}

/// Inflates a part and counts. Beyond a limit reading fails, and `over` says why.
struct Counter<'a, R> {
    part: R,
    packed: u64,
    total: &'a mut u64,
    most: u64,
    over: Option<Failed>,
}

impl<R: Read> Read for Counter<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.part.read(buffer)?;
        *self.total += read as u64;
        let (packed, total) = (self.packed, *self.total);
        if total > self.most || (total > RATIO_FREE && total / packed.max(1) > RATIO_MAX) {
            self.over = Some(Failed::exceeded(
                format!("{packed} bytes inflate to more than {total}"),
                "this looks like a decompression bomb; send the table uncompressed as .csv",
            ));
            return Err(std::io::ErrorKind::FileTooLarge.into());
        }
        Ok(read)
    }
}
