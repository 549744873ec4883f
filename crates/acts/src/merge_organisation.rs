//! Merging one organisation into another, by an administrator.

use domain::authorisation::{Object, Permission};
use domain::codes::{AliasKind, Code};
use store::across;
use store::people::audit::Deed;

use crate::{Act, Refusal, known_organisation};

/// Merges one organisation into another: its names become names of that kind of the other, and records and notices
/// that name it show the other. Returns how many current records are shown under another name now. Each is given
/// by its slug or id. The transaction must be a public one.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::NotFound`] for an unknown organisation; [`Refusal::Conflict`] when
/// both are the same.
pub async fn merge_organisation(
    act: &Act<'_>,
    slug: &str,
    into: &str,
    kind: AliasKind,
) -> Result<u64, Refusal> {
    let role = act.may(Permission::ManageOrganisations, Object::Register)?;
    // Before the merge: afterwards its slug and id lead to the other.
    let merged = known_organisation(act.tx, slug).await?;
    let kept = known_organisation(act.tx, into).await?;
    let records = Box::pin(across::merge(act.tx, slug, into, kind, act.now.date_naive())).await?;
    let detail = format!("into {}, as {}", kept.name, kind.as_str());
    let deed = Deed {
        owner: Some(&kept.id),
        detail: Some(&detail),
        ..Deed::new("organisation.merge", "organisation", &merged.id)
    };
    act.note(role, deed).await?;
    Ok(records)
}
