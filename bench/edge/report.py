"""The results of bench/edge_bench.sh: report.py RUNS FACTS [DIR], or report.py --rows

Prints a table, and writes edge.md and edge.svg into DIR. A row's ratio is the median of the ratios
of its rounds; other figures are medians.
"""

import collections
import pathlib
import statistics
import sys

import chart

Run = collections.namedtuple("Run", "rate p99 processor switches stores")

FLOORS = {
    "nginx": "nginx, constant",
    "bare": "bare cpp-httplib",
    "redis": "redis-benchmark",
    "pgbench": "pgbench",
    "old": "older build",
    "peer": "Python peer",
    "idle": "idle",
    "alone": "without them",
}


class Row:
    """Of `kind`: rate (ours over the floor's), p99 (likewise), loss (the share of the floor's rate
    that ours lacks), value (measured once), switches (of other rows). Without `target`: for
    information."""

    def __init__(self, name, title, floor, kind="rate", target=None, unit=""):
        self.name, self.title, self.floor, self.kind = name, title, floor, kind
        self.target, self.unit = target, unit

    @property
    def at_least(self):
        return self.kind == "rate"


def reads(name, title, targets):
    nginx, bare = targets
    return [Row(name, title, "nginx", target=nginx), Row(name, title, "bare", target=bare)]


def sweep():
    return [Row(f"memory-{kind}-{n}", f"{title} from memory, {n} connection{'s' if n > 1 else ''}", "nginx")
            for kind, title in (("top", "top-10"), ("rank", "rank")) for n in (1, 256, 1000)]


ROWS = [
    *reads("memory-top", "top-10 from memory", (0.50, 0.75)),
    *reads("memory-rank", "rank from memory", (0.50, 0.70)),
    *sweep(),
    Row("switches", "context switches per cache read", "", "switches", 0.1),
    Row("redis-top", "top-10 from Redis", "redis", target=0.50),
    Row("redis-rank", "rank from Redis", "redis", target=0.40),
    Row("sqlite-update", "durable update, SQLite", "bare", target=0.60),
    Row("postgres-update", "durable update, PostgreSQL + Redis", "old", target=2.5),
    Row("postgres-update", "durable update, PostgreSQL + Redis", "bare", target=0.25),
    Row("peer-update", "durable update, PostgreSQL + Redis", "peer", target=50),
    Row("peer-top", "top-10 from Redis", "peer", target=10),
    Row("peer-rank", "rank from Redis", "peer", target=10),
    Row("postgres-batch", "batches of 500, users", "pgbench", target=0.65),
    Row("sqlite-p99", "p99 of a rank during updates, SQLite", "idle", "p99", 3),
    Row("sqlite-p99-due", "p99 of a paced rank during updates, SQLite", "idle", "p99", 3),
    Row("postgres-p99", "p99 of a rank during updates, PostgreSQL + Redis", "idle", "p99", 3),
    Row("postgres-p99-due", "p99 of a paced rank during updates, PostgreSQL + Redis", "idle", "p99", 3),
    Row("reconcile-p99", "p99 of a rank during reconcile, 10^6 users", "idle", "p99", 2.5),
    Row("idle", "rank beside 10 000 idle connections, loss", "alone", "loss", 10, " %"),
    Row("idle-memory", "memory per idle connection", "", "value", 8, " KiB"),
    Row("rebuild", "Redis cache loaded from 10^6 rows", "", "value", 15, " s"),
    Row("rebuild-memory", "memory meanwhile", "", "value", 64, " MiB"),
]


def read_runs(path):
    runs = collections.defaultdict(lambda: collections.defaultdict(list))
    for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
        name, side, *numbers = line.split("\t")
        runs[name][side].append(Run(*map(float, numbers)))
    return runs


def pairs(row, runs):
    """What each round says, in the unit of the target."""
    ours, floor = runs[row.name]["ours"], runs[row.name][row.floor]
    if row.kind == "value":
        return [run.rate for run in ours]
    if row.kind == "switches":
        medians = [statistics.median(run.switches for run in runs[name]["ours"])
                   for name in ("memory-top", "memory-rank") if runs[name]["ours"]]
        return [max(medians)] if medians else []
    both = list(zip(ours, floor))
    if row.kind == "p99":
        return [a.p99 / b.p99 for a, b in both]
    ratios = [a.rate / b.rate for a, b in both]
    return ratios if row.kind == "rate" else [100 * (1 - ratio) for ratio in ratios]


