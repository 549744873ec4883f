//! A register for one fault: a folder, a database, people who may publish, and the server processes.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use serde_json::{Value, json};
use throwaway::Postgres;

use super::http::Client;
use super::process::{Ended, Running, run, until};

/// How long a command may take.
pub(crate) const COMMAND: Duration = Duration::from_secs(60);
/// How long a server may take to start.
const START: Duration = Duration::from_secs(30);
/// The publishing body.
const BODY: &str = "northmoor-borough-council";

/// The database a register uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// A register, and how to run it.
#[derive(Debug, Clone)]
pub(crate) struct World {
    /// Holds everything except PostgreSQL's data.
    pub(crate) folder: PathBuf,
    pub(crate) binary: PathBuf,
    pub(crate) database_url: String,
    /// Further environment variables, such as those of a wrong clock.
    pub(crate) environment: Vec<(String, String)>,
    /// Secrets and keys of the register.
    pub(crate) known: Known,
}

/// What was made once and is the same in every copy of a register.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// The token of somebody who writes, approves and publishes alone.
    pub(crate) writer: String,
    /// An administrator's token.
    pub(crate) admin: String,
    /// The public key of the log.
    pub(crate) key: String,
    /// Fields that need an answer or a statement before publication.
    pub(crate) missing: Vec<String>,
}

impl World {
    /// Makes a register in an empty folder, with the people needed and without limits: a dozen people write with one
    /// token, from one address and for one body, as fast as they can.
    pub(crate) fn make(folder: &Path, binary: &Path, database_url: &str) -> Result<Self, String> {
        let mut world = Self::empty(folder, binary, database_url)?;
        for limit in ["REGISTER_LIMIT_REQUESTS", "REGISTER_LIMIT_TOKEN", "REGISTER_QUOTA_DRAFTS"] {
            world.environment.push((limit.to_owned(), "0".to_owned()));
        }
        world.people()?;
        Ok(world)
    }

    /// A folder with a key for the log, and no database yet.
    pub(crate) fn empty(folder: &Path, binary: &Path, database_url: &str) -> Result<Self, String> {
        std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        let mut world = Self {
            folder: folder.to_owned(),
            binary: binary.to_owned(),
            database_url: database_url.to_owned(),
            environment: Vec::new(),
            known: Known::default(),
        };
        world.known.key = world.say(&["log", "keygen", "--name", "register.example/log"])?;
        Ok(world)
    }

    /// Adds the people needed, and their body if it is not there.
    pub(crate) fn people(&mut self) -> Result<(), String> {
        if !self.run(&["organisation", "show", BODY])?.well() {
            self.say(&["organisation", "add", "Northmoor Borough Council", "--kind", "local_authority"])?;
        }
        self.say(&["organisation", "four-eyes", BODY, "off"])?;
        let writer = "writer@northmoor.example";
        self.say(&["person", "add", writer, "--name", "Writer"])?;
        for role in ["contributor", "approver"] {
            self.say(&["person", "grant", writer, role, "--organisation", BODY])?;
        }
        self.say(&["person", "add", "admin@register.example", "--name", "Admin", "--admin"])?;
        self.known.writer = self.say(&["token", "create", writer, "--days", "365"])?;
        self.known.admin = self.say(&["token", "create", "admin@register.example", "--days", "365"])?;
        self.known.missing = self.ask_what_is_missing()?;
        Ok(())
    }

    /// Asks the register which fields need an answer or a statement.
    fn ask_what_is_missing(&self) -> Result<Vec<String>, String> {
        let server = self.serve(&[])?;
        let answer = self.writer(&server).post("/api/v1/submissions", &self.record("First", "First."));
        let answer = answer.ok_or("the first draft was not answered")?;
        let found = answer.json();
        let findings = found["findings"].as_array().ok_or(format!("no findings: {}", answer.text))?;
        let errors = findings.iter().filter(|finding| finding["severity"] == "error");
        // Findings name fields by JSON pointer.
        let fields = errors.filter_map(|finding| finding["field"].as_str()?.strip_prefix('/'));
        Ok(fields.map(str::to_owned).collect())
    }

