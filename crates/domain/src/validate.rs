//! Checks a whole record: texts, addresses, dates, required fields. Pure functions that report every finding
//! at once.

use chrono::NaiveDate;

use crate::fields::{FIELDS, Field, FieldKind, field};
use crate::finding::Finding;
use crate::mailbox::{self, Holder};
use crate::number;
use crate::record::{Member, Record};

/// Longest quote in evidence, in characters.
const QUOTE_MAX: usize = 300;

/// Everything wrong with a record's values, whatever its phase.
pub fn values(record: &Record) -> Vec<Finding> {
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
            _ => findings.extend(form(field, text)),
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
    findings.extend(nested_addresses(record));
    findings.extend(amounts(record));
    findings.extend(dates(record));
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

/// What is wrong with the form of an address, mailbox, jurisdiction or language tag.
pub fn form(field: &Field, text: &str) -> Option<Finding> {
    match field.kind {
        FieldKind::Url => address(field.name, text),
        FieldKind::Email => mailbox_form(field.name, text),
        FieldKind::Jurisdiction if !is_jurisdiction(text) => Some(
            Finding::error(
                field.name,
                "unknown-jurisdiction",
                format!("'{text}' is not a country or a part of one"),
            )
            .hint("write ISO 3166, such as GB, GB-WLS, NL or US"),
        ),
        FieldKind::Language if !is_language(text) => Some(
            Finding::error(field.name, "unknown-language", format!("'{text}' is not a language tag"))
                .hint("write BCP 47, such as en, cy or nl"),
        ),
        _ => None,
    }
}

/// The required fields with neither a value nor a statement. These are warnings, because imported records and
/// drafts may lack them; in a publisher's own publication they become errors ([`crate::draft::findings`]).
pub fn required(record: &Record) -> Vec<Finding> {
    FIELDS
        .iter()
        .filter(|field| field.required.applies(record) && !field.is_in(record))
        .filter(|field| record.statement(field.name).is_none())
        .map(|field| {
            Finding::warning(field.name, "missing", format!("{} is not answered", field.name)).hint(format!(
                "{}; or add a field statement: not_applicable, unknown or withheld",
                field.hint
            ))
        })
        .collect()
}

/// Whether a text is an ISO 3166-1 alpha-2 or ISO 3166-2 code in use.
pub fn is_jurisdiction(text: &str) -> bool {
    match text.len() {
        2 => rust_iso3166::from_alpha2(text).is_some(),
        _ => {
            rust_iso3166::iso3166_2::from_code(text).is_some()
                || matches!(text, "GB-UKM" | "GB-GBN" | "GB-EAW")
        }
    }
}

/// What is wrong with a web address.
pub fn address(field: &str, text: &str) -> Option<Finding> {
    let fault = match url::Url::parse(text) {
        Err(error) => error.to_string(),
        Ok(url) if !matches!(url.scheme(), "http" | "https") => {
            format!("{} is not a web address", url.scheme())
        }
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            "it carries a user name".to_owned()
        }
        Ok(_) if text.chars().any(char::is_whitespace) => "it has white space".to_owned(),
        Ok(_) => return None,
    };
    Some(
        Finding::error(
            field,
            "bad-url",
            format!("'{}' is not an address: {fault}", crate::cell::short(text)),
        )
        .hint("write a full address that starts with https://"),
    )
}

/// Whether a text is a web address that may be published as a link.
pub fn is_address(text: &str) -> bool {
    address("", text).is_none()
}

fn mailbox_form(field: &str, text: &str) -> Option<Finding> {
    let form = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && domain.contains('.')
            && !text.chars().any(char::is_whitespace)
            && !domain.contains('@')
    });
    if !form {
        return Some(
            Finding::error(field, "bad-email", format!("'{}' is not a mailbox", crate::cell::short(text)))
                .hint("write a role mailbox, such as algorithms@council.example"),
        );
    }
    let shown = crate::cell::short(text);
    let hint = "the register publishes role mailboxes only, such as info@ or algorithms@";
    match mailbox::holder(text) {
        Holder::Role => None,
        Holder::Person => Some(
            Finding::error(field, "personal-mailbox", format!("'{shown}' looks like a person's mailbox"))
                .hint(hint),
        ),
        Holder::Unclear => Some(
            Finding::warning(field, "unclear-mailbox", format!("'{shown}' may be a person's mailbox"))
                .hint(format!("{hint}; leave it as it is if it is a role's")),
        ),
    }
}

fn nested_addresses(record: &Record) -> Vec<Finding> {
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

/// Amounts that are not plain decimals, and so could be read as another number.
fn amounts(record: &Record) -> Vec<Finding> {
    let contracts = record.contracts.iter().enumerate();
    let contracts = contracts.map(|(place, one)| (format!("/contracts/{place}/value"), one.value.as_deref()));
    let used = record.environment.iter().enumerate();
    let used = used.map(|(place, one)| (format!("/environment/{place}/amount"), one.amount.as_deref()));
    let stated = contracts.chain(used).filter_map(|(at, amount)| Some((at, amount?)));
    let bad = stated.filter(|(_, amount)| !number::is_plain(amount));
    bad.map(|(at, amount)| {
        let message = match number::read(amount, number::Mark::Unsaid) {
            Ok(_) => format!("'{}' is not written as amounts are", crate::cell::short(amount)),
            Err(bad) => bad.of_decimal(amount),
        };
        Finding::error(at, "bad-number", message)
            .hint("write digits, with a point before decimals and nothing else between them")
    })
    .collect()
}

fn dates(record: &Record) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut order = |field: String, earlier: Option<NaiveDate>, later: Option<NaiveDate>, what: &str| {
        if let (Some(earlier), Some(later)) = (earlier, later)
            && later < earlier
        {
            findings.push(
                Finding::error(field, "dates-out-of-order", format!("{later} is before {earlier}, {what}"))
                    .hint("check both dates"),
            );
        }
    };
    order("retired_on".into(), record.first_used, record.retired_on, "when it was first used");
    for (n, item) in record.assessments.iter().enumerate() {
        order(
            format!("/assessments/{n}/completed_on"),
            item.started_on,
            item.completed_on,
            "when it was started",
        );
    }
    for (n, item) in record.deployments.iter().enumerate() {
        order(format!("/deployments/{n}/ended_on"), item.started_on, item.ended_on, "when it was started");
    }
    for (n, item) in record.consultations.iter().enumerate() {
        order(format!("/consultations/{n}/closes_on"), item.opens_on, item.closes_on, "when it opened");
    }
    for (n, item) in record.contracts.iter().enumerate() {
        order(format!("/contracts/{n}/ends_on"), item.starts_on, item.ends_on, "when it started");
    }
    findings
}

/// Whether a text is a BCP 47 language tag.
pub fn is_language(text: &str) -> bool {
    oxilangtag::LanguageTag::parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codes::Origin;
    use crate::organisation::OrganisationRef;

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
            let record =
                Record::new(Origin::SelfDeclared, OrganisationRef::named("A"), "T".into(), "GB", "en");
            let mut members = record.to_members();
            members.insert(field.name.to_owned(), bad.into());
            let record: Record = serde_json::from_value(members.into()).unwrap();
            assert!(values(&record).iter().any(|finding| finding.field == field.name), "{}", field.name);
        }
    }
}
