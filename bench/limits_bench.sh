#!/usr/bin/env bash
# Usage: bench/limits_bench.sh [--rounds N] [--seconds S]
#
# What a greedy client costs others: the p99 of a client that stays within its limit, alone and beside
# one that asks ten times as much as it may. And the processor time of a refusal: of the requests of one
# client alone, whose limit is so low that nearly all are refused.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

limit=1000 # requests a second for each address
take_options "$@"
need "$binary" "$build/bench_pace" curl awk

# pace RATE CLIENT CONNECTIONS: prints requests a second, p99 in microseconds, and refusals.
pace() {
  timeout $((seconds + 30)) "$build/bench_pace" --port "${service##*:}" --seconds "$seconds" \
    --rate "$1" --client "$2" --connections "$3" --users "$users" --prefix "$api/user/" \
    --suffix /rank/yearly | awk '{ print $2, $4, $5 }'
}

# processor_seconds PID: that it has used so far.
processor_seconds() {
  sed 's/.*) //' "/proc/$1/stat" | awk -v ticks="$(getconf CLK_TCK)" '{ print ($12 + $13) / ticks }'
}

# refusal_cost SERVICE PID: prints the microseconds of processor time of a refusal.
refusal_cost() {
  local service=$1 pid=$2 before after rate refused
  before=$(processor_seconds "$pid")
  read -r rate _ refused < <(pace $((limit * 10)) 203.0.113.2 16)
  after=$(processor_seconds "$pid")
  awk -v before="$before" -v after="$after" -v asked="$rate" -v seconds="$seconds" -v refused="$refused" 'BEGIN {
    if (refused < 0.99 * asked * seconds) exit 1
    print (after - before) * 1e6 / refused }' || die "only $refused requests were refused"
}

start_build refusing "$binary" STANDINGS_HTTP_TRUSTED_PROXIES=127.0.0.1 \
  STANDINGS_HTTP_LIMITS_ADDRESS_PER_SECOND=1 STANDINGS_HTTP_LIMITS_ADDRESS_BURST=1
refusing=$service
refusing_pid=$service_pid
start_service STANDINGS_HTTP_TRUSTED_PROXIES=127.0.0.1 \
  "STANDINGS_HTTP_LIMITS_ADDRESS_PER_SECOND=$limit" STANDINGS_HTTP_LIMITS_ADDRESS_BURST=100
fill
pace $((limit / 10)) 203.0.113.1 4 >/dev/null
: >"$dir/beside"
: >"$dir/cost"
for ((round = 1; round <= rounds; ++round)); do
  read -r _ alone refused < <(pace $((limit / 10)) 203.0.113.1 4)
  [[ $refused == 0 ]] || die "$refused requests of the client alone were no success"
  pace $((limit * 10)) 203.0.113.2 16 >"$dir/greedy" &
  greedy=$!
  pids+=("$greedy")
  read -r _ beside refused < <(pace $((limit / 10)) 203.0.113.1 4)
  [[ $refused == 0 ]] || die "$refused requests of the client beside the greedy one were no success"
  wait "$greedy" || die 'the greedy client failed'
  forget "$greedy"
  read -r rate _ refused <"$dir/greedy"
  cost=$(refusal_cost "$refusing" "$refusing_pid")
  printf '   p99 %.2f ms alone, %.2f ms beside %d requests a second of which %d were refused in all; %.1f us a refusal\n' \
    "$(awk -v us="$alone" 'BEGIN { print us / 1000 }')" \
    "$(awk -v us="$beside" 'BEGIN { print us / 1000 }')" "${rate%.*}" "$refused" "$cost"
  awk -v a="$alone" -v b="$beside" 'BEGIN { print b / a }' >>"$dir/beside"
  echo "$cost" >>"$dir/cost"
done

# verdict WHAT VALUE UNIT TARGET
verdict() {
  awk -v what="$1" -v value="$2" -v unit="$3" -v target="$4" 'BEGIN {
    printf "%-36s %8.2f %-3s  at most %s: %s\n", what, value, unit, target,
      (value <= target ? "ok" : "NOT REACHED") }'
}
printf 'figure\n'
verdict 'p99 beside a greedy client' "$(median <"$dir/beside")" x 2
verdict 'processor time of a refusal' "$(median <"$dir/cost")" us 50
