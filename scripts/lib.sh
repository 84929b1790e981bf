# shellcheck shell=bash
# Helpers for the scripts beside it. Source it; it changes nothing by itself.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# -- packages ------------------------------------------------------------------
# Debian's names. Each script asks for the lists it needs, and no more.

# Debian 12 has two versions of Boost, and Boost.JSON in the newer one alone.
boost_packages=(libboost-dev libboost-json-dev)
if grep -qsx 'VERSION_CODENAME=bookworm' /etc/os-release; then
  boost_packages=(libboost1.81-dev libboost-json1.81-dev)
fi

# shellcheck disable=SC2034  # the scripts use them
build_packages=(
  g++ cmake ninja-build ccache pkg-config
  libcaf-dev "${boost_packages[@]}" libspdlog-dev libhowardhinnant-date-dev tzdata
  libsqlitecpp-dev libsqlite3-dev libyaml-cpp-dev libcli11-dev
  libcpp-httplib-dev libssl-dev zlib1g-dev libbrotli-dev libpqxx-dev libhiredis-dev libsystemd-dev
  prometheus-cpp-dev
  python3 python3-yaml
  curl ca-certificates)
# Presets other than bench configure the tests, so they need these even where no test runs.
# shellcheck disable=SC2034
gtest_packages=(libgtest-dev libgmock-dev)
# shellcheck disable=SC2034
test_packages=("${gtest_packages[@]}" sqlite3 postgresql redis-server pgbouncer nginx-light haproxy python3-jsonschema zsh
  man-db groff-base systemd debhelper dpkg-dev lintian binutils prometheus) # prometheus for promtool
# Node.js of any source will do, from 18 on.
web_packages=(chromium)
command -v node >/dev/null || web_packages+=(nodejs)
command -v npm >/dev/null || web_packages+=(npm)
# shellcheck disable=SC2034
package_packages=(debhelper dpkg-dev)
# shellcheck disable=SC2034
peer_packages=(python3-fastapi python3-uvicorn python3-redis python3-sqlalchemy python3-psycopg2)
# shellcheck disable=SC2034
bench_packages=(libbenchmark-dev wrk)
# libFuzzer and the sanitizers of the clang that it depends on.
# shellcheck disable=SC2034
fuzz_packages=(clang libclang-rt-dev)
# shellcheck disable=SC2034
check_packages=(clang-format clang-tidy shellcheck git)

# -- output --------------------------------------------------------------------

say() {
  printf '== %s\n' "$*"
}

die() {
  printf '!! %s\n' "$*" >&2
  exit 1
}

# usage FILE: prints the comment at the top of a script.
usage() {
  sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$1"
}

# -- installing ----------------------------------------------------------------

as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  else
    sudo "$@"
  fi
}

# need_packages PACKAGE...: installs those that are missing; instant if none is.
need_packages() {
  if ! command -v dpkg-query >/dev/null; then
    say "this is not Debian: make sure yourself that you have: $*"
    return
  fi
  local installed missing=() package
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    if ! grep -qxF "installed $package" <<<"$installed"; then
      missing+=("$package")
    fi
  done
  if [[ ${#missing[@]} -eq 0 ]]; then
    return
  fi
  if [[ $EUID -ne 0 ]] && ! command -v sudo >/dev/null; then
    die "missing packages, and neither root nor sudo to install them. As root, run:
   apt-get install --no-install-recommends ${missing[*]}"
  fi
  say "installing: ${missing[*]}"
  (install_packages "${missing[@]}")
}

# Runs in a subshell of its own, for its trap. No service is started, and no PostgreSQL cluster
# is created: the tests bring their own servers.
install_packages() {
  # shellcheck disable=SC2030,SC2031  # only for this subshell
  export LC_ALL=C.UTF-8
  local apt=(env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
    apt-get -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
  local policy=/usr/sbin/policy-rc.d
  local no_cluster=/etc/postgresql-common/createcluster.d/standings-temporary.conf
  temporary=() # not local: the trap runs after the function
  trap '[[ ${#temporary[@]} -eq 0 ]] || as_root rm -f "${temporary[@]}"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  if [[ ! -e $policy ]]; then
    temporary+=("$policy")
    as_root sh -c "printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy"
  fi
  if [[ " $* " == *" postgresql "* && ! -e $no_cluster ]]; then
    temporary+=("$no_cluster")
    as_root sh -c "mkdir -p ${no_cluster%/*} && echo 'create_main_cluster = false' >$no_cluster"
  fi
  # An unreachable third-party source need not matter; a package that cannot be installed does.
  as_root "${apt[@]}" update -q </dev/null || say "apt-get update failed; trying with what is known"
  as_root "${apt[@]}" install -y -q --no-install-recommends "$@" </dev/null
  local package service
  for package in "$@"; do # nor at the next boot
    case $package in
    redis-server | haproxy | prometheus) service=$package ;;
    nginx-*) service=nginx ;;
    *) continue ;;
    esac
    if [[ -d /run/systemd/system ]]; then
      as_root systemctl --quiet disable "$service" || true
    fi
  done
}

# -- building ------------------------------------------------------------------

# The memory we may use, in MiB: the machine's, or less if a container limits it.
memory_mib() {
  local mib limit file
  mib=$(awk '/^MemTotal:/ {print int($2 / 1024)}' /proc/meminfo)
  for file in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
    limit=$(cat "$file" 2>/dev/null || true)
    if [[ $limit =~ ^[0-9]{1,18}$ ]] && ((limit / 1048576 < mib)); then
      mib=$((limit / 1048576))
    fi
  done
  echo "$mib"
}

# parallel_jobs: a job per core, but no more than one per 1.5 GiB of memory.
parallel_jobs() {
  local jobs by_memory
  jobs=$(nproc)
  by_memory=$(($(memory_mib) / 1536))
  if ((by_memory < jobs)); then
    jobs=$by_memory
  fi
  echo $((jobs > 0 ? jobs : 1))
}

# build_dir PRESET: where CMakePresets.json puts it.
build_dir() {
  case $1 in
  release) echo "$root/build" ;;
  *) echo "$root/build-$1" ;;
  esac
}

# configure PRESET: ninja configures again by itself when a CMakeLists.txt changes, so this is
# only for the first time, and for changed presets, which ninja does not see.
configure() {
  local ninja_file
  ninja_file=$(build_dir "$1")/build.ninja
  if [[ ! -e $ninja_file || $root/CMakePresets.json -nt $ninja_file ]]; then
    say "configuring preset $1"
    (cd "$root" && cmake --preset "$1")
    touch "$ninja_file"
  fi
}

# configure_and_build PRESET [TARGET...]: everything, if no target is named.
configure_and_build() {
  local preset=$1 jobs targets=()
  shift
  configure "$preset"
  jobs=$(parallel_jobs)
  if [[ $# -gt 0 ]]; then
    targets=(--target "$@")
  fi
  say "building preset $preset${1:+: $*} ($jobs at a time)"
  (cd "$root" && cmake --build --preset "$preset" --parallel "$jobs" "${targets[@]}")
}
