"""How fast `unsent scan` goes through mailboxes: bench_scan.py UNSENT [MB [FILES [RUNS]]].

Makes, in a scratch folder (TMPDIR), MB megabytes (1000) of ordinary mail in an mbox, as many
of bounces in another, and a Maildir of FILES messages (1,000,000; half of them bounces), all
of them copies of the mails in samples/flood with ids and addresses of their own; ordinary
mail also has bodies and attachments as mail has them, and one in five hundred looks like a
bounce at first sight. Needs 2.2 times MB on the disk, and 4 kB a file. Each is scanned RUNS
times (3) with a warm cache, with 1 and with 2 threads: the median, and the highest memory.
Beside them `grep -c '^From '` and `wc -l` on the same file, the cost against the size, and
on the first PEER_MAILS bounces the peers that are installed (Debian packages all three):
flufl.bounce, Mail::DeliveryStatus::BounceParser, Sisimai. Whatever else the machine does
shows in the figures.
"""
import os
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

here = pathlib.Path(__file__).resolve().parent
samples = here.parent.parent / "samples/flood"
unsent = os.path.abspath(sys.argv[1])
MB = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
FILES = int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000
RUNS = int(sys.argv[4]) if len(sys.argv) > 4 else 3
PEER_MAILS = 2000
NOW = "2026-11-23T12:00:00Z"  # for the samples
LIKE_BOUNCES = ("a person quotes a bounce", "a digest about bounces",
                "a phish that is titled like a bounce")
BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def templates():
    """The sample mails, ordinary ones and bounces, without their From_ lines."""
    mails = re.split(rb"(?m)^From [^\n]*\n", (samples / "inbox.mbox").read_bytes())[1:]
    rows = [line.split("\t") for line in (samples / "verdicts.tsv").read_text().splitlines()[1:]]
    assert len(mails) == len(rows)
    ordinary = [(mail, row[4]) for mail, row in zip(mails, rows) if row[1] == "ordinary"]
    plain = [mail for mail, note in ordinary if note not in LIKE_BOUNCES]
    like = [mail for mail, note in ordinary if note in LIKE_BOUNCES]
    assert len(like) == len(LIKE_BOUNCES)
    many = [mail for one in like for mail in (plain * 500)[:499] + [one]]
    return many, [mail for mail, row in zip(mails, rows) if row[1] == "bounce"]


class Copies:
    """Copies of a mail in which ids are others: hexadecimal words of eight letters and more,
    and the local parts of addresses that are not ours, the same everywhere in one copy."""
    WORD = re.compile(rb"\b(?=[0-9A-Fa-f-]*[0-9])[0-9A-F][0-9A-F-]{7,}[0-9A-F]\b"
                      rb"|\b[a-z.]+(?=@(?!ourshop)[a-z0-9.-]+\.example)")

    def __init__(self, mail):
        words = {}
        self.pieces = []
        self.slots = []
        at = 0
        for found in self.WORD.finditer(mail):
            self.pieces.append(mail[at:found.start()])
            self.slots.append(words.setdefault(found.group(), len(words)))
            at = found.end()
        self.end = mail[at:].rstrip(b"\n") + b"\n"
        self.words = list(words)

    def make(self, number):
        new = [word + b"%d" % number if word.islower() else
               b"%0*X" % (len(word), number * 2654435761 + place) for place, word in
               enumerate(self.words)]
        out = []
        for piece, slot in zip(self.pieces, self.slots):
            out += (piece, new[slot])
        return b"".join(out) + self.end


