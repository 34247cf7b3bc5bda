"""What waiting for the DNS costs: bench_dns.py NAME_SERVER UNSENT [UNSENT…].

Makes a flood of MAILS (5000) bounces in a scratch folder, in which each names hosts, addresses
and domains of its own: who brought it, who had handed the forged original over, to whom that
went. Nine in ten are about forged mail, the rest about what our own server sent. NAME_SERVER
(bench_name_server) answers for all of them after DELAY ms (30). With every UNSENT, the commit
before beside this one: seconds, questions, and memory of `scan` where all is well, with 1 % of the
questions lost, and with a tenth of the sites silent; whether the verdicts are those of the first
UNSENT; how many questions a message had in the middle; and one bounce through `filter`, 100
times without and with what the DNS answered to earlier runs.
"""
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

MAILS = int(os.environ.get("MAILS", "5000"))
DELAY = int(os.environ.get("DELAY", "30"))
PIPES = int(os.environ.get("PIPES", "100"))
PORT = int(os.environ.get("PORT", "5399"))
NOW = "2026-11-23T12:00:00Z"
OURS = "192.0.2.10"

BOUNCE = """Return-Path: <>
Delivered-To: alice@ourshop.example
Received: from {mx} ({mx} [{mx_ip}])
\tby mail.ourshop.example (Postfix) with ESMTPS id {id}; Mon, 23 Nov 2026 11:00:00 +0000
From: MAILER-DAEMON@{mx} (Mail Delivery System)
To: alice@ourshop.example
Subject: Undelivered Mail Returned to Sender
Date: Mon, 23 Nov 2026 11:00:00 +0000
Message-ID: <{id}@{mx}>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

<bob@{domain}>: host said: 550 5.1.1 User unknown

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; {mx}

Final-Recipient: rfc822; bob@{domain}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b
Content-Type: text/rfc822-headers

Received: from {helo} ({rdns} [{ip}])
\tby {mx} (Postfix) with ESMTP id 9{id}; Mon, 23 Nov 2026 10:30:00 +0000
From: Alice <alice@ourshop.example>
To: bob@{domain}
Subject: Order {id}
Date: Mon, 23 Nov 2026 10:00:00 +0000
Message-ID: <order{id}@ourshop.example>

--b--
"""


def address(net, number):
    return f"{net}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def reverse(ip):
    return ".".join(reversed(ip.split("."))) + ".in-addr.arpa."


def write_world(folder):
    """The mbox, and the zone that knows everybody in it."""
    chance = random.Random(4711)
    zone = ["$TTL 3600", f'ourshop.example. TXT "v=spf1 ip4:{OURS} -all"',
            f"mail.ourshop.example. A {OURS}", f"{reverse(OURS)} PTR mail.ourshop.example."]
    with open(folder / "flood.mbox", "w", encoding="ascii") as mbox:
        for number in range(MAILS):
            domain, mx_ip = f"d{number}.site.example", address(10 + 90, number)
            mx = f"{chance.choice(('mx', 'mail', 'smtp', 'in1'))}.{domain}"
            ip = address(101, number)
            rdns = f"host-{number}.dyn{number % 97}.isp.example"
            zone += [f"{mx}. A {mx_ip}", f"{domain}. MX 10 {mx}.", f"{reverse(mx_ip)} PTR {mx}.",
                     f'{domain}. TXT "v=spf1 mx -all"', f"{domain}. A {address(102, number)}",
                     f"{rdns}. A {ip}", f"{reverse(ip)} PTR {rdns}."]
            helo = chance.choice((rdns, "mail.ourshop.example", f"pc{number}"))
            if number % 10 == 3:
                helo = rdns = "mail.ourshop.example"
                ip = OURS
            mbox.write("From MAILER-DAEMON Mon Nov 23 11:00:00 2026\n" + BOUNCE.format(
                mx=mx, mx_ip=mx_ip, domain=domain, helo=helo, rdns=rdns, ip=ip,
                id=f"A{number:06d}") + "\n")
    (folder / "world.zone").write_text("\n".join(zone) + "\n")


