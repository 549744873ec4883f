//! `/submit/records/{id}`: keeping a published record true: its next version, confirming it, taking it back.

use askama::Template;
use axum::extract::Path;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::visitor::{Form, Visitor};
use crate::address::{part, query};
use crate::ask::{Problem, Sent};
use crate::json::text;
use crate::layout::{Frame, page};
use crate::pages::problem::NotShown;
use crate::words::{day, plain};

#[derive(Debug, Deserialize)]
struct Open {
    id: String,
    title: String,
    state: String,
}

#[derive(Debug, Deserialize)]
struct Submissions {
    items: Vec<Open>,
}

#[derive(Template)]
#[template(path = "submit/keep.html")]
struct KeepPage {
    frame: Frame,
    id: String,
    title: String,
    version: i64,
    changed: String,
    /// Submissions of it that are on their way.
    open: Vec<Open>,
    notice: Option<String>,
    done: bool,
    reason: String,
    key: String,
    withdraws: bool,
    writes: bool,
}

async fn made(
    visitor: &Visitor,
    id: &str,
    notice: Option<String>,
    reason: &str,
) -> Result<KeepPage, NotShown> {
    let record: Value = visitor.interface.get(&format!("/api/v1/records/{}", part(id))).await?;
    let states = ["draft", "changes_requested", "submitted", "in_review", "approved"];
    let mut pairs = vec![("record_id".to_owned(), id.to_owned()), ("limit".to_owned(), "20".to_owned())];
    pairs.extend(states.map(|state| ("state".to_owned(), state.to_owned())));
    let open: Submissions = visitor.interface.get(&format!("/api/v1/submissions{}", query(&pairs))).await?;
    Ok(KeepPage {
        frame: visitor.frame(text(&record, "title").unwrap_or_default()),
        id: text(&record, "id").unwrap_or_default(),
        title: text(&record, "title").unwrap_or_default(),
        version: record["version"].as_i64().unwrap_or_default(),
        changed: text(&record, "updated_at").map(|at| day(&at)).unwrap_or_default(),
        open: open.items,
        notice,
        done: false,
        reason: reason.to_owned(),
        key: Uuid::new_v4().to_string(),
        withdraws: visitor.me.is(&["approver", "admin"]),
        writes: visitor.me.is(&["contributor", "observer", "oversight"]),
    })
}

pub(crate) async fn show(visitor: Visitor, Path(id): Path<String>) -> Result<Response, NotShown> {
    Ok(page(StatusCode::OK, &made(&visitor, &id, None, "").await?))
}

pub(crate) async fn act(
    visitor: Visitor,
    Path((id, action)): Path<(String, String)>,
    form: Form,
) -> Result<Response, NotShown> {
    let typed = form.typed;
    let key = typed.said("key");
    if action == "version" {
        let sent = Sent { key, json: Some(json!({ "record_id": id })), ..Sent::default() };
        let answer = visitor.interface.send(Method::POST, "/api/v1/submissions", sent).await?;
        let begun: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        let begun = begun["id"].as_str().unwrap_or_default();
        return Ok(Redirect::to(&format!("/submit/submissions/{}", part(begun))).into_response());
    }
    if !matches!(action.as_str(), "confirm" | "withdraw") {
        let title = "There is no such page".to_owned();
        return Err(NotShown::from(Problem { title, status: 404, ..Problem::default() }));
    }
    let json = typed.said("reason").map_or_else(|| json!({}), |reason| json!({ "reason": reason }));
    let sent = Sent { revision: Some(typed.one("version")), key, json: Some(json), ..Sent::default() };
    let address = format!("/api/v1/records/{}/{action}", part(&id));
    match visitor.interface.send(Method::POST, &address, sent).await {
        Ok(_) if action == "withdraw" => Ok(Redirect::to(&format!("/records/{}", part(&id))).into_response()),
        Ok(_) => {
            let notice = Some("Confirmed: readers see that it was still true today".to_owned());
            Ok(page(StatusCode::OK, &KeepPage { done: true, ..made(&visitor, &id, notice, "").await? }))
        }
        Err(problem) if matches!(problem.status(), 400 | 403 | 409 | 412) => {
            let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::BAD_REQUEST);
            let problem = problem.into_problem();
            let said = problem.errors.iter().map(crate::ask::Fault::sentence).collect::<Vec<_>>().join(". ");
            let notice = if said.is_empty() { plain(&problem.detail.unwrap_or(problem.title)) } else { said };
            Ok(page(status, &made(&visitor, &id, Some(notice), typed.one("reason")).await?))
        }
        Err(problem) => Err(problem),
    }
}
