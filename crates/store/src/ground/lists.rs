//! Lists over SQL: how one is filtered, sorted, walked and counted. Each declares once, as a [`List`], where its rows
//! are, its orders and its facets; what orders and facets do is the same for all of them.

use std::collections::BTreeMap;

use domain::codes::Vocabulary;
use sea_orm::QueryResult;

use crate::ground::sql::Sql;
use crate::{Db, StoreError};

/// Where a page ended: the key its last row is sorted by, as text, and that row's number.
pub type Place = (String, i64);

/// A list: where its rows are, and what they can be sorted and counted by.
#[derive(Debug)]
pub struct List<Q: 'static> {
    /// What follows `FROM`.
    pub(crate) from: &'static str,
    /// The column that numbers the rows: it tells those with equal keys apart.
    pub(crate) number: &'static str,
    /// Adds the conditions of a query after `WHERE`; at least one.
    pub(crate) conditions: fn(&mut Sql, &Q),
    /// The order of those who ask for none.
    pub(crate) usual: Order,
    /// The orders that can be asked for.
    pub orders: &'static [Order],
    /// The facets that can be counted.
    pub facets: &'static [Facet<Q>],
}

/// An order of a list.
#[derive(Debug)]
pub struct Order {
    /// Its name in queries; `-` in front means the greatest first.
    pub name: &'static str,
    key: Key,
    down: bool,
}

/// What rows are sorted by, as SQL that is never null.
#[derive(Debug, Clone, Copy)]
enum Key {
    /// The number of the row alone.
    Row,
    Text(&'static str),
    Number(&'static str),
}

impl Order {
    /// By the number of the row.
    pub(crate) const fn of_rows(name: &'static str) -> Self {
        Self { name, key: Key::Row, down: is_down(name) }
    }

    /// By a text.
    pub(crate) const fn of_text(name: &'static str, key: &'static str) -> Self {
        Self { name, key: Key::Text(key), down: is_down(name) }
    }

    /// By a whole number.
    pub(crate) const fn of_number(name: &'static str, key: &'static str) -> Self {
        Self { name, key: Key::Number(key), down: is_down(name) }
    }

    /// Adds that a row comes after a place.
    fn after(&self, sql: &mut Sql, number: &str, place: Option<&Place>) {
        let Some((key, at)) = place else { return };
        let sign = if self.down { "<" } else { ">" };
        match self.key {
            Key::Row => sql.push(&format!(" AND {number} {sign} ")),
            Key::Text(column) => {
                sql.push(&format!(" AND ({column}, {number}) {sign} (")).bind(key.as_str()).push(", ")
            }
            // The key was written by `place`; another text can only sort somewhere else.
            Key::Number(column) => sql
                .push(&format!(" AND ({column}, {number}) {sign} ("))
                .bind(key.parse::<i64>().unwrap_or_default())
                .push(", "),
        };
        sql.bind(*at).push(if matches!(self.key, Key::Row) { "" } else { ")" });
    }

    fn by(&self, number: &str) -> String {
        let way = if self.down { " DESC" } else { "" };
        match self.key {
            Key::Row => format!(" ORDER BY {number}{way}"),
            Key::Text(column) | Key::Number(column) => format!(" ORDER BY {column}{way}, {number}{way}"),
        }
    }

    /// The columns that [`Order::place`] reads.
    fn columns(&self, number: &str) -> String {
        match self.key {
            Key::Row => format!(", {number} AS list_number"),
            Key::Text(column) | Key::Number(column) => {
                format!(", {number} AS list_number, {column} AS list_key")
            }
        }
    }

    fn place(&self, row: &QueryResult) -> Result<Place, StoreError> {
        let key = match self.key {
            Key::Row => String::new(),
            Key::Text(_) => row.try_get_by("list_key")?,
            Key::Number(_) => row.try_get_by::<i64, _>("list_key")?.to_string(),
        };
        Ok((key, row.try_get_by("list_number")?))
    }
}

const fn is_down(name: &str) -> bool {
    matches!(name.as_bytes(), [b'-', ..])
}

/// A facet of a list.
#[derive(Debug)]
pub struct Facet<Q: 'static> {
    /// Its name, which is also the filter by its values.
    pub name: &'static str,
    /// What its values are.
    pub values: Values,
    /// Where they are.
    pub(crate) column: Column,
    /// The query without this facet's own filter: its selection does not narrow its own counts.
    pub(crate) without: fn(&Q) -> Q,
}

/// What the values of a facet are.
#[derive(Debug, Clone, Copy)]
pub enum Values {
    /// Codes of a list.
    Codes(&'static Vocabulary),
    /// Keys of rows elsewhere that have names.
    Named,
    /// Words that stand for themselves.
    Words,
}

/// Where the values of a facet are.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Column {
    /// One in a column.
    One(&'static str),
    /// Several in a column, each between semicolons: `;a;b;`.
    Several(&'static str),
    /// In the rows of another table: the join, and the column.
    Joined(&'static str, &'static str),
}

/// The values of a facet with how many rows have each, most first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counted {
    /// The most frequent values.
    pub values: Vec<(String, u64)>,
    /// How many more values there are.
    pub further: u64,
    /// The sum of their counts.
    pub further_rows: u64,
}

/// A page of rows, and where the next one begins.
pub(crate) struct Rows {
    pub(crate) rows: Vec<QueryResult>,
    pub(crate) next: Option<Place>,
}

impl<Q> List<Q> {
    /// An order by its name.
    pub fn order(&self, name: &str) -> Option<&'static Order> {
        self.orders.iter().find(|order| order.name == name)
    }

