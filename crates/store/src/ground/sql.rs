//! SQL statements built from pieces, with their values.
//!
//! Rows of one table are read and written through its entity, if it has one. This builder is for the rest: joins and
//! counts whose conditions grow with the query, statements that differ between the databases, and batches of the hot
//! paths, which go to the database as one text. Values are always bound, and columns read by name.
//!
//! Placeholders stay `?` while a statement grows. SQLite gets them so, because it looks up numbered ones by
//! name on each bind; PostgreSQL gets `$1`, `$2`. So no text may contain a literal `?`.

use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};

use crate::StoreError;

/// Values of different types, for [`Sql::bind_list`].
macro_rules! values {
    ($($value:expr),+ $(,)?) => { [$(sea_orm::Value::from($value)),+] };
}

/// A statement under construction. Why it is not an entity's: see the head of this file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    pub(crate) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), values: Vec::new() }
    }

    /// Appends text unchanged. Never put outside input here: bind it.
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a placeholder with its value.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self.text.push('?');
        self
    }

    /// Appends a bracketed list of values.
    pub(crate) fn bind_list<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        self.push("(");
        for (place, value) in values.into_iter().enumerate() {
            if place > 0 {
                self.push(", ");
            }
            self.bind(value);
        }
        self.push(")")
    }

    /// Appends another statement with its values.
    pub(crate) fn append(&mut self, other: &Self) -> &mut Self {
        self.values.extend(other.values.iter().cloned());
        self.push(&other.text)
    }

    pub(crate) fn statement(&self, conn: &impl ConnectionTrait) -> Statement {
        let backend = conn.get_database_backend();
        let text = match backend {
            DbBackend::Postgres => numbered(&self.text),
            _ => self.text.clone(),
        };
        Statement::from_sql_and_values(backend, text, self.values.clone())
    }

    /// The same by value: values may be long, and are not copied.
    fn into_statement(self, conn: &impl ConnectionTrait) -> Statement {
        let backend = conn.get_database_backend();
        let text = match backend {
            DbBackend::Postgres => numbered(&self.text),
            _ => self.text,
        };
        Statement::from_sql_and_values(backend, text, self.values)
    }

    pub(crate) async fn all(&self, conn: &impl ConnectionTrait) -> Result<Vec<QueryResult>, StoreError> {
        Ok(conn.query_all_raw(self.statement(conn)).await?)
    }

    pub(crate) async fn one(&self, conn: &impl ConnectionTrait) -> Result<Option<QueryResult>, StoreError> {
        Ok(conn.query_one_raw(self.statement(conn)).await?)
    }

    /// First column of the first row; 0 if there is no row. Read by number, unlike everything else: each database
    /// makes up its own name for an expression such as `count(*)`.
    pub(crate) async fn number(&self, conn: &impl ConnectionTrait) -> Result<i64, StoreError> {
        match self.one(conn).await? {
            Some(row) => Ok(row.try_get_by_index(0)?),
            None => Ok(0),
        }
    }

    /// Runs it; returns the number of rows affected.
    pub(crate) async fn run(&self, conn: &impl ConnectionTrait) -> Result<u64, StoreError> {
        Ok(conn.execute_raw(self.statement(conn)).await?.rows_affected())
    }
}

/// Runs statements in order; returns the rows affected. On SQLite they go to its thread as one text: the round
/// trip costs more than most statements.
pub(crate) async fn run_all(
    conn: &impl ConnectionTrait,
    statements: Vec<Statement>,
) -> Result<u64, StoreError> {
    let backend = conn.get_database_backend();
    if backend != DbBackend::Sqlite {
        let mut touched = 0;
        for statement in statements {
            touched += conn.execute_raw(statement).await?.rows_affected();
        }
        return Ok(touched);
    }
    let (mut text, mut values) = (String::new(), Vec::new());
    for statement in statements {
        text.push_str(&statement.sql);
        text.push_str(";\n");
        values.extend(statement.values.into_iter().flat_map(|values| values.0));
    }
    if text.is_empty() {
        return Ok(0);
    }
    let all = Statement::from_sql_and_values(backend, text, values);
    Ok(conn.execute_raw(all).await?.rows_affected())
}

/// Inserts rows, `columns` values each, in as few statements as possible. `head` is `INSERT INTO table
/// (columns)`, `tail` follows the values.
pub(crate) async fn insert_rows(
    conn: &impl ConnectionTrait,
    head: &str,
    columns: usize,
    values: Vec<Value>,
    tail: &str,
) -> Result<(), StoreError> {
    debug_assert_eq!(values.len() % columns, 0, "{head}");
    let mut left = values.len() / columns;
    let mut values = values.into_iter();
    while left > 0 {
        let rows = ROWS_AT_ONCE.iter().copied().find(|rows| *rows <= left).unwrap_or(1);
        let mut sql = Sql::new(head);
        sql.push(" VALUES ");
        for row in 0..rows {
            sql.push(if row > 0 { ", " } else { "" }).bind_list(values.by_ref().take(columns));
        }
        sql.push(tail);
        conn.execute_raw(sql.into_statement(conn)).await?;
        left -= rows;
    }
    Ok(())
}

/// Reads a long table page by page, keeping one page in memory. `column` is the number to continue after, as the
/// statement selects it (`c.seq`); the statement's text must end just before that number is bound.
pub(crate) struct Pages {
    text: &'static str,
    column: &'static str,
    after: i64,
    page: std::vec::IntoIter<QueryResult>,
    ended: bool,
}

impl Pages {
    /// Rows per page.
    const SIZE: i64 = 500;

    pub(crate) fn new(text: &'static str, column: &'static str) -> Self {
        Self { text, column, after: 0, page: Vec::new().into_iter(), ended: false }
    }

    /// The next row.
    pub(crate) async fn next(
        &mut self,
        conn: &impl ConnectionTrait,
    ) -> Result<Option<QueryResult>, StoreError> {
        if let Some(row) = self.page.next() {
            return Ok(Some(row));
        }
        if self.ended {
            return Ok(None);
        }
        let mut sql = Sql::new(self.text);
        sql.bind(self.after).push(&format!(" ORDER BY {} LIMIT ", self.column)).bind(Self::SIZE);
        let rows = sql.all(conn).await?;
        self.ended = (rows.len() as i64) < Self::SIZE;
        if let Some(last) = rows.last() {
            let (_, name) = self.column.rsplit_once('.').unwrap_or(("", self.column));
            self.after = last.try_get_by(name)?;
        }
        self.page = rows.into_iter();
        Ok(self.page.next())
    }
}

/// Rows per statement. Prepared statements are cached per connection, so few sizes keep the cache small; long
/// statements take much memory.
const ROWS_AT_ONCE: [usize; 3] = [32, 8, 1];

fn numbered(text: &str) -> String {
    let mut pieces = text.split('?');
    let mut numbered = pieces.next().unwrap_or_default().to_owned();
    for (place, piece) in pieces.enumerate() {
        numbered.push('$');
        numbered.push_str(itoa::Buffer::new().format(place + 1));
        numbered.push_str(piece);
    }
    numbered
}

/// Values per statement when a list is split: below SQLite's limit of 32,766 bound values.
pub(crate) const BOUND_VALUES: usize = 30_000;
