import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile

unsent = sys.argv[1]
# Escape sequences, bell, backspace, return, DEL; a right-to-left override, an isolate, an Arabic
# letter mark, a line separator; C1's CSI in UTF-8; and bytes that are no UTF-8.
UNICODE = "\u202e\u2066\u061c\u2028\u009b2J"
STEERING = "\x1b[31mX\x07\x08\x7f" + UNICODE
NASTY = STEERING.encode() + b"\r\x9b\xffZ"
NASTY_NAME = b"n" + NASTY + b"\nunsent: forged"
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029")
NOW = "2026-11-24T12:00:00Z"

root = tempfile.mkdtemp().encode()
home = root + b"/" + NASTY_NAME
config = home + b"/.config/unsent"
os.makedirs(config + b"/rules.d/languages")
os.chdir(home)
environment = {"PATH": os.environ["PATH"], "HOME": home, "TZ": "UTC", "LC_ALL": "C.UTF-8",
               "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")}
shown = set()  # commands that have printed some of it, made harmless
runs = 0


def fail(text):
    print(ascii(text))
    sys.exit(1)


def is_steering(c):
    return (c < " " and c not in "\n\t") or "\x7f" <= c <= "\x9f" or c in BIDI


def look(what, data):
    """Valid UTF-8 in which nothing steers."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        fail(f"{what}: no UTF-8: {error} in {data[:2000]}")
    raw = [c for c in text.replace("\r\n", "\n") if is_steering(c)]
    if raw:
        fail(f"{what}: {raw} in {data[:2000]}")
    return text


def run(*arguments, stdin=b"", raw=False, wants=None):
    """raw: what is written is the mail itself."""
    global runs
    runs += 1
    words = [os.fsencode(each) for each in arguments]
    try:
        done = subprocess.run([unsent, *words], input=stdin, capture_output=True, timeout=60,
                              env=environment)
    except subprocess.TimeoutExpired:
        fail(f"{words}: does not end")
    if done.returncode < 0 or done.returncode in (70, 134):
        fail(f"{words}: status {done.returncode}: {done.stderr}")
    if wants is not None and done.returncode not in wants:
        fail(f"{words}: status {done.returncode}, not {wants}: {done.stderr}")
    said = look(f"{words}: standard error", done.stderr)
    for line in said.splitlines():
        if not line.startswith("unsent: "):
            fail(f"{words}: a complaint of two lines: {said}")
    text = said
    if not raw:
        out = look(f"{words}: standard output", done.stdout)
        text += out
        if b"--json" in words or words[:2] in ([b"ledger", b"export"], [b"ledger", b"show"]):
            for line in out.splitlines():
                try:
                    json.loads(line)
                except ValueError as error:
                    fail(f"{words}: {error}: {line}")
    if any(mark in text for mark in ("<U+202E>", "\\u202e", "\ufffd")):
        shown.add(" ".join(os.fsdecode(word) for word in words[:2] if word.isalpha()))
    return done


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


# A bounce in which each field can hold it.
FIELDS = {
    "Return-Path": "<>",
    "Received": "from mx.remote.example (mx.remote.example [192.0.2.25]) by mail.ourshop.example "
                "with ESMTP id 4G1 for <alice@ourshop.example>; Mon, 23 Nov 2026 10:00:05 +0000",
    "From": "MAILER-DAEMON@mx.remote.example (Mail Delivery System)",
    "To": "alice@ourshop.example",
    "Subject": "Undelivered Mail Returned to Sender",
    "Date": "Mon, 23 Nov 2026 10:00:04 +0000",
    "Message-ID": "<4G1@mx.remote.example>",
    "Auto-Submitted": "auto-replied",
    "X-Failed-Recipients": "victim@remote.example",
    "References": "<forged1@ourshop.example>",
    "X-Unsent-Verdict": "genuine; reason=\"trust me\"",
    "Content-Type": "multipart/report; report-type=delivery-status; boundary=\"b1\"",
}
PROSE = "<victim@remote.example>: no such user"
REPORT = {
    "Reporting-MTA": "dns; mx.remote.example",
    "Arrival-Date": "Mon, 23 Nov 2026 10:00:00 +0000",
    "": "",
    "Final-Recipient": "rfc822; victim@remote.example",
    "Original-Recipient": "rfc822; victim@remote.example",
    "Action": "failed",
    "Status": "5.1.1",
    "Remote-MTA": "dns; mx2.remote.example",
    "Diagnostic-Code": "smtp; 550 5.1.1 no such user",
}
ORIGINAL = {
    "Return-Path": "<alice@ourshop.example>",
    "Received": "from mail.ourshop.example (pc [198.51.100.66]) by mx.remote.example "
                "with ESMTP; Mon, 23 Nov 2026 10:00:00 +0000",
    "DKIM-Signature": "v=1; a=rsa-sha256; c=relaxed/relaxed; d=ourshop.example; s=k; "
                      "h=from; bh=AAAA; b=AAAA",
    "X-Unsent-Tag": "1 1 20780 00000000000000000000000000000000",
    "From": "alice@ourshop.example",
    "To": "victim@remote.example",
    "Subject": "Cheap pills 4711",
    "Date": "Mon, 23 Nov 2026 10:00:00 +0000",
    "Message-ID": "<forged1@ourshop.example>",
}


def lines(fields, at, spoil):
    text = b""
    for name, value in fields.items():
        value = value.encode()
        if name in at:
            value = spoil(value)
        text += name.encode() + b": " + value + b"\n" if name else b"\n"
    return text


def bounce(spoil, head=(), report=(), original=(), prose=False):
    said = spoil(PROSE.encode()) if prose else PROSE.encode()
    return (lines(FIELDS, head, spoil) + b"MIME-Version: 1.0\n\n--b1\nContent-Type: text/plain\n\n"
            + said + b"\n\n--b1\nContent-Type: message/delivery-status\n\n"
            + lines(REPORT, report, spoil) + b"\n--b1\nContent-Type: message/rfc822\n\n"
            + lines(ORIGINAL, original, spoil) + b"\nHello\n--b1--\n")


def within(value):
    """In the middle of it, and at its end."""
    middle = len(value) // 2
    return value[:middle] + NASTY + value[middle:] + NASTY


def encoded(value):
    return b"=?utf-8?B?" + base64.b64encode(value + NASTY) + b"?= " + value


def localised(value):
    """In the local part, where an address is."""
    return value.replace(b"@", NASTY + b"@") if b"@" in value else value + NASTY


mails = {}
for name, spoil in (("within", within), ("encoded", encoded), ("localised", localised)):
    for field in FIELDS:
        mails[f"{name} head {field}"] = bounce(spoil, head=[field])
    for field in filter(None, REPORT):
        mails[f"{name} report {field}"] = bounce(spoil, report=[field])
    for field in ORIGINAL:
        mails[f"{name} original {field}"] = bounce(spoil, original=[field])
    mails[f"{name} prose"] = bounce(spoil, prose=True)
    mails[f"{name} all"] = bounce(spoil, FIELDS.keys() - {"Content-Type"},
                                  REPORT.keys() - {"", "Action"}, ORIGINAL.keys(), True)
mails["plain"] = bounce(lambda value: value)
sent = b"".join([b"From: alice" + NASTY + b" <alice@ourshop.example>\nTo: bob", NASTY,
                 b"@remote.example\nCc: carol@remote.example\nSubject: ", NASTY,
                 b"\nDate: Mon, 23 Nov 2026 10:00:00 +0000\nMessage-ID: <a1", NASTY,
                 b"@ourshop.example>\n\nHello\n"])

judged = ["--domain", "ourshop.example", "--now", NOW]
box = b"box" + NASTY_NAME
os.makedirs(box)
for name, mail in mails.items():
    write(box + b"/" + name.replace(" ", "-").encode() + NASTY_NAME, mail)
files = [box + b"/" + name for name in sorted(os.listdir(box))]
mbox = b"mbox" + NASTY_NAME
write(mbox, b"".join(b"From MAILER-DAEMON Mon Nov 23 10:00:04 2026\n" + mail + b"\n"
                     for mail in mails.values()))

# What we know: texts, and then their hashes.
MAIN = b'[identity]\ndomains = ["ourshop.example"]\n[dns]\nserver = "127.0.0.1:9"\n'
PLAIN = MAIN + b"[ledger]\nplain = true\n"
write(config + b"/config.toml", PLAIN)
write(b"sent.eml", sent)
run("import", "--yes-sent", "--complete", "ourshop.example", "--since", "2026-11-01T00:00:00Z",
    "sent.eml", wants=(0, 65))
run("record", stdin=sent)
run("record", stdin=NASTY)
entry = {"message_ids": ["i1@ourshop.example"], "date": "Mon, 23 Nov 2026 10:00:00 +0000",
         "sent_at": "2026-11-23T10:00:00Z", "from": "alice@ourshop.example",
         "reverse_path": "alice@ourshop.example", "recipients": ["bob@remote.example"],
         "subject": "the offer", "sealed": "", "key": "", "notices": [""]}
exchange = []
for field, value in entry.items():
    for spoilt in (STEERING + "@ourshop.example", STEERING, "\n" + STEERING):
        line = dict(entry, **{field: [spoilt] if isinstance(value, list) else spoilt})
        exchange += [json.dumps(line).encode(), json.dumps(line, ensure_ascii=False).encode()]
    exchange.append(json.dumps(entry).encode().replace(b"@", NASTY + b"@"))
    exchange.append(json.dumps(dict(entry, **{field + STEERING: 1})).encode())
exchange.append(NASTY)
lines_name = b"lines" + NASTY_NAME + b".jsonl"
write(lines_name, b"\n".join(exchange) + b"\n")
run("import", lines_name, wants=(65,))
run("import", "--yes-sent", box, mbox)
for scope in (NASTY, b"a" + NASTY + b"@ourshop.example", b"ourshop.example" + NASTY):
    run("import", "--complete", scope)

HOST = NASTY.replace(b"\r", b"")
LOG = b"""Nov 23 20:34:53 mail postfix/smtpd[1]: 51924AA820B: client=desk%s.ourshop.example[192.0.2.15]
Nov 23 20:34:53 mail postfix/cleanup[2]: 51924AA820B: message-id=<log%s1@ourshop.example>
Nov 23 20:34:53 mail postfix/qmgr[3]: 51924AA820B: from=<ali%sce@ourshop.example>, size=1875, nrcpt=1 (queue active)
Nov 23 20:34:53 mail postfix/smtp[4]: 51924AA820B: to=<bo%sb@remote.example>, relay=mx%s[192.0.2.1]:25, dsn=2.0.0, status=sent (%s)
Nov 23 20:34:53 ma%sil postfix/qmgr[3]: 51924AA820B: removed
Nov 23 20:34:54 mail exim[9]: 2026-11-23 20:34:54 1rABCD-000001-AB <= ali%sce@ourshop.example H=(%s) [192.0.2.15] P=esmtp S=1 id=log%s2@ourshop.example
2026-11-23 20:34:54 1rABCD-000001-AC <= ali%sce@ourshop.example U=alice P=local S=1 id=log%s3@ourshop.example T="%s"
2026-11-23 20:34:54 1rABCD-000001-AC => bo%sb@remote.example R=dnslookup T=remote_smtp H=mx [192.0.2.1]
2026-11-23 20:34:54 1rABCD-000001-AC Completed
Nov 23 20:34:55 mail sm-mta[1]: aBC001: from=<ali%sce@ourshop.example>, size=1, nrcpts=1, msgid=<log%s4@ourshop.example>, relay=lo%scal [127.0.0.1]
Nov 23 20:34:55 mail sm-mta[1]: aBC001: to=<bo%sb@remote.example>, delay=1, stat=Sent (%s)
%s
""" * 30
log_name = b"log" + NASTY_NAME
write(log_name, LOG % ((HOST,) * 600))
for more in ([], ["--trust", "192.0.2.0/24"], ["--domain", "ourshop.example"]):
    run("import", *more, log_name)
run("import", "--follow", "-", stdin=LOG % ((HOST,) * 600))


def ledger_commands():
    for what in ("stats", "list", "export", "check", "expire"):
        run("ledger", what)
    run("ledger", "promise", "list")
    for word in (NASTY, b"<a1" + NASTY + b"@ourshop.example>", b"a1@ourshop.example"):
        run("ledger", "show", word)
        run("ledger", "show", "a1@ourshop.example", word)
        run("ledger", "promise", "withdraw", word)
        run("ledger", "merge", word)
        run("ledger", "expire", "--before", word)
        run("ledger", word)
    for each in run("ledger", "export").stdout.splitlines():
        for message_id in json.loads(each)["message_ids"][:1]:
            run("ledger", "show", message_id)


def judging_commands(*more):
    for style in ([], ["--explain"], ["--json"], ["--json", "--explain"]):
        run("check", *style, *judged, *more, *files)
        run("check", *style, *judged, *more, stdin=mails["within all"])
    for style in ([], ["--json"], ["--csv"]):
        run("scan", *style, *judged, *more, box, mbox)
    run("scan", "--html", "page.html", *judged, *more, box)
    with open("page.html", "rb") as page:
        look("the page", page.read())
    for style in ([], ["--json"]):
        run("spf", "audit", *style, *judged, *more, box, log_name)


ledger_commands()
backup = b"backup" + NASTY_NAME
run("ledger", "backup", backup, wants=(0,))
judging_commands("--no-dns")
judging_commands("--no-dns", "--sent", mbox)
run("ledger", "undo-import")
write(config + b"/config.toml", MAIN)
ledger = home + b"/.local/share/unsent/ledger.db"
os.rename(ledger, b"plain.db")
run("import", "--yes-sent", "sent.eml", lines_name)
ledger_commands()
run("ledger", "merge", backup)
judging_commands("--no-dns")
write(b"broken" + NASTY_NAME, open(backup, "rb").read()[:9000] + NASTY * 500)
for broken in (b"broken" + NASTY_NAME, b"missing" + NASTY_NAME, box):
    for what in ("stats", "list", "check"):
        run("ledger", what, "--ledger", broken)
    run("check", "--ledger", broken, "--no-dns", files[0])

# The DNS.
quoted = "".join(f"\\{byte:03d}" for byte in NASTY).encode()
write(b"zone", b"$ORIGIN example.\n"
      b'ourshop 300 IN TXT "v=spf1 include:' + quoted + b'.example exists:%{l}.x -all exp=why.example"\n'
      b'remote 300 IN TXT "v=spf1 -all exp=why.example"\nwhy 300 IN TXT "it says ' + quoted + b'"\n'
      b'bad 300 IN TXT "v=spf1 ' + quoted + b' -all"\n'
      b'wide 300 IN TXT "v=spf1 a:' + quoted + b' ip4:0.0.0.0/0 x=' + quoted + b'"\n')
write(b"broken.zone", b"$ORIGIN example.\n" + NASTY + b" 300 IN " + NASTY + b" " + NASTY + b"\n")
write(b"typed.zone", b"$ORIGIN example.\nx 300 IN " + NASTY + b" y\n")
for sender in ("ourshop.example", "a@remote.example", "bad.example", "wide.example", NASTY,
               b"a@" + NASTY, NASTY + b"@remote.example"):
    for style in ([], ["--json"]):
        run("spf", "check", *style, "--zone", "zone", "--ip", "192.0.2.1", "--sender", sender)
        run("spf", "check", *style, "--zone", "zone", "--ip", "192.0.2.1", "--sender", sender,
            "--helo", NASTY)
judging_commands("--zone", "zone")
for zone in ("zone", "broken.zone", "typed.zone", b"missing" + NASTY_NAME):
    for domain in ("ourshop.example", "bad.example", "wide.example"):
        run("doctor", "--zone", zone, "--domain", domain)
run("doctor", "--no-dns")
run("doctor", "--no-dns", "--ledger", b"missing" + NASTY_NAME)

# On its way, and in the quarantine.
put_away = b"[policy]\nunverified = \"quarantine\"\nbackscatter = \"quarantine\"\n"
write(config + b"/config.toml", MAIN + put_away)
for mail in mails.values():
    filtered = run("filter", "--no-dns", *judged, stdin=mail, raw=True, wants=(0,)).stdout
    head = filtered[:filtered.index(b"\nReturn-Path:")]
    look("the header that filter adds", head)
    run("deliver", "--no-dns", "-v", "--create", "--maildir", home + b"/Maildir", *judged,
        stdin=mail, wants=(0,))
for style in ([], ["--json"]):
    run("quarantine", "list", *style, wants=(0,))
    run("quarantine", "list", *style, "--campaign", NASTY)
quarantine = [path for path, _, names in os.walk(home) if os.path.basename(path) == b"new"
              and names and b"uarantine" in path]
if len(quarantine) != 1:
    fail(f"nothing in the quarantine: {quarantine}")
write(quarantine[0] + b"/1795000000." + NASTY_NAME, mails["within all"])
for style in ([], ["--json"]):
    run("quarantine", "list", *style, wants=(0,))
for verb in ("show", "release", "purge", NASTY):
    run("quarantine", verb, NASTY)
    run("quarantine", verb, "--quarantine", box, "--all")
    run("quarantine", verb, "--older-than", NASTY)
run("quarantine", "release", "--all", "--maildir", b"missing" + NASTY_NAME)
run("scan", "--no-dns", *judged, "--quarantine", mbox)
run("scan", "--undo")
for style in ([], ["--json"]):
    run("status", *style, wants=(0,))

# Rules, phrases, keys, configurations.
NAMED = STEERING.encode("unicode_escape").decode().replace("\\x", "\\u00")
RULE = b'[[rule]]\nname = "%s"\nkind = "bounce"\ndescription = "%s"\nsample = "%s"\n%s'
rules = {"escaped": RULE % ((NAMED.encode(),) * 3 + (b'subject = "^x"\n',)),
         "raw": RULE % ((HOST,) * 3 + (b'subject = "^x"\n',)),
         "regex": RULE % (b"x", b"y", b"z", b'subject = "(' + NAMED.encode() + b'"\n'),
         "key": RULE % (b"x", b"y", b"z", b'"' + NAMED.encode() + b'" = "a"\n'), "text": NASTY}
for name, text in rules.items():
    path = config + b"/rules.d/" + name.encode() + NASTY_NAME + b".toml"
    write(path, text)
    write(config + b"/rules.d/languages/" + name.encode() + NASTY_NAME + b".toml", text)
    for what in (["list"], ["test"], ["test", path]):
        run("rules", *what)
    run("check", "--no-dns", files[0])
    os.remove(path)
shutil.rmtree(config + b"/rules.d")
run("rules", "test", b"missing" + NASTY_NAME)
keys = b"keys" + NASTY_NAME
run("tag", "key", "--keys", keys, wants=(0,))
run("tag", "address", "--keys", keys, b"al" + NASTY + b"ice@ourshop.example")
run("tag", "address", "--keys", keys, NASTY)
run("tag", "--keys", keys, stdin=mails["within all"], raw=True)
for text in (NASTY, b"1 " + NASTY + b" x\n"):
    write(keys, text)
    run("tag", "address", "--keys", keys, "alice@ourshop.example")
    run("tag", "--keys", keys, stdin=mails["plain"], raw=True)
run("tag", "key", "--secret", stdin=NASTY)
values = {"identity": ("domains", "addresses", "relays", "never_sends"), "dns": ("server",),
          "ledger": ("path", "plain"), "policy": ("mode", "backscatter"),
          "delivery": ("mailbox", "quarantine"), "tag": ("keys",), NAMED: ("x",)}
for section, names in values.items():
    for key in (*names, f'"{NAMED}"'):
        for value in (f'"{NAMED}"', f'["{NAMED}"]', f'"a@{NAMED}"'):
            head = f'["{section}"]' if section == NAMED else f"[{section}]"
            write(b"odd.toml", f"{head}\n{key} = {value}\n".encode())
            run("--config", "odd.toml", "status")
            run("--config", "odd.toml", "config")
            run("--config", "odd.toml", "check", "--no-dns", files[0])
for text in (NASTY, b"[" + NASTY + b"]\n", b"[identity]\ndomains = " + NASTY + b"\n",
             b'[identity]\ndomains = ["' + NASTY + b'"]\n'):
    write(b"odd" + NASTY_NAME, text)
    for style in ([], ["--json"]):
        run("--config", b"odd" + NASTY_NAME, "status", *style)

# What agents have, and say.
write(config + b"/config.toml", MAIN)
agents = {"procmail": ".procmailrc", "maildrop": ".mailfilter", "sieve": ".dovecot.sieve",
          "forward": ".forward", "qmail": ".qmail"}
for agent, name in agents.items():
    for text in (NASTY, b"# " + NASTY + b"\n", b"", b"# unsent optin: " + NASTY + b"\n"):
        write(name, text)
        run("optin", "--" + agent)
        run("optin", "--" + agent, "--yes")
        run("status")
        run("optout")
        run("optin", "--" + agent, "--file", box)
    os.remove(name)

# Slips on the command line.
commands = ["check", "config", "filter", "deliver", "scan", "import", "record", "ledger", "doctor",
            "quarantine", "optin", "optout", "status", "spf", "tag", "rules"]
run(NASTY)
run(b"--" + NASTY)
run("--config", NASTY)
run("sendmail", "--real", home + b"/missing", "-t", stdin=sent)
for command in commands:
    run(command, NASTY, raw=command == "filter")
    run(command, b"--" + NASTY, raw=command == "filter")
    told = run(command, "--help", wants=(0,)).stdout.decode()
    for line in told.splitlines():
        words = line.split()
        if len(words) > 2 and words[0].startswith("--") and words[1] in ("arg",) + tuple(
                word for word in words[1:2] if word.isupper()):
            run(command, words[0], NASTY, raw=command in ("filter", "tag"))

missing = {"check", "scan", "ledger list", "ledger export", "ledger show", "quarantine list",
           "status", "doctor", "import", "rules list", "rules test", "tag key", "tag address",
           "spf check", "spf audit", "optin", "record"} - shown
if missing or runs < 500:
    fail(f"{runs} runs, and none of {sorted(missing)} has shown anything: the test is blind")
shutil.rmtree(root)
