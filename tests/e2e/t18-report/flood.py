#!/usr/bin/env python3
"""An mbox of COUNT bounces of a joe-job against ourshop.example: flood.py COUNT > mbox."""
import datetime
import random
import sys

POSTFIX = """From MAILER-DAEMON {asctime}
Return-Path: <>
Delivered-To: {ours}
Received: from {reporter} ({reporter} [198.51.100.{host}])
\tby mx.ourshop.example (Postfix) with ESMTPS id {queue}
\tfor <{ours}>; {date}
Date: {date}
From: MAILER-DAEMON@{reporter} (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {ours}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="{queue}/{reporter}"
Message-Id: <{queue}@{reporter}>

--{queue}/{reporter}
Content-Type: text/plain; charset=us-ascii

<{recipient}>: host mail.{domain}[198.51.100.9] said: 550 5.1.1 <{recipient}>: Recipient
    address rejected: User unknown (in reply to RCPT TO command)

--{queue}/{reporter}
Content-Type: message/delivery-status

Reporting-MTA: dns; {reporter}
X-Postfix-Sender: rfc822; {ours}

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{recipient}>: Recipient address rejected: User unknown

--{queue}/{reporter}
Content-Type: message/rfc822

Return-Path: <{ours}>
Received: from {zombie} (unknown [{client}])
\tby {reporter} (Postfix) with ESMTP id {queue}A
\tfor <{recipient}>; {date}
From: "{name}" <{ours}>
To: {recipient}
Subject: {subject}
Date: {date}
Message-ID: <{queue}${host}@{zombie}>
MIME-Version: 1.0
Content-Type: text/plain

Only today.

--{queue}/{reporter}--

"""
SUBJECTS = ["Cheap pills, no prescription", "You have won", "Re: your account",
            "Hot stocks this week", "Rolex copies 90% off", "Urgent business proposal",
            "Invoice overdue", "Parcel could not be delivered"]
OURS = ["alice@ourshop.example"] * 6 + ["info@ourshop.example"] * 3 + ["sales@ourshop.example"]
NETWORKS = ["203.0.113", "198.18.4", "198.18.77", "198.19.200", "192.0.2"] + [
    f"198.18.{100 + i}" for i in range(40)]


def weighted(items, rng):
    return items[min(int(rng.paretovariate(0.9)) - 1, len(items) - 1)]


def main():
    count = int(sys.argv[1])
    rng = random.Random(1)
    domains = [f"{word}{n}.example" for n in range(12) for word in
               ("harbor", "granite", "linde", "slate", "puffin", "reed", "fjord", "maple")]
    start = datetime.datetime(2026, 11, 20, 3, 0)
    for number in range(count):
        # Two bursts with a tail.
        burst = rng.choice([(6, 3), (6, 3), (40, 6), (50, 14)])
        when = start + datetime.timedelta(hours=max(0.0, rng.gauss(*burst)))
        domain = weighted(domains, rng)
        network = weighted(NETWORKS, rng)
        sys.stdout.write(POSTFIX.format(
            asctime=when.strftime("%a %b %e %H:%M:%S %Y"),
            date=when.strftime("%a, %d %b %Y %H:%M:%S +0000"),
            ours=rng.choice(OURS), reporter=f"mx{number % 2 + 1}.{domain}", domain=domain,
            host=number % 250 + 1, queue=f"{number:08X}", recipient=f"user{number}@{domain}",
            zombie=f"host{number}.dyn.{network.replace('.', '-')}.example",
            client=f"{network}.{rng.randrange(1, 255)}", name=rng.choice(["Alice", "Dr. Kim", "Bank"]),
            subject=weighted(SUBJECTS, rng)))


main()
