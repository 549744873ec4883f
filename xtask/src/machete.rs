//! cargo-machete, installed at a pinned version under `target`.

use std::process::Command;

use crate::{needs, project, step};

const VERSION: &str = "0.9.2";

/// Errors: a dependency is unused, or the tool cannot be installed.
pub(crate) fn check() -> Result<(), String> {
    let mut machete = Command::new(needs::cargo_tool("cargo-machete", VERSION)?);
    machete.args(["crates", "migrations", "tests", "xtask"]).current_dir(project());
    step("dependencies that nothing uses", machete)
}
