//! The Merkle tree of a log, read from its files and extended by new ones.

use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use tlog_tiles::{Error as TileError, HASH_SIZE, Hash, HashReader, Tile};

use crate::files::{
    ENTRY_MAX, Files, HEIGHT, Held, LogError, WIDTH, Written, bundle, bundle_path, path_of, read, tile_path,
    wide,
};

/// The hash of a tree node (RFC 6962), 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node(pub [u8; HASH_SIZE]);

impl Node {
    /// The leaf hash of an entry.
    pub fn of(entry: &[u8]) -> Self {
        tlog_tiles::record_hash(entry).into()
    }
}

impl From<Hash> for Node {
    fn from(hash: Hash) -> Self {
        Self(hash.0)
    }
}

/// The size of a log and the root of its tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tree {
    /// Number of entries.
    pub size: u64,
    /// The hash of the root node.
    pub root: Node,
}

/// All tiles of a tree from one level upwards, computed from the hashes of its nodes at that level.
pub(crate) fn tiles_above(from: u8, nodes: &[u8]) -> Held {
    let mut tiles = Held::default();
    let mut row = nodes.to_vec();
    let full = WIDTH as usize * HASH_SIZE;
    for level in from.. {
        let mut above = Vec::new();
        for (n, data) in (0..).zip(row.chunks(full)) {
            let tile = Tile::new(HEIGHT, level, n, wide(data.len() / HASH_SIZE), false);
            tiles.0.insert(path_of(&tile), data.to_vec());
            if data.len() == full {
                above.extend_from_slice(&Tile::subtree_hash(data).0);
            }
        }
        if above.is_empty() {
            break;
        }
        row = above;
    }
    tiles
}

/// The tree of a growing list of entries. It needs little memory: for a full tile, only the tile's hash is
/// kept.
#[derive(Debug, Default, Clone)]
pub struct Growing {
    size: u64,
    /// Entry hashes of the last tile, while it is partial.
    last: Vec<u8>,
    /// The hash of every full tile.
    full: Vec<u8>,
}

impl Growing {
    /// Adds an entry.
    pub fn push(&mut self, entry: &[u8]) {
        self.last.extend_from_slice(&Node::of(entry).0);
        self.size += 1;
        if self.last.len() == WIDTH as usize * HASH_SIZE {
            self.full.extend_from_slice(&Tile::subtree_hash(&self.last).0);
            self.last.clear();
        }
    }

    /// The number of entries.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The tree of all entries so far.
    pub fn tree(&self) -> Tree {
        let mut tiles = tiles_above(1, &self.full);
        if !self.last.is_empty() {
            tiles.0.insert(tile_path(self.size / WIDTH, self.last.len() / HASH_SIZE), self.last.clone());
        }
        let root = Hashes::of(&tiles, self.size).root(self.size);
        Tree { size: self.size, root: root.expect("all hashes the root needs are in memory") }
    }
}

/// The hashes of a tree: those in its tiles, and new ones that are not in tiles yet.
pub(crate) struct Hashes<'f> {
    files: &'f dyn Files,
    /// The size of the tree that the tiles belong to.
    size: u64,
    new: HashMap<u64, Hash>,
    tiles: RefCell<HashMap<(u8, u64), Vec<u8>>>,
    failed: RefCell<Option<LogError>>,
}

impl<'f> Hashes<'f> {
    pub(crate) fn of(files: &'f dyn Files, size: u64) -> Self {
        let (new, tiles, failed) = (HashMap::new(), RefCell::default(), RefCell::default());
        Self { files, size, new, tiles, failed }
    }

    /// The tile at a place, as wide as it is in this tree.
    fn tile(&self, level: u8, n: u64) -> Result<Tile, LogError> {
        let there = self.size >> (HEIGHT * level);
        let width = there.saturating_sub(n << HEIGHT).min(WIDTH);
        let width = u32::try_from(width).unwrap_or_default();
        if width == 0 {
            return Err(LogError::Missing(path_of(&Tile::new(HEIGHT, level, n, 1, false))));
        }
        Ok(Tile::new(HEIGHT, level, n, width, false))
    }

