//! The one field catalogue: it drives the JSON, the CSV header, the import template, the form, the data
//! dictionary and the OpenAPI document. A new field is one member of [`Record`] and one line here.

use crate::assessment::Assessment;
use crate::cell::{self, ReadObjects};
use crate::codes::{
    AffectedGroup, AutomationLevel, BurdenOfProof, Code, CofogFunction, DecisionEffect, EstimateBasis,
    Origin, Phase, RecordKind, Region, Sector, SpecialCategory, Technology, Vocabulary,
};
use crate::oversight::{Audit, Consultation, Evaluation, Review};
use crate::procurement::{ContractRef, Environment, SupplierInvolvement};
use crate::record::{
    ComplaintStatistic, Dataset, Deployment, Evidence, FieldStatement, Incident, Model, Performance, Record,
    RedressRoute, Reference, Risk, Tests,
};

/// One field of the record, with everything that forms, files and documents need to know about it.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The name in JSON, CSV header, query and form.
    pub name: &'static str,
    /// The question it belongs to.
    pub group: Group,
    /// A short label for people.
    pub label: &'static str,
    /// What to write.
    pub hint: &'static str,
    /// What a value looks like.
    pub kind: FieldKind,
    /// When it must be answered.
    pub required: Required,
    /// Its id in version 4 of the UK Algorithmic Transparency Recording Standard.
    pub atrs: Option<&'static str>,
    /// Who may read it.
    pub access: Access,
}

/// The questions a record answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// What it is called.
    Identity,
    /// Who answers for it and who sold it.
    Who,
    /// Where it is used.
    Where,
    /// When.
    When,
    /// Why.
    Why,
    /// How it works.
    What,
    /// On whom it is used.
    OnWhom,
    /// What was checked.
    Checked,
    /// How to challenge it.
    Challenged,
    /// What it costs.
    Cost,
    /// The five tests.
    Tests,
    /// What it rests on.
    Trace,
}

impl Group {
    /// The group's name as in the data dictionary.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Who => "who",
            Self::Where => "where",
            Self::When => "when",
            Self::Why => "why",
            Self::What => "what",
            Self::OnWhom => "on_whom",
            Self::Checked => "checked",
            Self::Challenged => "challenged",
            Self::Cost => "cost",
            Self::Tests => "tests",
            Self::Trace => "trace",
        }
    }
}

