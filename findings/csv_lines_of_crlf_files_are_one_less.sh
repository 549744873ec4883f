#!/usr/bin/env bash
# csv 1.4.0: the line of a record (`Position::line`) is one less in a file with CRLF, and always 1 in a file with CR.
#
# A record ends at the CR, and the LF is read with the next one, so the second record is said to be in the line of the
# header. A report of faults then names the line above each wrong row: an editor shows the row in line 3, the report says
# 2. Blank lines are read with the record after them too, in every kind of file. Without them files with LF are right, so a
# test with such a file sees nothing.
# What to do: do not show `Position::line`. Count line ends yourself up to `Position::byte`, where LF, CRLF and CR each end
# one line and the line ends before the record belong to the lines above it.
#
# Needs Rust and the registry of crates. Exits with 1 when any of this is otherwise.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unset CARGO_TARGET_DIR
cd "$folder"
mkdir src
printf '[package]\nname = "lines"\nversion = "0.0.0"\nedition = "2024"\n\n[dependencies]\ncsv = "=1.4.0"\n' >Cargo.toml
cat >src/main.rs <<'RUST'
fn lines(text: &str) -> Vec<u64> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().position().unwrap().line()).collect()
}

fn main() {
    for (ends, end) in [("LF", "\n"), ("CRLF", "\r\n"), ("CR", "\r")] {
        let rows = ["tool,body", "A,Northmoor", "B,Calder Vale", "C,Ashwick"].join(end);
        let blank = ["tool,body", "", "A,Northmoor", "", "B,Calder Vale"].join(end);
        println!("{ends}: rows in lines 2, 3, 4: {:?}; in lines 3, 5: {:?}", lines(&rows), lines(&blank));
    }
}
RUST
cargo run --quiet >seen
cat seen
# Seen on csv 1.4.0.
diff - seen <<'SEEN'
LF: rows in lines 2, 3, 4: [2, 3, 4]; in lines 3, 5: [2, 4]
CRLF: rows in lines 2, 3, 4: [1, 2, 3]; in lines 3, 5: [1, 3]
CR: rows in lines 2, 3, 4: [1, 1, 1]; in lines 3, 5: [1, 1]
SEEN
echo "as it was seen"
