# Sides that are loaded in turn, round by round. To be sourced after lib.sh and floors.sh. Each run adds
# a line to `runs`: row, side, rate a second, p99 in microseconds; processor time in microseconds and
# context switches of the side's program for one request; and processor time of its stores.
# shellcheck shell=bash disable=SC2154,SC2034  # shares the variables of lib.sh and of its scripts

runs=$dir/runs.tsv
: >"$runs"
declare -A url pid_of stores_of

# add_side NAME URL PID [STORE_PIDS]: the processes with all their children; stores separated by commas.
add_side() {
  url[$1]=$2
  pid_of[$1]=$3
  stores_of[$1]=${4:-}
}

# wanted ROW...: whether one of the rows is to be measured.
wanted() {
  local row
  for row in "$@"; do
    [[ $row =~ $only ]] && return
  done
  return 1
}

# http_load SIDE KIND SECONDS
http_load() {
  case $1:$2 in
  nginx:top | bare:top) load "$3" "${url[$1]}" get '/top?limit=10' '' ;;
  nginx:rank | bare:rank) load "$3" "${url[$1]}" rank '/rank?user=' '' ;;
  bare:update) load "$3" "${url[$1]}" update /update '' ;;
  *:top) load "$3" "${url[$1]}" get "$top_path" '' ;;
  *:rank) load "$3" "${url[$1]}" rank "$api/user/" /rank/yearly ;;
  *:update) load "$3" "${url[$1]}" update "$api/update" '' ;;
  *:batch)
    connections=$batch_connections load "$3" "${url[$1]}" batch "$api/update/batch" ''
    rate=$(awk -v rate="$rate" 'BEGIN { print rate * 500 }')
    ;;
  esac
}

# run_side SIDE KIND SECONDS: sets rate and p99.
run_side() {
  case $1 in
  redis) redis_load "$2" "$3" ;;
  pgbench) pgbench_load "$3" ;;
  *) http_load "$@" ;;
  esac
}

# measure ROW SIDE KIND [AS]: one run, recorded under AS or the side's name. What it costs is taken
# from the middle of the run.
measure() {
  local sampler
  "$python" "$bench/edge/sample.py" "$(awk -v s="$seconds" 'BEGIN { print s * 0.25 }')" \
    "$(awk -v s="$seconds" 'BEGIN { print s * 0.5 }')" "${pid_of[$2]}" "${stores_of[$2]}" \
    >"$dir/sample" &
  sampler=$!
  run_side "$2" "$3" "$seconds"
  wait "$sampler" || die 'the costs could not be read'
  record "$1" "${4:-$2}"
}

# record ROW SIDE: the last run and the last sample.
record() {
  awk -v row="$1" -v side="$2" -v rate="$rate" -v p99="$p99" -v OFS='\t' '{
    done = $1 * rate
    if (done == 0) done = 1
    print row, side, rate, p99, $2 * 1e6 / done, $3 / done, $4 * 1e6 / done }' "$dir/sample" >>"$runs"
  tail -n 1 "$runs" | awk -F '\t' '{
    printf "   %-10s %9d/s  p99 %8.2f ms  %7.1f us and %6.3f switches each\n", $2, $3, $4 / 1000,
      $5, $6 }'
}

# value ROW NUMBER: a figure that is measured once.
value() {
  printf '%s\tours\t%s\t0\t0\t0\t0\n' "$1" "$2" >>"$runs"
  printf '   %s\n' "$2"
}

# compare ROW KIND SIDE...: all sides in each round; those that were not added are left out.
compare() {
  local row=$1 kind=$2 side sides=() round
  wanted "$row" || return 0
  for side in "${@:3}"; do
    [[ -z ${pid_of[$side]:-} ]] || sides+=("$side")
  done
  say "$row: ${sides[*]}"
  for side in "${sides[@]}"; do
    run_side "$side" "$kind" "$warm_up"
  done
  for ((round = 1; round <= rounds; ++round)); do
    for side in "${sides[@]}"; do
      measure "$row" "$side" "$kind"
    done
  done
}

# -- reads beside something else ---------------------------------------------------

# pace SECONDS RATE CONNECTIONS KIND PREFIX SUFFIX: our service at a fixed rate. Prints its result.
pace() {
  timeout $(($1 + 30)) "$build/bench_pace" --port "${url[ours]##*:}" --seconds "$1" --rate "$2" \
    --connections "$3" --users "$users" --kind "$4" --prefix "$5" --suffix "$6" | check_pace
}

check_pace() {
  local name answered p50 p99 wrong
  read -r name answered p50 p99 wrong || die 'the paced load printed no result'
  [[ $wrong == 0 ]] || die "$wrong paced requests were no success"
  echo "$name $answered $p50 $p99 $wrong"
}

# probe ROW AS: 500 ranks a second, each counted from when it was due.
probe() {
  pace "$seconds" 500 4 rank "$api/user/" /rank/yearly >"$dir/probe" || die 'the probe failed'
  read -r _ rate _ p99 _ <"$dir/probe"
  echo '1 0 0 0' >"$dir/sample"
  record "$1" "$2"
}

# most_updates ROW: sets rate to the median of that row if it was measured, else to that of one run.
most_updates() {
  if grep -q "^$1"$'\tours\t' "$runs"; then
    rate=$(awk -F '\t' -v row="$1" '$1 == row && $2 == "ours" { print $3 }' "$runs" | median)
  else
    run_side ours update "$warm_up"
    run_side ours update "$seconds"
  fi
}

# beside_updates ROW UPDATE_ROW: ranks over four connections, alone and while updates run at half the
# maximum that UPDATE_ROW has.
beside_updates() {
  local row=$1 half round updates
  wanted "$row" || return 0
  say "$row: ranks alone, and with updates at half their maximum"
  most_updates "$2"
  half=$(awk -v most="$rate" 'BEGIN { printf "%.0f", most / 2 }')
  connections=4 run_side ours rank "$warm_up"
  for ((round = 1; round <= rounds; ++round)); do
    connections=4 measure "$row" ours rank idle
    probe "$row-due" idle
    pace $((2 * seconds + 2)) "$half" 64 update "$api/update" '' >"$dir/updates" &
    updates=$!
    pids+=("$updates")
    sleep 0.5
    connections=4 measure "$row" ours rank ours
    probe "$row-due" ours
    wait "$updates" || die 'the updates failed'
    forget "$updates"
    awk -v half="$half" '{
      printf "   %d updates a second of %d meant, p99 %.2f ms\n", $2, half, $4 / 1000 }' \
      "$dir/updates"
  done
}