/// What a value looks like, in JSON and in a cell.
#[derive(Debug, Clone, Copy)]
pub enum FieldKind {
    /// Text of at most so many characters.
    Text(usize),
    /// CommonMark without raw HTML.
    Markdown,
    /// An `http` or `https` address.
    Url,
    /// A role mailbox.
    Email,
    /// `YYYY-MM-DD`.
    Date,
    /// `true` or `false`.
    Boolean,
    /// One code of a list.
    Code(&'static Vocabulary),
    /// Codes of a list, joined by `;` in a cell.
    Codes(&'static Vocabulary),
    /// Texts, joined by `;` in a cell.
    Texts,
    /// ISO 3166-1 alpha-2 or ISO 3166-2.
    Jurisdiction,
    /// BCP 47.
    Language,
    /// An organisation by its name.
    Organisation,
    /// Organisations by name, joined by `;` in a cell.
    Organisations,
    /// A whole number and its basis: in a table two columns, `<name>` and `<name>_basis`.
    Estimate,
    /// Objects of a schema, as JSON in a cell.
    Objects(&'static str, ReadObjects),
    /// One object of a schema, as JSON in a cell.
    Object(&'static str, ReadObjects),
}

impl FieldKind {
    /// The type's name as in the data dictionary.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Markdown => "markdown",
            Self::Url => "url",
            Self::Email => "email",
            Self::Date => "date",
            Self::Boolean => "boolean",
            Self::Code(_) => "code",
            Self::Codes(_) => "codes",
            Self::Texts => "texts",
            Self::Jurisdiction => "jurisdiction",
            Self::Language => "language",
            Self::Organisation => "organisation",
            Self::Organisations => "organisations",
            Self::Estimate => "estimate",
            Self::Objects(..) => "objects",
            Self::Object(..) => "object",
        }
    }

    /// The code list, schema or limit that completes the type.
    pub fn of(&self) -> Option<String> {
        match self {
            Self::Text(most) => Some(most.to_string()),
            Self::Code(list) | Self::Codes(list) => Some(list.name.to_owned()),
            Self::Objects(schema, _) | Self::Object(schema, _) => Some((*schema).to_owned()),
            _ => None,
        }
    }
}

/// When a field must be answered: by a value or by a field statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Required {
    /// Before a draft can be saved.
    Draft,
    /// At any publication.
    Publication,
    /// At publication, if something was bought.
    PublicationIfBought,
    /// At publication, if the jurisdiction is in the United Kingdom.
    PublicationInUk,
    /// At publication, if an observer made the record.
    PublicationIfThirdParty,
    /// At publication, while the tool is not yet in use.
    PublicationIfPlanned,
    /// In a live phase.
    Live,
    /// In a live phase, if something was bought.
    LiveIfBought,
    /// In phase retired.
    Retired,
    /// Never.
    Optional,
}

impl Required {
    /// The name as in the data dictionary.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Publication => "publication",
            Self::PublicationIfBought => "publication_if_bought",
            Self::PublicationInUk => "publication_in_uk",
            Self::PublicationIfThirdParty => "publication_if_third_party",
            Self::PublicationIfPlanned => "publication_if_planned",
            Self::Live => "live",
            Self::LiveIfBought => "live_if_bought",
            Self::Retired => "retired",
            Self::Optional => "optional",
        }
    }

    /// Whether a record must answer such a field now.
    pub fn applies(self, record: &Record) -> bool {
        match self {
            Self::Draft | Self::Publication => true,
            Self::PublicationIfBought => record.is_bought(),
            Self::PublicationInUk => record.jurisdiction == "GB" || record.jurisdiction.starts_with("GB-"),
            Self::PublicationIfThirdParty => record.origin == Origin::ThirdParty,
            Self::PublicationIfPlanned => matches!(
                record.phase,
                Some(
                    Phase::Idea
                        | Phase::Design
                        | Phase::Procurement
                        | Phase::Development
                        | Phase::PreDeployment
                )
            ),
            Self::Live => record.is_live(),
            Self::LiveIfBought => record.is_live() && record.is_bought(),
            Self::Retired => record.phase == Some(Phase::Retired),
            Self::Optional => false,
        }
    }
}

/// Who may read a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Public,
    /// Everybody reads that it exists; texts and documents follow each item's `visibility`.
    ByVisibility,
}

impl Access {
    /// The name as in the data dictionary.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::ByVisibility => "by_visibility",
        }
    }
}