    /// How many rows match.
    pub(crate) async fn total(&self, db: &Db, query: &Q) -> Result<u64, StoreError> {
        let mut sql = Sql::new(&format!("SELECT count(*) FROM {} WHERE ", self.from));
        (self.conditions)(&mut sql, query);
        Ok(sql.number(&db.read).await?.unsigned_abs())
    }

    /// A page of rows with these columns. `sort` is one of its orders; without, the usual one holds.
    pub(crate) async fn page(
        &self,
        db: &Db,
        columns: &str,
        query: &Q,
        (sort, after): (Option<&Order>, Option<&Place>),
        limit: u64,
    ) -> Result<Rows, StoreError> {
        let order = sort.unwrap_or(&self.usual);
        let (from, own) = (self.from, order.columns(self.number));
        let mut sql = Sql::new(&format!("SELECT {columns}{own} FROM {from} WHERE "));
        (self.conditions)(&mut sql, query);
        order.after(&mut sql, self.number, after);
        sql.push(&order.by(self.number)).push(" LIMIT ").bind((limit + 1).cast_signed());
        let mut rows = sql.all(&db.read).await?;
        let more = rows.len() as u64 > limit;
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = rows.last().filter(|_| more).map(|row| order.place(row)).transpose()?;
        Ok(Rows { rows, next })
    }

    /// Counts the rows that match by the values of some of its facets, with at most `limit` values of each.
    pub async fn count(
        &self,
        db: &Db,
        query: &Q,
        facets: &[&str],
        limit: usize,
    ) -> Result<BTreeMap<&'static str, Counted>, StoreError> {
        let mut all = BTreeMap::new();
        for facet in self.facets.iter().filter(|facet| facets.contains(&facet.name)) {
            let query = (facet.without)(query);
            let counted = match facet.column {
                Column::One(column) => self.by_value(db, &query, ("", column), limit).await?,
                Column::Joined(join, column) => self.by_value(db, &query, (join, column), limit).await?,
                Column::Several(column) => self.by_values(db, &query, column, limit).await?,
            };
            all.insert(facet.name, counted);
        }
        Ok(all)
    }

