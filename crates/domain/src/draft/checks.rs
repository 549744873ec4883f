//! What is left to do before a draft can be published.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::pointer;
use crate::codes::{Origin, StatementKind};
use crate::completeness::{FieldState, completeness};
use crate::fields::{Field, FieldKind, field};
use crate::finding::{Finding, Severity};
use crate::naming::withheld_name;
use crate::record::Record;
use crate::{text, validate};

/// How many missing fields are suggested at a time.
const QUICKEST: usize = 5;

/// Every finding about a draft on a day. Errors prevent its publication, warnings do not. `published` is the version
/// the draft follows, if any: what stands there unchanged is not refused.
pub fn findings(record: &Record, published: Option<&Record>, today: NaiveDate) -> Vec<Finding> {
    let mut findings = validate::values_after(record, published, today);
    findings.extend(statements(record));
    findings.extend(assessments(record));
    findings.extend(names(record));
    findings.extend(withheld_suppliers(record));
    findings.extend(
        validate::required(record)
            .into_iter()
            .map(|finding| Finding { severity: Severity::Error, ..finding }),
    );
    for finding in &mut findings {
        if !finding.field.starts_with('/') {
            finding.field = pointer(&finding.field);
        }
    }
    findings.sort_by_key(|finding| finding.severity);
    findings
}

/// Warnings for the reviewer about names with letters of several scripts that look alike.
fn names(record: &Record) -> Vec<Finding> {
    let joint = record.joint_publishers.iter().enumerate();
    let suppliers = record.supplier_involvement.iter().enumerate();
    let named = std::iter::once(("/publisher/name".to_owned(), &record.publisher))
        .chain(joint.map(|(place, body)| (format!("/joint_publishers/{place}/name"), body)))
        .chain(suppliers.filter_map(|(place, part)| {
            Some((format!("/supplier_involvement/{place}/supplier/name"), part.supplier.as_ref()?))
        }));
    named
        .filter(|(_, body)| text::mixes_scripts(&body.name))
        .map(|(at, body)| {
            let message = format!("'{}' mixes letters of several scripts that look alike", body.name);
            Finding::warning(at, "mixed-scripts", message)
                .hint("type the name again; the reviewer looks at it")
        })
        .collect()
}

/// Suppliers whose name says that it is withheld.
fn withheld_suppliers(record: &Record) -> Vec<Finding> {
    let parts = record.supplier_involvement.iter().enumerate();
    let withheld = parts.filter_map(|(place, part)| {
        let name = &part.supplier.as_ref()?.name;
        withheld_name(name)?;
        let at = format!("/supplier_involvement/{place}/supplier/name");
        Some(
            Finding::error(at, "name-withheld", format!("'{name}' does not name a supplier"))
                .hint("leave the supplier out, and state that it is withheld, with the ground"),
        )
    });
    withheld.collect()
}

fn statements(record: &Record) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (place, statement) in record.field_statements.iter().enumerate() {
        let at = format!("/field_statements/{place}");
        let reason = statement.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty());
        match statement.kind {
            StatementKind::NotApplicable if !reason => findings.push(
                Finding::error(at, "reason-missing", format!("no reason is given why '{}' does not apply", statement.field))
                    .hint("add a reason people can understand"),
            ),
            StatementKind::Withheld if statement.ground.is_none() => findings.push(
                Finding::error(at, "ground-missing", format!("no ground is given for withholding '{}'", statement.field))
                    .hint("add a ground, such as foia_43; the grounds are listed at /api/v1/vocabularies/withheld_ground"),
            ),
            StatementKind::Absent if !reason => findings.push(
                Finding::error(at, "reason-missing", format!("no reason is given why there is no '{}'", statement.field))
                    .hint("add a reason people can understand"),
            ),
            StatementKind::NotStatedBySource if record.origin != Origin::Imported => findings.push(
                Finding::error(at, "not-a-source", format!("'{}' is said to be not stated by the source, which only imported records have", statement.field))
                    .hint("use 'unknown' for what you do not know"),
            ),
            StatementKind::Confirmed if !reason => findings.push(
                Finding::error(at, "reason-missing", format!("no reason is given why '{}' is right", statement.field))
                    .hint("add a reason people can understand"),
            ),
            StatementKind::Confirmed if !record.has(&statement.field) => findings.push(
                Finding::error(at, "nothing-to-confirm", format!("'{}' has no value to confirm", statement.field))
                    .hint("write the value, or say why there is none by another kind of statement"),
            ),
            StatementKind::Confirmed => {}
            _ if record.has(&statement.field) => findings.push(
                Finding::warning(at, "answered-and-stated", format!("'{}' has a value and a statement that it has none", statement.field))
                    .hint("delete one of them"),
            ),
            _ => {}
        }
    }
    findings
}

fn assessments(record: &Record) -> Vec<Finding> {
    use crate::codes::{AssessmentStatus, Visibility};
    let mut findings = Vec::new();
    for (place, one) in record.assessments.iter().enumerate() {
        let at = format!("/assessments/{place}");
        if one.status == AssessmentStatus::NotRequired && one.status_reason.is_none() {
            findings.push(
                Finding::error(
                    format!("{at}/status_reason"),
                    "reason-missing",
                    "no reason is given why it is not required",
                )
                .hint("add a reason people can understand"),
            );
        }
        let sealed = one.visibility.is_some_and(|visibility| visibility != Visibility::Public);
        if sealed && one.withheld_ground.is_none() {
            findings.push(
                Finding::warning(
                    format!("{at}/withheld_ground"),
                    "ground-missing",
                    "no ground is given for withholding it",
                )
                .hint("the grounds are listed at /api/v1/vocabularies/withheld_ground"),
            );
        }
    }
    findings
}

/// A field to answer next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NextField {
    /// Name of the field.
    pub field: String,
    /// Its label.
    pub label: String,
    /// What to write.
    pub hint: String,
}

/// The blank required fields that are quickest to answer: first codes and yes or no, then dates and short
/// texts, last long texts and lists of objects.
pub fn quickest(record: &Record) -> Vec<NextField> {
    let mut blank: Vec<&Field> = completeness(record)
        .fields
        .iter()
        .filter(|one| one.state == FieldState::Blank)
        .filter_map(|one| field(&one.field))
        .collect();
    blank.sort_by_key(|field| effort(&field.kind));
    let next = |field: &&Field| NextField {
        field: field.name.to_owned(),
        label: field.label.to_owned(),
        hint: field.hint.to_owned(),
    };
    blank.iter().take(QUICKEST).map(next).collect()
}

fn effort(kind: &FieldKind) -> u8 {
    match kind {
        FieldKind::Code(_) | FieldKind::Boolean | FieldKind::Language | FieldKind::Jurisdiction => 0,
        FieldKind::Codes(_) | FieldKind::Date => 1,
        FieldKind::Email | FieldKind::Url | FieldKind::Organisation | FieldKind::Estimate => 2,
        FieldKind::Text(_) | FieldKind::Texts | FieldKind::Organisations => 3,
        FieldKind::Markdown => 4,
        FieldKind::Objects(..) | FieldKind::Object(..) => 5,
    }
}
