"""A program on a terminal that a test types at."""
import fcntl
import os
import pty
import select
import struct
import termios
import time

QUIET = 0.12
LONGEST = 120


class Session:
    """words[0] is a path."""

    def __init__(self, words, environment, columns=100, lines=30):
        self.output = b""
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.execve(words[0], words, environment)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def wait_for(self, text):
        end = time.monotonic() + LONGEST
        while text.encode() not in self.output:
            assert time.monotonic() < end, f"no {text!r} in {self.output[-2000:]!r}"
            if not self.read():
                raise AssertionError(f"ended without {text!r}: {self.output[-2000:]!r}")

    def read(self, patience=0.2):
        ready, _, _ = select.select([self.terminal], [], [], patience)
        if not ready:
            return True
        try:
            piece = os.read(self.terminal, 65536)
        except OSError:
            return False
        self.output += piece
        return bool(piece)

    def type(self, keys):
        """Each key when the screen has come to rest."""
        for key in keys:
            os.write(self.terminal, key.encode())
            rest = time.monotonic() + QUIET
            while time.monotonic() < rest:
                size = len(self.output)
                if not self.read(0.05):
                    return
                if len(self.output) != size:
                    rest = time.monotonic() + QUIET

    def end(self):
        deadline = time.monotonic() + LONGEST
        while self.read():
            assert time.monotonic() < deadline, "it does not end"
            done, status = os.waitpid(self.child, os.WNOHANG)
            if done:
                while self.read(0.05) and select.select([self.terminal], [], [], 0)[0]:
                    pass
                return os.waitstatus_to_exitcode(status)
        return os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])
