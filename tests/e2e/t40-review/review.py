"""See run.sh."""
import fcntl
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from pseudo_terminal import LONGEST, Session  # noqa: E402

UNSENT = sys.argv[1]
SAMPLES = pathlib.Path(__file__).resolve().parents[3] / "samples" / "flood"
# The sample flood as if one network had sent it: what many show proves nothing then.
ONE_NETWORK = pathlib.Path(__file__).resolve().parents[1] / "one-network.mbox"


class Home:
    def __init__(self, inbox=None):
        self.path = pathlib.Path(tempfile.mkdtemp())
        self.inbox = self.path / "inbox"
        shutil.copy(inbox or ONE_NETWORK, self.inbox)
        self.before = self.inbox.read_bytes()
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.path), "LANG": "C.UTF-8", "TZ": "UTC",
            "TERM": "xterm-256color"}

    def run(self, *words):
        return subprocess.run([UNSENT, *words], env=self.environment, capture_output=True,
                              text=True, timeout=LONGEST, check=False)

    def put_away(self):
        return len(list(self.path.glob(".local/share/unsent/quarantine/[cn]*/*")))

    def start(self, columns=100, lines=30, **environment):
        words = ["review", "--no-dns", "--domain", "ourshop.example", "--now",
                 "2026-11-23T12:00:00Z", "--sent", str(SAMPLES / "sent"), str(self.inbox)]
        return Session([UNSENT, *words], {**self.environment, **environment}, columns, lines)


def ready(session):
    session.wait_for("will be put away")
    session.type([""])


def test_a_campaign_that_is_not_mine_goes_and_comes_back():
    home = Home()
    session = home.start()
    ready(session)
    session.type(["n", "a", "y"])
    assert session.end() == 0, session.output[-500:]
    assert b"takes it back" in session.output, session.output[-500:]
    count = home.put_away()
    assert count >= 27, count
    assert home.inbox.read_bytes() != home.before
    said = home.run("review", "--list")
    assert said.returncode == 0 and said.stdout.startswith("not mine"), said
    name = said.stdout.split()[3]
    assert home.run("scan", "--undo").returncode == 0
    assert home.inbox.read_bytes() == home.before, "undo did not restore the mailbox"

    # Now a scan follows it, without being asked for what is unverified.
    acted = home.run("scan", "--no-dns", "--domain", "ourshop.example", "--sent",
                     str(SAMPLES / "sent"), "--now", "2026-11-23T12:00:00Z", "--quarantine",
                     "--yes", str(home.inbox))
    assert acted.returncode == 0, acted
    assert home.put_away() == count, (home.put_away(), count, acted.stdout[-500:])
    assert home.run("scan", "--undo").returncode == 0
    assert home.run("review", "--take-back", name).returncode == 0
    assert home.run("review", "--list").stdout == ""
    wrong = home.run("review", "--take-back", name)
    assert wrong.returncode == 66 and wrong.stderr.count("\n") == 1, wrong


def test_a_campaign_that_is_mine_stays():
    home = Home()
    session = home.start()
    ready(session)
    session.type(["m", "a", "y"])
    assert session.end() == 0
    assert home.inbox.read_bytes() == home.before
    assert home.put_away() == 0
    assert home.run("review", "--list").stdout.startswith("mine")


def test_one_report_can_be_said_not_to_be_mine():
    home = Home()
    session = home.start()
    ready(session)
    session.type(["m", "\n", "n", "\x1b"])
    session.type([""])
    session.type(["a", "y"])
    assert session.end() == 0, session.output[-500:]
    assert home.put_away() == 1, home.put_away()


