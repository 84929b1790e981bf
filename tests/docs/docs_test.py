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

    def test_configuration_is_up_to_date(self):
        subprocess.run([sys.executable, "-B", ROOT / "scripts/configuration.py", "--check"], check=True)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
