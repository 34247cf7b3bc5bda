"""acting.py PROGRAM FOLDER: what scan does to mailboxes, and takes back; see run.sh."""
import fcntl
import os
import pathlib
import re
import resource
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, sys.argv[2])
import boxes  # noqa: E402

scan = boxes.Program(sys.argv[1])
AWAY = pathlib.Path("away")
QUARANTINE = ("--quarantine", "--quarantine-folder", str(AWAY))
DEEDS = (QUARANTINE, ("--delete",), ("--tag",))
BIG = 28

MBOXES = {
    "plain": boxes.mbox(BIG),
    "crlf": boxes.mbox(BIG, crlf=True),
    "no end": boxes.mbox(BIG).rstrip(b"\n"),
    "truncated": boxes.mbox(BIG)[:-300],
    "mixed ends": boxes.mbox(7) + boxes.mbox(7, crlf=True) + boxes.mbox(7),
    "lines before": b"\n\n" + boxes.mbox(7),
    "length": boxes.cl_mbox(BIG, quote=True),
    "length, From in bodies": boxes.cl_mbox(BIG, quote=False),
    "only backscatter": boxes.FROM + boxes.mail("backscatter", 1) + b"\n",
    "From in prose": boxes.mbox(7).replace(b"At noon?", b"At noon?\n\nFrom here on it rains."),
}


def away():
    return [p for part in ("new", "cur") for p in (AWAY / part).glob("*")]


def test_an_mbox_loses_what_is_meant_and_gets_it_back():
    for name, data in MBOXES.items():
        for deed in DEEDS:
            boxes.clean("in", "away")
            path = pathlib.Path("in")
            path.write_bytes(data)
            path.chmod(0o640)
            os.utime(path, ns=(10**18, 10**18 + 123))
            before = boxes.snapshot("in")
            pieces = scan.pieces("in")
            meant = sum(verdict == "backscatter" for verdict, _ in pieces)
            assert meant > 0, name
            scan(*deed, "in")
            status = path.stat()
            assert status.st_mode & 0o777 == 0o640 and status.st_mtime_ns == 10**18 + 123, name
            after = path.read_bytes()
            if deed != ("--tag",):
                lead = data[:len(data) - sum(len(text) for _, text in pieces)]
                kept = b"".join(text for verdict, text in pieces if verdict != "backscatter")
                assert after == lead + kept, (name, deed)
            else:
                assert after.count(b"\nX-Unsent-Verdict: backscatter") == meant, name
                again = scan.pieces("in")
                assert [v for v, _ in again] == [v for v, _ in pieces], name
            assert deed != QUARANTINE or len(away()) == meant
            assert not list(pathlib.Path(".").glob(".in*")), name
            scan("--undo")
            assert boxes.snapshot("in") == before, (name, deed)
            assert deed != QUARANTINE or not away()


def stranger(number):
    return boxes.FROM + boxes.mail("ordinary", number) + b"\n"


def swallowing(kind, number, length):
    """A bounce whose Content-Length ends behind what comes after it."""
    head, _, body = boxes.mail(kind, number).partition(b"\n\n")
    return boxes.FROM + head + b"\nContent-Length: %d\n\n" % (len(body) + 1 + length) + body + b"\n"


