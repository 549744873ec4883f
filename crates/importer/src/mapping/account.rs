//! What a mapping does with each column of a file, and the key it makes of a row.

use domain::editions::same_text;

use super::bound::Bound;
use super::form::{Column, fits};
use super::target::Target;
use crate::columns::ColumnUse;
use crate::report::Uses;

impl Bound {
    /// What becomes of each column of the file, in order.
    pub fn uses(&self) -> Vec<ColumnUse> {
        (0..self.headers.len()).map(|place| self.use_of(place)).collect()
    }

    fn use_of(&self, place: usize) -> ColumnUse {
        let joined = self.joins.iter().filter(|(_, places)| places.contains(&place)).map(|(rule, _)| rule);
        let rules = self.rules.get(place).into_iter().flatten().chain(joined);
        let columns: Vec<&Column> = rules.filter_map(|rule| self.mapping.form.columns.get(*rule)).collect();
        let mut fields: Vec<String> = Vec::new();
        for column in &columns {
            fields.extend(column.target.iter().map(Target::shown));
            fields.extend(column.informs.iter().cloned());
        }
        if !fields.is_empty() {
            return ColumnUse::read(fields.join(", "));
        }
        match (self.asked_for(place), columns.first()) {
            (Some("key"), _) => ColumnUse::read("key"),
            (Some(purpose), _) => ColumnUse::read_for(purpose),
            (None, Some(column)) => ColumnUse::ignored(why_not(column)),
            (None, None) => ColumnUse::Unknown,
        }
    }

    /// What the mapping as a whole asks a column for.
    fn asked_for(&self, place: usize) -> Option<&'static str> {
        let folded = self.folded.get(place).filter(|folded| !folded.is_empty())?;
        let form = &self.mapping.form;
        let is = |header: &str| fits(header, folded);
        if form.key.iter().any(|header| is(header.get_ref())) {
            return Some("key");
        }
        if form.edition.iter().any(|header| is(header.get_ref())) {
            return Some("the edition of the row");
        }
        let mut conditions = self.mapping.conditions().flat_map(|one| one.header.get_ref().iter());
        conditions.any(is).then_some("a condition")
    }

    /// The words of the key's columns, in the mapping's order; those without a value are left out.
    pub fn key<'a>(&self, cells: &'a [String]) -> Vec<&'a str> {
        let headers = self.mapping.form.key.iter();
        headers.filter_map(|header| self.cell(cells, header.get_ref())).collect()
    }

    /// Writes what may stand once in a file: the key of a row, within its edition. Without a key, body and title stand
    /// for it. Rows that are left out have none.
    pub(crate) fn write_key(&self, cells: &[&str], out: &mut String) {
        let unused = &mut Uses::new();
        let mut cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        cells.resize(self.headers.len(), String::new());
        self.without_people(&mut cells, unused);
        if self.leaves_out(&cells) {
            return;
        }
        let mut key = self.key(&cells).join("|");
        if key.is_empty() {
            let fields = self.apply(&cells, unused).fields;
            let (Some(body), Some(title)) = (fields.get("publisher"), fields.get("title")) else { return };
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            key = same_text(&format!("{}|{}", text(&body["name"]), text(title)));
        }
        // A row with a faulty edition is refused for that.
        let Ok(edition) = self.edition(&cells) else { return };
        out.push_str(&key);
        if let Some(edition) = edition {
            out.push_str(" of ");
            out.push_str(&edition);
        }
    }
}

/// Why a column without a field is not read.
fn why_not(column: &Column) -> &str {
    match &column.reason {
        Some(reason) => reason,
        None if column.drop => "dropped by the mapping, also from the raw row",
        None => "the mapping gives it no field",
    }
}