class Result:
    def __init__(self, row, runs):
        self.row = row
        self.seen = pairs(row, runs)
        self.ours, self.floor = runs[row.name]["ours"], runs[row.name][row.floor]
        self.value = statistics.median(self.seen) if self.seen else None

    @property
    def reached(self):
        if self.row.target is None:
            return None
        return self.value >= self.row.target if self.row.at_least else self.value <= self.row.target

    @property
    def title(self):
        return f"{self.row.title} : {FLOORS[self.row.floor]}" if self.row.floor else self.row.title

    def target(self):
        if self.row.target is None:
            return ""
        return f"{'≥' if self.row.at_least else '≤'} {self.row.target:g}{self.row.unit}"

    def verdict(self):
        return {None: "", True: "yes", False: "no"}[self.reached]

    def text(self):
        return number(self.value) + self.row.unit

    def spread(self):
        return f"{number(min(self.seen))}–{number(max(self.seen))}" if len(self.seen) > 1 else ""

    def both(self, show):
        """A figure of ours and the floor's; none for what is measured once, and no cost of one
        request where others were answered meanwhile."""
        if self.row.kind in ("value", "switches") or self.row.kind == "p99" and show in (processor, switches):
            return "", ""
        return show(self.ours), show(self.floor)


def number(value):
    return f"{value:.0f}" if abs(value) >= 20 else f"{value:.2f}"


def rate(runs):
    return f"{statistics.median(run.rate for run in runs):,.0f}".replace(",", "\u202f")


def p99(runs):
    return f"{statistics.median(run.p99 for run in runs) / 1000:.2f}"


def processor(runs):
    spent = statistics.median(run.processor for run in runs)
    stores = statistics.median(run.stores for run in runs)
    return f"{spent:.1f} + {stores:.1f}" if stores else f"{spent:.1f}"


def switches(runs):
    return f"{statistics.median(run.switches for run in runs):.2f}"


def cells(result):
    return [result.title, *result.both(rate), result.text(), result.spread(), result.target(), result.verdict(),
            *result.both(p99), *result.both(processor), *result.both(switches)]


HEAD = ["workload : floor", "ours/s", "floor/s", "ratio", "of all rounds", "target", "reached", "p99 ms", "floor's",
        "CPU µs each", "floor's", "switches each", "floor's"]


def markdown(results, facts):
    lines = ["# What the service reaches of its floors", "",
             "`scripts/bench edge` has written this; [../README.md](../README.md) explains the rows.", "",
             "![Ratios beside their targets](edge.svg)", "", facts.rstrip(), ""]
    lines += ["| " + " | ".join(HEAD) + " |", "| --- |" + " ---: |" * (len(HEAD) - 1)]
    lines += ["| " + " | ".join(cells(result)) + " |" for result in results]
    lines += ["", "CPU and switches are those of the service's process, or of the floor's server with all its"
              " processes; after the +, the processor time of the stores. In batches, each is a user."]
    return "\n".join(lines) + "\n"


def table(results):
    lines = [f"{'figure':<62}{'ours/s':>10}{'floor/s':>10}{'ratio':>12}{'target':>12}"]
    for result in results:
        ours, floor = result.both(rate)
        verdict = {None: "", True: "ok", False: "NOT REACHED"}[result.reached]
        lines.append(f"{result.title:<62}{ours:>10}{floor:>10}{result.text():>12}{result.target():>12}  {verdict}")
    return "\n".join(lines)


def main():
    if sys.argv[1] == "--rows":
        for row in ROWS:
            print(f"{row.name:<18} {row.title}{' : ' + FLOORS[row.floor] if row.floor else ''}"
                  f"{'' if row.target is None else '  ' + Result(row, read_nothing()).target()}")
        return
    runs = read_runs(sys.argv[1])
    results = [result for result in (Result(row, runs) for row in ROWS) if result.seen]
    print("\n" + table(results))
    if len(sys.argv) > 3:
        folder = pathlib.Path(sys.argv[3])
        facts = pathlib.Path(sys.argv[2]).read_text(encoding="utf-8")
        folder.joinpath("edge.md").write_text(markdown(results, facts), encoding="utf-8")
        folder.joinpath("edge.svg").write_text(chart.draw(results), encoding="utf-8")


def read_nothing():
    return collections.defaultdict(lambda: collections.defaultdict(list))


main()
