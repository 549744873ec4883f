//! Recognises a file by its first bytes: text, gz of text, XLSX, ODS, or something we refuse with a hint.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use encoding_rs::Encoding;
use sha2::{Digest, Sha256};

use super::{FileError, Text, decode};

/// Largest size a compressed file may inflate to, in bytes.
pub const INFLATED_MAX: u64 = 2 << 30;
/// The same for a file read as a stream, element by element.
pub const STREAM_INFLATED_MAX: u64 = 64 << 30;
/// Largest size all parts of a spreadsheet may inflate to together, in bytes.
const SHEET_INFLATED_MAX: u64 = 512 << 20;
/// Largest ratio of inflated to packed size, once more than `RATIO_FREE` has been inflated.
pub const RATIO_MAX: u64 = 200;
/// Size that may be inflated at any ratio, in bytes: a small file of zeros is not an attack.
const RATIO_FREE: u64 = 32 << 20;
/// Largest file that is read whole, in bytes (JSON).
pub(super) const WHOLE_MAX: u64 = 256 << 20;

/// A spreadsheet format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SheetKind {
    Xlsx,
    Ods,
}

pub(super) enum Content {
    Text(Text),
    Sheet { kind: SheetKind, sha256: String },
}

/// Opens a file and returns its first bytes. Errors: it is a folder, empty or unreadable.
fn head(path: &Path) -> Result<(File, [u8; 8]), FileError> {
    let name = path.display().to_string();
    let io = |error| FileError::io(path, error);
    if path.is_dir() {
        return Err(FileError::unusable(name, "this is a folder", "name the files in it"));
    }
    let mut file = File::open(path).map_err(io)?;
    let mut head = [0_u8; 8];
    let mut filled = 0;
    while filled < head.len() {
        match file.read(&mut head[filled..]).map_err(io)? {
            0 => break,
            n => filled += n,
        }
    }
    if filled == 0 {
        return Err(FileError::unusable(
            name,
            "the file is empty",
            "send the file again, with something in it",
        ));
    }
    file.seek(SeekFrom::Start(0)).map_err(io)?;
    Ok((file, head))
}

/// Opens a file that is not a table as UTF-8 bytes: gz is inflated, UTF-16 and a named encoding are decoded,
/// and anything else is left as it is.
pub(super) fn open_text(path: &Path, encoding: Option<&'static Encoding>) -> Result<Text, FileError> {
    let name = path.display().to_string();
    let io = |error| FileError::io(path, error);
    let (mut file, head) = head(path)?;
    if head.starts_with(b"PK\x03\x04") {
        return Err(FileError::unusable(name, "this is a zip", "unpack it and send the files inside"));
    }
    let sha256 = hash(&mut file).map_err(io)?;
    file.seek(SeekFrom::Start(0)).map_err(io)?;
    let mut notices = Vec::new();
    let inflated = if head.starts_with(&[0x1F, 0x8B]) {
        notices.push("the file is gz: read inflated".to_owned());
        Some(gunzip(file, path, STREAM_INFLATED_MAX)?)
    } else {
        None
    };
    let plain = inflated.as_deref().unwrap_or(path).to_path_buf();
    let mut text = decode::with(&plain, &name, sha256, notices, encoding)?;
    text._temporary = text._temporary.or(inflated);
    Ok(text)
}

pub(super) fn open(path: &Path) -> Result<Content, FileError> {
    let name = path.display().to_string();
    let io = |error| FileError::io(path, error);
    let (mut file, head) = head(path)?;
    match &head {
        [0x1F, 0x8B, ..] => {
            let sha256 = hash(&mut file).map_err(io)?;
            file.seek(SeekFrom::Start(0)).map_err(io)?;
            let inflated = gunzip(file, path, INFLATED_MAX)?;
            let notice = "the file is gz: read inflated".to_owned();
            decode::to_utf8(inflated.as_ref(), &name, sha256, Some(notice)).map(|mut text| {
                text._temporary.get_or_insert(inflated);
                Content::Text(text)
            })
        }
        [b'P', b'K', 3, 4, ..] => {
            let sha256 = hash(&mut file).map_err(io)?;
            Ok(Content::Sheet { kind: check_zip(file, path)?, sha256 })
        }
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(FileError::unusable(
            name,
            "this is an encrypted or an old (.xls) spreadsheet",
            "open it, remove the password, and save it as .xlsx, .ods or .csv",
        )),
        [b'%', b'P', b'D', b'F', ..] => {
            Err(FileError::unusable(name, "this is a PDF", "send the table itself as .csv, .xlsx or .ods"))
        }
        _ => {
            let sha256 = hash(&mut file).map_err(io)?;
            decode::to_utf8(path, &name, sha256, None).map(Content::Text)
        }
    }
}

