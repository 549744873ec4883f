#!/usr/bin/env bash
# Measures the register against its comparators, side by side in one run.
#
#   comparators/run.sh [RECORDS] [FOLDER]      default: 100000 records in a temporary folder
#
# REGISTER=FILE     the register's binary (else it is built)
# RUNS=3            how often each thing is measured, in alternation
# SECONDS_HTTP=10   how long requests are sent
# ONLY=             some of: import start export requests search busy publish (all when empty)
# CONNECTIONS=64    how many connections ask for single records
#
# Needs sqlite3, curl, wrk and GNU time; as root what is missing is installed with apt. Everything listens
# at the loopback address only, and everything started is stopped at the end. The imported database stays
# in FOLDER when one is given, so that ONLY=export can be repeated without importing again.
set -eu

records=${1:-100000}
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
runs=${RUNS:-3}
seconds=${SECONDS_HTTP:-10}
only=${ONLY:-import start export requests search busy publish}
connections=${CONNECTIONS:-64}
register_port=${REGISTER_PORT:-18080}
bare_port=${BARE_PORT:-18091}

children=()
made=
if [ $# -ge 2 ]; then
    work=$2
    mkdir -p "$work"
else
    work=$(mktemp -d)
    made=$work
fi
stop() {
    for child in ${children[@]+"${children[@]}"}; do
        # GNU time does not pass a signal on to what it times.
        pkill -P "$child" 2>/dev/null || true
        kill "$child" 2>/dev/null || true
        wait "$child" 2>/dev/null || true
    done
    children=()
}
leave() {
    stop
    if [ -n "$made" ]; then rm -rf "$made"; fi
}
trap leave EXIT
trap 'exit 130' INT TERM

for need in sqlite3:sqlite3 curl:curl wrk:wrk time:/usr/bin/time; do
    if ! command -v "${need#*:}" >/dev/null; then
        echo "${need#*:} is missing: installing it with apt" >&2
        apt-get install -y -qq "${need%:*}" >/dev/null
    fi
done

register=${REGISTER:-}
if [ -z "$register" ]; then
    (cd "$root" && cargo build --quiet --release --package register)
    register=${CARGO_TARGET_DIR:-$root/target}/release/register
fi
(cd "$here" && cargo build --quiet --release)
bare=${CARGO_TARGET_DIR:-$here/target}/release/comparators

file=$work/records-$records.csv
database=$work/register.db
results=$work/results.tsv
: >"$results"

wants() { case " $only " in *" $1 "*) true ;; *) false ;; esac; }
say() { printf '%s\n' "$*" >&2; }
# note MEASURE WHO VALUE
note() { printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$results"; say "  $1: $2 $3"; }
per_second() { awk -v n="$1" -v s="$2" 'BEGIN { printf "%.0f", n / s }'; }
quit() { say "$*"; exit 1; }

# timed COMMAND...: sets $took (seconds), $cpu (seconds of all threads) and $peak (MB)
timed() {
    /usr/bin/time -o "$work/time" -f '%e %U %S %M' "$@" >"$work/out" 2>"$work/err" &
    children+=("$!")
    wait "$!" || { cat "$work/err" >&2; quit "failed: $*"; }
    children=()
    local user system
    read -r took user system peak <"$work/time"
    cpu=$(awk -v a="$user" -v b="$system" 'BEGIN { print a + b }')
    peak=$((peak / 1024))
}

clear_database() { rm -rf "$1" "$1-wal" "$1-shm" "${1%.db}".*.lock "${1%.db}.index"; }

if [ ! -f "$file" ]; then
    say "generating $records records"
    "$bare" generate --records "$records" --out "$file"
    "$register" --json validate "$file" >"$work/validate.json" || quit "the generated file has rejected rows: see $work/validate.json"
fi
bytes=$(stat -c %s "$file")
say "$records records, $((bytes / records)) bytes each"

# Nine columns people filter and sort by, and full text of what people search.
indexed_schema() {
    head -n 1 "$file" | tr -d '\r\n' |
        awk -F, '{ printf "CREATE TABLE records ("; for (i = 1; i <= NF; i++) printf "%s\"%s\" TEXT", (i > 1 ? ", " : ""), $i; print ");" }'
    for column in publisher title jurisdiction phase sectors technologies automation_level first_used people_affected_per_year; do
        echo "CREATE INDEX by_$column ON records ($column);"
    done
    echo "CREATE VIRTUAL TABLE texts USING fts5 (title, summary, description, content=records);"
    echo "CREATE TRIGGER texts_follow AFTER INSERT ON records BEGIN INSERT INTO texts (rowid, title, summary, description) VALUES (new.rowid, new.title, new.summary, new.description); END;"
}

if wants import || [ ! -f "$database" ]; then
    indexed_schema >"$work/indexed.sql"
    for run in $(seq "$runs"); do
        say "import, run $run of $runs"
        clear_database "$database"
        timed "$register" --database-url "sqlite://$database" --json import records "$file" --publish
        note 'import rows/s' register "$(per_second "$records" "$took")"
        note 'import CPU s' register "$cpu"
        note 'import peak MB' register "$peak"
        rm -f "$work/plain.db"
        timed sqlite3 "$work/plain.db" ".import --csv $file records"
        note 'import rows/s' 'sqlite3 .import' "$(per_second "$records" "$took")"
        note 'import CPU s' 'sqlite3 .import' "$cpu"
        rm -f "$work/indexed.db"
        timed sqlite3 "$work/indexed.db" ".read $work/indexed.sql" ".import --csv --skip 1 $file records"
        note 'import rows/s' 'sqlite3 .import, 9 indexes + FTS5' "$(per_second "$records" "$took")"
        note 'import CPU s' 'sqlite3 .import, 9 indexes + FTS5' "$cpu"
    done
    found=$(sqlite3 "$database" 'SELECT count(*) FROM records')
    [ "$found" = "$records" ] || quit "the register has $found records, not $records"
    rm -f "$work/indexed.db"
fi

# start_register: sets $server and $answered (ms until the first list page was answered)
start_register() {
    local begun=$EPOCHREALTIME
    "$register" --database-url "sqlite://$database" serve --empty --no-dumps --listen "127.0.0.1:$register_port" 2>"$work/serve.log" &
    server=$!
    children+=("$server")
    until curl -fs -o /dev/null "http://127.0.0.1:$register_port/api/v1/records?limit=1"; do
        kill -0 "$server" 2>/dev/null || { cat "$work/serve.log" >&2; quit 'the register did not start'; }
    done
    answered=$(awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.0f", (b - a) * 1000 }')
}
start_bare() {
    "$bare" serve --database "$database" --listen "127.0.0.1:$bare_port" "$@" &
    bare_server=$!
    children+=("$bare_server")
    until curl -s -o /dev/null "http://127.0.0.1:$bare_port/records/none"; do
        kill -0 "$bare_server" 2>/dev/null || quit 'the bare handlers did not start'
    done
}

if wants start; then
    for run in $(seq "$runs"); do
        start_register
        note 'start to first answer ms' register "$answered"
        sleep 2
        note 'idle MB' register "$(awk '/VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$server/status")"
        note 'idle private MB' register "$(awk '/RssAnon/ { printf "%.0f", $2 / 1024 }' "/proc/$server/status")"
        stop
    done
fi

# fetch WHO URL: first byte, rate
fetch() {
    local first total size
    read -r first total size <<<"$(curl -fs -o /dev/null -w '%{time_starttransfer} %{time_total} %{size_download}' "$2")"
    note 'export MB/s' "$1" "$(awk -v b="$size" -v s="$total" 'BEGIN { printf "%.0f", b / s / 1e6 }')"
    note 'export rows/s' "$1" "$(per_second "$records" "$total")"
    note 'export first byte ms' "$1" "$(awk -v s="$first" 'BEGIN { printf "%.1f", s * 1000 }')"
}
peak_of() { awk '/VmHWM/ { printf "%.0f", $2 / 1024 }' "/proc/$1/status"; }

if wants export; then
    [ -f "$work/plain.db" ] || sqlite3 "$work/plain.db" ".import --csv $file records"
    for run in $(seq "$runs"); do
        say "export, run $run of $runs"
        start_register
        start_bare
        fetch register "http://127.0.0.1:$register_port/api/v1/records.csv"
        note 'export peak MB' register "$(peak_of "$server")"
        fetch 'bare, same columns' "http://127.0.0.1:$bare_port/records.csv"
        note 'export peak MB' 'bare, same columns' "$(peak_of "$bare_server")"
        fetch 'bare, JSON as one cell' "http://127.0.0.1:$bare_port/contents.csv"
        begun=$EPOCHREALTIME
        size=$(sqlite3 -csv "$work/plain.db" 'SELECT * FROM records' | wc -c)
        took=$(awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')
        note 'export MB/s' 'sqlite3 -csv' "$(awk -v b="$size" -v s="$took" 'BEGIN { printf "%.0f", b / s / 1e6 }')"
        note 'export rows/s' 'sqlite3 -csv' "$(per_second "$records" "$took")"
        stop
    done
fi

# hammer MEASURE WHO ADDRESS FILE-OF-PATHS CONNECTIONS [fresh]: rate, median and 99th percentile
hammer() {
    local threads=$(($5 > 1 ? 2 : 1))
    wrk -t $threads -c "$5" -d "$seconds" --latency -s "$here/paths.lua" "$3" -- "$4" ${6:-} >"$work/wrk"
    ! grep -q 'Non-2xx' "$work/wrk" || { cat "$work/wrk" >&2; quit "$2 answered errors"; }
    local ms='{ v = $2; if (v ~ /us$/) v = v / 1000; else if (v ~ /ms$/) v = v + 0; else v = v * 1000; printf "%.2f", v }'
    note "$1 requests/s" "$2" "$(awk '/Requests\/sec/ { printf "%.0f", $2 }' "$work/wrk")"
    note "$1 p50 ms" "$2" "$(awk '$1 == "50%" '"$ms" "$work/wrk")"
    note "$1 p99 ms" "$2" "$(awk '$1 == "99%" '"$ms" "$work/wrk")"
}

if wants requests; then
    sqlite3 "$database" "SELECT id FROM records ORDER BY (seq * 7919) % 100003 LIMIT 2000" >"$work/ids"
    sed 's,^,/api/v1/records/,' "$work/ids" >"$work/one.register"
    sed 's,^,/records/,' "$work/ids" >"$work/one.bare"
    sed 's,^,/prepared/,' "$work/ids" >"$work/one.prepared"
    start_register
    while read -r id; do
        printf '%s\t' "$id"
        curl -fs "http://127.0.0.1:$register_port/api/v1/records/$id"
        echo
    done <"$work/ids" >"$work/prepared.tsv"
    start_bare --prepared "$work/prepared.tsv"
    for run in $(seq "$runs"); do
        say "requests, run $run of $runs"
        hammer 'one record' register "http://127.0.0.1:$register_port" "$work/one.register" "$connections"
        hammer 'one record' 'bare, same bytes from memory' "http://127.0.0.1:$bare_port" "$work/one.prepared" "$connections"
        hammer 'one record' 'bare, two selects' "http://127.0.0.1:$bare_port" "$work/one.bare" "$connections"
    done
    note 'requests peak MB' register "$(peak_of "$server")"
    stop
fi

if wants search; then
    start_register
    list="/api/v1/records?limit=20"
    echo "$list&sector=policing" >"$work/filtered"
    echo "$list&q=benefit&facets=all" >"$work/common"
    echo "$list&q=%22benefit+claim%22&facets=all" >"$work/phrase"
    rare=$(sqlite3 "$database" "SELECT substr(card, instr(card, '\"title\":\"') + 9, 60) FROM listings LIMIT 1" | grep -o '[0-9]\+' | head -n 1)
    echo "$list&q=$rare&facets=all" >"$work/rare"
    echo "$list&facets=all" >"$work/everything"
    for run in $(seq "$runs"); do
        say "search, run $run of $runs"
        for what in filtered rare common phrase everything; do
            hammer "search: $what" register "http://127.0.0.1:$register_port" "$work/$what" 1 fresh
        done
    done
    note 'after searches MB' register "$(awk '/VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$server/status")"
    note 'after searches, private MB' register "$(awk '/RssAnon/ { printf "%.0f", $2 / 1024 }' "/proc/$server/status")"
    stop
fi

# Lists while as many records again are imported, into a copy that goes afterwards.
if wants busy; then
    other=$work/other-$records.csv
    [ -f "$other" ] || "$bare" generate --records "$records" --seed 2 --out /dev/stdout | sed -E 's/^K([0-9]{7},)/L\1/' >"$other"
    kept=$database
    database=$work/busy.db
    for run in $(seq "$runs"); do
        say "busy, run $run of $runs"
        clear_database "$database"
        cp "$kept" "$database"
        start_register
        echo '/api/v1/records?limit=20&sector=policing' >"$work/filtered"
        hammer 'filtered page, quiet' register "http://127.0.0.1:$register_port" "$work/filtered" 4 fresh
        "$register" --database-url "sqlite://$database" --json import records "$other" --publish >"$work/busy.json" 2>&1 &
        importing=$!
        sleep 1
        hammer 'filtered page, importing' register "http://127.0.0.1:$register_port" "$work/filtered" 4 fresh
        kill -0 "$importing" 2>/dev/null || quit 'the import ended before the requests did'
        kill "$importing"
        wait "$importing" || true
        stop
    done
    clear_database "$database"
    database=$kept
fi

# Publications into a register of their own, beside bare commits on the same disk.
if wants publish; then
    own=$work/publish
    rm -rf "$own"
    mkdir -p "$own"
    at() { "$register" --database-url "sqlite://$own/register.db" "$@" 2>/dev/null; }
    body=$(at organisation add 'Northmoor Borough Council' --kind local_authority)
    at organisation four-eyes "$body" off
    at person add a@northmoor.example --name A
    for role in contributor approver; do at person grant a@northmoor.example "$role" --organisation "$body"; done
    token=$(at token create a@northmoor.example)
    "$register" --database-url "sqlite://$own/register.db" serve --empty --no-dumps --listen "127.0.0.1:$register_port" 2>"$work/serve.log" &
    children+=("$!")
    until curl -fs -o /dev/null "http://127.0.0.1:$register_port/readyz"; do sleep 0.05; done
    for run in $(seq "$runs"); do
        say "publications, run $run of $runs"
        "$bare" publications --address "127.0.0.1:$register_port" --token "$token" --folder "$own" --seconds "$seconds"
    done
    stop
fi

# Minimum, median and maximum of each, in the order they were measured.
echo
printf '%-28s %-34s %10s %10s %10s\n' measure of min median max
awk -F'\t' '
    { key = $1 "\t" $2; if (!(key in n)) order[++keys] = key; value[key, ++n[key]] = $3 }
    END {
        for (k = 1; k <= keys; k++) {
            key = order[k]; count = n[key]
            for (i = 1; i <= count; i++) for (j = i + 1; j <= count; j++)
                if (value[key, j] + 0 < value[key, i] + 0) { t = value[key, i]; value[key, i] = value[key, j]; value[key, j] = t }
            split(key, name, "\t")
            printf "%-28s %-34s %10s %10s %10s\n", name[1], name[2], value[key, 1], value[key, int((count + 1) / 2)], value[key, count]
        }
    }' "$results"