/// Every field of a record, in the order of JSON, CSV and forms.
pub const FIELDS: &[Field] = &[
    Field {
        name: "kind",
        group: Group::Identity,
        label: "Kind",
        hint: "Algorithmic tool or procured technology",
        kind: FieldKind::Code(RecordKind::VOCABULARY),
        required: Required::Draft,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "origin",
        group: Group::Identity,
        label: "Origin",
        hint: "Who made this statement: the publisher, an import or an observer",
        kind: FieldKind::Code(Origin::VOCABULARY),
        required: Required::Draft,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "publisher",
        group: Group::Identity,
        label: "Publisher",
        hint: "The body that answers for this use, by its full name",
        kind: FieldKind::Organisation,
        required: Required::Draft,
        atrs: Some("0.2"),
        access: Access::Public,
    },
    Field {
        name: "joint_publishers",
        group: Group::Identity,
        label: "Joint publishers",
        hint: "Bodies that answer together with the publisher",
        kind: FieldKind::Organisations,
        required: Required::Optional,
        atrs: Some("2.1.1"),
        access: Access::Public,
    },
    Field {
        name: "title",
        group: Group::Identity,
        label: "Title",
        hint: "What a reader sees first; at most 200 characters",
        kind: FieldKind::Text(200),
        required: Required::Draft,
        atrs: Some("0.1"),
        access: Access::Public,
    },
    Field {
        name: "name",
        group: Group::Identity,
        label: "Name of the tool",
        hint: "The name people inside use",
        kind: FieldKind::Text(200),
        required: Required::Draft,
        atrs: Some("1.1"),
        access: Access::Public,
    },
    Field {
        name: "summary",
        group: Group::Identity,
        label: "Summary",
        hint: "What it does and to whom, in plain language; at most 400 characters",
        kind: FieldKind::Text(400),
        required: Required::Publication,
        atrs: Some("0.5"),
        access: Access::Public,
    },
    Field {
        name: "summary_cy",
        group: Group::Identity,
        label: "Summary in Welsh",
        hint: "The summary in Welsh; at most 400 characters",
        kind: FieldKind::Text(400),
        required: Required::Optional,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "description",
        group: Group::Identity,
        label: "Description",
        hint: "What it is, what it does and why it is used",
        kind: FieldKind::Markdown,
        required: Required::Publication,
        atrs: Some("1.2"),
        access: Access::Public,
    },
    Field {
        name: "detailed_description",
        group: Group::Identity,
        label: "Detailed description",
        hint: "How it works, for an informed reader",
        kind: FieldKind::Markdown,
        required: Required::Live,
        atrs: Some("2.2.1"),
        access: Access::Public,
    },
    Field {
        name: "scope",
        group: Group::Identity,
        label: "Scope",
        hint: "What it is meant for",
        kind: FieldKind::Markdown,
        required: Required::Live,
        atrs: Some("2.2.2"),
        access: Access::Public,
    },
    Field {
        name: "out_of_scope",
        group: Group::Identity,
        label: "Out of scope",
        hint: "What it must not be used for",
        kind: FieldKind::Markdown,
        required: Required::Live,
        atrs: Some("2.2.2"),
        access: Access::Public,
    },
    Field {
        name: "website_url",
        group: Group::Identity,
        label: "Website",
        hint: "Where to read more",
        kind: FieldKind::Url,
        required: Required::Optional,
        atrs: Some("1.3"),
        access: Access::Public,
    },
    Field {
        name: "contact_email",
        group: Group::Identity,
        label: "Contact",
        hint: "A role mailbox such as algorithms@council.example; never a person",
        kind: FieldKind::Email,
        required: Required::Publication,
        atrs: Some("1.4"),
        access: Access::Public,
    },
    Field {
        name: "team",
        group: Group::Who,
        label: "Team",
        hint: "The team that answers for it",
        kind: FieldKind::Text(2000),
        required: Required::Publication,
        atrs: Some("2.1.2"),
        access: Access::Public,
    },
    Field {
        name: "accountable_role",
        group: Group::Who,
        label: "Accountable role",
        hint: "The role that answers for it, such as Director of Housing; no personal name",
        kind: FieldKind::Text(2000),
        required: Required::Publication,
        atrs: Some("2.1.3"),
        access: Access::Public,
    },
    Field {
        name: "accountable_elected_office",
        group: Group::Who,
        label: "Accountable elected office",
        hint: "The elected office above it",
        kind: FieldKind::Text(2000),
        required: Required::Optional,
        atrs: Some("2.1.3"),
        access: Access::Public,
    },
    Field {
        name: "supplier_involvement",
        group: Group::Who,
        label: "Supplier involvement",
        hint: "Who sold or built it, which product, in which role, with what data access",
        kind: FieldKind::Objects("SupplierInvolvement", cell::read_json::<Vec<SupplierInvolvement>>),
        required: Required::PublicationIfBought,
        atrs: Some("2.1.4"),
        access: Access::Public,
    },
    Field {
        name: "deployments",
        group: Group::Who,
        label: "Deployments",
        hint: "Each body that uses it, with phase and dates",
        kind: FieldKind::Objects("Deployment", cell::read_json::<Vec<Deployment>>),
        required: Required::Publication,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "jurisdiction",
        group: Group::Where,
        label: "Jurisdiction",
        hint: "Country or part of it, ISO 3166 such as GB or GB-WLS",
        kind: FieldKind::Jurisdiction,
        required: Required::Draft,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "lang",
        group: Group::Where,
        label: "Language",
        hint: "Language of the texts, BCP 47 such as en or nl",
        kind: FieldKind::Language,
        required: Required::Draft,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "sectors",
        group: Group::Where,
        label: "Sectors",
        hint: "Fields of public life it is used in",
        kind: FieldKind::Codes(Sector::VOCABULARY),
        required: Required::Publication,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "regions",
        group: Group::Where,
        label: "Regions",
        hint: "Where in the United Kingdom it is used",
        kind: FieldKind::Codes(Region::VOCABULARY),
        required: Required::PublicationInUk,
        atrs: Some("0.4"),
        access: Access::Public,
    },
    Field {
        name: "cofog_functions",
        group: Group::Where,
        label: "Functions of government",
        hint: "COFOG functions",
        kind: FieldKind::Codes(CofogFunction::VOCABULARY),
        required: Required::Optional,
        atrs: Some("0.4"),
        access: Access::Public,
    },
    Field {
        name: "phase",
        group: Group::When,
        label: "Phase",
        hint: "Where it stands in its life",
        kind: FieldKind::Code(Phase::VOCABULARY),
        required: Required::Draft,
        atrs: Some("0.3"),
        access: Access::Public,
    },
    Field {
        name: "phase_since",
        group: Group::When,
        label: "In this phase since",
        hint: "Date, YYYY-MM-DD",
        kind: FieldKind::Date,
        required: Required::Optional,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "planned_start",
        group: Group::When,
        label: "Planned start",
        hint: "Date it is to start; asked until it is in use",
        kind: FieldKind::Date,
        required: Required::PublicationIfPlanned,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "first_used",
        group: Group::When,
        label: "First used",
        hint: "Date it was first used on people",
        kind: FieldKind::Date,
        required: Required::Live,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "retired_on",
        group: Group::When,
        label: "Retired on",
        hint: "Date it was last used",
        kind: FieldKind::Date,
        required: Required::Retired,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "retirement_reason",
        group: Group::When,
        label: "Reason for retirement",
        hint: "Why it ended",
        kind: FieldKind::Markdown,
        required: Required::Retired,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "public_purpose",
        group: Group::Why,
        label: "Public purpose",
        hint: "Which public task it serves",
        kind: FieldKind::Markdown,
        required: Required::Publication,
        atrs: Some("2.2.3"),
        access: Access::Public,
    },
    Field {
        name: "problem_statement",
        group: Group::Why,
        label: "Problem",
        hint: "Which problem it answers",
        kind: FieldKind::Markdown,
        required: Required::Publication,
        atrs: Some("2.2.3"),
        access: Access::Public,
    },
    Field {
        name: "benefits",
        group: Group::Why,
        label: "Benefits",
        hint: "What good it should do, and for whom",
        kind: FieldKind::Markdown,
        required: Required::Live,
        atrs: Some("2.2.3"),
        access: Access::Public,
    },
    Field {
        name: "previous_process",
        group: Group::Why,
        label: "Previous process",
        hint: "What was done before",
        kind: FieldKind::Markdown,
        required: Required::Live,
        atrs: Some("2.2.4"),
        access: Access::Public,
    },
    Field {
        name: "alternatives_considered",
        group: Group::Why,
        label: "Alternatives considered",
        hint: "What else was considered, and why not",
        kind: FieldKind::Markdown,
        required: Required::Live,
        atrs: Some("2.2.5"),
        access: Access::Public,
    },
    Field {
        name: "legal_basis",
        group: Group::Why,
        label: "Legal basis",
        hint: "The law that allows it",
        kind: FieldKind::Markdown,
        required: Required::Live,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "decision_record_url",
        group: Group::Why,
        label: "Decision record",
        hint: "Where the decision to use it can be read",
        kind: FieldKind::Url,
        required: Required::Optional,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "policy_document_url",
        group: Group::Why,
        label: "Policy document",
        hint: "Where the policy can be read",
        kind: FieldKind::Url,
        required: Required::Optional,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "technologies",
        group: Group::What,
        label: "Technologies",
        hint: "How it works",
        kind: FieldKind::Codes(Technology::VOCABULARY),
        required: Required::Publication,
        atrs: Some("2.3.1"),
        access: Access::Public,
    },
    Field {
        name: "automation_level",
        group: Group::What,
        label: "Automation level",
        hint: "How much of the decision it takes",
        kind: FieldKind::Code(AutomationLevel::VOCABULARY),
        required: Required::Publication,
        atrs: Some("2.3.2"),
        access: Access::Public,
    },
    Field {
        name: "decision_effects",
        group: Group::What,
        label: "Effects of the decision",
        hint: "What can happen to a person after its output",
        kind: FieldKind::Codes(DecisionEffect::VOCABULARY),
        required: Required::Publication,
        atrs: Some("2.3.2"),
        access: Access::Public,
    },
    Field {
        name: "burden_of_proof",
        group: Group::What,
        label: "Burden of proof",
        hint: "Who must show that an outcome is right or wrong",
        kind: FieldKind::Code(BurdenOfProof::VOCABULARY),
        required: Required::Publication,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "process_integration",
        group: Group::What,
        label: "Place in the process",
        hint: "Where it stands in the decision process",
        kind: FieldKind::Markdown,
        required: Required::Live,
        atrs: Some("2.3.1"),
        access: Access::Public,
    },
    Field {
        name: "provided_information",
        group: Group::What,
        label: "Information it gives",
        hint: "What it gives to the person who decides",
        kind: FieldKind::Markdown,
        required: Required::Live,
        atrs: Some("2.3.2"),
        access: Access::Public,
    },
    Field {
        name: "human_review",
        group: Group::What,
        label: "Human review",
        hint: "What people do with its output, and when they overrule it",
        kind: FieldKind::Markdown,
        required: Required::Live,
        atrs: Some("2.3.4"),
        access: Access::Public,
    },
    Field {
        name: "required_training",
        group: Group::What,
        label: "Required training",
        hint: "What its users must learn",
        kind: FieldKind::Markdown,
        required: Required::Live,
        atrs: Some("2.3.5"),
        access: Access::Public,
    },
    Field {
        name: "models",
        group: Group::What,
        label: "Models",
        hint: "Models in it: name, version, task, architecture, provider",
        kind: FieldKind::Objects("Model", cell::read_json::<Vec<Model>>),
        required: Required::Live,
        atrs: Some("2.4.2"),
        access: Access::Public,
    },
    Field {
        name: "performance",
        group: Group::What,
        label: "Performance",
        hint: "Measured figures, by group where there are any",
        kind: FieldKind::Objects("Performance", cell::read_json::<Vec<Performance>>),
        required: Required::Live,
        atrs: Some("2.4.2"),
        access: Access::Public,
    },
    Field {
        name: "datasets",
        group: Group::What,
        label: "Datasets",
        hint: "Data it was made with or works on",
        kind: FieldKind::Objects("Dataset", cell::read_json::<Vec<Dataset>>),
        required: Required::Live,
        atrs: Some("2.4.3"),
        access: Access::Public,
    },
    Field {
        name: "open_source",
        group: Group::What,
        label: "Open source",
        hint: "Whether everybody may read and use its code",
        kind: FieldKind::Boolean,
        required: Required::Optional,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "source_code_url",
        group: Group::What,
        label: "Source code",
        hint: "Where the code is",
        kind: FieldKind::Url,
        required: Required::Optional,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "open_standards",
        group: Group::What,
        label: "Open standards",
        hint: "Open standards it follows",
        kind: FieldKind::Texts,
        required: Required::Optional,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "affected_groups",
        group: Group::OnWhom,
        label: "Affected groups",
        hint: "On whom it is used",
        kind: FieldKind::Codes(AffectedGroup::VOCABULARY),
        required: Required::Publication,
        atrs: Some("2.3"),
        access: Access::Public,
    },
    Field {
        name: "people_affected_per_year",
        group: Group::OnWhom,
        label: "People affected per year",
        hint: "A whole number; its basis stands in the next column",
        kind: FieldKind::Estimate,
        required: Required::Live,
        atrs: Some("2.3.3"),
        access: Access::Public,
    },
    Field {
        name: "decisions_per_year",
        group: Group::OnWhom,
        label: "Decisions per year",
        hint: "A whole number; its basis stands in the next column",
        kind: FieldKind::Estimate,
        required: Required::Live,
        atrs: Some("2.3.3"),
        access: Access::Public,
    },
    Field {
        name: "uses_children_data",
        group: Group::OnWhom,
        label: "Uses data about children",
        hint: "true or false",
        kind: FieldKind::Boolean,
        required: Required::Publication,
        atrs: Some("2.4.3.4"),
        access: Access::Public,
    },
    Field {
        name: "special_category_data",
        group: Group::OnWhom,
        label: "Special category data",
        hint: "Personal data the law protects more",
        kind: FieldKind::Codes(SpecialCategory::VOCABULARY),
        required: Required::Publication,
        atrs: Some("2.4.3.4"),
        access: Access::Public,
    },
    Field {
        name: "national_identifiers",
        group: Group::OnWhom,
        label: "National identifiers",
        hint: "Such as National Insurance number, NHS number",
        kind: FieldKind::Texts,
        required: Required::Publication,
        atrs: Some("2.4.3.4"),
        access: Access::Public,
    },
    Field {
        name: "notification_given",
        group: Group::OnWhom,
        label: "Notification",
        hint: "What people are told about its use, and how",
        kind: FieldKind::Markdown,
        required: Required::Live,
        atrs: Some("2.3"),
        access: Access::Public,
    },
    Field {
        name: "explanation_available",
        group: Group::OnWhom,
        label: "Explanation available",
        hint: "Whether a person can have an outcome explained; true or false",
        kind: FieldKind::Boolean,
        required: Required::Live,
        atrs: Some("2.3"),
        access: Access::Public,
    },
    Field {
        name: "explanation_url",
        group: Group::OnWhom,
        label: "Explanation",
        hint: "Where the explanation can be asked for or read",
        kind: FieldKind::Url,
        required: Required::Live,
        atrs: Some("2.3"),
        access: Access::Public,
    },
    Field {
        name: "opt_out_route",
        group: Group::OnWhom,
        label: "Opt-out",
        hint: "How a person can opt out",
        kind: FieldKind::Markdown,
        required: Required::Live,
        atrs: Some("2.3"),
        access: Access::Public,
    },
    Field {
        name: "non_digital_route_url",
        group: Group::OnWhom,
        label: "Non-digital route",
        hint: "How to get the same service without it",
        kind: FieldKind::Url,
        required: Required::Live,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "workforce_impact",
        group: Group::OnWhom,
        label: "Impact on work",
        hint: "What it does to jobs and working conditions",
        kind: FieldKind::Markdown,
        required: Required::Optional,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "benefit_distribution",
        group: Group::OnWhom,
        label: "Who gains",
        hint: "How gains are spread",
        kind: FieldKind::Markdown,
        required: Required::Optional,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "beneficiaries",
        group: Group::OnWhom,
        label: "Beneficiaries",
        hint: "Who gains",
        kind: FieldKind::Texts,
        required: Required::Optional,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "risk_bearers",
        group: Group::OnWhom,
        label: "Bearers of risk",
        hint: "Who bears the risk",
        kind: FieldKind::Texts,
        required: Required::Optional,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "assessments",
        group: Group::Checked,
        label: "Assessments",
        hint: "Impact assessments with type, stage, status and dates",
        kind: FieldKind::Objects("Assessment", cell::read_json::<Vec<Assessment>>),
        required: Required::Optional,
        atrs: Some("2.5.1"),
        access: Access::ByVisibility,
    },
    Field {
        name: "reviews",
        group: Group::Checked,
        label: "Reviews",
        hint: "Advice of oversight bodies and the response",
        kind: FieldKind::Objects("Review", cell::read_json::<Vec<Review>>),
        required: Required::Optional,
        atrs: Some("2.5"),
        access: Access::Public,
    },
    Field {
        name: "audits",
        group: Group::Checked,
        label: "Audits",
        hint: "Examinations after the fact",
        kind: FieldKind::Objects("Audit", cell::read_json::<Vec<Audit>>),
        required: Required::Optional,
        atrs: Some("2.5"),
        access: Access::Public,
    },
    Field {
        name: "consultations",
        group: Group::Checked,
        label: "Consultations",
        hint: "Who was asked, how, and what came of it",
        kind: FieldKind::Objects("Consultation", cell::read_json::<Vec<Consultation>>),
        required: Required::Optional,
        atrs: Some("2.5"),
        access: Access::Public,
    },
    Field {
        name: "evaluations",
        group: Group::Checked,
        label: "Evaluations",
        hint: "Studies of how it works in practice",
        kind: FieldKind::Objects("Evaluation", cell::read_json::<Vec<Evaluation>>),
        required: Required::Optional,
        atrs: Some("2.5"),
        access: Access::Public,
    },
    Field {
        name: "risks",
        group: Group::Checked,
        label: "Risks",
        hint: "Risks and what is done about them",
        kind: FieldKind::Objects("Risk", cell::read_json::<Vec<Risk>>),
        required: Required::Optional,
        atrs: Some("2.5.2"),
        access: Access::Public,
    },
    Field {
        name: "redress_routes",
        group: Group::Challenged,
        label: "Redress routes",
        hint: "How to challenge an outcome or the tool",
        kind: FieldKind::Objects("RedressRoute", cell::read_json::<Vec<RedressRoute>>),
        required: Required::Live,
        atrs: Some("2.3.6"),
        access: Access::Public,
    },
    Field {
        name: "complaint_statistics",
        group: Group::Challenged,
        label: "Complaint statistics",
        hint: "How many complained, how many were right",
        kind: FieldKind::Objects("ComplaintStatistic", cell::read_json::<Vec<ComplaintStatistic>>),
        required: Required::Optional,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "incidents",
        group: Group::Challenged,
        label: "Incidents",
        hint: "What went wrong and what was done",
        kind: FieldKind::Objects("Incident", cell::read_json::<Vec<Incident>>),
        required: Required::Optional,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "contracts",
        group: Group::Cost,
        label: "Contracts",
        hint: "Open contracting id or notice, value, dates",
        kind: FieldKind::Objects("ContractRef", cell::read_json::<Vec<ContractRef>>),
        required: Required::LiveIfBought,
        atrs: Some("2.1.4"),
        access: Access::Public,
    },
    Field {
        name: "environment",
        group: Group::Cost,
        label: "Environmental cost",
        hint: "Energy, carbon and water",
        kind: FieldKind::Objects("Environment", cell::read_json::<Vec<Environment>>),
        required: Required::Optional,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "tests",
        group: Group::Tests,
        label: "Five tests",
        hint: "Preparation, principles, participation, prosperity, power",
        kind: FieldKind::Object("Tests", cell::read_json::<Tests>),
        required: Required::Optional,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "evidence",
        group: Group::Trace,
        label: "Evidence",
        hint: "What a third-party record rests on",
        kind: FieldKind::Objects("Evidence", cell::read_json::<Vec<Evidence>>),
        required: Required::PublicationIfThirdParty,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "references",
        group: Group::Trace,
        label: "References",
        hint: "Ids of the same thing elsewhere",
        kind: FieldKind::Objects("Reference", cell::read_json::<Vec<Reference>>),
        required: Required::Optional,
        atrs: None,
        access: Access::Public,
    },
    Field {
        name: "field_statements",
        group: Group::Trace,
        label: "Field statements",
        hint: "Not applicable, unknown or withheld, in place of required values",
        kind: FieldKind::Objects("FieldStatement", cell::read_json::<Vec<FieldStatement>>),
        required: Required::Optional,
        atrs: None,
        access: Access::Public,
    },
];

