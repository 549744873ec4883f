//! Whether files of dumps still have the bytes they were written with.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use moka::sync::Cache;
use store::StoreError;
use tokio::sync::Mutex;

/// The most files whose comparison is remembered.
const WHOLE_MAX: u64 = 10_000;
/// How long it is: a disk may damage a file without changing its time.
const WHOLE_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// A file as it was found: its name, length and time, and the hash it should have.
pub(crate) type FileFound = (String, u64, DateTime<Utc>, String);

/// Files that were compared with their sums, and whether they agree.
#[derive(Debug, Clone)]
pub(crate) struct Comparisons {
    known: Cache<FileFound, bool>,
    /// Held while a file is read, which can be gigabytes: anybody may ask for any, as often as they like.
    reading: Arc<Mutex<()>>,
}

impl Default for Comparisons {
    fn default() -> Self {
        let known = Cache::builder().max_capacity(WHOLE_MAX).time_to_live(WHOLE_FOR).build();
        Self { known, reading: Arc::default() }
    }
}

impl Comparisons {
    /// Whether a file agrees with its sum, as remembered or as `compare` finds. One file is read at a time, and
    /// to its end even if the client no longer waits, so that asking again and again reads it once.
    pub(crate) async fn agrees(
        &self,
        file: FileFound,
        compare: impl Future<Output = Result<bool, StoreError>> + Send + 'static,
    ) -> Result<bool, StoreError> {
        if let Some(known) = self.known.get(&file) {
            return Ok(known);
        }
        let alone = Arc::clone(&self.reading).lock_owned().await;
        if let Some(known) = self.known.get(&file) {
            return Ok(known);
        }
        let known = self.known.clone();
        let compared = tokio::spawn(async move {
            let _alone = alone;
            let agrees = compare.await?;
            known.insert(file, agrees);
            Ok::<_, StoreError>(agrees)
        });
        compared.await.map_err(|error| StoreError::Unavailable(error.to_string()))?
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn file(name: &str) -> FileFound {
        (name.to_owned(), 1, DateTime::UNIX_EPOCH, "00".to_owned())
    }

    #[tokio::test]
    async fn many_requests_for_a_file_read_it_once_even_if_the_first_gives_up() {
        let (comparisons, read) = (Comparisons::default(), Arc::new(AtomicUsize::new(0)));
        let ask = |name: &str| {
            let read = Arc::clone(&read);
            let compare = async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                read.fetch_add(1, Ordering::Relaxed);
                Ok::<_, StoreError>(false)
            };
            comparisons.agrees(file(name), compare)
        };
        // The client goes away while the file is being read.
        let gone = tokio::time::timeout(Duration::from_millis(1), ask("a.csv")).await;
        assert!(gone.is_err());
        let answers = futures::future::join_all((0..20).map(|_| ask("a.csv"))).await;
        assert!(answers.into_iter().all(|answer| !answer.unwrap()));
        assert_eq!(read.load(Ordering::Relaxed), 1);
        assert!(!ask("b.csv").await.unwrap());
        assert_eq!(read.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_file_that_could_not_be_read_is_read_again() {
        let comparisons = Comparisons::default();
        let failed = async { Err::<bool, _>(StoreError::Unavailable("the disk is busy".to_owned())) };
        assert!(comparisons.agrees(file("a.csv"), failed).await.is_err());
        assert!(comparisons.agrees(file("a.csv"), async { Ok(true) }).await.unwrap());
    }
}
