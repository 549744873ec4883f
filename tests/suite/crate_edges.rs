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
    ("api", &["acts", "domain", "export", "importer", "search", "store", "transparency"]),
    ("register", &["acts", "api", "domain", "export", "importer", "search", "store", "transparency", "web"]),
    (
        "suite",
        &["api", "domain", "export", "importer", "search", "store", "throwaway", "transparency", "web"],
    ),
    // A PostgreSQL server for one run, used by tests and torture.
    ("throwaway", &[]),
    // Uses none of our crates, so that anybody can check the log without the register.
    ("transparency", &[]),
    // The pages know the API only by its answers.
    ("web", &["domain"]),
    ("xtask", &["throwaway"]),
];
/// The only outside crates domain may use: pure computation.
const DOMAIN_KNOWS: &[&str] = &[
    "aho-corasick",
    "any_ascii",
    "chrono",
    "oxilangtag",
    "rapidfuzz",
    "rust_decimal",
    "rust_iso3166",
    "serde",
    "serde_json",
    "serde_path_to_error",
    "similar",
    "thiserror",
    "unicode-normalization",
    "unicode-security",
    "url",
    "utoipa",
    "uuid",
];

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
    for (name, used) in &found {
        let sql = used.iter().any(|one| one.starts_with("sea-orm") || *one == "sqlx");
        assert_eq!(sql, ["store", "migrations"].contains(name), "{name} says SQL");
    }
}

#[test]
fn only_main_asks_the_clock() {
    let mut asked = Vec::new();
    for name in ["acts", "domain", "store", "search", "importer", "export", "api", "transparency"] {
        asked.extend(files_saying(
            &suite::data::project().join("crates").join(name).join("src"),
            "Utc::now()",
        ));
    }
    assert!(asked.is_empty(), "{asked:?}");
}

#[test]
fn no_test_stands_where_none_is_run() {
    let metadata = metadata();
    let mut unrun = Vec::new();
    for package in metadata["packages"].as_array().unwrap() {
        for target in package["targets"].as_array().unwrap() {
            if target["test"] == false && ["lib", "bin"].contains(&target["kind"][0].as_str().unwrap()) {
                let root = Path::new(target["src_path"].as_str().unwrap()).parent().unwrap();
                unrun.extend(files_saying(root, "#[test]"));
            }
        }
    }
    assert!(unrun.is_empty(), "`test = false` in Cargo.toml, but there are tests in {unrun:?}");
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

/// The files under a folder that contain a text.
fn files_saying(root: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else if String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap()).contains(text) {
                found.push(entry.path());
            }
        }
    }
    found
}
