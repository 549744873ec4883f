//! The interface as others see it: validators of its document, generated requests, and readers of its CSV.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::{cargo, needs, project, step, styles};

/// A register with demonstration data, stopped when dropped.
struct Served {
    process: Child,
    address: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to stop.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn check(seconds: u64) -> Result<(), String> {
    let python = needs::python("python")?;
    let node = needs::node()?;
    let document = project().join("openapi/register.v1.json");
    let own = project().join("xtask/contract");

    let mut validator = Command::new(python.join("openapi-spec-validator"));
    validator.arg(&document);
    step("openapi-spec-validator", validator)?;
    let mut redocly = Command::new(node.join("redocly"));
    redocly.arg("lint").arg("--config").arg(own.join("redocly.yaml")).arg(&document).current_dir(project());
    redocly.env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true");
    step("Redocly", redocly)?;
    let mut spectral = Command::new(node.join("spectral"));
    spectral.arg("lint").arg("--ruleset").arg(own.join("spectral.yaml")).arg(&document);
    step("Spectral", spectral)?;

    step("the binary", cargo(&["build", "--workspace", "--bins", "--locked", "--quiet"]))?;
    let folder = project().join("target/contract/register");
    // What an earlier run left would hide a first start that fails.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let served = serve(&folder)?;
    let mut tables = Command::new(python.join("python"));
    tables.arg(own.join("tables.py")).arg(&served.address).arg(folder.join("records.csv"));
    step("pandas and DuckDB", tables)?;
    dumps(&folder, &served.address)?;
    styles::check()?;
    needs::chromium()?;
    let in_a_browser = |script: &str| {
        let mut node = Command::new("node");
        node.arg(own.join(script)).arg(&served.address);
        node.env("NODE_PATH", project().join("target/contract/node/node_modules"));
        node
    };
    step("pages in a browser", in_a_browser("pages.mjs"))?;
    needs::java()?;
    let mut judges = in_a_browser("judges.mjs");
    judges.arg(project().join("target/contract/judged"));
    step("vnu, pa11y and Lighthouse", judges)?;
    let mut reading = Command::new(needs::python("reading")?.join("python"));
    reading.arg(own.join("reading.py")).arg(&served.address);
    step("reading grades", reading)?;
    let mut submit = in_a_browser("submit.mjs");
    submit.arg(people(&folder)?);
    step("the department's way in a browser", submit)?;
    let generated = |seconds: u64, token: Option<&str>| {
        let mut schemathesis = Command::new(python.join("schemathesis"));
        schemathesis
            .arg("--config-file")
            .arg(own.join("schemathesis.toml"))
            .args(["run", "--mode", "all", "--url", &served.address, "--max-time"])
            .arg(seconds.to_string())
            .arg(&document)
            .current_dir(&folder);
        if let Some(token) = token {
            schemathesis.args(["--header", &format!("Authorization: Bearer {token}")]);
        }
        schemathesis
    };
    step("schemathesis", generated(seconds, None))?;
    for (role, organisation) in ROLES {
        let token = token(&folder, role, *organisation)?;
        if *role == "observer" {
            webhooks(&served.address, &token)?;
        }
        let each = seconds.div_ceil(3).max(10);
        step(&format!("schemathesis as {role}"), generated(each, Some(&token)))?;
    }
    Ok(())
}

/// The dump that the register writes when it starts, and its feeds, as researchers read them.
fn dumps(folder: &Path, address: &str) -> Result<(), String> {
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

/// The public log of the register and of its dump: checked by the register's program, and by Go as the page about that says.
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

/// A webhook, as the page about them says.
fn webhooks(address: &str, token: &str) -> Result<(), String> {
    let mut reader = Command::new(needs::python("dumps")?.join("python"));
    reader.arg(project().join("xtask/contract/webhooks.py")).arg(address).arg(token);
    reader.arg(project().join("docs/webhooks.md"));
    step("webhooks", reader)
}

/// Every role, and for which body of the demonstration data it is held.
const ROLES: &[(&str, Option<&str>)] = &[
    ("contributor", Some("northmoor-borough-council")),
    ("approver", Some("northmoor-borough-council")),
    ("observer", Some("northmoor-borough-council")),
    ("oversight", Some("northmoor-borough-council")),
    ("regulator", Some("northmoor-borough-council")),
    ("admin", None),
];

/// Enters somebody who holds a role, and gives back their token.
fn token(folder: &Path, role: &str, organisation: Option<&str>) -> Result<String, String> {
    let email = format!("{role}@contract.example");
    register(folder, &["person", "add", &email, "--name", role])?;
    match organisation {
        Some(slug) => register(folder, &["person", "grant", &email, role, "--organisation", slug])?,
        None => register(folder, &["person", "grant", &email, role])?,
    };
    register(folder, &["token", "create", &email])
}

/// Enters people who sign in in a browser; the file that says with what.
fn people(folder: &Path) -> Result<PathBuf, String> {
    let mut people = serde_json::Map::new();
    for (name, role, organisation) in [
        ("writer", "contributor", Some("northmoor-borough-council")),
        ("approver", "approver", Some("northmoor-borough-council")),
        ("regulator", "regulator", Some("tenancy-standards-regulator")),
        ("admin", "admin", None),
    ] {
        let email = format!("{name}@browser.example");
        register(folder, &["person", "add", &email, "--name", name])?;
        let held = organisation.map(|slug| ["--organisation", slug]);
        let grant = ["person", "grant", &email, role];
        register(folder, &grant.into_iter().chain(held.into_iter().flatten()).collect::<Vec<_>>())?;
        let enrolled = told(folder, &["person", "password", &email], "correct horse battery\n")?;
        let secret = enrolled.split("secret=").nth(1).and_then(|rest| rest.split('&').next());
        let secret = secret.ok_or("no second factor was printed")?;
        people.insert(name.to_owned(), serde_json::json!({ "email": email, "secret": secret }));
    }
    let file = folder.join("people.json");
    std::fs::write(&file, serde_json::Value::Object(people).to_string())
        .map_err(|error| error.to_string())?;
    Ok(file)
}

/// Runs a command of the register in its folder, and gives back what it prints.
fn register(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    told(folder, arguments, "")
}

/// The same with something to read.
fn told(folder: &Path, arguments: &[&str], words: &str) -> Result<String, String> {
    let mut process = Command::new(project().join("target/debug/register"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    if let Some(mut stdin) = process.stdin.take() {
        // A command that reads nothing may have ended.
        let _ = stdin.write_all(words.as_bytes());
    }
    let output = process.wait_with_output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("{}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn serve(folder: &Path) -> Result<Served, String> {
    let mut process = Command::new(project().join("target/debug/register"))
        .args(["serve", "--listen", "127.0.0.1:0", "--webhooks-inside"])
        .current_dir(folder)
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let said = process.stderr.take().ok_or("the register says nothing")?;
    let mut lines = BufReader::new(said).lines();
    let address = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("The register listens at ").map(str::to_owned))
        .and_then(|rest| rest.split(' ').next().map(str::to_owned));
    // Read on, so that the register never waits for someone to read what it logs.
    std::thread::spawn(move || lines.for_each(drop));
    match address {
        Some(address) => Ok(Served { process, address }),
        None => {
            let _ = process.kill();
            Err("the register did not start".to_owned())
        }
    }
}
