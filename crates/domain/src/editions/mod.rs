//! One tool in the editions of a source: which known record a row without a known key is about.
//!
//! A key decides where the source keeps its keys. Else body, unit and name decide, compared letter by letter:
//! names that differ in a letter, digit or sign are never one. What is only alike is proposed to a person.

use std::collections::HashMap;

mod likeness;

pub use self::likeness::same_text;
use self::likeness::{alike, are_alike, leads, units_fit};

/// Most records proposed for one row.
const PROPOSED_MOST: usize = 3;
/// Most records of a body that one word may lead to: a word of more says too little.
const WORD_LEADS_MOST: usize = 60;
/// Words of a name that says enough by itself, whatever unit of the body has it.
const DISTINCT_WORDS: usize = 3;

/// What a source says of a use, by which other editions know it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// The body: its slug if the register knows it, else its name.
    pub body: String,
    /// The unit of the body; empty if not stated.
    pub unit: String,
    /// The name.
    pub name: String,
    /// What the source's own id of it is worth.
    pub id: Id,
}

/// What the id that a source gives to a use is worth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Id {
    /// It has none: its key is made of names.
    #[default]
    None,
    /// It identifies the use within one edition; the next may number from one again.
    OfEdition,
    /// It means the use in all editions.
    Lasting,
}

impl Identity {
    /// Body, unit and name in one line, for people.
    pub fn line(&self) -> String {
        let parts = [self.body.as_str(), &self.unit, &self.name];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" | ")
    }
}

/// A record of the source, as the register knows it.
#[derive(Debug, Clone)]
pub struct Known {
    /// The record.
    pub record: i64,
    /// Its current key at the source.
    pub key: String,
    /// The last edition that had it.
    pub edition: String,
    /// What that edition said.
    pub identity: Identity,
    /// Whether the part of the file that an interrupted run did was about it.
    pub is_taken: bool,
}

/// Why two rows are believed to be one use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The source's key is the same.
    Key,
    /// The key is the same but for what older releases of the register left out of keys.
    FormerKey,
    /// Body, unit and name are the same.
    BodyUnitName,
    /// Body and name are the same, and no other record has them.
    BodyName,
    /// Several records have the same body and name.
    SeveralCandidates,
    /// Body and name are the same, but units that do not fit, and the name says little.
    OtherUnit,
    /// Another row of the same file was taken for the record already.
    TakenAlready,
    /// The id is the same and the name is not, in a source that starts its numbers again each year.
    SameIdOtherName,
    /// The body is the same, the name alike.
    AlikeName,
}

impl Rule {
    /// The name of the rule, as stored and shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Key => "source-key",
            Self::FormerKey => "former-source-key",
            Self::BodyUnitName => "body-unit-name",
            Self::BodyName => "body-name",
            Self::SeveralCandidates => "several-candidates",
            Self::OtherUnit => "other-unit",
            Self::TakenAlready => "taken-already",
            Self::SameIdOtherName => "same-id-other-name",
            Self::AlikeName => "alike-name",
        }
    }
}

/// A record that a row may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Like {
    /// Its place among the known ones.
    pub place: usize,
    /// Why.
    pub rule: Rule,
}

/// What was found for a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The record it is about; `None` if it is new, as far as the register can tell.
    pub same: Option<Like>,
    /// For a new one: the records that a person is asked about.
    pub like: Vec<Like>,
    /// Whether its key stays another record's, so that it is stored under [`edition_key`].
    pub key_is_taken: bool,
    /// Whether its key led to a record that it is not about.
    pub key_misleads: bool,
}

/// The key of a row whose own key is another record's: the key with its edition.
pub fn edition_key(key: &str, edition: &str) -> String {
    format!("{key} ({edition})")
}

/// The known records of a source, and which of them rows of the file at hand are about.
#[derive(Debug, Default)]
pub struct Editions {
    known: Vec<Known>,
    by_key: HashMap<String, usize>,
    by_name: HashMap<(String, String), Vec<usize>>,
    by_word: HashMap<(String, String), Vec<usize>>,
    taken: HashMap<usize, Rule>,
}

