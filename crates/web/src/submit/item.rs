//! `/submit/submissions/{id}/items/{field}/{place}`: one item of a field that lists items, such as an
//! assessment.

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::fields::{Access, Field, field};
use domain::submission::Action;
use serde_json::{Map, Value, json};
use wire::DocumentView;

use super::draft::Draft;
use super::sent::{File, Form, LOST_FILE};
use super::sign_in;
use super::visitor::Visitor;
use crate::address::{part, query};
use crate::ask::{Interface, Sent};
use crate::form::{Asked, Faults, Input, Question, Typed, ask, fill, join, name_of, over, told};
use crate::language::say;
use crate::layout::{Frame, page};
use crate::pages::problem::NotShown;
use crate::words::field_label;

#[derive(Template)]
#[template(path = "submit/item.html")]
struct ItemPage {
    frame: Frame,
    draft: Draft,
    field: &'static Field,
    /// Its number, or `new`.
    place: String,
    /// The section it belongs to.
    section: &'static str,
    questions: Vec<Asked>,
    faults: Faults,
    /// What somebody else saved here meanwhile, if they did.
    other: Option<String>,
    files: bool,
    editable: bool,
}

/// An item of a draft, and its questions.
struct Item {
    draft: Draft,
    field: &'static Field,
    several: bool,
    /// Its place in the list; `None` for a new one.
    place: Option<usize>,
    questions: Vec<Question>,
}

fn none() -> NotShown {
    NotShown::missing(say("there-is-no-such-part"))
}

/// What happens to the item.
enum Edit {
    Save(Value),
    Remove,
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

    /// The saved item; `None` if it is new or no longer there.
    fn saved(&self) -> Option<&Value> {
        self.draft.things(self.field).get(self.place?).copied()
    }

    /// What somebody else saved here meanwhile.
    fn saved_meanwhile(&self) -> String {
        let saved = self.saved().map(|saved| told(&self.questions, saved));
        saved.unwrap_or_else(|| match self.place {
            Some(_) => say("nothing-it-was-taken-away").to_string(),
            None => say("nothing-here-something-else-in").to_string(),
        })
    }

    /// Where its members are in a request, as a form name.
    fn at(&self, sent: usize) -> String {
        if self.several { format!("{}.{sent}", self.field.name) } else { self.field.name.to_owned() }
    }

    fn typed(&self) -> Typed {
        let mut typed = Typed::default();
        let saved = self.saved().unwrap_or(&Value::Null);
        self.questions.iter().for_each(|question| fill(&mut typed, "", question, &saved[&question.name]));
        typed
    }

    /// The item to save: what was typed, laid over what is saved. What no form asks or can carry stays.
    fn value(&self, typed: &Typed) -> Value {
        let mut thing = self.saved().and_then(Value::as_object).cloned().unwrap_or_default();
        for question in &self.questions {
            let saved = self.saved().map_or(&Value::Null, |saved| &saved[&question.name]);
            let mut now = over(saved, typed, "", question);
            if matches!(question.input, Input::Document)
                && typed.said(&join(&question.name, "drop")).is_some()
                && let Some(document) = now.as_object_mut()
            {
                // Dropping the file keeps a web address given for it.
                document.retain(|member, _| member == "url");
                if document.is_empty() {
                    now = Value::Null;
                }
            }
            if now.is_null()
                && self.field.access == Access::ByVisibility
                && !saved.is_null()
                && !saved.is_array()
            {
                // The API keeps a sealed text that is left out; only an explicit `null` removes it.
                thing.insert(question.name.clone(), Value::Null);
            } else if now.is_null() {
                thing.remove(&question.name);
            } else {
                thing.insert(question.name.clone(), now);
            }
        }
        Value::Object(thing)
    }

    /// The field's new value, and the item's place in it; `None` if nothing changes.
    fn edited(&self, edit: Edit) -> Option<(Value, usize)> {
        let mut things: Vec<Value> = self.draft.things(self.field).into_iter().cloned().collect();
        let there = self.place.filter(|place| *place < things.len());
        let place = match (edit, there) {
            (Edit::Remove, None) => return None,
            (Edit::Remove, Some(place)) => {
                things.remove(place);
                place
            }
            (Edit::Save(now), Some(place)) if things[place] == now => return None,
            (Edit::Save(now), Some(place)) => {
                things[place] = now;
                place
            }
            // A new item; also one that somebody else removed meanwhile, which comes back.
            (Edit::Save(now), None) => {
                things.push(now);
                things.len() - 1
            }
        };
        let all = match (self.several, things.is_empty()) {
            (_, true) => Value::Null,
            (true, false) => Value::Array(things),
            (false, false) => things.swap_remove(0),
        };
        Some((all, place))
    }

