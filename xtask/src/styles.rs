//! The website's stylesheet, compiled from govuk-frontend. It is committed, so that building the register
//! needs no Node.

use std::path::Path;
use std::process::Command;

use crate::{needs, project, step};

const COMMITTED: &str = "crates/web/assets/register.css";

/// Compiles the stylesheet into its place.
pub(crate) fn compile() -> Result<(), String> {
    into(&project().join(COMMITTED))
}

/// Errors: the committed stylesheet differs from what its source gives.
pub(crate) fn check() -> Result<(), String> {
    let fresh = project().join("target/styles/register.css");
    into(&fresh)?;
    let read = |path: &Path| std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
    if read(&fresh)? == read(&project().join(COMMITTED))? {
        return Ok(());
    }
    Err(format!("{COMMITTED} is not what its source gives: run cargo xtask styles"))
}

fn into(out: &Path) -> Result<(), String> {
    let programs = needs::npm("target/styles", "crates/web/styles/package.json")?;
    let mut sass = Command::new(programs.join("sass"));
    sass.args(["--no-source-map", "--style=compressed", "--quiet-deps"]);
    sass.arg("--load-path").arg(project().join("target/styles/node_modules/govuk-frontend/dist"));
    sass.arg(project().join("crates/web/styles/register.scss")).arg(out);
    step("the stylesheet", sass)
}
