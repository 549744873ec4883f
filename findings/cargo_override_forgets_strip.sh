#!/usr/bin/env bash
# cargo 1.95.0: an override for the package that holds the binary, of any setting, undoes the profile's `strip`.
#
# `[profile.release] strip = "symbols"` gives a binary without a symbol table. Adding `[profile.release.package.NAME]` with
# nothing but `opt-level` or `codegen-units` for the binary's own package gives `strip=debuginfo`, and with
# `debug = "line-tables-only"` in the profile no stripping at all. There is no warning; an override that is meant to make a
# binary smaller makes it larger. `strip = "none"` is undone in the same way, so a binary that should keep its lines loses
# them. Other settings of the profile are kept.
# What to do: name `strip` again in the override.
#
# Needs Rust alone. Exits with 1 when any of this is otherwise.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
unset CARGO_TARGET_DIR
cd "$folder"
mkdir src
echo 'fn main() {}' >src/main.rs

# build STRIP DEBUG OVERRIDE: prints what cargo passes to the compiler for the binary
build() {
    printf '[package]\nname = "small"\nversion = "0.0.0"\nedition = "2024"\n\n[profile.release]\n%s\n%s\n\n%s\n' "$1" "$2" "$3" \
        >Cargo.toml
    cargo build --release --verbose 2>said || { cat said; exit 1; }
    grep -o -- '--crate-name small .*' said | grep -o 'strip=[a-z]*' || echo 'no stripping'
    touch src/main.rs
}
of_package='[profile.release.package.small]'

cargo --version
{
    echo "without an override: $(build 'strip = "symbols"' '' '')"
    echo "opt-level overridden: $(build 'strip = "symbols"' '' "$of_package
opt-level = \"s\"")"
    echo "codegen-units overridden: $(build 'strip = "symbols"' '' "$of_package
codegen-units = 1")"
    echo "with lines, opt-level overridden: $(build 'strip = "symbols"' 'debug = "line-tables-only"' "$of_package
opt-level = \"s\"")"
    echo "nothing to strip, opt-level overridden: $(build 'strip = "none"' '' "$of_package
opt-level = \"s\"")"
    echo "strip named again: $(build 'strip = "symbols"' '' "$of_package
opt-level = \"s\"
strip = \"symbols\"")"
} >seen
cat seen
# Seen on cargo 1.95.0.
diff - seen <<'SEEN'
without an override: strip=symbols
opt-level overridden: strip=debuginfo
codegen-units overridden: strip=debuginfo
with lines, opt-level overridden: no stripping
nothing to strip, opt-level overridden: strip=debuginfo
strip named again: strip=symbols
SEEN
echo "as it was seen"
