#!/usr/bin/env bash
# rapidfuzz 0.5.0: `fuzz::RatioBatchComparator` gives other scores than `fuzz::ratio`, whose prepared form it is.
#
# Its documentation says 0.9655 for "this is a test" and "this is a test!", the ratio of both. It answers 0.9333, which is
# the longest common subsequence through the longer length. A search that moves from the function to the comparator for
# speed ranks otherwise, and a threshold that was right loses names without a word.
# What to do: take `distance::indel::BatchComparator::normalized_similarity`, which is the ratio.
#
# Needs Rust and the registry of crates. Exits with 1 when any of this is otherwise.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unset CARGO_TARGET_DIR
cd "$folder"
mkdir src
printf '[package]\nname = "ratio"\nversion = "0.0.0"\nedition = "2024"\n\n[dependencies]\nrapidfuzz = "=0.5.0"\n' >Cargo.toml
cat >src/main.rs <<'RUST'
use rapidfuzz::distance::indel;
use rapidfuzz::fuzz;

fn main() {
    for (one, other) in [("this is a test", "this is a test!"), ("surey police", "surrey police")] {
        let ratio = fuzz::ratio(one.chars(), other.chars());
        let prepared = fuzz::RatioBatchComparator::new(one.chars()).similarity(other.chars());
        let indel = indel::BatchComparator::new(one.chars()).normalized_similarity(other.chars());
        println!("{one} / {other}: ratio {ratio:.4}, prepared {prepared:.4}, indel {indel:.4}");
    }
}
RUST
cargo run --quiet >seen
cat seen
# Seen on rapidfuzz 0.5.0.
diff - seen <<'SEEN'
this is a test / this is a test!: ratio 0.9655, prepared 0.9333, indel 0.9655
surey police / surrey police: ratio 0.9600, prepared 0.9231, indel 0.9600
SEEN
echo "as it was seen"
