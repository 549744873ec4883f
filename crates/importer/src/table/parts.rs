//! Checks the parts of a spreadsheet before it is read: that it is one, what it inflates to, and how many
//! sheets and shared texts it has.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufReader, Read};

use super::beside::{AllBeside, attribute, each};
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

pub(super) fn damaged(what: impl std::fmt::Display) -> Failed {
    Failed::refused(format!("the file is damaged or cut short ({what})"), "save it again and send that")
}

fn encrypted() -> Failed {
    Failed::refused("this spreadsheet is encrypted", "save it without a password")
}

/// Kinds of files that are zips and no spreadsheets read here: a part each has, what it is, and what to do.
const OTHERS: &[(&str, &str, &str)] = &[
    (
        "xl/workbook.bin",
        "this is an Excel binary workbook (.xlsb)",
        "save it as an Excel workbook (.xlsx), .ods or .csv",
    ),
    ("index/document.iwa", NUMBERS, "in Numbers choose File, Export To, and send it as Excel (.xlsx) or CSV"),
    ("index.zip", NUMBERS, "in Numbers choose File, Export To, and send it as Excel (.xlsx) or CSV"),
    ("index.xml", NUMBERS, "in Numbers choose File, Export To, and send it as Excel (.xlsx) or CSV"),
    ("word/document.xml", "this is a Word document (.docx)", "send the table itself as .xlsx, .ods or .csv"),
    (
        "ppt/presentation.xml",
        "this is a presentation (.pptx)",
        "send the table itself as .xlsx, .ods or .csv",
    ),
];
const NUMBERS: &str = "this is a spreadsheet of Apple Numbers (.numbers)";

/// What a zip is that holds neither a workbook nor an OpenDocument.
fn other<'a>(names: impl Iterator<Item = Cow<'a, str>>) -> Failed {
    let names: Vec<String> = names.map(|name| name.to_ascii_lowercase()).collect();
    let has = |wanted: &str| names.iter().any(|name| name == wanted || name.ends_with(&format!("/{wanted}")));
    let known = OTHERS.iter().find(|(part, ..)| has(part));
    let has_tables = names.iter().any(|name| [".csv", ".xlsx", ".ods"].iter().any(|end| name.ends_with(end)));
    match known {
        Some((_, what, todo)) => Failed::refused(*what, *todo),
        None if has_tables => Failed::refused("this is a zip", "unpack it and send the tables inside"),
        None => Failed::refused("this is a zip", "unpack it and send the table inside"),
    }
}

/// Checks that a zip is a spreadsheet within the limits, by inflating each part into a counter: the sizes
/// stated in a zip can lie. Returns what stands beside the cells as well.
pub(super) fn check(file: &File, limits: &Limits) -> Result<(SheetKind, AllBeside), Failed> {
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
        return Err(other(zip.file_names().filter_map(Result::ok)));
    };
    if zip.len() > PARTS_MAX {
        return Err(Failed::exceeded(
            format!("it has {} parts, more than {PARTS_MAX}", zip.len()),
            "send only the sheet with the table",
        ));
    }
    let mut total = 0;
    let mut beside = AllBeside::default();
    for place in 0..zip.len() {
        let part = zip.by_index(place).map_err(|error| {
            if error.to_string().to_lowercase().contains("password") { encrypted() } else { damaged(error) }
        })?;
        // The reader of workbooks takes names without regard to case, too.
        let name = part.name().map_err(damaged)?.to_ascii_lowercase();
        let mut counter =
            Counter { part, packed, total: &mut total, most: limits.sheet_inflated, over: None };
        let counted = if name.ends_with("sharedstrings.xml") {
            shared_texts(&mut counter, limits)
        } else if name.ends_with("xl/workbook.xml") {
            workbook(&mut counter, limits, &mut beside)
        } else if kind == SheetKind::Ods {
            open_document(&name, &mut counter)
        } else {
            beside.part(&name, &mut counter)
        };
        // What is left: all of it, or what follows the last element.
        let drained = counted
            .and_then(|()| std::io::copy(&mut counter, &mut std::io::sink()).map(drop).map_err(damaged));
        match counter.over.take() {
            Some(over) => return Err(over),
            None => drained?,
        }
    }
    Ok((kind, beside))
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

/// Counts the shared texts, and what their list states as its length, for which the reader of workbooks makes
/// room at once.
fn shared_texts(part: &mut impl Read, limits: &Limits) -> Result<(), Failed> {
    let most = limits.shared_texts;
    let mut count = 0;
    each(part, |element| match element.local_name().as_ref() {
        "si" => {
            count += 1;
            if count > most { Err(shared(count, limits)) } else { Ok(()) }
        }
        "sst" => {
            let stated = attribute(element, "uniqueCount").and_then(|count| count.trim().parse::<u64>().ok());
            stated.filter(|stated| *stated > most).map_or(Ok(()), |stated| Err(shared(stated, limits)))
        }
        _ => Ok(()),
    })
}

/// Lists the sheets of a workbook. Errors: there are too many, or it is in the strict form of the format.
fn workbook(part: &mut impl Read, limits: &Limits, beside: &mut AllBeside) -> Result<(), Failed> {
    let mut count = 0;
    each(part, |element| match element.local_name().as_ref() {
        "sheet" => {
            count += 1;
            beside.listed(element);
            if count > limits.sheets { Err(sheets(count, limits)) } else { Ok(()) }
        }
        "workbook" if element.attributes().flatten().any(|one| one.value.contains(STRICT)) => {
            Err(Failed::refused(
                "this is a workbook in the strict form of Open XML",
                "save it as \"Excel Workbook (.xlsx)\", not as \"Strict Open XML Spreadsheet\"",
            ))
        }
        _ => Ok(()),
    })
}

/// What the names of the strict form have in common.
const STRICT: &str = "purl.oclc.org/ooxml";

/// Looks at a part of an OpenDocument. Errors: it is encrypted, or no spreadsheet.
fn open_document(name: &str, part: &mut impl Read) -> Result<(), Failed> {
    match name {
        "mimetype" => {
            let mut kind = String::new();
            part.take(200).read_to_string(&mut kind).map_err(damaged)?;
            if kind.contains("opendocument") && !kind.contains("spreadsheet") {
                return Err(Failed::refused(
                    format!("this is an OpenDocument, but no spreadsheet ({})", kind.trim()),
                    "send the table itself as .xlsx, .ods or .csv",
                ));
            }
            Ok(())
        }
        "meta-inf/manifest.xml" => each(part, |element| match element.local_name().as_ref() {
            "encryption-data" => Err(encrypted()),
            _ => Ok(()),
        }),
        _ => Ok(()),
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
