//! `cargo xtask fuzz`: runs the fuzz targets under libFuzzer, each for a while.

use std::path::Path;
use std::process::Command;

use clap::Args;

use crate::{needs, project, step};

/// The version of cargo-fuzz.
const VERSION: &str = "0.13.2";

#[derive(Debug, Args)]
pub(crate) struct Fuzz {
    /// Seconds for each target
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Only this target
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
}

impl Fuzz {
    /// Runs the targets. Errors: one of them failed; libFuzzer says where the input is.
    pub(crate) fn run(self) -> Result<(), String> {
        let all = names(&project().join("fuzz/fuzz_targets"))?;
        let wanted: Vec<&String> = match &self.only {
            Some(only) => all.iter().filter(|name| *name == only).collect(),
            None => all.iter().collect(),
        };
        if wanted.is_empty() {
            return Err(format!(
                "no target is named '{}': use one of {}",
                self.only.unwrap_or_default(),
                all.join(", ")
            ));
        }
        let tools = needs::cargo_tool("cargo-fuzz", VERSION)?;
        for name in wanted {
            step(name, one(name, self.seconds, &tools)?)?;
        }
        Ok(())
    }
}

fn names(folder: &Path) -> Result<Vec<String>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let files = entries.flatten().map(|entry| entry.path());
    let mut names: Vec<String> =
        files.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    Ok(names)
}

/// One target. What it finds on its way is kept in `fuzz/corpus`, which is not committed; the seeds stay as they are.
fn one(name: &str, seconds: u64, tool: &Path) -> Result<Command, String> {
    let (found, seeds) = (format!("fuzz/corpus/{name}"), format!("fuzz/seeds/{name}"));
    std::fs::create_dir_all(project().join(&found)).map_err(|error| format!("{found}: {error}"))?;
    let folders = tool.parent().map(Path::to_path_buf).into_iter();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(folders.chain(std::env::split_paths(&path)));
    let path = path.map_err(|error| error.to_string())?;
    // Through rustup: CARGO and RUSTUP_TOOLCHAIN, which cargo sets for us, name the stable ones.
    let mut command = Command::new("rustup");
    command.args(["run", "nightly", "cargo", "fuzz", "run", name, &found, &seeds, "--"]);
    command.args([
        &format!("-max_total_time={seconds}"),
        "-timeout=25",
        "-rss_limit_mb=2048",
        "-max_len=65536",
    ]);
    command.current_dir(project()).env("PATH", path).env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN");
    Ok(command)
}
