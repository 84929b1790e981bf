#!/usr/bin/env bash
# Usage: package_test.sh STANDINGS
#
# Packages the built program and looks at the package: lintian, contents, dependencies, scripts.
# package_lifecycle.sh installs it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
  printf '!! %s\n' "$*"
  exit 1
}

scripts/package --program "$1" --output "$scratch"
package=$(ls "$scratch"/standings_*.deb)
[[ $package == "$scratch/standings_$(sed -nE 's/^project\(standings VERSION ([0-9.]+).*/\1/p' CMakeLists.txt)_$(dpkg --print-architecture).deb" ]] ||
  fail "unexpected name: $package"

dpkg-deb -c "$package" | awk '{ print $1, $6 }' >"$scratch/contents"
for entry in \
  '-rwxr-xr-x ./usr/bin/standings' \
  '-rw-r--r-- ./lib/systemd/system/standings.service' \
  '-rw-r----- ./etc/standings/standings.yaml' \
  '-rw------- ./etc/default/standings' \
  '-rw-r--r-- ./usr/share/man/man1/standings.1.gz' \
  '-rw-r--r-- ./usr/share/bash-completion/completions/standings' \
  '-rw-r--r-- ./usr/share/zsh/vendor-completions/_standings' \
  '-rw-r--r-- ./usr/share/doc/standings/copyright' \
  '-rw-r--r-- ./usr/share/doc/standings/examples/standings.yaml'; do
  grep -qxF -- "$entry" "$scratch/contents" || fail "the package lacks: $entry"
done

dpkg-deb -e "$package" "$scratch/control"
dpkg-deb -x "$package" "$scratch/root"
program=$scratch/root/usr/bin/standings
share=$scratch/root/usr/share
cmp <("$program" man) <(zcat "$share/man/man1/standings.1.gz") || fail "the manual page is not the program's"
cmp <("$program" completions bash) "$share/bash-completion/completions/standings" ||
  fail "the completions for bash are not the program's"
cmp <("$program" completions zsh) "$share/zsh/vendor-completions/_standings" ||
  fail "the completions for zsh are not the program's"
[[ $(sort "$scratch/control/conffiles") == $'/etc/default/standings\n/etc/standings/standings.yaml' ]] ||
  fail "unexpected conffiles"
for dependency in libcaf-core libpqxx libhiredis libsqlite3 libssl3 adduser ca-certificates tzdata; do
  grep -E '^Depends:' "$scratch/control/control" | grep -qF "$dependency" || fail "does not depend on $dependency"
done
if readelf -S "$program" | grep -qF .debug_info; then
  fail "the program is not stripped"
fi
"$program" check --config "$scratch/root/etc/standings/standings.yaml" \
  --port 0 --data-dir "$scratch/data" >/dev/null || fail "the configuration cannot be used"

# broken COMMAND: a program that works but for this command.
broken() {
  # shellcheck disable=SC2016  # the program is to expand them
  printf '#!/bin/sh\n[ "$1" != %s ] || exit 1\nexec "%s" "$@"\n' "$1" "$program" >"$scratch/broken"
  chmod +x "$scratch/broken"
}
for command in man completions; do
  broken "$command"
  if scripts/package --program "$scratch/broken" --output "$scratch/broken-package" --no-lintian >"$scratch/said" 2>&1; then
    fail "a program without $command is packaged"
  fi
  grep -q 'the program writes no' "$scratch/said" || fail "another reason than $command: $(cat "$scratch/said")"
done
