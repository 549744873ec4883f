#!/usr/bin/env bash
# Measures the register against its comparators, and against an earlier build, side by side in one run.
#
#   comparators/run.sh [RECORDS] [FOLDER]      default: 100000 records in a temporary folder
#
# REGISTER=FILE     the register's binary (else it is built)
# BEFORE=FILE       an earlier binary, measured in turn with this one: see lib.sh
# RUNS=3            how often each thing is measured, in alternation
# SECONDS_HTTP=10   for how many seconds requests are sent
# ONLY=             some of: import start export requests search busy publish (all if empty)
# CONNECTIONS=64    how many connections request single records
#
# Needs sqlite3, curl, wrk and GNU time; if run as root, installs what is missing with apt. Everything listens on loopback
# only, and everything started is stopped at the end. If FOLDER is given, the imported databases stay there, so that
# ONLY=export can be repeated without importing again.
set -eu

records=${1:-100000}
here=$(cd "$(dirname "$0")" && pwd)
seconds=${SECONDS_HTTP:-10}
only=${ONLY:-import start export requests search busy publish}
connections=${CONNECTIONS:-64}
bare_port=${BARE_PORT:-18091}

folder=${2:-}
. "$here/lib.sh"

file=$work/records-$records.csv
wants() { case " $only " in *" $1 "*) true ;; *) false ;; esac; }
# Each build has its own folder, because the register keeps files beside its database. $place selects a throwaway one.
place=
# folder WHO
folder() { echo "$work/$place$1"; }
# database WHO
database() { echo "$(folder "$1")/register.db"; }
# port WHO
port() { if [ "$1" = before ]; then echo "${BEFORE_PORT:-18081}"; else echo "${REGISTER_PORT:-18080}"; fi; }
# at WHO COMMAND...: runs a command of one build on its own database
at() { local who=$1; shift; "$(binary "$who")" --database-url "sqlite://$(database "$who")" "$@"; }
empty() { rm -rf "$(folder "$1")"; mkdir -p "$(folder "$1")"; }

if [ ! -f "$file" ]; then
    say "generating $records records"
    "$bare" generate --records "$records" --out "$file"
    "$register" --json validate "$file" >"$work/validate.json" || quit "the generated file has rejected rows: see $work/validate.json"
fi
bytes=$(stat -c %s "$file")
say "$records records, $((bytes / records)) bytes each"

# A table as people would make it: indexes on nine columns to filter and sort by, and full text to search.
indexed_schema() {
    head -n 1 "$file" | tr -d '\r\n' |
        awk -F, '{ printf "CREATE TABLE records ("; for (i = 1; i <= NF; i++) printf "%s\"%s\" TEXT", (i > 1 ? ", " : ""), $i; print ");" }'
    for column in publisher title jurisdiction phase sectors technologies automation_level first_used people_affected_per_year; do
        echo "CREATE INDEX by_$column ON records ($column);"
    done
    echo "CREATE VIRTUAL TABLE texts USING fts5 (title, summary, description, content=records);"
    echo "CREATE TRIGGER texts_follow AFTER INSERT ON records BEGIN INSERT INTO texts (rowid, title, summary, description) VALUES (new.rowid, new.title, new.summary, new.description); END;"
}

there=yes
for who in $(in_turn 1); do [ -f "$(database "$who")" ] || there=; done
if wants import || [ -z "$there" ]; then
    indexed_schema >"$work/indexed.sql"
    for run in $(seq "$runs"); do
        say "import, run $run of $runs"
        for who in $(in_turn "$run"); do
            empty "$who"
            timed "$(binary "$who")" --database-url "sqlite://$(database "$who")" --json import records "$file" --publish
            note 'import rows/s' "$who" "$(per_second "$records" "$took")"
            note 'import CPU s' "$who" "$cpu"
            note 'import peak MB' "$who" "$peak"
        done
        rm -f "$work/plain.db"
        timed sqlite3 "$work/plain.db" ".import --csv $file records"
        note 'import rows/s' 'sqlite3 .import' "$(per_second "$records" "$took")"
        note 'import CPU s' 'sqlite3 .import' "$cpu"
        rm -f "$work/indexed.db"
        timed sqlite3 "$work/indexed.db" ".read $work/indexed.sql" ".import --csv --skip 1 $file records"
        note 'import rows/s' 'sqlite3 .import, 9 indexes + FTS5' "$(per_second "$records" "$took")"
        note 'import CPU s' 'sqlite3 .import, 9 indexes + FTS5' "$cpu"
    done
    for who in $(in_turn 1); do
        found=$(sqlite3 "$(database "$who")" 'SELECT count(*) FROM records')
        [ "$found" = "$records" ] || quit "$who has $found records, not $records"
    done
    rm -f "$work/indexed.db"
