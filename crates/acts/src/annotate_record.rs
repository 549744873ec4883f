//! Annotating a record: what an observer, oversight body or regulator says beside it.

use domain::RecordId;
use domain::authorisation::{Object, Permission};
use store::people::remarks::{self, Remark, RemarkKind};

use crate::records::published_record;
use crate::remarks::note;
use crate::{Act, Refusal, Statement};

/// Stores an annotation as pending until an administrator decides. `organisation` is the slug of the body it
/// speaks for, needed by people who act for several.
///
/// Errors: [`Refusal::Forbidden`], [`Refusal::NotFound`], [`Refusal::Withdrawn`].
pub async fn annotate_record(
    act: &Act<'_>,
    id: RecordId,
    said: Statement,
    organisation: Option<&str>,
) -> Result<Remark, Refusal> {
    let by = act.acting_for(organisation, Permission::Annotate).await?;
    let role = act.may(Permission::Annotate, Object::Of { owner: &by.id, about_others: false })?;
    published_record(act.tx, id).await?;
    let kind = RemarkKind::Annotation;
    let mut remark = Remark::pending(&id.to_string(), kind, Some(&by.id), said.text, act.now);
    remark.evidence = said.evidence_url;
    remarks::insert(act.tx, &remark, None).await?;
    note(act, role, "remark.create", &remark, Some(&by.id)).await?;
    Ok(remark)
}
