//! Checks a whole log, using only its files and public keys.

use std::fmt;

use crate::checkpoint::{Opened, PublicKey, open};
use crate::files::{Files, LogError, WIDTH, bundle_path, read, tile_path, unbundle};
use crate::tree::{Hashes, Node, tiles_above};

/// The reason given for a file that must exist and does not.
const MISSING: &str = "it is not there";

/// Something wrong with one file of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, by its path below the log's address.
    pub file: String,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.reason)
    }
}

/// The result of checking a log.
#[derive(Debug)]
pub struct Checked {
    /// The checkpoint, as signed.
    pub checkpoint: Vec<u8>,
    /// The checkpoint's content.
    pub opened: Opened,
    /// The hashes of the signed entries, in order; empty if neither the bundles nor the tiles match the
    /// signed root.
    pub entries: Vec<Node>,
    /// Everything that is wrong; empty if the signature covers every entry.
    pub faults: Vec<Fault>,
}

/// Checks a log: that a known key signed its checkpoint, and that entries and tiles match what it signs.
/// `entry` gets every readable entry with its place. Errors: the checkpoint is missing or cannot be trusted,
/// or a file cannot be read. Damaged files are not errors; they are reported as faults.
pub fn check(
    files: &dyn Files,
    known: &[PublicKey],
    mut entry: impl FnMut(u64, &[u8]),
) -> Result<Checked, LogError> {
    let path = "checkpoint".to_owned();
    let checkpoint = files.read(&path)?.ok_or(LogError::Missing(path.clone()))?;
    let opened =
        open(&checkpoint, known).map_err(|error| LogError::Damaged { path, reason: error.to_string() })?;
    let size = opened.tree.size;
    let mut faults = Vec::new();
    let mut fault = |file: &str, reason: &str| {
        faults.push(Fault { file: file.to_owned(), reason: reason.to_owned() });
    };
    // Entry hashes computed from the bundles, and as the lowest tiles have them; `None` for a damaged file.
    let (mut bundled, mut tiled) = (Vec::new(), Vec::new());
    for n in 0..size.div_ceil(WIDTH) {
        let width = (size - n * WIDTH).min(WIDTH) as usize;
        let (bundle, tile) = (bundle_path(n, width), tile_path(n, width));
        let bytes = read(files, &bundle)?;
        let inside = bytes.as_deref().and_then(unbundle).filter(|inside| inside.len() == width);
        for (place, bytes) in (n * WIDTH..).zip(inside.iter().flatten()) {
            entry(place, bytes);
        }
        let there = bytes.is_some();
        let hashes = inside.map(|inside| inside.into_iter().map(Node::of).collect::<Vec<_>>());
        let bytes = read(files, &tile)?;
        if !there && bytes.is_none() {
            // A checkpoint can claim any size, so stop at the first gap instead of looking for every file it
            // would need.
            fault(&bundle, MISSING);
            fault(&tile, MISSING);
            return Ok(Checked { checkpoint, opened, entries: Vec::new(), faults });
        }
        bundled.push((bundle, hashes));
        tiled.push((tile.clone(), bytes.and_then(|bytes| nodes(&bytes, width))));
    }
    // Whichever of the two has the signed root is right; then every file is compared with it.
    let signed = [&bundled, &tiled].into_iter().find_map(|row| {
        let hashes: Vec<Node> =
            row.iter().map(|(_, hashes)| hashes.clone()).collect::<Option<Vec<_>>>()?.concat();
        let bytes: Vec<u8> = hashes.iter().flat_map(|node| node.0).collect();
        let tiles = tiles_above(0, &bytes);
        (Hashes::of(&tiles, size).root(size).ok()? == opened.tree.root).then_some((hashes, tiles))
    });
    let Some((hashes, tiles)) = signed else {
        for ((bundle, bundled), (tile, tiled)) in bundled.iter().zip(&tiled) {
            if bundled != tiled || bundled.is_none() {
                fault(bundle, &format!("its entries and {tile} do not agree, or are damaged"));
            }
        }
        fault("checkpoint", "neither the entries nor the tiles have the root that it signs");
        return Ok(Checked { checkpoint, opened, entries: Vec::new(), faults });
    };
    for ((bundle, found), wanted) in bundled.iter().zip(hashes.chunks(WIDTH as usize)) {
        if found.as_deref() != Some(wanted) {
            let there = read(files, bundle)?.is_some();
            fault(
                bundle,
                if there { "it does not hold the entries that the checkpoint signs" } else { MISSING },
            );
        }
    }
    for (path, wanted) in &tiles.0 {
        let found = read(files, path)?;
        if found.as_ref() != Some(wanted) {
            let there = found.is_some();
            fault(
                path,
                if there { "it does not hold the hashes that the checkpoint signs" } else { MISSING },
            );
        }
    }
    Ok(Checked { checkpoint, opened, entries: hashes, faults })
}

