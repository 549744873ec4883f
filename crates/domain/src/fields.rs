//! The field catalogue. JSON, the CSV header, the import template, forms, checks, the data dictionary and the
//! OpenAPI document all follow from it. A new field is one member of [`Record`], one line here, and its words in
//! the other languages of the pages.

use crate::assessment::Assessment;
use crate::codes::{
    AffectedGroup, AutomationLevel, BurdenOfProof, Code, CofogFunction, DecisionEffect, EstimateBasis,
    Origin, Phase, RecordKind, Region, Sector, SpecialCategory, Technology, Vocabulary,
};
use crate::json::{self, ReadObjects};
use crate::oversight::{Audit, Consultation, Evaluation, Review};
use crate::procurement::{ContractRef, Environment, SupplierInvolvement};
use crate::record::{
    AsMember, ComplaintStatistic, Dataset, Deployment, Evidence, FieldStatement, Incident, Member, Model,
    Performance, Record, RedressRoute, Reference, Risk, read_translations,
};
use crate::text;

/// One field of the record, with everything that forms, files and documents need.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its name in JSON, CSV headers, queries and forms.
    pub name: &'static str,
    /// The question it helps to answer.
    pub group: Group,
    /// A short label for people.
    pub label: &'static str,
    /// What to write.
    pub hint: &'static str,
    /// The type of its value.
    pub kind: FieldKind,
    /// When it must be answered.
    pub required: Required,
    /// Its id in version 4 of the UK Algorithmic Transparency Recording Standard.
    pub atrs: Option<&'static str>,
    /// Who may read it.
    pub access: Access,
    /// Whether each body states it for itself, so that a copy of another body's record leaves it out.
    pub of_each_body: bool,
    member: fn(&Record) -> Member<'_>,
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
    /// Every group, in the order of forms.
    pub const ALL: &[Self] = &[
        Self::Identity,
        Self::Who,
        Self::Where,
        Self::When,
        Self::Why,
        Self::What,
        Self::OnWhom,
        Self::Checked,
        Self::Challenged,
        Self::Cost,
        Self::Tests,
        Self::Trace,
    ];

    /// The question as a heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Identity => "What it is",
            Self::Who => "Who answers for it and who sold it",
            Self::Where => "Where it is used",
            Self::When => "When it is used",
            Self::Why => "Why it is used",
            Self::What => "How it works",
            Self::OnWhom => "On whom it is used",
            Self::Checked => "What was checked",
            Self::Challenged => "How to challenge it",
            Self::Cost => "Contracts and other costs",
            Self::Tests => "The five tests",
            Self::Trace => "What it rests on",
        }
    }

    /// The group's name in the data dictionary.
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

