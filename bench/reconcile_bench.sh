#!/usr/bin/env bash
# Usage: bench/reconcile_bench.sh [--rounds N] [--seconds S]
#
# What a reconcile run costs on PostgreSQL and Redis: time and memory with nothing to change, for 10^5
# and for 10^6 users; time where another program has changed 1 % of them in Redis; how much slower
# reads are meanwhile; and, where it is there, beside a peer's sync: the Python stack given as
# STANDINGS_PEER, a folder with an app.py. Runs inside scripts/servers.sh, on private servers.
#
#   --rounds N    runs per figure (default 3); the median counts, of reads the least p99
#   --seconds S   how long reads are measured (default 4)
#
# STANDINGS_BINARY names another program to measure than the one in build-bench/. Exits with 1 if a
# run did not do what it had to: the figures mean nothing then. A target that is not reached is only
# printed.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

few=100000
many=1000000
run_limit=900 # seconds

take_options "$@"
peer_app=${STANDINGS_PEER:-$bench/../../shared/peers/python_stack}
if [[ -n ${STANDINGS_BINARY:-} ]]; then
  build=$dir/bin
  mkdir "$build"
  ln -s "$(realpath "$STANDINGS_BINARY")" "$build/standings"
fi
need "$build/standings" wrk curl awk redis-server redis-cli psql
[[ -n ${TEST_POSTGRES_URL:-} ]] || die "run through scripts/bench reconcile"

# -- servers -------------------------------------------------------------------

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

# create_database NAME: prints its URL.
create_database() {
  psql -q "$TEST_POSTGRES_URL" -c "CREATE DATABASE $1"
  echo "${TEST_POSTGRES_URL%/*}/$1"
}

# start_on_servers: runs start on request only, and nothing else settles what differs.
start_on_servers() {
  # a shard for every two cores, as standings.yaml.example advises
  start_service STANDINGS_SCORING_SHARDS=$((($(nproc) + 1) / 2)) \
    STANDINGS_RECONCILE_ENABLED=false STANDINGS_RECONCILE_INCREMENTAL=false \
    STANDINGS_DATABASE_BACKEND=postgres STANDINGS_DATABASE_URL="$service_database" \
    STANDINGS_CACHE_BACKEND=redis STANDINGS_CACHE_PORT="$service_redis"
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
    SELECT 'user-' || lpad(i::text, 7, '0'), i % 7, i % 70, i % 700, i % 7000, clock_timestamp(),
           nextval('pomo_leaderboard_version')
    FROM generate_series(1, $users) i" -c "VACUUM ANALYZE pomo_leaderboard"
  redis-cli -p "$service_redis" flushall >/dev/null
  say "starting on them"
  start_on_servers
  await_ready
  fetch "$service$top_path" >"$dir/top"
  grep -q "\"total_users\":$users," "$dir/top" || die "not all users arrived: $(cat "$dir/top")"
}

# -- what other programs write -----------------------------------------------------

# users_of DATABASE MORE WHERE: prints a line per user: the id, and each score plus MORE.
users_of() {
  psql -q "$1" -c "COPY (SELECT user_id, daily_pomo + $2, weekly_pomo + $2, monthly_pomo + $2,
    yearly_pomo + $2 FROM pomo_leaderboard WHERE $3) TO STDOUT"
}

# write_as_peer PORT: puts users from stdin into Redis as Python's json and redis-py do, that is
# without a version.
write_as_peer() {
  local now
  now=$(date -u +%Y-%m-%dT%H:%M:%S.%6N+00:00)
  LC_ALL=C awk -F '\t' -v now="$now" '
    function put(text) { printf "$%d\r\n%s\r\n", length(text), text }
    function add(period, score, id) {
      printf "*4\r\n"
      put("ZADD"); put("leaderboard:" period); put(score); put(id)
    }
    {
      add("daily", $2, $1); add("weekly", $3, $1); add("monthly", $4, $1); add("yearly", $5, $1)
      printf "*3\r\n"
      put("SET"); put("user:details:" $1)
      put(sprintf("{\"user_id\": \"%s\", \"daily_pomo\": %d, \"weekly_pomo\": %d, " \
        "\"monthly_pomo\": %d, \"yearly_pomo\": %d, \"updated_at\": \"%s\", \"cached_at\": \"%s\"}",
        $1, $2, $3, $4, $5, now, now))
    }' | redis-cli -p "$1" --pipe >"$dir/pipe" 2>&1 || true
  grep -q '^errors: 0, ' "$dir/pipe" || die "writing to Redis failed: $(tail -n 3 "$dir/pipe")"
}

