#!/usr/bin/env bash
# Usage: bench/isolation_bench.sh [--rounds N] [--seconds S] [--updates N]
#
# What users of one named leaderboard notice while another one is in trouble, on PostgreSQL and Redis: the p99
# of their ranks and of their updates, 200 a second each, beside updates of the other (default: 500 a second) that
# are in no trouble, whose tenant is full, whose cache holds another type, whose rows the database refuses,
# and that are far more than the service can write. Runs inside scripts/servers.sh, on private servers.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

each=1000
updates=500 # a second, of the one in trouble
own_options=(updates)
take_options "$@"
need "$binary" "$build/bench_pace" wrk curl awk redis-server redis-cli psql
[[ -n ${TEST_POSTGRES_URL:-} ]] || die "run through scripts/bench isolation"

named=/api/leaderboards
troubled=bench.1
watched=bench.2

# paced KIND PREFIX SUFFIX RATE CONNECTIONS USERS
paced() {
  timeout $((seconds + 30)) "$build/bench_pace" --port "${service##*:}" --seconds "$seconds" --rate "$4" \
    --connections "$5" --users "$6" --kind "$1" --prefix "$2" --suffix "$3"
}

# p99_of KIND: of the watched leaderboard, in ms.
p99_of() {
  local path=$named/$watched/update suffix=
  if [[ $1 == rank ]]; then
    path=$named/$watched/user/ suffix=/rank/yearly
  fi
  paced "$1" "$path" "$suffix" 200 4 "$each" | awk '{ if ($5 != 0) exit 1; print $4 / 1000 }'
}

# troubling USERS LEADERBOARD: updates that the service may refuse; nobody looks at the answers.
troubling() {
  paced update "$named/$2/update" '' "$updates" 16 "$1" >/dev/null
}

flood() {
  users=$each load "$seconds" "$service" update "$named/$troubled/update" ''
}

# beside WHAT COMMAND...: p99 of ranks and updates, alone and beside the command.
beside() {
  local what=$1 kind round alone with
  shift
  for kind in rank update; do
    : >"$dir/ratio"
    for ((round = 1; round <= rounds; ++round)); do
      alone=$(p99_of "$kind") || die "a $kind was no success"
      "$@" &
      load_pid=$!
      with=$(p99_of "$kind") || die "a $kind was no success beside $what"
      wait "$load_pid" || true
      load_pid=
      printf '   %s: p99 of a %s %.2f ms alone, %.2f ms beside it\n' "$what" "$kind" "$alone" "$with"
      awk -v a="$alone" -v b="$with" 'BEGIN { print b / a }' >>"$dir/ratio"
    done
    printf '%s|%s|%s\n' "$what" "$kind" "$(median <"$dir/ratio")" >>"$dir/figures"
  done
}

make() {
  fetch -X PUT -H 'Content-Type: application/json' -d '{}' "$service$named/$1" >/dev/null
}

# users_in LEADERBOARD: as many as each has.
users_in() {
  local first
  for ((first = 1; first <= each; first += 500)); do
    users=$each batch=500 batch_of "$first" |
      fetch -H 'Content-Type: application/json' --data-binary @- "$service$named/$1/update/batch" >/dev/null
  done
}

start_redis
database=$(create_database isolation)
start_service STANDINGS_DATABASE_BACKEND=postgres STANDINGS_DATABASE_URL="$database" \
  STANDINGS_CACHE_BACKEND=redis STANDINGS_CACHE_PORT="$redis_port" STANDINGS_LEADERBOARDS_QUOTAS="full.users=$each"
await_ready
for one in "$troubled" "$watched" full.1; do
  make "$one"
  users_in "$one"
  fetch "$service$named/$one/daily" >/dev/null
done

say 'the same updates without trouble'
beside 'no trouble' troubling "$each" "$troubled"

say 'updates of more users than the tenant may have'
beside 'tenant at its quota' troubling 100000 full.1

say 'a cache of another type'
while sleep 0.05; do
  redis-cli -p "$redis_port" set "leaderboard:{$troubled}:daily" odd >/dev/null
done &
odd=$!
pids+=("$odd")
beside 'wrong type in Redis' troubling "$each" "$troubled"
end "$odd"

say 'more updates than can be written'
beside 'flood' flood

say 'one row in ten is refused'
psql -qX -v ON_ERROR_STOP=1 "$database" <<SQL
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN RAISE 'refused'; END \$\$;
CREATE FUNCTION number_of(name text) RETURNS bigint LANGUAGE sql IMMUTABLE
  AS \$\$ SELECT id FROM standings.leaderboards l WHERE l.name = \$1 \$\$;
CREATE TRIGGER refused BEFORE INSERT OR UPDATE ON standings.leaderboard_scores FOR EACH ROW
  WHEN (new.leaderboard_id = number_of('$troubled') AND new.user_id LIKE '%7') EXECUTE FUNCTION refuse();
SQL
beside 'rows refused' troubling "$each" "$troubled"

printf 'figure\n'
while IFS='|' read -r what kind ratio; do
  awk -v what="p99 of a $kind beside: $what" -v ratio="$ratio" 'BEGIN {
    printf "%-52s %9.2f x    at most 2: %s\n", what, ratio, ratio <= 2 ? "ok" : "NOT REACHED" }'
done <"$dir/figures"
