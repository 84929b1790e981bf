"""Makes requests: from the contract with odd values, from seeds by damage to their bytes, and of odd sizes."""
import json
import urllib.parse

NUMBERS = ["0", "1", "2", "7", "10", "-1", "1000", "1001", "2147483648", "9007199254740993", "18446744073709551616",
           "1e3", "0x10", "1.5", "+1", " 1", "", "NaN", "9" * 40, "%00", "٣"]
TEXTS = ["ana", "bob", "a/b", "", " ", "x" * 128, "x" * 129, "Łukasz", "😀", "\x00", "\x7f", "a\r\nX-A: b", "null", "'--",
         "../..", "%2e%2e", "*", "?", "daily", "weekly", "monthly", "yearly", "team", "player", "rmcf", "mbappe", "true",
         "false", "{}", "user:details:ana", "\u0085", "\ufeff"]
FIELDS = [b"Connection: close", b"Connection: keep-alive", b"Connection: upgrade, keep-alive", b"Expect: 100-continue",
          b"Expect: 200", b"Host: a", b"Host:", b"Content-Length: 0", b"Content-Length: 5", b"Content-Length: -1",
          b"Content-Length: 18446744073709551616", b"Content-Length: 1048577", b"Transfer-Encoding: chunked",
          b"Transfer-Encoding: gzip, chunked", b"Content-Encoding: gzip", b"Content-Type: text/plain",
          b"Content-Type: application/json", b"Authorization: Bearer wrong", b"Authorization: Bearer ",
          b"Authorization: Bearer a-token-of-the-fuzzer", b"Authorization: Basic YTpi", b"Origin: https://a.example",
          b"Origin: null", b"Access-Control-Request-Method: PUT", b"X-Forwarded-For: 1.2.3.4, 127.0.0.1",
          b"X-Forwarded-For: " + b"1.1.1.1," * 50, b'Forwarded: for="[::1]:1";by=x', b"Forwarded: for=;;,", b"Via: 1.1 a",
          b"If-None-Match: *", b'If-None-Match: "x", W/"y"', b"Last-Event-ID: 1-1", b"Idempotency-Key: key",
          b"Idempotency-Key: ", b"Idempotency-Key: " + b"k" * 129, b"X-Request-Id: a b", b"X-Request-Id: " + b"i" * 64,
          b"Upgrade: websocket", b"Range: bytes=0-1", b"Cookie: a=b; c", b"TE: trailers", b"Trailer: X-A", b"A: \xff\xfe",
          b"A:", b": a", b"A : b", b" A: b", b"A: b\x00", b"A"]
METHODS = [b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"PATCH", b"OPTIONS", b"TRACE", b"CONNECT", b"get", b"G", b"\xff"]
WORDS = [b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"\x00", b" ", b"\t", b":", b"0\r\n\r\n", b"ffffffffffffffff\r\n", b"1;a=b\r\n",
         b"HTTP/1.0", b"HTTP/2.0", b"%", b"%2F", b"%ff", b'"', b"\\ud83d", b"{", b"[" * 200, b"\xf0\x9f\x98", b"9" * 20]
HOST = b"Host: localhost\r\n"
# What sets the service back is asked for seldom: a cache that is always being filled answers little else.
SELDOM = ("resetPeriod", "rebuildCache", "clearCache")
STREAMS = ("live", "events")  # their answers do not end, so what follows them has none
FRAMING = (b"Transfer", b"Content", b"Connection")
# May have a request refused before its content is read. The service then closes: what follows has no answer.
REFUSED = (b"Authorization", b"Origin", b"X-Forwarded-For", b"Forwarded", b"Via", b"Idempotency-Key", b"X-Request-Id")


def chunked(content, cuts):
    """`content` in chunks that begin at `cuts`."""
    out = b""
    for first, last in zip([0, *cuts], [*cuts, len(content)]):
        if first < last:
            out += b"%x\r\n%s\r\n" % (last - first, content[first:last])
    return out + b"0\r\n\r\n"


