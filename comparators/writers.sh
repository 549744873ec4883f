#!/usr/bin/env bash
# Measures how much many people publish at once on PostgreSQL, and how long a reader waits meanwhile. Compares this build
# with an earlier one, side by side.
#
#   comparators/writers.sh
#
# REGISTER, BEFORE, COMPARATORS, RUNS: see lib.sh
# WRITERS=16,40     how many publish at once
# SECONDS_HTTP=10   for how many seconds each is measured
#
# Needs PostgreSQL's programs from Debian's package; run as root, it runs them as nobody. Everything listens only on
# loopback or on its own socket, and is gone at the end.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
folder=
. "$here/lib.sh"
seconds=${SECONDS_HTTP:-10}
programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1)
[ -n "$programs" ] || quit "PostgreSQL is missing: apt-get install postgresql"

as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"; else "$@"; fi; }
port() { if [ "$1" = before ]; then echo "${BEFORE_PORT:-18081}"; else echo "${REGISTER_PORT:-18080}"; fi; }
url() { echo "postgres://postgres@localhost/$1?host=$work/server"; }
at() { local who=$1; shift; "$(binary "$who")" --database-url "$(url "$who")" --object-store "$work/$who-objects" --index "$work/$who-index" "$@"; }

chmod 755 "$work"
mkdir "$work/server"
[ "$(id -u)" != 0 ] || chown nobody "$work/server"
gone() { stop; as "$programs/pg_ctl" -D "$work/server/data" -m fast -w stop >/dev/null 2>&1 || true; leave; }
trap gone EXIT
as "$programs/initdb" -D "$work/server/data" -U postgres -A trust >"$work/initdb"
# Redirect its output: the server would otherwise keep this script's stdout and stderr open.
(cd / && as "$programs/pg_ctl" -D "$work/server/data" -w -l "$work/server/log" \
    -o "-c listen_addresses='' -c unix_socket_directories=$work/server" start >"$work/started" 2>&1)

asked=()
for who in $(in_turn 1); do
    as "$programs/createdb" -h "$work/server" -U postgres "$who"
    body=$(at "$who" organisation add 'Northmoor Borough Council' --kind local_authority 2>/dev/null)
    at "$who" organisation four-eyes "$body" off 2>/dev/null
    at "$who" person add a@northmoor.example --name A 2>/dev/null
    for role in contributor approver; do at "$who" person grant a@northmoor.example "$role" --organisation "$body" 2>/dev/null; done
    token=$(at "$who" token create a@northmoor.example 2>/dev/null)
    at "$who" serve --empty --no-dumps --listen "127.0.0.1:$(port "$who")" 2>"$work/$who.log" &
    children+=("$!")
    until_answered "$(port "$who")" /readyz "$who"
    asked+=(--register "$who,127.0.0.1:$(port "$who"),$token")
done
for run in $(seq "$runs"); do
    say "run $run of $runs"
    "$bare" writers "${asked[@]}" --writers "${WRITERS:-16,40}" --seconds "$seconds" >"$work/written.tsv"
    while IFS=$'\t' read -r measure who value; do note "$measure" "$who" "$value"; done <"$work/written.tsv"
done
table
