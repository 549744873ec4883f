//! Organisations: who is who. Names resolve by identifier, then exact key, then alias, within a country;
//! what does not resolve stays a row of its own, so that silence and confusion can be counted.

use domain::codes::{Code, OrganisationKind};
use domain::organisation::{Alias, Identifier, Organisation};
use domain::text::{name_key, slug};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::ground::entity::{organisation, organisation_identifier, organisation_name};
use crate::ground::sql::Sql;
pub use crate::names::body::{Party, Resolution};
use crate::names::body::{free_slug, party, row};
use crate::names::resolver::Resolver;
use crate::{Db, Reads, StoreError, Tx};

/// An organisation as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// Everything known of it.
    pub organisation: Organisation,
    /// Whether it is known.
    pub resolution: Resolution,
}

fn stored(row: &organisation::Model) -> Result<Stored, StoreError> {
    let organisation: Organisation = serde_json::from_str(&row.detail)
        .map_err(|error| StoreError::inconsistent("organisations", "detail", &row.slug, error))?;
    Ok(Stored { organisation, resolution: party(row)?.resolution })
}

/// What [`save`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// It was not there, or only as a name in records.
    Created,
    /// It was there and says more or something else now.
    Changed,
    /// It was there and is the same.
    Unchanged,
}

/// Adds an organisation, or adds what is new to the one that has one of its identifiers, its slug or its
/// name in the same country. What is known is kept: identifiers and aliases are joined, empty values never
/// overwrite full ones. Returns what it did, and the slug.
///
/// Errors: [`StoreError::Conflict`] when its identifiers belong to two organisations.
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
        return Ok((Saved::Created, new.slug));
    };
    let before = stored(&known)?;
    let mut after = joined(&before.organisation, organisation);
    if before.resolution == Resolution::Unresolved && after.name != organisation.name {
        // What was only a name in records or notices takes the name that an editor or a list gives it.
        after.aliases.retain(|alias| alias.name != organisation.name);
        let kind = domain::codes::AliasKind::TradingAs;
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
        .filter(organisation::COLUMN.resolution.ne("merged").and(same))
        .order_by_asc(organisation::COLUMN.seq)
        .all(tx)
        .await?;
    // One name, another identifier of the same scheme: another body of the same name.
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
        aliases.push(Alias { name: new.name.clone(), kind: domain::codes::AliasKind::TradingAs });
    }
    aliases.retain(|alias| alias.name != known.name);
    Organisation {
        id: known.id,
        slug: known.slug.clone(),
        name: known.name.clone(),
        name_cy: new.name_cy.clone().or_else(|| known.name_cy.clone()),
        country: known.country.clone(),
        kind: new.kind.or(known.kind),
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
    for alias in organisation.aliases.iter().cloned().chain(
        organisation.name_cy.clone().map(|name| Alias { name, kind: domain::codes::AliasKind::TradingAs }),
    ) {
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

/// Why a new name should be looked at before it is entered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// It mixes scripts.
    #[error("'{0}' mixes letters of several scripts that look alike")]
    MixedScripts(String),
    /// It looks like another body's.
    #[error("'{name}' looks like '{other}' ({slug}), and is written with other letters")]
    LooksLike {
        /// The new name.
        name: String,
        /// The known one.
        other: String,
        /// Whose it is.
        slug: String,
    },
}

/// Whether one of the names of a new body deceives, or might: a JSON pointer to it, and why. A name that the register
/// knows in other letters is the same body and no doubt.
pub async fn doubt(tx: &Tx, new: &Organisation) -> Result<Option<(String, Doubt)>, StoreError> {
    let aliases = new.aliases.iter().enumerate();
    let names: Vec<(String, &str)> = std::iter::once(("/name".to_owned(), new.name.as_str()))
        .chain(new.name_cy.iter().map(|name| ("/name_cy".to_owned(), name.as_str())))
        .chain(aliases.map(|(place, alias)| (format!("/aliases/{place}/name"), alias.name.as_str())))
        .collect();
    if let Some((at, name)) = names.iter().find(|(_, name)| domain::text::mixes_scripts(name)) {
        return Ok(Some((at.clone(), Doubt::MixedScripts((*name).to_owned()))));
    }
    let known = Sql::new(
        "SELECT name, slug, name_key FROM organisations UNION ALL SELECT n.name, o.slug, n.name_key \
         FROM organisation_names n JOIN organisations o ON o.seq = n.organisation_seq",
    );
    let shapes: Vec<_> =
        names.iter().map(|(_, name)| (name_key(name), domain::text::skeleton(name))).collect();
    for row in known.all(tx).await? {
        let (other, slug, key): (String, String, String) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let shape = domain::text::skeleton(&other);
        let like = shapes.iter().position(|(own, looks)| *own != key && *looks == shape);
        if let Some((at, name)) = like.map(|place| &names[place]) {
            return Ok(Some((at.clone(), Doubt::LooksLike { name: (*name).to_owned(), other, slug })));
        }
    }
    Ok(None)
}

/// Finds an organisation by slug or id; one that was merged is found as the one it became.
pub async fn find(conn: &impl Reads, slug_or_id: &str) -> Result<Option<Stored>, StoreError> {
    find_row(conn, slug_or_id).await?.as_ref().map(stored).transpose()
}

async fn find_row(
    conn: &impl ConnectionTrait,
    wanted: &str,
) -> Result<Option<organisation::Model>, StoreError> {
    let by = |wanted: &str| {
        organisation::Entity::find()
            .filter(organisation::COLUMN.slug.eq(wanted).or(organisation::COLUMN.id.eq(wanted)))
    };
    let row = by(wanted).one(conn).await?;
    match row.as_ref().and_then(|row| row.merged_into.clone()) {
        Some(into) => Ok(by(&into).one(conn).await?),
        None => Ok(row),
    }
}

/// Finds an organisation by an identifier.
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

/// The slug that a slug, id or merged slug stands for now; `None` when there is no such organisation.
pub async fn current_slug(db: &Db, slug_or_id: &str) -> Result<Option<String>, StoreError> {
    Ok(find_row(&db.read, slug_or_id).await?.map(|row| row.slug))
}

/// Slugs that are near a word, for suggestions: those of the word's first letters.
pub async fn similar_slugs(db: &Db, word: &str) -> Result<Vec<String>, StoreError> {
    let start: String = slug(word).chars().take(4).collect();
    let rows: Vec<String> = organisation::Entity::find()
        .select_only()
        .column(organisation::Column::Slug)
        .filter(organisation::COLUMN.resolution.ne("merged"))
        .filter(organisation::COLUMN.slug.like(format!("{start}%")))
        .limit(500)
        .into_tuple()
        .all(&db.read)
        .await?;
    Ok(rows)
}

/// Which organisations a list holds.
#[derive(Debug, Clone, Default)]
pub struct OrganisationQuery {
    /// Words of the name; all must be in it.
    pub q: Option<String>,
    /// Kinds of body, or none for all.
    pub kinds: Vec<OrganisationKind>,
    /// Countries (ISO 3166-1), or none for all.
    pub countries: Vec<String>,
    /// Only known ones, or only mere names.
    pub resolution: Option<Resolution>,
    /// Only with records as publisher (`true`) or only without (`false`).
    pub publishes: Option<bool>,
    /// Only those that records or contracts name as supplier.
    pub supplies: bool,
    /// Only bodies expected to publish that neither did nor declared that they use nothing.
    pub silent: bool,
}

/// A page of organisations after a name.
#[derive(Debug)]
pub struct OrganisationPage {
    /// The organisations in the order of their names.
    pub items: Vec<Stored>,
    /// How many there are.
    pub total: u64,
    /// Where the next page starts: the key and number of the last.
    pub next: Option<(String, i64)>,
}

/// Lists organisations by name.
pub async fn list(
    db: &Db,
    query: &OrganisationQuery,
    after: Option<&(String, i64)>,
    limit: u64,
) -> Result<OrganisationPage, StoreError> {
    let named = |role: &str| {
        format!(
            "EXISTS (SELECT 1 FROM listed_parties p WHERE p.slug = organisations.slug AND p.role = '{role}')"
        )
    };
    let published = named("publisher");
    let mut select = organisation::Entity::find().filter(organisation::COLUMN.resolution.ne("merged"));
    for word in
        query.q.iter().flat_map(|q| domain::text::fold(q).split(' ').map(str::to_owned).collect::<Vec<_>>())
    {
        select = select.filter(organisation::COLUMN.name_key.like(format!("%{word}%")));
    }
    if !query.kinds.is_empty() {
        select = select.filter(organisation::COLUMN.kind.is_in(query.kinds.iter().map(|kind| kind.as_str())));
    }
    if !query.countries.is_empty() {
        select = select.filter(organisation::COLUMN.country.is_in(query.countries.clone()));
    }
    if let Some(resolution) = query.resolution {
        select = select.filter(organisation::COLUMN.resolution.eq(resolution.as_str()));
    }
    match query.publishes {
        Some(true) => select = select.filter(Expr::cust(published.clone())),
        Some(false) => select = select.filter(Expr::cust(format!("NOT {published}"))),
        None => {}
    }
    if query.supplies {
        let sold = "EXISTS (SELECT 1 FROM contract_parties x WHERE x.slug = organisations.slug AND x.role = 'supplier')";
        select = select.filter(Expr::cust(format!("({} OR {sold})", named("supplier"))));
    }
    if query.silent {
        select = select
            .filter(organisation::COLUMN.expected_to_publish.eq(true))
            .filter(organisation::COLUMN.nil_return_on.is_null())
            .filter(Expr::cust(format!("NOT {published}")));
    }
    let total = sea_orm::PaginatorTrait::count(select.clone(), &db.read).await?;
    if let Some((key, seq)) = after {
        select = select.filter(
            organisation::COLUMN
                .name_key
                .gt(key)
                .or(organisation::COLUMN.name_key.eq(key).and(organisation::COLUMN.seq.gt(*seq))),
        );
    }
    let mut rows = select
        .order_by_asc(organisation::COLUMN.name_key)
        .order_by_asc(organisation::COLUMN.seq)
        .limit(limit + 1)
        .all(&db.read)
        .await?;
    let more = rows.len() as u64 > limit;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| (row.name_key.clone(), row.seq));
    Ok(OrganisationPage { items: rows.iter().map(stored).collect::<Result<_, _>>()?, total, next })
}

