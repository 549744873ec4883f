//! What a US inventory answers about the practices that OMB asks of uses with high impact: impact assessment, testing,
//! independent review, consultation, appeal, opting out; and about privacy. The forms of 2024 and 2025 ask in other
//! words and offer other choices, but each choice is one of a few answers ([`Answer`]).
//!
//! Blank stays unsaid, "not applicable" and "no" are stated as such, and a practice that the agency's chief AI officer
//! waived is stated as not required, with the words.

use domain::assessment::{Assessment, Document};
use domain::codes::{AssessmentType, StatementKind};
use domain::text::{clean, fold, one_line};
use domain::validate::is_address;
use serde_json::{Value, json};

use super::assessed::{self, Told};
use super::redress::state;
use crate::mapping::Mapped;
use crate::report::{Uses, used};

/// One answer, across the forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Yes,
    Begun,
    No,
    /// No, because a law or guidance is in the way.
    ByLaw,
    Waived,
    NotApplicable,
    /// Anything else, such as "Other".
    Unclear,
}

fn answer(said: &str) -> Answer {
    let folded = format!(" {} ", fold(said));
    let has = |words: &str| folded.contains(words);
    let begins = |words: &str| folded.starts_with(words);
    if has(" waived ") {
        Answer::Waived
    } else if has(" in progress ") || has(" in progess ") || begins(" planned ") || begins(" planning ") {
        Answer::Begun
    } else if begins(" not applicable ")
        || begins(" n a ")
        || begins(" na ")
        || has(" does not apply ")
        || has(" is not safety ")
        || has(" is not rights ")
    {
        Answer::NotApplicable
    } else if has(" precluded ") || has(" precludes ") || begins(" no ") && has(" law ") {
        Answer::ByLaw
    } else if begins(" no ") || begins(" false ") {
        Answer::No
    } else if begins(" yes ")
        || begins(" true ")
        || has(" established ")
        || has(" review ")
        || has(" evaluation ")
    {
        Answer::Yes
    } else {
        Answer::Unclear
    }
}

