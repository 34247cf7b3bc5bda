"""What servers do that no real one does: see run.sh. Usage: scripted.py UNSENT PEM BAD-CERTIFICATES"""
import csv
import glob
import json
import os
import pty
import re
import subprocess
import sys
import threading
import time

from imap_server import FULL, Folder, Server
from mails import Home, brought, forged, genuine, ordinary, sent, zone_of

UNSENT, PEM, BAD = sys.argv[1:4]
HERE = os.path.dirname(os.path.abspath(__file__))
COPYING = FULL.replace("MOVE ", "")
failures = []


def check(is_right, what):
    if not is_right:
        failures.append(what)
        print("FAILED:", what, flush=True)


def filled(capabilities=FULL, count=3):
    server = Server(PEM, capabilities)
    inbox = server.folders["INBOX"]
    for number in range(count):
        inbox.add(ordinary(number), ["\\Seen"], f"{10 + number % 20}-Nov-2026 08:00:00 +0100")
        inbox.add(forged(number), ["\\Flagged", "$Work"] if number % 2 else [], f"{20 + number % 8}-Nov-2026 09:30:00 +0000")
    inbox.add(genuine(0))
    for number in range(3):
        server.folders["Sent"].add(sent(number), ["\\Seen"])
    return server


def home(**more):
    one = Home(UNSENT, PEM, **more)
    one.learn()
    return one


def everything(server):
    return sorted(key for folder in server.folders.values() for key in folder.keys())


def deleted(server):
    return [m for f in server.folders.values() for m in f.messages if "\\Deleted" in m.flags]


def scan_changes_nothing():
    server, user = filled(), Home(UNSENT, PEM)
    before = everything(server)
    user.run("scan", server.url(), status=0)
    check(everything(server) == before, "a scan changes nothing, and marks nothing as read")
    check(not any(name in ("SELECT", "UID STORE", "UID MOVE", "UID COPY", "CREATE") for name, _ in server.log), "a scan only examines")
    check("3 backscatter" in user.out or "backscatter" in user.out, "a scan reports")
    check(any(name == "EXAMINE" and "Sent" in args for name, args in server.log), "Sent is read where nothing else tells what was sent")
    whole = [args for name, args in server.log if name == "UID FETCH" and "BODY.PEEK[]" in args]
    check(len(whole) == 1 and whole[0].startswith("2,4,6:7 "), f"only what may be a report is fetched whole: {whole}")
    user.run("scan", "--json", server.url("INBOX"), status=0)
    lines = [json.loads(line) for line in user.out.splitlines()]
    check([(line["path"], line["offset"], line["uid"]) for line in lines] == [(server.url("INBOX"), 0, uid) for uid in range(1, 8)], f"each message has a line, by its UID: {user.out}")
    user.run("scan", "--csv", "--html", f"{user.path}/page.html", server.url("INBOX"), status=0)
    rows = list(csv.DictReader(user.out.splitlines()))
    check([(row["path"], row["offset"], row["uid"]) for row in rows] == [(server.url("INBOX"), "", uid) for uid in "2467"], f"each report has a row: {user.out}")
    page = open(f"{user.path}/page.html").read()
    check(f"{server.url('INBOX')}, UID 4<" in page and ", byte " not in page, "the page says UID")
    user.run("scan", "--all", server.url("INBOX"), status=0)
    check(f"[{server.url('INBOX')}, UID 7]" in user.out, f"and so does the text: {user.out}")


def quarantine_and_undo(capabilities):
    server, user = filled(capabilities), home()
    before = server.folders["INBOX"].keys()
    kept = [m.uid for m in server.folders["INBOX"].messages if m.uid not in (2, 4, 6)]
    strange = server.folders["INBOX"].add(ordinary(99), ["\\Deleted"])
    user.run("scan", "--quarantine", server.url("INBOX"), status=0)
    check("3 messages put into the quarantine" in user.out, f"it is said what was done: {user.out}")
    check(len(server.folders["Backscatter"].messages) == 3, "the flood is in the quarantine")
    check("Backscatter" in server.subscribed, "the quarantine is subscribed to")
    check([m.uid for m in server.folders["INBOX"].messages] == kept + [strange.uid], "nothing else has gone, marked by others or not")
    user.run("scan", "--acts", status=0)
    check("3 messages" in user.out and server.url("INBOX") in user.out, "it can be listed")
    user.run("scan", "--quarantine", server.url("INBOX"), status=0)
    check("nothing to do" in user.out, "there is nothing left to do")
    user.run("scan", "--undo", status=0)
    check("3 messages put back" in user.out, f"it is said what was put back: {user.out}")
    server.folders["INBOX"].messages.remove(strange)
    check(server.folders["INBOX"].keys() == before, "content, flags and dates are as they were")
    check(not server.folders["Backscatter"].messages, "the quarantine is empty")
    user.run("scan", "--acts", status=0)
    check(user.out == "", "the record is gone")


