//! A register as its clients see it: requests on one connection, drafts that can be published, and printing
//! figures.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, bail};

/// The fields that our drafts state as unknown.
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
/// Characters in a record's description, as long as real ones.
const DESCRIPTION: usize = 4_000;

/// A running register.
#[derive(Debug, Clone)]
pub struct Register {
    /// Its name in the table.
    pub name: String,
    /// Host and port.
    pub address: String,
    /// The token of somebody who writes and approves.
    pub token: String,
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

/// One connection to a register.
#[derive(Debug)]
pub struct Client {
    stream: BufReader<TcpStream>,
    token: String,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// The `ETag`; empty if there is none.
    pub etag: String,
    /// The `Location`; empty if there is none.
    pub location: String,
    /// Its body.
    pub body: Vec<u8>,
}

impl Client {
    /// Connects to a register.
    pub fn connect(register: &Register) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(&register.address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), token: register.token.clone() })
    }

    /// Sends a request and reads the answer.
    pub fn send(&mut self, method: &str, path: &str, etag: &str, body: &str) -> anyhow::Result<Answer> {
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

    /// As [`Client::send`]. Errors: the status is not a success.
    pub fn must(&mut self, method: &str, path: &str, etag: &str, body: &str) -> anyhow::Result<Answer> {
        let answer = self.send(method, path, etag, body)?;
        if answer.status >= 300 {
            bail!("{method} {path}: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        }
        Ok(answer)
    }
}

/// A draft that can be published.
pub fn draft(title: &str) -> String {
    let statements: Vec<_> =
        UNKNOWN.iter().map(|field| serde_json::json!({ "field": field, "kind": "unknown" })).collect();
    serde_json::json!({ "record": {
        "title": title, "phase": "design", "summary": "Plans routes.", "sectors": ["schools"],
        "description": "Words about routes. ".repeat(DESCRIPTION / 20), "field_statements": statements,
    } })
    .to_string()
}

/// A percentile of sorted durations, in milliseconds.
pub fn percentile(sorted: &[Duration], part: f64) -> f64 {
    let place = ((sorted.len() as f64 - 1.0) * part).round() as usize;
    sorted.get(place).map_or(0.0, |took| took.as_secs_f64() * 1_000.0)
}

/// Prints a figure: the measure, the name and the value, separated by tabs.
pub fn say(measure: &str, who: &str, value: f64) {
    println!("{measure}\t{who}\t{value:.1}");
}
