"""The tool behind scripts/mutants: copies the sources with every change of mutants.toml in
them, each behind a switch, and runs the tests that should notice them."""

import os
import pathlib
import re
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor

TIME_LIMIT = 300  # seconds; a change that makes a test hang is noticed, too

HEADER = """#pragma once
#include <cstdlib>
#include <string>
#include <string_view>
namespace mutants {
/// Whether the n-th change is the one that is looked at.
inline bool on(int n) {
  static const int chosen = [] {
    const char* text = std::getenv("MUTANT");
    return text ? std::atoi(text) : 0;
  }();
  return n == chosen;
}
/// An embedded text, changed if one of the changes that are looked at lies in it.
inline std::string_view text(std::string_view whole) {
  struct change { int n; std::string_view before, after; };
  static constexpr change changes[] = {%s{0, {}, {}}};
  for (const auto& c : changes)
    if (on(c.n))
      if (const auto at = whole.find(c.before); at != whole.npos)
        return *new std::string{std::string{whole.substr(0, at)} + std::string{c.after}
                                + std::string{whole.substr(at + c.before.size())}};
  return whole;
}
} // namespace mutants
"""


def load(root):
    """The changes; each has its number and a list of pairs (text, text instead of it)."""
    with open(root / "scripts/mutants.toml", "rb") as file:
        changes = tomllib.load(file)["mutant"]
    for number, change in enumerate(changes, 1):
        change["number"] = number
        many = isinstance(change["before"], list)
        change["edits"] = (list(zip(change["before"], change["after"], strict=True)) if many
                           else [(change["before"], change["after"])])
    return changes


def find(text, before, change):
    """Where `before` stands in the text: it has to be once, within `in` if that is given."""
    part = change.get("in", before)
    if text.count(part) != 1 or part.count(before) != 1:
        sys.exit(f"!! {change['file']} has {text.count(part)} times: {part}")
    return text.index(part) + part.index(before)


def switched(before, instead):
    """C++ that does one or the other: of statements where `before` is one, else of expressions."""
    if before.endswith(";"):
        out = "{ %s }" % before
        for after, n in instead:
            out = "{ if (mutants::on(%d)) { %s } else %s }" % (n, after, out)
    else:
        out = "(%s)" % before
        for after, n in instead:
            out = "(mutants::on(%d) ? (%s) : %s)" % (n, after, out)
    return out


def change_code(text, changes):
    """Changes of the same text stand one within the other."""
    places = {}
    for change in changes:
        for before, after in change["edits"]:
            places.setdefault((find(text, before, change), before), []).append(
                (after, change["number"]))
    last = len(text)
    for (at, before), instead in sorted(places.items(), reverse=True):
        if at + len(before) > last:
            sys.exit(f"!! two changes overlap at: {before}")
        last = at
        text = text[:at] + switched(before, instead) + text[at + len(before):]
    return text


def change_sql(text, changes):
    """SQL is a constant of a header: it becomes a choice at the start of the program."""
    for change in changes:
        (before, after), = change["edits"]
        declared = re.search(r"inline constexpr auto %s =(.*?);\n" % change["sql"], text, re.DOTALL)
        if not declared or declared[1].count(before) != 1:
            sys.exit(f"!! {change['sql']} in {change['file']} has not once: {before}")
        text = text.replace(
            declared[0], f"inline const char* const {change['sql']} = mutants::on("
            f"{change['number']}) ?{declared[1].replace(before, after)} :{declared[1]};\n")
    return text


def literal(text):
    return f'R"MUTANT({text})MUTANT"'


def change_file(path, text, changes, header):
    mine = [c for c in changes if c["file"] == path]
    if path == "cmake/EmbedText.cmake":  # Lua scripts are changed where they are read
        text = text.replace('R\\"EMBEDDED(${content})EMBEDDED\\"',
                            'mutants::text(R\\"EMBEDDED(${content})EMBEDDED\\")')
        text = text.replace("static constexpr embedded_text", "static const embedded_text")
        return text.replace('"#include', f'"#include \\"{header}\\"\n#include', 1)
    if not mine:
        return text
    if path.endswith(".lua"):
        for change in mine:
            for before, _ in change["edits"]:
                find(text, before, change)
        return text
    text = change_sql(text, [c for c in mine if "sql" in c])
    text = change_code(text, [c for c in mine if "sql" not in c])
    include = f'#include "{header}"\n'
    if text.startswith("#pragma once\n"):
        return text.replace("#pragma once\n", "#pragma once\n" + include, 1)
    return include + text


def write(path, data):
    """Leaves a file alone that is as it should be, so that it is not compiled again."""
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def copy(root, to):
    changes = load(root)
    names = {n for n in sys.stdin.read().split("\0") if n and (root / n).is_file()}
    gone = {c["file"] for c in changes} - names
    if gone:
        sys.exit(f"!! there is no file {', '.join(sorted(gone))}")
    header = to / "mutants.hpp"
    for old in to.rglob("*") if to.exists() else []:
        if old.is_file() and old != header and str(old.relative_to(to)) not in names:
            old.unlink()
    texts = "".join("{%d, %s, %s}, " % (c["number"], literal(before), literal(after))
                    for c in changes if c["file"].endswith(".lua")
                    for before, after in c["edits"])
    write(header, (HEADER % texts).encode())
    for name in sorted(names):
        data = (root / name).read_bytes()
        if name == "cmake/EmbedText.cmake" or any(c["file"] == name for c in changes):
            data = change_file(name, data.decode(), changes, header).encode()
        write(to / name, data)
        (to / name).chmod((root / name).stat().st_mode)


def selected(root, names):
    return [c for c in load(root)
            if not names or any(n in c["file"] or n in c["what"] for n in names)]


def run_tests(build, tests, n):
    """Whether they pass, and what they say."""
    program, filter_ = tests.split(" ", 1)
    try:
        done = subprocess.run(
            [build / f"test_{program}", f"--gtest_filter={filter_}", "--gtest_fail_fast"],
            env=os.environ | {"MUTANT": str(n)}, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, errors="replace", timeout=TIME_LIMIT)
    except subprocess.TimeoutExpired:
        return False, "it takes too long"
    return done.returncode == 0, done.stdout


def run(root, build, jobs, names):
    changes = selected(root, names)
    with ThreadPoolExecutor(jobs) as pool:
        unchanged = sorted({c["tests"] for c in changes})
        for tests, (passed, said) in zip(
                unchanged, pool.map(lambda t: run_tests(build, t, 0), unchanged)):
            if not passed or "[  PASSED  ] 0 tests" in said:
                sys.exit(f"!! without any change, these fail or are none: {tests}\n{said[-3000:]}")
        survivors = 0
        for change, (passed, _) in zip(
                changes,
                pool.map(lambda c: run_tests(build, c["tests"], c["number"]), changes)):
            survivors += passed
            print("SURVIVED " if passed else "noticed  ", change["file"] + ":", change["what"],
                  flush=True)
    if survivors:
        sys.exit(f"!! {survivors} of {len(changes)} changes were noticed by no test")
    print(f"== all {len(changes)} changes were noticed")


def main(verb, root, *rest):
    root = pathlib.Path(root)
    if verb == "copy":
        copy(root, pathlib.Path(rest[0]))
    elif verb == "programs":
        programs = {"test_" + c["tests"].split()[0] for c in selected(root, rest)}
        print("\n".join(sorted(programs)))
    else:
        run(root, pathlib.Path(rest[0]), int(rest[1]), rest[2:])


main(*sys.argv[1:])
