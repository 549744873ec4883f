//! Real files of real registers, where they lie beside the project; without them their tests say so loudly.

use std::path::PathBuf;

/// The folder of the project.
pub fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().map(PathBuf::from).unwrap_or_default()
}

/// A file of the project's own fixtures.
pub fn fixture(name: &str) -> PathBuf {
    project().join("fixtures").join(name)
}

/// A real file, or `None` after saying that the test is skipped.
pub fn real(name: &str) -> Option<PathBuf> {
    let path = project().parent()?.join("shared/data").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: this test needs {name} from ../shared/data, which is not there");
    None
}
