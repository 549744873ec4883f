//! Finds bodies and products by names as people type them: exact names and identifiers first, then the most
//! similar.
//!
//! Held in memory, from the store's directory; the owner rebuilds it when something was written. Similarity
//! only makes proposals: certain are only an identifier, or a name that exactly one body has.

mod known;

use std::collections::HashMap;
use std::ops::Range;

use domain::naming::name_key;
use domain::text::fold;
use rapidfuzz::distance::indel;
use rapidfuzz::fuzz;
use rustc_hash::FxHashMap;
use store::names::directory::Listed;

pub use self::known::Directory;

/// Names compared letter by letter.
const COMPARED_MAX: usize = 64;
/// Lowest similarity worth showing, out of 1.
const SIMILAR: f64 = 0.55;

/// What kind of thing is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Any body.
    Organisation,
    /// A body that records or notices name as a supplier.
    Supplier,
    /// A product.
    Product,
}

/// All names, prepared for comparison.
#[derive(Debug, Default)]
pub struct Names {
    entries: Vec<Listed>,
    /// By length of their text.
    keys: Vec<Key>,
    exact: FxHashMap<String, Vec<u32>>,
    identifiers: HashMap<String, Vec<u32>>,
    trigrams: FxHashMap<[u8; 3], Vec<u32>>,
}

/// One name of an entry.
#[derive(Debug)]
struct Key {
    entry: u32,
    /// The name as compared: folded, without legal form, words sorted.
    text: String,
    /// Folded, with words in their own order and a space in front; searched for prefixes.
    folded: String,
    trigrams: u32,
}

/// How a candidate was found. The order is by certainty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// By one of its identifiers.
    Identifier,
    /// By one of its names, apart from the legal form.
    Name,
    /// By a similar name.
    Similarity,
}

/// An entry that may be meant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate<'n> {
    /// The entry.
    pub entry: &'n Listed,
    /// 100 for an exact match, less for a similar one.
    pub score: f64,
    /// How it was found.
    pub by: By,
}

/// A query.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'q> {
    /// A name or an identifier.
    pub text: &'q str,
    /// Its known identifiers, as `SCHEME value` or just the value.
    pub identifiers: &'q [String],
    /// The kind of thing.
    pub kind: Kind,
    /// Its country (ISO 3166-1), if known.
    pub country: Option<&'q str>,
    /// The most candidates to return.
    pub limit: usize,
}

/// The similarity of two texts, out of 100; texts that are not equal get at most 99.
pub fn similarity(left: &str, right: &str) -> f64 {
    let (left, right) = (fold(left), fold(right));
    if left == right { 100.0 } else { (fuzz::ratio(left.chars(), right.chars()) * 100.0).min(99.0) }
}

fn trigrams(text: &str) -> impl Iterator<Item = [u8; 3]> + '_ {
    // Keys are ASCII, so bytes are letters.
    let padded: Vec<u8> = std::iter::once(b' ').chain(text.bytes()).chain([b' ']).collect();
    let count = padded.len().saturating_sub(2);
    (0..count).map(move |at| [padded[at], padded[at + 1], padded[at + 2]])
}

fn fits(entry: &Listed, kind: Kind) -> bool {
    match kind {
        Kind::Organisation => !entry.is_product,
        Kind::Supplier => entry.is_supplier,
        Kind::Product => entry.is_product,
    }
}

impl Names {
    /// Prepares entries for comparison.
    pub fn new(entries: Vec<Listed>) -> Self {
        let mut names = Self { entries, ..Self::default() };
        let entries = std::mem::take(&mut names.entries);
        let mut named: Vec<(u32, &str, String)> = Vec::new();
        for (place, entry) in entries.iter().enumerate() {
            let place = u32::try_from(place).unwrap_or(u32::MAX);
            for name in std::iter::once(&entry.name).chain(&entry.aliases) {
                let text = name_key(name);
                if !text.is_empty() {
                    named.push((place, name, text));
                }
            }
            for identifier in &entry.identifiers {
                let value = identifier.split_once(' ').map_or(identifier.as_str(), |(_, value)| value);
                for key in [identifier.as_str(), value] {
                    names.identifiers.entry(key.to_ascii_lowercase()).or_default().push(place);
                }
            }
        }
        // By length, so that names of comparable length are neighbours, here and in the lists of trigrams.
        named.sort_by_key(|(.., text)| text.len());
        for (entry, name, text) in named {
            names.add(entry, name, text);
        }
        names.entries = entries;
        names
    }

