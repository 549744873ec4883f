//! Real files from real registers, kept beside the project. Without them, their tests are skipped with a
//! notice.

use std::path::PathBuf;

/// The project's root folder.
pub fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().map(PathBuf::from).unwrap_or_default()
}

/// A file in the project's fixtures.
pub fn fixture(name: &str) -> PathBuf {
    project().join("fixtures").join(name)
}

/// A real file; `None`, with a notice, if it is missing.
pub fn real(name: &str) -> Option<PathBuf> {
    let path = project().parent()?.join("shared/data").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: this test needs {name} from ../shared/data, which is not there");
    None
}
