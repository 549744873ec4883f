//! The API as others see it: validators of its document, generated requests, browsers, and readers of its
//! files.
//!
//! [`every_change`] runs on every change; [`nightly`] is slow and rarely breaks.

mod dumps;
mod served;

use std::path::Path;
use std::process::Command;

use self::served::{Served, people, token};
use crate::{needs, project, step, styles, together};

/// Validates the document, looks at the pages in a browser, reads the CSV, and sends generated requests for
/// `seconds`.
pub(crate) fn every_change(seconds: u64) -> Result<(), String> {
    let python = needs::python("python")?;
    document(&python)?;
    styles::check()?;
    needs::chromium()?;
    let served = served::start()?;
    let mut tables = Command::new(python.join("python"));
    tables.arg(own("tables.py")).arg(&served.address).arg(served.folder.join("records.csv"));
    step("pandas and DuckDB", tables)?;
    let mut submit = in_a_browser("submit.mjs", &served);
    submit.arg(people(&served.folder)?);
    // The department waits for its one-time codes.
    together(vec![
        ("pages in a browser", in_a_browser("pages.mjs", &served)),
        ("the department's way in a browser", submit),
    ])?;
    step("schemathesis", generated(&python, &served, seconds, None))
}

/// Reads dumps, has the pages judged, and sends generated requests as every role, for a third of `seconds`
/// each.
pub(crate) fn nightly(seconds: u64) -> Result<(), String> {
    let python = needs::python("python")?;
    needs::node()?;
    needs::chromium()?;
    needs::java()?;
    let served = served::start()?;
    dumps::check(&served.folder, &served.address)?;
    let mut judges = in_a_browser("judges.mjs", &served);
    judges.arg(project().join("target/contract/judged"));
    step("vnu, pa11y and Lighthouse", judges)?;
    let mut reading = Command::new(needs::python("reading")?.join("python"));
    reading.arg(own("reading.py")).arg(&served.address);
    step("reading grades", reading)?;
    step("schemathesis", generated(&python, &served, seconds, None))?;
    for (role, organisation) in ROLES {
        let token = token(&served.folder, role, *organisation)?;
        if *role == "observer" {
            webhooks(&served.address, &token)?;
        }
        let each = seconds.div_ceil(3).max(10);
        step(&format!("schemathesis as {role}"), generated(&python, &served, each, Some(&token)))?;
    }
    Ok(())
}

/// Checks the OpenAPI document with three validators.
fn document(python: &Path) -> Result<(), String> {
    let node = needs::node()?;
    let document = project().join("openapi/register.v1.json");
    let mut validator = Command::new(python.join("openapi-spec-validator"));
    validator.arg(&document);
    step("openapi-spec-validator", validator)?;
    let mut redocly = Command::new(node.join("redocly"));
    redocly.arg("lint").arg("--config").arg(own("redocly.yaml")).arg(&document).current_dir(project());
    redocly.env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    step("Redocly", redocly)?;
    let mut spectral = Command::new(node.join("spectral"));
    spectral.arg("lint").arg("--ruleset").arg(own("spectral.yaml")).arg(&document);
    step("Spectral", spectral)
}

/// The path of a file in xtask/contract.
fn own(name: &str) -> std::path::PathBuf {
    project().join("xtask/contract").join(name)
}

/// A script that looks at the register in a browser.
fn in_a_browser(script: &str, served: &Served) -> Command {
    let mut node = Command::new("node");
    node.arg(own(script)).arg(&served.address);
    node.env("NODE_PATH", project().join("target/contract/node/node_modules"));
    node
}

/// Sends requests generated from the document for `seconds`, with or without a token.
fn generated(python: &Path, served: &Served, seconds: u64, token: Option<&str>) -> Command {
    let mut schemathesis = Command::new(python.join("schemathesis"));
    schemathesis
        .arg("--config-file")
        .arg(own("schemathesis.toml"))
        .args(["run", "--mode", "all", "--url", &served.address, "--max-time"])
        .arg(seconds.to_string())
        .arg(project().join("openapi/register.v1.json"))
        .current_dir(&served.folder);
    if let Some(token) = token {
        schemathesis.args(["--header", &format!("Authorization: Bearer {token}")]);
    }
    schemathesis
}

/// Follows docs/webhooks.md against the served register.
fn webhooks(address: &str, token: &str) -> Result<(), String> {
    let mut reader = Command::new(needs::python("dumps")?.join("python"));
    reader.arg(project().join("xtask/contract/webhooks.py")).arg(address).arg(token);
    reader.arg(project().join("docs/webhooks.md"));
    step("webhooks", reader)
}

/// Every role, with the body of the demonstration data it is held for.
const ROLES: &[(&str, Option<&str>)] = &[
    ("contributor", Some("northmoor-borough-council")),
    ("approver", Some("northmoor-borough-council")),
    ("observer", Some("northmoor-borough-council")),
    ("oversight", Some("northmoor-borough-council")),
    ("regulator", Some("tenancy-standards-regulator")),
    ("admin", None),
];
