//! What the search field completes: names and titles, held in memory. Made again when searches see a newer state, so
//! that each leads to a record.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::facets::blank_place;
use domain::text::fold;
use form_urlencoded::Serializer;
use search::completion::Completions;
use search::names::Names;
use search::{FacetCounts, RecordQuery, Search};
use store::Db;
use store::names::directory::Listed;
use store::records::titles::{Titled, written_after};
use wire::SuggestionKind;

use crate::problem::ApiError;

/// The facets whose values are names, and what they name.
const NAMED: [(&str, SuggestionKind); 3] = [
    ("publisher", SuggestionKind::Body),
    ("supplier", SuggestionKind::Supplier),
    ("product", SuggestionKind::Product),
];

/// Longest title that is searched for as a phrase, in characters: a search text has at most 500.
const PHRASE_MAX: usize = 400;

/// A name or title.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) text: String,
    pub(crate) kind: SuggestionKind,
    /// How many records have it.
    pub(crate) records: u64,
    /// Its page's address, below that of the register.
    pub(crate) path: String,
    /// Other names by which it is found.
    also: Vec<String>,
}

/// Entries with what completes them, in the same order.
#[derive(Debug, Default)]
pub(crate) struct Ranked {
    entries: Vec<Entry>,
    completions: Completions,
}

impl Ranked {
    /// Prepares entries, best first.
    fn new(entries: Vec<Entry>) -> Self {
        let texts = entries.iter().enumerate().flat_map(|(place, entry)| {
            let texts = std::iter::once(&entry.text).chain(&entry.also);
            texts.map(move |text| (place, text.as_str()))
        });
        Self { completions: Completions::new(texts), entries }
    }

    /// The best with a word that begins as typed.
    pub(crate) fn beginning(&self, typed: &str, limit: usize) -> impl Iterator<Item = &Entry> {
        self.completions.beginning(typed, limit).into_iter().filter_map(|place| self.entries.get(place))
    }
}

/// The suggestions of one state of the register.
#[derive(Debug)]
pub(crate) struct Suggestions {
    generation: u64,
    pub(crate) names: Ranked,
    pub(crate) titles: Ranked,
    /// How many records a query string finds; filled as they are asked for.
    counts: Mutex<HashMap<String, u64>>,
}

/// What the next suggestions are made from.
#[derive(Debug)]
pub(crate) struct Known {
    /// Titles by the change that published them.
    titles: HashMap<i64, Arc<Titled>>,
    /// Number of the last write that was read.
    touched: i64,
    made: Option<Arc<Suggestions>>,
}

impl Default for Known {
    fn default() -> Self {
        Self { titles: HashMap::new(), touched: -1, made: None }
    }
}

impl Known {
    /// Those of the state that searches see now, if they are made.
    pub(crate) fn made(&self, search: &Search) -> Option<Arc<Suggestions>> {
        self.made.clone().filter(|made| made.generation == search.generation())
    }

    /// Makes those of the state that searches see now. Reads only the titles that were written since the last time.
    pub(crate) async fn make(
        &mut self,
        db: &Db,
        search: &Search,
        directory: Arc<Names>,
    ) -> Result<Arc<Suggestions>, ApiError> {
        let look = search.look();
        let all = RecordQuery::default();
        let (_, counts) = look.counts(&all, &NAMED.map(|(facet, _)| facet)).await?;
        let mut current = look.matching(&all).await?;
        current.sort_unstable();
        for title in written_after(db, self.touched).await? {
            self.touched = title.touched;
            self.titles.insert(title.change, Arc::new(title));
        }
        // What is newer than the look stays for the next one.
        let shown = look.change();
        self.titles.retain(|change, _| *change > shown || current.binary_search(change).is_ok());
        let titles = self.titles.values().filter(|title| title.change <= shown).cloned().collect();
        let generation = look.generation();
        let make = move || Suggestions {
            generation,
            names: Ranked::new(named(directory.entries(), &counts)),
            titles: Ranked::new(titled(titles)),
            counts: Mutex::default(),
        };
        let made = tokio::task::spawn_blocking(make).await.map_err(|_| ApiError::Inside)?;
        Ok(Arc::clone(self.made.insert(Arc::new(made))))
    }
}

