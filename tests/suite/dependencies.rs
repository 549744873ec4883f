//! What we build on is allowed in `deny.toml`. cargo-deny asks the same at night, and for known flaws; here a change of
//! `Cargo.lock` is told at once.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde::Deserialize;

#[derive(Deserialize)]
struct Deny {
    graph: Graph,
    licenses: Licences,
    bans: Bans,
}

#[derive(Deserialize)]
struct Graph {
    targets: Vec<String>,
}

#[derive(Deserialize)]
struct Licences {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    skip: Vec<Skip>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Skip {
    #[serde(rename = "crate")]
    version: String,
    reason: String,
}

fn deny() -> Deny {
    let text = std::fs::read_to_string(suite::data::project().join("deny.toml")).unwrap();
    toml::from_str(&text).unwrap()
}

/// Name, version and licence of each crate that is compiled for a target, tests included.
fn compiled(target: &str) -> BTreeSet<(String, String, String)> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--workspace", "--all-features", "--locked", "--edges", "normal,build,dev"])
        .args(["--prefix", "none", "--format", "{p}|{l}", "--target", target])
        .current_dir(suite::data::project())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let line = |line: &str| {
        let (package, licence) = line.trim_end_matches(" (*)").split_once('|')?;
        let mut words = package.split_whitespace();
        let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
        Some((name.to_owned(), version.to_owned(), licence.trim().to_owned()))
    };
    text.lines().filter_map(line).collect()
}

#[test]
fn a_second_version_has_its_reason() {
    let deny = deny();
    let skipped: BTreeSet<&str> = deny.bans.skip.iter().map(|skip| &*skip.version).collect();
    assert_eq!(skipped.len(), deny.bans.skip.len(), "deny.toml skips a version twice");
    for skip in &deny.bans.skip {
        assert!(!skip.reason.trim().is_empty(), "{} needs a reason", skip.version);
    }
    let mut met = BTreeSet::new();
    for target in &deny.graph.targets {
        let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (name, version, _) in compiled(target) {
            versions.entry(name).or_default().insert(version);
        }
        assert!(versions.len() > 100, "{target}: {versions:?}");
        for (name, all) in &versions {
            let (out, left): (Vec<String>, Vec<String>) = all
                .iter()
                .map(|version| format!("{name}@{version}"))
                .partition(|one| skipped.contains(&**one));
            assert_eq!(
                left.len(),
                1,
                "{target}: {name} is compiled as {all:?}. Do without one, or give it a reason in deny.toml; skip all \
                 but one"
            );
            met.extend(out);
        }
    }
    let gone: Vec<&&str> = skipped.iter().filter(|one| !met.contains(**one)).collect();
    assert!(gone.is_empty(), "nothing compiles {gone:?} any more: take them out of deny.toml");
}

#[test]
fn every_licence_is_allowed() {
    let deny = deny();
    let allowed: Vec<&str> = deny.licenses.allow.iter().map(String::as_str).collect();
    for target in &deny.graph.targets {
        for (name, version, licence) in compiled(target) {
            assert!(allows(&licence, &allowed), "deny.toml does not allow '{licence}' of {name} {version}");
        }
    }
}

/// Whether an SPDX expression can be met by allowed licences. `/` is how older crates write OR; a licence with an
/// exception is not the licence.
fn allows(expression: &str, allowed: &[&str]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let met = either(&mut rest, allowed);
    assert!(rest.is_empty(), "'{expression}' is no licence expression");
    met
}

fn either(rest: &mut &[&str], allowed: &[&str]) -> bool {
    let mut met = both(rest, allowed);
    while let ["OR", after @ ..] = *rest {
        *rest = after;
        met |= both(rest, allowed);
    }
    met
}

fn both(rest: &mut &[&str], allowed: &[&str]) -> bool {
    let mut met = one(rest, allowed);
    while let ["AND", after @ ..] = *rest {
        *rest = after;
        met &= one(rest, allowed);
    }
    met
}

fn one(rest: &mut &[&str], allowed: &[&str]) -> bool {
    match *rest {
        ["(", after @ ..] => {
            *rest = after;
            let met = either(rest, allowed);
            assert_eq!(rest.first(), Some(&")"));
            *rest = &rest[1..];
            met
        }
        [_, "WITH", _, after @ ..] => {
            *rest = after;
            false
        }
        [licence, after @ ..] => {
            *rest = after;
            allowed.contains(licence)
        }
        [] => panic!("a licence expression ends too early"),
    }
}

#[test]
fn licence_expressions_are_read_as_spdx_says() {
    #[track_caller]
    fn check(expression: &str, expected: bool) {
        assert_eq!(allows(expression, &["MIT", "ISC"]), expected, "{expression}");
    }
    check("MIT", true);
    check("GPL-3.0-only", false);
    check("MIT OR GPL-3.0-only", true);
    check("GPL-3.0-only/MIT", true);
    check("MIT AND GPL-3.0-only", false);
    check("GPL-3.0-only OR MIT AND ISC", true);
    check("(GPL-3.0-only OR MIT) AND ISC", true);
    check("(GPL-3.0-only OR MIT) AND Zlib", false);
    check("MIT WITH Some-exception", false);
    check("Apache-2.0 WITH LLVM-exception OR MIT", true);
}

#[test]
fn everything_comes_from_the_one_registry() {
    let lock = std::fs::read_to_string(suite::data::project().join("Cargo.lock")).unwrap();
    let sources: BTreeSet<&str> = lock.lines().filter(|line| line.starts_with("source = ")).collect();
    let expected = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";
    assert_eq!(Vec::from_iter(sources), [expected]);
}
