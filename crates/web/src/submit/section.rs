//! `/submit/submissions/{id}/sections/{group}`: the questions of one section.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::codes::{Code, Origin, StatementKind};
use domain::fields::{Field, Group, Required};
use domain::submission::Action;
use serde_json::{Map, Value, json};

use super::draft::{Draft, fields_of};
use super::sent::Form;
use super::visitor::Visitor;
use crate::ask::Sent;
use crate::form::{
    Asked, Faults, Input, Question, Shape, Statement, Thing, Typed, ask, fill, join, over, told, value,
};
use crate::language::say;
use crate::layout::{Frame, page};
use crate::pages::problem::NotShown;
use crate::shown::{Shown, row};
use crate::words::{field_label, group_title};

/// A field's saved answer, shown when somebody else changed the draft meanwhile.
struct Other {
    label: String,
    saved: String,
}

#[derive(Template)]
#[template(path = "submit/section.html")]
struct SectionPage {
    frame: Frame,
    draft: Draft,
    title: String,
    group: &'static str,
    /// Such as "4 of 12".
    place: String,
    questions: Vec<Asked>,
    faults: Faults,
    /// What somebody else saved meanwhile, if they did.
    others: Option<Vec<Other>>,
    editable: bool,
}

fn group(name: &str) -> Result<Group, NotShown> {
    let found = Group::ALL.iter().copied().find(|group| group.as_str() == name);
    found.ok_or_else(|| NotShown::missing(say("there-is-no-such-section")))
}

/// Whether a field is shown but not asked: bodies write about themselves.
fn is_fixed(draft: &Draft, field: &Field) -> bool {
    let third = draft.record.get("origin").and_then(Value::as_str) == Some(Origin::ThirdParty.as_str());
    field.name == "publisher" && !third
}

/// Whether a field may have a statement instead of an answer: if it must be answered, or if a body can state that
/// there is none.
fn takes_statement(draft: &Draft, field: &Field) -> bool {
    let stated = statement(draft, field.name).is_some();
    stated
        || field.may_be_none()
        || (draft.standing(field.name).is_some() && field.required != Required::Draft)
}

fn statement<'d>(draft: &'d Draft, field: &str) -> Option<&'d Value> {
    draft.record.get("field_statements")?.as_array()?.iter().find(|one| one["field"] == field)
}

/// A section's form, filled from the draft.
fn as_typed(draft: &Draft, group: Group) -> Typed {
    let mut typed = Typed::default();
    for field in fields_of(group) {
        let question = Question::of(field);
        fill(&mut typed, "", &question, draft.record.get(field.name).unwrap_or(&Value::Null));
        if let Some(stated) = statement(draft, field.name) {
            for (part, member) in [("statement", "kind"), ("reason", "reason"), ("ground", "ground")] {
                typed.set(&join(field.name, part), stated[member].as_str().unwrap_or_default());
            }
        }
    }
    typed
}

/// A field's question, prepared for the form.
fn asked(
    schemas: &Map<String, Value>,
    draft: &Draft,
    field: &'static Field,
    typed: &Typed,
    faults: &Faults,
) -> Asked {
    let question = Question::of(field);
    let mut asked = ask(&question, "", typed, faults);
    if draft.standing(field.name).is_some() {
        let mark = if field.required == Required::Draft { "needed" } else { "required-to-publish" };
        asked.mark = say(mark).to_string();
    }
    if takes_statement(draft, field) {
        asked.statement = Some(Statement::typed(typed, field));
    }
    if is_fixed(draft, field) {
        asked.shape = Shape::Fixed(draft.owner.name.clone());
    }
    if let Input::Things { schema, several } = question.input {
        let members = Question::members(schemas, schema);
        let things = draft.things(field);
        let editable = draft.can(Action::Edit);
        let items = things.iter().enumerate().map(|(place, thing)| Thing {
            title: told(&members, thing),
            go: editable.then(|| format!("change {} {place}", field.name)),
        });
        let words = say(if several && !things.is_empty() { "add-another" } else { "add-one" });
        let add = editable && (several || things.is_empty());
        asked.shape = Shape::Things {
            items: items.collect(),
            add: add.then(|| (format!("add {}", field.name), words.to_string())),
        };
    }
    asked
}

/// Builds the page of a section.
async fn made(
    visitor: &Visitor,
    draft: Draft,
    group: Group,
    typed: &Typed,
    faults: Faults,
    others: Option<Vec<Other>>,
) -> Result<SectionPage, NotShown> {
    let schemas = visitor.interface.schemas().await?;
    let mut questions = Vec::new();
    for field in fields_of(group) {
        questions.push(asked(schemas, &draft, field, typed, &faults));
    }
    let place = Group::ALL.iter().position(|one| *one == group).unwrap_or_default();
    Ok(SectionPage {
        frame: visitor.form(format!("{}: {}", group_title(group), draft.title()), !faults.is_empty()),
        editable: draft.can(Action::Edit),
        title: group_title(group),
        group: group.as_str(),
        place: say("place-of-all").with("place", place + 1).with("all", Group::ALL.len()).to_string(),
        questions,
        faults,
        others,
        draft,
    })
}

pub(crate) async fn show(
    visitor: Visitor,
    Path((id, name)): Path<(String, String)>,
    RawQuery(asked): RawQuery,
) -> Result<Response, NotShown> {
    let group = group(&name)?;
    let draft = Draft::read(&visitor.interface, &id).await?;
    let checks = asked.as_deref().is_some_and(|asked| asked.starts_with("check"));
    let faults = draft.faults(group, checks);
    let typed = as_typed(&draft, group);
    Ok(page(StatusCode::OK, &made(&visitor, draft, group, &typed, faults, None).await?))
}

