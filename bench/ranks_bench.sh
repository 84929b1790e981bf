#!/usr/bin/env bash
# Usage: bench/ranks_bench.sh [--rounds N] [--seconds S] [--few N] [--millions N]
#
# Two named leaderboards in memory, one of a few users (default: 10 000) and one of many (default: 10 million),
# written by SQL: how fast ranks of random users of each are answered over HTTP, in turn, with one connection
# and with 64; and the service's memory for each user.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

few=10000
millions=10
own_options=(few millions)
take_options "$@"
need "$binary" wrk curl awk
many=$((millions * 1000000))

named=/api/leaderboards

start_in_memory() {
  start_service STANDINGS_LEADERBOARDS_WARM=0
  await_ready
}

# first_read LEADERBOARD USERS
first_read() {
  local answered i
  for ((i = 0; i < 100; ++i)); do
    if answered=$(fetch "$service$named/$1/daily?limit=1" 2>"$dir/why"); then
      [[ $answered == *"\"total_users\":$2,"* ]] || die "not all users were loaded: $answered"
      return
    fi
    sleep 2 # it goes on loading
  done
  die "leaderboard $1 was not loaded: $(cat "$dir/why")"
}

# rate_of LEADERBOARD USERS CONNECTIONS: ranks a second.
rate_of() {
  connections=$3 users=$2 load "$seconds" "$service" rank "$named/$1/user/" /rank/yearly
}

say "leaderboards of $few and of $many users, written by SQL"
start_in_memory
end "$service_pid"
"$python" "$bench/edge/fill_sqlite.py" "$dir/service-data/standings.db" "few=$few" "many=$many"
start_in_memory

first_read few "$few"
before=$(memory "$service_pid" VmRSS)
started=$(date +%s)
first_read many "$many"
printf '   loaded in %d s\n' $(($(date +%s) - started))
bytes=$(awk -v before="$before" -v after="$(memory "$service_pid" VmRSS)" -v many="$many" \
  'BEGIN { print (after - before) * 1024 / many }')

for connected in 1 64; do
  say "ranks over $connected connections"
  rate_of many "$many" "$connected"
  : >"$dir/ratio-$connected"
  for ((round = 1; round <= rounds; ++round)); do
    rate_of few "$few" "$connected"
    among_few=$rate
    rate_of many "$many" "$connected"
    awk -v few="$among_few" -v many="$rate" -v ratio="$dir/ratio-$connected" 'BEGIN {
      printf "   %.0f a second among few, %.0f among many: %.2f times as long\n", few, many, few / many
      print few / many >>ratio }'
  done
done
[[ $failed == no ]] || die 'a rank was no success'

printf 'figure\n'
for connected in 1 64; do
  awk -v connected="$connected" -v ratio="$(median <"$dir/ratio-$connected")" 'BEGIN {
    printf "%-52s %9.2f x    at most 2.5: %s\n", "a rank among many, beside one among few, " connected " at once",
      ratio, ratio <= 2.5 ? "ok" : "NOT REACHED" }'
done
awk -v bytes="$bytes" 'BEGIN {
  printf "%-52s %9.0f B    at most 260: %s\n", "memory for each user", bytes, bytes <= 260 ? "ok" : "NOT REACHED" }'
