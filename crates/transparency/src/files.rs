//! The published files of a log: their paths, how a bundle holds entries, and where they are read from.

use std::collections::BTreeMap;

use tlog_tiles::{HASH_SIZE, Tile};

/// Levels of the tree in one tile (C2SP tlog-tiles); a full tile has 256 hashes.
pub(crate) const HEIGHT: u8 = 8;
/// Hashes in a full tile, and entries in a full bundle.
pub(crate) const WIDTH: u64 = 1 << HEIGHT;
/// Longest entry, in bytes: the format stores its length in two bytes.
pub(crate) const ENTRY_MAX: usize = u16::MAX as usize;

/// The files of a log, by their path below its address, such as `tile/0/x001/234`.
pub trait Files {
    /// The bytes of a file; `None` if it does not exist. Errors: it cannot be read at the moment.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, LogError>;
}

/// A file to be written: its path and its bytes.
pub type Written = (String, Vec<u8>);

/// Why a log cannot be read or extended.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// A required file does not exist.
    #[error("{0} is not there")]
    Missing(String),
    /// A file cannot be read.
    #[error("{path} cannot be read: {reason}")]
    Unreadable {
        /// The file.
        path: String,
        /// The system's reason.
        reason: String,
    },
    /// A file's content does not fit its path.
    #[error("{path} is damaged: {reason}")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The tiles do not have the expected root.
    #[error("the tiles do not have the root that stands for {size} entries")]
    OtherRoot {
        /// The size of the tree.
        size: u64,
    },
    /// An entry is longer than the format allows.
    #[error("entry {0} is longer than 65535 bytes")]
    TooLong(u64),
    /// The log has no entry at this place.
    #[error("entry {index} is not among the {size} of the log")]
    NoEntry {
        /// The place, from 0.
        index: u64,
        /// The size of the log.
        size: u64,
    },
}

/// The path of a tile in C2SP tlog-tiles: like Go's, but without the height, and with `entries` for `data`.
pub(crate) fn path_of(tile: &Tile) -> String {
    tile.path().replacen("tile/8/", "tile/", 1).replacen("tile/data/", "tile/entries/", 1)
}

/// The width of a tile or bundle, as the tile library wants it; at most 256.
pub(crate) fn wide(entries: usize) -> u32 {
    u32::try_from(entries).unwrap_or(u32::MAX)
}

/// The path of the bundle with `entries` entries, from entry `256 * n` on.
pub(crate) fn bundle_path(n: u64, entries: usize) -> String {
    path_of(&Tile::new(HEIGHT, 0, n, wide(entries), true))
}

/// The path of the tile with those entries' hashes.
pub(crate) fn tile_path(n: u64, entries: usize) -> String {
    path_of(&Tile::new(HEIGHT, 0, n, wide(entries), false))
}

/// Reads a file. A partial file that is gone is cut from the full one, which replaces it as the log grows.
/// `None` if neither exists.
pub(crate) fn read(files: &dyn Files, path: &str) -> Result<Option<Vec<u8>>, LogError> {
    let found = files.read(path)?;
    let Some((full, width)) = path.split_once(".p/").filter(|_| found.is_none()) else { return Ok(found) };
    let (Some(mut bytes), Ok(width)) = (files.read(full)?, width.parse::<usize>()) else { return Ok(None) };
    let end = if full.contains("/entries/") {
        unbundle(&bytes).map(|entries| entries.iter().take(width).map(|entry| 2 + entry.len()).sum())
    } else {
        Some(width * HASH_SIZE)
    };
    bytes.truncate(end.unwrap_or(bytes.len()));
    Ok(Some(bytes))
}

/// Files held in memory.
#[derive(Debug, Default, Clone)]
pub struct Held(pub BTreeMap<String, Vec<u8>>);

impl Files for Held {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, LogError> {
        Ok(self.0.get(path).cloned())
    }
}

/// Encodes entries as a bundle: each after its length in two bytes, big-endian. No entry may be too long.
pub(crate) fn bundle<'e>(entries: impl IntoIterator<Item = &'e [u8]>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        let length = u16::try_from(entry.len()).expect("callers refuse entries longer than ENTRY_MAX");
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    bytes
}

/// The entries in a bundle; `None` if it is truncated.
pub(crate) fn unbundle(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*length));
        entries.push(rest.get(..length)?);
        bytes = &rest[length..];
    }
    Some(entries)
}
