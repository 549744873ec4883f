//! What is left of a withdrawn record.

use store::records::{Current, State};

use crate::problem::{ApiError, Tombstone};

/// The record, unless it was withdrawn. Errors: [`ApiError::Gone`] with its tombstone, whose link begins with
/// `base_url`.
pub(crate) fn published(base_url: &str, record: Current) -> Result<Current, ApiError> {
    match &record.state {
        State::Published => Ok(record),
        State::Withdrawn { at, reason } => Err(ApiError::Gone(Box::new(Tombstone {
            id: record.id.clone(),
            title: record.version.record()?.title,
            published_at: record.first_published_at,
            withdrawn_at: *at,
            reason: reason.clone(),
            versions: format!("{base_url}/api/v1/records/{}/versions", record.id),
        }))),
    }
}
