//! Withdrawn records: their tombstones.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};

use crate::{Kind, Typed};

/// A withdrawn record's tombstone. Its versions stay in the table of versions.
#[derive(Debug)]
pub struct WithdrawnRow {
    /// The record's public id.
    pub id: String,
    /// Its last title.
    pub title: String,
    /// The publisher's name.
    pub publisher: String,
    /// The number of its last version.
    pub version: i64,
    /// When its first version was published.
    pub published_at: DateTime<Utc>,
    /// When it was withdrawn.
    pub withdrawn_at: DateTime<Utc>,
    /// The reason given.
    pub reason: String,
}

/// The table of withdrawn records.
pub fn withdrawn() -> &'static Typed<WithdrawnRow> {
    static TABLE: LazyLock<Typed<WithdrawnRow>> = LazyLock::new(|| {
        Typed::<WithdrawnRow>::new(
            "withdrawn",
            "Withdrawn records",
            "A record that was published and withdrawn, with the reason; its versions stay",
            &["id"],
            &[],
        )
        .must("id", Kind::Text, "Public id of the record", |row, _| (&row.id).into())
        .must("url", Kind::Text, "Address of the record", |row, base| {
            format!("{base}/api/v1/records/{}", row.id).into()
        })
        .must("title", Kind::Text, "Its last title", |row, _| (&row.title).into())
        .must("publisher", Kind::Text, "Name of the body that published it", |row, _| (&row.publisher).into())
        .must("version", Kind::Integer, "Number of its last version", |row, _| row.version.into())
        .must("published_at", Kind::Instant, "When its first version was published", |row, _| {
            row.published_at.into()
        })
        .must("withdrawn_at", Kind::Instant, "When it was withdrawn", |row, _| row.withdrawn_at.into())
        .with("reason", Kind::Text, "Why", |row, _| (&row.reason).into())
    });
    &TABLE
}
