//! `/robots.txt`, `/sitemap.xml` and `/sitemaps/{month}.xml`, for search engines.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use chrono::{Months, NaiveDate, SecondsFormat};
use wire::{MonthCount, RecordList, Stats};

use super::problem::NotShown;
use crate::address::query;
use crate::ask::Interface;
use crate::language::say;

/// Most addresses allowed in one file (sitemaps.org).
const ADDRESSES_MAX: usize = 50_000;
/// Pages that no list leads to.
const PAGES: &[&str] = &[
    "/",
    "/records",
    "/organisations",
    "/coverage",
    "/suppliers",
    "/products",
    "/contracts",
    "/assessments",
    "/gaps",
    "/statistics",
    "/data",
    "/data/dictionary",
    "/rules",
    "/about",
    "/accessibility",
];

/// Allows everything except forms and what is not public.
pub(crate) async fn robots(State(interface): State<Interface>) -> Result<Response, NotShown> {
    let base = interface.base().await?.to_owned();
    let closed: String = ["", "/cy"]
        .iter()
        .flat_map(|language| ["/submit", "/previews/", "/corrections/"].map(|path| (language, path)))
        .map(|(language, path)| format!("Disallow: {language}{path}\n"))
        .collect();
    let text = format!("User-agent: *\n{closed}Allow: /\n\nSitemap: {base}/sitemap.xml\n");
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))], text)
        .into_response())
}

#[derive(Template)]
#[template(path = "sitemap_index.xml")]
struct IndexPage {
    base: String,
    months: Vec<MonthCount>,
}

/// An address in a sitemap, with the time of its last change.
struct Place {
    path: String,
    changed: Option<String>,
}

#[derive(Template)]
#[template(path = "sitemap.xml")]
struct MapPage {
    base: String,
    places: Vec<Place>,
}

fn xml(template: &impl Template) -> Response {
    let text = template.render().unwrap_or_default();
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/xml; charset=utf-8"))], text)
        .into_response()
}

/// The index: one sitemap per month in which records were first published.
pub(crate) async fn index(State(interface): State<Interface>) -> Result<Response, NotShown> {
    let stats: Stats = interface.get("/api/v1/stats").await?;
    Ok(xml(&IndexPage { base: interface.base().await?.to_owned(), months: stats.months }))
}

/// One sitemap: the records first published in a month (`2026-11.xml`), or the pages outside any list
/// (`pages.xml`).
pub(crate) async fn month(
    State(interface): State<Interface>,
    Path(file): Path<String>,
) -> Result<Response, NotShown> {
    let none = || NotShown::missing(say("there-is-nothing-here"));
    let name = file.strip_suffix(".xml").ok_or_else(none)?;
    let base = interface.base().await?.to_owned();
    if name == "pages" {
        let places = PAGES.iter().map(|path| Place { path: (*path).to_owned(), changed: None });
        return Ok(xml(&MapPage { base, places: places.collect() }));
    }
    let first: NaiveDate = format!("{name}-01").parse().map_err(|_| none())?;
    let next = first.checked_add_months(Months::new(1));
    let last = next.and_then(|next| next.pred_opt()).ok_or_else(none)?;
    let mut pairs = vec![
        ("published_from".to_owned(), first.to_string()),
        ("published_to".to_owned(), last.to_string()),
        ("sort".to_owned(), "title".to_owned()),
        ("limit".to_owned(), "100".to_owned()),
    ];
    let mut places = Vec::new();
    while places.len() < ADDRESSES_MAX {
        let found: RecordList = interface.get(&format!("/api/v1/records{}", query(&pairs))).await?;
        places.extend(found.items.iter().map(|one| Place {
            path: format!("/records/{}", one.id),
            changed: Some(one.updated_at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
        }));
        pairs.truncate(4);
        match found.next {
            Some(next) => pairs.push(("cursor".to_owned(), next)),
            None => break,
        }
    }
    Ok(xml(&MapPage { base, places }))
}
