//! `/statistics`: charts drawn by the server, each with its table and CSV; `/embed/{chart}` for other sites.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::facets::blank_place;
use wire::{BodyCoverage, Stats};

use super::coded_in;
use super::known::Share;
use super::problem::NotShown;
use crate::address::{Pairs, query, with};
use crate::ask::Interface;
use crate::language::{Said, say};
use crate::layout::{Frame, Twin, framed, page};
use crate::words::{day, filter, number};

/// Height of a bar with its label, in pixels.
const BAR: usize = 44;
/// Most bars drawn; the table has all rows.
const BARS_MAX: usize = 15;

/// What a chart counts.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// Records by the values of a facet.
    Facet(&'static str),
    Months,
    Suppliers,
    Silent,
}

/// Describes a chart.
struct About {
    name: &'static str,
    kind: Kind,
    title: Said,
    /// What a bar stands for.
    of: Said,
    counted: Said,
    note: Said,
}

const fn records(
    name: &'static str,
    kind: Kind,
    title: &'static str,
    of: &'static str,
    note: &'static str,
) -> About {
    About { name, kind, title: say(title), of: say(of), counted: say("records"), note: say(note) }
}

const CHARTS: &[About] = &[
    records("sectors", Kind::Facet("sector"), "records-by-sector", "sector", "a-record-can-be-of"),
    records("phases", Kind::Facet("phase"), "records-by-phase", "phase", "where-each-tool-stands-in"),
    records(
        "effects",
        Kind::Facet("decision_effect"),
        "what-can-happen-to-a",
        "effect",
        "a-record-can-have-several",
    ),
    records(
        "questions",
        Kind::Facet("flag"),
        "open-questions-by-rule",
        "question",
        "what-the-public-rules-ask",
    ),
    records(
        "months",
        Kind::Months,
        "first-publications-by-month",
        "month",
        "latest-first-months-without-any",
    ),
    records(
        "suppliers",
        Kind::Suppliers,
        "suppliers-that-most-records-name",
        "supplier",
        "of-records-that-name-a",
    ),
    About {
        name: "silent",
        kind: Kind::Silent,
        title: say("bodies-that-are-expected-to"),
        of: say("kind-of-body"),
        counted: say("silent-bodies"),
        note: say("of-bodies-that-are-expected"),
    },
];

/// A row: what is counted, how often, and a link to the records.
#[derive(Debug, Clone)]
struct Row {
    label: String,
    count: u64,
    href: Option<String>,
    /// Its place among what stands in place of values, which comes last.
    last: Option<usize>,
}

impl Row {
    fn plain(label: String, count: u64) -> Self {
        Self { label, count, href: None, last: None }
    }
}

/// The kind of a body in words.
fn kind(body: &BodyCoverage) -> String {
    let code = body.kind.as_deref().and_then(|code| coded_in("publisher_kind", code));
    code.unwrap_or_else(|| say("kind-not-known").to_string())
}

/// A row drawn as a bar.
struct Bar {
    row: Row,
    /// Length in percent of the longest bar.
    length: u64,
    /// Distance of label and bar from the top, in pixels.
    text: usize,
    top: usize,
}

impl Bar {
    fn number(&self) -> String {
        number(self.row.count)
    }
}

/// A chart with its table.
struct Chart {
    about: &'static About,
    /// The chart in one sentence, for those who cannot see it.
    said: String,
    bars: Vec<Bar>,
    csv: String,
    embed: String,
}

impl Chart {
    fn drawn(&self) -> &[Bar] {
        &self.bars[..self.bars.len().min(BARS_MAX)]
    }

    fn height(&self) -> usize {
        self.drawn().len() * BAR
    }

    fn made(about: &'static About, rows: Vec<Row>, asked: &Pairs) -> Self {
        let most = rows.iter().map(|row| row.count).max().unwrap_or_default();
        let bars = rows.into_iter().enumerate().map(|(place, row)| Bar {
            length: (row.count * 100).checked_div(most).unwrap_or_default(),
            text: place * BAR + 16,
            top: place * BAR + 22,
            row,
        });
        let bars: Vec<Bar> = bars.collect();
        // Reversed, because `max_by_key` takes the last of equal bars and the first is wanted.
        let longest = bars.iter().rev().max_by_key(|bar| bar.row.count);
        let said = longest.map_or_else(String::new, |longest| {
            say("n-bars")
                .with("n", bars.len())
                .with("label", &longest.row.label)
                .with("number", longest.number())
                .to_string()
        });
        let asked = query(asked);
        let (csv, embed) =
            (format!("/statistics/{}.csv{asked}", about.name), format!("/embed/{}{asked}", about.name));
        Self { about, said, bars, csv, embed }
    }
}