class requests:
    """Makes requests with `chance`, a random.Random; the same chance makes the same requests."""

    def __init__(self, contract, seeds, chance):
        self.seeds = seeds
        self.chance = chance
        operations = [
            (method.upper(), path, one, [p for p in shared + one.get("parameters", [])])
            for path, methods in contract["paths"].items()
            for shared in [methods.get("parameters", [])]
            for method, one in methods.items() if method != "parameters"]
        self.seldom = [each for each in operations if each[2].get("operationId") in SELDOM]
        self.pages = [each for each in operations if not each[1].startswith(("/api/", "/healthz", "/readyz"))]
        self.usual = [each for each in operations if each not in self.seldom + self.pages]
        self.contract = contract

    def odds(self, one_in):
        return self.chance.randrange(one_in) == 0

    def value(self):
        which = self.chance.randrange(8)
        if which < 3:
            return self.chance.choice(NUMBERS)
        if which < 7:
            return self.chance.choice(TEXTS)
        return f"user-{self.chance.randrange(500)}"

    def resolved(self, described):
        while "$ref" in described:
            at = self.contract
            for name in described["$ref"][2:].split("/"):
                at = at[name]
            described = at
        return described

    def parameter(self, described):
        """Mostly a value that the contract allows."""
        schema = self.resolved(described.get("schema", {}))
        if "enum" in schema and not self.odds(5):
            return self.chance.choice(schema["enum"])
        if schema.get("type") == "integer" and not self.odds(3):
            return str(self.chance.randrange(1, 20))
        return self.value()

    def odd_json(self, depth=0):
        which = self.chance.randrange(10 if depth < 4 else 6)
        if which < 3:
            return self.value()
        if which < 6:
            return self.chance.choice([0, 1, -1, 2**53, 2**64, 1.5, -0.0, 1e300, None, True, False, 10_000, 10_001])
        if which < 8:
            return [self.odd_json(depth + 1) for _ in range(self.chance.randrange(5))]
        names = ["user_id", "count", "updates", "dry_run", "force", "periods", "wait", self.value()]
        return {self.chance.choice(names): self.odd_json(depth + 1) for _ in range(self.chance.randrange(4))}

    def update(self):
        out = {"user_id": self.value() if self.odds(3) else f"user-{self.chance.randrange(500)}"}
        if self.odds(2):
            out["count"] = self.odd_json(9) if self.odds(4) else self.chance.randrange(1, 100)
        return out

    def body(self, operation):
        which = self.chance.randrange(8)
        if which == 0:
            content = self.odd_json()
        elif operation.endswith("/batch"):
            content = {"updates": [self.odd_json(3) if self.odds(9) else self.update()
                                   for _ in range(self.chance.choice([0, 1, 2, 5, 20]))]}
        elif operation.endswith("/update"):
            content = self.update()
        else:
            content = {self.chance.choice(["dry_run", "force", "wait"]): True, "dry_run": True}
        text = json.dumps(content, ensure_ascii=self.odds(2)).encode(errors="surrogatepass")
        return self.damaged(text) if which == 1 else text

    def numbered(self, count):
        """Documented operations that have to be answered on one connection, and the X-Request-Id of each."""
        ids = [b"fuzz-%d" % n for n in range(count)]
        return [self.documented(each) for each in ids], ids

    def documented(self, request_id=None):
        """A documented operation with values of all kinds; its framing is sound. With an id, others can follow it."""
        among = self.seldom if self.odds(2000) else self.pages if self.odds(50) else self.usual
        if request_id:
            among = [each for each in among if each[2].get("operationId") not in STREAMS]
        method, path, operation, parameters = self.chance.choice(among)
        sound_content = request_id and "requestBody" in operation  # it must not be refused before that is read
        query = []
        for each in map(self.resolved, parameters):
            if each.get("in") == "path":
                value = "1" if sound_content else self.parameter(each)
                path = path.replace("{%s}" % each["name"], urllib.parse.quote(value, safe="", errors="replace"))
            elif each.get("in") == "query" and self.odds(2):
                query.append((each["name"], self.parameter(each)))
        if self.odds(10) and not sound_content:
            query.append((self.value(), self.value()))
        target = path + ("?" + urllib.parse.urlencode(query, errors="replace") if query else "")
        left_out = FRAMING
        if request_id:
            left_out += REFUSED if sound_content else (b"X-Request-Id",)
        if self.odds(20) and not sound_content:
            method = self.chance.choice(["HEAD", "OPTIONS", "PUT", "DELETE", "POST"])
        head = b"%s %s HTTP/1.1\r\n%s" % (method.encode(), target.encode(), HOST)
        for _ in range(self.chance.choice([0, 0, 0, 1, 2])):
            field = self.chance.choice(FIELDS[11:40])
            if not field.startswith(left_out):
                head += field + b"\r\n"
        if request_id:
            head += b"X-Request-Id: " + request_id + b"\r\n"
        if "requestBody" not in operation:
            return head + b"\r\n"
        content = self.body(path)
        head += b"Content-Type: application/json\r\n"
        if self.odds(4):
            cuts = sorted(self.chance.randrange(len(content) + 1) for _ in range(self.chance.randrange(4)))
            return head + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(content, cuts)
        return head + b"Content-Length: %d\r\n\r\n%s" % (len(content), content)

    def damaged(self, text):
        """Some of its bytes changed, removed, repeated or added."""
        out = bytearray(text)
        for _ in range(self.chance.choice([1, 1, 1, 2, 3, 8])):
            at = self.chance.randrange(len(out) + 1)
            which = self.chance.randrange(7)
            if which == 0 and at < len(out):
                out[at] ^= 1 << self.chance.randrange(8)
            elif which == 1:
                out[at:at] = self.chance.choice(WORDS)
            elif which == 2:
                del out[at:at + self.chance.choice([1, 2, 8, 64])]
            elif which == 3:
                del out[at:]
            elif which == 4:
                out[at:at] = out[max(0, at - self.chance.randrange(1, 40)):at]
            elif which == 5:
                out[at:at + 1] = self.chance.randbytes(self.chance.randrange(1, 6))
            else:
                out = bytearray(self.with_field(bytes(out)))
        return bytes(out)

    def with_field(self, text):
        """One more field, or one of its own lines again."""
        lines = text.split(b"\r\n")
        at = self.chance.randrange(1, len(lines) + 1)
        lines.insert(at, self.chance.choice(lines if self.odds(3) else FIELDS))
        return b"\r\n".join(lines)

    def mutant(self):
        """A damaged request."""
        text = self.chance.choice(self.seeds) if self.odds(2) else self.documented()
        which = self.chance.randrange(10)
        if which == 0:
            return self.chance.choice(METHODS) + text[text.find(b" "):]
        if which == 1:
            return self.with_field(text)
        if which == 2:
            return text[:self.chance.randrange(len(text) + 1)] + self.chance.choice(self.seeds)
        return self.damaged(text)

    def noise(self):
        return self.chance.randbytes(self.chance.choice([1, 5, 50, 500, 5000])) + self.chance.choice([b"", b"\r\n\r\n"])

    def of_odd_size(self):
        """Long lines, many fields, long bodies, many small chunks."""
        which = self.chance.randrange(6)
        size = self.chance.choice([4_000, 8_190, 8_192, 8_193, 65_536, 70_000])
        if which == 0:
            return b"GET /healthz?%s HTTP/1.1\r\n%s\r\n" % (b"a" * size, HOST)
        if which == 1:
            return b"GET /healthz HTTP/1.1\r\n%sX-A: %s\r\n\r\n" % (HOST, b"a" * size)
        if which == 2:
            return b"GET /healthz HTTP/1.1\r\n%s%s\r\n" % (HOST, b"A: b\r\n" * (size // 6))
        head = b"POST /api/redis-leaderboard/update HTTP/1.1\r\n%sContent-Type: application/json\r\n" % HOST
        content = b'{"user_id":"ana","count":1}' + b" " * self.chance.choice([size, 16_384, 1_048_549, 1_048_576])
        if which == 3:
            return head + b"Content-Length: %d\r\n\r\n%s" % (len(content), content)
        if which == 4:
            return head + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(content[:size], range(1, min(size, len(content)), 3))
        return head + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(content, [len(content) // 2])
