"""follow.py PROGRAM: see run.sh."""
import atexit
import gzip
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time

program = sys.argv[1]
random.seed(4711)
serial = 0
started = []


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())


def begin(name):
    """Handed in, not delivered yet."""
    return (f"{now()} mail postfix/pickup[1]: {name}: uid=1000 from=<alice>\n"
            f"{now()} mail postfix/cleanup[2]: {name}: message-id=<{name}@ourshop.example>\n"
            f"{now()} mail postfix/qmgr[3]: {name}: from=<alice@ourshop.example>, size=1, nrcpt=2"
            " (queue active)\n")


def deliver(name, to):
    return (f"{now()} mail postfix/smtp[4]: {name}: to=<{to}@remote.example>, "
            "relay=x[203.0.113.5]:25, dsn=2.0.0, status=sent (ok)\n")


def end(name):
    return f"{now()} mail postfix/qmgr[3]: {name}: removed\n"


def whole(name):
    return begin(name) + deliver(name, "bob") + deliver(name, "carol") + end(name)


def new_name():
    global serial
    serial += 1
    return "B%06X" % serial


def append(path, text):
    with open(path, "a") as log:
        log.write(text)


def fail(text):
    sys.exit(text)


@atexit.register
def end_all():
    for process in started:
        process.kill()


