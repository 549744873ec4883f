//! A throwaway PostgreSQL server for one test run: found, initialised and started here, stopped when the
//! test process ends, however it ends.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// How long the server may take to start.
const PATIENCE: Duration = Duration::from_secs(30);

struct Server {
    folder: PathBuf,
    programs: PathBuf,
    user: Option<(u32, u32)>,
}

static SERVER: OnceLock<Server> = OnceLock::new();

/// A fresh database on the server of this run.
pub async fn database(number: u64) -> String {
    let server =
        SERVER.get_or_init(|| start().unwrap_or_else(|error| panic!("PostgreSQL cannot be had: {error}")));
    let name = format!("test_{number}");
    let output = server
        .command("createdb")
        .args(["-h", &server.folder.display().to_string(), "-U", "postgres", &name])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    format!("postgres://postgres@localhost/{name}?host={}", server.folder.display())
}

/// Runs the statements of a file that `pg_dump` wrote in a database of [`database`].
pub fn load(url: &str, file: &Path) {
    let server = SERVER.get().unwrap();
    let name = url.split('?').next().unwrap().rsplit('/').next().unwrap();
    let text = std::fs::File::open(file).unwrap();
    let output = server
        .command("psql")
        .args(["-q", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-d", name, "-h"])
        .arg(&server.folder)
        // The server's user cannot read what is ours.
        .stdin(text)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

impl Server {
    fn command(&self, program: &str) -> Command {
        command(&self.programs, program, self.user)
    }
}

/// A server program, as another user when this one is root: the server refuses to run as root.
fn command(programs: &Path, program: &str, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(programs.join(program));
    command.current_dir("/");
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
    command
}

/// The folder of the server programs: what `pg_config` says, else the newest where Debian puts them.
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

fn start() -> Result<Server, String> {
    let programs = programs().ok_or("no server programs: install Debian's package postgresql")?;
    let folder =
        tempfile::Builder::new().prefix("register-pg-").tempdir().map_err(|error| error.to_string())?.keep();
    let root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
    let user = if root { Some(postgres_user()?) } else { None };
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700))
        .map_err(|error| error.to_string())?;
    if let Some((user, group)) = user {
        chown(&folder, Some(user), Some(group)).map_err(|error| error.to_string())?;
    }
    let data = folder.join("data");
    let output = command(&programs, "initdb", user)
        .args(["-A", "trust", "--no-sync", "--locale=C.UTF-8", "-U", "postgres", "-D"])
        .arg(&data)
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    // The shell holds a pipe of ours: when this process ends, the pipe closes, the server goes, and so
    // does its folder.
    let script = format!(
        "'{bin}/postgres' -D '{data}' -k '{folder}' -c listen_addresses= -c fsync=off -c synchronous_commit=off \
         -c full_page_writes=off -c max_connections=400 -c register.throwaway=on >'{folder}/log' 2>&1 & pid=$!; \
         cat >/dev/null; kill -QUIT $pid; wait $pid; rm -rf '{folder}'",
        bin = programs.display(),
        data = data.display(),
        folder = folder.display(),
    );
    let mut shell = Command::new("/bin/sh");
    shell
        .arg("-c")
        .arg(script)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    if let Some((user, group)) = user {
        shell.uid(user).gid(group);
    }
    // A signal to the test run must not reach the shell before the pipe closes.
    shell.process_group(0);
    let mut child = shell.spawn().map_err(|error| error.to_string())?;
    // Held until the process ends.
    std::mem::forget(child.stdin.take());
    let server = Server { folder, programs, user };
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let ready = server
            .command("pg_isready")
            .args(["-q", "-h", &server.folder.display().to_string(), "-U", "postgres"])
            .status();
        if ready.is_ok_and(|status| status.success()) {
            return Ok(server);
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(std::fs::read_to_string(server.folder.join("log")).unwrap_or_default())
}

/// The user Debian's package makes for the server.
fn postgres_user() -> Result<(u32, u32), String> {
    let passwd = std::fs::read_to_string("/etc/passwd").map_err(|error| error.to_string())?;
    let line = passwd.lines().find(|line| line.starts_with("postgres:"));
    let mut fields = line.ok_or("there is no user postgres to run the server as")?.split(':').skip(2);
    let mut number =
        || fields.next().and_then(|field| field.parse().ok()).ok_or("the user postgres has no number");
    Ok((number()?, number()?))
}
