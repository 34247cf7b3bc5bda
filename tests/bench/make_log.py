"""make_log.py MB > mail.log: a Postfix log of so many MB, a fifth of its messages received."""
import sys
import time

wanted = int(sys.argv[1]) * 1000000
at = 1795000000
done = number = 0
out = sys.stdout
while done < wanted:
    number += 1
    at += number % 2
    stamp = time.strftime("%b %e %H:%M:%S mail ", time.gmtime(at))
    key = "%X" % (0x50000000000 + number * 7919)
    by = (f"submission/smtpd[{number % 90}]: {key}: client=phone.example[203.0.113.{number % 200}], "
          "sasl_method=PLAIN, sasl_username=alice" if number % 5 else
          f"smtpd[{number % 90}]: {key}: client=mx.remote.example[198.51.100.{number % 200}]")
    lines = [
        f"smtpd[{number % 90}]: connect from phone.example[203.0.113.{number % 200}]",
        by,
        f"cleanup[9]: {key}: message-id=<{number}.{key}@ourshop.example>",
        f"qmgr[3]: {key}: from=<user{number % 1000}@ourshop.example>, size=1875, nrcpt=1 (queue active)",
        f"smtp[4]: {key}: to=<r{number % 50000}@remote{number % 300}.example>, "
        f"relay=mx.remote.example[203.0.113.5]:25, delay=0.17, delays=0.11/0.01/0/0.04, dsn=2.0.0, "
        f"status=sent (250 2.0.0 Ok: queued as 4XkQ{number})",
        f"qmgr[3]: {key}: removed",
        f"smtpd[{number % 90}]: disconnect from phone.example[203.0.113.7] ehlo=1 mail=1 rcpt=1 "
        "data=1 quit=1 commands=5",
    ]
    text = "".join(f"{stamp}postfix/{line}\n" for line in lines)
    done += len(text)
    out.write(text)
