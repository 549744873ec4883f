//! `/submit/submissions/{id}`: a submission as a task list.

use std::ops::Deref;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::Permission;
use domain::codes::{Code, SubmissionState};
use domain::completeness::FieldState;
use domain::draft::NOT_ASKED;
use domain::fields::{FIELDS, Field, Group, field};
use domain::submission::Action;
use domain::{Finding, Record, Severity};
use serde_json::{Map, Value};
use wire::{DeedView, History, PreviewLinkList, PreviewLinkView, SubmissionView};

use super::visitor::{Powers, Visitor};
use crate::address::part;
use crate::ask::Interface;
use crate::form::{Faults, name_of};
use crate::language::say;
use crate::layout::{Frame, page};
use crate::pages::problem::NotShown;
use crate::words::{day_of, field_label, group_title, label_in};

/// A submission, as the pages of those who write it use it.
#[derive(Debug, Clone)]
pub(super) struct Draft(SubmissionView);

impl Deref for Draft {
    type Target = SubmissionView;

    fn deref(&self) -> &SubmissionView {
        &self.0
    }
}

impl Draft {
    pub(super) async fn read(interface: &Interface, id: &str) -> Result<Self, NotShown> {
        interface.get(&format!("/api/v1/submissions/{}", part(id))).await.map(Self)
    }

    /// Whether the person signed in may do something to it now.
    pub(super) fn can(&self, action: Action) -> bool {
        self.available_actions.iter().any(|one| one.action == action)
    }

    /// Its content as a record. Errors: the API's answer is not a record.
    pub(super) fn record(&self) -> Result<Record, NotShown> {
        record_of(&self.record)
    }

    /// A field's items.
    pub(super) fn things(&self, field: &Field) -> Vec<&Value> {
        match self.record.get(field.name) {
            Some(Value::Array(things)) => things.iter().collect(),
            Some(thing) => vec![thing],
            None => Vec::new(),
        }
    }

    pub(super) fn title(&self) -> String {
        self.record.get("title").and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// The language it is written in.
    pub(super) fn lang(&self) -> &str {
        self.record.get("lang").and_then(Value::as_str).unwrap_or_default()
    }

    pub(super) fn state_label(&self) -> String {
        label_in("submission_state", self.state.as_str())
    }

    /// The address of one of its pages.
    pub(super) fn href(&self, page: &str) -> String {
        format!("/submit/submissions/{}{page}", part(&self.id))
    }

    /// The field a finding is about; for a field statement, the field it stands in for.
    pub(super) fn field_of(&self, finding: &Finding) -> &'static str {
        let name = name_of(&finding.field);
        let mut steps = name.split('.');
        let first = steps.next().unwrap_or_default();
        if first == "field_statements"
            && let Some(place) = steps.next().and_then(|place| place.parse::<usize>().ok())
            && let Some(stated) =
                self.record.get("field_statements").and_then(|all| all[place]["field"].as_str())
        {
            return field(stated).map_or("field_statements", |field| field.name);
        }
        field(first).map_or("", |field| field.name)
    }

    /// The faults in a group's fields; with `unanswered`, missing answers too.
    pub(super) fn faults(&self, group: Group, unanswered: bool) -> Faults {
        let mut faults = Faults::default();
        for finding in &self.findings {
            let about = self.field_of(finding);
            let inside = field(about).is_some_and(|field| field.group == group);
            if inside && (unanswered || finding.code != "missing") {
                let stated = finding.field.starts_with("/field_statements");
                let name = if stated { about.to_owned() } else { name_of(&finding.field) };
                faults.add(name, words(finding));
            }
        }
        faults
    }

    /// A field's state, if it is required for publication.
    pub(super) fn standing(&self, field: &str) -> Option<FieldState> {
        self.completeness.fields.iter().find(|one| one.field == field).map(|one| one.state)
    }

    /// Warnings in words. They do not prevent publication.
    pub(super) fn warnings(&self) -> Vec<String> {
        self.findings.iter().filter(|finding| finding.severity != Severity::Error).map(words).collect()
    }

    pub(super) fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error)
    }
}

/// The record with these members. Errors: they are not a record's.
pub(super) fn record_of(members: &Map<String, Value>) -> Result<Record, NotShown> {
    serde_json::from_value(Value::Object(members.clone())).map_err(|error| NotShown::ours(&error.to_string()))
}

/// A finding in plain words.
pub(super) fn words(finding: &Finding) -> String {
    let label = field(finding.field.trim_start_matches('/')).map(field_label);
    match (finding.code.as_str(), label, &finding.hint) {
        ("missing", Some(label), _) => say("answer-it-or-say-why").with("label", label).to_string(),
        (_, _, Some(hint)) => format!("{}: {hint}", crate::words::plain(&finding.message)),
        (_, _, None) => crate::words::plain(&finding.message),
    }
}

/// A group's fields that people answer.
pub(super) fn fields_of(group: Group) -> impl Iterator<Item = &'static Field> {
    FIELDS.iter().filter(move |field| field.group == group && !NOT_ASKED.contains(&field.name))
}

fn is_stated(state: FieldState) -> bool {
    matches!(state, FieldState::Unknown | FieldState::Withheld)
}

/// A section on the task list.
struct Task {
    title: String,
    href: String,
    status: String,
    class: &'static str,
}

