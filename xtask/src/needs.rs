//! What the tests need besides Rust: found, installed, or named in an error.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{cargo, project, step};

/// PostgreSQL's server programs, from Debian's package.
pub(crate) fn postgres() -> Result<(), String> {
    if has_server() {
        return Ok(());
    }
    apt("postgresql")?;
    if has_server() { Ok(()) } else { Err("PostgreSQL's server programs are still missing".to_owned()) }
}

fn has_server() -> bool {
    throwaway::programs().is_some()
}

/// The tools that cause faults. If one cannot be installed, the faults that need it are reported as skipped.
pub(crate) fn torture(on_postgres: bool) -> Result<(), String> {
    let there = |program: &str| Command::new(program).arg("--version").output().is_ok();
    for package in ["strace", "faketime"] {
        if !there(package)
            && let Err(error) = apt(package)
        {
            eprintln!("xtask: {error}");
        }
    }
    if on_postgres { postgres() } else { Ok(()) }
}

/// Installs a Debian package, if we are root. Errors: otherwise, the command to run.
fn apt(package: &str) -> Result<(), String> {
    let root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0"));
    if !root || !Path::new("/usr/bin/apt-get").exists() {
        return Err(format!(
            "the tests need {package}: run `sudo apt-get install {package}` and then this again"
        ));
    }
    let mut update = Command::new("apt-get");
    update.args(["update", "-qq"]);
    step("package lists", update)?;
    let mut install = Command::new("apt-get");
    install
        .args(["install", "-y", "-qq", "--no-install-recommends", package])
        .env("DEBIAN_FRONTEND", "noninteractive");
    step(package, install)
}

/// R, from Debian's package.
pub(crate) fn r() -> Result<(), String> {
    if Command::new("Rscript").arg("--version").output().is_err() {
        apt("r-base-core")?;
    }
    Ok(())
}

/// Go and its packages for transparency logs, from Debian's packages.
pub(crate) fn go() -> Result<(), String> {
    if Command::new("go").arg("version").output().is_err() {
        apt("golang-go")?;
    }
    if !Path::new("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog").exists() {
        apt("golang-golang-x-mod-dev")?;
    }
    Ok(())
}

/// Java, from Debian's package, for the HTML checker.
pub(crate) fn java() -> Result<(), String> {
    if Command::new("java").arg("-version").output().is_err() {
        apt("default-jre-headless")?;
    }
    Ok(())
}

/// Chromium, from Debian's package.
pub(crate) fn chromium() -> Result<(), String> {
    if Command::new("chromium").arg("--version").output().is_err() {
        apt("chromium")?;
    }
    Ok(())
}

/// A Python environment with the packages of `contract/{name}.txt`. Returns its folder of programs.
pub(crate) fn python(name: &str) -> Result<PathBuf, String> {
    let folder = project().join("target/contract").join(name);
    let programs = folder.join("bin");
    let requirements = project().join("xtask/contract").join(format!("{name}.txt"));
    if is_current(&folder, &requirements) {
        return Ok(programs);
    }
    let venv = |folder: &Path| {
        let mut command = Command::new("python3");
        command.args(["-m", "venv"]).arg(folder);
        command
    };
    if step("a Python environment", venv(&folder)).is_err() {
        apt("python3-venv")?;
        step("a Python environment", venv(&folder))?;
    }
    let mut install = Command::new(programs.join("pip"));
    install.args(["install", "--quiet", "--disable-pip-version-check", "-r"]).arg(&requirements);
    step(&format!("Python packages for {name}"), install)?;
    remember(&folder, &requirements)?;
    Ok(programs)
}

/// The npm packages for the contract tests. Returns their folder of programs.
pub(crate) fn node() -> Result<PathBuf, String> {
    npm("target/contract/node", "xtask/contract/package.json")
}

/// Installs the npm packages of a `package.json` in a folder. Returns their folder of programs.
pub(crate) fn npm(folder: &str, package: &str) -> Result<PathBuf, String> {
    let folder = project().join(folder);
    let programs = folder.join("node_modules/.bin");
    let package = project().join(package);
    if is_current(&folder, &package) {
        return Ok(programs);
    }
    if Command::new("npm").arg("--version").output().is_err() {
        apt("npm")?;
    }
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    std::fs::copy(&package, folder.join("package.json")).map_err(|error| error.to_string())?;
    let mut install = Command::new("npm");
    install.args(["install", "--silent", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]);
    install.current_dir(&folder);
    step("npm packages", install)?;
    remember(&folder, &package)?;
    Ok(programs)
}

/// A tool of cargo's at a version, built from source under `target` once. Returns its program.
pub(crate) fn cargo_tool(name: &str, version: &str) -> Result<PathBuf, String> {
    let root = project().join("target/tools").join(format!("{name}-{version}"));
    let program = root.join("bin").join(name);
    if !program.exists() {
        let mut install = cargo(&["install", "--quiet", "--locked", "--debug", "--root"]);
        install.arg(&root).args(["--version", version, name]);
        step(name, install)?;
    }
    Ok(program)
}

fn is_current(folder: &Path, list: &Path) -> bool {
    let installed = std::fs::read(folder.join("installed")).unwrap_or_default();
    std::fs::read(list).is_ok_and(|wanted| wanted == installed)
}

fn remember(folder: &Path, list: &Path) -> Result<(), String> {
    std::fs::copy(list, folder.join("installed")).map(|_| ()).map_err(|error| error.to_string())
}
