//! Previews of what the public will see: for those who work on a submission, and by link for anybody.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;
use wire::{PreviewLink, PreviewView};

use super::draft::Draft;
use super::visitor::Visitor;
use crate::address::part;
use crate::ask::{Interface, Sent};
use crate::language::{here, say};
use crate::layout::{Frame, page};
use crate::pages::problem::NotShown;
use crate::pages::record::{Preview, previewed};
use crate::words::day_of;

/// The preview for those who work on the submission.
pub(crate) async fn own(visitor: Visitor, Path(id): Path<String>) -> Result<Response, NotShown> {
    let draft = Draft::read(&visitor.interface, &id).await?;
    let preview = Preview {
        words: say("this-is-what-the-public").to_string(),
        back: Some((draft.href(""), say("back-to-the-draft"))),
    };
    Ok(previewed(
        visitor.frame(format!("{}: {}", say("preview"), draft.title())),
        &draft.record()?,
        draft.flags.clone(),
        preview,
    ))
}

/// The preview for anybody who has the link.
pub(crate) async fn shared(
    State(interface): State<Interface>,
    Path(secret): Path<String>,
) -> Result<Response, NotShown> {
    let shared: PreviewView = interface.get(&format!("/api/v1/previews/{}", part(&secret))).await?;
    let note = shared.note.map(|note| format!(" {}", say("why-it-is-made").with("note", note)));
    let preview = Preview {
        words: format!(
            "{}{}",
            say("this-is-a-draft-that").with("until", day_of(shared.expires_at)),
            note.unwrap_or_default()
        ),
        back: None,
    };
    Ok(previewed(
        Frame::new(format!("{}: {}", say("draft"), shared.record.title), ""),
        &shared.record,
        shared.flags,
        preview,
    ))
}

#[derive(Template)]
#[template(path = "submit/link.html")]
struct LinkPage {
    frame: Frame,
    draft: Draft,
    url: String,
    until: String,
}

/// Revokes a preview link.
pub(crate) async fn revoke(
    visitor: Visitor,
    Path((id, link)): Path<(String, String)>,
) -> Result<Response, NotShown> {
    let address = format!("/api/v1/preview-links/{}", part(&link));
    visitor.interface.send(Method::DELETE, &address, Sent::default()).await?;
    Ok(Redirect::to(&format!("/submit/submissions/{}", part(&id))).into_response())
}

/// Creates a preview link.
pub(crate) async fn link(visitor: Visitor, Path(id): Path<String>) -> Result<Response, NotShown> {
    let draft = Draft::read(&visitor.interface, &id).await?;
    let address = format!("/api/v1/submissions/{}/preview-links", part(&id));
    let link: PreviewLink = visitor.interface.post(&address, json!({})).await?;
    let url = link.url.replace("/api/v1/previews/", &here("/previews/"));
    let page_of =
        LinkPage { frame: visitor.frame(say("a-preview-link")), until: day_of(link.expires_at), draft, url };
    Ok(page(StatusCode::OK, &page_of))
}
