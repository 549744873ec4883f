//! Reads a search text: words, `"phrases"`, prefixes `word*`, `-exclusions`, `AND`, `OR`, `NOT`, brackets and fields
//! such as `title:word`. Any text is a valid search; what is not understood becomes a [`Note`].
//!
//! Words side by side belong together before `OR` separates: `housing benefit OR council tax` asks for records with
//! both of the first two words, or both of the last two.

mod parse;
mod token;

use crate::found::Note;

pub(crate) use self::parse::read;

/// A search text, read.
#[derive(Debug, Default)]
pub(crate) struct Question {
    /// What is asked; `None` if the text has no letters or digits.
    pub(crate) root: Option<Node>,
    /// What was not understood.
    pub(crate) notes: Vec<Note>,
}

/// Part of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// Words, as written.
    Piece(Piece),
    /// All of these; never empty.
    All(Vec<Node>),
    /// One of these; never empty.
    Any(Vec<Node>),
    /// Not this.
    Not(Box<Node>),
    /// This, in one field.
    In(Scope, Box<Node>),
}

/// Words that stand together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// The words, as written.
    pub(crate) text: String,
    /// How they must occur.
    pub(crate) kind: Kind,
}

/// How the words of a piece must occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Anywhere, as a word.
    Word,
    /// One after the other, in this order.
    Phrase,
    /// As the beginning of a word.
    Prefix,
}

/// A field that can be named in a search text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The publisher's name.
    Publisher,
    /// The names of suppliers.
    Supplier,
    /// The title and other names.
    Title,
    /// The sector.
    Sector,
}

impl Scope {
    /// The field that a name before a colon stands for, in English or Welsh.
    fn named(name: &str) -> Option<Self> {
        match name.to_lowercase().as_str() {
            "publisher" | "cyhoeddwr" => Some(Self::Publisher),
            "supplier" | "cyflenwr" => Some(Self::Supplier),
            "title" | "teitl" => Some(Self::Title),
            "sector" => Some(Self::Sector),
            _ => None,
        }
    }

    /// Its English name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Publisher => "publisher",
            Self::Supplier => "supplier",
            Self::Title => "title",
            Self::Sector => "sector",
        }
    }
}

/// The words of a search text, in runs of words that follow each other, as typed: those in which names are looked for.
/// A phrase is a run of its own.
pub(crate) fn wanted_runs(q: &str) -> Vec<Vec<String>> {
    let mut runs = Vec::new();
    if let Some(root) = read(q).root {
        collect_runs(&root, &mut runs);
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// The words of a search text, as typed, without what is only the beginning of a word.
pub fn wanted_words(q: &str) -> Vec<String> {
    wanted_runs(q).into_iter().flatten().collect()
}

fn collect_runs(node: &Node, runs: &mut Vec<Vec<String>>) {
    match node {
        Node::Piece(piece) => match piece.kind {
            Kind::Word => runs.push(trimmed(&piece.text).into_iter().collect()),
            Kind::Phrase => runs.push(piece.text.split_whitespace().filter_map(trimmed).collect()),
            Kind::Prefix => {}
        },
        Node::All(nodes) => {
            let mut run = Vec::new();
            for node in nodes {
                match node {
                    Node::Piece(piece) if piece.kind == Kind::Word => run.extend(trimmed(&piece.text)),
                    _ => {
                        runs.push(std::mem::take(&mut run));
                        collect_runs(node, runs);
                    }
                }
            }
            runs.push(run);
        }
        Node::Any(nodes) => nodes.iter().for_each(|node| collect_runs(node, runs)),
        Node::Not(node) | Node::In(_, node) => collect_runs(node, runs),
    }
}

/// A word without the punctuation around it; `None` if nothing is left.
fn trimmed(word: &str) -> Option<String> {
    let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    (!word.is_empty()).then(|| word.to_owned())
}

/// The words of a text: letters and digits, as written. Apostrophes and hyphens separate; an English `'s` at the end of
/// a word is left out.
pub(crate) fn words_of(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in text.split(char::is_whitespace) {
        let part = part.trim_end_matches(|letter: char| !letter.is_alphanumeric());
        let part = ["'s", "\u{2019}s", "'S", "\u{2019}S"]
            .iter()
            .find_map(|ending| part.strip_suffix(ending).filter(|rest| !rest.is_empty()))
            .unwrap_or(part);
        let separate = part.split(|letter: char| !letter.is_alphanumeric());
        words.extend(separate.filter(|word| !word.is_empty()).map(str::to_owned));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_split_into_words() {
        #[track_caller]
        fn check(text: &str, expected: &[&str]) {
            assert_eq!(words_of(text), expected, "{text:?}");
        }
        check("deep-fake", &["deep", "fake"]);
        check("the council's plan", &["the", "council", "plan"]);
        check("the council\u{2019}s.", &["the", "council"]);
        check("O'Leary", &["O", "Leary"]);
        check("  !! COVID-19 ", &["COVID", "19"]);
        check("'s", &["s"]);
        check("", &[]);
    }
}
