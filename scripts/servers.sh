#!/usr/bin/env bash
# Usage: scripts/servers.sh COMMAND [ARGUMENT...]
#
# Runs a command beside a private PostgreSQL server, which is made for it and removed after it,
# whatever happens. The command finds in its environment:
#   TEST_POSTGRES_URL  an empty database, as its superuser
#   TEST_POSTGRES_BIN  the folder of the PostgreSQL programs
#   TEST_REDIS_BIN     the folder of redis-server; tests start their own
# Lines in POSTGRES_SETTINGS, such as `shared_buffers = 2GB`, are added to the server's configuration.
# Can be sourced as well, for `with_servers`.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

servers_dir=
servers_child=

# PostgreSQL refuses to run as root; Debian's package comes with a user for it.
as_postgres() {
  if [[ $EUID -eq 0 ]]; then
    (cd / && runuser -u postgres -- "$@")
  else
    "$@"
  fi
}

# The newest installed one; Debian keeps it out of PATH.
postgres_bin() {
  local found
  found=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1) || true
  found=${found:-$(command -v initdb || true)}
  [[ -n $found ]] || die "no PostgreSQL found: apt-get install postgresql"
  dirname "$found"
}

# Not in the ephemeral range, where an outgoing connection might take it, nor where tests have theirs.
free_port() {
  local port
  while true; do
    port=$((30000 + RANDOM % 2000))
    if ! (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
}

start_postgres() {
  local bin=$1 data=$servers_dir/data log=$servers_dir/postgres.log password port attempt
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  (umask 077 && printf '%s\n' "$password" >"$servers_dir/password")
  if [[ $EUID -eq 0 ]]; then
    chown -R postgres: "$servers_dir"
  fi
  # Text sorts by language here, not by byte, as in most production databases, so that tests
  # reveal a query that forgets its collation.
  as_postgres "$bin/initdb" --pgdata="$data" --username=standings --pwfile="$servers_dir/password" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-US \
    --no-sync --no-instructions >"$servers_dir/initdb.log" 2>&1 ||
    die "initdb failed: $(tail -n 20 "$servers_dir/initdb.log")"
  as_postgres tee -a "$data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$servers_dir'
max_connections = 200
fsync = on
${POSTGRES_SETTINGS:-}
CONF
  for attempt in 1 2 3 4 5; do # a port may be taken between looking and listening
    port=$(free_port)
    if as_postgres "$bin/pg_ctl" start --wait --silent --timeout=60 --pgdata="$data" --log="$log" \
      --options="-p $port" </dev/null >/dev/null 2>&1; then
      PGPASSWORD=$password "$bin/createdb" -h 127.0.0.1 -p "$port" -U standings standings_test
      export TEST_POSTGRES_URL="postgresql://standings:$password@127.0.0.1:$port/standings_test"
      say "private PostgreSQL on 127.0.0.1:$port, in $servers_dir"
      return
    fi
    as_postgres grep -q 'could not bind\|could not create any TCP/IP sockets' "$log" 2>/dev/null || break
  done
  die "PostgreSQL did not start (attempt $attempt): $(tail -n 20 "$log" 2>/dev/null)"
}

stop_servers() {
  trap '' INT TERM HUP # nothing interrupts the cleaning up
  if [[ -n $servers_child ]]; then
    # the whole group: what the command started goes with it
    kill -TERM -- "-$servers_child" 2>/dev/null || true
    local i
    for ((i = 0; i < 100; ++i)); do
      kill -0 -- "-$servers_child" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL -- "-$servers_child" 2>/dev/null || true
    servers_child=
  fi
  if [[ -n $servers_dir ]]; then
    if [[ -e $servers_dir/data/postmaster.pid ]]; then
      as_postgres "$(postgres_bin)/pg_ctl" stop --silent --mode=immediate --pgdata="$servers_dir/data" \
        </dev/null || true
    fi
    rm -rf "$servers_dir"
    servers_dir=
  fi
}

# with_servers COMMAND [ARGUMENT...]: the command may be a function. Returns its exit status. Uses
# the shell's traps for EXIT, INT, TERM and HUP while it runs.
with_servers() {
  local bin redis status=0
  bin=$(postgres_bin)
  redis=$(command -v redis-server || die "no Redis found: apt-get install redis-server")
  trap stop_servers EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  # in /tmp, not in TMPDIR: a socket's path has at most 107 bytes, and user postgres needs access
  servers_dir=$(mktemp -d /tmp/standings-servers.XXXXXX)
  start_postgres "$bin"
  export TEST_POSTGRES_BIN=$bin
  TEST_REDIS_BIN=$(dirname "$redis")
  export TEST_REDIS_BIN
  # In a process group of its own and in the background, so that a signal is handled at once and
  # reaches everything that the command started.
  set -m
  "$@" </dev/null &
  servers_child=$!
  set +m
  wait "$servers_child" || status=$?
  stop_servers
  trap - EXIT INT TERM HUP
  unset TEST_POSTGRES_URL TEST_POSTGRES_BIN TEST_REDIS_BIN
  return "$status"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  case ${1:-} in
  '' | -h | --help)
    usage "$0"
    exit
    ;;
  esac
  need_packages postgresql redis-server pgbouncer
  with_servers "$@"
fi
