//! Tables: their columns, keys and references, and how a row gives its cells.

use std::borrow::Cow;

use domain::codes::Vocabulary;

use crate::Cell;

/// What a column holds.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Text as published.
    Text,
    /// One code of a list.
    Code(&'static Vocabulary),
    /// `YYYY-MM-DD`.
    Date,
    /// RFC 3339, in UTC.
    Instant,
    /// A whole number.
    Integer,
    /// A decimal number as text, exact.
    Decimal,
    /// `true` or `false`.
    Boolean,
    /// Texts, joined by `;` in CSV.
    Texts,
    /// Codes of a list, joined by `;` in CSV.
    Codes(&'static Vocabulary),
    /// A JSON array.
    Array,
    /// A JSON object.
    Object,
}

impl Kind {
    /// The type's name as in the data dictionary.
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

    /// The code list of its values.
    pub fn codes(&self) -> Option<&'static Vocabulary> {
        match self {
            Self::Code(list) | Self::Codes(list) => Some(list),
            _ => None,
        }
    }
}

/// A column with everything that files and documents need to know about it.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name in every file.
    pub name: Cow<'static, str>,
    /// What people read above it.
    pub title: Cow<'static, str>,
    /// What it holds, in a sentence.
    pub about: Cow<'static, str>,
    /// What its values look like.
    pub kind: Kind,
    /// Whether every row has a value.
    pub required: bool,
}

/// A column whose values are found in a column of another table.
#[derive(Debug, Clone, Copy)]
pub struct Reference {
    /// The column.
    pub column: &'static str,
    /// The other table.
    pub table: &'static str,
    /// The other table's column.
    pub target: &'static str,
}

/// A table.
#[derive(Debug)]
pub struct Table {
    /// Its name: that of its files without their endings.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What a row is.
    pub about: &'static str,
    /// Its columns in order.
    pub columns: Vec<Column>,
    /// The columns that tell its rows apart; each begins the table.
    pub key: &'static [&'static str],
    /// What refers to other tables.
    pub references: &'static [Reference],
}

impl Table {
    /// The header, one name a column.
    pub fn header(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_ref())
    }

    /// What refers to tables among these.
    pub fn references_within<'t>(
        &'t self,
        tables: &'t [&'static Table],
    ) -> impl Iterator<Item = &'t Reference> {
        self.references.iter().filter(|one| tables.iter().any(|table| table.name == one.table))
    }

    /// The place of a column. Panics: the table has no such column.
    pub fn place(&self, name: &str) -> usize {
        self.columns.iter().position(|column| column.name == name).expect("a table knows its own columns")
    }
}

/// Gives a row's cell; the text is the address of the register.
pub type Get<R> = for<'a> fn(&'a R, &str) -> Cell<'a>;

/// A table whose cells follow from rows of one type: a column and its value stand in one line.
#[derive(Debug)]
pub struct Typed<R> {
    /// The table.
    pub table: Table,
    get: Vec<Get<R>>,
}

impl<R> Typed<R> {
    /// A table without columns.
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
        self.get.push(get);
        self
    }

    /// Adds a column that every row has a value in.
    #[must_use]
    pub fn must(self, name: &'static str, kind: Kind, about: &'static str, get: Get<R>) -> Self {
        let mut this = self.with(name, kind, about, get);
        if let Some(column) = this.table.columns.last_mut() {
            column.required = true;
        }
        this
    }

    /// The cells of a row, in the order of the columns.
    pub fn cells<'a>(&self, row: &'a R, base_url: &str) -> Vec<Cell<'a>> {
        self.get.iter().map(|get| get(row, base_url)).collect()
    }
}

/// A name as words: `starts_on` becomes `Starts on`.
pub(crate) fn title(name: &str) -> String {
    let mut words = name.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}
