//! `/submit/people`: who may do what; for administrators.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::Path;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::codes::{AssessmentType, Code, Role, Sector, Vocabulary};
use serde_json::{Map, Value, json};
use wire::{PendingRoleView, PersonList, PersonView, RoleView};

use super::sent::Form;
use super::visitor::Visitor;
use crate::address::part;
use crate::ask::Sent;
use crate::form::{Faults, Typed};
use crate::language::say;
use crate::layout::{Frame, page};
use crate::pages::problem::NotShown;
use crate::words::{day_of, definition, entry_label, label_in};

#[derive(Template)]
#[template(path = "submit/people.html")]
struct PeoplePage {
    frame: Frame,
    people: Vec<PersonView>,
    /// The administrator who reads this.
    me: PersonView,
    roles: Vec<(&'static str, String, String)>,
    sectors: Vec<(&'static str, String)>,
    types: Vec<(&'static str, String)>,
    /// Slug and name of organisations.
    bodies: Vec<(String, String)>,
    typed: Typed,
    faults: Faults,
}

impl PeoplePage {
    /// Whether the reader may confirm a role that waits.
    fn confirms(&self, person: &PersonView, pending: &PendingRoleView) -> bool {
        person.id != self.me.id && pending.asked_by != self.me.email
    }

    /// Who asked for a role that waits, and when.
    fn asked(&self, pending: &PendingRoleView) -> String {
        let on = day_of(pending.asked_at);
        say("asked-for-by").with("who", pending.asked_by.clone()).with("on", on).to_string()
    }

    /// A role in words, with its organisation or remit.
    fn held(&self, held: &RoleView) -> String {
        let mut words = label_in("role", held.role.as_str());
        let body = self.bodies.iter().find(|(slug, _)| Some(slug) == held.organisation.as_ref());
        if let Some((_, name)) = body {
            words.push_str(&format!(", {name}"));
        }
        let sectors = held.remit.sectors.iter().map(|code| label_in("sector", code.as_str()));
        let types = held.remit.assessment_types.iter().map(|code| label_in("assessment_type", code.as_str()));
        let remit: Vec<String> = sectors.chain(types).collect();
        if !remit.is_empty() {
            words.push_str(&format!(" ({})", remit.join(", ")));
        }
        words
    }
}

async fn made(visitor: &Visitor, typed: Typed, faults: Faults) -> Result<PeoplePage, NotShown> {
    let people: PersonList = visitor.interface.get("/api/v1/people").await?;
    let held = people.items.iter().flat_map(|person| {
        person.roles.iter().chain(person.pending_roles.iter().map(|pending| &pending.role))
    });
    let slugs: BTreeSet<&str> = held.filter_map(|held| held.organisation.as_deref()).collect();
    let bodies = visitor.named(&slugs.into_iter().collect::<Vec<_>>()).await;
    let pairs = |list: &'static Vocabulary| {
        list.entries.iter().map(|entry| (entry.code, entry_label(list, entry))).collect()
    };
    let list = Role::VOCABULARY;
    Ok(PeoplePage {
        frame: visitor.form(say("people"), !faults.is_empty()),
        people: people.items,
        me: visitor.me.clone(),
        bodies,
        roles: list
            .entries
            .iter()
            .map(|one| (one.code, entry_label(list, one), definition(list, one)))
            .collect(),
        sectors: pairs(Sector::VOCABULARY),
        types: pairs(AssessmentType::VOCABULARY),
        typed,
        faults,
    })
}

pub(crate) async fn list(visitor: Visitor) -> Result<Response, NotShown> {
    Ok(page(StatusCode::OK, &made(&visitor, Typed::default(), Faults::default()).await?))
}

pub(crate) async fn enter(visitor: Visitor, form: Form) -> Result<Response, NotShown> {
    let typed = form.typed;
    let sent = json!({ "email": typed.one("email").trim(), "name": typed.one("name").trim() });
    match visitor.interface.post::<PersonView>("/api/v1/people", sent).await {
        Ok(_) => Ok(Redirect::to("/submit/people").into_response()),
        Err(problem) => again(&visitor, typed, problem).await,
    }
}

/// Grants or removes a role.
pub(crate) async fn change(
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, NotShown> {
    let typed = form.typed;
    let mut sent = Map::from_iter([("role".to_owned(), json!(typed.one("role")))]);
    if let Some(body) = typed.said("organisation") {
        sent.insert("organisation".to_owned(), json!(body));
    }
    if typed.one("revoke") == "yes" {
        sent.insert("revoke".to_owned(), json!(true));
    } else if typed.one("role") == Role::Regulator.as_str() {
        let chosen = |name: &str| typed.all(name).map(str::to_owned).collect::<Vec<_>>();
        let remit = json!({ "sectors": chosen("sectors"), "assessment_types": chosen("assessment_types") });
        sent.insert("remit".to_owned(), remit);
    }
    let address = format!("/api/v1/people/{}/roles", part(&id));
    match visitor.interface.post::<PersonView>(&address, Value::Object(sent)).await {
        Ok(_) => Ok(Redirect::to("/submit/people").into_response()),
        Err(problem) => again(&visitor, typed, problem).await,
    }
}

/// Confirms or declines a role that waits.
pub(crate) async fn decide(
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, NotShown> {
    let typed = form.typed;
    let pending = format!("/api/v1/pending-roles/{}", part(&id));
    let sent = if typed.one("decision") == "confirm" {
        let address = format!("{pending}/confirmation");
        visitor.interface.send(Method::POST, &address, Sent::default()).await
    } else {
        visitor.interface.send(Method::DELETE, &pending, Sent::default()).await
    };
    match sent {
        Ok(_) => Ok(Redirect::to("/submit/people").into_response()),
        Err(problem) => again(&visitor, typed, problem).await,
    }
}

/// The page again, with what is wrong and what was typed.
async fn again(visitor: &Visitor, typed: Typed, problem: NotShown) -> Result<Response, NotShown> {
    match problem.into_faults() {
        Ok(faults) => Ok(page(StatusCode::BAD_REQUEST, &made(visitor, typed, faults.into()).await?)),
        Err(problem) => {
            let (status, notice) = problem.into_notice()?;
            let mut found = Faults::default();
            found.add("", notice);
            Ok(page(status, &made(visitor, typed, found).await?))
        }
    }
}
