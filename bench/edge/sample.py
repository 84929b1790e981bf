"""What processes cost within a window of time: sample.py AFTER SECONDS PROGRAM_PIDS STORE_PIDS

Each list is separated by commas, may be empty, and means the processes and all below them. Prints
one line: the seconds that the window really took; the processor seconds and the context switches,
voluntary or not, of the program; the processor seconds of the stores.
"""

import os
import sys
import time

TICKS = os.sysconf("SC_CLK_TCK")


def parents():
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                    found[int(name)] = int(file.read().rpartition(")")[2].split()[1])
            except OSError:
                pass  # it has just ended
    return found


def with_children(pids):
    found, everything = set(pids), parents()
    while True:
        more = {pid for pid, parent in everything.items() if parent in found} - found
        if not more:
            return found
        found |= more


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def switches(pid):
    """By thread: the threads that end within the window are not counted."""
    found = {}
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/status", encoding="utf-8") as file:
                found[thread] = sum(int(line.split()[1]) for line in file if "ctxt_switches" in line)
        except OSError:
            pass
    return found


def sample(pids):
    seconds, by_thread = {}, {}
    for pid in with_children(pids):
        try:
            seconds[pid] = processor_seconds(pid)
            by_thread.update(switches(pid))
        except OSError:
            pass
    return seconds, by_thread


def grown(before, after):
    return sum(value - before.get(key, 0) for key, value in after.items())


def main():
    after, window = float(sys.argv[1]), float(sys.argv[2])
    program, stores = ([int(pid) for pid in list_.split(",") if pid] for list_ in sys.argv[3:5])
    time.sleep(after)
    start = time.monotonic()
    first, first_stores = sample(program), sample(stores)
    time.sleep(window)
    last, last_stores = sample(program), sample(stores)
    took = time.monotonic() - start
    print(f"{took:.3f} {grown(first[0], last[0]):.3f} {grown(first[1], last[1])} "
          f"{grown(first_stores[0], last_stores[0]):.3f}")


main()
