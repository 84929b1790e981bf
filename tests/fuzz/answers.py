"""Reads what the service has sent on a connection before it closed it."""
import json
import re

STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5]\d\d) [ -~]*")
FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+): ([\t -~\x80-\xff]*)")


class flaw(Exception):
    """An answer that the service must not give."""


class cut(flaw):
    """An answer without its end."""


def fields_of(lines):
    fields = {}
    for line in lines:
        found = FIELD.fullmatch(line)
        if not found:
            raise flaw(f"no field: {line[:200]!r}")
        name = found[1].lower()
        if name in fields and name != b"vary":  # a list, of which each line holds a part
            raise flaw(f"the field {name.decode()} is there twice")
        fields[name] = found[2]
    return fields


def after_chunks(sent, at):
    """The end of a stream: its last chunk, or anywhere when the client has gone."""
    while True:
        line_end = sent.find(b"\r\n", at)
        if line_end < 0:
            return len(sent)
        try:
            size = int(sent[at:line_end], 16)
        except ValueError:
            raise flaw(f"no size of a chunk: {sent[at:line_end][:50]!r}") from None
        at = line_end + 2 + size + 2
        if at > len(sent):
            return len(sent)
        if sent[at - 2:at] != b"\r\n":
            raise flaw("a chunk has no end")
        if size == 0:
            return at


def after_content(sent, at, status, fields):
    """The end of a response's content. Answers to HEAD announce what does not follow: the next response does, or
    nothing."""
    if status < 200 or status in (204, 304):
        return at
    if b"transfer-encoding" in fields:
        return after_chunks(sent, at)
    another = at == len(sent) or sent.startswith(b"HTTP/1.1 ", at)
    if b"content-length" not in fields:  # a stream for HTTP/1.0, or the head of one
        return at if another else len(sent)
    size = int(fields[b"content-length"])
    if size == 0 or another:
        return at
    if at + size > len(sent):
        raise cut("the content is cut off")
    if b"json" in fields.get(b"content-type", b""):
        try:
            json.loads(sent[at:at + size])
        except ValueError as error:
            raise flaw(f"the content is no JSON: {error}") from None
    return at + size


def responses(sent, may_be_cut=False):
    """Status and X-Request-Id of the final responses in `sent`. Raises `flaw` unless they are whole, well-formed, and no
    5xx but 503; the last one may be without its end if `may_be_cut`."""
    found = []
    try:
        read_responses(sent, found)
    except cut:
        if not may_be_cut:
            raise
    return found


def read_responses(sent, found):
    at = 0
    while at < len(sent):
        head_end = sent.find(b"\r\n\r\n", at)
        if head_end < 0:
            raise cut(f"a head is cut off: {sent[at:at + 200]!r}")
        lines = sent[at:head_end].split(b"\r\n")
        first = STATUS_LINE.fullmatch(lines[0])
        if not first:
            raise flaw(f"no status line: {lines[0][:200]!r}")
        status = int(first[1])
        if status >= 500 and status != 503:
            raise flaw(f"the status is {status}: {sent[at:at + 1000]!r}")
        fields = fields_of(lines[1:])
        at = after_content(sent, head_end + 4, status, fields)
        if status < 200:
            continue
        if b"x-request-id" not in fields:
            raise flaw("a response has no X-Request-Id")
        found.append((status, fields[b"x-request-id"]))
