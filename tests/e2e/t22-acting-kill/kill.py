"""kill.py PROGRAM FOLDER COUNT SHIM: kill -9 while mailboxes are changed; see run.sh."""
import os
import pathlib
import random
import re
import subprocess
import sys
import time

sys.path.insert(0, sys.argv[2])
import boxes  # noqa: E402

random.seed(4711)
scan = boxes.Program(sys.argv[1])
COUNT = int(sys.argv[3])
STRIDE = 1 if COUNT >= 200 else 4  # each step takes seconds of all the other tests
SHIM = os.path.abspath(sys.argv[4])
# What the DNS says, or does not say in time, would stand in the tags.
ALWAYS = ("--yes", "--no-dns")
DEEDS = (("--quarantine", *ALWAYS, "--quarantine-folder", "away"), ("--delete", *ALWAYS),
         ("--tag", *ALWAYS))
SIZE = 14
ACTS = pathlib.Path(".local/state/unsent/acts")
tally = {"steps": 0, "random": 0, "timed": 0, "old": 0, "new": 0, "between": 0}


class Box:
    """What there is before anything is done: an mbox without its last line end, a Maildir."""

    def __init__(self, size):
        self.mbox = boxes.mbox(size)[:-1]
        self.letters = sorted(text for _, text in boxes.mails(size))
        self.size = size
        self.new = {}

    def fresh(self):
        boxes.clean("in", "md", "away", ".local", ".cache")
        pathlib.Path("in").write_bytes(self.mbox)
        boxes.maildir("md", self.size)
        self.before = snapshot()


def snapshot():
    return boxes.snapshot("in") | boxes.snapshot("md")


def steps(words):
    """Does it, and says in how many steps."""
    environment = dict(os.environ, LD_PRELOAD=SHIM, STOP_COUNT=os.path.abspath("count"))
    subprocess.run([scan.path, "scan", *words], env=environment, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL, check=True)
    return int(pathlib.Path("count").read_text())


def stopped(words, step):
    """True if it was killed at that step, false if it had ended."""
    environment = dict(os.environ, LD_PRELOAD=SHIM, STOP_AT=str(step))
    return subprocess.run([scan.path, "scan", *words], env=environment,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          check=False).returncode == -9


