//! What the register's search is compared with: SQLite's FTS5 as anybody would set it up, over the same texts.

use judged::Key;
use rusqlite::Connection;

use super::entry::Entry;

/// Records of one answer, as many as a page of the register has.
const LIMIT: i64 = 50;

/// A table in memory with one row for each record.
pub(crate) struct Fts {
    connection: Connection,
}

impl Fts {
    /// Fills the table. Errors: those of SQLite.
    pub(crate) fn of(entries: &[Entry]) -> Result<Self, String> {
        let fill = || -> rusqlite::Result<Connection> {
            let mut connection = Connection::open_in_memory()?;
            connection.execute_batch(
                "CREATE VIRTUAL TABLE records USING fts5 \
                 (title, publisher, supplier, product, summary, body, tokenize = 'porter unicode61')",
            )?;
            let transaction = connection.transaction()?;
            let mut insert = transaction.prepare(
                "INSERT INTO records (rowid, title, publisher, supplier, product, summary, body) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?;
            for (number, one) in (0_i64..).zip(entries) {
                let texts =
                    (&one.title, &one.publisher, &one.supplier, &one.product, &one.summary, &one.body);
                let (title, publisher, supplier, product, summary, body) = texts;
                insert.execute((number, title, publisher, supplier, product, summary, body))?;
            }
            drop(insert);
            transaction.commit()?;
            Ok(connection)
        };
        fill().map(|connection| Self { connection }).map_err(failed)
    }

    /// The records with any word of a question, best first by bm25. Errors: those of SQLite.
    pub(crate) fn ask(&self, text: &str, entries: &[Entry]) -> Result<Vec<Key>, String> {
        let any = any_word(text);
        if any.is_empty() {
            return Ok(Vec::new());
        }
        let ask = || -> rusqlite::Result<Vec<i64>> {
            let mut select = self.connection.prepare_cached(
                "SELECT rowid FROM records WHERE records MATCH ?1 ORDER BY bm25(records), rowid LIMIT ?2",
            )?;
            select.query_map((&any, LIMIT), |row| row.get(0))?.collect()
        };
        let numbers = ask().map_err(failed)?;
        let entry = |number: i64| usize::try_from(number).ok().and_then(|place| entries.get(place));
        Ok(numbers.into_iter().filter_map(entry).map(Entry::key).collect())
    }
}

/// The words of a question in FTS5's language, joined by OR. Quoted, because AND, OR and NOT are words too.
fn any_word(text: &str) -> String {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(" OR ")
}

fn failed(error: rusqlite::Error) -> String {
    format!("FTS5: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: &str, title: &str, body: &str) -> Entry {
        let text = str::to_owned;
        Entry { source_key: text(key), title: text(title), body: text(body), ..Entry::default() }
    }

    #[track_caller]
    fn check(question: &str, expected: &[&str]) {
        let entries = [
            entry("a", "Parking permits", "Checks the number plates of parked cars"),
            entry("b", "Cameras", "Reads number plates"),
            entry("c", "Chat assistant", "Answers questions"),
        ];
        let found = Fts::of(&entries).unwrap().ask(question, &entries).unwrap();
        assert_eq!(found.iter().map(|key| key.key.as_str()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn any_word_or_form_of_it_is_enough() {
        check("permitted chats", &["c", "a"]);
        check("camera", &["b"]);
        check("nothing here", &[]);
    }

    #[test]
    fn signs_and_operators_are_harmless() {
        check("\"plates NOT (cameras", &["b", "a"]);
        check("?! -", &[]);
    }
}
