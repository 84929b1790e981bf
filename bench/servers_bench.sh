#!/usr/bin/env bash
# Usage: bench/servers_bench.sh [--rounds N] [--seconds S]
#
# The service on PostgreSQL and Redis, beside the same bare server as in http_bench.sh, and, where it
# is there, beside a peer: the stack that such leaderboards run on today (FastAPI, redis-py,
# SQLAlchemy), given as STANDINGS_PEER, a folder with an app.py, on servers of the same kind. Then
# the time and the memory that the service takes to load the cache from a million rows. Runs inside
# scripts/servers.sh, on private servers.
#
#   --rounds N    pairs of runs per figure (default 3); the median pair counts
#   --seconds S   length of a run (default 4)
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

rows=1000000
take_options "$@"
need "$build/standings" "$build/bench_floor" wrk curl awk redis-server psql
[[ -n ${TEST_POSTGRES_URL:-} ]] || die "run through scripts/bench servers"
peer_app=${STANDINGS_PEER:-$bench/../../shared/peers/python_stack}

# database NAME: prints its URL.
database() {
  psql -q "$TEST_POSTGRES_URL" -c "CREATE DATABASE $1"
  echo "${TEST_POSTGRES_URL%/*}/$1"
}

# start_peer: sets peer; it starts with the same users as the service.
start_peer() {
  local url port i
  url=$(database peer)
  start_redis
  port=$((20000 + RANDOM % 12000))
  (cd "$peer_app" && PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=${url/postgresql:/postgresql+psycopg2:} REDIS_PORT=$redis_port \
    /usr/bin/python3 -m uvicorn app:app --port "$port" --workers 2 --log-level warning) \
    >"$dir/peer.log" 2>&1 &
  pids+=($!)
  peer=http://127.0.0.1:$port
  psql -q "$url" -c "CREATE TABLE pomo_leaderboard (user_id varchar PRIMARY KEY, daily_pomo bigint,
    weekly_pomo bigint, monthly_pomo bigint, yearly_pomo bigint, updated_at timestamptz)"
  psql -q "$service_database" -c "COPY (SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo,
    yearly_pomo, updated_at FROM pomo_leaderboard) TO STDOUT" |
    psql -q "$url" -c "COPY pomo_leaderboard FROM STDIN"
  for ((i = 0; i < 200; ++i)); do
    fetch "$peer/api/redis-leaderboard/user/user-0000001" >/dev/null 2>&1 && break # fills by misses
    sleep 0.1
  done
  fetch "$peer/api/redis-leaderboard/user/user-0000001" >/dev/null ||
    die "the peer does not serve: $(tail -n 5 "$dir/peer.log")"
}

# memory PID FIELD: in KiB.
memory() {
  awk -v field="$2:" '$1 == field { print $2 }' "/proc/$1/status"
}

# rebuild_rows: loads the cache from $rows users, and prints seconds and growth beside the targets.
rebuild_rows() {
  local before peak took
  say "putting $rows users into PostgreSQL"
  psql -q "$service_database" -c "INSERT INTO pomo_leaderboard
    SELECT 'many-' || lpad(i::text, 7, '0'), i % 7, i % 70, i % 700, i % 7000, clock_timestamp(),
           nextval('pomo_leaderboard_version')
    FROM generate_series(1, $rows) i" -c "VACUUM ANALYZE pomo_leaderboard"
  redis-cli -p "$service_redis" flushall >/dev/null
  before=$(memory "$service_pid" VmRSS)
  echo 5 >"/proc/$service_pid/clear_refs" # resets the peak
  say "loading the cache from them"
  curl --silent --fail --noproxy '*' --max-time 300 -X POST "$service$api/admin/sync" \
    >"$dir/rebuild" || die "the rebuild failed: $(cat "$dir/rebuild")"
  took=$(sed 's/.*"duration_ms":\([0-9]*\).*/\1/' "$dir/rebuild")
  peak=$(memory "$service_pid" VmHWM)
  printf '\n%-44s %12s %12s\n' figure measured target
  awk -v ms="$took" -v kib=$((peak - before)) 'BEGIN {
    printf "%-44s %10.1f s %12s  %s\n", "rebuild of the Redis cache, 10^6 rows", ms / 1000, "<= 15 s",
      (ms <= 15000 ? "ok" : "NOT REACHED")
    printf "%-44s %8.1f MiB %12s  %s\n", "growth of the service meanwhile", kib / 1024, "<= 64 MiB",
      (kib <= 65536 ? "ok" : "NOT REACHED") }'
}

start_redis
service_redis=$redis_port
service_database=$(database service)
# a shard for every two cores, as standings.yaml.example advises
start_service STANDINGS_SCORING_SHARDS=$((($(nproc) + 1) / 2)) STANDINGS_DATABASE_BACKEND=postgres STANDINGS_DATABASE_URL="$service_database" \
  STANDINGS_CACHE_BACKEND=redis STANDINGS_CACHE_PORT="$service_redis"
say "the service has $service; putting in $users users"
fill
start_floor_like_service

measure 'update : floor' 0.25 update "$api/update" '' "$floor" /update ''
if [[ -f $peer_app/app.py ]]; then
  start_peer
  say "the peer has $peer"
  measure 'update : peer' 20 update "$api/update" '' "$peer" "$api/update" ''
  measure 'top-10 : peer' 10 get "$top_path" '' "$peer" "$top_path" ''
  measure 'rank : peer' 10 rank "$api/user/" /rank/yearly "$peer" "$api/user/" /rank/yearly
else
  say "no peer in $peer_app: not measured beside one"
fi
rebuild_rows
end_with_verdict