def many_messages():
    """Some hundreds go with one command, and what is known is not asked for again. Where the connection
    breaks in a later one, what came by it is told from the same mails that came before."""
    count = 1500

    def flood(capabilities=FULL):
        server = Server(PEM, capabilities)
        for number in range(count):
            server.folders["INBOX"].add(forged(number % 500), ["\\Flagged"] if number % 2 else [])
        return server

    def commands(server):
        return [name for name, _ in server.log if name in ("SELECT", "EXAMINE", "STATUS", "UID FETCH", "UID MOVE")]

    server, user = flood(), home()
    before = server.folders["INBOX"].keys()
    user.run("scan", "--quarantine", server.url("INBOX"), status=0)
    check(len(server.folders["Backscatter"].messages) == count, f"all go: {user.out}{user.err}")
    acting = commands(server)
    acting = acting[acting.index("SELECT"):]
    check(acting == ["SELECT", "UID FETCH", "STATUS", "UID MOVE"] + ["UID FETCH", "UID MOVE"] * 2, f"in few commands: {acting}")
    check(max(len(args) for _, args in server.log) < 8100, "whose lines servers take")
    server.begin()
    user.run("scan", "--undo", status=0)
    check(commands(server) == acting, f"and back: {commands(server)}")
    check(server.folders["INBOX"].keys() == before, "with flags and dates")
    for way in ("before", "after", "within"):
        server, user = flood(), home()
        moves = []

        def cut(connection, number, name, args):
            moves.append(name)
            return way if name == "UID MOVE" and moves.count("UID MOVE") == 2 else None

        server.begin(cut)
        user.run("scan", "--quarantine", server.url("INBOX"), status=0)
        check(len(server.folders["Backscatter"].messages) == count, f"cut {way}: all go: {user.out}{user.err}")
        moves.clear()
        user.run("scan", "--undo", status=0)
        check(server.folders["INBOX"].keys() == before, f"cut {way}: and back: {user.out}{user.err}")
        check(not server.folders["Backscatter"].messages, f"cut {way}: nothing is left there")


def no_way_to_move():
    server, user = filled("IMAP4rev1 SASL-IR LITERAL+ AUTH=PLAIN"), home()
    before = everything(server)
    user.run("scan", "--quarantine", server.url("INBOX"), status=69)
    check("neither MOVE nor expunge" in user.err, f"it says why nothing is moved: {user.err}")
    check(everything(server) == before and not deleted(server), "without MOVE and UIDPLUS nothing is touched")


def copies_that_fail():
    """Nothing is marked \\Deleted unless its copy was confirmed and looked at."""
    answers = {
        "NO [OVERQUOTA] full": 73, "NO [TRYCREATE] none": 69, "NO no": 69, "OK done": 69, "OK [COPYUID 90 2,4 1:2] short": None,
        "OK [COPYUID 90 1,3,5 1:3] others": None, "OK [COPYUID 90 2,4,6 7:9] nowhere": None,
        "OK [COPYUID 90 2:4294967295 1:4294967294] much": None, "BAD what": 69,
    }
    for answer, status in answers.items():
        server, user = filled(COPYING), home()
        inbox = server.folders["INBOX"].keys()
        server.begin(lambda c, n, name, args: f"TAG {answer}\r\n".encode() if name == "UID COPY" else None)
        user.run("scan", "--quarantine", server.url("INBOX"))
        check(user.status != 0 and (status is None or user.status == status), f"{answer}: status {user.status}: {user.err}")
        check(server.folders["INBOX"].keys() == inbox and not deleted(server), f"{answer}: something was taken away")
        check(user.err.count("\n") <= 12, f"{answer}: says too much: {user.err}")


def refused_for_now():
    """[INUSE], [LIMIT], [THROTTLED] are waited for, and a limit makes the pieces smaller."""
    for code in ("INUSE", "THROTTLED", "UNAVAILABLE"):
        server, user = filled(), home()
        refusals = []

        def refuse(connection, number, name, args):
            if name == "UID MOVE" and len(refusals) < 2:
                refusals.append(args)
                return f"TAG NO [{code}] not now\r\n".encode()
            return None

        server.begin(refuse)
        user.run("scan", "--quarantine", server.url("INBOX"), status=0)
        check(len(server.folders["Backscatter"].messages) == 3, f"{code} is waited for")
        check(f"[{code}]" in user.err, f"{code}: it is said")
    server, user = filled(count=8), home()
    server.begin(lambda c, n, name, args: b"TAG NO [LIMIT] at most one\r\n" if name == "UID MOVE" and re.search("[,:]", args.split()[0]) else None)
    user.run("scan", "--quarantine", server.url("INBOX"), status=0)
    check(len(server.folders["Backscatter"].messages) == 8, f"a limit makes the pieces smaller: {user.err}")
    server, user = filled(), home()
    inbox = server.folders["INBOX"].keys()
    server.begin(lambda c, n, name, args: b"TAG NO [OVERQUOTA] full\r\n" if name == "UID MOVE" else None)
    user.run("scan", "--quarantine", server.url("INBOX"), status=73)
    check(server.folders["INBOX"].keys() == inbox and "OVERQUOTA" in user.err, "a full account is said")