/// The hashes in a tile; `None` if there are not exactly `width` of them.
fn nodes(bytes: &[u8], width: usize) -> Option<Vec<Node>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    (rest.is_empty() && hashes.len() == width).then(|| hashes.iter().copied().map(Node).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::{Key, sign};
    use crate::files::Held;
    use crate::tree::tests::{entry, grown};

    fn signed(parts: &[u64]) -> (Held, Vec<PublicKey>) {
        let (tree, mut files) = grown(parts);
        let (private, public) = Key::generate("register.test/log").unwrap();
        files.0.insert("checkpoint".to_owned(), sign(&tree, &[Key::read(&private).unwrap()]).unwrap());
        (files, vec![PublicKey::read(&public).unwrap()])
    }

    #[test]
    fn a_log_as_it_was_written_is_without_fault() {
        for parts in [&[0][..], &[1], &[256], &[200, 100], &[65_536, 300]] {
            let (files, keys) = signed(parts);
            let mut seen = 0;
            let checked = check(&files, &keys, |place, bytes| {
                assert_eq!((place, bytes), (seen, &entry(seen)[..]));
                seen += 1;
            });
            let checked = checked.unwrap();
            assert_eq!((checked.faults, seen), (Vec::new(), parts.iter().sum::<u64>()), "{parts:?}");
        }
    }

    #[test]
    fn every_changed_byte_is_found_and_its_file_is_named() {
        let (files, keys) = signed(&[700]);
        let last: Vec<String> = files.0.keys().cloned().collect();
        for path in last {
            let length = files.0[&path].len();
            for place in (0..length).step_by(1 + length / 40) {
                let mut changed = files.clone();
                changed.0.get_mut(&path).unwrap()[place] ^= 0x20;
                match check(&changed, &keys, |_, _| {}) {
                    Err(LogError::Damaged { path: named, .. }) => assert_eq!(named, path),
                    Err(other) => panic!("{path}, byte {place}: {other}"),
                    Ok(checked) => {
                        let named: Vec<&str> =
                            checked.faults.iter().map(|fault| fault.file.as_str()).collect();
                        assert_eq!(named, [path.as_str()], "byte {place}");
                    }
                }
            }
            let mut without = files.clone();
            without.0.remove(&path);
            match check(&without, &keys, |_, _| {}) {
                Err(LogError::Missing(named)) => assert_eq!(named, path),
                found => {
                    let faults = found.unwrap().faults;
                    assert_eq!(faults.iter().map(|fault| &fault.file).collect::<Vec<_>>(), [&path]);
                }
            }
        }
    }

    #[test]
    fn a_rewritten_log_is_not_the_one_that_is_signed() {
        let (mut files, keys) = signed(&[700]);
        let (_, mut other) = grown(&[1]);
        let entries: Vec<Vec<u8>> = (1..700).map(|n| entry(n + 1)).collect();
        let (first, _) = grown(&[1]);
        other.0.extend(first.grow(&other, &entries).unwrap().1);
        files.0.extend(other.0);
        let faults = check(&files, &keys, |_, _| {}).unwrap().faults;
        assert_eq!(faults.iter().map(|fault| fault.file.as_str()).collect::<Vec<_>>(), ["checkpoint"]);
    }
}
