//! How values are written in the cells of the register's own files.
//!
//! Two kinds of file cannot hold every text unchanged: CSV for spreadsheets guards what would be a formula,
//! and a workbook cuts what is too long for a cell. The functions here let a reader recognise both.

use std::borrow::Cow;

use serde_json::Value;

use crate::cell::join;
use crate::fields::{Field, FieldKind};

/// Most UTF-16 units a workbook cell can hold.
pub const CELL_UNITS: usize = 32_767;
/// Appended to a text that a workbook cut.
pub const CUT: &str = "… (cut here: whole in the CSV file)";

/// The text of a field's value in a cell. The basis of an estimate has its own cell.
pub fn cell(field: &Field, value: &Value) -> String {
    let texts = |member: Option<&str>| {
        let items = value.as_array().into_iter().flatten();
        items
            .filter_map(|item| member.map_or(item, |member| &item[member]).as_str().map(str::to_owned))
            .collect()
    };
    match field.kind {
        FieldKind::Codes(_) | FieldKind::Texts => list(texts(None)),
        FieldKind::Organisations => list(texts(Some("name"))),
        FieldKind::Organisation => value["name"].as_str().unwrap_or_default().to_owned(),
        FieldKind::Estimate => value["value"].to_string(),
        FieldKind::Boolean | FieldKind::Objects(..) | FieldKind::Object(..) => value.to_string(),
        FieldKind::Text(_)
        | FieldKind::Markdown
        | FieldKind::Url
        | FieldKind::Email
        | FieldKind::Date
        | FieldKind::Code(_)
        | FieldKind::Jurisdiction
        | FieldKind::Language => value.as_str().unwrap_or_default().to_owned(),
    }
}

fn list(items: Vec<String>) -> String {
    // A single empty item would look like no items.
    if items.len() < 2 && items.iter().all(String::is_empty) {
        return String::new();
    }
    join(items.iter().map(String::as_str))
}

/// Whether a spreadsheet would take a text for a formula, or the text is guarded already.
pub fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A text in CSV for spreadsheets, with an apostrophe before a formula.
pub fn guarded(text: &str) -> Cow<'_, str> {
    if is_formula(text) { format!("'{text}").into() } else { text.into() }
}

/// The text behind the apostrophe that guards a formula; `None` if there is no guard.
pub fn unguarded(text: &str) -> Option<&str> {
    text.strip_prefix('\'').filter(|rest| is_formula(rest))
}

/// A text as it fits into a workbook cell.
pub fn fitting(text: &str) -> Cow<'_, str> {
    // A character takes no more UTF-16 units than bytes.
    if text.len() <= CELL_UNITS || units(text) <= CELL_UNITS {
        return text.into();
    }
    let mut room = CELL_UNITS - units(CUT);
    let end = text.char_indices().find(|(_, letter)| {
        let fits = letter.len_utf16() <= room;
        room = room.saturating_sub(letter.len_utf16());
        !fits
    });
    let end = end.map_or(text.len(), |(at, _)| at);
    format!("{}{CUT}", &text[..end]).into()
}

/// Whether a text ends with the mark of a workbook cut.
pub fn is_cut(text: &str) -> bool {
    text.trim_end().ends_with(CUT)
}

/// Whether a text is the start of another that a spreadsheet silently cut at the end of its cell.
pub fn is_beginning(text: &str, whole: &str) -> bool {
    // The last character may take two units, and trailing white space is lost when a cell is read.
    text.len() < whole.len() && whole.starts_with(text) && {
        let cut: String = whole
            .chars()
            .scan(0, |units, letter| {
                *units += letter.len_utf16();
                (*units <= CELL_UNITS).then_some(letter)
            })
            .collect();
        units(whole) > CELL_UNITS && cut.trim_end() == text.trim_end()
    }
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_too_long_for_a_cell_says_that_it_was_cut() {
        assert_eq!(fitting("short"), "short");
        let most = "é".repeat(CELL_UNITS);
        assert_eq!(fitting(&most), most);
        let cut = fitting(&"𝄞".repeat(20_000)).into_owned();
        assert!(is_cut(&cut) && !is_cut(&most));
        assert!(units(&cut) <= CELL_UNITS && units(&cut) > CELL_UNITS - 2);
    }

    #[test]
    fn a_guard_goes_on_and_comes_off() {
        for text in ["=1+1", "+44", "-5", "@x", "\tx", "'=1+1", "''@", "'-"] {
            assert_eq!(unguarded(&guarded(text)), Some(text));
        }
        for text in ["", "'", "'quoted'", "a=b", "5"] {
            assert_eq!(guarded(text), text);
            assert_eq!(unguarded(text), None);
        }
    }

    #[test]
    fn a_beginning_is_as_long_as_a_cell() {
        let whole = "x".repeat(40_000);
        assert!(is_beginning(&whole[..CELL_UNITS], &whole));
        assert!(!is_beginning(&whole[..100], &whole) && !is_beginning(&whole, &whole));
        let wide = "𝄞".repeat(20_000);
        let half: String = wide.chars().take(CELL_UNITS / 2).collect();
        assert!(is_beginning(&half, &wide));
    }
}
