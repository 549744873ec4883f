//! Web addresses and mailboxes inside a record's things, and mailboxes that a body confirms to be a role's.

use crate::codes::StatementKind;
use crate::finding::{Finding, Severity};
use crate::record::Record;
use crate::wellformed::{address, mailbox};

/// Code of the finding about a mailbox that looks like a person's.
const PERSONAL: &str = "personal-mailbox";

/// Web addresses in things that are none.
pub(super) fn nested(record: &Record) -> Vec<Finding> {
    let mut findings = Vec::new();
    let add = |pointer: String, url: &Option<String>, out: &mut Vec<Finding>| {
        out.extend(url.as_deref().and_then(|url| address(&pointer, url)));
    };
    for (n, item) in record.reviews.iter().enumerate() {
        add(format!("/reviews/{n}/minutes_url"), &item.minutes_url, &mut findings);
    }
    for (n, item) in record.audits.iter().enumerate() {
        add(format!("/audits/{n}/report_url"), &item.report_url, &mut findings);
        add(format!("/audits/{n}/response_url"), &item.response_url, &mut findings);
    }
    for (n, item) in record.consultations.iter().enumerate() {
        add(format!("/consultations/{n}/url"), &item.url, &mut findings);
    }
    for (n, item) in record.evaluations.iter().enumerate() {
        add(format!("/evaluations/{n}/url"), &item.url, &mut findings);
    }
    for (n, item) in record.redress_routes.iter().enumerate() {
        add(format!("/redress_routes/{n}/url"), &item.url, &mut findings);
    }
    for (n, item) in record.contracts.iter().enumerate() {
        add(format!("/contracts/{n}/notice_url"), &item.notice_url, &mut findings);
    }
    for (n, item) in record.evidence.iter().enumerate() {
        add(format!("/evidence/{n}/url"), &item.url, &mut findings);
    }
    for (n, item) in record.assessments.iter().enumerate() {
        if let Some(document) = &item.document {
            add(format!("/assessments/{n}/document/url"), &document.url, &mut findings);
        }
    }
    findings
}

/// Mailboxes of deployments that look like a person's. A text without `@` says something else, such as a telephone
/// number.
pub(super) fn local_contacts(record: &Record) -> Vec<Finding> {
    let numbered = record.deployments.iter().enumerate();
    let stated = numbered.filter_map(|(n, item)| Some((n, item.local_contact.as_deref()?)));
    let mailboxes = stated.filter(|(_, text)| text.contains('@') && !text.chars().any(char::is_whitespace));
    let found = mailboxes.filter_map(|(n, text)| mailbox(&format!("/deployments/{n}/local_contact"), text));
    found.map(|finding| judged(record, "deployments", finding)).collect()
}

/// A finding about a mailbox of a field. A body that confirms the field, with a reason, is only warned, so that who
/// approves it sees it.
pub(super) fn judged(record: &Record, field: &str, finding: Finding) -> Finding {
    if finding.code == PERSONAL && confirms(record, field) {
        return Finding {
            severity: Severity::Warning,
            hint: Some("a field statement confirms that it is a role's".to_owned()),
            ..finding
        };
    }
    finding
}

/// Whether a field statement confirms the value of a field, with a reason.
fn confirms(record: &Record, field: &str) -> bool {
    record.field_statements.iter().any(|one| {
        one.field == field
            && one.kind == StatementKind::Confirmed
            && one.reason.as_deref().is_some_and(|reason| !reason.trim().is_empty())
    })
}
