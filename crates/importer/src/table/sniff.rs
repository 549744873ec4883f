//! Recognises a file by its first bytes: text, gz of text, a spreadsheet, or something we refuse with a hint.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use encoding_rs::Encoding;
use sha2::{Digest, Sha256};

use super::reading::{Limits, Reading};
use super::{FileError, Text, decode, foreign};

/// Largest size a compressed file may inflate to, in bytes.
pub const INFLATED_MAX: u64 = 2 << 30;
/// The same for a file read as a stream, element by element.
pub const STREAM_INFLATED_MAX: u64 = 64 << 30;
/// Largest ratio of inflated to packed size, once more than `RATIO_FREE` has been inflated.
pub const RATIO_MAX: u64 = 200;
/// Size that may be inflated at any ratio, in bytes: a small file of zeros is not an attack.
pub(super) const RATIO_FREE: u64 = 32 << 20;

pub(super) enum Content {
    Text(Text),
    /// A zip, which only the process that reads spreadsheets looks into.
    Sheet {
        sha256: String,
    },
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
        let limits = Limits { inflated: STREAM_INFLATED_MAX, ..Limits::default() };
        Some(gunzip(file, path, &Reading { limits, ..Reading::default() })?)
    } else {
        None
    };
    let plain = inflated.as_deref().unwrap_or(path).to_path_buf();
    let mut text = decode::with(&plain, &name, sha256, notices, encoding)?;
    text._temporary = text._temporary.or(inflated);
    Ok(text)
}

/// Opens a file that may be a table. Errors: it is nothing that is read here, or too large.
pub(super) fn open(path: &Path, reading: &Reading) -> Result<Content, FileError> {
    let name = path.display().to_string();
    let io = |error| FileError::io(path, error);
    let (mut file, head) = head(path)?;
    foreign::refuse(&mut file, &head, path)?;
    match &head {
        [0x1F, 0x8B, ..] => {
            let sha256 = hash(&mut file).map_err(io)?;
            file.seek(SeekFrom::Start(0)).map_err(io)?;
            let inflated = gunzip(file, path, reading)?;
            let notice = "the file is gz: read inflated".to_owned();
            decode::to_utf8(inflated.as_ref(), &name, sha256, Some(notice), reading).map(|mut text| {
                text._temporary.get_or_insert(inflated);
                Content::Text(text)
            })
        }
        [b'P', b'K', 3, 4, ..] => {
            let sha256 = hash(&mut file).map_err(io)?;
            Ok(Content::Sheet { sha256 })
        }
        _ => {
            let sha256 = hash(&mut file).map_err(io)?;
            decode::to_utf8(path, &name, sha256, None, reading).map(Content::Text)
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

fn gunzip(file: File, path: &Path, reading: &Reading) -> Result<tempfile::TempPath, FileError> {
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
        refuse_bomb(&name, packed, total, &reading.limits)?;
        reading.unless_stopped(&name)?;
        out.write_all(&buffer[..n]).map_err(|error| FileError::io(path, error))?;
    }
    Ok(out.into_temp_path())
}

fn refuse_bomb(name: &str, packed: u64, inflated: u64, limits: &Limits) -> Result<(), FileError> {
    if inflated > RATIO_FREE && inflated / packed.max(1) > RATIO_MAX {
        return Err(FileError::unusable(
            name,
            format!("{packed} bytes inflate to more than {inflated}"),
            "this looks like a decompression bomb; send the table uncompressed as .csv",
        ));
    }
    if inflated > limits.inflated {
        return Err(FileError::unusable(
            name,
            format!("it inflates to more than {} MiB", limits.inflated >> 20),
            format!("split the table, or {}", limits.otherwise),
        ));
    }
    Ok(())
}
