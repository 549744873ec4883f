//! The record: what the register publishes about one use of one tool by one publisher.
//!
//! The members are in the order of the field catalogue ([`crate::fields`]), as a test checks.

mod member;
mod parts;
mod translation;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::assessment::Assessment;
use crate::codes::{
    AffectedGroup, AutomationLevel, BurdenOfProof, CofogFunction, DecisionEffect, Origin, Phase, RecordKind,
    Region, Sector, SpecialCategory, StatementKind, Technology,
};
use crate::fields::field;
use crate::organisation::OrganisationRef;
use crate::oversight::{Audit, Consultation, Evaluation, Review};
use crate::procurement::{ContractRef, Environment, SupplierInvolvement};

pub use self::member::{AsMember, Member};
pub use self::parts::{
    AnsweredTest, ComplaintStatistic, Dataset, Deployment, Estimate, Evidence, FieldStatement, Incident,
    Model, Performance, RedressRoute, Reference, Risk, TestAnswer, Tests,
};
pub use self::translation::{Translation, read_translations, translations_of};

/// One version of a record: everything it says. Absent fields are unknown unless a field statement says more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// What the record is about.
    pub kind: RecordKind,
    /// Who made the statement.
    pub origin: Origin,
    /// The body that answers for it.
    pub publisher: OrganisationRef,
    /// Bodies that answer with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joint_publishers: Vec<OrganisationRef>,
    /// Title, at most 200 characters.
    pub title: String,
    /// Name of the tool.
    pub name: String,
    /// Plain language, at most 400 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The summary in Welsh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary_cy: Option<String>,
    /// Its texts in other languages, one item a language.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub translations: Vec<Translation>,
    /// What it is and does, markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How it works, markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detailed_description: Option<String>,
    /// What it is meant for, markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// What it is not meant for, markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_of_scope: Option<String>,
    /// Where to read more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website_url: Option<String>,
    /// A role mailbox, never a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_email: Option<String>,
    /// The team that answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The role that answers for it; no personal name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accountable_role: Option<String>,
    /// The elected office above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accountable_elected_office: Option<String>,
    /// Who sold or built it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supplier_involvement: Vec<SupplierInvolvement>,
    /// Where it is used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deployments: Vec<Deployment>,
    /// ISO 3166-1 or 3166-2.
    pub jurisdiction: String,
    /// BCP 47, of the texts.
    pub lang: String,
    /// Fields of public life.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sectors: Vec<Sector>,
    /// Where in the UK.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<Region>,
    /// Functions of government.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cofog_functions: Vec<CofogFunction>,
    /// Where it stands in its life; absent only with a field statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// Since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phase_since: Option<NaiveDate>,
    /// When it is to start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_start: Option<NaiveDate>,
    /// When it was first used on people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_used: Option<NaiveDate>,
    /// When it was last used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retired_on: Option<NaiveDate>,
    /// Why it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retirement_reason: Option<String>,
    /// What public task it serves, markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_purpose: Option<String>,
    /// Which problem it answers, markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem_statement: Option<String>,
    /// What good it should do, markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benefits: Option<String>,
    /// What was done before, markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_process: Option<String>,
    /// What else was considered, markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alternatives_considered: Option<String>,
    /// The law that allows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<String>,
    /// Where the decision to use it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_record_url: Option<String>,
    /// Where the policy is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_document_url: Option<String>,
    /// How it works.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub technologies: Vec<Technology>,
    /// How much of the decision it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub automation_level: Option<AutomationLevel>,
    /// What can happen to people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decision_effects: Vec<DecisionEffect>,
    /// Who must show that an outcome is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burden_of_proof: Option<BurdenOfProof>,
    /// Where it stands in the process, markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process_integration: Option<String>,
    /// What it gives whom, markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provided_information: Option<String>,
    /// What people do with its output, markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub human_review: Option<String>,
    /// What its users must learn, markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub required_training: Option<String>,
    /// Models in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub models: Vec<Model>,
    /// How well it works.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub performance: Vec<Performance>,
    /// Data it was made with or works on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub datasets: Vec<Dataset>,
    /// Whether all may read and use its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_source: Option<bool>,
    /// Where the code is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_code_url: Option<String>,
    /// Open standards it follows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_standards: Vec<String>,
    /// On whom it is used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub affected_groups: Vec<AffectedGroup>,
    /// How many people a year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people_affected_per_year: Option<Estimate>,
    /// How many decisions a year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decisions_per_year: Option<Estimate>,
    /// Whether it uses data about children.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uses_children_data: Option<bool>,
    /// Data the law protects more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub special_category_data: Vec<SpecialCategory>,
    /// National identifiers it uses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub national_identifiers: Vec<String>,
    /// What people are told, and how.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notification_given: Option<String>,
    /// Whether a person can have an outcome explained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation_available: Option<bool>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation_url: Option<String>,
    /// How to opt out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opt_out_route: Option<String>,
    /// How to do without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub non_digital_route_url: Option<String>,
    /// What it does to work, markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workforce_impact: Option<String>,
    /// Who gains what, markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub benefit_distribution: Option<String>,
    /// Who gains.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beneficiaries: Vec<String>,
    /// Who bears the risk.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risk_bearers: Vec<String>,
    /// Impact assessments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assessments: Vec<Assessment>,
    /// Advice of oversight bodies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<Review>,
    /// Examinations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audits: Vec<Audit>,
    /// Consultations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consultations: Vec<Consultation>,
    /// Studies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evaluations: Vec<Evaluation>,
    /// Risks and what is done about them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<Risk>,
    /// How to challenge it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redress_routes: Vec<RedressRoute>,
    /// How often people did.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub complaint_statistics: Vec<ComplaintStatistic>,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incidents: Vec<Incident>,
    /// Contracts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contracts: Vec<ContractRef>,
    /// Energy, carbon, water.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub environment: Vec<Environment>,
    /// The five tests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tests: Option<Tests>,
    /// Evidence of a third-party record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// Ids of the same thing elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// What stands in place of required values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub field_statements: Vec<FieldStatement>,
}

