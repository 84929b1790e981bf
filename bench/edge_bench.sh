#!/usr/bin/env bash
# Usage: bench/edge_bench.sh [OPTION...]
#
# What the service reaches of what its work can cost at least: nginx and the HTTP library answering
# constants, redis-benchmark and pgbench doing the same to the same stores, an older build, a peer. All
# are loaded in turn, here and now, and the ratios count; bench/README.md explains the rows. Runs inside
# scripts/servers.sh, on private servers.
#
#   --rounds N      runs per side of a row (default 3); the median counts
#   --seconds S     length of a run (default 4)
#   --only REGEX    the rows whose names match, such as memory-top or '^redis'
#   --skip-long     without the rows that need 10^6 users
#   --old PATH      an older build of the service to measure beside (default STANDINGS_OLD)
#   --results DIR   where edge.md and edge.svg go (default bench/results; with --only: nowhere)
#   --rows          prints the names of the rows and their targets
#
# STANDINGS_BINARY names another program to measure than the one in build-bench/. Exits with 1 if an
# answer was not a success: the figures mean nothing then. A target that is not reached is only printed.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

only=.
long=yes
old=${STANDINGS_OLD:-}
results=
batch_connections=8
idle_connections=10000
nginx=$(command -v nginx || echo /usr/sbin/nginx) # Debian keeps it out of a user's PATH

take_edge_options() {
  local rest=()
  while [[ $# -gt 0 ]]; do
    case $1 in
    --only | --old | --results)
      [[ -n ${2:-} ]] || die "$1 needs a value"
      case $1 in
      --only) only=$2 ;;
      --old) old=$2 ;;
      --results) results=$2 ;;
      esac
      shift 2
      ;;
    --skip-long)
      long=no
      shift
      ;;
    --rows)
      "$python" -B "$bench/edge/report.py" --rows
      exit
      ;;
    *)
      rest+=("$1")
      shift
      ;;
    esac
  done
  take_options "${rest[@]}"
  if [[ -z $results && $only == . ]]; then
    results=$bench/results
  fi
  if [[ switches =~ $only ]]; then
    only+='|^memory-(top|rank)$' # which it is taken from
  fi
}

take_edge_options "$@"
# shellcheck source=edge/floors.sh
source "$bench/edge/floors.sh"
# shellcheck source=edge/compare.sh
source "$bench/edge/compare.sh"
# shellcheck source=edge/facts.sh
source "$bench/edge/facts.sh"
# shellcheck source=peer.sh
source "$bench/peer.sh"
# shellcheck source=runs.sh
source "$bench/runs.sh"

need "$binary" "$build/bench_floor" "$build/bench_pace" "$nginx" "$python" wrk curl awk redis-server \
  redis-benchmark redis-cli psql lscpu
[[ -n ${TEST_POSTGRES_URL:-} ]] || die "run through scripts/bench edge"
[[ -z $old || -x $old ]] || die "$old is not a program"
ulimit -n "$(ulimit -Hn)"
load_at_start=$(cut -d ' ' -f 1-3 /proc/loadavg)
: >"$dir/notes"

# note TEXT: for the terminal and for the results.
note() {
  say "$1"
  printf '* %s\n' "$1" >>"$dir/notes"
}

# -- 10 000 idle connections -----------------------------------------------------

# hold: opens the idle connections; sets holder.
hold() {
  : >"$dir/held"
  "$python" "$bench/edge/hold.py" "${url[ours]##*:}" "$idle_connections" >"$dir/held" 2>&1 &
  holder=$!
  pids+=("$holder")
  [[ $(await "$holder" "$dir/held" 's/^open \(.*\)/\1/p') == "$idle_connections" ]] ||
    die 'the idle connections could not be opened'
}

# let_go: closes them; none may have been closed by the service.
let_go() {
  kill -TERM "$holder"
  wait "$holder" || die "holding the idle connections failed: $(tail -n 1 "$dir/held")"
  forget "$holder"
  if ! grep -qx 'closed 0' "$dir/held"; then
    failed=yes
    printf '!! the service has closed idle connections: %s\n' "$(tail -n 1 "$dir/held")" >&2
  fi
}

# beside_idle: ranks over 64 connections without and with the idle ones.
beside_idle() {
  local round before grown=
  wanted idle idle-memory || return 0
  say "idle: ranks without and with $idle_connections idle connections"
  run_side ours rank "$warm_up"
  for ((round = 1; round <= rounds; ++round)); do
    measure idle ours rank alone
    before=$(memory "${pid_of[ours]}" VmRSS)
    hold
    # later rounds find the memory of the first
    grown=${grown:-$(awk -v kib=$(($(memory "${pid_of[ours]}" VmRSS) - before)) -v n="$idle_connections" \
      'BEGIN { print kib / n }')}
    measure idle ours rank
    let_go
  done
  value idle-memory "$grown"
}

# -- the rows ----------------------------------------------------------------------

in_memory() {
  local n
  wanted memory-{top,rank}{,-1,-256,-1000} sqlite-{update,p99} idle{,-memory} || return 0
  # more connections than by default, which may be idle for as long as this takes
  start_service STANDINGS_HTTP_MAX_CONNECTIONS=20000 STANDINGS_HTTP_IDLE_TIMEOUT=10m
  say "in memory and SQLite: the service has $service; putting in $users users"
  await_ready
  fill
  sizes_like_service
  say "it answers $top_bytes bytes for a board, $rank_bytes for a rank, $update_bytes for an update"
  add_side ours "$service" "$service_pid"
  add_nginx
  add_bare
  beside_idle # first: the memory of a service that has not worked yet
  compare memory-top top ours nginx bare
  compare memory-rank rank ours nginx bare
  for n in 1 256 1000; do
    connections=$n compare "memory-top-$n" top ours nginx
    connections=$n compare "memory-rank-$n" rank ours nginx
  done
  compare sqlite-update update ours bare
  beside_updates sqlite-p99 sqlite-update
  end "$service_pid" "${pid_of[nginx]}"
}

