//! What the process that reads a spreadsheet says of a cell beside its text: that it holds an error, that its formula
//! has no stored value, or where it links to. It stands behind the text, after a sign that is written twice where it is
//! part of the text itself.

use std::borrow::Cow;

/// The sign between a text and its mark.
pub(super) const SIGN: char = '\u{1F}';
/// The same as part of a text.
const TWICE: &str = "\u{1F}\u{1F}";

/// What is said of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark<'a> {
    /// Its formula gives an error, such as `#DIV/0!`.
    Error,
    /// Its formula has no stored value.
    NotComputed,
    /// It links to this target.
    Link(&'a str),
}

impl Mark<'_> {
    /// Puts the mark behind a text.
    pub(super) fn write(self, text: &mut String) {
        text.push(SIGN);
        match self {
            Self::Error => text.push('E'),
            Self::NotComputed => text.push('F'),
            Self::Link(target) => {
                text.push('L');
                text.extend(target.chars().filter(|letter| *letter != SIGN));
            }
        }
    }
}

/// Writes a text that a mark may follow.
pub(super) fn write_text(cell: &mut String, text: &str) {
    if text.contains(SIGN) {
        cell.push_str(&text.replace(SIGN, TWICE));
    } else {
        cell.push_str(text);
    }
}

/// A cell's text, and what is said of it.
pub(super) fn split(cell: &str) -> (Cow<'_, str>, Option<Mark<'_>>) {
    let (text, mark) = cut(cell);
    let text = if text.contains(SIGN) { Cow::from(text.replace(TWICE, "\u{1F}")) } else { Cow::from(text) };
    (text, mark)
}

/// The same with the text as it is written, which does to compare texts.
pub(super) fn cut(cell: &str) -> (&str, Option<Mark<'_>>) {
    let mut from = 0;
    while let Some((text, said)) = cell.get(from..).and_then(|rest| rest.split_once(SIGN)) {
        let at = from + text.len();
        let mark = match said.split_at_checked(1) {
            Some(("E", _)) => Mark::Error,
            Some(("F", _)) => Mark::NotComputed,
            Some(("L", target)) => Mark::Link(target),
            _ => {
                from = at + TWICE.len();
                continue;
            }
        };
        return (cell.get(..at).unwrap_or_default(), Some(mark));
    }
    (cell, None)
}

/// The letters of a column, as a spreadsheet shows them: 0 is `A`, 26 is `AA`.
pub(super) fn letters(column: usize) -> String {
    let mut rest = column + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_read_as_written() {
        for mark in [Mark::Error, Mark::NotComputed, Mark::Link("https://leeds.example/a?b")] {
            let mut cell = "Read more".to_owned();
            mark.write(&mut cell);
            assert_eq!(split(&cell), (Cow::from("Read more"), Some(mark)));
        }
        assert_eq!(split("Read more"), (Cow::from("Read more"), None));
        let mut cell = String::new();
        Mark::Link("a\u{1F}Eb").write(&mut cell);
        assert_eq!(split(&cell), (Cow::from(""), Some(Mark::Link("aEb"))));
    }

    #[test]
    fn the_sign_may_be_part_of_a_text() {
        for text in ["\u{1F}", "a\u{1F}", "\u{1F}E", "\u{1}\u{b}\u{1f}", "a\u{1F}\u{1F}Lb"] {
            let mut cell = String::new();
            write_text(&mut cell, text);
            assert_eq!(split(&cell), (Cow::from(text), None), "{text:?}");
            Mark::Error.write(&mut cell);
            assert_eq!(split(&cell), (Cow::from(text), Some(Mark::Error)), "{text:?}");
        }
    }

    #[test]
    fn columns_have_letters() {
        for (column, expected) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (999, "ALL")] {
            assert_eq!(letters(column), expected);
        }
    }
}