    fn read(&self, index: u64) -> Result<Hash, LogError> {
        if let Some(hash) = self.new.get(&index) {
            return Ok(*hash);
        }
        let wanted = Tile::from_index(HEIGHT, index);
        let tile = self.tile(wanted.level(), wanted.level_index())?;
        let mut tiles = self.tiles.borrow_mut();
        let data = match tiles.entry((tile.level(), tile.level_index())) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let path = path_of(&tile);
                let data = read(self.files, &path)?.ok_or_else(|| LogError::Missing(path.clone()))?;
                let wanted = tile.width() as usize * HASH_SIZE;
                if data.len() != wanted {
                    let reason = format!("it has {} bytes, not {wanted}", data.len());
                    return Err(LogError::Damaged { path, reason });
                }
                place.insert(data)
            }
        };
        tile.hash_at_index(data, index)
            .map_err(|error| LogError::Damaged { path: path_of(&tile), reason: error.to_string() })
    }

    /// Runs a computation over the hashes. If reading one failed, returns that error, which `TileError`
    /// cannot carry.
    pub(crate) fn ask<T>(&self, asked: impl FnOnce(&Self) -> Result<T, TileError>) -> Result<T, LogError> {
        asked(self).map_err(|error| {
            self.failed
                .borrow_mut()
                .take()
                .unwrap_or_else(|| LogError::Damaged { path: "tile".to_owned(), reason: error.to_string() })
        })
    }

    pub(crate) fn root(&self, size: u64) -> Result<Node, LogError> {
        self.ask(|hashes| tlog_tiles::tree_hash(size, hashes)).map(Node::from)
    }
}

impl HashReader for Hashes<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, TileError> {
        let read = indexes.iter().map(|index| self.read(*index)).collect::<Result<_, _>>();
        read.map_err(|error| {
            *self.failed.borrow_mut() = Some(error);
            TileError::InvalidTile
        })
    }
}

impl Tree {
    /// The tree without entries.
    pub const EMPTY: Self = Self { size: 0, root: Node(tlog_tiles::EMPTY_HASH.0) };

    /// The tree with more entries, and the files (tiles and bundles, the last ones possibly partial) that
    /// must be written before its checkpoint. Existing files are read only as far as needed. Errors: they do
    /// not match this tree's root, or cannot be read.
    pub fn grow(&self, files: &dyn Files, entries: &[Vec<u8>]) -> Result<(Self, Vec<Written>), LogError> {
        let mut hashes = Hashes::of(files, self.size);
        if hashes.root(self.size)? != self.root {
            return Err(LogError::OtherRoot { size: self.size });
        }
        if entries.is_empty() {
            return Ok((*self, Vec::new()));
        }
        for (n, entry) in (self.size..).zip(entries) {
            if entry.len() > ENTRY_MAX {
                return Err(LogError::TooLong(n));
            }
            let stored = hashes.ask(|hashes| tlog_tiles::stored_hashes(n, entry, hashes))?;
            let first = tlog_tiles::stored_hash_index(0, n);
            hashes.new.extend((first..).zip(stored));
        }
        let size = self.size + entries.len() as u64;
        let mut written = self.bundles(files, entries)?;
        for tile in Tile::new_tiles(HEIGHT, self.size, size) {
            written.push((path_of(&tile), hashes.ask(|hashes| tile.read_data(hashes))?));
        }
        Ok((Self { size, root: hashes.root(size)? }, written))
    }

    fn bundles(&self, files: &dyn Files, entries: &[Vec<u8>]) -> Result<Vec<Written>, LogError> {
        let (first, over) = (self.size / WIDTH, self.size % WIDTH);
        let mut open = Vec::new();
        if over > 0 {
            let path = bundle_path(first, over as usize);
            open = read(files, &path)?.ok_or(LogError::Missing(path))?;
        }
        let mut written = Vec::new();
        let (head, rest) = entries.split_at(entries.len().min((WIDTH - over) as usize));
        let chunks = std::iter::once(head).chain(rest.chunks(WIDTH as usize));
        for (n, chunk) in (first..).zip(chunks.filter(|chunk| !chunk.is_empty())) {
            let mut bytes = std::mem::take(&mut open);
            let before = if n == first { over } else { 0 };
            bytes.extend(bundle(chunk.iter().map(Vec::as_slice)));
            written.push((bundle_path(n, before as usize + chunk.len()), bytes));
        }
        Ok(written)
    }

