//! Splits a search text into words, `"phrases"`, `-exclusions` and prefixes `word*`. Any text is a valid
//! search.

/// One part of a search text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Its words, as written.
    pub(crate) text: String,
    /// How the words must occur.
    pub(crate) kind: Kind,
    /// Whether they must not occur.
    pub(crate) excluded: bool,
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

/// Most pieces used; the rest is ignored.
const PIECES_MAX: usize = 32;
/// Most prefixes among them, because each stands for many words.
const PREFIXES_MAX: usize = 4;
/// Fewest letters and digits of a prefix; anything shorter is a word.
const PREFIX_MIN: usize = 2;

/// Splits a search text. An unclosed quote ends with the text; punctuation alone is ignored.
pub(crate) fn pieces(q: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = q.trim_start();
    while !rest.is_empty() {
        let (excluded, text) = match rest.strip_prefix('-') {
            Some(text) => (true, text),
            None => (false, rest),
        };
        let (part, after, phrase) = match text.strip_prefix('"') {
            Some(text) => {
                let (part, after) = text.split_once('"').unwrap_or((text, ""));
                (part, after, true)
            }
            None => {
                let end =
                    text.find(|letter: char| letter.is_whitespace() || letter == '"').unwrap_or(text.len());
                (&text[..end], &text[end..], false)
            }
        };
        let letters = part.chars().filter(|letter| letter.is_alphanumeric()).count();
        let prefixes = pieces.iter().filter(|piece: &&Piece| piece.kind == Kind::Prefix).count();
        let begins = part.ends_with('*') && letters >= PREFIX_MIN && prefixes < PREFIXES_MAX;
        let kind = match (phrase, begins) {
            (true, _) => Kind::Phrase,
            (false, true) => Kind::Prefix,
            (false, false) => Kind::Word,
        };
        let piece = Piece { text: part.to_owned(), kind, excluded };
        if letters > 0 && pieces.len() < PIECES_MAX && !pieces.contains(&piece) {
            pieces.push(piece);
        }
        rest = after.trim_start();
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_search_text_becomes_words_phrases_prefixes_and_exclusions() {
        #[track_caller]
        fn check(q: &str, expected: &[(&str, Kind, bool)]) {
            let found = pieces(q);
            let found: Vec<_> =
                found.iter().map(|piece| (piece.text.as_str(), piece.kind, piece.excluded)).collect();
            assert_eq!(found, expected, "{q:?}");
        }
        use Kind::*;
        check("Facial  recognition", &[("Facial", Word, false), ("recognition", Word, false)]);
        check(
            "\"facial recognition\" -school*",
            &[("facial recognition", Phrase, false), ("school*", Prefix, true)],
        );
        check("-\"a b\"", &[("a b", Phrase, true)]);
        check("\"open", &[("open", Phrase, false)]);
        check("one\"two\"", &[("one", Word, false), ("two", Phrase, false)]);
        check("!!! - \"\" * -*", &[]);
        check("a* a a", &[("a*", Word, false), ("a", Word, false)]);
        check("", &[]);
    }

    proptest! {
        #[test]
        fn any_text_comes_to_an_end(q in ".{0,200}") {
            for piece in pieces(&q) {
                prop_assert!(q.contains(&piece.text));
            }
        }
    }
}
