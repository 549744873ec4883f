//! `/coverage`: which of the bodies expected to publish have done so, and who is silent.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use wire::{CoverageCounts, CoverageReport, CoverageRow};

use super::coded_in;
use super::problem::NotShown;
use crate::address::{Pairs, query};
use crate::ask::Interface;
use crate::language::say;
use crate::layout::{Frame, Twin, page};
use crate::words::{date, number};

/// A line of the table, in words.
struct Line {
    kind: String,
    country: String,
    /// The silent ones of this line; none for the sum of all.
    href: Option<String>,
    known: String,
    expected: String,
    published: String,
    nil_return: String,
    silent: String,
    imported_only: String,
}

/// `3 of 44`.
fn of(count: u64, all: u64) -> String {
    say("n-of-all").with("n", count).with("all", all).to_string()
}

impl Line {
    fn new(kind: String, country: &str, counts: &CoverageCounts, href: Option<String>) -> Self {
        Self {
            kind,
            country: country.to_owned(),
            href: href.filter(|_| counts.silent > 0),
            known: number(counts.known),
            expected: number(counts.expected),
            published: of(counts.published, counts.expected),
            nil_return: of(counts.nil_return, counts.expected),
            silent: of(counts.silent, counts.expected),
            imported_only: of(counts.imported_only, counts.silent),
        }
    }

    fn of(row: &CoverageRow) -> Self {
        let kind = row.kind.as_deref();
        let label = kind.and_then(|code| coded_in("publisher_kind", code)).or_else(|| row.label.clone());
        let narrowed = kind.map(|kind| ("kind".to_owned(), kind.to_owned()));
        let pairs: Pairs = std::iter::once(("silent".to_owned(), "true".to_owned()))
            .chain(narrowed)
            .chain([("country".to_owned(), row.country.clone())])
            .collect();
        Self::new(
            label.unwrap_or_else(|| say("kind-not-known").to_string()),
            &row.country,
            &row.counts,
            Some(format!("/organisations{}", query(&pairs))),
        )
    }
}

#[derive(Template)]
#[template(path = "coverage.html")]
struct Page {
    frame: Frame,
    on: String,
    lines: Vec<Line>,
    total: Line,
    silent_csv: String,
}

pub(crate) async fn coverage(
    State(interface): State<Interface>,
    RawQuery(asked): RawQuery,
) -> Result<Response, NotShown> {
    let asked: Pairs = form_urlencoded::parse(asked.unwrap_or_default().as_bytes()).into_owned().collect();
    let narrowed = query(&asked);
    let report: CoverageReport = interface.get(&format!("/api/v1/coverage{narrowed}")).await?;
    let silent: Pairs = asked.iter().cloned().chain([("coverage".to_owned(), "silent".to_owned())]).collect();
    let page_of = Page {
        frame: Frame::new(say("who-has-published"), "statistics").about(report.about).twins(vec![
            Twin::json(format!("/api/v1/coverage{narrowed}")),
            Twin::csv(format!("/api/v1/coverage.csv{narrowed}")),
        ]),
        on: date(report.on),
        lines: report.rows.iter().map(Line::of).collect(),
        total: Line::new(say("all-together").to_string(), "", &report.total, None),
        silent_csv: format!("/api/v1/coverage/bodies.csv{}", query(&silent)),
    };
    Ok(page(StatusCode::OK, &page_of))
}