/// The query, without the blank inputs a form sends.
fn pairs(asked: Option<&str>) -> Pairs {
    let pairs = form_urlencoded::parse(asked.unwrap_or_default().as_bytes()).into_owned();
    pairs.filter(|(_, value)| !value.is_empty()).collect()
}

/// The statistics for a query, with the table that a chart needs.
async fn stats(interface: &Interface, about: &About, asked: &Pairs) -> Result<Stats, NotShown> {
    let asked = match about.kind {
        // Columns by kind, because a record has exactly one: the cells of a row add up to the row's count.
        Kind::Facet(facet) => with(&with(asked, "rows", facet), "columns", "kind"),
        _ => asked.clone(),
    };
    interface.get(&format!("/api/v1/stats{}", query(&asked))).await
}

/// A chart's rows.
fn rows(about: &About, stats: Stats, asked: &Pairs) -> Vec<Row> {
    let narrowed = |facet: &str, value: &str| Some(format!("/records{}", query(&with(asked, facet, value))));
    match about.kind {
        Kind::Facet(facet) => {
            let without = say(if facet == "flag" { "no-open-question" } else { "none-stated" }).to_string();
            let mut rows: Vec<Row> = Vec::new();
            for cell in stats.table.cells {
                let coded = cell.row.as_deref().and_then(|value| coded_in(facet, value));
                let label = coded.or(cell.row_label).unwrap_or_else(|| without.clone());
                // There is a cell per kind of record: add up those of one value.
                match rows.iter_mut().find(|row| row.label == label) {
                    Some(row) => row.count += cell.count,
                    None => {
                        let last = cell.row.as_deref().and_then(blank_place);
                        let href = cell.row.and_then(|value| narrowed(facet, &value));
                        rows.push(Row { label, count: cell.count, href, last });
                    }
                }
            }
            rows.sort_by(|a, b| {
                let values = a.last.cmp(&b.last).then(b.count.cmp(&a.count));
                values.then_with(|| a.label.cmp(&b.label))
            });
            rows
        }
        Kind::Months => {
            let months = stats.months.into_iter().rev();
            months.map(|one| Row::plain(month(&one.month), one.count)).collect()
        }
        Kind::Suppliers => {
            let top = stats.supplier_concentration.top.into_iter();
            top.map(|one| Row { href: narrowed("supplier", &one.value), ..Row::plain(one.label, one.count) })
                .collect()
        }
        Kind::Silent => {
            let silent = stats.bodies.into_iter().filter(|body| body.silent > 0);
            let mut rows: Vec<Row> = silent
                .map(|body| {
                    let label = say("expected").with("kind", kind(&body)).with("expected", body.expected);
                    let href =
                        body.kind.as_ref().map(|kind| format!("/organisations?silent=true&kind={kind}"));
                    Row { href, ..Row::plain(label.to_string(), body.silent) }
                })
                .collect();
            rows.sort_by_key(|row| std::cmp::Reverse(row.count));
            rows
        }
    }
}

/// `2026-11` as "November 2026".
fn month(text: &str) -> String {
    let day = day(&format!("{text}-01"));
    day.split_once(' ').map_or_else(|| text.to_owned(), |(_, month)| month.to_owned())
}

#[derive(Template)]
#[template(path = "statistics.html")]
struct StatisticsPage {
    frame: Frame,
    total: u64,
    charts: Vec<Chart>,
    chips: Vec<(String, String)>,
    sources: Vec<Share>,
}

