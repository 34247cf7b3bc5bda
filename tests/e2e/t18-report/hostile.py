#!/usr/bin/env python3
"""An mbox of two bounces that attack whoever looks at the report: hostile.py > mbox."""
import sys

ATTACK = (b"</script></style></title><script>alert(1)</script><img src=x onerror=alert(2)>"
          b"\"' onmouseover=alert(3) x='&amp;&lt;`-->]]>\x00\x1b[2J\x1b]0;owned\x07\x9b31m"
          b"\xff\xc0\xaf\xe2\x80\xaegpj.exe\xe2\x81\xa6=cmd|'/c calc'!A1")
BOUNCE = b"""From MAILER-DAEMON Mon Nov 23 09:15:40 2026
Received: from %(a)s (mx [198.51.100.20]) by mx.ourshop.example; Mon, 23 Nov 2026 09:15:40 +0000
From: "%(a)s" <mailer-daemon@mx.remote.example>
Subject: =%(a)s
To: alice@ourshop.example
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

%(a)s

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; %(a)s

Final-Recipient: rfc822; %(a)s
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; %(a)s

--b
Content-Type: message/rfc822

Return-Path: <%(a)s>
From: %(f)s
To: bob@remote.example
Subject: %(a)s
Message-ID: <%(a)s@zombie.example>

x
--b--

"""
for sender in (b"alice@ourshop.example", ATTACK):
    sys.stdout.buffer.write(BOUNCE % {b"a": ATTACK, b"f": sender})
