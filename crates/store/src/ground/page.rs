//! Cursors: how far a walk through a list has come, as an opaque word.
//!
//! A cursor carries the state the walk started from, the total, and the last item seen. It is bound to its
//! query, so that it cannot silently continue another.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Why a cursor is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadCursor {
    /// Not a cursor of this register.
    #[error("this is not a cursor of this register")]
    Form,
    /// A cursor of another query.
    #[error("this cursor belongs to another query")]
    OtherQuery,
    /// The state it started from is no longer kept.
    #[error("this cursor has expired")]
    Expired,
}

/// A position in a walk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Hash of the query it belongs to.
    #[serde(rename = "q")]
    query: String,
    /// The latest change when the walk began.
    #[serde(rename = "s")]
    pub snapshot: i64,
    /// How many items matched then.
    #[serde(rename = "t")]
    pub total: u64,
    /// The sort key of the last item.
    #[serde(rename = "k")]
    pub key: String,
    /// The number of the last item, to tell equal keys apart.
    #[serde(rename = "n")]
    pub number: i64,
}

impl Cursor {
    /// A cursor for a query: any text that is the same on every page of the walk.
    pub fn new(query: &str, snapshot: i64, total: u64, key: String, number: i64) -> Self {
        Self { query: bound(query), snapshot, total, key, number }
    }

    /// The opaque word.
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).expect("a cursor is JSON"))
    }

    /// Reads the opaque word back, for the query it came from.
    pub fn decode(word: &str, query: &str) -> Result<Self, BadCursor> {
        let bytes = URL_SAFE_NO_PAD.decode(word).map_err(|_| BadCursor::Form)?;
        let cursor: Self = serde_json::from_slice(&bytes).map_err(|_| BadCursor::Form)?;
        if cursor.query != bound(query) { Err(BadCursor::OtherQuery) } else { Ok(cursor) }
    }
}

fn bound(query: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(query.as_bytes())[..9])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_continues_its_own_query_only() {
        let cursor = Cursor::new("sector=schools", 7, 100, "a title".into(), 3);
        assert_eq!(Cursor::decode(&cursor.encode(), "sector=schools"), Ok(cursor.clone()));
        assert_eq!(Cursor::decode(&cursor.encode(), "sector=tax"), Err(BadCursor::OtherQuery));
        assert_eq!(Cursor::decode("not a cursor", ""), Err(BadCursor::Form));
        assert_eq!(Cursor::decode("", ""), Err(BadCursor::Form));
    }
}
