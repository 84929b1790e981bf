#!/usr/bin/env bash
# Usage: bench/run.sh [micro|http|servers|aliases|sessions|all] [OPTION...]
#
# Runs the benchmarks that scripts/bench has built, and prints each figure beside its target.
#
#   micro   the memory cache alone; options go to Google Benchmark (--benchmark_filter=rank)
#   http    the service beside a bare server; options as for bench/http_bench.sh
#   servers the service on PostgreSQL and Redis; options as for bench/servers_bench.sh
#   aliases the alias mirror on Redis; options as for bench/alias_bench.sh
#   sessions session sync on private servers: a full sync, and the lag of changes
#   all     micro and http, and one table at the end (default); options as for http
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

run_all() {
  output=$(mktemp -d)
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  printf '== the service and the floor\n'
  logged "$output/http" bash "$bench/http_bench.sh" "$@"
  printf '\n== the memory cache\n'
  logged "$output/micro" "$build/bench_cache"
  printf '\n== summary\n'
  the_table "$output/http"
  printf '\n'
  the_table "$output/micro"
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
http) exec bash "$bench/http_bench.sh" "$@" ;;
servers) exec bash "$bench/../scripts/servers.sh" bash "$bench/servers_bench.sh" "$@" ;;
aliases) exec bash "$bench/alias_bench.sh" "$@" ;;
sessions) exec bash "$bench/../scripts/servers.sh" bash "$bench/sessions_bench.sh" "$@" ;;
all) run_all "$@" ;;
*)
  printf '!! unknown benchmark %s; see bench/run.sh --help\n' "$what" >&2
  exit 1
  ;;
esac