def moved_half():
    """A MOVE that moves some, then says NO: what has moved is known, and can be taken back."""
    server, user = filled(), home()
    before = server.folders["INBOX"].keys()
    inbox = server.folders["INBOX"]

    def half(connection, number, name, args):
        if name != "UID MOVE":
            return None
        first = next(m for m in inbox.messages if m.uid == 2)
        server.folders["Backscatter"].add(first.data, first.flags, first.date)
        inbox.messages.remove(first)
        return b"TAG NO [OVERQUOTA] full\r\n"

    server.begin(half)
    user.run("scan", "--quarantine", server.url("INBOX"))
    check(user.status == 73, "a MOVE that fails is an error")
    server.begin()
    user.run("scan", "--undo", status=0)
    check(inbox.keys() == before, f"what had moved comes back: {user.out}{user.err}")


def numbered_anew():
    """UIDVALIDITY changes between reading and acting, or before taking back: other messages have those UIDs."""
    server, user = filled(), home()

    def change(connection, number, name, args):
        if name == "SELECT" and "INBOX" in args:
            server.folders["INBOX"].validity = 8
        return None

    before = everything(server)
    server.begin(change)
    user.run("scan", "--quarantine", server.url("INBOX"))
    check(user.status == 69 and "anew" in user.err, f"another UIDVALIDITY is said: {user.err}")
    check(everything(server) == before, "nothing is moved by UIDs that mean others")
    server, user = filled(), Home(UNSENT, PEM)

    def change_while_read(connection, number, name, args):
        if name == "UID FETCH" and "BODY.PEEK[]" in args:
            server.folders["INBOX"].validity = 9
            server.hook = None
            return "before"
        return None

    server.begin(change_while_read)
    user.run("scan", server.url("INBOX"))
    check(user.status == 69 and "anew" in user.err, f"numbered anew while it is read: {user.status} {user.err}")


    server, user = filled(), home()
    before = server.folders["INBOX"].keys()
    user.run("scan", "--quarantine", server.url("INBOX"), status=0)
    away = server.folders["Backscatter"]
    away.validity += 1
    for message in away.messages:
        message.uid += 100
    away.next += 100
    user.run("scan", "--undo", status=0)
    check(server.folders["INBOX"].keys() == before, f"numbered anew before it is taken back: {user.out}{user.err}")


def lies_of_sizes():
    """The server gives another message by the UID that was judged."""
    server, user = filled(), home()
    inbox = server.folders["INBOX"]

    def swap(connection, number, name, args):
        if name == "SELECT":
            message = next(m for m in inbox.messages if m.uid == 4)
            message.data = ordinary(77)
        return None

    server.begin(swap)
    user.run("scan", "--quarantine", server.url("INBOX"))
    check(user.status == 75 and "UID 4" in user.err, f"another message by that number: {user.status} {user.err}")
    check(any(m.uid == 4 for m in inbox.messages), "it is left alone")
    check(len(server.folders["Backscatter"].messages) == 2, "the others are moved")


def nonsense():
    """A server that sends what makes no sense is told of in one line, whatever it is."""
    lines = {
        "an endless line": b"* SEARCH " + b"1 " * (9 << 20),
        "a literal that breaks off": b"* 1 FETCH (UID 1 BODY[] {5000}\r\nabc",
        "a literal of 4 GB": b"* 1 FETCH (UID 1 BODY[] {4294967296}\r\nabc",
        "parentheses without an end": b"* 1 FETCH " + b"(" * 5000 + b"\r\n",
        "UIDs without end": b"* ESEARCH (TAG \"x\") UID ALL 1:4294967295\r\nTAG OK\r\n",
        "no reply": b"what?\r\n",
        "BYE": b"* BYE [UNAVAILABLE] shut down\r\n",
        "NUL": b"\0\0\0\0\r\n",
    }
    for what, said in lines.items():
        for command in ("UID SEARCH", "UID FETCH", "LIST", "EXAMINE") if "breaks off" in what or what == "no reply" else ("UID SEARCH",):
            server, user = filled(), home()
            user.configure(PEM, settings="", extra="")
            text = open(f"{user.path}/.config/unsent/config.toml").read()
            open(f"{user.path}/.config/unsent/config.toml", "w").write(text.replace("patience = 5", "patience = 1"))
            server.begin(lambda c, n, name, args: said if name == command else None)
            user.run("scan", server.url("INBOX"))
            check(user.status not in (0, 70, -6, -11) and "localhost" in user.err, f"{what} to {command}: status {user.status}: {user.err}")


