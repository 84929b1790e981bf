#!/usr/bin/env bash
# Usage: package_lifecycle.sh PACKAGE NEWER_PACKAGE
#
# Installs PACKAGE in a clean Debian 12 that is made for it, starts it there without systemd, upgrades
# to NEWER_PACKAGE, removes and purges it. NEWER_PACKAGE ships another standings.yaml. Needs root.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=../../scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib.sh"

package=$(realpath "$1")
newer=$(realpath "$2")
[[ $EUID -eq 0 ]] || die "this needs root: it makes a root directory of its own"

suite=bookworm
debian=$(mktemp -d)
chmod 755 "$debian" # the users in it have to enter it
service=
trap 'clean_up' EXIT

clean_up() {
  [[ -z $service ]] || kill -KILL "$service" 2>/dev/null || true
  umount "$debian/proc" 2>/dev/null || true
  rm -rf "$debian"
}

# What APT of this machine knows of Debian 12: address and suite.
sources() {
  # shellcheck disable=SC2016  # APT's own variables
  apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v suite="$suite" '$1 == "Debian" && $3 ~ "^" suite && $4 == "main" { print $2, $3 }' | sort -u
}

make_debian() {
  local mirror
  mirror=$(sources | awk -v suite="$suite" '$2 == suite { print $1; exit }')
  [[ -n $mirror ]] || die "APT of this machine knows no mirror of Debian $suite"
  say "making a clean Debian $suite"
  debootstrap --variant=minbase "$suite" "$debian" "$mirror" >"$debian.log" 2>&1 || {
    tail -n 20 "$debian.log"
    die "debootstrap fails"
  }
  rm -f "$debian.log"
  sources | sed -E 's|^(\S+) (\S+)$|deb \1 \2 main|' >"$debian/etc/apt/sources.list"
  apt-config dump Acquire >"$debian/etc/apt/apt.conf.d/90machine" # its proxy, for instance
  cp /etc/resolv.conf "$debian/etc/resolv.conf" 2>/dev/null || true
  mount -t proc proc "$debian/proc" 2>/dev/null || say "without /proc"
  inside apt-get update -q >/dev/null
}

inside() {
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive chroot "$debian" "$@"
}

install_package() {
  cp "$1" "$debian/tmp/standings.deb"
  inside apt-get install -q -y --no-install-recommends \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold /tmp/standings.deb >"$debian/tmp/apt.log" 2>&1 || {
    cat "$debian/tmp/apt.log"
    die "the package cannot be installed"
  }
}

# expect WHAT COMMAND...
expect() {
  local what=$1
  shift
  "$@" >/dev/null 2>&1 || die "not so: $what"
  say "$what"
}

no() {
  ! "$@"
}

owner_and_mode_is() {
  [[ $(inside stat -c '%U:%G %a' "$1") == "$2" ]]
}

url=
start() {
  local log=$debian/tmp/service.log
  : >"$log"
  chroot --userspec=standings:standings "$debian" /usr/bin/standings serve \
    --config /etc/standings/standings.yaml --port 0 2>"$log" &
  service=$!
  for _ in {1..200}; do
    url=$(sed -nE 's/.*Listening on (http:\S+).*/\1/p' "$log")
    if [[ -n $url ]] && curl -fs "$url/readyz" >/dev/null; then
      return
    fi
    sleep 0.05
  done
  cat "$log"
  die "the service does not get ready"
}

stop() {
  kill "$service"
  wait "$service" || die "the service ends with $?"
  service=
}

update() {
  curl -fs "$url/api/redis-leaderboard/update" -H 'Content-Type: application/json' \
    -d "{\"user_id\":\"ada\",\"count\":$1}"
}

score_is() {
  curl -fs "$url/api/redis-leaderboard/user/ada" | grep -qF "\"yearly_pomo\":$1,"
}

make_debian
install_package "$package"
expect "it installs with its dependencies" inside standings --version
expect "its user may not log in" inside grep -q '^standings:.*:/usr/sbin/nologin$' /etc/passwd
expect "its data is private" owner_and_mode_is /var/lib/standings 'standings:standings 700'
expect "its configuration is for root and itself" owner_and_mode_is /etc/standings/standings.yaml 'root:standings 640'
expect "its environment is for root" owner_and_mode_is /etc/default/standings 'root:root 600'
expect "its configuration can be used" inside standings check --config /etc/standings/standings.yaml
expect "it has a manual page" test -s "$debian/usr/share/man/man1/standings.1.gz"

start
expect "it is alive" curl -fs "$url/healthz"
expect "it takes an update" update 5
stop
expect "its database is private" owner_and_mode_is /var/lib/standings/standings.db 'standings:standings 600'

changed='log: { level: debug }'
echo "$changed" >>"$debian/etc/standings/standings.yaml"
install_package "$newer"
expect "the newer version is installed" inside sh -c 'dpkg-query -W standings | grep -q newer'
expect "a changed configuration stays" grep -qxF "$changed" "$debian/etc/standings/standings.yaml"
expect "with its owner and mode" owner_and_mode_is /etc/standings/standings.yaml 'root:standings 640'
start
expect "the score is still there" score_is 5
expect "and grows" update 2
expect "to the sum" score_is 7
stop

inside apt-get remove -q -y standings >/dev/null 2>&1
expect "removing it removes the program" no test -e "$debian/usr/bin/standings"
expect "and keeps the configuration" test -e "$debian/etc/standings/standings.yaml"
expect "and the data" test -s "$debian/var/lib/standings/standings.db"
inside apt-get purge -q -y standings >"$debian/tmp/purge.log" 2>&1
expect "purging it deletes the configuration" no test -e "$debian/etc/standings"
expect "and the environment" no test -e "$debian/etc/default/standings"
expect "and keeps the data" test -s "$debian/var/lib/standings/standings.db"
expect "and says so" grep -q 'the data in /var/lib/standings' "$debian/tmp/purge.log"

install_package "$newer"
start
expect "installing it again finds the data" score_is 7
stop
say "the package installs, starts, upgrades and goes as it should"
