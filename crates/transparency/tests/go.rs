//! Checks our logs with Go's own packages. They come with Debian's `golang-go` and `golang-golang-x-mod-dev`;
//! `cargo xtask test` installs them and runs this.

use std::path::Path;
use std::process::{Command, Output};

use transparency::{Entry, EntryKind, Files, Key, LogError, Tree, sign};

struct Folder<'p>(&'p Path);

impl Files for Folder<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, LogError> {
        Ok(std::fs::read(self.0.join(path)).ok())
    }
}

fn go(folder: &Path, key: &str, step: u64) -> Output {
    Command::new("go")
        .args(["run", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/verify.go")])
        .arg(folder)
        .args([key, &step.to_string()])
        .env("GO111MODULE", "off")
        .env("GOPATH", "/usr/share/gocode")
        .output()
        .expect("Go is installed")
}

#[test]
#[ignore = "needs Go, which `cargo xtask test` installs"]
fn go_verifies_the_log_and_a_thousand_entries() {
    let folder = tempfile::tempdir().unwrap();
    let (private, public) = Key::generate("register.test/log").unwrap();
    let keys = [Key::read(&private).unwrap()];
    let mut tree = Tree::EMPTY;
    for part in [1, 300, 65_536, 5_163] {
        let entries: Vec<Vec<u8>> = (tree.size..tree.size + part)
            .map(|n| {
                let at = "2026-05-01T09:30:00Z".parse().unwrap();
                Entry::new(n, at, EntryKind::Published, ("R-4QZK7AB", 1), &"ab".repeat(32)).to_bytes()
            })
            .collect();
        let (more, written) = tree.grow(&Folder(folder.path()), &entries).unwrap();
        for (path, bytes) in written {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        std::fs::write(folder.path().join("checkpoint"), sign(&more, &keys).unwrap()).unwrap();
        tree = more;
    }
    let said = go(folder.path(), &public, 71);
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    assert_eq!(String::from_utf8_lossy(&said.stdout).trim(), "register.test/log 71000 1000");

    let tile = folder.path().join("tile/0/003");
    let mut bytes = std::fs::read(&tile).unwrap();
    bytes[100] ^= 1;
    std::fs::write(&tile, bytes).unwrap();
    assert!(!go(folder.path(), &public, 71).status.success(), "Go did not see the changed tile");
}
