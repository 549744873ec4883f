#!/usr/bin/env bash
# ring 0.17.14: a cargo that was started by `cargo run` compiles it again, and everything that depends on it.
#
# ring's build script tells cargo to watch CARGO_PKG_NAME, CARGO_MANIFEST_DIR and others that cargo itself sets for build
# scripts. `cargo run` sets them too, for the program that it runs. A cargo started by that program (a task runner such as
# `cargo xtask`) sees another value than a cargo started from a shell, takes ring for changed, and compiles it and what is
# above it: TLS, HTTP clients, database drivers. The next plain `cargo build` does so once more.
# What to do: remove CARGO_PKG_* and CARGO_MANIFEST_* from the environment before a task starts cargo.
#
# Needs Rust, a C compiler and the registry of crates. Exits with 1 when any of this is otherwise.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unset CARGO_TARGET_DIR
cd "$folder"
mkdir -p leaf/src task/src
printf '[workspace]\nmembers = ["leaf", "task"]\nresolver = "3"\n' >Cargo.toml
printf '[package]\nname = "leaf"\nversion = "0.0.0"\nedition = "2024"\n\n[dependencies]\nring = "=0.17.14"\n' >leaf/Cargo.toml
printf 'pub use ring::digest;\n' >leaf/src/lib.rs
printf '[package]\nname = "task"\nversion = "0.0.0"\nedition = "2024"\n' >task/Cargo.toml
cat >task/src/main.rs <<'RUST'
use std::process::Command;

fn main() {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--verbose", "--package", "leaf"]);
    if std::env::args().any(|argument| argument == "clean") {
        let set = std::env::vars_os().map(|(name, _)| name);
        for name in set.filter(|name| {
            let name = name.to_string_lossy();
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        }) {
            cargo.env_remove(name);
        }
    }
    assert!(cargo.status().unwrap().success());
}
RUST
of_ring() { grep -oE '(Fresh|Dirty) ring' "$1" | head -n 1; }
cargo build --quiet
cargo build --verbose --package leaf 2>plain
cargo run --quiet --package task clean 2>clean
cargo run --quiet --package task 2>inside
{
    echo "again from a shell: $(of_ring plain)"
    echo "from a task that removes what cargo run set: $(of_ring clean)"
    echo "from a task: $(of_ring inside)"
} >seen
cat seen
# Seen on ring 0.17.14 with cargo 1.95.
diff - seen <<'SEEN'
again from a shell: Fresh ring
from a task that removes what cargo run set: Fresh ring
from a task: Dirty ring
SEEN
echo "as it was seen"
