//! What the process that reads a spreadsheet says of a cell beside its text: that it holds an error, that its
//! formula has no stored value, or where it links to. It stands behind the text, after a sign that no text of
//! a spreadsheet has, because the process takes it out of them.

/// The sign between a text and its mark.
pub(super) const SIGN: char = '\u{1F}';

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

/// A cell's text, and what is said of it.
pub(super) fn split(cell: &str) -> (&str, Option<Mark<'_>>) {
    let Some((text, said)) = cell.split_once(SIGN) else { return (cell, None) };
    let mark = match said.split_at_checked(1) {
        Some(("E", _)) => Some(Mark::Error),
        Some(("F", _)) => Some(Mark::NotComputed),
        Some(("L", target)) => Some(Mark::Link(target)),
        _ => None,
    };
    (text, mark)
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
            assert_eq!(split(&cell), ("Read more", Some(mark)));
        }
        assert_eq!(split("Read more"), ("Read more", None));
        let mut cell = String::new();
        Mark::Link("a\u{1F}Eb").write(&mut cell);
        assert_eq!(split(&cell), ("", Some(Mark::Link("aEb"))));
    }

    #[test]
    fn columns_have_letters() {
        for (column, expected) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (999, "ALL")] {
            assert_eq!(letters(column), expected);
        }
    }
}
