#!/usr/bin/env bash
# Measures how fast a register signs its log and gives proofs: comparators/log.sh [ENTRIES] [FOLDER]
#
# Loads the demonstration data, adds ENTRIES further entries by SQL (default: 1000000), signs them all, and requests the
# proof of one of the demonstration's versions over HTTP. BEFORE=FILE measures an earlier binary in turn, REGISTER=FILE
# one that is already built: see lib.sh.
set -eu

entries=${1:-1000000}
here=$(cd "$(dirname "$0")" && pwd)
seconds=${SECONDS_HTTP:-4}
runs=${RUNS:-2}
folder=${2:-}
. "$here/lib.sh"
port=${REGISTER_PORT:-8199}

# serve WHO PATH: starts a server in its own folder, and waits until it answers PATH
serve() {
    (cd "$work/$1" && exec "$(binary "$1")" serve --no-dumps --listen "127.0.0.1:$port" 2>"$work/$1.log") &
    server=$!
    children+=("$server")
    until_answered "$port" "$2" "$1"
}
# sign WHO MEASURE: records how long signing takes
sign() {
    timed env -C "$work/$1" "$(binary "$1")" log sign
    note "$2 s" "$1" "$took"
    note "$2 CPU s" "$1" "$cpu"
    note "$2 peak MB" "$1" "$peak"
}

for run in $(seq "$runs"); do
    for who in $(in_turn "$run"); do
        say "$entries entries, run $run of $runs: $who"
        rm -rf "${work:?}/$who"
        mkdir -p "$work/$who"
        serve "$who" /log/checkpoint
        stop
        sqlite3 "$work/$who/data/register.db" "
        WITH RECURSIVE n(i) AS (SELECT max(sequence) + 1 FROM log_entries UNION ALL SELECT i + 1 FROM n
            WHERE i < (SELECT max(sequence) FROM log_entries) + $entries)
        INSERT INTO log_entries SELECT i, 1000000 + i, printf('{\"at\":\"2026-05-01T09:30:00.000000Z\",\"content_sha256\":\"%064x\",'
            || '\"kind\":\"published\",\"record_id\":\"R-4QZK7AB\",\"sequence\":%d,\"v\":1,\"version\":1}', i, i), '{}' FROM n"
        # Reads the entries from the database, and writes tiles, bundles and checkpoints, each flushed to disk.
        sign "$who" 'sign all'
        # Again with nothing to sign, as at a start: verifies what is signed.
        sign "$who" 'prove all'
        serve "$who" /readyz
        record=$(curl -fsS "http://127.0.0.1:$port/api/v1/changes?limit=1" | sed 's/.*"record_id":"\([^"]*\)".*/\1/')
        echo "/api/v1/records/$record/versions/1/proof" >"$work/proof"
        hammer 'one proof' "$who" "http://127.0.0.1:$port" "$work/proof" 1
        note 'proofs peak MB' "$who" "$(peak_of "$server")"
        stop
    done
done
table
