"""What may go wrong with a judge. Usage: odd.py FOLDER-OF-EXAMPLE PROGRAM"""
import json
import os
import signal
import sys
import time

sys.path.insert(0, sys.argv[1])
from judge import Judge  # noqa: E402

PROGRAM = sys.argv[2]
MAIL = {name: open(name, "rb").read() for name in ("genuine", "backscatter", "ordinary")}


def refused(**options):
    try:
        Judge(**options)
    except RuntimeError as error:
        return str(error)
    sys.exit(f"opened with {options}")


def script(text):
    with open("other", "w") as file:
        file.write("#!/bin/sh\n" + text)
    os.chmod("other", 0o755)
    return os.path.abspath("other")


def child_of():
    """The process that judges."""
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        pids = [int(word) for word in file.read().split()]
    assert len(pids) == 1, pids
    return pids[0]


assert "No such file" in refused(program="/nonexistent/unsent")
assert "broken:1" in refused(program=PROGRAM, config="broken") if open("broken", "w").write("x = [") else 0
assert "does not start" in refused(program=script("exit 0"))
assert "no `unsent judge`" in refused(program=script("echo hello"))
begun = time.monotonic()
assert "does not start" in refused(program=script("exec sleep 60"), milliseconds=300)
assert time.monotonic() - begun < 30
refused(program=script("head -c 100000 /dev/zero"))

judge = Judge(program=PROGRAM, milliseconds=60000)
assert judge.json() == "{}"
for _ in range(3):
    for name, mail in MAIL.items():
        assert judge.verdict(mail)[0] == name
        assert json.loads(judge.json())["verdict"] == name
# Whose sent mail counts, and the null sender, are the caller's word.
assert judge.verdict(MAIL["genuine"], "", "alice@ourshop.example")[0] == "genuine"
for odd in (b"", b"\0" * 100000, b"Subject: x", b"\n\n", os.urandom(300000), MAIL["genuine"] * 3000):
    assert judge.verdict(odd)[0] != "not judged", odd[:20]
assert judge.verdict(MAIL["genuine"], "x" * 5000)[0] == "not judged"
assert judge.verdict(MAIL["genuine"], "x" * 900, "y" * 900)[0] != "not judged"

# Killed, it is begun again; what hangs is not waited for.
os.kill(child_of(), signal.SIGKILL)
verdict, why = judge.verdict(MAIL["genuine"])
assert verdict == "not judged" and "died" in why, (verdict, why)
assert judge.verdict(MAIL["genuine"])[0] == "genuine"
judge.close()
judge = Judge(program=PROGRAM, milliseconds=8000)
os.kill(child_of(), signal.SIGSTOP)
begun = time.monotonic()
assert judge.verdict(MAIL["genuine"])[1] == "not judged within 8000 ms"
assert time.monotonic() - begun < 30
# The child of a fork begins its own, and leaves ours alone.
assert judge.verdict(MAIL["genuine"])[0] == "genuine"
ours = child_of()
forked = os.fork()
if forked == 0:
    good = judge.verdict(MAIL["backscatter"])[0] == "backscatter"
    judge.close()
    os._exit(0 if good else 1)
assert os.waitpid(forked, 0)[1] == 0
assert judge.verdict(MAIL["genuine"])[0] == "genuine"
assert child_of() == ours
judge.close()
assert not os.path.exists(f"/proc/{ours}"), "the process is left"
