# The peer: the stack that such leaderboards run on today (FastAPI, redis-py, SQLAlchemy), given as
# STANDINGS_PEER, a folder with an app.py. To be sourced after lib.sh, inside scripts/servers.sh.
# shellcheck shell=bash disable=SC2154,SC2034  # shares the variables of lib.sh and of its scripts

# can_run_peer: says why not.
can_run_peer() {
  if [[ ! -f $peer_app/app.py ]]; then
    say "no peer in $peer_app: not measured beside one"
    return 1
  fi
  if ! "$python" -c 'import fastapi, psycopg2, redis, sqlalchemy, uvicorn' 2>"$dir/peer.log"; then
    say "the peer cannot run ($(tail -n 1 "$dir/peer.log")): not measured beside one"
    return 1
  fi
}

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

# start_peer DATABASE WORKERS: sets peer, peer_pid and peer_redis_pid; it has the users of DATABASE in
# both of its stores.
start_peer() {
  local url port i
  url=$(create_database peer)
  start_redis
  peer_redis_pid=$redis_pid
  psql -q "$url" -c "CREATE TABLE pomo_leaderboard (user_id varchar PRIMARY KEY, daily_pomo bigint,
    weekly_pomo bigint, monthly_pomo bigint, yearly_pomo bigint, updated_at timestamptz)"
  psql -q "$1" -c "COPY (SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo,
    updated_at FROM pomo_leaderboard) TO STDOUT" |
    psql -q "$url" -c "COPY pomo_leaderboard FROM STDIN" -c "VACUUM ANALYZE pomo_leaderboard"
  users_of "$url" 0 true | write_as_peer "$redis_port"
  port=$((20000 + RANDOM % 12000))
  cd "$peer_app" || exit
  PYTHONDONTWRITEBYTECODE=1 DATABASE_URL=${url/postgresql:/postgresql+psycopg2:} \
    REDIS_PORT=$redis_port "$python" -m uvicorn app:app --host 127.0.0.1 --port "$port" \
    --workers "$2" --log-level warning >"$dir/peer.log" 2>&1 &
  peer_pid=$!
  cd - >/dev/null || exit # not in a subshell: its process id would not be the peer's
  pids+=("$peer_pid")
  peer=http://127.0.0.1:$port
  for ((i = 0; i < 200; ++i)); do
    fetch "$peer$api/user/$(user_id 1)" >/dev/null 2>&1 && return
    kill -0 "$peer_pid" 2>/dev/null || break
    sleep 0.1
  done
  die "the peer does not serve: $(tail -n 5 "$dir/peer.log")"
}