on_servers() {
  local postmaster service_redis_pid
  wanted redis-{top,rank} postgres-{update,batch,p99} peer-{update,top,rank} || return 0
  # a shard for every two cores, as standings.yaml.example advises
  local shards=STANDINGS_SCORING_SHARDS=$((($(nproc) + 1) / 2))
  postmaster=$(psql -qAt "$TEST_POSTGRES_URL" -c "SELECT split_part(pg_read_file('postmaster.pid'), E'\n', 1)")
  start_old
  start_redis
  service_redis=$redis_port
  service_redis_pid=$redis_pid
  service_database=$(create_database service)
  start_service "$shards" STANDINGS_DATABASE_BACKEND=postgres STANDINGS_DATABASE_URL="$service_database" \
    STANDINGS_CACHE_BACKEND=redis STANDINGS_CACHE_PORT="$service_redis"
  say "on PostgreSQL and Redis: the service has $service; putting in $users users"
  await_ready
  fill
  sizes_like_service
  add_side ours "$service" "$service_pid" "$postmaster,$service_redis_pid"
  [[ -n ${pid_of[bare]:-} ]] || add_bare
  add_side redis '' "$service_redis_pid"
  add_side pgbench '' "$postmaster"
  check_redis
  compare redis-top top ours redis
  compare redis-rank rank ours redis
  with_two_threads
  compare postgres-update update ours old bare
  prepare_pgbench
  compare postgres-batch batch ours pgbench
  beside_updates postgres-p99 postgres-update
  beside_peer
  end "$service_pid" "$service_redis_pid"
}

# with_two_threads: whether redis-benchmark itself is what limits the floor.
with_two_threads() {
  local one
  wanted redis-rank || return 0
  redis_load rank "$seconds"
  one=$rate
  redis_load rank "$seconds" --threads 2
  note "$(awk -v one="$one" -v two="$rate" 'BEGIN {
    printf "redis-benchmark with --threads 2 reads %.2f times the ranks that it reads with one", two / one }')"
}

# start_old: the older build on servers of its own, with the same users.
start_old() {
  wanted postgres-update || return 0
  if [[ -z $old ]]; then
    note 'No older build given (--old): not measured beside one'
    return
  fi
  start_redis
  start_build old "$old" "$shards" STANDINGS_DATABASE_BACKEND=postgres \
    STANDINGS_DATABASE_URL="$(create_database old)" STANDINGS_CACHE_BACKEND=redis STANDINGS_CACHE_PORT="$redis_port"
  await_ready
  fill
  add_side old "$service" "$service_pid" "$postmaster,$redis_pid"
}

beside_peer() {
  wanted peer-{update,top,rank} || return 0
  if ! can_run_peer; then
    printf '* Not measured beside the peer: it cannot run here\n' >>"$dir/notes"
    return 0
  fi
  start_peer "$service_database" 2
  add_side peer "$peer" "$peer_pid" "$postmaster,$peer_redis_pid"
  compare peer-update update ours peer
  compare peer-top top ours peer
  compare peer-rank rank ours peer
  end "$peer_pid" "$peer_redis_pid"
}

# over_a_million: what takes minutes.
over_a_million() {
  local before
  if [[ $long == no ]] || ! wanted reconcile-p99 rebuild rebuild-memory; then
    return 0
  fi
  serve 1000000
  if wanted reconcile-p99; then
    reads_meanwhile
    awk -v OFS='\t' '{
      print "reconcile-p99", "idle", $3, $1, 0, 0, 0
      print "reconcile-p99", "ours", $4, $2, 0, 0, 0 }' "$dir/reads" >>"$runs"
  fi
  wanted rebuild rebuild-memory || return 0
  end "$service_pid" # its memory has grown by the first load already
  start_on_servers
  await_ready
  say 'rebuild: the Redis cache loaded from 10^6 rows: seconds, and MiB of growth'
  redis-cli -p "$service_redis" flushall >/dev/null
  before=$(memory "$service_pid" VmRSS)
  echo 5 >"/proc/$service_pid/clear_refs" # resets the peak
  curl --silent --show-error --fail-with-body --noproxy '*' --max-time 300 -X POST \
    "$service$api/admin/sync" >"$dir/rebuild" ||
    die "the rebuild failed: $(cat "$dir/rebuild") $(tail -n 3 "$dir/service.log")"
  value rebuild "$(sed 's/.*"duration_ms":\([0-9]*\).*/\1/' "$dir/rebuild" | awk '{ print $1 / 1000 }')"
  value rebuild-memory "$((($(memory "$service_pid" VmHWM) - before) / 1024))"
}

say "$(nproc) cores, load average $load_at_start: ratios vary on a busy machine"
in_memory
on_servers
over_a_million
[[ $failed == no ]] || die 'not every answer was a success: these figures mean nothing'
print_facts >"$dir/facts.md"
report=("$bench/edge/report.py" "$runs" "$dir/facts.md")
if [[ -n $results ]]; then
  mkdir -p "$results"
  report+=("$results")
fi
"$python" -B "${report[@]}"
