# What the load benchmarks share: processes, loads, and the table of figures beside their targets. To be
# sourced; `bench` is this folder, `dir` a temporary one that is removed when the script ends. Loads go
# to loopback and are bounded in time; only processes that were started here are ended.
# shellcheck shell=bash
set -euo pipefail

bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$bench/../build-bench
users=10000
batch=1000
connections=64
warm_up=2
rounds=3
seconds=4

say() {
  printf '== %s\n' "$*"
}

die() {
  printf '!! %s\n' "$*" >&2
  exit 1
}

# number NAME VALUE MAX
number() {
  if ! [[ $2 =~ ^[1-9][0-9]{0,3}$ ]] || (($2 > $3)); then
    die "$1 has to be a number from 1 to $3"
  fi
}

# take_options ARGUMENT...: --rounds, --seconds and --help.
take_options() {
  while [[ $# -gt 0 ]]; do
    case $1 in
    -h | --help)
      sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"
      exit
      ;;
    --rounds)
      number "$1" "${2:-}" 100
      rounds=$2
      shift 2
      ;;
    --seconds)
      number "$1" "${2:-}" 600
      seconds=$2
      shift 2
      ;;
    *) die "unknown option $1; see --help" ;;
    esac
  done
}

# need PROGRAM...
need() {
  local program
  for program in "$@"; do
    command -v "$program" >/dev/null || die "$program is missing; scripts/bench sees to it"
  done
}

# -- processes -----------------------------------------------------------------

dir=$(mktemp -d)
pids=()     # what this script has started and not ended yet
load_pid=

# stop PID: asks, and insists after 10 seconds.
stop() {
  local i
  kill "$1" 2>/dev/null || return 0
  for ((i = 0; i < 100; ++i)); do
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

# start_redis: sets redis_port and redis_pid.
start_redis() {
  local i
  redis_port=$((20000 + RANDOM % 12000))
  mkdir -p "$dir/redis-$redis_port"
  redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --appendonly no \
    --dir "$dir/redis-$redis_port" >"$dir/redis-$redis_port/log" 2>&1 &
  redis_pid=$!
  pids+=("$redis_pid")
  for ((i = 0; i < 100; ++i)); do
    # by its process id: if the port was taken, another server answers
    redis-cli -p "$redis_port" info server 2>/dev/null |
      grep -q "^process_id:${redis_pid}[^0-9]*$" && return
    sleep 0.1
  done
  die "Redis did not start: $(tail -n 3 "$dir/redis-$redis_port/log")"
}

# shellcheck disable=SC2317  # the trap calls it
clean_up() {
  local pid
  for pid in $load_pid "${pids[@]}"; do
    stop "$pid"
  done
  rm -rf "$dir"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# await PID FILE SED: what SED prints from the FILE that the process writes, once it does.
await() {
  local i found
  for ((i = 0; i < 300; ++i)); do
    found=$(sed -n "$3" "$2")
    if [[ -n $found ]]; then
      echo "$found"
      return
    fi
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  cat "$2" >&2
  die "the server did not start"
}

# start_service [VARIABLE=VALUE...]: sets service and service_pid. Nothing of the caller's
# configuration: the defaults and what is given here are what is measured.
start_service() {
  mkdir -p "$dir/data"
  : >"$dir/service.log"
  env -i PATH="$PATH" "$@" "$build/standings" serve --data-dir "$dir/data" --port 0 \
    >"$dir/service.log" 2>&1 &
  service_pid=$!
  pids+=("$service_pid")
  service=http://127.0.0.1:$(await "$service_pid" "$dir/service.log" \
    's|.*Listening on http://127.0.0.1:\([0-9]*\).*|\1|p')
}

# start_floor TOP RANK UPDATE: the sizes of its answers. Sets floor.
start_floor() {
  : >"$dir/floor.log"
  "$build/bench_floor" --port 0 --top "$1" --rank "$2" --update "$3" >"$dir/floor.log" 2>&1 &
  pids+=($!)
  floor=http://127.0.0.1:$(await "$!" "$dir/floor.log" 's|^\([0-9]*\)$|\1|p')
}

# start_floor_like_service: its answers are as long as the service's.
start_floor_like_service() {
  local top rank update
  top=$(fetch "$service$top_path" | wc -c)
  rank=$(fetch "$service$api/user/user-0000001/rank/yearly" | wc -c)
  update=$(post update '{"user_id":"user-0000001","count":1}' | wc -c)
  start_floor "$top" "$rank" "$update"
  say "the floor has $floor and answers $top, $rank and $update bytes"
}

# -- data ----------------------------------------------------------------------

fetch() {
  curl --silent --show-error --fail --noproxy '*' --max-time 30 "$@"
}

api=/api/redis-leaderboard
top_path="$api/daily?limit=10"

# post PATH BODY
post() {
  fetch -H 'Content-Type: application/json' --data-binary "$2" "$service$api/$1"
}

# batch_of FIRST: zipf-like scores, spread over the ids.
batch_of() {
  awk -v first="$1" -v batch="$batch" -v users="$users" 'BEGIN {
    printf "{\"updates\":["
    for (i = first; i < first + batch; ++i)
      printf "%s{\"user_id\":\"user-%07d\",\"count\":%d}", (i > first ? "," : ""), i,
        1 + 9999 / ((i * 7919) % users + 1) ^ 0.8
    printf "]}"
  }'
}