fi

# start WHO: starts a server; sets $server and $answered (ms until the first page of a list)
start() {
    local begun=$EPOCHREALTIME
    "$(binary "$1")" --database-url "sqlite://$(database "$1")" \
        serve --empty --no-dumps --listen "127.0.0.1:$(port "$1")" 2>"$work/$1.log" &
    server=$!
    children+=("$server")
    until_answered "$(port "$1")" '/api/v1/records?limit=1' "$1"
    answered=$(awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.0f", (b - a) * 1000 }')
}
address() { echo "http://127.0.0.1:$(port "$1")"; }
start_bare() {
    "$bare" serve --database "$(database register)" --listen "127.0.0.1:$bare_port" "$@" 2>"$work/bare.log" &
    bare_server=$!
    children+=("$bare_server")
    until curl -s -o /dev/null "http://127.0.0.1:$bare_port/records/none"; do
        kill -0 "$bare_server" 2>/dev/null || quit 'the bare handlers did not start'
    done
}

if wants start; then
    for run in $(seq "$runs"); do
        for who in $(in_turn "$run"); do
            start "$who"
            note 'start to first answer ms' "$who" "$answered"
            sleep 2
            note 'idle MB' "$who" "$(awk '/VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$server/status")"
            note 'idle private MB' "$who" "$(awk '/RssAnon/ { printf "%.0f", $2 / 1024 }' "/proc/$server/status")"
            stop
        done
    done
fi

# fetch WHO URL: records the rate and the time to the first byte
fetch() {
    local first total size
    read -r first total size <<<"$(curl -fs -o /dev/null -w '%{time_starttransfer} %{time_total} %{size_download}' "$2")"
    note 'export MB/s' "$1" "$(awk -v b="$size" -v s="$total" 'BEGIN { printf "%.0f", b / s / 1e6 }')"
    note 'export rows/s' "$1" "$(per_second "$records" "$total")"
    note 'export first byte ms' "$1" "$(awk -v s="$first" 'BEGIN { printf "%.1f", s * 1000 }')"
}

if wants export; then
    [ -f "$work/plain.db" ] || sqlite3 "$work/plain.db" ".import --csv $file records"
    for run in $(seq "$runs"); do
        say "export, run $run of $runs"
        for who in $(in_turn "$run"); do
            start "$who"
            fetch "$who" "$(address "$who")/api/v1/records.csv"
            note 'export peak MB' "$who" "$(peak_of "$server")"
            stop
        done
        start_bare
        fetch 'bare, same columns' "http://127.0.0.1:$bare_port/records.csv"
        note 'export peak MB' 'bare, same columns' "$(peak_of "$bare_server")"
        fetch 'bare, JSON as one cell' "http://127.0.0.1:$bare_port/contents.csv"
        stop
        begun=$EPOCHREALTIME
        size=$(sqlite3 -csv "$work/plain.db" 'SELECT * FROM records' | wc -c)
        took=$(awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')
        note 'export MB/s' 'sqlite3 -csv' "$(awk -v b="$size" -v s="$took" 'BEGIN { printf "%.0f", b / s / 1e6 }')"
        note 'export rows/s' 'sqlite3 -csv' "$(per_second "$records" "$took")"
    done
fi

if wants requests; then
    for who in $(in_turn 1); do
        sqlite3 "$(database "$who")" "SELECT id FROM records ORDER BY (seq * 7919) % 100003 LIMIT 2000" >"$work/ids.$who"
        sed 's,^,/api/v1/records/,' "$work/ids.$who" >"$work/one.$who"
        start "$who"
    done
    sed 's,^,/records/,' "$work/ids.register" >"$work/one.bare"
    sed 's,^,/prepared/,' "$work/ids.register" >"$work/one.prepared"
    while read -r id; do
        printf '%s\t' "$id"
        curl -fs "$(address register)/api/v1/records/$id"
        echo
    done <"$work/ids.register" >"$work/prepared.tsv"
    start_bare --prepared "$work/prepared.tsv"
    for run in $(seq "$runs"); do
        say "requests, run $run of $runs"
        for who in $(in_turn "$run"); do
            hammer 'one record' "$who" "$(address "$who")" "$work/one.$who" "$connections"
        done
        hammer 'one record' 'bare, same bytes from memory' "http://127.0.0.1:$bare_port" "$work/one.prepared" "$connections"
        hammer 'one record' 'bare, two selects' "http://127.0.0.1:$bare_port" "$work/one.bare" "$connections"
        # Each request differs, so none is answered from a prepared answer.
        for who in $(in_turn "$run"); do
            hammer 'one record, not from memory' "$who" "$(address "$who")" "$work/one.$who" "$connections" fresh
        done
    done
    stop
fi

if wants search; then
    list="/api/v1/records?limit=20"
    echo "$list&sector=policing" >"$work/filtered"
    echo "$list&q=benefit&facets=all" >"$work/common"
    echo "$list&q=%22benefit+claim%22&facets=all" >"$work/phrase"
    rare=$(sqlite3 "$(database register)" "SELECT substr(card, instr(card, '\"title\":\"') + 9, 60) FROM listings LIMIT 1" | grep -o '[0-9]\+' | head -n 1)
    echo "$list&q=$rare&facets=all" >"$work/rare"
    echo "$list&facets=all" >"$work/everything"
    declare -A servers
    for who in $(in_turn 1); do
        start "$who"
        servers[$who]=$server
    done
    for run in $(seq "$runs"); do
        say "search, run $run of $runs"
        for what in filtered rare common phrase everything; do
            for who in $(in_turn "$run"); do
                hammer "search: $what" "$who" "$(address "$who")" "$work/$what" 1 fresh
            done
        done
    done
    for who in $(in_turn 1); do
        note 'after searches MB' "$who" "$(awk '/VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/${servers[$who]}/status")"
        note 'after searches, private MB' "$who" "$(awk '/RssAnon/ { printf "%.0f", $2 / 1024 }' "/proc/${servers[$who]}/status")"
    done
    stop
