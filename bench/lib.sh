# What the load benchmarks share: processes, data and loads. To be sourced; `bench` is this folder,
# `dir` a temporary one that is removed when the script ends. Loads go to loopback and are bounded in
# time; only processes that were started here are ended.
# shellcheck shell=bash disable=SC2034  # much of this is for the scripts that source it
set -euo pipefail

bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$bench/../build-bench
binary=${STANDINGS_BINARY:-$build/standings} # the program to measure
peer_app=${STANDINGS_PEER:-$bench/../../shared/peers/python_stack}
python=/usr/bin/python3 # Debian's, which has the peer's modules
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
  if ! [[ $2 =~ ^[1-9][0-9]{0,5}$ ]] || (($2 > $3)); then
    die "$1 has to be a number from 1 to $3"
  fi
}

own_options=() # of a script: each the name of a variable that holds a number

# take_options ARGUMENT...: --rounds, --seconds, --help and own_options.
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
    *)
      [[ $1 == --* && " ${own_options[*]} " == *" ${1#--} "* ]] || die "unknown option $1; see --help"
      number "$1" "${2:-}" 999999
      printf -v "${1#--}" %s "$2"
      shift 2
      ;;
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
  start_build service "$binary" STANDINGS_ADMIN_OPEN_ON_LOOPBACK=true "$@"
}

# start_build NAME BINARY [VARIABLE=VALUE...]: the same for any build of the service, with a data
# directory and a log of that name.
start_build() {
  local name=$1 program=$2
  shift 2
  mkdir -p "$dir/$name-data"
  : >"$dir/$name.log"
  env -i PATH="$PATH" "$@" "$program" serve --data-dir "$dir/$name-data" --port 0 \
    >"$dir/$name.log" 2>&1 &
  service_pid=$!
  pids+=("$service_pid")
  service=http://127.0.0.1:$(await "$service_pid" "$dir/$name.log" \
    's|.*Listening on http://127.0.0.1:\([0-9]*\).*|\1|p')
}

await_ready() {
  local i
  for ((i = 0; i < 1500; ++i)); do
    fetch "$service/readyz" >/dev/null 2>&1 && return
    kill -0 "$service_pid" 2>/dev/null || break
    sleep 0.2
  done
  die "the service is not ready: $(tail -n 5 "$dir/service.log")"
}

# create_database NAME: prints its URL.
create_database() {
  psql -q "$TEST_POSTGRES_URL" -c "CREATE DATABASE $1"
  echo "${TEST_POSTGRES_URL%/*}/$1"
}

# forget PID: it has ended, and another process may get its number.
forget() {
  local pid left=()
  for pid in "${pids[@]}"; do
    [[ $pid == "$1" ]] || left+=("$pid")
  done
  pids=("${left[@]}")
}

# end PID...
end() {
  local pid
  for pid in "$@"; do
    stop "$pid"
    forget "$pid"
  done
}

# memory PID FIELD: of /proc/PID/status, in KiB.
memory() {
  awk -v field="$2:" '$1 == field { print $2 }' "/proc/$1/status"
}

# -- data ----------------------------------------------------------------------

fetch() {
  curl --silent --show-error --fail --noproxy '*' --max-time 30 "$@"
}

api=/api/redis-leaderboard
top_path="$api/daily?limit=10"

# user_id N: with 12 digits, as redis-benchmark writes its random numbers.
user_id() {
  printf 'user-%012d' "$1"
}

# post PATH BODY
post() {
  fetch -H 'Content-Type: application/json' --data-binary "$2" "$service$api/$1"
}

# batch_of FIRST: zipf-like scores, spread over the ids.
batch_of() {
  awk -v first="$1" -v batch="$batch" -v users="$users" 'BEGIN {
    printf "{\"updates\":["
    for (i = first; i < first + batch; ++i)
      printf "%s{\"user_id\":\"user-%012d\",\"count\":%d}", (i > first ? "," : ""), i,
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
  local answers errors threads=2
  ((connections >= 8)) || threads=1
  timeout $(($1 + 30)) wrk -t"$threads" -c"$connections" -d"$1s" --timeout 10s \
    -s "$bench/load.lua" "$2" -- "$3" "$4" "$5" "$users" >"$dir/wrk.out" 2>&1 &
  load_pid=$!
  wait "$load_pid" || die "wrk failed: $(cat "$dir/wrk.out")"
  load_pid=
  read -r _ rate p99 answers errors < <(grep '^RESULT ' "$dir/wrk.out") ||
    die "wrk printed no result: $(cat "$dir/wrk.out")"
  [[ $rate != 0.0 ]] || die "not one answer from $2"
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