    /// All entries.
    pub fn entries(&self) -> &[Listed] {
        &self.entries
    }

    fn add(&mut self, entry: u32, name: &str, text: String) {
        let place = u32::try_from(self.keys.len()).unwrap_or(u32::MAX);
        let mut count = 0;
        for trigram in trigrams(&text) {
            count += 1;
            let postings = self.trigrams.entry(trigram).or_default();
            // A trigram that occurs twice in a name is listed once.
            if postings.last() != Some(&place) {
                postings.push(place);
            }
        }
        let having = self.exact.entry(text.clone()).or_default();
        if !having.contains(&entry) {
            having.push(entry);
        }
        self.keys.push(Key { entry, text, folded: format!(" {}", fold(name)), trigrams: count });
    }

    /// The candidates for a query, best first.
    pub fn candidates(&self, wanted: &Wanted<'_>) -> Vec<Candidate<'_>> {
        let mut found: Vec<(u32, f64, By)> = Vec::new();
        let mut add = |entry: u32, score: f64, by: By| {
            if !found.iter().any(|(known, ..)| *known == entry) {
                found.push((entry, score, by));
            }
        };
        let asked = wanted.identifiers.iter().map(String::as_str).chain([wanted.text]);
        for identifier in asked {
            let key = identifier.trim().to_ascii_lowercase();
            for entry in self.identifiers.get(&key).into_iter().flatten() {
                add(*entry, 100.0, By::Identifier);
            }
        }
        let key = name_key(wanted.text);
        for entry in self.exact.get(&key).into_iter().flatten() {
            add(*entry, 100.0, By::Name);
        }
        for (entry, score) in self.similar(&key, wanted.kind) {
            add(entry, score, By::Similarity);
        }
        let mut candidates: Vec<Candidate<'_>> = found
            .into_iter()
            .map(|(entry, score, by)| Candidate { entry: &self.entries[entry as usize], score, by })
            .filter(|candidate| fits(candidate.entry, wanted.kind))
            .collect();
        let elsewhere = |entry: &Listed| {
            wanted.country.is_some_and(|country| entry.country.as_deref().is_some_and(|own| own != country))
        };
        candidates.sort_by(|a, b| {
            // Certain ones first, then those in the right country, then known ones, then by similarity.
            let rank = |one: &Candidate<'_>| (one.by, elsewhere(one.entry), !one.entry.is_known);
            rank(a).cmp(&rank(b)).then(b.score.total_cmp(&a.score)).then(a.entry.slug.cmp(&b.entry.slug))
        });
        candidates.truncate(wanted.limit);
        candidates
    }

    /// Whether the first candidate is certain: found by identifier or name, in the right country, and with no
    /// equal there.
    pub fn is_certain(candidates: &[Candidate<'_>], country: Option<&str>) -> bool {
        let [first, rest @ ..] = candidates else { return false };
        let here = |entry: &Listed| {
            country.is_none_or(|country| entry.country.as_deref().is_none_or(|own| own == country))
        };
        first.by != By::Similarity
            && here(first.entry)
            && !rest.iter().any(|other| {
                other.by == first.by && other.entry.is_known == first.entry.is_known && here(other.entry)
            })
    }

    /// The names that can be similar to one of this length: those much shorter or longer cannot.
    fn comparable(&self, length: usize) -> Range<usize> {
        // The ratio is at most twice the shorter length through both lengths. A little more room, against rounding.
        let ratio = |other: usize| 2.0 * length.min(other) as f64 / (length + other).max(1) as f64 + 1e-9;
        let from =
            self.keys.partition_point(|key| key.text.len() < length && ratio(key.text.len()) < SIMILAR);
        let to =
            self.keys.partition_point(|key| key.text.len() <= length || ratio(key.text.len()) >= SIMILAR);
        from..to.max(from)
    }

    /// Entries with similar names, each with its similarity out of 100.
    fn similar(&self, key: &str, kind: Kind) -> Vec<(u32, f64)> {
        let places = self.comparable(key.len());
        if places.is_empty() {
            return Vec::new();
        }
        let mut shared: Vec<u16> = vec![0; places.len()];
        let mut asked: Vec<[u8; 3]> = trigrams(key).collect();
        asked.sort_unstable();
        asked.dedup();
        for trigram in &asked {
            let having = self.trigrams.get(trigram).map_or(&[][..], Vec::as_slice);
            let from = having.partition_point(|place| (*place as usize) < places.start);
            for place in having[from..].iter().take_while(|place| (**place as usize) < places.end) {
                let count = &mut shared[*place as usize - places.start];
                *count = count.saturating_add(1);
            }
        }
        // Dice's coefficient of shared trigrams selects the names worth comparing letter by letter.
        let mut best: Vec<(f64, usize)> = Vec::new();
        let least = (asked.len() / 4).max(1);
        for (offset, count) in shared.iter().enumerate().filter(|(_, count)| usize::from(**count) >= least) {
            let place = places.start + offset;
            let key = &self.keys[place];
            if fits(&self.entries[key.entry as usize], kind) {
                let dice = 2.0 * f64::from(*count) / (asked.len() as f64 + f64::from(key.trigrams));
                best.push((dice, place));
            }
        }
        if best.len() > COMPARED_MAX {
            best.select_nth_unstable_by(COMPARED_MAX, |a, b| b.0.total_cmp(&a.0));
            best.truncate(COMPARED_MAX);
        }
        // Prepares the name asked for once, and gives up on each other as soon as it cannot be similar any more.
        // Not `fuzz::RatioBatchComparator`: in rapidfuzz 0.5 its scores are not those of `fuzz::ratio`.
        let comparator = indel::BatchComparator::new(key.bytes());
        let similar = indel::Args::default().score_cutoff(SIMILAR);
        let mut scores: Vec<(u32, f64)> = best
            .into_iter()
            .filter_map(|(_, place)| {
                let other = &self.keys[place];
                let ratio = comparator.normalized_similarity_with_args(other.text.bytes(), &similar)?;
                // An equal name would have been found as exact, so similarity stays below 100.
                Some((other.entry, (ratio * 100.0).min(99.0)))
            })
            .collect();
        scores.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        scores
    }

    /// Entries with a word that starts with the prefix: known ones first, then by name.
    pub fn beginning(&self, prefix: &str, kind: Kind, limit: usize) -> Vec<&Listed> {
        let folded = fold(prefix);
        if folded.is_empty() {
            return Vec::new();
        }
        let inside = format!(" {folded}");
        let mut found: Vec<(bool, bool, &str, u32)> = self
            .keys
            .iter()
            .filter(|key| key.folded.contains(&inside))
            .map(|key| {
                let entry = &self.entries[key.entry as usize];
                (!entry.is_known, !key.folded.starts_with(&inside), entry.name.as_str(), key.entry)
            })
            .filter(|(.., entry)| fits(&self.entries[*entry as usize], kind))
            .collect();
        found.sort_unstable();
        let mut entries: Vec<&Listed> = Vec::new();
        for (.., entry) in found {
            let entry = &self.entries[entry as usize];
            if !entries.iter().any(|known| known.slug == entry.slug) {
                entries.push(entry);
            }
            if entries.len() == limit {
                break;
            }
        }
        entries
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(slug: &str, name: &str, country: &str, change: impl FnOnce(&mut Listed)) -> Listed {
        let mut entry = Listed {
            slug: slug.to_owned(),
            name: name.to_owned(),
            country: Some(country.to_owned()),
            kind: None,
            is_known: true,
            is_supplier: false,
            is_product: false,
            aliases: Vec::new(),
            identifiers: Vec::new(),
        };
        change(&mut entry);
        entry
    }

    fn names() -> Names {
        Names::new(vec![
            listed("surrey-police", "Surrey Police", "GB", |entry| {
                entry.aliases.push("Police and Crime Commissioner for Surrey".to_owned());
                entry.identifiers.push("UK-POLICE surrey".to_owned());
            }),
            listed("sussex-police", "Sussex Police", "GB", |_| {}),
            listed("acme", "Acme Limited", "GB", |entry| {
                entry.is_supplier = true;
                entry.identifiers.push("GB-COH 01234567".to_owned());
            }),
            listed("acme-gmbh", "Acme GmbH", "DE", |entry| entry.is_supplier = true),
            listed("platewren", "PlateWren", "GB", |entry| entry.is_product = true),
        ])
    }

    #[track_caller]
    fn check(text: &str, kind: Kind, country: Option<&str>, expected: &str) {
        let names = names();
        let wanted = Wanted { text, identifiers: &[], kind, country, limit: 3 };
        let found = names.candidates(&wanted);
        let certain = if Names::is_certain(&found, country) { "!" } else { "" };
        let shown: Vec<String> =
            found.iter().map(|one| format!("{} {:.0} {:?}", one.entry.slug, one.score, one.by)).collect();
        assert_eq!(format!("{}{certain}", shown.join(", ")), expected, "{text}");
    }

    #[test]
    fn identifiers_and_exact_names_come_first_and_similar_ones_are_only_proposed() {
        use Kind::{Organisation, Product, Supplier};
        check("surrey police", Organisation, None, "surrey-police 100 Name, sussex-police 77 Similarity!");
        check("The Police & Crime Commissioner for Surrey", Organisation, None, "surrey-police 100 Name!");
        check("Surey Police", Organisation, None, "surrey-police 96 Similarity, sussex-police 80 Similarity");
        check("GB-COH 01234567", Supplier, None, "acme 100 Identifier!");
        check("01234567", Organisation, None, "acme 100 Identifier!");
        check("ACME Ltd", Supplier, None, "acme 100 Name, acme-gmbh 100 Name");
        check("ACME Ltd", Supplier, Some("DE"), "acme-gmbh 100 Name, acme 100 Name!");
        check("Platewrenn", Product, None, "platewren 95 Similarity");
        check("platewren", Organisation, None, "");
        check("", Organisation, None, "");
    }

    #[test]
    fn a_name_is_compared_with_names_of_its_length_and_misses_none() {
        let texts: Vec<String> = (0..60).map(|at| "abcdefghij klmnop ".repeat(4)[..=at].to_owned()).collect();
        let entries = texts.iter().enumerate();
        let names =
            Names::new(entries.map(|(at, text)| listed(&at.to_string(), text, "GB", |_| {})).collect());
        assert!(names.keys.is_sorted_by_key(|key| key.text.len()));
        for text in &texts {
            let key = name_key(text);
            let places = names.comparable(key.len());
            for (place, other) in names.keys.iter().enumerate() {
                let similar = fuzz::ratio(key.chars(), other.text.chars()) >= SIMILAR;
                assert!(!similar || places.contains(&place), "{key} {}", other.text);
            }
        }
        // What is much longer than all names costs nothing.
        assert!(names.comparable(500).is_empty());
        assert!(!names.comparable(100).is_empty());
        assert_eq!(names.comparable(0), 0..0);
    }

    #[test]
    fn a_beginning_of_any_word_is_completed() {
        let names = names();
        let slugs = |prefix: &str| {
            let found = names.beginning(prefix, Kind::Organisation, 5);
            found.into_iter().map(|entry| entry.slug.clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(slugs("su"), "surrey-police sussex-police");
        assert_eq!(slugs("Commissioner for S"), "surrey-police");
        assert_eq!(slugs("pol"), "surrey-police sussex-police");
        assert_eq!(slugs(""), "");
    }
}
