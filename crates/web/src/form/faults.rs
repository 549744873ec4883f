//! What is wrong with a form.

use wire::Fault;

use super::question::Question;
use super::typed::{Typed, slips, value};
use crate::ask::Sentence;
use crate::language::say;

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slip {
    /// The name of the question; empty for the form as a whole.
    pub(crate) name: String,
    /// What to do about it.
    pub(crate) words: String,
}

/// All faults of a form, at most one per name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults(pub(crate) Vec<Slip>);

/// Whether `name` is `whole` or one of its parts.
fn is_within(name: &str, whole: &str) -> bool {
    name.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || whole.is_empty())
}

/// A JSON pointer as a form name: `/record/sectors/1` becomes `sectors.1`.
pub(crate) fn name_of(pointer: &str) -> String {
    let path = pointer.strip_prefix("/record").filter(|rest| rest.starts_with('/')).unwrap_or(pointer);
    path.trim_start_matches('/').replace('/', ".")
}

impl From<Vec<Fault>> for Faults {
    fn from(found: Vec<Fault>) -> Self {
        let mut faults = Self::default();
        for fault in found {
            faults.add(name_of(&fault.pointer), fault.sentence());
        }
        faults
    }
}

impl Faults {
    /// The faults of a refused form: first what cannot be read as typed, because the API would explain it
    /// badly; then missing answers; then what the API says about the rest. `at` is the place of the form's
    /// members in the request.
    pub(crate) fn of(questions: &[Question], typed: &Typed, at: &str, refused: Vec<Fault>) -> Self {
        let mut faults = Self::default();
        questions.iter().for_each(|question| slips(typed, "", question, &mut faults));
        for question in questions.iter().filter(|question| question.needed) {
            if value(typed, "", question).is_null() {
                faults
                    .add(question.name.clone(), say("answer-it").with("label", &question.label).to_string());
            }
        }
        for Slip { name, words } in Self::from(refused).0 {
            let inside = is_within(&name, at).then(|| name[at.len()..].trim_start_matches('.').to_owned());
            match inside {
                // Parsing stops at the first bad member, so a fault of the whole item may repeat one already
                // listed.
                Some(name) if name.is_empty() && !faults.is_empty() => {}
                Some(name) if faults.0.iter().any(|said| is_within(&name, &said.name)) => {}
                Some(name) => faults.add(name, words),
                None => faults.add("", words),
            }
        }
        faults.in_order(questions);
        faults
    }

    /// Sorts by question, and names the question in each fault, because the summary shows it away from its
    /// field.
    pub(crate) fn in_order(&mut self, questions: &[Question]) {
        let place = |name: &str| questions.iter().position(|question| is_within(name, &question.name));
        for slip in &mut self.0 {
            if let Some(label) = place(&slip.name).map(|place| &questions[place].label)
                && !slip.name.is_empty()
                && !slip.words.starts_with(label.as_str())
            {
                slip.words = format!("{label}: {}", slip.words);
            }
        }
        self.0.sort_by_key(|slip| place(&slip.name));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a fault, unless its name has one already.
    pub(crate) fn add(&mut self, name: impl Into<String>, words: impl Into<String>) {
        let name = name.into();
        if !self.0.iter().any(|slip| slip.name == name) {
            self.0.push(Slip { name, words: words.into() });
        }
    }

    /// The fault to show at a name; with `whole`, one of its parts counts too.
    pub(crate) fn with(&self, name: &str, whole: bool) -> Option<&str> {
        let found =
            self.0.iter().find(|slip| if whole { is_within(&slip.name, name) } else { slip.name == name });
        found.map(|slip| slip.words.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_names_a_part_of_a_form() {
        assert_eq!(name_of("/record/sectors/1"), "sectors.1");
        assert_eq!(name_of("/note"), "note");
        assert_eq!(name_of("/recording"), "recording");
        assert_eq!(name_of(""), "");
    }

    #[test]
    fn a_name_is_of_its_own_part_only() {
        assert!(is_within("status", "status") && is_within("risks.1.title", "risks.1") && is_within("a", ""));
        assert!(!is_within("status_reason", "status") && !is_within("risks.10.title", "risks.1"));
    }
}
