//! How much many people publish at once, and how long a reader waits meanwhile.

use std::time::{Duration, Instant};

use clap::Args;

use crate::asked::{Client, Register, draft, percentile, say};

/// Different queries in turn, so that none is answered from the cached answer to the one before.
const LISTS: u64 = 50;
/// How long the reader pauses after each list, as somebody looking at it would.
const REST: Duration = Duration::from_millis(5);

/// Arguments of `writers`.
#[derive(Debug, Args)]
pub struct Writers {
    /// A register, or several in turn: its name, HOST:PORT, and the token of somebody who writes and approves
    /// for a body without four eyes
    #[arg(long, required = true, value_name = "NAME,ADDRESS,TOKEN")]
    register: Vec<Register>,
    /// How many publish at once; each number is measured separately
    #[arg(long, value_delimiter = ',', default_values_t = [16, 40])]
    writers: Vec<usize>,
    /// For how many seconds each number is measured
    #[arg(long, default_value_t = 10)]
    seconds: u64,
}

/// One writer's results.
#[derive(Debug, Default)]
struct Published {
    records: u64,
    refused: u64,
}

impl Writers {
    /// Measures and prints a line per figure: measure, name and value, separated by tabs.
    pub fn run(self) -> anyhow::Result<()> {
        let length = Duration::from_secs(self.seconds);
        for register in &self.register {
            let quiet = read(register, Instant::now() + length)?;
            say("quiet, a reader's p99 ms", &register.name, percentile(&quiet, 0.99));
        }
        for writers in &self.writers {
            for register in &self.register {
                let until = Instant::now() + length;
                let hands = (0..*writers).map(|hand| {
                    let register = register.clone();
                    std::thread::spawn(move || publish(&register, hand, until))
                });
                let hands: Vec<_> = hands.collect();
                let times = read(register, until)?;
                let mut all = Published::default();
                for hand in hands {
                    let one = hand.join().map_err(|_| anyhow::anyhow!("somebody who publishes broke"))??;
                    all.records += one.records;
                    all.refused += one.refused;
                }
                let rate = all.records as f64 / self.seconds as f64;
                say(&format!("{writers} writers, publications/s"), &register.name, rate);
                say(&format!("{writers} writers, refused"), &register.name, all.refused as f64);
                say(
                    &format!("{writers} writers, a reader's p99 ms"),
                    &register.name,
                    percentile(&times, 0.99),
                );
            }
        }
        Ok(())
    }
}

/// Reads one list after another. Returns how long each took, sorted. Refusals count like answers.
fn read(register: &Register, until: Instant) -> anyhow::Result<Vec<Duration>> {
    let mut client = Client::connect(register)?;
    let mut times = Vec::new();
    for list in 0.. {
        if Instant::now() >= until {
            break;
        }
        let begun = Instant::now();
        client.send("GET", &format!("/api/v1/organisations?q=x{}", list % LISTS), "", "")?;
        times.push(begun.elapsed());
        std::thread::sleep(REST);
    }
    times.sort_unstable();
    Ok(times)
}

/// Publishes one record after another, step by step.
fn publish(register: &Register, hand: usize, until: Instant) -> anyhow::Result<Published> {
    let (mut client, mut published) = (Client::connect(register)?, Published::default());
    for number in 0.. {
        if Instant::now() >= until {
            break;
        }
        let begun =
            client.send("POST", "/api/v1/submissions", "", &draft(&format!("Tool {hand} {number}")))?;
        let (mut last, path) = (begun.status, begun.location);
        let mut etag = begun.etag;
        for action in ["submit", "approve", "publish"] {
            if last < 300 {
                let done = client.send("POST", &format!("{path}/{action}"), &etag, "")?;
                (last, etag) = (done.status, done.etag);
            }
        }
        if last < 300 {
            published.records += 1;
        } else {
            published.refused += 1;
        }
    }
    Ok(published)
}
