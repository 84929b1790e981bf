#!/usr/bin/env python3
"""Runs every command of README.md, docs/*.md and docs/runbook/*.md as blocks.py says, and checks the links of all pages.

docs_test.py [PAGE…]: only these, such as docs/api.md."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

from blocks import anchors, blocks, links, settings
from output import misprints
from room import ROOT, opened

ONLY = sys.argv[1:]


def pages():
    found = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "docs/runbook").glob("*.md"))]
    return [page for page in found if not ONLY or str(page.relative_to(ROOT)) in ONLY]


def script_of(text):
    """The blocks of js of a page are one module."""
    return "".join(block.text for block in blocks(text) if block.kind == "js")


def all_pages():
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, text=True, capture_output=True).stdout.split()
    return [ROOT / name for name in listed] or pages()


def names_of_tests():
    """SUITE.NAME of all tests in C++."""
    macro = re.compile(r"^(?:TYPED_)?TEST(?:_[FP])?\((\w+),\s*(\w+)\)", re.MULTILINE)
    sources = [path for ending in ("cpp", "hpp") for path in (ROOT / "tests").rglob(f"*.{ending}")]
    return {".".join(found) for path in sources for found in macro.findall(path.read_text())}


def rows_with_a_test(page):
    """The cells of the rows of those tables whose last column is headed `test`."""
    out, wanted = [], False
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells or cells[-1] == "test":
            wanted = bool(cells)
        elif wanted and not set(cells[-1]) <= set("- "):
            out.append(cells)
    return out


class Commands(unittest.TestCase):
    def test_of_every_page(self):
        for page in pages():
            text = page.read_text()
            found = [block for block in blocks(text) if block.kind == "sh"]
            if not script_of(text) and all(block.how.startswith("no-run") for block in found):
                continue
            with opened(settings(text)) as room:
                for block in found:
                    with self.subTest(f"{page.relative_to(ROOT)}:{block.line}"):
                        self.work(room, block)
                self.work_script(room, page, text)

    def work(self, room, block):
        if block.how == "serve":
            room.serve(block.text)
        elif block.how == "ctrl-c":
            self.assertEqual(0, room.interrupt(block.text))
        elif block.how == "stopped":
            room.stop_service()
            self.expect(block, room.run(block.text))
        elif block.how == "follow":
            self.assertTrue(room.follow(block.text))
        elif block.how:
            self.assertRegex(block.how, r"^no-run: .{10}", "a block that is not run says why")
        else:
            self.expect(block, room.run(block.text))

    def expect(self, block, done):
        self.assertEqual(0, done.returncode, f"{block.text}{done.stdout}{done.stderr}")
        self.assertNotIn('"type":"urn:standings:problem', done.stdout, block.text)
        if block.output:
            self.assertEqual([], misprints(block.output, done.stdout))

    def work_script(self, room, page, text):
        """A machine without Node.js has to say so with TEST_NODE=none."""
        script = script_of(text)
        if script and os.environ.get("TEST_NODE") != "none":
            with self.subTest(f"{page.relative_to(ROOT)}: JavaScript"):
                self.assertTrue(shutil.which("node"), "Node.js is missing; TEST_NODE=none leaves the scripts out")
                done = room.script(script)
                self.assertEqual(0, done.returncode, done.stdout + done.stderr)


class Pages(unittest.TestCase):
    def test_links_lead_somewhere(self):
        for page in all_pages():
            for link in links(page.read_text()):
                with self.subTest(f"{page.relative_to(ROOT)}: {link}"):
                    self.assertTrue(self.leads_somewhere(page, link))

    @staticmethod
    def leads_somewhere(page, link):
        if re.match(r"\w+:", link):
            return True
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        return target.exists() and (not anchor or anchor in anchors(target.read_text()))

    def test_api_and_leaderboards_have_every_route(self):
        contract = json.loads((pathlib.Path(os.environ["STANDINGS_CONTRACT"]) / "openapi.json").read_text())
        page = "".join((ROOT / "docs" / name).read_text() for name in ("api.md", "leaderboards.md"))
        for path in contract["paths"]:
            with self.subTest(path):
                shape = re.sub(r"\\\{\w+\\\}", r"[^/\\s]+", re.escape(path))
                self.assertRegex(page, r"127\.0\.0\.1:8000" + shape + r"(?=[?'\s])")

    def test_comparison_names_a_test_that_exists_for_each_thing_that_we_do(self):
        known = names_of_tests()
        rows = rows_with_a_test((ROOT / "docs/comparison.md").read_text())
        self.assertGreater(len(rows), 20)
        for row in rows:
            with self.subTest(row[0]):
                named = re.findall(r"`(\w+\.\w+)`", row[-1])
                self.assertTrue(named, "no test is named")
                self.assertEqual([], [name for name in named if name not in known])

    def test_configuration_is_up_to_date(self):
        subprocess.run([sys.executable, "-B", ROOT / "scripts/configuration.py", "--check"], check=True)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
