#!/usr/bin/env bash
# Usage: bench/http_bench.sh [--rounds N] [--seconds S]
#
# Puts the service beside bench_floor, a bare server of the same HTTP library that answers constants
# of the same size, and prints how much of the floor's rate the service reaches: top-10, rank and
# durable update. Both run on loopback, here and now, and are loaded in turn, so that what else the
# machine does hits both. Needs build-bench/, wrk and curl; scripts/bench sees to it.
#
#   --rounds N    pairs of runs per figure (default 3); the median pair counts
#   --seconds S   length of a run (default 4)
#
# The service's data lies in a temporary directory; TMPDIR says on which disk, and what fsync costs
# there is part of the durable update. Exits with 1 if an answer was not a success: the figures mean
# nothing then. A target that is not reached is only printed.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

take_options "$@"
need "$build/standings" "$build/bench_floor" wrk curl awk

start_service STANDINGS_LOG_LEVEL=info
say "the service has $service, its data is on $(stat -f -c %T "$dir"); putting in $users users"
fill
start_floor_like_service

measure 'top-10' 0.75 get "$top_path" '' "$floor" '/top?limit=10' ''
measure 'rank' 0.70 rank "$api/user/" /rank/yearly "$floor" '/rank?user=' ''
measure 'durable update' 0.30 update "$api/update" '' "$floor" /update ''
end_with_verdict
