//! Uploaded files with faults, kept in memory for an hour so that their senders can download a copy in which the faults
//! stand beside the rows. A check writes nothing, so nothing of them goes to the disk or the database.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use importer::faults::Faults;
use moka::sync::Cache;

/// How long a file is kept.
const KEPT_FOR: Duration = Duration::from_secs(3_600);
/// How many bytes of files are kept; the oldest go first.
const BYTES: u64 = 64 << 20;
/// Bytes a file takes besides its own.
const BESIDE: usize = 1_000;

/// A file with its faults.
#[derive(Debug)]
pub(crate) struct FaultyFile {
    /// Id of the person who sent it; nobody else gets it.
    pub(crate) person: String,
    /// Its name.
    pub(crate) name: String,
    /// Its bytes.
    pub(crate) bytes: Bytes,
    /// What is wrong in it.
    pub(crate) faults: Faults,
}

/// The files, by UUID.
#[derive(Debug, Clone)]
pub(crate) struct FaultyFiles(Cache<String, Arc<FaultyFile>>);

impl Default for FaultyFiles {
    fn default() -> Self {
        let size = |_: &String, file: &Arc<FaultyFile>| {
            u32::try_from(file.bytes.len().saturating_add(BESIDE)).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(BYTES).weigher(size).time_to_live(KEPT_FOR).build())
    }
}

impl FaultyFiles {
    /// Keeps a file.
    pub(crate) fn keep(&self, id: String, file: FaultyFile) {
        self.0.insert(id, Arc::new(file));
    }

    /// A file of a person; `None` if it is not kept any more, or is another person's.
    pub(crate) fn find(&self, id: &str, person: &str) -> Option<Arc<FaultyFile>> {
        self.0.get(id).filter(|file| file.person == person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_its_senders_only() {
        let files = FaultyFiles::default();
        let file = || FaultyFile {
            person: "ann".to_owned(),
            name: "records.csv".to_owned(),
            bytes: Bytes::from_static(b"title"),
            faults: Faults::default(),
        };
        files.keep("1".to_owned(), file());
        assert!(files.find("1", "ann").is_some());
        assert!(files.find("1", "bob").is_none() && files.find("2", "ann").is_none());
    }
}
