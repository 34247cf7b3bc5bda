"""bad_logs.py PROGRAM: logs as they should not be. Each is a function that writes one and says
what is in the ledger then: ids and to how many, and what the import complains about."""
import gzip
import json
import os
import random
import subprocess
import sys
import time

program = sys.argv[1]
random.seed(4711)
STAMP = "Nov 23 20:34:53 mail "
WRITTEN = 1795500000  # 2026-11-24T06:00:00Z


def mail(name, stamp=STAMP, end="\n"):
    """A message to two, handed in by a program."""
    return [stamp + line + end for line in (
        f"postfix/pickup[1]: {name}: uid=1000 from=<alice>",
        f"postfix/cleanup[2]: {name}: message-id=<{name}@ourshop.example>",
        f"postfix/qmgr[3]: {name}: from=<alice@ourshop.example>, size=1, nrcpt=2 (queue active)",
        f"postfix/smtp[4]: {name}: to=<bob@remote.example>, relay=x[203.0.113.5]:25, "
        "dsn=2.0.0, status=sent (ok)",
        f"postfix/smtp[4]: {name}: to=<carol@remote.example>, relay=x[203.0.113.5]:25, "
        "dsn=2.0.0, status=sent (ok)",
        f"postfix/qmgr[3]: {name}: removed")]


def write(path, text, written=WRITTEN):
    data = text.encode() if isinstance(text, str) else text
    with open(path, "wb") as log:
        log.write(data)
    os.utime(path, (written, written))


def text_of(*names):
    return "".join("".join(mail(name)) for name in names)


def torn():
    """Two lines run into each other; a line begins in its middle, another has no end."""
    lines = mail("AAAAA1") + mail("AAAAA2")
    lines[3] = lines[3][:70]
    write("log", "ail postfix/qmgr[3]: AAAAA9: removed\n" + "".join(lines) + STAMP + "postfix/pick")
    return {"AAAAA1": 0, "AAAAA2": 2}


def foreign():
    """Other programs' lines, with our queue ids in them, between each two of ours."""
    others = [STAMP + line + "\n" for line in (
        "dovecot: imap-login: Login: user=<alice>, method=PLAIN, rip=203.0.113.9",
        "opendkim[35]: AAAAA1: DKIM-Signature field added (s=s2026, d=ourshop.example)",
        "amavis[99]: (00099-01) Passed CLEAN, <x@remote.example> -> <y@ourshop.example>, "
        "Message-ID: <z@remote.example>, mail_id: AAAAA1, queued_as: AAAAA1",
        "kernel: postfix/pickup[1]: AAAAA8: uid=1000 from=<alice>",
        "spamd[5]: spamd: result: . 0 - mid=<AAAAA8@ourshop.example>",
        "CRON[7]: (root) CMD (postfix/qmgr[3]: AAAAA1: removed)",
        "sshd[8]: AAAAA1: removed",
        "postfix/anvil[9]: statistics: max connection rate 1/60s for (smtp:203.0.113.9)")]
    write("log", "".join(ours + "".join(others) for ours in mail("AAAAA1")))
    return {"AAAAA1": 2}


def clock():
    """A clock that starts at 1970, is set, runs ahead to 2080, is set back by an hour."""
    iso = "{} mail ".format
    lines = (mail("AAAAA1", iso("1970-01-01T00:00:12+00:00"))
             + mail("AAAAA2", iso("2026-11-23T20:34:53+00:00"))
             + mail("AAAAA3", iso("2080-02-03T12:00:00+00:00"))[:4]
             + mail("AAAAA4", iso("2026-11-23T19:34:53+00:00"))
             + mail("AAAAA3", iso("2026-11-23T19:34:54+00:00"))[4:])
    write("log", "".join(lines))
    times = {"AAAAA1": "2026-11-24T06:00:00Z", "AAAAA2": "2026-11-23T20:34:53Z",
             "AAAAA3": "2026-11-24T06:00:00Z", "AAAAA4": "2026-11-23T19:34:53Z"}
    return {name: 2 for name in times}, times


def new_year():
    """Read in January what began in December, without years, in two runs."""
    lines = mail("AAAAA1", "Dec 30 10:00:00 mail ") + mail("AAAAA2", "Dec 31 23:59:59 mail ")
    lines += mail("AAAAA3", "Jan  1 00:00:02 mail ")
    write("log", "".join(lines[:8]), 1767225599)
    run("log")
    write("log", "".join(lines), 1767312000)
    times = {"AAAAA1": "2025-12-30T10:00:00Z", "AAAAA2": "2025-12-31T23:59:59Z",
             "AAAAA3": "2026-01-01T00:00:02Z"}
    return {name: 2 for name in times}, times


def long_lines():
    """Ten megabytes without an end of line, in the midst of a message."""
    lines = mail("AAAAA1")
    lines.insert(3, STAMP + "postfix/cleanup[2]: AAAAA1: message-id=<" + "x" * 10000000 + ">\n")
    lines.insert(5, "y" * 10000000 + "\n")
    write("log", "".join(lines))
    return {"AAAAA1": 2}


def zeros():
    """What a crash leaves: zeros where lines were not written, before and within lines."""
    lines = [line.encode() for line in mail("AAAAA1") + mail("AAAAA2")]
    lines[1] = b"\0" * 4096 + lines[1]
    lines[9] = lines[9][:60] + b"\0" * 100 + lines[9][60:]
    write("log", b"".join(lines))
    return {"AAAAA2": 1}


def line_ends():
    write("log", "".join(mail("AAAAA1", end="\r\n")))
    return {"AAAAA1": 2}


