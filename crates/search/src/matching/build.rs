//! Makes a plan of a question: what each word or phrase stands for, and which records come near.

use std::collections::BTreeSet;

use domain::text::fold;
use tantivy::query::{BoostQuery, EmptyQuery, Query};

use super::plan::Plan;
use super::runs::Part;
use super::sectors::sectors;
use super::stop_words::is_stop_word;
use super::terms::{Maybe, Places, Terms, best_of};
use super::weights::{LABEL, LANGUAGES_MAX, NAMED};
use crate::concepts::phrase_of;
use crate::found::{Known, Note};
use crate::question::{Kind, Node, Piece, Scope};

/// A telling word of a question, as it counts for nearness.
#[derive(Debug)]
pub(super) struct Unit {
    /// As typed, in lower case.
    pub(super) word: String,
    /// What has the word, or what it stands for, or its label.
    pub(super) having: Vec<Box<dyn Query>>,
    /// What has an expression related to it, which covers a part of it.
    pub(super) related: Vec<Box<dyn Query>>,
    /// How telling it is.
    pub(super) idf: f32,
    /// Whether it was typed, rather than a part of what was typed or something it stands for.
    pub(super) is_typed: bool,
}

/// Collects what a question asks.
pub(super) struct Builder<'a> {
    pub(super) terms: Terms<'a>,
    /// What parts of the text name, by their folded words.
    pub(super) known: Vec<(String, &'a Known)>,
    /// Whether stop words count, because there is nothing else.
    pub(super) is_all_stop_words: bool,
    /// Whether this is about what to exclude: nothing of it is wanted, highlighted or widened.
    pub(super) is_excluding: bool,
    /// Index terms to highlight.
    pub(super) stems: BTreeSet<String>,
    /// Beginnings to highlight.
    pub(super) prefixes: Vec<String>,
    /// Words as written, in which there may be typing errors.
    pub(super) words: Vec<String>,
    pub(super) units: Vec<Unit>,
    /// What adds to the score of hits: labels, and words side by side.
    pub(super) extras: Vec<Box<dyn Query>>,
    pub(super) notes: Vec<Note>,
}

/// Whether a question asks for anything besides stop words.
pub(super) fn is_telling(node: &Node) -> bool {
    match node {
        Node::Piece(piece) => piece.kind != Kind::Word || !is_stop_word(&piece.text),
        Node::All(nodes) | Node::Any(nodes) => nodes.iter().any(is_telling),
        Node::In(_, node) => is_telling(node),
        Node::Not(_) => false,
    }
}

/// Whether a question asks for anything, rather than only excluding.
pub(super) fn wants(node: &Node) -> bool {
    match node {
        Node::Piece(_) => true,
        Node::All(nodes) | Node::Any(nodes) => nodes.iter().any(wants),
        Node::In(_, node) => wants(node),
        Node::Not(_) => false,
    }
}

