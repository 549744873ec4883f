//! Facets of the same things: `assessment_type=dpia&assessment_status=complete` is about one assessment that is both.
//!
//! The index has each thing of a record as one value, such as `assessment=dpia/complete/before_deployment`.

use super::{Facet, find};
use crate::Record;
use crate::codes::{AnswerState, AssessmentStage, AssessmentStatus, Code, ReviewResponse};
use crate::oversight::Review;

/// What separates the values of a thing. No code has it.
const BETWEEN: &str = "/";

/// Facets of the same things of a record.
#[derive(Debug)]
pub struct Linked {
    /// The name of its values in the index.
    pub name: &'static str,
    /// Its facets, whose values are codes, in the order of its values.
    pub facets: &'static [&'static str],
    /// Calls its argument with the codes of each thing.
    things: fn(&Record, &mut dyn FnMut(&[&str])),
}

/// All facets that are linked.
pub const LINKED: &[Linked] = &[
    Linked {
        name: "assessment",
        facets: &["assessment_type", "assessment_status", "assessment_stage"],
        things: |record, add| {
            for one in &record.assessments {
                add(&[one.r#type.as_str(), one.status.as_str(), one.stage.as_str()]);
            }
        },
    },
    Linked {
        name: "review",
        facets: &["review_advice", "review_response"],
        things: |record, add| {
            for one in &record.reviews {
                add(&[one.advice.as_str(), response(one).as_str()]);
            }
        },
    },
];

impl Linked {
    /// The link that a facet is in.
    pub fn of(facet: &str) -> Option<&'static Self> {
        LINKED.iter().find(|linked| linked.facets.contains(&facet))
    }

    /// Adds the value of each thing in a record. Without any it adds one value with the state of the field as every
    /// part, so that filters and counts treat it like any other.
    pub(super) fn collect(&self, record: &Record, add: &mut dyn FnMut(&str)) {
        let mut is_blank = true;
        (self.things)(record, &mut |codes| {
            is_blank = false;
            add(&joined(codes));
        });
        let first = self.facets.first().and_then(|name| find(name));
        if is_blank && let Some(state) = first.and_then(|facet| facet.blank_of(record)) {
            add(&joined(&vec![state.as_str(); self.facets.len()]));
        }
    }

    /// The part of a value that belongs to one of its facets.
    pub fn part<'v>(&self, value: &'v str, facet: &str) -> Option<&'v str> {
        let place = self.facets.iter().position(|name| *name == facet)?;
        value.split(BETWEEN).nth(place)
    }

    /// Whether a value has, for each of these facets, one of its values. Facets of other things do not matter.
    pub fn has(&self, value: &str, asked: &[(&str, Vec<String>)]) -> bool {
        asked.iter().all(|(facet, wanted)| {
            self.part(value, facet).is_none_or(|part| wanted.iter().any(|one| one == part))
        })
    }

    /// What is asked of its facets, without these.
    pub fn besides(
        &self,
        facets: &[&str],
        asked: &[(&'static str, Vec<String>)],
    ) -> Vec<(&'static str, Vec<String>)> {
        let others = asked.iter().filter(|(name, _)| self.facets.contains(name) && !facets.contains(name));
        others.cloned().collect()
    }

    /// The values that a thing may have which has, for each of these facets, one of its values.
    pub fn values_with(&self, asked: &[(&str, Vec<String>)]) -> Vec<String> {
        let wanted = |facet: &Facet| {
            asked.iter().find(|(name, _)| *name == facet.name).map(|(_, values)| values.as_slice())
        };
        let facets: Vec<&Facet> = self.facets.iter().filter_map(|name| find(name)).collect();
        let mut values = vec![String::new()];
        for (place, facet) in facets.iter().enumerate() {
            let codes = facet.codes().map_or(&[][..], |list| list.entries).iter().map(|entry| entry.code);
            let codes: Vec<&str> = match wanted(facet) {
                Some(wanted) => codes.filter(|code| wanted.iter().any(|one| one == code)).collect(),
                None => codes.collect(),
            };
            let between = if place == 0 { "" } else { BETWEEN };
            values = values
                .iter()
                .flat_map(|value| codes.iter().map(move |code| format!("{value}{between}{code}")))
                .collect();
        }
        // A thing that is not there has the same state in every part.
        let blanks = AnswerState::BLANKS.iter().map(|state| state.as_str()).filter(|state| {
            facets
                .iter()
                .all(|facet| wanted(facet).is_none_or(|wanted| wanted.iter().any(|one| one == state)))
        });
        values.extend(blanks.map(|state| joined(&vec![state; facets.len()])));
        values
    }
}

fn joined(parts: &[&str]) -> String {
    parts.join(BETWEEN)
}

/// What the publisher did with the advice: no answer is pending.
pub(super) fn response(review: &Review) -> ReviewResponse {
    review.response.unwrap_or(ReviewResponse::Pending)
}

/// What "without a DPIA" excludes: any that was made or is under way. One that was not started or is not required is
/// no assessment yet, although `assessment_type=dpia` finds it.
pub(super) fn begun_of_type(r#type: &str) -> Vec<String> {
    let statuses = AssessmentStatus::ALL.iter().filter(|status| status.is_begun());
    statuses
        .flat_map(|status| {
            AssessmentStage::ALL.iter().map(move |stage| {
                format!("assessment={}", joined(&[r#type, status.as_str(), stage.as_str()]))
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(of: &[(&'static str, &[&str])]) -> Vec<(&'static str, Vec<String>)> {
        of.iter()
            .map(|(facet, values)| (*facet, values.iter().map(|one| (*one).to_owned()).collect()))
            .collect()
    }

    #[test]
    fn a_thing_has_all_that_is_asked_of_it() {
        let reviews = Linked::of("review_response").unwrap();
        let wanted =
            asked(&[("review_advice", &["do_not_support"]), ("review_response", &["rejected", "pending"])]);
        let values = reviews.values_with(&wanted);
        assert_eq!(values, ["do_not_support/rejected", "do_not_support/pending"]);
        assert!(values.iter().all(|value| reviews.has(value, &wanted)));
        assert!(!reviews.has("support/pending", &wanted));
        assert!(reviews.has("support/pending", &asked(&[("sector", &["tax"])])), "of another thing");
    }

    #[test]
    fn a_state_is_the_same_in_every_part() {
        let assessments = Linked::of("assessment_stage").unwrap();
        let values = assessments.values_with(&asked(&[
            ("assessment_type", &["dpia", "absent", "unknown"]),
            ("assessment_status", &["complete", "absent"]),
        ]));
        assert_eq!(values.len(), AssessmentStage::ALL.len() + 1);
        assert_eq!(values.last().unwrap(), "absent/absent/absent");
        let never = asked(&[("assessment_type", &["dpia"]), ("assessment_status", &["absent"])]);
        assert!(assessments.values_with(&never).is_empty());
    }

    #[test]
    fn linked_facets_have_codes_of_which_none_has_the_separator() {
        for facet in LINKED.iter().flat_map(|linked| linked.facets) {
            let list = find(facet).unwrap().codes().unwrap();
            assert!(list.entries.iter().all(|entry| !entry.code.contains(BETWEEN)), "{facet}");
        }
        let excluded = find("assessment_type").unwrap().excluded("dpia");
        assert!(excluded.contains(&"assessment=dpia/overdue/screening".to_owned()));
        assert!(!excluded.iter().any(|line| line.contains("not_started") || line.contains("not_required")));
        assert_eq!(find("assessment_type").unwrap().excluded("absent"), ["assessment_type=absent"]);
    }
}
