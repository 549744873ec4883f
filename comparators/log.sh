#!/bin/sh
# How quickly the log of a register grows and proves: comparators/log.sh ENTRIES FOLDER
#
# Takes the demonstration data, enters so many further entries by SQL, signs all of them, and asks for the proofs of the
# demonstration's versions over HTTP. Needs sqlite3, curl, python3, GNU time and target/release/register.
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
python3 - <<'EOF'
import http.client, json, time

connection = http.client.HTTPConnection("127.0.0.1", 8199)


def get(path):
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read()


paths, after = [], 0
while True:
    page = json.loads(get(f"/api/v1/changes?after={after}&limit=100")[1])
    paths += [f"/api/v1/records/{c['record_id']}/versions/{c['version']}/proof" for c in page["items"] if c["kind"] == "published"]
    after = page["after"]
    if not page["more"]:
        break
times = []
for n in range(1000):
    begun = time.perf_counter()
    status, proof = get(paths[n % len(paths)])
    times.append((time.perf_counter() - begun) * 1000)
    assert status == 200, proof
times.sort()
print(f"1,000 proofs over HTTP: p50 {times[500]:.2f} ms, p99 {times[990]:.2f} ms")
EOF
grep VmHWM "/proc/$server/status"
