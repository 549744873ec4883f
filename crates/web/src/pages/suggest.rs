//! `/suggest`: completes a search without script: what was typed, and links to what it may become.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use wire::{Suggestion, SuggestionKind, SuggestionList};

use super::problem::NotShown;
use crate::address::{Pairs, query, without};
use crate::ask::Interface;
use crate::language::{Said, say};
use crate::layout::{Frame, Twin, page};

/// Suggestions on the page.
const SUGGESTIONS: &str = "20";

struct Shown {
    text: String,
    lang: String,
    kind: Said,
    records: String,
    href: String,
}

#[derive(Template)]
#[template(path = "suggest.html")]
struct Page {
    frame: Frame,
    q: String,
    /// The search for the text as it stands.
    search: String,
    shown: Vec<Shown>,
}

pub(crate) async fn suggest(
    State(interface): State<Interface>,
    RawQuery(asked): RawQuery,
) -> Result<Response, NotShown> {
    let asked: Pairs = form_urlencoded::parse(asked.unwrap_or_default().as_bytes()).into_owned().collect();
    let asked: Pairs = asked.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let q = asked.iter().find(|(name, _)| name == "q").map(|(_, value)| value.clone()).unwrap_or_default();
    // Without anything typed, the page is only the form.
    if asked.is_empty() {
        let frame = Frame::new(say("suggestions"), "records");
        return Ok(page(StatusCode::OK, &Page { frame, q, search: String::new(), shown: Vec::new() }));
    }
    let mut to_ask = without(&asked, &["limit"]);
    to_ask.push(("limit".to_owned(), SUGGESTIONS.to_owned()));
    let address = format!("/api/v1/suggest{}", query(&to_ask));
    let list: SuggestionList = interface.get(&address).await?;
    let base = interface.base().await?;
    let page_of = Page {
        frame: Frame::new(say("suggestions-for").with("q", &q), "records")
            .about(list.about)
            .twins(vec![Twin::json(address)]),
        search: format!("/records{}", query(&[("q".to_owned(), q.clone())])),
        shown: list.items.into_iter().map(|one| shown(one, base)).collect(),
        q,
    };
    Ok(page(StatusCode::OK, &page_of))
}

fn shown(one: Suggestion, base: &str) -> Shown {
    let kind = match one.kind {
        SuggestionKind::Title => say("suggested-title"),
        SuggestionKind::Body => say("suggested-body"),
        SuggestionKind::Supplier => say("suggested-supplier"),
        SuggestionKind::Product => say("suggested-product"),
        SuggestionKind::Term => say("suggested-term"),
        SuggestionKind::Question => say("suggested-question"),
    };
    Shown {
        kind,
        records: say("n-records").with("n", one.records).to_string(),
        href: one.url.strip_prefix(base).unwrap_or(&one.url).to_owned(),
        lang: one.lang.unwrap_or_default(),
        text: one.text,
    }
}
