"""Real servers: see run.sh. Usage: real.py UNSENT PEM COURIER-ROOT"""
import glob
import imaplib
import os
import re
import ssl
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from mails import Home, forged, genuine, ordinary, sent  # noqa: E402
from proxy import Proxy  # noqa: E402
from pseudo_terminal import Session  # noqa: E402
from servers import Courier, Dovecot  # noqa: E402

UNSENT, PEM, COURIER = sys.argv[1:4]
failures = []


def check(is_right, what):
    if not is_right:
        failures.append(what)
        print("FAILED:", what, flush=True)


class Account:
    """Alice's account, looked at by another client."""

    def __init__(self, server):
        self.server = server
        context = ssl.create_default_context(cafile=PEM)
        self.imap = imaplib.IMAP4_SSL("localhost", server.port, ssl_context=context)
        self.imap.login("alice", "secret word")

    def add(self, folder, data, flags="", date='"23-Nov-2026 10:00:00 +0000"'):
        status, answer = self.imap.append(folder, flags, date, data)
        assert status == "OK", answer

    def flag(self, folder, how, flag):
        self.imap.select(folder)
        self.imap.store("1", how, flag)
        self.imap.unselect()

    def clear(self, folder):
        self.imap.select(folder)
        self.imap.store("1:*", "+FLAGS", "\\Deleted")
        self.imap.expunge()
        self.imap.close()

    def state(self, folder):
        """Content, flags and dates of what is there."""
        status, _ = self.imap.select(folder, readonly=True)
        if status != "OK":
            return []
        _, found = self.imap.uid("SEARCH", "ALL")
        if not found[0]:
            return []
        _, parts = self.imap.uid("FETCH", found[0].replace(b" ", b",").decode(), "(FLAGS INTERNALDATE BODY.PEEK[])")
        out = []
        for part in parts:
            if not isinstance(part, tuple):
                continue
            flags = re.search(rb"FLAGS \(([^)]*)\)", part[0]).group(1).split()
            date = re.search(rb'INTERNALDATE "([^"]*)"', part[0]).group(1)
            out.append((part[1], tuple(sorted(f for f in flags if f != b"\\Recent")), date))
        self.imap.close()
        return sorted(out)

    def fill(self, sent_folder, count=4):
        for number in range(count):
            self.add("INBOX", ordinary(number), "(\\Seen)", f'"{10 + number % 20}-Nov-2026 08:00:00 +0000"')
            self.add("INBOX", forged(number), "(\\Flagged Work)" if number % 2 else "", f'"{20 + number % 8}-Nov-2026 09:30:00 +0000"')
        self.add("INBOX", genuine(0))
        self.add("INBOX", ordinary(90), "(\\Deleted)")
        for number in range(3):
            self.add(sent_folder, sent(number), "(\\Seen)")


def user_of(server):
    home = Home(UNSENT, PEM)
    home.learn()
    return home


def act_and_undo(server, sent_folder, quarantine):
    account = Account(server)
    account.fill(sent_folder)
    before = account.state("INBOX")
    url = f"imaps://alice@localhost:{server.port}"
    Home(UNSENT, PEM).run("scan", url, status=0)
    check(account.state("INBOX") == before, "a scan changes nothing")
    user = user_of(server)
    user.run("import", url, status=0)
    check("already" in user.out or "3" in user.out, f"Sent is found: {user.out}")
    user.run("scan", "--quarantine", f"{url}/INBOX", status=0)
    check("4 messages put into the quarantine" in user.out, f"the flood goes: {user.out}{user.err}")
    check(len(account.state(quarantine)) == 4 and len(account.state("INBOX")) == 6, "into the quarantine")
    subscribed = b" ".join(account.imap.lsub()[1])
    check(quarantine.encode() in subscribed, "which is subscribed to")
    user.run("scan", "--undo", status=0)
    check(account.state("INBOX") == before, "content, flags and dates come back")
    user.run("scan", "--tag", f"{url}/INBOX", status=0)
    check(sum(b"$Backscatter" in flags for _, flags, _ in account.state("INBOX")) == 4, "a tag is a keyword")
    user.run("scan", "--undo", status=0)
    check(account.state("INBOX") == before, "and is taken back")
    user.run("scan", "--delete", f"{url}/INBOX", status=0)
    check(len(account.state("INBOX")) == 6, f"deleting moves away: {user.out}{user.err}")
    user.run("scan", "--undo", status=0)
    check(account.state("INBOX") == before, "and comes back from the trash")
    user.run("scan", "--incremental", "--json", f"{url}/INBOX", status=0)
    check(user.out.count("\n") == len(before), "the first time all is read")
    account.flag("INBOX", "+FLAGS", "Later")
    user.run("scan", "--incremental", "--json", f"{url}/INBOX", status=0)
    check(user.out == "", f"then what has come, and no flag that was changed: {user.out}")
    account.flag("INBOX", "-FLAGS", "Later")
    return account, before


