#!/usr/bin/env bash
# Usage: bench/live_bench.sh [--rounds N] [--seconds S]
#
# Live boards: what an event for one follower costs the service, with 1, 100 and 2000 followers of one
# board that changes more than ten times a second. Processor time, because rates say more about the
# machine. Needs no server.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

take_options "$@"
need "$build/standings" curl awk "$python"

start_service STANDINGS_HTTP_MAX_CONNECTIONS=4096
fill
printf '\n%-12s %12s %14s %18s\n' followers events/s 'CPU µs/event' 'events/s/follower'
for followers in 1 100 2000; do
  for ((round = 1; round <= rounds; ++round)); do
    "$python" "$bench/edge/follow.py" "${service##*:}" "$followers" "$seconds" "$service_pid"
  done | sort -k3 -g | awk '{ line[NR] = $0 } END { print line[int((NR + 1) / 2)] }' |
    while read -r n rate cost each; do
      printf '%-12s %12s %14s %18s\n' "$n" "$rate" "$cost" "$each"
    done
done
