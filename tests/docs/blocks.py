"""The fenced blocks of a Markdown page.

What follows `sh` in the line that opens a block says how it is tested:
  ```sh                   run; every command has to succeed
  ```sh serve             starts the service, which then serves the rest of the page
  ```sh ctrl-c            runs until it is interrupted, and has to end well
  ```sh follow            the same, but however it ends; it has to print something first
  ```sh stopped           run while the service is stopped
  ```sh no-run: REASON    not run, for that reason
A block of json or text right after a block of sh is what it prints; times, ids and durations may differ, and `…`
stands for anything. Comments of the form <!-- test: WORD… --> at the top say what the page's service runs on.
"""
import dataclasses
import re

# The words of a page's comment.
SETTINGS = {"postgres", "redis", "service", "demo", "aliases", "sessions", "adopted"}


@dataclasses.dataclass
class block:
    line: int
    kind: str
    how: str
    text: str
    output: "block | None" = None


def blocks(page):
    """All fenced blocks, in order; outputs are attached to what prints them."""
    out, lines, at = [], page.splitlines(), 0
    previous = None
    while at < len(lines):
        opening = re.match(r"( *)```(\w*) ?(.*)$", lines[at])
        if not opening:
            if lines[at].strip():
                previous = None
            at += 1
            continue
        end = next(i for i in range(at + 1, len(lines)) if lines[i].strip() == "```")
        text = "\n".join(line.removeprefix(opening[1]) for line in lines[at + 1:end]) + "\n"
        found = block(at + 1, opening[2], opening[3].strip(), text)
        if previous and found.kind in ("json", "text"):
            previous.output, previous = found, None
        else:
            out.append(found)
            previous = found if found.kind == "sh" else None
        at = end + 1
    return out


def settings(page):
    found = re.search(r"<!-- test: ([\w ]+) -->", page)
    words = set(found[1].split()) if found else set()
    assert words <= SETTINGS, f"unknown: {words - SETTINGS}"
    return words


def links(page):
    """The targets of links, outside of code."""
    prose = re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```$", "", page, flags=re.M | re.S))
    return re.findall(r"\]\(<?([^)\s>]+)>?\)", prose)


def anchors(page):
    """As GitHub makes them from headings."""
    out = set()
    for heading in re.findall(r"^#+ (.*)$", page, re.M):
        text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading.lower()).replace("`", "")
        out.add(re.sub(r"[^\w\- ]", "", text).strip().replace(" ", "-"))
    return out
