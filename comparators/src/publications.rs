//! How fast records are published and drafts edited, compared with bare SQLite commits on the same disk.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;

use crate::asked::{Client, Register, draft, percentile, say};

/// Publications in one register before the next has its turn.
const AT_ONCE: usize = 25;

/// Arguments of `publications`.
#[derive(Debug, Args)]
pub struct Publications {
    /// A register, or several in turn: its name, HOST:PORT, and the token of somebody who writes and approves
    /// for a body without four eyes
    #[arg(long, required = true, value_name = "NAME,ADDRESS,TOKEN")]
    register: Vec<Register>,
    /// A folder on the disk that the registers write to
    #[arg(long)]
    folder: PathBuf,
    /// How many records to publish
    #[arg(long, default_value_t = 500)]
    records: usize,
    /// How many people edit at once
    #[arg(long, default_value_t = 32)]
    editors: usize,
    /// For how many seconds they edit
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

/// Bare SQLite commits, one text at a time.
struct Bare {
    connection: rusqlite::Connection,
    file: PathBuf,
    text: String,
}

impl Bare {
    fn open(folder: &Path) -> anyhow::Result<Self> {
        let file = folder.join("bare.db");
        let connection = rusqlite::Connection::open(&file)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.execute_batch("CREATE TABLE IF NOT EXISTS texts (id INTEGER PRIMARY KEY, text TEXT)")?;
        Ok(Self { connection, file, text: draft("bare") })
    }

    fn commit(&self, times: usize) -> anyhow::Result<Duration> {
        let begun = Instant::now();
        for _ in 0..times {
            self.connection.execute("INSERT INTO texts (text) VALUES (?1)", [&self.text])?;
        }
        Ok(begun.elapsed())
    }

    fn remove(self) -> anyhow::Result<()> {
        drop(self.connection);
        Ok(std::fs::remove_file(self.file)?)
    }
}

/// Drafts ready to publish, and how long publishing has taken so far.
struct Ready {
    register: Register,
    /// Path and `ETag` of each draft.
    drafts: Vec<(String, String)>,
    took: Duration,
}

impl Ready {
    fn of(register: &Register, records: usize) -> anyhow::Result<Self> {
        let mut client = Client::connect(register)?;
        let mut drafts = Vec::with_capacity(records);
        for number in 0..records {
            let begun = client.must("POST", "/api/v1/submissions", "", &draft(&format!("Tool {number}")))?;
            let submitted = client.must("POST", &format!("{}/submit", begun.location), &begun.etag, "")?;
            let approved =
                client.must("POST", &format!("{}/approve", begun.location), &submitted.etag, "")?;
            drafts.push((begun.location, approved.etag));
        }
        Ok(Self { register: register.clone(), drafts, took: Duration::ZERO })
    }

    fn publish(&mut self, from: usize, until: usize) -> anyhow::Result<()> {
        // A new connection: the register closes one that idles while others have their turn.
        let mut client = Client::connect(&self.register)?;
        let begun = Instant::now();
        for (path, etag) in &self.drafts[from..until] {
            client.must("POST", &format!("{path}/publish"), etag, "")?;
        }
        self.took += begun.elapsed();
        Ok(())
    }
}

impl Publications {
    /// Measures and prints a line per figure: measure, name and value, separated by tabs.
    pub fn run(self) -> anyhow::Result<()> {
        self.publish()?;
        for register in &self.register {
            self.edit(register)?;
        }
        Ok(())
    }

    /// Publishes a few at a time in turn, so that all get the same disk in the same minute.
    fn publish(&self) -> anyhow::Result<()> {
        let ready = self.register.iter().map(|register| Ready::of(register, self.records));
        let mut ready = ready.collect::<anyhow::Result<Vec<_>>>()?;
        let bare = Bare::open(&self.folder)?;
        let mut committed = Duration::ZERO;
        for from in (0..self.records).step_by(AT_ONCE) {
            let until = (from + AT_ONCE).min(self.records);
            committed += bare.commit(until - from)?;
            ready.iter_mut().try_for_each(|one| one.publish(from, until))?;
            // Let another go first next time.
            ready.rotate_left(1);
        }
        bare.remove()?;
        let rate = |took: Duration| self.records as f64 / took.as_secs_f64();
        say("publications/s, one connection", "bare commits, synchronous=FULL", rate(committed));
        for one in &ready {
            say("publications/s, one connection", &one.register.name, rate(one.took));
        }
        Ok(())
    }

    /// Lets several people edit at once.
    fn edit(&self, register: &Register) -> anyhow::Result<()> {
        let until = Instant::now() + Duration::from_secs(self.seconds);
        let editors: Vec<_> = (0..self.editors)
            .map(|number| {
                let register = register.clone();
                std::thread::spawn(move || edit(&register, number, until))
            })
            .collect();
        let mut all = Vec::new();
        for editor in editors {
            all.extend(editor.join().map_err(|_| anyhow::anyhow!("an editor broke"))??);
        }
        all.sort_unstable();
        let by = format!("edits by {} at once", self.editors);
        say(&format!("{by}/s"), &register.name, all.len() as f64 / self.seconds as f64);
        say(&format!("{by} p50 ms"), &register.name, percentile(&all, 0.5));
        say(&format!("{by} p99 ms"), &register.name, percentile(&all, 0.99));
        Ok(())
    }
}

/// Edits a draft again and again. Returns how long each edit took.
fn edit(register: &Register, number: usize, until: Instant) -> anyhow::Result<Vec<Duration>> {
    let mut client = Client::connect(register)?;
    let begun = client.must("POST", "/api/v1/submissions", "", &draft(&format!("Edited {number}")))?;
    let (path, mut etag) = (begun.location, begun.etag);
    let mut took = Vec::new();
    let mut edit: u64 = 0;
    while Instant::now() < until {
        let patch = format!("{{\"record\":{{\"team\":\"Team {edit}\"}}}}");
        let begun = Instant::now();
        etag = client.must("PATCH", &path, &etag, &patch)?.etag;
        took.push(begun.elapsed());
        edit += 1;
    }
    Ok(took)
}
