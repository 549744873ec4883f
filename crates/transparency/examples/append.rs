//! Measures how fast a log grows and proves: `cargo run --release -p transparency --example append --
//! 1000000`.
#![expect(clippy::print_stdout, reason = "it tells what it measured")]

use std::time::Instant;

use transparency::{Entry, EntryKind, Held, LogError, Node, Tree};

/// Entries per batch.
const BATCH: u64 = 10_000;

fn entry(n: u64) -> Vec<u8> {
    let at = chrono::DateTime::from_timestamp(1_777_627_800, 0).unwrap_or_default();
    Entry::new(n, at, EntryKind::Published, ("R-4QZK7AB", 1), &"ab".repeat(32)).to_bytes()
}

fn main() -> Result<(), LogError> {
    let wanted = std::env::args().nth(1).and_then(|number| number.parse().ok()).unwrap_or(100_000);
    let mut files = Held::default();
    let mut tree = Tree::EMPTY;
    let begun = Instant::now();
    while tree.size < wanted {
        let entries: Vec<Vec<u8>> = (tree.size..wanted.min(tree.size + BATCH)).map(entry).collect();
        let (more, written) = tree.grow(&files, &entries)?;
        files.0.extend(written);
        tree = more;
    }
    let taken = begun.elapsed().as_secs_f64();
    println!("{} entries, {:.0}/s", tree.size, tree.size as f64 / taken);
    let mut times: Vec<f64> = (0..1_000)
        .map(|place| {
            let index = place * tree.size / 1_000;
            let begun = Instant::now();
            let path = tree.prove(&files, index);
            let taken = begun.elapsed().as_secs_f64() * 1_000.0;
            assert!(path.is_ok_and(|path| tree.holds(index, Node::of(&entry(index)), &path)));
            taken
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("1000 proofs, p50 {:.2} ms, p99 {:.2} ms", times[500], times[990]);
    Ok(())
}
