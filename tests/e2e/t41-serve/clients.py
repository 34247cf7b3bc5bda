"""Clients of the ledger's service that do what no client should. Usage: clients.py SOCKET"""
import os
import pwd
import socket
import sys
import threading
import time

PATH = sys.argv[1]
GREETING = b"unsent-ledger 1\n"


def connect():
    one = socket.socket(socket.AF_UNIX)
    one.connect(PATH)  # waits for its turn, which a socket with a time limit does not
    one.settimeout(20)
    return one


def said(one):
    """All until it ends."""
    text = b""
    try:
        while piece := one.recv(65536):
            text += piece
    except ConnectionError:
        pass
    return text


def answer(one):
    text = b""
    while not text.endswith(b"\n"):
        piece = one.recv(65536)
        assert piece, f"ended after {text!r}"
        text += piece
    return text


def lookup(one, greeting=b""):
    one.sendall(greeting + b"find-id\ta1@ourshop.example\talice@ourshop.example\t.\n")
    return answer(one)


def is_answered():
    """Once the service has seen that others have left."""
    for _ in range(50):
        try:
            with connect() as one:
                return lookup(one, GREETING).startswith(b"ok\t1\t")
        except (AssertionError, ConnectionError):
            time.sleep(0.1)
    return False


# Nonsense is answered once, and ends.
for words in [b"GET / HTTP/1.1\r\n\r\n", b"EHLO remote.example\r\n", b"\n", b"\0" * 100,
              os.urandom(5000) + b"\n", b"unsent-ledger 2\n"]:
    with connect() as one:
        one.sendall(words)
        got = said(one)
        assert got.startswith(b"no\t") or not got, (words[:20], got)
for line in [b"what\t.\n", b"find-id\t.\n", b"find-id\ta\tb\tc\t.\n", b"find-print\ta\t99999999999999999999\tb\tc\t.\n",
             b"sender\tnobody\t0\t.\n", b"count\ta\tb\t0\t0\t.\n", b"bounce-about\t1\tx\t.\n",
             b"record\t{}\trecord\t.\n", b"record\t%7B%7D\t../x\t.\n", b"find-id\ta1@ourshop.example\tx\n"]:
    with connect() as one:
        one.sendall(GREETING + line)
        one.shutdown(socket.SHUT_WR)
        got = said(one)
        assert got.startswith((b"no\t", b"ok\t")), (line, got)

# Megabytes that are no line.
with connect() as one:
    try:
        one.sendall(GREETING)
        for _ in range(64):
            one.sendall(b"x" * 65536)
        sys.exit("megabytes were taken")
    except (ConnectionError, socket.timeout):
        pass

# Who says nothing, or half, and who leaves: the others are answered.
silent = [connect() for _ in range(20)]
half = [connect() for _ in range(20)]
for one in half:
    one.sendall(GREETING + b"find-id\tx")
for _ in range(50):
    one = connect()
    one.sendall(GREETING + b"identity\t.\n" * 20)
    one.close()
with connect() as one:
    begun = time.monotonic()
    assert lookup(one, GREETING).startswith(b"ok\t1\t")
    assert time.monotonic() - begun < 25, "one waited for others"
# Half a request is not waited for long.
begun = time.monotonic()
assert said(half[0]) == b""
assert time.monotonic() - begun < 40
for one in silent + half:
    one.close()

# Who writes a byte a second has begun a request all the same, and leaves in time.
slow = [connect() for _ in range(20)]
words = iter(GREETING + b"find-id\ta1@ourshop.example\t" * 3)
begun = time.monotonic()
ended = 0
while ended < len(slow) and time.monotonic() - begun < 60:
    byte = bytes([next(words)])
    ended = 0
    for one in slow:
        try:
            one.sendall(byte)
        except ConnectionError:
            ended += 1
    with connect() as one:
        assert lookup(one, GREETING).startswith(b"ok\t1\t")
    time.sleep(1)
assert ended == len(slow), f"{len(slow) - ended} slow writers are still there"
for one in slow:
    one.close()

# A thousand at once, one after the other, that leave without a word.
for _ in range(1000):
    connect().close()
assert is_answered(), "a thousand who came and left are still there"

# Answers that nobody reads.
lazy = connect()
lazy.sendall(GREETING)
lazy.settimeout(1)
try:
    for _ in range(3000):
        lazy.sendall(b"identity\t.\n" * 10)
except (socket.timeout, ConnectionError):
    pass
with connect() as one:
    assert lookup(one, GREETING).startswith(b"ok\t1\t")
lazy.close()

# Requests by the thousand at once are answered in order.
with connect() as one:
    def send():
        one.sendall(GREETING + b"find-id\ta1@ourshop.example\tx\t.\ncompare\tx\t.\n" * 2000)
    sender = threading.Thread(target=send)
    sender.start()
    text = b""
    while text.count(b"\n") < 4000:
        text += one.recv(65536)
    sender.join()
    lines = text.splitlines()
    assert len(set(lines[0::2])) == 1 and len(set(lines[1::2])) == 1 and lines[0] != lines[1]

# One user takes all connections that one may have, and no more.
mallory = pwd.getpwnam("mallory").pw_uid
child = os.fork()
if child == 0:
    os.setuid(mallory)
    held = [connect() for _ in range(150)]
    answered = 0
    for one in held:
        try:
            one.sendall(GREETING + b"identity\t.\n")
            answered += answer(one).startswith(b"ok\t")
        except (AssertionError, ConnectionError):
            pass
    # What he is told of others' mail: that it is not his, and nothing of a guess.
    with held[0] as one:
        assert lookup(one).startswith(b"no\t"), "mallory saw alice's mail"
        one.sendall(b"find-print\talice@ourshop.example\t1795428000\ttheoffer\tx\t.\n")
        first = answer(one)
        one.sendall(b"find-print\talice@ourshop.example\t1795428000\tother\tx\t.\n")
        assert answer(one) == first, "mallory may guess what alice wrote"
        one.sendall(b"count\talice@ourshop.example\tbob@remote.example\t0\t1895428000\t.\n")
        assert answer(one).startswith(b"no\t"), "mallory counted"
        one.sendall(b"identity\t.\n")
        assert b"alice" not in answer(one), "mallory was told who sends"
        one.sendall(b"sender\talice@ourshop.example\t1795428000\t.\n")
        assert answer(one).startswith(b"ok\t0\t"), "mallory was told that alice has sent"
        one.sendall(b"bounce-about\t1\tx\t.\n")
        assert answer(one).startswith(b"no\t"), "mallory counted a bounce"
    os._exit(0 if 90 <= answered <= 100 else 1)
_, status = os.waitpid(child, 0)
assert status == 0, "mallory has other limits"

# Twelve users take all connections that there are: whoever holds fewer gets one of theirs at once,
# and when they leave, all is as before.
crowd = []
held, hold = os.pipe()
for user in range(20001, 20013):
    ready, done = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(hold)
        os.setuid(user)
        mine = [connect() for _ in range(100)]
        os.write(done, b"x")
        os.read(held, 1)
        os._exit(0)
    os.read(ready, 1)
    crowd.append(child)
begun = time.monotonic()
for _ in range(5):
    with connect() as one:
        assert lookup(one, GREETING).startswith(b"ok\t1\t"), "twelve users keep all others out"
assert time.monotonic() - begun < 20, "who comes late waits"
os.close(hold)
for child in crowd:
    os.waitpid(child, 0)
assert is_answered(), "the crowd is still there"
