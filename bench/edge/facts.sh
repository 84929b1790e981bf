# What a result has to be read with: machine, versions, durability settings. To be sourced after lib.sh.
# shellcheck shell=bash disable=SC2154,SC2034  # shares the variables of lib.sh and of its scripts

# commit_of FILE: of the work tree that the file lies in.
commit_of() {
  local folder commit
  folder=$(dirname "$(realpath "$1")")
  commit=$(git -c safe.directory='*' -C "$folder" rev-parse --short=8 HEAD 2>/dev/null) || commit=unknown
  if ! git -c safe.directory='*' -C "$folder" diff --quiet HEAD -- ':!bench/' 2>/dev/null; then
    commit+=', with changes'
  fi
  echo "$commit"
}

compiler() {
  local cxx
  cxx=$(sed -n 's/^CMAKE_CXX_COMPILER:[A-Z]*=//p' "$build/CMakeCache.txt" 2>/dev/null) || true
  "${cxx:-c++}" --version 2>/dev/null | head -n 1
}

package_version() {
  dpkg-query -W -f='${Version}' "$1" 2>/dev/null || echo unknown
}

setting() {
  psql -qAt "$TEST_POSTGRES_URL" -c "SHOW $1"
}

# print_facts: as a list in Markdown.
print_facts() {
  local synchronous
  synchronous=$(sed -n 's/.*PRAGMA synchronous = \([A-Z]*\).*/\1/p' \
    "$bench/../stores/sqlite/connection.cpp")
  fact "$(date -u +'%Y-%m-%d %H:%M UTC'), commit $(commit_of "$binary");" \
    "rounds of $seconds s: $rounds; load average at the start $load_at_start," \
    "at the end $(cut -d ' ' -f 1-3 /proc/loadavg)"
  fact "$(LC_ALL=C lscpu | sed -n 's/^Model name: *//p' | head -n 1)," \
    "$(nproc) cores shared with the load," \
    "$(awk '/^MemTotal:/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), Linux $(uname -r)"
  fact "$(compiler), preset bench; CAF $(package_version libcaf-dev);" \
    "cpp-httplib $(package_version libcpp-httplib-dev)"
  fact "$("$nginx" -v 2>&1 | sed 's/^nginx version: //');" \
    "Redis $(redis-server --version | sed 's/.* v=\([^ ]*\).*/\1/'), not saved;" \
    "PostgreSQL $(setting server_version); wrk $(package_version wrk)"
  fact "SQLite: WAL, synchronous ${synchronous:-unknown}, on $(df --output=fstype "$dir" | tail -n 1);" \
    "PostgreSQL: fsync $(setting fsync), synchronous_commit $(setting synchronous_commit)," \
    "shared_buffers $(setting shared_buffers), on $(df --output=fstype /tmp | tail -n 1)"
  if [[ -n $old ]]; then
    fact "The older build: commit $(commit_of "$old")"
  fi
  cat "$dir/notes"
}

# fact WORD...: an item of the list.
fact() {
  printf '* %s\n' "$*"
}
