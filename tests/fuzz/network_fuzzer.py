#!/usr/bin/env python3
"""Talks to the real service over loopback sockets in every way that it must survive, and checks every answer.

usage: network_fuzzer.py [--requests N] [--seconds S] [--seed N] [--processes N] [--artifacts FOLDER] SEED-FOLDER...

The same seed sends the same connections. Environment: STANDINGS_BINARY, best compiled with sanitizers. Fails if a
connection stays open too long, an answer is no whole HTTP response or a 5xx other than 503, sound requests of one
connection are not answered one by one in their order, more than half of them all get no answer but 503, the service does
not answer afterwards, or it does not end with 0, without a sanitizer's report, when told to. What was sent on the
connection in question, or on the last ones before a crash, is written to the artifacts folder."""
import argparse
import collections
import contextlib
import json
import multiprocessing
import os
import pathlib
import queue
import random
import re
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

import answers
import mutants

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "contract"))
from service import standings, until  # noqa: E402  needs the path

PATIENCE = 60  # seconds until a connection has to be closed; the slowest route may take a while beside many others
TIME_LIMIT = 2  # seconds, http.request_timeout
REMEMBERED = 200  # connections of each process that are written down if the service crashes
IP_BIND_ADDRESS_NO_PORT = 24
DEFECTS = re.compile(r"ERROR: \w*Sanitizer|runtime error:|SUMMARY: \w*Sanitizer|Failed to answer|terminate called")
SETTINGS = ["admin.open_on_loopback=true", f"http.request_timeout={TIME_LIMIT}s", "http.trusted_proxies=127.0.0.2",
            "http.limits.admin_per_minute=0", "http.limits.address_per_second=0",  # a refusal ends what has a body
            "http.cors_origins=https://a.example", "aliases.interval=1s"]


