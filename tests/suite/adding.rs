//! Adding something takes the edits that ARCHITECTURE.md names: their places exist, and every field is wherever
//! fields are. `cargo xtask nightly` adds fields to a copy of the project and runs this there.

use std::path::{Path, PathBuf};

use domain::fields::{FIELDS, columns};
use suite::anything::Maker;
use suite::data::project;
use suite::{TestApp, record};

/// The rows of the table "Where to add things": what, and where.
fn table() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(project().join("ARCHITECTURE.md")).unwrap();
    let (_, rest) = text.split_once("\n## Where to add things\n").unwrap();
    let rows = rest.lines().skip_while(|line| !line.starts_with("| --- ")).skip(1);
    rows.take_while(|line| line.starts_with("| "))
        .map(|line| {
            let (what, place) = line.trim_matches(['|', ' ']).split_once(" | ").unwrap();
            (what.to_owned(), place.to_owned())
        })
        .collect()
}

/// The files that a name in the table stands for; `*` stands for any part of a file's name.
fn files(name: &str) -> Vec<PathBuf> {
    for folder in [project(), project().join("crates")] {
        let path = folder.join(name);
        let Some((before, after)) = name.split_once('*') else {
            if path.exists() {
                return vec![path];
            }
            continue;
        };
        let (inside, before) = before.rsplit_once('/').unwrap();
        let Ok(entries) = std::fs::read_dir(folder.join(inside)) else { continue };
        return entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                let name = path.file_name().unwrap().to_str().unwrap();
                name.starts_with(before) && name.ends_with(after)
            })
            .collect();
    }
    Vec::new()
}

/// Whether a line of the file, other than a comment, has the item's name as a whole word.
fn has_item(file: &Path, item: &str) -> bool {
    let text = std::fs::read_to_string(file).unwrap();
    let in_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.lines().filter(|line| !line.trim_start().starts_with("//")).any(|line| {
        line.match_indices(item)
            .any(|(at, _)| !line[..at].ends_with(in_word) && !line[at + item.len()..].starts_with(in_word))
    })
}

/// What is wrong with the names in a cell: each is a file or folder, or an item "in" one.
fn wrong(place: &str) -> Vec<String> {
    let parts: Vec<&str> = place.split('`').collect();
    let mut wrong = Vec::new();
    let is_file = |name: &str| name.contains('/') || name.ends_with(".md") || name.ends_with(".toml");
    for (at, name) in parts.iter().enumerate().skip(1).step_by(2) {
        if is_file(name) {
            if files(name).is_empty() {
                wrong.push(format!("there is no {name}"));
            }
            continue;
        }
        match (parts.get(at + 1), parts.get(at + 2)) {
            (Some(&" in "), Some(file)) if is_file(file) => {
                let found = files(file);
                if !found.iter().any(|file| file.is_file() && has_item(file, name)) {
                    wrong.push(format!("there is no {name} in {file}"));
                }
            }
            _ => wrong.push(format!("{name} is neither a file nor an item in one")),
        }
    }
    wrong
}

#[test]
fn everything_the_table_of_additions_names_is_there() {
    let rows = table();
    assert!(rows.len() > 15, "{rows:?}");
    for (what, place) in rows {
        assert!(place.contains('`'), "{what}: no place is named");
        assert_eq!(wrong(&place), [""; 0], "{what}");
    }
}

#[test]
fn a_place_that_is_not_there_is_noticed() {
    assert_eq!(wrong("one line of `FIELDS` in `domain/src/fields.rs`, `docs/errors.md`"), [""; 0]);
    assert_eq!(wrong("one file in `domain/src/nowhere`"), ["there is no domain/src/nowhere"]);
    assert_eq!(wrong("`IELDS` in `domain/src/fields.rs`"), ["there is no IELDS in domain/src/fields.rs"]);
    assert_eq!(wrong("one line of `FIELDS`"), ["FIELDS is neither a file nor an item in one"]);
    assert_eq!(wrong("`domain/data/nothing_*.csv`"), ["there is no domain/data/nothing_*.csv"]);
}

#[tokio::test]
async fn every_field_is_wherever_fields_are() {
    let app = TestApp::new().await;
    let bare = record("Camera", |_| {});
    let id = app.publish(std::slice::from_ref(&bare)).await.remove(0);
    let bare = bare.to_members();
    let mut full = bare.clone();
    let mut seeds = 0..200;
    while full.len() < FIELDS.len() {
        let seed = seeds.next().expect("some random record has a value for each field");
        for (name, value) in Maker::new(seed).record("Northmoor Borough Council").to_members() {
            full.entry(name).or_insert(value);
        }
    }
    let full: domain::Record = serde_json::from_value(full.into()).unwrap();
    assert_eq!(app.publish(std::slice::from_ref(&full)).await, [id.as_str()]);

    let shown = app.json(&format!("/api/v1/records/{id}")).await;
    let diff = app.json(&format!("/api/v1/records/{id}/diff?from=1&to=2")).await;
    let changed: Vec<&str> =
        diff["changes"].as_array().unwrap().iter().map(|change| change["field"].as_str().unwrap()).collect();
    let table = app.get("/api/v1/records.csv").await;
    let header: Vec<&str> =
        table.text.lines().next().unwrap().trim_start_matches('\u{feff}').split(',').collect();
    let schemas = app.json("/api/v1/openapi.json").await["components"]["schemas"].clone();
    let dictionary = std::fs::read_to_string(project().join("docs/dictionary.md")).unwrap();
    for field in FIELDS {
        let name = field.name;
        assert!(shown["record"].get(name).or(shown.get(name)).is_some(), "the record does not show {name}");
        assert_eq!(changed.contains(&name), !bare.contains_key(name), "{name} in the difference");
        assert!(schemas["Record"]["properties"][name].is_object(), "the schema does not have {name}");
        assert!(dictionary.contains(&format!("\n| `{name}` | ")), "the dictionary does not have {name}");
    }
    for column in columns() {
        assert!(header.contains(&column.as_str()), "the table does not have {column}: {header:?}");
    }
}
