"""make_log.py MB [postfix|exim|sendmail] > mail.log: a log of so many MB, a fifth of its
messages received, one in twenty sent ones deferred once."""
import sys
import time

wanted = int(sys.argv[1]) * 1000000
server = sys.argv[2] if len(sys.argv) > 2 else "postfix"
at = 1795000000
done = number = 0
out = sys.stdout


def postfix(number, stamp):
    key = "%X" % (0x50000000000 + number * 7919)
    by = (f"submission/smtpd[{number % 90}]: {key}: client=phone.example[203.0.113.{number % 200}], "
          "sasl_method=PLAIN, sasl_username=alice" if number % 5 else
          f"smtpd[{number % 90}]: {key}: client=mx.remote.example[198.51.100.{number % 200}]")
    to = (f"smtp[4]: {key}: to=<r{number % 50000}@remote{number % 300}.example>, "
          "relay=mx.remote.example[203.0.113.5]:25, delay=0.17, delays=0.11/0.01/0/0.04, ")
    lines = [
        f"smtpd[{number % 90}]: connect from phone.example[203.0.113.{number % 200}]",
        by,
        f"cleanup[9]: {key}: message-id=<{number}.{key}@ourshop.example>",
        f"qmgr[3]: {key}: from=<user{number % 1000}@ourshop.example>, size=1875, nrcpt=1 "
        "(queue active)"]
    if number % 20 == 1:
        lines.append(to + "dsn=4.7.1, status=deferred (host said: 451 4.7.1 try again later)")
    lines += [
        to + f"dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4XkQ{number})",
        f"qmgr[3]: {key}: removed",
        f"smtpd[{number % 90}]: disconnect from phone.example[203.0.113.7] ehlo=1 mail=1 rcpt=1 "
        "data=1 quit=1 commands=5"]
    return "".join(f"{stamp}postfix/{line}\n" for line in lines)


LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def base62(number, digits):
    text = ""
    for _ in range(digits):
        text = LETTERS[number % 62] + text
        number //= 62
    return text


def exim(number, stamp):
    key = f"{base62(at, 6)}-{base62(number, 11)}-{base62(number % 1000, 4)}"
    to = f"r{number % 50000}@remote{number % 300}.example R=dnslookup T=remote_smtp"
    by = ("P=esmtpsa X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no A=plain_server:alice"
          if number % 5 else "P=esmtp")
    lines = [f"{key} <= user{number % 1000}@ourshop.example H=(phone) [203.0.113.{number % 200}] "
             f"{by} S=1873 id={number}.{key}@ourshop.example"]
    if number % 20 == 1:
        lines.append(f"{key} == {to} defer (-46) H=mx.remote.example [203.0.113.5]: 451 try later")
    lines += [f"{key} => {to} H=mx.remote.example [203.0.113.5] X=TLS1.3:x:256 CV=yes "
              f"C=\"250 2.0.0 Ok: queued as 4XkQ{number}\"",
              f"{key} Completed"]
    return "".join(f"{stamp}{line}\n" for line in lines)


def sendmail(number, stamp):
    key = f"{base62(number, 8)}{number % 32000:06}"
    relay = f"phone.example [203.0.113.{number % 200}]"
    process = number % 32000
    lines = [f"{process}]: NOQUEUE: connect from {relay}"]
    if number % 5:
        lines.append(f"{process}]: AUTH=server, relay={relay}, authid=alice, mech=PLAIN, bits=0")
    lines.append(f"{process}]: {key}: from=<user{number % 1000}@ourshop.example>, size=1875, "
                 f"class=0, nrcpts=1, msgid=<{number}.{key}@ourshop.example>, proto=ESMTP, "
                 f"daemon=MSA, relay={relay}")
    to = (f"{process + 1}]: {key}: to=<r{number % 50000}@remote{number % 300}.example>, "
          "delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=31875, "
          "relay=mx.remote.example. [203.0.113.5], ")
    if number % 20 == 1:
        lines.append(to + "dsn=4.7.1, stat=Deferred: 451 4.7.1 try again later")
    lines.append(to + f"dsn=2.0.0, stat=Sent (Ok: queued as 4XkQ{number})")
    return "".join(f"{stamp}sm-mta[{line}\n" for line in lines)


write, form = {"postfix": (postfix, "%b %e %H:%M:%S mail "),
               "exim": (exim, "%Y-%m-%d %H:%M:%S "),
               "sendmail": (sendmail, "%b %e %H:%M:%S mail ")}[server]
while done < wanted:
    number += 1
    at += number % 2
    text = write(number, time.strftime(form, time.gmtime(at)))
    done += len(text)
    out.write(text)
