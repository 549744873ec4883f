//! What a record's page says is known, and from whom: the sections of facts, what stands in place of answers, and the
//! register that an imported record rests on.

use domain::completeness::{Completeness, FieldState};
use domain::fields::{FIELDS, Field, Group};
use serde_json::{Map, Value};
use wire::{ImportSource, SourceShare};

use crate::language::{Said, say};
use crate::shown::{Row, row_in, state, statement};
use crate::texts::Texts;
use crate::words::{field_label, is_safe, number};

/// A section of facts.
pub(super) struct Section {
    pub(super) anchor: &'static str,
    pub(super) title: Said,
    pub(super) rows: Vec<Row>,
    /// Required fields that the body left open.
    pub(super) blank: Vec<String>,
    /// Fields that the source of an imported record does not state.
    pub(super) mute: Vec<String>,
}

/// The register that an imported record rests on, in words.
pub(crate) struct RestsOn {
    /// Its name, with the edition.
    pub(crate) name: String,
    pub(crate) home: Option<String>,
    pub(crate) licence: Option<String>,
}

impl RestsOn {
    pub(super) fn of(source: &ImportSource) -> Self {
        let named = match &source.edition {
            Some(edition) => say("in-its-edition").with("source", &source.name).with("edition", edition),
            None => say("named-source").with("source", &source.name),
        };
        Self {
            name: named.to_string(),
            home: source.home.clone().filter(|home| is_safe(home)),
            licence: source.licence.clone(),
        }
    }
}

/// A register that records are imported from, with what it leaves open.
pub(crate) struct Share {
    pub(crate) from: RestsOn,
    pub(crate) records: u64,
    pub(crate) asked: String,
    pub(crate) not_stated: String,
    /// In percent.
    pub(crate) share: String,
}

impl Share {
    pub(super) fn of(share: &SourceShare) -> Self {
        Self {
            from: RestsOn::of(&share.from),
            records: share.records,
            asked: number(share.asked),
            not_stated: number(share.not_stated),
            share: format!("{:.0}%", share.share * 100.0),
        }
    }
}

/// The first section: does it affect me?
pub(super) const AFFECTED: &[&str] = &[
    "affected_groups",
    "decision_effects",
    "automation_level",
    "people_affected_per_year",
    "uses_children_data",
    "notification_given",
    "explanation_available",
    "explanation_url",
    "opt_out_route",
    "non_digital_route_url",
];
/// Fields that have a place of their own on the page, outside their group's section.
const ELSEWHERE: &[&str] = &[
    "title",
    "summary",
    "summary_cy",
    "translations",
    "lang",
    "redress_routes",
    "assessments",
    "reviews",
    "supplier_involvement",
    "contracts",
    "field_statements",
];

/// A row for a field. In an observer's record the publisher is the body it is about, not its author.
fn row_of(field: &'static Field, record: &Map<String, Value>, texts: &Texts) -> Option<Row> {
    let row = row_in(field, record, texts)?;
    let about =
        field.name == "publisher" && record.get("origin").and_then(Value::as_str) == Some("third_party");
    Some(if about { Row { label: say("body-it-is-about").to_string(), ..row } } else { row })
}

/// A row for each field, saying "not stated" for those without a value.
pub(super) fn rows_of(record: &Map<String, Value>, texts: &Texts, names: &[&str]) -> Vec<Row> {
    let fields = names.iter().filter_map(|name| domain::fields::field(name));
    fields
        .map(|field| {
            row_in(field, record, texts).unwrap_or(Row {
                label: field_label(field),
                value: None,
                said: Some(unsaid(field.name, record)),
                lang: None,
            })
        })
        .collect()
}

pub(super) fn said(record: &Map<String, Value>, field: &str) -> String {
    statement(field, record).unwrap_or_else(|| unsaid(field, record))
}

/// What stands for a field with neither value nor statement.
fn unsaid(field: &str, record: &Map<String, Value>) -> String {
    let mute = state(field, record) == FieldState::NotStatedBySource;
    say(if mute { "not-stated-by-the-source" } else { "not-stated" }).to_string()
}

/// What is said in place of a field's value, if anything is: a statement, or that its source does not say.
pub(super) fn in_place(record: &Map<String, Value>, name: &str) -> Option<Row> {
    let field = domain::fields::field(name)?;
    let silent = matches!(state(name, record), FieldState::Answered | FieldState::Blank);
    (!silent).then(|| Row {
        label: field_label(field),
        value: None,
        said: Some(said(record, name)),
        lang: None,
    })
}

/// The sections below the summary. Empty ones are left out.
pub(super) fn sections(
    record: &Map<String, Value>,
    texts: &Texts,
    completeness: &Completeness,
) -> Vec<Section> {
    let all: &[(&str, Said, &[Group])] = &[
        ("what-it-is", say("what-it-is"), &[Group::Identity, Group::Where, Group::When]),
        ("who", say("who-answers-for-it"), &[Group::Who]),
        ("why", say("why-it-is-used"), &[Group::Why]),
        ("how", say("how-it-works-data-models"), &[Group::What]),
        ("whom", say("on-whom-it-is-used"), &[Group::OnWhom]),
        ("checked", say("what-else-was-checked"), &[Group::Checked]),
        ("challenged", say("complaints-and-incidents"), &[Group::Challenged]),
        ("cost", say("what-it-costs-besides-money"), &[Group::Cost]),
        ("tests", say("five-tests"), &[Group::Tests]),
        ("evidence", say("what-this-record-rests-on"), &[Group::Trace]),
    ];
    let sections = all.iter().map(|(anchor, title, groups)| {
        let fields = FIELDS.iter().filter(|field| {
            groups.contains(&field.group)
                && !ELSEWHERE.contains(&field.name)
                && !AFFECTED.contains(&field.name)
        });
        let fields: Vec<_> = fields.collect();
        let due = |name: &str| completeness.fields.iter().any(|one| one.field == name);
        let mute = |name: &str| {
            let plain = statement(name, record).is_none_or(|said| said == unsaid(name, record));
            plain && state(name, record) == FieldState::NotStatedBySource
        };
        let labels = |of: &dyn Fn(&str) -> bool| {
            fields.iter().filter(|field| of(field.name)).map(|field| field_label(field)).collect()
        };
        Section {
            anchor,
            title: title.clone(),
            rows: fields
                .iter()
                .filter(|field| !mute(field.name))
                .filter_map(|field| row_of(field, record, texts))
                .collect(),
            blank: labels(&|name| due(name) && state(name, record) == FieldState::Blank),
            mute: labels(&|name| mute(name) && (due(name) || statement(name, record).is_some())),
        }
    });
    let says = |one: &Section| !(one.rows.is_empty() && one.blank.is_empty() && one.mute.is_empty());
    sections.filter(says).collect()
}