/// The type of a value, in JSON and in a cell.
#[derive(Debug, Clone, Copy)]
pub enum FieldKind {
    /// Text with at most this many characters.
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
    /// One code from a list.
    Code(&'static Vocabulary),
    /// Codes from a list, joined by `;` in a cell.
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
    /// A whole number and its basis. A table has two columns for it, `<name>` and `<name>_basis`.
    Estimate,
    /// Objects of a schema; JSON in a cell.
    Objects(&'static str, ReadObjects),
    /// One object of a schema; JSON in a cell.
    Object(&'static str, ReadObjects),
}

impl FieldKind {
    /// The type's name in the data dictionary.
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

    /// What completes the type: its code list, schema or limit.
    pub fn of(&self) -> Option<String> {
        match self {
            Self::Text(most) => Some(most.to_string()),
            Self::Code(list) | Self::Codes(list) => Some(list.name.to_owned()),
            Self::Objects(schema, _) | Self::Object(schema, _) => Some((*schema).to_owned()),
            _ => None,
        }
    }
}

/// When a field must be answered, by a value or a field statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Required {
    /// Before a draft can be saved.
    Draft,
    /// At every publication.
    Publication,
    /// At publication, if something was bought.
    PublicationIfBought,
    /// At publication, if the jurisdiction is in the United Kingdom.
    PublicationInUk,
    /// At publication, if an observer wrote the record.
    PublicationIfThirdParty,
    /// At publication, while the tool is not yet in use.
    PublicationIfPlanned,
    /// While the tool is live.
    Live,
    /// While the tool is live, if something was bought.
    LiveIfBought,
    /// Once the tool is retired.
    Retired,
    /// Never.
    Optional,
}

/// What decides which questions a record must answer.
#[derive(Debug, Clone, Copy)]
pub struct Situation {
    /// Who says so.
    pub origin: Origin,
    /// Where the tool stands.
    pub phase: Option<Phase>,
    /// Whether something was bought.
    pub bought: bool,
    /// Whether its jurisdiction is in the United Kingdom.
    pub in_uk: bool,
}

impl Situation {
    /// The situation of a record.
    pub fn of(record: &Record) -> Self {
        Self {
            origin: record.origin,
            phase: record.phase,
            bought: record.is_bought(),
            in_uk: Self::is_in_uk(&record.jurisdiction),
        }
    }

    /// Whether a jurisdiction is the United Kingdom or a part of it.
    pub fn is_in_uk(jurisdiction: &str) -> bool {
        jurisdiction == "GB" || jurisdiction.starts_with("GB-")
    }
}

impl Required {
    /// The name in the data dictionary.
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
        self.arises(Situation::of(record))
    }

    /// Whether a record in this situation must answer such a field.
    pub fn arises(self, now: Situation) -> bool {
        let live = now.phase.is_some_and(Phase::is_live);
        match self {
            Self::Draft | Self::Publication => true,
            Self::PublicationIfBought => now.bought,
            Self::PublicationInUk => now.in_uk,
            Self::PublicationIfThirdParty => now.origin == Origin::ThirdParty,
            Self::PublicationIfPlanned => matches!(
                now.phase,
                Some(
                    Phase::Idea
                        | Phase::Design
                        | Phase::Procurement
                        | Phase::Development
                        | Phase::PreDeployment
                )
            ),
            Self::Live => live,
            Self::LiveIfBought => live && now.bought,
            Self::Retired => now.phase == Some(Phase::Retired),
            Self::Optional => false,
        }
    }
}

/// Who may read a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Public,
    /// Everyone can read that it exists; texts and documents follow each item's `visibility`.
    ByVisibility,
}

impl Access {
    /// The name in the data dictionary.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::ByVisibility => "by_visibility",
        }
    }
}

/// One line of the catalogue: member of [`Record`], group, label, hint, type, when required, id in the UK
/// standard.
macro_rules! field {
    ($member:ident, $group:expr, $label:literal, $hint:literal, $kind:expr, $required:expr, $atrs:expr) => {
        Field {
            name: stringify!($member),
            group: $group,
            label: $label,
            hint: $hint,
            kind: $kind,
            required: $required,
            atrs: $atrs,
            access: Access::Public,
            of_each_body: false,
            member: |record| record.$member.as_member(),
        }
    };
}

impl Field {
    const fn by_visibility(mut self) -> Self {
        self.access = Access::ByVisibility;
        self
    }

    const fn of_each_body(mut self) -> Self {
        self.of_each_body = true;
        self
    }

