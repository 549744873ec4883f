//! Organisations: any legal body. Publisher, supplier and regulator are roles it plays.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::codes::{AliasKind, IdentifierScheme, OrganisationKind, Region, Sector};

/// A body as the register knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// UUID version 7, given by the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    /// Unique part of its address: lower-case words joined by hyphens.
    #[serde(default)]
    pub slug: String,
    /// Its name in English, or in its own language.
    pub name: String,
    /// Its name in Welsh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_cy: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// What kind of body it is; absent while it is only a name in an import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<OrganisationKind>,
    /// Slug of the body above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Fields of public life it works in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sectors: Vec<Sector>,
    /// Where it works.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<Region>,
    /// Its website, `http` or `https`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub website: Option<String>,
    /// First day it existed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<NaiveDate>,
    /// Last day it existed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<NaiveDate>,
    /// Slug or identifier of the body that took over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
    /// Identifiers given by others; the pair is unique in the register.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Identifier>,
    /// Other names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<Alias>,
    /// Whether a published rule expects it to publish records.
    #[serde(default)]
    pub expected_to_publish: bool,
    /// Which rule says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_by_rule: Option<String>,
    /// The day it declared that it uses no such tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nil_return_on: Option<NaiveDate>,
}

impl Organisation {
    /// A body with only a name and a country.
    pub fn named(name: impl Into<String>, country: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            id: None,
            slug: crate::text::slug(&name),
            name,
            name_cy: None,
            country: country.into(),
            kind: None,
            parent: None,
            sectors: Vec::new(),
            regions: Vec::new(),
            website: None,
            valid_from: None,
            valid_to: None,
            successor: None,
            identifiers: Vec::new(),
            aliases: Vec::new(),
            expected_to_publish: false,
            expected_by_rule: None,
            nil_return_on: None,
        }
    }
}

/// An identifier given by somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Identifier {
    /// Who gave it.
    pub scheme: IdentifierScheme,
    /// The value in that scheme's normal form.
    pub value: String,
}

impl Identifier {
    /// Brings a value into its scheme's normal form: company numbers are padded with zeros, codes become
    /// upper case. Errors: a sentence saying what the scheme expects.
    pub fn normalise(scheme: IdentifierScheme, raw: &str) -> Result<Self, String> {
        let raw = raw.trim();
        let upper = || raw.to_ascii_uppercase();
        let value = match scheme {
            IdentifierScheme::GbCoh => company_number(&upper().replace(' ', "")).ok_or_else(|| {
                format!("'{raw}' is not a company number (eight characters such as 01234567 or IP12345R)")
            })?,
            IdentifierScheme::Gss => {
                let code = upper();
                if code.len() != 9
                    || !code.starts_with(|c: char| c.is_ascii_alphabetic())
                    || !all_digits(&code[1..])
                {
                    return Err(format!("'{raw}' is not a GSS code (a letter and eight digits)"));
                }
                code
            }
            IdentifierScheme::GbEdu | IdentifierScheme::WlsSchool => {
                if !all_digits(raw) {
                    return Err(format!("'{raw}' is not a school number (digits only)"));
                }
                raw.to_owned()
            }
            IdentifierScheme::GbLae
            | IdentifierScheme::GbLas
            | IdentifierScheme::GbLaw
            | IdentifierScheme::GbNir
            | IdentifierScheme::GbLa
            | IdentifierScheme::GbNhs
            | IdentifierScheme::UsAgency => upper(),
            _ => raw.to_owned(),
        };
        if value.is_empty() || value.len() > 100 || value.chars().any(char::is_whitespace) {
            return Err(format!("'{raw}' is not an identifier (one word of at most 100 characters)"));
        }
        Ok(Self { scheme, value })
    }
}

/// A number of Companies House in its normal form: up to two letters that tell the register (`SC`, `NI`, `IP`, `RS`
/// ...), digits padded with zeros to eight characters, and the `R` that ends some numbers of registered societies.
fn company_number(number: &str) -> Option<String> {
    let (prefix, rest) = number.split_at(number.find(|c: char| c.is_ascii_digit())?);
    let is_society = matches!(prefix, "IP" | "SP" | "NP" | "RS");
    let (digits, suffix) = match rest.strip_suffix('R').filter(|_| is_society) {
        Some(digits) => (digits, "R"),
        None => (rest, ""),
    };
    let width = 8_usize.checked_sub(prefix.len() + suffix.len())?;
    let is_number = prefix.len() <= 2
        && prefix.bytes().all(|byte| byte.is_ascii_alphabetic())
        && all_digits(digits)
        && digits.len() <= width;
    is_number.then(|| format!("{prefix}{digits:0>width$}{suffix}"))
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Another name of an organisation.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Alias {
    /// The name as written.
    pub name: String,
    /// Why it has that name.
    pub kind: AliasKind,
}

/// An organisation as a record names it. The name is resolved on reading, not on publication, so that an
/// alias added later also helps records already published.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OrganisationRef {
    /// The name as the record states it.
    pub name: String,
}

impl OrganisationRef {
    /// A reference to the organisation with this name.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_brought_into_their_normal_form() {
        #[track_caller]
        fn check(scheme: IdentifierScheme, raw: &str, expected: Option<&str>) {
            assert_eq!(
                Identifier::normalise(scheme, raw).ok().map(|id| id.value).as_deref(),
                expected,
                "{raw}"
            );
        }
        check(IdentifierScheme::GbCoh, "2379479", Some("02379479"));
        check(IdentifierScheme::GbCoh, "sc12345", Some("SC012345"));
        check(IdentifierScheme::GbCoh, "FC023246", Some("FC023246"));
        check(IdentifierScheme::GbCoh, "ip14702r", Some("IP14702R"));
        check(IdentifierScheme::GbCoh, "IP031436", Some("IP031436"));
        check(IdentifierScheme::GbCoh, "RS7155", Some("RS007155"));
        check(IdentifierScheme::GbCoh, "NI 012345", Some("NI012345"));
        check(IdentifierScheme::GbCoh, "SP2345R", Some("SP02345R"));
        check(IdentifierScheme::GbCoh, "1234567R", None);
        check(IdentifierScheme::GbCoh, "123456789", None);
        check(IdentifierScheme::GbCoh, "n/a", None);
        check(IdentifierScheme::Gss, "e06000060", Some("E06000060"));
        check(IdentifierScheme::Gss, "E0600006", None);
        check(IdentifierScheme::UkPolice, "surrey", Some("surrey"));
        check(IdentifierScheme::GbEdu, "abc", None);
    }
}