/// Assessments that a list of documents names, such as `Privacy Impact Assessment; ATO`. What it names otherwise stays
/// in the raw row.
pub(super) fn compliance(said: Option<&str>, mapped: &mut Mapped, uses: &mut Uses) {
    let known = mapped.fields.remove("assessments").and_then(|all| serde_json::from_value(all).ok());
    let mut all: Vec<Assessment> = known.unwrap_or_default();
    for part in said.into_iter().flat_map(|said| said.split([';', '\n', ','])) {
        for one in assessed::read(part) {
            let Some(r#type) = one.r#type.filter(|r#type| !all.iter().any(|known| known.r#type == *r#type))
            else {
                continue;
            };
            let mut assessment = assessed::assessment(r#type, one.told, &one.words, uses);
            assessment.title = Some(one_line(part));
            all.push(assessment);
        }
    }
    if !all.is_empty() {
        mapped.fields.insert("assessments".to_owned(), json!(all));
    }
}

/// A row's answers by the names of their columns, with those that mean "not applicable".
pub(super) struct Practices<'f, 'r> {
    pub(super) said: &'f dyn Fn(&str) -> Option<&'r str>,
}

impl<'r> Practices<'_, 'r> {
    /// Reads all of them into the mapped row.
    pub(super) fn read(&self, mapped: &mut Mapped, uses: &mut Uses) {
        self.assessments(mapped, uses);
        self.testing(mapped, uses);
        self.review(mapped, uses);
        self.consultation(mapped);
        self.appeal(mapped, uses);
        self.opt_out(mapped);
    }

    fn ask(&self, name: &str) -> Option<(&'r str, Answer)> {
        (self.said)(name).map(|said| (said, answer(said)))
    }

    fn assessments(&self, mapped: &mut Mapped, uses: &mut Uses) {
        let mut all: Vec<Assessment> = Vec::new();
        let impact = self.ask("hi_assessment_completed");
        if let Some((said, told)) = impact.and_then(|(said, answer)| Some((said, told(answer)?))) {
            let words = format!("the source says \"{}\"", one_line(said));
            let mut assessment = assessed::assessment(AssessmentType::Aiia, told, &words, uses);
            assessment.title = Some("AI impact assessment".to_owned());
            all.push(assessment);
        }
        all.extend(self.privacy(uses));
        match impact {
            _ if !all.is_empty() => {
                mapped.fields.insert("assessments".to_owned(), json!(all));
            }
            Some((said, Answer::NotApplicable)) => {
                state(
                    mapped,
                    "assessments",
                    StatementKind::NotApplicable,
                    &format!("AI impact assessment: {said}"),
                );
            }
            _ => {}
        }
    }

    /// The privacy impact assessment with its link, or whether the senior official for privacy assessed the risks.
    fn privacy(&self, uses: &mut Uses) -> Option<Assessment> {
        let cell = (self.said)("pia_url").unwrap_or_default();
        // A cell may have several addresses, or words around one.
        if let Some(url) = cell.split([' ', '\n', ';', ',']).find(|word| is_address(word)) {
            let mut assessment = assessed::assessment(AssessmentType::Dpia, Told::Made, "", uses);
            assessment.title = Some("Privacy impact assessment".to_owned());
            assessment.document = Some(Document { url: Some(url.to_owned()), ..Document::default() });
            return Some(assessment);
        }
        if !cell.is_empty() {
            used(uses, "privacy-assessment-without-address");
        }
        let (said, answer) = self.ask("saop_review")?;
        let told = told(answer)?;
        let words = format!("the source says \"{}\"", one_line(said));
        let mut assessment = assessed::assessment(AssessmentType::Dpia, told, &words, uses);
        assessment.title =
            Some("Privacy risks assessed by the senior agency official for privacy".to_owned());
        Some(assessment)
    }

    fn testing(&self, mapped: &mut Mapped, uses: &mut Uses) {
        let Some((said, answer)) = self.ask("hi_testing_conducted") else { return };
        match answer {
            Answer::Yes => {
                used(uses, "testing-becomes-an-evaluation");
                let mut evaluation = json!({ "title": "Testing before or in operation" });
                if fold(said) != "yes" {
                    evaluation["summary"] = json!(clean(said));
                }
                mapped.fields.insert("evaluations".to_owned(), json!([evaluation]));
            }
            Answer::No | Answer::ByLaw | Answer::Waived => {
                state(mapped, "evaluations", StatementKind::Absent, said)
            }
            Answer::NotApplicable => state(mapped, "evaluations", StatementKind::NotApplicable, said),
            Answer::Begun | Answer::Unclear => {}
        }
    }

    fn review(&self, mapped: &mut Mapped, uses: &mut Uses) {
        let Some((said, answer)) = self.ask("hi_independent_review") else { return };
        match answer {
            Answer::Yes => {
                let audit = json!({ "kind": "internal", "independence": one_line(said) });
                mapped.fields.insert("audits".to_owned(), json!([audit]));
            }
            Answer::No | Answer::ByLaw | Answer::Waived => {
                state(mapped, "audits", StatementKind::Absent, said)
            }
            Answer::NotApplicable => state(mapped, "audits", StatementKind::NotApplicable, said),
            Answer::Begun => {}
            Answer::Unclear => used(uses, "independent-review-not-translatable"),
        }
    }

    /// The steps to consult are a list of what was done; only "none of the above" says that nothing was.
    fn consultation(&self, mapped: &mut Mapped) {
        let Some((said, answer)) = self.ask("hi_public_consultation") else { return };
        let folded = fold(said);
        let none = folded.starts_with("none") || answer == Answer::Waived || answer == Answer::No;
        if none {
            state(mapped, "consultations", StatementKind::Absent, said);
        } else if answer == Answer::NotApplicable {
            state(mapped, "consultations", StatementKind::NotApplicable, said);
        } else if answer != Answer::Begun && !matches!(folded.as_str(), "" | "other" | "d other" | "blank") {
            let consultation = json!({ "held_by": "publisher", "method": clean(said) });
            mapped.fields.insert("consultations".to_owned(), json!([consultation]));
        }
    }

    /// The appeal process as a redress route, or what the source says about not having one.
    fn appeal(&self, mapped: &mut Mapped, uses: &mut Uses) {
        let Some((said, answer)) = self.ask("hi_appeal_process") else { return };
        let reason =
            (self.said)("no_appeal_reason").filter(|reason| self::answer(reason) != Answer::NotApplicable);
        let words = match reason {
            Some(reason) => format!("{}: {}", one_line(said), one_line(reason)),
            None => one_line(said),
        };
        let kind = match answer {
            Answer::Yes => {
                let route = json!({ "target": "outcome of the tool", "channel": one_line(said) });
                mapped.fields.insert("redress_routes".to_owned(), Value::Array(vec![route]));
                return;
            }
            Answer::No | Answer::ByLaw | Answer::Waived => StatementKind::Absent,
            Answer::NotApplicable => StatementKind::NotApplicable,
            Answer::Begun => StatementKind::Unknown,
            Answer::Unclear => return used(uses, "appeal-not-translatable"),
        };
        state(mapped, "redress_routes", kind, &words);
    }

    fn opt_out(&self, mapped: &mut Mapped) {
        let Some((said, answer)) = self.ask("67_opt_out") else { return };
        match answer {
            Answer::Yes => {
                mapped.fields.insert("opt_out_route".to_owned(), json!(clean(said)));
            }
            Answer::No | Answer::ByLaw | Answer::Waived => {
                state(mapped, "opt_out_route", StatementKind::Absent, said)
            }
            Answer::NotApplicable => state(mapped, "opt_out_route", StatementKind::NotApplicable, said),
            Answer::Begun | Answer::Unclear => {}
        }
    }
}

/// What an answer tells of an assessment; `None` if nothing.
fn told(answer: Answer) -> Option<Told> {
    match answer {
        Answer::Yes => Some(Told::Made),
        Answer::Begun => Some(Told::Begun),
        Answer::No | Answer::ByLaw => Some(Told::NotMade),
        Answer::Waived => Some(Told::NotRequired),
        Answer::NotApplicable | Answer::Unclear => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use domain::codes::AssessmentStatus::{Complete, InProgress, NotRequired, NotStarted};
    use domain::codes::{AssessmentStatus, AssessmentType};

    use super::*;

    const WAIVED: &str = "Agency CAIO has waived this minimum practice and reported such waiver to OMB.";

    fn read(answers: &[(&'static str, &'static str)]) -> Mapped {
        let answers: HashMap<&str, &'static str> = answers.iter().copied().collect();
        let said = |name: &str| answers.get(name).copied();
        let mut mapped = Mapped::default();
        Practices { said: &said }.read(&mut mapped, &mut Uses::new());
        mapped
    }

    fn assessments(mapped: &Mapped) -> Vec<Assessment> {
        let all = mapped.fields.get("assessments").cloned();
        all.map_or(Vec::new(), |all| serde_json::from_value(all).unwrap())
    }

    #[test]
    fn an_impact_assessment_is_made_begun_denied_waived_or_unsaid() {
        #[track_caller]
        fn check(said: &'static str, expected: Option<AssessmentStatus>) {
            let mapped = read(&[("hi_assessment_completed", said)]);
            let all = assessments(&mapped);
            assert_eq!(all.first().map(|one| one.status), expected, "{said}");
            let denied = matches!(expected, Some(NotStarted | NotRequired));
            assert_eq!(all.first().is_some_and(|one| one.status_reason.is_some()), denied, "{said}");
            assert!(all.iter().all(|one| one.r#type == AssessmentType::Aiia));
        }
        check("Yes", Some(Complete));
        check("YES", Some(Complete));
        check("In-progress", Some(InProgress));
        check("Planned or in-progress.", Some(InProgress));
        check("No", Some(NotStarted));
        check(WAIVED, Some(NotRequired));
        check("CAIO Waived", Some(NotRequired));
        check("Not Applicable", None);
        check("[blank]", None);
        let mapped = read(&[("hi_assessment_completed", "N/A")]);
        let (kind, reason) = &mapped.statements["assessments"];
        assert_eq!(*kind, StatementKind::NotApplicable);
        assert_eq!(reason, "the source says \"AI impact assessment: N/A\"");
        assert!(read(&[]).statements.is_empty());
    }

    #[test]
    fn privacy_is_assessed_where_the_source_says_so() {
        let all = assessments(&read(&[("pia_url", "https://a.gov/one.pdf https://a.gov/two.pdf")]));
        assert_eq!(all[0].r#type, AssessmentType::Dpia);
        let url = all[0].document.as_ref().and_then(|document| document.url.as_deref());
        assert_eq!(url, Some("https://a.gov/one.pdf"));
        assert!(assessments(&read(&[("pia_url", "Not publicly available")])).is_empty());
        assert_eq!(assessments(&read(&[("saop_review", "No")]))[0].status, NotStarted);
    }

    #[test]
    fn an_appeal_is_a_route_or_stated_as_none() {
        #[track_caller]
        fn check(said: &'static str, expected: Option<StatementKind>) {
            let mapped = read(&[("hi_appeal_process", said), ("no_appeal_reason", "N/A")]);
            assert_eq!(mapped.statements.get("redress_routes").map(|(kind, _)| *kind), expected, "{said}");
            assert_eq!(mapped.fields.contains_key("redress_routes"), expected.is_none(), "{said}");
        }
        check("Appeal Process Established", None);
        check("Yes", None);
        check("Appeal Process In-progress", Some(StatementKind::Unknown));
        check("Appeal Precluded by Law", Some(StatementKind::Absent));
        check("No – it is not operationally practical to offer this.", Some(StatementKind::Absent));
        check(WAIVED, Some(StatementKind::Absent));
        check("Not Applicable", Some(StatementKind::NotApplicable));
        let mapped = read(&[("hi_appeal_process", "No"), ("no_appeal_reason", "It is advice only.")]);
        assert_eq!(mapped.statements["redress_routes"].1, "the source says \"No: It is advice only.\"");
    }

    #[test]
    fn other_practices_are_answers_or_stated_as_none() {
        let mapped = read(&[
            ("hi_testing_conducted", "No testing: No testing of the model has been conducted."),
            ("hi_independent_review", "AI is not safety or rights-impacting."),
            ("hi_public_consultation", "None of the above"),
            (
                "67_opt_out",
                "No – There is law or governmentwide guidance that restricts opt-out for this context.",
            ),
        ]);
        assert!(mapped.fields.is_empty(), "{:?}", mapped.fields);
        let kind = |field: &str| mapped.statements[field].0;
        assert_eq!(kind("evaluations"), StatementKind::Absent);
        assert_eq!(kind("audits"), StatementKind::NotApplicable);
        assert_eq!(kind("consultations"), StatementKind::Absent);
        assert_eq!(kind("opt_out_route"), StatementKind::Absent);
        let mapped = read(&[
            ("hi_testing_conducted", "Benchmark evaluation: Testing has involved benchmarks."),
            ("hi_independent_review", "TRUE"),
            ("hi_public_consultation", "Usability Testing"),
        ]);
        assert_eq!(
            mapped.fields["evaluations"][0]["summary"],
            "Benchmark evaluation: Testing has involved benchmarks."
        );
        assert_eq!(mapped.fields["audits"][0]["kind"], "internal");
        assert_eq!(mapped.fields["consultations"][0]["method"], "Usability Testing");
        let unsaid = read(&[("hi_independent_review", "In-progress"), ("hi_public_consultation", "Other")]);
        assert!(unsaid.fields.is_empty() && unsaid.statements.is_empty());
    }
}
