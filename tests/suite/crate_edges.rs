//! Crates depend on each other in one direction only.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each crate of ours, and our crates it may use.
const EDGES: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("migrations", &[]),
    ("store", &["domain", "migrations", "transparency"]),
    ("export", &["domain", "store", "transparency"]),
    ("importer", &["domain", "store"]),
    ("search", &["domain", "store"]),
    ("acts", &["domain", "store"]),
    ("api", &["acts", "domain", "export", "importer", "search", "store", "transparency", "wire"]),
    (
        "register",
        &["acts", "api", "domain", "export", "importer", "search", "store", "transparency", "web", "wire"],
    ),
    (
        "suite",
        &[
            "acts",
            "api",
            "domain",
            "export",
            "importer",
            "judged",
            "search",
            "store",
            "throwaway",
            "transparency",
            "web",
            "wire",
        ],
    ),
    // What an order of records is worth, used by tests and xtask.
    ("judged", &[]),
    // A PostgreSQL server for one run, used by tests and torture.
    ("throwaway", &[]),
    // Uses none of our crates, so that anybody can check the log without the register.
    ("transparency", &[]),
    // The pages know the API only by its answers.
    ("web", &["domain", "wire"]),
    ("wire", &["domain"]),
    ("xtask", &["judged", "throwaway"]),
];
/// The only outside crates domain may use: pure computation.
const DOMAIN_KNOWS: &[&str] = &[
    "aho-corasick",
    "any_ascii",
    "chrono",
    "iso_currency",
    "oxilangtag",
    "rapidfuzz",
    "rust_decimal",
    "rust_iso3166",
    "serde",
    "serde_json",
    "serde_path_to_error",
    "similar",
    "thiserror",
    "toml",
    "unicode-normalization",
    "unicode-security",
    "url",
    "utoipa",
    "uuid",
];

/// The only crates wire may use: it says what is sent, and sends nothing.
const WIRE_KNOWS: &[&str] = &["chrono", "domain", "serde", "serde_json", "utoipa", "uuid"];

#[test]
fn crates_use_only_what_the_picture_shows() {
    let metadata = metadata();
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        let used = package["dependencies"].as_array().unwrap().iter();
        let used = used.filter(|one| one["kind"].is_null()).map(|one| one["name"].as_str().unwrap());
        found.insert(package["name"].as_str().unwrap(), used.collect());
    }
    let ours: Vec<&str> = EDGES.iter().map(|(name, _)| *name).collect();
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), {
        let mut all = ours.clone();
        all.sort_unstable();
        all
    });
    for (name, allowed) in EDGES {
        let used: Vec<&str> = found[name].iter().copied().filter(|one| ours.contains(one)).collect();
        assert_eq!(used, *allowed, "{name} uses");
    }
    let mut known = found["domain"].clone();
    known.sort_unstable();
    assert_eq!(known, DOMAIN_KNOWS);
    let mut known = found["wire"].clone();
    known.sort_unstable();
    assert_eq!(known, WIRE_KNOWS);
    for (name, used) in &found {
        let sql = used.iter().any(|one| one.starts_with("sea-orm") || *one == "sqlx");
        assert_eq!(sql, ["store", "migrations"].contains(name), "{name} says SQL");
    }
}

/// The source files under a folder, with their text.
fn sources(root: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                let text = String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap()).into_owned();
                found.push((entry.path(), text));
            }
        }
    }
    assert!(!found.is_empty(), "{} has no sources", root.display());
    found
}

/// The folder of a crate's sources.
fn of(name: &str) -> PathBuf {
    suite::data::project().join("crates").join(name).join("src")
}

#[test]
fn only_main_asks_the_clock() {
    let names = ["acts", "domain", "store", "search", "importer", "export", "api", "transparency", "wire"];
    let files = names.into_iter().flat_map(|name| sources(&of(name)));
    let asked: Vec<_> = files.filter(|(_, text)| text.contains("Utc::now()")).map(|(path, _)| path).collect();
    assert!(asked.is_empty(), "{asked:?}");
}

#[test]
fn no_test_is_where_none_is_run() {
    let metadata = metadata();
    let mut unrun = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        for target in package["targets"].as_array().unwrap() {
            if target["test"] == false && ["lib", "bin"].contains(&target["kind"][0].as_str().unwrap()) {
                let root = Path::new(target["src_path"].as_str().unwrap()).parent().unwrap();
                let files = sources(root).into_iter();
                let is_test = |text: &str| text.contains("#[test]") || text.contains("#[tokio::test");
                unrun.extend(files.filter(|(_, text)| is_test(text)).map(|(path, _)| path));
            }
        }
    }
    assert!(unrun.is_empty(), "`test = false` in Cargo.toml, but there are tests in {unrun:?}");
}

#[test]
fn the_website_declares_no_answer_of_its_own() {
    let declares = |text: &str| {
        text.contains("Deserialize<'de> for")
            || text
                .lines()
                .any(|line| line.trim_start().starts_with("#[derive") && line.contains("Deserialize"))
    };
    let own = sources(&of("web")).into_iter().filter(|(_, text)| declares(text)).map(|(path, _)| path);
    assert_eq!(own.collect::<Vec<_>>(), Vec::<PathBuf>::new(), "take the type from crates/wire");
    // The same look finds the types where they are.
    assert!(sources(&of("wire")).iter().any(|(_, text)| declares(text)));
}

/// What cargo knows of the workspace.
fn metadata() -> serde_json::Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(suite::data::project())
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}