    /// The files needed to extend the tree: at each level the last tile, and the last bundle, if they are
    /// partial.
    pub fn edge(&self) -> Vec<String> {
        let mut paths = Vec::new();
        for level in 0..8 {
            let nodes = self.size >> (HEIGHT * level);
            let width = wide((nodes % WIDTH) as usize);
            if width > 0 {
                paths.push(path_of(&Tile::new(HEIGHT, level, nodes / WIDTH, width, false)));
            }
        }
        if !self.size.is_multiple_of(WIDTH) {
            paths.push(bundle_path(self.size / WIDTH, (self.size % WIDTH) as usize));
        }
        paths
    }

    /// The inclusion path from an entry to the root. Errors: there is no such entry, or the files do not
    /// match this root.
    pub fn prove(&self, files: &dyn Files, index: u64) -> Result<Vec<Node>, LogError> {
        if index >= self.size {
            return Err(LogError::NoEntry { index, size: self.size });
        }
        let hashes = Hashes::of(files, self.size);
        if hashes.root(self.size)? != self.root {
            return Err(LogError::OtherRoot { size: self.size });
        }
        let path = hashes.ask(|hashes| tlog_tiles::prove_record(self.size, index, hashes))?;
        Ok(path.into_iter().map(Node::from).collect())
    }

    /// Whether an entry is in the tree, checked with its inclusion path.
    pub fn holds(&self, index: u64, entry: Node, path: &[Node]) -> bool {
        let path = path.iter().map(|node| Hash(node.0)).collect();
        index < self.size
            && tlog_tiles::check_record(&path, self.size, Hash(self.root.0), index, Hash(entry.0)).is_ok()
    }

    /// The consistency proof from an earlier size to this tree; empty from size 0 and from this tree's own
    /// size. Errors: the earlier size is larger, or the files do not match this root.
    pub fn consistency(&self, files: &dyn Files, before: u64) -> Result<Vec<Node>, LogError> {
        if before > self.size {
            return Err(LogError::NoEntry { index: before, size: self.size });
        }
        if before == 0 || before == self.size {
            return Ok(Vec::new());
        }
        let hashes = Hashes::of(files, self.size);
        if hashes.root(self.size)? != self.root {
            return Err(LogError::OtherRoot { size: self.size });
        }
        let proof = hashes.ask(|hashes| tlog_tiles::prove_tree(self.size, before, hashes))?;
        Ok(proof.into_iter().map(Node::from).collect())
    }

