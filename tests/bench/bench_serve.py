#!/usr/bin/env python3
"""What `unsent filter` takes for a bounce with a ledger of many rows: as a file, and by the socket of
`unsent serve`, by turns, beside `cat`. Usage: bench_serve.py PROGRAM [ROWS [RUNS]]"""
import os
import pathlib
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time

program = os.path.abspath(sys.argv[1])
rows = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
runs = int(sys.argv[3]) if len(sys.argv) > 3 else 200
folder = pathlib.Path(tempfile.mkdtemp(prefix="unsent-bench-"))
os.environ.update(HOME=str(folder), XDG_CONFIG_HOME=f"{folder}/config", XDG_DATA_HOME=f"{folder}/data",
                  XDG_CACHE_HOME=f"{folder}/cache")
ledger, door = f"{folder}/ledger.db", f"{folder}/door"
(folder / "config/unsent").mkdir(parents=True)
(folder / "config/unsent/config.toml").write_text(
    '[identity]\ndomains = ["ourshop.example"]\n[dns]\nserver = "127.0.0.1:9"\n')
with open(folder / "sent.jsonl", "w") as lines:
    for i in range(rows):
        lines.write('{"message_ids": ["m%d@ourshop.example"], "from": "u%d@ourshop.example", '
                    '"date": "Mon, 23 Nov 2026 %02d:%02d:%02d +0000", "subject": "Order %d", '
                    '"recipients": ["r%d@remote.example"], "all_recipients": true}\n'
                    % (i, i % 500, i // 3600 % 24, i // 60 % 60, i % 60, i, i))
subprocess.run([program, "import", "--ledger", ledger, "--complete", "ourshop.example", "--since",
                "2026-11-01", f"{folder}/sent.jsonl"], check=True, stdout=subprocess.DEVNULL)
n = rows // 2
bounce = f"""Return-Path: <>
Received: from mx.remote.example (mx.remote.example [192.0.2.25])
\tby mail.ourshop.example with ESMTP id 1; Mon, 23 Nov 2026 20:00:05 +0000
From: MAILER-DAEMON@mx.remote.example
To: u{n % 500}@ourshop.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <b1@mx.remote.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.remote.example

Final-Recipient: rfc822; r{n}@remote.example
Action: failed
Status: 5.1.1

--b1
Content-Type: message/rfc822

From: u{n % 500}@ourshop.example
To: r{n}@remote.example
Subject: Order {n}
Date: Mon, 23 Nov 2026 {n // 3600 % 24:02d}:{n // 60 % 60:02d}:{n % 60:02d} +0000
Message-ID: <m{n}@ourshop.example>

Hello
--b1--
""".encode()
service = subprocess.Popen([program, "serve", "--ledger", ledger, "--socket", door])
while True:
    try:
        socket.socket(socket.AF_UNIX).connect(door)
        break
    except OSError:
        time.sleep(0.1)
ways = {"cat": ["cat"], "no ledger": [program, "filter", "--no-dns", "--no-ledger"],
        "file": [program, "filter", "--no-dns", "--ledger", ledger],
        "socket": [program, "filter", "--no-dns", "--ledger", door]}
took = {name: ([], []) for name in ways}
for turn in range(runs + 3):
    for name, command in ways.items():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.perf_counter()
        out = subprocess.run(command, input=bounce, stdout=subprocess.PIPE).stdout
        wall = time.perf_counter() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if name in ("file", "socket") and b"X-Unsent-Verdict: genuine" not in out:
            sys.exit(f"{name}: {out[:300]}")
        if turn >= 3:
            took[name][0].append(wall * 1000)
            took[name][1].append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000)
for name, (wall, cpu) in took.items():
    print(f"{name:10} median {statistics.median(wall):7.2f} ms, CPU {statistics.median(cpu):6.2f} ms")
service.terminate()
service.wait()