impl Suggestions {
    /// The number of records that a query string finds, if it was counted.
    pub(crate) fn counted(&self, ask: &str) -> Option<u64> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).get(ask).copied()
    }

    /// Keeps the number of records that a query string finds.
    pub(crate) fn keep(&self, ask: &str, records: u64) {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).insert(ask.to_owned(), records);
    }
}

/// The address of the list of records with one parameter.
fn list_of(parameter: &str, value: &str) -> String {
    format!("/records?{}", Serializer::new(String::new()).append_pair(parameter, value).finish())
}

/// Bodies, suppliers and products that records name: registered ones first, then by number of records.
fn named(directory: &[Listed], counts: &FacetCounts) -> Vec<Entry> {
    let by_slug: HashMap<(bool, &str), &Listed> =
        directory.iter().map(|one| ((one.is_product, one.slug.as_str()), one)).collect();
    let mut entries: Vec<(bool, Entry)> = Vec::new();
    for (facet, kind) in NAMED {
        for (slug, records) in counts.get(facet).into_iter().flatten() {
            let is_product = kind == SuggestionKind::Product;
            let Some(one) = by_slug.get(&(is_product, slug.as_str())) else { continue };
            if blank_place(slug).is_some() {
                continue;
            }
            let path = list_of(facet, slug);
            let (text, also) = (one.name.clone(), one.aliases.clone());
            entries.push((!one.is_known, Entry { text, kind, records: *records, path, also }));
        }
    }
    entries.sort_by(|(a_unknown, a), (b_unknown, b)| {
        let rank = |unknown: &bool, one: &Entry| (*unknown, Reverse(one.records));
        rank(a_unknown, a).cmp(&rank(b_unknown, b)).then_with(|| a.text.cmp(&b.text))
    });
    entries.into_iter().map(|(_, entry)| entry).collect()
}

/// Titles: those of most records first, then the shortest. A title of one record leads to it, a title of several to a
/// search for it.
fn titled(titles: Vec<Arc<Titled>>) -> Vec<Entry> {
    let mut alike: HashMap<String, Vec<Arc<Titled>>> = HashMap::new();
    for title in titles {
        alike.entry(fold(&title.title)).or_default().push(title);
    }
    let entry = |mut having: Vec<Arc<Titled>>| {
        having.sort_by_key(|one| one.change);
        let first = having.first()?;
        let path = if having.len() == 1 || first.title.chars().count() > PHRASE_MAX {
            format!("/records/{}", first.id)
        } else {
            list_of("q", &format!("\"{}\"", first.title.replace('"', " ")))
        };
        let (text, records) = (first.title.clone(), having.len() as u64);
        Some(Entry { text, kind: SuggestionKind::Title, records, path, also: Vec::new() })
    };
    let mut entries: Vec<Entry> = alike.into_values().filter_map(entry).collect();
    entries.sort_by(|a, b| {
        let rank = |one: &Entry| (Reverse(one.records), one.text.len());
        rank(a).cmp(&rank(b)).then_with(|| a.text.cmp(&b.text))
    });
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_one_title_are_one_suggestion() {
        let title = |change: i64, title: &str| {
            let (id, title) = (format!("R-{change}"), title.to_owned());
            Arc::new(Titled { change, touched: change, id, title })
        };
        let entries = titled(vec![title(1, "Chatbot"), title(2, "Camera"), title(3, "chatbot!")]);
        let shown: Vec<(&str, u64, &str)> =
            entries.iter().map(|one| (one.text.as_str(), one.records, one.path.as_str())).collect();
        assert_eq!(shown, [("Chatbot", 2, "/records?q=%22Chatbot%22"), ("Camera", 1, "/records/R-2")]);
    }
}
