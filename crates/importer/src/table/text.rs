//! The text of a file, whatever it was packed and encoded in.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::{Counted, FileError, Input, Limits, MARK, Progress, Reading, sniff};

/// The text of a file as UTF-8: the file itself, or a temporary copy.
pub struct Text {
    pub(super) path: PathBuf,
    pub(super) _temporary: Option<tempfile::TempPath>,
    /// SHA-256 of the original file's bytes, in hex.
    pub sha256: String,
    /// Notices about how the file was read.
    pub notices: Vec<String>,
}

impl Text {
    /// Opens a file to be read as a stream of bytes, not as a table. gz is inflated; UTF-16 and a named
    /// encoding are decoded. Errors: [`FileError`].
    pub(crate) fn open_encoded(
        path: &Path,
        encoding: Option<&'static encoding_rs::Encoding>,
    ) -> Result<Self, FileError> {
        sniff::open_text(path, encoding)
    }

    /// A reader of its bytes from the start, and what is known of it, with the progress of that reader.
    pub(crate) fn bytes(self) -> Result<(impl Read + Send, Input), FileError> {
        let file = File::open(&self.path).map_err(|error| FileError::io(&self.path, error))?;
        let bytes = file.metadata().map_err(|error| FileError::io(&self.path, error))?.len();
        let progress = Progress::default();
        let (sha256, notices) = (self.sha256.clone(), self.notices.clone());
        let file = Counted { inner: file, progress: progress.clone() };
        Ok((Bytes { file, _text: self }, Input { sha256, notices, bytes, progress, ..Input::default() }))
    }

    /// Its first 4,096 bytes. Errors: it cannot be read.
    pub(super) fn head(&self) -> Result<Vec<u8>, FileError> {
        let io = |error| FileError::io(&self.path, error);
        let mut head = Vec::new();
        File::open(&self.path).map_err(io)?.take(4096).read_to_end(&mut head).map_err(io)?;
        Ok(head)
    }

    pub(super) fn begins_with_mark(&self) -> Result<bool, FileError> {
        Ok(self.head()?.starts_with(MARK))
    }

    /// Whether it starts like JSON, with a brace or a bracket.
    pub(super) fn is_json(&self) -> Result<bool, FileError> {
        let head = self.head()?;
        let begins = head.strip_prefix(MARK).unwrap_or(&head).iter().find(|byte| !byte.is_ascii_whitespace());
        Ok(begins.is_some_and(|byte| matches!(byte, b'{' | b'[')))
    }

    /// Opens a text file, or a gz of one. Errors: [`FileError`], also for a spreadsheet.
    pub fn open(path: &Path, reading: &Reading) -> Result<Self, FileError> {
        match sniff::open(path, reading)? {
            sniff::Content::Text(text) => Ok(text),
            sniff::Content::Sheet { .. } => Err(FileError::unusable(
                path.display().to_string(),
                "this is a spreadsheet",
                "this source reads text files (JSON or CSV)",
            )),
        }
    }

    /// The whole text, without a byte order mark. Errors: it is larger than the limit, or cannot be read.
    pub fn read_whole(&self, name: &str, limits: &Limits) -> Result<String, FileError> {
        let io = |error| FileError::io(Path::new(name), error);
        let length = std::fs::metadata(&self.path).map_err(io)?.len();
        if length > limits.whole {
            return Err(FileError::unusable(
                name,
                format!("{length} bytes are more than fit at once ({})", limits.whole),
                format!("split the file, or {}", limits.otherwise),
            ));
        }
        std::fs::read_to_string(&self.path)
            .map(|text| text.trim_start_matches('\u{FEFF}').to_owned())
            .map_err(io)
    }
}

/// The bytes of a text.
struct Bytes {
    file: Counted<File>,
    // The last field, so that a temporary file is deleted only after the reader has closed it.
    _text: Text,
}

impl Read for Bytes {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.file.read(buffer)
    }
}

impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Text").field("path", &self.path).finish_non_exhaustive()
    }
}
