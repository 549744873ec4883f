//! People in the files of other registers. Names, mailboxes and telephone numbers are replaced before anything is
//! kept of a row: in the raw row, the version, and the errors of reports. They are recognised by their column
//! (`columns.rs`: "Contact name", "contactpersoon") and by their form (`mailboxes.rs`, `telephones.rs`). A name in a
//! sentence is not recognised. Mailboxes of roles and telephone numbers of services stay.

#[cfg(test)]
mod canary;
mod columns;
mod mailboxes;
mod telephones;

use std::cell::RefCell;
use std::collections::HashMap;

use domain::placeholder::is_no_name;
use domain::text::fold;
use domain::validate::is_address;
use serde_json::{Map, Value};

use crate::mapping::Mapped;
use crate::report::{RowError, Uses, used};

pub use mailboxes::hide_mailboxes;

/// What is written in place of a person.
pub(crate) const PERSON: &str = "[person left out]";

/// What a column is about, as far as people are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    People,
    Ids,
    Other,
}

/// Headings judged before, of this thread: a file has the same few in each row.
const JUDGED_MOST: usize = 5_000;

fn about(heading: &str) -> About {
    thread_local!(static JUDGED: RefCell<HashMap<String, About>> = RefCell::default());
    JUDGED.with_borrow_mut(|judged| {
        if let Some(known) = judged.get(heading) {
            return *known;
        }
        let about = if columns::holds_people(heading) {
            About::People
        } else if fold(heading).split(' ').any(|word| ID_WORDS.contains(&word)) {
            About::Ids
        } else {
            About::Other
        };
        // A file of JSON may have any number of members.
        if judged.len() < JUDGED_MOST {
            judged.insert(heading.to_owned(), about);
        }
        about
    })
}

/// Whether a column holds people: names, mailboxes or telephone numbers.
pub(crate) fn is_of_people(heading: &str) -> bool {
    about(heading) == About::People
}

/// Whether a text can have a mailbox or a telephone number at all.
fn may_hold_people(text: &str) -> bool {
    let has_mark = text.bytes().any(|byte| matches!(byte, b'@' | b'%' | b'&' | b'(' | b'[' | b'{' | 0xEF));
    has_mark || text.bytes().filter(u8::is_ascii_digit).nth(6).is_some()
}

/// Fields whose texts are ids, of which none is a telephone number.
const IDS: &[&str] = &["references"];
/// Words of the heading of a column of ids.
const ID_WORDS: &[&str] =
    &["id", "ids", "code", "codes", "key", "lars", "uuid", "siren", "siret", "kvk", "piid", "piids"];

/// A text without personal mailboxes and telephone numbers. Counts what is left out.
fn without(text: &str, uses: &mut Uses) -> String {
    let hidden = without_mailboxes(text, uses);
    counted(telephones::hide(&hidden), &hidden, "telephone-left-out", uses)
}

/// A text without personal mailboxes and telephone numbers.
pub(crate) fn without_contacts(text: &str) -> String {
    telephones::hide(&hide_mailboxes(text))
}

fn without_mailboxes(text: &str, uses: &mut Uses) -> String {
    counted(hide_mailboxes(text), text, "mailbox-left-out", uses)
}

fn counted(after: String, before: &str, rule: &str, uses: &mut Uses) -> String {
    if after != before {
        used(uses, rule);
    }
    after
}

/// A cell as it may be kept. In a column of people only mailboxes of roles, addresses and placeholders stay.
fn cell(heading: &str, cell: &str, uses: &mut Uses) -> String {
    match about(heading) {
        About::People if columns::may_count(heading) && !are_names(cell) => without(cell, uses),
        About::People => counted(of_people(cell), cell, "person-left-out", uses),
        About::Ids => without_mailboxes(cell, uses),
        About::Other => without(cell, uses),
    }
}

/// Whether a cell under "People" may name some, rather than say how many there are. Words for numbers, such as `NaN`, are
/// none.
fn are_names(cell: &str) -> bool {
    let is_number = cell.bytes().any(|byte| byte.is_ascii_digit()) || cell.trim().parse::<f64>().is_ok();
    cell.contains('@') || !is_number
}

