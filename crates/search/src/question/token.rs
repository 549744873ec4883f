//! Splits a search text into tokens.

use super::Scope;
use crate::found::Note;

/// A part of a search text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// `(`
    Open,
    /// `)`
    Close,
    /// `-` before what follows, or `NOT`.
    Not {
        /// As typed.
        is_word: bool,
    },
    And,
    Or,
    /// A field's name before what follows, as typed.
    In(Scope, String),
    /// A text in quotation marks.
    Phrase(String),
    /// Anything else up to the next space.
    Word(String),
}

/// Quotation marks; each ends what any of them begins.
const QUOTES: &[char] = &['"', '\u{201c}', '\u{201d}', '\u{201e}', '\u{ab}', '\u{bb}'];
/// Names before a colon that begin addresses, not fields.
const SCHEMES: &[&str] = &["http", "https", "ftp", "mailto", "doi", "urn", "www"];

/// Splits a search text. An unclosed quote ends with the text.
pub(super) fn tokens(q: &str, notes: &mut Vec<Note>) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = q.trim_start();
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        rest = match first {
            '(' => {
                tokens.push(Token::Open);
                after
            }
            ')' => {
                tokens.push(Token::Close);
                after
            }
            '-' if after.chars().next().is_some_and(|next| !next.is_whitespace()) => {
                tokens.push(Token::Not { is_word: false });
                after
            }
            quote if QUOTES.contains(&quote) => {
                let (phrase, after) = match after.find(QUOTES) {
                    Some(end) => {
                        let close = after[end..].chars().next().map_or(0, char::len_utf8);
                        (&after[..end], &after[end + close..])
                    }
                    None => {
                        notes.push(Note::UnclosedQuote);
                        (after, "")
                    }
                };
                tokens.push(Token::Phrase(phrase.to_owned()));
                after
            }
            _ => word(rest, &mut tokens, notes),
        }
        .trim_start();
    }
    tokens
}

/// Reads up to the next space or quotation mark: an operator, a field's name, or a word. Returns what follows.
fn word<'q>(rest: &'q str, tokens: &mut Vec<Token>, notes: &mut Vec<Note>) -> &'q str {
    let end = rest.find(|letter: char| letter.is_whitespace() || QUOTES.contains(&letter));
    let (text, after) = rest.split_at(end.unwrap_or(rest.len()));
    match text {
        "AND" => {
            tokens.push(Token::And);
            return after;
        }
        "OR" => {
            tokens.push(Token::Or);
            return after;
        }
        "NOT" => {
            tokens.push(Token::Not { is_word: true });
            return after;
        }
        _ => {}
    }
    if let Some((name, value)) = text.split_once(':')
        && name.chars().count() > 1
        && name.chars().all(char::is_alphabetic)
    {
        if let Some(scope) = Scope::named(name) {
            tokens.push(Token::In(scope, name.to_owned()));
            return &rest[name.len() + 1..];
        }
        let follows = value.chars().next().or_else(|| after.chars().next());
        let is_address = value.starts_with("//") || SCHEMES.contains(&name.to_lowercase().as_str());
        if !is_address && follows.is_some_and(|next| next.is_alphanumeric() || QUOTES.contains(&next)) {
            notes.push(Note::UnknownField(name.to_owned()));
        }
    }
    // Brackets at the end close; those that the word itself opens, as in `section(s)`, belong to it.
    let mut text = text;
    let mut closing = 0;
    let count = |text: &str, sign: char| text.chars().filter(|letter| *letter == sign).count();
    while text.ends_with(')') && count(text, ')') > count(text, '(') {
        text = &text[..text.len() - 1];
        closing += 1;
    }
    if !text.is_empty() {
        tokens.push(Token::Word(text.to_owned()));
    }
    tokens.extend(std::iter::repeat_n(Token::Close, closing));
    after
}
