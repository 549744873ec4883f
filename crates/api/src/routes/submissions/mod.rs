//! Submissions: writing, reviewing and publishing records. Nothing here is public, and what a caller may not
//! read looks the same as what is not there.

pub(crate) mod act;
pub(crate) mod change;
pub(crate) mod create;
pub(crate) mod preview;
pub(crate) mod read;

use acts::Caller;
use chrono::{DateTime, Utc};
use domain::authorisation::{Object, Permission};
use domain::codes::{Origin, SubmissionState};
use domain::completeness::{Completeness, completeness};
use domain::draft::{self, NextField};
use domain::sent::keep_sealed;
use domain::submission::{Action, allowed};
use domain::{Finding, Record};
use serde::Serialize;
use serde_json::{Map, Value};
use store::people;
use store::submissions::{Submission, whole};
use store::{Reads, StoreError, documents, organisations};
use utoipa::ToSchema;

use crate::App;
use crate::problem::{ApiError, Fault};
use crate::views::{FlagView, foretold};

/// What `If-Match` of a submission names.
pub(crate) const IF_MATCH: &str = "send the submission's ETag in If-Match, such as If-Match: \"3\"";

/// An organisation, by what it is called.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnerView {
    /// Part of its address.
    #[schema(example = "northmoor-borough-council")]
    pub(crate) slug: String,
    /// Its name.
    #[schema(example = "Northmoor Borough Council")]
    pub(crate) name: String,
}

/// Something that the caller may do now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AvailableAction {
    action: Action,
    /// How to ask for it.
    #[schema(example = "POST")]
    method: &'static str,
    /// Where.
    url: String,
    /// Whether a reason must be given.
    needs_reason: bool,
}

/// A submission with everything that is to be said of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubmissionView {
    /// UUID.
    id: String,
    /// Address of the submission.
    url: String,
    /// Whose it is.
    owner: OwnerView,
    state: SubmissionState,
    /// Counts every change; the same as the ETag.
    revision: i64,
    /// The record it is to be a version of, or became.
    #[serde(skip_serializing_if = "Option::is_none")]
    record_id: Option<String>,
    /// The version it was begun from; publication is refused when the record moved on.
    #[serde(skip_serializing_if = "Option::is_none")]
    base_version: Option<i64>,
    /// The version it became.
    #[serde(skip_serializing_if = "Option::is_none")]
    published_version: Option<i64>,
    /// What it says, sealed texts included.
    record: Record,
    /// Why this version is made, for readers.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// Everything that is to be said of it: an error stops publication, a warning does not.
    findings: Vec<Finding>,
    /// What the public rules would say of it if it were published now. They stop nothing.
    flags: Vec<FlagView>,
    completeness: Completeness,
    /// The blank fields that are quickest to answer.
    next_fields: Vec<NextField>,
    /// What the caller may do now.
    available_actions: Vec<AvailableAction>,
    /// The line of the uploaded file it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    upload_line: Option<i64>,
    /// When it was begun.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

/// What a submission is to the table of permissions.
pub(crate) fn object(submission: &Submission) -> Object<'_> {
    Object::Of { owner: &submission.owner, about_others: submission.about_others }
}

/// Refuses a submission that the caller may not read as one that is not there.
pub(crate) fn readable(caller: &Caller, id: &str, found: Option<Submission>) -> Result<Submission, ApiError> {
    found
        .filter(|found| caller.grant(Permission::ReadSubmission, object(found)).is_some())
        .ok_or_else(|| ApiError::NotFound("submission", id.to_owned()))
}

pub(crate) async fn owner(conn: &impl Reads, id: &str) -> Result<OwnerView, StoreError> {
    let found = organisations::find(conn, id).await?;
    Ok(match found {
        Some(found) => OwnerView { slug: found.organisation.slug, name: found.organisation.name },
        None => OwnerView { slug: id.to_owned(), name: id.to_owned() },
    })
}

/// What is to be known around a submission to show it.
pub(crate) struct Around {
    pub(crate) owner: OwnerView,
    /// Whether its publisher demands that someone else approves.
    four_eyes: bool,
}

impl Around {
    pub(crate) async fn of(conn: &impl Reads, submission: &Submission) -> Result<Self, StoreError> {
        Ok(Self {
            owner: owner(conn, &submission.owner).await?,
            four_eyes: people::four_eyes(conn, &submission.owner).await?,
        })
    }

    /// Why the caller may not approve what they wrote themselves; `None` when they did not, or when the publisher
    /// does not demand four eyes.
    pub(crate) fn own_approval(&self, caller: &Caller, submission: &Submission) -> Option<String> {
        let me = &caller.person.id;
        let wrote = submission.writers.contains(me) || submission.submitted_by.as_ref() == Some(me);
        (wrote && self.four_eyes)
            .then(|| "who wrote or submitted it does not approve it: ask another approver".to_owned())
    }
}

