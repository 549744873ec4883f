//! `/statistics`: charts made by the server, each with its table and CSV; `/embed/{chart}` for other sites.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::Count;
use super::problem::NotShown;
use super::records::RecordList;
use crate::address::{Pairs, query, with, without};
use crate::ask::{Interface, Problem};
use crate::layout::{Frame, Twin, framed, page};
use crate::words::{label_in, number};

/// How high a bar is with its label, in pixels.
const BAR: usize = 44;
/// Bars of a chart; the table has all.
const BARS_MAX: usize = 15;

/// What can be shown: name, title, what its bars are, what it counts, and what is to be said of it.
const CHARTS: &[(&str, &str, &str, &str, &str)] = &[
    ("sectors", "Records by sector", "Sector", "Records", "A record can be of several sectors."),
    ("phases", "Records by phase", "Phase", "Records", "Where each tool stands in its life."),
    ("effects", "What can happen to a person", "Effect", "Records", "A record can have several effects."),
    (
        "questions",
        "Open questions by rule",
        "Question",
        "Records",
        "What the public rules ask of records. A question is not a finding of fault.",
    ),
    ("months", "First publications by month", "Month", "Records", "Months without any are left out."),
    (
        "suppliers",
        "Suppliers that most records name",
        "Supplier",
        "Records",
        "Of records that name a supplier.",
    ),
    (
        "silent",
        "Bodies that are expected to publish, and have not",
        "Kind of body",
        "Silent bodies",
        "Of bodies that are expected to publish; filters do not narrow it.",
    ),
];

#[derive(Debug, Deserialize)]
struct Month {
    month: String,
    count: u64,
}

#[derive(Debug, Deserialize)]
struct Concentration {
    top: Vec<Count>,
}

#[derive(Debug, Deserialize)]
struct Body {
    label: String,
    silent: u64,
    expected: u64,
}

#[derive(Debug, Deserialize)]
struct Stats {
    about: Option<String>,
    total: u64,
    months: Vec<Month>,
    supplier_concentration: Concentration,
    bodies: Vec<Body>,
}

/// A bar, and the same as a row of the table.
struct Bar {
    label: String,
    count: u64,
    /// The records it counts.
    href: Option<String>,
    /// How long it is, in hundredths of the longest.
    length: u64,
    /// Where its label and itself are, in pixels from above.
    text: usize,
    top: usize,
}

impl Bar {
    fn number(&self) -> String {
        number(self.count)
    }
}

/// A chart with its table.
struct Chart {
    name: &'static str,
    title: &'static str,
    of: &'static str,
    counted: &'static str,
    note: &'static str,
    /// What it shows, in a sentence.
    said: String,
    bars: Vec<Bar>,
    /// How many of them are drawn.
    drawn: usize,
    height: usize,
    csv: String,
    embed: String,
}

impl Chart {
    fn drawn(&self) -> &[Bar] {
        &self.bars[..self.drawn]
    }
}

fn chart(name: &'static str, rows: Vec<(String, u64, Option<String>)>, asked: &str) -> Option<Chart> {
    let (_, title, of, counted, note) = CHARTS.iter().find(|(one, ..)| *one == name)?;
    let most = rows.iter().map(|(_, count, _)| *count).max().unwrap_or_default();
    let bars = rows.into_iter().enumerate().map(|(place, (label, count, href))| Bar {
        label,
        count,
        href,
        length: (count * 100).checked_div(most).unwrap_or_default(),
        text: place * BAR + 16,
        top: place * BAR + 22,
    });
    let bars: Vec<Bar> = bars.collect();
    let drawn = bars.len().min(BARS_MAX);
    let said = match bars.iter().max_by_key(|bar| bar.count) {
        Some(most) => format!("{} bars. The longest is {}, with {}.", bars.len(), most.label, most.number()),
        None => "Nothing to show.".to_owned(),
    };
    Some(Chart {
        name,
        title,
        of,
        counted,
        note,
        said,
        drawn,
        height: drawn * BAR,
        bars,
        csv: format!("/statistics/{name}.csv{asked}"),
        embed: format!("/embed/{name}{asked}"),
    })
}

/// Every chart of the records that a query asks for.
struct Charts {
    about: Option<String>,
    total: u64,
    charts: Vec<Chart>,
}

