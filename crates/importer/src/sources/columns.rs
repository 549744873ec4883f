//! What each source does with the columns of its files: which fields a column fills, what else it is read for, or why
//! it is not read. A source states the last two beside its reader; a column that nobody states is unknown.

use domain::text::fold;

use super::{Source, atrs, ca, nl, nyc, us};
use crate::columns::ColumnUse;
use crate::mapping::{Mapping, fits};
use crate::persons::is_of_people;

/// Why the second of two columns with one heading is not read.
const SECOND: &str = "an earlier column has the same heading, and is read";
/// Why columns of people are not read.
const PEOPLE: &str = "people are not kept, only mailboxes of roles";

/// Headings, each with a sentence about its column. A `*` at the end of a heading stands for any ending.
pub(super) type Said = [(&'static str, &'static str)];

impl Source {
    /// What this source does with each column of a file. `None` for our own template and for tables, whose fields and
    /// mappings say it.
    pub fn columns(self, headers: &[String]) -> Option<Vec<(String, ColumnUse)>> {
        let (mapping, read_for, ignored) = self.stated()?;
        let of = |(place, header): (usize, &String)| {
            let is_same = |other: &String| fold(other) == fold(header);
            let is_second = headers.iter().take(place).any(is_same) && !fold(header).is_empty();
            let used = match of_column(header, &mapping, read_for, ignored) {
                ColumnUse::Read { .. } if is_second => ColumnUse::ignored(SECOND),
                used => used,
            };
            (header.clone(), used)
        };
        Some(headers.iter().enumerate().map(of).collect())
    }

    /// The same without the headers.
    pub(super) fn uses(self, headers: &[String]) -> Vec<ColumnUse> {
        self.columns(headers).into_iter().flatten().map(|(_, used)| used).collect()
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
        return ColumnUse::ignored("a column without a heading");
    }
    let said = |list: &'static Said| {
        list.iter().find(|(pattern, _)| fits(pattern, &folded)).map(|(_, sentence)| *sentence)
    };
    if mapping.drops(header) {
        return ColumnUse::ignored(PEOPLE);
    }
    let fills = mapping.fills(header);
    let wants_mailbox = fills.iter().any(|name| name == "contact_email");
    if is_of_people(header) && !wants_mailbox {
        return ColumnUse::ignored(PEOPLE);
    }
    match (fills.is_empty(), said(read_for), said(ignored)) {
        (false, ..) => ColumnUse::read(fills.join(", ")),
        (true, Some(what), _) => ColumnUse::read_for(what),
        (true, None, Some(why)) => ColumnUse::ignored(why),
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
        assert_eq!(uses[0], ColumnUse::read("title"));
        assert_eq!((&uses[1], &uses[2]), (&ColumnUse::ignored(PEOPLE), &ColumnUse::Unknown));
        assert!(
            matches!(uses[3], ColumnUse::Ignored { .. }) && matches!(uses[4], ColumnUse::Read { .. }),
            "{uses:?}"
        );
        assert!(matches!(uses[5], ColumnUse::Ignored { .. }));
        assert_eq!(Source::Records.columns(&headers), None);
    }
}