def out_of_order():
    """Answers that nobody asked for, twice, or in another order change nothing."""
    server, user = filled(), home()
    inbox = server.folders["INBOX"]

    def shuffle(connection, number, name, args):
        if name == "UID FETCH":
            connection.say("* 99 EXISTS")
            connection.say("* 1 FETCH (FLAGS (\\Seen))")
            connection.say("* 9 FETCH (UID 4000 RFC822.SIZE 3 BODY[] {3}\r\nabc BODY[HEADER] {2}\r\n\r\n)")
            chosen = connection.chosen(args.split()[0])
            for message in reversed(chosen):
                for _ in range(2):
                    connection.fetch(inbox.messages.index(message) + 1, message, args)
            out, connection.out = connection.out, b""
            return out + b"TAG OK done\r\n"
        return None

    user.run("scan", "--json", server.url("INBOX"), status=0)
    usual = sorted(user.out.splitlines())
    server.begin(shuffle)
    user.run("scan", "--json", server.url("INBOX"), status=0)
    check(sorted(user.out.splitlines()) == usual, "in another order, and twice, it is the same")


def names_of_folders():
    server, user = filled(), home()
    for name in ('Quo"ted \\ Name', "Line\nBreak", "&Jjo-!", "&", "Entw&APw-rfe", "Sent \x07"):
        server.folders[name] = Folder()
        server.folders[name].add(forged(50))
    user.run("scan", server.url("Quo%22ted%20%5C%20Name"), status=0)
    user.run("scan", server.url("Line%0ABreak"), status=0)
    user.run("scan", server.url("Entw%C3%BCrfe"), status=0)
    user.run("scan", server.url("%26"), status=0)
    user.run("scan", server.url("Nowhere"), status=66)
    check("\x07" not in user.err and user.err.count("\n") == 1, f"what is there is named in one line: {user.err!r}")
    user.run("scan", "--quarantine", server.url("Line%0ABreak"), status=0)
    check(len(server.folders["Backscatter"].messages) == 1, "a name with a line end is acted on")


def certificates():
    for path in sorted(glob.glob(f"{BAD}/*.pem")):
        server = Server(path)
        for trusted in ("", path):
            if trusted and "self" in path:
                continue
            user = Home(UNSENT, trusted)
            user.run("scan", "--no-ledger", server.url())
            check(user.status == 69, f"{os.path.basename(path)}: status {user.status}: {user.err}")
            check("certificate" in user.err and user.err.count("\n") == 1, f"{os.path.basename(path)}: {user.err}")
            check(server.logins == 0 and not any(name == "AUTHENTICATE" for name, _ in server.log), "nothing is said to it")
    user = Home(UNSENT, "/nonexistent.pem")
    server = Server(PEM)
    user.run("scan", "--no-ledger", server.url())
    check(user.status in (69, 78) and user.err.count("\n") == 1, f"authorities that are not there: {user.status} {user.err}")


def passwords():
    server = filled()
    user = Home(UNSENT, PEM, password="wrong")
    user.run("scan", "--no-ledger", server.url(), status=77)
    check(user.err.count("\n") == 1 and "wrong" not in user.err.replace("[AUTHENTICATIONFAILED] wrong", ""), f"one clear line: {user.err}")
    check(sum(name == "AUTHENTICATE" for name, _ in server.log) == 1, "a wrong password is tried once")
    for settings, what in (('password_command = "false"', "failed"), ('password_command = "true"', "nothing"), ('password_command = "exec no-such-program"', "failed"), ('oauth_token_command = "exit 3"', "(3)")):
        user = Home(UNSENT, PEM, settings=settings)
        user.run("scan", "--no-ledger", server.url(), status=77)
        check(what in user.err, f"{settings}: {user.err}")
    user = Home(UNSENT, PEM, settings='password_command = "cat /dev/null"'.replace("password_command", "user"))
    open(f"{user.path}/.config/unsent/config.toml", "w").write(f'[imap."localhost"]\nauthorities = "{PEM}"\n')
    user.run("scan", "--no-ledger", server.url(), status=77)
    check("no terminal" in user.err, f"without a terminal nobody is asked: {user.err}")
    user.run("scan", "--no-ledger", f"imaps://localhost:{server.port}", status=64)
    user.run("scan", "--no-ledger", f"imaps://alice:secret%20word@localhost:{server.port}", status=64)
    busy = filled()
    busy.begin(lambda c, n, name, args: b"TAG NO [UNAVAILABLE] later\r\n" if name == "AUTHENTICATE" and n < 4 else None)
    user = Home(UNSENT, PEM)
    user.run("scan", "--no-ledger", busy.url(), status=0)