pub(crate) async fn statistics(
    State(interface): State<Interface>,
    RawQuery(asked): RawQuery,
) -> Result<Response, NotShown> {
    let asked = pairs(asked.as_deref());
    let mut charts = Vec::new();
    let (mut total, mut notice, mut sources) = (0, None, Vec::new());
    for about in CHARTS {
        let stats = stats(&interface, about, &asked).await?;
        (total, notice) = (stats.total, stats.about.clone());
        sources = stats.sources.iter().map(Share::of).collect();
        charts.push(Chart::made(about, rows(about, stats, &asked), &asked));
    }
    let chips = asked.iter().map(|(name, value)| {
        let rest: Pairs = asked.iter().filter(|(key, of)| !(key == name && of == value)).cloned().collect();
        (filter(name, value), format!("/statistics{}", query(&rest)))
    });
    let json = format!("/api/v1/stats{}", query(&asked));
    let page_of = StatisticsPage {
        frame: Frame::new(say("statistics"), "statistics").about(notice).twins(vec![Twin::json(json)]),
        total,
        charts,
        chips: chips.collect(),
        sources,
    };
    Ok(page(StatusCode::OK, &page_of))
}

/// One chart, and the note about the data.
async fn one(
    interface: &Interface,
    name: &str,
    asked: Option<&str>,
) -> Result<(Option<String>, Chart), NotShown> {
    let about = CHARTS.iter().find(|about| about.name == name);
    let about = about.ok_or_else(|| NotShown::missing(say("there-is-no-such-chart")))?;
    let asked = pairs(asked);
    let stats = stats(interface, about, &asked).await?;
    Ok((stats.about.clone(), Chart::made(about, rows(about, stats, &asked), &asked)))
}

/// A chart as CSV: `/statistics/{chart}.csv`.
pub(crate) async fn csv(
    State(interface): State<Interface>,
    Path(file): Path<String>,
    RawQuery(asked): RawQuery,
) -> Result<Response, NotShown> {
    let (_, chart) = one(&interface, file.strip_suffix(".csv").unwrap_or_default(), asked.as_deref()).await?;
    let text = table(&chart).map_err(|error| NotShown::ours(&error.to_string()))?;
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"))];
    Ok((headers, text).into_response())
}

/// A chart's rows as CSV (RFC 4180).
fn table(chart: &Chart) -> csv::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record([chart.about.of.to_string(), chart.about.counted.to_string()])?;
    for bar in &chart.bars {
        writer.write_record([bar.row.label.as_str(), &bar.row.count.to_string()])?;
    }
    writer.into_inner().map_err(|error| error.into_error().into())
}

#[derive(Template)]
#[template(path = "embed.html")]
struct EmbedPage {
    frame: Frame,
    chart: Chart,
    page: String,
}

/// One chart alone, for other sites to embed.
pub(crate) async fn embed(
    State(interface): State<Interface>,
    Path(name): Path<String>,
    RawQuery(asked): RawQuery,
) -> Result<Response, NotShown> {
    let (about, chart) = one(&interface, &name, asked.as_deref()).await?;
    let page = format!("/statistics{}#{}", query(&pairs(asked.as_deref())), chart.about.name);
    Ok(framed(&EmbedPage { frame: Frame::new(&chart.about.title, "").about(about), chart, page }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(rows: &[(&str, u64)]) -> Chart {
        let rows = rows.iter().map(|(label, count)| Row::plain((*label).to_owned(), *count));
        let asked = vec![("sector".to_owned(), "schools".to_owned())];
        Chart::made(&CHARTS[0], rows.collect(), &asked)
    }

    #[test]
    fn bars_are_as_long_as_their_numbers() {
        let chart = chart(&[("A", 8), ("B", 2), ("C", 0)]);
        assert_eq!(chart.bars.iter().map(|bar| bar.length).collect::<Vec<_>>(), [100, 25, 0]);
        assert_eq!(chart.said, "3 bars. The longest is A, with 8.");
        assert_eq!(chart.csv, "/statistics/sectors.csv?sector=schools");
    }

    #[test]
    fn a_chart_is_a_table_too() {
        let chart = chart(&[("A, \"a\"", 8), ("B", 2)]);
        let table = String::from_utf8(table(&chart).unwrap()).unwrap();
        assert_eq!(table, "Sector,Records\r\n\"A, \"\"a\"\"\",8\r\nB,2\r\n");
    }

    #[test]
    fn months_have_names() {
        assert_eq!(month("2026-11"), "November 2026");
        assert_eq!(month("spring"), "spring");
    }
}
