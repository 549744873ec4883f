//! Checking a whole log, from its files and public keys alone.

use std::fmt;

use crate::checkpoint::{Opened, PublicKey, open};
use crate::tree::{Files, LogError, Tree, bundle_path, unbundle};

/// Entries that are read at once: whole bundles.
const AT_ONCE: u64 = 256 * 256;

/// Something of a log that is not as it must be.
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

/// What was found of a log.
#[derive(Debug)]
pub struct Checked {
    /// The checkpoint.
    pub opened: Opened,
    /// Everything that is wrong. Empty when every entry stands under the signature.
    pub faults: Vec<Fault>,
}

/// Checks a log: that one of the keys signed its checkpoint, that the entries have the root that it signs, and that every
/// tile is what the entries give. Every entry is handed on with its place. Errors: the checkpoint is not there or cannot be
/// trusted, or a file cannot be read; what is damaged is among the faults.
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
    let mut fault = |file: &str, reason: String| faults.push(Fault { file: file.to_owned(), reason });
    let (mut tree, mut made) = (Tree::EMPTY, Made::default());
    while tree.size < size {
        let end = size.min(tree.size + AT_ONCE);
        let mut entries: Vec<Vec<u8>> = Vec::new();
        for n in tree.size / 256..end.div_ceil(256) {
            let width = (size - n * 256).min(256);
            let path = bundle_path(n, u32::try_from(width).unwrap_or_default());
            let Some(bytes) = files.read(&path)? else {
                fault(&path, "it is not there".to_owned());
                return Ok(Checked { opened, faults });
            };
            let Some(inside) = unbundle(&bytes).filter(|inside| inside.len() as u64 == width) else {
                fault(&path, format!("it does not hold {width} whole entries"));
                return Ok(Checked { opened, faults });
            };
            entries.extend(inside.into_iter().map(<[u8]>::to_vec));
        }
        for (place, bytes) in (tree.size..).zip(&entries) {
            entry(place, bytes);
        }
        let (more, written) = tree.grow(&made, &entries)?;
        for (path, bytes) in written {
            // The last tile of what is read so far may not be published: it grew.
            let is_tile = !path.starts_with("tile/entries/");
            if is_tile && (more.size == size || !path.contains(".p/")) {
                match files.read(&path)? {
                    None => fault(&path, "it is not there".to_owned()),
                    Some(there) if there != bytes => {
                        fault(&path, "it does not hold the hashes of the entries".to_owned());
                    }
                    Some(_) => {}
                }
            }
            made.0.insert(path, bytes);
        }
        tree = more;
    }
    if tree != opened.tree {
        fault("tile/entries", format!("the {size} entries do not have the root that the checkpoint signs"));
    }
    Ok(Checked { opened, faults })
}

/// Files as the entries give them.
#[derive(Default)]
struct Made(std::collections::HashMap<String, Vec<u8>>);

impl Files for Made {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, LogError> {
        Ok(self.0.get(path).cloned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::{Key, sign};
    use crate::tree::tests::{Memory, entry, grown};

    fn signed(parts: &[u64]) -> (Memory, Vec<PublicKey>) {
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
        // Partial tiles of before lie beside those that are signed, and are nobody's any more.
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
                    Ok(checked) if path.starts_with("tile/entries/") => {
                        assert!(!checked.faults.is_empty(), "{path}, byte {place}");
                    }
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
                found => assert_eq!(found.unwrap().faults[0].file, path),
            }
        }
    }
}
