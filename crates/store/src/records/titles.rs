//! The titles of records, for completing what somebody types.

use serde::Deserialize;

use crate::ground::sql::Sql;
use crate::{Db, StoreError};

/// Listings read at once.
const CHUNK: i64 = 5_000;

/// The title of a record, in its current listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Titled {
    /// The change that published it.
    pub change: i64,
    /// Number of the listing's last write, from the same counter as changes.
    pub touched: i64,
    /// Public id of the record.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// What a list item says of it.
#[derive(Deserialize)]
struct Card {
    id: String,
    title: String,
}

/// The titles in current listings written after `touched`, in the order of writing; all of them after -1.
///
/// Errors: [`StoreError::Inconsistent`] if a listing is not a list item.
pub async fn written_after(db: &Db, touched: i64) -> Result<Vec<Titled>, StoreError> {
    let mut titles: Vec<Titled> = Vec::new();
    let mut place = (touched, i64::MAX);
    loop {
        // One write may touch many listings, so both numbers are needed.
        let mut sql =
            Sql::new("SELECT change, touched, card FROM listings WHERE until IS NULL AND touched >= ");
        sql.bind(place.0).push(" AND (touched > ").bind(place.0).push(" OR change > ").bind(place.1);
        sql.push(") ORDER BY touched, change LIMIT ").bind(CHUNK);
        let rows = sql.all(&db.read).await?;
        for row in &rows {
            let (change, touched): (i64, i64) = (row.try_get_by("change")?, row.try_get_by("touched")?);
            let card: String = row.try_get_by("card")?;
            let Card { id, title } = serde_json::from_str(&card)
                .map_err(|error| StoreError::inconsistent("listings", "card", change, error))?;
            titles.push(Titled { change, touched, id, title });
            place = (touched, change);
        }
        if rows.len() < CHUNK as usize {
            return Ok(titles);
        }
    }
}
