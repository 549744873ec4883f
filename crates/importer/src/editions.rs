//! Finds the records of rows whose source has other keys in other editions. What is found goes into the store
//! with the batch; what is only alike is proposed to a person.

use std::collections::HashSet;

use domain::editions::{Asked, Editions, Found, Identity, Known, Like, Rule, edition_key, long_words};
use store::names::Names;
use store::records::editions::{self, KnownUse, OtherKey};
use store::records::matches::{self, Proposal};
use store::records::publish::{Outcome, Published};
use store::{Db, StoreError, Tx};

use crate::report::{Uses, used};
use crate::row::Row;
use crate::sources::{Source, bare_name, worth_of_id};

/// The known records of a source, for one run.
#[derive(Debug)]
pub(crate) struct Recogniser {
    source: String,
    /// The country in which its bodies' names are looked up.
    home: &'static str,
    /// Whether its ids last, so that only a text can speak against one.
    lasting: bool,
    editions: Editions,
}

/// What the rows of a batch were found to be, in their order.
#[derive(Debug, Default)]
pub(crate) struct Recognised {
    /// Keys of other editions.
    keys: Vec<OtherKey>,
    /// Records whose key is another from now on.
    renamed: Vec<(i64, String)>,
    /// Keys that led to a record which has another now: they are a new record's.
    freed: Vec<String>,
}

impl Recogniser {
    /// Reads the known records of a source; `None` if its keys are enough.
    pub(crate) async fn new(
        db: &Db,
        (source, name): (Source, &str),
        import: Option<i64>,
        names: &Names,
    ) -> Result<Option<Self>, StoreError> {
        let home = match source {
            Source::Nl => "NL",
            Source::Us => "US",
            Source::Records | Source::Atrs | Source::Ca | Source::Nyc | Source::Table => return Ok(None),
        };
        let lasting = source == Source::Nl;
        let known = editions::known(db, name, lasting).await?;
        // Rows of the list of commercial products name no tool, only what it is used for.
        let named = known.into_iter().filter(|one| one.dataset != "us:commercial");
        let known = named.map(|one| {
            let KnownUse { record, key, edition, body, unit, name: title, seen_import, words, .. } = one;
            let id = worth_of_id(name, &key, &title);
            // Records by older releases are named as their source wrote it.
            let title = bare_name(name, &title).to_owned();
            let identity = Identity { body: same_body(names, &body, home), unit, name: title, id };
            let is_taken = import.is_some() && seen_import == import;
            Known { record, key, edition, identity, words, is_taken }
        });
        let editions = Editions::new(known.collect(), editions::other_keys(db, name).await?);
        Ok(Some(Self { source: name.to_owned(), home, lasting, editions }))
    }

    /// Learns the units that the rows of a batch state, before the first of them is looked for.
    pub(crate) fn learn(&mut self, rows: &[Row], names: &Names) {
        for source in rows.iter().filter_map(|row| row.source.as_ref()) {
            if let Some(identity) = &source.identity {
                let asked = self.asked(identity, names);
                self.editions.learn(&source.edition, &asked);
            }
        }
    }

    /// What a row says of itself, with its body as the register knows it.
    fn asked(&self, identity: &Identity, names: &Names) -> Identity {
        Identity { body: same_body(names, &identity.body, self.home), ..identity.clone() }
    }

