//! Statements put together from pieces, with their values.
//!
//! A placeholder is a `?` while the statement grows. SQLite takes it so, since it looks numbered ones up by
//! name, each time one is bound; PostgreSQL knows only `$1`, `$2`.

use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};

use crate::StoreError;

/// Values of several types for [`Sql::bind_list`].
macro_rules! values {
    ($($value:expr),+ $(,)?) => { [$(sea_orm::Value::from($value)),+] };
}

/// A statement under construction.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    pub(crate) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), values: Vec::new() }
    }

    /// Adds text as it stands.
    pub(crate) fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a value as the next placeholder.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self.text.push('?');
        self
    }

    /// Adds values as a list in brackets.
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

    /// Adds another statement's text and values.
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

    /// The statement itself, where it is used once and its values are long.
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

    /// The first column of the first row, which an aggregate always has.
    pub(crate) async fn number(&self, conn: &impl ConnectionTrait) -> Result<i64, StoreError> {
        match self.one(conn).await? {
            Some(row) => Ok(row.try_get_by_index(0)?),
            None => Ok(0),
        }
    }

    /// How many rows it touched.
    pub(crate) async fn run(&self, conn: &impl ConnectionTrait) -> Result<u64, StoreError> {
        Ok(conn.execute_raw(self.statement(conn)).await?.rows_affected())
    }
}

/// Runs statements one after the other, and says how many rows they touched in all. On SQLite they go to its thread
/// together: the round trip costs more than most statements do.
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

/// Inserts rows of as many values as there are columns, in as few statements as the limit of bound values allows. `head` is
/// `INSERT INTO table (columns)`, `tail` what follows the values.
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

/// Rows of a long table, read page by page, so that only one page is in memory. The statement's first column is the number
/// the next page starts after, and its text ends right before that number is bound.
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
            self.after = last.try_get_by_index(0)?;
        }
        self.page = rows.into_iter();
        Ok(self.page.next())
    }
}

/// Rows per statement. A connection caches prepared statements, so few sizes mean few of them; long ones take much memory.
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

/// Rows of a list as a page of at most this many values, so that one statement stays under the limit of
/// bound values (32,766 on SQLite).
pub(crate) const BOUND_VALUES: usize = 30_000;