/// The suffix of the second column of an [`FieldKind::Estimate`].
pub const BASIS_SUFFIX: &str = "_basis";

/// The field of that name.
pub fn field(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.name == name)
}

/// The columns of a table of records, in order: every field, estimates with their basis beside them.
pub fn columns() -> impl Iterator<Item = String> {
    FIELDS.iter().flat_map(|field| {
        let basis =
            matches!(field.kind, FieldKind::Estimate).then(|| format!("{}{BASIS_SUFFIX}", field.name));
        std::iter::once(field.name.to_owned()).chain(basis)
    })
}

/// The codes an estimate's basis can have.
pub const BASIS: &Vocabulary = EstimateBasis::VOCABULARY;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::OrganisationRef;

    #[test]
    fn the_catalogue_and_the_record_have_the_same_members_in_the_same_order() {
        let record = Record::new(Origin::SelfDeclared, OrganisationRef::named("A"), "T".into(), "GB", "en");
        // Every absent member is skipped in JSON, so the names come from the type's own debug form.
        let debug = format!("{record:#?}");
        let members: Vec<&str> = debug
            .lines()
            .filter_map(|line| line.strip_prefix("    ")?.split_once(": ").map(|(name, _)| name))
            .filter(|name| !name.starts_with(' '))
            .collect();
        let fields: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
        assert_eq!(members, fields);
    }
}