fi

# Lists during an import that doubles the number of records, in a copy that is deleted afterwards.
if wants busy; then
    other=$work/other-$records.csv
    [ -f "$other" ] || "$bare" generate --records "$records" --seed 2 --out /dev/stdout | sed -E 's/^K([0-9]{7},)/L\1/' >"$other"
    echo '/api/v1/records?limit=20&sector=policing' >"$work/filtered"
    for run in $(seq "$runs"); do
        say "busy, run $run of $runs"
        for who in $(in_turn "$run"); do
            place=
            imported=$(folder "$who")
            place=busy-
            rm -rf "$(folder "$who")"
            cp -a "$imported" "$(folder "$who")"
            start "$who"
            hammer 'filtered page, quiet' "$who" "$(address "$who")" "$work/filtered" 4 fresh
            "$(binary "$who")" --database-url "sqlite://$(database "$who")" \
                --json import records "$other" --publish >"$work/busy.json" 2>&1 &
            importing=$!
            sleep 1
            hammer 'filtered page, importing' "$who" "$(address "$who")" "$work/filtered" 4 fresh
            kill -0 "$importing" 2>/dev/null || quit 'the import ended before the requests did'
            children+=("$importing")
            stop
            rm -rf "$(folder "$who")"
        done
    done
    place=
fi

# Publications in fresh registers, in turn within the same minute, next to bare commits on the same disk.
if wants publish; then
    asked=()
    place=publish-
    for who in $(in_turn 1); do
        empty "$who"
        body=$(at "$who" organisation add 'Northmoor Borough Council' --kind local_authority 2>/dev/null)
        at "$who" organisation four-eyes "$body" off 2>/dev/null
        at "$who" person add a@northmoor.example --name A 2>/dev/null
        for role in contributor approver; do at "$who" person grant a@northmoor.example "$role" --organisation "$body" 2>/dev/null; done
        token=$(at "$who" token create a@northmoor.example 2>/dev/null)
        start "$who"
        asked+=(--register "$who,127.0.0.1:$(port "$who"),$token")
    done
    for run in $(seq "$runs"); do
        say "publications, run $run of $runs"
        "$bare" publications "${asked[@]}" --folder "$work" --seconds "$seconds" >"$work/published.tsv"
        while IFS=$'\t' read -r measure who value; do note "$measure" "$who" "$value"; done <"$work/published.tsv"
    done
    stop
    for who in $(in_turn 1); do rm -rf "$(folder "$who")"; done
    place=
fi

table
