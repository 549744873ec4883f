//! `/submit/submissions/{id}/items/{field}/{place}`: one thing of a field that lists things, such as an assessment.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use domain::fields::{Field, field};
use serde_json::{Map, Value, json};

use super::draft::Draft;
use super::section::things_of;
use super::sign_in;
use super::visitor::{File, Form, Visitor, faults, name_of};
use crate::address::{part, query};
use crate::ask::{Interface, Problem, Sent};
use crate::form::{Asked, Faults, Input, Question, Typed, ask, fill, join, slips, told, value};
use crate::layout::{Frame, page};
use crate::pages::problem::NotShown;

#[derive(Template)]
#[template(path = "submit/item.html")]
struct ItemPage {
    frame: Frame,
    draft: Draft,
    field: &'static Field,
    /// Its number, or `new`.
    place: String,
    /// The section it is part of.
    section: &'static str,
    questions: Vec<Asked>,
    faults: Faults,
    /// What somebody else saved here meanwhile; `None` when nobody did.
    other: Option<String>,
    files: bool,
    editable: bool,
}

/// A thing of a draft, and what is asked of it.
struct Item {
    draft: Draft,
    field: &'static Field,
    several: bool,
    /// Where it stands in its list; `None` for a new one.
    place: Option<usize>,
    questions: Vec<Question>,
}

fn none() -> NotShown {
    NotShown::from(Problem { title: "There is no such part".to_owned(), status: 404, ..Problem::default() })
}

impl Item {
    async fn read(interface: &Interface, id: &str, name: &str, place: &str) -> Result<Self, NotShown> {
        let field = field(name).ok_or_else(none)?;
        let Input::Things { schema, several } = Question::of(field).input else { return Err(none()) };
        let draft = Draft::read(interface, id).await?;
        let place = match place {
            "new" => None,
            place => Some(place.parse().map_err(|_| none())?),
        };
        let questions = Question::members(interface.schemas().await?, schema);
        Ok(Self { draft, field, several, place, questions })
    }

    /// What is saved of it; `None` when it is new, or is there no more.
    fn saved(&self) -> Option<&Value> {
        things_of(&self.draft, self.field).get(self.place?).copied()
    }

    /// The pointer of its members in a request, as names.
    fn at(&self, sent: usize) -> String {
        if self.several { format!("{}.{sent}", self.field.name) } else { self.field.name.to_owned() }
    }

    fn typed(&self) -> Typed {
        let mut typed = Typed::default();
        let saved = self.saved().unwrap_or(&Value::Null);
        self.questions.iter().for_each(|question| fill(&mut typed, "", question, &saved[&question.name]));
        typed
    }

    /// What was typed over what is saved: what no form asks stays.
    fn value(&self, typed: &Typed) -> Value {
        let mut thing = self.saved().and_then(Value::as_object).cloned().unwrap_or_default();
        for question in &self.questions {
            let mut now = value(typed, "", question);
            if matches!(question.input, Input::Document)
                && typed.said(&join(&question.name, "drop")).is_some()
                && let Some(document) = now.as_object_mut()
            {
                document.retain(|member, _| member == "url");
                if document.is_empty() {
                    now = Value::Null;
                }
            }
            if now.is_null() {
                thing.remove(&question.name);
            } else {
                thing.insert(question.name.clone(), now);
            }
        }
        Value::Object(thing)
    }

    fn page(self, visitor: &Visitor, typed: &Typed, faults: Faults, other: Option<String>) -> ItemPage {
        let heading = if faults.is_empty() { "" } else { "Error: " };
        ItemPage {
            frame: visitor.frame(format!("{heading}{}: {}", self.field.label, self.draft.title())),
            questions: self.questions.iter().map(|question| ask(question, "", typed, &faults)).collect(),
            files: self.questions.iter().any(|question| matches!(question.input, Input::Document)),
            place: self.place.map_or_else(|| "new".to_owned(), |place| place.to_string()),
            section: self.field.group.as_str(),
            editable: self.draft.can("edit"),
            field: self.field,
            draft: self.draft,
            faults,
            other,
        }
    }
}

pub(crate) async fn show(
    visitor: Visitor,
    Path((id, name, place)): Path<(String, String, String)>,
) -> Result<Response, NotShown> {
    let item = Item::read(&visitor.interface, &id, &name, &place).await?;
    if item.place.is_some() && item.saved().is_none() {
        return Err(none());
    }
    let mut found = Faults::default();
    let at = item.at(item.place.unwrap_or_default());
    for finding in &item.draft.findings {
        if let Some(member) = name_of(&finding.field).strip_prefix(&format!("{at}.")) {
            found.add(member, super::draft::words(finding));
        }
    }
    let typed = item.typed();
    Ok(page(StatusCode::OK, &item.page(&visitor, &typed, found, None)))
}

