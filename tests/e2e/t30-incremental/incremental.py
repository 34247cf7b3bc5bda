"""incremental.py PROGRAM FOLDER: what a second scan reads; see run.sh."""
import fcntl
import os
import pathlib
import subprocess
import sys
import zlib

sys.path.insert(0, sys.argv[2])
import boxes  # noqa: E402

scan = boxes.Program(sys.argv[1])
INBOX = pathlib.Path("in")
NOTES = pathlib.Path(".local/state/unsent/seen")
EVERYTHING = ("in", "in2", "md", "mh", "all", "away", ".local")


def gzip(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


def run(*words, status=0):
    return scan("--json", "--incremental", *words, status=status)


def count(*words, status=0):
    return run(*words, status=status).stdout.count(b"\n")


def append(path, kind, number):
    with open(path, "ab") as file:
        file.write(boxes.FROM + boxes.mail(kind, number).rstrip(b"\n") + b"\n\n")


def remember():
    """Something is recorded: the ledger has grown."""
    remember.number = getattr(remember, "number", 0) + 1
    mail = b"From: alice@ourshop.example\nTo: b@remote.example\nDate: Mon, 23 Nov 2026 10:00:00 +0000\n"
    mail += b"Subject: s\nMessage-ID: <r%d@ourshop.example>\n\nx\n" % remember.number
    subprocess.run([scan.path, "record"], input=mail, check=True)


def test_a_second_scan_reads_what_is_new():
    os.makedirs("all")
    path = pathlib.Path("all/in")
    path.write_bytes(boxes.mbox(14))
    boxes.maildir("all/md", 14)
    boxes.numbered("all/mh", 14, "%d")
    pathlib.Path("all/old.gz").write_bytes(gzip(boxes.mbox(14)))
    assert count("all") == 56
    assert count("all") == 0
    append(path, "genuine", 90)
    os.rename("all/md/cur/1795000000.M0P7.desk:2,", "all/md/cur/1795000000.M0P7.desk:2,RS")
    pathlib.Path("all/md/new/1795000099.M1P7.desk").write_bytes(boxes.mail("ordinary", 91))
    pathlib.Path("all/mh/15").write_bytes(boxes.mail("ordinary", 92))
    assert count("all") == 3
    assert count("all") == 0
    verdicts = scan("--json", "all").stdout
    assert verdicts.count(b"\n") == 59
    # What is unverified comes up again when the ledger has grown; what is packed, whole.
    loose = [line for line in verdicts.splitlines() if b'old.gz"' not in line]
    unverified = sum(b'"verdict":"unverified"' in line for line in loose)
    assert unverified >= 6
    for _ in range(2):
        remember()
        assert count("all") == unverified + 14
        assert count("all") == 0
    # The ledger is another one: the notes hold no secret, and are ours alone.
    for note in NOTES.rglob("*"):
        assert note.stat().st_mode & 0o077 == 0, note


def test_an_mbox_that_is_not_what_it_was_is_read_anew():
    whole = boxes.mbox(14)
    half = whole[:whole.index(boxes.FROM, len(whole) // 2)]
    parts = half.count(boxes.FROM)

    def replaced():
        pathlib.Path("fresh").write_bytes(whole + boxes.FROM + boxes.mail("genuine", 99) + b"\n")
        os.rename("fresh", "in")

    for name, change, want in (
            ("shortened", lambda: INBOX.write_bytes(half), parts),
            ("edited", lambda: INBOX.write_bytes(whole.replace(b"lunch", b"dinner")), 14),
            ("edited, same size", lambda: INBOX.write_bytes(whole.replace(b"lunch", b"LUNCH")), 14),
            ("first gone", lambda: INBOX.write_bytes(boxes.mbox(21)[len(boxes.mbox(7)):]), 14),
            ("another file", replaced, 15),
            ("emptied and filled", lambda: INBOX.write_bytes(whole[len(boxes.mbox(7)):] + whole), 21),
            # The last one was not whole when it was read.
            ("last grew", lambda: INBOX.write_bytes(whole + b"and more\n\n"), 1),
            ("last grew, one more", lambda: INBOX.write_bytes(
                whole + b"From here on\n\n" + boxes.FROM + boxes.mail("genuine", 98) + b"\n"), 2),
    ):
        boxes.clean(*EVERYTHING)
        INBOX.write_bytes(whole)
        assert count("in") == 14 and count("in") == 0
        change()
        got = count("in")
        assert got == want, (name, got)
        assert count("in") == 0, name


def test_a_message_that_was_cut_where_a_length_says_how_long_it_is():
    whole = boxes.cl_mbox(14, quote=False)
    INBOX.write_bytes(whole)
    assert count("in") == 14
    INBOX.write_bytes(whole + boxes.cl_mbox(1, quote=False))
    assert count("in") == 2
    assert count("in") == 0


def test_a_file_that_got_the_name_of_another_is_new():
    boxes.numbered("mh", 14, "%d")
    assert count("mh") == 14 and count("mh") == 0
    pathlib.Path("mh/3").write_bytes(boxes.mail("genuine", 93))
    os.rename("mh/14", "mh/20")
    assert count("mh") == 2 and count("mh") == 0
    # Such names are no proof in a folder that is only called like a part of a Maildir.
    boxes.clean("mh")
    boxes.numbered("mh/new", 7, "%d.eml")
    assert count("mh") == 7 and count("mh") == 0
    pathlib.Path("mh/new/3.eml").write_bytes(boxes.mail("genuine", 94))
    assert count("mh") == 1


def test_mailboxes_of_the_same_name_are_told_apart():
    for folder in ("all/a", "all/b"):
        os.makedirs(folder)
        pathlib.Path(folder, "in").write_bytes(boxes.mbox(14))
    os.symlink("a/in", "all/link")
    assert count("all/a/in") == 14
    assert count("all/b/in") == 14
    assert count("all/link") == 0
    append("all/a/in", "genuine", 95)
    assert count("all") == 1 and count("all") == 0


def test_a_note_that_is_damaged_is_not_believed():
    INBOX.write_bytes(boxes.mbox(14))
    boxes.maildir("md", 14)
    for damage in (lambda text: b"", lambda text: text[:-1], lambda text: text[len(text) // 2:],
                   lambda text: text.replace(b"1", b"2"), lambda text: bytes(range(256)) * 9):
        count("in", "md")
        assert count("in", "md") == 0
        notes = [path for path in NOTES.rglob("*-*")]
        assert len(notes) == 2, notes
        for note in notes:
            note.write_bytes(damage(note.read_bytes()))
        again = run("in", "md")
        assert again.stdout.count(b"\n") == 28
        assert again.stderr.count(b"\n") == 2 and b"damaged" in again.stderr, again.stderr
        assert run("in", "md").stderr == b""


def test_what_was_not_read_to_its_end_is_read_again():
    packed = gzip(boxes.mbox(140))
    os.makedirs("all")
    pathlib.Path("all/old.gz").write_bytes(packed[:len(packed) * 9 // 10])
    pathlib.Path("all/z").write_bytes(boxes.mbox(7))
    many = count("all", status=(65, 66))
    assert many > 7
    assert count("all", status=(65, 66)) == many - 7
    pathlib.Path("all/old.gz").write_bytes(packed)
    assert count("all") == 140 and count("all") == 0


def test_only_one_at_a_time():
    INBOX.write_bytes(boxes.mbox(7))
    assert count("in") == 7
    with open(NOTES / "report/lock", "r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert run("in", status=75).stderr.count(b"\n") == 1
    assert count("in") == 0


def test_from_cron_only_new_backscatter_is_acted_on():
    INBOX.write_bytes(boxes.mbox(14))
    boxes.maildir("md", 14)
    deed = ("--quarantine", "--quarantine-folder", "away", "in", "md")
    assert count("in", "md") == 28  # a report is remembered for itself
    assert count(*deed) == 28 and count(*deed) == 0
    append("in", "backscatter", 90)
    assert count(*deed) == 1 and count(*deed) == 0
    left = scan.pieces("in")
    remember()
    # The unverified ones, where they are by now.
    again = count(*deed)
    assert again == sum(b'"verdict":"unverified"' in line for line in
                        scan("--json", "in", "md").stdout.splitlines()) > 0, again
    assert len(left) == 8 and "backscatter" not in [verdict for verdict, _ in left]
    # What could not be acted on comes up again.
    append("in", "backscatter", 91)
    pathlib.Path("in.lock").write_text("")
    assert count("--lock-wait", "0", *deed, status=75) == 1
    os.unlink("in.lock")
    assert count(*deed) == 1 and count(*deed) == 0
    # So does what was put back.
    for _ in range(3):
        scan("--undo")
    assert INBOX.read_bytes().startswith(boxes.mbox(14))
    assert count(*deed) >= 16


def test_what_was_tagged_or_deleted_is_known():
    for deed in (("--tag",), ("--delete",), ("--delete", "--also", "unverified")):
        boxes.clean(*EVERYTHING)
        INBOX.write_bytes(boxes.mbox(14))
        boxes.maildir("md", 14)
        words = (*deed, "in", "md")
        assert count(*words) == 28, deed
        assert count(*words) == 0, deed
        append("in", "genuine", 96)
        assert count(*words) == 1, deed
        remember()
        again = [line for line in run(*words).stdout.splitlines()]
        assert all(b'"verdict":"unverified"' in line for line in again), again
        assert (len(again) == 0) == ("unverified" in deed), again
        assert count(*words) == 0, deed


tests = [test for name, test in list(globals().items()) if name.startswith("test_")]
for test in tests:
    boxes.clean(*EVERYTHING)
    test()
print(f"{len(tests)} tests")
