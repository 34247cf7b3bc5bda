#!/usr/bin/env python3
"""What a scan of an account costs, with Dovecot on the loopback behind a proxy that makes a round
trip longer: seconds, bytes, round trips, memory. Usage: bench_imap.py UNSENT [MESSAGES BOUNCES SENT
[SIZE]]. SIZE: of an ordinary message, in bytes"""
import os
import re
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../e2e/t47-imap"))
from mails import Home, forged, genuine, ordinary, sent  # noqa: E402
from proxy import Proxy  # noqa: E402
from servers import Dovecot  # noqa: E402

UNSENT = os.path.realpath(sys.argv[1])
MESSAGES, BOUNCES, SENT = (int(word) for word in (sys.argv[2:5] or ("20000", "5000", "5000")))
SIZE = int(sys.argv[5]) if len(sys.argv) > 5 else 8000
GENUINE = BOUNCES // 50
PADDING = "".join(f"X-Header-{i}: {'x' * 60}\r\n" for i in range(25)).encode()


def put(folder, count, mail):
    os.makedirs(f"{folder}/cur", exist_ok=True)
    os.makedirs(f"{folder}/new", exist_ok=True)
    os.makedirs(f"{folder}/tmp", exist_ok=True)
    size = 0
    for number in range(count):
        data = mail(number)
        size += len(data)
        with open(f"{folder}/cur/{1795000000 + number}.M{number}P1.bench:2,S", "wb") as out:
            out.write(data)
    return size


def message(number):
    step = MESSAGES // BOUNCES
    if number % step == 0:
        bounce = number // step
        return genuine(bounce) if bounce < GENUINE else forged(bounce)
    return PADDING + ordinary(number, SIZE)


def sent_at(number):
    """What has bounced is of ten o'clock; the rest one a second, as nobody sends it all at once."""
    if number < GENUINE:
        return sent(number)
    minutes, second = divmod(number, 60)
    return sent(number).replace(b"10:00:00", f"{(11 + minutes // 60) % 24:02}:{minutes % 60:02}:{second:02}".encode())


class Run:
    """A command: seconds, of CPU too, memory at most, its last line, its status."""

    def __init__(self, home, *words):
        begin = time.monotonic()
        process = subprocess.Popen([UNSENT, *words], env=home.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        reader = threading.Thread(target=self.read, args=(process.stdout,), daemon=True)
        reader.start()
        self.memory = 0
        while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            status = open(f"/proc/{process.pid}/status").read()
            peak = re.search(r"VmHWM:\s+(\d+)", status)
            self.memory = int(peak.group(1)) / 1024 if peak else self.memory
            time.sleep(0.02)
        _, status, usage = os.wait4(process.pid, 0)
        self.seconds = time.monotonic() - begin
        self.cpu = usage.ru_utime + usage.ru_stime
        self.status = process.returncode = os.waitstatus_to_exitcode(status)
        reader.join()

    def read(self, output):
        lines = output.read().strip().splitlines()
        self.last = lines[-1][:90] if lines else ""


with tempfile.TemporaryDirectory() as scratch:
    os.chmod(scratch, 0o755)
    os.chdir(scratch)
    subprocess.run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key -out certificate -subj /CN=localhost -addext subjectAltName=DNS:localhost -days 30 2>/dev/null && cat key certificate > pem", shell=True, check=True)
    server = Dovecot(f"{scratch}/pem", plugins="")
    try:
        size = put(f"{server.path}/mail/alice", MESSAGES, message)
        put(f"{server.path}/mail/alice/.Gesendet", SENT, sent_at)
        subprocess.run(["chown", "-R", "nobody:nogroup", f"{server.path}/mail"], check=False)
        print(f"{MESSAGES} messages of {size / 1e6:.0f} MB, {BOUNCES} bounces of which {GENUINE} genuine, {SENT} sent")
        home = Home(UNSENT, f"{scratch}/pem")
        warm = f"imaps://alice@localhost:{server.port}"
        Run(home, "scan", "--no-dns", warm)
        for milliseconds in (0, 30):
            proxy = Proxy(server.port, milliseconds / 1000)
            url = f"imaps://alice@localhost:{proxy.port}"

            def report(what, *words):
                before = (proxy.up, proxy.down, proxy.turns)
                run = Run(home, *words)
                up, down, turns = (now - then for now, then in zip((proxy.up, proxy.down, proxy.turns), before))
                print(f"{milliseconds:3} ms  {what:18} {run.seconds:6.2f} s  {run.cpu:5.2f} s of CPU  {run.memory:4.0f} MB  {down / 1e6:6.1f} MB down  {up / 1e6:5.2f} MB up  {turns:4} turns  load {os.getloadavg()[0]:.1f}  status {run.status}  {run.last}", flush=True)

            report("scan", "scan", "--no-dns", url)
            report("import", "import", "--complete", "ourshop.example", "--since", "2026-11-01T00:00:00Z", url)
            report("import again", "import", url)
            report("scan, quarantine", "scan", "--no-dns", "--quarantine", "--yes", f"{url}/INBOX")
            report("undo", "scan", "--undo")
    finally:
        server.stop()