impl Record {
    /// A record with only the members that every record must have.
    pub fn new(
        origin: Origin,
        publisher: OrganisationRef,
        title: String,
        jurisdiction: &str,
        lang: &str,
    ) -> Self {
        let members = serde_json::json!({
            "kind": RecordKind::AlgorithmicTool,
            "origin": origin,
            "publisher": publisher,
            "title": title,
            "name": title,
            "jurisdiction": jurisdiction,
            "lang": lang,
        });
        serde_json::from_value(members).expect("every other member has a default")
    }

    /// Whether the tool is used on people now.
    pub fn is_live(&self) -> bool {
        self.phase.is_some_and(Phase::is_live)
    }

    /// Whether something was bought: procured technology, a named or withheld supplier, or a contract.
    pub fn is_bought(&self) -> bool {
        let bought = !self.supplier_involvement.is_empty() || !self.contracts.is_empty();
        was_bought(self.kind, bought, || self.statement("supplier_involvement").map(|said| said.kind))
    }

    /// Whether any of its sectors is sensitive.
    pub fn is_sensitive(&self) -> bool {
        self.sectors.iter().any(|sector| sector.is_sensitive())
    }

    /// The first day it was in use, as far as the record says.
    pub fn in_use_since(&self) -> Option<NaiveDate> {
        let deployed = self.deployments.iter().filter_map(|deployment| deployment.started_on).min();
        self.first_used.or(deployed).or(self.phase_since)
    }

    /// The statement in place of a field's value, if there is one.
    pub fn statement(&self, field: &str) -> Option<&FieldStatement> {
        self.field_statements.iter().find(|statement| statement.field == field)
    }

    /// Whether the named field has a value; the same as whether the record's JSON has the member, but faster.
    pub fn has(&self, name: &str) -> bool {
        field(name).is_some_and(|field| field.is_in(self))
    }

    /// The record as JSON members in catalogue order, without absent fields.
    pub fn to_members(&self) -> serde_json::Map<String, serde_json::Value> {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::Object(members)) => members,
            // Cannot happen: every member serialises, and a struct becomes an object.
            _ => serde_json::Map::new(),
        }
    }

    /// The part that everyone may read: without sealed parts of assessments.
    pub fn public(&self) -> Self {
        let mut public = self.clone();
        public.assessments = self.assessments.iter().map(Assessment::public).collect();
        public
    }
}

/// Whether something was bought, from a record's kind, whether it names a supplier or a contract, and what is stated
/// in place of the supplier.
pub fn was_bought(kind: RecordKind, named: bool, supplier: impl FnOnce() -> Option<StatementKind>) -> bool {
    kind == RecordKind::ProcuredTechnology || named || supplier() == Some(StatementKind::Withheld)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::FIELDS;

    #[test]
    fn a_field_has_a_value_when_its_json_has_the_member() {
        let mut record =
            Record::new(Origin::SelfDeclared, OrganisationRef::named("A"), "T".into(), "GB", "en");
        record.summary = Some("S".into());
        record.sectors = vec![Sector::Tax];
        let members = record.to_members();
        for field in FIELDS {
            assert_eq!(record.has(field.name), members.contains_key(field.name), "{}", field.name);
        }
        let all: usize = FIELDS.iter().filter(|field| record.has(field.name)).count();
        assert_eq!(all, members.len());
    }
}
