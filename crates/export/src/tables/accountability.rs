//! More lists in a record that have tables of their own: audits, consultations, redress routes, complaints,
//! incidents, environment, and answers to the five tests.

use std::sync::LazyLock;

use domain::codes::{
    AuditKind, Code, ConsultationHolder, ConsultationOutcome, EnvironmentKind, EstimateBasis,
};
use domain::oversight::{Audit, Consultation};
use domain::procurement::Environment;
use domain::record::{AnsweredTest, ComplaintStatistic, Incident, RedressRoute};

use super::children::{Child, OF_RECORD, beside};
use crate::{Cell, Kind, Typed};

/// A table of what a record lists.
fn of_record<T>(name: &'static str, title: &'static str, about: &'static str) -> Typed<Child<T>> {
    beside(Typed::new(name, title, about, &["record_id", "position"], OF_RECORD))
}

/// Audits.
pub fn audits() -> &'static Typed<Child<Audit>> {
    static TABLE: LazyLock<Typed<Child<Audit>>> = LazyLock::new(|| {
        of_record::<Audit>("audits", "Audits", "An examination of the tool after the fact")
            .must("kind", Kind::Code(AuditKind::VOCABULARY), "Who had it done", |row, _| {
                row.item.kind.as_str().into()
            })
            .with("independence", Kind::Text, "How the auditor is independent", |row, _| {
                row.item.independence.as_ref().into()
            })
            .with("participants", Kind::Array, "Who took part", |row, _| Cell::json(&row.item.participants))
            .with("done_on", Kind::Date, "The day it was finished", |row, _| row.item.done_on.into())
            .with("report_url", Kind::Text, "Where the report is", |row, _| {
                row.item.report_url.as_ref().into()
            })
            .with("response_url", Kind::Text, "Where the publisher's response is", |row, _| {
                row.item.response_url.as_ref().into()
            })
    });
    &TABLE
}

/// Consultations.
pub fn consultations() -> &'static Typed<Child<Consultation>> {
    static TABLE: LazyLock<Typed<Child<Consultation>>> = LazyLock::new(|| {
        of_record::<Consultation>("consultations", "Consultations", "Asking the people concerned")
            .must("held_by", Kind::Code(ConsultationHolder::VOCABULARY), "Who asked", |row, _| {
                row.item.held_by.as_str().into()
            })
            .with("kind", Kind::Text, "What sort of consultation", |row, _| row.item.kind.as_ref().into())
            .with("opens_on", Kind::Date, "First day", |row, _| row.item.opens_on.into())
            .with("closes_on", Kind::Date, "Last day", |row, _| row.item.closes_on.into())
            .with("groups", Kind::Texts, "Who was asked", |row, _| Cell::list(&row.item.groups))
            .with("method", Kind::Text, "How", |row, _| row.item.method.as_ref().into())
            .with("url", Kind::Text, "Where it can be read", |row, _| row.item.url.as_ref().into())
            .with("responses", Kind::Integer, "How many answered", |row, _| row.item.responses.into())
            .with("outcome", Kind::Code(ConsultationOutcome::VOCABULARY), "What came of it", |row, _| {
                row.item.outcome.map(Code::as_str).into()
            })
            .with("effect", Kind::Text, "What changed because of it", |row, _| {
                row.item.effect.as_ref().into()
            })
    });
    &TABLE
}