async fn charts(interface: &Interface, asked: Option<&str>) -> Result<Charts, NotShown> {
    let asked: Pairs = form_urlencoded::parse(asked.unwrap_or_default().as_bytes()).into_owned().collect();
    let asked: Pairs = asked.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let facets = "sector,phase,decision_effect,flag";
    let records = query(&with(&with(&asked, "facets", facets), "limit", "1"));
    let mut list: RecordList = interface.get(&format!("/api/v1/records{records}")).await?;
    let stats: Stats = interface.get(&format!("/api/v1/stats{}", query(&asked))).await?;
    let narrowed = |facet: &str, value: &str| Some(format!("/records{}", query(&with(&asked, facet, value))));
    let mut of = |facet: &'static str| -> Vec<(String, u64, Option<String>)> {
        let counts = list.facets.remove(facet).unwrap_or_default();
        counts.into_iter().map(|one| (one.label, one.count, narrowed(facet, &one.value))).collect()
    };
    let (sectors, phases, effects, flags) = (of("sector"), of("phase"), of("decision_effect"), of("flag"));
    let months = stats.months.into_iter().map(|one| (month(&one.month), one.count, None)).collect();
    let top = stats.supplier_concentration.top.into_iter();
    let suppliers = top.map(|one| (one.label, one.count, narrowed("supplier", &one.value))).collect();
    let bodies = stats.bodies.into_iter().filter(|body| body.expected > 0);
    let silent =
        bodies.map(|body| (format!("{} ({} expected)", body.label, body.expected), body.silent, None));
    let mut silent: Vec<_> = silent.collect();
    silent.sort_by_key(|(_, count, _)| std::cmp::Reverse(*count));
    let asked = query(&asked);
    let rows = [
        ("sectors", sectors),
        ("phases", phases),
        ("effects", effects),
        ("questions", flags),
        ("months", months),
        ("suppliers", suppliers),
        ("silent", silent),
    ];
    Ok(Charts {
        about: stats.about,
        total: stats.total,
        charts: rows.into_iter().filter_map(|(name, rows)| chart(name, rows, &asked)).collect(),
    })
}

/// `2026-11` is "November 2026".
fn month(text: &str) -> String {
    let day = crate::words::day(&format!("{text}-01"));
    day.split_once(' ').map_or_else(|| text.to_owned(), |(_, month)| month.to_owned())
}

#[derive(Template)]
#[template(path = "statistics.html")]
struct StatisticsPage {
    frame: Frame,
    total: String,
    charts: Vec<Chart>,
    chips: Vec<(String, String)>,
}

pub(crate) async fn statistics(
    State(interface): State<Interface>,
    RawQuery(asked): RawQuery,
) -> Result<Response, NotShown> {
    let found = charts(&interface, asked.as_deref()).await?;
    let pairs: Pairs =
        form_urlencoded::parse(asked.as_deref().unwrap_or_default().as_bytes()).into_owned().collect();
    let chips = pairs.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| {
        let rest: Pairs = pairs.iter().filter(|(key, of)| !(key == name && of == value)).cloned().collect();
        (label_in(name, value), format!("/statistics{}", query(&rest)))
    });
    let json = format!("/api/v1/stats{}", query(&without(&pairs, &[])));
    let page_of = StatisticsPage {
        frame: Frame::new("Statistics", "statistics").about(found.about).twins(vec![Twin::json(json)]),
        total: number(found.total),
        charts: found.charts,
        chips: chips.collect(),
    };
    Ok(page(StatusCode::OK, &page_of))
}

async fn one(
    interface: &Interface,
    name: &str,
    asked: Option<&str>,
) -> Result<(Option<String>, Chart), NotShown> {
    let found = charts(interface, asked).await?;
    let chart = found.charts.into_iter().find(|chart| chart.name == name).ok_or_else(|| {
        let title = "There is no such chart".to_owned();
        NotShown::from(Problem { title, status: 404, ..Problem::default() })
    })?;
    Ok((found.about, chart))
}

/// A chart as a table: `/statistics/{chart}.csv`.
pub(crate) async fn csv(
    State(interface): State<Interface>,
    Path(file): Path<String>,
    RawQuery(asked): RawQuery,
) -> Result<Response, NotShown> {
    let (_, chart) = one(&interface, file.strip_suffix(".csv").unwrap_or_default(), asked.as_deref()).await?;
    let mut text = format!("{},{}\r\n", cell(chart.of), cell(chart.counted));
    for bar in &chart.bars {
        text.push_str(&format!("{},{}\r\n", cell(&bar.label), bar.count));
    }
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8"))];
    Ok((headers, text).into_response())
}

/// RFC 4180.
fn cell(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[derive(Template)]
#[template(path = "embed.html")]
struct EmbedPage {
    frame: Frame,
    chart: Chart,
    page: String,
}

/// A chart by itself, for the pages of others.
pub(crate) async fn embed(
    State(interface): State<Interface>,
    Path(name): Path<String>,
    RawQuery(asked): RawQuery,
) -> Result<Response, NotShown> {
    let (about, chart) = one(&interface, &name, asked.as_deref()).await?;
    let page =
        format!("/statistics{}#{}", asked.map(|asked| format!("?{asked}")).unwrap_or_default(), chart.name);
    Ok(framed(&EmbedPage { frame: Frame::new(chart.title, "").about(about), chart, page }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_numbers() {
        let rows = [("A, \"a\"", 8), ("B", 2), ("C", 0)];
        let rows = rows.map(|(label, count)| (label.to_owned(), count, None)).to_vec();
        let chart = chart("sectors", rows, "?sector=schools").unwrap();
        assert_eq!(chart.bars.iter().map(|bar| bar.length).collect::<Vec<_>>(), [100, 25, 0]);
        assert_eq!(chart.said, "3 bars. The longest is A, \"a\", with 8.");
        assert_eq!(chart.csv, "/statistics/sectors.csv?sector=schools");
        assert_eq!(cell("A, \"a\""), "\"A, \"\"a\"\"\"");
        assert_eq!(month("2026-11"), "November 2026");
        assert!(super::chart("sectors", Vec::new(), "").unwrap().bars.is_empty());
    }
}
