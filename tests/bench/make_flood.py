#!/usr/bin/env python3
"""Makes a flooded mailbox with its truth: make_flood.py FORM FOLDER [OPTION…].

FOLDER gets inbox.mbox, sent.mbox (what the person's Sent folder holds), flood.zone (the DNS of
that world) and truth.tsv (offset in inbox.mbox, label, what it is). The same seed makes the same
bytes. Addresses are of ranges that nobody has: 240.0.0.0/4 and 3fff::/20 for the clients of a
botnet, which need more networks than documentation has.

  botnet      clients everywhere: 72 in 100 are access lines by their names, 26 have no name, 2 are
              hacked servers; one subject, with a number
  templates   the same with thirty subjects
  different   the same, every subject another one
  two         two campaigns at once
  few         5,000 of a botnet, and 20 genuine ones among them
  snowshoe    two hundred domains of a spammer's, whose servers have honest names
  one-host    one hacked server
  newsletter  3,000 genuine bounces of a newsletter, by a mail service that our record forgot
  hijacked    our own account, in other hands: genuine, but not in Sent
  answers     a botnet's, and of each ten one that is answered: by a program that names the id or
              the subject alone, by a report that returns no header, by a person; and as many true
              answers to what was sent, some of them under subjects of the flood

In all of them lie a hundred genuine bounces (few: 20): by our server's own report, by receivers, by
forwarders, and of a shop on a rented host that only a record in -all names and Sent does not know.
"""
import argparse
import collections
import email.utils
import random
import re

START = 1795000000  # 2026-11-18
SITES, FORWARDERS, PROVIDERS, SHOE_DOMAINS = 80, 40, 300, 200
PILLS = "Cheap pills, no prescription {}"
WATCHES = "Rolex copies {} % off"
GREETINGS = ["bigmail.example", "yonder.example", "coldmail.example", "webpost.example",
             "mailbox.example", "freenet.example"]
WORDS = """amber basin candle dollar ember falcon garden harbour island jacket kettle ladder marble
needle orange pepper quarry ribbon saddle timber umbra velvet willow yellow zephyr anchor bottle
copper desert engine""".split()

Mail = collections.namedtuple("Mail", "label what text")
Host = collections.namedtuple("Host", "ip name helo")


class World:
    def __init__(self, seed, spf):
        self.chance = random.Random(seed)
        self.zone = []
        self.own = self.host("192.0.2.10", "mail.ourshop.example")
        self.zone.append("ourshop.example. IN MX 10 mx.ourshop.example.")
        self.host("192.0.2.11", "mx.ourshop.example")
        if spf != "none":
            # Who forbids all others must name the shop's host.
            shop = "ip4:203.0.113.200 " if spf == "-all" else ""
            self.zone.append(f'ourshop.example. IN TXT "v=spf1 ip4:192.0.2.10 {shop}{spf}"')
        self.sites = [self.site(n) for n in range(SITES)]
        self.forwarders = [self.host(f"198.19.{n}.9", f"smtp.fwd{n}.example")
                           for n in range(FORWARDERS)]
        self.shop = Host("203.0.113.200", "ip-203-0-113-200.hoster.example", "localhost")
        self.name(self.shop)
        self.service = [self.host(f"198.51.100.{n}", f"out{n}.esp.example") for n in range(10, 40)]
        self.zone.append('esp.example. IN TXT "v=spf1 ip4:198.51.100.0/24 -all"')
        self.hacked = self.host("203.0.113.66", "mail.hacked.example")
        self.shoes = [self.shoe(n) for n in range(SHOE_DOMAINS)]
        self.number = 0

    def host(self, ip, name, helo=None):
        host = Host(ip, name, helo or name)
        self.name(host)
        return host

    def name(self, host):
        kind, reverse = "A", ".".join(reversed(host.ip.split("."))) + ".in-addr.arpa."
        if ":" in host.ip:
            groups = host.ip.replace("::", ":0:0:0:0:").split(":")
            digits = "".join(group.rjust(4, "0") for group in groups)
            kind, reverse = "AAAA", ".".join(reversed(digits)) + ".ip6.arpa."
        self.zone += [f"{host.name}. IN {kind} {host.ip}", f"{reverse} IN PTR {host.name}."]

    def site(self, number):
        self.zone.append(f"site{number}.example. IN MX 10 mx.site{number}.example.")
        return self.host(f"198.18.{number}.5", f"mx.site{number}.example")

    def shoe(self, number):
        block = f"{240 + number % 8}.{number}.7"
        self.zone.append(f'shoe{number}.example. IN TXT "v=spf1 ip4:{block}.0/24 -all"')
        return self.host(f"{block}.{number % 250 + 2}", f"mail.shoe{number}.example")

    def bot(self):
        chance = self.chance
        provider = f"isp{chance.randrange(PROVIDERS)}.example"
        if chance.random() < 0.05:
            ip = "3fff:%x:%x::%x" % tuple(chance.randrange(1, most) for most in (4096, 65536, 65536))
            name = f"dyn-{chance.randrange(10**6)}.v6.{provider}"
        else:
            ip = "%d.%d.%d.%d" % tuple(chance.randrange(low, high) for low, high in (
                (240, 255), (0, 256), (0, 256), (2, 250)))
            name = ip.replace(".", "-") + f".dyn.{provider}"
        kind = chance.random()
        if kind < 0.02:
            return self.host(ip, f"www.{chance.choice(WORDS)}{chance.randrange(10**6)}.example")
        greeting = chance.choices([name, chance.choice(GREETINGS), f"[{ip}]", chance.choice(WORDS)],
                                  [40, 25, 15, 20])[0]
        if kind < 0.28:
            return Host(ip, "", greeting)
        return self.host(ip, name, greeting)

    def hex(self, length):
        return "".join(self.chance.choices("0123456789abcdef", k=length))