    /// Its value in a record, for checks.
    pub fn value_in<'r>(&self, record: &'r Record) -> Member<'r> {
        (self.member)(record)
    }

    /// Whether every record has a value for it. `phase` can be a statement instead.
    pub fn is_always_there(&self) -> bool {
        self.required == Required::Draft && self.name != "phase"
    }

    /// Whether a record has a value for it.
    pub fn is_in(&self, record: &Record) -> bool {
        self.value_in(record) != Member::Absent
    }

    /// Whether a translation can have its text: prose, and names that are said otherwise in another language.
    pub fn is_translated(&self) -> bool {
        matches!(self.kind, FieldKind::Text(_) | FieldKind::Markdown) && self.name != WELSH_SUMMARY
    }

    /// Most characters of its text; `None` if its type sets no limit.
    pub fn longest(&self) -> Option<usize> {
        match self.kind {
            FieldKind::Text(most) => Some(most),
            FieldKind::Markdown => Some(text::MARKDOWN_MAX),
            _ => None,
        }
    }

    /// Whether a body can state that there is none.
    pub fn may_be_none(&self) -> bool {
        MAY_BE_NONE.contains(&self.name)
    }
}

/// The field that holds the summary in Welsh, which is never in a translation (decision 40).
pub const WELSH_SUMMARY: &str = "summary_cy";

