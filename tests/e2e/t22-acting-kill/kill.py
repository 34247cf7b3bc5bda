"""kill.py PROGRAM FOLDER COUNT: kill -9 while mailboxes are changed; see run.sh."""
import pathlib
import random
import subprocess
import sys
import time

sys.path.insert(0, sys.argv[2])
import boxes  # noqa: E402

random.seed(4711)
scan = boxes.Program(sys.argv[1])
COUNT = int(sys.argv[3])
DEEDS = (("--quarantine", "--quarantine-folder", "away"), ("--delete",), ("--tag",))
SIZE = 140
MBOX = boxes.mbox(SIZE)[:-1]  # without its last line end
LETTERS = sorted(text for _, text in boxes.mails(SIZE))
tally = {"killed": 0, "untouched": 0, "done": 0, "between": 0, "undo": 0}


def killed(words, typical):
    """Runs scan; true if it was killed before its end."""
    with subprocess.Popen([scan.path, "scan", *words], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        time.sleep(random.uniform(0, typical))
        process.kill()
        return process.wait() == -9


def bare(text):
    lines = text.split(b"\n")
    while lines[0].startswith(b"X-Unsent-") or lines[0][:1] in (b"\t", b" "):
        lines.pop(0)
    return b"\n".join(lines)


def letters():
    """Every message of the Maildir, wherever it is by now; of one that has two names (kept
    and still in its place), one."""
    found = {}
    for pattern in ("md/*/*", "away/*/*", ".local/state/unsent/acts/*/file-*"):
        for path in pathlib.Path(".").glob(pattern):
            if path.is_file() and not path.name.startswith("."):
                found[bare(path.read_bytes())] = True
    return found


def is_kept_whole(new):
    return pathlib.Path("in").read_bytes() in (MBOX, new)


def check_at_once(new, deed):
    data = pathlib.Path("in").read_bytes()
    tally["untouched" if data == MBOX else "done"] += 1
    assert is_kept_whole(new), (deed, "the mbox is neither the old nor the new one")
    found = letters()
    missing = [text for text in LETTERS if text not in found]
    assert not missing, (deed, len(missing), "messages of the Maildir are gone")
    if deed[0] != "--tag":
        left = len([p for p in pathlib.Path("md").glob("[cn]*/*")])
        tally["between"] += 0 < SIZE - left < 60


def fresh():
    boxes.clean("in", "md", "away", ".local")
    pathlib.Path("in").write_bytes(MBOX)
    boxes.maildir("md", SIZE)
    return boxes.snapshot("in") | boxes.snapshot("md")


def new_bytes(deed):
    fresh()
    start = time.monotonic()
    scan(*deed, "in", "md")
    typical = time.monotonic() - start
    return pathlib.Path("in").read_bytes(), typical


references = {deed: new_bytes(deed) for deed in DEEDS}
rounds = 0
before = fresh()
while tally["killed"] < COUNT:
    rounds += 1
    assert rounds < 20 * COUNT + 100, "too few of the kills came in time"
    deed = DEEDS[rounds % len(DEEDS)]
    new, typical = references[deed]
    was_killed = killed((*deed, "in", "md"), typical)
    tally["killed"] += was_killed
    check_at_once(new, deed)
    while killed(("--undo",), typical * 0.7) and tally["killed"] < COUNT and rounds % 2:
        tally["killed"] += 1
        tally["undo"] += 1
        check_at_once(new, deed)
    scan("--undo", status=(0, 66))  # 66: killed before there was anything to take back
    assert boxes.snapshot("in") | boxes.snapshot("md") == before, (deed, "not as it was")
    assert not list(pathlib.Path("away").glob("[cn]*/*")), "left in the quarantine"
    left = [p for p in pathlib.Path(".").glob(".in*")] + [p for p in pathlib.Path("md").glob("*/.*")]
    assert not left, left
    assert scan("--acts").stdout == b""
print(f"{tally['killed']} kills ({tally['undo']} while taking back): mbox {tally['untouched']} times "
      f"the old, {tally['done']} times the new; Maildir {tally['between']} times half done; "
      "nothing lost, torn or doubled, all taken back")
