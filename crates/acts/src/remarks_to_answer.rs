//! Accepted corrections and published annotations, which a body is to act on.

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::RecordId;
use domain::authorisation::Permission;
use domain::rules::ANSWER_DAYS;
use store::names::organisations;
use store::people::remarks::{self, Remark, RemarkKind};
use store::{Reads, StoreError};

use crate::organisations::publisher_of;
use crate::records::owned_record;
use crate::{Caller, Refusal};

/// A remark, with who is to act on it and by when.
#[derive(Debug, Clone)]
pub struct ToAnswer {
    /// The remark.
    pub remark: Remark,
    /// Title of the record it is about.
    pub title: String,
    /// Id of the organisation that is asked.
    pub body: String,
    /// When it was accepted or published.
    pub decided_at: DateTime<Utc>,
    /// The last day for a new version or a reply.
    pub due_on: NaiveDate,
}

/// What waits for the organisations that the caller writes or replies for: accepted corrections for who made the
/// record, published annotations for the body that it is about.
///
/// Errors: [`Refusal::Forbidden`] if there is no such organisation.
pub async fn remarks_to_answer(
    conn: &impl Reads,
    caller: &Caller,
    limit: u64,
) -> Result<Vec<ToAnswer>, Refusal> {
    let mut bodies = caller.organisations(Permission::Reply);
    bodies.extend(caller.organisations(Permission::CreateSubmission));
    bodies.sort_unstable();
    bodies.dedup();
    if bodies.is_empty() {
        return Err(Refusal::Forbidden(Permission::Reply));
    }
    let mut slugs = Vec::with_capacity(bodies.len());
    for id in &bodies {
        slugs.extend(organisations::find(conn, id).await?.map(|stored| stored.organisation.slug));
    }
    let mut found = Vec::new();
    for remark in remarks::to_answer(conn, &bodies, &slugs, limit).await? {
        found.extend(asked(conn, &bodies, remark).await?);
    }
    Ok(found)
}

/// The remark with the one of these bodies that is asked; `None` if it is somebody else.
async fn asked(conn: &impl Reads, bodies: &[String], remark: Remark) -> Result<Option<ToAnswer>, Refusal> {
    let id: RecordId = remark.record_id.parse().map_err(|_| {
        StoreError::inconsistent("remarks", "record_id", &remark.id, "it is not the id of a record")
    })?;
    let record = owned_record(conn, id).await?;
    let body = match remark.kind {
        RemarkKind::Correction => record.owner,
        RemarkKind::Annotation | RemarkKind::Reply => publisher_of(conn, &record.record).await?,
    };
    let decided_at = remark.decided_at.unwrap_or(remark.created_at);
    Ok(body.filter(|body| bodies.contains(body)).map(|body| ToAnswer {
        title: record.record.title,
        body,
        decided_at,
        due_on: decided_at.date_naive() + Days::new(ANSWER_DAYS),
        remark,
    }))
}