def asked_on_the_terminal():
    server = filled()
    user = Home(UNSENT, PEM)
    open(f"{user.path}/.config/unsent/config.toml", "w").write(f'[imap."localhost"]\nauthorities = "{PEM}"\n')
    for typed, status in (("secret word", 0), ("another", 77), ("", 77)):
        child, terminal = pty.fork()
        if child == 0:
            os.execve(UNSENT, [UNSENT, "scan", "--no-dns", server.url()], user.environment)
        shown, has_typed = b"", False
        while True:
            try:
                data = os.read(terminal, 4096)
            except OSError:
                break
            shown += data
            if b"Password for alice at localhost:" in shown and not has_typed:
                listing = subprocess.run(["ps", "axww", "-o", "args"], capture_output=True).stdout
                check(b"secret word" not in listing, "no process list has it")
                time.sleep(0.1)
                os.write(terminal, typed.encode() + b"\n")
                has_typed = True
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        check(has_typed and ended == status, f"typed {typed!r}: status {ended}: {shown!r}")
        check(b"secret word" not in shown and b"another" not in shown, f"it is not shown: {shown!r}")
        check(shown.count(b"Password for") == 1, "it is asked for once")
    for root, _, files in os.walk(user.path):
        for name in files:
            check(b"secret word" not in open(f"{root}/{name}", "rb").read() or name == "secret", f"{name} has it")


def tokens():
    """A provider that takes OAuth tokens only; one that expires in the run is asked for anew."""
    for mechanism in ("XOAUTH2", "OAUTHBEARER"):
        server = filled(FULL.replace("AUTH=PLAIN", f"AUTH={mechanism}"))
        user = home(settings="")
        script = f"{user.path}/token"
        open(script, "w").write(f'#!/bin/sh\necho x >> {user.path}/count\necho token-$(wc -l < {user.path}/count)\n')
        os.chmod(script, 0o755)
        user.configure(PEM, settings=f'oauth_token_command = "{script}"\n')
        server.token = "token-1"

        def expire(connection, number, name, args):
            if name == "UID FETCH" and "BODY.PEEK[]" in args and server.token == "token-1":
                server.token = "token-2"
                return "before"
            return None

        server.begin(expire)
        user.run("scan", "--json", server.url("INBOX"), status=0)
        check(user.out.count("\n") == 7 and server.logins == 2, f"{mechanism}: a token that expires is asked for anew: {user.err}")
        server.token = "another"
        server.begin()
        user.run("scan", server.url("INBOX"), status=77)
        check(sum(name == "AUTHENTICATE" for name, _ in server.log) == 1, f"{mechanism}: no storm")


def reads_on():
    """The connection breaks at each command of reading, in each way: each message is judged once."""
    server, user = filled(count=5), home()
    user.run("scan", "--json", server.url("INBOX"), status=0)
    usual = sorted(user.out.splitlines())
    server.begin()
    user.run("scan", "--json", server.url("INBOX"), status=0)
    for at in range(1, server.count + 1):
        for way in ("before", "after", "within"):
            server.begin(lambda c, n, name, args: way if n == at else None)
            user.run("scan", "--json", server.url("INBOX"), status=0)
            check(sorted(user.out.splitlines()) == usual, f"reading, command {at}, {way}")
    server.begin(lambda c, n, name, args: (setattr(server, "is_open", False), "within")[1] if name == "UID FETCH" and "BODY.PEEK[]" in args else None)
    user.run("scan", "--json", server.url("INBOX"))
    check(user.status not in (0, 70), f"a run that was not finished says so: {user.status}")
    check("localhost" in user.err, f"and why: {user.err}")


def compressed():
    """COMPRESS=DEFLATE is used where a server has it, says the same in fewer bytes, and breaks off well."""
    plain, user = filled(count=40), home()
    user.run("scan", "--json", plain.url("INBOX"), status=0)
    usual = [re.sub(r":\d+/", "/", line) for line in user.out.splitlines()]
    server = filled(FULL + " COMPRESS=DEFLATE", count=40)
    user.run("scan", "--json", server.url("INBOX"), status=0)
    check([re.sub(r":\d+/", "/", line) for line in user.out.splitlines()] == usual, "compressed, all is the same")
    check(("COMPRESS", "DEFLATE") in server.log, "it is asked for")
    check(server.sent * 5 < plain.sent and server.received < plain.received, f"it is less: {server.sent} of {plain.sent}, {server.received} of {plain.received}")
    user.run("scan", "--quarantine", server.url("INBOX"), status=0)
    check(len(server.folders["Backscatter"].messages) == 40, "and acted on")
    for way in ("before", "after", "within"):
        server.begin(lambda c, n, name, args: (setattr(server, "hook", None), way)[1] if name == "UID FETCH" else None)
        user.run("scan", server.url("INBOX"), status=0)
    refusing, user = filled(FULL + " COMPRESS=DEFLATE"), home()
    refusing.begin(lambda c, n, name, args: b"TAG NO [COMPRESSIONACTIVE] by TLS\r\n" if name == "COMPRESS" else None)
    user.run("scan", "--json", refusing.url("INBOX"), status=0)
    check(user.out.count("\n") == 7, "a server that says no is talked to plainly")
    for what, said in {"no deflate": b"\xff\xfe\xfd" * 100, "a lot out of little": None}.items():
        server, user = filled(FULL + " COMPRESS=DEFLATE"), home()

        def damage(connection, number, name, args):
            if name != "EXAMINE":
                return None
            if said:
                connection.packer = None
                return said
            return b"* OK " + b"x" * (20 << 20) + b"\r\n"

        server.begin(damage)
        user.configure(PEM, settings="")
        text = open(f"{user.path}/.config/unsent/config.toml").read()
        open(f"{user.path}/.config/unsent/config.toml", "w").write(text.replace("patience = 5", "patience = 1"))
        user.run("scan", server.url("INBOX"))
        check(user.status not in (0, 70, -6, -11) and "localhost" in user.err, f"{what}: status {user.status}: {user.err}")