def stamp(when):
    return email.utils.formatdate(when)


def received(host, by, style, when, with_what="ESMTP"):
    """One line, as the mail system of that style writes it."""
    begin = f"Received: from {host.helo} "
    if style == "exim":
        begin = f"Received: from {host.name} ([{host.ip}] helo={host.helo})"
        if not host.name:
            begin = f"Received: from [{host.ip}] (helo={host.helo})"
        return (f"{begin}\n\tby {by} with {with_what.lower()} (Exim 4.96)\n"
                f"\tid 1tAbcD-0000aB-1C; {stamp(when)}\n")
    if style == "exchange":
        return (f"{begin}({host.ip}) by {by} (10.0.0.9) with Microsoft SMTP Server id "
                f"15.1.2507.6; {stamp(when)}\n")
    if style == "sendmail":
        shown = f"{host.name} [{host.ip}]" if host.name else f"[{host.ip}]"
        return (f"{begin}({shown})\n\tby {by} (8.17.1/8.17.1) with {with_what} id 4AKxx022437;\n"
                f"\t{stamp(when)}\n")
    return (f"{begin}({host.name or 'unknown'} [{host.ip}])\n\tby {by} (Postfix) with {with_what} "
            f"id 6F2DB3997F;\n\t{stamp(when)}\n")


def style_of(site):
    return ["postfix", "exim", "sendmail", "exchange"][int(site.ip.split(".")[2]) % 4]


def header(world, subject, message_id, to, when, lines, more=""):
    return (f"{lines}From: Alice <alice@ourshop.example>\nTo: {to}\nSubject: {subject}\n"
            f"Date: {stamp(when)}\nMessage-ID: <{message_id}>\n{more}MIME-Version: 1.0\n"
            "Content-Type: text/plain\n")


def report(world, reporter, original, recipient, when, way_in=None):
    """The bounce that reporter makes. original: the header that it returns, or ""."""
    world.number += 1
    boundary = f"=_{world.number}"
    way_in = way_in or received(reporter, "mx.ourshop.example", "postfix", when)
    part = (f"--{boundary}\nContent-Type: text/rfc822-headers\n\n{original}\n" if original else "")
    return (f"Return-Path: <>\nDelivered-To: alice@ourshop.example\n{way_in}"
            f"From: MAILER-DAEMON@{reporter.name} (Mail Delivery System)\n"
            f"To: alice@ourshop.example\nSubject: Undelivered Mail Returned to Sender\n"
            f"Date: {stamp(when)}\nMessage-ID: <{world.number}.{world.hex(8)}@{reporter.name}>\n"
            f"Auto-Submitted: auto-replied\nMIME-Version: 1.0\nContent-Type: multipart/report; "
            f"report-type=delivery-status;\n\tboundary=\"{boundary}\"\n\n"
            f"--{boundary}\nContent-Type: text/plain\n\nYour message could not be delivered.\n\n"
            f"--{boundary}\nContent-Type: message/delivery-status\n\n"
            f"Reporting-MTA: dns; {reporter.name}\n\n"
            f"Final-Recipient: rfc822; {recipient}\nAction: failed\nStatus: 5.1.1\n"
            f"Diagnostic-Code: smtp; 550 5.1.1 User unknown\n\n{part}--{boundary}--\n")