/// Every field of a record, in the order of JSON, CSV and forms.
#[rustfmt::skip]
pub const FIELDS: &[Field] = {
    use FieldKind::*;
    use Group::*;
    use Required::*;
    &[
        field!(kind, Identity, "Kind", "Algorithmic tool or procured technology", Code(RecordKind::VOCABULARY), Draft, None),
        field!(origin, Identity, "Origin", "Who made this statement: the publisher, an import or an observer", Code(Origin::VOCABULARY), Draft, None),
        field!(publisher, Identity, "Publisher", "The body that answers for this use, by its full name", Organisation, Draft, Some("0.2")).of_each_body(),
        field!(joint_publishers, Identity, "Joint publishers", "Bodies that answer together with the publisher", Organisations, Optional, Some("2.1.1")).of_each_body(),
        field!(title, Identity, "Title", "What a reader sees first; at most 200 characters", Text(200), Draft, Some("0.1")),
        field!(name, Identity, "Name of the tool", "The name people inside use", Text(200), Draft, Some("1.1")),
        field!(summary, Identity, "Summary", "What it does and to whom, in plain language; at most 400 characters", Text(400), Publication, Some("0.5")),
        field!(summary_cy, Identity, "Summary in Welsh", "The summary in Welsh; at most 400 characters", Text(400), Optional, None),
        field!(translations, Identity, "Texts in other languages", "Title, summary and other texts in further languages, one item a language", Objects("Translation", read_translations), Optional, None),
        field!(description, Identity, "Description", "What it is, what it does and why it is used", Markdown, Publication, Some("1.2")),
        field!(detailed_description, Identity, "Detailed description", "How it works, for an informed reader", Markdown, Live, Some("2.2.1")),
        field!(scope, Identity, "Scope", "What it is meant for", Markdown, Live, Some("2.2.2")),
        field!(out_of_scope, Identity, "Out of scope", "What it must not be used for", Markdown, Live, Some("2.2.2")),
        field!(website_url, Identity, "Website", "Where to read more", Url, Optional, Some("1.3")),
        field!(contact_email, Identity, "Contact", "A role mailbox such as algorithms@council.example; never a person", Email, Publication, Some("1.4")).of_each_body(),
        field!(team, Who, "Team", "The team that answers for it", Text(2000), Publication, Some("2.1.2")),
        field!(accountable_role, Who, "Accountable role", "The role that answers for it, such as Director of Housing; no personal name", Text(2000), Publication, Some("2.1.3")),
        field!(accountable_elected_office, Who, "Accountable elected office", "The elected office above it", Text(2000), Optional, Some("2.1.3")),
        field!(supplier_involvement, Who, "Supplier involvement", "Who sold or built it, which product, in which role, with what data access", Objects("SupplierInvolvement", json::read_as::<Vec<SupplierInvolvement>>), PublicationIfBought, Some("2.1.4")),
        field!(deployments, Who, "Deployments", "Each body that uses it, with phase and dates", Objects("Deployment", json::read_as::<Vec<Deployment>>), Publication, None).of_each_body(),
        field!(jurisdiction, Where, "Jurisdiction", "Country or part of it, ISO 3166 such as GB or GB-WLS", Jurisdiction, Draft, None),
        field!(lang, Where, "Language", "Language of the texts, BCP 47 such as en or nl", Language, Draft, None),
        field!(sectors, Where, "Sectors", "Fields of public life it is used in", Codes(Sector::VOCABULARY), Publication, None),
        field!(regions, Where, "Regions", "Where in the United Kingdom it is used", Codes(Region::VOCABULARY), PublicationInUk, Some("0.4")).of_each_body(),
        field!(cofog_functions, Where, "Functions of government", "COFOG functions", Codes(CofogFunction::VOCABULARY), Optional, Some("0.4")),
        field!(phase, When, "Phase", "Where it stands in its life", Code(Phase::VOCABULARY), Draft, Some("0.3")),
        field!(phase_since, When, "In this phase since", "Date, YYYY-MM-DD", Date, Optional, None),
        field!(planned_start, When, "Planned start", "Date it is to start; asked until it is in use", Date, PublicationIfPlanned, None),
        field!(first_used, When, "First used", "Date it was first used on people", Date, Live, None),
        field!(retired_on, When, "Retired on", "Date it was last used", Date, Retired, None),
        field!(retirement_reason, When, "Reason for retirement", "Why it ended", Markdown, Retired, None),
        field!(public_purpose, Why, "Public purpose", "Which public task it serves", Markdown, Publication, Some("2.2.3")),
        field!(problem_statement, Why, "Problem", "Which problem it answers", Markdown, Publication, Some("2.2.3")),
        field!(benefits, Why, "Benefits", "What good it should do, and for whom", Markdown, Live, Some("2.2.3")),
        field!(previous_process, Why, "Previous process", "What was done before", Markdown, Live, Some("2.2.4")),
        field!(alternatives_considered, Why, "Alternatives considered", "What else was considered, and why not", Markdown, Live, Some("2.2.5")),
        field!(legal_basis, Why, "Legal basis", "The law that allows it", Markdown, Live, None),
        field!(decision_record_url, Why, "Decision record", "Where the decision to use it can be read", Url, Optional, None),
        field!(policy_document_url, Why, "Policy document", "Where the policy can be read", Url, Optional, None),
        field!(technologies, What, "Technologies", "How it works", Codes(Technology::VOCABULARY), Publication, Some("2.3.1")),
        field!(automation_level, What, "Automation level", "How much of the decision it takes", Code(AutomationLevel::VOCABULARY), Publication, Some("2.3.2")),
        field!(decision_effects, What, "Effects of the decision", "What can happen to a person after its output", Codes(DecisionEffect::VOCABULARY), Publication, Some("2.3.2")),
        field!(burden_of_proof, What, "Burden of proof", "Who must show that an outcome is right or wrong", Code(BurdenOfProof::VOCABULARY), Publication, None),
        field!(process_integration, What, "Place in the process", "Where it stands in the decision process", Markdown, Live, Some("2.3.1")),
        field!(provided_information, What, "Information it gives", "What it gives to the person who decides", Markdown, Live, Some("2.3.2")),
        field!(human_review, What, "Human review", "What people do with its output, and when they overrule it", Markdown, Live, Some("2.3.4")),
        field!(required_training, What, "Required training", "What its users must learn", Markdown, Live, Some("2.3.5")),
        field!(models, What, "Models", "Models in it: name, version, task, architecture, provider", Objects("Model", json::read_as::<Vec<Model>>), Live, Some("2.4.2")),
        field!(performance, What, "Performance", "Measured figures, by group where there are any", Objects("Performance", json::read_as::<Vec<Performance>>), Live, Some("2.4.2")).of_each_body(),
        field!(datasets, What, "Datasets", "Data it was made with or works on", Objects("Dataset", json::read_as::<Vec<Dataset>>), Live, Some("2.4.3")),
        field!(open_source, What, "Open source", "Whether everybody may read and use its code", Boolean, Optional, None),
        field!(source_code_url, What, "Source code", "Where the code is", Url, Optional, None),
        field!(open_standards, What, "Open standards", "Open standards it follows", Texts, Optional, None),
        field!(affected_groups, OnWhom, "Affected groups", "On whom it is used", Codes(AffectedGroup::VOCABULARY), Publication, Some("2.3")),
        field!(people_affected_per_year, OnWhom, "People affected per year", "A whole number; its basis stands in the next column", Estimate, Live, Some("2.3.3")).of_each_body(),
        field!(decisions_per_year, OnWhom, "Decisions per year", "A whole number; its basis stands in the next column", Estimate, Live, Some("2.3.3")).of_each_body(),
        field!(uses_children_data, OnWhom, "Uses data about children", "true or false", Boolean, Publication, Some("2.4.3.4")),
        field!(special_category_data, OnWhom, "Special category data", "Personal data the law protects more", Codes(SpecialCategory::VOCABULARY), Publication, Some("2.4.3.4")),
        field!(national_identifiers, OnWhom, "National identifiers", "Such as National Insurance number, NHS number", Texts, Publication, Some("2.4.3.4")),
        field!(notification_given, OnWhom, "Notification", "What people are told about its use, and how", Markdown, Live, Some("2.3")).of_each_body(),
        field!(explanation_available, OnWhom, "Explanation available", "Whether a person can have an outcome explained; true or false", Boolean, Live, Some("2.3")).of_each_body(),
        field!(explanation_url, OnWhom, "Explanation", "Where the explanation can be asked for or read", Url, Live, Some("2.3")),
        field!(opt_out_route, OnWhom, "Opt-out", "How a person can opt out", Markdown, Live, Some("2.3")).of_each_body(),
        field!(non_digital_route_url, OnWhom, "Non-digital route", "How to get the same service without it", Url, Live, None),
        field!(workforce_impact, OnWhom, "Impact on work", "What it does to jobs and working conditions", Markdown, Optional, None),
        field!(benefit_distribution, OnWhom, "Who gains", "How gains are spread", Markdown, Optional, None),
        field!(beneficiaries, OnWhom, "Beneficiaries", "Who gains", Texts, Optional, None),
        field!(risk_bearers, OnWhom, "Bearers of risk", "Who bears the risk", Texts, Optional, None),
        field!(assessments, Checked, "Assessments", "Impact assessments with type, stage, status and dates", Objects("Assessment", json::read_as::<Vec<Assessment>>), Optional, Some("2.5.1")).by_visibility(),
        field!(reviews, Checked, "Reviews", "Advice of oversight bodies and the response", Objects("Review", json::read_as::<Vec<Review>>), Optional, Some("2.5")),
        field!(audits, Checked, "Audits", "Examinations after the fact", Objects("Audit", json::read_as::<Vec<Audit>>), Optional, Some("2.5")),
        field!(consultations, Checked, "Consultations", "Who was asked, how, and what came of it", Objects("Consultation", json::read_as::<Vec<Consultation>>), Optional, Some("2.5")),
        field!(evaluations, Checked, "Evaluations", "Studies of how it works in practice", Objects("Evaluation", json::read_as::<Vec<Evaluation>>), Optional, Some("2.5")),
        field!(risks, Checked, "Risks", "Risks and what is done about them", Objects("Risk", json::read_as::<Vec<Risk>>), Optional, Some("2.5.2")),
        field!(redress_routes, Challenged, "Redress routes", "How to challenge an outcome or the tool", Objects("RedressRoute", json::read_as::<Vec<RedressRoute>>), Live, Some("2.3.6")),
        field!(complaint_statistics, Challenged, "Complaint statistics", "How many complained, how many were right", Objects("ComplaintStatistic", json::read_as::<Vec<ComplaintStatistic>>), Optional, None),
        field!(incidents, Challenged, "Incidents", "What went wrong and what was done", Objects("Incident", json::read_as::<Vec<Incident>>), Optional, None),
        field!(contracts, Cost, "Contracts", "Open contracting id or notice, value, dates", Objects("ContractRef", json::read_as::<Vec<ContractRef>>), LiveIfBought, Some("2.1.4")),
        field!(environment, Cost, "Environmental cost", "Energy, carbon and water", Objects("Environment", json::read_as::<Vec<Environment>>), Optional, None),
        field!(tests, Tests, "Five tests", "Preparation, principles, participation, prosperity, power", Object("Tests", json::read_as::<crate::record::Tests>), Optional, None),
        field!(evidence, Trace, "Evidence", "What a third-party record rests on", Objects("Evidence", json::read_as::<Vec<Evidence>>), PublicationIfThirdParty, None),
        field!(references, Trace, "References", "Ids of the same thing elsewhere", Objects("Reference", json::read_as::<Vec<Reference>>), Optional, None),
        field!(field_statements, Trace, "Field statements", "Not applicable, unknown, withheld or none at all, in place of values", Objects("FieldStatement", json::read_as::<Vec<FieldStatement>>), Optional, None),
    ]
};

