//! Names of organisations in memory, for resolving many at once. Within a country a name belongs to one body or
//! to none.

use std::collections::{BTreeSet, HashMap};

use domain::Organisation;
use domain::codes::{AliasKind, Code, ResolvedBy};
use domain::naming::{name_key, names_nobody};
use sea_orm::{ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::ground::entity::{organisation, organisation_name};
use crate::names::organisations::{Party, Resolution, free_slug, party, row};
use crate::{Reads, StoreError, Tx};

/// Names, and the organisations that have them.
#[derive(Debug, Default)]
pub struct Resolver {
    parties: HashMap<String, Party>,
    by_name: HashMap<String, Name>,
    anywhere: HashMap<String, Name>,
}

/// Who has a name: the best claim so far, and its slug unless two bodies share that claim.
#[derive(Debug)]
struct Name {
    claim: Claim,
    slug: Option<String>,
    /// The unresolved row of that name, used while no single body has it.
    unresolved: Option<String>,
}

impl Name {
    fn of(claim: Claim, slug: &str) -> Self {
        let unresolved = (claim == Claim::Unresolved).then(|| slug.to_owned());
        Self { claim, slug: Some(slug.to_owned()), unresolved }
    }

    fn slug(&self) -> Option<&str> {
        self.slug.as_deref().or(self.unresolved.as_deref())
    }
}

impl From<Claim> for ResolvedBy {
    fn from(claim: Claim) -> Self {
        match claim {
            Claim::Own | Claim::Former => Self::Name,
            Claim::Alias => Self::Alias,
            Claim::Unresolved => Self::Nothing,
        }
    }
}

/// How a body has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    /// It is its own.
    Own,
    /// It is another name of it.
    Alias,
    /// It is its abbreviation, which means something else in another country.
    Abbreviation,
}

impl Named {
    /// How a body has a name of this kind, as the table of names says it.
    fn of_kind(kind: &str) -> Self {
        if kind == AliasKind::Abbreviation.as_str() { Self::Abbreviation } else { Self::Alias }
    }
}

/// How strong a body's claim to a name is, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Claim {
    /// Official name of a body that exists.
    Own,
    /// Alias of a body that exists.
    Alias,
    /// Any name of a body that has ended.
    Former,
    /// Only a name in records or notices.
    Unresolved,
}

impl Claim {
    fn of(row: &organisation::Model, named: Named) -> Self {
        if row.resolution != Resolution::Registered.as_str() {
            Self::Unresolved
        // A search in the text instead of parsing every body: the member is written only if set.
        } else if row.detail.contains("\"valid_to\"") {
            Self::Former
        } else if named == Named::Own {
            Self::Own
        } else {
            Self::Alias
        }
    }
}

fn scoped(country: &str, key: &str) -> String {
    format!("{country}|{key}")
}

impl Resolver {
    /// Reads every organisation and name.
    pub async fn load(conn: &impl ConnectionTrait) -> Result<Self, StoreError> {
        let rows = organisation::Entity::find()
            .filter(organisation::not_merged())
            .order_by_asc(organisation::COLUMN.seq)
            .all(conn)
            .await?;
        let by_seq: HashMap<i64, &organisation::Model> = rows.iter().map(|row| (row.seq, row)).collect();
        let mut resolver = Self::default();
        for row in &rows {
            resolver.know(row, &row.name_key, Named::Own)?;
        }
        for name in organisation_name::Entity::find().all(conn).await? {
            if let Some(row) = by_seq.get(&name.organisation_seq) {
                resolver.know(row, &name.name_key, Named::of_kind(&name.kind))?;
            }
        }
        Ok(resolver)
    }

    /// Reads only what some names may stand for: three queries, however many names there are.
    pub async fn of(conn: &impl Reads, names: &[&str]) -> Result<Self, StoreError> {
        let mut resolver = Self::default();
        let keys: BTreeSet<String> =
            names.iter().map(|name| name_key(name)).filter(|key| !key.is_empty()).collect();
        if keys.is_empty() {
            return Ok(resolver);
        }
        let named = organisation::Entity::find()
            .filter(organisation::COLUMN.name_key.is_in(keys.clone()).and(organisation::not_merged()))
            .order_by_asc(organisation::COLUMN.seq)
            .all(conn)
            .await?;
        let aliases = organisation_name::Entity::find()
            .filter(organisation_name::COLUMN.name_key.is_in(keys))
            .all(conn)
            .await?;
        let mut aliased = Vec::new();
        if !aliases.is_empty() {
            let seqs: BTreeSet<i64> = aliases.iter().map(|alias| alias.organisation_seq).collect();
            aliased = organisation::Entity::find()
                .filter(organisation::COLUMN.seq.is_in(seqs).and(organisation::not_merged()))
                .all(conn)
                .await?;
        }
        for row in &named {
            resolver.know(row, &row.name_key, Named::Own)?;
        }
        for alias in &aliases {
            if let Some(row) = aliased.iter().find(|row| row.seq == alias.organisation_seq)
                && row.name_key != alias.name_key
            {
                resolver.know(row, &alias.name_key, Named::of_kind(&alias.kind))?;
            }
        }
        Ok(resolver)
    }

