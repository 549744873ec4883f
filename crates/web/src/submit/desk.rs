//! `/submit`: what is waiting for the person signed in.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use domain::authorisation::Permission;
use domain::codes::{Code, SubmissionState};
use wire::{RecordList, RemarkToAnswer, RemarksToAnswer, SubmissionItem, SubmissionList};

use super::visitor::{Powers, Visitor};
use crate::address::{part, query};
use crate::form::Typed;
use crate::language::{Said, say};
use crate::layout::{Frame, page};
use crate::pages::Told;
use crate::pages::problem::NotShown;
use crate::words::{date, day_of, is_safe, label_in};

/// A submission's standing in words.
pub(super) trait Standing {
    /// Its state.
    fn state(&self) -> String;
    /// The day of its latest change.
    fn changed(&self) -> String;
}

impl Standing for SubmissionItem {
    fn state(&self) -> String {
        label_in("submission_state", self.state.as_str())
    }

    fn changed(&self) -> String {
        day_of(self.updated_at)
    }
}

/// Submissions waiting for the same people.
struct Pile {
    title: Said,
    items: Vec<SubmissionItem>,
}

/// A remark in words.
trait Asking {
    /// Who is asked by whom.
    fn heading(&self) -> String;
    /// What is asked, and by when.
    fn asks(&self) -> String;
    /// The address of its evidence, if it is safe to link.
    fn evidence(&self) -> Option<&str>;
}

impl Asking for RemarkToAnswer {
    fn heading(&self) -> String {
        let by = self.said_by.as_ref().map_or_else(|| say("somebody").to_string(), |by| by.name.clone());
        let words = if self.kind == "correction" { "report-of" } else { "annotation-of" };
        say(words).with("by", by).with("on", day_of(self.created_at)).to_string()
    }

    fn asks(&self) -> String {
        let words = if self.kind == "correction" { "correct-the-record-by" } else { "answer-it-by" };
        say(words).with("name", &self.asked.name).with("on", date(self.due_on)).to_string()
    }

    fn evidence(&self) -> Option<&str> {
        self.evidence_url.as_deref().filter(|url| is_safe(url))
    }
}

/// A body, with its published records.
struct Body {
    slug: String,
    name: String,
    records: RecordList,
}

#[derive(Template)]
#[template(path = "submit/desk.html")]
struct DeskPage {
    frame: Frame,
    roles: Vec<String>,
    /// Reports and annotations for their bodies to act on.
    remarks: Vec<RemarkToAnswer>,
    piles: Vec<Pile>,
    /// The address of older submissions, if there are any.
    older: Option<String>,
    bodies: Vec<Body>,
    writes: bool,
    uploads: bool,
    regulates: bool,
    moderates: bool,
    replies: bool,
    manages: bool,
}

/// The piles, and the states in each.
const PILES: &[(Said, &[SubmissionState])] = &[
    (say("sent-back-to-be-changed"), &[SubmissionState::ChangesRequested]),
    (say("waiting-for-approval"), &[SubmissionState::Submitted, SubmissionState::InReview]),
    (say("approved-to-be-published"), &[SubmissionState::Approved]),
    (say("being-written"), &[SubmissionState::Draft]),
];

/// The states of unfinished submissions, as a query.
pub(super) fn open() -> impl Iterator<Item = (String, String)> {
    PILES.iter().flat_map(|(_, states)| *states).map(|state| ("state".to_owned(), state.to_string()))
}

pub(crate) async fn desk(visitor: Visitor, RawQuery(asked): RawQuery) -> Result<Response, NotShown> {
    let me = &visitor.me;
    let asked = Typed::query(asked.as_deref());
    let mut pairs = vec![("limit".to_owned(), "100".to_owned())];
    pairs.extend(open());
    if let Some(cursor) = asked.said("cursor") {
        pairs.push(("cursor".to_owned(), cursor.to_owned()));
    }
    let found: SubmissionList =
        visitor.interface.get(&format!("/api/v1/submissions{}", query(&pairs))).await?;
    let older = found.next.map(|next| format!("/submit{}", query(&[("cursor".to_owned(), next)])));
    let mut items = found.items;
    let mut piles = Vec::new();
    for (title, states) in PILES {
        let (these, others) = items.into_iter().partition(|one| states.contains(&one.state));
        items = others;
        piles.push(Pile { title: title.clone(), items: these });
    }
    piles.retain(|pile| !pile.items.is_empty());
    let slugs: BTreeSet<&str> = me.roles.iter().filter_map(|held| held.organisation.as_deref()).collect();
    let names = visitor.named(&slugs.into_iter().collect::<Vec<_>>()).await;
    let own = me.bodies(Permission::ConfirmRecord);
    let mut bodies = Vec::new();
    for (slug, name) in names.iter().filter(|(slug, _)| own.contains(&slug.as_str())).cloned() {
        let address = format!("/api/v1/records?publisher={}&sort=-updated_at&limit=20", part(&slug));
        let records = visitor.interface.get(&address).await?;
        bodies.push(Body { slug, name, records });
    }
    let roles = me.roles.iter().map(|held| {
        let role = label_in("role", held.role.as_str());
        let body = names.iter().find(|(slug, _)| Some(slug) == held.organisation.as_ref());
        body.map_or_else(|| role.clone(), |(_, name)| format!("{role}, {name}"))
    });
    let answers = me.may(Permission::Reply) || me.may(Permission::CreateSubmission);
    let remarks = if answers {
        visitor.interface.get::<RemarksToAnswer>("/api/v1/remarks/to-answer").await?.items
    } else {
        Vec::new()
    };
    let page_of = DeskPage {
        frame: visitor.frame(say("my-desk")),
        roles: roles.collect(),
        remarks,
        piles,
        older,
        bodies,
        writes: !me.begins().is_empty(),
        uploads: me.may(Permission::Import),
        regulates: me.may(Permission::ReadSealed),
        moderates: me.may(Permission::Moderate),
        replies: me.may(Permission::Reply) || me.may(Permission::ApproveReply),
        manages: me.may(Permission::ManagePeople),
    };
    Ok(page(StatusCode::OK, &page_of))
}
