//! A live tool has every assessment before deployment that its field expects: data protection and equality
//! always, an oversight review in policing, child rights where children's data is used.

use super::{Context, Outcome, Rule, list};
use crate::codes::{AssessmentStage, AssessmentType, Flag, Sector};
use crate::record::Record;

pub(super) const RULE: Rule = Rule {
    flag: Flag::AssessmentMissing,
    version: 1,
    sentence: "A tool in use has every assessment before deployment that its field expects: data protection and equality always, an oversight review in policing, child rights where children's data are used.",
    evaluate,
};

fn evaluate(record: &Record, _: &Context) -> Outcome {
    if !record.is_live() {
        return Outcome::silent();
    }
    let mut expected = vec![AssessmentType::Dpia, AssessmentType::Eqia];
    if record.uses_children_data == Some(true) {
        expected.push(AssessmentType::Cria);
    }
    expected.retain(|wanted| {
        !record.assessments.iter().any(|assessment| {
            assessment.r#type == *wanted
                && assessment.stage == AssessmentStage::BeforeDeployment
                && assessment.is_settled()
        })
    });
    let review = record.sectors.contains(&Sector::Policing) && record.reviews.is_empty();
    let missing = list(&expected);
    match (missing.is_empty(), review) {
        (true, false) => Outcome::silent(),
        (true, true) => Outcome::fires("no review by an oversight body"),
        (false, false) => Outcome::fires(format!("not complete before deployment: {missing}")),
        (false, true) => Outcome::fires(format!(
            "not complete before deployment: {missing}; no review by an oversight body"
        )),
    }
}
