//! What an import does with each column of a file, so that no cell goes missing without a word.

use serde::Serialize;

/// A column of a file, and what is done with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its place, from 1.
    pub number: usize,
    /// Its header as written; empty without one.
    pub header: String,
    /// What is done with it.
    #[serde(flatten)]
    pub used: ColumnUse,
    /// Cells with something in them that were not read; 0 for a column that is read.
    pub left_out: u64,
}

/// What is done with a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "use", rename_all = "snake_case")]
pub enum ColumnUse {
    /// It is read.
    Read {
        /// The field or fields it fills, as `a, b`; or `id` or `key`. Empty if the source's reader asks for
        /// it in its own way.
        field: String,
    },
    /// It is left out on purpose.
    Ignored {
        /// Why, as the source, the mapping or the template states it.
        reason: String,
    },
    /// Nothing reads it.
    Unknown,
}

impl ColumnUse {
    /// A column that fills a field.
    pub fn read(field: impl Into<String>) -> Self {
        Self::Read { field: field.into() }
    }

    /// A column that is left out for a reason.
    pub fn ignored(reason: impl Into<String>) -> Self {
        Self::Ignored { reason: reason.into() }
    }
}

impl Column {
    /// The columns with these headers, each with its use, in their order.
    pub fn all(headers: &[String], used: impl IntoIterator<Item = ColumnUse>) -> Vec<Self> {
        let columns = headers.iter().zip(used).enumerate();
        columns
            .map(|(place, (header, used))| Self {
                number: place + 1,
                header: header.clone(),
                used,
                left_out: 0,
            })
            .collect()
    }

    /// Whether its cells are read.
    pub fn is_read(&self) -> bool {
        matches!(self.used, ColumnUse::Read { .. })
    }

    /// Whether nothing reads it, and it has a header or something in it.
    pub fn is_unknown(&self) -> bool {
        self.used == ColumnUse::Unknown && (!self.header.is_empty() || self.left_out > 0)
    }

    /// What it is called in a sentence: `'Notes' (column 5)`.
    pub fn called(&self) -> String {
        match self.header.as_str() {
            "" => format!("column {}, without a header", self.number),
            header => format!("'{}' (column {})", domain::cell::short(header), self.number),
        }
    }
}

/// What a table says of itself beside its rows, once they are read.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// Its columns.
    pub columns: Vec<Column>,
    /// What was normalised or left out while its rows were read.
    pub uses: crate::report::Uses,
}

impl Account {
    /// What was left out, in sentences.
    pub fn notices(&self) -> Vec<String> {
        const ROWS: [(&str, &str, &str); 2] = [
            ("total-row-left-out", "a row of totals is left out", "rows of totals are left out"),
            (
                "identical-row-left-out",
                "a row that says exactly what an earlier one says is left out",
                "rows that say exactly what an earlier one says are left out",
            ),
        ];
        let rows = ROWS.iter().filter_map(|(rule, one, several)| match self.uses.get(*rule)? {
            1 => Some((*one).to_owned()),
            count => Some(format!("{count} {several}")),
        });
        let unknown: Vec<String> =
            self.columns.iter().filter(|one| one.is_unknown()).map(Column::called).collect();
        let columns = (!unknown.is_empty()).then(|| format!("nothing reads {}", unknown.join(", ")));
        rows.chain(columns).collect()
    }
}
