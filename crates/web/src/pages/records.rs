//! `/records`: search, with the API's query.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::facets;
use wire::{FacetCount, FacetMore, RecordItem, RecordList};

use super::problem::NotShown;
use super::searched::{Corrected, Found, Lead, note};
use super::{Told, facet_label};
use crate::address::{Pairs, query, with, without};
use crate::ask::Interface;
use crate::language::{Said, say};
use crate::layout::{Frame, Twin, page};
use crate::words::{day, facet_heading, facet_value, lacking, number};

/// Values shown per facet; chosen ones are always shown.
const VALUES_MAX: usize = 12;
const SORTS: &[(&str, Said)] = &[
    // Blank inputs are dropped from the query, which leaves the API's own order.
    ("", say("best-match-or-latest-change")),
    ("-updated_at", say("latest-change")),
    ("updated_at", say("earliest-change")),
    ("-published_at", say("latest-publication")),
    ("published_at", say("earliest-publication")),
    ("title", say("title")),
    ("publisher", say("publisher")),
    ("-people_affected_per_year", say("most-people-affected")),
];

struct Value {
    count: FacetCount,
    checked: bool,
}

impl Value {
    fn number(&self) -> String {
        number(self.count.count)
    }
}

struct Facet {
    name: &'static str,
    label: String,
    open: bool,
    values: Vec<Value>,
    more: u64,
}

struct Chip {
    label: String,
    /// The list without this filter.
    href: String,
    /// The list of what this filter leaves out; `None` if it is a negation.
    without: Option<String>,
}

#[derive(Template)]
#[template(path = "records.html")]
struct Page {
    frame: Frame,
    q: String,
    as_of: Option<String>,
    then: String,
    found: String,
    corrected: Option<Corrected>,
    notes: Vec<String>,
    did_you_mean: Option<(String, String)>,
    leads: Vec<Lead>,
    facets: Vec<Facet>,
    chips: Vec<Chip>,
    clear: String,
    /// The list without its filters by time, if it has any.
    at_any_time: Option<String>,
    suggest: String,
    sort: String,
    sorts: &'static [(&'static str, Said)],
    kept: Vec<(String, String)>,
    hits: Vec<Found>,
    nearest: Vec<Found>,
    first: Option<String>,
    next: Option<String>,
    /// The feed of this search; `None` if a feed cannot be narrowed as far.
    feed: Option<String>,
    /// The list of the records like one of these, up to its id.
    alike: String,
    /// Shows each record instead of those alike once, or the other way round.
    other_way: Option<(String, String)>,
    /// How many records the feed holds; not said on a past day, which feeds do not show.
    held: Option<String>,
}

/// Longest text that suggestions complete.
const SUGGESTED_MAX: usize = 200;
/// The parameters that filter by time.
const TIMES: &[&str] = &["published_from", "published_to", "updated_since"];

pub(crate) async fn records(
    State(interface): State<Interface>,
    RawQuery(asked): RawQuery,
) -> Result<Response, NotShown> {
    let asked = query_of(asked.as_deref().unwrap_or_default());
    let value = |key: &str| asked.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone());
    let q = value("q").unwrap_or_default();
    let facets: Vec<&str> = facets::on_form().iter().map(|facet| facet.name).collect();
    let alike = Alike::of(&asked);
    let to_ask = with_facets(&alike.asked(&asked), &facets);
    let list: RecordList = interface.get(&format!("/api/v1/records{}", query(&to_ask))).await?;
    let shared = shared(&asked, list.searched.as_deref());
    let (shown, mut chips) = facets_and_chips(&asked, list.facets.unwrap_or_default(), &list.facets_more);
    let held = say("n-records").with("n", list.total).to_string();
    chips.extend(chip_of_record(&asked, &list.items));
    let feed =
        (alike != Alike::ToOne).then(|| format!("/records.atom{}", query(&without(&shared, &["as_of"]))));
    let twins = twins(&without(&alike.asked(&asked), &["cursor"]), &shared, &held, feed.clone());
    let own: Vec<&str> = facets.iter().copied().chain(["q", "sort", "cursor", "limit"]).collect();
    let sort = value("sort").filter(|sort| sort != "relevance").unwrap_or_default();
    let filters = facets::FACETS.iter().flat_map(|facet| [facet.name, facet.negation]);
    let filters: Vec<&str> = filters.chain(["alike_to", "cursor"]).collect();
    let searched = list.searched.as_deref().unwrap_or(&q);
    let (hits, nearest) = Found::split(list.items, list.nearest, searched);
    let is_corrected = list.searched.is_some();
    let has_times = asked.iter().any(|(name, _)| TIMES.contains(&name.as_str()));
    let timed = [TIMES, &["cursor"][..]].concat();
    let page_of = Page {
        frame: Frame::new(title(&q, &chips), "records").about(list.about).twins(twins),
        then: value("as_of").map(|on| query(&[("as_of".to_owned(), on)])).unwrap_or_default(),
        as_of: value("as_of").map(|on| day(&on)),
        found: found(list.total, list.different),
        corrected: list.searched.map(|searched| Corrected::of(&asked, &q, searched)),
        notes: list.notes.iter().map(note).collect(),
        leads: list.leads.into_iter().filter_map(|lead| Lead::of(lead, &asked)).collect(),
        // What was searched instead has a sentence of its own.
        did_you_mean: list.did_you_mean.filter(|_| !is_corrected).map(|better| {
            let href = format!("/records{}", query(&with(&asked, "q", &better)));
            (better, href)
        }),
        facets: shown,
        chips,
        clear: format!("/records{}", query(&without(&asked, &filters))),
        at_any_time: has_times.then(|| format!("/records{}", query(&without(&asked, &timed)))),
        suggest: suggestions(&q),
        sort,
        sorts: SORTS,
        kept: without(&asked, &own),
        nearest,
        hits,
        first: value("cursor").map(|_| format!("/records{}", query(&without(&asked, &["cursor"])))),
        next: list.next.map(|next| format!("/records{}", query(&with(&asked, "cursor", &next)))),
        feed,
        alike: format!("/records{}", query(&with(&without(&asked, &["alike"]), "alike_to", ""))),
        other_way: alike.other_way(&asked, list.total, list.different),
        held: value("as_of").is_none().then_some(held),
        q,
    };
    Ok(page(StatusCode::OK, &page_of))
}

