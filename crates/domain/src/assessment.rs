//! Impact assessments: what was checked before and after a tool went live, each with a status.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::codes::{
    AssessmentOutcome, AssessmentStage, AssessmentStatus, AssessmentType, Visibility, WithheldGround,
};

/// One impact assessment of one record. That it exists, its type, stage, status, dates and whom it was
/// shared with are always public; text and document follow `visibility`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Assessment {
    /// UUID; given by the register from the record and the place of the assessment in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// By which method.
    pub r#type: AssessmentType,
    /// Its own title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Before or after deployment, or when else.
    pub stage: AssessmentStage,
    /// How far it is.
    pub status: AssessmentStatus,
    /// Why it is not required, when it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_reason: Option<String>,
    /// First day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_on: Option<NaiveDate>,
    /// Day it was finished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_on: Option<NaiveDate>,
    /// Day it is due again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_review_on: Option<NaiveDate>,
    /// Role of who assessed; no personal name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessor_role: Option<String>,
    /// Role or body that reviewed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewer: Option<String>,
    /// Groups that were asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consulted_groups: Vec<String>,
    /// The scale of its own method, never converted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub native_scale: Option<String>,
    /// The level on that scale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk_level: Option<String>,
    /// What risk is left after measures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub residual_risk: Option<String>,
    /// What it concluded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<AssessmentOutcome>,
    /// Who may read text and document; public if nothing is chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visibility: Option<Visibility>,
    /// On which ground text or document is withheld.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld_ground: Option<WithheldGround>,
    /// What it found, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
    /// Regulators it was given to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shared_with: Vec<SharedWith>,
}

/// A document kept by its hash or found at an address.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// SHA-256 of the bytes, hex, once the register holds them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// IANA media type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Length in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Where the publisher keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// That an assessment was given to a regulator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SharedWith {
    /// Name of the regulator.
    pub regulator: String,
    /// The day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_on: Option<NaiveDate>,
    /// The regulator's receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
}

impl Assessment {
    /// An assessment with only type, stage and status.
    pub fn new(r#type: AssessmentType, stage: AssessmentStage, status: AssessmentStatus) -> Self {
        let members = serde_json::json!({ "type": r#type, "stage": stage, "status": status });
        serde_json::from_value(members).expect("every other member has a default")
    }

    /// Whether it needs no more work: finished, or not required and the reason given.
    pub fn is_settled(&self) -> bool {
        self.status.is_done() || self.status == AssessmentStatus::NotRequired && self.status_reason.is_some()
    }

    /// The part that everyone may read: summary, results and document only as far as `visibility` allows.
    pub fn public(&self) -> Self {
        let mut public = self.clone();
        match self.visibility.unwrap_or(Visibility::Public) {
            Visibility::Public => {}
            Visibility::Summary => public.document = None,
            Visibility::RegulatorOnly => {
                public.document = None;
                public.summary = None;
                public.risk_level = None;
                public.residual_risk = None;
                public.outcome = None;
            }
        }
        public
    }
}
