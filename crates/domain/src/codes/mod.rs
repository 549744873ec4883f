//! Closed code lists, one file each, and the list of all of them.
//!
//! A code is used in JSON, CSV and queries; its label and definition are for people. In tables, the
//! label stands for its code too. `also` has other words people write: they lead to a suggestion, but are never accepted.

use std::fmt;

mod labels;

pub use labels::{WELSH, message_name};

/// What every code list provides.
pub trait Code: Copy + Eq + fmt::Debug + Send + Sync + 'static {
    /// The list itself, as data.
    const VOCABULARY: &'static Vocabulary;
    /// Every code, in the order people should read them.
    const ALL: &'static [Self];
    /// The code as used in JSON and files: snake_case, unless it comes from elsewhere.
    fn as_str(self) -> &'static str;
    /// Reads a code exactly as written. Errors: [`UnknownCode`], with the nearest code as a suggestion.
    fn parse(value: &str) -> Result<Self, UnknownCode> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.as_str() == value)
            .ok_or_else(|| Self::VOCABULARY.unknown(value))
    }
    /// The English label for people.
    fn label(self) -> &'static str {
        Self::VOCABULARY.entry(self.as_str()).map_or("", |entry| entry.label)
    }
}

/// One code, with its texts for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeEntry {
    /// The code itself.
    pub code: &'static str,
    /// A short label.
    pub label: &'static str,
    /// What the code means.
    pub definition: &'static str,
    /// Words people write for it, used for suggestions.
    pub also: &'static [&'static str],
    /// The broader or equal code in the standard it comes from, as `standard:code`.
    pub broader: Option<&'static str>,
}

/// A code list as data: what `/api/v1/vocabularies` shows and what values are checked against.
#[derive(Debug)]
pub struct Vocabulary {
    /// The list's name: the singular of the field it fills (`phase`, `sector`).
    pub name: &'static str,
    /// What people call one of its codes, such as `a phase`.
    pub noun: &'static str,
    /// What the list is for.
    pub description: &'static str,
    /// The name of its schema in the OpenAPI document.
    pub schema: &'static str,
    /// The codes, in reading order.
    pub entries: &'static [CodeEntry],
}

impl Vocabulary {
    /// The entry for a code, if the list has it.
    pub fn entry(&self, code: &str) -> Option<&'static CodeEntry> {
        self.entries.iter().find(|entry| entry.code == code)
    }

    /// Checks that a value is one of the codes. Errors: [`UnknownCode`].
    pub fn check(&'static self, value: &str) -> Result<&'static str, UnknownCode> {
        self.entry(value).map(|entry| entry.code).ok_or_else(|| self.unknown(value))
    }

    /// The error for a value that is not in the list.
    pub fn unknown(&'static self, value: &str) -> UnknownCode {
        let wanted = value.trim().to_lowercase().replace([' ', '-'], "_");
        let words = self.entries.iter().flat_map(|entry| {
            std::iter::once((entry.code, entry.code))
                .chain(entry.also.iter().map(|word| (*word, entry.code)))
                .chain(std::iter::once((entry.label, entry.code)))
        });
        UnknownCode { vocabulary: self, value: value.to_owned(), suggestion: nearest(&wanted, words) }
    }
}

/// The target of the candidate nearest to `wanted`; `None` if none is near enough to suggest.
///
/// The smallest normalised Damerau distance wins, if it is below 0.45.
pub fn nearest<'a>(wanted: &str, candidates: impl Iterator<Item = (&'a str, &'a str)>) -> Option<&'a str> {
    use rapidfuzz::distance::damerau_levenshtein::normalized_distance;
    let wanted = wanted.to_lowercase();
    candidates
        .map(|(word, target)| {
            let word = word.to_lowercase().replace([' ', '-'], "_");
            (normalized_distance(word.chars(), wanted.chars()), target)
        })
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(distance, _)| *distance < 0.45)
        .map(|(_, target)| target)
}

/// A value that is not a code of its list.
#[derive(Debug, Clone)]
pub struct UnknownCode {
    /// The list it was checked against.
    pub vocabulary: &'static Vocabulary,
    /// The value as written.
    pub value: String,
    /// The nearest code, if one is near enough.
    pub suggestion: Option<&'static str>,
}

impl UnknownCode {
    /// How to fix it: the nearest code, and those allowed.
    pub fn hint(&self) -> String {
        let all: Vec<&str> = self.vocabulary.entries.iter().map(|entry| entry.code).collect();
        let allowed = if all.len() > 24 {
            format!("use one of the {} codes at /api/v1/vocabularies", all.len())
        } else {
            format!("use one of: {}", all.join(", "))
        };
        match self.suggestion {
            Some(code) => format!("did you mean '{code}'? {allowed}"),
            None => allowed,
        }
    }
}

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is not {}", self.value, self.vocabulary.noun)
    }
}

impl std::error::Error for UnknownCode {}