/// What the page was asked for, without what it adds itself.
fn query_of(asked: &str) -> Pairs {
    let asked: Pairs = form_urlencoded::parse(asked.as_bytes()).into_owned().collect();
    // A form sends its blank inputs too; they are not part of the query.
    without(&asked, &["facets", "fields"]).into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

/// What downloads and feeds are asked for. They search for what they are asked, so what was searched instead must be in
/// their address.
fn shared(asked: &Pairs, searched: Option<&str>) -> Pairs {
    let shared = without(asked, &["cursor", "limit", "sort", "alike"]);
    match searched {
        Some(searched) => with(&shared, "q", searched),
        None => shared,
    }
}

/// The page with suggestions for a text, or for none if it is too long.
fn suggestions(q: &str) -> String {
    let typed = Some(q).filter(|q| !q.is_empty() && q.chars().count() <= SUGGESTED_MAX);
    let typed: Pairs = typed.map(|q| ("q".to_owned(), q.to_owned())).into_iter().collect();
    format!("/suggest{}", query(&typed))
}

/// What the page is about.
fn title(q: &str, chips: &[Chip]) -> Said {
    match (q.is_empty(), chips.is_empty()) {
        (true, true) => say("records"),
        (true, false) => {
            let chosen = chips.iter().map(|chip| chip.label.as_str()).collect::<Vec<_>>().join(", ");
            say("records-of").with("chosen", chosen)
        }
        (false, _) => say("records-about").with("q", q),
    }
}

/// The same records in other forms: the page by the API, all of them as files, which hold `held`, and the feed.
fn twins(page: &Pairs, all: &Pairs, held: &str, feed: Option<String>) -> Vec<Twin> {
    let holding = |twin: Twin| {
        let name = say("with-its-records").with("name", &twin.name).with("records", held).to_string();
        Twin { name, ..twin }
    };
    let workbook = Twin {
        name: say("spreadsheet-xlsx").to_string(),
        kind: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        href: format!("/api/v1/records.xlsx{}", query(all)),
    };
    let mut twins = vec![
        Twin::json(format!("/api/v1/records{}", query(page))),
        holding(Twin::csv(format!("/api/v1/records.csv{}", query(all)))),
        holding(workbook),
    ];
    twins.extend(feed.map(Twin::atom));
    twins
}

/// How the page shows records alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alike {
    /// Once, because a text is searched for.
    Once,
    /// As the address says, or each for itself.
    AsAsked,
    /// Only those like one record.
    ToOne,
}

impl Alike {
    fn of(asked: &Pairs) -> Self {
        let has = |key: &str| asked.iter().any(|(name, _)| name == key);
        match (has("alike_to"), has("alike"), has("q")) {
            (true, ..) => Self::ToOne,
            (false, false, true) => Self::Once,
            (false, ..) => Self::AsAsked,
        }
    }

    /// What to ask the API.
    fn asked(self, asked: &Pairs) -> Pairs {
        let mut pairs = asked.clone();
        if self == Self::Once {
            pairs.push(("alike".to_owned(), "once".to_owned()));
        }
        pairs
    }