/// At most `limit` organisations after a number, with their numbers.
pub async fn after_seq(db: &Db, seq: i64, limit: u64) -> Result<Vec<(i64, Stored)>, StoreError> {
    let rows = organisation::Entity::find()
        .filter(organisation::COLUMN.resolution.ne("merged").and(organisation::COLUMN.seq.gt(seq)))
        .order_by_asc(organisation::COLUMN.seq)
        .limit(limit)
        .all(&db.read)
        .await?;
    rows.iter().map(|row| Ok((row.seq, stored(row)?))).collect()
}

/// Slugs of the bodies that current records name as supplier.
pub async fn named_as_supplier(db: &Db) -> Result<std::collections::HashSet<String>, StoreError> {
    let rows =
        Sql::new("SELECT DISTINCT slug FROM listed_parties WHERE role = 'supplier'").all(&db.read).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// Whether the bodies of a kind that are expected to publish do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindCoverage {
    /// The kind, if it is known.
    pub kind: Option<String>,
    /// How many are expected to publish.
    pub expected: u64,
    /// How many of those have a current record.
    pub published: u64,
    /// How many of the others declared that they use nothing.
    pub nil_return: u64,
}

/// Coverage by kind of body, most bodies first.
pub async fn coverage(db: &Db) -> Result<Vec<KindCoverage>, StoreError> {
    let sql = Sql::new(
        "SELECT kind, count(*), \
           count(CASE WHEN published THEN 1 END), \
           count(CASE WHEN NOT published AND nil_return_on IS NOT NULL THEN 1 END) \
         FROM (SELECT o.kind, o.nil_return_on, EXISTS (SELECT 1 FROM listed_parties p \
               WHERE p.slug = o.slug AND p.role = 'publisher') AS published \
             FROM organisations o WHERE o.expected_to_publish = TRUE AND o.resolution <> 'merged') AS expected \
         GROUP BY kind ORDER BY count(*) DESC, kind IS NULL, kind",
    );
    let rows = sql.all(&db.read).await?;
    let number = |row: &sea_orm::QueryResult, place| -> Result<u64, StoreError> {
        Ok(row.try_get_by_index::<i64>(place)?.unsigned_abs())
    };
    rows.iter()
        .map(|row| {
            Ok(KindCoverage {
                kind: row.try_get_by_index(0)?,
                expected: number(row, 1)?,
                published: number(row, 2)?,
                nil_return: number(row, 3)?,
            })
        })
        .collect()
}

