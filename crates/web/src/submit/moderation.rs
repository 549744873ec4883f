//! `/submit/moderation`: remarks from the public and observers, for administrators to decide on.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;
use wire::{RemarkList, RemarkView};

use super::sent::Form;
use super::visitor::Visitor;
use crate::address::part;
use crate::language::say;
use crate::layout::{Frame, page};
use crate::pages::problem::NotShown;
use crate::words::day_of;

/// A remark in words.
trait Headed {
    /// Who made it, and when.
    fn heading(&self) -> String;
    /// The address of its evidence, if it is safe to link.
    fn evidence(&self) -> Option<&str>;
}

impl Headed for RemarkView {
    fn heading(&self) -> String {
        let by = self.said_by.as_ref().map_or_else(|| say("somebody").to_string(), |by| by.name.clone());
        let heading = say(if self.kind == "correction" { "report-of" } else { "annotation-of" });
        heading.with("by", by).with("on", day_of(self.created_at)).to_string()
    }

    fn evidence(&self) -> Option<&str> {
        self.evidence_url.as_deref().filter(|url| crate::words::is_safe(url))
    }
}

#[derive(Template)]
#[template(path = "submit/moderation.html")]
struct ModerationPage {
    frame: Frame,
    remarks: Vec<RemarkView>,
    /// For a decision that failed: the remark's id, the reason, and what was typed.
    wrong: Option<(String, String, String)>,
}

impl ModerationPage {
    fn fault(&self, id: &str) -> Option<&str> {
        self.wrong.as_ref().filter(|(one, ..)| one == id).map(|(_, fault, _)| fault.as_str())
    }

    fn typed(&self, id: &str) -> &str {
        self.wrong.as_ref().filter(|(one, ..)| one == id).map_or("", |(.., typed)| typed)
    }
}

async fn made(
    visitor: &Visitor,
    wrong: Option<(String, String, String)>,
) -> Result<ModerationPage, NotShown> {
    let remarks: RemarkList = visitor.interface.get("/api/v1/remarks").await?;
    Ok(ModerationPage {
        frame: visitor.form(say("reports-to-decide"), wrong.is_some()),
        remarks: remarks.items,
        wrong,
    })
}

pub(crate) async fn list(visitor: Visitor) -> Result<Response, NotShown> {
    Ok(page(StatusCode::OK, &made(&visitor, None).await?))
}

pub(crate) async fn decide(
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, NotShown> {
    let typed = form.typed;
    let sent = json!({ "decision": typed.one("decision"), "outcome": typed.one("outcome") });
    match visitor.interface.post::<RemarkView>(&format!("/api/v1/remarks/{}/decision", part(&id)), sent).await
    {
        Ok(_) => Ok(Redirect::to("/submit/moderation").into_response()),
        Err(problem) => {
            let (status, fault) = problem.into_notice()?;
            let wrong = Some((id, fault, typed.one("outcome").to_owned()));
            Ok(page(status, &made(&visitor, wrong).await?))
        }
    }
}