fill() {
  local first answered
  for ((first = 1; first <= users; first += batch)); do
    answered=$(post update/batch "$(batch_of "$first")")
    [[ $answered == '{"success":true,'* ]] || die "filling failed: ${answered:0:300}"
  done
  answered=$(fetch "$service$top_path")
  [[ $answered == *"\"total_users\":$users,"* ]] || die "not all users arrived: $answered"
}

# -- load ----------------------------------------------------------------------

failed=no

# load SECONDS URL KIND PREFIX SUFFIX: sets rate and p99 (in microseconds).
load() {
  local answers errors
  timeout $(($1 + 30)) wrk -t2 -c"$connections" -d"$1s" -s "$bench/load.lua" "$2" -- \
    "$3" "$4" "$5" "$users" >"$dir/wrk.out" 2>&1 &
  load_pid=$!
  wait "$load_pid" || die "wrk failed: $(cat "$dir/wrk.out")"
  load_pid=
  read -r _ rate p99 answers errors < <(grep '^RESULT ' "$dir/wrk.out") ||
    die "wrk printed no result: $(cat "$dir/wrk.out")"
  if [[ $answers != 0 || $errors != 0 ]]; then
    failed=yes
    printf '!! %s: %s answers were no success, %s socket errors\n' "$2$4" "$answers" "$errors" >&2
  fi
}

# median: of the numbers on stdin.
median() {
  sort -g | awk '
    { all[NR] = $1 }
    END { print (all[int((NR + 1) / 2)] + all[int(NR / 2) + 1]) / 2 }'
}

summary=()

# measure FIGURE TARGET KIND PREFIX SUFFIX OTHER_URL OTHER_PREFIX OTHER_SUFFIX
measure() {
  local round rate p99 runs=$dir/runs verdict
  local service_run=("$service" "$3" "$4" "$5") other_run=("$6" "$3" "$7" "$8")
  say "$1"
  load "$warm_up" "${service_run[@]}"
  load "$warm_up" "${other_run[@]}"
  : >"$runs"
  for ((round = 1; round <= rounds; ++round)); do
    load "$seconds" "${service_run[@]}"
    printf '%s %s ' "$rate" "$p99" >>"$runs"
    load "$seconds" "${other_run[@]}"
    printf '%s %s\n' "$rate" "$p99" >>"$runs"
    tail -n 1 "$runs" | awk -v round="$round" '{
      printf "   round %d: service %d/s, p99 %.2f ms; other %d/s, p99 %.2f ms; ratio %.2f\n",
        round, $1, $2 / 1000, $3, $4 / 1000, $1 / $3 }'
  done
  verdict=$(awk '{ print $1 / $3 }' "$runs" | median | awk -v target="$2" '{
    printf "%.2f;>= %.2f;%s", $1, target, ($1 >= target ? "ok" : "NOT REACHED") }')
  summary+=("$1;$(column_median 1 1);$(column_median 3 1);$(column_median 2 1000) ms;$(
    column_median 4 1000) ms;$verdict")
}

# column_median COLUMN DIVISOR
column_median() {
  awk -v column="$1" '{ print $column }' "$dir/runs" | median |
    awk -v by="$2" '{ printf (by == 1 ? "%.0f" : "%.2f"), $1 / by }'
}

# print_row FIGURE SERVICE/S OTHER/S P99 OTHER_P99 RATIO TARGET VERDICT
print_row() {
  printf '%-16s %11s %11s %12s %11s %8s %8s  %s\n' "$@"
}

print_summary() {
  local row fields
  printf '\n'
  print_row figure service/s other/s 'service p99' 'other p99' ratio target ''
  for row in "${summary[@]}"; do
    IFS=';' read -ra fields <<<"$row"
    print_row "${fields[@]}"
  done
}

# end_with_verdict: the table; a failure if an answer was no success.
end_with_verdict() {
  print_summary
  [[ $failed == no ]] || die 'not every answer was a success: these figures mean nothing'
}
