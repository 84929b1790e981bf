#!/usr/bin/env bash
# Usage: bench/run.sh [micro|edge|reconcile|aliases|sessions|limits|live|leaderboards|isolation|ranks|all] [OPTION...]
#
# Runs the benchmarks that scripts/bench has built, and prints each figure beside its target.
#
#   micro     the memory cache alone; options go to Google Benchmark (--benchmark_filter=rank)
#   edge      the service beside its floors; options as for bench/edge_bench.sh
#   reconcile runs of the periodic sync; options as for bench/reconcile_bench.sh
#   aliases   the alias mirror on Redis; options as for bench/alias_bench.sh
#   sessions  session sync on private servers: a full sync, and the lag of changes
#   limits    one greedy client beside another: its p99, and what a refusal costs
#   live      what an event costs for a follower of a live board; options as for bench/live_bench.sh
#   leaderboards  ten thousand named leaderboards; options as for bench/leaderboards_bench.sh
#   isolation a named leaderboard beside one in trouble; options as for bench/isolation_bench.sh
#   ranks     one leaderboard of ten million users in memory; options as for bench/ranks_bench.sh
#   all       micro, edge and reconcile, and their tables at the end (default); options for the last two
set -euo pipefail

bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
what=all
if [[ ${1:-} =~ ^[a-z] ]]; then
  what=$1
  shift
fi

build=$bench/../build-bench
child=

# logged FILE COMMAND...: its output goes to the file, too. In the background, so that a signal to
# us reaches it at once.
logged() {
  local file=$1
  shift
  "$@" > >(tee "$file") &
  child=$!
  wait "$child"
  child=
}

# shellcheck disable=SC2317  # the trap calls it
clean_up() {
  if [[ -n $child ]]; then
    kill "$child" 2>/dev/null || true
    wait "$child" || true
  fi
  rm -rf "$output"
}

# the_table FILE: from the heading of the summary on.
the_table() {
  sed -n '/^figure /,$p' "$1"
}

# on_servers BENCHMARK [OPTION...]: instead of this shell, so that a signal to it ends the servers.
on_servers() {
  exec bash "$bench/../scripts/servers.sh" bash "$bench/$1_bench.sh" "${@:2}"
}

run_all() {
  output=$(mktemp -d)
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  printf '== the memory cache\n'
  logged "$output/micro" "$build/bench_cache"
  printf '\n== the service beside its floors\n'
  logged "$output/edge" on_servers edge "$@"
  printf '\n== reconcile\n'
  logged "$output/reconcile" on_servers reconcile "$@"
  printf '\n== summary\n'
  the_table "$output/micro"
  printf '\n'
  the_table "$output/edge"
  printf '\n'
  the_table "$output/reconcile"
}

case ${1:-} in
-h | --help)
  sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"
  exit
  ;;
esac
if [[ ! -x $build/bench_cache ]]; then
  printf '!! %s is missing; scripts/bench builds it\n' "$build/bench_cache" >&2
  exit 1
fi
case $what in
micro) exec "$build/bench_cache" "$@" ;;
edge | reconcile | sessions | leaderboards | isolation) on_servers "$what" "$@" ;;
aliases) exec bash "$bench/alias_bench.sh" "$@" ;;
limits) exec bash "$bench/limits_bench.sh" "$@" ;;
live) exec bash "$bench/live_bench.sh" "$@" ;;
ranks) exec bash "$bench/ranks_bench.sh" "$@" ;;
all) run_all "$@" ;;
*)
  printf '!! unknown benchmark %s; see bench/run.sh --help\n' "$what" >&2
  exit 1
  ;;
esac
