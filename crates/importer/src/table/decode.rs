//! Decodes text files to UTF-8: UTF-8 stays as it is, UTF-16 is recognised by its mark or its zero bytes, and
//! anything else is taken for Windows-1252, with a notice.

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::Path;

use encoding_rs::Encoding;

use super::reading::{Limits, Reading};
use super::{FileError, Text};

/// The text of a file as UTF-8: the file itself if it already is, else a temporary copy.
pub(super) fn to_utf8(
    path: &Path,
    name: &str,
    sha256: String,
    notice: Option<String>,
    reading: &Reading,
) -> Result<Text, FileError> {
    let io = |error| FileError::io(Path::new(name), error);
    let mut notices: Vec<String> = notice.into_iter().collect();
    let mut head = Vec::new();
    File::open(path).map_err(io)?.take(4096).read_to_end(&mut head).map_err(io)?;
    let encoding = match utf16(&head) {
        None if is_utf8(path).map_err(io)? => None,
        // Not guessed by `chardetng`: these files are English or Dutch, with a few signs beyond ASCII such as a pound
        // or a curly quote, and from so few its guess can be any of the encodings that have a letter there.
        None => Some(encoding_rs::WINDOWS_1252),
        utf16 => utf16,
    };
    if let Some(encoding) = encoding {
        notices.push(format!("the file is not UTF-8: read as {}", encoding.name()));
    }
    decoded(path, name, sha256, notices, encoding, reading)
}

/// Like [`to_utf8`], but decodes only a named encoding or UTF-16; any other file is left as it is, without
/// being read through.
pub(super) fn with(
    path: &Path,
    name: &str,
    sha256: String,
    mut notices: Vec<String>,
    encoding: Option<&'static Encoding>,
) -> Result<Text, FileError> {
    let io = |error| FileError::io(Path::new(name), error);
    let mut head = Vec::new();
    File::open(path).map_err(io)?.take(4096).read_to_end(&mut head).map_err(io)?;
    let encoding = encoding.or_else(|| utf16(&head)).filter(|encoding| *encoding != encoding_rs::UTF_8);
    if let Some(encoding) = encoding {
        notices.push(format!("the file is read as {}", encoding.name()));
    }
    // A file of notices may be any length; decoding at most trebles it.
    let limits = Limits { decoded: u64::MAX, ..Limits::default() };
    decoded(path, name, sha256, notices, encoding, &Reading { limits, ..Reading::default() })
}

fn decoded(
    path: &Path,
    name: &str,
    sha256: String,
    notices: Vec<String>,
    encoding: Option<&'static Encoding>,
    reading: &Reading,
) -> Result<Text, FileError> {
    let io = |error| FileError::io(Path::new(name), error);
    let Some(encoding) = encoding else {
        return Ok(Text { path: path.to_path_buf(), _temporary: None, sha256, notices });
    };
    let mut reader = encoding_rs_io::DecodeReaderBytesBuilder::new()
        .encoding(Some(encoding))
        .build(BufReader::new(File::open(path).map_err(io)?));
    let mut out = tempfile::NamedTempFile::new().map_err(io)?;
    let mut buffer = vec![0_u8; 1 << 16];
    let mut total = 0_u64;
    loop {
        let read = reader.read(&mut buffer).map_err(io)?;
        if read == 0 {
            break;
        }
        total += read as u64;
        if total > reading.limits.decoded {
            return Err(FileError::unusable(
                name,
                format!("as UTF-8 it is longer than {} MiB", reading.limits.decoded >> 20),
                format!("split the table, or {}", reading.limits.otherwise),
            ));
        }
        reading.unless_stopped(name)?;
        out.write_all(&buffer[..read]).map_err(io)?;
    }
    let temporary = out.into_temp_path();
    Ok(Text { path: temporary.to_path_buf(), _temporary: Some(temporary), sha256, notices })
}

/// The kind of UTF-16 that a file is, by its mark or its zero bytes.
fn utf16(head: &[u8]) -> Option<&'static Encoding> {
    match Encoding::for_bom(head) {
        Some((marked, _)) => Some(marked).filter(|marked| *marked != encoding_rs::UTF_8),
        None if looks_utf16(head, 1) => Some(encoding_rs::UTF_16LE),
        None if looks_utf16(head, 0) => Some(encoding_rs::UTF_16BE),
        None => None,
    }
}

/// Whether this looks like UTF-16 without a mark: in Latin text, every other byte is zero.
fn looks_utf16(head: &[u8], zero_at: usize) -> bool {
    let head = &head[..head.len() / 2 * 2];
    let zeros = head.chunks_exact(2).filter(|pair| pair[zero_at] == 0 && pair[1 - zero_at] != 0).count();
    head.len() >= 8 && zeros * 2 > head.len() / 2
}

/// Whether a file is valid UTF-8 throughout.
fn is_utf8(path: &Path) -> std::io::Result<bool> {
    let mut reader = File::open(path)?;
    let mut buffer = vec![0_u8; 1 << 17];
    let mut kept = 0;
    loop {
        let n = reader.read(&mut buffer[kept..])?;
        let filled = kept + n;
        match std::str::from_utf8(&buffer[..filled]) {
            Ok(_) => kept = 0,
            Err(error) => {
                // The end of the buffer may cut a character in two; any other error means it is not UTF-8.
                if error.error_len().is_some() || n == 0 {
                    return Ok(false);
                }
                let valid = error.valid_up_to();
                buffer.copy_within(valid..filled, 0);
                kept = filled - valid;
            }
        }
        if n == 0 {
            return Ok(true);
        }
    }
}