impl Builder<'_> {
    /// The plan of a node; `None` if nothing is left of it without stop words.
    pub(super) fn node(&mut self, node: &Node, scope: Option<Scope>) -> tantivy::Result<Option<Plan>> {
        Ok(match node {
            Node::Piece(piece) => self.pieces(std::slice::from_ref(&piece), scope)?.pop(),
            Node::All(nodes) => joined(self.all(nodes, scope)?, Plan::All),
            Node::Any(nodes) => {
                let mut any = Vec::new();
                for node in nodes {
                    any.extend(self.node(node, scope)?);
                }
                joined(any, Plan::Any)
            }
            Node::In(scope, node) => self.node(node, Some(*scope))?,
            Node::Not(node) => self.excluded(node, scope)?,
        })
    }

    /// The plans of nodes side by side: words that follow each other are read together.
    fn all(&mut self, nodes: &[Node], scope: Option<Scope>) -> tantivy::Result<Vec<Plan>> {
        let mut all = Vec::new();
        let mut run: Vec<&Piece> = Vec::new();
        for node in nodes {
            match node {
                Node::Piece(piece) if piece.kind == Kind::Word => run.push(piece),
                _ => {
                    all.extend(self.pieces(&std::mem::take(&mut run), scope)?);
                    all.extend(self.node(node, scope)?);
                }
            }
        }
        all.extend(self.pieces(&run, scope)?);
        Ok(all)
    }

    fn excluded(&mut self, node: &Node, scope: Option<Scope>) -> tantivy::Result<Option<Plan>> {
        let before = std::mem::replace(&mut self.is_excluding, true);
        let plan = self.node(node, scope)?;
        self.is_excluding = before;
        Ok(plan.map(|plan| Plan::Not(plan.query(crate::found::Match::Words))))
    }

    /// The plans of words that follow each other, or of one phrase or prefix.
    fn pieces(&mut self, pieces: &[&Piece], scope: Option<Scope>) -> tantivy::Result<Vec<Plan>> {
        let Some(first) = pieces.first() else { return Ok(Vec::new()) };
        if scope == Some(Scope::Sector) {
            let value: Vec<&str> = pieces.iter().map(|piece| piece.text.trim_end_matches('*')).collect();
            if let Some(plan) = self.sector(&value.join(" ")) {
                return Ok(vec![plan]);
            }
            return self.pieces(pieces, None);
        }
        let plans = match first.kind {
            Kind::Word => self.run(pieces, scope)?,
            Kind::Phrase => vec![self.phrase(first, scope)?],
            Kind::Prefix => vec![self.prefix(first, scope)?],
        };
        if let Some(scope @ (Scope::Publisher | Scope::Supplier)) = scope
            && !self.is_excluding
        {
            let texts: Vec<&str> = pieces.iter().map(|piece| piece.text.as_str()).collect();
            self.note_unknown(scope, &texts.join(" "))?;
        }
        Ok(plans)
    }

    /// Records of the sectors that a text names. Notes a text that names none.
    fn sector(&mut self, value: &str) -> Option<Plan> {
        let lines = sectors(value);
        if lines.is_empty() {
            let note = Note::UnknownValue { field: Scope::Sector.name().to_owned(), value: value.to_owned() };
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
            return None;
        }
        let query = super::facets::any_of(self.terms.fields, lines.into_iter(), 1.0);
        if !self.is_excluding {
            let (word, having) = (value.to_lowercase(), vec![query.box_clone()]);
            self.units.push(Unit { word, having, related: Vec::new(), idf: 1.0, is_typed: true });
        }
        Some(Plan::Words(query))
    }

    /// Notes a value if no name in a field has any of its words.
    fn note_unknown(&mut self, scope: Scope, value: &str) -> tantivy::Result<()> {
        let places = self.terms.places(Some(scope));
        let mut having = 0;
        for terms in phrase_of(value) {
            having += self.terms.frequency(&terms, &places)?;
        }
        if having == 0 && !value.contains('*') && self.named(&fold(value), Some(scope)).is_none() {
            let note = Note::UnknownValue { field: scope.name().to_owned(), value: value.to_owned() };
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        Ok(())
    }

    /// Records of what these folded words name.
    pub(super) fn named(&self, words: &str, scope: Option<Scope>) -> Option<Box<dyn Query>> {
        let facet = match scope {
            None => "",
            Some(Scope::Publisher) => "publisher=",
            Some(Scope::Supplier) => "supplier=",
            Some(Scope::Title | Scope::Sector) => return None,
        };
        let known = self.known.iter().filter(|(known, _)| known == words);
        let lines: Vec<String> = known
            .flat_map(|(_, known)| known.lines.iter().filter(move |line| line.starts_with(facet)).cloned())
            .collect();
        (!lines.is_empty()).then(|| super::facets::any_of(self.terms.fields, lines.into_iter(), NAMED))
    }

    /// The fields to look in: for what is excluded, the labels of codes too.
    pub(super) fn places(&self, scope: Option<Scope>) -> Places {
        let mut places = self.terms.places(scope);
        if self.is_excluding && scope.is_none() {
            places.extend(self.terms.labels());
        }
        places
    }

    /// A phrase is meant as it stands: it has no synonyms, but it may be a name.
    fn phrase(&mut self, piece: &Piece, scope: Option<Scope>) -> tantivy::Result<Plan> {
        let part = Part::of(piece);
        let places = self.places(scope);
        let query = self.terms.phrase(&part.phrase, &places, LANGUAGES_MAX)?;
        let mut any: Vec<Box<dyn Query>> = query.into_iter().collect();
        if let Some(joined) = part.joined() {
            any.extend(self.terms.word(&joined, &places)?);
        }
        if scope.is_none() {
            any.extend(self.terms.identified(&piece.text)?);
        }
        let named = self.named(&fold(&piece.text), scope);
        if !self.is_excluding {
            self.stems.extend(part.phrase.iter().flatten().cloned());
            let from = self.units.len();
            for (word, terms) in part.words.iter().zip(&part.phrase) {
                if !is_stop_word(word) {
                    let having = self.terms.word(terms, &places)?;
                    self.unit(word, terms, having, scope)?;
                }
            }
            self.widen_units(from, named.as_slice());
        }
        let own = Box::new(Plan::Words(best_of(any).unwrap_or_else(|| Box::new(EmptyQuery))));
        Ok(Plan::Wide { own, named, synonyms: None, translations: None })
    }

    fn prefix(&mut self, piece: &Piece, scope: Option<Scope>) -> tantivy::Result<Plan> {
        let places = self.places(scope);
        let query = self.terms.prefix(&piece.text, scope, &places)?;
        if !self.is_excluding {
            self.prefixes.extend(self.terms.beginning(&piece.text));
            let having = query.iter().map(|query| query.box_clone()).collect();
            let word = piece.text.to_lowercase();
            self.units.push(Unit { word, having, related: Vec::new(), idf: 1.0, is_typed: true });
        }
        Ok(Plan::Words(query.unwrap_or_else(|| Box::new(EmptyQuery))))
    }

    /// Adds a telling word, found by a query or by the label of a code.
    pub(super) fn unit(
        &mut self,
        word: &str,
        terms: &[String],
        having: Option<Box<dyn Query>>,
        scope: Option<Scope>,
    ) -> tantivy::Result<()> {
        let mut having: Vec<Box<dyn Query>> = having.into_iter().collect();
        if scope.is_none()
            && let Some(label) = self.label(terms)?
        {
            self.extras.push(Box::new(BoostQuery::new(label.box_clone(), LABEL)));
            having.push(label);
        }
        let places = self.terms.places(scope);
        let idf = self.terms.idf(&[terms.to_vec()], &places)?;
        let word = word.to_lowercase();
        self.units.push(Unit { word, having, related: Vec::new(), idf, is_typed: true });
        Ok(())
    }

    fn label(&self, terms: &[String]) -> Maybe {
        self.terms.word(terms, &self.terms.labels())
    }

    /// Lets what a phrase stands for count for each of its words, which are the units from a place on.
    pub(super) fn widen_units(&mut self, from: usize, wider: &[Box<dyn Query>]) {
        for unit in &mut self.units[from..] {
            unit.having.extend(wider.iter().map(|query| query.box_clone()));
        }
    }
}

/// One plan for several.
pub(super) fn joined(mut plans: Vec<Plan>, join: fn(Vec<Plan>) -> Plan) -> Option<Plan> {
    match plans.len() {
        0 => None,
        // What is excluded stays among all, where it is told apart.
        1 => plans.pop(),
        _ => Some(join(plans)),
    }
}
