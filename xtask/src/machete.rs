//! cargo-machete, installed at a pinned version under `target`.

use std::path::PathBuf;
use std::process::Command;

use crate::{cargo, project, step};

const VERSION: &str = "0.9.2";

/// Errors: a dependency is unused, or the tool cannot be installed.
pub(crate) fn check() -> Result<(), String> {
    let mut machete = Command::new(program()?);
    machete.args(["crates", "migrations", "tests", "xtask"]).current_dir(project());
    step("dependencies that nothing uses", machete)
}

/// Where it is, installed if need be.
fn program() -> Result<PathBuf, String> {
    let root = project().join("target/tools").join(format!("cargo-machete-{VERSION}"));
    let program = root.join("bin/cargo-machete");
    if !program.exists() {
        let mut install = cargo(&["install", "--quiet", "--locked", "--debug", "--root"]);
        install.arg(&root).args(["--version", VERSION, "cargo-machete"]);
        step("cargo-machete", install)?;
    }
    Ok(program)
}
