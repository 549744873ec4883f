//! The keys of records at their source, as the source has them.

use std::collections::{HashMap, HashSet};

use domain::editions::{Id, Identity};
use domain::text::fold;
use store::ground::hash::hex_sha256;

use crate::report::{Uses, changed};

/// The key of a row, and what else finds its record in other editions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowKey {
    /// The key as the source has it, told apart if its file has it twice.
    pub key: String,
    /// The key as older releases of the register made it: folded.
    pub former: String,
    /// Body, unit and name, where other editions may have another key.
    pub identity: Option<Identity>,
}

impl RowKey {
    /// The same with what finds it in editions that have another key.
    pub(crate) fn or_by_name(self, identity: Identity) -> Self {
        Self { identity: Some(identity), ..self }
    }
}

/// The keys used in one run. Rows with one key are told apart by more words, and where those are the same by
/// an ordinal of their content, never by their place in the file: the file sorted otherwise gives the same
/// keys.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    seen: HashSet<String>,
    formers: HashSet<String>,
    /// For a key that stands more than once, the key of each row that has it, by its content.
    apart: HashMap<String, HashMap<String, String>>,
}

/// A row as its key is concerned, in a file that is looked through beforehand.
#[derive(Debug)]
pub(crate) struct Keyed {
    /// The key as the source has it.
    pub(crate) key: String,
    /// Words that tell it from other rows with the key, the most telling first.
    pub(crate) more: Vec<String>,
    /// A digest of the whole row.
    pub(crate) content: String,
}

impl Keys {
    /// The keys of a file with these rows. Rows of the same content are one.
    pub(crate) fn of(rows: impl IntoIterator<Item = Keyed>) -> Self {
        let mut all: HashMap<String, Vec<Keyed>> = HashMap::new();
        for row in rows {
            let alike = all.entry(row.key.clone()).or_default();
            if alike.iter().all(|other| other.content != row.content) {
                alike.push(row);
            }
        }
        all.retain(|_, alike| alike.len() > 1);
        let apart = all.into_iter().map(|(key, alike)| (key, apart(alike))).collect();
        Self { apart, ..Self::default() }
    }

    /// The key itself if it is new, else its first longer form that is.
    pub(crate) fn take(&mut self, key: &str, more: &[&str], uses: &mut Uses) -> RowKey {
        self.take_instead(key, key, more, uses)
    }

    /// The same for a key that older releases made in another way: `former` is what they folded.
    pub(crate) fn take_instead(&mut self, key: &str, former: &str, more: &[&str], uses: &mut Uses) -> RowKey {
        let taken = told_apart(&mut self.seen, key.to_owned(), more, str::to_owned);
        self.taken(key, taken, former, more, uses)
    }

    /// The key of a row of a file that was looked through.
    pub(crate) fn take_apart(&mut self, row: &Keyed, former: &str, uses: &mut Uses) -> RowKey {
        let own = self.apart.get(&row.key).and_then(|apart| apart.get(&row.content)).unwrap_or(&row.key);
        let more: Vec<&str> = row.more.iter().map(String::as_str).collect();
        let taken = told_apart(&mut self.seen, own.clone(), &[], str::to_owned);
        self.taken(&row.key, taken, former, &more, uses)
    }

    fn taken(&mut self, key: &str, taken: String, former: &str, more: &[&str], uses: &mut Uses) -> RowKey {
        if taken != key {
            changed(uses, "key-repeated-told-apart", key, &taken);
        }
        let former = told_apart(&mut self.formers, fold(former), more, fold);
        RowKey { key: taken, former, identity: None }
    }
}

/// The keys of rows that have one key, by their content: with as few more words as tell all of them apart,
/// and with an ordinal of the content where words do not.
fn apart(mut alike: Vec<Keyed>) -> HashMap<String, String> {
    alike.sort_by(|one, other| one.content.cmp(&other.content));
    let most = alike.iter().map(|row| row.more.len()).max().unwrap_or_default();
    let longer = |row: &Keyed, words: usize| {
        let more = row.more.iter().take(words).filter(|words| !words.is_empty());
        more.fold(row.key.clone(), |key, words| format!("{key}|{words}"))
    };
    let enough = |words: &usize| {
        let mut met = HashSet::new();
        alike.iter().all(|row| met.insert(longer(row, *words)))
    };
    let words = (1..=most).find(enough).unwrap_or(most);
    let mut met: HashMap<String, u64> = HashMap::new();
    let keyed = alike.iter().map(|row| {
        let key = longer(row, words);
        let ordinal = met.entry(key.clone()).or_default();
        *ordinal += 1;
        let key = if *ordinal > 1 { format!("{key}#{ordinal}") } else { key };
        (row.content.clone(), key)
    });
    keyed.collect()
}

/// A digest of the cells of a row.
pub(crate) fn content_of(cells: &[String]) -> String {
    let cells: Vec<&str> = cells.iter().map(|cell| cell.trim()).collect();
    hex_sha256(cells.join("\u{1F}").as_bytes())
}

/// The first form of a key that is not among the seen ones.
fn told_apart(
    seen: &mut HashSet<String>,
    key: String,
    more: &[&str],
    form: impl Fn(&str) -> String,
) -> String {
    let mut candidate = key;
    if seen.insert(candidate.clone()) {
        return candidate;
    }
    for words in more.iter().filter(|words| !words.is_empty()) {
        candidate = format!("{candidate}|{}", form(words));
        if seen.insert(candidate.clone()) {
            return candidate;
        }
    }
    (2..)
        .map(|n| format!("{candidate}#{n}"))
        .find(|key| seen.insert(key.clone()))
        .expect("fewer keys fit in memory than there are numbers")
}

