"""Fills a quarantine: fill.py FOLDER [more]."""
import sys

folder, more = sys.argv[1], len(sys.argv) > 2
HOSTILE = '<script>alert(1)</script> \x1b[31m"; rm -rf ~ #\u202e & </code>'


def bounce(number, subject, verdict, evidence=""):
    return (f"X-Unsent-Verdict: {verdict}; kind=bounce; reason=\"because of {number}\"\n{evidence}"
            "Return-Path: <>\nFrom: MAILER-DAEMON@mx.remote.example\nTo: alice@ourshop.example\n"
            f"Subject: Undelivered Mail Returned to Sender\nMessage-ID: <{number}@mx.remote.example>\n"
            "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; "
            "boundary=\"b\"\n\n--b\nContent-Type: text/plain\n\nno such user\n\n--b\n"
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.remote.example\n\n"
            f"Final-Recipient: rfc822; x{number}@remote.example\nAction: failed\nStatus: 5.1.1\n\n"
            f"--b\nContent-Type: text/rfc822-headers\n\nFrom: alice@ourshop.example\n"
            f"Subject: {subject}\nMessage-ID: <{number}@cheap.example>\n\n--b--\n")


def put(name, text):
    with open(f"{folder}/new/{name}", "w", encoding="utf-8") as file:
        file.write(text)


if more:
    put("1795420000.M9P1.desk", bounce(900, "An offer of May", "unverified"))
else:
    weak = "X-Unsent-Evidence: origin; points-to=genuine; strength=weak; detail=\"x\"\n"
    for n in range(12):
        put(f"17954{n:05}.M1P1.desk", bounce(n, f"Cheap pills {n}", "backscatter",
                                             weak if n == 7 else ""))
    put("1795410000.M1P2.desk", bounce(100, "Your invoice, perhaps", "unverified"))
    put("1795410001.M1P3.desk", bounce(101, HOSTILE, "backscatter"))