def large_messages():
    server, user = filled(), home()
    inbox = server.folders["INBOX"]
    inbox.add(ordinary(60, 30_000_000))
    inbox.add(forged(61).replace(b"Hello\r\n", b"Hello\r\n" * 5_000_000))
    user.run("scan", "--quarantine", server.url("INBOX"))
    check(user.status == 65 and "16 MB" in user.err, f"one that is not read whole is left alone: {user.status} {user.err}")
    check(server.sent < 35_000_000, f"of large messages little is fetched, though the promise is measured first: {server.sent}")
    check(len(server.folders["Backscatter"].messages) == 3, "the rest is put away")


def tags_and_trash():
    server, user = filled(), home()
    before = everything(server)
    inbox = server.folders["INBOX"]
    inbox.messages[1].flags.add("$Backscatter")
    user.run("scan", "--tag", server.url("INBOX"), status=0)
    check(sorted(m.uid for m in inbox.messages if "$Backscatter" in m.flags) == [2, 4, 6], "a tag is a keyword")
    user.run("scan", "--undo", status=0)
    check([m.uid for m in inbox.messages if "$Backscatter" in m.flags] == [2], "who had it keeps it")
    inbox.messages[1].flags.discard("$Backscatter")
    check(everything(server) == before, "else all is as it was")
    inbox.keywords = False
    user.run("scan", "--tag", server.url("INBOX"), status=69)
    check("keywords" in user.err, f"a server without keywords: {user.err}")
    user.run("scan", "--delete", server.url("INBOX"), status=0)
    check(len(server.folders["Trash"].messages) == 3, "what is deleted goes to the trash")
    user.run("scan", "--undo", status=0)
    check(everything(server) == before, "and comes back")
    del server.folders["Trash"]
    user.run("scan", "--delete", server.url("INBOX"), status=66)
    check("trash" in user.err, f"without a trash nothing is deleted: {user.err}")


def answers():
    """People who answer a flood are told by the header, and what they wrote is left alone: not all of it was read."""
    server, user = Server(PEM), Home(UNSENT, PEM)
    flood = f"{user.path}/flood"
    os.mkdir(flood)
    subprocess.run([sys.executable, f"{HERE}/../../bench/make_flood.py", "answers", flood, "--count", "400", "--spf", "none"], check=True, stdout=subprocess.DEVNULL)
    for mail in re.split(rb"^From .*\n", open(f"{flood}/inbox.mbox", "rb").read(), flags=re.M)[1:]:
        server.folders["INBOX"].add(mail.replace(b"\n", b"\r\n"))
    judging = ["--now", "2026-11-24T12:00:00Z", "--sent", f"{flood}/sent.mbox", "--zone", f"{flood}/flood.zone"]
    user.run("scan", *judging, "--json", server.url("INBOX"), status=0)
    lines = [json.loads(line) for line in user.out.splitlines()]
    replies = [line["uid"] for line in lines if line["kind"] == "reply"]
    check(len(replies) >= 5, f"answers: {replies}")
    user.run("scan", *judging, "--quarantine", "--also", "reply", server.url("INBOX"))
    check(user.status == 65 and f"{len(replies)} messages left alone: of answers at a server the header is read" in user.err and "MB" not in user.err, f"it is said: {user.status} {user.err}")
    check({m.uid for m in server.folders["INBOX"].messages} >= set(replies), "they stay")
    check(len(server.folders["Backscatter"].messages) == sum(line["verdict"] == "backscatter" and line["kind"] != "reply" for line in lines), "the flood goes")


def gmail():
    """Its MOVE into the trash closes the connection, and its copies are known by X-GM-MSGID."""
    server, user = filled(FULL + " X-GM-EXT-1"), home()
    for folder in server.folders.values():
        for message in folder.messages:
            message.gmail_id = str(10**15 + message.uid)
    before = server.folders["INBOX"].keys()
    server.begin(lambda c, n, name, args: "before" if name == "UID MOVE" else None)
    user.run("scan", "--delete", server.url("INBOX"), status=0)
    check(not any(name == "UID MOVE" for name, _ in server.log) and len(server.folders["Trash"].messages) == 3, "it is copied, and checked")
    check(any("X-GM-MSGID" in args for name, args in server.log), "by its own id")
    user.run("scan", "--undo", status=0)
    check(server.folders["INBOX"].keys() == before, "and comes back")

    def another(connection, number, name, args):
        if name == "UID EXPUNGE" or name == "UID STORE":
            raise AssertionError
        if name == "EXAMINE" and "Trash" in args:
            for message in server.folders["Trash"].messages:
                message.gmail_id = "1"
        return None

    server.begin(another)
    user.run("scan", "--delete", server.url("INBOX"))
    check(user.status != 0 and server.folders["INBOX"].keys() == before, "a copy of another is no copy")


