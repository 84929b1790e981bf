# What the service is measured against: servers that do the least that its work can be done with. To be
# sourced after lib.sh. Each function adds a side; see compare.sh.
# shellcheck shell=bash disable=SC2154,SC2034  # shares the variables of lib.sh and of its scripts

# sizes_like_service: sets top_bytes, rank_bytes and update_bytes, the lengths of its answers.
sizes_like_service() {
  top_bytes=$(fetch "$service$top_path" | wc -c)
  rank_bytes=$(fetch "$service$api/user/$(user_id 1)/rank/yearly" | wc -c)
  update_bytes=$(post update "{\"user_id\":\"$(user_id 1)\",\"count\":1}" | wc -c)
}

# constant BYTES: JSON of that length.
constant() {
  awk -v n="$(($1 - 13))" 'BEGIN {
    for (i = 0; i < n; ++i) x = x "x"
    printf "{\"filler\":\"%s\"}", x }'
}

# add_nginx: answers constants of the service's lengths, with a configuration of its own and no other.
add_nginx() {
  local home=$dir/nginx port i
  mkdir -p "$home"
  port=$((20000 + RANDOM % 12000))
  cat >"$home/nginx.conf" <<CONF
daemon off;
worker_processes auto;
pid $home/pid;
error_log $home/error.log;
events { worker_connections 8192; }
http {
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 300s;
  client_body_temp_path $home/body;
  proxy_temp_path $home/proxy;
  fastcgi_temp_path $home/fastcgi;
  uwsgi_temp_path $home/uwsgi;
  scgi_temp_path $home/scgi;
  default_type application/json;
  server {
    listen 127.0.0.1:$port backlog=4096;
    location = /top { return 200 '$(constant "$top_bytes")'; }
    location = /rank { return 200 '$(constant "$rank_bytes")'; }
  }
}
CONF
  "$nginx" -p "$home" -c "$home/nginx.conf" -e "$home/error.log" >"$home/log" 2>&1 &
  pids+=($!)
  add_side nginx "http://127.0.0.1:$port" $!
  for ((i = 0; i < 100; ++i)); do
    if [[ $(fetch "${url[nginx]}/rank" 2>/dev/null | wc -c) == "$rank_bytes" ]]; then
      return
    fi
    sleep 0.1
  done
  die "nginx did not start: $(tail -n 3 "$home/log" "$home/error.log")"
}

# add_bare: the HTTP library alone, with as many threads as the service.
add_bare() {
  : >"$dir/floor.log"
  "$build/bench_floor" --port 0 --top "$top_bytes" --rank "$rank_bytes" --update "$update_bytes" \
    >"$dir/floor.log" 2>&1 &
  pids+=($!)
  add_side bare "http://127.0.0.1:$(await $! "$dir/floor.log" 's|^\([0-9]*\)$|\1|p')" $!
}

# -- redis-benchmark -------------------------------------------------------------

redis_rate=50000 # of the last run: says how many requests make one of the wanted length

# redis_load KIND SECONDS [OPTION...]: what the read of that kind comes down to, not pipelined. Sets
# rate and p99.
redis_load() {
  local command last
  case $1 in
  top) command=(ZREVRANGE leaderboard:daily 0 9 WITHSCORES) ;;
  rank) command=(ZREVRANK leaderboard:yearly user-__rand_int__) ;;
  esac
  timeout $(($2 * 10 + 30)) redis-benchmark -h 127.0.0.1 -p "$service_redis" -c "$connections" \
    -n $((redis_rate * $2)) -r "$users" --precision 3 --csv "${@:3}" "${command[@]}" \
    >"$dir/redis.out" 2>&1 &
  load_pid=$!
  wait "$load_pid" || die "redis-benchmark failed: $(tail -n 3 "$dir/redis.out")"
  load_pid=
  last=$(tr '\r' '\n' <"$dir/redis.out" | tail -n 1)
  read -r rate p99 < <(sed 's/^"[^"]*",//; s/"//g' <<<"$last" | awk -F, 'NF == 7 { print $1, $6 * 1000 }') ||
    die "redis-benchmark printed no result: $last"
  redis_rate=${rate%.*}
}

# check_redis: the boards that redis-benchmark reads are those that the service has filled.
check_redis() {
  local board
  for board in daily yearly; do
    [[ $(redis-cli -p "$service_redis" zcard "leaderboard:$board") == "$users" ]] ||
      die "leaderboard:$board does not have $users users"
  done
}

# -- pgbench ---------------------------------------------------------------------

# prepare_pgbench: a table like the service's, in its database, with the same users.
prepare_pgbench() {
  psql -q "$service_database" -c "CREATE TABLE edge_upsert (LIKE pomo_leaderboard INCLUDING ALL)" \
    -c "ALTER TABLE edge_upsert SET (fillfactor = 70)" \
    -c "INSERT INTO edge_upsert SELECT * FROM pomo_leaderboard" -c "VACUUM ANALYZE edge_upsert"
  cat >"$dir/upsert.sql" <<'SQL'
\set first random(1, :users)
INSERT INTO edge_upsert AS t
SELECT 'user-' || lpad(n::text, 12, '0'), 1, 1, 1, 1, clock_timestamp()
FROM (SELECT 1 + (:first + i * 7919) % :users FROM generate_series(1, 500) i) ids (n) ORDER BY n
ON CONFLICT (user_id) DO UPDATE SET
  daily_pomo = t.daily_pomo + excluded.daily_pomo,
  weekly_pomo = t.weekly_pomo + excluded.weekly_pomo,
  monthly_pomo = t.monthly_pomo + excluded.monthly_pomo,
  yearly_pomo = t.yearly_pomo + excluded.yearly_pomo,
  updated_at = excluded.updated_at, version = excluded.version;
SQL
}

# pgbench_load SECONDS: sets rate, in users a second, and p99.
pgbench_load() {
  rm -f "$dir"/upsert.log.*
  timeout $(($1 + 30)) "$TEST_POSTGRES_BIN/pgbench" -n -M prepared -c 2 -j 2 -T "$1" \
    -D users="$users" -f "$dir/upsert.sql" -l --log-prefix="$dir/upsert.log" "$service_database" \
    >"$dir/pgbench.out" 2>&1 &
  load_pid=$!
  wait "$load_pid" || die "pgbench failed: $(grep -m 3 error "$dir/pgbench.out")"
  load_pid=
  rate=$(awk '/^tps = / { print $3 * 500 }' "$dir/pgbench.out")
  p99=$(cat "$dir"/upsert.log.* | awk '{ print $3 }' | sort -n |
    awk '{ all[NR] = $1 } END { print all[int(NR * 0.99)] }')
}