/// A submission as the caller sees it.
pub(crate) fn view(app: &App, caller: &Caller, around: Around, submission: Submission) -> SubmissionView {
    let url = format!("{}/api/v1/submissions/{}", app.base_url, submission.id);
    let may = |action: &Action| {
        caller.grant((*action).into(), object(&submission)).is_some()
            && (*action != Action::Approve || around.own_approval(caller, &submission).is_none())
    };
    let available_actions = allowed(submission.state)
        .filter(may)
        .map(|action| {
            let (method, url) = match action {
                Action::Edit => ("PATCH", url.clone()),
                action => ("POST", format!("{url}/{}", action.as_str().replace('_', "-"))),
            };
            AvailableAction { action, method, url, needs_reason: action.needs_reason() }
        })
        .collect();
    SubmissionView {
        owner: around.owner,
        state: submission.state,
        revision: submission.revision,
        record_id: submission.record_id,
        base_version: submission.base_version,
        published_version: submission.published_version,
        findings: draft::findings(&submission.record),
        flags: foretold(&submission.record, (app.clock)()),
        completeness: completeness(&submission.record),
        next_fields: draft::quickest(&submission.record),
        record: submission.record,
        note: submission.note,
        available_actions,
        upload_line: submission.upload.map(|(_, line)| line),
        created_at: submission.created_at,
        updated_at: submission.updated_at,
        id: submission.id,
        url,
    }
}

pub(crate) fn invalid(findings: Vec<Finding>) -> ApiError {
    ApiError::Invalid(
        findings
            .into_iter()
            .map(|finding| {
                let mut fault = Fault::from(finding);
                fault.pointer = format!("/record{}", fault.pointer);
                fault
            })
            .collect(),
    )
}

/// Reads the members of a draft and checks what only the register knows: that it is about the owner's own
/// body, that assessments are its own, that an oversight body changes only what is its to say. What is sealed, and what
/// the register already says, stays as it is (`domain::sent`).
pub(crate) async fn checked(
    conn: &impl Reads,
    members: &Map<String, Value>,
    origin: Origin,
    submission: Option<&Submission>,
    who: &Whose<'_>,
) -> Result<Record, ApiError> {
    let base = match who.record_id {
        Some(id) => whole(conn, id).await?,
        None => None,
    };
    let known = match (submission, &base) {
        (Some(submission), _) => Some(submission.record.clone()),
        // An oversight body knows what everybody may read.
        (None, Some(base)) => Some(if who.oversight { base.public() } else { base.clone() }),
        (None, None) => None,
    };
    let mut members = members.clone();
    if let Some(known) = known.as_ref().filter(|_| !who.whole) {
        keep_sealed(known, &mut members).map_err(invalid)?;
    }
    let name = (origin == Origin::SelfDeclared && !who.about_others).then_some(who.name);
    let record = draft::read_over(&members, origin, name, known.as_ref()).map_err(invalid)?;
    let mut findings = Vec::new();
    if !who.about_others {
        let country = record.jurisdiction.split('-').next().unwrap_or_default();
        let party = organisations::resolve(conn, &record.publisher.name, country, false).await?;
        if party.is_none_or(|party| party.id != who.owner) {
            findings.push(
                Finding::error(
                    "/publisher",
                    "foreign-publisher",
                    format!("'{}' is not {}", domain::cell::short(&record.publisher.name), who.name),
                )
                .hint(format!("leave publisher out, or write {}", who.name)),
            );
        }
    }
    let known = base.iter().chain(submission.map(|submission| &submission.record));
    let known: Vec<_> = known.flat_map(|record| record.assessments.iter().filter_map(|one| one.id)).collect();
    for (place, one) in record.assessments.iter().enumerate() {
        if one.id.is_some_and(|id| !known.contains(&id)) {
            findings.push(
                Finding::error(
                    format!("/assessments/{place}/id"),
                    "unknown-id",
                    "this record has no such assessment",
                )
                .hint("leave the id out of a new assessment: the register gives it one"),
            );
        }
    }
    for (place, one) in record.assessments.iter().enumerate() {
        let sha256 = one.document.as_ref().and_then(|document| document.sha256.as_ref());
        let kept = base.iter().flat_map(|record| &record.assessments).filter_map(|one| one.document.as_ref());
        if let Some(sha256) = sha256
            && !kept.into_iter().any(|document| document.sha256.as_ref() == Some(sha256))
            && documents::find(conn, sha256, who.owner).await?.is_none()
        {
            findings.push(
                Finding::error(
                    format!("/assessments/{place}/document/sha256"),
                    "unknown-document",
                    "no document with this hash was uploaded for this organisation",
                )
                .hint("upload it by POST /api/v1/documents and take sha256 from the answer"),
            );
        }
    }
    if let Some(base) = base.filter(|_| who.oversight) {
        let (before, after) = (base.public().to_members(), record.public().to_members());
        for field in domain::fields::FIELDS.iter().map(|field| field.name) {
            if !matches!(field, "reviews" | "audits") && before.get(field) != after.get(field) {
                findings.push(
                    Finding::error(
                        format!("/{field}"),
                        "not-yours",
                        format!("an oversight body does not change {field}"),
                    )
                    .hint("change reviews and audits only"),
                );
            }
        }
    }
    if findings.is_empty() { Ok(record) } else { Err(invalid(findings)) }
}

/// Whose a submission is, and what follows from it.
pub(crate) struct Whose<'a> {
    pub(crate) owner: &'a str,
    pub(crate) name: &'a str,
    pub(crate) about_others: bool,
    /// Whether it is an oversight body's word about a record of another.
    pub(crate) oversight: bool,
    /// Whether what is sealed was put back into it already.
    pub(crate) whole: bool,
    pub(crate) record_id: Option<&'a str>,
}