    /// Finds what a row is about, and gives it the key under which it is stored.
    pub(crate) fn recognise(
        &mut self,
        row: &mut Row,
        names: &Names,
        found: &mut Recognised,
        uses: &mut Uses,
    ) {
        let Some(source) = row.source.clone() else { return };
        let Some(identity) = source.identity else { return };
        let words = match &row.ready {
            Ok(prepared) if self.lasting => long_words(&prepared.candidate().record),
            _ => HashSet::new(),
        };
        let asked = self.asked(&identity, names);
        let Found { same, like, key_is_taken, key_misleads, gives_up } = self.editions.find(&Asked {
            key: &source.key,
            former: &row.former,
            edition: &source.edition,
            identity: &asked,
            words: &words,
        });
        if let Some(place) = gives_up {
            self.give_up(place, &source.key, found);
        }
        let key = if key_is_taken { edition_key(&source.key, &source.edition) } else { source.key.clone() };
        match same {
            Some(Like { rule: Rule::Key, .. }) => {}
            Some(Like { place, rule: Rule::FormerKey }) => {
                found.renamed.push((self.editions.known(place).record, key.clone()));
            }
            Some(Like { place, rule }) => {
                used(uses, &format!("found-by-{}", rule.as_str()));
                let known = self.editions.known(place);
                let other = |key: &str, edition: &str| OtherKey {
                    key: key.to_owned(),
                    record: known.record,
                    edition: edition.to_owned(),
                    rule: rule.as_str(),
                    said: identity.line(),
                    known: known.identity.line(),
                };
                // An older edition does not change what the record says now, nor its key.
                if source.edition >= known.edition {
                    found.keys.push(other(&known.key, &known.edition));
                    found.renamed.push((known.record, key.clone()));
                } else {
                    found.keys.push(other(&key, &source.edition));
                }
            }
            None if key_misleads && !key_is_taken && gives_up.is_none() => found.freed.push(key.clone()),
            None => {}
        }
        row.like = like.into_iter().map(|one| self.proposal(one, &identity)).collect();
        if let Some(stored) = self.editions.stored_key(&source.key, &source.edition, same) {
            row.rekey(&stored);
        } else if key_is_taken {
            row.rekey(&key);
        }
    }

    /// Gives a record that lost its lasting id to another tool a key of its own, under which its old editions find it.
    fn give_up(&self, place: usize, key: &str, found: &mut Recognised) {
        let known = self.editions.known(place);
        let own = edition_key(key, &known.edition);
        if known.key == key {
            found.renamed.push((known.record, own));
        } else {
            found.keys.push(OtherKey {
                key: own,
                record: known.record,
                edition: known.edition.clone(),
                rule: Rule::Key.as_str(),
                said: known.identity.line(),
                known: known.identity.line(),
            });
        }
        found.freed.push(key.to_owned());
    }

    fn proposal(&self, Like { place, rule }: Like, identity: &Identity) -> Proposal {
        let known = self.editions.known(place);
        Proposal {
            later: String::new(),
            earlier: known.record,
            rule: rule.as_str(),
            said: identity.line(),
            known: known.identity.line(),
        }
    }

    /// Writes what was found, before the batch is published.
    pub(crate) async fn keep(&self, tx: &Tx, found: Recognised) -> Result<(), StoreError> {
        let Recognised { mut keys, renamed, freed } = found;
        keys.retain(|one| !one.key.is_empty() && !freed.contains(&one.key));
        let freed: Vec<&str> = freed.iter().map(String::as_str).collect();
        editions::free_keys(tx, &self.source, &freed).await?;
        editions::rename_keys(tx, &self.source, &renamed).await?;
        editions::keep_keys(tx, &self.source, &keys).await
    }
}

/// A body's slug, or its name if the register does not know it.
fn same_body(names: &Names, name: &str, home: &str) -> String {
    names.organisations.resolve(name, home).map_or_else(|| name.to_owned(), |party| party.slug.clone())
}

/// Proposes to a person what new records may be. `proposals` are those of the rows that were published, in the
/// order of the answers.
pub(crate) async fn propose(
    tx: &Tx,
    source: &str,
    import: Option<i64>,
    answers: &[Published],
    proposals: Vec<Vec<Proposal>>,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), StoreError> {
    let Some(import) = import else { return Ok(()) };
    let mut all = Vec::new();
    for (answer, proposals) in answers.iter().zip(proposals) {
        if answer.outcome == Outcome::Created {
            all.extend(proposals.into_iter().map(|one| Proposal { later: answer.id.clone(), ..one }));
        }
    }
    matches::propose(tx, source, import, &all, now).await
}