def cuts(server, quarantine, before, account):
    """The connection is cut at each piece that the client sends."""
    proxy = Proxy(server.port)
    url = f"imaps://alice@localhost:{proxy.port}/INBOX"
    user = user_of(server)
    user.run("scan", "--quarantine", url, status=0)
    acting, proxy.pieces = proxy.pieces, 0
    user.run("scan", "--undo", status=0)
    undoing = proxy.pieces
    for deed, most in (("act", acting), ("undo", undoing)):
        for at in range(1, most + 1):
            if deed == "undo":
                user.run("scan", "--quarantine", url, status=0)
            proxy.pieces, proxy.cut = 0, lambda number: number == at
            user.run("scan", *(["--quarantine", url] if deed == "act" else ["--undo"]))
            proxy.cut = None
            check(user.status == 0, f"cut at piece {at} of {deed}: {user.status} {user.err}")
            if deed == "act":
                user.run("scan", "--undo", status=0)
            check(account.state("INBOX") == before, f"cut at piece {at} of {deed}: the folder is not what it was")
            check(not account.state(quarantine), f"cut at piece {at} of {deed}: something is left in the quarantine")
    print(f"{acting + undoing} cuts", flush=True)


def review(server):
    """Somebody walks through the campaigns on a terminal, types the password, and says what is not theirs."""
    account = Account(server)
    account.clear("INBOX")
    with open(f"{HERE}/../one-network.mbox", "rb") as box:
        mails = re.split(rb"^From .*\n", box.read(), flags=re.M)[1:]
    for number, mail in enumerate(mails):
        account.add("INBOX", mail[:-1].replace(b"\n", b"\r\n"), "(\\Flagged)" if number % 3 else "(\\Seen Work)")
    before = account.state("INBOX")
    user = Home(UNSENT, PEM, settings="user = \"alice\"\n", asks=True)
    words = ["review", "--no-dns", "--now", "2026-11-23T12:00:00Z", "--sent", f"{HERE}/../../../samples/flood/sent", f"imaps://localhost:{server.port}/INBOX"]

    def walk(keys):
        session = Session([UNSENT, *words], {**user.environment, "TERM": "xterm-256color"})
        session.wait_for("Password for alice at localhost:")
        session.type([""])
        os.write(session.terminal, b"secret word\n")
        session.wait_for("will be put away")
        session.type(["", *keys])
        status = session.end()
        check(status == 0 and b"secret word" not in session.output, f"review {keys}: {status} {session.output[-500:]!r}")
        return session.output

    walk(["n", "q"])
    check(account.state("INBOX") == before, "whoever leaves has changed nothing")
    shown = walk(["n", "\n", "\x1b", "", "a", "y"])
    check(b"UID " in shown, f"a report is named by its UID: {shown[-2000:]!r}")
    left, away = account.state("INBOX"), account.state("Backscatter")
    check(b"takes it back" in shown and len(away) >= 27, f"what is not mine goes: {len(away)}, {shown[-500:]!r}")
    check(sorted(left + away) == before, "with flags and dates, and nothing else")
    user.run("review", "--list", status=0)
    check(user.out.startswith("not mine"), f"it is remembered: {user.out}")
    user.configure(PEM, settings='user = "alice"\n')
    user.run("scan", "--undo", status=0)
    check(account.state("INBOX") == before and not account.state("Backscatter"), "and comes back")


