//! Leaving a receipt for an assessment, by a regulator.

use store::records::sealed::{self, Receipt};

use crate::sealed::{Unsealed, note, regulating, within};
use crate::{Act, Refusal};

/// Records that the actor's body has read an assessment in its remit. A body's first receipt is kept.
///
/// Errors: [`Refusal::Forbidden`] when the actor is not a regulator, [`Refusal::NotFound`] outside their
/// remit.
pub async fn leave_receipt(act: &Act<'_>, id: &str, said: Option<&str>) -> Result<Receipt, Refusal> {
    let (caller, _) = regulating(act)?;
    let Unsealed { sealed, grant } = within(act, id).await?;
    let body = grant.organisation.as_deref().unwrap_or_default();
    let assessment = sealed.assessment.id.unwrap_or_default();
    let receipt = sealed::leave_receipt(act.tx, assessment, body, &caller.person.id, said, act.now).await?;
    note(act, "sealed.receipt", &sealed).await?;
    Ok(receipt)
}