# -- runs ----------------------------------------------------------------------

sync_path=/api/periodic-sync

# ask_run BODY
ask_run() {
  fetch --max-time "$run_limit" -H 'Content-Type: application/json' --data-binary "$1" \
    "$service$sync_path/sync"
}

# reported FIELD: of the last run.
reported() {
  sed -n "s/.*\"$1\":\"\{0,1\}\([a-z0-9]*\).*/\1/p" "$dir/report"
}

# memory FIELD: of the service, in KiB.
memory() {
  awk -v field="$1:" '$1 == field { print $2 }' "/proc/$service_pid/status"
}

# run UPDATED: one whole run. Sets took (in ms) and grown, the peak above what the service had
# before (in KiB).
run() {
  local before
  before=$(memory VmRSS)
  echo 5 >"/proc/$service_pid/clear_refs" # resets the peak
  ask_run '{}' >"$dir/report" || die "the run failed: $(cat "$dir/report")"
  grown=$(($(memory VmHWM) - before))
  took=$(reported duration_ms)
  if [[ $(reported status) != completed || $(reported checked) != "$users" ||
    $(reported updated) != "$1" || $(reported in_sync) != $((users - $1)) ]]; then
    failed=yes
    printf '!! not the run that was to be measured: %s\n' "$(cat "$dir/report")" >&2
  fi
  awk -v ms="$took" -v kib="$grown" -v before="$before" -v updated="$1" 'BEGIN {
    printf "   %.2f s, %.1f MiB more than the %.1f before, %d updated\n", ms / 1000, kib / 1024,
      before / 1024, updated }'
}

# idle_runs NAME: NAME.ms and NAME.kib get a line per run; of the first run after a start, only the
# memory counts.
idle_runs() {
  local round
  say "$users users, nothing to change (the first run is the first of this service)"
  run 0
  echo "$grown" >"$dir/$1.kib"
  : >"$dir/$1.ms"
  for ((round = 1; round <= rounds; ++round)); do
    run 0
    echo "$took" >>"$dir/$1.ms"
    echo "$grown" >>"$dir/$1.kib"
  done
}

yearly_sum() {
  psql -qAt "$service_database" -c "SELECT sum(yearly_pomo) FROM pomo_leaderboard"
}

# changing_runs NAME: NAME.ms gets a line per run.
changing_runs() {
  local round before more=5 changed=$((users / 100))
  say "$users users, $changed of them changed in Redis by another program"
  : >"$dir/$1.ms"
  for ((round = 1; round <= rounds; ++round)); do
    before=$(yearly_sum)
    users_of "$service_database" "$more" "user_id LIKE '%00'" | write_as_peer "$service_redis"
    run "$changed"
    echo "$took" >>"$dir/$1.ms"
    if [[ $(yearly_sum) != $((before + more * changed)) ]]; then
      failed=yes
      printf '!! PostgreSQL has other scores than Redis\n' >&2
    fi
  done
}

# -- reads meanwhile -------------------------------------------------------------