pub(crate) async fn save(
    State(interface): State<Interface>,
    visitor: Result<Visitor, NotShown>,
    here: Uri,
    Path((id, name, place)): Path<(String, String, String)>,
    Form { mut typed, file }: Form,
) -> Result<Response, NotShown> {
    let visitor = match visitor {
        Ok(visitor) => visitor,
        // A form with a file is kept like any other; only the file is chosen again.
        Err(problem) if problem.status() == 401 => {
            return Ok(sign_in::interrupted(&interface, here.path(), typed.encoded().as_bytes()).await);
        }
        Err(problem) => return Err(problem),
    };
    let item = Item::read(&visitor.interface, &id, &name, &place).await?;
    if let Some(file) = file
        && let Some(question) = item.questions.iter().find(|one| matches!(one.input, Input::Document))
        && let Err(problem) = attach(&visitor, &item.draft, &mut typed, &question.name, file).await
    {
        let mut found = Faults::default();
        for fault in refusal(problem)? {
            found.add(question.name.clone(), fault);
        }
        return Ok(page(StatusCode::BAD_REQUEST, &item.page(&visitor, &typed, found, None)));
    }
    let section = item.draft.href(&format!("/sections/{}#{}", item.field.group.as_str(), item.field.name));
    let removes = typed.one("go") == "remove";
    let now = item.value(&typed);
    let unchanged = item.saved() == Some(&now) || (item.place.is_none() && now == json!({}));
    if unchanged && !removes {
        return Ok(Redirect::to(&section).into_response());
    }
    let mut things: Vec<Value> = things_of(&item.draft, item.field).into_iter().cloned().collect();
    let sent = match item.place {
        Some(place) if place < things.len() && removes => {
            things.remove(place);
            place
        }
        Some(place) if place < things.len() => {
            things[place] = now;
            place
        }
        _ if removes => return Ok(Redirect::to(&section).into_response()),
        // What another took away meanwhile comes back.
        _ => {
            things.push(now);
            things.len() - 1
        }
    };
    let all = match (item.several, things.is_empty()) {
        (_, true) => Value::Null,
        (true, false) => Value::Array(things),
        (false, false) => things.swap_remove(0),
    };
    let record = Map::from_iter([(item.field.name.to_owned(), all)]);
    let change = Sent {
        revision: Some(typed.one("revision")),
        json: Some(json!({ "record": record })),
        ..Sent::default()
    };
    let address = format!("/api/v1/submissions/{}", part(&id));
    match visitor.interface.send(Method::PATCH, &address, change).await {
        Ok(_) => Ok(Redirect::to(&section).into_response()),
        Err(problem) if problem.status() == 412 => {
            let saved = item.saved().map(|saved| told(&item.questions, saved));
            let other = saved.unwrap_or_else(|| match item.place {
                Some(_) => "nothing: it was taken away".to_owned(),
                None => "nothing here; something else in the draft was changed".to_owned(),
            });
            Ok(page(StatusCode::CONFLICT, &item.page(&visitor, &typed, Faults::default(), Some(other))))
        }
        Err(problem) => {
            let found = wrong(&item, &typed, sent, problem)?;
            Ok(page(StatusCode::BAD_REQUEST, &item.page(&visitor, &typed, found, None)))
        }
    }
}

/// What is wrong with the members of a thing that was not saved.
fn wrong(item: &Item, typed: &Typed, sent: usize, problem: NotShown) -> Result<Faults, NotShown> {
    let mut found = Faults::default();
    let mut slipped = Vec::new();
    item.questions.iter().for_each(|question| slips(typed, "", question, &mut slipped));
    slipped.iter().for_each(|(name, words)| found.add(name.clone(), words.clone()));
    for question in item.questions.iter().filter(|question| question.needed) {
        if value(typed, "", question).is_null() {
            found.add(question.name.clone(), format!("{}: answer it", question.label));
        }
    }
    let at = item.at(sent);
    for slip in faults(problem)?.0 {
        let name = slip.name.strip_prefix(&at).map(|rest| rest.trim_start_matches('.'));
        match name {
            // The reader of a thing stops at the first member it cannot use, which may be said already.
            Some(name)
                if found.0.iter().any(|said| name.starts_with(said.name.as_str()) || name.is_empty()) => {}
            Some(name) => found.add(name, slip.words),
            None => found.add("", slip.words),
        }
    }
    Ok(found)
}

/// Gives a file to the register, and notes it in the form.
async fn attach(
    visitor: &Visitor,
    draft: &Draft,
    typed: &mut Typed,
    name: &str,
    file: File,
) -> Result<(), NotShown> {
    let asked =
        query(&[("name".to_owned(), file.name), ("organisation".to_owned(), draft.owner.slug.clone())]);
    let sent = Sent { file: Some(file.bytes), ..Sent::default() };
    let answer = visitor.interface.send(Method::POST, &format!("/api/v1/documents{asked}"), sent).await?;
    let kept: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    for member in ["sha256", "media_type"] {
        typed.set(&join(name, member), kept[member].as_str().unwrap_or_default());
    }
    typed.set(&join(name, "bytes"), kept["bytes"].to_string());
    typed.set(&join(name, "drop"), "");
    Ok(())
}

/// Why a file was not taken, in sentences. Errors: the problem is another.
pub(super) fn refusal(problem: NotShown) -> Result<Vec<String>, NotShown> {
    let status = problem.status();
    if !matches!(status, 400 | 413 | 415) {
        return Err(problem);
    }
    let problem = problem.into_problem();
    if problem.errors.is_empty() {
        return Ok(vec![crate::words::plain(&problem.detail.unwrap_or(problem.title))]);
    }
    Ok(problem.errors.iter().map(crate::ask::Fault::sentence).collect())
}
