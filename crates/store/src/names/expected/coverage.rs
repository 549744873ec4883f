//! How many of the bodies that are expected to publish have done so, and each of them with how it stands.

use chrono::NaiveDate;
use domain::codes::{Code, OrganisationKind, Origin};
use domain::expected::Expectation;
use sea_orm::QueryResult;

use super::conditions::{declared_nothing, published};
use super::rows::maybe_day;
use crate::ground::sql::Sql;
use crate::{Db, StoreError};

/// How a body that is expected to publish stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It has a published record of its own.
    Published,
    /// It has none, and declared that it uses nothing; that still holds.
    NilReturn,
    /// It has said nothing here itself.
    Silent,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Published, Self::NilReturn, Self::Silent];

    /// The word for it in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::NilReturn => "nil_return",
            Self::Silent => "silent",
        }
    }
}

/// Which of the bodies that are expected to publish, and the day for which they are judged.
#[derive(Debug, Clone)]
pub struct BodyQuery {
    /// The day.
    pub on: NaiveDate,
    /// Kinds of body; empty for all.
    pub kinds: Vec<OrganisationKind>,
    /// Countries (ISO 3166-1); empty for all.
    pub countries: Vec<String>,
    /// How they stand; empty for all.
    pub standings: Vec<Standing>,
}

impl BodyQuery {
    /// Everything on a day.
    pub fn on(day: NaiveDate) -> Self {
        Self { on: day, kinds: Vec::new(), countries: Vec::new(), standings: Vec::new() }
    }

    /// Adds its conditions on kind and country to a statement that has a condition already.
    fn narrow(&self, sql: &mut Sql) {
        if !self.kinds.is_empty() {
            sql.push(" AND organisations.kind IN ").bind_list(self.kinds.iter().map(|kind| kind.as_str()));
        }
        if !self.countries.is_empty() {
            sql.push(" AND organisations.country IN ").bind_list(self.countries.iter().cloned());
        }
    }
}

/// How many bodies of a kind in a country are expected to publish, and what they did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KindCoverage {
    /// The kind; `None` where unknown.
    pub kind: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// How many registered bodies there are, expected to publish or not.
    pub known: u64,
    /// How many are expected to publish.
    pub expected: u64,
    /// How many of those have a published record of their own.
    pub published: u64,
    /// How many of the rest declared that they use nothing; that still holds.
    pub nil_return: u64,
    /// How many did neither.
    pub silent: u64,
    /// How many of the silent have records that were taken over from other registers.
    pub imported_only: u64,
}

/// The conditions on a body as columns: `own`, `declared`, `imported`.
fn conditions(on: NaiveDate) -> String {
    format!(
        "{} AS own, {} AS declared, {} AS imported",
        published(Origin::SelfDeclared),
        declared_nothing(on),
        published(Origin::Imported)
    )
}

fn number(row: &QueryResult, column: &str) -> Result<u64, StoreError> {
    Ok(row.try_get_by::<i64, _>(column)?.unsigned_abs())
}

/// Coverage by kind of body and country, the largest first. Standings do not narrow it.
pub async fn coverage(db: &Db, query: &BodyQuery) -> Result<Vec<KindCoverage>, StoreError> {
    let mut sql = Sql::new(
        "SELECT kind, country, count(*) AS bodies, count(CASE WHEN own THEN 1 END) AS publishing, \
           count(CASE WHEN NOT own AND declared THEN 1 END) AS using_nothing, \
           count(CASE WHEN NOT own AND NOT declared AND imported THEN 1 END) AS imported_only \
         FROM (SELECT organisations.kind, organisations.country, ",
    );
    sql.push(&conditions(query.on));
    sql.push(" FROM organisations WHERE expected_to_publish = TRUE AND resolution <> 'merged'");
    query.narrow(&mut sql);
    sql.push(") AS expected GROUP BY kind, country ORDER BY count(*) DESC, kind IS NULL, kind, country");
    let rows = sql.all(&db.read).await?;
    let known = known(db, query).await?;
    rows.iter()
        .map(|row| {
            let (kind, country): (Option<String>, String) =
                (row.try_get_by("kind")?, row.try_get_by("country")?);
            let (expected, published, nil_return) =
                (number(row, "bodies")?, number(row, "publishing")?, number(row, "using_nothing")?);
            let all = known.iter().find(|one| one.kind == kind && one.country == country);
            Ok(KindCoverage {
                known: all.map_or(expected, |one| one.known),
                silent: expected - published - nil_return,
                imported_only: number(row, "imported_only")?,
                kind,
                country,
                expected,
                published,
                nil_return,
            })
        })
        .collect()
}

