//! A system and what it found for each question: one that was asked, or a file of its results.

use std::collections::BTreeMap;
use std::path::Path;

use judged::{Key, Question};

/// A system, and the records it found by question, best first.
#[derive(Debug, Clone)]
pub(crate) struct System {
    pub(crate) name: String,
    found: BTreeMap<String, Vec<Key>>,
}

impl System {
    /// Asks every question. Errors: that of the first question that is not answered.
    pub(crate) fn ask(
        name: &str,
        questions: &[Question],
        answer: impl Fn(&Question) -> Result<Vec<Key>, String>,
    ) -> Result<Self, String> {
        let mut found = BTreeMap::new();
        for question in questions {
            let keys = answer(question).map_err(|error| format!("{name}, {}: {error}", question.id))?;
            found.insert(question.id.clone(), keys);
        }
        Ok(Self { name: name.to_owned(), found })
    }

    /// Reads results: lines of question, source, source_key and rank, separated by tabs and quoted as in CSV, without a
    /// header. Errors: the file cannot be read, or a line is something else.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let wrong = |what: String| format!("{}{what}", path.display());
        // Keys of real files have quotes and line ends in them.
        let mut reader = csv::ReaderBuilder::new();
        reader.delimiter(b'\t').has_headers(false).flexible(true);
        let mut reader = reader.from_path(path).map_err(|error| wrong(format!(": {error}")))?;
        let mut ranked: BTreeMap<String, Vec<(u32, Key)>> = BTreeMap::new();
        for row in reader.records() {
            let row = row.map_err(|error| wrong(format!(": {error}")))?;
            let line = row.position().map_or(0, csv::Position::line);
            let cells: Vec<&str> = row.iter().collect();
            let [question, source, key, rank] = cells[..] else {
                return Err(wrong(format!(
                    ", line {line}: {} cells, but question, source, source_key and rank are four",
                    cells.len()
                )));
            };
            let rank: u32 = rank
                .trim()
                .parse()
                .map_err(|_| wrong(format!(", line {line}: '{rank}' is no rank: use 1, 2, 3 ...")))?;
            let key = Key { source: source.to_owned(), key: key.to_owned() };
            ranked.entry(question.to_owned()).or_default().push((rank, key));
        }
        let in_order = |mut keys: Vec<(u32, Key)>| -> Vec<Key> {
            keys.sort();
            keys.into_iter().map(|(_, key)| key).collect()
        };
        let found = ranked.into_iter().map(|(question, keys)| (question, in_order(keys))).collect();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, found })
    }

    /// What it found for a question, best first.
    pub(crate) fn found(&self, question: &str) -> &[Key] {
        self.found.get(question).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&[&str], &str>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.tsv");
        std::fs::write(&path, text).unwrap();
        let read = System::read(&path);
        match expected {
            Ok(keys) => {
                let system = read.unwrap();
                assert_eq!(system.name, "other");
                let found: Vec<&str> = system.found("en-01").iter().map(|key| key.key.as_str()).collect();
                assert_eq!(found, keys);
            }
            Err(error) => assert!(read.as_ref().is_err_and(|said| said.contains(error)), "{read:?}"),
        }
    }

    #[test]
    fn results_are_read_by_rank() {
        check("en-01\tnl\tb\t2\nen-02\tnl\tc\t1\nen-01\tus\t\"a\n\"\"x\"\"\"\t1\n", Ok(&["a\n\"x\"", "b"]));
        check("", Ok(&[]));
    }

    #[test]
    fn a_wrong_line_is_named() {
        check("en-01\tnl\ta\t1\nen-01\tnl\n", Err("line 2: 2 cells, but"));
        check("en-01\tnl\ta\tfirst\n", Err("line 1: 'first' is no rank"));
    }
}
