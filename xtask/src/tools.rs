//! Cargo tools that check what the register is built from, installed at pinned versions under `target`.

use std::path::PathBuf;
use std::process::Command;

use crate::{cargo, project, step};

/// A tool on crates.io.
struct Tool {
    name: &'static str,
    version: &'static str,
}

const MACHETE: Tool = Tool { name: "cargo-machete", version: "0.9.2" };
const DENY: Tool = Tool { name: "cargo-deny", version: "0.20.2" };

/// Errors: a dependency is unused, or the tool cannot be installed.
pub(crate) fn machete() -> Result<(), String> {
    let mut machete = Command::new(MACHETE.program()?);
    machete.args(["crates", "migrations", "tests", "xtask"]).current_dir(project());
    step("dependencies that nothing uses", machete)
}

/// Checks licences, banned crates and sources against `deny.toml`. Errors: one is not allowed, or the tool
/// cannot be installed.
pub(crate) fn deny() -> Result<(), String> {
    let mut deny = Command::new(DENY.program()?);
    deny.args(["check", "bans", "licenses", "sources"]).current_dir(project());
    step("licences, bans and sources", deny)
}

impl Tool {
    /// The tool's program, installed if need be.
    fn program(&self) -> Result<PathBuf, String> {
        let root = project().join("target/tools").join(format!("{}-{}", self.name, self.version));
        let program = root.join("bin").join(self.name);
        if !program.exists() {
            let mut install = cargo(&["install", "--quiet", "--locked", "--debug", "--root"]);
            install.arg(&root).arg("--version").arg(self.version).arg(self.name);
            step(self.name, install)?;
        }
        Ok(program)
    }
}
