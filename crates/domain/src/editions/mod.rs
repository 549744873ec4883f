//! One tool in the editions of a source: which known record a row without a known key is about.
//!
//! A key decides where the source keeps its keys, unless name and text are another tool's. Else body, unit and name
//! decide, compared letter by letter: names that differ in a letter, digit or sign are never one, nor are stated units
//! that do not fit. What is only alike is proposed to a person: a wrong join is worse than a missed one.

use std::collections::{HashMap, HashSet};

mod likeness;
#[cfg(test)]
mod tests;
mod texts;
mod units;

pub use self::likeness::same_text;
use self::likeness::{alike, are_alike, leads};
use self::texts::Commonness;
pub use self::texts::{long_words, runs};
use self::units::Units;

/// Most records proposed for one row.
pub const PROPOSED_MOST: usize = 3;
/// Most records of a body that one word may lead to: a word of more says too little.
const WORD_LEADS_MOST: usize = 60;

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
    /// The long words of its text, where a lasting id may have gone to another tool.
    pub words: HashSet<String>,
    /// Whether the part of the file that an interrupted run did was about it.
    pub is_taken: bool,
}

/// A row of the file at hand.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Its key.
    pub key: &'a str,
    /// Its key as older releases of the register made it.
    pub former: &'a str,
    /// The edition it is in.
    pub edition: &'a str,
    /// What the edition says.
    pub identity: &'a Identity,
    /// The long words of its text.
    pub words: &'a HashSet<String>,
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
    /// Body and name are the same, no other record has them, and the units fit.
    BodyName,
    /// Several records have the same body and name.
    SeveralCandidates,
    /// Body and name are the same, but both state a unit and the units do not fit.
    OtherUnit,
    /// Another row of the same file was taken for the record already.
    TakenAlready,
    /// The id is the same and the name is not, in a source that starts its numbers again each year; or a lasting id
    /// has another name and a text about something else.
    SameIdOtherName,
    /// The body is the same, the name alike.
    AlikeName,
    /// The body is the same, the name the same or alike, and the lasting id another.
    OtherId,
    /// The body is the same, and so is a run of words that no other record of the source has.
    SameText,
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
            Self::OtherId => "other-id",
            Self::SameText => "same-text",
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
    /// The record that gives up this key: its source gave the lasting id to another tool. From now on it has
    /// [`edition_key`], with its own edition.
    pub gives_up: Option<usize>,
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
    units: Units,
    commonness: Commonness,
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
            made.units.learn(&one.identity.body, &one.edition, &one.identity.unit);
            made.commonness.learn(&one.words);
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

    /// Learns which unit of its body a row states. The more rows are learned before the first is looked for, the
    /// better is known which words several units have.
    pub fn learn(&mut self, edition: &str, identity: &Identity) {
        self.units.learn(&identity.body, edition, &identity.unit);
    }

    /// What a row is about.
    pub fn find(&mut self, row: &Asked<'_>) -> Found {
        let at = |key: &str, rule| self.by_key.get(key).map(|place| Like { place: *place, rule });
        let keyed = at(&edition_key(row.key, row.edition), Rule::Key)
            .or_else(|| at(row.key, Rule::Key))
            .or_else(|| at(row.former, Rule::FormerKey));
        let doubt = keyed.and_then(|found| self.doubt(found, row));
        let mut found = match (keyed, doubt) {
            (Some(found), None) => Found { same: Some(found), ..Found::default() },
            _ => self.by_words(row),
        };
        if let (Some(keyed), Some(rule)) = (keyed, doubt) {
            self.settle_key(&mut found, keyed, rule, row);
        }
        if let Some(same) = found.same {
            self.taken.insert(same.place, same.rule);
        }
        found
    }

    /// Says whose the key is that led to a doubted record, and asks about that record.
    fn settle_key(&self, found: &mut Found, keyed: Like, rule: Rule, row: &Asked<'_>) {
        let known = &self.known[keyed.place];
        let is_own = keyed.rule == Rule::Key;
        let is_another = is_own && rule == Rule::SameIdOtherName;
        found.key_misleads = is_own;
        // A lasting id belongs to the tool that the latest edition gives it to, so that the next finds that one.
        if is_another && known.identity.id == Id::Lasting {
            found.gives_up = Some(keyed.place);
        } else {
            found.key_is_taken = is_another && known.key == row.key;
        }
        // Another row was taken for the record, and this one has only its number.
        let is_far = rule == Rule::TakenAlready && !are_alike(&row.identity.name, &known.identity.name);
        let is_named = found.like.iter().any(|one| one.place == keyed.place);
        if found.same.is_none() && !is_far && !is_named {
            found.like.insert(0, Like { rule, ..keyed });
            found.like.truncate(PROPOSED_MOST);
        }
    }

    /// The key under which a row is stored, if an earlier run of this edition gave it one of its own.
    pub fn stored_key(&self, key: &str, edition: &str, same: Option<Like>) -> Option<String> {
        let own = edition_key(key, edition);
        let place = *self.by_key.get(&own)?;
        same.is_some_and(|same| same.place == place && same.rule == Rule::Key).then_some(own)
    }

    /// Why the record with the row's key may still be another one.
    fn doubt(&self, found: Like, row: &Asked<'_>) -> Option<Rule> {
        if self.taken.contains_key(&found.place) {
            return Some(Rule::TakenAlready);
        }
        let known = &self.known[found.place];
        let may_be_another = match (known.identity.id, row.identity.id) {
            (Id::OfEdition, Id::OfEdition) => known.edition != row.edition,
            // An older edition changes nothing in the record that has its id now.
            (Id::Lasting, Id::Lasting) => {
                known.edition.as_str() < row.edition && self.commonness.speaks_of_two(&known.words, row.words)
            }
            _ => false,
        };
        let is_another = may_be_another && !are_alike(&row.identity.name, &known.identity.name);
        is_another.then_some(Rule::SameIdOtherName)
    }

    /// Whether a record with another key can be the row's. Another lasting id is another use, unless the record had
    /// this one before another tool got it; so is another id in the same edition.
    fn may_be(&self, place: usize, row: &Asked<'_>) -> bool {
        let known = &self.known[place];
        match (known.identity.id, row.identity.id) {
            (Id::Lasting, Id::Lasting) => known.key == edition_key(row.key, &known.edition),
            (Id::OfEdition, Id::OfEdition) => known.edition != row.edition,
            _ => true,
        }
    }

    /// Finds a record by body, unit and name.
    fn by_words(&self, row: &Asked<'_>) -> Found {
        let identity = row.identity;
        let new = |like| Found { like, ..Found::default() };
        let same = |place, rule| Found { same: Some(Like { place, rule }), ..Found::default() };
        let (body, name) = (same_text(&identity.body), same_text(&identity.name));
        if name.is_empty() {
            return new(Vec::new());
        }
        let named = self.by_name.get(&(body.clone(), name.clone()));
        let named: Vec<usize> =
            named.into_iter().flatten().copied().filter(|place| self.may_be(*place, row)).collect();
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
                if self.units.fit(&body, &identity.unit, &self.known[*one].identity.unit) {
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
                && self.known[**place].edition != row.edition
        });
        let guessed: Vec<Like> = guessed
            .map(|place| Like { place: *place, rule: Rule::TakenAlready })
            .take(PROPOSED_MOST)
            .collect();
        if guessed.is_empty() { new(self.alike(&body, &name, row)) } else { new(guessed) }
    }

    /// The rule by which a record is proposed for a row with a name like its own; `None` if it cannot be the row's.
    fn proposed_by(&self, place: usize, row: &Asked<'_>) -> Option<Rule> {
        let known = &self.known[place];
        let lasting = [known.identity.id, row.identity.id] == [Id::Lasting; 2];
        if known.edition == row.edition || !(lasting || self.may_be(place, row)) {
            return None;
        }
        let unit = same_text(&row.identity.unit);
        match self.taken.get(&place) {
            None if lasting => Some(Rule::OtherId),
            None => Some(Rule::AlikeName),
            // A row of another unit was taken for it, and this one is of its own.
            Some(Rule::BodyName) if !unit.is_empty() && unit == same_text(&known.identity.unit) => {
                Some(Rule::TakenAlready)
            }
            Some(_) => None,
        }
    }

    /// Records of the body in other editions, with a name like this one.
    fn alike(&self, body: &str, name: &str, row: &Asked<'_>) -> Vec<Like> {
        let mut near: Vec<(f64, Like)> = Vec::new();
        for word in leads(name) {
            let Some(places) = self.by_word.get(&(body.to_owned(), word)) else { continue };
            if places.len() > WORD_LEADS_MOST {
                continue;
            }
            for place in places.iter().copied() {
                let is_new = near.iter().all(|(_, other)| other.place != place);
                if is_new
                    && let Some(rule) = self.proposed_by(place, row)
                    && let Some(how) = alike(name, &same_text(&self.known[place].identity.name))
                {
                    near.push((how, Like { place, rule }));
                }
            }
        }
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.place.cmp(&b.1.place)));
        near.into_iter().take(PROPOSED_MOST).map(|(_, like)| like).collect()
    }
}