    async fn by_value(
        &self,
        db: &Db,
        query: &Q,
        (join, column): (&str, &str),
        limit: usize,
    ) -> Result<Counted, StoreError> {
        let from = self.from;
        // A row may be joined to one value twice.
        let count = if join.is_empty() { "*".to_owned() } else { format!("DISTINCT {}", self.number) };
        let mut sql = Sql::new(&format!(
            "SELECT facet_value, facet_count, count(*) OVER () AS facet_values, \
             CAST(sum(facet_count) OVER () AS BIGINT) AS facet_rows FROM \
             (SELECT {column} AS facet_value, count({count}) AS facet_count FROM {from}{join} WHERE "
        ));
        (self.conditions)(&mut sql, query);
        sql.push(&format!(" AND {column} <> '' GROUP BY {column}) AS counted"));
        sql.push(" ORDER BY facet_count DESC, facet_value LIMIT ").bind(limit as i64);
        let (mut counted, mut shown, mut rows) = (Counted::default(), 0, 0);
        for row in sql.all(&db.read).await? {
            let number = |column| Ok::<_, StoreError>(row.try_get_by::<i64, _>(column)?.unsigned_abs());
            let count = number("facet_count")?;
            (shown, rows) = (shown + count, number("facet_rows")?);
            counted.values.push((row.try_get_by("facet_value")?, count));
            counted.further = number("facet_values")?.saturating_sub(counted.values.len() as u64);
        }
        counted.further_rows = rows - shown;
        Ok(counted)
    }

    async fn by_values(&self, db: &Db, query: &Q, column: &str, limit: usize) -> Result<Counted, StoreError> {
        let mut sql = Sql::new(&format!(
            "SELECT {column} AS facet_values, count(*) AS facet_count FROM {} WHERE ",
            self.from
        ));
        (self.conditions)(&mut sql, query);
        sql.push(&format!(" GROUP BY {column}"));
        let mut sums: BTreeMap<String, u64> = BTreeMap::new();
        for row in sql.all(&db.read).await? {
            let count = row.try_get_by::<i64, _>("facet_count")?.unsigned_abs();
            let values: String = row.try_get_by("facet_values")?;
            for value in values.split(';').filter(|value| !value.is_empty()) {
                *sums.entry(value.to_owned()).or_default() += count;
            }
        }
        let mut values: Vec<(String, u64)> = sums.into_iter().collect();
        values.sort_by(|(a, many), (b, more)| more.cmp(many).then_with(|| a.cmp(b)));
        let further = values.split_off(limit.min(values.len()));
        let further_rows = further.iter().map(|(_, count)| count).sum();
        Ok(Counted { values, further: further.len() as u64, further_rows })
    }
}

/// Adds that a column has one of these values, if there are any.
pub(crate) fn one_of<'a>(sql: &mut Sql, column: &str, values: impl IntoIterator<Item = &'a str>) {
    let mut values = values.into_iter().peekable();
    if values.peek().is_some() {
        sql.push(&format!(" AND {column} IN ")).bind_list(values);
    }
}

/// Adds that a folded text has all of these words.
pub(crate) fn all_words(sql: &mut Sql, column: &str, words: Option<&str>) {
    let folded = words.map(domain::text::fold).unwrap_or_default();
    for word in folded.split(' ').filter(|word| !word.is_empty()) {
        sql.push(&format!(" AND {column} LIKE ")).bind(format!("%{word}%"));
    }
}

/// Adds that a column of several values, `;a;b;`, has one of these.
pub(crate) fn has_any<'a>(sql: &mut Sql, column: &str, values: impl IntoIterator<Item = &'a str>) {
    let mut is_open = false;
    for value in values {
        sql.push(if is_open { " OR " } else { " AND (" }).push(&format!("{column} LIKE "));
        // LIKE takes `_` for any character.
        sql.bind(format!("%;{};%", value.replace('_', "\\_"))).push(" ESCAPE '\\'");
        is_open = true;
    }
    sql.push(if is_open { ")" } else { "" });
}
