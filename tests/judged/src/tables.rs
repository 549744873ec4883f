//! The two tables of `fixtures/relevance`: `questions.toml` and `judgements.csv`. Its README describes them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;

/// The highest grade: the record answers the question.
const BEST: u8 = 2;

/// Which half of the table a question is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Half {
    /// May be looked at while search is changed.
    Tuning,
    /// Only measures.
    Held,
}

/// A question, as somebody would type it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its name in the judgements, such as `en-01`.
    pub id: String,
    /// What is typed.
    pub text: String,
    /// Its language; `mixed` if the words are of several.
    pub language: String,
    /// What the asker wants, and what counts as an answer.
    pub need: String,
    /// Its half.
    pub half: Half,
}

/// A record of an imported register, by the key it has there: the same in every import, unlike public ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The register it was imported from, such as `nl`.
    pub source: String,
    /// Its key in that register.
    pub key: String,
}

#[derive(Debug, Deserialize)]
struct Questions {
    question: Vec<Question>,
}

/// Reads the questions. Errors: the file cannot be read, or a question is wrong or has the id of another.
pub fn questions(path: &Path) -> Result<Vec<Question>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let all: Questions = toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut ids = BTreeSet::new();
    for question in &all.question {
        if question.id.is_empty() || question.text.trim().is_empty() {
            return Err(format!("{}: question '{}' lacks its id or text", path.display(), question.id));
        }
        if !ids.insert(question.id.as_str()) {
            return Err(format!("{}: two questions have the id '{}'", path.display(), question.id));
        }
    }
    Ok(all.question)
}

/// A line of the judgements.
#[derive(Debug, Deserialize)]
struct Line {
    question: String,
    source: String,
    source_key: String,
    first: Option<u8>,
    second: Option<u8>,
    settled: u8,
}

/// Grades of records, by question: 2 answers it, 1 is related and useful, 0 is neither.
#[derive(Debug, Clone, Default)]
pub struct Judgements {
    grades: BTreeMap<String, BTreeMap<Key, u8>>,
    none: BTreeMap<Key, u8>,
}

impl Judgements {
    /// Reads the judgements of questions. Errors: the file cannot be read; a line has a wrong grade, judges a record
    /// again or names a question that is not there. The message names the line.
    pub fn read(path: &Path, questions: &[Question]) -> Result<Self, String> {
        let wrong = |line: u64, what: String| format!("{}, line {line}: {what}", path.display());
        let ids: BTreeSet<&str> = questions.iter().map(|question| question.id.as_str()).collect();
        let file = csv::Reader::from_path(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut all = Self::default();
        let mut rows = file.into_deserialize::<Line>();
        loop {
            let at = rows.reader().position().line();
            let Some(row) = rows.next() else { return Ok(all) };
            let row = row.map_err(|error| wrong(at, error.to_string()))?;
            let grades = [row.first, row.second, Some(row.settled)];
            if let Some(grade) = grades.into_iter().flatten().find(|grade| *grade > BEST) {
                return Err(wrong(at, format!("{grade} is no grade: use 0, 1 or {BEST}")));
            }
            if !ids.contains(row.question.as_str()) {
                return Err(wrong(at, format!("there is no question '{}'", row.question)));
            }
            let key = Key { source: row.source, key: row.source_key };
            let shown = format!("{} of {}", key.key, key.source);
            if all.grades.entry(row.question.clone()).or_default().insert(key, row.settled).is_some() {
                return Err(wrong(at, format!("'{}' has {shown} already", row.question)));
            }
        }
    }

    /// The grades of a question, by record.
    pub fn of(&self, question: &str) -> &BTreeMap<Key, u8> {
        self.grades.get(question).unwrap_or(&self.none)
    }

    /// How many pairs of question and record are judged.
    pub fn count(&self) -> usize {
        self.grades.values().map(BTreeMap::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUESTIONS: &str = "[[question]]\nid = 'en-01'\ntext = 'cameras'\nlanguage = 'en'\nneed = 'Any.'\n\
                             half = 'held'\n";
    const HEAD: &str = "question,source,source_key,first,second,settled\n";

    fn file(name: &str, text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    /// What is wrong with judgements; empty if nothing is.
    #[track_caller]
    fn check(lines: &str, expected: &str) {
        let (_folder, path) = file("questions.toml", QUESTIONS);
        let asked = questions(&path).unwrap();
        let (_folder, path) = file("judgements.csv", &format!("{HEAD}{lines}"));
        let error = Judgements::read(&path, &asked).err().unwrap_or_default();
        let error = error.split_once("judgements.csv").map_or("", |(_, what)| what);
        assert_eq!(error, expected);
    }

    #[test]
    fn a_wrong_line_is_named() {
        check("en-01,nl,7,2,1,2\nen-01,nl,8,,,0\n", "");
        check("en-01,nl,7,2,1,3\n", ", line 2: 3 is no grade: use 0, 1 or 2");
        check("en-01,nl,7,2,1,2\nen-02,nl,7,0,0,0\n", ", line 3: there is no question 'en-02'");
        check("en-01,nl,7,2,1,2\nen-01,nl,7,0,0,0\n", ", line 3: 'en-01' has 7 of nl already");
    }

    #[test]
    fn grades_are_found_by_question_and_record() {
        let (_folder, path) = file("questions.toml", QUESTIONS);
        let asked = questions(&path).unwrap();
        assert_eq!((asked[0].half, asked[0].text.as_str()), (Half::Held, "cameras"));
        let (_folder, path) = file("judgements.csv", &format!("{HEAD}en-01,us,\"A, b\",1,2,2\n"));
        let judgements = Judgements::read(&path, &asked).unwrap();
        let key = Key { source: "us".to_owned(), key: "A, b".to_owned() };
        assert_eq!((judgements.of("en-01").get(&key), judgements.count()), (Some(&2), 1));
        assert!(judgements.of("en-02").is_empty());
    }

    #[test]
    fn two_questions_with_one_id_are_refused() {
        let (_folder, path) = file("questions.toml", &QUESTIONS.repeat(2));
        assert!(questions(&path).unwrap_err().contains("two questions have the id 'en-01'"));
    }
}
