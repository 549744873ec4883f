//! Starting a submission.

use domain::authorisation::{Object, Permission};
use domain::codes::{Origin, Role};
use domain::{Finding, RecordId, draft};
use serde_json::{Map, Value};
use store::names::products;
use store::people::audit::Deed;
use store::people::submissions::{Submission, insert};
use store::{Reads, records};

use crate::draft::{Whose, checked};
use crate::records::{OwnedRecord, owned_record};
use crate::{Act, Refusal, reason};

/// A submission to start.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSubmission {
    /// Slug of the organisation it is for, needed by people who write for several.
    pub organisation: Option<String>,
    /// What it starts from.
    pub from: Begins,
    /// Members of the record, which override what it starts from.
    pub members: Map<String, Value>,
    /// Why this version is made; public.
    pub note: Option<String>,
}

/// What a submission starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begins {
    /// An empty record.
    Blank,
    /// The next version of this record. The transaction must hold the lock of record writers, so that no
    /// draft starts from text that a redaction is removing.
    Version(RecordId),
    /// A copy of another record's description, never of its assessments, risks or redress.
    Copy(RecordId),
    /// A product, by its slug.
    Product(String),
}

/// Starts a draft, which may be incomplete.
///
/// Errors: [`Refusal::Forbidden`]; [`Refusal::Invalid`]; [`Refusal::NotFound`] for what it starts from;
/// [`Refusal::Conflict`] when that record was withdrawn.
pub async fn create_submission(act: &Act<'_>, new: NewSubmission) -> Result<Submission, Refusal> {
    let permission = Permission::CreateSubmission;
    let owner = act.acting_for(new.organisation.as_deref(), permission).await?;
    let role = act.may(permission, Object::Of { owner: &owner.id, about_others: false })?;
    let writer = act.actor.somebody(permission)?;
    let note = reason("/note", new.note, false)?;
    let base = match new.from {
        Begins::Version(id) => Some(base(act, id, role, &owner.id).await?),
        _ if role == Some(Role::Oversight) => {
            let message = "an oversight body writes about a record that is there";
            let finding = Finding::error("/record_id", "required", message);
            return Err(Refusal::invalid(finding.hint("name the record")));
        }
        _ => None,
    };
    let origin = match (role, &base) {
        (Some(Role::Oversight), Some(base)) => base.record.origin,
        (Some(Role::Observer), _) => Origin::ThirdParty,
        _ => Origin::SelfDeclared,
    };
    let mut members = match &base {
        Some(base) => base.record.to_members(),
        None => copied(act.tx, &new.from).await?,
    };
    members.remove("origin");
    members.extend(new.members);
    let record_id = base.as_ref().map(|base| base.id.to_string());
    let about_others = role.is_some_and(|role| role != Role::Contributor);
    let whose = Whose {
        owner: &owner.id,
        name: &owner.name,
        about_others,
        oversight: role == Some(Role::Oversight),
        whole: false,
        record_id: record_id.as_deref(),
    };
    let record = checked(act.tx, members, origin, None, &whose).await?;
    let mut submission = Submission::begin(&owner.id, about_others, record, writer, act.now);
    submission.record_id = record_id;
    submission.base_version = base.map(|base| base.standing.version);
    submission.note = note;
    insert(act.tx, &submission).await?;
    let deed = Deed {
        owner: Some(&submission.owner),
        detail: submission.record_id.as_deref(),
        ..Deed::new("submission.create", "submission", &submission.id)
    };
    act.note(role, deed).await?;
    Ok(submission)
}

/// The record a new version starts from. Its owner gets the whole of it; an oversight body gets the public
/// part.
async fn base(act: &Act<'_>, id: RecordId, role: Option<Role>, owner: &str) -> Result<OwnedRecord, Refusal> {
    let mut found = owned_record(act.tx, id).await?;
    if found.standing.withdrawn {
        return Err(Refusal::Conflict(format!("the record {id} was withdrawn: begin a new one")));
    }
    if role == Some(Role::Oversight) {
        found.record = found.record.public();
    } else if found.owner.as_deref() != Some(owner) {
        return Err(Refusal::Forbidden(Permission::CreateSubmission));
    }
    Ok(found)
}

/// The members a copied draft starts with.
async fn copied(conn: &impl Reads, from: &Begins) -> Result<Map<String, Value>, Refusal> {
    match from {
        Begins::Blank | Begins::Version(_) => Ok(Map::new()),
        Begins::Copy(id) => {
            let missing = || Refusal::NotFound("record", id.to_string());
            let found = records::find(conn, *id).await?.ok_or_else(missing)?;
            Ok(draft::copied(&found.version.record()?))
        }
        Begins::Product(slug) => {
            let missing = || Refusal::NotFound("product", slug.clone());
            Ok(draft::from_product(&products::find(conn, slug).await?.ok_or_else(missing)?))
        }
    }
}
