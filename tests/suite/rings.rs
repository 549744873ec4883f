//! Rings: files that use each other, so that none can be read or changed without the others. No crate's largest ring
//! grows.

use std::collections::{BTreeMap, BTreeSet};

use suite::data::project;

use crate::store_floors::{Place, Source, graph, read, sources};

/// The most files in one ring of each crate; 1 means that there is none. A ring that got smaller has its new size
/// here: these only fall.
const LARGEST: &[(&str, usize)] = &[
    ("crates/acts", 2),
    ("crates/api", 7),
    ("crates/domain", 4),
    ("crates/export", 4),
    ("crates/importer", 12),
    ("crates/register", 2),
    ("crates/search", 4),
    ("crates/store", 1),
    ("crates/transparency", 1),
    ("crates/web", 5),
    ("crates/wire", 1),
    ("migrations", 1),
    ("xtask", 2),
];

/// Every file that one file needs, directly or through others.
fn needed<'a>(uses: &'a BTreeMap<&Place, BTreeSet<Place>>, begin: &Place) -> BTreeSet<&'a Place> {
    let (mut found, mut left) = (BTreeSet::new(), vec![&uses[begin]]);
    while let Some(used) = left.pop() {
        for place in used {
            if found.insert(place) {
                left.push(&uses[place]);
            }
        }
    }
    found
}

/// The files of the largest ring, or none.
fn largest(all: &BTreeMap<Place, Source>) -> Vec<&str> {
    let uses = graph(all);
    let needed: BTreeMap<&Place, BTreeSet<&Place>> =
        uses.keys().map(|place| (*place, needed(&uses, place))).collect();
    let ring = |place: &Place| -> Vec<&str> {
        let others = needed[place].iter().filter(|other| needed[**other].contains(place));
        others.map(|other| all[*other].file.as_str()).collect()
    };
    uses.keys().map(|place| ring(place)).max_by_key(Vec::len).unwrap_or_default()
}

#[test]
fn no_ring_of_files_grows() {
    let mut wrong = Vec::new();
    for (folder, most) in LARGEST {
        let all = sources(&project().join(folder).join("src"));
        let ring = largest(&all);
        if ring.len() > *most {
            let (length, ring) = (ring.len(), ring.join(", "));
            wrong.push(format!("{folder} has a ring of {length} files, and may have {most} at most: {ring}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_crate_is_measured() {
    let entries = std::fs::read_dir(project().join("crates")).unwrap();
    let names = entries.map(|entry| format!("crates/{}", entry.unwrap().file_name().to_str().unwrap()));
    let mut folders: Vec<String> = names.chain(["migrations".to_owned(), "xtask".to_owned()]).collect();
    folders.sort();
    let measured: Vec<&str> = LARGEST.iter().map(|(folder, _)| *folder).collect();
    assert_eq!(measured, folders);
    // A reader that finds no imports finds no rings either.
    for folder in &folders {
        let all = sources(&project().join(folder).join("src"));
        assert!(graph(&all).values().any(|used| !used.is_empty()), "no file of {folder} uses another");
    }
}

#[test]
fn a_ring_is_found_through_a_file_that_passes_a_name_on() {
    #[track_caller]
    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let place = |file: &str| -> Place {
            let parts = file.trim_end_matches(".rs").split('/').map(str::to_owned);
            parts.filter(|part| part != "lib").collect()
        };
        let all = files.iter().map(|(file, text)| (place(file), read((*file).to_owned(), text))).collect();
        assert_eq!(largest(&all), expected);
    }
    check(
        &[
            ("lib.rs", "mod a; mod b; mod c; pub use a::A;"),
            ("a.rs", "use crate::b::B; pub struct A;"),
            ("b.rs", "use crate::A; pub struct B;"),
            ("c.rs", "use crate::{A, b::B};"),
        ],
        &["a.rs", "b.rs"],
    );
    check(&[("lib.rs", "mod a; mod b;"), ("a.rs", "use crate::b::B;"), ("b.rs", "pub struct B;")], &[]);
    // What stands in `lib.rs` itself makes a ring of all that use it and are passed on by it.
    check(
        &[("lib.rs", "mod a; pub use a::A; pub struct Act;"), ("a.rs", "use crate::Act; pub struct A;")],
        &["lib.rs", "a.rs"],
    );
}
