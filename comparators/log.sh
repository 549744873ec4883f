#!/bin/sh
# How quickly the log of a register grows and proves: comparators/log.sh ENTRIES FOLDER
#
# Takes the demonstration data, enters so many further entries by SQL, signs all of them, and asks for the proof of one
# of the demonstration's versions over HTTP. Needs sqlite3, curl, wrk, GNU time and target/release/register.
set -eu
entries=${1:-1000000}
folder=${2:-$(mktemp -d)}
register=$(cd "$(dirname "$0")/.." && pwd)/target/release/register
mkdir -p "$folder"
cd "$folder"
rm -rf data
"$register" serve --no-dumps --listen 127.0.0.1:8199 2>server.log &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT
until curl -fsS http://127.0.0.1:8199/log/checkpoint >/dev/null 2>&1; do sleep 0.2; done
kill $server
wait $server 2>/dev/null || true
sqlite3 data/register.db "
WITH RECURSIVE n(i) AS (SELECT max(sequence) + 1 FROM log_entries UNION ALL SELECT i + 1 FROM n
    WHERE i < (SELECT max(sequence) FROM log_entries) + $entries)
INSERT INTO log_entries SELECT i, 1000000 + i, printf('{\"at\":\"2026-05-01T09:30:00.000000Z\",\"content_sha256\":\"%064x\",'
    || '\"kind\":\"published\",\"record_id\":\"R-4QZK7AB\",\"sequence\":%d,\"v\":1,\"version\":1}', i, i), '{}' FROM n"
echo "signing $entries entries: read from the database, written as tiles, bundles and checkpoints, each flushed to the disk"
/usr/bin/time -f '%e s, %U s of processor, peak memory %M kB' "$register" log sign | head -1
echo "proving anew at a start, without anything to sign"
/usr/bin/time -f '%e s, %U s of processor, peak memory %M kB' "$register" log sign | head -1
"$register" serve --no-dumps --listen 127.0.0.1:8199 2>server.log &
server=$!
until curl -fsS http://127.0.0.1:8199/readyz >/dev/null 2>&1; do sleep 0.2; done
record=$(curl -fsS 'http://127.0.0.1:8199/api/v1/changes?limit=1' | sed 's/.*"record_id":"\([^"]*\)".*/\1/')
echo "proofs over HTTP, one connection, twice"
for _ in 1 2; do
    wrk -t1 -c1 -d4 --latency "http://127.0.0.1:8199/api/v1/records/$record/versions/1/proof" | grep -E '50%|99%|Requests/sec'
done
grep VmHWM "/proc/$server/status"
