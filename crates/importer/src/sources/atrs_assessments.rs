//! Section 2.5 of an algorithmic transparency record: impact assessments, answered in prose.

use domain::assessment::Assessment;
use domain::codes::{AssessmentType, StatementKind};
use serde_json::json;

use super::assessed::{self, Told};
use super::redress;
use crate::mapping::Mapped;
use crate::report::Uses;

/// Reads section 2.5: which assessments the answer names, and whether they were made. An answer that names none is
/// the record's own section on impact; one that denies them states that there are none.
pub(super) fn read(text: &str, mapped: &mut Mapped, uses: &mut Uses) {
    let known = mapped.fields.remove("assessments").and_then(|all| serde_json::from_value(all).ok());
    let mut all: Vec<Assessment> = known.unwrap_or_default();
    let said = assessed::read(text);
    for (r#type, one) in said.iter().filter_map(|one| Some((one.r#type?, one))) {
        if all.iter().any(|known| known.r#type == r#type) {
            continue;
        }
        let mut assessment = assessed::assessment(r#type, one.told, &one.words, uses);
        if matches!(one.told, Told::Made | Told::Begun) {
            assessment.summary = Some(text.to_owned());
        }
        all.push(assessment);
    }
    let denied = assessed::denies_all(text);
    if all.is_empty()
        && let Some(told) = denied
    {
        let kind =
            if told == Told::NotRequired { StatementKind::NotApplicable } else { StatementKind::Absent };
        return redress::state(mapped, "assessments", kind, text);
    }
    if all.is_empty() {
        let mut section = assessed::assessment(AssessmentType::Atrs, Told::Made, text, uses);
        section.summary = Some(text.to_owned());
        all.push(section);
    }
    mapped.fields.insert("assessments".to_owned(), json!(all));
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn section_2_5_says_what_was_made_and_what_was_not() {
        #[track_caller]
        fn check(text: &str, expected: &[(&str, &str)], statement: Option<StatementKind>) {
            let mut mapped = Mapped::default();
            read(text, &mut mapped, &mut Uses::new());
            let all = mapped.fields.get("assessments").and_then(Value::as_array).cloned().unwrap_or_default();
            let found: Vec<(&str, &str)> = all
                .iter()
                .map(|one| (one["type"].as_str().unwrap(), one["status"].as_str().unwrap()))
                .collect();
            assert_eq!(found, expected, "{text}");
            assert_eq!(mapped.statements.get("assessments").map(|(kind, _)| *kind), statement, "{text}");
        }
        check(
            "A DPIA was completed in March 2024. An EIA was not necessary because nobody is affected.",
            &[("dpia", "complete"), ("eqia", "not_required")],
            None,
        );
        check("An equality impact assessment is in progress.", &[("eqia", "in_progress")], None);
        check("No impact assessments have been completed.", &[], Some(StatementKind::Absent));
        check("N/A", &[], Some(StatementKind::NotApplicable));
        check("None", &[], Some(StatementKind::Absent));
        check("Not required: no personal data.", &[], Some(StatementKind::NotApplicable));
        check("The board looked at risks of the tool.", &[("atrs", "complete")], None);
    }
}
