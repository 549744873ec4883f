//! Finding organisations by slug, id, identifier or name.

use std::collections::{BTreeMap, HashMap};

use domain::codes::Code;
use domain::naming::name_key;
use domain::organisation::Identifier;
use domain::text::slug;
use sea_orm::{ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};

use super::row::{Party, Stored, stored};
use crate::ground::entity::{organisation, organisation_identifier, organisation_name};
use crate::names::resolver::{Named, Resolver};
use crate::{Db, Reads, StoreError};

/// Finds an organisation by slug or id. A merged one leads to the one that stayed.
pub async fn find(conn: &impl Reads, slug_or_id: &str) -> Result<Option<Stored>, StoreError> {
    find_row(conn, slug_or_id).await?.as_ref().map(stored).transpose()
}

pub(super) async fn find_row(
    conn: &impl ConnectionTrait,
    wanted: &str,
) -> Result<Option<organisation::Model>, StoreError> {
    let by = |wanted: &str| {
        organisation::Entity::find()
            .filter(organisation::COLUMN.slug.eq(wanted).or(organisation::COLUMN.id.eq(wanted)))
    };
    let mut row = by(wanted).one(conn).await?;
    // It ends: what somebody else was merged into can only be merged into a third.
    while let Some(into) = row.as_ref().and_then(|row| row.merged_into.clone()) {
        row = by(&into).one(conn).await?;
    }
    Ok(row)
}

/// Finds the organisation that has an identifier.
pub async fn find_by_identifier(
    conn: &impl Reads,
    identifier: &Identifier,
) -> Result<Option<Stored>, StoreError> {
    let key = (identifier.scheme.as_str().to_owned(), identifier.value.clone());
    let Some(owner) = organisation_identifier::Entity::find_by_id(key).one(conn).await? else {
        return Ok(None);
    };
    let row = organisation::Entity::find_by_id(owner.organisation_seq).one(conn).await?;
    row.as_ref().map(stored).transpose()
}

/// The current slug for a slug or id, merged or not; `None` if there is no such organisation.
pub async fn current_slug(db: &Db, slug_or_id: &str) -> Result<Option<String>, StoreError> {
    Ok(find_row(&db.read, slug_or_id).await?.map(|row| row.slug))
}

/// Slugs and names of the bodies right below one, by name; also those whose parent was merged into it.
pub async fn below(conn: &impl Reads, slug: &str) -> Result<Vec<(String, String)>, StoreError> {
    let merged = organisation::Entity::find()
        .select_only()
        .column(organisation::Column::Slug)
        .filter(organisation::COLUMN.merged_into.eq(slug))
        .into_tuple::<String>()
        .all(conn)
        .await?;
    let parents = merged.into_iter().chain([slug.to_owned()]);
    let rows = organisation::Entity::find()
        .select_only()
        .columns([organisation::Column::Slug, organisation::Column::Name])
        .filter(organisation::COLUMN.parent.is_in(parents).and(organisation::not_merged()))
        .order_by_asc(organisation::COLUMN.name_key)
        .order_by_asc(organisation::COLUMN.seq)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows)
}

/// At most 500 slugs that share a word's first four letters, for suggestions.
pub async fn similar_slugs(db: &Db, word: &str) -> Result<Vec<String>, StoreError> {
    let start: String = slug(word).chars().take(4).collect();
    let rows: Vec<String> = organisation::Entity::find()
        .select_only()
        .column(organisation::Column::Slug)
        .filter(organisation::not_merged())
        .filter(organisation::COLUMN.slug.like(format!("{start}%")))
        .limit(500)
        .into_tuple()
        .all(&db.read)
        .await?;
    Ok(rows)
}

/// Resolves a name in a country, straight from the database; with `anywhere`, as for suppliers, in any country.
pub async fn resolve(
    conn: &impl Reads,
    name: &str,
    country: &str,
    anywhere: bool,
) -> Result<Option<Party>, StoreError> {
    let key = name_key(name);
    if key.is_empty() {
        return Ok(None);
    }
    let named = organisation::Entity::find()
        .filter(organisation::COLUMN.name_key.eq(&key).and(organisation::not_merged()))
        .all(conn)
        .await?;
    let mut kinds: HashMap<i64, Named> = organisation_name::Entity::find()
        .filter(organisation_name::COLUMN.name_key.eq(&key))
        .all(conn)
        .await?
        .into_iter()
        .map(|row| (row.organisation_seq, Named::of_kind(&row.kind)))
        .collect();
    kinds.retain(|seq, _| named.iter().all(|row| row.seq != *seq));
    let aliased = organisation::Entity::find()
        .filter(organisation::COLUMN.seq.is_in(kinds.keys().copied()).and(organisation::not_merged()))
        .all(conn)
        .await?;
    let aliased = aliased.into_iter().map(|row| {
        let named = kinds.get(&row.seq).copied().unwrap_or(Named::Alias);
        (row, named)
    });
    let resolver = Resolver::of(named.into_iter().map(|row| (row, Named::Own)).chain(aliased), &key)?;
    let found =
        if anywhere { resolver.resolve_supplier(name, country) } else { resolver.resolve(name, country) };
    Ok(found.cloned())
}

/// Names of organisations by slug.
pub async fn names(db: &Db, slugs: &[String]) -> Result<BTreeMap<String, String>, StoreError> {
    let rows: Vec<(String, String)> = organisation::Entity::find()
        .select_only()
        .columns([organisation::Column::Slug, organisation::Column::Name])
        .filter(organisation::COLUMN.slug.is_in(slugs.iter().cloned()))
        .into_tuple()
        .all(&db.read)
        .await?;
    Ok(rows.into_iter().collect())
}
