//! Finds a cell that has swallowed lines of its own table: a quote too many, or one too few, makes everything
//! up to the next quote one cell.
//!
//! Prose may have commas and line ends as well. So a cell is taken for swallowed rows only if each of its
//! lines splits into exactly the cells that the header has, no separator is followed by a blank, as in prose,
//! and some separator does not stand in a number such as `1,000`.

/// Whether the cell at this place of a row holds rows of a table of `width` columns.
pub(super) fn holds_rows(cell: &str, place: usize, width: usize, separator: u8) -> bool {
    let mut lines = cell.split(['\n', '\r']).filter(|line| !line.is_empty());
    let (Some(first), Some(last)) = (lines.next(), lines.next_back()) else { return false };
    if width < 2 || !cells(first, separator, width - place) || !cells(last, separator, place + 1) {
        return false;
    }
    if !lines.all(|line| cells(line, separator, width)) {
        return false;
    }
    let bytes = cell.as_bytes();
    bytes.iter().enumerate().any(|(at, byte)| *byte == separator && !is_in_number(bytes, at))
}

/// Whether a line splits into this many cells, none of which begins with a blank or has a quote in it.
fn cells(line: &str, separator: u8, expected: usize) -> bool {
    let mut count = 0;
    for cell in line.split(char::from(separator)) {
        count += 1;
        let is_blank_first = count > 1 && cell.starts_with(' ');
        // A cell that is just a quote was an empty one in quotes.
        if count > expected || is_blank_first || cell.contains('"') && cell != "\"" {
            return false;
        }
    }
    count == expected
}

/// Whether the separator groups digits, as in `1,000`.
fn is_in_number(bytes: &[u8], at: usize) -> bool {
    let digit =
        |place: Option<usize>| place.and_then(|place| bytes.get(place)).is_some_and(u8::is_ascii_digit);
    digit(at.checked_sub(1)) && (1..=3).all(|next| digit(Some(at + next))) && !digit(Some(at + 4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cell: &str, place: usize, width: usize, expected: bool) {
        assert_eq!(holds_rows(cell, place, width, b','), expected, "{cell:?}");
    }

    #[test]
    fn rows_in_a_cell_are_found() {
        check("Tool 2,GB,pilot\nLeeds,Tool 3", 1, 4, true);
        check("Tool 2,GB,pilot\r\nLeeds,Tool 3,GB,pilot\r\n\r\nLeeds,Tool 4", 1, 4, true);
        check("Leeds,x\nYork", 0, 2, true);
        check(",,\n,Tool", 1, 4, true);
        check("Tool 2,\",pilot\nLeeds,Tool 3", 1, 4, true);
    }

    #[test]
    fn prose_is_not() {
        check("One line, with commas, and more", 1, 4, false);
        check("It sorts, ranks, and routes\nThen, a person decides", 1, 4, false);
        check("about 1,000 people\nof 12,000", 1, 3, false);
        check("a\nb", 1, 3, false);
        check("{\"a\":1,\"b\":2,\"c\":3\n\"d\":4,\"e\":5}", 1, 4, false);
        check("Tool 2,GB,pilot\nLeeds,Tool 3,x", 1, 4, false);
    }
}
