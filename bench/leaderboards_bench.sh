#!/usr/bin/env bash
# Usage: bench/leaderboards_bench.sh [--rounds N] [--seconds S] [--leaderboards N] [--each N]
#
# Many named leaderboards on PostgreSQL and Redis (default: 10 000 of 1 000 users, written by SQL): updates
# spread over all of them beside updates of one; the first read of one that is not in the cache; how soon
# after a start the default one is served; the service's memory; and what others notice of one that is
# flooded with updates. Runs inside scripts/servers.sh, on private servers; PostgreSQL has its default settings
# unless POSTGRES_SETTINGS adds some, such as `shared_buffers = 2GB`.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

leaderboards=10000
each=1000
own_options=(leaderboards each)
take_options "$@"
need "$binary" "$build/bench_pace" wrk curl awk redis-server redis-cli psql
[[ -n ${TEST_POSTGRES_URL:-} ]] || die "run through scripts/bench leaderboards"

named=/api/leaderboards

start_on_servers() {
  start_service STANDINGS_DATABASE_BACKEND=postgres STANDINGS_DATABASE_URL="$database" \
    STANDINGS_CACHE_BACKEND=redis STANDINGS_CACHE_PORT="$redis_port"
}

await_default() {
  local i
  for ((i = 0; i < 600; ++i)); do
    curl --silent --fail --noproxy '*' --max-time 5 "$service$top_path" >/dev/null && return
    sleep 0.02
  done
  die "the default leaderboard is not served: $(tail -n 3 "$dir/service.log")"
}

# rows: bench.1 and so on, each with the users user-000000000001 and so on.
rows() {
  psql -qX -v ON_ERROR_STOP=1 "$database" <<SQL
SET synchronous_commit = off;
SET standings.own = on; -- nothing for the caches to be told of
INSERT INTO standings.leaderboards (name, settings)
SELECT 'bench.' || i, '{}' FROM generate_series(1, $leaderboards) i;
INSERT INTO standings.past_periods (leaderboard_id, period, started_at)
SELECT l.id, p.period, date_trunc(p.unit, now(), 'UTC') FROM standings.leaderboards l,
  (VALUES ('daily', 'day'), ('weekly', 'week'), ('monthly', 'month'), ('yearly', 'year')) AS p (period, unit);
INSERT INTO standings.leaderboard_scores
SELECT l.id, 'user-' || lpad(u::text, 12, '0'), s, s, s, s, clock_timestamp(),
       nextval('pomo_leaderboard_version')
FROM standings.leaderboards l, generate_series(1, $each) u, LATERAL (SELECT 1 + (u * 7919 + l.id) % 9999 AS s) score;
ANALYZE standings.leaderboards, standings.leaderboard_scores;
SQL
}

# updates LEADERBOARDS: sets rate.
updates() {
  timeout $((seconds + 30)) wrk -t2 -c"$connections" -d"${seconds}s" --timeout 10s -s "$bench/load.lua" \
    "$service" -- spread "$named/bench." /update "$each" "$1" >"$dir/wrk.out" 2>&1 &
  load_pid=$!
  wait "$load_pid" || die "wrk failed: $(cat "$dir/wrk.out")"
  load_pid=
  read -r _ rate _ refused errors < <(grep '^RESULT ' "$dir/wrk.out") || die "no result: $(cat "$dir/wrk.out")"
  [[ $refused$errors == 00 ]] || die "$refused updates were no success, $errors socket errors"
}

# ranks: of one leaderboard, 200 a second, each counted from when it was due; prints the p99 in ms.
ranks() {
  timeout $((seconds + 30)) "$build/bench_pace" --port "${service##*:}" --seconds "$seconds" --rate 200 \
    --connections 4 --users "$each" --prefix "$named/bench.2/user/" --suffix /rank/yearly |
    awk '{ if ($5 != 0) exit 1; print $4 / 1000 }'
}