# read_p99: of random users' ranks, in microseconds.
read_p99() {
  local answers errors p99 rate
  timeout $((seconds + 30)) wrk -t1 -c4 -d"${seconds}s" -s "$bench/load.lua" "$service" -- \
    rank "$api/user/" /rank/daily 10000 >"$dir/wrk.out" 2>&1 &
  load_pid=$!
  wait "$load_pid" || die "wrk failed: $(cat "$dir/wrk.out")"
  load_pid=
  read -r _ rate p99 answers errors < <(grep '^RESULT ' "$dir/wrk.out") ||
    die "wrk printed no result: $(cat "$dir/wrk.out")"
  [[ $answers == 0 && $errors == 0 ]] ||
    die "$answers reads were no success, $errors socket errors"
  printf '%s %s\n' "$p99" "$rate" >"$dir/p99"
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

# reads_meanwhile: `reads` gets a line per round: p99 without and with runs, in microseconds.
reads_meanwhile() {
  local round idle busy idle_rate busy_rate runs
  say "reads of ranks, without and with runs"
  seconds=2 read_p99 # warms up
  : >"$dir/reads"
  for ((round = 1; round <= rounds; ++round)); do
    read_p99
    read -r idle idle_rate <"$dir/p99"
    rm -f "$dir/enough" "$dir/begun"
    runs_back_to_back &
    runs=$!
    pids+=("$runs")
    await_running true
    read_p99
    read -r busy busy_rate <"$dir/p99"
    touch "$dir/enough"
    wait "$runs" || die "the runs failed"
    forget "$runs"
    echo "$idle $busy" >>"$dir/reads"
    awk -v round="$round" -v idle="$idle" -v busy="$busy" -v idle_rate="$idle_rate" \
      -v busy_rate="$busy_rate" -v begun="$(wc -l <"$dir/begun")" 'BEGIN {
      printf "   round %d: p99 %.2f ms at %d/s; with %d runs %.2f ms at %d/s; ratio %.2f\n",
        round, idle / 1000, idle_rate, begun, busy / 1000, busy_rate, busy / idle }'
  done
}

# -- the peer ------------------------------------------------------------------

# start_peer: sets peer, peer_pid and peer_redis_pid; it has the same users as the service, in both
# of its stores.
start_peer() {
  local url port i
  url=$(create_database peer)
  start_redis
  peer_redis_pid=$redis_pid
  psql -q "$url" -c "CREATE TABLE pomo_leaderboard (user_id varchar PRIMARY KEY, daily_pomo bigint,
    weekly_pomo bigint, monthly_pomo bigint, yearly_pomo bigint, updated_at timestamptz)"
  psql -q "$service_database" -c "COPY (SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo,
    yearly_pomo, updated_at FROM pomo_leaderboard) TO STDOUT" |
    psql -q "$url" -c "COPY pomo_leaderboard FROM STDIN" -c "VACUUM ANALYZE pomo_leaderboard"
  users_of "$url" 0 true | write_as_peer "$redis_port"
  port=$((20000 + RANDOM % 12000))
  cd "$peer_app"
  PYTHONDONTWRITEBYTECODE=1 DATABASE_URL=${url/postgresql:/postgresql+psycopg2:} \
    REDIS_PORT=$redis_port /usr/bin/python3 -m uvicorn app:app --host 127.0.0.1 --port "$port" \
    --workers 1 --log-level warning >"$dir/peer.log" 2>&1 &
  peer_pid=$!
  cd - >/dev/null
  pids+=("$peer_pid")
  peer=http://127.0.0.1:$port
  for ((i = 0; i < 200; ++i)); do
    fetch "$peer$api/user/user-0000001" >/dev/null 2>&1 && return
    kill -0 "$peer_pid" 2>/dev/null || break
    sleep 0.1
  done
  die "the peer does not serve: $(tail -n 5 "$dir/peer.log")"
}

# peer_sync: sets peer_took, in ms.
peer_sync() {
  fetch --max-time "$run_limit" -X POST "$peer$sync_path/sync" >"$dir/peer-report" ||
    die "the peer's sync failed: $(tail -n 5 "$dir/peer.log")"
  grep -q '"created":0,"updated":0,"deleted":0,' "$dir/peer-report" ||
    die "the peer had something to change: $(cat "$dir/peer-report")"
  peer_took=$(sed 's/.*"seconds":\([0-9.]*\).*/\1/' "$dir/peer-report" | awk '{ print $1 * 1000 }')
}

