//! The questions of a form.

use domain::codes::{VOCABULARIES, Vocabulary};
use domain::fields::{Field, FieldKind, LONG_PARTS, field};
use domain::record::Translation;
use serde_json::{Map, Value};

use crate::language::{named, say};
use crate::words::{field_hint, field_label, plain};

/// One question.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// Its member name in JSON; in the form, also part of the input's name.
    pub(crate) name: String,
    /// Its label.
    pub(crate) label: String,
    /// What to write.
    pub(crate) hint: String,
    /// Whether a draft cannot be saved without it.
    pub(crate) needed: bool,
    pub(crate) input: Input,
}

/// The kind of input.
#[derive(Debug, Clone)]
pub(crate) enum Input {
    /// One line, with HTML's `type`.
    Line(&'static str),
    /// Several lines, with a limit in characters, if any.
    Area(Option<usize>),
    /// A whole number.
    Number,
    /// Day, month and year.
    Date,
    YesNo,
    /// One code.
    One(&'static Vocabulary),
    /// Any number of codes.
    Many(&'static Vocabulary),
    /// Texts, one per line.
    Lines,
    /// An organisation, by name.
    Name,
    /// Organisations, by name, one per line.
    Names,
    /// A whole number and how it is known.
    Estimate,
    /// One item with parts.
    Parts(Vec<Question>),
    /// Several items with parts.
    Rows(Vec<Question>),
    /// A file kept by the register, or an address.
    Document,
    /// Items of a schema that have pages of their own; one, or several.
    Things {
        schema: &'static str,
        several: bool,
    },
}

/// Texts with a higher limit, in characters, get several lines.
const SHORT: usize = 200;

/// The schema whose members are fields of the record.
const TRANSLATION: &str = "Translation";

/// The name of a part.
pub(crate) fn join(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

impl Question {
    /// The question for a field of a record.
    pub(crate) fn of(field: &'static Field) -> Self {
        let input = match field.kind {
            FieldKind::Text(most) if most > SHORT => Input::Area(Some(most)),
            FieldKind::Text(_) => Input::Line("text"),
            FieldKind::Markdown => Input::Area(None),
            FieldKind::Url => Input::Line("url"),
            FieldKind::Email => Input::Line("email"),
            FieldKind::Date => Input::Date,
            FieldKind::Boolean => Input::YesNo,
            FieldKind::Code(list) => Input::One(list),
            FieldKind::Codes(list) => Input::Many(list),
            FieldKind::Texts => Input::Lines,
            FieldKind::Jurisdiction | FieldKind::Language => Input::Line("text"),
            FieldKind::Organisation => Input::Name,
            FieldKind::Organisations => Input::Names,
            FieldKind::Estimate => Input::Estimate,
            FieldKind::Objects(schema, _) => Input::Things { schema, several: true },
            FieldKind::Object(schema, _) => Input::Things { schema, several: false },
        };
        let mut hint = match &input {
            Input::YesNo => {
                field_hint(field).trim_end_matches("true or false").trim_end_matches("; ").to_owned()
            }
            Input::Date => say("for-example-27-3-2026").to_string(),
            Input::Estimate => say("a-whole-number-and-how").to_string(),
            _ => field_hint(field),
        };
        if matches!(input, Input::Lines | Input::Names) {
            hint.push_str(&format!(". {}", say("one-on-each-line")));
        }
        let needed = field.required == domain::fields::Required::Draft;
        Self { name: field.name.to_owned(), label: field_label(field), hint, needed, input }
    }

    /// The questions for the members of an API schema.
    pub(crate) fn members(schemas: &Map<String, Value>, name: &str) -> Vec<Self> {
        if name == TRANSLATION {
            return Self::translated();
        }
        let Some(schema) = schemas.get(name) else { return Vec::new() };
        let needed: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let members = schema["properties"].as_object().into_iter().flatten();
        members
            // The register assigns ids.
            .filter(|(name, _)| *name != "id")
            .map(|(name, member)| Self::member(schemas, name, member, needed.contains(&name.as_str())))
            .collect()
    }

    /// The questions for a translation: its language, and the texts of the catalogue.
    fn translated() -> Vec<Self> {
        let lang = field("lang").map(|field| Self { needed: true, ..Self::of(field) });
        let texts = Translation::fields().map(|field| Self { needed: false, ..Self::of(field) });
        lang.into_iter().chain(texts).collect()
    }

    fn member(schemas: &Map<String, Value>, name: &str, member: &Value, needed: bool) -> Self {
        let target =
            |schema: &Value| schema["$ref"].as_str().and_then(|at| at.rsplit('/').next()).map(str::to_owned);
        let either = member["oneOf"].as_array().into_iter().flatten();
        let target = target(member).or_else(|| either.clone().find_map(target));
        let described = std::iter::once(member).chain(either).find_map(|one| one["description"].as_str());
        let is = |kind: &str| {
            member["type"] == kind
                || member["type"].as_array().is_some_and(|kinds| kinds.iter().any(|one| one == kind))
        };
        let input = match target.as_deref() {
            Some("Document") => Input::Document,
            Some("OrganisationRef") => Input::Name,
            Some(schema) => match list_of(schema) {
                Some(list) => Input::One(list),
                None => Input::Parts(Self::members(schemas, schema)),
            },
            None if is("array") => {
                match member["items"]["$ref"].as_str().and_then(|at| at.rsplit('/').next()) {
                    Some(schema) => Input::Rows(Self::members(schemas, schema)),
                    None => Input::Lines,
                }
            }
            None if is("integer") => Input::Number,
            None if is("boolean") => Input::YesNo,
            None if member["format"] == "date" => Input::Date,
            None if name == "url" || name.ends_with("_url") => Input::Line("url"),
            None if LONG_PARTS.contains(&name) => Input::Area(None),
            None => Input::Line("text"),
        };
        let mut hint = described.unwrap_or_default().trim_end_matches('.').to_owned();
        if matches!(input, Input::Lines) {
            hint.push_str(&format!(". {}", say("one-on-each-line")));
        }
        let label = named(&format!("part-{name}"), None).unwrap_or_else(|| match name.strip_suffix("_url") {
            Some(name) => format!("Web address of the {}", name.replace('_', " ")),
            None if name == "url" => "Web address".to_owned(),
            None => plain(name),
        });
        Self { name: name.to_owned(), label, hint, needed, input }
    }
}

/// The code list that a schema stands for: `AssessmentType` is `assessment_type`.
fn list_of(schema: &str) -> Option<&'static Vocabulary> {
    let mut name = String::new();
    for letter in schema.chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    VOCABULARIES.iter().find(|list| list.name == name).copied()
}
