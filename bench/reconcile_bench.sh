#!/usr/bin/env bash
# Usage: bench/reconcile_bench.sh [--rounds N] [--seconds S]
#
# What a reconcile run costs on PostgreSQL and Redis: time and memory with nothing to change, for 10^5
# and for 10^6 users; time where another program has changed 1 % of them in Redis; how much slower
# reads are meanwhile; and, where it is there, beside a peer's sync: the Python stack given as
# STANDINGS_PEER, a folder with an app.py. Runs inside scripts/servers.sh, on private servers.
#
#   --rounds N    runs per figure (default 3); the median counts, of reads the least p99
#   --seconds S   how long reads are measured (default 4)
#
# STANDINGS_BINARY names another program to measure than the one in build-bench/. Exits with 1 if a
# run did not do what it had to: the figures mean nothing then. A target that is not reached is only
# printed.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source=peer.sh
source "$bench/peer.sh"
# shellcheck source=runs.sh
source "$bench/runs.sh"

few=100000
many=1000000

take_options "$@"
need "$binary" wrk curl awk redis-server redis-cli psql
[[ -n ${TEST_POSTGRES_URL:-} ]] || die "run through scripts/bench reconcile"

# -- runs ----------------------------------------------------------------------

# reported FIELD: of the last run.
reported() {
  sed -n "s/.*\"$1\":\"\{0,1\}\([a-z0-9]*\).*/\1/p" "$dir/report"
}

# run UPDATED: one whole run. Sets took (in ms) and grown, the peak above what the service had
# before (in KiB).
run() {
  local before
  before=$(memory "$service_pid" VmRSS)
  echo 5 >"/proc/$service_pid/clear_refs" # resets the peak
  ask_run '{}' >"$dir/report" || die "the run failed: $(cat "$dir/report")"
  grown=$(($(memory "$service_pid" VmHWM) - before))
  took=$(reported duration_ms)
  if [[ $(reported status) != completed || $(reported checked) != "$users" ||
    $(reported updated) != "$1" || $(reported in_sync) != $((users - $1)) ]]; then
    failed=yes
    printf '!! not the run that was to be measured: %s\n' "$(cat "$dir/report")" >&2
  fi
  awk -v ms="$took" -v kib="$grown" -v before="$before" -v updated="$1" 'BEGIN {
    printf "   %.2f s, %.1f MiB more than the %.1f before, %d updated\n", ms / 1000, kib / 1024,
      before / 1024, updated }'
}

# idle_runs NAME: NAME.ms and NAME.kib get a line per run; of the first run after a start, only the
# memory counts.
idle_runs() {
  local round
  say "$users users, nothing to change (the first run is the first of this service)"
  run 0
  echo "$grown" >"$dir/$1.kib"
  : >"$dir/$1.ms"
  for ((round = 1; round <= rounds; ++round)); do
    run 0
    echo "$took" >>"$dir/$1.ms"
    echo "$grown" >>"$dir/$1.kib"
  done
}

yearly_sum() {
  psql -qAt "$service_database" -c "SELECT sum(yearly_pomo) FROM pomo_leaderboard"
}

# changing_runs NAME: NAME.ms gets a line per run.
changing_runs() {
  local round before more=5 changed=$((users / 100))
  say "$users users, $changed of them changed in Redis by another program"
  : >"$dir/$1.ms"
  for ((round = 1; round <= rounds; ++round)); do
    before=$(yearly_sum)
    users_of "$service_database" "$more" "user_id LIKE '%00'" | write_as_peer "$service_redis"
    run "$changed"
    echo "$took" >>"$dir/$1.ms"
    if [[ $(yearly_sum) != $((before + more * changed)) ]]; then
      failed=yes
      printf '!! PostgreSQL has other scores than Redis\n' >&2
    fi
  done
}

# -- the peer ------------------------------------------------------------------