def imports():
    server, user = filled(), Home(UNSENT, PEM)
    user.run("import", "--complete", "ourshop.example", "--since", "2026-11-01T00:00:00Z", server.url("Sent"), status=0)
    check("3 " in user.out, f"what was sent is imported: {user.out}")
    check(not any("BODY.PEEK[]" in args for name, args in server.log), "by its headers alone")
    user.run("scan", "--quarantine", server.url(), status=0)
    check(len(server.folders["Backscatter"].messages) == 3, f"and judged by: {user.out}{user.err}")
    server.folders["Sent"].add(sent(7))
    server.folders["Sent"].add(sent(8), ["\\Draft"])
    server.begin()
    user.run("import", server.url(), status=0)
    fetched = [args.split()[0] for name, args in server.log if name == "UID FETCH"]
    check(fetched == ["4:5"], f"only what is new is read: {fetched}")
    user.run("ledger", "show", "a7@ourshop.example", status=0)
    server.begin()
    user.run("import", server.url("Sent"), status=0)
    check(not any(name == "UID FETCH" for name, _ in server.log), "nothing new, nothing read")
    server.folders["Sent"].validity = 99
    server.begin()
    user.run("import", server.url("Sent"), status=0)
    check(any(name == "UID FETCH" and args.startswith("1:5") for name, args in server.log), "numbered anew, all is read again")
    stranger = Home(UNSENT, PEM)
    for number in range(9):
        server.folders["INBOX"].add(ordinary(number).replace(b"carol@", f"carol{number}@".encode()))
    stranger.run("import", server.url("INBOX"), status=65)
    check("mail came to it" in stranger.err, f"an inbox is not what was sent: {stranger.err}")


def incremental():
    server, user = filled(), home()
    inbox = server.folders["INBOX"]
    unverified = forged(70).replace(b"Message-ID: <forged70@ourshop.example>\r\n", b"").replace(b"From: alice@ourshop.example", b"From: nobody@elsewhere.example")
    user.run("scan", "--incremental", "--json", server.url("INBOX"), status=0)
    check(user.out.count("\n") == 7, "the first time all is read")
    user.run("scan", "--incremental", "--json", server.url("INBOX"), status=0)
    check(user.out == "", f"then nothing: {user.out}")
    inbox.messages[1].flags.update(["\\Seen", "$Later"])
    server.begin()
    user.run("scan", "--incremental", "--json", server.url("INBOX"), status=0)
    check(user.out == "" and not any(name.startswith("UID") for name, _ in server.log), f"flags that were changed are no news: {server.log}")
    inbox.add(forged(40))
    server.begin()
    user.run("scan", "--incremental", "--json", server.url("INBOX"), status=0)
    check(user.out.count("\n") == 1, "then what is new")
    check(all(args.split()[0] == "8" for name, args in server.log if name == "UID FETCH"), "and nothing else is fetched")
    inbox.validity = 77
    user.run("scan", "--incremental", "--json", server.url("INBOX"), status=0)
    check(user.out.count("\n") == 8, "numbered anew, all is read again")
    inbox.add(forged(41))
    server.begin(lambda c, n, name, args: (setattr(server, "is_open", False), "before")[1] if name == "UID FETCH" else None)
    user.run("scan", "--incremental", "--json", server.url("INBOX"))
    check(user.status != 0, "what broke off is not noted")
    server.begin()
    server.is_open = True
    user.run("scan", "--incremental", "--json", server.url("INBOX"), status=0)
    check(user.out.count("\n") == 1, "and comes up again")
    server.begin()
    user.run("scan", "--since", "2026-11-20", server.url("INBOX"), status=0)
    check(any("SINCE 20-Nov-2026" in args for name, args in server.log), "--since is the server's to find")