fn hash(file: &mut File) -> std::io::Result<String> {
    let mut hasher = Sha256::new();
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let mut buffer = [0_u8; 1 << 16];
    loop {
        match reader.read(&mut buffer)? {
            0 => break,
            n => hasher.update(&buffer[..n]),
        }
    }
    Ok(hex::encode(hasher.finalize()))
}

fn gunzip(file: File, path: &Path, max: u64) -> Result<tempfile::TempPath, FileError> {
    let name = path.display().to_string();
    let packed = file.metadata().map_err(|error| FileError::io(path, error))?.len();
    let mut reader = flate2::read::MultiGzDecoder::new(BufReader::new(file));
    let mut out = tempfile::NamedTempFile::new().map_err(|error| FileError::io(path, error))?;
    let mut buffer = [0_u8; 1 << 16];
    let mut total = 0_u64;
    loop {
        let n = reader.read(&mut buffer).map_err(|error| {
            FileError::unusable(
                &name,
                format!("the gz data are damaged or cut short ({error})"),
                "send the file again",
            )
        })?;
        if n == 0 {
            break;
        }
        total += n as u64;
        refuse_bomb(&name, packed, total, max)?;
        out.write_all(&buffer[..n]).map_err(|error| FileError::io(path, error))?;
    }
    Ok(out.into_temp_path())
}

fn refuse_bomb(name: &str, packed: u64, inflated: u64, max: u64) -> Result<(), FileError> {
    if inflated > max || (inflated > RATIO_FREE && inflated / packed.max(1) > RATIO_MAX) {
        return Err(FileError::unusable(
            name,
            format!("{packed} bytes inflate to more than {inflated}"),
            "this looks like a decompression bomb; send the table uncompressed as .csv",
        ));
    }
    Ok(())
}

/// Checks that a zip is a spreadsheet and inflates to a reasonable size, by inflating each part into a
/// counter: the sizes stated in a zip can lie (decision 3).
fn check_zip(file: File, path: &Path) -> Result<SheetKind, FileError> {
    let name = path.display().to_string();
    let packed = file.metadata().map_err(|error| FileError::io(path, error))?.len();
    let damaged = |what: String| {
        FileError::unusable(
            &name,
            format!("the file is damaged or cut short ({what})"),
            "save it again and send that",
        )
    };
    let mut zip = zip::ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(error.to_string()))?;
    let has = |wanted: &str| zip.index_for_name(wanted).is_some();
    let kind = if has("xl/workbook.xml") {
        SheetKind::Xlsx
    } else if has("content.xml") {
        SheetKind::Ods
    } else if has("EncryptedPackage") {
        return Err(FileError::unusable(
            &name,
            "this spreadsheet is encrypted",
            "save it without a password",
        ));
    } else {
        return Err(FileError::unusable(&name, "this is a zip", "unpack it and send the table inside"));
    };
    let mut total = 0;
    let mut buffer = [0_u8; 1 << 16];
    for place in 0..zip.len() {
        let mut part = zip.by_index(place).map_err(|error| {
            if error.to_string().to_lowercase().contains("password") {
                FileError::unusable(&name, "this spreadsheet is encrypted", "save it without a password")
            } else {
                damaged(error.to_string())
            }
        })?;
        loop {
            match part.read(&mut buffer).map_err(|error| damaged(error.to_string()))? {
                0 => break,
                n => total += n as u64,
            }
            refuse_bomb(&name, packed, total, SHEET_INFLATED_MAX)?;
        }
    }
    Ok(kind)
}