# peer_sync: sets peer_took, in ms.
peer_sync() {
  fetch --max-time "$run_limit" -X POST "$peer$sync_path/sync" >"$dir/peer-report" ||
    die "the peer's sync failed: $(tail -n 5 "$dir/peer.log")"
  grep -q '"created":0,"updated":0,"deleted":0,' "$dir/peer-report" ||
    die "the peer had something to change: $(cat "$dir/peer-report")"
  peer_took=$(sed 's/.*"seconds":\([0-9.]*\).*/\1/' "$dir/peer-report" | awk '{ print $1 * 1000 }')
}

# beside_peer: `peer` gets a line a round: ms of the peer, ms of the service, their ratio.
beside_peer() {
  local round
  start_peer "$service_database" 1
  say "the same $users users in the peer, nothing to change"
  : >"$dir/peer"
  for ((round = 1; round <= rounds; ++round)); do
    run 0
    peer_sync
    awk -v peer="$peer_took" -v ours="$took" 'BEGIN { print peer, ours, peer / ours }' >>"$dir/peer"
    awk -v round="$round" 'END {
      printf "   round %d: peer %.2f s, service %.2f s; ratio %.1f\n", round, $1 / 1000, $2 / 1000,
        $3 }' "$dir/peer"
  done
  end "$peer_pid" "$peer_redis_pid"
}

# -- the table -----------------------------------------------------------------

# row FIGURE SEEN UNIT [RELATION TARGET]
row() {
  awk -v figure="$1" -v seen="$2" -v unit="$3" -v relation="${4:-}" -v target="${5:-}" 'BEGIN {
    reached = relation == "<=" ? seen <= target : seen >= target
    printf "%-58s %12s %12s  %s\n", figure, sprintf("%.2f %s", seen, unit),
      relation == "" ? "" : sprintf("%s %d %s", relation, target, unit),
      relation == "" ? "" : reached ? "ok" : "NOT REACHED" }'
}

# figure FILE COLUMN DIVISOR: the median.
figure() {
  awk -v column="$2" '{ print $column }' "$dir/$1" | median | awk -v by="$3" '{ print $1 / by }'
}

# ratio A B
ratio() {
  awk -v a="$1" -v b="$2" 'BEGIN { print a / b }'
}

# most FILE: in MiB.
most() {
  sort -n "$dir/$1" | awk 'END { print $1 / 1024 }'
}

# least_p99 COLUMN: in ms. Not the median: other load on the machine lengthens the p99 without runs
# more than the one with them, and would make their ratio look good.
least_p99() {
  awk -v column="$1" '{ print $column }' "$dir/reads" | sort -g | awk 'NR == 1 { print $1 / 1000 }'
}

print_figures() {
  printf '\n%-58s %12s %12s\n' figure seen target
  row 'run over 10^6 users, nothing to change' "$(figure many.ms 1 1000)" s '<=' 10
  row '  memory above idle, the most of all runs' "$(most many.kib)" MiB '<=' 128
  row 'run over 10^5 users, nothing to change' "$(figure few.ms 1 1000)" s
  row '  memory above idle, the most of all runs' "$(most few.kib)" MiB '<=' 128
  row 'time for 10^6 over time for 10^5 (linear: 10)' \
    "$(ratio "$(figure many.ms 1 1)" "$(figure few.ms 1 1)")" x '<=' 12
  row 'run over 10^6 users, 1 % changed in Redis' "$(figure changed.ms 1 1000)" s '<=' 12
  if [[ -s $dir/peer ]]; then
    row "the peer's sync of 10^5 users" "$(figure peer 1 1000)" s
    row '  over the time of a run' "$(figure peer 3 1)" x '>=' 10
  fi
  row 'p99 of a rank without runs, the least' "$(least_p99 1)" ms
  row 'p99 of a rank during runs, the least' "$(least_p99 2)" ms
  row '  over the one without' "$(ratio "$(least_p99 2)" "$(least_p99 1)")" x '<=' 2
}

say "$(nproc) cores, load average $(cut -d ' ' -f 1-3 /proc/loadavg): figures vary on a busy machine"
serve "$few"
idle_runs few
if can_run_peer; then
  beside_peer
fi
end "$service_pid" "$service_redis_pid"
serve "$many"
idle_runs many
changing_runs changed
reads_meanwhile
print_figures
[[ $failed == no ]] || die 'not every run was what it had to be: these figures mean nothing'
