//! Records as acts find them.

use domain::RecordId;
use store::Reads;
use store::records::{self, Current, State};

use crate::Refusal;

/// A record that is published. Errors: [`Refusal::NotFound`], [`Refusal::Withdrawn`].
pub async fn published_record(conn: &impl Reads, id: RecordId) -> Result<Current, Refusal> {
    let found = records::find(conn, id).await?;
    let found = found.ok_or_else(|| Refusal::NotFound("record", id.to_string()))?;
    match found.state {
        State::Published => Ok(found),
        State::Withdrawn { .. } => Err(Refusal::Withdrawn(Box::new(found))),
    }
}
