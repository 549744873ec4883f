//! Finding records for acts.

use domain::authorisation::{Object, Permission};
use domain::codes::Origin;
use domain::{Record, RecordId};
use store::records::sealed::whole;
use store::records::{self, Current, State};
use store::records::{RecordStanding, standing};
use store::{Reads, StoreError};

use crate::organisations::publisher_of;
use crate::{Act, Refusal};

/// Finds a published record. Errors: [`Refusal::NotFound`], [`Refusal::Withdrawn`].
pub async fn published_record(conn: &impl Reads, id: RecordId) -> Result<Current, Refusal> {
    let found = records::find(conn, id).await?;
    let found = found.ok_or_else(|| Refusal::NotFound("record", id.to_string()))?;
    match found.state {
        State::Published => Ok(found),
        State::Withdrawn { .. } => Err(Refusal::Withdrawn(Box::new(found))),
    }
}

/// A record as its owner sees it, published or withdrawn.
#[derive(Debug)]
pub struct OwnedRecord {
    /// Public id.
    pub id: RecordId,
    /// Its current version, and whether it was withdrawn.
    pub standing: RecordStanding,
    /// The record, with sealed text.
    pub record: Record,
    /// Id of the owning organisation; `None` when the publisher's name does not resolve.
    pub owner: Option<String>,
}

impl OwnedRecord {
    /// The record as an object of permissions. One without an owner is the register's own responsibility.
    pub fn object(&self) -> Object<'_> {
        let about_others = self.record.origin == Origin::ThirdParty;
        self.owner.as_deref().map_or(Object::Register, |owner| Object::Of { owner, about_others })
    }
}

/// Finds a record and its owner. Errors: [`Refusal::NotFound`].
pub async fn owned_record(conn: &impl Reads, id: RecordId) -> Result<OwnedRecord, Refusal> {
    let text = id.to_string();
    let missing = || Refusal::NotFound("record", text.clone());
    let standing = standing(conn, &text).await?.ok_or_else(missing)?;
    let record = whole(conn, &text).await?.ok_or_else(missing)?;
    let owner = record_owner(conn, &record, &standing).await?;
    Ok(OwnedRecord { id, standing, record, owner })
}

/// Finds a record the actor has a permission for. Errors: [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn record_for(act: &Act<'_>, id: RecordId, permission: Permission) -> Result<OwnedRecord, Refusal> {
    let found = owned_record(act.tx, id).await?;
    act.may(permission, found.object())?;
    Ok(found)
}

/// Id of the organisation that owns a record: the one that submitted it or, for an imported record, its
/// publisher.
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

/// Checks that a record has not been withdrawn. Errors: [`Refusal::Conflict`].
pub(crate) fn not_withdrawn(found: &OwnedRecord) -> Result<(), Refusal> {
    match found.standing.withdrawn {
        true => Err(Refusal::Conflict(format!("the record {} was withdrawn", found.id))),
        false => Ok(()),
    }
}
