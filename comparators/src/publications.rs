//! How fast records are published and drafts edited, beside what SQLite commits by itself on the same disk.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Args;

/// The fields that the invented drafts state as unknown.
const UNKNOWN: &[&str] = &[
    "deployments",
    "regions",
    "planned_start",
    "national_identifiers",
    "special_category_data",
    "affected_groups",
    "team",
    "accountable_role",
    "public_purpose",
    "problem_statement",
    "technologies",
    "automation_level",
    "decision_effects",
    "burden_of_proof",
    "uses_children_data",
    "contact_email",
];
/// Publications of one register before another has its turn.
const AT_ONCE: usize = 25;
/// Characters of a record's description, so that it is as long as real ones are.
const DESCRIPTION: usize = 4_000;

/// What `publications` takes.
#[derive(Debug, Args)]
pub struct Publications {
    /// A register, or several that are asked in turn: its name, HOST:PORT, and a token of somebody who writes and approves
    /// for a body without four eyes
    #[arg(long, required = true, value_name = "NAME,ADDRESS,TOKEN")]
    register: Vec<Register>,
    /// A folder on the disk that the registers write to
    #[arg(long)]
    folder: PathBuf,
    /// How many records are published
    #[arg(long, default_value_t = 500)]
    records: usize,
    /// How many people edit at once
    #[arg(long, default_value_t = 32)]
    editors: usize,
    /// How long they edit
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

/// A register that runs.
#[derive(Debug, Clone)]
struct Register {
    name: String,
    address: String,
    token: String,
}

impl FromStr for Register {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split(',').collect::<Vec<_>>()[..] {
            [name, address, token] => {
                Ok(Self { name: name.to_owned(), address: address.to_owned(), token: token.to_owned() })
            }
            _ => Err("write NAME,ADDRESS,TOKEN".to_owned()),
        }
    }
}

struct Client {
    stream: BufReader<TcpStream>,
    token: String,
}

struct Answer {
    status: u16,
    etag: String,
    location: String,
    body: Vec<u8>,
}

impl Client {
    fn connect(register: &Register) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(&register.address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), token: register.token.clone() })
    }

    fn send(&mut self, method: &str, path: &str, etag: &str, body: &str) -> anyhow::Result<Answer> {
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: register\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n",
            self.token,
            body.len()
        );
        if !etag.is_empty() {
            request += &format!("If-Match: {etag}\r\n");
        }
        if !body.is_empty() {
            request += "Content-Type: application/json\r\n";
        }
        self.stream.get_mut().write_all(format!("{request}\r\n{body}").as_bytes())?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).context("no status")?.parse()?;
        let (mut length, mut etag, mut location) = (0, String::new(), String::new());
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse()?,
                "etag" => etag = value.to_owned(),
                "location" => location = value.to_owned(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(Answer { status, etag, location, body })
    }

    fn must(&mut self, method: &str, path: &str, etag: &str, body: &str) -> anyhow::Result<Answer> {
        let answer = self.send(method, path, etag, body)?;
        if answer.status >= 300 {
            bail!("{method} {path}: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        Ok(answer)
    }
}

fn draft(title: &str) -> String {
    let statements: Vec<_> =
        UNKNOWN.iter().map(|field| serde_json::json!({ "field": field, "kind": "unknown" })).collect();
    serde_json::json!({ "record": {
        "title": title, "phase": "design", "summary": "Plans routes.", "sectors": ["schools"],
        "description": "Words about routes. ".repeat(DESCRIPTION / 20), "field_statements": statements,
    } })
    .to_string()
}

fn percentile(sorted: &[Duration], part: f64) -> f64 {
    let place = ((sorted.len() as f64 - 1.0) * part).round() as usize;
    sorted.get(place).map_or(0.0, |took| took.as_secs_f64() * 1_000.0)
}

/// Says what was measured: the measure, of whom, and the figure.
fn say(measure: &str, who: &str, value: f64) {
    println!("{measure}\t{who}\t{value:.1}");
}

/// What SQLite commits by itself, one text at a time.
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

/// Drafts that wait to be published, and how long publishing took so far.
struct Ready {
    register: Register,
    /// Where each is, and its tag.
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
        // The register closes a connection that has waited while others had their turn.
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
    /// Measures and prints, one line for each: the measure, of whom, and the figure, with tabs between.
    pub fn run(self) -> anyhow::Result<()> {
        self.publish()?;
        for register in &self.register {
            self.edit(register)?;
        }
        Ok(())
    }

    /// Publishes in turn, a few at a time, so that all meet the same disk in the same minute.
    fn publish(&self) -> anyhow::Result<()> {
        let ready = self.register.iter().map(|register| Ready::of(register, self.records));
        let mut ready = ready.collect::<anyhow::Result<Vec<_>>>()?;
        let bare = Bare::open(&self.folder)?;
        let mut committed = Duration::ZERO;
        for from in (0..self.records).step_by(AT_ONCE) {
            let until = (from + AT_ONCE).min(self.records);
            committed += bare.commit(until - from)?;
            ready.iter_mut().try_for_each(|one| one.publish(from, until))?;
            // Another is the first the next time.
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

/// Changes a draft again and again; how long each time took.
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
