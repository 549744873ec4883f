//! Filters that words of a search text name.

use std::sync::LazyLock;

use domain::facets::{FACETS, Facet};
use tantivy::{Searcher, TantivyError};

use super::terms::Terms;
use crate::concepts::{CONCEPTS, Phrase, is_same, phrase_of};
use crate::found::Lead;
use crate::question::{Kind, Node, read};
use crate::schema::Fields;

/// Most leads for one search text.
const LEADS_MAX: usize = 3;

/// A value of a facet, by the words of its label.
struct Labelled {
    facet: &'static Facet,
    value: &'static str,
    label: Phrase,
}

/// The labels of all codes that are found as words.
static LABELS: LazyLock<Vec<Labelled>> = LazyLock::new(|| {
    let searched = FACETS.iter().filter(|facet| facet.is_searched || facet.name == "phase");
    let values = searched.flat_map(|facet| {
        let entries = facet.codes().map(|list| list.entries).unwrap_or_default();
        entries.iter().filter(move |entry| !facet.takes_blank(entry.code)).map(move |entry| Labelled {
            facet,
            value: entry.code,
            label: phrase_of(entry.label),
        })
    });
    values.filter(|labelled| !labelled.label.is_empty()).collect()
});

/// Filters that words or phrases of a text name by their whole label, or by words that mean the same in English; at
/// most three, each with records, and none that is asked for already.
pub(crate) fn leads(
    q: &str,
    asked: &[(&'static str, Vec<String>)],
    searcher: &Searcher,
    fields: &Fields,
) -> Result<Vec<Lead>, TantivyError> {
    let terms = Terms { searcher, fields };
    let mut runs = Vec::new();
    if let Some(root) = read(q).root {
        collect(&root, &mut runs);
    }
    let longest = LABELS.iter().map(|labelled| labelled.label.len()).max().unwrap_or_default();
    let mut leads: Vec<Lead> = Vec::new();
    for run in &runs {
        let mut at = 0;
        while at < run.len() && leads.len() < LEADS_MAX {
            let most = longest.min(run.len() - at);
            let length = (1..=most).rev().find(|length| !labelled(&run[at..at + length]).is_empty());
            for found in length.map(|length| labelled(&run[at..at + length])).unwrap_or_default() {
                let lead = Lead { facet: found.facet.name, value: found.value.to_owned() };
                let is_asked =
                    asked.iter().any(|(name, values)| *name == lead.facet && values.contains(&lead.value));
                if leads.len() < LEADS_MAX
                    && !is_asked
                    && !leads.contains(&lead)
                    && terms.has_value(found.facet, found.value)?
                {
                    leads.push(lead);
                }
            }
            at += length.unwrap_or(1);
        }
    }
    Ok(leads)
}

/// The values whose label a phrase is, or a phrase of the same meaning.
fn labelled(phrase: &[Vec<String>]) -> Vec<&'static Labelled> {
    let expansion = CONCEPTS.of(phrase);
    let same = |label: &Phrase| {
        is_same(label, phrase)
            || expansion.synonyms.iter().chain(&expansion.translations).any(|other| is_same(label, other))
    };
    LABELS.iter().filter(|labelled| same(&labelled.label)).collect()
}

/// Whether a phrase is the label of a code, apart from endings.
pub(crate) fn is_label(phrase: &[Vec<String>]) -> bool {
    LABELS.iter().any(|labelled| is_same(&labelled.label, phrase))
}

/// Collects the words that are wanted in any field, in runs of words that follow each other.
fn collect(node: &Node, runs: &mut Vec<Phrase>) {
    match node {
        Node::Piece(piece) if piece.kind != Kind::Prefix => runs.push(phrase_of(&piece.text)),
        Node::All(nodes) => {
            let mut run = Phrase::new();
            for node in nodes {
                match node {
                    Node::Piece(piece) if piece.kind == Kind::Word => run.extend(phrase_of(&piece.text)),
                    _ => {
                        runs.push(std::mem::take(&mut run));
                        collect(node, runs);
                    }
                }
            }
            runs.push(run);
        }
        Node::Any(nodes) => nodes.iter().for_each(|node| collect(node, runs)),
        Node::Piece(_) | Node::Not(_) | Node::In(..) => {}
    }
}