/// The draft's field statements, with this section's replaced by those typed.
fn statements(draft: &Draft, group: Group, typed: &Typed) -> Vec<Value> {
    let own: Vec<&'static Field> = fields_of(group).filter(|field| takes_statement(draft, field)).collect();
    let saved = draft.record.get("field_statements").and_then(Value::as_array).into_iter().flatten();
    let others = saved.filter(|one| !own.iter().any(|field| one["field"] == field.name)).cloned();
    let said = own.iter().filter_map(|field| {
        let kind = typed.said(&join(field.name, "statement"))?;
        let mut one =
            Map::from_iter([("field".to_owned(), json!(field.name)), ("kind".to_owned(), json!(kind))]);
        for part in ["reason", "ground"] {
            if let Some(text) = typed.said(&join(field.name, part)) {
                one.insert(part.to_owned(), json!(text));
            }
        }
        Some(Value::Object(one))
    });
    others.chain(said).collect()
}

/// The unsaved changes, as a merge patch of the record.
fn patch(draft: &Draft, group: Group, typed: &Typed) -> Map<String, Value> {
    let mut patch = Map::new();
    for field in fields_of(group).filter(|field| !is_fixed(draft, field)) {
        let question = Question::of(field);
        if matches!(question.input, Input::Things { .. }) {
            continue;
        }
        let saved = draft.record.get(field.name).unwrap_or(&Value::Null);
        let now = over(saved, typed, "", &question);
        if now != *saved {
            patch.insert(field.name.to_owned(), now);
        }
    }
    let saved = as_typed(draft, group);
    let (now, before) = (statements(draft, group, typed), statements(draft, group, &saved));
    if now != before {
        patch.insert("field_statements".to_owned(), Value::Array(now));
    }
    patch
}

/// Saves a section, and goes where the button pressed leads.
pub(crate) async fn save(
    visitor: Visitor,
    Path((id, name)): Path<(String, String)>,
    form: Form,
) -> Result<Response, NotShown> {
    let group = group(&name)?;
    let typed = form.typed;
    let draft = Draft::read(&visitor.interface, &id).await?;
    let twice = twice(&draft, group, &typed);
    if !twice.is_empty() {
        return Ok(page(StatusCode::BAD_REQUEST, &made(&visitor, draft, group, &typed, twice, None).await?));
    }
    let patch = patch(&draft, group, &typed);
    if !patch.is_empty() {
        let address = format!("/api/v1/submissions/{}", crate::address::part(&id));
        let sent = Sent {
            revision: Some(typed.one("revision")),
            json: Some(json!({ "record": patch })),
            ..Sent::default()
        };
        if let Err(problem) = visitor.interface.send(Method::PATCH, &address, sent).await {
            return refused(&visitor, draft, group, &typed, &patch, problem).await;
        }
    }
    // The button pressed says where to go: `next`, `add FIELD` or `change FIELD PLACE`.
    let mut go = typed.one("go").split(' ');
    let to = match (go.next(), go.next().and_then(domain::fields::field), go.next()) {
        (Some("next"), ..) => {
            let next = Group::ALL.iter().skip_while(|one| **one != group).nth(1);
            next.map_or_else(
                || draft.href("/check"),
                |next| draft.href(&format!("/sections/{}", next.as_str())),
            )
        }
        (Some("add"), Some(field), _) => draft.href(&format!("/items/{}/new", field.name)),
        (Some("change"), Some(field), Some(place)) => {
            draft.href(&format!("/items/{}/{}", field.name, crate::address::part(place)))
        }
        _ => draft.href(""),
    };
    Ok(Redirect::to(&to).into_response())
}

/// Fields that have both an answer and a statement.
fn twice(draft: &Draft, group: Group, typed: &Typed) -> Faults {
    let mut found = Faults::default();
    for field in fields_of(group).filter(|field| takes_statement(draft, field)) {
        let question = Question::of(field);
        let answered = match question.input {
            Input::Things { .. } => !draft.things(field).is_empty(),
            _ => !value(typed, "", &question).is_null(),
        };
        let stated = typed.said(&join(field.name, "statement"));
        if answered && stated.is_some_and(|kind| kind != StatementKind::Confirmed.as_str()) {
            let words = say("answer-or-say-why-not-both").with("label", field_label(field));
            found.add(field.name, words.to_string());
        }
    }
    found
}

/// The form again, with what was typed and why it was not saved.
async fn refused(
    visitor: &Visitor,
    draft: Draft,
    group: Group,
    typed: &Typed,
    patch: &Map<String, Value>,
    problem: NotShown,
) -> Result<Response, NotShown> {
    if problem.status() == StatusCode::PRECONDITION_FAILED {
        let mut others = Vec::new();
        for field in fields_of(group).filter(|field| patch.contains_key(field.name)) {
            let saved = row(field, &draft.record).map(|row| match (row.value, row.said) {
                (Some(Shown::Html(_)), _) => draft.record[field.name].as_str().unwrap_or_default().to_owned(),
                (Some(shown), _) => shown.line(),
                (None, said) => said.unwrap_or_default(),
            });
            others.push(Other {
                label: field_label(field),
                saved: saved.unwrap_or_else(|| say("nothing-saved").to_string()),
            });
        }
        let page_of = made(visitor, draft, group, typed, Faults::default(), Some(others)).await?;
        return Ok(page(StatusCode::PRECONDITION_FAILED, &page_of));
    }
    let asked: Vec<Question> =
        fields_of(group).filter(|field| !is_fixed(&draft, field)).map(Question::of).collect();
    let found = Faults::of(&asked, typed, "", problem.into_faults()?);
    Ok(page(StatusCode::BAD_REQUEST, &made(visitor, draft, group, typed, found, None).await?))
}
