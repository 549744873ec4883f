//! Downloading the document of a sealed assessment, by a regulator.

use crate::sealed::{note, within};
use crate::{Act, Refusal};

/// SHA-256 of the document of an assessment in the actor's remit, whatever its visibility. Audits the
/// download.
///
/// Errors: [`Refusal::Forbidden`] when the actor is not a regulator; [`Refusal::NotFound`] outside their
/// remit, or when the assessment has no document.
pub async fn download_sealed(act: &Act<'_>, id: &str) -> Result<String, Refusal> {
    let sealed = within(act, id).await?.sealed;
    let document = sealed.assessment.document.as_ref().and_then(|document| document.sha256.clone());
    let document = document.ok_or_else(|| Refusal::NotFound("document", domain::cell::short(id)))?;
    note(act, "sealed.download", &sealed).await?;
    Ok(document)
}