/// What stays of a cell in a column of people.
fn of_people(cell: &str) -> String {
    if cell.trim().is_empty() || is_no_name(cell) {
        return cell.to_owned();
    }
    let hidden = hide_mailboxes(cell);
    let is_kept = |word: &&str| {
        let word = word.trim_matches(|sign: char| matches!(sign, '<' | '>' | '(' | ')' | '.'));
        is_address(word) || word.trim_start_matches("mailto:").contains('@')
    };
    let words = || hidden.split([' ', '\n', '\t', '\r', ';', ',', '|']).filter(|word| !word.is_empty());
    if words().all(|word| is_kept(&word)) {
        return hidden;
    }
    let kept: Vec<&str> = words().filter(is_kept).collect();
    if kept.is_empty() { PERSON.to_owned() } else { format!("{PERSON} {}", kept.join(" ")) }
}

/// Leaves people out of the cells of a row.
pub(crate) fn leave_out_of_cells(headings: &[String], cells: &mut [String], uses: &mut Uses) {
    for (heading, text) in headings.iter().zip(cells) {
        if !text.is_empty() && (is_of_people(heading) || may_hold_people(text)) {
            *text = cell(heading, text, uses);
        }
    }
}

/// Leaves people out of a row as its source has it.
pub(crate) fn leave_out_of_row(row: &mut Map<String, Value>, uses: &mut Uses) {
    for (heading, value) in row.iter_mut() {
        leave_out_below(heading, is_of_people(heading), value, uses);
    }
}

/// Leaves people out of a member and everything in it. In a member that is about people, all texts are.
fn leave_out_below(heading: &str, of_people_above: bool, value: &mut Value, uses: &mut Uses) {
    match value {
        Value::String(text) if of_people_above && columns::may_count(heading) => {
            *text = cell(heading, text, uses)
        }
        Value::String(text) if of_people_above => {
            *text = counted(of_people(text), text, "person-left-out", uses);
        }
        Value::String(text) if may_hold_people(text) => *text = cell(heading, text, uses),
        // A telephone number may stand there as a number.
        Value::Number(_) if of_people_above => {
            used(uses, "person-left-out");
            *value = Value::String(PERSON.to_owned());
        }
        Value::Array(items) => {
            items.iter_mut().for_each(|item| leave_out_below(heading, of_people_above, item, uses));
        }
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                leave_out_below(name, of_people_above || is_of_people(name), member, uses);
            }
        }
        _ => {}
    }
}

/// Leaves people out of everything that may be kept of a row. Readers leave them out of its cells before they read
/// them; this makes sure that none forgot.
pub(crate) fn leave_out_of_mapped(mapped: &mut Mapped, uses: &mut Uses) {
    leave_out_of_row(&mut mapped.raw, uses);
    leave_out_of_fields(&mut mapped.fields, uses);
    let texts = mapped.statements.values_mut().map(|(_, reason)| reason);
    let texts = texts.chain(mapped.withheld.values_mut().map(|(_, reason)| reason));
    let texts = texts.chain(mapped.placeholders.values_mut().map(|(_, said)| said));
    let texts = texts.chain(mapped.categories.iter_mut().map(|(_, called)| called));
    for text in texts.filter(|text| may_hold_people(text)) {
        *text = without(text, uses);
    }
}

/// Leaves people out of what a row fills, by their form alone: its columns were judged when they were read.
fn leave_out_of_fields(fields: &mut Map<String, Value>, uses: &mut Uses) {
    for (name, value) in fields.iter_mut() {
        leave_out_by_form(value, IDS.contains(&name.as_str()), uses);
    }
}

fn leave_out_by_form(value: &mut Value, holds_ids: bool, uses: &mut Uses) {
    match value {
        Value::String(text) if holds_ids => *text = without_mailboxes(text, uses),
        Value::String(text) if may_hold_people(text) => *text = without(text, uses),
        Value::Array(items) => items.iter_mut().for_each(|item| leave_out_by_form(item, holds_ids, uses)),
        Value::Object(members) => {
            members.values_mut().for_each(|member| leave_out_by_form(member, holds_ids, uses));
        }
        _ => {}
    }
}