class client:
    """One process with a connection at a time, and some that it keeps waiting."""

    def __init__(self, port, make, chance):
        self.port = port
        self.make = make
        self.chance = chance
        self.counts = collections.Counter()
        self.recent = collections.deque(maxlen=REMEMBERED)
        self.held = collections.deque()

    def connect(self):
        one = socket.socket()
        one.settimeout(PATIENCE)
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        one.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        one.bind((f"127.0.0.{self.chance.randrange(1, 9)}", 0))  # many addresses have many free ports
        one.connect(("127.0.0.1", self.port))
        return one

    def next(self):
        """Chooses what the next connection says: requests, how they are sent, and the ids of the answers if all have to
        be answered."""
        which = self.chance.randrange(1000)
        make = self.make
        if which < 600:
            said, ids = make.numbered(self.chance.choice([1, 4, 16, 40]))
            return said, self.at_once, ids
        return *self.next_disturbed(which, make), None

    def next_disturbed(self, which, make):
        if which < 960:
            how = self.chance.choice([self.at_once, self.at_once, self.in_pieces])
            return [make.documented() for _ in range(self.chance.choice([0, 0, 2, 6]))] + [make.mutant()], how
        if which < 975:
            return [make.mutant(), make.documented()], self.cut_off
        if which < 985:
            return [make.noise()], self.at_once
        if which < 990:
            return [make.of_odd_size(), make.documented()], self.at_once
        return [make.documented(), make.mutant()], self.held_back

    def step(self):
        """Opens a connection and judges what comes back."""
        said, send, ids = self.next()
        text = b"".join(said)
        self.recent.append(text)
        self.counts["connections"] += 1
        self.counts["requests"] += len(said)
        with contextlib.closing(self.connect()) as connection:
            since = time.monotonic()
            taken = send(connection, text)
            if ids:
                self.judge_all(connection, ids, since)
            elif taken:
                self.judge(connection, text, since)
        while len(self.held) > 8:
            self.release()

    def judge(self, connection, text, since):
        """Some answer has to come."""
        found, late = self.answers_to(connection, since)
        if text and not found and not late:
            raise answers.flaw("there is no answer")

    def judge_all(self, connection, ids, since):
        """The answers to sound requests: one each, in their order."""
        found, late = self.answers_to(connection, since)
        got = [each for _, each in found]
        if got != (ids[:len(got)] if late else ids):
            raise answers.flaw(f"{len(ids)} sound requests have {len(got)} answers: {got}")
        self.counts["sound"] += len(ids)
        self.counts["served"] += sum(status != 503 for status, _ in found)

    def answers_to(self, connection, since):
        """The answers, and whether the client was late to send or to take them: the service may have closed on it."""
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
        sent = self.received(connection)
        late = time.monotonic() - since > TIME_LIMIT / 2
        found = answers.responses(sent, may_be_cut=late)
        self.counts["answers"] += len(found)
        self.counts.update(status for status, _ in found)
        return found, late

    @staticmethod
    def received(connection):
        parts = []
        try:
            while part := connection.recv(1 << 18):
                parts.append(part)
        except ConnectionResetError:
            pass  # as when the service has given up on what was still coming
        return b"".join(parts)

    # Each way to send returns whether the answers are to be looked at.

    @staticmethod
    def sent(connection, text):
        """Whether the service has taken all; it may close before it has."""
        try:
            connection.sendall(text)
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True

    def at_once(self, connection, text):
        return self.sent(connection, text)

    def in_pieces(self, connection, text):
        size = self.chance.choice([1, 2, 3, 7, 50, 700])
        most = 300  # pieces
        for at in range(0, len(text), max(size, len(text) // most)):
            if not self.sent(connection, text[at:at + max(size, len(text) // most)]):
                return False
        return True

    def cut_off(self, connection, text):
        """Resets the connection in the middle of a request."""
        self.sent(connection, text[:self.chance.randrange(len(text) + 1)])
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.counts["resets"] += 1
        return False

    def held_back(self, connection, text):
        """Sends a part now, and the rest when some more are waiting; some pass the time limit of a request."""
        at = self.chance.randrange(len(text) + 1)
        if self.sent(connection, text[:at]):
            self.held.append((connection.dup(), text, at, time.monotonic()))
            self.counts["held back"] += 1
        return False

    def release(self):
        connection, text, at, since = self.held.popleft()
        self.recent.append(text)
        with contextlib.closing(connection):
            if self.sent(connection, text[at:]):
                self.judge(connection, text, since)

    def finish(self):
        while self.held:
            self.release()


def work(number, options, port, contract, seeds, told):
    """A process of its own: connects until enough requests are sent, and tells what it has seen."""
    chance = random.Random(f"{options.seed}-{number}")
    one = client(port, mutants.requests(contract, seeds, chance), chance)
    wanted = options.requests // options.processes
    end = time.monotonic() + options.seconds if options.seconds else None
    problem = None
    try:
        while one.counts["requests"] < wanted and (end is None or time.monotonic() < end):
            one.step()
            if one.counts["connections"] % 100 == 0:
                told.put(("counts", number, dict(one.counts)))
        one.finish()
    except (answers.flaw, OSError) as error:
        problem = f"connection {one.counts['connections']} of process {number}: {type(error).__name__}: {error}"
    told.put(("counts", number, dict(one.counts)))
    told.put(("end", number, (problem, list(one.recent) if problem else [])))


class judge_of_all:
    """Collects what the processes tell."""

    def __init__(self, options, service):
        self.options = options
        self.service = service
        self.counts = {}
        self.problems = []

    def totals(self):
        out = collections.Counter()
        for each in self.counts.values():
            out.update(each)
        return out

    def write_down(self, number, said):
        folder = pathlib.Path(self.options.artifacts)
        folder.mkdir(parents=True, exist_ok=True)
        for index, text in enumerate(said):
            (folder / f"seed-{self.options.seed}-process-{number}-{index:03}").write_bytes(text)
        return folder / f"seed-{self.options.seed}-process-{number}-{len(said) - 1:03}"

    def listen(self, told, processes):
        started = looked = time.monotonic()
        running = set(range(len(processes)))
        while running:
            try:
                kind, number, what = told.get(timeout=1)
            except queue.Empty:
                kind = None
            if kind == "counts":
                self.counts[number] = what
            elif kind == "end":
                running.discard(number)
                if what[0]:
                    last = self.write_down(number, what[1])
                    self.problems.append(f"{what[0]}\n   sent last: {last}")
            if time.monotonic() - looked > 10:
                looked = time.monotonic()
                done = self.totals()
                rate = done["requests"] / (looked - started)
                print(f"   {done['requests']} requests, {rate:.0f}/s, {done['answers']} answers", flush=True)

    def judge_service(self):
        """Whether the service still answers and ends as it should."""
        process = self.service.process
        if process.poll() is not None:
            self.problems.append(f"the service has ended with {process.returncode}")
            return
        try:
            for path in ("/healthz", "/readyz", "/api/redis-leaderboard/daily"):
                until(lambda path=path: self.service.get(path).status == 200, path)
        except (AssertionError, OSError) as error:
            self.problems.append(f"the service does not answer afterwards: {error}")
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(60)
            if code != 0:
                self.problems.append(f"the service has ended with {code}")
        except subprocess.TimeoutExpired:
            self.problems.append("the service has not ended within a minute of SIGTERM")

    def judge_share(self):
        """A service that refuses all the time answers everything, too."""
        done = self.totals()
        if done["served"] * 2 < done["sound"]:
            self.problems.append(f"of {done['sound']} sound requests only {done['served']} were answered other than 503")

    def judge_log(self):
        with open(self.service.folder / "log", errors="replace") as log:
            lines = iter(log)
            for line in lines:
                if DEFECTS.search(line):
                    rest = [next(lines, "") for _ in range(60)]
                    self.problems.append("the service has logged:\n" + line + "".join(rest))
                    return


def seeds_in(folders):
    """The inputs of the request fuzzer, without the byte that says how they arrive."""
    found = [path.read_bytes()[1:] for folder in folders for path in sorted(pathlib.Path(folder).iterdir())]
    if not found:
        raise SystemExit("there are no seeds")
    return found


def parsed_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=20_000, help="how many to send")
    parser.add_argument("--seconds", type=float, help="stop after this time, however many were sent")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2, help="that send at the same time")
    parser.add_argument("--artifacts", default=tempfile.gettempdir() + "/standings-fuzz")
    parser.add_argument("seeds", nargs="+", metavar="SEED-FOLDER")
    return parser.parse_args()


def main():
    options = parsed_options()
    seeds = seeds_in(options.seeds)
    sanitizers = {name: value + ":" + os.environ.get(name, "")
                  for name, value in (("ASAN_OPTIONS", "detect_leaks=1"), ("UBSAN_OPTIONS", "print_stacktrace=1"))}
    with contextlib.ExitStack() as at_end:
        service = standings(SETTINGS, sanitizers)
        at_end.callback(service.stop)
        contract = json.loads(service.get("/openapi.json").content)
        told = multiprocessing.Queue()
        processes = [multiprocessing.Process(target=work, daemon=True,
                                             args=(number, options, service.port, contract, seeds, told))
                     for number in range(options.processes)]
        started = time.monotonic()
        for each in processes:
            each.start()
        judge = judge_of_all(options, service)
        judge.listen(told, processes)
        for each in processes:
            each.join()
        seconds = time.monotonic() - started
        judge.judge_service()
        judge.judge_log()
        judge.judge_share()
    totals = judge.totals()
    statuses = ", ".join(f"{status}: {totals[status]}" for status in sorted(key for key in totals if isinstance(key, int)))
    print(f"seed {options.seed}: {totals['requests']} requests on {totals['connections']} connections in {seconds:.0f} s, "
          f"{totals['resets']} reset, {totals['held back']} held back; {totals['answers']} answers ({statuses}); "
          f"{totals['served']} of {totals['sound']} sound ones served")
    for problem in judge.problems:
        print("!! " + problem, file=sys.stderr)
    return 1 if judge.problems else 0


if __name__ == "__main__":
    sys.exit(main())
