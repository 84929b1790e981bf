"""Compares what a command printed with what a page shows."""
import json
import re

# Values that differ from run to run. Their type has to be right.
UNSTABLE = {"version", "duration_ms", "run_id", "event_id", "generation", "memory_usage", "next_in_ms", "request_id",
            "started_at", "finished_at", "updated_at", "cached_at", "next_run_at", "last_completed_at"}


def values(text):
    """JSON values, one after the other."""
    decoder, out, at = json.JSONDecoder(), [], 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        value, at = decoder.raw_decode(text, at)
        out.append(value)
    return out


def differences(shown, got, path="$"):
    """Where a value differs from what is shown. In an object, `"…": "…"` stands for any further fields."""
    if shown == "…":
        return []
    if isinstance(shown, dict) and isinstance(got, dict):
        names = shown.keys() - {"…"}
        out = [f"{path}.{name} is not printed" for name in names - got.keys()]
        if "…" not in shown:
            out += [f"{path}.{name} is not shown" for name in got.keys() - names]
        for name in names & got.keys():
            if name not in UNSTABLE or type(shown[name]) is not type(got[name]):
                out += differences(shown[name], got[name], f"{path}.{name}")
        return out
    if isinstance(shown, list) and isinstance(got, list):
        if "…" in shown:
            shown = shown[:shown.index("…")]
            got = got[:len(shown)]
        if len(shown) != len(got):
            return [f"{path}: {len(got)} elements"]
        return [why for i, (a, b) in enumerate(zip(shown, got)) for why in differences(a, b, f"{path}[{i}]")]
    return [] if type(shown) is type(got) and shown == got else [f"{path}: {got!r}, shown as {shown!r}"]


def misprints(shown, got):
    """`shown`: a block."""
    if shown.kind == "json":
        wanted, printed = values(shown.text), values(got)
        if len(wanted) != len(printed):
            return [f"{len(printed)} values are printed, {len(wanted)} are shown: {got[:300]!r}"]
        return [why for a, b in zip(wanted, printed) for why in differences(a, b)]
    pattern = re.escape(shown.text.strip()).replace("…", ".*?")
    return [] if re.search(pattern, got, re.S) else [f"printed is {got!r}"]
