"""Mail for the tests of IMAP, and the home that unsent runs in."""
import os
import subprocess
import tempfile


def bounce(number, original, recipient="victim@remote.example", subject="Cheap pills"):
    text = f"""Return-Path: <>
Received: from mx.remote.example (mx.remote.example [192.0.2.25])
\tby mail.ourshop.example with ESMTP id 4B{number};
\tMon, 23 Nov 2026 10:00:05 +0000
From: MAILER-DAEMON@mx.remote.example (Mail Delivery System)
To: alice@ourshop.example
Subject: Undelivered Mail Returned to Sender
Date: Mon, 23 Nov 2026 10:00:04 +0000
Message-ID: <b{number}@mx.remote.example>
Auto-Submitted: auto-replied
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

Received: from mail.ourshop.example (mail.ourshop.example [192.0.2.10])
\tby mx.remote.example with ESMTP; Mon, 23 Nov 2026 10:00:00 +0000
From: alice@ourshop.example
To: {recipient}
Subject: {subject} {number}
Date: Mon, 23 Nov 2026 10:00:00 +0000
Message-ID: <{original}>

Hello
--b1--
"""
    return text.replace("\n", "\r\n").encode()


def sent(number):
    return f"From: alice@ourshop.example\r\nTo: bob@remote.example\r\nSubject: the offer {number}\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <a{number}@ourshop.example>\r\n\r\nHello\r\n".encode()


def forged(number):
    return bounce(number, f"forged{number}@ourshop.example")


def genuine(number):
    return bounce(number, f"a{number}@ourshop.example", "bob@remote.example", "the offer")


def brought(number, about=None, client="192.0.2.10"):
    """A bounce that an organisation of its own brings, about mail that client handed in there."""
    about = about or number
    text = f"""Return-Path: <>
Delivered-To: alice@ourshop.example
Received: from mx.o{number}.example (mx.o{number}.example [203.0.113.{number}]) by mx.ourshop.example with ESMTP;
 Mon, 23 Nov 2026 10:05:00 +0000
From: MAILER-DAEMON@mx.o{number}.example
To: alice@ourshop.example
Subject: Undelivered Mail
Message-ID: <r{about}@mx.o{number}.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.o{number}.example

Final-Recipient: rfc822; bob@o{number}.example
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Received: from mail.ourshop.example ([{client}]) by mx.o{number}.example with ESMTP; Mon, 23 Nov 2026 10:00:01 +0000
Message-ID: <a{about}@ourshop.example>
From: alice@ourshop.example
To: bob@o{number}.example
Subject: Order {about}
Date: Mon, 23 Nov 2026 10:00:00 +0000

--b--
"""
    return text.replace("\n", "\r\n").encode()


def zone_of(numbers):
    """The DNS of ours, and of the organisations of brought()."""
    lines = ['ourshop.example. IN TXT "v=spf1 ip4:192.0.2.10 -all"', "ourshop.example. IN MX 10 mx.ourshop.example.", "mail.ourshop.example. IN A 192.0.2.10"]
    for i in numbers:
        lines += [f"o{i}.example. IN MX 10 mx.o{i}.example.", f"mx.o{i}.example. IN A 203.0.113.{i}", f"{i}.113.0.203.in-addr.arpa. IN PTR mx.o{i}.example."]
    return "\n".join(lines) + "\n"


def ordinary(number, size=200):
    return f"Return-Path: <carol@remote.example>\r\nReceived: from mx.remote.example by mail.ourshop.example; Mon, 23 Nov 2026 10:00:05 +0000\r\nFrom: carol@remote.example\r\nTo: alice@ourshop.example\r\nSubject: lunch {number}?\r\nDate: Mon, 23 Nov 2026 10:00:04 +0000\r\nMessage-ID: <o{number}@remote.example>\r\n\r\n".encode() + b"At noon?\r\n" * (size // 10)


class Home:
    """A home with a ledger that is complete, so that what is forged is known as backscatter."""

    def __init__(self, unsent, pem, password="secret word", settings="", asks=False):
        self.unsent = unsent
        self.path = tempfile.mkdtemp(dir=os.getcwd())
        self.environment = {"HOME": self.path, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC",
                            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")}
        os.makedirs(f"{self.path}/.config/unsent")
        self.configure(pem, password, settings, asks=asks)

    def configure(self, pem, password="secret word", settings="", extra="", asks=False):
        with open(f"{self.path}/secret", "w") as out:
            out.write(password + "\n")
        command = "" if asks or "_command" in settings else f'password_command = "cat {self.path}/secret"\n'
        authorities = f'authorities = "{pem}"\n' if pem else ""
        with open(f"{self.path}/.config/unsent/config.toml", "w") as out:
            out.write(f'[identity]\nrelays = ["192.0.2.10"]\ndomains = ["ourshop.example"]\n{extra}[imap."localhost"]\npatience = 5\n{authorities}{command}{settings}')

    def learn(self, count=3):
        with open(f"{self.path}/sent.mbox", "wb") as out:
            for number in range(count):
                out.write(b"From alice Mon Nov 23 10:00:00 2026\n" + sent(number).replace(b"\r\n", b"\n") + b"\n")
        self.run("import", "--complete", "ourshop.example", "--since", "2026-11-01T00:00:00Z", f"{self.path}/sent.mbox", status=0)

    def run(self, command, *words, status=None, timeout=120, is_sure=True):
        options = ["--no-dns"] if command in ("scan", "watch") and not {"--undo", "--acts", "--forget", "--zone"} & set(words) else []
        if {"--quarantine", "--tag", "--delete"} & set(words) and is_sure:
            options.append("--yes")
        self.process = subprocess.Popen([self.unsent, command, *options, *words], env=self.environment, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.out, self.err = self.process.communicate(timeout=timeout)
        self.status = self.process.returncode
        if status is not None and self.status != status:
            raise AssertionError(f"{command} {words}: status {self.status}, not {status}\n{self.out}\n{self.err}")
        assert "secret word" not in self.out + self.err, "the password was printed"
