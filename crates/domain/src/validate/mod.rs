//! Checks a whole record: texts, addresses, dates, amounts, placeholders, required fields. Pure functions that report
//! every finding at once.

mod addresses;
mod amounts;
mod dates;
mod placeholders;
mod translations;

use chrono::NaiveDate;

use crate::codes::StatementKind;
use crate::fields::{FIELDS, FieldKind, field};
use crate::finding::{Finding, Severity};
use crate::record::{Member, Record};

pub use self::amounts::is_known_currency;
pub use self::dates::FIRST_YEAR;
pub use crate::wellformed::{address, form, is_address, is_jurisdiction, is_language};

/// Longest quote in evidence, in characters.
const QUOTE_MAX: usize = 300;

/// Everything wrong with a record's values on a day.
pub fn values(record: &Record, today: NaiveDate) -> Vec<Finding> {
    let mut findings = texts(record);
    findings.extend(addresses::nested(record));
    findings.extend(addresses::local_contacts(record));
    findings.extend(amounts::amounts(record));
    findings.extend(amounts::currencies(record));
    findings.extend(amounts::people(record));
    findings.extend(dates::early(record));
    findings.extend(dates::future(record, today));
    findings.extend(dates::order(record));
    findings.extend(placeholders::placeholders(record));
    findings.extend(translations::translations(record));
    findings.extend(evidence_and_statements(record));
    findings
}

/// [`values`] of a record that follows a published one: what the published one says too is only a warning, because the
/// register does not refuse what it accepted before.
pub fn values_after(record: &Record, published: Option<&Record>, today: NaiveDate) -> Vec<Finding> {
    let mut findings = values(record, today);
    let wrong = |finding: &Finding| finding.severity == Severity::Error;
    let Some(published) = published.filter(|_| findings.iter().any(wrong)) else { return findings };
    let before = values(published, today);
    for finding in findings.iter_mut().filter(|finding| wrong(finding)) {
        if before.iter().any(|one| is_same(one, finding)) {
            finding.severity = Severity::Warning;
        }
    }
    findings
}

/// Whether two findings are about the same value, wherever in its list it stands.
fn is_same(one: &Finding, other: &Finding) -> bool {
    let place = |pointer: &str| pointer.replace(|letter: char| letter.is_ascii_digit(), "");
    one.code == other.code && one.message == other.message && place(&one.field) == place(&other.field)
}

/// Texts that do not fit their fields.
fn texts(record: &Record) -> Vec<Finding> {
    let mut findings = Vec::new();
    for field in FIELDS {
        let Member::Text(text) = field.value_in(record) else { continue };
        match field.kind {
            FieldKind::Text(max) if text.len() > max && text.chars().count() > max => {
                findings.push(Finding::error(
                    field.name,
                    "too-long",
                    format!("{} characters, at most {max} fit", text.chars().count()),
                ));
            }
            _ => {
                let found = form(field, text);
                findings.extend(found.map(|finding| addresses::judged(record, field.name, finding)));
            }
        }
    }
    for field in ["title", "name"] {
        let text = if field == "title" { &record.title } else { &record.name };
        if text.trim().is_empty() {
            findings.push(Finding::error(field, "required", format!("{field} is empty")).hint("write it"));
        }
    }
    if record.publisher.name.trim().is_empty() {
        findings.push(Finding::error("publisher", "required", "publisher is empty").hint("name the body"));
    }
    findings
}

fn evidence_and_statements(record: &Record) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (place, evidence) in record.evidence.iter().enumerate() {
        if evidence.quote.as_deref().is_some_and(|quote| quote.chars().count() > QUOTE_MAX) {
            findings.push(
                Finding::error(
                    format!("/evidence/{place}/quote"),
                    "too-long",
                    format!("at most {QUOTE_MAX} characters fit"),
                )
                .hint("quote less and link to the source"),
            );
        }
    }
    for (place, statement) in record.field_statements.iter().enumerate() {
        if field(&statement.field).is_none() {
            findings.push(
                Finding::error(
                    format!("/field_statements/{place}/field"),
                    "unknown-field",
                    format!("'{}' is not a field", statement.field),
                )
                .hint("the fields are listed at /api/v1/fields"),
            );
        }
    }
    findings
}

