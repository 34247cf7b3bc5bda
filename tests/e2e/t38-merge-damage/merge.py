"""merge.py UNSENT ROUNDS SEED: merges ledgers of which one is damaged."""
import base64, json, random, shutil, subprocess, sys
from pathlib import Path

UNSENT, ROUNDS, SEED = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
PAGE = 4096
MESSAGES = 500
BOUND = 120  # seconds, of a machine that is busy; without damage it is a part of one


def run(*words):
    """Status and what was said; a hang is a failure of the test."""
    done = subprocess.run([UNSENT, *words], capture_output=True, text=True, timeout=BOUND)
    assert done.returncode >= 0 and done.returncode not in (70, 134, 139), (words, done)
    assert done.stderr.count("unsent: ") <= 1, (words, done.stderr)
    return done


def lines(first):
    return "".join(json.dumps({
        "message_ids": [f"m{n}@ourshop.example"], "from": "alice@ourshop.example",
        "date": f"Mon, 23 Nov 2026 {n // 60 % 24:02}:{n % 60:02}:00 +0000", "subject": f"Order {n}",
        "recipients": [f"r{n}.{i}@remote.example" for i in range(1 + n % 4)]}) + "\n"
        for n in range(first, first + MESSAGES))


def sealed(path):
    """The messages that an export gives, whole or not; their numbers are the ledger's own."""
    done = run("ledger", "export", "--ledger", path)
    rows = [base64.b64decode(json.loads(line)["sealed"]) for line in done.stdout.splitlines()]
    return {row[8:] for row in rows}, done


def spoil(path, random):
    data = bytearray(Path(path).read_bytes())
    page = random.randrange(1, len(data) // PAGE) * PAGE
    kind = random.randrange(3)
    if kind == 0:  # torn: nothing of it is what it was
        data[page:page + PAGE] = random.randbytes(PAGE)
    elif kind == 1:  # its head
        data[page + random.randrange(8)] = random.randrange(256)
    else:  # where its cells are
        at = page + 8 + random.randrange(64)
        data[at:at + 4] = random.randbytes(4)
    Path(path).write_bytes(data)


def fresh_copy(name, to):
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(name, to)
    return f"{to}/l.db"


def main():
    rng = random.Random(SEED)
    for name, first in (("one", 0), ("two", 10000)):
        Path(name).mkdir()
        Path(name, "lines").write_text(lines(first))
        if name == "two":
            shutil.copy("one/l.db.key", "two/l.db.key")
        assert run("import", "--ledger", f"{name}/l.db", f"{name}/lines").returncode == 0
        assert not list(Path(name).glob("*-wal")), "the WAL holds what is to be spoiled"
    whole = {name: sealed(f"{name}/l.db")[0] for name in ("one", "two")}
    assert all(len(each) == MESSAGES for each in whole.values())
    told = 0
    for round_ in range(ROUNDS):
        # A source that is damaged.
        target, source = fresh_copy("one", "target"), fresh_copy("two", "source")
        spoil(source, rng)
        given, export = sealed(source)
        merged = run("ledger", "merge", "--ledger", target, source)
        after, _ = sealed(target)
        assert whole["one"] <= after, f"round {round_}: what was there is gone"
        assert merged.returncode in (0, 78), merged
        assert given & whole["two"] <= after, \
            f"round {round_}: {len(given - after)} that are whole are not merged: {merged.stderr}"
        assert run("ledger", "check", "--ledger", target).returncode == 0
        if len(given) < MESSAGES:
            assert export.returncode == 78 and merged.returncode == 78, (export.returncode, merged.returncode, len(given), merged.stderr)
            assert "damaged" in merged.stderr, merged.stderr
            told += 1
        # A target that is.
        target, source = fresh_copy("one", "target"), fresh_copy("two", "source")
        spoil(target, rng)
        before, _ = sealed(target)
        merged = run("ledger", "merge", "--ledger", target, source)
        after, _ = sealed(target)
        assert merged.returncode in (0, 74, 78), merged
        assert before & whole["one"] <= after, \
            f"round {round_}: a merge lost {len(before - after)}: {merged}"
        if merged.returncode == 0:
            assert whole["two"] <= after, f"round {round_}: said to be merged, and is not"
        else:
            assert "damaged" in merged.stderr and before == after, merged.stderr
        assert sealed(source)[0] == whole["two"], "the source was changed"
    print(f"{ROUNDS} rounds each way; {told} times something of the source could not be read")
    assert told > 0 or ROUNDS < 8


main()
