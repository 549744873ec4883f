//! Tables: their columns, keys and references, and how a row gives its cells.

use std::borrow::Cow;

use domain::codes::Vocabulary;
use domain::fields::Field;

use crate::Cell;

/// The type of a column's values.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Text as published.
    Text,
    /// One code from a list.
    Code(&'static Vocabulary),
    /// `YYYY-MM-DD`.
    Date,
    /// RFC 3339, in UTC.
    Instant,
    /// A whole number.
    Integer,
    /// An exact decimal number, as text.
    Decimal,
    /// `true` or `false`.
    Boolean,
    /// Texts, joined in CSV as [`domain::cell::join`] does.
    Texts,
    /// Codes from a list, joined by `;` in CSV.
    Codes(&'static Vocabulary),
    /// A JSON array.
    Array,
    /// A JSON object.
    Object,
}

impl Kind {
    /// The type's name in the data dictionary.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Code(_) => "code",
            Self::Date => "date",
            Self::Instant => "instant",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Boolean => "boolean",
            Self::Texts => "texts",
            Self::Codes(_) => "codes",
            Self::Array => "array",
            Self::Object => "object",
        }
    }

    /// The code list of its values, if any.
    pub fn codes(&self) -> Option<&'static Vocabulary> {
        match self {
            Self::Code(list) | Self::Codes(list) => Some(list),
            _ => None,
        }
    }
}

/// A column, with all that files and descriptions need to know about it.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name in every file.
    pub name: Cow<'static, str>,
    /// Its title for people.
    pub title: Cow<'static, str>,
    /// What it holds, in one sentence.
    pub about: Cow<'static, str>,
    /// The type of its values.
    pub kind: Kind,
    /// Whether every row has a value.
    pub required: bool,
}

/// A foreign key: a column whose values occur in a column of another table.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    /// The column.
    pub column: &'static str,
    /// The other table.
    pub table: &'static str,
    /// The other table's column.
    pub target: &'static str,
}

/// A table's name, columns, key and references.
#[derive(Debug)]
pub struct Table {
    /// Its name, which is also its files' name without the extension.
    pub name: &'static str,
    /// Its title for people.
    pub title: &'static str,
    /// What a row is.
    pub about: &'static str,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// The columns that identify a row. They come first in the table.
    pub key: &'static [&'static str],
    /// Its foreign keys.
    pub references: &'static [Reference],
}

impl Table {
    /// The column names, in order.
    pub fn header(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_ref())
    }

    /// Its foreign keys to any of these tables.
    pub fn references_within<'t>(
        &'t self,
        tables: &'t [&'static Table],
    ) -> impl Iterator<Item = &'t Reference> {
        self.references.iter().filter(|one| tables.iter().any(|table| table.name == one.table))
    }

    /// A column's place. Panics if the table has no such column.
    pub fn place(&self, name: &str) -> usize {
        self.columns.iter().position(|column| column.name == name).expect("a table knows its own columns")
    }
}

/// Makes a cell from a row; the text is the register's address.
pub type Get<R> = for<'a> fn(&'a R, &str) -> Cell<'a>;

/// Makes a cell from the part of a row that has this name.
pub type GetNamed<R> = for<'a> fn(&'a R, &'static str) -> Cell<'a>;

/// How the cells of a column are made.
#[derive(Debug)]
enum Made<R> {
    Row(Get<R>),
    Part(&'static str, GetNamed<R>),
}

/// A table whose cells come from rows of one type. A column and its value are defined on the same line, so
/// that they cannot drift apart.
#[derive(Debug)]
pub struct Typed<R> {
    /// The table's description.
    pub table: Table,
    get: Vec<Made<R>>,
}

impl<R> Typed<R> {
    /// A table without columns yet.
    pub fn new(
        name: &'static str,
        title: &'static str,
        about: &'static str,
        key: &'static [&'static str],
        references: &'static [Reference],
    ) -> Self {
        Self { table: Table { name, title, about, columns: Vec::new(), key, references }, get: Vec::new() }
    }

    /// Adds a column that may be empty.
    #[must_use]
    pub fn with(mut self, name: &'static str, kind: Kind, about: &'static str, get: Get<R>) -> Self {
        self.table.columns.push(Column {
            name: Cow::Borrowed(name),
            title: Cow::Owned(title(name)),
            about: Cow::Borrowed(about),
            kind,
            required: false,
        });
        self.get.push(Made::Row(get));
        self
    }

    /// Adds a column of texts for each of these fields, under their names, labels and hints.
    #[must_use]
    pub fn with_fields(mut self, fields: impl Iterator<Item = &'static Field>, get: GetNamed<R>) -> Self {
        for field in fields {
            self.table.columns.push(Column {
                name: Cow::Borrowed(field.name),
                title: Cow::Borrowed(field.label),
                about: Cow::Borrowed(field.hint),
                kind: Kind::Text,
                required: false,
            });
            self.get.push(Made::Part(field.name, get));
        }
        self
    }

    /// Adds a column that has a value in every row.
    #[must_use]
    pub fn must(self, name: &'static str, kind: Kind, about: &'static str, get: Get<R>) -> Self {
        let mut this = self.with(name, kind, about, get);
        if let Some(column) = this.table.columns.last_mut() {
            column.required = true;
        }
        this
    }

    /// A row's cells, in column order.
    pub fn cells<'a>(&self, row: &'a R, base_url: &str) -> Vec<Cell<'a>> {
        let cell = |made: &Made<R>| match made {
            Made::Row(get) => get(row, base_url),
            Made::Part(name, get) => get(row, name),
        };
        self.get.iter().map(cell).collect()
    }
}

/// A column name as words: `starts_on` becomes `Starts on`.
pub(crate) fn title(name: &str) -> String {
    let mut words = name.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}
