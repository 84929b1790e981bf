"""Opens idle keep-alive connections and holds them: hold.py PORT COUNT

Each has been answered once, as a browser's or a pool's has, and then says nothing. Prints `open N`
when all are, holds them until SIGTERM (ten minutes at most), and prints how many the server has
`closed` meanwhile. They come from several loopback addresses, so that ports do not run
out.
"""

import resource
import signal
import socket
import sys

PER_ADDRESS = 5_000
BIND_ADDRESS_NO_PORT = 24  # the port is chosen at connect, per destination
REQUEST = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def read_answer(connection):
    answer = b""
    while True:
        head, end, body = answer.partition(b"\r\n\r\n")
        if end:
            if not head.startswith(b"HTTP/1.1 200 "):
                sys.exit(f"refused: {head.decode(errors='replace')}")
            lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            if len(body) >= int(lengths[0].partition(b":")[2]):
                return
        more = connection.recv(65_536)
        if not more:
            sys.exit("closed instead of answered")
        answer += more


def connect(port, number):
    connection = socket.socket()
    connection.settimeout(10)
    connection.setsockopt(socket.IPPROTO_IP, BIND_ADDRESS_NO_PORT, 1)
    connection.bind((f"127.0.0.{2 + number // PER_ADDRESS}", 0))
    connection.connect(("127.0.0.1", port))
    connection.sendall(REQUEST)
    read_answer(connection)
    return connection


def is_closed(connection):
    connection.setblocking(False)
    try:
        return not connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except OSError:
        return True


def main():
    port, count = int(sys.argv[1]), int(sys.argv[2])
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    held = [connect(port, number) for number in range(count)]
    print(f"open {len(held)}", flush=True)
    signal.sigtimedwait({signal.SIGTERM}, 600)
    print(f"closed {sum(is_closed(connection) for connection in held)}", flush=True)


main()
