//! Crates depend on each other in one direction only.

use std::collections::BTreeMap;
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
        &[
            "acts",
            "api",
            "domain",
            "export",
            "importer",
            "search",
            "store",
            "throwaway",
            "transparency",
            "web",
        ],
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
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(suite::data::project())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
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
        let mut folders = vec![suite::data::project().join("crates").join(name).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else if std::fs::read_to_string(entry.path()).unwrap().contains("Utc::now()") {
                    asked.push(entry.path());
                }
            }
        }
    }
    assert!(asked.is_empty(), "{asked:?}");
}
