"""kill.py PROGRAM maildir|mbox COUNT: deliver COUNT messages, killed at random; see run.sh."""
import concurrent.futures
import pathlib
import random
import re
import subprocess
import sys
import threading
import time

program, kind, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
random.seed(4711)
quarantine = pathlib.Path("away." + kind)
target = pathlib.Path("in." + kind)
command = [program, "deliver", "--no-dns", "--quarantine", str(quarantine)]
command += ["--maildir", str(target), "--create"] if kind == "maildir" else ["--mbox", str(target)]
patterns = [pathlib.Path(name).read_bytes() for name in ("ordinary", "genuine", "backscatter")]
lock = threading.Lock()
tally = {"runs": 0, "killed": 0, "other": 0}


def message(i):
    filler = b"".join(b"line %d of %d\nFrom the middle\n" % (n, i) for n in range(i % 50))
    return patterns[i % 3] + b"number %d starts\n" % i + filler + b"number %d ends\n" % i


def run(data, after):
    global typical
    start = time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        timer = threading.Timer(after, process.kill) if after is not None else None
        if timer:
            timer.start()
        try:
            process.stdin.write(data)
            process.stdin.close()
        except BrokenPipeError:
            pass
        status = process.wait()
        if timer:
            timer.cancel()
    with lock:
        tally["runs"] += 1
        if status == 0:  # as long as it takes now: the kills must fall within
            typical += (time.monotonic() - start - typical) / 8
        tally["killed"] += status == -9
        tally["other"] += status not in (0, -9)
    return status


def deliver(i):
    data = message(i)
    kills = random.randint(1, 4)
    for attempt in range(20):
        after = random.uniform(0, typical) if attempt < kills else None
        if run(data, after) == 0:
            return True
    return False


def bare(text):
    """Without our block, which stands first."""
    lines = text.split(b"\n")
    at = 0
    while lines[at].startswith(b"X-Unsent-") or (at and lines[at][:1] in b"\t " and lines[at]):
        at += 1
    return b"\n".join(lines[at:])


def stored():
    for folder in (target, quarantine):
        if folder.is_dir():
            for file in [*(folder / "new").iterdir(), *(folder / "cur").iterdir()]:
                yield file.read_bytes()
    if kind == "mbox":
        for text in re.split(rb"(?m)^From MAILER-DAEMON .*\n|^From carol@.*\n", target.read_bytes())[1:]:
            yield re.sub(rb"(?m)^>(>*From )", rb"\1", text)[:-1]


typical = 0.05  # seconds
for i in range(count, count + 6):
    assert run(message(i), None) == 0
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    finished = list(pool.map(deliver, range(count)))

found = {}
torn = 0
for text in stored():
    number = re.search(rb"(?m)^number (\d+) starts$", text)
    i = int(number.group(1)) if number else -1
    found[i] = found.get(i, 0) + 1
    torn += i < 0 or bare(text) != message(i)
lost = sum(i not in found for i in range(count + 6))
doubled = sum(n > 1 for n in found.values())
print(f"{kind}: {count} messages, {tally['runs']} runs, {tally['killed']} killed, "
      f"{tally['other']} other failures: lost {lost}, doubled {doubled}, torn {torn}")
sys.exit(lost + doubled + torn > 0 or not all(finished) or tally["killed"] < count // 4)