fn task(draft: &Draft, group: Group) -> Task {
    let stops = draft.errors().filter(|finding| finding.code != "missing");
    let faults =
        stops.filter(|finding| field(draft.field_of(finding)).is_some_and(|field| field.group == group));
    let faults = faults.count() as u64;
    let states: Vec<FieldState> = fields_of(group).filter_map(|field| draft.standing(field.name)).collect();
    let blank = states.iter().filter(|state| **state == FieldState::Blank).count() as u64;
    let said = fields_of(group).any(|field| draft.record.contains_key(field.name));
    let (status, class) = match (faults, blank) {
        (1.., _) => (say("n-problems").with("n", faults).to_string(), "govuk-tag govuk-tag--red"),
        (_, 1..) => (say("n-to-answer").with("n", blank).to_string(), "govuk-tag govuk-tag--blue"),
        _ if states.is_empty() && !said => (say("optional").to_string(), "oar-meta"),
        _ => (say("completed-2").to_string(), "govuk-task-list__done"),
    };
    Task {
        title: group_title(group),
        href: draft.href(&format!("/sections/{}", group.as_str())),
        status,
        class,
    }
}

#[derive(Template)]
#[template(path = "submit/tasks.html")]
struct TasksPage {
    frame: Frame,
    draft: Draft,
    title: String,
    state: String,
    about: String,
    tasks: Vec<Task>,
    answered: u32,
    /// Required fields stated as unknown or withheld.
    stated: usize,
    required: u32,
    errors: u64,
    changed: String,
    /// Why it was sent back, if it was.
    sent_back: Option<String>,
    deeds: Vec<DeedView>,
    links: Vec<Link>,
}

/// A working preview link.
struct Link {
    words: String,
    href: String,
}

/// A step in words.
trait Step {
    /// Who did what.
    fn words(&self) -> String;
    /// When.
    fn on(&self) -> String;
}

impl Step for DeedView {
    fn words(&self) -> String {
        let deed = self.action.rsplit('.').next().unwrap_or_default();
        let who = self.person.clone().unwrap_or_else(|| say("the-register").to_string());
        let done = match deed {
            "create" => say("began-it"),
            "edit" => say("changed-it"),
            "submit" => say("sent-it-for-approval"),
            "review" => say("began-to-review-it"),
            "request_changes" => say("sent-it-back"),
            "approve" => say("approved-it"),
            "publish" => say("published-it"),
            "discard" => say("gave-it-up"),
            "preview" => say("made-a-preview-link"),
            "revoke_preview" => say("revoked-a-preview-link"),
            other => return format!("{who}: {other}"),
        };
        done.with("who", who).to_string()
    }

    fn on(&self) -> String {
        format!("{}, {} UTC", day_of(self.at), self.at.format("%H:%M"))
    }
}

/// The latest twelve steps, with repeated edits by one person shown once.
fn latest(items: Vec<DeedView>) -> Vec<DeedView> {
    let mut deeds: Vec<DeedView> = Vec::new();
    for deed in items.into_iter().rev() {
        let again = deeds.last().is_some_and(|last| {
            last.action == deed.action && last.person == deed.person && last.reason == deed.reason
        });
        if !again {
            deeds.push(deed);
        }
    }
    deeds.truncate(12);
    deeds
}

/// The preview links that work, for people who may revoke them.
async fn links(visitor: &Visitor, draft: &Draft) -> Result<Vec<Link>, NotShown> {
    let is_over = matches!(draft.state, SubmissionState::Published | SubmissionState::Discarded);
    if is_over || !visitor.me.may(Permission::PreviewSubmission) {
        return Ok(Vec::new());
    }
    let address = format!("/api/v1/submissions/{}/preview-links", part(&draft.id));
    let list: PreviewLinkList = match visitor.interface.get(&address).await {
        Ok(list) => list,
        // They may for another body.
        Err(problem) if problem.status() == StatusCode::FORBIDDEN => return Ok(Vec::new()),
        Err(problem) => return Err(problem),
    };
    let link = |link: PreviewLinkView| {
        let who = link.made_by.unwrap_or_else(|| say("the-register").to_string());
        let words = say("preview-link-of").with("who", who).with("until", day_of(link.expires_at));
        Link { words: words.to_string(), href: draft.href(&format!("/preview-links/{}", part(&link.id))) }
    };
    Ok(list.items.into_iter().map(link).collect())
}

pub(crate) async fn tasks(visitor: Visitor, Path(id): Path<String>) -> Result<Response, NotShown> {
    let draft = Draft::read(&visitor.interface, &id).await?;
    let history: History =
        visitor.interface.get(&format!("/api/v1/submissions/{}/history", part(&id))).await?;
    let about = match (&draft.record_id, draft.published_version) {
        (Some(record), Some(version)) => {
            say("version-of").with("number", version).with("id", record).to_string()
        }
        (Some(record), None) => say("a-new-version-of").with("record", record).to_string(),
        _ => say("a-new-record").to_string(),
    };
    let links = links(&visitor, &draft).await?;
    let deeds = latest(history.items);
    let sent_back = deeds.iter().find(|deed| deed.action.ends_with("request_changes"));
    let sent_back = sent_back.filter(|_| draft.state == SubmissionState::ChangesRequested);
    let page_of = TasksPage {
        sent_back: sent_back
            .map(|deed| format!("{}: {}", deed.words(), deed.reason.as_deref().unwrap_or_default())),
        frame: visitor.frame(draft.title()),
        title: draft.title(),
        state: draft.state_label(),
        about,
        tasks: Group::ALL
            .iter()
            .filter(|group| fields_of(**group).next().is_some())
            .map(|group| task(&draft, *group))
            .collect(),
        answered: draft.completeness.answered,
        stated: draft.completeness.fields.iter().filter(|one| is_stated(one.state)).count(),
        required: draft.completeness.required,
        errors: draft.errors().count() as u64,
        changed: day_of(draft.updated_at),
        deeds,
        links,
        draft,
    };
    Ok(page(StatusCode::OK, &page_of))
}
