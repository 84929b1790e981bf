#!/usr/bin/env bash
# Usage: unit_test.sh STANDINGS
#
# Whether the unit is correct and as locked up as it promises. STANDINGS is the built program, which
# stands in for the installed one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
program=$1
most_exposed=3.0

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unit=$scratch/standings.service
sed "s|^ExecStart=/usr/bin/standings|ExecStart=$program|" deploy/standings.service >"$unit"

said=$(systemd-analyze verify --man=no "$unit" 2>&1) || {
  printf '!! systemd-analyze verify fails:\n%s\n' "$said"
  exit 1
}
# it warns without failing, also about units of the machine
if grep -F standings.service <<<"$said"; then
  printf '!! systemd-analyze verify warns\n'
  exit 1
fi

threshold=$(awk -v most="$most_exposed" 'BEGIN { print most * 10 }')
systemd-analyze security --offline=true --threshold="$threshold" --no-pager "$unit" | tail -n 1

# shellcheck disable=SC2016  # the unit's own words
for line in Type=notify WatchdogSec=30s 'ExecReload=/bin/kill -HUP $MAINPID' User=standings; do
  grep -qxF -- "$line" deploy/standings.service || {
    printf '!! the unit lacks: %s\n' "$line"
    exit 1
  }
done