/// How many registered bodies there are by kind and country.
async fn known(db: &Db, query: &BodyQuery) -> Result<Vec<KindCoverage>, StoreError> {
    let mut sql = Sql::new(
        "SELECT kind, country, count(*) AS bodies FROM organisations WHERE resolution = 'registered'",
    );
    query.narrow(&mut sql);
    let rows = sql.push(" GROUP BY kind, country").all(&db.read).await?;
    let counted = rows.iter().map(|row| {
        Ok(KindCoverage {
            kind: row.try_get_by("kind")?,
            country: row.try_get_by("country")?,
            known: number(row, "bodies")?,
            ..KindCoverage::default()
        })
    });
    counted.collect()
}

/// A body that is expected to publish, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyStanding {
    /// Its slug.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Its kind, where known.
    pub kind: Option<String>,
    /// How it stands.
    pub standing: Standing,
    /// Whether all the register has of it are records taken over from other registers.
    pub imported_only: bool,
    /// Why it is expected to publish.
    pub expectation: Expectation,
    /// The day of its latest nil return that was not withdrawn, whether that still holds or not.
    pub nil_return_on: Option<NaiveDate>,
}

/// The bodies that are expected to publish, by row number: at most `limit` after that number. Returns the number
/// to go on from; `None` after the last.
pub async fn bodies(
    db: &Db,
    query: &BodyQuery,
    after: Option<i64>,
    limit: u64,
) -> Result<(Vec<BodyStanding>, Option<i64>), StoreError> {
    let mut sql = Sql::new(
        "SELECT * FROM (SELECT organisations.seq, organisations.slug, organisations.name, organisations.country, \
         organisations.kind, organisations.nil_return_on, x.id, x.since, x.why, x.evidence_url, x.set_at, ",
    );
    sql.push(&conditions(query.on));
    sql.push(
        " FROM organisations JOIN expectations x ON x.organisation_seq = organisations.seq AND x.ended_on IS NULL \
         WHERE organisations.resolution <> 'merged' AND organisations.seq > ",
    );
    sql.bind(after.unwrap_or_default());
    query.narrow(&mut sql);
    sql.push(") AS expected");
    let wanted: Vec<&str> = query.standings.iter().map(|one| condition(*one)).collect();
    if !wanted.is_empty() {
        sql.push(" WHERE ").push(&wanted.join(" OR "));
    }
    sql.push(" ORDER BY seq LIMIT ").bind(limit.cast_signed());
    let rows = sql.all(&db.read).await?;
    let last = rows.last().filter(|_| rows.len() as u64 == limit);
    let next = last.map(|row| row.try_get_by("seq")).transpose()?;
    Ok((rows.iter().map(body).collect::<Result<_, _>>()?, next))
}

/// SQL: a standing by the columns of [`conditions`].
fn condition(standing: Standing) -> &'static str {
    match standing {
        Standing::Published => "own",
        Standing::NilReturn => "(NOT own AND declared)",
        Standing::Silent => "(NOT own AND NOT declared)",
    }
}

fn body(row: &QueryResult) -> Result<BodyStanding, StoreError> {
    let slug: String = row.try_get_by("slug")?;
    let (own, declared, imported): (bool, bool, bool) =
        (row.try_get_by("own")?, row.try_get_by("declared")?, row.try_get_by("imported")?);
    let standing = match (own, declared) {
        (true, _) => Standing::Published,
        (false, true) => Standing::NilReturn,
        (false, false) => Standing::Silent,
    };
    Ok(BodyStanding {
        name: row.try_get_by("name")?,
        country: row.try_get_by("country")?,
        kind: row.try_get_by("kind")?,
        standing,
        imported_only: imported && !own,
        expectation: Expectation {
            id: row.try_get_by("id")?,
            since: maybe_day(row, "expectations", "since", &slug)?,
            why: row.try_get_by("why")?,
            evidence_url: row.try_get_by("evidence_url")?,
            set_at: row.try_get_by::<Option<i64>, _>("set_at")?.map(crate::ground::db::instant),
            ended_on: None,
            end_reason: None,
        },
        nil_return_on: maybe_day(row, "organisations", "nil_return_on", &slug)?,
        slug,
    })
}
