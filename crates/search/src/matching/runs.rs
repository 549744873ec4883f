//! Words that follow each other: concepts of several words, names, and words written together or apart.

use domain::text::fold;
use tantivy::query::{BooleanQuery, BoostQuery, EmptyQuery, Query};

use super::build::{Builder, Unit, joined};
use super::plan::Plan;
use super::stop_words::is_stop_word;
use super::terms::{Maybe, Places, best_of};
use super::weights::{
    JOINED_MIN, LANGUAGES_MAX, NEAR, NEAR_SLOP, PAIRS_MAX, PART, PART_MIN, SCATTERED, SPLIT_BELOW, SYNONYM,
    TOGETHER, TRANSLATION,
};
use crate::concepts::{CONCEPTS, Phrase, RELATED};
use crate::language::{query_parts, query_terms};
use crate::question::{Piece, Scope, words_of};

/// A piece of a question, with its words.
#[derive(Debug)]
pub(super) struct Part {
    /// As written.
    text: String,
    /// Each word as written.
    pub(super) words: Vec<String>,
    /// The terms of each word.
    pub(super) phrase: Phrase,
    is_stop: bool,
}

impl Part {
    pub(super) fn of(piece: &Piece) -> Self {
        let terms = words_of(&piece.text).into_iter().map(|word| (query_terms(&word), word));
        let (phrase, words) = terms.filter(|(terms, _)| !terms.is_empty()).unzip();
        Self { text: piece.text.clone(), words, phrase, is_stop: is_stop_word(&piece.text) }
    }

    /// The terms of its words written together, if there are several.
    pub(super) fn joined(&self) -> Option<Vec<String>> {
        (self.words.len() > 1).then(|| query_terms(&self.words.concat())).filter(|terms| !terms.is_empty())
    }

    /// The terms of its word and the next one's written together.
    fn joined_with(&self, next: &Self) -> Option<Vec<String>> {
        let ([one], [two]) = (&self.words[..], &next.words[..]) else { return None };
        let long = |word: &str| word.chars().count() >= JOINED_MIN;
        let joins = !self.is_stop && !next.is_stop && long(one) && long(two);
        joins.then(|| query_terms(&format!("{one}{two}"))).filter(|terms| !terms.is_empty())
    }
}

