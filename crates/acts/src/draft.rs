//! Checks of a draft that need the database, beyond those of its form.

use chrono::NaiveDate;
use domain::codes::Origin;
use domain::draft;
use domain::sent::keep_sealed;
use domain::{Finding, Record, Severity};
use serde_json::{Map, Value};
use store::people::documents;
use store::people::submissions::Submission;
use store::records::sealed::whole;
use store::{Reads, StoreError};

use crate::Refusal;
use crate::organisations::publisher_of;

/// Who owns a draft, and the rules that follow from that.
pub(crate) struct Whose<'a> {
    /// Id of the owning organisation.
    pub(crate) owner: &'a str,
    /// That organisation's name.
    pub(crate) name: &'a str,
    /// Whether it describes another body's tool.
    pub(crate) about_others: bool,
    /// Whether it is an oversight body's addition to somebody else's record.
    pub(crate) oversight: bool,
    /// Whether the sealed text has already been put back in.
    pub(crate) whole: bool,
    /// The record it will become a version of.
    pub(crate) record_id: Option<&'a str>,
}

/// Reads a draft's members and checks what only the register knows: that the draft is about the owner's own
/// body, that assessments and documents belong to it, and that an oversight body changes only what it may.
/// Sealed text, and what the register already holds, is kept (`domain::sent`). `before` is the draft as it
/// was.
///
/// Errors: [`Refusal::Invalid`] with pointers into `/record`.
pub(crate) async fn checked(
    conn: &impl Reads,
    mut members: Map<String, Value>,
    origin: Origin,
    before: Option<&Submission>,
    who: &Whose<'_>,
) -> Result<Record, Refusal> {
    let base = match who.record_id {
        Some(id) => whole(conn, id).await?,
        None => None,
    };
    let known = match (before, &base) {
        (Some(before), _) => Some(before.record.clone()),
        // An oversight body has only seen the public record.
        (None, Some(base)) => Some(if who.oversight { base.public() } else { base.clone() }),
        (None, None) => None,
    };
    if let Some(known) = known.as_ref().filter(|_| !who.whole) {
        keep_sealed(known, &mut members).map_err(in_record)?;
    }
    let name = (origin == Origin::SelfDeclared && !who.about_others).then_some(who.name);
    let mut record = draft::read_over(&members, origin, name, known.as_ref()).map_err(in_record)?;
    let imported = known.as_ref().is_some_and(|known| known.origin == Origin::Imported);
    if imported && origin == Origin::SelfDeclared {
        record.forget_source_silence();
    }
    let mut findings = Vec::new();
    findings.extend(foreign_publisher(conn, &record, who).await?);
    findings.extend(unknown_assessments(&record, base.iter().chain(before.map(|before| &before.record))));
    findings.extend(unknown_documents(conn, &record, base.as_ref(), who.owner).await?);
    if let Some(base) = base.filter(|_| who.oversight) {
        findings.extend(beyond_oversight(&base, &record));
    }
    if findings.is_empty() { Ok(record) } else { Err(in_record(findings)) }
}

/// Every finding about a submission on a day. The published version of its record is read only if something would
/// block publication: what it says already does not.
pub async fn findings(
    conn: &impl Reads,
    submission: &Submission,
    today: NaiveDate,
) -> Result<Vec<Finding>, StoreError> {
    let findings = draft::findings(&submission.record, None, today);
    let Some(id) = submission.record_id.as_deref().filter(|_| findings.iter().any(blocks)) else {
        return Ok(findings);
    };
    let published = whole(conn, id).await?;
    Ok(draft::findings(&submission.record, published.as_ref(), today))
}

/// Checks that nothing blocks publication. Errors: [`Refusal::Invalid`] with every blocking finding.
pub(crate) async fn publishable(
    conn: &impl Reads,
    submission: &Submission,
    today: NaiveDate,
) -> Result<(), Refusal> {
    let mut errors = findings(conn, submission, today).await?;
    errors.retain(blocks);
    if errors.is_empty() { Ok(()) } else { Err(in_record(errors)) }
}

/// The number of findings that block publication.
pub(crate) async fn stopping(
    conn: &impl Reads,
    submission: &Submission,
    today: NaiveDate,
) -> Result<usize, StoreError> {
    Ok(findings(conn, submission, today).await?.iter().filter(|one| blocks(one)).count())
}

fn blocks(finding: &Finding) -> bool {
    finding.severity == Severity::Error
}

/// A refusal with pointers moved under the request's member `record`.
fn in_record(mut findings: Vec<Finding>) -> Refusal {
    for finding in &mut findings {
        finding.field.insert_str(0, "/record");
    }
    Refusal::Invalid(findings)
}

/// A finding if a body's draft names another body as publisher.
async fn foreign_publisher(
    conn: &impl Reads,
    record: &Record,
    who: &Whose<'_>,
) -> Result<Option<Finding>, StoreError> {
    if who.about_others || publisher_of(conn, record).await?.as_deref() == Some(who.owner) {
        return Ok(None);
    }
    let named = domain::cell::short(&record.publisher.name);
    let finding = Finding::error("/publisher", "foreign-publisher", format!("'{named}' is not {}", who.name));
    Ok(Some(finding.hint(format!("leave publisher out, or write {}", who.name))))
}

/// Findings for assessment ids the register never issued for this record.
fn unknown_assessments<'r>(record: &Record, known: impl Iterator<Item = &'r Record>) -> Vec<Finding> {
    let known: Vec<_> = known.flat_map(|record| record.assessments.iter().filter_map(|one| one.id)).collect();
    let numbered = record.assessments.iter().enumerate();
    numbered
        .filter(|(_, one)| one.id.is_some_and(|id| !known.contains(&id)))
        .map(|(place, _)| {
            let pointer = format!("/assessments/{place}/id");
            Finding::error(pointer, "unknown-id", "this record has no such assessment")
                .hint("leave the id out of a new assessment: the register gives it one")
        })
        .collect()
}

/// Findings for documents that the owner did not upload and the record does not already show.
async fn unknown_documents(
    conn: &impl Reads,
    record: &Record,
    base: Option<&Record>,
    owner: &str,
) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    for (place, one) in record.assessments.iter().enumerate() {
        let sha256 = one.document.as_ref().and_then(|document| document.sha256.as_ref());
        let mut kept =
            base.iter().flat_map(|record| &record.assessments).filter_map(|one| one.document.as_ref());
        if let Some(sha256) = sha256
            && !kept.any(|document| document.sha256.as_ref() == Some(sha256))
            && documents::find(conn, sha256, owner).await?.is_none()
        {
            let message = "no document with this hash was uploaded for this organisation";
            findings.push(
                Finding::error(format!("/assessments/{place}/document/sha256"), "unknown-document", message)
                    .hint("upload it by POST /api/v1/documents and take sha256 from the answer"),
            );
        }
    }
    Ok(findings)
}

/// Findings for fields that an oversight body changed but may not.
fn beyond_oversight(base: &Record, record: &Record) -> Vec<Finding> {
    let (before, after) = (base.public().to_members(), record.public().to_members());
    let fields = domain::fields::FIELDS.iter().map(|field| field.name);
    fields
        .filter(|field| !matches!(*field, "reviews" | "audits") && before.get(*field) != after.get(*field))
        .map(|field| {
            let message = format!("an oversight body does not change {field}");
            Finding::error(format!("/{field}"), "not-yours", message).hint("change reviews and audits only")
        })
        .collect()
}
