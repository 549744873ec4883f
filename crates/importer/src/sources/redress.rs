//! Whether an answer about objections or appeals names a way to challenge the tool, or says that there is none.

use domain::codes::StatementKind;
use domain::text::{fold, one_line, shorten};
use serde_json::{Map, Value, json};

use crate::mapping::Mapped;
use crate::persons::hide_mailboxes;
use crate::report::{Uses, used};

/// Longest reason kept with a statement.
const REASON_MAX: usize = 1_000;
const NOT_APPLICABLE: &[&str] = &[" n v t ", " nvt ", " niet van toepassing ", " not applicable ", " n a "];
const NONE: &[&str] = &[
    " nee ",
    " no ",
    " none ",
    " geen ",
    " er is geen ",
    " er zijn geen ",
    " there is no ",
    " there are no ",
    " there is currently no ",
    " daar is nooit sprake van ",
];
/// Words of an answer that names a way all the same: "no formal procedure, but an objection can be made".
const A_WAY: &[&str] = &[
    "bezwaar kan ",
    "kan bezwaar ",
    "kunnen bezwaar ",
    "bezwaar maken",
    "kenbaar te maken",
    "melding ",
    "klacht",
    "can appeal",
    "may appeal",
    "can be appealed",
    "can be challenged",
    "can contact",
    "can complain",
    "complaint",
    "can request",
    "can ask",
    "http",
];

/// What an answer says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Way,
    None,
    NotApplicable,
}

fn told(text: &str) -> Told {
    let folded = format!(" {} ", fold(text));
    let begins = |list: &[&str]| list.iter().any(|words| folded.starts_with(words));
    let not_applicable =
        begins(NOT_APPLICABLE) || folded == " na " || folded.contains(" dus niet van toepassing ");
    let none = begins(NONE) || folded.contains(" niet geregeld ");
    if !(not_applicable || none) || A_WAY.iter().any(|words| folded.contains(words)) {
        Told::Way
    } else if not_applicable {
        Told::NotApplicable
    } else {
        Told::None
    }
}

/// Whether an answer says that there is none, or that the question does not arise.
pub(super) fn denies(answer: &str) -> bool {
    told(answer) != Told::Way
}

/// Adds the answer as a redress route, or states that there is none, with the source's words.
pub(super) fn read(answer: &str, mapped: &mut Mapped, uses: &mut Uses) {
    match told(answer) {
        Told::Way => {
            let channel = domain::text::clean(&hide_mailboxes(answer));
            add(&mut mapped.fields, json!({ "channel": channel }));
        }
        Told::None => {
            used(uses, "redress-stated-as-none");
            state(mapped, "redress_routes", StatementKind::Absent, answer);
        }
        Told::NotApplicable => {
            used(uses, "redress-stated-as-not-applicable");
            state(mapped, "redress_routes", StatementKind::NotApplicable, answer);
        }
    }
}

fn add(fields: &mut Map<String, Value>, route: Value) {
    if let Some(routes) = fields.entry("redress_routes").or_insert_with(|| json!([])).as_array_mut() {
        routes.push(route);
    }
}

/// States something of a field in the source's words.
pub(super) fn state(mapped: &mut Mapped, field: &str, kind: StatementKind, words: &str) {
    let words = one_line(&hide_mailboxes(words));
    let words = shorten(&words, REASON_MAX).unwrap_or(words);
    mapped.statements.insert(field.to_owned(), (kind, format!("the source says \"{words}\"")));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_names_a_way_or_says_that_there_is_none() {
        #[track_caller]
        fn check(answer: &str, expected: Told) {
            assert_eq!(told(answer), expected, "{answer}");
        }
        check("Er kan bezwaar gemaakt worden tegen het besluit.", Told::Way);
        check("Ja, door de medewerkers.", Told::Way);
        check("Nee, algoritme slechts voor intern gebruik.", Told::None);
        check("Gezien de aard van het model is dit niet geregeld.", Told::None);
        check("N.v.t. Een handhaver trekt zelf conclusies.", Told::NotApplicable);
        check("Geen persoonsgegevens dus niet van toepassing.", Told::NotApplicable);
        check(
            "Er is geen formele bezwaarprocedure. Wie dat wil kan bezwaar maken bij de gemeente.",
            Told::Way,
        );
        check("There is no appeal process.", Told::None);
        check("There is no separate process; people can appeal to the tribunal.", Told::Way);
        check("Not applicable", Told::NotApplicable);
        check("NA", Told::NotApplicable);
        check("Na het besluit, bij de rechter.", Told::Way);
        check("Write to us.", Told::Way);
    }

    #[test]
    fn what_is_not_there_is_stated_with_the_source_s_words() {
        let mut mapped = Mapped::default();
        read("Nee,\nintern gebruik", &mut mapped, &mut Uses::new());
        assert!(mapped.fields.is_empty());
        let (kind, reason) = &mapped.statements["redress_routes"];
        assert_eq!(
            (*kind, reason.as_str()),
            (StatementKind::Absent, "the source says \"Nee, intern gebruik\"")
        );
    }
}
