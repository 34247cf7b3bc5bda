"""scan.py PROGRAM FOLDER: what scan reads; see run.sh."""
import json
import lzma
import os
import pathlib
import re
import subprocess
import sys
import zlib

sys.path.insert(0, sys.argv[2])
import boxes  # noqa: E402

scan = boxes.Program(sys.argv[1])
BIG = 70


def gzip(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


def zstd(data):
    return subprocess.run(["zstd", "-q", "-c"], input=data, capture_output=True, check=True).stdout


PACKERS = {"gz": gzip, "xz": lzma.compress, "zst": zstd}


def verdicts(*words, status=0):
    lines = [json.loads(line) for line in scan("--json", *words, status=status).stdout.splitlines()]
    return [(line["verdict"], line["offset"]) for line in lines]


def test_what_is_packed_is_read_like_what_is_not():
    for data in (boxes.mbox(BIG), boxes.mbox(BIG, crlf=True), boxes.cl_mbox(BIG, quote=True)):
        pathlib.Path("plain").write_bytes(data)
        want = verdicts("plain")
        assert len(want) == BIG
        for name, pack in PACKERS.items():
            half = data.index(boxes.FROM[:5], len(data) // 2)
            for parts in ([data], [data[:half], data[half:]], [data, b""]):
                pathlib.Path("packed").write_bytes(b"".join(pack(part) for part in parts))
                assert verdicts("packed") == want, (name, len(parts))
            os.makedirs("folder", exist_ok=True)
            os.replace("packed", "folder/inbox." + name)
            assert verdicts("folder") == want, name
            boxes.clean("folder")


def test_of_what_is_damaged_the_messages_before_the_damage_are_read():
    data = boxes.mbox(10 * BIG)
    for name, pack in PACKERS.items():
        whole = pack(data)
        for cut in (len(whole) * 9 // 10, len(whole) - 1, 20):
            pathlib.Path("cut").write_bytes(whole[:cut])
            run = scan("--json", "cut", status=(65, 66))
            assert b"cut: " in run.stderr and run.stderr.count(b"\n") == 1, run.stderr
            # The others are judged all the same.
            pathlib.Path("good").write_bytes(boxes.mbox(7))
            run = scan("--json", "cut", "good", status=65)
            assert run.stdout.count(b'"path":"good"') == 7, name


def test_what_cannot_be_unpacked_is_named():
    pathlib.Path("in.bz2").write_bytes(b"BZh91AY&SY....")
    run = scan("in.bz2", status=65)
    assert b"in.bz2: compressed (bzip2); unpack it first" in run.stderr, run.stderr
    for magic in (b"\x1f\x8b", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd"):
        pathlib.Path("odd").write_bytes(magic + b"nonsense " * 100)
        run = scan("odd", status=65)
        assert run.stderr.count(b"\n") == 1, run.stderr
    run = subprocess.run([scan.path, "scan", "/dev/stdin"], input=gzip(boxes.mbox(7)),
                         capture_output=True, check=False)
    assert run.returncode == 65 and b"unpack it first" in run.stderr


def test_a_bomb_is_stopped():
    head = boxes.mbox(7)
    with open("bomb.zst", "wb") as out:
        with subprocess.Popen(["zstd", "-q", "-1", "-c"], stdin=subprocess.PIPE, stdout=out) as packer:
            packer.stdin.write(head + boxes.FROM + b"Subject: x\n\n")
            for _ in range(3000):
                packer.stdin.write(bytes(1 << 20))
            packer.stdin.close()
    size = os.path.getsize("bomb.zst")
    run = scan("bomb.zst", status=65)
    assert b"times its size" in run.stderr, (size, run.stderr)
    boxes.clean("bomb.zst")


def test_packed_mailboxes_are_not_acted_on():
    pathlib.Path("in.gz").write_bytes(gzip(boxes.mbox(7)))
    before = boxes.snapshot("in.gz")
    run = scan("--delete", "in.gz", status=65)
    assert b"in.gz: compressed" in run.stderr and run.stderr.count(b"\n") == 1, run.stderr
    assert boxes.snapshot("in.gz") == before and scan("--acts").stdout == b""


def test_many_threads_tell_the_same_in_the_same_order():
    pathlib.Path("in").write_bytes(boxes.mbox(1000))
    boxes.maildir("md", 200)
    boxes.numbered("mh", 200, "%d")
    big = boxes.FROM + boxes.MAIL["ordinary"] + b"x" * 76 + (b"y" * 75 + b"\n") * 400_000 + b"\n"
    pathlib.Path("big").write_bytes(boxes.mbox(20) + big + boxes.mbox(20))
    want = scan("--json", "--threads", "1", "in", "md", "big", "mh").stdout
    assert want.count(b"\n") == 1000 + 200 + 41 + 200
    for threads in ("2", "3", "16"):
        assert scan("--json", "--threads", threads, "in", "md", "big", "mh").stdout == want, threads
    for words in ("0", "65", "-1", "x"):
        run = scan("--threads", words, "in", status=64)
        assert run.stderr.count(b"\n") == 1, run.stderr
    assert scan("--json", "--threads", "2", "--sent", "sent", "in").stdout.count(b"\n") == 1000


def test_odd_files():
    with open("sparse", "wb") as file:  # one message of 3 GB, most of it a hole
        file.write(boxes.mbox(7) + boxes.FROM + boxes.mail("backscatter", 8) + b"\n")
        file.seek(3 << 30)
        file.write(b"\n\n" + boxes.mbox(7))
    lines = [json.loads(line) for line in scan("--json", "sparse").stdout.splitlines()]
    assert len(lines) == 15 and lines[8]["offset"] > 3 << 30, len(lines)
    run = scan("--delete", "sparse", status=65)
    assert b"1 message of more than 16 MB left alone" in run.stderr, run.stderr
    assert os.path.getsize("sparse") > 3 << 30
    scan("--undo")
    boxes.clean("sparse")
    pathlib.Path("nuls").write_bytes(boxes.mbox(7).replace(b"Hello", b"\0" * 70_000))
    assert len(verdicts("nuls")) == 7
    pathlib.Path("empty").write_bytes(b"")
    assert verdicts("empty") == []
    os.makedirs("none", exist_ok=True)
    pathlib.Path("none/picture").write_bytes(bytes(range(256)) * 20)
    assert verdicts("none") == []


def test_one_that_is_missing_does_not_cost_the_others():
    pathlib.Path("in").write_bytes(boxes.mbox(7))
    os.makedirs("all", exist_ok=True)
    os.symlink("nowhere", "all/link")
    pathlib.Path("all/in").write_bytes(boxes.mbox(7))
    run = scan("--json", "missing", "in", "all", status=66)
    objects = [json.loads(line) for line in run.stdout.splitlines()]
    failed = [one for one in objects if "error" in one]
    assert len(objects) == 16 and len(failed) == 2 and run.stderr.count(b"\n") == 2, run.stdout


def campaigns(path):
    """The names in the report, the largest first."""
    text = scan(path).stdout.decode()
    return re.findall(r"^ +\d+  (\S+) +subject ", text, re.M)


def floods():
    out = b""
    for i in range(16):
        text = boxes.mail("backscatter" if i < 11 else "genuine" if i < 14 else "unverified", i)
        if 6 <= i < 11:
            text = text.replace(b"Cheap pills 4711", b"You have won")
        out += boxes.FROM + text.rstrip(b"\n") + b"\n\n"
    return out


def test_a_campaign_is_acted_on_by_its_name():
    whole = floods()
    pathlib.Path("in").write_bytes(whole)
    pills, won = campaigns("in")
    assert pills.startswith("cheap-pills-") and won.startswith("you-have-won-"), (pills, won)
    run = scan("--campaign", pills, "in")
    assert b"would act on 6 messages" in run.stdout, run.stdout
    run = scan("--campaign", pills, "--quarantine", "in")
    assert b"6 messages put into the quarantine" in run.stdout, run.stdout
    left = pathlib.Path("in").read_bytes()
    assert left.count(b"Cheap pills") == 0 and left.count(b"You have won") == 5
    put_away = subprocess.run([scan.path, "quarantine", "list"], capture_output=True, check=True).stdout
    assert pills.encode() in put_away and won.encode() not in put_away, put_away
    assert b"6 messages put into the quarantine" in scan("--acts").stdout
    scan("--undo")
    assert pathlib.Path("in").read_bytes() == whole
    for words, gone in ((("--except", pills), b"You have won"),
                        (("--campaign", pills, "--campaign", won, "--except", won), b"Cheap pills")):
        scan(*words, "--delete", "in")
        assert pathlib.Path("in").read_bytes().count(gone) == 0
        scan("--undo")
        assert pathlib.Path("in").read_bytes() == whole
    boxes.clean("in")


def test_the_first_time_somebody_looks_first():
    pathlib.Path("in").write_bytes(floods())
    before = boxes.snapshot("in")
    subprocess.run(["rm", "-rf", ".local"], check=True)
    words = [scan.path, "scan", "--delete", "in"]
    run = subprocess.run(words, capture_output=True, check=False)
    assert run.returncode == 64 and boxes.snapshot("in") == before, run
    assert b"11 messages would be deleted, 3 genuine and 2 unverified in all" in run.stderr, run.stderr
    assert scan("--acts").stdout == b""
    scan("--campaign", campaigns("in")[0], "--delete", "in")
    run = subprocess.run(words, capture_output=True, check=True)  # the second time: it is known
    assert b"5 messages deleted" in run.stdout, run.stdout
    boxes.clean("in")


def test_a_name_that_nothing_bears_does_nothing():
    pathlib.Path("in").write_bytes(floods())
    before, acts = boxes.snapshot("in"), scan("--acts").stdout
    for words in (("--campaign", "nowhere"), ("--except", "nowhere"), ("--message", "0123456789ab")):
        run = scan(*words, "--delete", "in", status=66)
        assert b"no such campaign or message" in run.stderr, run.stderr
        assert boxes.snapshot("in") == before and scan("--acts").stdout == acts
    run = scan("--incremental", "--campaign", "x", "--delete", "in", status=64)
    assert b"exclude each other" in run.stderr, run.stderr
    boxes.clean("in")


def test_a_message_is_acted_on_by_its_id():
    pathlib.Path("in").write_bytes(floods())
    scan("--html", "page.html", "in")
    page = pathlib.Path("page.html").read_text()
    rows = dict(re.findall(r'data-verdict="(unverified)"[^>]* data-id="([0-9a-f]+)"', page))
    assert "data-id" not in "".join(re.findall(r'<tr data-verdict="genuine"[^>]*', page))
    run = scan("--message", rows["unverified"], "--delete", "in")
    assert b"1 message deleted" in run.stdout, run.stdout
    assert pathlib.Path("in").read_bytes().count(b"failure notice") == 1
    boxes.clean("in", "page.html")


def test_what_is_no_mailbox_and_what_is_empty_is_said():
    pathlib.Path("notes").write_text("Buy milk\nand bread: two\n")
    run = scan("notes", status=66)
    assert b"notes: is no mailbox" in run.stderr, run.stderr
    pathlib.Path("empty").write_bytes(b"")
    os.makedirs("hollow/cur", exist_ok=True)
    run = scan("empty", "hollow")
    assert run.stderr.count(b"there is no mail in it") == 2, run.stderr
    pathlib.Path("in").write_bytes(boxes.mbox(7))
    assert scan("in").stderr == b""
    boxes.clean("notes", "empty", "hollow", "in")


def test_a_home_in_quotes_is_the_home():
    pathlib.Path(os.environ["HOME"], "in").write_bytes(boxes.mbox(7))
    pathlib.Path(os.environ["HOME"], "out").write_text(
        "From alice@ourshop.example Mon Nov 23 10:00:00 2026\nFrom: alice@ourshop.example\n"
        "Date: Mon, 23 Nov 2026 10:00:00 +0000\nMessage-ID: <1@ourshop.example>\n\nx\n")
    assert len(verdicts("~/in")) == 7 and len(verdicts("--sent=~/out", "~/in")) == 7
    boxes.clean(*(os.path.join(os.environ["HOME"], name) for name in ("in", "out")))


tests = [test for name, test in list(globals().items()) if name.startswith("test_")]
for test in tests:
    test()
print(f"{len(tests)} tests")
