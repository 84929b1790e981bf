#!/usr/bin/env bash
# Usage: bench/alias_bench.sh [--aliases N]
#
# The alias mirror: a SQLite file with N names (default 10^6) in four tables, mirrored into a private
# Redis; then compared once more, by a process that knows nothing of it; then looked at while nothing
# changes. Time and memory of each beside their targets, which are for 10^6 names.
#
#   --aliases N   how many names (default 1000000)
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

aliases=1000000
while [[ $# -gt 0 ]]; do
  case $1 in
  -h | --help)
    sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"
    exit
    ;;
  --aliases)
    [[ ${2:-} =~ ^[1-9][0-9]{2,7}$ ]] || die "--aliases has to be a number from 100 to 99999999"
    aliases=$2
    shift 2
    ;;
  *) die "unknown option $1; see --help" ;;
  esac
done
need "$build/bench_aliases" awk redis-server redis-cli

# row FIGURE VALUE UNIT TARGET: a line, with whether the value is within the target.
row() {
  awk -v figure="$1" -v value="$2" -v unit="$3" -v target="$4" 'BEGIN {
    printf "%-40s %10.2f %-8s <= %-6s %s\n", figure, value, unit, target,
      (value <= target ? "ok" : "NOT REACHED") }'
}

per_alias() {
  awk -v kib="$1" -v aliases="$2" 'BEGIN { print kib * 1024 / aliases }'
}

start_redis
say "making a source with $aliases aliases"
"$build/bench_aliases" fill "$dir/source.db" --aliases "$aliases"
say "mirroring it into Redis on 127.0.0.1:$redis_port"
read -r first total written first_kib _ < <(
  "$build/bench_aliases" measure "$dir/source.db" --port "$redis_port") || die "the mirror failed"
[[ $written == "$total" ]] || die "only $written of $total aliases were written"
keys=$(redis-cli -p "$redis_port" dbsize)
[[ $keys == $((total + 1)) ]] || die "Redis has $keys keys, not $total and the marker"
say "comparing it with Redis once more"
read -r full _ written full_kib unchanged < <(
  "$build/bench_aliases" measure "$dir/source.db" --port "$redis_port") || die "comparing failed"
[[ $written == 0 ]] || die "$written aliases were written again"

printf '\n%-40s %10s %-8s %-9s\n' "figure, $total aliases" measured '' target
row 'first mirror' "$first" s 15
row 'full comparison without changes' "$full" s 6
row 'unchanged file' "$(awk -v s="$unchanged" 'BEGIN { print s * 1000 }')" ms 5
row 'memory while mirroring' "$(per_alias "$first_kib" "$total")" B/alias 200
row 'memory while comparing' "$(per_alias "$full_kib" "$total")" B/alias 200
