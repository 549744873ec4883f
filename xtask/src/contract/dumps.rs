//! The dump and its log, read as researchers and auditors would: with R, pandas, Go and metadata validators.

use std::path::Path;
use std::process::Command;

use super::served::register;
use crate::{needs, project, step};

/// Writes a dump of the served register, and reads it and the feeds.
pub(super) fn check(folder: &Path, address: &str) -> Result<(), String> {
    let python = needs::python("dumps")?;
    let citation = needs::python("citation")?;
    needs::r()?;
    let own = project().join("xtask/contract");
    let out = folder.join("dumps");
    let out_text = out.display().to_string();
    let written = register(folder, &["dump", "--json", "--out", &out_text, "--base-url", address])?;
    let written: serde_json::Value = serde_json::from_str(&written).map_err(|error| error.to_string())?;
    let dump = written["folder"].as_str().ok_or("the dump has no folder")?;
    log(folder, address, dump)?;
    let mut readers = Command::new(python.join("python"));
    readers.arg(own.join("dumps.py")).arg(address).arg(dump).arg(needs::python("shapes")?);
    step("readers of dumps and feeds", readers)?;
    let mut cff = Command::new(citation.join("cffconvert"));
    cff.arg("--validate").current_dir(dump);
    step("cffconvert", cff)?;
    let package =
        std::fs::read(Path::new(dump).join("datapackage.json")).map_err(|error| error.to_string())?;
    let package: serde_json::Value = serde_json::from_slice(&package).map_err(|error| error.to_string())?;
    let mut r = Command::new("Rscript");
    r.arg(own.join("dumps.R")).arg(dump);
    for table in package["resources"].as_array().into_iter().flatten() {
        let fields = table["schema"]["fields"].as_array().into_iter().flatten();
        let numbers: Vec<&str> = fields
            .filter(|field| matches!(field["type"].as_str(), Some("integer" | "number")))
            .filter_map(|field| field["name"].as_str())
            .collect();
        let name = table["name"].as_str().unwrap_or_default();
        r.arg(format!("{name}:{}:{}", table["rows"], numbers.join(",")));
    }
    step("R", r)?;
    let mut recipes = Command::new(python.join("python"));
    recipes.arg(own.join("recipes.py")).arg(address);
    recipes.arg(project().join("docs/recipes.md")).arg(folder.join("recipes"));
    step("recipes", recipes)
}

/// Checks the public log, of the register and of its dump: with `register verify`, and in Go as
/// docs/verify.md shows.
fn log(folder: &Path, address: &str, dump: &str) -> Result<(), String> {
    let status = register(folder, &["log", "status", "--json"])?;
    let status: serde_json::Value = serde_json::from_str(&status).map_err(|error| error.to_string())?;
    let key = status["keys"][0].as_str().ok_or("the log has no key")?;
    for what in [address, dump] {
        register(folder, &["verify", what, "--key", key])?;
    }
    needs::go()?;
    let page = project().join("docs/verify.md");
    let text = std::fs::read_to_string(&page).map_err(|error| error.to_string())?;
    let program = text.split("```go\n").nth(1).and_then(|rest| rest.split("```").next());
    let file = folder.join("check.go");
    std::fs::write(&file, program.ok_or("docs/verify.md has no Go")?).map_err(|error| error.to_string())?;
    let go = |at: &Path| {
        let mut go = Command::new("go");
        go.arg("run").arg(&file).arg(at).arg(key).env("GO111MODULE", "off");
        go.env("GOPATH", "/usr/share/gocode");
        go
    };
    step("Go checks a dump as docs/verify.md says", go(Path::new(dump)))?;
    let changed = folder.join("changed");
    let copied = std::fs::create_dir_all(&changed)
        .and_then(|()| std::fs::copy(Path::new(dump).join("checkpoint"), changed.join("checkpoint")))
        .and_then(|_| std::fs::read_to_string(Path::new(dump).join("log.csv")))
        .and_then(|log| std::fs::write(changed.join("log.csv"), log.replacen("R-", "S-", 1)));
    copied.map_err(|error| error.to_string())?;
    let said = go(&changed).output().map_err(|error| error.to_string())?;
    if said.status.success() {
        return Err("Go did not see a changed entry".to_owned());
    }
    Ok(())
}