/// Makes one organisation another: its names and identifiers become the other's. Returns the slugs of both; what names
/// them is as it was.
///
/// Errors: [`StoreError::Conflict`] when either does not exist or both are one.
pub(crate) async fn join(
    tx: &Tx,
    from: &str,
    into: &str,
    kind: domain::codes::AliasKind,
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
    Sql::new("DELETE FROM organisation_identifiers WHERE organisation_seq = ")
        .bind(loser.seq)
        .run(tx)
        .await?;
    Sql::new("DELETE FROM organisation_names WHERE organisation_seq = ").bind(loser.seq).run(tx).await?;
    let mut update = row(&kept, Resolution::Registered);
    update.seq = ActiveValue::Unchanged(winner.seq);
    organisation::Entity::update(update).exec(tx).await?;
    save_names(tx, winner.seq, &kept).await?;
    let mut sql = Sql::new("UPDATE organisations SET resolution = 'merged', merged_into = ");
    sql.bind(kept.slug.as_str()).push(" WHERE seq = ").bind(loser.seq).run(tx).await?;
    Ok((loser.slug, kept.slug))
}

/// The records whose listings name an organisation.
pub(crate) async fn records_of(tx: &Tx, slug: &str) -> Result<Vec<i64>, StoreError> {
    let mut named = Sql::new(
        "SELECT DISTINCT l.record_seq FROM listed_parties p JOIN listings l ON l.change = p.change WHERE p.slug = ",
    );
    let rows = named.bind(slug).all(tx).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// The organisation of a name in a country, by the database; a supplier may be of any country.
pub async fn resolve(
    conn: &impl Reads,
    name: &str,
    country: &str,
    anywhere: bool,
) -> Result<Option<Party>, StoreError> {
    let key = name_key(name);
    let named = organisation::Entity::find()
        .filter(organisation::COLUMN.name_key.eq(&key).and(organisation::COLUMN.resolution.ne("merged")))
        .all(conn)
        .await?;
    let mut aliased: Vec<i64> = organisation_name::Entity::find()
        .filter(organisation_name::COLUMN.name_key.eq(&key))
        .all(conn)
        .await?
        .into_iter()
        .map(|row| row.organisation_seq)
        .collect();
    aliased.retain(|seq| named.iter().all(|row| row.seq != *seq));
    let aliased = organisation::Entity::find()
        .filter(organisation::COLUMN.seq.is_in(aliased).and(organisation::COLUMN.resolution.ne("merged")))
        .all(conn)
        .await?;
    let resolver = Resolver::of(
        named.into_iter().map(|row| (row, false)).chain(aliased.into_iter().map(|row| (row, true))),
        &key,
    )?;
    let found =
        if anywhere { resolver.resolve_supplier(name, country) } else { resolver.resolve(name, country) };
    Ok(found.cloned())
}

/// Names of organisations by slug.
pub async fn names(
    db: &Db,
    slugs: &[String],
) -> Result<std::collections::BTreeMap<String, String>, StoreError> {
    let rows: Vec<(String, String)> = organisation::Entity::find()
        .select_only()
        .columns([organisation::Column::Slug, organisation::Column::Name])
        .filter(organisation::COLUMN.slug.is_in(slugs.iter().cloned()))
        .into_tuple()
        .all(&db.read)
        .await?;
    Ok(rows.into_iter().collect())
}
