//! Text as the register stores it, and the keys by which names are compared.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_security::MixedScript;

/// Longest text of an ordinary field, in characters.
pub const TEXT_MAX: usize = 2_000;
/// Longest markdown text, in characters.
pub const MARKDOWN_MAX: usize = 100_000;

/// Whether a character must not be published: control characters other than line breaks, and invisible ones
/// that reorder or hide text (bidirectional controls, zero-width space, byte order mark).
pub fn is_forbidden(letter: char) -> bool {
    (letter.is_control() && letter != '\n')
        || matches!(letter, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}')
        || matches!(letter, '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Cleans text for storage: NFC, LF line breaks, no forbidden characters, trimmed.
///
/// Tabs become spaces; other forbidden characters are removed. Readers see the same text as before.
pub fn clean(raw: &str) -> String {
    let trimmed = raw.trim_matches(|letter: char| letter.is_whitespace() || is_forbidden(letter));
    let plain = trimmed.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~'));
    if plain {
        return trimmed.to_owned();
    }
    let visible: String = if trimmed.chars().any(|letter| is_forbidden(letter) || letter == '\u{2028}') {
        trimmed
            .replace("\r\n", "\n")
            .chars()
            .filter_map(|letter| match letter {
                '\r' | '\u{2028}' | '\u{2029}' | '\u{85}' => Some('\n'),
                '\t' | '\u{B}' | '\u{C}' => Some(' '),
                letter if is_forbidden(letter) => None,
                letter => Some(letter),
            })
            .collect()
    } else {
        trimmed.to_owned()
    };
    if is_nfc_quick(visible.chars()) == IsNormalized::Yes { visible } else { visible.nfc().collect() }
}

/// [`clean`] text on one line, with every run of white space as one space.
pub fn one_line(raw: &str) -> String {
    let text = clean(raw);
    if text.contains("  ") || text.contains(|letter: char| letter.is_whitespace() && letter != ' ') {
        return text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    text
}

/// The first forty characters of a value, for a message.
pub fn short(value: &str) -> String {
    match value.char_indices().nth(40) {
        Some((at, _)) => format!("{}…", &value[..at]),
        None => value.to_owned(),
    }
}

/// Folds text for searching and sorting: lower-case ASCII letters, digits and single spaces.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return fold_ascii(text.as_bytes());
    }
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            folded.push(letter.to_ascii_lowercase());
        } else if letter.is_ascii() {
            if !letter.is_ascii_punctuation() || !matches!(letter, '\'' | '.') {
                push_space(&mut folded);
            }
        } else {
            // Letters of any script become Latin ones; anything without a Latin form separates words.
            let latin = any_ascii::any_ascii_char(letter);
            for byte in latin.bytes() {
                if byte.is_ascii_alphanumeric() {
                    folded.push(char::from(byte.to_ascii_lowercase()));
                } else if byte != b'\'' {
                    push_space(&mut folded);
                }
            }
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// [`fold`] for ASCII text, which most text is.
fn fold_ascii(text: &[u8]) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut space = false;
    for &byte in text {
        if byte.is_ascii_alphanumeric() {
            if space && !folded.is_empty() {
                folded.push(' ');
            }
            space = false;
            folded.push(char::from(byte.to_ascii_lowercase()));
        } else if !matches!(byte, b'\'' | b'.') {
            space = true;
        }
    }
    folded
}

fn push_space(text: &mut String) {
    if !text.is_empty() && !text.ends_with(' ') {
        text.push(' ');
    }
}

/// Whether a word mixes letters of several scripts, as deceptive names do (UTS #39).
pub fn mixes_scripts(name: &str) -> bool {
    name.split(|letter: char| !letter.is_alphanumeric()).any(|word| !word.is_single_script())
}

/// A name as part of an address: folded, words joined by hyphens, at most 80 characters.
pub fn slug(name: &str) -> String {
    let mut slug = fold(name).replace(' ', "-");
    if slug.len() > 80 {
        slug.truncate(80);
        slug.truncate(slug.rfind('-').unwrap_or(80));
    }
    slug
}

/// A word with its first letter as a capital.
pub fn capitalise(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Shortens text to at most `max` characters (including the `…`), ending at a sentence or word. `None` if it
/// already fits.
pub fn shorten(text: &str, max: usize) -> Option<String> {
    let (end, _) = text.char_indices().nth(max)?;
    let (limit, _) = text.char_indices().nth(max - 1).unwrap_or((end, ' '));
    let head = &text[..limit];
    let sentence = head.rfind(". ").filter(|at| *at > limit / 2).map(|at| at + 1);
    Some(match sentence {
        Some(at) => head[..at].to_owned(),
        None => {
            let at = head.rfind(char::is_whitespace).filter(|at| *at > limit / 2).unwrap_or(limit);
            format!("{}…", head[..at].trim_end_matches([',', ';', ':', ' ', '\n']))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_what_a_reader_sees() {
        assert_eq!(clean("  a\tb\r\nc\u{200B}d\u{202E} "), "a b\ncd");
        assert_eq!(clean("e\u{301}"), "é");
        assert_eq!(one_line(" Rights-Impacting\n"), "Rights-Impacting");
    }

    #[test]
    fn folding_is_the_same_for_plain_and_other_letters() {
        for text in ["", "  a  b ", "it's 3.5 a-b_c!", "\n x\ty.", "...", "O'Neil & Co."] {
            let other = fold(&format!("é {text}"));
            assert_eq!(format!("e {}", fold(text)).trim_end(), other, "{text:?}");
        }
    }

    #[test]
    fn long_text_is_cut_at_a_sentence_or_a_word() {
        assert_eq!(shorten("short", 10), None);
        assert_eq!(shorten("One two three. Four five six", 20).as_deref(), Some("One two three."));
        assert_eq!(shorten("One two three four five", 12).as_deref(), Some("One two…"));
        assert!(shorten(&"x".repeat(50), 10).unwrap().chars().count() <= 10);
    }
}