/// Ways to challenge an outcome or the tool.
pub fn redress_routes() -> &'static Typed<Child<RedressRoute>> {
    static TABLE: LazyLock<Typed<Child<RedressRoute>>> = LazyLock::new(|| {
        of_record::<RedressRoute>(
            "redress_routes",
            "Redress routes",
            "A way to challenge an outcome or the tool",
        )
        .with("target", Kind::Text, "What can be challenged", |row, _| row.item.target.as_ref().into())
        .with("eligible", Kind::Texts, "Who may", |row, _| Cell::list(&row.item.eligible))
        .with("channel", Kind::Text, "How", |row, _| row.item.channel.as_ref().into())
        .with("url", Kind::Text, "Where", |row, _| row.item.url.as_ref().into())
        .with("deadline_days", Kind::Integer, "Within how many days", |row, _| {
            row.item.deadline_days.map(u64::from).into()
        })
        .with("collective_allowed", Kind::Boolean, "Whether several may together", |row, _| {
            row.item.collective_allowed.into()
        })
        .with("regulator", Kind::Text, "Which regulator stands behind it", |row, _| {
            row.item.regulator.as_ref().into()
        })
    });
    &TABLE
}

/// Complaint statistics.
pub fn complaints() -> &'static Typed<Child<ComplaintStatistic>> {
    static TABLE: LazyLock<Typed<Child<ComplaintStatistic>>> = LazyLock::new(|| {
        of_record::<ComplaintStatistic>(
            "complaints",
            "Complaints",
            "How many complained in a period, and how many were right",
        )
        .must("period", Kind::Text, "Over which time", |row, _| (&row.item.period).into())
        .with("received", Kind::Integer, "How many came", |row, _| row.item.received.into())
        .with("upheld", Kind::Integer, "How many were right", |row, _| row.item.upheld.into())
        .with("source_url", Kind::Text, "Where the figure is", |row, _| row.item.source_url.as_ref().into())
    });
    &TABLE
}

/// Incidents.
pub fn incidents() -> &'static Typed<Child<Incident>> {
    static TABLE: LazyLock<Typed<Child<Incident>>> = LazyLock::new(|| {
        of_record::<Incident>("incidents", "Incidents", "Something that went wrong")
            .with("happened_on", Kind::Date, "When", |row, _| row.item.happened_on.into())
            .with("kind", Kind::Text, "What", |row, _| row.item.kind.as_ref().into())
            .with("people_affected", Kind::Integer, "How many people", |row, _| {
                row.item.people_affected.into()
            })
            .with("remedy", Kind::Text, "What was done", |row, _| row.item.remedy.as_ref().into())
            .with("url", Kind::Text, "Where to read more", |row, _| row.item.url.as_ref().into())
    });
    &TABLE
}

/// Energy, carbon and water that tools use.
pub fn environment() -> &'static Typed<Child<Environment>> {
    static TABLE: LazyLock<Typed<Child<Environment>>> = LazyLock::new(|| {
        of_record::<Environment>("environment", "Environment", "Energy, carbon or water the tool uses")
            .must("kind", Kind::Code(EnvironmentKind::VOCABULARY), "What is used up", |row, _| {
                row.item.kind.as_str().into()
            })
            .with("amount", Kind::Text, "Amount as decimal text", |row, _| row.item.amount.as_ref().into())
            .with("unit", Kind::Text, "Its unit", |row, _| row.item.unit.as_ref().into())
            .with("period", Kind::Text, "Over which time", |row, _| row.item.period.as_ref().into())
            .with("method", Kind::Text, "How it was found", |row, _| row.item.method.as_ref().into())
            .with("basis", Kind::Code(EstimateBasis::VOCABULARY), "Measured or estimated", |row, _| {
                row.item.basis.map(Code::as_str).into()
            })
    });
    &TABLE
}

/// Answers to the five tests.
pub fn tests() -> &'static Typed<Child<AnsweredTest>> {
    static TABLE: LazyLock<Typed<Child<AnsweredTest>>> = LazyLock::new(|| {
        of_record::<AnsweredTest>("tests", "Five tests", "How the body answers one of the five tests")
            .must(
                "test",
                Kind::Text,
                "The test: preparation, principles, participation, prosperity or power",
                |row, _| (&row.item.test).into(),
            )
            .with("text", Kind::Text, "The answer", |row, _| row.item.text.as_ref().into())
            .with("evidence_url", Kind::Text, "What shows it", |row, _| row.item.evidence_url.as_ref().into())
    });
    &TABLE
}
