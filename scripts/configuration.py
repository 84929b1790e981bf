#!/usr/bin/env python3
"""Usage: scripts/configuration.py [--check]

Prints the options into docs/configuration.md: which there are, and which are secret, from the table in
config/options.cpp; defaults and descriptions from standings.yaml.example, which a test compares with that table.
With --check it changes nothing, and fails if the page is not up to date.
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
page = root / "docs/configuration.md"

HEAD = """<!-- Made by scripts/configuration.py from config/options.cpp and standings.yaml.example. Do not edit. -->
# Configuration

A later source overrides an earlier one: defaults, the file (`--config FILE`), environment variables, flags
(`--set http.port=8001`). [standings.yaml.example](../standings.yaml.example) is a file with every option; an
unknown key is an error, and so is a value that does not fit. `standings check` says whether a configuration can
be used.

```sh
standings check --set http.port=8001
```

The variable of an option is `STANDINGS_` and its path in capitals; only the list `tokens` has none, nor a flag. These are understood too, but `STANDINGS_…`
overrides them; they fill in values and never choose a backend: `DATABASE_URL`, `POSTGRES_HOST`, `_PORT`, `_USER`,
`_PASSWORD`, `_DB`, `REDIS_URL`, `REDIS_HOST`, `_PORT`, `_USERNAME`, `_PASSWORD`, `_DB`. An empty variable counts as
not set; [operations.md](operations.md) says what happens to unknown ones.

Durations are whole numbers with a unit: `500ms`, `30s`, `2m`, `1h`; at most `8760h`. Relative paths lie under
`data_dir`. A secret (🔑) is never logged; give it as a variable, which no list of processes shows.
"""


def table():
    """The options of the table: path to whether it is secret."""
    text = (root / "config/options.cpp").read_text()
    return {path: kind == "secret" for kind, path in re.findall(r"^ +OPTION\((\w+), ([\w.]+)\)", text, re.M)}


def described():
    """The sections of the example in its order: [(name, text, [(paths, defaults, text)])]. Keys that follow each
    other without a comment share one."""
    sections, parents, text, fresh = [("", "", [])], [], [], True
    for line in (root / "standings.yaml.example").read_text().splitlines():
        found = re.match(r"( *)(\w+): *(.*)$", line)
        if line.lstrip().startswith("#"):
            if not line.strip().startswith("#  "):  # an example
                text.append(line.strip()[1:].strip())
        elif found:
            del parents[len(found[1]) // 2:]
            path, meaning = ".".join([*parents, found[2]]), " ".join(text)
            if not found[3]:
                parents.append(found[2])
                sections.append((path, meaning, []))
            elif fresh or text:
                section_of(sections, parents).append(([path], [found[3]], meaning))
            else:
                paths, defaults, _ = section_of(sections, parents)[-1]
                paths.append(path)
                defaults.append(found[3])
            text, fresh = [], False
        else:
            text, fresh = [], True
    return sections


def section_of(sections, parents):
    """The members of a section; an option outside all sections has its place in the first."""
    return next(members for name, _, members in sections if name == ".".join(parents))


def cell(text):
    return re.sub(r"([|<>*])", r"\\\1", text)


def row(paths, defaults, text, secrets):
    names = "<br>".join(f"`{path}`" + (" 🔑" if secrets.get(path) else "") for path in paths)
    values = "<br>".join("empty" if value == '""' else f"`{value.strip(chr(34))}`" for value in defaults)
    return f"| {names} | {values} | {cell(text)} |"


def markdown():
    secrets = table()
    out, seen = [HEAD], set()
    for name, text, members in described():
        out += [f"## {name}\n"] if name else []
        out += [text + "\n"] if text else []
        out += ["| option | default | meaning |", "| --- | --- | --- |"]
        for paths, defaults, meaning in members:
            out.append(row(paths, defaults, meaning, secrets))
            seen.update(paths)
        out.append("")
    missing = secrets.keys() - seen
    if missing:
        raise SystemExit(f"standings.yaml.example does not describe {', '.join(sorted(missing))}")
    return "\n".join(out)


def main():
    text = markdown()
    if sys.argv[1:] == ["--check"]:
        if not page.exists() or page.read_text() != text:
            raise SystemExit("docs/configuration.md is not up to date: run scripts/configuration.py")
    elif sys.argv[1:]:
        raise SystemExit(__doc__)
    else:
        page.write_text(text)


if __name__ == "__main__":
    main()
