//! The floors of `store`: a file uses its own floor and those below it, and no files use each other in a ring.
//!
//! Imports are read from the text of the files. A name that a module only passes on counts as an import of the file
//! that has it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// From the lowest up. `lib.rs` stands above them all.
const FLOORS: &[&str] = &["ground", "names", "log", "records", "people", "procurement", "across"];

/// Where a module is in the crate: `["ground", "db"]`. The crate itself has none.
pub(crate) type Place = Vec<String>;

/// What one file names of the crate.
#[derive(Default)]
pub(crate) struct Source {
    pub(crate) file: String,
    /// Imports: the path as it is written, and the name it has in this file.
    uses: Vec<(Vec<String>, String)>,
    /// Paths in the code that begin with `crate` or `super`.
    paths: Vec<Vec<String>>,
}

/// Words and marks of a file, without comments, texts and tests, which stand last.
fn tokens(text: &str) -> Vec<String> {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let chars: Vec<char> = text.chars().collect();
    let (mut found, mut at) = (Vec::new(), 0);
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    while at < chars.len() {
        let rest = &chars[at..];
        let skipped = match rest {
            ['/', '/', ..] => rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
            ['r', '#', '"', ..] => {
                rest.windows(2).position(|two| two == ['"', '#']).unwrap_or(rest.len()) + 2
            }
            ['"', ..] => {
                let mut end = 1;
                while end < rest.len() && rest[end] != '"' {
                    end += if rest[end] == '\\' { 2 } else { 1 };
                }
                end + 1
            }
            ['\'', '\\', ..] => 3 + rest[3..].iter().position(|c| *c == '\'').unwrap_or(0),
            ['\'', _, '\'', ..] => 3,
            [':', ':', ..] => {
                found.push("::".to_owned());
                2
            }
            [first, ..] if is_word(*first) => {
                let word: String = rest.iter().take_while(|c| is_word(**c)).collect();
                let length = word.chars().count();
                found.push(word);
                length
            }
            [first, ..] => {
                if !first.is_whitespace() {
                    found.push(first.to_string());
                }
                1
            }
            [] => 1,
        };
        at += skipped;
    }
    found
}

/// The leaves of a use tree, each with the name it gets.
fn leaves(tree: &[String], before: &[String], found: &mut Vec<(Vec<String>, String)>) {
    let (mut depth, mut begin) = (0, 0);
    for end in 0..=tree.len() {
        match tree.get(end).map(String::as_str) {
            Some("{") => depth += 1,
            Some("}") => depth -= 1,
            _ => {}
        }
        if end < tree.len() && (tree[end] != "," || depth > 0) {
            continue;
        }
        let one = &tree[begin..end];
        begin = end + 1;
        let words = |tokens: &[String]| -> Vec<String> {
            before.iter().chain(tokens).filter(|word| *word != "::").cloned().collect()
        };
        if let Some(brace) = one.iter().position(|token| token == "{") {
            leaves(&one[brace + 1..one.len() - 1], &words(&one[..brace]), found);
        } else if !one.is_empty() {
            let (path, alias) = match one {
                [path @ .., by, alias] if by == "as" => (path, Some(alias.clone())),
                path => (path, None),
            };
            let mut path = words(path);
            if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
                path.pop();
            }
            let name = alias.or_else(|| path.last().cloned()).unwrap_or_default();
            found.push((path, name));
        }
    }
}

/// Reads what a file names of its crate.
pub(crate) fn read(file: String, text: &str) -> Source {
    let tokens = tokens(text);
    let mut source = Source { file, ..Source::default() };
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at].as_str() {
            "use" => {
                let end = tokens[at..].iter().position(|token| token == ";").unwrap() + at;
                leaves(&tokens[at + 1..end], &[], &mut source.uses);
                at = end;
            }
            "crate" | "super" if tokens.get(at + 1).is_some_and(|next| next == "::") => {
                let mut path = vec![tokens[at].clone()];
                while tokens.get(at + 1).is_some_and(|next| next == "::") {
                    path.push(tokens[at + 2].clone());
                    at += 2;
                }
                source.paths.push(path);
            }
            _ => {}
        }
        at += 1;
    }
    source
}

