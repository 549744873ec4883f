//! How fast records are published and drafts edited, beside what SQLite commits by itself on the same disk.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
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
/// Characters of a record's description, so that it is as long as real ones are.
const DESCRIPTION: usize = 4_000;

/// What `publications` takes.
#[derive(Debug, Args)]
pub struct Publications {
    /// Address of the register, HOST:PORT
    #[arg(long)]
    address: String,
    /// A token of somebody who writes and approves for a body without four eyes
    #[arg(long)]
    token: String,
    /// A folder on the disk that the register writes to
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
    fn connect(address: &str, token: &str) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), token: token.to_owned() })
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

impl Publications {
    /// Measures and prints.
    pub fn run(self) -> anyhow::Result<()> {
        let mut client = Client::connect(&self.address, &self.token)?;
        let mut ready = Vec::new();
        for number in 0..self.records {
            let begun = client.must("POST", "/api/v1/submissions", "", &draft(&format!("Tool {number}")))?;
            let submitted = client.must("POST", &format!("{}/submit", begun.location), &begun.etag, "")?;
            let approved =
                client.must("POST", &format!("{}/approve", begun.location), &submitted.etag, "")?;
            ready.push((begun.location, approved.etag));
        }
        // In turn, so that both meet the same disk.
        let (mut bare, mut published) = (Duration::ZERO, Duration::ZERO);
        let file = self.folder.join("bare.db");
        let connection = rusqlite::Connection::open(&file)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.execute_batch("CREATE TABLE IF NOT EXISTS texts (id INTEGER PRIMARY KEY, text TEXT)")?;
        let text = draft("bare");
        for chunk in ready.chunks(50) {
            let begun = Instant::now();
            for _ in chunk {
                connection.execute("INSERT INTO texts (text) VALUES (?1)", [&text])?;
            }
            bare += begun.elapsed();
            let begun = Instant::now();
            for (path, etag) in chunk {
                client.must("POST", &format!("{path}/publish"), etag, "")?;
            }
            published += begun.elapsed();
        }
        let rate = |took: Duration| self.records as f64 / took.as_secs_f64();
        println!("bare SQLite commits, synchronous=FULL, one text of 5 kB each: {:.0}/s", rate(bare));
        println!(
            "publications, one connection: {:.0}/s = {:.2}",
            rate(published),
            rate(published) / rate(bare)
        );
        drop(connection);
        std::fs::remove_file(file)?;

        let until = Instant::now() + Duration::from_secs(self.seconds);
        let editors: Vec<_> = (0..self.editors)
            .map(|number| {
                let (address, token) = (self.address.clone(), self.token.clone());
                std::thread::spawn(move || -> anyhow::Result<Vec<Duration>> {
                    let mut client = Client::connect(&address, &token)?;
                    let begun = client.must(
                        "POST",
                        "/api/v1/submissions",
                        "",
                        &draft(&format!("Edited {number}")),
                    )?;
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
                })
            })
            .collect();
        let mut all = Vec::new();
        for editor in editors {
            all.extend(editor.join().map_err(|_| anyhow::anyhow!("an editor broke"))??);
        }
        all.sort_unstable();
        println!(
            "edits by {} at once: {:.0}/s, p50 {:.1} ms, p99 {:.1} ms",
            self.editors,
            all.len() as f64 / self.seconds as f64,
            percentile(&all, 0.5),
            percentile(&all, 0.99)
        );
        Ok(())
    }
}
