//! Deciding whether two records of different editions of a source are one.

use domain::authorisation::{Object, Permission};
use store::StoreError;
use store::people::audit::Deed;
use store::records::matches::{self, Match};

use crate::{Act, Refusal};

/// Decides, for good, whether two proposed records are one tool. If they are, the earlier lives on with the history
/// of both, and the later is withdrawn with a reason that leads there. Returns the match as it was. The transaction
/// must be a public one.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::NotFound`] for an unknown match; [`Refusal::Conflict`] when it is
/// decided already, or one of the records was withdrawn.
pub async fn decide_match(act: &Act<'_>, id: i64, same: bool) -> Result<Match, Refusal> {
    let role = act.may(Permission::ManageOrganisations, Object::Register)?;
    let found = matches::find(act.tx, id).await?;
    let found = found.ok_or_else(|| Refusal::NotFound("match", id.to_string()))?;
    if found.state != "proposed" {
        return Err(Refusal::Conflict(format!("the match {id} was decided already: {}", found.state)));
    }
    if same {
        Box::pin(matches::join(act.tx, &found, act.now)).await.map_err(|error| match error {
            StoreError::Conflict(detail) => Refusal::Conflict(detail),
            other => other.into(),
        })?;
    } else {
        matches::part(act.tx, id, act.now).await?;
    }
    let action = if same { "match.same" } else { "match.different" };
    let detail = format!("{} and {}", found.earlier, found.later);
    let deed = Deed { detail: Some(&detail), ..Deed::new(action, "record", &found.later) };
    act.note(role, deed).await?;
    Ok(found)
}
