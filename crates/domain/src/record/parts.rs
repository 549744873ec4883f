//! The things in a record: deployments, models, datasets, risks, ways to challenge it and the like. Those that
//! other crates know by themselves have files of their own: assessments, oversight, procurement.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::codes::{DatasetRole, EstimateBasis, Phase, StatementKind, WithheldGround};
use crate::organisation::OrganisationRef;

/// One body's use of the recorded tool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// Who uses it.
    pub organisation: OrganisationRef,
    /// What for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Where it stands there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_on: Option<NaiveDate>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_on: Option<NaiveDate>,
    /// How it is set there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_settings: Option<String>,
    /// A role mailbox there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub local_contact: Option<String>,
}

impl Deployment {
    /// Whether it is said to have ended by a day.
    pub fn is_over(&self, on: NaiveDate) -> bool {
        self.phase == Some(Phase::Retired) || self.ended_on.is_some_and(|last| last < on)
    }
}

/// A number with how it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// The number.
    pub value: u64,
    /// How it was found.
    pub basis: EstimateBasis,
}

/// A model inside the tool (ATRS 2.4.2).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<String>,
    /// How it is built.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
}

/// One measured figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Performance {
    /// What was measured.
    pub metric: String,
    /// The figure as text.
    pub value: String,
    /// For which group of people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// On which data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured_on: Option<NaiveDate>,
}

/// Data the tool was made with or works on (ATRS 2.4.3, 2.4.4).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Dataset {
    /// Made with or works on.
    pub role: DatasetRole,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Text, images, ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modality: Option<String>,
    /// How much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<String>,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_url: Option<String>,
    /// What is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completeness: Option<String>,
    /// How it was collected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collection: Option<String>,
    /// How it was cleaned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleaning: Option<String>,
    /// Who sees it, where it is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_and_storage: Option<String>,
    /// Who it is shared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sharing_agreements: Option<String>,
    /// Sensitive attributes in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitive_attributes: Option<String>,
    /// Who looks after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steward: Option<String>,
}

/// A risk and its mitigations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Risk {
    /// Its name.
    pub title: String,
    /// What could happen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// To whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// How likely.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likelihood: Option<String>,
    /// How bad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// What is done about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mitigations: Vec<String>,
}

/// A way to challenge an outcome or the tool.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RedressRoute {
    /// What can be challenged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Who may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub eligible: Vec<String>,
    /// How.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Within how many days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline_days: Option<u32>,
    /// Whether several may together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collective_allowed: Option<bool>,
    /// Which regulator stands behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regulator: Option<String>,
}

/// How many complained, how many were right.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ComplaintStatistic {
    /// Over which time.
    pub period: String,
    /// How many came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<u64>,
    /// How many were right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upheld: Option<u64>,
    /// Where the figure is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_url: Option<String>,
}

/// Something that went wrong.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub happened_on: Option<NaiveDate>,
    /// What.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// How many people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people_affected: Option<u64>,
    /// What was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// Where to read more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// The five tests: how the body answers each.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Tests {
    /// Was it prepared?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preparation: Option<TestAnswer>,
    /// Does it follow principles?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principles: Option<TestAnswer>,
    /// Did people take part?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub participation: Option<TestAnswer>,
    /// Does it do good?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prosperity: Option<TestAnswer>,
    /// Who gains power?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power: Option<TestAnswer>,
}

/// The answer to one test.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TestAnswer {
    /// The answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_url: Option<String>,
}

impl Tests {
    /// The answers there are, in the order of the tests.
    pub fn answered(&self) -> Vec<AnsweredTest> {
        let all = [
            ("preparation", &self.preparation),
            ("principles", &self.principles),
            ("participation", &self.participation),
            ("prosperity", &self.prosperity),
            ("power", &self.power),
        ];
        let answered = all.into_iter().filter_map(|(test, answer)| Some((test, answer.clone()?)));
        answered
            .map(|(test, TestAnswer { text, evidence_url })| AnsweredTest {
                test: test.to_owned(),
                text,
                evidence_url,
            })
            .collect()
    }
}

/// An answer with the test it answers, as lists and tables have it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AnsweredTest {
    /// The test: preparation, principles, participation, prosperity or power.
    pub test: String,
    /// The answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence_url: Option<String>,
}

/// What a third-party record rests on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// What sort of evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When it was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_on: Option<NaiveDate>,
    /// The words, at most 300 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
}

/// An id of the same thing elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Whose id.
    pub scheme: String,
    /// The id.
    pub value: String,
}

/// What stands in place of a required value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FieldStatement {
    /// Name of the field.
    pub field: String,
    /// Why there is no value.
    pub kind: StatementKind,
    /// The reason in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The ground, when withheld.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<WithheldGround>,
}

impl FieldStatement {
    /// What it says and why, without the ground.
    pub fn said(&self) -> (StatementKind, &str) {
        (self.kind, self.reason.as_deref().unwrap_or_default())
    }
}
