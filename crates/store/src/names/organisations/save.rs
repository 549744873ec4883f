//! Adding organisations, adding to what is known, and merging two that are one.

use chrono::NaiveDate;
use domain::codes::{AliasKind, Code, OrganisationKind};
use domain::naming::name_key;
use domain::organisation::{Alias, Organisation};
use domain::text::slug;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, EntityTrait, ExprTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::find::find_row;
use super::row::{Resolution, free_slug, row, stored};
use crate::ground::entity::{organisation, organisation_identifier, organisation_name};
use crate::ground::sql::Sql;
use crate::names::expected::{from_list, take_over};
use crate::{StoreError, Tx};

/// What [`save`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// New, or known only as a name until now.
    Created,
    /// Known, and now different.
    Changed,
    /// Known, and unchanged.
    Unchanged,
}

/// Adds an organisation, or adds what is new to the one with one of its identifiers, its slug, or its name in
/// the same country. Nothing known is lost: identifiers and aliases are joined, and empty values never
/// overwrite full ones. Returns what it did, and the slug.
///
/// Errors: [`StoreError::Conflict`] if its identifiers belong to several organisations.
pub async fn save(tx: &Tx, organisation: &Organisation) -> Result<(Saved, String), StoreError> {
    let Some(known) = find_same(tx, organisation).await? else {
        let mut new = organisation.clone();
        new.id = new.id.or_else(|| Some(Uuid::now_v7()));
        if new.slug.is_empty() {
            new.slug = slug(&new.name);
        }
        let wanted = new.slug.clone();
        let like = format!("{wanted}-%");
        let taken: Vec<String> = organisation::Entity::find()
            .filter(organisation::COLUMN.slug.eq(&wanted).or(organisation::COLUMN.slug.like(&like)))
            .all(tx)
            .await?
            .into_iter()
            .map(|row| row.slug)
            .collect();
        new.slug = free_slug(&wanted, |slug| taken.iter().any(|known| known == slug));
        let inserted = organisation::Entity::insert(row(&new, Resolution::Registered)).exec(tx).await?;
        save_names(tx, inserted.last_insert_id, &new).await?;
        from_list(tx, inserted.last_insert_id, organisation).await?;
        return Ok((Saved::Created, new.slug));
    };
    let before = stored(&known)?;
    let mut after = joined(&before.organisation, organisation);
    if before.resolution == Resolution::Unresolved && after.name != organisation.name {
        // A mere name takes the official spelling; its own becomes an alias.
        after.aliases.retain(|alias| alias.name != organisation.name);
        let kind = AliasKind::TradingAs;
        after
            .aliases
            .push(Alias { name: std::mem::replace(&mut after.name, organisation.name.clone()), kind });
    }
    if after == before.organisation && before.resolution == Resolution::Registered {
        return Ok((Saved::Unchanged, known.slug));
    }
    let mut change = row(&after, Resolution::Registered);
    change.seq = ActiveValue::Unchanged(known.seq);
    organisation::Entity::update(change).exec(tx).await?;
    save_names(tx, known.seq, &after).await?;
    from_list(tx, known.seq, organisation).await?;
    let saved = if before.resolution == Resolution::Registered { Saved::Changed } else { Saved::Created };
    Ok((saved, known.slug))
}