impl Builder<'_> {
    /// The plans of words that follow each other. The longest phrases that mean something are read first.
    pub(super) fn run(&mut self, pieces: &[&Piece], scope: Option<Scope>) -> tantivy::Result<Vec<Plan>> {
        let parts: Vec<Part> =
            pieces.iter().map(|piece| Part::of(piece)).filter(|part| !part.phrase.is_empty()).collect();
        if !self.is_excluding {
            let written = parts.iter().filter(|part| part.words.len() == 1 && !part.is_stop);
            self.words.extend(written.flat_map(|part| part.words.clone()));
            self.together(&parts, scope)?;
        }
        let from = self.units.len();
        let plans = self.segments(&parts, parts.len(), scope, self.is_all_stop_words || self.is_excluding)?;
        if scope.is_none() && !self.is_excluding {
            self.relate(&parts, from)?;
        }
        Ok(plans)
    }

    /// Lets expressions related to words count for these, which are among the units from a place on.
    fn relate(&mut self, parts: &[Part], from: usize) -> tantivy::Result<()> {
        let telling = parts.iter().filter(|part| !part.is_stop);
        let words: Vec<(&String, &Vec<String>)> =
            telling.flat_map(|part| part.words.iter().zip(&part.phrase)).collect();
        let phrase: Phrase = words.iter().map(|(_, terms)| (*terms).clone()).collect();
        let places = self.terms.places(None);
        let mut at = 0;
        while at < words.len() {
            let Some((length, expressions)) = RELATED.beginning(&phrase[at..]) else {
                at += 1;
                continue;
            };
            let mut related = Vec::new();
            for expression in expressions {
                related.extend(self.terms.phrase(expression, &places, 1)?);
            }
            let span: Vec<String> =
                words[at..at + length].iter().map(|(word, _)| word.to_lowercase()).collect();
            for unit in self.units[from..].iter_mut().filter(|unit| span.contains(&unit.word)) {
                unit.related.extend(related.iter().map(|query| query.box_clone()));
            }
            at += length;
        }
        Ok(())
    }

    /// Prefers records where telling words follow each other.
    fn together(&mut self, parts: &[Part], scope: Option<Scope>) -> tantivy::Result<()> {
        let telling = parts.iter().filter(|part| !part.is_stop);
        let phrase: Phrase = telling.flat_map(|part| part.phrase.iter().cloned()).collect();
        let places = self.terms.prose();
        for pair in phrase.windows(2).take(PAIRS_MAX).filter(|_| scope.is_none()) {
            if let Some(query) = self.terms.sloppy(pair, &places, LANGUAGES_MAX, NEAR_SLOP)? {
                self.extras.push(Box::new(BoostQuery::new(query, NEAR)));
            }
        }
        if phrase.len() > 1
            && let Some(query) = self.terms.phrase(&phrase, &self.terms.places(scope), 1)?
        {
            self.extras.push(Box::new(BoostQuery::new(query, TOGETHER)));
        }
        Ok(())
    }

    /// Divides words into phrases of at most `most` pieces that mean something, and single pieces.
    fn segments(
        &mut self,
        parts: &[Part],
        most: usize,
        scope: Option<Scope>,
        with_stop_words: bool,
    ) -> tantivy::Result<Vec<Plan>> {
        let mut plans = Vec::new();
        let mut at = 0;
        while at < parts.len() {
            let longest = most.min(parts.len() - at);
            let length = (1..=longest).rev().find(|length| self.means(&parts[at..at + length], scope));
            match length {
                Some(length) => {
                    plans.push(self.wide(parts, at, length, scope)?);
                    at += length;
                }
                None => {
                    if with_stop_words || !parts[at].is_stop {
                        plans.push(self.single(parts, at, scope)?);
                    }
                    at += 1;
                }
            }
        }
        Ok(plans)
    }

    /// Whether words name or mean something together.
    fn means(&self, parts: &[Part], scope: Option<Scope>) -> bool {
        if self.named(&folded(parts), scope).is_some() {
            return true;
        }
        let phrase = flat(parts);
        !self.is_excluding && phrase.len() <= CONCEPTS.longest() && CONCEPTS.has(&phrase)
    }

    /// Words that name or mean something together: their own words, of which shorter phrases may mean something too,
    /// and what they stand for.
    fn wide(
        &mut self,
        parts: &[Part],
        at: usize,
        length: usize,
        scope: Option<Scope>,
    ) -> tantivy::Result<Plan> {
        let span = &parts[at..at + length];
        let from = self.units.len();
        let own = if length == 1 {
            self.single(parts, at, scope)?
        } else {
            let mut inner = self.segments(span, length - 1, scope, false)?;
            if inner.is_empty() {
                inner = self.segments(span, length - 1, scope, true)?;
            }
            joined(inner, Plan::All).unwrap_or_else(|| Plan::Words(Box::new(EmptyQuery)))
        };
        let named = self.named(&folded(span), scope);
        let phrase = flat(span);
        let places = self.places(scope);
        let (mut synonyms, mut translations) = (None, None);
        if !self.is_excluding {
            let expansion = CONCEPTS.of(&phrase);
            let idf = self.terms.idf(&phrase, &places)?;
            synonyms = self.standing(&expansion.synonyms, (SYNONYM, idf), &places)?;
            translations = self.standing(&expansion.translations, (TRANSLATION, idf), &places)?;
            let wider = [&named, &synonyms, &translations].into_iter().flatten();
            let wider: Vec<Box<dyn Query>> = wider.map(|query| query.box_clone()).collect();
            self.widen_units(from, &wider);
            for other in expansion.synonyms.into_iter().chain(expansion.translations) {
                self.scattered(other, idf, &places)?;
            }
        }
        Ok(Plan::Wide { own: Box::new(own), named, synonyms, translations })
    }

    /// Phrases that stand for others, with a weight relative to theirs: one whose words are rarer than those it stands
    /// for weighs no more for that.
    fn standing(&mut self, phrases: &[&Phrase], (weight, idf): (f32, f32), places: &Places) -> Maybe {
        let mut any: Vec<Box<dyn Query>> = Vec::new();
        for phrase in phrases {
            if let Some(query) = self.terms.phrase(phrase, places, LANGUAGES_MAX)? {
                let own = self.terms.idf(phrase, places)?;
                let weight = if own > idf { weight * idf / own } else { weight };
                any.push(Box::new(BoostQuery::new(query, weight)));
                self.stems.extend(phrase.iter().flatten().cloned());
            }
        }
        Ok(best_of(any))
    }

    /// Lets all words of a phrase of several count for nearness, wherever they stand. `idf` says how telling what it
    /// stands for is.
    fn scattered(&mut self, phrase: &Phrase, idf: f32, places: &Places) -> tantivy::Result<()> {
        let mut all = Vec::with_capacity(phrase.len());
        for terms in phrase {
            match self.terms.word(terms, places)? {
                Some(query) => all.push(query),
                None => return Ok(()),
            }
        }
        if all.len() > 1 {
            let word = phrase.iter().flatten().cloned().collect::<Vec<_>>().join(" ");
            let having: Vec<Box<dyn Query>> = vec![Box::new(BooleanQuery::intersection(all))];
            let related = Vec::new();
            self.units.push(Unit { word, having, related, idf: idf * SCATTERED, is_typed: false });
        }
        Ok(())
    }

    /// One piece: its word, or its words in order; also written together with a neighbour, or in two words.
    fn single(&mut self, parts: &[Part], at: usize, scope: Option<Scope>) -> tantivy::Result<Plan> {
        let part = &parts[at];
        let places = self.places(scope);
        let query = self.terms.phrase(&part.phrase, &places, LANGUAGES_MAX)?;
        let mut any: Vec<Box<dyn Query>> = query.into_iter().collect();
        let before = at.checked_sub(1).and_then(|before| parts[before].joined_with(part));
        let after = parts.get(at + 1).and_then(|next| part.joined_with(next));
        for terms in part.joined().into_iter().chain(before).chain(after) {
            if let Some(query) = self.terms.word(&terms, &places)? {
                any.push(query);
                if !self.is_excluding {
                    self.stems.extend(terms);
                }
            }
        }
        if let ([word], [terms]) = (&part.words[..], &part.phrase[..]) {
            any.extend(self.split(word, terms, &places)?);
            let lists = query_parts(word);
            any.extend(self.terms.parts(&lists, &places)?);
            if !self.is_excluding {
                self.stems.extend(lists.into_iter().flatten());
            }
        }
        if scope.is_none() {
            any.extend(self.terms.identified(&part.text)?);
        }
        let query = best_of(any);
        if !self.is_excluding && !part.is_stop {
            self.stems.extend(part.phrase.iter().flatten().cloned());
            match &part.phrase[..] {
                [terms] => {
                    let whole = query.as_ref().map(|query| query.box_clone());
                    self.unit(&part.words[0], terms, whole, scope)?;
                    self.part_units(&part.words[0], &places)?;
                }
                phrase => {
                    for (word, terms) in part.words.iter().zip(phrase) {
                        let having = self.terms.word(terms, &places)?;
                        self.unit(word, terms, having, scope)?;
                    }
                }
            }
        }
        Ok(Plan::Words(query.unwrap_or_else(|| Box::new(EmptyQuery))))
    }

    /// Lets each part of a compound count for nearness, as a word of its own.
    fn part_units(&mut self, word: &str, places: &Places) -> tantivy::Result<()> {
        for term in query_parts(word).into_iter().flatten() {
            let terms = [term];
            if let Some(query) = self.terms.word(&terms, places)? {
                let idf = self.terms.idf(&[terms.to_vec()], places)?;
                let [word] = terms;
                let (having, related) = (vec![query], Vec::new());
                self.units.push(Unit { word, having, related, idf: idf * PART, is_typed: false });
            }
        }
        Ok(())
    }

    /// A word in two parts that texts have one after the other, such as `number plate` for `numberplate`.
    fn split(&mut self, word: &str, terms: &[String], places: &Places) -> Maybe {
        let letters: Vec<char> = word.chars().collect();
        if letters.len() < 2 * PART_MIN
            || !letters.iter().all(|letter| letter.is_alphabetic())
            || self.terms.frequency(terms, places)? >= SPLIT_BELOW
        {
            return Ok(None);
        }
        let mut any = Vec::new();
        for place in PART_MIN..=letters.len() - PART_MIN {
            let halves = [&letters[..place], &letters[place..]].map(|half| half.iter().collect::<String>());
            let [one, two] = &halves;
            let splits = !is_stop_word(one) && !is_stop_word(two);
            if !splits || !self.terms.occurs(one)? || !self.terms.occurs(two)? {
                continue;
            }
            let phrase: Phrase = halves.iter().map(|half| query_terms(half)).collect();
            if let Some(query) = self.terms.phrase(&phrase, places, LANGUAGES_MAX)? {
                any.push(query);
                if !self.is_excluding {
                    self.stems.extend(phrase.into_iter().flatten());
                }
            }
        }
        Ok(best_of(any))
    }
}

/// The words of several pieces, as names are compared.
fn folded(parts: &[Part]) -> String {
    let texts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
    fold(&texts.join(" "))
}

/// The terms of all words of several pieces.
fn flat(parts: &[Part]) -> Phrase {
    parts.iter().flat_map(|part| part.phrase.iter().cloned()).collect()
}