/// What the id in a stored key is worth; `name` is what the source called the use.
pub(crate) fn worth_of_id(source: &str, key: &str, name: &str) -> Id {
    match source {
        "nl" if !key.contains('|') => Id::Lasting,
        // Where a row has no id, its key is made of its name.
        "us" if !fold(key).contains(&fold(name)) => Id::OfEdition,
        _ => Id::None,
    }
}

/// A name without what an edition put behind it to say that another edition had it: the American
/// `Sorter [2024 INV#WO0000000110052]` is `Sorter`.
pub(crate) fn bare_name<'a>(source: &str, name: &'a str) -> &'a str {
    if source != "us" {
        return name;
    }
    let mut bare = name;
    while let Some((before, tag)) = bare.trim_end().strip_suffix(']').and_then(|text| text.rsplit_once('[')) {
        if before.trim().is_empty() || !is_inventory_tag(tag) {
            break;
        }
        bare = before.trim_end();
    }
    bare
}

/// Whether the text in brackets is a year and the number of an inventory.
fn is_inventory_tag(tag: &str) -> bool {
    let tag = tag.trim();
    let (Some(year), Some(rest)) = (tag.get(..4), tag.get(4..)) else { return false };
    let is_year = year.starts_with("20") && year.bytes().all(|byte| byte.is_ascii_digit());
    let number = rest.trim_start().to_lowercase();
    is_year && number.strip_prefix("inv").is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_kept_byte_for_byte_and_told_apart_when_repeated() {
        let (mut keys, mut uses) = (Keys::default(), Uses::new());
        let mut take = |key: &str| {
            let RowKey { key, former, .. } = keys.take(key, &["Name é", ""], &mut uses);
            (key, former)
        };
        let of = |key: &str, former: &str| (key.to_owned(), former.to_owned());
        assert_eq!(take("1.1"), of("1.1", "11"));
        assert_eq!(take("11"), of("11", "11|name e"));
        assert_eq!(take("C#"), of("C#", "c"));
        assert_eq!(take("C++"), of("C++", "c|name e"));
        assert_eq!(take("C#"), of("C#|Name é", "c|name e#2"));
        assert_eq!(take("C#"), of("C#|Name é#2", "c|name e#3"));
        assert_eq!(uses["key-repeated-told-apart"], 2);
    }

    /// The keys that rows get, in their order: each a key, more words and its content.
    fn keys_of(rows: &[(&str, [&str; 2], &str)]) -> Vec<String> {
        let keyed = || {
            rows.iter().map(|(key, more, content)| Keyed {
                key: (*key).to_owned(),
                more: more.map(str::to_owned).to_vec(),
                content: (*content).to_owned(),
            })
        };
        let mut keys = Keys::of(keyed());
        keyed().map(|row| keys.take_apart(&row, &row.key, &mut Uses::new()).key).collect()
    }

    #[track_caller]
    fn check(rows: &[(&str, [&str; 2], &str)], expected: &[&str]) {
        assert_eq!(keys_of(rows), expected);
        let mut backwards = rows.to_vec();
        backwards.reverse();
        let mut keys = keys_of(&backwards);
        keys.reverse();
        assert_eq!(keys, expected, "backwards");
    }

    #[test]
    fn a_repeated_key_is_told_apart_whatever_the_order() {
        check(&[("1", ["A", ""], "x"), ("2", ["A", ""], "y")], &["1", "2"]);
        check(&[("1", ["A", ""], "x"), ("1", ["B", ""], "y")], &["1|A", "1|B"]);
        check(&[("1", ["A", "North"], "x"), ("1", ["A", "South"], "y")], &["1|A|North", "1|A|South"]);
        check(
            &[("1", ["A", ""], "y"), ("1", ["A", ""], "x"), ("1", ["B", ""], "z")],
            &["1|A#2", "1|A", "1|B"],
        );
    }

    #[test]
    fn the_worth_of_an_id_depends_on_the_source() {
        assert_eq!(worth_of_id("nl", "67971871", "Public Eye"), Id::Lasting);
        assert_eq!(worth_of_id("nl", "Gemeente|Public Eye", "Public Eye"), Id::None);
        assert_eq!(worth_of_id("us", "Department|DOX-07", "Sorter"), Id::OfEdition);
        assert_eq!(worth_of_id("us", "Department|Bureau|Sorter", "Sorter"), Id::None);
        assert_eq!(worth_of_id("atrs", "a-slug", "Sorter"), Id::None);
    }

    #[test]
    fn a_name_loses_the_number_of_another_inventory_and_nothing_else() {
        for (name, bare) in [
            ("Sorter [2024 INV#WO0000000110052]", "Sorter"),
            ("Sorter [2024 inv# WO1, WO2] ", "Sorter"),
            ("Sorter [2023 Inv#1] [2024 INV#WO1]", "Sorter"),
            ("Sorter [2024 INV#WO1]]", "Sorter"),
            ("Sorter [2024]", "Sorter [2024]"),
            ("Sorter [2024 investigations]", "Sorter [2024 investigations]"),
            ("Sorter [INV#WO1]", "Sorter [INV#WO1]"),
            ("[2024 INV#WO1] Sorter", "[2024 INV#WO1] Sorter"),
            ("[2024 INV#WO1]", "[2024 INV#WO1]"),
            ("Sorter", "Sorter"),
        ] {
            assert_eq!(bare_name("us", name), bare, "{name}");
            assert_eq!(bare_name("nl", name), name);
        }
    }
}