/// The OpenAPI schema of a code list: a string with its codes.
#[cfg(feature = "openapi")]
fn schema(list: &Vocabulary) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    use utoipa::openapi::schema::{ObjectBuilder, Type};
    let codes = list.entries.iter().map(|entry| entry.code);
    let object = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(codes))
        .description(Some(list.description));
    utoipa::openapi::RefOr::T(object.into())
}

/// Declares a code list from one table: the enum, its data and its serde form.
macro_rules! codes {
    (
        $(#[$doc:meta])*
        $name:ident, $list:literal, $noun:literal, $description:literal;
        $( $variant:ident = $code:literal, $label:literal, $definition:literal
            $(, also [$($also:literal),+])? $(, broader $broader:literal)? ; )+
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(
                #[doc = $definition]
                #[serde(rename = $code)]
                $variant,
            )+
        }

        impl crate::codes::Code for $name {
            const VOCABULARY: &'static crate::codes::Vocabulary = &crate::codes::Vocabulary {
                name: $list,
                noun: $noun,
                description: $description,
                schema: stringify!($name),
                entries: &[$(crate::codes::CodeEntry {
                    code: $code,
                    label: $label,
                    definition: $definition,
                    also: &[$($($also),+)?],
                    broader: codes!(@broader $($broader)?),
                }),+],
            };
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                crate::codes::schema(<Self as crate::codes::Code>::VOCABULARY)
            }
        }

        #[cfg(feature = "openapi")]
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(crate::codes::Code::as_str(*self))
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::codes::UnknownCode;
            fn from_str(value: &str) -> Result<Self, Self::Err> {
                crate::codes::Code::parse(value)
            }
        }
    };
    (@broader) => { None };
    (@broader $broader:literal) => { Some($broader) };
}

/// Names each code list once; the modules, exports and [`VOCABULARIES`] follow from that.
macro_rules! lists {
    ($($module:ident :: $name:ident),+ $(,)?) => {
        $(mod $module; pub use $module::$name;)+
        /// Every code list of the register, in reading order.
        pub const VOCABULARIES: &[&Vocabulary] = &[$(<$name as Code>::VOCABULARY),+];
    };
}

lists! {
    kind::RecordKind, origin::Origin, in_source::InSource, phase::Phase, sector::Sector,
    organisation_kind::OrganisationKind, alias_kind::AliasKind, technology::Technology,
    automation_level::AutomationLevel, burden_of_proof::BurdenOfProof, decision_effect::DecisionEffect,
    affected_group::AffectedGroup, special_category::SpecialCategory, region::Region,
    cofog_function::CofogFunction, assessment_type::AssessmentType, assessment_stage::AssessmentStage,
    assessment_status::AssessmentStatus, assessment_outcome::AssessmentOutcome, visibility::Visibility,
    review_advice::ReviewAdvice, review_response::ReviewResponse, audit_kind::AuditKind,
    consultation_outcome::ConsultationOutcome, consultation_holder::ConsultationHolder,
    statement_kind::StatementKind, withheld_ground::WithheldGround, estimate_basis::EstimateBasis,
    dataset_role::DatasetRole, environment_kind::EnvironmentKind, identifier_scheme::IdentifierScheme,
    flag::Flag, transparency_class::TransparencyClass, duty_strength::DutyStrength,
    duty_condition::DutyCondition, owed_kind::OwedKind, role::Role,
    submission_state::SubmissionState,
    contract_kind::ContractKind, value_basis::ValueBasis, party_role::PartyRole,
    resolved_by::ResolvedBy, watch_strength::WatchStrength, link_class::LinkClass,
    link_state::LinkState, gap_rule::GapRule, gap_status::GapStatus, answer_state::AnswerState,
    five_test::FiveTest,
}

/// The list with this name, as in `/api/v1/vocabularies/{name}`.
pub fn vocabulary(name: &str) -> Option<&'static Vocabulary> {
    VOCABULARIES.iter().copied().find(|list| list.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_every_list_is_snake_case_and_said_once() {
        for list in VOCABULARIES {
            let mut seen = std::collections::BTreeSet::new();
            for entry in list.entries {
                assert!(seen.insert(entry.code), "{}: {} is there twice", list.name, entry.code);
                assert!(!entry.label.is_empty() && !entry.definition.is_empty(), "{}", entry.code);
            }
        }
    }

    #[test]
    fn a_word_people_write_is_suggested_but_not_accepted() {
        let error = Phase::parse("live").unwrap_err();
        assert_eq!(error.to_string(), "'live' is not a phase");
        assert!(
            error.hint().starts_with("did you mean 'production'? use one of: idea, design"),
            "{}",
            error.hint()
        );
        assert_eq!(Phase::parse("prodution").unwrap_err().suggestion, Some("production"));
        assert_eq!(Phase::parse("xqzw").unwrap_err().suggestion, None);
    }

    #[test]
    fn a_code_reads_back_as_it_is_written() {
        for code in Sector::ALL {
            assert_eq!(Sector::parse(code.as_str()).unwrap(), *code);
            let json = serde_json::to_string(code).unwrap();
            assert_eq!(json, format!("\"{}\"", code.as_str()));
        }
    }
}
