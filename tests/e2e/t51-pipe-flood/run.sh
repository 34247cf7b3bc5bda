#!/bin/sh
# Setup: floods that arrive one by one, each judged by a process of its own: a botnet's under a
# domain without an SPF record, and true bounces of a newsletter by a service that -all forgot.
# Test: what came before decides of the botnet's from the twentieth on, of nothing that was sent;
# of the service's nothing is dropped though the policy says so, and status asks about it.
set -eu
unsent=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8 UNSENT="$unsent" MAKE="$here/../../bench/make_flood.py"
unset XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME XDG_CACHE_HOME
cd "$scratch"
python3 - <<'PYTHON'
import csv, os, pathlib, re, subprocess

UNSENT = os.environ["UNSENT"]
JUDGE = ["--now", "2026-11-24T12:00:00Z", "--zone", "flood.zone"]


class Home:
    def __init__(self, form, count, spf, config):
        self.at = pathlib.Path(form).absolute()
        self.env = {"HOME": str(self.at), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        folder = self.at / ".config/unsent"
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text('[identity]\ndomains = ["ourshop.example"]\n' + config)
        subprocess.run(["python3", os.environ["MAKE"], form, ".", "--count", str(count),
                        f"--spf={spf}"], cwd=self.at, check=True)
        self.run("import", "sent.mbox")

    def run(self, *words, mail=None):
        done = subprocess.run([UNSENT, *words], cwd=self.at, env=self.env, input=mail,
                              capture_output=True)
        assert done.returncode == 0, (words, done)
        return done.stdout

    def mails(self):
        box = (self.at / "inbox.mbox").read_bytes()
        rows = list(csv.DictReader(open(self.at / "truth.tsv"), delimiter="\t"))
        ends = [int(row["offset"]) for row in rows[1:]] + [len(box)]
        return [(row["label"], box[int(row["offset"]):end]) for row, end in zip(rows, ends)]


home = Home("botnet", 60, "none", "")
called = []
for label, mail in home.mails():
    out = home.run("filter", *JUDGE, mail=mail)
    called.append((label, re.search(rb"^X-Unsent-Verdict: ([a-z]+)", out, re.M)[1].decode()))
assert ("genuine", "backscatter") not in called, called
assert ("backscatter", "genuine") not in called, called
flood = [verdict for label, verdict in called if label == "backscatter"]
assert "unverified" in flood[:20], flood  # a few show nothing yet
assert flood[20:].count("backscatter") >= 0.9 * len(flood[20:]), flood

home = Home("newsletter", 40, "-all", """
[policy]
backscatter = "drop"
unverified = "tag"
[delivery]
mailbox = "~/Maildir/"
[quarantine]
path = "~/Maildir/.Backscatter"
""")
for part in ("tmp", "new", "cur"):
    (home.at / "Maildir" / part).mkdir(parents=True)
mails = home.mails()
for _, mail in mails:
    home.run("deliver", *JUDGE, mail=mail)
inbox, away = (len(list((home.at / place).glob("*"))) for place in ("Maildir/new",
                                                                    "Maildir/.Backscatter/new"))
assert inbox + away == len(mails), (inbox, away, len(mails))
assert away > 0, "the first of them break a record that ends in -all"
status = home.run("status").decode()
assert "do you send by esp.example?" in status, status
assert "put away, never dropped" in status, status
PYTHON