def body(chance):
    """What ordinary mail has beside the sample's few lines: some text, at times a file."""
    size = int(chance.lognormvariate(7.5, 1))
    text = b"Some words about the order, the weather and the day after.\n" * (size // 59)
    if chance.random() < 0.2:
        line = bytes(chance.choices(BASE64, k=76)) + b"\n"
        text += b"\n" + line * int(chance.lognormvariate(6.5, 1))
    return text


def from_line(number, is_report):
    sender = b"MAILER-DAEMON" if is_report else b"bob@remote.example"
    return b"From %s Mon Nov  2 %02d:%02d:%02d 2026\n" % (
        sender, number // 3600 % 24, number // 60 % 60, number % 60)


def write_mbox(path, mails, size, with_bodies):
    chance = random.Random(4711)
    number = written = 0
    with open(path, "wb") as file:
        while written < size:
            text = from_line(number, not with_bodies) + mails[number % len(mails)].make(number)
            text += body(chance) + b"\n" if with_bodies else b"\n"
            written += file.write(text)
            number += 1


def write_maildir(path, kinds, count):
    for part in ("cur", "new", "tmp"):
        os.makedirs(os.path.join(path, part))
    for number in range(count):
        mails = kinds[number % 2]
        text = mails[number // 2 % len(mails)].make(number)
        name = "cur/%d.M%06dP%d.mail.ourshop.example,S=%d,W=%d:2,S" % (
            1790000000 + number // 7, number * 7919 % 1000000, 2000 + number % 7, len(text),
            len(text) + text.count(b"\n"))
        with open(os.path.join(path, name), "wb") as file:
            file.write(text)


def apart(function, *arguments):
    """In a process of its own: the memory of one that is started is at least that of ours."""
    pid = os.fork()
    if pid == 0:
        function(*arguments)
        os._exit(0)
    if os.waitpid(pid, 0)[1] != 0:
        sys.exit("the mailboxes could not be made")


def run(words):
    """Seconds, seconds of CPU, and the highest memory in kB."""
    out = os.open("out", os.O_RDWR | os.O_CREAT | os.O_TRUNC)  # on /dev/null grep stops early
    start = time.monotonic()
    pid = os.posix_spawn(words[0], words, os.environ,
                         file_actions=[(os.POSIX_SPAWN_DUP2, out, fd) for fd in (0, 1)])
    _, status, usage = os.wait4(pid, 0)
    seconds = time.monotonic() - start
    os.close(out)
    if status != 0:
        sys.exit(f"{words}: status {status}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def measure(words, runs=RUNS):
    results = [run(words) for _ in range(runs)]
    return (statistics.median(r[0] for r in results), statistics.median(r[1] for r in results),
            max(r[2] for r in results))


def show(name, messages, size, result, reference=None):
    seconds, cpu, memory = result
    ratio = "" if reference is None else f"{reference / seconds:7.2f}"
    print(f"{name:44} {seconds:9.3f} {cpu:9.3f} {size / seconds / 1e6:9.0f} "
          f"{messages / seconds:11.0f} {memory / 1024:8.0f} {ratio:>7}", flush=True)


def scan(threads, mailbox, *options):
    return [unsent, "scan", "--no-dns", "--now", NOW, "--threads", str(threads), *options, mailbox]


def count_in(mbox):
    return int(subprocess.run(["grep", "-ac", "^From ", mbox], stdout=subprocess.PIPE,
                              check=True).stdout)


def bench_mbox(name, mbox):
    size = os.path.getsize(mbox)
    count = count_in(mbox)  # and the cache is warm
    grep = measure([shutil.which("grep"), "-ac", "^From ", mbox])
    show(f"{name}: grep -c '^From '", count, size, grep)
    show(f"{name}: wc -l", count, size, measure([shutil.which("wc"), "-l", mbox]), grep[0])
    for threads in (1, 2):
        show(f"{name}: scan, threads: {threads}", count, size, measure(scan(threads, mbox)),
             grep[0])


def head_of(mbox, size, out):
    """The whole messages among the first size bytes."""
    with open(mbox, "rb") as source, open(out, "wb") as target:
        left = size - (1 << 17)
        while left > 0 and (piece := source.read(min(left, 1 << 20))):
            target.write(piece)
            left -= len(piece)
        rest = source.read(1 << 17)
        target.write(rest[:rest.rfind(b"\nFrom ") + 1])


def first_mails(mbox, count, out):
    with open(mbox, "rb") as source, open(out, "wb") as target:
        for line in source:
            count -= line.startswith(b"From ")
            if count < 0:
                return
            target.write(line)


def bench_sizes(mbox):
    for size in (10, 100):
        if size < MB:
            head_of(mbox, size * 1_000_000, "head")
            show(f"bounces, {size} MB: scan, threads: 2", count_in("head"),
                 os.path.getsize("head"), measure(scan(2, "head")))


def has(*words):
    return shutil.which(words[0]) and subprocess.run(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def bench_peers(mbox):
    first_mails(mbox, PEER_MAILS, "few")
    count, size = count_in("few"), os.path.getsize("few")
    show(f"{count} bounces: scan, threads: 1", count, size, measure(scan(1, "few")))
    peers = (("flufl.bounce", ("/usr/bin/python3", "-c", "import flufl.bounce"), "peer_flufl.py"),
             ("BounceParser", ("perl", "-MMail::DeliveryStatus::BounceParser", "-e1"),
              "peer_bounceparser.pl"),
             ("Sisimai", ("perl", "-MSisimai", "-e1"), "peer_sisimai.pl"))
    for name, probe, script in peers:
        if not has(*probe):
            print(f"{count} bounces: {name}: not installed")
            continue
        words = [shutil.which(probe[0]), str(here / script), "few"]
        show(f"{count} bounces: {name}", count, size, measure(words, 1))


def bench_maildir(maildir):
    size = sum(entry.stat().st_size for entry in os.scandir(maildir + "/cur"))
    run(scan(2, maildir))  # warm
    for threads in (1, 2):
        show(f"Maildir: scan, threads: {threads}", FILES, size, measure(scan(threads, maildir)))
    os.environ["XDG_STATE_HOME"] = os.path.abspath("state")
    first = run(scan(2, maildir, "--incremental"))
    show("Maildir: scan --incremental, all new", FILES, size, first)
    show("Maildir: scan --incremental, nothing new", FILES, size,
         measure(scan(2, maildir, "--incremental")))


def main():
    ordinary, bounces = ([Copies(mail) for mail in mails] for mails in templates())
    with tempfile.TemporaryDirectory() as home:
        os.chdir(home)
        os.environ.update(HOME=home, XDG_CONFIG_HOME=home, XDG_DATA_HOME=home, LC_ALL="C")
        subprocess.run([unsent, "import", "--complete", "ourshop.example", "--since",
                        "2026-11-01T00:00:00Z", str(samples / "sent")], check=True,
                       stdout=subprocess.DEVNULL)
        pathlib.Path("unsent/config.toml").write_text(
            '[identity]\ndomains = ["ourshop.example"]\n')
        apart(write_mbox, "ordinary", ordinary, MB * 1_000_000, True)
        apart(write_mbox, "bounces", bounces, MB * 1_000_000, False)
        print(f"{'':44} {'seconds':>9} {'CPU':>9} {'MB/s':>9} {'messages/s':>11} {'MB peak':>8} "
              f"{'grep=1':>7}")
        show("the least that can be measured", 0, 0, measure([shutil.which("true")]))
        bench_mbox("ordinary", "ordinary")
        bench_mbox("bounces", "bounces")
        bench_sizes("bounces")
        bench_peers("bounces")
        if FILES > 0:
            apart(write_maildir, "maildir", (ordinary, bounces), FILES)
            bench_maildir("maildir")


main()