    /// Whether this tree grew from an earlier one, checked with the consistency proof between them.
    pub fn follows(&self, before: &Self, proof: &[Node]) -> bool {
        if before.size == 0 || before.size == self.size {
            return proof.is_empty() && (before.size == 0 || before.root == self.root);
        }
        let proof = proof.iter().map(|node| Hash(node.0)).collect();
        let (root, earlier) = (Hash(self.root.0), Hash(before.root.0));
        before.size < self.size
            && tlog_tiles::check_tree(&proof, self.size, root, before.size, earlier).is_ok()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use proptest::prelude::*;
    use sha2::Sha256;

    use super::*;
    use crate::files::unbundle;

    pub(crate) fn entry(n: u64) -> Vec<u8> {
        format!("entry {n}").into_bytes()
    }

    /// A log grown in several steps.
    pub(crate) fn grown(parts: &[u64]) -> (Tree, Held) {
        let (mut tree, mut files) = (Tree::EMPTY, Held::default());
        for part in parts {
            let entries: Vec<Vec<u8>> = (tree.size..tree.size + part).map(entry).collect();
            let (more, written) = tree.grow(&files, &entries).unwrap();
            files.0.extend(written);
            tree = more;
        }
        (tree, files)
    }

    fn second_opinion(size: u64) -> [u8; 32] {
        let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        (0..size).for_each(|n| tree.push(entry(n)));
        (*tree.root().as_bytes()).into()
    }

    #[test]
    fn the_root_is_that_of_another_program() {
        for size in [0, 1, 2, 3, 255, 256, 257, 1000, 65_537] {
            assert_eq!(grown(&[size]).0.root.0, second_opinion(size), "{size}");
        }
    }

    #[test]
    fn files_have_the_names_of_the_format() {
        let (_, files) = grown(&[3]);
        assert_eq!(files.0.keys().collect::<Vec<_>>(), ["tile/0/000.p/3", "tile/entries/000.p/3"]);
        let (_, files) = grown(&[256 * 256 + 1]);
        for path in ["tile/0/000", "tile/0/256.p/1", "tile/1/000", "tile/2/000.p/1", "tile/entries/255"] {
            assert!(files.0.contains_key(path), "{path}");
        }
        assert_eq!(bundle_path(1_234_067, 256), "tile/entries/x001/x234/067");
        assert_eq!(files.0["tile/0/000"].len(), 256 * 32);
        let bundle = unbundle(&files.0["tile/entries/000"]).unwrap();
        assert_eq!((bundle.len(), bundle[255]), (256, &entry(255)[..]));
    }

    #[test]
    fn a_log_that_is_not_as_it_was_is_not_written_on() {
        let (tree, files) = grown(&[300]);
        for path in ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"] {
            let mut other = files.clone();
            other.0.get_mut(path).unwrap()[0] ^= 1;
            let wrong = tree.grow(&other, &[entry(300)]);
            // A full tile whose hash is in the tile above is not needed to extend the log.
            assert_eq!(wrong.is_err(), path != "tile/0/000", "{path}");
        }
        let mut without = files;
        without.0.remove("tile/0/001.p/44");
        assert!(
            matches!(tree.grow(&without, &[entry(300)]), Err(LogError::Missing(path)) if path == "tile/0/001.p/44")
        );
        assert!(matches!(Tree::EMPTY.grow(&without, &[vec![0; 65_536]]), Err(LogError::TooLong(0))));
    }

    #[test]
    fn what_was_not_full_is_found_in_what_is_full_now() {
        let (tree, mut files) = grown(&[300, 300]);
        let before = grown(&[300]).0;
        for path in ["tile/0/001.p/44", "tile/entries/001.p/44"] {
            let narrow = files.0.remove(path).unwrap();
            assert_eq!(read(&files, path).unwrap(), Some(narrow), "{path}");
        }
        assert!(before.prove(&files, 299).is_ok());
        assert!(tree.follows(&before, &tree.consistency(&files, before.size).unwrap()));
        assert_eq!(read(&files, "tile/0/009.p/44").unwrap(), None);
    }

    #[test]
    fn a_bundle_that_breaks_off_is_none() {
        assert_eq!(unbundle(&[0, 3, b'a']), None);
        assert_eq!(unbundle(&[0]), None);
        assert_eq!(unbundle(&[]), Some(vec![]));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn however_it_grows_it_is_the_same_log(parts in prop::collection::vec(0_u64..400, 1..7)) {
            let (tree, files) = grown(&parts);
            let size = parts.iter().sum();
            prop_assert_eq!(tree, grown(&[size]).0);
            prop_assert_eq!(tree.root.0, second_opinion(size));
            for index in [0, size / 3, size.saturating_sub(1)] {
                if index < size {
                    let path = tree.prove(&files, index).unwrap();
                    prop_assert!(tree.holds(index, Node::of(&entry(index)), &path));
                    prop_assert!(!tree.holds(index, Node::of(&entry(index + 1)), &path));
                }
            }
            let mut growing = Growing::default();
            (0..size).for_each(|n| growing.push(&entry(n)));
            prop_assert_eq!(growing.tree(), tree);
            // The edge is all that is needed to extend the log.
            let mut edge = Held::default();
            edge.0.extend(tree.edge().into_iter().map(|path| (path.clone(), files.0[&path].clone())));
            let more: Vec<Vec<u8>> = (size..size + 300).map(entry).collect();
            prop_assert_eq!(tree.grow(&edge, &more).unwrap(), tree.grow(&files, &more).unwrap());
            let (before, _) = grown(&parts[..1]);
            let proof = tree.consistency(&files, before.size).unwrap();
            prop_assert!(tree.follows(&before, &proof));
            if before.size > 0 {
                let other = Tree { size: before.size, root: Node([7; 32]) };
                prop_assert!(!tree.follows(&other, &proof));
            }
        }
    }
}
