"""Judges messages by libunsent, which is called by ctypes. Usage: python3 judge.py [MAIL...]
UNSENT_LIBRARY names another library, UNSENT_PROGRAM another program."""
import ctypes
import os
import sys


class Options(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("program", ctypes.c_char_p), ("config", ctypes.c_char_p),
                ("ledger", ctypes.c_char_p), ("milliseconds", ctypes.c_uint)]


class Envelope(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("sender", ctypes.c_char_p),
                ("recipient", ctypes.c_char_p)]


class Judge:
    """One configured judge; for one thread at a time."""

    def __init__(self, program=None, config=None, ledger=None, milliseconds=0):
        self.library = ctypes.CDLL(os.environ.get("UNSENT_LIBRARY", "libunsent.so.1"))
        self.library.unsent_open.restype = ctypes.c_void_p
        for name in ("unsent_reason", "unsent_json", "unsent_verdict_name"):
            getattr(self.library, name).restype = ctypes.c_char_p
        texts = [text.encode() if text else None for text in (program, config, ledger)]
        options = Options(ctypes.sizeof(Options), *texts, milliseconds)
        error = ctypes.create_string_buffer(500)
        self.judge = ctypes.c_void_p(
            self.library.unsent_open(ctypes.byref(options), error, ctypes.c_size_t(len(error))))
        if not self.judge:
            raise RuntimeError(error.value.decode(errors="replace"))

    def verdict(self, message, sender=None, recipient=None):
        """("backscatter", why) of the message's bytes; sender "" is that of bounces."""
        texts = [text.encode() if text is not None else None for text in (sender, recipient)]
        envelope = Envelope(ctypes.sizeof(Envelope), *texts)
        verdict = self.library.unsent_judge_message(self.judge, message,
                                                    ctypes.c_size_t(len(message)),
                                                    ctypes.byref(envelope))
        return (self.library.unsent_verdict_name(verdict).decode(),
                self.library.unsent_reason(self.judge).decode(errors="replace"))

    def json(self):
        """All that was found of the last message: see unsent-json(5)."""
        return self.library.unsent_json(self.judge).decode()

    def close(self):
        self.library.unsent_close(self.judge)
        self.judge = None


if __name__ == "__main__":
    judge = Judge(program=os.environ.get("UNSENT_PROGRAM"))
    for path in sys.argv[1:] or ["/dev/stdin"]:
        with open(path, "rb") as mail:
            print(path, *judge.verdict(mail.read()), sep=": ")
    judge.close()
