//! Parties of notices: which organisation each one is. By identifier, then name, then alias; never by
//! similarity.
//!
//! An unknown party gets a row of its own with the identifiers from the notice, so that it can be listed and
//! counted, and an editor can name it once for all notices.

use std::collections::{HashMap, HashSet};

use domain::Organisation;
use domain::codes::{Code, IdentifierScheme, OrganisationKind, PartyRole, ResolvedBy, Sector};
use domain::contracting::{
    ContractParty, NAME_WITHHELD, OTHER_COMPANY, RawIdentifier, TWO_COMPANY_NUMBERS, watch,
};
use domain::naming::name_key;
use domain::organisation::Identifier;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde::Deserialize;

use crate::ground::sql::{Sql, insert_rows};
use crate::names::organisations::Resolution;
use crate::names::resolver::Resolver;
use crate::{StoreError, Tx};

/// Scheme of company numbers; a company has one.
const COMPANY: &str = "GB-COH";

/// Every organisation by name and identifier, in memory.
#[derive(Debug, Default)]
pub struct Parties {
    resolver: Resolver,
    by_identifier: HashMap<String, String>,
    company_numbers: HashMap<String, Vec<String>>,
    sensitive: HashSet<String>,
}

/// The part of an organisation that shows whether it works in a sensitive field.
#[derive(Deserialize)]
struct Field {
    #[serde(default)]
    sectors: Vec<Sector>,
}

fn key(scheme: &str, value: &str) -> String {
    format!("{scheme} {value}")
}

impl Parties {
    /// Reads every organisation, through a transaction.
    pub async fn within(tx: &Tx) -> Result<Self, StoreError> {
        Self::load(tx).await
    }

    /// Reads every organisation.
    pub(crate) async fn load(conn: &impl ConnectionTrait) -> Result<Self, StoreError> {
        let mut parties = Self { resolver: Resolver::load(conn).await?, ..Self::default() };
        let sql = "SELECT i.scheme, i.value, o.slug FROM organisation_identifiers i \
            JOIN organisations o ON o.seq = i.organisation_seq WHERE o.resolution <> 'merged'";
        for row in Sql::new(sql).all(conn).await? {
            let (scheme, value, slug): (String, String, String) =
                (row.try_get_by("scheme")?, row.try_get_by("value")?, row.try_get_by("slug")?);
            parties.know(&scheme, &value, &slug);
        }
        let sql = "SELECT slug, kind, detail FROM organisations WHERE resolution = 'registered'";
        for row in Sql::new(sql).all(conn).await? {
            let (slug, kind, detail): (String, Option<String>, String) =
                (row.try_get_by("slug")?, row.try_get_by("kind")?, row.try_get_by("detail")?);
            let kind = kind.and_then(|kind| OrganisationKind::parse(&kind).ok());
            let field: Field = serde_json::from_str(&detail)
                .map_err(|error| StoreError::inconsistent("organisations", "detail", &slug, error))?;
            if watch::is_sensitive(kind, &field.sectors) {
                parties.sensitive.insert(slug);
            }
        }
        Ok(parties)
    }

    fn know(&mut self, scheme: &str, value: &str, slug: &str) {
        self.by_identifier.insert(key(scheme, value), slug.to_owned());
        if scheme == COMPANY {
            self.company_numbers.entry(slug.to_owned()).or_default().push(value.to_owned());
        }
    }

    /// Whether a registered organisation works in a sensitive field.
    pub fn is_sensitive(&self, slug: &str) -> bool {
        self.sensitive.contains(slug)
    }

    /// Whether an organisation is registered, not just a name.
    pub fn is_known(&self, slug: &str) -> bool {
        self.resolver.party(slug).is_some_and(|party| party.resolution == Resolution::Registered)
    }

