#!/usr/bin/env bash
# Measures how notices are read, stored and matched, beside serde_json reading the same lines.
#
#   comparators/notices.sh [RELEASES] [LONG] [FIRMS]      default: 100000, 700000 (2 GB) and 50000
#
# REGISTER=FILE  the register's binary (else it is built)     RUNS=2  how often reading is measured
#
# Needs GNU time and curl. Everything lies in a temporary folder and is removed at the end.
set -eu

releases=${1:-100000}
long=${2:-700000}
firms=${3:-50000}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
server=
leave() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$work"
}
trap leave EXIT
trap 'exit 130' INT TERM

register=${REGISTER:-}
if [ -z "$register" ]; then
    (cd "$here/.." && cargo build --quiet --release --package register)
    register=$here/../target/release/register
fi
(cd "$here" && cargo build --quiet --release)
bare=$here/target/release/comparators

say() { printf '%s\n' "$*"; }
# timed COMMAND...: sets $took (seconds) and $peak (MB)
timed() {
    /usr/bin/time -o "$work/time" -f '%e %M' "$@" >"$work/out" 2>"$work/err" || { cat "$work/err" >&2; exit 1; }
    read -r took peak <"$work/time"
    peak=$((peak / 1024))
}
per_second() { awk -v n="$1" -v s="$2" 'BEGIN { printf "%.0f", n / s }'; }

"$bare" notices write --releases "$releases" --out "$work/notices.jsonl"
say "$releases releases of $(($(stat -c %s "$work/notices.jsonl") / releases)) bytes, one in five changes an earlier one"
for _ in $(seq "${RUNS:-2}"); do
    say "  serde_json alone, releases/s: $("$bare" notices read "$work/notices.jsonl")"
    timed "$register" --json validate --source ocds "$work/notices.jsonl"
    say "  register validate, releases/s: $(per_second "$releases" "$took"), peak $peak MB"
done
timed "$register" --database-url "sqlite://$work/lines.db" --json import ocds "$work/notices.jsonl" --check
say "  register import --check, releases/s: $(per_second "$releases" "$took"), peak $peak MB"
timed "$register" --database-url "sqlite://$work/lines.db" --json import ocds "$work/notices.jsonl" --no-link
say "  register import, releases/s: $(per_second "$releases" "$took"), peak $peak MB"
timed "$register" --database-url "sqlite://$work/lines.db" --json link run
say "  link run over all: $took s, peak $peak MB"

"$bare" notices write --releases "$long" --package --out "$work/package.json"
say "one package of $(($(stat -c %s "$work/package.json") >> 20)) MB"
timed "$register" --json validate --source ocds "$work/package.json"
say "  register validate, releases/s: $(per_second "$long" "$took"), peak $peak MB"
timed "$register" --database-url "sqlite://$work/package.db" --json import ocds "$work/package.json" --no-link
say "  register import, releases/s: $(per_second "$long" "$took"), peak $peak MB"

"$bare" notices write --releases "$firms" --firms "$firms" --out "$work/firms.jsonl"
"$register" --database-url "sqlite://$work/firms.db" --json import ocds "$work/firms.jsonl" --no-link >/dev/null
"$bare" notices questions --count 1000 --firms "$firms" >"$work/questions"
"$register" --database-url "sqlite://$work/firms.db" serve --empty --listen 127.0.0.1:18095 2>"$work/serve.log" &
server=$!
until curl -fs -o /dev/null http://127.0.0.1:18095/healthz; do sleep 0.1; done
for run in 1 2 3; do
    took=$(curl -s -o "$work/answers" -w '%{time_total}' --data-urlencode "queries@$work/questions" http://127.0.0.1:18095/reconcile)
    say "  1,000 names against the firms of $firms releases, run $run: $took s, $(grep -o '"match":true' "$work/answers" | wc -l) certain"
done
