//! Listing records: filters, order, a walk by cursor that sees one state of the register from its first
//! page to its last, exact totals and facet counts of that same state.

use chrono::{DateTime, NaiveDate, Utc};
use domain::text::fold;

use crate::db::micros;
use crate::page::{BadCursor, Cursor};
use crate::sql::Sql;
use crate::{Db, StoreError, settings};

/// In which order a list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Latest change first.
    #[default]
    Updated,
    /// By title.
    Title,
    /// By publisher, then latest change.
    Publisher,
    /// Most people affected first; unknown last.
    PeopleAffected,
}

impl Sort {
    /// The orders and their names in queries.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("-updated_at", Self::Updated),
        ("title", Self::Title),
        ("publisher", Self::Publisher),
        ("-people_affected_per_year", Self::PeopleAffected),
    ];

    /// The name in queries.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, sort)| *sort == self).map_or("", |(name, _)| name)
    }

    fn column(self) -> &'static str {
        match self {
            Self::Updated => "change",
            Self::Title => "title_key",
            Self::Publisher => "publisher_key",
            Self::PeopleAffected => "people_affected",
        }
    }

    fn descends(self) -> bool {
        matches!(self, Self::Updated | Self::PeopleAffected)
    }
}

/// What a search word must do.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    /// Stand in the text: as the start of a word, or as a phrase.
    Has(String),
    /// Not stand in it.
    Lacks(String),
}

/// Words, `"phrases"`, `-exclusions` and prefixes `word*` of a search text. Any text is a search; one
/// without a single letter or digit finds nothing.
fn terms(q: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut rest = q.trim();
    while !rest.is_empty() {
        let (excluded, text) = match rest.strip_prefix('-') {
            Some(text) => (true, text),
            None => (false, rest),
        };
        let (part, after, phrase) = match text.strip_prefix('"') {
            Some(text) => {
                let (part, after) = text.split_once('"').unwrap_or((text, ""));
                (part, after, true)
            }
            None => {
                let end = text.find(char::is_whitespace).unwrap_or(text.len());
                (&text[..end], &text[end..], false)
            }
        };
        let folded = fold(part);
        if !folded.is_empty() {
            let pattern = if phrase { format!("% {folded} %") } else { format!("% {folded}%") };
            terms.push(if excluded { Term::Lacks(pattern) } else { Term::Has(pattern) });
        }
        rest = after.trim_start();
    }
    terms
}

/// Which records a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordQuery {
    /// Search text.
    pub q: Option<String>,
    /// For each facet the values of which one must fit; facets are those of
    /// [`FACETS`](crate::projection::FACETS).
    pub facets: Vec<(&'static str, Vec<String>)>,
    /// First published on this day or later.
    pub published_from: Option<NaiveDate>,
    /// First published on this day or earlier.
    pub published_to: Option<NaiveDate>,
    /// Changed at this instant or later.
    pub updated_since: Option<DateTime<Utc>>,
    /// The order.
    pub sort: Sort,
}

impl RecordQuery {
    /// A text that is the same for every page of one walk.
    fn identity(&self) -> String {
        format!("{self:?}")
    }

    /// Adds the conditions on `l`, leaving out those of one facet.
    fn conditions(&self, sql: &mut Sql, snapshot: i64, except: Option<&str>) {
        // The plus keeps this bound out of the choice of an index: where a page also has `change < n`, SQLite
        // would start at the snapshot and walk past every row before the page.
        sql.push("+l.change <= ")
            .bind(snapshot)
            .push(" AND (l.until IS NULL OR l.until > ")
            .bind(snapshot)
            .push(")");
        for (facet, values) in self.facets.iter().filter(|(facet, _)| Some(*facet) != except) {
            sql.push(" AND l.change IN (SELECT change FROM facets WHERE facet = ").bind(*facet);
            sql.push(" AND value IN ").bind_list(values.iter().cloned()).push(")");
        }
        self.plain_conditions(sql);
    }

    /// Adds the conditions on `l` that are not facets.
    fn plain_conditions(&self, sql: &mut Sql) {
        if let Some(q) = &self.q {
            let terms = terms(q);
            if terms.is_empty() {
                sql.push(" AND 1 = 0");
            }
            for term in terms {
                match term {
                    Term::Has(pattern) => sql.push(" AND l.search LIKE ").bind(pattern),
                    Term::Lacks(pattern) => sql.push(" AND l.search NOT LIKE ").bind(pattern),
                };
            }
        }
        let start = |day: NaiveDate| micros(day.and_time(chrono::NaiveTime::MIN).and_utc());
        if let Some(day) = self.published_from {
            sql.push(" AND l.published_at >= ").bind(start(day));
        }
        if let Some(next) = self.published_to.and_then(|day| day.succ_opt()) {
            sql.push(" AND l.published_at < ").bind(start(next));
        }
        if let Some(at) = self.updated_since {
            sql.push(" AND l.updated_at >= ").bind(micros(at));
        }
    }