impl Editions {
    /// An index of the known records. `others` are further keys, each with its record.
    pub fn new(known: Vec<Known>, others: Vec<(String, i64)>) -> Self {
        let mut made = Self::default();
        let places: HashMap<i64, usize> =
            known.iter().enumerate().map(|(place, one)| (one.record, place)).collect();
        for (key, record) in others {
            if let Some(place) = places.get(&record) {
                made.by_key.insert(key, *place);
            }
        }
        for (place, one) in known.iter().enumerate() {
            if one.is_taken {
                made.taken.insert(place, Rule::Key);
            }
            if !one.key.is_empty() {
                made.by_key.insert(one.key.clone(), place);
            }
            let body = same_text(&one.identity.body);
            let name = same_text(&one.identity.name);
            if name.is_empty() {
                continue;
            }
            for word in leads(&name) {
                made.by_word.entry((body.clone(), word)).or_default().push(place);
            }
            made.by_name.entry((body, name)).or_default().push(place);
        }
        made.known = known;
        made
    }

    /// A known record by its place.
    pub fn known(&self, place: usize) -> &Known {
        &self.known[place]
    }

    /// What a row is about. `former` is its key as older releases of the register made it.
    pub fn find(&mut self, key: &str, former: &str, edition: &str, identity: &Identity) -> Found {
        let at = |key: &str, rule| self.by_key.get(key).map(|place| Like { place: *place, rule });
        let keyed = at(&edition_key(key, edition), Rule::Key)
            .or_else(|| at(key, Rule::Key))
            .or_else(|| at(former, Rule::FormerKey));
        let doubt = keyed.and_then(|found| self.doubt(found, edition, identity));
        let mut found = match (keyed, doubt) {
            (Some(found), None) => Found { same: Some(found), ..Found::default() },
            _ => self.by_words(edition, identity),
        };
        if let (Some(keyed), Some(rule)) = (keyed, doubt) {
            let is_own = keyed.rule == Rule::Key;
            found.key_misleads = is_own;
            found.key_is_taken =
                is_own && rule == Rule::SameIdOtherName && self.known[keyed.place].key == key;
            // Another row was taken for the record, and this one has only its number.
            let is_far = rule == Rule::TakenAlready
                && !are_alike(&identity.name, &self.known[keyed.place].identity.name);
            let is_named = found.like.iter().any(|one| one.place == keyed.place);
            if found.same.is_none() && !is_far && !is_named {
                found.like.insert(0, Like { rule, ..keyed });
                found.like.truncate(PROPOSED_MOST);
            }
        }
        if let Some(same) = found.same {
            self.taken.insert(same.place, same.rule);
        }
        found
    }

    /// The key under which a row is stored, if an earlier run of this edition gave it one of its own.
    pub fn stored_key(&self, key: &str, edition: &str, same: Option<Like>) -> Option<String> {
        let own = edition_key(key, edition);
        let place = *self.by_key.get(&own)?;
        same.is_some_and(|same| same.place == place && same.rule == Rule::Key).then_some(own)
    }

    /// Why the record with the row's key may still be another one.
    fn doubt(&self, found: Like, edition: &str, identity: &Identity) -> Option<Rule> {
        if self.taken.contains_key(&found.place) {
            return Some(Rule::TakenAlready);
        }
        let known = &self.known[found.place];
        let numbered = [identity.id, known.identity.id] == [Id::OfEdition; 2];
        let numbered_anew = numbered && known.edition != edition;
        (numbered_anew && !are_alike(&identity.name, &known.identity.name)).then_some(Rule::SameIdOtherName)
    }

    /// Whether a record with another key can be the row's. Another lasting id is another use, and so is another id
    /// in the same edition.
    fn may_be(&self, place: usize, edition: &str, identity: &Identity) -> bool {
        let known = &self.known[place];
        match (known.identity.id, identity.id) {
            (Id::Lasting, Id::Lasting) => false,
            (Id::OfEdition, Id::OfEdition) => known.edition != edition,
            _ => true,
        }
    }

