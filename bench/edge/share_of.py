#!/usr/bin/env python3
"""share_of.py PROGRAM PERF_DATA PATTERN: which part of the samples of `perf record` lies in code whose source file or function,
inlined or not, matches a regular expression. Needs line tables (-g1)."""
import collections
import re
import subprocess
import sys


def output(*command, text=None):
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def numbers(pattern, text):
    return [[int(field, 16) for field in found] for found in re.findall(pattern, text)]


program, data, pattern = sys.argv[1], sys.argv[2], re.compile(sys.argv[3])
# where the program was loaded, and where its parts belong
mapped = [line for line in output("perf", "script", "-i", data, "--show-mmap-events", "-F", "comm,tid,ip,sym,dso").splitlines()
          if "MMAP" in line and line.endswith(program)]
maps = numbers(r"\[(0x\w+)\((0x\w+)\) @ (0x\w+|0) ", "\n".join(mapped))
parts = numbers(r"LOAD\s+(0x\w+) (0x\w+) 0x\w+ (0x\w+)", output("readelf", "-lW", program))


def address(ip):
    for start, size, offset in maps:
        if start <= ip < start + size:
            at = ip - start + offset
            return next((at - file + there for file, there, length in parts if file <= at < file + length), None)
    return None


samples = 0
in_program = collections.Counter()
for line in output("perf", "script", "-i", data, "-F", "ip,sym,dso").splitlines():
    found = re.match(r"\s*([0-9a-f]+) .*\((\S+)\)$", line)
    if found:
        samples += 1
        if found[2] == program and (at := address(int(found[1], 16))) is not None:
            in_program[hex(at)] += 1
frames = collections.defaultdict(str)
at = None
for line in output("addr2line", "-a", "-i", "-f", "-C", "-e", program, text="\n".join(in_program)).splitlines():
    if line.startswith("0x"):
        at = hex(int(line, 16))
    else:
        frames[at] += line + "\n"
matching = sum(count for at, count in in_program.items() if pattern.search(frames[at]))
print(f"{matching} of {samples} samples, {100 * matching / max(samples, 1):.2f} %")
