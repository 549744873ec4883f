//! A first mapping for a table, from its header and its values; for a person to correct.
//!
//! What is not recognised is not guessed: the column stays in the raw row, and a word without a code is quoted in a field
//! statement.

mod columns;
mod headers;
mod write;

use std::collections::BTreeMap;
use std::path::Path;

use domain::codes::Vocabulary;
use domain::fields::FieldKind;
use domain::text::fold;

use self::columns::{Sampled, columns};
use self::headers::{Meant, meaning};
use super::kind::Kind;
use super::target::Target;
use crate::dates::Order;
use crate::table::{FileError, Reading};

/// What somebody says of a table, because it does not say it itself.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// The name of the register the table comes from; by default the file's.
    pub source: Option<String>,
    /// The body that every row is about.
    pub publisher: Option<String>,
    /// Where it is used, ISO 3166.
    pub jurisdiction: Option<String>,
    /// The language of the texts, BCP 47.
    pub lang: Option<String>,
}

/// A first mapping, and what is left to do.
#[derive(Debug, Clone, Default)]
pub struct Suggestion {
    /// The mapping, with comments.
    pub toml: String,
    /// What must be added before it can be used; empty if it can be used as it is.
    pub missing: Vec<String>,
    /// What was assumed, for a person to check.
    pub assumed: Vec<String>,
}

/// What a column is for.
#[derive(Debug, Default)]
struct Guess {
    fills: Option<&'static str>,
    /// The source's words and the codes they surely mean.
    values: BTreeMap<String, &'static str>,
    /// Words without a code, with the nearest one if there is one.
    open: BTreeMap<String, Option<&'static str>>,
    split: Option<&'static str>,
    people: bool,
}

/// What a table is taken for.
#[derive(Debug)]
struct Guesses {
    columns: Vec<(Sampled, Guess)>,
    key: Option<String>,
    /// The column with the year of each row.
    edition: Option<String>,
    lang: &'static str,
    order: Option<Order>,
    two_days: bool,
}

/// Headings of the year that a row is about, in the languages of mappings.
const YEARS: &[&str] =
    &["year", "reporting year", "edition", "jaar", "annee", "jahr", "ano", "anno", "rok", "blwyddyn"];

/// Countries of languages that one country speaks most.
const HOMES: &[(&str, &str)] = &[
    ("en", "GB"),
    ("nl", "NL"),
    ("fr", "FR"),
    ("de", "DE"),
    ("es", "ES"),
    ("it", "IT"),
    ("pl", "PL"),
    ("cy", "GB-WLS"),
];

/// Writes a first mapping for a table. Errors: the file cannot be read.
pub fn suggest(path: &Path, reading: &Reading, given: &Given) -> Result<Suggestion, FileError> {
    let guesses = Guesses::of(columns(path, reading)?);
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let source = given.source.clone().unwrap_or_else(|| domain::text::slug(&stem));
    let source = if source.is_empty() { "table".to_owned() } else { source };
    Ok(write::suggestion(&guesses, &source, given))
}

impl Guesses {
    fn of(sampled: Vec<Sampled>) -> Self {
        let meant: Vec<Option<Meant>> = sampled.iter().map(|column| meaning(&column.header)).collect();
        let lang = most_used(meant.iter().flatten().map(|meant| meant.lang));
        let mut guesses: Vec<Guess> = sampled.iter().map(|_| Guess::default()).collect();
        let mut taken: Vec<&str> = Vec::new();
        // Headers that are known whole choose before those that only begin like a known one.
        for whole in [true, false] {
            for ((column, guess), meant) in sampled.iter().zip(&mut guesses).zip(&meant) {
                let Some(meant) = meant.filter(|meant| meant.whole == whole) else { continue };
                guess.people |= meant.fills == "people";
                if !["people", "key"].contains(&meant.fills)
                    && !taken.contains(&meant.fills)
                    && fits(column, meant.fills)
                {
                    taken.push(meant.fills);
                    guess.fill(column, meant.fills);
                }
            }
        }
        if !taken.contains(&"title") {
            let is_name = |(column, guess): &(&Sampled, &mut Guess)| {
                guess.fills.is_none()
                    && !guess.people
                    && column.is_words()
                    && column.is_unique()
                    && column.nth.1 == 1
            };
            if let Some((_, guess)) = sampled.iter().zip(&mut guesses).find(is_name) {
                guess.fills = Some("title");
            }
        }
        let key = sampled.iter().zip(&meant).find(|(column, meant)| {
            meant.is_some_and(|meant| meant.fills == "key") && column.is_unique() && column.nth.1 == 1
        });
        let key = key.map(|(column, _)| column.header.clone());
        let edition = sampled.iter().find(|column| column.is_years() && column.nth.1 == 1);
        let edition = edition.map(|column| column.header.clone());
        let dates: Vec<&Sampled> = sampled
            .iter()
            .zip(&guesses)
            .filter(|(_, guess)| {
                guess.fills.is_some_and(|fills| kind(fills).is_some_and(|kind| matches!(kind, Kind::Date)))
            })
            .map(|(column, _)| column)
            .collect();
        let orders: Vec<Order> = dates.iter().filter_map(|column| column.order()).collect();
        let order = orders.first().copied().filter(|first| orders.iter().all(|order| order == first));
        let two_days = order.is_none() && dates.iter().any(|column| column.has_two_days());
        Self { columns: sampled.into_iter().zip(guesses).collect(), key, edition, lang, order, two_days }
    }

