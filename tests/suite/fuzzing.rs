//! Every reader of bytes from outside gets through its seeds and 200 mutations of them, the same each time.
//! `cargo xtask fuzz` looks further.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use suite::data::project;
use suite::fuzz::{Ground, TARGETS, mutated, target};

/// Mutations of each target.
const MUTATIONS: usize = 200;

/// The seeds of a target, by name so that each run mutates the same.
fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = project().join("fuzz/seeds").join(name);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} has no seeds", folder.display());
    paths.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

fn gets_through(name: &str) {
    let (ground, target, seeds) = (Ground::default(), target(name), seeds(name));
    let mut rng = fastrand::Rng::with_seed(23);
    let mutations: Vec<Vec<u8>> = (0..MUTATIONS)
        .map(|_| {
            let [seed, other] = [&seeds, &seeds].map(|seeds| &seeds[rng.usize(..seeds.len())]);
            mutated(&mut rng, seed, other)
        })
        .collect();
    for bytes in seeds.iter().chain(&mutations) {
        if catch_unwind(AssertUnwindSafe(|| (target.run)(&ground, bytes))).is_err() {
            panic!("{name} does not get through \"{}\"", bytes.escape_ascii());
        }
    }
}

/// A test for each target, so that they run side by side.
macro_rules! each {
    ($($name:ident)*) => {
        const TESTED: &[&str] = &[$(stringify!($name)),*];
        $(
            #[test]
            fn $name() {
                gets_through(stringify!($name));
            }
        )*
    };
}

each!(
    bodies cells forms headers html keys mappings notices ods organisations proofs queries records registers tables
    values webhooks wire workbooks xlsx
);

/// The names in a folder, without their endings.
fn names(folder: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(project().join(folder)).unwrap();
    entries.map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect()
}

#[test]
fn every_target_is_run_here_and_by_hand_and_listed() {
    let targets: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    assert_eq!(targets.len(), TARGETS.len(), "two targets have one name");
    assert_eq!(TESTED.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(), targets);
    assert_eq!(names("fuzz/seeds"), targets);
    assert_eq!(names("fuzz/fuzz_targets"), targets);
    let manifest: toml::Table =
        std::fs::read_to_string(project().join("fuzz/Cargo.toml")).unwrap().parse().unwrap();
    let programs = manifest["bin"].as_array().unwrap().iter();
    assert_eq!(
        programs.map(|one| one["name"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>(),
        targets
    );
    let document = std::fs::read_to_string(project().join("docs/security.md")).unwrap();
    for target in TARGETS {
        let row = format!("| `{}` | {} |", target.name, target.reads);
        assert!(document.contains(&row), "docs/security.md lacks the row {row}");
        let program = format!("fuzz/fuzz_targets/{}.rs", target.name);
        let program = std::fs::read_to_string(project().join(program)).unwrap();
        assert!(program.contains(&format!("suite::fuzz::run(\"{}\", bytes)", target.name)), "{program}");
    }
}
