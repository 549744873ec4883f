//! Reads searches: record filters, and what the words of a search text name. Everything that takes a search text reads it
//! here, so that lists, downloads, feeds, statistics and webhooks mean the same by it.

use std::sync::Arc;

use chrono::NaiveDate;
use domain::RecordId;
use search::names::Directory;
use search::{Known, RecordQuery};
use store::names::Names;
use store::records::lookup::which_exist;
use store::{Db, StoreError};
use tokio::sync::Mutex;

use crate::extract::Taker;
use crate::filters::{take_filters, take_past_day};
use crate::problem::ApiError;

/// Most words of a text that are read as ids of records.
const IDS_MAX: usize = 4;

/// All names of bodies and products, prepared for reading search texts; kept until a name changes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Words(Arc<Mutex<Option<Kept>>>);

/// Names, with the revision of the name tables they are of.
type Kept = (i64, Arc<Directory>);

impl Words {
    /// The names as they are now.
    async fn directory(&self, db: &Db) -> Result<Arc<Directory>, StoreError> {
        let mut known = self.0.lock().await;
        let revision = Names::revision(db).await?;
        if let Some((of, directory)) = &*known
            && *of == revision
        {
            return Ok(Arc::clone(directory));
        }
        let directory = Arc::new(Directory::new(store::names::directory::read(db).await?));
        *known = Some((revision, Arc::clone(&directory)));
        Ok(directory)
    }

    /// The parts of a search text that name something.
    pub(crate) async fn known(&self, db: &Db, q: &str) -> Result<Vec<Known>, ApiError> {
        let directory = self.directory(db).await?;
        known(db, &directory, q).await
    }
}

/// Takes the record filters out of a query, and reads what its words name.
pub(crate) async fn take_query(db: &Db, words: &Words, taker: &mut Taker) -> Result<RecordQuery, ApiError> {
    let mut query = take_filters(db, taker).await?;
    if let Some(q) = &query.q {
        query.known = words.known(db, q).await?;
    }
    Ok(query)
}

/// Reads record filters from key-value pairs, for the command line.
///
/// Errors: [`ApiError::Query`] with every fault.
pub async fn record_query(
    db: &Db,
    pairs: Vec<(String, String)>,
    today: NaiveDate,
) -> Result<RecordQuery, ApiError> {
    let mut taker = Taker::new(pairs);
    let mut query = take_query(db, &Words::default(), &mut taker).await?;
    query.as_of = take_past_day(&mut taker, today);
    taker.finish()?;
    Ok(query)
}

/// The parts of a search text that name something. An id with one wrong character stands for the ids it may be meant
/// for.
async fn known(db: &Db, names: &Directory, q: &str) -> Result<Vec<Known>, ApiError> {
    let mut known = names.known(q);
    let mut maybe: Vec<(String, Vec<RecordId>)> = Vec::new();
    for word in search::wanted_words(q) {
        let ids = match word.parse::<RecordId>() {
            Ok(id) => vec![id],
            Err(_) if looks_like_id(&word) => RecordId::near(&word),
            Err(_) => Vec::new(),
        };
        if !ids.is_empty() && maybe.len() < IDS_MAX {
            maybe.push((word, ids));
        }
    }
    if maybe.is_empty() {
        return Ok(known);
    }
    let all: Vec<RecordId> = maybe.iter().flat_map(|(_, ids)| ids.iter().copied()).collect();
    let exist = which_exist(db, &all).await?;
    for (words, ids) in maybe {
        let ids = ids.iter().filter(|id| exist.contains(id));
        let lines: Vec<String> = ids.map(|id| format!("record={id}")).collect();
        if !lines.is_empty() {
            known.push(Known { words, lines });
        }
    }
    Ok(known)
}

/// Whether a word may be a mistyped id: ids begin with `R-`, and nearly all have a digit.
fn looks_like_id(word: &str) -> bool {
    let begins = word.starts_with("R-") || word.starts_with("r-");
    begins && word.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::looks_like_id;

    #[test]
    fn ids_have_their_prefix_and_a_digit() {
        assert!(looks_like_id("R-4ZK7Q2M") && looks_like_id("r-4zk7q2n"));
        assert!(!looks_like_id("4ZK7Q2M") && !looks_like_id("r-squared"));
    }
}