    /// A copy of the register in another folder, with its own database.
    pub(crate) fn copy(&self, folder: &Path, database: Option<(&Postgres, &str)>) -> Result<Self, String> {
        copy_folder(&self.folder, folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let database_url = match database {
            None => sqlite_url(folder),
            Some((server, name)) => server.create(name, Some(TEMPLATE))?,
        };
        Ok(Self { folder: folder.to_owned(), database_url, ..self.clone() })
    }

    /// Makes the register connect to PostgreSQL through a local port.
    pub(crate) fn reach_by(&mut self, port: u16) {
        let name = self.database_url.split(['/', '?']).nth(3).unwrap_or_default();
        self.database_url = format!("postgres://postgres@127.0.0.1:{port}/{name}");
    }

    /// A register command with its own settings. None of ours leak into it.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("REGISTER_") {
                command.env_remove(name);
            }
        }
        command.args(arguments).current_dir(&self.folder);
        command.env("REGISTER_DATABASE_URL", &self.database_url);
        command.env("REGISTER_INDEX", self.folder.join("index"));
        command.env("REGISTER_OBJECT_STORE", self.objects());
        command.env("REGISTER_LOG_KEY_FILE", self.folder.join("log-key"));
        command.env("REGISTER_BASE_URL", "http://register.example");
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command to its end, successful or not.
    pub(crate) fn run(&self, arguments: &[&str]) -> Result<Ended, String> {
        run(&self.command(arguments), COMMAND).map_err(|error| format!("{}: {error}", arguments.join(" ")))
    }

    /// Runs a command that must succeed, and returns its output.
    pub(crate) fn say(&self, arguments: &[&str]) -> Result<String, String> {
        let ended = self.run(arguments)?;
        match ended.well() {
            true => Ok(ended.stdout.trim().to_owned()),
            false => Err(format!("register {}: {}", arguments.join(" "), ended.stderr.trim())),
        }
    }

    /// Starts a server, and waits until it reports ready.
    pub(crate) fn serve(&self, arguments: &[&str]) -> Result<Server, String> {
        let server = self.begin_to_serve(arguments)?;
        server.is_ready_within(START)?;
        Ok(server)
    }

    /// Starts a server without waiting.
    pub(crate) fn begin_to_serve(&self, arguments: &[&str]) -> Result<Server, String> {
        let port = free_port()?;
        let listen = format!("127.0.0.1:{port}");
        let mut command = self.command(&["serve", "--empty", "--listen", &listen]);
        let process = Running::start(command.args(arguments))?;
        Ok(Server { process, port })
    }

    /// A client for somebody who writes, approves and publishes.
    pub(crate) fn writer(&self, server: &Server) -> Client {
        Client::new(server.port, &self.known.writer)
    }

    /// A record that can be published once the missing fields are known.
    pub(crate) fn record(&self, title: &str, summary: &str) -> Value {
        let said = self.known.missing.iter().map(|field| json!({ "field": field, "kind": "unknown" }));
        json!({ "record": {
            "title": title, "summary": summary, "phase": "design", "sectors": ["schools"],
            "field_statements": said.collect::<Vec<_>>(),
        }})
    }

    /// The folder of its documents, dumps and log files.
    pub(crate) fn objects(&self) -> PathBuf {
        self.folder.join("objects")
    }

    /// The files an embedded database writes to.
    pub(crate) fn database_files(&self) -> [PathBuf; 2] {
        [self.folder.join("register.db"), self.folder.join("register.db-wal")]
    }
}

/// The database that others on PostgreSQL are copied from.
pub(crate) const TEMPLATE: &str = "template_register";

/// The URL of the SQLite database in a register's folder.
pub(crate) fn sqlite_url(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("register.db").display())
}

pub(crate) fn free_port() -> Result<u16, String> {
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    free.map(|address| address.port()).map_err(|error| error.to_string())
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let there = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &there)?;
        } else {
            std::fs::copy(entry.path(), &there)?;
        }
    }
    Ok(())
}

/// A serving register.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) process: Running,
    pub(crate) port: u16,
}

impl Server {
    /// Waits until the register reports ready. Errors: it ends first, or takes too long.
    pub(crate) fn is_ready_within(&self, patience: Duration) -> Result<(), String> {
        let ready = until(patience, || self.is_ready().then_some(()));
        ready.ok_or_else(|| format!("the register does not get ready: {}", self.process.said()))
    }

    /// Whether it reports ready.
    pub(crate) fn is_ready(&self) -> bool {
        Client::new(self.port, "").get("/readyz").is_some_and(|answer| answer.status == 200)
    }

    /// Kills it with SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.process.kill();
    }

    /// Asks it to end. Returns how long that took, and whether it succeeded; `None` if it did not end in
    /// time.
    pub(crate) fn terminate(&mut self, patience: Duration) -> Option<(Duration, bool)> {
        let begun = Instant::now();
        self.process.signal(Signal::TERM);
        self.process.end_within(patience).map(|status| (begun.elapsed(), status.success()))
    }
}
