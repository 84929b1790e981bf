#!/usr/bin/env python3
"""An older build and this one on the same stores, one after the other and beside each other.

    scripts/servers.sh tests/upgrade/drill.py --old PATH [--new PATH] [--seconds N] [--only REGEX]
    scripts/servers.sh tests/upgrade/drill.py --old PATH --fixtures DIR

--old is the program of the older build, --new that of this one (default build/standings). Clients send updates with an
Idempotency-Key to both, as a balancer would, go to the other program after each failure, and send a tenth of what was
counted once more. Each acknowledged update has to count exactly once, in the database and on the board, and nothing that was
there before may be lost. Prints what happened, and ends with 1 where something was lost or counted twice.

--fixtures has the old program fill both pairs of stores, and writes what it left as text (tests/data/upgrade)."""
import argparse
import difflib
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--old", required=True, type=pathlib.Path)
    parser.add_argument("--new", type=pathlib.Path, default=ROOT / "build/standings")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--fixtures", type=pathlib.Path)
    return parser.parse_args()


OPTIONS = arguments()
os.environ["STANDINGS_BINARY"] = str(OPTIONS.new)
sys.path[:0] = [str(ROOT / "tests/contract"), str(pathlib.Path(__file__).parent)]

from fixtures import fill, write_fixtures  # noqa: E402
from load import load  # noqa: E402
from stores import program, stores_of  # noqa: E402




def new_after_old(stores, report):
    old = program("old", OPTIONS.old, stores)
    before = fill(old, stores)
    old.stop()
    new = program("new", OPTIONS.new, stores)
    before.expect(new, report)
    new.stop()
    left = stores.contents()
    new = program("new", OPTIONS.new, stores)
    new.stop()
    now = stores.contents()
    report.check("a second start changes nothing", now == left, "\n".join(difflib.unified_diff(
        left.splitlines(), now.splitlines(), n=0, lineterm="")))


def new_beside_a_running_old(stores, report):
    old = program("old", OPTIONS.old, stores)
    before = fill(old, stores)
    running = load([old])
    running.go_on(OPTIONS.seconds)
    new = program("new", OPTIONS.new, stores)
    running.also(new)
    running.go_on(OPTIONS.seconds)
    old.stop()
    old.start(ready=False)
    running.go_on(OPTIONS.seconds)
    running.finish([new])
    old.stop()
    before.expect(new, report, running.counted)
    running.expect(new, report)


def old_beside_a_running_new(stores, report):
    old = program("old", OPTIONS.old, stores)
    before = fill(old, stores)
    old.stop()
    new = program("new", OPTIONS.new, stores)
    running = load([new])
    running.go_on(OPTIONS.seconds)
    old.start(ready=False)
    running.also(old)
    running.go_on(OPTIONS.seconds)
    running.finish([new])
    old.stop()
    before.expect(new, report, running.counted)
    running.expect(new, report)


class report:
    def __init__(self):
        self.failed = False

    def say(self, text):
        print("    " + text, flush=True)

    def check(self, what, holds, detail=""):
        self.failed = self.failed or not holds
        self.say(f"{'ok' if holds else 'FAILED'}  {what}{'' if holds else ': ' + str(detail)[:2000]}")


SCENARIOS = (new_after_old, new_beside_a_running_old, old_beside_a_running_new)


def main():
    if OPTIONS.fixtures:
        write_fixtures(OPTIONS.old, OPTIONS.fixtures)
        return 0
    told = report()
    for pair in ("sqlite and memory", "postgres and redis", "postgres and redis, one schema"):
        for scenario in SCENARIOS:
            name = f"{scenario.__name__.replace('_', ' ')}, {pair}"
            if not re.search(OPTIONS.only, name):
                continue
            print(f"== {name}", flush=True)
            with stores_of(pair) as stores:
                scenario(stores, told)
    return 1 if told.failed else 0


sys.exit(main())
