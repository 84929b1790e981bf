# The service on PostgreSQL and Redis with many users, and reads during runs of reconcile. To be sourced
# after lib.sh, inside scripts/servers.sh.
# shellcheck shell=bash disable=SC2154,SC2034  # shares the variables of lib.sh and of its scripts

run_limit=900 # seconds
sync_path=/api/periodic-sync

# start_on_servers: runs start on request only, and nothing else settles what differs.
start_on_servers() {
  # a shard for every two cores, as standings.yaml.example advises
  start_service STANDINGS_SCORING_SHARDS=$((($(nproc) + 1) / 2)) \
    STANDINGS_RECONCILE_ENABLED=false STANDINGS_RECONCILE_INCREMENTAL=false \
    STANDINGS_DATABASE_BACKEND=postgres STANDINGS_DATABASE_URL="$service_database" \
    STANDINGS_CACHE_BACKEND=redis STANDINGS_CACHE_PORT="$service_redis"
}

# serve USERS: a service with so many users in both stores. Sets service, service_pid,
# service_database, service_redis and service_redis_pid.
serve() {
  users=$1
  service_database=$(create_database "users_$users")
  start_redis
  service_redis=$redis_port
  service_redis_pid=$redis_pid
  start_on_servers # creates the tables
  await_ready
  end "$service_pid"
  say "putting $users users into PostgreSQL"
  psql -q "$service_database" -c "INSERT INTO pomo_leaderboard
    SELECT 'user-' || lpad(i::text, 12, '0'), i % 7, i % 70, i % 700, i % 7000, clock_timestamp(),
           nextval('pomo_leaderboard_version')
    FROM generate_series(1, $users) i" -c "VACUUM ANALYZE pomo_leaderboard"
  redis-cli -p "$service_redis" flushall >/dev/null
  say "starting on them"
  start_on_servers
  await_ready
  fetch "$service$top_path" >"$dir/top"
  grep -q "\"total_users\":$users," "$dir/top" || die "not all users arrived: $(cat "$dir/top")"
}

# ask_run BODY
ask_run() {
  fetch --max-time "$run_limit" -H 'Content-Type: application/json' --data-binary "$1" \
    "$service$sync_path/sync"
}

# await_running true|false
await_running() {
  local i
  for ((i = 0; i < run_limit * 5; ++i)); do
    fetch "$service$sync_path/status" >"$dir/status.$1" || return
    grep -q "^{\"running\":$1," "$dir/status.$1" && return
    sleep 0.2
  done
  die "the service does not say that \"running\" is $1"
}

# runs_back_to_back: starts one run after another until the file `enough` exists.
runs_back_to_back() {
  while [[ ! -e $dir/enough ]]; do
    ask_run '{"wait":false}' >/dev/null
    echo >>"$dir/begun"
    await_running false
  done
}

# read_ranks SECONDS: ranks of random users, over four connections. Sets rate and p99.
read_ranks() {
  local connections=4 users=10000
  load "$1" "$service" rank "$api/user/" /rank/daily
}

# reads_meanwhile: `reads` gets a line per round: p99 without and with runs, in microseconds.
reads_meanwhile() {
  local round idle idle_rate runs
  say "reads of ranks, without and with runs"
  read_ranks 2 # warms up
  : >"$dir/reads"
  for ((round = 1; round <= rounds; ++round)); do
    read_ranks "$seconds"
    idle=$p99 idle_rate=$rate
    rm -f "$dir/enough" "$dir/begun"
    runs_back_to_back &
    runs=$!
    pids+=("$runs")
    await_running true
    read_ranks "$seconds"
    touch "$dir/enough"
    wait "$runs" || die "the runs failed"
    forget "$runs"
    echo "$idle $p99 $idle_rate $rate" >>"$dir/reads"
    awk -v round="$round" -v begun="$(wc -l <"$dir/begun")" 'END {
      printf "   round %d: p99 %.2f ms at %d/s; with %d runs %.2f ms at %d/s; ratio %.2f\n",
        round, $1 / 1000, $3, begun, $2 / 1000, $4, $2 / $1 }' "$dir/reads"
  done
}
