//! Open Contracting notices: written as lines, or as one package of any length; read with serde_json alone,
//! one value a line.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::texts::{Chance, prose};

/// Notices: written or read.
#[derive(Debug, Subcommand)]
pub enum Notices {
    /// Write invented releases of about 3 kB
    Write(Out),
    /// Read lines with serde_json and print how fast
    Read {
        /// The file
        file: PathBuf,
    },
    /// Write queries for /reconcile as a form
    Questions {
        /// How many
        #[arg(long)]
        count: usize,
        /// Over how many firms
        #[arg(long)]
        firms: usize,
    },
}

/// What to write.
#[derive(Debug, Args)]
pub struct Out {
    /// How many releases
    #[arg(long)]
    releases: usize,
    /// How many different firms sell
    #[arg(long, default_value_t = 2_000)]
    firms: usize,
    /// One package instead of lines
    #[arg(long)]
    package: bool,
    /// The file
    #[arg(long)]
    out: PathBuf,
}

/// CPV codes of what is bought.
const CODES: &[&str] = &["48000000", "35125000", "72000000", "45000000"];

/// A firm's name.
fn firm(number: usize) -> String {
    const FIRST: &[&str] =
        &["Alder", "Brant", "Corvid", "Dunlin", "Egret", "Fulmar", "Gannet", "Heron", "Ibis", "Jay"];
    const LAST: &[&str] =
        &["Analytics", "Systems", "Software", "Security", "Mobility", "Imaging", "Networks", "Labs"];
    let (first, last) = (FIRST[number % FIRST.len()], LAST[number / FIRST.len() % LAST.len()]);
    format!("{first} {last} {} Limited", number / (FIRST.len() * LAST.len()))
}

fn release(number: usize, firms: usize, texts: &[String]) -> Value {
    // One in five changes an earlier release.
    let update = number % 5 == 4;
    let process = if update { number - 1 } else { number };
    let firm_number = process * 7 % firms;
    let tag = if update { "awardUpdate" } else { "award" };
    json!({
        "ocid": format!("ocds-b5fd17-{process:08}"),
        "id": format!("{number:08}-1"),
        "language": "en",
        "date": format!("2025-{:02}-{:02}T10:00:{:02}Z", process % 12 + 1, process % 28 + 1, if update { 30 } else { 0 }),
        "tag": [tag],
        "initiationType": "tender",
        "tender": {
            "id": format!("T-{process}"),
            "title": format!("Supply of equipment no. {process}"),
            "description": texts[process % texts.len()],
            "status": "complete",
            "classification": { "scheme": "CPV", "id": CODES[process % CODES.len()] },
            "items": [{ "id": "1", "deliveryAddresses": [{ "region": "England", "countryName": "United Kingdom" }] }],
            "value": { "amount": process * 10 + 100, "currency": "GBP" },
            "procurementMethod": "open",
            "procurementMethodDetails": "Open procedure (below threshold)",
            "contractPeriod": { "startDate": "2025-03-01T00:00:00Z", "endDate": "2027-02-28T23:59:59Z" },
            "suitability": { "sme": true, "vcse": false },
            "mainProcurementCategory": "goods"
        },
        "parties": [
            {
                "id": format!("GB-CFS-{}", process % 500), "name": format!("Council of Parish {}", process % 500),
                "identifier": { "legalName": format!("Council of Parish {}", process % 500) },
                "address": { "streetAddress": "Town Hall", "locality": "Somewhere", "postalCode": "AA1 1AA", "countryName": "England" },
                "contactPoint": { "name": "Somebody", "email": "somebody@example.org", "telephone": "+44 1" },
                "roles": ["buyer"]
            },
            {
                "id": format!("GB-COH-{firm_number:08}"), "name": firm(firm_number),
                "identifier": { "scheme": "GB-COH", "id": format!("{firm_number:08}"), "legalName": firm(firm_number) },
                "address": { "streetAddress": "1 High Street" },
                "details": { "scale": "sme", "vcse": false },
                "roles": ["supplier"]
            }
        ],
        "buyer": { "id": format!("GB-CFS-{}", process % 500), "name": format!("Council of Parish {}", process % 500) },
        "awards": [{
            "id": format!("ocds-b5fd17-{process:08}-1"),
            "status": "active",
            "date": "2025-02-01T00:00:00Z",
            "datePublished": "2025-02-20T10:00:00Z",
            "value": { "amount": 1000.5, "currency": "GBP" },
            "suppliers": [{ "id": format!("GB-COH-{firm_number:08}"), "name": firm(firm_number) }],
            "contractPeriod": { "startDate": "2025-03-01T00:00:00Z", "endDate": "2027-02-28T23:59:59Z" },
            "documents": [{
                "id": "1", "documentType": "awardNotice", "description": "Awarded contract notice",
                "url": format!("https://notices.example/{number}"), "datePublished": "2025-02-20T10:00:00Z",
                "format": "text/html", "language": "en"
            }]
        }]
    })
}

impl Notices {
    /// Runs the command.
    pub fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Write(out) => out.write(),
            Self::Read { file } => read(&file),
            Self::Questions { count, firms } => {
                let questions: serde_json::Map<String, Value> = (0..count)
                    .map(|number| {
                        let mut name = firm(number * 31 % firms);
                        // A third is misspelt, and a third in capitals.
                        match number % 3 {
                            0 => drop(name.remove(2)),
                            1 => name = name.to_uppercase(),
                            _ => {}
                        }
                        (format!("q{number}"), json!({ "query": name, "type": "organisation", "limit": 3 }))
                    })
                    .collect();
                println!("{}", Value::Object(questions));
                Ok(())
            }
        }
    }
}

impl Out {
    fn write(&self) -> anyhow::Result<()> {
        let mut chance = Chance::new(7);
        let texts: Vec<String> = (0..50).map(|_| prose(&mut chance, 900)).collect();
        let mut out = BufWriter::new(File::create(&self.out)?);
        if self.package {
            out.write_all(b"{\"uri\":\"https://notices.example/\",\"version\":\"1.1\",\"releases\":[")?;
        }
        for number in 0..self.releases {
            if self.package && number > 0 {
                out.write_all(b",")?;
            }
            serde_json::to_writer(&mut out, &release(number, self.firms, &texts))?;
            if !self.package {
                out.write_all(b"\n")?;
            }
        }
        if self.package {
            out.write_all(b"]}\n")?;
        }
        Ok(out.flush()?)
    }
}

fn read(file: &PathBuf) -> anyhow::Result<()> {
    let begun = Instant::now();
    let mut lines = 0_u64;
    let mut line = Vec::new();
    let mut reader = BufReader::new(File::open(file)?);
    while reader.read_until(b'\n', &mut line)? > 0 {
        let value: Value = serde_json::from_slice(&line)?;
        lines += u64::from(value["ocid"].is_string());
        line.clear();
    }
    println!("{:.0}", lines as f64 / begun.elapsed().as_secs_f64());
    Ok(())
}
