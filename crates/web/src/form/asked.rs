//! A question as shown, with what was typed and what is wrong with it.

use askama::Template;
use domain::codes::{Code, StatementKind, Vocabulary, WithheldGround};
use domain::fields::{BASIS, Field, FieldKind};
use serde_json::Value;

use super::faults::Faults;
use super::question::{Input, Question, join};
use super::typed::{ROWS_MAX, Typed};
use crate::language::say;
use crate::words::{day, definition, entry_label, label, yes_or_no};

/// Longest code list shown as buttons; longer ones become a select.
const BUTTONS_MAX: usize = 9;
/// Blank rows offered after the filled ones.
const ROWS_MORE: usize = 2;

/// A code to choose.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) code: String,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) chosen: bool,
}

/// The controls for a field statement.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) open: bool,
    pub(crate) kinds: Vec<Choice>,
    pub(crate) grounds: Vec<Choice>,
    pub(crate) reason: String,
}

impl Statement {
    pub(crate) fn typed(typed: &Typed, field: &Field) -> Self {
        let kind = typed.one(&join(field.name, "statement"));
        let ground = typed.one(&join(field.name, "ground"));
        Self {
            open: !kind.is_empty(),
            kinds: stated_by_people(field, choices(StatementKind::VOCABULARY, |code| code == kind)),
            grounds: choices(WithheldGround::VOCABULARY, |code| code == ground),
            reason: typed.one(&join(field.name, "reason")).to_owned(),
        }
    }
}

/// An item with a page of its own. The form leads there after saving what was typed.
#[derive(Debug, Clone)]
pub(crate) struct Thing {
    pub(crate) title: String,
    /// The value of the button that leads there, if there is one.
    pub(crate) go: Option<String>,
}

/// The inputs of a question, with what was typed.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Line { value: String, kind: &'static str },
    Area { value: String, rows: usize },
    Number { value: String },
    Date { day: String, month: String, year: String },
    Choices { many: bool, options: Vec<Choice> },
    Select { options: Vec<Choice> },
    Estimate { value: String, options: Vec<Choice> },
    Parts(Vec<Asked>),
    Rows(Vec<Vec<Asked>>),
    Document { sha256: String, media_type: String, bytes: String, url: String },
    Things { items: Vec<Thing>, add: Option<(String, String)> },
    Fixed(String),
}

/// A question ready for its template.
#[derive(Debug, Clone, Template)]
#[template(path = "submit/question.html")]
pub(crate) struct Asked {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) fault: Option<String>,
    /// A short note on what the field requires.
    pub(crate) mark: String,
    /// Whether it is a top-level question rather than part of another.
    pub(crate) heads: bool,
    pub(crate) shape: Shape,
    pub(crate) statement: Option<Statement>,
}

impl Asked {
    /// Whether it has several inputs, and so needs a legend rather than a label.
    fn is_group(&self) -> bool {
        !matches!(
            self.shape,
            Shape::Line { .. } | Shape::Area { .. } | Shape::Number { .. } | Shape::Select { .. }
        )
    }

    fn described(&self) -> String {
        let hint = (!self.hint.is_empty()).then(|| format!("{}-hint", self.name));
        let fault = self.fault.is_some().then(|| format!("{}-error", self.name));
        hint.into_iter().chain(fault).collect::<Vec<_>>().join(" ")
    }

    /// For templates: the name of one of its parts.
    fn at(&self, part: &str) -> String {
        join(&self.name, part)
    }

    /// The CSS class of an input with a fault.
    fn wrong(&self, class: &str) -> String {
        self.fault.as_ref().map(|_| format!(" {class}--error")).unwrap_or_default()
    }
}

fn choices(list: &Vocabulary, chosen: impl Fn(&str) -> bool) -> Vec<Choice> {
    let entries = list.entries.iter();
    entries
        .map(|entry| Choice {
            code: entry.code.to_owned(),
            label: entry_label(list, entry),
            hint: definition(list, entry),
            chosen: chosen(entry.code),
        })
        .collect()
}