def bytes_of_any_kind():
    junk = b"".join(bytes([value]) * 3 for value in range(256)) + random.randbytes(5000)
    write("log", text_of("AAAAA1").encode() + junk + b"\n" + text_of("AAAAA2").encode())
    return {"AAAAA1": 2, "AAAAA2": 2}


def cut_gzip():
    """What stands before the damage is recorded, and it is not called complete."""
    whole = gzip.compress((text_of("AAAAA1") + text_of(*(f"B{i:05}" for i in range(3000)))).encode())
    write("log.gz", whole[:len(whole) // 2])
    status, said = run("--complete", "ourshop.example", "log.gz")
    if status != 65 or "log.gz: damaged: unexpected end of file" not in said:
        sys.exit(f"cut_gzip: {status}: {said}")
    if "complete for nobody" not in ledger("stats"):
        sys.exit("cut_gzip: complete all the same")
    return {"AAAAA1": 2}


def cut_rotated_gzip():
    """A damaged copy beside the log keeps nothing from being read but what is lost in it."""
    whole = gzip.compress((text_of("AAAAA1") + text_of(*(f"B{i:05}" for i in range(3000)))).encode())
    write("log.2.gz", whole[:len(whole) // 2], WRITTEN - 200)
    write("log.1", text_of("AAAAA2"), WRITTEN - 100)
    write("log", text_of("AAAAA3"))
    status, said = run("--complete", "ourshop.example", "log")
    if status != 65 or "log.2.gz: damaged: " not in said or "not declared complete" not in said:
        sys.exit(f"cut_rotated_gzip: {status}: {said}")
    return {"AAAAA1": 2, "AAAAA2": 2, "AAAAA3": 2}


def joined_gzip():
    """Two files packed, one behind the other."""
    write("log.gz", b"".join(gzip.compress(text_of(name).encode()) for name in ("AAAAA1", "AAAAA2")))
    return {"AAAAA1": 2, "AAAAA2": 2}


def two_names():
    """The same file by a link and a symbolic link, at once and one after the other, growing."""
    lines = mail("AAAAA1") + mail("AAAAA2")
    write("log", "".join(lines[:8]))
    os.link("log", "maillog")
    os.symlink("log", "mail.log")
    run("log", "maillog", "mail.log")
    with open("log", "a") as log:
        log.write("".join(lines[8:]))
    for name in ("maillog", "mail.log", "log"):
        status, said = run(name)
        if status != 0 or said:
            sys.exit(f"two_names: {status}: {said}")
    # Its copies lie beside itself.
    os.mkdir("links")
    os.symlink("../log", "links/mail.log")
    run("links/mail.log")
    lines = mail("AAAAA3") + mail("AAAAA4")
    with open("log", "a") as log:
        log.write("".join(lines[:8]))
    os.rename("log", "log.1")
    write("log", "".join(lines[8:]))
    status, said = run("links/mail.log")
    if status != 0 or said:
        sys.exit(f"two_names, rotated: {status}: {said}")
    return {f"AAAAA{i}": 2 for i in range(1, 5)}


def killed():
    """Killed thirty times while a log and its copies are read, one of them compressed between
    two runs: all is there once, and no gap is noted."""
    names = [f"C{i:05}" for i in range(12000)]
    write("log.2", text_of(*names[:4000]), WRITTEN - 200)
    write("log.1", text_of(*names[4000:8000]) + "".join(mail("AAAAA1")[:4]), WRITTEN - 100)
    write("log", "".join(mail("AAAAA1")[4:]) + text_of(*names[8000:]))
    for count in range(30):
        started = subprocess.Popen([program, "import", "--ledger", "l.db", "log"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.uniform(0, 0.15))
        started.kill()
        started.wait()
        if count == 15:
            with open("log.2", "rb") as old:
                write("log.2.gz", gzip.compress(old.read()), WRITTEN - 200)
            os.unlink("log.2")
    status, said = run("log")
    if status != 0 or said:
        sys.exit(f"killed: {status}: {said}")
    if "not read from" in ledger("stats"):
        sys.exit("killed: a gap")
    return {name: 2 for name in names + ["AAAAA1"]}


def run(*words):
    done = subprocess.run([program, "import", "--ledger", "l.db", *words], capture_output=True,
                          text=True)
    return done.returncode, done.stderr


def ledger(verb):
    return subprocess.run([program, "ledger", verb, "--ledger", "l.db"], capture_output=True,
                          text=True, check=True).stdout


def check(case):
    os.mkdir(case.__name__)
    os.chdir(case.__name__)
    wanted = case()
    counts, times = wanted if isinstance(wanted, tuple) else (wanted, {})
    for attempt in ("at first", "again"):
        if os.path.exists("log"):
            run("log")
        elif attempt == "at first":
            run("log.gz")
        entries = [json.loads(line) for line in ledger("export").splitlines()]
        found = {}
        for entry in entries:
            for name in entry["message_ids"]:
                name = name.split("@")[0]
                if name in found:
                    sys.exit(f"{case.__name__}, {attempt}: {name} is there twice")
                found[name] = len(entry["recipients"])
                if name in times and entry["sent_at"] != times[name]:
                    sys.exit(f"{case.__name__}: {name} is of {entry['sent_at']}")
        for name, count in counts.items():
            if found.get(name) != count:
                sys.exit(f"{case.__name__}, {attempt}: {name}: {found.get(name)}, not {count}")
        if any(name not in counts and not name.startswith("B") for name in found):
            sys.exit(f"{case.__name__}, {attempt}: {sorted(found)}")
    os.chdir("..")


for each in (torn, foreign, clock, new_year, long_lines, zeros, line_ends, bytes_of_any_kind,
             cut_gzip, cut_rotated_gzip, joined_gzip, two_names, killed):
    check(each)