# beside_peer: `peer` gets a line a round: ms of the peer, ms of the service, their ratio.
beside_peer() {
  local round
  start_peer
  say "the same $users users in the peer, nothing to change"
  : >"$dir/peer"
  for ((round = 1; round <= rounds; ++round)); do
    run 0
    peer_sync
    awk -v peer="$peer_took" -v ours="$took" 'BEGIN { print peer, ours, peer / ours }' >>"$dir/peer"
    awk -v round="$round" 'END {
      printf "   round %d: peer %.2f s, service %.2f s; ratio %.1f\n", round, $1 / 1000, $2 / 1000,
        $3 }' "$dir/peer"
  done
  end "$peer_pid" "$peer_redis_pid"
}

# -- the table -----------------------------------------------------------------

# row FIGURE SEEN UNIT [RELATION TARGET]
row() {
  awk -v figure="$1" -v seen="$2" -v unit="$3" -v relation="${4:-}" -v target="${5:-}" 'BEGIN {
    reached = relation == "<=" ? seen <= target : seen >= target
    printf "%-58s %12s %12s  %s\n", figure, sprintf("%.2f %s", seen, unit),
      relation == "" ? "" : sprintf("%s %d %s", relation, target, unit),
      relation == "" ? "" : reached ? "ok" : "NOT REACHED" }'
}

# figure FILE COLUMN DIVISOR: the median.
figure() {
  awk -v column="$2" '{ print $column }' "$dir/$1" | median | awk -v by="$3" '{ print $1 / by }'
}

# ratio A B
ratio() {
  awk -v a="$1" -v b="$2" 'BEGIN { print a / b }'
}

# most FILE: in MiB.
most() {
  sort -n "$dir/$1" | awk 'END { print $1 / 1024 }'
}

# least_p99 COLUMN: in ms. Not the median: other load on the machine lengthens the p99 without runs
# more than the one with them, and would make their ratio look good.
least_p99() {
  awk -v column="$1" '{ print $column }' "$dir/reads" | sort -g | awk 'NR == 1 { print $1 / 1000 }'
}

print_figures() {
  printf '\n%-58s %12s %12s\n' figure seen target
  row 'run over 10^6 users, nothing to change' "$(figure many.ms 1 1000)" s '<=' 10
  row '  memory above idle, the most of all runs' "$(most many.kib)" MiB '<=' 128
  row 'run over 10^5 users, nothing to change' "$(figure few.ms 1 1000)" s
  row '  memory above idle, the most of all runs' "$(most few.kib)" MiB '<=' 128
  row 'time for 10^6 over time for 10^5 (linear: 10)' \
    "$(ratio "$(figure many.ms 1 1)" "$(figure few.ms 1 1)")" x '<=' 12
  row 'run over 10^6 users, 1 % changed in Redis' "$(figure changed.ms 1 1000)" s '<=' 12
  if [[ -s $dir/peer ]]; then
    row "the peer's sync of 10^5 users" "$(figure peer 1 1000)" s
    row '  over the time of a run' "$(figure peer 3 1)" x '>=' 10
  fi
  row 'p99 of a rank without runs, the least' "$(least_p99 1)" ms
  row 'p99 of a rank during runs, the least' "$(least_p99 2)" ms
  row '  over the one without' "$(ratio "$(least_p99 2)" "$(least_p99 1)")" x '<=' 2
}

say "$(nproc) cores, load average $(cut -d ' ' -f 1-3 /proc/loadavg): figures vary on a busy machine"
serve "$few"
idle_runs few
if [[ -f $peer_app/app.py ]]; then
  beside_peer
else
  say "no peer in $peer_app: not measured beside one"
fi
end "$service_pid" "$service_redis_pid"
serve "$many"
idle_runs many
changing_runs changed
reads_meanwhile
print_figures
[[ $failed == no ]] || die 'not every run was what it had to be: these figures mean nothing'
