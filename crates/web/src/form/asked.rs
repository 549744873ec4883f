//! A question as a page shows it, with what was typed and what is wrong with it.

use askama::Template;
use domain::codes::{Code, StatementKind, Vocabulary, WithheldGround};
use domain::fields::BASIS;
use serde_json::Value;

use super::faults::Faults;
use super::question::{Input, Question, join};
use super::typed::{ROWS_MAX, Typed};
use crate::language::say;
use crate::words::{day, definition, entry_label, label, yes_or_no};

/// Codes of a list up to which they are all shown as buttons.
const BUTTONS_MAX: usize = 9;
/// Blank rows after those that are there.
const ROWS_MORE: usize = 2;

/// A code that can be chosen.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    pub(crate) code: String,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) chosen: bool,
}

/// What is said in place of an answer.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) open: bool,
    pub(crate) kinds: Vec<Choice>,
    pub(crate) grounds: Vec<Choice>,
    pub(crate) reason: String,
}

impl Statement {
    pub(crate) fn typed(typed: &Typed, field: &str) -> Self {
        let kind = typed.one(&join(field, "statement"));
        let ground = typed.one(&join(field, "ground"));
        Self {
            open: !kind.is_empty(),
            kinds: choices(StatementKind::VOCABULARY, |code| code == kind),
            grounds: choices(WithheldGround::VOCABULARY, |code| code == ground),
            reason: typed.one(&join(field, "reason")).to_owned(),
        }
    }
}

/// A thing that has a page of its own, to which its form goes on once what was typed is saved.
#[derive(Debug, Clone)]
pub(crate) struct Thing {
    pub(crate) title: String,
    /// Which button leads there, if one does.
    pub(crate) go: Option<String>,
}

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

/// A question on a page.
#[derive(Debug, Clone, Template)]
#[template(path = "submit/question.html")]
pub(crate) struct Asked {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) hint: String,
    pub(crate) fault: Option<String>,
    /// What is asked of its field, in a word.
    pub(crate) mark: String,
    /// Whether it is a heading of its form, not a part of something.
    pub(crate) heads: bool,
    pub(crate) shape: Shape,
    pub(crate) statement: Option<Statement>,
}

impl Asked {
    /// Whether it has several inputs, and so a legend instead of a label.
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

    /// For templates: a part of it, by its name.
    fn at(&self, part: &str) -> String {
        join(&self.name, part)
    }

    /// What marks an input that is wrong.
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

/// Shows a question with what was typed.
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

/// A saved thing in a line: what is said of the questions that come first.
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