class NameServer:
    def __init__(self, program, folder, loss=0, silent=0, delay=DELAY):
        self.process = subprocess.Popen(
            [program, folder / "world.zone", str(PORT), str(delay), str(loss), str(silent)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n", "the name server does not come up"

    def __enter__(self):
        return self

    def questions(self):
        self.process.stdin.close()
        return int(self.process.stdout.read())

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def run(words, **how):
    """Seconds, and the highest memory in MB."""
    start = time.monotonic()
    with subprocess.Popen(words, **how) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return time.monotonic() - start, usage.ru_maxrss / 1024


def options(folder):
    return ["--no-ledger", "--now", NOW, "--domain", "ourshop.example"]


def verdicts_of(path):
    return [json.loads(line)["verdict"] for line in path.read_text().splitlines()]


def bench_scan(server, unsent, folder, what, reference, **manners):
    with NameServer(server, folder, **manners) as names, open(folder / "out", "w") as out:
        seconds, memory = run([unsent, "scan", "--json", "--dns", f"127.0.0.1:{PORT}",
                               *options(folder), folder / "flood.mbox"], stdout=out)
        questions = names.questions()
    verdicts = verdicts_of(folder / "out")
    changed = sum(a != b for a, b in zip(verdicts, reference or verdicts))
    count = {verdict: verdicts.count(verdict) for verdict in sorted(set(verdicts))}
    print(f"{what:28} {seconds:8.2f} s {questions:8d} questions {memory:6.0f} MB  "
          f"{changed} others  {count}", flush=True)
    return verdicts


def count_questions(server, unsent, folder):
    """In the middle of 50 mails, each asked on its own; our own record is known to all of them."""
    mails = (folder / "flood.mbox").read_text().split("From MAILER-DAEMON Mon")[1:51]
    counts = []
    for mail in mails:
        (folder / "one.eml").write_text(mail.split("\n", 1)[1])
        with NameServer(server, folder, delay=0) as names:
            run([unsent, "check", "--dns", f"127.0.0.1:{PORT}", *options(folder),
                 folder / "one.eml"], stdout=subprocess.DEVNULL)
            counts.append(names.questions() - 1)
    return statistics.median(counts)


def bench_pipe(server, unsent, folder, is_warm):
    (folder / "config.toml").write_text(
        f'[identity]\ndomains = ["ourshop.example"]\n[dns]\nserver = "127.0.0.1:{PORT}"\n'
        f'cache = "{folder}/cache/dns.db"\n')
    (folder / "cache").mkdir(exist_ok=True)
    mail = folder / "one.eml"
    times = []
    with NameServer(server, folder):
        for _ in range(PIPES):
            if not is_warm:
                shutil.rmtree(folder / "cache")
                (folder / "cache").mkdir()
            with open(mail, "rb") as source:
                seconds, _ = run([unsent, "--config", folder / "config.toml", "filter"],
                                 stdin=source, stdout=subprocess.DEVNULL)
            times.append(seconds * 1000)
    return statistics.median(times)


def main():
    server, programs = os.path.abspath(sys.argv[1]), [os.path.abspath(p) for p in sys.argv[2:]]
    with tempfile.TemporaryDirectory() as home:
        folder = pathlib.Path(home)
        os.environ.update(HOME=home, XDG_CONFIG_HOME=home + "/c", XDG_DATA_HOME=home + "/d",
                          XDG_CACHE_HOME=home + "/k", XDG_STATE_HOME=home + "/s")
        write_world(folder)
        references = {}
        for unsent in programs:
            print(f"{unsent}: {MAILS} bounces, {DELAY} ms a question")
            for what, manners in (("scan", {}), ("scan, 1 % lost", {"loss": 1}),
                                  ("scan, a tenth silent", {"silent": 10})):
                references.setdefault(what, bench_scan(server, unsent, folder, what,
                                                       references.get(what), **manners))
            print(f"{'questions in the middle':28} {count_questions(server, unsent, folder):8.1f}")
            for what, is_warm in (("filter, cold", False), ("filter, warm", True)):
                print(f"{what:28} {bench_pipe(server, unsent, folder, is_warm):8.2f} ms",
                      flush=True)


main()
