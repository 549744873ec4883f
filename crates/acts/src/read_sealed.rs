//! Reading a sealed assessment, by a regulator.

use crate::sealed::{Unsealed, note, within};
use crate::{Act, Refusal};

/// An assessment in the actor's remit. Audits the read.
///
/// Errors: [`Refusal::Forbidden`] when the actor is not a regulator, [`Refusal::NotFound`] outside their
/// remit.
pub async fn read_sealed<'a>(act: &Act<'a>, id: &str) -> Result<Unsealed<'a>, Refusal> {
    let found = within(act, id).await?;
    note(act, "sealed.read", &found.sealed).await?;
    Ok(found)
}
