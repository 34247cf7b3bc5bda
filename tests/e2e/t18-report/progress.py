#!/usr/bin/env python3
"""unsent scan before a terminal of our own: progress.py UNSENT."""
import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import threading
import time

UNSENT = sys.argv[1]
JUDGE = ["--no-dns", "--no-ledger", "--domain", "ourshop.example"]


class Terminal:
    """Standard error of a scan is a terminal of that width; all that comes to it is kept."""

    def __init__(self, width, term="xterm"):
        self.master, self.slave = pty.openpty()
        self.resize(width)
        self.term = term
        self.text = b""
        self.times = []
        self.reader = threading.Thread(target=self._read)

    def resize(self, width):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))

    def start(self, *arguments):
        def become_foreground():
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
        environment = dict(os.environ, TERM=self.term)
        self.process = subprocess.Popen([UNSENT, "scan", *JUDGE, *arguments], env=environment,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=self.slave, preexec_fn=become_foreground)
        os.close(self.slave)
        self.reader.start()

    def _read(self):
        while True:
            try:
                piece = os.read(self.master, 65536)
            except OSError:
                return
            if not piece:
                return
            self.times.append(time.monotonic())
            self.text += piece

    def wait_to_draw(self, least):
        """Until it has shown that so many messages were read."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            counts = re.findall(r"([0-9,]+) messages", self.text.decode(errors="replace"))
            if counts and int(counts[-1].replace(",", "")) >= least:
                return
            time.sleep(0.01)
        raise AssertionError(self.text)

    def finish(self):
        out = self.process.communicate(timeout=60)[0].decode()
        self.reader.join(10)
        return self.process.returncode, out

    def lines(self):
        return [line.replace("\x1b[K", "") for line in self.text.decode().split("\r")]


def feed(path, mails, seconds):
    """Writes mails into the pipe at path, spread over so many seconds."""
    with open(path, "wb") as pipe:
        for mail in mails:
            try:
                pipe.write(mail)
                pipe.flush()
            except BrokenPipeError:
                return
            time.sleep(seconds / len(mails))


def pieces(path, count):
    data = open(path, "rb").read()
    starts = [match.start() for match in re.finditer(rb"^From MAILER", data, re.M)] + [len(data)]
    mails = [data[a:b] for a, b in zip(starts, starts[1:])]
    size = max(1, len(mails) // count)
    return [b"".join(mails[i:i + size]) for i in range(0, len(mails), size)]


def scan_of_pipe(terminal, seconds, *options, meanwhile=None):
    os.mkfifo("pipe")
    writer = threading.Thread(target=feed, args=("pipe", pieces("joe.mbox", 50), seconds))
    writer.start()
    terminal.start(*options, "pipe")
    if meanwhile:
        meanwhile()
    status, out = terminal.finish()
    writer.join(30)
    os.unlink("pipe")
    return status, out


def main():
    # It is drawn, within the window even when that shrinks, and taken away.
    terminal = Terminal(100)
    status, out = scan_of_pipe(terminal, 2.0, meanwhile=lambda: (
        terminal.wait_to_draw(1), fcntl.ioctl(terminal.master, termios.TIOCSWINSZ,
                                   struct.pack("HHHH", 24, 40, 0, 0))))
    assert status == 0, status
    assert "5,000 messages: 0 genuine" in out, out
    drawn = [line for line in terminal.lines() if "messages" in line]
    assert len(drawn) >= 3, terminal.text
    assert all(len(line) < 100 for line in drawn), drawn
    assert len(drawn[-1]) < 40 < len(drawn[0]), drawn
    assert "unverified" in drawn[0] and "/s" in drawn[0], drawn[0]
    assert terminal.text.endswith(b"\r\x1b[K"), terminal.text[-50:]
    assert b"\n" not in terminal.text, terminal.text
    gaps = len(terminal.times) / max(0.1, terminal.times[-1] - terminal.times[0])
    assert gaps < 12, f"{gaps} updates a second"

    # Of files it is known how much is left.
    with open("joe.mbox", "rb") as source, open("large.mbox", "wb") as large:
        data = source.read()
        for _ in range(12):
            large.write(data)
    terminal = Terminal(100)
    terminal.start("large.mbox")
    status, _ = terminal.finish()
    assert status == 0, status
    assert re.search(r"\b[0-9]{1,2}%  [0-9:]+ left", terminal.text.decode()), terminal.text
    os.unlink("large.mbox")

    # Ctrl-C ends it cleanly, with what was found until then and the word that it is not all.
    terminal = Terminal(100)
    status, out = scan_of_pipe(terminal, 3.0, "--html", "partial.html", meanwhile=lambda: (
        terminal.wait_to_draw(100), os.write(terminal.master, b"\x03")))
    assert status == 130, status
    assert "PARTIAL" in out, out
    found = int(re.search(r"so far ([0-9,]+) messages", out)[1].replace(",", ""))
    assert 100 <= found < 5000, found
    assert "<strong>Partial.</strong>" in open("partial.html", encoding="utf-8").read()
    assert terminal.text.endswith(b"\r\x1b[K"), terminal.text[-50:]

    # What is done to mailboxes is shown as well, also that it waits for a lock.
    with open("locked.mbox", "wb") as locked:
        locked.write(data[:data.index(b"\nFrom ", 100_000) + 1])
    with open("locked.mbox", "rb+") as locked:
        fcntl.lockf(locked, fcntl.LOCK_EX)
        terminal = Terminal(100)
        terminal.start("--yes", "--delete", "--also", "unverified", "locked.mbox")
        for _ in range(200):
            shown = terminal.text.decode()
            if "changing" in shown:
                break
            time.sleep(0.1)
    status, out = terminal.finish()
    assert status == 0 and " deleted" in out, (status, out)
    assert re.search(r"\rchanging mailboxes  0%  0 bytes of 10[0-9]\.[0-9] kB", shown), shown
    assert terminal.text.endswith(b"\r\x1b[K"), terminal.text[-50:]

    # Nothing of it where nobody looks: no terminal, one that cannot, a short scan.
    for setting in ("dumb", "xterm"):
        terminal = Terminal(100, setting)
        status, _ = scan_of_pipe(terminal, 1.0 if setting == "dumb" else 0.0)
        if setting == "dumb":
            assert terminal.text == b"", terminal.text
    os.mkfifo("pipe")
    writer = threading.Thread(target=feed, args=("pipe", pieces("joe.mbox", 50), 1.0))
    writer.start()
    done = subprocess.run([UNSENT, "scan", *JUDGE, "pipe"], capture_output=True, timeout=60)
    writer.join(30)
    assert done.stderr == b"", done.stderr


main()