    fn page(self, visitor: &Visitor, typed: &Typed, faults: Faults, other: Option<String>) -> ItemPage {
        ItemPage {
            frame: visitor
                .form(format!("{}: {}", field_label(self.field), self.draft.title()), !faults.is_empty()),
            questions: self.questions.iter().map(|question| ask(question, "", typed, &faults)).collect(),
            files: self.questions.iter().any(|question| matches!(question.input, Input::Document)),
            place: self.place.map_or_else(|| "new".to_owned(), |place| place.to_string()),
            section: self.field.group.as_str(),
            editable: self.draft.can(Action::Edit),
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

/// Saves or removes an item. A file is stored first, so that the item can refer to it.
pub(crate) async fn save(
    State(interface): State<Interface>,
    visitor: Result<Visitor, NotShown>,
    Path((id, name, place)): Path<(String, String, String)>,
    request: Request,
) -> Result<Response, NotShown> {
    let visitor = match visitor {
        Ok(visitor) => visitor,
        // Handled here, because the gate keeps no multipart forms.
        Err(problem) if problem.status() == StatusCode::UNAUTHORIZED => {
            return sign_in::interrupted_with_file(&interface, request).await;
        }
        Err(problem) => return Err(problem),
    };
    let Form { mut typed, file } = Form::read(request, &(), true).await?;
    let item = Item::read(&visitor.interface, &id, &name, &place).await?;
    if let Some((status, found, other)) = keep_file(&visitor, &item, &mut typed, file).await? {
        return Ok(page(status, &item.page(&visitor, &typed, found, other)));
    }
    let section = item.draft.href(&format!("/sections/{}#{}", item.field.group.as_str(), item.field.name));
    if item.place.is_none() && item.value(&typed) == json!({}) {
        let mut found = Faults::of(&item.questions, &typed, "", Vec::new());
        found.add("", say("nothing-was-typed").to_string());
        return Ok(page(StatusCode::BAD_REQUEST, &item.page(&visitor, &typed, found, None)));
    }
    let edit = if removes(&typed) { Edit::Remove } else { Edit::Save(item.value(&typed)) };
    let Some((all, sent)) = item.edited(edit) else { return Ok(Redirect::to(&section).into_response()) };
    let record = Map::from_iter([(item.field.name.to_owned(), all)]);
    let change = Sent {
        revision: Some(typed.one("revision")),
        json: Some(json!({ "record": record })),
        ..Sent::default()
    };
    let address = format!("/api/v1/submissions/{}", part(&id));
    match visitor.interface.send(Method::PATCH, &address, change).await {
        Ok(_) => Ok(Redirect::to(&section).into_response()),
        Err(problem) if problem.status() == StatusCode::PRECONDITION_FAILED => {
            let other = item.saved_meanwhile();
            let page_of = item.page(&visitor, &typed, Faults::default(), Some(other));
            Ok(page(StatusCode::PRECONDITION_FAILED, &page_of))
        }
        Err(problem) => {
            let found = Faults::of(&item.questions, &typed, &item.at(sent), problem.into_faults()?);
            Ok(page(StatusCode::BAD_REQUEST, &item.page(&visitor, &typed, found, None)))
        }
    }
}

/// Whether the button pressed takes the item away.
fn removes(typed: &Typed) -> bool {
    typed.one("go") == "remove"
}

/// Stores the form's file. If that cannot be, or the file was lost on the way, gives what the form's page then says:
/// a status, faults, and what somebody else saved. Browsers never fill in a file again, so it must be chosen again.
async fn keep_file(
    visitor: &Visitor,
    item: &Item,
    typed: &mut Typed,
    file: Option<File>,
) -> Result<Option<(StatusCode, Faults, Option<String>)>, NotShown> {
    let Some(question) = item.questions.iter().find(|one| matches!(one.input, Input::Document)) else {
        return Ok(None);
    };
    let is_current = typed.one("revision") == item.draft.revision.to_string();
    let other = (!is_current).then(|| item.saved_meanwhile());
    let mut found = Faults::default();
    let status = match file {
        // Do not store a file for a form that cannot be saved: the API says why.
        _ if removes(typed) || !item.draft.can(Action::Edit) => return Ok(None),
        Some(file) if is_current => match attach(visitor, &item.draft, typed, &question.name, file).await {
            Ok(()) => return Ok(None),
            Err(problem) => {
                let (status, notice) = problem.into_notice()?;
                found.add(question.name.clone(), notice);
                status
            }
        },
        Some(file) => {
            let name = domain::cell::short(&file.name);
            found.add(question.name.clone(), say("the-file-is-not-saved").with("name", name).to_string());
            StatusCode::PRECONDITION_FAILED
        }
        None => match typed.said(LOST_FILE) {
            Some(name) => {
                let lost = say("the-file-was-not-kept").with("name", name);
                found.add(question.name.clone(), lost.to_string());
                StatusCode::BAD_REQUEST
            }
            None => return Ok(None),
        },
    };
    Ok(Some((status, found, other)))
}

/// Uploads a file, and notes its hash in the form.
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
    let kept: DocumentView =
        visitor.interface.ask(Method::POST, &format!("/api/v1/documents{asked}"), sent).await?;
    typed.set(&join(name, "sha256"), kept.sha256);
    typed.set(&join(name, "media_type"), kept.media_type);
    typed.set(&join(name, "bytes"), kept.bytes.to_string());
    typed.set(&join(name, "drop"), "");
    Ok(())
}