def spam(world, client, subject, when, more=""):
    site = world.chance.choice(world.sites)
    to = f"user{world.chance.randrange(10**6)}@{site.name[3:]}"
    message_id = (f"{world.hex(12)}${world.hex(8)}${world.hex(8)}@"
                  f"host{world.chance.randrange(10**5)}.spam.example")
    lines = received(client, site.name, style_of(site), when, "SMTP")
    original = header(world, subject, message_id, to, when, lines,
                      "X-Mailer: Outlook Express 6.00\n")
    if world.chance.random() < 0.02:
        original = ""
    return report(world, site, original, to, when + 60)


PC = Host("10.0.0.5", "", "pc")
PATHS = ["direct", "own report", "direct", "own report", "direct", "forwarded", "direct",
         "own report", "shop", "direct"]


def genuine(world, number, when):
    """What failed, and what Sent has of it (None: nothing)."""
    path = PATHS[number % len(PATHS)]
    site = reporter = world.chance.choice(world.sites)
    to = final = f"customer{number}@{site.name[3:]}"
    subject = f"{world.chance.choice(WORDS).title()} and {world.chance.choice(WORDS)} {number}"
    message_id = f"{world.hex(8).upper()}-{world.hex(4).upper()}-{number}@ourshop.example"
    inner = received(PC, world.own.name, "postfix", when, "ESMTPSA")
    lines, way_in = received(world.own, site.name, style_of(site), when) + inner, None
    if path == "own report":
        reporter, lines = world.own, inner
        way_in = ("Received: by mail.ourshop.example (Postfix)\n\tid 886B4013EF; "
                  f"{stamp(when + 60)}\n")
    elif path == "forwarded":
        forwarder = world.chance.choice(world.forwarders)
        to, final = f"customer{number}@{forwarder.name[5:]}", f"moved{number}@{site.name[3:]}"
        lines = (received(forwarder, site.name, style_of(site), when) +
                 received(world.own, forwarder.name, "postfix", when) + inner)
    elif path == "shop":
        message_id, subject = f"{world.hex(12)}.{number}@www.ourshop.example", f"Your order {number}"
        lines = received(world.shop, site.name, style_of(site), when)
    original = header(world, subject, message_id, to, when, lines)
    sent = None if path == "shop" else header(world, subject, message_id, to, when, "")
    return Mail("genuine", path, report(world, reporter, original, final, when + 60, way_in)), sent


def newsletter(world, number, when):
    site = world.chance.choice(world.sites)
    to = f"reader{number}@{site.name[3:]}"
    message_id = f"{world.hex(16)}.{number}@esp.example"
    lines = received(world.chance.choice(world.service), site.name, style_of(site), when)
    original = header(world, "Our letter of November", message_id, to, when, lines)
    return Mail("genuine", "newsletter", report(world, site, original, to, when + 60))


def hijacked(world, number, when):
    site = world.chance.choice(world.sites)
    to = f"victim{number}@{site.name[3:]}"
    lines = (received(world.own, site.name, style_of(site), when) +
             received(Host("240.1.2.3", "", "friend"), world.own.name, "postfix", when, "ESMTPSA"))
    message_id = f"{world.hex(16)}@mail.ourshop.example"
    original = header(world, PILLS.format(number), message_id, to, when, lines)
    return Mail("genuine", "hijacked", report(world, site, original, to, when + 60))


def answer(world, when, author, subject, more="", body="I am away.", program=True):
    """A mail that answers: by a program, or by a person."""
    world.number += 1
    marks = "Auto-Submitted: auto-replied\nPrecedence: bulk\n" if program else ""
    path = "<>" if program else f"<{author}>"
    line = received(Host("198.18.250.9", "mx.away.example", "mx.away.example"),
                    "mx.ourshop.example", "postfix", when)
    return (f"Return-Path: {path}\nDelivered-To: alice@ourshop.example\n{line}From: {author}\n"
            f"To: alice@ourshop.example\nSubject: {subject}\nDate: {stamp(when)}\n"
            f"Message-ID: <{world.number}.{world.hex(8)}@away.example>\n{marks}{more}\n{body}\n")


def id_of(text):
    return re.findall(r"^Message-ID: <(.*)>$", text, re.M)[-1]