    /// Finds a record by body, unit and name.
    fn by_words(&self, edition: &str, identity: &Identity) -> Found {
        let new = |like| Found { like, ..Found::default() };
        let same = |place, rule| Found { same: Some(Like { place, rule }), ..Found::default() };
        let (body, name) = (same_text(&identity.body), same_text(&identity.name));
        if name.is_empty() {
            return new(Vec::new());
        }
        let named = self.by_name.get(&(body.clone(), name.clone()));
        let named: Vec<usize> = named
            .into_iter()
            .flatten()
            .copied()
            .filter(|place| self.may_be(*place, edition, identity))
            .collect();
        let free: Vec<usize> =
            named.iter().copied().filter(|place| !self.taken.contains_key(place)).collect();
        let unit = same_text(&identity.unit);
        let in_unit: Vec<usize> = free
            .iter()
            .copied()
            .filter(|place| same_text(&self.known[*place].identity.unit) == unit)
            .collect();
        match (in_unit.as_slice(), free.as_slice()) {
            ([one], _) => return same(*one, Rule::BodyUnitName),
            ([], [one]) => {
                let fits = units_fit(&body, &identity.unit, &self.known[*one].identity.unit)
                    || name.split(' ').count() >= DISTINCT_WORDS;
                if fits {
                    return same(*one, Rule::BodyName);
                }
                return new(vec![Like { place: *one, rule: Rule::OtherUnit }]);
            }
            ([], []) => {}
            _ => {
                let several = if in_unit.is_empty() { &free } else { &in_unit };
                let several = several.iter().take(PROPOSED_MOST);
                return new(several
                    .map(|place| Like { place: *place, rule: Rule::SeveralCandidates })
                    .collect());
            }
        }
        // Rows that share a name in one file are several uses; it was a guess which of them is the known one.
        let guessed = named.iter().filter(|place| {
            matches!(self.taken.get(place), Some(Rule::BodyUnitName | Rule::BodyName))
                && self.known[**place].edition != edition
        });
        let guessed: Vec<Like> = guessed
            .map(|place| Like { place: *place, rule: Rule::TakenAlready })
            .take(PROPOSED_MOST)
            .collect();
        if guessed.is_empty() { new(self.alike(&body, &name, edition, identity)) } else { new(guessed) }
    }

