"""Looks at a digest: look.py MAIL OWNER [more]."""
import email
import email.policy
import html.parser
import sys

path, owner, more = sys.argv[1], sys.argv[2], len(sys.argv) > 3
raw = open(path, "rb").read()
assert max(raw) < 128 and b"\r" not in raw and max(map(len, raw.split(b"\n"))) <= 400, "7 bit"
mail = email.message_from_bytes(raw, policy=email.policy.default)
assert mail["To"].startswith(owner + "@"), mail["To"]
assert "Cc" not in mail and "Bcc" not in mail
assert mail["Auto-Submitted"] == "auto-generated" and mail["X-Unsent-Digest"] == "1"
assert len(mail.get_all("To")) == 1
text = mail.get_body(("plain",)).get_content()
page = mail.get_body(("html",)).get_content()
for bad in ("\x1b", "\u202e", "\x00"):
    assert bad not in text and bad not in page, repr(bad)
tags = set()


class Tags(html.parser.HTMLParser):
    def handle_starttag(self, tag, attrs):
        tags.add(tag)
        for name, value in attrs:
            assert name in ("style", "lang", "charset"), (tag, name, value)


Tags().feed(page)
assert tags <= {"html", "head", "meta", "title", "body", "div", "h1", "h2", "p", "table", "tr", "td",
                "b", "br", "span", "code"}, tags
if more:
    assert mail["Subject"] == "unsent: 1 message put away", mail["Subject"]
    assert "An offer of May" in text and "Cheap pills" not in text, text
    sys.exit()
assert mail["Subject"] == "unsent: 14 messages put away", mail["Subject"]
for where in (text, page):
    assert where.index("Your invoice, perhaps") < where.index("Cheap pills"), where
    assert where.index("Cheap pills 7") < where.index("Cheap pills 0"), where
    assert "alert(1)" in where
assert "12 messages" in text and "and 7 more" in text, text
assert "in doubt: because of 100" in text, text
commands = [line[line.index("unsent quarantine"):] for line in text.splitlines()
            if "unsent quarantine release" in line]
assert all("rm -rf" not in command for command in commands), commands
with open("commands", "w") as file:
    file.write(next(one for one in commands if "--campaign" not in one) + "\n")
    file.write(next(one for one in commands if "--campaign cheap" in one) + "\n")