    fn know(&mut self, row: &organisation::Model, key: &str, named: Named) -> Result<(), StoreError> {
        let party = party(row)?;
        let claim = Claim::of(row, named);
        let anywhere = (named != Named::Abbreviation).then(|| (&mut self.anywhere, key.to_owned()));
        for (map, key) in std::iter::once((&mut self.by_name, scoped(&row.country, key))).chain(anywhere) {
            let name = map.entry(key).or_insert_with(|| Name::of(claim, &party.slug));
            if claim == Claim::Unresolved {
                name.unresolved.get_or_insert_with(|| party.slug.clone());
            }
            if claim < name.claim {
                (name.claim, name.slug) = (claim, Some(party.slug.clone()));
            } else if claim == name.claim && name.slug.as_deref() != Some(&party.slug) {
                // Two bodies with equal claims: the name decides nothing.
                name.slug = None;
            }
        }
        self.parties.entry(party.slug.clone()).or_insert(party);
        Ok(())
    }

    /// The organisation with that name in that country (ISO 3166-1), if exactly one has it.
    pub fn resolve(&self, name: &str, country: &str) -> Option<&Party> {
        let key = Some(name_key(name)).filter(|key| !key.is_empty())?;
        self.parties.get(self.by_name.get(&scoped(country, &key))?.slug()?)
    }

    /// The company with that name: in that country, else anywhere. Abbreviations count in their country only.
    pub fn resolve_supplier(&self, name: &str, country: &str) -> Option<&Party> {
        let anywhere = || {
            let key = Some(name_key(name)).filter(|key| !key.is_empty())?;
            self.parties.get(self.anywhere.get(&key)?.slug()?)
        };
        self.resolve(name, country).or_else(anywhere)
    }

    /// The organisation with that name in that country or, with `anywhere`, in any; and how it has the name.
    pub(crate) fn find(&self, name: &str, country: &str, anywhere: bool) -> Option<(&Party, ResolvedBy)> {
        let key = Some(name_key(name)).filter(|key| !key.is_empty())?;
        let near = self.by_name.get(&scoped(country, &key)).filter(|name| name.slug().is_some());
        let name = near.or_else(|| self.anywhere.get(&key).filter(|_| anywhere))?;
        let by = if name.slug.is_some() { name.claim.into() } else { ResolvedBy::Nothing };
        Some((self.parties.get(name.slug()?)?, by))
    }

    /// The organisation with a slug.
    pub(crate) fn party(&self, slug: &str) -> Option<&Party> {
        self.parties.get(slug)
    }

    /// Adds an unresolved body and returns its row and slug. It gets the name unless another body has it.
    pub(crate) fn add_unresolved(
        &mut self,
        mut organisation: Organisation,
    ) -> (organisation::ActiveModel, String) {
        organisation.slug = free_slug(&organisation.slug, |slug| self.parties.contains_key(slug));
        organisation.id = Some(Uuid::now_v7());
        let row = row(&organisation, Resolution::Unresolved);
        let party = Party {
            id: organisation.id.map(|id| id.to_string()).unwrap_or_default(),
            slug: organisation.slug.clone(),
            name: organisation.name.clone(),
            kind: None,
            resolution: Resolution::Unresolved,
        };
        let key = name_key(&party.name);
        for (map, key) in
            [(&mut self.by_name, scoped(&organisation.country, &key)), (&mut self.anywhere, key)]
        {
            let name = map.entry(key).or_insert_with(|| Name::of(Claim::Unresolved, &party.slug));
            name.unresolved.get_or_insert_with(|| party.slug.clone());
        }
        let slug = party.slug.clone();
        self.parties.insert(slug.clone(), party);
        (row, slug)
    }

    /// Adds a row for each name that does not resolve yet, so that it can be listed and counted. What stands in
    /// place of a name gets none.
    pub(crate) async fn keep_unresolved(
        &mut self,
        tx: &Tx,
        names: impl IntoIterator<Item = (String, String)>,
    ) -> Result<(), StoreError> {
        let mut rows = Vec::new();
        for (name, country) in names {
            if !names_nobody(&name) && self.resolve(&name, &country).is_none() {
                rows.push(self.add_unresolved(Organisation::named(name, country)).0);
            }
        }
        for chunk in rows.chunks(1_000) {
            organisation::Entity::insert_many(chunk.iter().cloned()).exec_without_returning(tx).await?;
        }
        Ok(())
    }
}