    /// Whether a column fills a field.
    fn fills(&self, name: &str) -> bool {
        self.columns.iter().any(|(_, guess)| guess.fills == Some(name))
    }
}

impl Guess {
    fn fill(&mut self, column: &Sampled, fills: &'static str) {
        let Ok(target) = Target::parse(fills) else { return };
        self.fills = Some(fills);
        if target.is_in_list() || target.kind.holds_several() {
            self.split = column.separator();
        }
        let Some(list) = list_of(&target) else { return };
        for value in &column.values {
            for word in self.split.map_or_else(|| vec![value.as_str()], |sign| value.split(sign).collect()) {
                self.word(word.trim(), list);
            }
        }
    }

    /// A word of the source: the code that it is, is called or is also called; else it stays open.
    fn word(&mut self, word: &str, list: &'static Vocabulary) {
        if word.is_empty() || word.chars().count() > 80 || list.check(word).is_ok() {
            return;
        }
        let folded = fold(word);
        let is_meant = |entry: &&domain::codes::CodeEntry| {
            let names = [entry.code, entry.label].into_iter().chain(entry.also.iter().copied());
            names.map(fold).any(|name| name == folded) || fold(&entry.code.replace('_', " ")) == folded
        };
        if let Some(entry) = list.entries.iter().find(is_meant) {
            self.values.insert(word.to_owned(), entry.code);
        } else {
            self.open.insert(word.to_owned(), list.unknown(word).suggestion);
        }
    }
}

fn kind(fills: &str) -> Option<Kind> {
    Target::parse(fills).ok().map(|target| target.kind)
}

/// The codes that a field takes.
fn list_of(target: &Target) -> Option<&'static Vocabulary> {
    match (target.kind, target.field.kind) {
        (Kind::Code(list), _) | (Kind::Cell(_), FieldKind::Code(list) | FieldKind::Codes(list)) => Some(list),
        _ => None,
    }
}

/// Whether the values of a column can be what a field holds.
fn fits(column: &Sampled, fills: &str) -> bool {
    if column.values.is_empty() {
        return true;
    }
    match kind(fills) {
        Some(Kind::Date) => column.is_dates(),
        Some(Kind::Address) => {
            column.values.iter().any(|value| value.contains("://") || value.starts_with("www."))
        }
        // "Vendor: yes" names nobody, and a paragraph about the vendor is no name.
        Some(Kind::Body) => column.is_names(),
        Some(_) if fills == "publisher" => column.is_names(),
        Some(Kind::Words) => fills == "title" || column.is_words() && !column.is_yes_or_no(),
        Some(_) => true,
        None => false,
    }
}

/// The language that most headers are in; English, if none is known.
fn most_used(langs: impl Iterator<Item = &'static str>) -> &'static str {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for lang in langs.filter(|lang| !lang.is_empty()) {
        *counts.entry(lang).or_default() += 1;
    }
    // Of equals English, which lends its words to the others.
    counts.into_iter().max_by_key(|(lang, count)| (*count, *lang == "en")).map_or("en", |(lang, _)| lang)
}

#[cfg(test)]
mod tests;
