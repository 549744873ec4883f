//! Records as acts find them.

use domain::authorisation::{Object, Permission};
use domain::codes::Origin;
use domain::{Record, RecordId};
use store::records::sealed::whole;
use store::records::{self, Current, State};
use store::records::{RecordStanding, standing};
use store::{Reads, StoreError};

use crate::organisations::publisher_of;
use crate::{Act, Refusal};

/// A record that is published. Errors: [`Refusal::NotFound`], [`Refusal::Withdrawn`].
pub async fn published_record(conn: &impl Reads, id: RecordId) -> Result<Current, Refusal> {
    let found = records::find(conn, id).await?;
    let found = found.ok_or_else(|| Refusal::NotFound("record", id.to_string()))?;
    match found.state {
        State::Published => Ok(found),
        State::Withdrawn { .. } => Err(Refusal::Withdrawn(Box::new(found))),
    }
}

/// A record as its owner keeps it, published or withdrawn.
#[derive(Debug)]
pub struct OwnedRecord {
    /// Public id.
    pub id: RecordId,
    /// Where it stands.
    pub standing: RecordStanding,
    /// What it says, sealed texts included.
    pub record: Record,
    /// The organisation it belongs to, by id; `None` when its publisher's name does not resolve.
    pub owner: Option<String>,
}

impl OwnedRecord {
    /// What it is to the table of permissions. One without an owner is in the hands of the register.
    pub fn object(&self) -> Object<'_> {
        let about_others = self.record.origin == Origin::ThirdParty;
        self.owner.as_deref().map_or(Object::Register, |owner| Object::Of { owner, about_others })
    }
}

/// A record and whose it is. Errors: [`Refusal::NotFound`].
pub async fn owned_record(conn: &impl Reads, id: RecordId) -> Result<OwnedRecord, Refusal> {
    let text = id.to_string();
    let missing = || Refusal::NotFound("record", text.clone());
    let standing = standing(conn, &text).await?.ok_or_else(missing)?;
    let record = whole(conn, &text).await?.ok_or_else(missing)?;
    let owner = record_owner(conn, &record, &standing).await?;
    Ok(OwnedRecord { id, standing, record, owner })
}

/// A record to which the actor may do something. Errors: [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn record_for(act: &Act<'_>, id: RecordId, permission: Permission) -> Result<OwnedRecord, Refusal> {
    let found = owned_record(act.tx, id).await?;
    act.may(permission, found.object())?;
    Ok(found)
}

/// Id of the organisation that a record belongs to: the one that submitted it, or the publisher of an imported one.
pub async fn record_owner(
    conn: &impl Reads,
    record: &Record,
    standing: &RecordStanding,
) -> Result<Option<String>, StoreError> {
    match &standing.owner {
        Some(owner) => Ok(Some(owner.clone())),
        None => publisher_of(conn, record).await,
    }
}

/// Checks that a record is still published. Errors: [`Refusal::Conflict`].
pub(crate) fn not_withdrawn(found: &OwnedRecord) -> Result<(), Refusal> {
    match found.standing.withdrawn {
        true => Err(Refusal::Conflict(format!("the record {} was withdrawn", found.id))),
        false => Ok(()),
    }
}