def test_the_pipe_follows_what_was_said():
    home = Home()
    config = home.path / ".config/unsent/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[policy]\nbackscatter = "quarantine"\n')
    judging = ["--no-dns", "--domain", "ourshop.example", "--now", "2026-11-23T12:00:00Z", "--sent",
               str(SAMPLES / "sent")]
    lines = [json.loads(line) for line in
             home.run("scan", "--json", *judging, str(home.inbox)).stdout.splitlines()]
    at = next(i for i, line in enumerate(lines) if line["verdict"] == "unverified"
              and b"203.0.113." in home.before[line["offset"]:lines[i + 1]["offset"]])
    mail = home.before[lines[at]["offset"]:lines[at + 1]["offset"]]

    def deliver():
        done = subprocess.run([UNSENT, "deliver", "--create", "--maildir", str(home.path / "md"),
                               *judging], input=mail, env=home.environment, capture_output=True,
                              timeout=LONGEST, check=False)
        assert done.returncode == 0, done
        return (len(list((home.path / "md").glob("new/*"))), home.put_away())

    assert deliver() == (1, 0)
    session = home.start()
    ready(session)
    session.type(["n", "a", "y"])
    assert session.end() == 0
    assert home.run("scan", "--undo").returncode == 0
    shutil.rmtree(home.path / "md")
    assert deliver() == (0, 1), "not mine, but not put away"


def test_leaving_changes_nothing():
    for keys in (["q"], ["n", "q"], ["n", "a", "n", "q"]):
        home = Home()
        session = home.start()
        ready(session)
        session.type(keys)
        assert session.end() == 0, (keys, session.output[-300:])
        assert home.inbox.read_bytes() == home.before, keys
        assert home.run("review", "--list").stdout == "", keys
        assert home.run("scan", "--acts").stdout.count("\n") <= 1, keys


def test_interrupted_and_killed():
    for number, expected in ((signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -9)):
        home = Home()
        session = home.start()
        ready(session)
        session.type(["n"])
        os.kill(session.child, number)
        assert session.end() == expected, number
        assert home.inbox.read_bytes() == home.before, number
        assert home.put_away() == 0


def test_terminals_of_any_size():
    for columns, lines in ((40, 12), (10, 3), (1, 1), (250, 80)):
        home = Home()
        session = home.start(columns, lines, NO_COLOR="1")
        end = time.monotonic() + LONGEST
        while b"inbox"[:max(1, columns // 4)] not in session.output and time.monotonic() < end:
            if columns < 10 and len(session.output) > 50:
                break
            session.read()
        session.type(["j", "k", "\n", "j", "\x1b"])
        fcntl.ioctl(session.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        session.type(["", "q"])
        assert session.end() == 0, (columns, lines, session.output[-300:])
        assert home.inbox.read_bytes() == home.before


def test_no_terminal():
    home = Home()
    run = home.run("review", str(home.inbox))
    assert run.returncode == 64 and "--campaign" in run.stderr, run
    assert run.stderr.count("\n") == 1
    # What ncurses forgets of a terminal that it does not know is not ours.
    session = home.start(TERM="no-such-terminal", ASAN_OPTIONS="detect_leaks=0")
    assert session.end() == 64, session.output
    assert home.inbox.read_bytes() == home.before


def test_hostile_mail_does_not_steer():
    mark = "\x1b]0;stolen\x07\x1b[2J\u202e\x9b31m"
    bounce = f"""From MAILER-DAEMON Mon Nov 16 09:12:40 2026
Return-Path: <>
From: MAILER-DAEMON@{mark}.example.net
To: alice@ourshop.example
Subject: Undelivered Mail Returned to Sender {mark}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b

It failed. {mark}
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.{mark}.example.net

Final-Recipient: rfc822; bob{mark}@example.net
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 {mark}

--b
Content-Type: text/rfc822-headers

Received: from x ([203.0.113.9]) by mx.example.net; Mon, 16 Nov 2026 09:12:40 +0000
From: alice@ourshop.example
Subject: {mark} pills
Message-ID: <1{mark}@ourshop.example>

--b--

"""
    path = pathlib.Path(tempfile.mkdtemp()) / "hostile"
    path.write_bytes(bounce.encode() * 8)
    home = Home(path)
    session = home.start()
    ready(session)
    session.type(["\n", "j", "\x1b", "", "q"])
    assert session.end() == 0
    for steering in (b"\x1b]0;stolen", "\u202e".encode(), b"\xc2\x9b", b"\x07"):
        assert steering not in session.output, steering


for name, test in sorted(globals().items()):
    if name.startswith("test_"):
        test()
        print("ok", name)