def dovecot():
    server = Dovecot(PEM)
    try:
        account, before = act_and_undo(server, "Gesendet", "Backscatter")
        cuts(server, "Backscatter", before, account)
        user = user_of(server)
        user.run("scan", f"imap://alice@localhost:{server.starttls}", status=0)
        mbsync(server, account, before)
        review(server)
    finally:
        server.stop()


def dovecot_compresses():
    """COMPRESS=DEFLATE is used where a server has it: a proxy counts what comes."""
    counted = {}
    for plugins in ("imap_zlib", ""):
        server = Dovecot(PEM, plugins=plugins)
        try:
            Account(server).fill("Gesendet", 50)
            proxy = Proxy(server.port)
            Home(UNSENT, PEM).run("scan", f"imaps://alice@localhost:{proxy.port}", status=0)
            counted[plugins] = proxy.down
        finally:
            server.stop()
    check(counted["imap_zlib"] * 3 < counted[""], f"it is less: {counted}")


def courier():
    server = Courier(PEM, COURIER)
    account, before = act_and_undo(server, "INBOX.Sent", "INBOX.Backscatter")
    cuts(server, "INBOX.Backscatter", before, account)
    server.stop()


def mbsync(server, account, before):
    """The recipe: what is put away at home between two syncs is put away at the provider."""
    user = user_of(server)
    recipe = open(f"{HERE}/../../../samples/recipes/mbsyncrc").read()
    recipe = recipe.replace("Host mail.example\n", f"Host localhost\nPort {server.port}\nCertificateFile {PEM}\n").replace("User alice@mail.example", "User alice")
    recipe = recipe.replace('PassCmd "secret-tool lookup imap mail.example"', f'PassCmd "cat {user.path}/secret"').replace("Patterns INBOX Sent", "Patterns INBOX Gesendet")
    open(f"{user.path}/.mbsyncrc", "w").write(recipe)

    def sync():
        done = subprocess.run(["mbsync", "-q", "flood"], env=user.environment, capture_output=True, text=True, timeout=60)
        check(done.returncode == 0, f"mbsync: {done.stdout}{done.stderr}")

    def names(folder):
        return sorted(re.sub(r".*(,U=\d+).*(:2,.*)", r"\1\2", name) for name in glob.glob(f"{user.path}/Mail/{folder}*/*") if name.split("/")[-2] in ("cur", "new"))

    sync()
    here = names("")
    kept = [one for one in before if b"\\Deleted" not in one[1]]
    check(len(here) == len(kept), "all is at home, but what mbsync itself clears away")
    user.run("import", f"{user.path}/Mail/.Gesendet", status=0)
    user.run("scan", "--quarantine", "--quarantine-folder", f"{user.path}/Mail/.Backscatter", f"{user.path}/Mail", status=0)
    check("4 messages" in user.out, f"the flood is put away at home: {user.out}")
    sync()
    check(len(account.state("Backscatter")) == 4 and len(account.state("INBOX")) == len(kept) - 4, "and at the provider, flags and all")
    user.run("scan", "--undo", status=0)
    sync()
    # A Maildir has no keywords, and mbsync puts a field of its own into what it sends.
    system = lambda state: sorted((re.sub(rb"X-TUID: [^\r]*\r\n", b"", data), tuple(flag for flag in flags if flag.startswith(b"\\"))) for data, flags, _ in state)
    check(system(account.state("INBOX")) == system(kept), "and is taken back there too, with its flags")
    check(not account.state("Backscatter"), "with nothing left over")


for test in [dovecot, dovecot_compresses, courier] if len(sys.argv) < 5 else [globals()[sys.argv[4]]]:
    begin = time.monotonic()
    test()
    print(f"{test.__name__}: {time.monotonic() - begin:.1f} s", flush=True)
sys.exit(1 if failures else 0)
