//! Listing the assessments in a regulator's remit.

use domain::authorisation::{Grant, Remit};
use store::records::sealed::{self, Sealed};

use crate::sealed::{note, regulating};
use crate::{Act, Refusal};

/// A page of sealed assessments.
#[derive(Debug)]
pub struct SealedPage<'a> {
    /// In order of publication.
    pub found: Vec<Sealed>,
    /// The actor's first grant as a regulator.
    pub grant: &'a Grant,
    /// The number of assessments in the remit.
    pub total: u64,
    /// Whether there is a next page.
    pub more: bool,
}

/// Lists assessments in the actor's remit, starting after a position in their order. Audits each one returned
/// as read.
///
/// Errors: [`Refusal::Forbidden`] when the actor is not a regulator.
pub async fn list_sealed<'a>(
    act: &Act<'a>,
    after: Option<i64>,
    limit: u64,
) -> Result<SealedPage<'a>, Refusal> {
    let (_, grants) = regulating(act)?;
    let remits: Vec<Remit> = grants.iter().map(|grant| grant.remit.clone()).collect();
    let (mut found, total) = sealed::list(act.tx, &remits, after, limit + 1).await?;
    let more = found.len() as u64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    for sealed in &found {
        note(act, "sealed.read", sealed).await?;
    }
    Ok(SealedPage { found, grant: grants[0], total, more })
}
