//! Reproduces the roots of closed GOV.UK registers, which serve as golden vectors for RFC 6962. The data is
//! not part of this project; without it, the test says that it was skipped.

use std::path::Path;

use transparency::{Files, LogError, Tree};

struct Nothing;

impl Files for Nothing {
    fn read(&self, _: &str) -> Result<Option<Vec<u8>>, LogError> {
        Ok(None)
    }
}

#[test]
fn the_roots_of_registers_that_ended_are_reproduced() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/gb-registers");
    for (name, entries) in [("country", 210), ("prison-estate", 153), ("school-type-eng", 26)] {
        let Ok(text) = std::fs::read_to_string(folder.join(format!("{name}.rsf"))) else {
            eprintln!("SKIPPED: this test needs gb-registers from ../shared/data, which is not there");
            return;
        };
        let mut leaves = Vec::new();
        for line in text.lines() {
            let parts: Vec<&str> = line.split('\t').collect();
            if let ["append-entry", "user", key, at, hashes] = parts[..] {
                let n = (leaves.len() + 1).to_string();
                let hashes: Vec<&str> = hashes.split(';').collect();
                let text = |text: &str| serde_json::to_string(text).unwrap();
                leaves.push(
                    format!(
                        "{{\"index-entry-number\":{},\"entry-number\":{},\"entry-timestamp\":{},\"key\":{},\"item-hash\":{}}}",
                        text(&n),
                        text(&n),
                        text(at),
                        text(key),
                        serde_json::to_string(&hashes).unwrap()
                    )
                    .into_bytes(),
                );
            }
        }
        let (tree, _) = Tree::EMPTY.grow(&Nothing, &leaves).unwrap();
        let root = text.lines().last().unwrap().rsplit(':').next().unwrap();
        assert_eq!((leaves.len(), hex::encode(tree.root.0).as_str()), (entries, root), "{name}");
    }
}