# How the flood is answered, and how what was sent is: a genuine one never under what it was named.
def answer_to_flood(world, number, when, bounce):
    author = f"person{number}@away{number % 60}.example"
    subject, spam_id = PILLS.format(number * 10), id_of(bounce.text)
    kind = ["id", "subject", "headless", "angry", "quoting"][number % 5]
    if kind == "id":
        text = answer(world, when, author, f"Automatic reply: {subject}",
                      f"In-Reply-To: <{spam_id}>\n")
    elif kind == "subject":
        text = answer(world, when, author, f"Automatic reply: {subject}")
    elif kind == "headless":
        site = world.chance.choice(world.sites)
        text = report(world, site, f"Subject: {subject}\n", author, when)
    elif kind == "angry":
        text = answer(world, when, author, f"Re: {subject}", f"In-Reply-To: <{spam_id}>\n",
                      "Stop this at once!", program=False)
    else:
        text = answer(world, when, author, "Stop this", "",
                      f"Who are you?\n\n> From: alice@ourshop.example\n> Subject: {subject}\n"
                      f"> Message-ID: <{spam_id}>\n", program=False)
    return Mail("answer" if kind in ("angry", "quoting") else "backscatter", kind, text)


def answer_to_sent(world, number, when, copy):
    to = re.search(r"^To: (.*)$", copy, re.M).group(1)
    subject = re.search(r"^Subject: (.*)$", copy, re.M).group(1)
    more = f"In-Reply-To: <{id_of(copy)}>\n" if number % 2 else ""
    if number % 3 == 0:  # by somebody who calls what he got as the flood is called
        subject = PILLS.format(number)
    return Mail("genuine", "true answer", answer(world, when, to, f"Automatic reply: {subject}",
                                                 more))


def subject_of(form, world, number):
    if form == "templates":
        return f"{WORDS[number % 30].title()} for less {number}"
    if form == "different":
        return " ".join(world.chance.sample(WORDS, 4))
    if form == "two" and number % 2:
        return WATCHES.format(number)
    return PILLS.format(number)


def flood_mail(form, world, number, when):
    if form == "newsletter":
        return newsletter(world, number, when)
    if form == "hijacked":
        return hijacked(world, number, when)
    if form == "snowshoe":
        client = world.chance.choice(world.shoes)
    elif form == "one-host":
        client = world.hacked
    else:
        client = world.bot()
    return Mail("backscatter", form, spam(world, client, subject_of(form, world, number), when))


FORMS = {"botnet": (1500, 100), "templates": (1500, 100), "different": (1500, 100),
         "two": (1500, 100), "few": (5000, 20), "snowshoe": (1500, 100), "one-host": (1500, 100),
         "newsletter": (3000, 100), "hijacked": (1500, 100), "answers": (1500, 100)}


def write(folder, world, mails, sent):
    offset = 0
    with open(f"{folder}/inbox.mbox", "wb") as inbox, open(f"{folder}/truth.tsv", "w") as truth:
        truth.write("offset\tlabel\twhat\n")
        for mail in mails:
            text = b"From MAILER-DAEMON Wed Nov 18 12:00:00 2026\n" + mail.text.encode() + b"\n"
            inbox.write(text)
            truth.write(f"{offset}\t{mail.label}\t{mail.what}\n")
            offset += len(text)
    with open(f"{folder}/sent.mbox", "w") as file:
        for text in sent:
            file.write(f"From alice@ourshop.example Wed Nov 18 12:00:00 2026\n{text}\nHello\n\n")
    with open(f"{folder}/flood.zone", "w") as file:
        file.write("ourshop.example. IN SOA ns.ourshop.example. root.ourshop.example. "
                   "1 3600 600 86400 60\n")
        file.write("".join(line + "\n" for line in world.zone))


def make(form, folder, count=None, seed=1, spf="~all", sent_tenths=10):
    flood, friends = FORMS[form]
    world = World(seed, spf)
    mails, sent = [], []
    for number in range(friends):
        mail, copy = genuine(world, number, START + world.chance.randrange(5 * 86400))
        mails.append(mail)
        if copy is not None and number % 10 < sent_tenths:
            sent.append(copy)
        if form == "answers" and copy is not None:
            mails.append(answer_to_sent(world, number, START + 2 * 86400, copy))
    for number in range(count or flood):
        when = START + 86400 + world.chance.randrange(2 * 86400)
        mails.append(flood_mail(form, world, number, when))
        if form == "answers" and number % 10 == 0 and PILLS.format(number) in mails[-1].text:
            mails.append(answer_to_flood(world, number // 10, when + 600, mails[-1]))
    world.chance.shuffle(mails)
    write(folder, world, mails, sent)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("form", choices=FORMS)
    parser.add_argument("folder")
    parser.add_argument("--count", type=int, help="how many of the flood")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--spf", choices=["-all", "~all", "none"], default="~all")
    parser.add_argument("--sent-tenths", type=int, default=10, help="how much of Sent is there")
    arguments = parser.parse_args()
    make(arguments.form, arguments.folder, arguments.count, arguments.seed, arguments.spf,
         arguments.sent_tenths)