    /// A label and an address to show records alike the other way.
    fn other_way(self, asked: &Pairs, total: u64, different: Option<u64>) -> Option<(String, String)> {
        let (label, way) = match different {
            Some(different) if different < total => (say("show-each-record"), "all"),
            None if self == Self::AsAsked && asked.iter().any(|(name, _)| name == "alike") => {
                (say("show-records-alike-once"), "once")
            }
            _ => return None,
        };
        Some((label.to_string(), format!("/records{}", query(&with(asked, "alike", way)))))
    }
}

/// How many records were found, and how many of them differ if those alike stand once.
fn found(total: u64, different: Option<u64>) -> String {
    let found = say("n-records").with("n", total);
    match different.filter(|different| *different < total) {
        Some(n) => say("found-different").with("found", found.to_string()).with("n", n).to_string(),
        None => found.to_string(),
    }
}

/// The chip of the record that those found are like.
fn chip_of_record(asked: &Pairs, found: &[RecordItem]) -> Option<Chip> {
    let id = chosen(asked, "alike_to").into_iter().next()?;
    // All of them have its title.
    let title = found.first().map_or(id, |item| item.title.as_str());
    Some(Chip {
        label: say("like-a-record").with("title", title).to_string(),
        href: format!("/records{}", query(&without(asked, &["alike_to", "cursor"]))),
        without: None,
    })
}

fn with_facets(asked: &[(String, String)], facets: &[&str]) -> Pairs {
    let mut pairs = asked.to_vec();
    pairs.push(("facets".to_owned(), facets.join(",")));
    pairs
}

/// The facets with their counts, and a chip for each filter.
fn facets_and_chips(
    asked: &Pairs,
    mut counts: BTreeMap<String, Vec<FacetCount>>,
    more: &BTreeMap<String, FacetMore>,
) -> (Vec<Facet>, Vec<Chip>) {
    let (mut facets, mut chips) = (Vec::new(), Vec::new());
    for facet in facets::on_form() {
        let chosen = chosen(asked, facet.name);
        let mut counts = counts.remove(facet.name).unwrap_or_default();
        // A chosen value that no record has must be shown all the same, or nobody could remove it.
        for value in &chosen {
            if !counts.iter().any(|count| count.value == *value) {
                let label = facet_value(facet, value);
                let count = FacetCount { value: (*value).to_owned(), label, count: 0 };
                counts.push(count);
            }
        }
        let all = counts.len() as u64 + more.get(facet.name).map_or(0, |more| more.values);
        let mut shown = 0;
        let values: Vec<Value> = counts
            .into_iter()
            .map(|count| Value { checked: chosen.contains(&count.value.as_str()), count })
            .filter(|value| {
                shown += 1;
                // What stands in place of values comes last, and is never left out.
                shown <= VALUES_MAX || value.checked || facet.takes_blank(&value.count.value)
            })
            .collect();
        chips.extend(chips_of(facet, &values, asked));
        if !values.is_empty() {
            let open = facet.is_open || !chosen.is_empty();
            let (name, label, more) = (facet.name, facet_heading(facet), all - values.len() as u64);
            facets.push(Facet { name, label, open, more, values });
        }
    }
    (facets, chips)
}

/// The values of a parameter.
fn chosen<'a>(asked: &'a Pairs, parameter: &str) -> Vec<&'a str> {
    asked.iter().filter(|(key, _)| key == parameter).map(|(_, value)| value.as_str()).collect()
}

/// A chip for each chosen value of a facet, then for each that is left out.
fn chips_of(facet: &facets::Facet, values: &[Value], asked: &Pairs) -> Vec<Chip> {
    let rest = |parameter: &str, value: &str| -> Pairs {
        let others = |(key, of): &&(String, String)| !(key == parameter && of == value) && key != "cursor";
        asked.iter().filter(others).cloned().collect()
    };
    let chosen_ones = values.iter().filter(|value| value.checked).map(|value| {
        let rest = rest(facet.name, &value.count.value);
        let without: Pairs =
            rest.iter().cloned().chain([(facet.negation.to_owned(), value.count.value.clone())]).collect();
        Chip {
            label: facet_label(facet.name, &value.count),
            href: format!("/records{}", query(&rest)),
            without: Some(format!("/records{}", query(&without))),
        }
    });
    let left_out = chosen(asked, facet.negation).into_iter().map(|value| Chip {
        label: lacking(facet_value(facet, value)),
        href: format!("/records{}", query(&rest(facet.negation, value))),
        without: None,
    });
    chosen_ones.chain(left_out).collect()
}
