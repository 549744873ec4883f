//! What judges read: for each question the records that any system ranks high and nobody judged yet.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use judged::{Judgements, Key, Question};
use serde_json::json;

use super::entry::Entry;
use super::system::System;

/// Records of each system that are judged, from the top.
const DEPTH: usize = 20;

/// Writes a file for each question that has something to judge, and says how much there is. Records are in the order
/// of their keys, so that a judge cannot tell which system found them, or how high. Errors: a file cannot be written;
/// a system found a record that the register does not have.
pub(crate) fn write(
    folder: &Path,
    questions: &[Question],
    systems: &[System],
    judgements: &Judgements,
    entries: &[Entry],
) -> Result<String, String> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let known: HashMap<Key, &Entry> = entries.iter().map(|entry| (entry.key(), entry)).collect();
    let (mut files, mut pairs) = (0, 0);
    for question in questions {
        let pooled = pooled(question, systems, judgements);
        if pooled.is_empty() {
            continue;
        }
        let mut text = String::new();
        for key in &pooled {
            let entry = known.get(*key).ok_or_else(|| {
                format!("{}: the register has no record '{}' of {}", question.id, key.key, key.source)
            })?;
            text += &line(question, entry);
        }
        let path = folder.join(format!("{}.jsonl", question.id));
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        files += 1;
        pairs += pooled.len();
    }
    Ok(format!("{pairs} records to judge for {files} questions, in {}", folder.display()))
}

/// The records of a question that are to be judged.
fn pooled<'a>(question: &Question, systems: &'a [System], judgements: &Judgements) -> BTreeSet<&'a Key> {
    let judged = judgements.of(&question.id);
    let top = systems.iter().flat_map(|system| system.found(&question.id).iter().take(DEPTH));
    top.filter(|key| !judged.contains_key(*key)).collect()
}

fn line(question: &Question, entry: &Entry) -> String {
    let line = json!({
        "question": question.id,
        "source": entry.source,
        "source_key": entry.source_key,
        "title": entry.title,
        "publisher": entry.publisher,
        "text": entry.excerpt(),
    });
    format!("{line}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use judged::Half;
    use serde_json::Value;

    fn question(id: &str) -> Question {
        let text = || "cameras".to_owned();
        Question { id: id.to_owned(), text: text(), language: text(), need: text(), half: Half::Held }
    }

    fn system(keys: &[&str]) -> System {
        let key = |key: &&str| Key { source: "nl".to_owned(), key: (*key).to_owned() };
        let found: Vec<Key> = keys.iter().map(key).collect();
        System::ask("one", &[question("q")], |_| Ok(found.clone())).unwrap()
    }

    /// The keys of what is to be judged, in the order of the file; empty without a file.
    fn written(systems: &[System], judged: &str) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("judgements.csv");
        std::fs::write(&file, format!("question,source,source_key,first,second,settled\n{judged}")).unwrap();
        let judgements = Judgements::read(&file, &[question("q")]).unwrap();
        let entry = |key: &str| Entry { source: "nl".into(), source_key: key.into(), ..Entry::default() };
        let entries = ["a", "b", "c"].map(entry);
        write(folder.path(), &[question("q")], systems, &judgements, &entries)?;
        let text = std::fs::read_to_string(folder.path().join("q.jsonl")).unwrap_or_default();
        let key =
            |line: &str| serde_json::from_str::<Value>(line).unwrap()["source_key"].as_str().unwrap().into();
        Ok(text.lines().map(key).collect())
    }

    #[test]
    fn each_record_that_nobody_judged_is_pooled_once_in_no_order_of_rank() {
        let systems = [system(&["c", "b"]), system(&["b", "a"])];
        assert_eq!(written(&systems, "").unwrap(), ["a", "b", "c"]);
        assert_eq!(written(&systems, "q,nl,b,0,0,0\n").unwrap(), ["a", "c"]);
        assert!(written(&[system(&["b"])], "q,nl,b,0,0,0\n").unwrap().is_empty());
    }

    #[test]
    fn a_record_that_the_register_lacks_is_named() {
        let error = written(&[system(&["d"])], "").unwrap_err();
        assert_eq!(error, "q: the register has no record 'd' of nl");
    }
}
