# Shared by the scripts in this folder: what is measured, how figures are recorded, and the table at the end.
#
# Set `here` (this folder) and `folder` (where everything is kept; if empty, a temporary one, removed at the end) before
# sourcing it. It sets `work` (the folder to write to), `register` (this build), `before` (an earlier one, or nothing) and
# `bare` (the comparators), and reads:
#
#   REGISTER=FILE      the register's binary (else it is built)
#   BEFORE=FILE        a binary of an earlier commit, measured in turn with this one in the same run: the machine's speed
#                      changes from one minute to the next, so only figures measured side by side compare. To make one:
#                      `git worktree add FOLDER COMMIT`, then `cargo build --release` there.
#   COMPARATORS=FILE   the comparators' binary (else it is built)
#   RUNS=3             how often each thing is measured
#
# Everything started is stopped at the end.

made=
if [ -n "$folder" ]; then
    mkdir -p "$folder"
    work=$(realpath "$folder")
else
    work=$(mktemp -d)
    made=$work
fi
register=${REGISTER:-}
before=${BEFORE:-}
runs=${RUNS:-3}
results=$work/results.tsv
: >"$results"

say() { printf '%s\n' "$*" >&2; }
quit() { say "$*"; exit 1; }

for need in sqlite3:sqlite3 curl:curl wrk:wrk time:/usr/bin/time; do
    if ! command -v "${need#*:}" >/dev/null; then
        say "${need#*:} is missing: installing it with apt"
        apt-get install -y -qq "${need%:*}" >/dev/null
    fi
done
if [ -z "$register" ]; then
    (cd "$here/.." && cargo build --quiet --release --package register)
    register=${CARGO_TARGET_DIR:-$here/../target}/release/register
fi
bare=${COMPARATORS:-}
if [ -z "$bare" ]; then
    (cd "$here" && cargo build --quiet --release)
    bare=${CARGO_TARGET_DIR:-$here/target}/release/comparators
fi
register=$(realpath "$register")
if [ -n "$before" ]; then
    [ -x "$before" ] || quit "BEFORE=$before cannot be run: give the binary of an earlier commit"
    before=$(realpath "$before")
fi

# in_turn RUN: the builds to measure in a run. They take turns in going first.
in_turn() {
    if [ -z "$before" ]; then
        echo register
    elif [ $(($1 % 2)) = 1 ]; then
        echo 'register before'
    else
        echo 'before register'
    fi
}
# binary WHO
binary() { if [ "$1" = before ]; then echo "$before"; else echo "$register"; fi; }

children=()
stop() {
    for child in ${children[@]+"${children[@]}"}; do
        # GNU time does not pass signals on, so signal the command it times as well.
        pkill -P "$child" 2>/dev/null || true
        kill "$child" 2>/dev/null || true
        wait "$child" 2>/dev/null || true
    done
    children=()
}

# note MEASURE WHO VALUE
note() { printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$results"; say "  $1: $2 $3"; }
per_second() { awk -v n="$1" -v s="$2" 'BEGIN { printf "%.0f", n / s }'; }
peak_of() { awk '/VmHWM/ { printf "%.0f", $2 / 1024 }' "/proc/$1/status"; }

# timed COMMAND...: runs a command; sets $took (seconds), $cpu (seconds over all threads) and $peak (MB)
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

# until_answered PORT PATH WHO: waits until the server just started answers
until_answered() {
    until curl -fs -o /dev/null "http://127.0.0.1:$1$2"; do
        kill -0 "${children[-1]}" 2>/dev/null || { cat "$work/$3.log" >&2; quit "$3 did not start"; }
    done
}

# hammer MEASURE WHO ADDRESS FILE-OF-PATHS CONNECTIONS [fresh]: records rate, median and 99th percentile
hammer() {
    local threads=$(($5 > 1 ? 2 : 1))
    wrk -t $threads -c "$5" -d "${seconds:-5}" --latency -s "$here/paths.lua" "$3" -- "$4" ${6:-} >"$work/wrk"
    ! grep -q 'Non-2xx' "$work/wrk" || { cat "$work/wrk" >&2; quit "$2 answered errors"; }
    local ms='{ v = $2; if (v ~ /us$/) v = v / 1000; else if (v ~ /ms$/) v = v + 0; else v = v * 1000; printf "%.2f", v }'
    note "$1 requests/s" "$2" "$(awk '/Requests\/sec/ { printf "%.0f", $2 }' "$work/wrk")"
    note "$1 p50 ms" "$2" "$(awk '$1 == "50%" '"$ms" "$work/wrk")"
    note "$1 p99 ms" "$2" "$(awk '$1 == "99%" '"$ms" "$work/wrk")"
}

# Prints minimum, median and maximum of each measure, in the order measured, and for this build the ratio of its median to
# the earlier build's. Less is better for times and memory, more for rates.
table() {
    echo
    printf '%-34s %-34s %10s %10s %10s %8s\n' measure of min median max 'to before'
    awk -F'\t' '
        { key = $1 "\t" $2; if (!(key in n)) order[++keys] = key; value[key, ++n[key]] = $3 }
        END {
            for (k = 1; k <= keys; k++) {
                key = order[k]; count = n[key]
                for (i = 1; i <= count; i++) for (j = i + 1; j <= count; j++)
                    if (value[key, j] + 0 < value[key, i] + 0) { t = value[key, i]; value[key, i] = value[key, j]; value[key, j] = t }
                median[key] = value[key, int((count + 1) / 2)]
                if (count % 2 == 0) median[key] = (median[key] + value[key, count / 2 + 1]) / 2
            }
            for (k = 1; k <= keys; k++) {
                key = order[k]; split(key, name, "\t")
                yesterday = name[1] "\tbefore"; ratio = ""
                if (name[2] == "register" && yesterday in median)
                    ratio = median[yesterday] + 0 == 0 ? "-" : sprintf("%.2f", median[key] / median[yesterday])
                printf "%-34s %-34s %10s %10s %10s %8s\n", name[1], name[2], value[key, 1], median[key], value[key, n[key]], ratio
            }
        }' "$results"
}

leave() {
    stop
    if [ -n "$made" ]; then rm -rf "$made"; fi
}
trap leave EXIT
trap 'exit 130' INT TERM
