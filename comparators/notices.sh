#!/usr/bin/env bash
# Measures reading, storing and matching notices, next to serde_json reading the same lines.
#
#   comparators/notices.sh [RELEASES] [LONG] [FIRMS]      default: 100000, 700000 (2 GB) and 50000
#
# BEFORE=FILE measures an earlier binary in turn, REGISTER=FILE one that is already built, RUNS=2 sets how often: see
# lib.sh. Everything is in a temporary folder and removed at the end.
set -eu

releases=${1:-100000}
long=${2:-700000}
firms=${3:-50000}
here=$(cd "$(dirname "$0")" && pwd)
runs=${RUNS:-2}
folder=
. "$here/lib.sh"
port=${REGISTER_PORT:-18095}

# rate MEASURE WHO RELEASES ARGUMENT...: records how many releases a command handles per second
rate() {
    local measure=$1 who=$2 of=$3
    shift 3
    timed "$(binary "$who")" --json "$@"
    note "$measure releases/s" "$who" "$(per_second "$of" "$took")"
    note "$measure peak MB" "$who" "$peak"
}

"$bare" notices write --releases "$releases" --out "$work/notices.jsonl"
say "$releases releases of $(($(stat -c %s "$work/notices.jsonl") / releases)) bytes, one in five changes an earlier one"
"$bare" notices write --releases "$long" --package --out "$work/package.json"
say "one package of $(($(stat -c %s "$work/package.json") >> 20)) MB"
"$bare" notices write --releases "$firms" --firms "$firms" --out "$work/firms.jsonl"
"$bare" notices questions --count 1000 --firms "$firms" >"$work/questions"

for run in $(seq "$runs"); do
    say "run $run of $runs"
    note 'validate releases/s' 'serde_json alone' "$("$bare" notices read "$work/notices.jsonl")"
    for who in $(in_turn "$run"); do
        rm -rf "$work/$who"
        mkdir "$work/$who"
        lines=(--database-url "sqlite://$work/$who/lines.db")
        rate validate "$who" "$releases" validate --source ocds "$work/notices.jsonl"
        rate 'import --check' "$who" "$releases" "${lines[@]}" import ocds "$work/notices.jsonl" --check
        rate import "$who" "$releases" "${lines[@]}" import ocds "$work/notices.jsonl" --no-link
        timed "$(binary "$who")" "${lines[@]}" --json link run
        note 'link run s' "$who" "$took"
        note 'link run peak MB' "$who" "$peak"
    done
    for who in $(in_turn "$run"); do
        rate 'validate a package' "$who" "$long" validate --source ocds "$work/package.json"
        rate 'import a package' "$who" "$long" --database-url "sqlite://$work/$who/package.db" import ocds "$work/package.json" --no-link
        rm -rf "$work/$who"
    done
done

# Reconciles 1,000 names against FIRMS firms.
for who in $(in_turn 1); do
    mkdir -p "$work/$who"
    "$(binary "$who")" --database-url "sqlite://$work/$who/firms.db" --json import ocds "$work/firms.jsonl" --no-link >/dev/null
    "$(binary "$who")" --database-url "sqlite://$work/$who/firms.db" serve --empty --no-dumps --listen "127.0.0.1:$port" 2>"$work/$who.log" &
    children+=("$!")
    until_answered "$port" /healthz "$who"
    for run in 1 2 3; do
        took=$(curl -s -o "$work/answers" -w '%{time_total}' --data-urlencode "queries@$work/questions" "http://127.0.0.1:$port/reconcile")
        note "1,000 names, time $run, s" "$who" "$took"
        note '1,000 names, certain' "$who" "$(grep -o '"match":true' "$work/answers" | wc -l)"
    done
    stop
done
table