/// The required fields with neither a value nor a statement. These are warnings, because imported records and
/// drafts may lack them; in a publisher's own publication they become errors ([`crate::draft::findings`]).
pub fn required(record: &Record) -> Vec<Finding> {
    FIELDS
        .iter()
        .filter(|field| field.required.applies(record) && !field.is_in(record))
        // To confirm an answer, or to say that it was derived, is not to give one.
        .filter(|field| {
            let kind = record.statement(field.name).map(|one| one.kind);
            kind.is_none_or(|kind| matches!(kind, StatementKind::Confirmed | StatementKind::Derived))
        })
        .map(|field| {
            Finding::warning(field.name, "missing", format!("{} is not answered", field.name)).hint(format!(
                "{}; or add a field statement: not_applicable, unknown or withheld",
                field.hint
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::codes::Origin;
    use crate::organisation::OrganisationRef;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
    }

    fn record(members: &[(&str, Value)]) -> Record {
        let record = Record::new(Origin::SelfDeclared, OrganisationRef::named("A"), "T".into(), "GB", "en");
        let mut all = record.to_members();
        all.extend(members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        serde_json::from_value(Value::Object(all)).unwrap()
    }

    /// Compares the findings about some members, each as field, code and severity.
    #[track_caller]
    fn check(members: &[(&str, Value)], expected: &[&str]) {
        assert_eq!(shown(&values(&record(members), today())), expected);
    }

    fn shown(findings: &[Finding]) -> Vec<String> {
        let severity = |one: &Finding| if one.severity == Severity::Error { "" } else { " (warning)" };
        findings.iter().map(|one| format!("{} {}{}", one.field, one.code, severity(one))).collect()
    }

    #[test]
    fn every_field_with_a_form_or_a_limit_is_checked() {
        for field in FIELDS {
            let bad = match field.kind {
                FieldKind::Text(max) => "x".repeat(max + 1),
                FieldKind::Url | FieldKind::Email | FieldKind::Jurisdiction | FieldKind::Language => {
                    "not a".to_owned()
                }
                _ => continue,
            };
            let findings = values(&record(&[(field.name, bad.into())]), today());
            assert!(findings.iter().any(|finding| finding.field == field.name), "{}", field.name);
        }
    }

    #[test]
    fn a_date_is_of_a_time_with_computers_and_a_first_use_lies_behind() {
        let live = ("phase", json!("production"));
        check(&[("first_used", json!("1949-12-31"))], &["first_used before-1950"]);
        check(&[("first_used", json!("1950-01-01"))], &[]);
        check(&[("first_used", json!("0023-01-05"))], &["first_used before-1950"]);
        check(&[live.clone(), ("first_used", json!("2026-11-21"))], &[]);
        check(&[live.clone(), ("first_used", json!("2026-11-22"))], &["first_used in-the-future"]);
        check(&[("phase", json!("design")), ("first_used", json!("2027-01-01"))], &[]);
        check(&[live, ("planned_start", json!("2027-01-01"))], &[]);
        check(
            &[
                ("phase", json!("retired")),
                ("first_used", json!("2024-05-01")),
                ("retired_on", json!("2024-04-30")),
            ],
            &["retired_on dates-out-of-order"],
        );
        let assessments = json!([{ "type": "dpia", "stage": "screening", "status": "complete", "completed_on": "1905-07-11" }]);
        check(&[("assessments", assessments)], &["/assessments/0/completed_on before-1950"]);
        let deployments =
            json!([{ "organisation": { "name": "B" }, "phase": "pilot", "started_on": "2027-01-01" }]);
        check(&[("deployments", deployments)], &["/deployments/0/started_on in-the-future"]);
    }

    #[test]
    fn a_date_that_a_spreadsheet_made_of_a_year_is_explained() {
        let findings = values(&record(&[("first_used", json!("1905-07-11"))]), today());
        assert!(findings[0].hint.as_ref().unwrap().contains("from the year 2019"), "{findings:?}");
        let findings = values(&record(&[("first_used", json!("0023-07-11"))]), today());
        assert!(findings[0].hint.as_ref().unwrap().contains("all four digits"), "{findings:?}");
    }

    #[test]
    fn an_amount_is_one_and_a_currency_exists() {
        let value = |value: &str| [("contracts", json!([{ "value": value }]))];
        for good in ["0", "125000.00", "9999999999999"] {
            check(&value(good), &[]);
        }
        check(&value("-12"), &["/contracts/0/value bad-amount"]);
        check(&value("10000000000000"), &["/contracts/0/value bad-amount"]);
        check(&value("12,000"), &["/contracts/0/value bad-number"]);
        check(
            &[("environment", json!([{ "kind": "energy", "amount": "-1" }]))],
            &["/environment/0/amount bad-amount"],
        );
        let currency = |code: &str| [("contracts", json!([{ "currency": code }]))];
        for good in ["GBP", "EUR", "USD", "CAD"] {
            check(&currency(good), &[]);
        }
        for bad in ["gbp", "Pounds", "XYZ", ""] {
            check(&currency(bad), &["/contracts/0/currency unknown-currency"]);
        }
        let hint = |code: &str| values(&record(&currency(code)), today())[0].hint.clone().unwrap();
        assert!(hint("gbp").contains("did you mean 'GBP'?") && hint("pounds").contains("'GBP'"));
        let people =
            |number: u64| [("people_affected_per_year", json!({ "value": number, "basis": "estimated" }))];
        check(&people(8_000_000_000), &[]);
        check(&people(80_000_000_000), &["people_affected_per_year out-of-range"]);
    }

    #[test]
    fn a_mailbox_that_looks_like_a_persons_needs_a_confirmation_with_a_reason() {
        let jane = ("contact_email", json!("jane.austen@library.example"));
        let confirmed = |field: &str, reason: &str| {
            ("field_statements", json!([{ "field": field, "kind": "confirmed", "reason": reason }]))
        };
        check(std::slice::from_ref(&jane), &["contact_email personal-mailbox"]);
        check(
            &[jane.clone(), confirmed("contact_email", "The Jane Austen reading room.")],
            &["contact_email personal-mailbox (warning)"],
        );
        check(&[jane.clone(), confirmed("contact_email", " ")], &["contact_email personal-mailbox"]);
        check(&[jane, confirmed("team", "A reason")], &["contact_email personal-mailbox"]);
        let there = |contact: &str| {
            ("deployments", json!([{ "organisation": { "name": "B" }, "local_contact": contact }]))
        };
        check(&[there("jane.smith@school.example")], &["/deployments/0/local_contact personal-mailbox"]);
        check(&[there("office@school.example")], &[]);
        check(&[there("01632 960 123")], &[]);
        check(
            &[there("jane.smith@school.example"), confirmed("deployments", "The Jane Smith Centre.")],
            &["/deployments/0/local_contact personal-mailbox (warning)"],
        );
    }

    #[test]
    fn what_stands_in_the_published_version_is_only_warned_about() {
        let old = [
            ("contact_email", json!("jane.smith@council.example")),
            ("contracts", json!([{ "value": "-5" }])),
            ("summary", json!("TBD")),
        ];
        let published = record(&old);
        let mut next = record(&old);
        next.contracts
            .insert(0, crate::procurement::ContractRef { value: Some("7".into()), ..Default::default() });
        assert_eq!(
            shown(&values_after(&next, Some(&published), today())),
            [
                "contact_email personal-mailbox (warning)",
                "/contracts/1/value bad-amount (warning)",
                "summary placeholder (warning)"
            ]
        );
        next.contact_email = Some("john.smith@council.example".into());
        next.contracts[0].value = Some("-7".into());
        next.summary = Some("n/a".into());
        assert_eq!(
            shown(&values_after(&next, Some(&published), today())),
            [
                "contact_email personal-mailbox",
                "/contracts/0/value bad-amount",
                "/contracts/1/value bad-amount (warning)",
                "summary placeholder"
            ]
        );
        assert!(values_after(&next, None, today()).iter().all(|one| one.severity == Severity::Error));
    }
}
