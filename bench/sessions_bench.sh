#!/usr/bin/env bash
# Usage: bench/sessions_bench.sh
#
# Session sync on PostgreSQL and Redis, and then on SQLite and Redis: the time for a full sync of
# 10 000 sessions of 20 messages, and the lag from a change in Redis to the row while 200 sessions
# change a second. Runs inside scripts/servers.sh, on private servers.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sessions=10000
messages=20
rate=200
run=15 # seconds

take_options "$@"
need "$build/standings" curl awk redis-server redis-cli psql
[[ -n ${TEST_POSTGRES_URL:-} ]] || die "run through scripts/bench sessions"

# The sessions, made inside Redis: cjson writes them as an application would.
write_sessions='
for s = ARGV[1], ARGV[2] do
  local list = {}
  for m = 1, tonumber(ARGV[3]) do
    list[m] = {sender_id = "user" .. (s * m) % 500, content = "message " .. m .. " of session " .. s,
               timestamp = string.format("2026-03-01T12:%02d:00Z", m)}
  end
  redis.call("SET", "session:" .. s, cjson.encode(
    {session_id = tostring(s), group = "group" .. s % 50, messages = list}))
end'

append_message='
local key = "session:" .. ARGV[1]
local session = cjson.decode(redis.call("GET", key))
table.insert(session.messages, {sender_id = "user1", content = "appended " .. ARGV[2]})
redis.call("SET", key, cjson.encode(session))'

# field NAME: a number of the status.
field() {
  fetch "$service/api/v1/sync/status" | sed "s/.*\"$1\":\\([0-9.]*\\).*/\\1/"
}

# await_full_sync: the first one, of the start.
await_full_sync() {
  local i
  for ((i = 0; i < 600; ++i)); do
    [[ $(fetch "$service/api/v1/sync/status") == *'"completed":0'* ]] || return 0
    sleep 0.1
  done
  die "no full sync within a minute"
}

# changes: appends messages at the rate, to sessions in turn.
changes() {
  local sha n=0 tick
  sha=$(redis-cli -p "$redis_port" script load "$append_message")
  for ((tick = 0; tick < run * 50; ++tick)); do
    local i
    for ((i = 0; i < rate / 50; ++i)); do
      n=$((n + 1))
      echo "EVALSHA $sha 0 $((n * 37 % sessions + 1)) $n"
    done
    sleep 0.0185 # and what the loop itself takes: about 20 ms
  done
}

rows=()

# row FIGURE VALUE UNIT TARGET
row() {
  rows+=("$(awk -v figure="$1" -v value="$2" -v unit="$3" -v target="$4" 'BEGIN {
    printf "%-48s %9.2f %-3s <= %d %s  %s", figure, value, unit, target, unit,
      (value <= target ? "ok" : "NOT REACHED") }')")
}

# measure_sessions NAME VARIABLE=VALUE...
measure_sessions() {
  local name=$1 first before started took
  shift
  start_redis
  say "$name: writing $sessions sessions of $messages messages"
  for ((first = 1; first <= sessions; first += 1000)); do
    redis-cli -p "$redis_port" eval "$write_sessions" 0 "$first" $((first + 999)) "$messages" >/dev/null
  done
  rm -rf "$dir/service-data"
  start_service STANDINGS_CACHE_BACKEND=redis STANDINGS_CACHE_PORT="$redis_port" "$@"
  await_full_sync
  row "$name: full sync of $sessions x $messages" "$(awk -v ms="$(field last_duration_ms)" 'BEGIN { print ms / 1000 }')" s 10
  say "$name: $rate changes a second for $run s"
  before=$(field messages_added)
  started=$(date +%s.%N)
  changes | redis-cli -p "$redis_port" >/dev/null
  took=$(awk -v a="$started" -v b="$(date +%s.%N)" 'BEGIN { print b - a }')
  sleep 1
  say "$(awk -v n=$(($(field messages_added) - before)) -v s="$took" 'BEGIN {
    printf "%d changes arrived, %.0f a second", n, n / s }')"
  row "$name: lag, p50" "$(field p50)" ms 100
  row "$name: lag, p99" "$(field p99)" ms 100
  stop "$service_pid"
}

psql -q "$TEST_POSTGRES_URL" -c 'CREATE DATABASE sessions'
measure_sessions PostgreSQL STANDINGS_DATABASE_BACKEND=postgres \
  STANDINGS_DATABASE_URL="${TEST_POSTGRES_URL%/*}/sessions"
measure_sessions SQLite

printf '\n%-48s %13s %11s\n' figure measured target
printf '%s\n' "${rows[@]}"