async fn find_same(tx: &Tx, organisation: &Organisation) -> Result<Option<organisation::Model>, StoreError> {
    let mut owners = Vec::new();
    for identifier in &organisation.identifiers {
        let key = (identifier.scheme.as_str().to_owned(), identifier.value.clone());
        if let Some(row) = organisation_identifier::Entity::find_by_id(key).one(tx).await?
            && !owners.contains(&row.organisation_seq)
        {
            owners.push(row.organisation_seq);
        }
    }
    match owners[..] {
        [seq] => return Ok(organisation::Entity::find_by_id(seq).one(tx).await?),
        [] => {}
        _ => {
            let shown: Vec<&str> = organisation.identifiers.iter().map(|one| one.value.as_str()).collect();
            return Err(StoreError::Conflict(format!(
                "the identifiers {} of '{}' belong to {} organisations: correct them, or merge the organisations",
                shown.join(", "),
                organisation.name,
                owners.len()
            )));
        }
    }
    let same_name = organisation::COLUMN
        .name_key
        .eq(name_key(&organisation.name))
        .and(organisation::COLUMN.country.eq(&organisation.country));
    let same = if organisation.slug.is_empty() {
        same_name
    } else {
        organisation::COLUMN.slug.eq(&organisation.slug).or(same_name)
    };
    let rows = organisation::Entity::find()
        .filter(organisation::not_merged().and(same))
        .order_by_asc(organisation::COLUMN.seq)
        .all(tx)
        .await?;
    // Same name but another identifier of the same scheme: a different body.
    for row in rows {
        let known = stored(&row)?.organisation;
        let contradicts = organisation.identifiers.iter().any(|one| {
            known.identifiers.iter().any(|other| other.scheme == one.scheme && other.value != one.value)
        });
        if !contradicts {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

fn joined(known: &Organisation, new: &Organisation) -> Organisation {
    fn union<T: Clone + PartialEq>(known: &[T], new: &[T]) -> Vec<T> {
        let mut all = known.to_vec();
        for item in new {
            if !all.contains(item) {
                all.push(item.clone());
            }
        }
        all
    }
    let mut aliases = union(&known.aliases, &new.aliases);
    if name_key(&known.name) != name_key(&new.name) && !aliases.iter().any(|alias| alias.name == new.name) {
        aliases.push(Alias { name: new.name.clone(), kind: AliasKind::TradingAs });
    }
    aliases.retain(|alias| alias.name != known.name);
    Organisation {
        id: known.id,
        slug: known.slug.clone(),
        name: known.name.clone(),
        name_cy: new.name_cy.clone().or_else(|| known.name_cy.clone()),
        country: known.country.clone(),
        // "Other" tells less than any other kind: a list that says no more takes nothing away from one that does.
        kind: new.kind.filter(|kind| *kind != OrganisationKind::Other).or(known.kind).or(new.kind),
        parent: new.parent.clone().or_else(|| known.parent.clone()),
        sectors: union(&known.sectors, &new.sectors),
        regions: union(&known.regions, &new.regions),
        website: new.website.clone().or_else(|| known.website.clone()),
        valid_from: new.valid_from.or(known.valid_from),
        valid_to: new.valid_to.or(known.valid_to),
        successor: new.successor.clone().or_else(|| known.successor.clone()),
        identifiers: union(&known.identifiers, &new.identifiers),
        aliases,
        expected_to_publish: known.expected_to_publish || new.expected_to_publish,
        expected_by_rule: new.expected_by_rule.clone().or_else(|| known.expected_by_rule.clone()),
        nil_return_on: new.nil_return_on.or(known.nil_return_on),
    }
}

async fn save_names(tx: &Tx, seq: i64, organisation: &Organisation) -> Result<(), StoreError> {
    let identifiers: Vec<_> = organisation
        .identifiers
        .iter()
        .map(|identifier| organisation_identifier::ActiveModel {
            scheme: ActiveValue::Set(identifier.scheme.as_str().to_owned()),
            value: ActiveValue::Set(identifier.value.clone()),
            organisation_seq: ActiveValue::Set(seq),
        })
        .collect();
    if !identifiers.is_empty() {
        organisation_identifier::Entity::insert_many(identifiers)
            .on_conflict(
                OnConflict::columns([
                    organisation_identifier::Column::Scheme,
                    organisation_identifier::Column::Value,
                ])
                .do_nothing()
                .to_owned(),
            )
            .exec_without_returning(tx)
            .await?;
    }
    let mut keys = Vec::new();
    for alias in organisation
        .aliases
        .iter()
        .cloned()
        .chain(organisation.name_cy.clone().map(|name| Alias { name, kind: AliasKind::TradingAs }))
    {
        let key = name_key(&alias.name);
        if key.is_empty() || keys.iter().any(|(known, _)| *known == key) {
            continue;
        }
        keys.push((key, alias));
    }
    let names: Vec<_> = keys
        .into_iter()
        .map(|(key, alias)| organisation_name::ActiveModel {
            name_key: ActiveValue::Set(key),
            organisation_seq: ActiveValue::Set(seq),
            name: ActiveValue::Set(alias.name),
            kind: ActiveValue::Set(alias.kind.as_str().to_owned()),
        })
        .collect();
    for chunk in names.chunks(1_000) {
        organisation_name::Entity::insert_many(chunk.iter().cloned())
            .on_conflict(
                OnConflict::columns([
                    organisation_name::Column::NameKey,
                    organisation_name::Column::OrganisationSeq,
                ])
                .do_nothing()
                .to_owned(),
            )
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// Merges one organisation into another on this day: names, identifiers, what is expected and what was declared
/// move. Returns both slugs; records and contracts
/// still name the old one.
///
/// Errors: [`StoreError::Conflict`] if either does not exist or both are the same.
pub(crate) async fn join(
    tx: &Tx,
    from: &str,
    into: &str,
    kind: AliasKind,
    on: NaiveDate,
) -> Result<(String, String), StoreError> {
    let missing = |slug: &str| StoreError::Conflict(format!("there is no organisation '{slug}'"));
    let loser = find_row(tx, from).await?.ok_or_else(|| missing(from))?;
    let winner = find_row(tx, into).await?.ok_or_else(|| missing(into))?;
    if loser.seq == winner.seq {
        return Err(StoreError::Conflict(format!("'{from}' and '{into}' are one organisation already")));
    }
    let gone = stored(&loser)?.organisation;
    let mut kept = stored(&winner)?.organisation;
    kept.aliases.push(Alias { name: gone.name.clone(), kind });
    kept.aliases.extend(gone.aliases);
    for identifier in gone.identifiers {
        if !kept.identifiers.contains(&identifier) {
            kept.identifiers.push(identifier);
        }
    }
    // First, because an identifier belongs to one row only.
    Sql::new("DELETE FROM organisation_identifiers WHERE organisation_seq = ")
        .bind(loser.seq)
        .run(tx)
        .await?;
    Sql::new("DELETE FROM organisation_names WHERE organisation_seq = ").bind(loser.seq).run(tx).await?;
    let mut update = row(&kept, Resolution::Registered);
    update.seq = ActiveValue::Unchanged(winner.seq);
    organisation::Entity::update(update).exec(tx).await?;
    save_names(tx, winner.seq, &kept).await?;
    take_over(tx, loser.seq, winner.seq, on).await?;
    let mut sql = Sql::new("UPDATE organisations SET resolution = ");
    sql.bind(organisation::MERGED)
        .push(", merged_into = ")
        .bind(kept.slug.as_str())
        .push(" WHERE seq = ")
        .bind(loser.seq)
        .run(tx)
        .await?;
    Ok((loser.slug, kept.slug))
}

/// Records whose listings name an organisation.
pub(crate) async fn records_of(tx: &Tx, slug: &str) -> Result<Vec<i64>, StoreError> {
    let mut named = Sql::new(
        "SELECT DISTINCT l.record_seq FROM listed_parties p JOIN listings l ON l.change = p.change WHERE p.slug = ",
    );
    let rows = named.bind(slug).all(tx).await?;
    rows.iter().map(|row| Ok(row.try_get_by("record_seq")?)).collect()
}
