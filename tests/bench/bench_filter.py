"""What one process of `unsent filter` costs a mail: bench_filter.py UNSENT [ROWS [RUNS]].

Makes a ledger of ROWS messages (1,000,000) in a scratch home, complete for its domain, and
hands RUNS times (200) a mail of 5 kB, and bounces, to the filter by posix_spawn. Beside it, as far as they are
installed: cat, bogofilter -p with a word list of its own, spamc with a spamd of its own on
loopback. Prints the median time and, with GNU time, the resident memory of a process.
"""
import datetime
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

unsent = os.path.abspath(sys.argv[1])
rows = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
runs = int(sys.argv[3]) if len(sys.argv) > 3 else 200
START = datetime.datetime(2026, 11, 1, tzinfo=datetime.timezone.utc)


def entry(i):
    when = START + datetime.timedelta(seconds=i)
    return ('{"message_ids": ["%016x.%d@ourshop.example"], "date": "%s", "sent_at": "%s", '
            '"from": "alice@ourshop.example", "recipients": ["bob%d@remote.example"], '
            '"subject": "Your order %d"}\n' % (i * 2654435761 % 2**64, i,
                                               when.strftime("%a, %d %b %Y %H:%M:%S +0000"),
                                               when.strftime("%Y-%m-%dT%H:%M:%SZ"), i, i))


def bounce(message_id, recipient, subject):
    return f"""Return-Path: <>
Received: from mx.remote.example by mail.ourshop.example with ESMTP id 4B1;
\tMon, 23 Nov 2026 10:00:05 +0000
From: MAILER-DAEMON@mx.remote.example
To: alice@ourshop.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

<{recipient}>: no such user

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.remote.example

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b1
Content-Type: message/rfc822

From: alice@ourshop.example
To: {recipient}
Subject: {subject}
Date: Mon, 02 Nov 2026 10:00:00 +0000
Message-ID: <{message_id}>

{'Some words of the original. ' * 100}
--b1--
"""


def measure(words, mail, environment):
    times = []
    devnull = os.open("/dev/null", os.O_WRONLY)
    for _ in range(runs):
        source = os.open(mail, os.O_RDONLY)
        actions = [(os.POSIX_SPAWN_DUP2, source, 0), (os.POSIX_SPAWN_DUP2, devnull, 1)]
        start = time.perf_counter()
        pid = os.posix_spawn(words[0], words, environment, file_actions=actions)
        _, status = os.waitpid(pid, 0)
        times.append(time.perf_counter() - start)
        os.close(source)
        if status not in (0, 256, 512):  # bogofilter: 0 spam, 1 ham, 2 unsure
            sys.exit(f"{words[0]}: status {status}")
    os.close(devnull)
    return statistics.median(times) * 1000, min(times) * 1000


def memory_of(words, mail, environment):
    """In kB, by GNU time: what we spawn ourselves bears our own size, too."""
    if not os.path.exists("/usr/bin/time"):
        return "-"
    text = subprocess.run(["/usr/bin/time", "-f", "%M", *words], stdin=open(mail, "rb"),
                          env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE).stderr
    return text.split()[-1].decode()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def start_spamd(home):
    if not (shutil.which("spamd") and shutil.which("spamc")):
        return None, None
    port = free_port()
    server = subprocess.Popen(["spamd", "-L", "-i", "127.0.0.1", "-p", str(port), "-m", "1",
                               "--nouser-config", "-u", "nobody"], cwd=home,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return server, port
        except OSError:
            time.sleep(0.1)
    server.kill()
    return None, None


def main():
    with tempfile.TemporaryDirectory() as home:
        os.chdir(home)
        environment = {"HOME": home, "PATH": os.environ["PATH"]}
        folder = pathlib.Path(home, ".config/unsent")
        folder.mkdir(parents=True)
        folder.joinpath("config.toml").write_text(
            '[identity]\ndomains = ["ourshop.example"]\n')
        with open("sent.jsonl", "w", encoding="ascii") as file:
            for i in range(rows):
                file.write(entry(i))
        subprocess.run([unsent, "import", "--complete", "ourshop.example", "--since",
                        "2026-11-01T00:00:00Z", "sent.jsonl"],
                       env=environment, check=True, stdout=subprocess.DEVNULL)
        i = rows // 2
        known = entry(i).split('"')[3]
        pathlib.Path("ordinary").write_text(
            "Return-Path: <carol@remote.example>\nFrom: carol@remote.example\n"
            "To: alice@ourshop.example\nSubject: lunch?\nMessage-ID: <4O1@remote.example>\n\n" +
            "At noon, where we always meet, or somewhere else?\n" * 97)
        pathlib.Path("genuine").write_text(
            bounce(known, f"bob{i}@remote.example", f"Your order {i}"))
        pathlib.Path("backscatter").write_text(
            bounce("forged@ourshop.example", "victim@remote.example", "Pills"))
        table = [("cat", ["/bin/cat"], "ordinary")]
        for mail in ("ordinary", "genuine", "backscatter"):
            table.append((f"unsent filter, {mail}", [unsent, "filter", "--no-dns"], mail))
            text = subprocess.run(table[-1][1], stdin=open(mail, "rb"), env=environment,
                                  check=True, capture_output=True).stdout
            assert text.startswith(b"X-Unsent-Verdict: " + mail.encode()), text[:200]
        if shutil.which("bogofilter"):
            for flag, mail in (("-n", "ordinary"), ("-s", "backscatter")):
                subprocess.run(["bogofilter", flag], stdin=open(mail, "rb"), env=environment,
                               check=True)
            table.append(("bogofilter -p", [shutil.which("bogofilter"), "-p"], "ordinary"))
        server, port = start_spamd(home)
        if server:
            table.append(("spamc", [shutil.which("spamc"), "-x", "-d", "127.0.0.1", "-p",
                                    str(port)], "ordinary"))
        try:
            print(f"{rows} rows in the ledger, {runs} runs: median ms, least ms, memory in kB")
            for name, words, mail in table:
                middle, least = measure(words, mail, environment)
                memory = memory_of(words, mail, environment)
                print(f"{name:28} {middle:8.2f} {least:8.2f} {memory:>8}")
        finally:
            if server:
                server.terminate()
                server.wait()


main()
