//! A regulator lists the assessments in their remit.

use domain::authorisation::{Grant, Remit};
use store::records::sealed::{self, Sealed};

use crate::sealed::{note, regulating};
use crate::{Act, Refusal};

/// A page of sealed assessments.
#[derive(Debug)]
pub struct SealedPage<'a> {
    /// In the order they were published.
    pub found: Vec<Sealed>,
    /// The regulator's first grant.
    pub grant: &'a Grant,
    /// How many are in the remit.
    pub total: u64,
    /// Whether there are more after these.
    pub more: bool,
}

/// The assessments in the actor's remit after a place in their order; each one that is given is noted as read.
///
/// Errors: [`Refusal::Forbidden`] when the actor regulates nothing.
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