    fn has_plain_conditions(&self) -> bool {
        self.q.is_some()
            || self.published_from.is_some()
            || self.published_to.is_some()
            || self.updated_since.is_some()
    }

    /// The single facet value of a query that has no other condition: such a list reads one run of rows.
    fn single_value(&self) -> Option<(&'static str, &str)> {
        match (&self.facets[..], self.has_plain_conditions()) {
            ([(facet, values)], false) if values.len() == 1 => Some((facet, &values[0])),
            _ => None,
        }
    }
}

/// One list item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Number of the record, for reading its content.
    pub record_seq: i64,
    /// Number of the version.
    pub number: i64,
    /// The item as JSON.
    pub card: String,
}

/// A page of a list.
#[derive(Debug)]
pub struct Page {
    /// The items.
    pub items: Vec<Item>,
    /// How many match, exactly, in the state the walk began with.
    pub total: u64,
    /// The next page.
    pub next: Option<String>,
    /// The change whose state this is.
    pub snapshot: i64,
}

/// Why a list cannot be given.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The cursor is refused.
    #[error(transparent)]
    Cursor(#[from] BadCursor),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A page of records.
///
/// Every page of a walk shows the register as it was at the first: each record that was there exactly once,
/// whatever is published meanwhile.
pub async fn list(db: &Db, query: &RecordQuery, cursor: Option<&str>, limit: u64) -> Result<Page, ListError> {
    let identity = query.identity();
    let cursor = cursor.map(|word| Cursor::decode(word, &identity)).transpose()?;
    let (snapshot, total) = match &cursor {
        Some(cursor) => {
            refuse_expired(db, cursor.snapshot).await?;
            (cursor.snapshot, cursor.total)
        }
        None => {
            let (snapshot, _) = db.latest_change().await?;
            (snapshot, count(db, query, snapshot).await?)
        }
    };
    let mut sql = Sql::default();
    match query.single_value() {
        Some((facet, value)) if query.sort == Sort::Updated => {
            sql.push("SELECT l.record_seq, l.number, l.card, l.change, '' FROM facets f ");
            sql.push("JOIN listings l ON l.change = f.change WHERE f.facet = ").bind(facet);
            sql.push(" AND f.value = ").bind(value).push(" AND +f.change <= ").bind(snapshot);
            sql.push(" AND (f.until IS NULL OR f.until > ").bind(snapshot).push(")");
            if let Some(cursor) = &cursor {
                sql.push(" AND f.change < ").bind(cursor.number);
            }
            sql.push(" ORDER BY f.change DESC");
        }
        _ => {
            let column = query.sort.column();
            let shown = if query.sort == Sort::Updated { "''" } else { &format!("CAST(l.{column} AS TEXT)") };
            sql.push(&format!(
                "SELECT l.record_seq, l.number, l.card, l.change, {shown} FROM listings l WHERE "
            ));
            query.conditions(&mut sql, snapshot, None);
            if let Some(cursor) = &cursor {
                after(&mut sql, query.sort, cursor)?;
            }
            let order = if query.sort.descends() { "DESC" } else { "ASC" };
            sql.push(&format!(" ORDER BY l.{column} {order}"));
            if query.sort != Sort::Updated {
                sql.push(&format!(", l.change {order}"));
            }
        }
    }
    sql.push(" LIMIT ").bind(limit as i64 + 1);
    let mut rows = sql.all(&db.read).await?;
    let more = rows.len() as u64 > limit;
    rows.truncate(limit as usize);
    let read = |error: sea_orm::DbErr| ListError::Store(error.into());
    let next = match rows.last().filter(|_| more) {
        Some(row) => {
            let number = row.try_get_by_index(3).map_err(read)?;
            let key = row.try_get_by_index(4).map_err(read)?;
            Some(Cursor::new(&identity, snapshot, total, key, number).encode())
        }
        None => None,
    };
    let items = rows
        .iter()
        .map(|row| {
            Ok(Item {
                record_seq: row.try_get_by_index(0)?,
                number: row.try_get_by_index(1)?,
                card: row.try_get_by_index(2)?,
            })
        })
        .collect::<Result<_, sea_orm::DbErr>>()
        .map_err(read)?;
    Ok(Page { items, total, next, snapshot })
}

fn after(sql: &mut Sql, sort: Sort, cursor: &Cursor) -> Result<(), BadCursor> {
    let column = sort.column();
    let sign = if sort.descends() { "<" } else { ">" };
    match sort {
        Sort::Updated => {
            sql.push(" AND l.change < ").bind(cursor.number);
        }
        Sort::PeopleAffected => {
            let key: i64 = cursor.key.parse().map_err(|_| BadCursor::Form)?;
            sql.push(&format!(" AND (l.{column}, l.change) {sign} ")).bind_list([key, cursor.number]);
        }
        Sort::Title | Sort::Publisher => {
            sql.push(&format!(" AND (l.{column}, l.change) {sign} ("));
            sql.bind(cursor.key.as_str()).push(", ").bind(cursor.number).push(")");
        }
    }
    Ok(())
}

async fn refuse_expired(db: &Db, snapshot: i64) -> Result<(), ListError> {
    let kept_from = settings::read(db, settings::PRUNED_BELOW).await?;
    let kept_from: i64 = kept_from.and_then(|number| number.parse().ok()).unwrap_or(0);
    if snapshot < kept_from || snapshot > db.latest_change().await?.0 {
        return Err(BadCursor::Expired.into());
    }
    Ok(())
}

/// How many records match at a state of the register.
pub async fn count(db: &Db, query: &RecordQuery, snapshot: i64) -> Result<u64, StoreError> {
    let mut sql = Sql::default();
    match query.single_value() {
        Some((facet, value)) => {
            sql.push("SELECT count(*) FROM facets WHERE facet = ").bind(facet);
            sql.push(" AND value = ").bind(value).push(" AND change <= ").bind(snapshot);
            sql.push(" AND (until IS NULL OR until > ").bind(snapshot).push(")");
        }
        None if query.facets.is_empty() && !query.has_plain_conditions() => {
            // Every record has exactly one origin.
            sql.push("SELECT count(*) FROM facets WHERE facet = 'origin' AND change <= ").bind(snapshot);
            sql.push(" AND (until IS NULL OR until > ").bind(snapshot).push(")");
        }
        None => {
            sql.push("SELECT count(*) FROM listings l WHERE ");
            query.conditions(&mut sql, snapshot, None);
        }
    }
    Ok(sql.number(&db.read).await?.unsigned_abs())
}

/// Counts of one facet's values among the matching records. The facet's own selection does not narrow its
/// own counts. Most frequent first; ties by value.
pub async fn facet_counts(
    db: &Db,
    query: &RecordQuery,
    facet: &str,
    snapshot: i64,
) -> Result<Vec<(String, u64)>, StoreError> {
    let mut sql = Sql::new("SELECT f.value, count(*) FROM facets f WHERE f.facet = ");
    sql.bind(facet).push(" AND f.change <= ").bind(snapshot);
    sql.push(" AND (f.until IS NULL OR f.until > ").bind(snapshot).push(")");
    let narrowed = query.facets.iter().any(|(other, _)| *other != facet) || query.has_plain_conditions();
    if narrowed {
        sql.push(" AND f.change IN (SELECT l.change FROM listings l WHERE ");
        query.conditions(&mut sql, snapshot, Some(facet));
        sql.push(")");
    }
    sql.push(" GROUP BY f.value ORDER BY count(*) DESC, f.value");
    let rows = sql.all(&db.read).await?;
    rows.iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index::<i64>(1)?.unsigned_abs())))
        .collect()
}

/// The conditions of an export: every matching record of a state, for [`crate::export`].
pub(crate) fn export_conditions(query: &RecordQuery, sql: &mut Sql, snapshot: i64) {
    query.conditions(sql, snapshot, None);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_text_becomes_words_phrases_and_exclusions() {
        #[track_caller]
        fn check(q: &str, expected: &[Term]) {
            assert_eq!(terms(q), expected, "{q:?}");
        }
        let has = |text: &str| Term::Has(text.to_owned());
        check("Facial  recognition", &[has("% facial%"), has("% recognition%")]);
        check(
            "\"facial recognition\" -school*",
            &[has("% facial recognition %"), Term::Lacks("% school%".into())],
        );
        check("-\"a b\"", &[Term::Lacks("% a b %".into())]);
        check("\"open", &[has("% open %")]);
        check("100% _x", &[has("% 100%"), has("% x%")]);
        check("!!! - \"\"", &[]);
        check("", &[]);
    }
}