def test_no_strangers_mail_goes_along():
    wanted, last = stranger(1), stranger(2)
    bounce = boxes.FROM + boxes.mail("backscatter", 3) + b"\n"
    unfinished = bounce.replace(b"--b1--\n", b"")
    undated = wanted.replace(boxes.FROM, b"From 2026-11-23T10:00 bob@remote.example\n")
    cases = {
        "a length": swallowing("backscatter", 4, len(wanted)) + wanted + last,
        "a length to the end": swallowing("backscatter", 4, len(wanted)) + wanted,
        "a boundary that a later mail closes": unfinished + wanted + last + b"--b1--\n\n",
        "a From_ line of a form of its own": bounce + undated + last,
        "no header behind the From_ line": bounce + boxes.FROM + b"only text\n\n" + last,
        "no From_ line at its beginning": boxes.mail("backscatter", 5) + b"\n" + wanted,
        "a byte-order mark within": bounce + b"\xef\xbb\xbf" + wanted + last,
    }
    for name, data in cases.items():
        for deed in DEEDS:
            boxes.clean("in", "away")
            pathlib.Path("in").write_bytes(data)
            run = scan(*deed, "in")
            kept = pathlib.Path("in").read_bytes()
            for text in (wanted, undated, b"only text\n"):
                assert (text in kept) == (text in data), (name, deed)
            assert b"X-Unsent" not in kept or kept.count(b"X-Unsent-Verdict") == 1, (name, deed)
            if kept == data:
                assert b"left alone, as a line within may begin another message" in run.stdout, name
                lines = [line for line in scan("--json", "in").stdout.splitlines()
                         if b'"backscatter"' in line]
                assert lines and all(b"doubtful" in line for line in lines), name
            else:
                scan("--undo")
                assert pathlib.Path("in").read_bytes() == data, name


def test_a_bounce_stays_whole_around_a_from_line_that_nobody_quoted():
    whole = boxes.FROM + boxes.mail("backscatter", 6) + b"\n"
    assert whole.count(b"\n--b1--") == 1
    whole = whole.replace(b"\n--b1--", b"\n" + stranger(7) + b"--b1--")
    boxes.clean("in")
    pathlib.Path("in").write_bytes(whole + stranger(8))
    assert [text for _, text in scan.pieces("in")] == [whole, stranger(8)]
    scan("--delete", "in")
    assert pathlib.Path("in").read_bytes() == whole + stranger(8)


def bytes_read_by(pid):
    counts = pathlib.Path(f"/proc/{pid}/io").read_text().splitlines()
    return int(dict(line.split(": ") for line in counts)["rchar"])