    /// Finds the organisation of each party; an unknown name gets a row. Each party comes with the country (ISO
    /// 3166-1) to assume if it states none.
    pub async fn resolve<'p>(
        &mut self,
        tx: &Tx,
        parties: impl Iterator<Item = (&'p mut ContractParty, &'p str)>,
    ) -> Result<(), StoreError> {
        let (mut rows, mut learned) = (Vec::new(), Vec::new());
        for (party, home) in parties {
            let home = party.country.clone().unwrap_or_else(|| home.to_owned());
            let Some(found) = self.find(party, &home) else {
                let withheld = party.has_quality(NAME_WITHHELD);
                let names_somebody = |name: &String| !withheld && !name_key(name).is_empty();
                let Some(name) = party.name.clone().filter(names_somebody) else { continue };
                let mut organisation = Organisation::named(name, home);
                organisation.identifiers = trusted(party)
                    .filter(|one| !self.by_identifier.contains_key(&key(&one.scheme, &one.value)))
                    .filter_map(|one| {
                        let scheme = IdentifierScheme::parse(&one.scheme).ok()?;
                        Identifier::normalise(scheme, &one.value).ok()
                    })
                    .collect();
                let identifiers = organisation.identifiers.clone();
                let (row, slug) = self.resolver.add_unresolved(organisation);
                for one in identifiers {
                    self.know(one.scheme.as_str(), &one.value, &slug);
                    learned.push((one.scheme.as_str(), one.value, slug.clone()));
                }
                rows.push(row);
                (party.organisation, party.resolved_by) = (Some(slug), ResolvedBy::Nothing);
                continue;
            };
            (party.organisation, party.resolved_by) = (Some(found.0), found.1);
        }
        for chunk in rows.chunks(500) {
            crate::ground::entity::organisation::Entity::insert_many(chunk.iter().cloned())
                .exec_without_returning(tx)
                .await?;
        }
        keep_identifiers(tx, learned).await
    }

    /// Resolves parties again, with what is known now; those not found stay as they are.
    pub(crate) fn look_again<'p>(&self, parties: impl Iterator<Item = &'p mut ContractParty>, home: &str) {
        for party in parties {
            let home = party.country.clone().unwrap_or_else(|| home.to_owned());
            if let Some((slug, by)) = self.find(party, &home) {
                (party.organisation, party.resolved_by) = (Some(slug), by);
            }
        }
    }

    /// A party's organisation, and how it was found.
    fn find(&self, party: &mut ContractParty, country: &str) -> Option<(String, ResolvedBy)> {
        let known = |slug: &str, by| if self.is_known(slug) { by } else { ResolvedBy::Nothing };
        for one in trusted(party) {
            if let Some(slug) = self.by_identifier.get(&key(&one.scheme, &one.value)) {
                return Some((slug.clone(), known(slug, ResolvedBy::Identifier)));
            }
        }
        let name = party.name.as_ref()?;
        let (found, by) = self.resolver.find(name, country, party.role != PartyRole::Buyer)?;
        let numbers = self.company_numbers.get(&found.slug);
        let stated: Vec<&RawIdentifier> = trusted(party).filter(|one| one.scheme == COMPANY).collect();
        if let Some(numbers) = numbers.filter(|_| !stated.is_empty())
            && !stated.iter().any(|one| numbers.contains(&one.value))
        {
            // Same name, other company number: another company.
            if !party.has_quality(OTHER_COMPANY) {
                party.quality.push(OTHER_COMPANY.to_owned());
            }
            return None;
        }
        Some((found.slug.clone(), by))
    }
}

/// The identifiers that can tell who a party is. If it states two company numbers, neither counts.
pub(crate) fn trusted(party: &ContractParty) -> impl Iterator<Item = &RawIdentifier> {
    let doubtful = party.has_quality(TWO_COMPANY_NUMBERS);
    party.identifiers.iter().filter(move |one| !(doubtful && one.scheme == COMPANY))
}

async fn keep_identifiers(tx: &Tx, learned: Vec<(&str, String, String)>) -> Result<(), StoreError> {
    for chunk in learned.chunks(500) {
        let mut sql = Sql::new("SELECT slug, seq FROM organisations WHERE slug IN ");
        let rows = sql.bind_list(chunk.iter().map(|(_, _, slug)| slug.as_str())).all(tx).await?;
        let seqs: HashMap<String, i64> = rows
            .iter()
            .map(|row| Ok((row.try_get_by("slug")?, row.try_get_by("seq")?)))
            .collect::<Result<_, StoreError>>()?;
        let mut values = Vec::new();
        for (scheme, value, slug) in chunk {
            values.extend(values![*scheme, value.as_str(), seqs.get(slug).copied().unwrap_or_default()]);
        }
        let head = "INSERT INTO organisation_identifiers (scheme, value, organisation_seq)";
        insert_rows(tx, head, 3, values, " ON CONFLICT (scheme, value) DO NOTHING").await?;
    }
    Ok(())
}

/// Identifiers of registered organisations, as `SCHEME value`, by slug. Those taken from notices are left out.
pub(crate) async fn stated_identifiers(
    conn: &impl ConnectionTrait,
) -> Result<HashMap<String, Vec<String>>, StoreError> {
    let sql = "SELECT o.slug, i.scheme, i.value FROM organisation_identifiers i \
        JOIN organisations o ON o.seq = i.organisation_seq WHERE o.resolution = 'registered'";
    let mut by_slug: HashMap<String, Vec<String>> = HashMap::new();
    for row in Sql::new(sql).all(conn).await? {
        let (slug, scheme, value): (String, String, String) =
            (row.try_get_by("slug")?, row.try_get_by("scheme")?, row.try_get_by("value")?);
        by_slug.entry(slug).or_default().push(key(&scheme, &value));
    }
    Ok(by_slug)
}
