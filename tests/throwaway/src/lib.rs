//! A throwaway PostgreSQL server: found, initialised and started here, and removed with its folder when the
//! process that started it ends, however that ends.
//!
//! The caller chooses the settings. Tests ask for speed ([`FAST`]), which the register accepts only because
//! one setting says so; torture keeps durability.

use std::fs::File;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// Fast, unsafe settings. The last one tells the register that nobody will miss the data.
pub const FAST: &[&str] =
    &["fsync=off", "synchronous_commit=off", "full_page_writes=off", "register.throwaway=on"];
/// Seconds the server may take to start or stop.
const PATIENCE: &str = "30";

/// A server: its data, its programs, and the process that cleans up.
#[derive(Debug)]
pub struct Postgres {
    folder: PathBuf,
    programs: PathBuf,
    user: Option<(u32, u32)>,
    keeper: Child,
}

/// A way to stop a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Waits until every client has gone; refuses new ones.
    Smart,
    /// Ends every session and shuts down cleanly.
    Fast,
    /// Stops at once, as in a crash; the next start recovers.
    Immediate,
}

impl Stop {
    fn as_str(self) -> &'static str {
        match self {
            Self::Smart => "smart",
            Self::Fast => "fast",
            Self::Immediate => "immediate",
        }
    }
}

impl Postgres {
    /// Initialises and starts a server in a new folder in `parent`, with lines of configuration. It listens
    /// only on a socket in its folder. Errors: what its programs say.
    pub fn start(parent: &Path, settings: &[&str]) -> Result<Self, String> {
        let programs = programs().ok_or("no server programs: install Debian's package postgresql")?;
        let root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
        let user = if root { Some(postgres_user()?) } else { None };
        let folder = tempfile::Builder::new().prefix("register-pg-").tempdir_in(parent);
        let folder = folder.map_err(|error| error.to_string())?.keep();
        let keeper = keeper(&folder, &programs, user)?;
        let server = Self { folder, programs, user, keeper };
        server.initialise(settings)?;
        server.again()?;
        Ok(server)
    }

    fn initialise(&self, settings: &[&str]) -> Result<(), String> {
        let text = |error: std::io::Error| error.to_string();
        std::fs::set_permissions(&self.folder, std::fs::Permissions::from_mode(0o700)).map_err(text)?;
        if let Some((user, group)) = self.user {
            chown(&self.folder, Some(user), Some(group)).map_err(text)?;
        }
        let mut initdb = self.command("initdb");
        initdb.args(["-A", "trust", "--no-sync", "--locale=C.UTF-8", "-U", "postgres", "-D"]);
        done(initdb.arg(self.data()))?;
        let mut lines = std::fs::read_to_string(self.data().join("postgresql.conf")).map_err(text)?;
        let own = format!("unix_socket_directories='{}'", self.folder.display());
        for line in ["listen_addresses=''", "max_connections=400", &own].iter().chain(settings) {
            lines += &format!("{line}\n");
        }
        std::fs::write(self.data().join("postgresql.conf"), lines).map_err(text)
    }

