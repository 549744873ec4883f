//! What the reader of a source asks of its mapping, beside the rows.

use domain::text;

use super::form::{Column, comparable, fits};
use super::whole::Mapping;

impl Mapping {
    /// The first rule that reads a column with this header.
    fn rule_of(&self, header: &str) -> Option<&Column> {
        let folded = text::fold(header);
        self.form.columns.iter().find(|column| column.headers().any(|pattern| fits(pattern, &folded)))
    }

    /// The fields that a column with this header fills, or informs.
    pub(crate) fn fills(&self, header: &str) -> Vec<String> {
        let column = self.rule_of(header).into_iter();
        column
            .flat_map(|column| {
                let own = column.target.iter().map(|target| target.field.name.to_owned());
                own.chain(column.informs.iter().cloned())
            })
            .collect()
    }

    /// Whether a column with this header is dropped, even from the raw row.
    pub(crate) fn drops(&self, header: &str) -> bool {
        self.rule_of(header).is_some_and(|column| column.drop)
    }

    /// Whether a header is another spelling of one of the mapping's.
    pub(crate) fn is(&self, header: &str, name: &str) -> bool {
        self.rule_of(header).zip(self.rule_of(name)).is_some_and(|(one, other)| std::ptr::eq(one, other))
    }

    /// Whether the values of a column list a word as a whole.
    pub(crate) fn lists(&self, header: &str, word: &str) -> bool {
        let folded = comparable(word);
        let is = |pattern: &String| !pattern.ends_with('*') && fits(pattern, &folded);
        self.rule_of(header).is_some_and(|column| column.values.keys().any(is))
    }

    /// Every spelling of every header.
    #[cfg(test)]
    pub(crate) fn headers(&self) -> impl Iterator<Item = &str> {
        self.form.columns.iter().flat_map(Column::headers)
    }
}
