"""Clients of several programs on the same stores."""
import collections
import random
import threading
import time

from service import until


class load:
    """Eight clients; each update has a key and is repeated, at any program, until it is acknowledged."""

    def __init__(self, programs):
        self.programs = list(programs)
        self.counted = collections.Counter()
        self.statuses = collections.defaultdict(collections.Counter)
        self.refusals = collections.defaultdict(collections.Counter)
        self.stopping = self.last = False
        self.guard = threading.Lock()
        self.number = 0
        self.threads = [threading.Thread(target=self.work, args=(i,)) for i in range(8)]
        for thread in self.threads:
            thread.start()

    def also(self, program):
        self.programs.append(program)

    def go_on(self, seconds):
        time.sleep(seconds)

    def finish(self, programs):
        """What is under way is brought to an end at `programs`."""
        self.programs = list(programs)
        self.stopping = True
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive(), "an update was never acknowledged"

    def work(self, client):
        dice = random.Random(client)
        while not self.stopping:
            with self.guard:
                self.number += 1
                key = f"load-{self.number}"
            user, count = f"player {dice.randrange(40)}", dice.randrange(1, 4)
            while not self.send(dice, user, count, key):
                time.sleep(0.005)
            with self.guard:
                self.counted[user] += count
            if dice.random() < 0.1:
                self.send(dice, user, count, key)

    def send(self, dice, user, count, key):
        to = dice.choice(self.programs)
        status, answer = to.update(user, count, key)
        with self.guard:
            self.statuses[to.name][status] += 1
            if status != 200 and isinstance(answer, dict):
                self.refusals[to.name][answer.get("detail", "")] += 1
        return status == 200

    def expect(self, new, report):
        for name in sorted(self.statuses):
            report.say(f"{name} answered {dict(sorted(self.statuses[name].items()))}")
            for detail, times in self.refusals[name].most_common(3):
                report.say(f"  {times} times: {detail}")
        report.check("each acknowledged update counts once in the database",
                     *same(dict(self.counted), players(new.board("yearly", "/api/leaderboard"))))
        try:
            until(lambda: players(new.board("yearly")) == dict(self.counted), "the board", 15)
        except AssertionError:
            pass
        report.check("and on the board", *same(dict(self.counted), players(new.board("yearly"))))


def players(board):
    return {user: score for user, score in board.items() if user.startswith("player ")}


def same(expected, found):
    """Whether both agree, and what differs as (expected, found)."""
    different = {key: (expected.get(key), found.get(key)) for key in expected.keys() | found.keys()
                 if expected.get(key) != found.get(key)}
    return not different, different
