//! Organisations as database rows, and the part that lists and records show.

use domain::codes::{Code, OrganisationKind};
use domain::naming::name_key;
use domain::organisation::Organisation;
use sea_orm::ActiveValue;

use crate::StoreError;
use crate::ground::entity::organisation;

/// Whether an organisation is registered, or only a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// Entered by an editor or from a list of bodies.
    Registered,
    /// A name in a record or notice that no registered organisation has.
    Unresolved,
}

impl Resolution {
    /// The word for it in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Unresolved => "unresolved",
        }
    }

    fn read(text: &str) -> Option<Self> {
        [Self::Registered, Self::Unresolved].into_iter().find(|one| one.as_str() == text)
    }
}

/// What lists and records show of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// UUID.
    pub id: String,
    /// Part of its address.
    pub slug: String,
    /// Its registered name.
    pub name: String,
    /// Its kind, where known.
    pub kind: Option<OrganisationKind>,
    /// Whether it is registered.
    pub resolution: Resolution,
}

pub(crate) fn free_slug(wanted: &str, taken: impl Fn(&str) -> bool) -> String {
    let wanted = if wanted.is_empty() { "unnamed" } else { wanted };
    // In filters, words such as `withheld` stand for what is said in place of a name.
    if !taken(wanted) && domain::facets::blank_place(wanted).is_none() {
        return wanted.to_owned();
    }
    (2..).map(|n| format!("{wanted}-{n}")).find(|slug| !taken(slug)).expect("some number is free")
}

pub(crate) fn party(row: &organisation::Model) -> Result<Party, StoreError> {
    let kind = row.kind.as_deref().map(OrganisationKind::parse).transpose();
    Ok(Party {
        id: row.id.clone(),
        slug: row.slug.clone(),
        name: row.name.clone(),
        kind: kind.map_err(|error| StoreError::inconsistent("organisations", "kind", &row.slug, error))?,
        resolution: Resolution::read(&row.resolution).ok_or_else(|| {
            StoreError::inconsistent("organisations", "resolution", &row.slug, &row.resolution)
        })?,
    })
}

pub(crate) fn row(organisation: &Organisation, resolution: Resolution) -> organisation::ActiveModel {
    organisation::ActiveModel {
        seq: ActiveValue::NotSet,
        id: ActiveValue::Set(organisation.id.map(|id| id.to_string()).unwrap_or_default()),
        slug: ActiveValue::Set(organisation.slug.clone()),
        name: ActiveValue::Set(organisation.name.clone()),
        name_key: ActiveValue::Set(name_key(&organisation.name)),
        country: ActiveValue::Set(organisation.country.clone()),
        kind: ActiveValue::Set(organisation.kind.map(|kind| kind.as_str().to_owned())),
        resolution: ActiveValue::Set(resolution.as_str().to_owned()),
        merged_into: ActiveValue::Set(None),
        expected_to_publish: ActiveValue::Set(organisation.expected_to_publish),
        nil_return_on: ActiveValue::Set(organisation.nil_return_on.map(|day| day.to_string())),
        parent: ActiveValue::Set(organisation.parent.clone()),
        detail: ActiveValue::Set(serde_json::to_string(organisation).expect("an organisation is JSON")),
    }
}

/// A stored organisation.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// Everything known about it.
    pub organisation: Organisation,
    /// Whether it is registered.
    pub resolution: Resolution,
}

pub(crate) fn stored(row: &organisation::Model) -> Result<Stored, StoreError> {
    let organisation: Organisation = serde_json::from_str(&row.detail)
        .map_err(|error| StoreError::inconsistent("organisations", "detail", &row.slug, error))?;
    Ok(Stored { organisation, resolution: party(row)?.resolution })
}
