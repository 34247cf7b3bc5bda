"""See run.sh. dns.py UNSENT"""
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

unsent = sys.argv[1]
NOW = "2026-11-23T12:00:00Z"
TYPES = {1: "A", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA"}

BOUNCE = """Return-Path: <>
Delivered-To: alice@ourshop.example
Received: from {mx} ({mx} [{mx_ip}])
\tby mail.ourshop.example (Postfix) with ESMTPS id 5C1; Mon, 23 Nov 2026 11:00:00 +0000
From: MAILER-DAEMON@{mx}
To: alice@ourshop.example
Subject: Undelivered Mail Returned to Sender
Date: Mon, 23 Nov 2026 11:00:00 +0000
Message-ID: <bounce{id}@{mx}>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; {mx}

Final-Recipient: rfc822; bob@{domain}
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Received: from {rdns} ({rdns} [{ip}])
\tby {mx} (Postfix) with ESMTP id 9F2; Mon, 23 Nov 2026 10:30:00 +0000
From: Alice <alice@ourshop.example>
To: bob@{domain}
Subject: Order {id}
Date: Mon, 23 Nov 2026 10:00:00 +0000
Message-ID: <order{id}@ourshop.example>

--b--
"""


def reverse(ip):
    return ".".join(reversed(ip.split("."))) + ".in-addr.arpa"


class World:
    """Names with their records: {("a.example", "A"): ["192.0.2.1"]}."""

    def __init__(self):
        self.records = {("ourshop.example", "TXT"): ["v=spf1 ip4:192.0.2.10 -all"]}
        self.add_host("mail.ourshop.example", "192.0.2.10")

    def add(self, name, kind, value):
        self.records.setdefault((name, kind), []).append(value)

    def add_host(self, name, ip):
        self.add(name, "A", ip)
        self.add(reverse(ip), "PTR", name)

    def bounce(self, number, is_genuine):
        """Between parties that no other bounce knows."""
        domain = f"d{number}.example"
        mx, mx_ip = f"mx.{domain}", f"203.0.{number // 250}.{number % 250 + 1}"
        self.add_host(mx, mx_ip)
        self.add(domain, "A", mx_ip)
        self.add(domain, "MX", mx)
        self.add(domain, "TXT", "v=spf1 mx -all")
        rdns, ip = "mail.ourshop.example", "192.0.2.10"
        if not is_genuine:
            rdns, ip = f"dyn{number}.zombie.example", f"198.51.{number // 250}.{number % 250 + 1}"
            self.add_host(rdns, ip)
        return BOUNCE.format(mx=mx, mx_ip=mx_ip, domain=domain, rdns=rdns, ip=ip, id=number)


def wire_name(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def wire_value(kind, value):
    if kind == "A":
        return socket.inet_aton(value)
    if kind == "TXT":
        return bytes([len(value)]) + value.encode()
    return (b"\0\n" if kind == "MX" else b"") + wire_name(value)


class NameServer:
    """On 127.0.0.1; answers delay seconds later, and what is silent(name) never."""

    def __init__(self, world, delay=0.0, silent=lambda name: False, refuses=lambda count: False):
        self.world, self.delay, self.silent, self.refuses = world, delay, silent, refuses
        self.asked = []
        self.times = []  # when each came
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.socket.getsockname()[1]
        self.due = []
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_over = True
        self.thread.join()
        self.socket.close()

    is_over = False

    def serve(self):
        while not self.is_over:
            while self.due and self.due[0][0] <= time.monotonic():
                self.socket.sendto(*self.due.pop(0)[1])
            wait = self.due[0][0] - time.monotonic() if self.due else 0.05
            self.socket.settimeout(max(0.0005, min(0.05, wait)))
            try:
                message, peer = self.socket.recvfrom(4096)
            except (TimeoutError, BlockingIOError):
                continue
            answer = self.answer(message)
            if answer:
                self.due.append((time.monotonic() + self.delay, (answer, peer)))

    def answer(self, message):
        labels, at = [], 12
        while message[at]:
            labels.append(message[at + 1:at + 1 + message[at]].decode().lower())
            at += 1 + message[at]
        name = ".".join(labels)
        kind = TYPES.get(struct.unpack(">H", message[at + 1:at + 3])[0], "?")
        self.asked.append((name, kind))
        self.times.append(time.monotonic())
        if self.silent(name):
            return None
        values = self.world.records.get((name, kind), [])
        is_known = any(known == name for known, _ in self.world.records) if not values else True
        code = 5 if self.refuses(len(self.asked)) else 0 if is_known else 3
        if code == 5:
            values = []
        head = message[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(values), 0, 0)
        question = message[12:at + 5]
        records = b""
        for value in values:
            data = wire_value(kind, value)
            records += b"\xc0\x0c" + message[at + 1:at + 5] + struct.pack(">IH", 3600, len(data))
            records += data
        return head + question + records


def judging(server):
    return ["--no-ledger", "--now", NOW, "--domain", "ourshop.example", "--dns", server.address]


def write_mbox(path, mails):
    path.write_text("".join("From MAILER-DAEMON Mon Nov 23 11:00:00 2026\n" + mail + "\n"
                            for mail in mails))


def scan(path, server, *options):
    start = time.monotonic()
    done = subprocess.run([unsent, "scan", "--json", *options, *judging(server), path],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 0, (done.returncode, done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()], time.monotonic() - start


def report(path, server):
    done = subprocess.run([unsent, "scan", "--deadline", "2", *judging(server), path],
                          stdout=subprocess.PIPE, check=True)
    return " ".join(done.stdout.decode().split())


def id_of(judged):
    return judged["original"]["message_id"]


def test_many_in_flight(folder):
    world = World()
    write_mbox(folder / "flood", [world.bounce(n, n % 10 == 3) for n in range(400)])
    for threads in ("1", "2"):
        with NameServer(world, delay=0.1) as server:
            judged, seconds = scan(folder / "flood", server, "--threads", threads)
            asked = server.asked
        assert [id_of(one) for one in judged] == [f"order{n}@ourshop.example" for n in range(400)]
        for n, one in enumerate(judged):
            assert one["verdict"] == ("genuine" if n % 10 == 3 else "backscatter"), one
        # One after the other on two threads: over a minute. One of five is more than enough.
        assert seconds < 40, seconds
        assert asked.count(("ourshop.example", "TXT")) <= 3, "asked for each message"
        # Again only where the machine was so busy that the answer seemed lost.
        assert len(asked) < 1.3 * len(set(asked)), (len(asked), len(set(asked)))


def hostile(world, number):
    """Its sender's record, its mail hosts and its names lead to hundreds of names."""
    mail = world.bounce(number, False)
    domain = f"d{number}.example"
    world.records[reverse(f"203.0.{number // 250}.{number % 250 + 1}"), "PTR"] = [
        f"n{i}.h{number}.example" for i in range(20)]
    world.records[f"mx.{domain}", "A"] = ["203.0.113.250"]
    world.records[domain, "MX"] = [f"m{i}.h{number}.example" for i in range(10)]
    world.records[domain, "TXT"] = [
        "v=spf1 " + " ".join(f"mx:x{i}.h{number}.example" for i in range(9)) + " ?all"]
    for i in range(9):
        for k in range(10):
            world.add(f"x{i}.h{number}.example", "MX", f"y{i}{k}.h{number}.example")
            world.add(f"y{i}{k}.h{number}.example", "A", "203.0.113.251")
    return mail


def test_hostile_bounce(folder):
    world = World()
    (folder / "hostile.eml").write_text(hostile(world, 1))
    with NameServer(world) as server:
        start = time.monotonic()
        subprocess.run([unsent, "check", *judging(server), "--deadline", "60",
                        folder / "hostile.eml"], check=False, stdout=subprocess.PIPE)
        assert time.monotonic() - start < 40, "it took all of its time"
        assert len(server.asked) <= 50, len(server.asked)


def test_silent_servers(folder):
    world = World()
    hostiles = [hostile(world, n) for n in range(20)]
    others = [world.bounce(n, n % 2 == 0) for n in range(100, 120)]
    write_mbox(folder / "silent", [mail for pair in zip(hostiles, others) for mail in pair])

    def is_silent(name):
        return ".h" in name or any(name.endswith(f"d{n}.example") for n in range(20))

    with NameServer(world, silent=is_silent) as server:
        judged, seconds = scan(folder / "silent", server, "--threads", "1")
        assert "stayed unanswered" in report(folder / "silent", server)
    assert seconds < 40, seconds  # a message's own five; one after the other: 80
    for n, one in enumerate(judged[1::2]):
        assert one["verdict"] == ("genuine" if n % 2 == 0 else "backscatter"), one
    assert not any(one["verdict"] == "genuine" for one in judged[::2])


def test_what_the_ledger_proved_does_not_wait(folder):
    world = World()
    mail = world.bounce(3, True)
    (folder / "sent.jsonl").write_text(json.dumps(
        {"message_ids": ["order3@ourshop.example"], "date": "Mon, 23 Nov 2026 10:00:00 +0000",
         "sent_at": "2026-11-23T10:00:00Z", "from": "alice@ourshop.example",
         "recipients": ["bob@" + mail.split("To: bob@", 1)[1].split("\n", 1)[0]],
         "subject": "Order 3"}) + "\n")
    subprocess.run([unsent, "import", "--complete", "ourshop.example", "--since",
                    "2026-11-01T00:00:00Z", folder / "sent.jsonl"], check=True,
                   stdout=subprocess.DEVNULL)
    with NameServer(world, silent=lambda name: True) as server:
        words = [word for word in filter_words(folder, server) if word != "--no-ledger"]
        start = time.monotonic()
        done = subprocess.run([*words, "--deadline", "60"], input=mail.encode(),
                              stdout=subprocess.PIPE, check=True)
        seconds = time.monotonic() - start
        assert server.asked, "nobody was asked how complete the ledger is"
    assert verdict_of(done.stdout) == b"genuine", done.stdout[:300]
    assert seconds < 30, seconds  # of the 54 that it had


def test_refusal(folder):
    world = World()
    write_mbox(folder / "refused", [world.bounce(n, n % 2 == 0) for n in range(60)])
    with NameServer(world, refuses=lambda count: 40 <= count < 60) as server:
        judged, _ = scan(folder / "refused", server)
        assert "stayed unanswered" not in report(folder / "refused", server)
    for n, one in enumerate(judged):
        assert one["verdict"] == ("genuine" if n % 2 == 0 else "backscatter"), one


def test_interruption(folder):
    world = World()
    write_mbox(folder / "stopped", [world.bounce(n, False) for n in range(300)])
    with NameServer(world, silent=lambda name: not name.startswith("ourshop")) as server:
        process = subprocess.Popen([unsent, "scan", "--deadline", "60", *judging(server),
                                    folder / "stopped"], stdout=subprocess.PIPE)
        while len(server.asked) < 50:
            time.sleep(0.02)
        start = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate()
        assert process.returncode == 130, process.returncode
        assert time.monotonic() - start < 30


def test_pace(folder):
    world = World()
    write_mbox(folder / "paced", [world.bounce(n, False) for n in range(40)])
    with NameServer(world, delay=0.01) as server:
        (folder / "paced.toml").write_text("[dns]\nper_second = 100\nat_once = 5\n")
        start = time.monotonic()
        subprocess.run([unsent, "--config", folder / "paced.toml", "scan", *judging(server),
                        folder / "paced"], stdout=subprocess.PIPE, check=True)
        rate = len(server.asked) / (time.monotonic() - start)
    assert rate < 120, rate


def filter_words(folder, server):
    (folder / "pipe.toml").write_text(
        f'[identity]\ndomains = ["ourshop.example"]\n[dns]\nserver = "{server.address}"\n')
    return [unsent, "--config", folder / "pipe.toml", "filter", "--no-ledger", "--now", NOW]


def verdict_of(output):
    return output.split(b"X-Unsent-Verdict: ", 1)[1].split(b";", 1)[0]


def round_trips(server):
    """A question that came before any answer had gone is of the first, and so on."""
    trips, begun = 0, float("-inf")
    seen = set()
    for question, at in zip(server.asked, server.times):
        if question not in seen and at >= begun + server.delay:
            trips, begun = trips + 1, at
        seen.add(question)
    return trips


def test_two_round_trips(folder):
    world = World()
    counts = []
    for number in (8, 18, 28):  # where the machine is too busy to ask at once, one trip looks like two
        (folder / "one.eml").write_text(world.bounce(number, False))
        with NameServer(world, delay=0.5) as server:
            subprocess.run([unsent, "check", *judging(server), "--deadline", "60",
                            folder / "one.eml"], check=False, stdout=subprocess.PIPE)
            assert len(server.asked) >= 4, server.asked
            counts.append(round_trips(server))
    assert min(counts) <= 2, (counts, server.asked)


def test_cache_across_runs(folder):
    world = World()
    mail = world.bounce(7, False).encode()
    with NameServer(world) as server:
        for run in range(2):
            done = subprocess.run([*filter_words(folder, server), "--deadline", "60"], input=mail,
                                  stdout=subprocess.PIPE, check=True)
            assert verdict_of(done.stdout) == b"backscatter", done.stdout[:300]
            if run == 0:
                assert server.asked, "nothing was asked"
                server.asked.clear()
        assert not server.asked, server.asked
    file = folder / "cache/unsent/dns.db"
    assert file.stat().st_mode & 0o777 == 0o600, "the cache is not where, or as, it should be"


def test_64_at_once(folder):
    world = World()
    mails = [world.bounce(n, n % 4 == 0).encode() for n in range(500, 564)]
    with NameServer(world, delay=0.01) as server:
        for _ in range(2):
            running = [subprocess.Popen([*filter_words(folder, server), "--deadline", "120"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                       for _ in mails]
            for process, mail in zip(running, mails):
                process.stdin.write(mail)
                process.stdin.close()
            for n, process in enumerate(running):
                verdict = verdict_of(process.stdout.read())
                process.wait()
                assert verdict == (b"genuine" if n % 4 == 0 else b"backscatter"), (n, verdict)


def test_explained_questions(folder):
    world = World()
    (folder / "one.eml").write_text(world.bounce(9, False))
    with NameServer(world) as server:
        done = subprocess.run([unsent, "check", "--explain", "--json", *judging(server),
                               folder / "one.eml"], stdout=subprocess.PIPE, check=False)
        asked = {(name, kind) for name, kind in server.asked}
    listed = json.loads(done.stdout)["questions"]
    assert {(one["name"], one["type"]) for one in listed} == asked, (listed, asked)
    for one in listed:
        assert one["why"] and one["answer"] in ("ok", "no data", "NXDOMAIN"), one


def main():
    tests = [test for name, test in globals().items() if name.startswith("test_")]
    assert len(tests) == 11
    for test in tests:
        with tempfile.TemporaryDirectory() as home:
            os.environ.update(HOME=home, XDG_CONFIG_HOME=home + "/config", TZ="UTC",
                              XDG_DATA_HOME=home + "/data", XDG_CACHE_HOME=home + "/cache",
                              XDG_STATE_HOME=home + "/state")
            start = time.monotonic()
            test(pathlib.Path(home))
            print(f"{test.__name__}: {time.monotonic() - start:.1f} s", flush=True)


main()