class Follower:
    def __init__(self, *words, **more):
        self.errors = open("err", "w+")
        self.process = subprocess.Popen([program, "import", "--follow", *words],
                                        stdout=subprocess.PIPE, stderr=self.errors, text=True,
                                        **more)
        started.append(self.process)

    def said(self):
        self.errors.seek(0)
        return self.errors.read()

    def takes_signals(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            blocked = [line for line in status if line.startswith("SigBlk:")][0].split()[1]
        return int(blocked, 16) & 1 << (signal.SIGTERM - 1)

    def stop(self, by=signal.SIGTERM):
        wait(self.takes_signals, "signals are not taken")
        self.process.send_signal(by)
        return self.end()

    def end(self):
        out = self.process.communicate(timeout=60)[0]
        if self.process.returncode != 0:
            fail(f"status {self.process.returncode}: {self.said()}")
        return out

    def kill(self):
        self.process.kill()
        self.process.wait()

    def wait_to_say(self, text):
        wait(lambda: text in self.said(), f"not said: {text}; but: {self.said()}")


def wait(condition, complaint, longest=60.0):
    until = time.monotonic() + longest
    while not condition():
        if time.monotonic() > until:
            fail(complaint)
        time.sleep(0.05)


def recipients(ledger, name):
    if not os.path.exists(ledger):
        return -1
    shown = subprocess.run([program, "ledger", "show", "--ledger", ledger,
                            f"<{name}@ourshop.example>"], capture_output=True, text=True)
    if shown.returncode != 0:
        return -1
    return len(json.loads(shown.stdout.splitlines()[0])["recipients"])


def expect(ledger, name, count, longest=60.0):
    wait(lambda: recipients(ledger, name) == count,
         f"{name}: {recipients(ledger, name)} recipients, not {count}", longest)


def count_rows(ledger):
    stats = subprocess.run([program, "ledger", "stats", "--ledger", ledger], capture_output=True,
                           text=True).stdout.splitlines()
    return stats[1]


def a_log_that_is_not_there_yet():
    follower = Follower("--ledger", "a.db", "a.log")
    follower.wait_to_say("a.log: No such file or directory; waiting for it")
    append("a.log", begin("A00001"))
    expect("a.db", "A00001", 0)
    append("a.log", deliver("A00001", "bob"))
    expect("a.db", "A00001", 1)
    append("a.log", deliver("A00001", "carol")[:60])
    time.sleep(0.7)
    append("a.log", deliver("A00001", "carol")[60:])
    expect("a.db", "A00001", 2)
    out = follower.stop(signal.SIGINT)
    if "1 message added" not in out:
        fail(f"summary: {out}")
    out = Follower("--ledger", "a.db", "a.log").stop()
    if not out.startswith("0 messages added"):
        fail(f"read twice: {out}")


def renamed():
    append("r.log", begin("R00001"))
    follower = Follower("--ledger", "r.db", "r.log")
    expect("r.db", "R00001", 0)
    os.rename("r.log", "r.log.1")
    append("r.log.1", deliver("R00001", "bob"))  # who has it open goes on
    expect("r.db", "R00001", 1)
    open("r.log", "w").close()
    append("r.log.1", whole("R00002"))
    expect("r.db", "R00002", 2)
    append("r.log", deliver("R00001", "carol") + end("R00001"))
    expect("r.db", "R00001", 2)
    append("r.log.1", whole("R00003"))
    expect("r.db", "R00003", 2)
    follower.kill()
    # While nobody looks: once more, and the older one compressed.
    append("r.log", begin("R00004"))
    with open("r.log.1", "rb") as old, gzip.open("r.log.2.gz", "wb") as packed:
        packed.write(old.read())
    os.rename("r.log", "r.log.1")
    append("r.log", deliver("R00004", "bob") + deliver("R00004", "carol") + end("R00004"))
    follower = Follower("--ledger", "r.db", "r.log")
    expect("r.db", "R00004", 2)
    follower.stop()
    if follower.said():
        fail(f"renamed: {follower.said()}")
    if not count_rows("r.db").startswith("4 messages"):
        fail(f"renamed: {count_rows('r.db')}")


def two_names():
    append("n.log", whole("N00001"))
    os.symlink("n.log", "nlog")
    follower = Follower("--ledger", "n.db", "n.log", "nlog")
    follower.wait_to_say("nlog: is n.log, which is followed already")
    expect("n.db", "N00001", 2)
    follower.stop()
    # By the link alone: the copy is beside the log.
    follower = Follower("--ledger", "n.db", "nlog")
    append("n.log", whole("N00002") + begin("N00003"))
    expect("n.db", "N00003", 0)
    shutil.copy("n.log", "n.log.1")
    with open("n.log", "w") as log:
        log.write(deliver("N00003", "bob") + deliver("N00003", "carol") + end("N00003"))
    expect("n.db", "N00003", 2)
    follower.stop()
    if follower.said():
        fail(f"two names: {follower.said()}")


def emptied():
    append("e.log", whole("E00001"))
    follower = Follower("--ledger", "e.db", "e.log")
    expect("e.db", "E00001", 2)
    append("e.log", whole("E00002") + begin("E00003"))
    shutil.copy("e.log", "e.log.1")
    with open("e.log", "w") as log:
        log.write(deliver("E00003", "bob") + whole("E00004"))
    expect("e.db", "E00002", 2)
    expect("e.db", "E00003", 1)
    expect("e.db", "E00004", 2)
    # Emptied and longer than before at the next look.
    shutil.copy("e.log", "e.log.2")
    with open("e.log", "w") as log:
        log.write("".join(whole("E%05X" % i) for i in range(16, 48)))
    expect("e.db", "E0002F", 2)
    if follower.said():
        fail(f"emptied: {follower.said()}")
    # No copy: what may have stood there is a gap.
    with open("e.log", "w") as log:
        log.write(whole("E00006"))
    follower.wait_to_say("e.log: not read from ")
    expect("e.db", "E00006", 2)
    follower.stop()


def lost():
    append("l.log", whole("C00001"))
    follower = Follower("--ledger", "l.db", "l.log")
    expect("l.db", "C00001", 2)
    follower.stop()
    time.sleep(1.1)
    os.unlink("l.log")
    append("l.log", whole("C00002"))
    follower = Follower("--ledger", "l.db", "l.log")
    expect("l.db", "C00002", 2)
    follower.stop()
    if "l.log: not read from " not in follower.said():
        fail("a lost place is no gap")
    stats = subprocess.run([program, "ledger", "stats", "--ledger", "l.db"], capture_output=True,
                           text=True).stdout
    if "l.log was not read from " not in stats:
        fail(f"not in the ledger: {stats}")
    # Once: what is known now is where the last run ended.
    follower = Follower("--ledger", "l.db", "l.log")
    append("l.log", whole("C00003"))
    expect("l.db", "C00003", 2)
    follower.stop()
    if follower.said():
        fail(f"twice: {follower.said()}")


def locked():
    append("k.log", whole("D00001"))
    follower = Follower("--ledger", "k.db", "k.log")
    expect("k.db", "D00001", 2)
    holder = sqlite3.connect("k.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    append("k.log", whole("D00002"))
    follower.wait_to_say("trying again")
    append("k.log", whole("D00003"))
    # What a sendmail could not write waits beside the ledger.
    with open("k.db.pending", "w") as pending:
        pending.write('{"message_ids": ["D00004@ourshop.example"], "recipients": '
                      '["bob@remote.example"]}\n')
    holder.execute("ROLLBACK")
    holder.close()
    expect("k.db", "D00002", 2)
    expect("k.db", "D00003", 2)
    expect("k.db", "D00004", 1)
    follower.stop()


def pipes():
    follower = Follower("--ledger", "p.db", "-", stdin=subprocess.PIPE)
    follower.process.stdin.write(whole("F00001") + begin("F00002"))
    follower.process.stdin.flush()
    expect("p.db", "F00001", 2)
    expect("p.db", "F00002", 0)
    follower.process.stdin.write(deliver("F00002", "bob"))
    follower.process.stdin.flush()
    expect("p.db", "F00002", 1)
    follower.end()  # closes it
    follower = Follower("--ledger", "p.db", "-", stdin=subprocess.PIPE)
    wait(follower.takes_signals, "signals are not taken")
    follower.process.send_signal(signal.SIGTERM)
    follower.process.wait(timeout=60)
    if follower.process.returncode != 0:
        fail("a silent pipe cannot be stopped")


def promised():
    """Complete until now, and no longer."""
    append("c.log", whole("AA0001"))
    follower = Follower("--ledger", "c.db", "--complete", "ourshop.example", "c.log")
    expect("c.db", "AA0001", 2)

    def until():
        reader = sqlite3.connect("c.db")
        found = reader.execute("SELECT until FROM coverage WHERE scope = 'ourshop.example'")
        ends = [row[0] for row in found.fetchall()]
        reader.close()
        return ends

    wait(until, "no promise")
    follower.stop()
    [end] = until()
    if not end or not time.time() - 60 < end < time.time():
        fail(f"a promise that ends at {end}")


class SystemLog(threading.Thread):
    """What is said to the system log while there is no other."""

    def __init__(self):
        super().__init__(daemon=True)
        self.said = []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("/dev/log")
        os.chmod("/dev/log", 0o666)
        self.start()

    def run(self):
        while True:
            self.said.append(self.socket.recv(4096).decode(errors="replace"))

    def close(self):
        os.unlink("/dev/log")


def strange():
    """Lines that stop being understood: from there on nothing is complete, said once."""
    log = None if os.path.exists("/dev/log") else SystemLog()
    append("s.log", whole("AB0001"))
    follower = Follower("--ledger", "s.db", "--complete", "ourshop.example", "s.log",
                        env={k: v for k, v in os.environ.items() if k != "JOURNAL_STREAM"})
    expect("s.db", "AB0001", 2)
    for _ in range(3):
        append("s.log", "".join(f"[29.11.2026 {i:02}] mail_info postfix smtpd: client={i}\n"
                                for i in range(25)))
        follower.wait_to_say("s.log: its lines have not been understood since")
        time.sleep(1)

    def gaps():
        reader = sqlite3.connect("s.db")
        found = reader.execute("SELECT since, until FROM gaps").fetchall()
        reader.close()
        return found

    wait(lambda: len(gaps()) == 1, "no gap")
    first = gaps()[0][1]
    wait(lambda: gaps()[0][1] > first, "the gap does not go on")
    append("s.log", whole("AB0002"))
    expect("s.db", "AB0002", 2)
    time.sleep(12)
    ended = gaps()
    time.sleep(12)
    if gaps() != ended or len(ended) != 1:
        fail(f"a gap without end: {ended}, {gaps()}")
    follower.stop()
    if follower.said().count("have not been understood") != 1:
        fail(f"said more than once: {follower.said()}")
    if log:
        log.close()
        if len([line for line in log.said if "s.log: its lines have not been understood" in line]) != 1:
            fail(f"the system log: {log.said}")


def in_a_container():
    """The file that docker writes is followed as any other."""
    def carried(text):
        return "".join(json.dumps({"log": line + "\n", "stream": "stdout",
                                   "time": time.strftime("%Y-%m-%dT%H:%M:%S.123456789Z", time.gmtime())})
                       + "\n" for line in text.splitlines())

    append("0a1b-json.log", carried(whole("AC0001")))
    follower = Follower("--ledger", "d.db", "0a1b-json.log")
    expect("d.db", "AC0001", 2)
    append("0a1b-json.log", carried(begin("AC0002")))
    expect("d.db", "AC0002", 0)
    append("0a1b-json.log", carried(deliver("AC0002", "bob") + end("AC0002")))
    expect("d.db", "AC0002", 1)
    follower.stop()


def killed():
    """A server writes, rotates; the follower is killed."""
    logs = ["w.log", "v.log"]
    names = {log: [] for log in logs}
    for log in logs:
        append(log, "")
    until = time.monotonic() + 12
    runs = 0
    rotations = 0
    while time.monotonic() < until:
        follower = Follower("--ledger", "w.db", *logs)
        runs += 1
        dies = time.monotonic() + random.uniform(0.02, 1.0)
        while time.monotonic() < dies:
            for log in logs:
                name = new_name()
                text = whole(name)
                cut = random.randrange(len(text))
                append(log, text[:cut])
                if random.random() < 0.2:
                    time.sleep(0.01)
                append(log, text[cut:])
                names[log].append(name)
            if random.random() < 0.02:
                rotate(random.choice(logs), rotations)
                rotations += 1
            time.sleep(0.002)
        follower.kill()
    follower = Follower("--ledger", "w.db", *logs)
    for log in logs:
        expect("w.db", names[log][-1], 2)
    follower.stop()
    total = sum(len(of) for of in names.values())
    wanted = f"{total} messages, {total} Message-IDs, {2 * total} recipients"
    if count_rows("w.db") != wanted:
        fail(f"{runs} kills, {rotations} rotations: {count_rows('w.db')}, not {wanted}")
    if runs < 5 or rotations < 3:
        fail(f"only {runs} kills, {rotations} rotations")


def rotate(log, number):
    copy = f"{log}-{20261101 + number}"
    if number % 2 == 0:
        os.rename(log, copy)
        append(log, "")
    else:
        shutil.copy(log, copy)
        open(log, "w").close()
    if number % 3 == 0:
        # As logrotate: the time stays, and the name is there at once.
        with open(copy, "rb") as old, gzip.open(copy + ".tmp", "wb") as packed:
            packed.write(old.read())
        stamp = os.stat(copy)
        os.utime(copy + ".tmp", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        os.rename(copy + ".tmp", copy + ".gz")
        os.unlink(copy)


for test in (a_log_that_is_not_there_yet, renamed, two_names, emptied, lost, locked, pipes, promised, strange,
             in_a_container, killed):
    test()
