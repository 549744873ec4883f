//! What the public will see: to those who write a submission, and by a link to anybody.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Record;
use serde::Deserialize;
use serde_json::{Value, json};

use super::draft::Draft;
use super::visitor::Visitor;
use crate::address::part;
use crate::ask::Interface;
use crate::layout::{Frame, page};
use crate::pages::problem::NotShown;
use crate::pages::record::{Preview, previewed};
use crate::words::day;

pub(crate) async fn own(visitor: Visitor, Path(id): Path<String>) -> Result<Response, NotShown> {
    let draft = Draft::read(&visitor.interface, &id).await?;
    let preview = Preview {
        words: "This is what the public will see. What is sealed is left out; open questions by the public rules are added when it is published.".to_owned(),
        back: Some((draft.href(""), "Back to the draft")),
    };
    Ok(previewed(visitor.frame(format!("Preview: {}", draft.title())), &draft.record()?, preview))
}

#[derive(Debug, Deserialize)]
struct Shared {
    record: Record,
    note: Option<String>,
    expires_at: String,
}

pub(crate) async fn shared(
    State(interface): State<Interface>,
    Path(secret): Path<String>,
) -> Result<Response, NotShown> {
    let shared: Shared = interface.get(&format!("/api/v1/previews/{}", part(&secret))).await?;
    let note = shared.note.map(|note| format!(" Why it is made: {note}")).unwrap_or_default();
    let preview = Preview {
        words: format!(
            "This is a draft that somebody shows you. It is not published, and may never be. The link works until {}.{note}",
            day(&shared.expires_at)
        ),
        back: None,
    };
    Ok(previewed(Frame::new(format!("Draft: {}", shared.record.title), ""), &shared.record, preview))
}

#[derive(Template)]
#[template(path = "submit/link.html")]
struct LinkPage {
    frame: Frame,
    draft: Draft,
    url: String,
    until: String,
}

pub(crate) async fn link(visitor: Visitor, Path(id): Path<String>) -> Result<Response, NotShown> {
    let draft = Draft::read(&visitor.interface, &id).await?;
    let address = format!("/api/v1/submissions/{}/preview-links", part(&id));
    let link: Value = visitor.interface.post(&address, json!({})).await?;
    let url = link["url"].as_str().unwrap_or_default().replace("/api/v1/previews/", "/previews/");
    let page_of = LinkPage {
        frame: visitor.frame("A preview link"),
        until: day(link["expires_at"].as_str().unwrap_or_default()),
        draft,
        url,
    };
    Ok(page(StatusCode::OK, &page_of))
}