/// Parts of things in a record that hold more than a line of text, whatever the thing; a form gives them several
/// lines.
pub const LONG_PARTS: &[&str] = &[
    "access_and_storage",
    "cleaning",
    "collection",
    "completeness",
    "conditions",
    "data_access_terms",
    "description",
    "effect",
    "local_settings",
    "quote",
    "remedy",
    "residual_risk",
    "response_text",
    "sharing_agreements",
    "status_reason",
    "summary",
    "text",
];

/// Lists of which a body can state that there is nothing to list, with the reason: no consultation was held, no
/// contract was made. Of other questions it makes no sense: a tool is always used on or for somebody.
const MAY_BE_NONE: &[&str] = &[
    "models",
    "performance",
    "datasets",
    "national_identifiers",
    "assessments",
    "reviews",
    "audits",
    "consultations",
    "evaluations",
    "redress_routes",
    "complaint_statistics",
    "incidents",
    "contracts",
];

/// The suffix of the second column of an [`FieldKind::Estimate`].
pub const BASIS_SUFFIX: &str = "_basis";

/// The field with this name.
pub fn field(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.name == name)
}

/// The columns of a table of records, in order: every field, and after each estimate its basis.
pub fn columns() -> impl Iterator<Item = String> {
    FIELDS.iter().flat_map(|field| {
        let basis =
            matches!(field.kind, FieldKind::Estimate).then(|| format!("{}{BASIS_SUFFIX}", field.name));
        std::iter::once(field.name.to_owned()).chain(basis)
    })
}

/// The codes for the basis of an estimate.
pub const BASIS: &Vocabulary = EstimateBasis::VOCABULARY;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::organisation::OrganisationRef;

    #[test]
    fn what_may_be_none_is_a_list() {
        for name in MAY_BE_NONE {
            let kind = field(name).unwrap().kind;
            let list = matches!(kind, FieldKind::Objects(..) | FieldKind::Texts);
            assert!(list, "{name}");
        }
    }

    #[test]
    fn the_fields_that_are_always_there_are_those_of_a_new_record() {
        let record = Record::new(Origin::SelfDeclared, OrganisationRef::named("A"), "T".into(), "GB", "en");
        for field in FIELDS {
            assert_eq!(field.is_in(&record), field.is_always_there(), "{}", field.name);
        }
    }

    #[test]
    fn the_catalogue_and_the_record_have_the_same_members_in_the_same_order() {
        let record = Record::new(Origin::SelfDeclared, OrganisationRef::named("A"), "T".into(), "GB", "en");
        // Absent members are skipped in JSON, so the names are taken from the debug form.
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
