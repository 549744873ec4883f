//! What each source does with the columns of its files: which fields a column fills, what else it is read for, or why
//! it is not read. A source states the last two beside its reader; a column that nobody states is unknown.

use domain::text::fold;

use super::{Source, atrs, ca, nl, nyc, us};
use crate::mapping::{Mapping, fits};
use crate::persons::is_of_people;

/// Why columns of people are not read.
const PEOPLE: &str = "people are not kept, only mailboxes of roles";

/// What a source does with a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnUse {
    /// It fills these fields.
    Fills(Vec<String>),
    /// It fills no field, but is read for this.
    ReadFor(&'static str),
    /// It is not read on purpose, for this reason. The raw row has it, unless it is about people.
    Ignored(&'static str),
    /// The source does not know it. The raw row has it.
    Unknown,
}

/// Headings, each with a sentence about its column. A `*` at the end of a heading stands for any ending.
pub(super) type Said = [(&'static str, &'static str)];

impl Source {
    /// What this source does with each column of a file. `None` for our own template and for tables, whose fields and
    /// mappings say it.
    pub fn columns(self, headers: &[String]) -> Option<Vec<(String, ColumnUse)>> {
        let (mapping, read_for, ignored) = self.stated()?;
        let of = |header: &String| (header.clone(), of_column(header, &mapping, read_for, ignored));
        Some(headers.iter().map(of).collect())
    }

    /// Its mapping, and what it states of columns that fill nothing.
    fn stated(self) -> Option<(Mapping, &'static Said, &'static Said)> {
        Some(match self {
            Self::Atrs => (atrs::mapping(), atrs::READ_FOR, atrs::IGNORED),
            Self::Nl => (nl::mapping(), nl::READ_FOR, nl::IGNORED),
            Self::Us => (us::mapping(), us::READ_FOR, us::IGNORED),
            Self::Ca => (ca::mapping(), ca::READ_FOR, ca::IGNORED),
            Self::Nyc => (nyc::mapping(), nyc::READ_FOR, nyc::IGNORED),
            Self::Records | Self::Table => return None,
        })
    }
}

fn of_column(header: &str, mapping: &Mapping, read_for: &'static Said, ignored: &'static Said) -> ColumnUse {
    let folded = fold(header);
    if folded.is_empty() {
        return ColumnUse::Ignored("a column without a heading");
    }
    let said = |list: &'static Said| {
        list.iter().find(|(pattern, _)| fits(pattern, &folded)).map(|(_, sentence)| *sentence)
    };
    if mapping.drops(header) {
        return ColumnUse::Ignored(PEOPLE);
    }
    let fills = mapping.fills(header);
    let wants_mailbox = fills.iter().any(|name| name == "contact_email");
    if is_of_people(header) && !wants_mailbox {
        return ColumnUse::Ignored(PEOPLE);
    }
    match (fills.is_empty(), said(read_for), said(ignored)) {
        (false, ..) => ColumnUse::Fills(fills),
        (true, Some(what), _) => ColumnUse::ReadFor(what),
        (true, None, Some(why)) => ColumnUse::Ignored(why),
        (true, None, None) => ColumnUse::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_a_mapping_fills_something_or_has_its_reason() {
        for (name, source) in Source::ALL {
            let Some((mapping, ..)) = source.stated() else { continue };
            let headers: Vec<String> =
                mapping.headers().map(|header| header.trim_end_matches('*').to_owned()).collect();
            for (header, use_of) in source.columns(&headers).unwrap() {
                assert_ne!(use_of, ColumnUse::Unknown, "{name}: {header}");
            }
        }
    }

    #[test]
    fn a_sentence_about_a_column_stands_once_and_contradicts_nothing() {
        for (name, source) in Source::ALL {
            let Some((mapping, read_for, ignored)) = source.stated() else { continue };
            for (heading, sentence) in read_for.iter().chain(ignored) {
                assert!(!sentence.is_empty(), "{name}: {heading}");
                assert!(
                    mapping.fills(heading).is_empty(),
                    "{name}: {heading} fills a field, so it needs no sentence"
                );
            }
            for (heading, _) in read_for {
                assert!(
                    !ignored.iter().any(|(other, _)| other == heading),
                    "{name}: {heading} is said twice"
                );
            }
        }
    }

    #[test]
    fn a_column_nobody_states_is_unknown() {
        let headers = ["Use Case Name", "Contact Name", "Colour of the logo", "have_ato", "Agency", ""]
            .map(str::to_owned);
        let uses: Vec<ColumnUse> =
            Source::Us.columns(&headers).unwrap().into_iter().map(|(_, one)| one).collect();
        assert_eq!(uses[0], ColumnUse::Fills(vec!["title".to_owned()]));
        assert_eq!((&uses[1], &uses[2]), (&ColumnUse::Ignored(PEOPLE), &ColumnUse::Unknown));
        assert!(
            matches!(uses[3], ColumnUse::Ignored(_)) && matches!(uses[4], ColumnUse::ReadFor(_)),
            "{uses:?}"
        );
        assert!(matches!(uses[5], ColumnUse::Ignored(_)));
        assert_eq!(Source::Records.columns(&headers), None);
    }
}
