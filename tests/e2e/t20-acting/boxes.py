"""Mailboxes for the tests of acting, made of the mails that mails.sh writes."""
import json
import os
import pathlib
import shutil
import subprocess

KINDS = ("ordinary", "backscatter", "genuine", "backscatter", "unverified", "odd", "backscatter")
MAIL = {name: pathlib.Path(name).read_bytes() for name in set(KINDS)}
FROM = b"From MAILER-DAEMON Mon Nov 23 10:00:00 2026\n"


def mail(kind, number):
    """One mail, unlike all others."""
    head, _, body = MAIL[kind].partition(b"\n\n")
    return head + b"\nX-Number: %d\n\n" % number + body


def mails(count):
    return [(KINDS[i % len(KINDS)], mail(KINDS[i % len(KINDS)], i)) for i in range(count)]


def quoted(text):
    return text.replace(b"\nFrom ", b"\n>From ")


def mbox(count, crlf=False):
    out = b"".join(FROM + quoted(text).rstrip(b"\n") + b"\n\n" for _, text in mails(count))
    return out.replace(b"\n", b"\r\n") if crlf else out


def cl_mbox(count, quote):
    """mboxcl (quoted) and mboxcl2: the length says where a message ends."""
    out = b""
    for _, text in mails(count):
        head, _, body = text.partition(b"\n\n")
        body = (quoted(body) if quote else body).rstrip(b"\n") + b"\n"
        out += FROM + head + b"\nContent-Length: %d\n\n" % len(body) + body + b"\n"
    return out


def maildir(path, count):
    for part in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(path, part))
    for i, (_, text) in enumerate(mails(count)):
        name = f"{1795000000 + i}.M{i}P7.desk"
        if i % 5 == 3:
            name += f",S={len(text)},W={len(text) + text.count(b'%c' % 10)}"
        where = f"new/{name}" if i % 4 == 3 else f"cur/{name}:2,{('', 'S', 'FS')[i % 3]}"
        pathlib.Path(path, where).write_bytes(text)


def numbered(path, count, name):
    os.makedirs(path)
    for i, (_, text) in enumerate(mails(count)):
        pathlib.Path(path, name % (i + 1)).write_bytes(text)


def snapshot(path):
    """Every file below path, with bytes, mode and time of its last change."""
    path = pathlib.Path(path)
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file())
    return {str(p): (p.read_bytes(), p.stat().st_mode, p.stat().st_mtime_ns) for p in files}


def clean(*paths):
    for path in paths:
        if os.path.islink(path) or os.path.isfile(path):
            os.unlink(path)
        elif os.path.isdir(path):
            shutil.rmtree(path)


class Program:
    def __init__(self, path):
        self.path = path

    def __call__(self, *words, status=0, **options):
        """What is done is done at once; see t23-scan for what is asked first."""
        if "--yes" not in words and set(words) & {"--quarantine", "--tag", "--delete"}:
            words = ("--yes", *words)
        run = subprocess.run([self.path, "scan", *words], capture_output=True, timeout=120,
                             check=False, **options)
        allowed = status if isinstance(status, tuple) else (status,)
        assert run.returncode in allowed, (words, run.returncode, run.stderr.decode())
        return run

    def pieces(self, path):
        """(verdict, bytes) of every message of an mbox, as scan finds them."""
        data = pathlib.Path(path).read_bytes()
        lines = [json.loads(line) for line in self("--json", path).stdout.splitlines()]
        starts = [line["offset"] for line in lines] + [len(data)]
        return [(line["verdict"], data[starts[i]:starts[i + 1]]) for i, line in enumerate(lines)]
