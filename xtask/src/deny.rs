//! cargo-deny, installed at a pinned version under `target`: what `deny.toml` says of our dependencies.
//!
//! Built from source, because the packages of it that others prebuild cannot read what today's cargo says. That takes
//! minutes, so it belongs to the night.

use std::process::Command;

use crate::{needs, project, step};

const VERSION: &str = "0.20.2";

/// Errors: a dependency's licence, version or source is not allowed, or it has a known flaw; the tool cannot be
/// installed.
pub(crate) fn check() -> Result<(), String> {
    let program = needs::cargo_tool("cargo-deny", VERSION)?;
    let deny = |arguments: &[&str]| {
        let mut deny = Command::new(&program);
        deny.args(["--locked"]).args(arguments).current_dir(project());
        deny
    };
    step("licences, versions and sources of dependencies", deny(&["check", "licenses", "bans", "sources"]))?;
    // Fetched in a step of its own: without a network there is nothing to compare with, which is no flaw of ours.
    match step("the database of known flaws", deny(&["fetch", "db"])) {
        Ok(()) => step("known flaws of dependencies", deny(&["check", "advisories"])),
        Err(error) => {
            eprintln!("xtask: {error}: NO DEPENDENCY WAS COMPARED WITH KNOWN FLAWS (RUSTSEC)");
            Ok(())
        }
    }
}
