"""memory.py PROGRAM COUNT LIBRARY: the commands in the mail's way without memory; see run.sh."""
import os
import pathlib
import re
import resource
import subprocess
import sys

program, count, library = sys.argv[1], int(sys.argv[2]), sys.argv[3]
TRY_AGAIN = 75
real = pathlib.Path("real-sendmail")
real.write_text("#!/bin/sh\ncat > sent.part && mv sent.part sent\n")
real.chmod(0o755)
BOUNCE = pathlib.Path("backscatter").read_bytes()
ORDINARY = pathlib.Path("ordinary").read_bytes()
BIG = ORDINARY + b"a line of text that is long enough\n" * 400000


def bare(text):
    """Without our fields in the header."""
    head, end, body = text.partition(b"\n\n")
    head = re.sub(rb"(?m)^(X-Unsent-(Verdict|Evidence|Tag)|Message-ID):.*(\n[\t ].*)*\n?", b"", head + b"\n")
    return head.strip(b"\n") + end + body


def sent():
    return pathlib.Path("sent").read_bytes() if pathlib.Path("sent").exists() else b""


def stored():
    return b"".join(path.read_bytes() for path in pathlib.Path("maildir").glob("new/*"))


def in_mbox():
    text = pathlib.Path("mbox").read_bytes() if pathlib.Path("mbox").exists() else b""
    return re.sub(rb"\AFrom .*\n", b"", text).removesuffix(b"\n")


# Command, and what has come out of it, given its standard output.
COMMANDS = {
    "filter": (["filter", "--no-dns"], lambda out: out),
    "deliver, Maildir": (["deliver", "--no-dns", "--maildir", "maildir", "--create"], lambda out: stored()),
    "deliver, mbox": (["deliver", "--no-dns", "--mbox", "mbox"], lambda out: in_mbox()),
    "sendmail": (["sendmail", "--real", str(real), "--ledger", "l.db", "-i", "bob@remote.example"],
                 lambda out: sent()),
    "tag": (["tag"], lambda out: out),
}


def clean():
    subprocess.run(["rm", "-rf", "maildir", "mbox", "sent", "sent.part"], check=True)
    for path in pathlib.Path(os.environ["XDG_DATA_HOME"]).glob("unsent/mbox-*"):
        path.unlink()


def run(name, message, limit=None, **more):
    clean()
    words, arrived = COMMANDS[name]
    run = subprocess.run([program, *words], input=message, capture_output=True, check=False, timeout=120,
                         env={**os.environ, **more},
                         preexec_fn=limit and (lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit))))
    return run.returncode, arrived(run.stdout), run.stderr


def check(name, message, what, outcome):
    status, got, errors = outcome
    is_whole = bare(got) == bare(message)
    where = (name, what, status, len(got), errors[-300:])
    if status == TRY_AGAIN:  # stored or sent, it may have come to that; on a pipe it may not
        assert got == b"" or (is_whole and name not in ("filter", "tag")), where
    else:
        assert status == 0 and is_whole, where
    return status


for name in COMMANDS:
    for message in (BOUNCE, ORDINARY):
        assert check(name, message, "memory enough", run(name, message)) == 0
        counted = run(name, message, LD_PRELOAD=library, FAIL_COUNT=os.path.abspath("count"))
        assert counted[0] == 0, counted
        calls = int(pathlib.Path("count").read_text())
        seen = set()
        for i in range(count):
            at = 1 + i * calls // count if i >= 8 else 1 + i
            for once in ({}, {"FAIL_ONCE": "1"}):
                outcome = run(name, message, LD_PRELOAD=library, FAIL_AT=str(at), **once)
                seen.add(check(name, message, f"allocation {at} of {calls} {once}", outcome))
        assert TRY_AGAIN in seen, (name, "it never ran out of memory")

# By a limit: the program is loaded, and a large message does not fit.
for name in COMMANDS:
    for megabytes in range(20, 140, 17):
        status, got, errors = run(name, BIG, limit=megabytes << 20)
        # The loader, which is not ours, ends with 127, one way or the other.
        is_loaded = status != 127 or (b"error while loading shared libraries" not in errors and
                                      errors != b"out of memory\n")
        if is_loaded:
            check(name, BIG, f"{megabytes} MB", (status, got, errors))