    /// Starts a server that was stopped or has died. Errors: the end of its log.
    pub fn again(&self) -> Result<(), String> {
        let mut start = self.command("pg_ctl");
        start.args(["start", "-w", "-s", "-t", PATIENCE, "-D"]).arg(self.data());
        // No pipes: the server would keep ours open.
        start.arg("-l").arg(self.folder.join("log")).stdin(Stdio::null());
        let status = start.stdout(Stdio::null()).stderr(Stdio::null()).status();
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(_) => Err(format!("PostgreSQL does not start: {}", self.log())),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Stops the server, waiting up to `seconds`. Errors: it did not stop.
    pub fn stop(&self, how: Stop, seconds: u32) -> Result<(), String> {
        let mut stop = self.command("pg_ctl");
        stop.args(["stop", "-w", "-s", "-m", how.as_str(), "-t", &seconds.to_string(), "-D"]);
        done(stop.arg(self.data())).map(drop)
    }

    /// Whether it accepts connections.
    pub fn is_up(&self) -> bool {
        let mut ready = self.command("pg_isready");
        ready.args(["-q", "-t", "2", "-U", "postgres", "-h"]).arg(&self.folder);
        ready.status().is_ok_and(|status| status.success())
    }

    /// The postmaster's process id; `None` if it is not running.
    pub fn pid(&self) -> Option<u32> {
        let text = std::fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        text.lines().next()?.trim().parse().ok()
    }

    /// Creates a database, as a copy of `like` if given. Returns its URL.
    pub fn create(&self, name: &str, like: Option<&str>) -> Result<String, String> {
        let mut create = self.command("createdb");
        create.args(["-U", "postgres", "-h"]).arg(&self.folder);
        done(create.args(like.map(|like| format!("--template={like}"))).arg(name))?;
        Ok(format!("postgres://postgres@localhost/{name}?host={}", self.folder.display()))
    }

    /// Runs a statement in the `postgres` database. Returns its rows as lines.
    pub fn sql(&self, statement: &str) -> Result<String, String> {
        let mut psql = self.command("psql");
        psql.args(["-X", "-A", "-t", "-U", "postgres", "-d", "postgres", "-c", statement, "-h"]);
        done(psql.arg(&self.folder).env("PGCONNECT_TIMEOUT", "5"))
    }

    /// Loads a file written by `pg_dump` into a database. Errors: the first statement that fails.
    pub fn load(&self, database: &str, file: &Path) -> Result<(), String> {
        // Passed as stdin, because the server's user cannot read our files.
        let text = File::open(file).map_err(|error| format!("{}: {error}", file.display()))?;
        let mut psql = self.command("psql");
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", database, "-h"]);
        done(psql.arg(&self.folder).stdin(text)).map(drop)
    }

    /// The socket it listens on.
    pub fn socket(&self) -> PathBuf {
        self.folder.join(".s.PGSQL.5432")
    }

    /// The last lines of its log.
    pub fn log(&self) -> String {
        let text = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(8)..].join("\n")
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn command(&self, program: &str) -> Command {
        command(&self.programs, program, self.user)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // The keeper cleans up by itself; nobody is left to hear about a failure.
        let _ = self.keeper.wait();
    }
}

/// A shell that waits on a pipe from us. When this process ends, the pipe closes, and the shell stops the
/// server and deletes its folder.
fn keeper(folder: &Path, programs: &Path, user: Option<(u32, u32)>) -> Result<Child, String> {
    let script = format!(
        "cat >/dev/null; '{}' stop -s -m immediate -t {PATIENCE} -D '{folder}/data'; rm -rf '{folder}'",
        programs.join("pg_ctl").display(),
        folder = folder.display(),
    );
    let mut shell = Command::new("/bin/sh");
    shell.arg("-c").arg(script).current_dir("/");
    shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Some((user, group)) = user {
        shell.uid(user).gid(group);
    }
    // In its own process group, so that a signal to us does not end the shell before the pipe closes.
    shell.process_group(0).spawn().map_err(|error| error.to_string())
}

/// A server program, run as another user if we are root, because the server refuses to run as root.
fn command(programs: &Path, program: &str, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(programs.join(program));
    command.current_dir("/").process_group(0);
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
    command
}

/// Runs a program to its end and returns its output. Errors: what it wrote to stderr.
fn done(command: &mut Command) -> Result<String, String> {
    let Output { status, stdout, stderr } = command.output().map_err(|error| error.to_string())?;
    if status.success() {
        return Ok(String::from_utf8_lossy(&stdout).trim().to_owned());
    }
    Err(format!("{}: {}", command.get_program().display(), String::from_utf8_lossy(&stderr).trim()))
}

/// The folder of the server programs: from `pg_config`, or else the newest in Debian's place.
pub fn programs() -> Option<PathBuf> {
    let said =
        Command::new("pg_config").arg("--bindir").output().ok().filter(|output| output.status.success());
    let said = said.map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    let debian = std::fs::read_dir("/usr/lib/postgresql").ok().into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = debian
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort();
    said.into_iter()
        .chain(versions.into_iter().rev().map(|(_, path)| path))
        .find(|path| path.join("initdb").exists())
}

/// The user that Debian's package creates for the server.
fn postgres_user() -> Result<(u32, u32), String> {
    let passwd = std::fs::read_to_string("/etc/passwd").map_err(|error| error.to_string())?;
    let line = passwd.lines().find(|line| line.starts_with("postgres:"));
    let mut fields = line.ok_or("there is no user postgres to run the server as")?.split(':').skip(2);
    let mut number =
        || fields.next().and_then(|field| field.parse().ok()).ok_or("the user postgres has no number");
    Ok((number()?, number()?))
}
