//! `/submit/replies`: replies of a body that wait for another of its people.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::authorisation::Permission;
use domain::codes::Code;
use serde_json::json;
use wire::{PendingReplyList, PendingReplyView};

use super::sent::Form;
use super::visitor::{Powers, Visitor};
use crate::address::part;
use crate::language::say;
use crate::layout::{Frame, page};
use crate::pages::problem::NotShown;
use crate::words::{day_of, is_safe, label_in};

/// A reply in words.
trait Headed {
    /// Whose it is, and when it was written.
    fn heading(&self) -> String;
    /// The address of its evidence, if it is safe to link.
    fn evidence(&self) -> Option<&str>;
    /// The status the gap is to have.
    fn status(&self) -> Option<String>;
}

impl Headed for PendingReplyView {
    fn heading(&self) -> String {
        let by = self.said_by.name.clone();
        say("reply-of").with("by", by).with("on", day_of(self.created_at)).to_string()
    }

    fn evidence(&self) -> Option<&str> {
        self.evidence_url.as_deref().filter(|url| is_safe(url))
    }

    fn status(&self) -> Option<String> {
        self.gap_status.map(|status| label_in("gap_status", status.as_str()))
    }
}

#[derive(Template)]
#[template(path = "submit/replies.html")]
struct RepliesPage {
    frame: Frame,
    replies: Vec<PendingReplyView>,
    /// Whether the reader approves replies of any body.
    approves: bool,
    /// Why a decision failed.
    notice: Option<String>,
}

async fn made(visitor: &Visitor, notice: Option<String>) -> Result<RepliesPage, NotShown> {
    let replies: PendingReplyList = visitor.interface.get("/api/v1/replies").await?;
    Ok(RepliesPage {
        frame: visitor.form(say("replies-to-decide"), notice.is_some()),
        replies: replies.items,
        approves: visitor.me.may(Permission::ApproveReply),
        notice,
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
    let sent = json!({ "decision": form.typed.one("decision") });
    let address = format!("/api/v1/replies/{}/decision", part(&id));
    match visitor.interface.post::<PendingReplyView>(&address, sent).await {
        Ok(_) => Ok(Redirect::to("/submit/replies").into_response()),
        Err(problem) => {
            let (status, notice) = problem.into_notice()?;
            Ok(page(status, &made(&visitor, Some(notice)).await?))
        }
    }
}