def stopped_in_time(words, begin, seconds):
    """The same by the clock; begin: not before that file is there."""
    with subprocess.Popen([scan.path, "scan", *words], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and not list(ACTS.glob(begin)):
            time.sleep(0.0002)
        time.sleep(seconds)
        process.kill()
        return process.wait() == -9


def bare(text):
    lines = text.split(b"\n")
    while lines[0].startswith(b"X-Unsent-") or lines[0][:1] in (b"\t", b" "):
        lines.pop(0)
    return b"\n".join(lines)


def letters():
    """Every message of the Maildir, wherever it is by now."""
    found = set()
    for pattern in ("md/*/*", "away/*/*", ".local/state/unsent/acts/*/file-*"):
        for path in pathlib.Path(".").glob(pattern):
            if path.is_file() and not path.name.startswith("."):
                found.add(bare(path.read_bytes()))
    return found


def check_at_once(box, deed):
    """Whenever it was killed: the mbox is whole, the messages of the Maildir are all there."""
    data = pathlib.Path("in").read_bytes()
    assert data in (box.mbox, box.new[deed]), (deed, "the mbox is neither the old nor the new one")
    tally["old" if data == box.mbox else "new"] += 1
    found = letters()
    missing = [text for text in box.letters if text not in found]
    assert not missing, (deed, len(missing), "messages of the Maildir are gone")
    left = len([p for p in pathlib.Path("md").glob("[cn]*/*")])
    tally["between"] += deed[0] != "--tag" and box.left < left < box.size


def numbers(paths):
    return sorted(int(n) for path in paths
                  for n in re.findall(rb"\nX-Number: (\d+)\n", path.read_bytes()))


def check_done(box, deed):
    """What the next run makes of it: each message is there once, and no backscatter where it
    was."""
    here = [pathlib.Path("in"), *pathlib.Path("md").glob("[cn]*/*")]
    there = list(pathlib.Path("away").glob("[cn]*/*"))
    twice = sorted(2 * list(range(box.size)))
    meant = [i for i in twice if boxes.KINDS[i % len(boxes.KINDS)] == "backscatter"]
    if deed[0] == "--tag":
        assert numbers(here) == twice, (deed, "lost or doubled")
        tagged = sum(p.read_bytes().count(b"X-Unsent-Verdict: backscatter") for p in here)
        assert tagged == len(meant), (deed, tagged, "tagged")
        return
    assert numbers(here) == [i for i in twice if i not in meant], (deed, "lost or left")
    assert numbers(there) == (meant if deed[0] == "--quarantine" else []), (deed, "doubled or lost")


def check_nothing_left():
    left = [*pathlib.Path(".").glob(".in*"), *pathlib.Path("md").glob("*/.*"),
            *pathlib.Path("away").glob("tmp/*"), *pathlib.Path("away").glob("*/*.part"),
            *(path for path in ACTS.glob("*") if path.name != "lock")]
    assert not left, left


def undo_all(box, deed):
    while scan("--acts").stdout:
        scan("--undo")
    assert snapshot() == box.before, (deed, "not as it was")
    assert not list(pathlib.Path("away").glob("[cn]*/*")), "left in the quarantine"
    scan("--undo", status=66)  # whoever comes next takes away what killed runs left
    check_nothing_left()


def forget_all(deed, step=None):
    """Gives up the way back, killed at that step: what is done stays, and nothing else."""
    acts = [line.split()[0].decode() for line in scan("--acts").stdout.splitlines()]
    scan("--forget", "1-1", status=66)  # no such act, but what killed runs left goes
    was = snapshot() | boxes.snapshot("away")
    if step is not None:
        stopped(("--forget", *acts), step)
    for act in acts:
        scan("--forget", act, status=(0, 66))
    assert snapshot() | boxes.snapshot("away") == was, (deed, "forgetting changed a mailbox")
    check_nothing_left()


def every_step(box, deed):
    words = (*deed, "in", "md")
    box.fresh()
    doing = steps(words)
    undoing = steps(("--undo",))
    box.fresh()
    scan(*words)
    forgetting = steps(("--forget", scan("--acts").stdout.split()[0].decode()))
    for step in range(1, doing + 1, STRIDE):
        box.fresh()
        assert stopped(words, step)
        check_at_once(box, deed)
        if step // STRIDE % 2:
            scan(*words)
            check_done(box, deed)
        undo_all(box, deed)
    box.fresh()
    for step in range(1, undoing + 1, STRIDE):
        if not scan("--acts").stdout:
            scan(*words)
        assert stopped(("--undo",), step) or step > undoing - 3, (step, undoing)
        check_at_once(box, deed)
        undo_all(box, deed)
    for step in range(1, forgetting + 1, STRIDE):
        box.fresh()
        scan(*words)
        forget_all(deed, step)
    tally["steps"] += (doing + undoing + forgetting) // STRIDE


def random_kills(box, limits):
    """Kill upon kill: doing it, doing it again, taking back, by steps and by the clock."""
    done = 0
    while done < COUNT:
        deed = random.choice(DEEDS)
        words = (*deed, "in", "md")
        most, seconds = limits[deed]
        box.fresh()
        while random.random() < 0.75:
            if random.random() < 0.5:
                what = words if random.random() < 0.6 else ("--undo",)
                kind, was_killed = "random", stopped(what, random.randint(1, most))
            else:
                kind, was_killed = "timed", stopped_in_time(
                    words, random.choice(("lock", "*/plan.tsv", "*/log.tsv")),
                    random.uniform(0, seconds))
            tally[kind] += was_killed
            done += was_killed
            check_at_once_or_twice(box, deed)
        if random.random() < 0.3:
            scan(*words)
            check_done(box, deed)
        if random.random() < 0.1:
            forget_all(deed, random.randint(1, 20))
        else:
            undo_all(box, deed)


def check_at_once_or_twice(box, deed):
    """After several runs the mbox may bear the tags of an earlier one and be the new one
    again; else as check_at_once."""
    if deed[0] != "--tag":
        check_at_once(box, deed)
        return
    paths = [pathlib.Path("in"), *(p for p in pathlib.Path("md").glob("[cn]*/*")
                                   if not p.name.startswith("."))]
    assert numbers(paths) == sorted(2 * list(range(box.size))), (deed, "lost, torn or doubled")


def limits_of(box):
    limits = {}
    for deed in DEEDS:
        box.fresh()
        limits[deed] = (steps((*deed, "in", "md")), None)
        box.fresh()
        start = time.monotonic()
        scan(*deed, "in", "md")
        limits[deed] = (limits[deed][0], time.monotonic() - start)
        box.new[deed] = pathlib.Path("in").read_bytes()
        box.left = len(list(pathlib.Path("md").glob("[cn]*/*"))) if deed[0] != "--tag" else 0
    box.left = box.size - sum(boxes.KINDS[i % len(boxes.KINDS)] == "backscatter"
                              for i in range(box.size))
    return limits


small = Box(SIZE)
limits_of(small)
for one in DEEDS:
    every_step(small, one)
large = Box(10 * SIZE)
random_kills(large, limits_of(large))
kills = tally["steps"] + tally["random"] + tally["timed"]
print(f"{kills} kills ({tally['steps']} one at each step, {tally['random']} at random steps, "
      f"{tally['timed']} by the clock): mbox {tally['old']} times the old, {tally['new']} times "
      f"the new; Maildir {tally['between']} times half done; nothing lost, torn or doubled, all "
      "taken back")
