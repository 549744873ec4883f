//! A register with demonstration data, served for the contract tests, and its command line.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::{debug_binary, project, tested_binary};

/// A register with demonstration data. Stops when dropped.
pub(super) struct Served {
    process: Child,
    /// Its address.
    pub(super) address: String,
    /// Its folder, with the database and the files that steps write.
    pub(super) folder: PathBuf,
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Builds the register and starts it in an empty folder.
pub(super) fn start() -> Result<Served, String> {
    let binary = tested_binary()?;
    let folder = project().join("target/contract/register");
    // Leftovers of an earlier run would hide a first start that fails.
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    serve(&binary, folder)
}

/// Adds a person with a role, and returns their token.
pub(super) fn token(folder: &Path, role: &str, organisation: Option<&str>) -> Result<String, String> {
    let email = format!("{role}@contract.example");
    register(folder, &["person", "add", &email, "--name", role])?;
    match organisation {
        Some(slug) => register(folder, &["person", "grant", &email, role, "--organisation", slug])?,
        None => register(folder, &["person", "grant", &email, role])?,
    };
    register(folder, &["token", "create", &email])
}

/// Adds people who sign in in a browser. Returns the file with their credentials.
pub(super) fn people(folder: &Path) -> Result<PathBuf, String> {
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

/// Runs a register command in its folder, and returns its output.
pub(super) fn register(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    told(folder, arguments, "")
}

/// As [`register`], with text on stdin.
fn told(folder: &Path, arguments: &[&str], words: &str) -> Result<String, String> {
    let mut process = Command::new(debug_binary())
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    if let Some(mut stdin) = process.stdin.take() {
        // A command that reads nothing may have ended already.
        let _ = stdin.write_all(words.as_bytes());
    }
    let output = process.wait_with_output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("{}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn serve(binary: &Path, folder: PathBuf) -> Result<Served, String> {
    let mut process = Command::new(binary)
        .args(["serve", "--listen", "127.0.0.1:0", "--webhooks-inside"])
        // Generated requests and people in browsers come from one address, and must not use up each other's limits.
        .args(["--limit-requests", "0", "--limit-token", "0", "--limit-sign-ins", "0"])
        .args(["--limit-exports", "0", "--limit-corrections", "0"])
        .current_dir(&folder)
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
    // Keep reading, or the register would block once the pipe of its log is full.
    std::thread::spawn(move || lines.for_each(drop));
    match address {
        Some(address) => Ok(Served { process, address, folder }),
        None => {
            let _ = process.kill();
            Err("the register did not start".to_owned())
        }
    }
}