def test_an_mbox_that_shrinks_is_a_problem():
    boxes.clean("in")
    pathlib.Path("in").write_bytes(boxes.mbox(20000) * 20)
    run = subprocess.Popen([scan.path, "scan", "--no-ledger", "--threads", "1", "--json", "in"],
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while run.poll() is None and bytes_read_by(run.pid) < 5_000_000:
        time.sleep(0.001)
    os.truncate("in", 1000)
    _, errors = run.communicate()
    assert run.returncode == 75 and b"in: became shorter while it was read" in errors, errors


def test_nothing_is_changed_unless_it_is_said():
    boxes.clean("in")
    pathlib.Path("in").write_bytes(boxes.mbox(BIG))
    before = boxes.snapshot("in")
    run = scan("in")
    assert run.stdout.endswith(b"would act on 12 messages\n") and not run.stderr, run.stdout
    assert b"would" not in scan("--json", "in").stdout
    assert boxes.snapshot("in") == before
    assert scan("--acts").stdout == b""


def test_unverified_is_acted_on_only_when_spelled_out():
    boxes.clean("in", "away")
    pathlib.Path("in").write_bytes(boxes.mbox(BIG))
    scan(*QUARANTINE, "in")
    assert [v for v, _ in scan.pieces("in")].count("unverified") == 4
    scan(*QUARANTINE, "--also", "unverified", "in")
    assert {v for v, _ in scan.pieces("in")} == {"ordinary", "genuine"}
    scan("--undo")
    scan("--undo")
    assert pathlib.Path("in").read_bytes() == boxes.mbox(BIG)


def test_mail_that_came_since_stays_behind_what_is_put_back():
    fresh = boxes.FROM + boxes.mail("ordinary", 99) + b"\n"
    for name, data in MBOXES.items():
        boxes.clean("in")
        path = pathlib.Path("in")
        path.write_bytes(data)
        scan("--delete", "in")
        with path.open("ab") as file:
            file.write(fresh)
        scan("--undo")
        gap = path.read_bytes()[len(data):-len(fresh)]
        assert path.read_bytes() == data + gap + fresh and not gap.strip(b"\r\n"), name
        assert scan.pieces("in")[-1][1].rstrip(b"\n") == fresh.rstrip(b"\n"), name


def test_an_mbox_that_was_changed_since_gets_them_at_its_end():
    boxes.clean("in")
    path = pathlib.Path("in")
    path.write_bytes(boxes.mbox(BIG))
    everything = sorted(text for _, text in scan.pieces("in"))
    scan("--delete", "in")
    changed = path.read_bytes().replace(b"lunch?", b"dinner")
    path.write_bytes(changed)
    run = scan("--undo")
    assert b"are now the last" in run.stderr
    assert path.read_bytes().startswith(changed)
    now = sorted(text.replace(b"dinner", b"lunch?") for _, text in scan.pieces("in"))
    assert now == everything


def test_files_are_only_renamed():
    makers = {
        "Maildir": lambda: boxes.maildir("in", BIG),
        "MH": lambda: boxes.numbered("in", BIG, "%d"),
        "eml": lambda: boxes.numbered("in", BIG, "\xe4 %d\n.eml"),
    }
    for name, make in makers.items():
        for deed in DEEDS:
            boxes.clean("in", "away")
            make()
            before = boxes.snapshot("in")
            scan(*deed, "in")
            left = boxes.snapshot("in")
            if deed == ("--tag",):
                tagged = [t for t, _, _ in left.values() if t.startswith(b"X-Unsent-Verdict: back")]
                assert len(tagged) == 12, (name, len(tagged))
                sizes = [(p, t) for p, (t, _, _) in left.items() if ",S=" in p]
                for path, text in sizes:  # quotas are counted by these
                    lines = text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
                    assert f",S={len(text)},W={len(lines)}" in path, path
                assert len(sizes) == (0 if name != "Maildir" else 5), (name, len(sizes))
            else:
                gone = [before[p][0] for p in before if p not in left]
                assert len(gone) == 12 and all(before[p] == left[p] for p in left), name
            if deed == QUARANTINE:
                assert sorted(p.read_bytes() for p in away()) == sorted(gone), name
                run = subprocess.run([scan.path, "quarantine", "list", "--all", "--quarantine",
                                      str(AWAY)], capture_output=True, check=True)
                assert run.stdout.count(b"backscatter; kind=bounce") == 12, run.stdout
            if deed == QUARANTINE and name == "Maildir":
                for path in (AWAY / "cur").glob("*:2,*S"):  # somebody reads them meanwhile
                    path.rename(str(path)[:-1] + "RS")
            scan("--undo")
            assert boxes.snapshot("in") == before, (name, deed)


def test_what_was_tagged_comes_back_under_the_flags_that_it_has_by_then():
    boxes.clean("in")
    boxes.maildir("in", BIG)
    before = sorted((p.name.split(":")[0], p.read_bytes()) for p in pathlib.Path("in/cur").glob("*"))
    scan("--tag", "in")
    for path in pathlib.Path("in/cur").glob("*"):
        path.rename(str(path) + "T")
    scan("--undo")
    after = sorted((p.name.split(":")[0], p.read_bytes()) for p in pathlib.Path("in/cur").glob("*"))
    assert after == before
    assert all(p.name.endswith("T") for p in pathlib.Path("in/cur").glob("*"))


def test_a_number_that_was_given_out_again_is_not_overwritten():
    boxes.clean("in")
    boxes.numbered("in", 3, "%d")
    old = pathlib.Path("in/2").read_bytes()
    scan("--delete", "in")
    pathlib.Path("in/2").write_bytes(b"Subject: new\n\nnew\n")
    scan("--undo")
    assert pathlib.Path("in/2").read_bytes() == b"Subject: new\n\nnew\n"
    assert pathlib.Path("in/4").read_bytes() == old


def test_a_mailbox_that_is_locked_is_left_alone():
    boxes.clean("in", "in.lock")
    pathlib.Path("in").write_bytes(boxes.mbox(BIG))
    before = boxes.snapshot("in")
    with open("in", "r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        run = scan(*QUARANTINE, "--lock-wait", "1", "in", status=75)
        assert b"in: locked by another program" in run.stderr
    pathlib.Path("in.lock").write_text("")
    run = scan(*QUARANTINE, "--lock-wait", "1", "in", status=75)
    assert boxes.snapshot("in") == before and not away()
    os.unlink("in.lock")
    with open("in", "r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        scan(*QUARANTINE, "--lock-wait", "1", "--flock", "in", status=75)
    assert boxes.snapshot("in") == before and scan("--acts").stdout == b""


def test_who_had_the_old_file_open_loses_nothing():
    boxes.clean("in")
    path = pathlib.Path("in")
    path.write_bytes(boxes.mbox(BIG))
    fresh = boxes.FROM + boxes.mail("ordinary", 98) + b"\n"
    late = open("in", "r+b")

    def deliver():
        fcntl.lockf(late, fcntl.LOCK_EX)
        while path.stat().st_ino == os.fstat(late.fileno()).st_ino:
            fcntl.lockf(late, fcntl.LOCK_UN)
            time.sleep(0.001)
            fcntl.lockf(late, fcntl.LOCK_EX)
        time.sleep(0.3)
        late.seek(0, 2)
        late.write(fresh)
        late.close()

    thread = threading.Thread(target=deliver)
    thread.start()
    scan("--delete", "in")
    thread.join()
    assert path.read_bytes().endswith(fresh)
    scan("--undo")
    assert path.read_bytes() == boxes.mbox(BIG) + fresh


def deliver(path, text, with_dot):
    """As agents do: a dot lock or none, open, fcntl, append."""
    lock = path + ".lock"
    while with_dot:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except FileExistsError:
            time.sleep(0.001)
    with open(path, "ab") as box:
        fcntl.lockf(box, fcntl.LOCK_EX)
        box.write(text)
        box.flush()
    if with_dot:
        os.unlink(lock)


def test_mail_that_is_delivered_all_the_while_is_there_once():
    for with_dot in (True, False):
        boxes.clean("in", "away", ".local")
        pathlib.Path("in").write_bytes(boxes.mbox(BIG))
        come = []
        is_over = threading.Event()

        def post(with_dot=with_dot, come=come, is_over=is_over):
            while not is_over.is_set():
                come.append(len(come))
                deliver("in", boxes.FROM + b"Subject: news\nX-Late: %d\n\nHello\n\n" % come[-1],
                        with_dot)
                time.sleep(0.002)

        postman = threading.Thread(target=post)
        postman.start()
        for deed in DEEDS[:2] * 3:
            scan(*deed, "in", status=(0, 75))  # 75: it had changed once more, and was left alone
            scan("--undo", status=(0, 66))
        is_over.set()
        postman.join()
        late = [int(n) for n in re.findall(rb"\nX-Late: ([0-9]+)\n", pathlib.Path("in").read_bytes())]
        assert sorted(late) == come, (with_dot, len(come), sorted(set(come) - set(late)))
        found = sorted(text for _, text in scan.pieces("in") if b"X-Late" not in text)
        boxes.clean("was")
        pathlib.Path("was").write_bytes(boxes.mbox(BIG))
        assert found == sorted(text for _, text in scan.pieces("was")), with_dot


def test_links():
    boxes.clean("in", "real", "other")
    pathlib.Path("real").write_bytes(boxes.mbox(7))
    os.symlink("real", "in")
    scan("--delete", "in")
    assert os.path.islink("in") and len(scan.pieces("real")) == 4
    scan("--undo")
    assert pathlib.Path("real").read_bytes() == boxes.mbox(7)
    os.link("real", "other")
    run = scan("--delete", "in", status=65)
    assert b"hard links" in run.stderr
    assert pathlib.Path("other").read_bytes() == boxes.mbox(7)
    boxes.clean("in", "other")


def test_the_same_mailbox_named_twice_is_done_once():
    boxes.clean("in", "again")
    pathlib.Path("in").write_bytes(boxes.mbox(7))
    os.symlink("in", "again")
    scan("--delete", "in", "again", "./in")
    assert len(scan.pieces("in")) == 4
    scan("--undo")
    assert pathlib.Path("in").read_bytes() == boxes.mbox(7)
    boxes.clean("again")


def test_a_pipe_is_read_and_left_alone():
    data = boxes.mbox(7)
    run = subprocess.run([scan.path, "scan", "--yes", "--delete", "/dev/stdin"], input=data,
                         capture_output=True, check=False)
    assert run.returncode == 65 and b"cannot be changed in place" in run.stderr, run.stderr


def test_a_full_disk_changes_nothing():
    def limited(size):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        return limit

    boxes.clean("in")
    pathlib.Path("in").write_bytes(boxes.mbox(10 * BIG))
    lost = sum(len(text) for verdict, text in scan.pieces("in") if verdict == "backscatter")
    left = len(boxes.mbox(10 * BIG)) - lost
    for deed in DEEDS:
        for size in (40_000, lost - 1000, left - 1000):  # plan, bytes kept, new file
            boxes.clean("in", "away")
            pathlib.Path("in").write_bytes(boxes.mbox(10 * BIG))
            before = boxes.snapshot("in")
            run = scan(*deed, "in", status=(74, 75), preexec_fn=limited(size))
            assert b"File too large" in run.stderr, run.stderr
            assert boxes.snapshot("in") == before, (deed, size)
            assert not list(pathlib.Path(".").glob(".in*")) and not away(), (deed, size)
    boxes.clean("in")
    boxes.maildir("in", BIG)
    pathlib.Path("in/cur/1795000001.M1P7.desk:2,S").write_bytes(
        boxes.mail("backscatter", 1) + b"filler\n" * 10_000)
    before = boxes.snapshot("in")
    scan("--tag", "in", status=(74, 75), preexec_fn=limited(60_000))
    assert boxes.snapshot("in") == before


def test_an_interruption_before_the_end_changes_nothing():
    boxes.clean("in")
    pathlib.Path("in").write_bytes(boxes.mbox(70_000))
    before = pathlib.Path("in").stat()
    with subprocess.Popen([scan.path, "scan", "--yes", "--json", "--delete", "in"], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, (process.returncode, err)
    assert out.endswith(b"}\n") and b"interrupted: nothing was changed" in err, err
    assert pathlib.Path("in").stat().st_ino == before.st_ino
    assert scan("--acts").stdout == b""


def test_words_that_make_no_sense():
    for words, what in (
            (("--quarantine", "--delete", "in"), b"exclude each other"),
            (("--undo", "--acts"), b"exclude each other"),
            (("--also", "unverified", "in"), b"--also needs"),
            (("--delete", "--also", "genuine", "in"), b"genuine is never acted on"),
            (("--forget",), b"which act?"),
    ):
        run = scan(*words, status=64)
        assert what in run.stderr and run.stderr.count(b"\n") == 1, run.stderr
    for words, what in (
            (("--undo",), b"nothing was done"),
            (("--undo", "20260101-000000"), b"no such act"),
            (("--undo", "../../etc"), b"no such act"),
    ):
        run = scan(*words, status=66)
        assert what in run.stderr and run.stderr.count(b"\n") == 1, run.stderr


def test_what_is_forgotten_cannot_be_taken_back():
    boxes.clean("in")
    pathlib.Path("in").write_bytes(boxes.mbox(7))
    scan("--delete", "in")
    act = scan("--acts").stdout.split()[0].decode()
    scan("--forget", act)
    scan("--undo", act, status=66)
    assert scan("--acts").stdout == b""


def test_several_mailboxes_at_once():
    boxes.clean("all", "away")
    os.makedirs("all/deep")
    pathlib.Path("all/deep/in").write_bytes(boxes.mbox(BIG))
    pathlib.Path("all/b\xff\n".encode("utf-8", "surrogateescape").decode()).write_bytes(
        boxes.mbox(7))
    boxes.maildir("all/md", BIG)
    boxes.numbered("all/mh", BIG, "%d")
    os.symlink("..", "all/deep/loop")
    before = boxes.snapshot("all")
    os.rename("all/deep/in", "all/deep/x")
    os.rename("all/deep/x", "all/deep/in")
    scan(*QUARANTINE, "all", "all/md")
    assert len(away()) == 12 * 3 + 3, len(away())
    assert scan("all").stderr == b""
    scan("--undo")
    assert boxes.snapshot("all") == before


tests = [test for name, test in list(globals().items()) if name.startswith("test_")]
for test in tests:
    test()
    assert scan("--acts").stdout == b"", test.__name__
print(f"{len(tests)} tests")
