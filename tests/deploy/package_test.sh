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
  '-rw-r--r-- ./usr/share/doc/standings/copyright' \
  '-rw-r--r-- ./usr/share/doc/standings/examples/standings.yaml'; do
  grep -qxF -- "$entry" "$scratch/contents" || fail "the package lacks: $entry"
done

dpkg-deb -e "$package" "$scratch/control"
dpkg-deb -x "$package" "$scratch/root"
[[ $(sort "$scratch/control/conffiles") == $'/etc/default/standings\n/etc/standings/standings.yaml' ]] ||
  fail "unexpected conffiles"
for dependency in libcaf-core libpqxx libhiredis libsqlite3 libssl3 adduser ca-certificates tzdata; do
  grep -E '^Depends:' "$scratch/control/control" | grep -qF "$dependency" || fail "does not depend on $dependency"
done
if readelf -S "$scratch/root/usr/bin/standings" | grep -qF .debug_info; then
  fail "the program is not stripped"
fi
"$scratch/root/usr/bin/standings" check --config "$scratch/root/etc/standings/standings.yaml" \
  --port 0 --data-dir "$scratch/data" >/dev/null || fail "the configuration cannot be used"