# run_over_cached LEAST: a run of reconcile, which ends with comparing the caches; prints how many leaderboards, and the
# milliseconds for each. The service's own run after its start, over fewer than LEAST, may be under way.
run_over_cached() {
  local begun before i compared=0 took
  while ((compared < $1)); do
    before=$(grep -c 'Compared the caches' "$dir/service.log" || true)
    begun=$(date +%s%N)
    fetch --max-time 600 -X POST "$service/api/periodic-sync/sync" >/dev/null || die 'the run failed'
    for ((i = 0; i < 6000; ++i)); do
      (($(grep -c 'Compared the caches' "$dir/service.log" || true) > before)) && break
      sleep 0.1
    done
    took=$((($(date +%s%N) - begun) / 1000000))
    compared=$(awk '/Compared the caches/ { last = $0 } END { sub(/.*caches of /, "", last); print last + 0 }' "$dir/service.log")
  done
  awk -v took="$took" -v compared="$compared" 'BEGIN { print compared, took / compared }'
}

# verdict WHAT VALUE UNIT RELATION TARGET
verdict() {
  awk -v what="$1" -v value="$2" -v unit="$3" -v relation="$4" -v target="$5" 'BEGIN {
    reached = relation == "at least" ? value >= target : value <= target
    printf "%-52s %9.2f %-4s %s %s: %s\n", what, value, unit, relation, target, reached ? "ok" : "NOT REACHED" }'
}

start_redis
database=$(create_database leaderboards)
start_on_servers
await_default
users=1000
fill
end "$service_pid"
say "$leaderboards leaderboards of $each users"
rows
redis-cli -p "$redis_port" flushall >/dev/null
started=$(date +%s%N)
start_on_servers
await_default
served=$((($(date +%s%N) - started) / 1000000))
before=$(memory "$service_pid" VmRSS)

say 'the first read of leaderboards that are not in the cache'
"$python" "$bench/edge/first_reads.py" "${service##*:}" "$named/bench." "$leaderboards" 300 >"$dir/cold" ||
  die "a read failed: $(cat "$dir/cold")"
read -r cold_p50 cold_p99 <"$dir/cold"
printf '   p50 %s ms, p99 %s ms\n' "$cold_p50" "$cold_p99"

say 'a run over what is cached, then over four times as many'
read -r few of_few < <(run_over_cached $((leaderboards > 400 ? 300 : 1)))
"$python" "$bench/edge/first_reads.py" "${service##*:}" "$named/bench." "$leaderboards" 1200 >/dev/null || die 'a read failed'
read -r many of_many < <(run_over_cached $((leaderboards > 1400 ? 1000 : few)))
printf '   %s leaderboards: %s ms each; %s: %s ms each\n' "$few" "$of_few" "$many" "$of_many"

say 'the first update of each, over 16 connections'
touched=$("$python" "$bench/edge/touch_all.py" "${service##*:}" "$named/bench." "$leaderboards") || die "an update failed: $touched"
printf '   %s leaderboards a second\n' "$touched"

say 'updates of one leaderboard, and spread over all'
updates 1 >/dev/null
: >"$dir/ratio"
for ((round = 1; round <= rounds; ++round)); do
  updates 1
  one=$rate
  updates "$leaderboards"
  awk -v one="$one" -v all="$rate" -v ratio="$dir/ratio" 'BEGIN {
    printf "   %.0f a second in one, %.0f in all: %.2f\n", one, all, all / one
    print all / one >>ratio }'
done
grown=$((($(memory "$service_pid" VmHWM) - before) / 1024))

say 'ranks in one leaderboard while another one is flooded with updates'
: >"$dir/flood"
for ((round = 1; round <= rounds; ++round)); do
  alone=$(ranks) || die 'a rank was no success'
  updates 1 & # bench.1; the ranks are those of bench.2
  flood=$!
  beside=$(ranks) || die 'a rank was no success'
  wait "$flood" || die 'the flood failed'
  awk -v a="$alone" -v b="$beside" -v out="$dir/flood" 'BEGIN {
    printf "   p99 %.2f ms alone, %.2f ms beside the flood\n", a, b
    print b / a >>out }'
done

printf 'figure\n'
verdict 'updates spread over all, beside one' "$(median <"$dir/ratio")" x 'at least' 0.8
verdict 'first read of a leaderboard, p99' "$cold_p99" ms 'at most' 50
verdict 'a run, for each of four times as many leaderboards' "$(awk "BEGIN { print $of_many / $of_few }")" x 'at most' 1.25
verdict 'default leaderboard served after a start' "$served" ms 'at most' 2000
verdict 'growth of the service by all this' "$grown" MiB 'at most' 256
verdict 'p99 of ranks beside a flooded leaderboard' "$(median <"$dir/flood")" x 'at most' 2