/// Leaves people out of an error of a row of another register, which goes into reports.
pub(crate) fn leave_out_of_error(error: RowError) -> RowError {
    let uses = &mut Uses::new();
    if is_of_people(&error.column) && !error.value.trim().is_empty() {
        let kept = cell(&error.column, &error.value, uses);
        let message = error.message.replace(&error.value, &kept);
        return RowError { value: kept, message: without(&message, uses), ..error };
    }
    RowError {
        value: without(&error.value, uses),
        message: without(&error.message, uses),
        hint: without(&error.hint, uses),
        ..error
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_column_of_people_keeps_roles_and_addresses_only() {
        #[track_caller]
        fn check(before: &str, after: &str) {
            assert_eq!(cell("Contact name", before, &mut Uses::new()), after, "{before}");
        }
        check("Roe, Jane", PERSON);
        check("Zebulon Q. Quackenbush, Director", PERSON);
        check("info@agency.gov", "info@agency.gov");
        check("Jane Roe <info@agency.gov>", "[person left out] <info@agency.gov>");
        check("jane.roe@agency.gov", PERSON);
        check("https://agency.gov/contact", "https://agency.gov/contact");
        check("N/A", "N/A");
        check("", "");
    }

    #[test]
    fn how_many_people_there_are_is_no_name() {
        for kept in ["12000.0", "1e3", "NaN", "12 000 a year", ""] {
            assert_eq!(cell("People", kept, &mut Uses::new()), kept);
        }
        for left_out in ["Jane Roe", "Zebulon"] {
            assert_eq!(cell("People", left_out, &mut Uses::new()), PERSON);
        }
        assert_eq!(cell("Staff", "jane.roe@agency.gov", &mut Uses::new()), PERSON);
    }

    #[test]
    fn ids_are_no_telephone_numbers() {
        let mut uses = Uses::new();
        assert_eq!(cell("Algorithm ID", "0612345678", &mut uses), "0612345678");
        assert_eq!(cell("Bereikbaar op", "0612345678", &mut uses), "[telephone left out]");
        assert_eq!(uses["telephone-left-out"], 1);
    }

    #[test]
    fn people_go_however_deep_they_are() {
        let mut row = json!({
            "title": "Sorter",
            "contact": { "naam": "Jan Jansen", "telefoon": 612345678, "mail": "algoritmes@stad.nl" },
            "details": { "people": [{ "title": "The Rt Hon Jane Roe" }], "body": "<p>jane.roe@x.gov.uk</p>" },
        });
        let mut uses = Uses::new();
        leave_out_of_row(row.as_object_mut().unwrap(), &mut uses);
        let expected = json!({
            "title": "Sorter",
            "contact": { "naam": PERSON, "telefoon": PERSON, "mail": "algoritmes@stad.nl" },
            "details": { "people": [{ "title": PERSON }], "body": "<p>[mailbox left out]</p>" },
        });
        assert_eq!(row, expected);
        assert_eq!((uses["person-left-out"], uses["mailbox-left-out"]), (3, 1));
    }

    #[test]
    fn an_error_names_nobody() {
        let error = RowError {
            column: "Contactpersoon".to_owned(),
            value: "Jan Jansen".to_owned(),
            ..RowError::row(2, "unknown-value", "'Jan Jansen' is not in the mapping's values", "")
        };
        let error = leave_out_of_error(error);
        assert_eq!((error.value.as_str(), error.message.contains("Jan")), (PERSON, false));
        let error = RowError {
            column: "Stage".to_owned(),
            value: "ask jane.roe@x.org".to_owned(),
            ..RowError::row(2, "unknown-value", "'ask jane.roe@x.org' is unknown", "or 020 7946 0000")
        };
        assert!(!format!("{:?}", leave_out_of_error(error)).contains("roe"));
    }
}