def promises():
    """A promise that nothing has measured is measured by what lies at the server, before a verdict goes out."""
    numbers = range(1, 21)
    for known in (numbers, range(1, 21, 2)):
        server, user = Server(PEM), Home(UNSENT, PEM)
        inbox = server.folders["INBOX"]
        for number in numbers:
            inbox.add(ordinary(number))
            inbox.add(brought(number))
        inbox.add(brought(5, 99, "198.51.100.7"))
        open(f"{user.path}/zone", "w").write(zone_of(numbers))
        with open(f"{user.path}/sent.jsonl", "w") as out:
            for number in known:
                out.write(json.dumps({"message_ids": [f"a{number}@ourshop.example"], "from": "alice@ourshop.example", "date": "Mon, 23 Nov 2026 10:00:00 +0000", "subject": f"Order {number}", "recipients": [f"bob@o{number}.example"]}) + "\n")
        user.run("import", "--complete", "ourshop.example", "--since", "2026-11-01T00:00:00Z", f"{user.path}/sent.jsonl", status=0)
        judging = ["--zone", f"{user.path}/zone", "--now", "2026-11-24T12:00:00Z"]
        user.run("scan", *judging, "--incremental", "--json", server.url(), status=0)
        verdicts = [json.loads(line)["verdict"] for line in user.out.splitlines()]
        found = {verdict: verdicts.count(verdict) for verdict in verdicts}
        check(found == {"ordinary": 20, "genuine": 20, "backscatter": 1}, f"{len(known)} of 20 are known: {found}")
        user.run("ledger", "stats", status=0)
        check(("so absence does not count" in user.out) == (len(known) < 20), f"{len(known)} of 20 are known: {user.out}")
        user.run("scan", *judging, "--quarantine", server.url(), is_sure=False)
        is_measured = "1 message put into the quarantine" in user.out
        check(is_measured, f"what was measured needs no --yes: {user.status} {user.out}{user.err}")
        server.begin()
        user.run("scan", *judging, "--incremental", "--json", server.url(), status=0)
        check(not any(name == "UID FETCH" for name, _ in server.log), "and what was read is not measured again")
    server, user = Server(PEM), home()
    for number in range(5100):
        server.folders["INBOX"].add(ordinary(number, 10))
    user.run("scan", server.url(), status=0)
    fetched = [args.split()[0] for name, args in server.log if name == "UID FETCH"]
    check(fetched[0] == "101:500" and fetched[13] == "1:400", f"of a large folder what is newest measures: {fetched}")
    server, user = filled(), home()
    user.configure(PEM, password="another")
    server.begin()
    user.run("scan", server.url(), status=77)
    check(sum(name == "AUTHENTICATE" for name, _ in server.log) == 1, "a password is wrong once, whatever reads first")


def watching():
    server, user = filled(), home()
    inbox = server.folders["INBOX"]
    command = [UNSENT, "watch", "--no-dns", "--quarantine", "--yes", "--interval", "30", "--json", server.url()]
    log = open(f"{user.path}/log", "w+")
    told = open(f"{user.path}/told", "w+")
    process = subprocess.Popen(command, env=user.environment, stdin=subprocess.DEVNULL, stdout=told, stderr=log)

    def wait(condition, what):
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with server.lock:
                if condition():
                    return
            time.sleep(0.05)
        log.seek(0)
        check(False, f"watching: {what}: {log.read()}")

    wait(lambda: any(name == "IDLE" for name, _ in server.log), "it waits")
    check(len(inbox.messages) == 7, "what was there is left alone")
    user.run("watch", "--once", server.url(), status=75)
    check("watched already" in user.err, "only one watches an account")
    with server.lock:
        inbox.add(forged(80))
    wait(lambda: "Backscatter" in server.folders and len(server.folders["Backscatter"].messages) == 1, "what arrives is put away")
    with server.lock:
        server.folders["Sent"].add(sent(81))
        inbox.add(genuine(81))
    number = inbox.messages[-1].uid
    wait(lambda: server.log[-1][0] == "IDLE" and any(name == "UID FETCH" and args.startswith(f"{number} ") and "BODY.PEEK[]" in args for name, args in server.log), "it waits again")
    check(any(m.data == genuine(81) for m in inbox.messages), "what is genuine stays")
    user.run("ledger", "show", "a81@ourshop.example", status=0)
    server.begin(lambda c, n, name, args: (setattr(server, "hook", None), "before")[1])
    with server.lock:
        inbox.add(forged(82))
    wait(lambda: len(server.folders["Backscatter"].messages) == 2, "it comes back when the connection breaks")
    process.terminate()
    check(process.wait(30) == 0, "it ends well when told to")
    told.seek(0)
    lines = [json.loads(line) for line in told]
    verdicts = {line["uid"]: line["verdict"] for line in lines}
    check(sorted(verdicts.values()) == ["backscatter", "backscatter", "genuine"], f"what came is told: {lines}")
    check(all(line["version"] == 1 and line["path"] == server.url("INBOX") for line in lines), f"and of where: {lines}")
    user.run("scan", "--undo", status=0)


def main():
    for test in TESTS:
        begin = time.monotonic()
        test()
        print(f"{test.__name__ if hasattr(test, '__name__') else test}: {time.monotonic() - begin:.1f} s", flush=True)
    sys.exit(1 if failures else 0)


TESTS = [
    scan_changes_nothing, lambda: quarantine_and_undo(FULL), lambda: quarantine_and_undo(COPYING), many_messages, no_way_to_move, copies_that_fail,
    refused_for_now, moved_half, numbered_anew, lies_of_sizes, nonsense, out_of_order, names_of_folders, certificates, passwords, asked_on_the_terminal, tokens,
    reads_on, compressed, large_messages, tags_and_trash, answers, gmail, imports, incremental, promises, watching,
]
if __name__ == "__main__":
    chosen = sys.argv[4:]
    if chosen:
        TESTS = [test for test in TESTS if test.__name__ in chosen]
    main()
