//! The registers that records are imported from, by their names for people.

use domain::sources;
use store::{Reads, StoreError};
use wire::{ImportSource, SourceShare};

/// A source as answers name it. One that the register does not know by name, such as that of a table read with a
/// mapping, is named by its key.
pub(crate) fn import_source(key: &str, edition: Option<String>) -> ImportSource {
    let known = sources::find(key);
    ImportSource {
        source: key.to_owned(),
        name: known.map_or(key, |source| source.name).to_owned(),
        home: known.map(|source| source.home.to_owned()),
        licence: known.map(|source| source.licence.to_owned()),
        edition,
    }
}

/// Every source with published records, most records first.
pub(crate) async fn shares(conn: &impl Reads) -> Result<Vec<SourceShare>, StoreError> {
    let mut shares = store::records::sources::shares(conn).await?;
    shares.sort_by_key(|share| std::cmp::Reverse(share.records));
    let share_of = |part: u64, whole: u64| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    Ok(shares
        .into_iter()
        .map(|share| SourceShare {
            from: import_source(&share.source, None),
            records: share.records,
            asked: share.asked,
            not_stated: share.not_stated,
            share: share_of(share.not_stated, share.asked),
        })
        .collect())
}