/// Without the kind that only imports use, "there is none" only where it makes sense or was chosen already, and that
/// which confirms a value only where a check can be mistaken.
fn stated_by_people(field: &Field, mut kinds: Vec<Choice>) -> Vec<Choice> {
    let doubted = matches!(field.kind, FieldKind::Email) || field.name == "deployments";
    kinds.retain(|kind| {
        kind.code != StatementKind::NotStatedBySource.as_str()
            && (kind.code != StatementKind::Absent.as_str() || field.may_be_none() || kind.chosen)
            && (doubted || kind.code != StatementKind::Confirmed.as_str())
    });
    kinds
}

/// Prepares a question with what was typed.
pub(crate) fn ask(question: &Question, at: &str, typed: &Typed, faults: &Faults) -> Asked {
    let name = join(at, &question.name);
    let value = || typed.one(&name).to_owned();
    let part = |part: &str| typed.one(&join(&name, part)).to_owned();
    let parts = |parts: &[Question], at: &str| -> Vec<Asked> {
        parts.iter().map(|part| ask(part, at, typed, faults)).collect()
    };
    let shape = match &question.input {
        Input::Line(kind) => Shape::Line { value: value(), kind },
        Input::Name => Shape::Line { value: value(), kind: "text" },
        Input::Area(most) => Shape::Area { rows: if most.is_some() { 3 } else { 6 }, value: value() },
        Input::Lines | Input::Names => Shape::Area { rows: 3, value: value() },
        Input::Number => Shape::Number { value: value() },
        Input::Date => Shape::Date { day: part("day"), month: part("month"), year: part("year") },
        Input::YesNo => {
            let chosen = typed.one(&name);
            let choice = |code: &str, yes: bool| Choice {
                code: code.to_owned(),
                label: yes_or_no(yes),
                hint: String::new(),
                chosen: chosen == code,
            };
            Shape::Choices { many: false, options: vec![choice("yes", true), choice("no", false)] }
        }
        Input::One(list) => {
            let chosen = typed.one(&name);
            let options = choices(list, |code| code == chosen);
            if options.len() > BUTTONS_MAX || !at.is_empty() {
                Shape::Select { options }
            } else {
                Shape::Choices { many: false, options }
            }
        }
        Input::Many(list) => Shape::Choices {
            many: true,
            options: choices(list, |code| typed.all(&name).any(|chosen| chosen == code)),
        },
        Input::Estimate => {
            let basis = part("basis");
            Shape::Estimate { value: part("value"), options: choices(BASIS, |code| code == basis) }
        }
        Input::Parts(inside) => Shape::Parts(parts(inside, &name)),
        Input::Rows(inside) => {
            let rows = (typed.rows(&name) + ROWS_MORE).min(ROWS_MAX);
            Shape::Rows((0..rows).map(|place| parts(inside, &join(&name, &place.to_string()))).collect())
        }
        Input::Document => Shape::Document {
            sha256: part("sha256"),
            media_type: part("media_type"),
            bytes: part("bytes"),
            url: part("url"),
        },
        // The section fills these in: it has the saved items.
        Input::Things { .. } => Shape::Things { items: Vec::new(), add: None },
    };
    let whole = !matches!(question.input, Input::Parts(_) | Input::Rows(_));
    Asked {
        fault: faults.with(&name, whole).map(str::to_owned),
        name,
        label: question.label.clone(),
        hint: question.hint.clone(),
        mark: if question.needed && at.is_empty() { say("needed").to_string() } else { String::new() },
        heads: at.is_empty(),
        shape,
        statement: None,
    }
}

/// A saved item in one line, from its first four answers.
pub(crate) fn told(questions: &[Question], thing: &Value) -> String {
    let parts = questions.iter().filter_map(|question| {
        let value = &thing[&question.name];
        match &question.input {
            Input::One(list) => value.as_str().map(|code| label(list, code)),
            Input::Date => value.as_str().map(day),
            Input::Name => value["name"].as_str().map(str::to_owned),
            Input::Line(..) | Input::Area(_) => value.as_str().map(domain::cell::short),
            Input::Number => value.as_i64().map(|number| number.to_string()),
            Input::Parts(_) => value.is_object().then(|| question.label.clone()),
            Input::Rows(_) => value.as_array().map(|rows| say("n-parts").with("n", rows.len()).to_string()),
            _ => None,
        }
    });
    parts.take(4).collect::<Vec<_>>().join(", ")
}