    /// Records of the body in other editions, with a name like this one.
    fn alike(&self, body: &str, name: &str, edition: &str, identity: &Identity) -> Vec<Like> {
        let mut near: Vec<(f64, usize)> = Vec::new();
        for word in leads(name) {
            let Some(places) = self.by_word.get(&(body.to_owned(), word)) else { continue };
            if places.len() > WORD_LEADS_MOST {
                continue;
            }
            for place in places {
                let known = &self.known[*place];
                let seen = known.edition == edition
                    || !self.may_be(*place, edition, identity)
                    || self.taken.contains_key(place)
                    || near.iter().any(|(_, other)| other == place);
                if !seen && let Some(how) = alike(name, &same_text(&known.identity.name)) {
                    near.push((how, *place));
                }
            }
        }
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        near.into_iter().take(PROPOSED_MOST).map(|(_, place)| Like { place, rule: Rule::AlikeName }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a source says. A key that begins with `id` is an id of the edition, a number a lasting one.
    fn identity(key: &str, unit: &str, name: &str) -> Identity {
        let id = match key.as_bytes().first() {
            Some(b'0'..=b'9') => Id::Lasting,
            _ if key.starts_with("id") => Id::OfEdition,
            _ => Id::None,
        };
        Identity { body: "DOX".to_owned(), unit: unit.to_owned(), name: name.to_owned(), id }
    }

    /// Known records of 2024, each as key, unit and name, of one body.
    fn editions(all: &[(&str, &str, &str)]) -> Editions {
        let known = (1..).zip(all).map(|(record, (key, unit, name))| Known {
            record,
            key: (*key).to_owned(),
            edition: "2024".to_owned(),
            identity: identity(key, unit, name),
            is_taken: false,
        });
        Editions::new(known.collect(), Vec::new())
    }

    /// What a row of 2025 is about, in words: the rule and the record's number.
    fn found(editions: &mut Editions, key: &str, unit: &str, name: &str) -> String {
        let said =
            |like: &Like, all: &Editions| format!("{} {}", like.rule.as_str(), all.known(like.place).record);
        let found = editions.find(key, "", "2025", &identity(key, unit, name));
        if let Some(same) = found.same {
            return said(&same, editions);
        }
        let like: Vec<String> = found.like.iter().map(|one| said(one, editions)).collect();
        let taken = if found.key_is_taken { "; its key is taken" } else { "" };
        format!("new, like [{}]{taken}", like.join(", "))
    }

    #[test]
    fn body_unit_and_name_find_the_record_of_another_edition() {
        let mut all = editions(&[("a", "Benefits Bureau", "Sorter"), ("b", "Claims", "Sorter")]);
        assert_eq!(found(&mut all, "id-7", "benefits bureau", "SORTER"), "body-unit-name 1");
        assert_eq!(found(&mut all, "id-8", "Claims Office", "Sorter"), "body-name 2");
        // Both are taken now: a third is new, and a person is asked which is which.
        assert_eq!(
            found(&mut all, "id-9", "Claims", "Sorter"),
            "new, like [taken-already 1, taken-already 2]"
        );
    }

    #[test]
    fn two_candidates_and_a_unit_that_does_not_fit_are_left_to_a_person() {
        let mut all = editions(&[("a", "A", "Chatbot"), ("b", "B", "Chatbot")]);
        assert_eq!(
            found(&mut all, "id-1", "C", "Chatbot"),
            "new, like [several-candidates 1, several-candidates 2]"
        );
        let mut all = editions(&[("a", "Research", "Chatbot"), ("b", "Research", "Map of forest fires")]);
        assert_eq!(found(&mut all, "id-1", "Hospitals", "Chatbot"), "new, like [other-unit 1]");
        assert_eq!(found(&mut all, "id-2", "Forest Service", "Map of forest fires"), "body-name 2");
    }

    #[test]
    fn alike_names_are_proposed_and_other_digits_are_not() {
        let mut all = editions(&[("a", "", "Cell Hawk"), ("b", "", "Language model 1"), ("c", "", "C++")]);
        assert_eq!(found(&mut all, "id-1", "", "CellHawk"), "new, like [alike-name 1]");
        assert_eq!(found(&mut all, "id-2", "", "Language model 2"), "new, like []");
        assert_eq!(found(&mut all, "id-3", "", "C#"), "new, like []");
        assert_eq!(found(&mut all, "id-5", "", "C ++"), "new, like [alike-name 3]");
        let mut all = editions(&[("a", "", "Model 1.1")]);
        assert_eq!(found(&mut all, "id-1", "", "Model 11"), "new, like []");
        let mut all = editions(&[("a", "", "Something")]);
        assert_eq!(found(&mut all, "id-4", "", "Something else"), "new, like []");
    }

    #[test]
    fn a_number_given_anew_to_another_tool_does_not_make_them_one() {
        let mut all = editions(&[("id-1", "", "Letter sorter"), ("id-2", "", "Fraud finder")]);
        assert_eq!(found(&mut all, "id-1", "", "Fraud finder"), "body-unit-name 2");
        assert_eq!(found(&mut all, "id-2", "", "Weather map"), "new, like []");
        let mut all = editions(&[("id-1", "", "Letter sorter")]);
        assert_eq!(found(&mut all, "id-1", "", "Letter Sorter (renewed)"), "source-key 1");
        let mut all = editions(&[("id-1", "", "Letter sorter")]);
        assert_eq!(
            found(&mut all, "id-1", "", "Weather map"),
            "new, like [same-id-other-name 1]; its key is taken"
        );
    }

    #[test]
    fn within_an_edition_another_id_is_another_use() {
        let known = Known {
            record: 1,
            key: "id-1".to_owned(),
            edition: "2025".to_owned(),
            identity: identity("id-1", "", "Chatbot"),
            is_taken: false,
        };
        let mut all = Editions::new(vec![known], vec![("older key".to_owned(), 1)]);
        assert_eq!(found(&mut all, "id-2", "", "Chatbot"), "new, like []");
        assert_eq!(found(&mut all, "older key", "", "Chatbot"), "source-key 1");
    }

    #[test]
    fn another_lasting_id_is_another_use_whatever_its_name() {
        let mut all = editions(&[("11", "", "Anonymiser"), ("Dox|Sorter", "", "Sorter")]);
        assert_eq!(found(&mut all, "12", "", "Anonymiser"), "new, like []");
        assert_eq!(found(&mut all, "11", "", "Renamed wholly"), "source-key 1");
        assert_eq!(found(&mut all, "13", "", "Sorter"), "body-unit-name 2");
    }
}