/// Every file of Rust below a folder, by its place in the crate.
pub(crate) fn sources(top: &Path) -> BTreeMap<Place, Source> {
    let (mut folders, mut found) = (vec![top.to_owned()], BTreeMap::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let below = path.strip_prefix(top).unwrap().with_extension("");
                let mut place: Place = below.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
                place.pop_if(|last| matches!(last.as_str(), "mod" | "lib" | "main"));
                let file = path.strip_prefix(top).unwrap().display().to_string();
                found.insert(place, read(file, &std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found
}

/// Where a path leads that is written in a module: to a module, and to what is below it. `None` when it leads out of
/// the crate.
fn begin(all: &BTreeMap<Place, Source>, from: &Place, path: &[String]) -> Option<(Place, Vec<String>)> {
    match path.first()?.as_str() {
        "crate" => Some((Vec::new(), path[1..].to_vec())),
        "self" => Some((from.clone(), path[1..].to_vec())),
        "super" => {
            let ups = path.iter().take_while(|word| *word == "super").count();
            Some((from[..from.len().saturating_sub(ups)].to_vec(), path[ups..].to_vec()))
        }
        first => {
            let child: Place = from.iter().cloned().chain([first.to_owned()]).collect();
            all.contains_key(&child).then(|| (from.clone(), path.to_vec()))
        }
    }
}

/// The module that has what a path names, found through those that pass it on.
fn owner(all: &BTreeMap<Place, Source>, mut place: Place, mut rest: Vec<String>, steps: u8) -> Place {
    while let Some(next) = rest.first() {
        let child: Place = place.iter().chain([next]).cloned().collect();
        if !all.contains_key(&child) {
            break;
        }
        place = child;
        rest.remove(0);
    }
    let passed = rest.first().and_then(|name| all[&place].uses.iter().find(|(_, known)| known == name));
    if let Some((path, _)) = passed.filter(|_| steps > 0)
        && let Some((next, mut names)) = begin(all, &place, path)
    {
        names.extend_from_slice(&rest[1..]);
        return owner(all, next, names, steps - 1);
    }
    place
}

/// Which files each file uses.
pub(crate) fn graph(all: &BTreeMap<Place, Source>) -> BTreeMap<&Place, BTreeSet<Place>> {
    let of = |place: &Place, source: &Source| -> BTreeSet<Place> {
        let paths = source.uses.iter().map(|(path, _)| path).chain(&source.paths);
        let found = paths.filter_map(|path| begin(all, place, path));
        found.map(|(at, rest)| owner(all, at, rest, 8)).filter(|other| other != place).collect()
    };
    all.iter().map(|(place, source)| (place, of(place, source))).collect()
}

/// Some ring of files, if there is one.
fn ring<'a>(all: &'a BTreeMap<Place, Source>, uses: &BTreeMap<&'a Place, BTreeSet<Place>>) -> Vec<&'a str> {
    let mut left: BTreeSet<&Place> = uses.keys().copied().collect();
    let ends = |left: &BTreeSet<&Place>, place: &Place| !uses[place].iter().any(|one| left.contains(one));
    while let Some(end) = left.iter().copied().find(|place| ends(&left, place)) {
        left.remove(end);
    }
    // Every file that is left uses another that is left.
    let mut way: Vec<&Place> = left.iter().copied().take(1).collect();
    while let Some(last) = way.last() {
        let next = left.iter().copied().find(|place| uses[last].contains(*place)).unwrap();
        if let Some(begin) = way.iter().position(|place| *place == next) {
            return way[begin..].iter().map(|place| all[*place].file.as_str()).collect();
        }
        way.push(next);
    }
    Vec::new()
}

#[test]
fn no_ring_and_no_upward_import_in_store() {
    let all = sources(&suite::data::project().join("crates/store/src"));
    let uses = graph(&all);
    let floor = |place: &Place| match place.first() {
        Some(first) => FLOORS.iter().position(|floor| floor == first),
        None => Some(FLOORS.len()),
    };
    let mut wrong = Vec::new();
    for (place, used) in &uses {
        let file = &all[*place].file;
        if floor(place).is_none() {
            wrong.push(format!("{file} stands on no floor"));
        }
        for other in used.iter().filter(|other| floor(other) > floor(place)) {
            wrong.push(format!("{file} uses {}, which is above it", all[other].file));
        }
    }
    let ring = ring(&all, &uses);
    if !ring.is_empty() {
        wrong.push(format!("these files use each other in a ring: {}", ring.join(" -> ")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // A reader of imports that finds none would be content with everything.
    assert!(uses.len() > 60 && uses.values().map(BTreeSet::len).sum::<usize>() > 300, "{uses:?}");
}

/// A column read by its number is read wrongly as soon as somebody adds one before it. Only statements of a single
/// column may be: the databases name an expression such as `count(*)` differently.
#[test]
fn columns_are_read_by_name() {
    let top = suite::data::project().join("crates/store/src");
    let (mut folders, mut found) = (vec![top.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let reads = std::fs::read_to_string(&path).unwrap().matches("_by_index").count();
            if reads > 0 {
                found.push((path.strip_prefix(&top).unwrap().display().to_string(), reads));
            }
        }
    }
    found.sort();
    let allowed = [("ground/raw.rs", 1), ("ground/sql.rs", 1)];
    assert_eq!(found, allowed.map(|(file, reads)| (file.to_owned(), reads)));
}
