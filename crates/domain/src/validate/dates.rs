//! Dates that cannot be true: too early, in the future, or in the wrong order.

use chrono::{Datelike, NaiveDate};

use crate::codes::Phase;
use crate::finding::Finding;
use crate::record::Record;

/// The first year a date of a tool or its documents may have. No public body used a computer before.
pub const FIRST_YEAR: i32 = 1950;
/// Day 0 of spreadsheet dates.
const SPREADSHEET_EPOCH: NaiveDate =
    NaiveDate::from_ymd_opt(1899, 12, 30).expect("30 December 1899 is a date");

/// Every date of a record, with its field or a pointer to it.
fn all(record: &Record) -> Vec<(String, NaiveDate)> {
    let mut found = Vec::new();
    let mut add = |at: String, date: Option<NaiveDate>| found.extend(date.map(|date| (at, date)));
    add("phase_since".into(), record.phase_since);
    add("planned_start".into(), record.planned_start);
    add("first_used".into(), record.first_used);
    add("retired_on".into(), record.retired_on);
    for (n, item) in record.deployments.iter().enumerate() {
        add(format!("/deployments/{n}/started_on"), item.started_on);
        add(format!("/deployments/{n}/ended_on"), item.ended_on);
    }
    for (n, item) in record.performance.iter().enumerate() {
        add(format!("/performance/{n}/measured_on"), item.measured_on);
    }
    for (n, item) in record.assessments.iter().enumerate() {
        add(format!("/assessments/{n}/started_on"), item.started_on);
        add(format!("/assessments/{n}/completed_on"), item.completed_on);
        add(format!("/assessments/{n}/next_review_on"), item.next_review_on);
        for (m, shared) in item.shared_with.iter().enumerate() {
            add(format!("/assessments/{n}/shared_with/{m}/shared_on"), shared.shared_on);
        }
    }
    for (n, item) in record.reviews.iter().enumerate() {
        add(format!("/reviews/{n}/met_on"), item.met_on);
    }
    for (n, item) in record.audits.iter().enumerate() {
        add(format!("/audits/{n}/done_on"), item.done_on);
    }
    for (n, item) in record.consultations.iter().enumerate() {
        add(format!("/consultations/{n}/opens_on"), item.opens_on);
        add(format!("/consultations/{n}/closes_on"), item.closes_on);
    }
    for (n, item) in record.evaluations.iter().enumerate() {
        add(format!("/evaluations/{n}/done_on"), item.done_on);
    }
    for (n, item) in record.incidents.iter().enumerate() {
        add(format!("/incidents/{n}/happened_on"), item.happened_on);
    }
    for (n, item) in record.contracts.iter().enumerate() {
        add(format!("/contracts/{n}/starts_on"), item.starts_on);
        add(format!("/contracts/{n}/ends_on"), item.ends_on);
    }
    for (n, item) in record.evidence.iter().enumerate() {
        add(format!("/evidence/{n}/held_on"), item.held_on);
    }
    found
}

/// Dates before [`FIRST_YEAR`], such as those of years written with two digits.
pub(super) fn early(record: &Record) -> Vec<Finding> {
    let early = all(record).into_iter().filter(|(_, date)| date.year() < FIRST_YEAR);
    early
        .map(|(at, date)| {
            let serial = i32::try_from((date - SPREADSHEET_EPOCH).num_days()).unwrap_or_default();
            let hint = if (0..100).contains(&date.year()) {
                "write all four digits of the year".to_owned()
            } else if (FIRST_YEAR..2100).contains(&serial) {
                format!("a spreadsheet may have made it from the year {serial}: write that as {serial}-01-01")
            } else {
                format!("write a date of {FIRST_YEAR} or later, or leave it empty")
            };
            Finding::error(at, "before-1950", format!("{date} is before {FIRST_YEAR}")).hint(hint)
        })
        .collect()
}

/// First and last uses that are said to lie behind and are in the future on this day.
pub(super) fn future(record: &Record, today: NaiveDate) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut add = |at: String, date: Option<NaiveDate>, what: &str, hint: &str| {
        if let Some(date) = date.filter(|date| *date > today) {
            findings.push(
                Finding::error(at, "in-the-future", format!("{date} is in the future, and {what}"))
                    .hint(hint),
            );
        }
    };
    let used = "the tool is said to be in use already";
    let plan = "correct the date or the phase; a planned start belongs into planned_start";
    if is_used(record.phase) {
        add("first_used".into(), record.first_used, used, plan);
    }
    if record.phase == Some(Phase::Retired) {
        let hint = "correct the date, or keep the phase until then";
        add("retired_on".into(), record.retired_on, "the tool is said to be retired", hint);
    }
    for (n, item) in record.deployments.iter().enumerate() {
        if is_used(item.phase) {
            let hint = "correct the date or the phase of this deployment";
            add(format!("/deployments/{n}/started_on"), item.started_on, used, hint);
        }
    }
    findings
}

/// Whether a tool in this phase has been used.
fn is_used(phase: Option<Phase>) -> bool {
    matches!(
        phase,
        Some(
            Phase::PrivateBeta
                | Phase::PublicBeta
                | Phase::Pilot
                | Phase::Production
                | Phase::Suspended
                | Phase::Retired
        )
    )
}

/// Ends before their beginnings.
pub(super) fn order(record: &Record) -> Vec<Finding> {
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
