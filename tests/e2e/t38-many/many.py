"""many.py UNSENT: see run.sh. Works in the present folder."""
import csv
import json
import pathlib
import shutil
import subprocess
import sys

import make_flood

unsent = sys.argv[1]
NOW = "2026-11-24T12:00:00Z"


def scan(folder, *options, has_dns=True, inbox="inbox.mbox", status=0):
    where = ["--zone", f"{folder}/flood.zone"] if has_dns else ["--no-dns"]
    done = subprocess.run([unsent, "scan", "--domain", "ourshop.example", "--now", NOW, "--sent",
                           f"{folder}/sent.mbox", *where, *options, f"{folder}/{inbox}"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert done.returncode == status, (done.returncode, done.stderr)
    return done.stdout


def made(form, count, **wishes):
    folder = f"{form}-{len(list(pathlib.Path().iterdir()))}"
    pathlib.Path(folder).mkdir()
    make_flood.make(form, folder, count, **wishes)
    with open(f"{folder}/truth.tsv") as file:
        truth = {int(row["offset"]): row for row in csv.DictReader(file, delimiter="\t")}
    return folder, truth


def judged(folder, truth, **how):
    got = [json.loads(line) for line in scan(folder, "--json", **how).splitlines()]
    assert [one["offset"] for one in got] == sorted(truth)
    return [(truth[one["offset"]], one) for one in got]


# A botnet under every record, with DNS and without, Sent whole and nine tenths.
for spf in ("-all", "~all", "none"):
    for tenths in (10, 9):
        folder, truth = made("botnet", 300, spf=spf, sent_tenths=tenths)
        for has_dns in (True, False):
            results = judged(folder, truth, has_dns=has_dns)
            called = [one for row, one in results if row["label"] == "backscatter"
                      and one["verdict"] == "backscatter"]
            assert len(called) >= 0.9 * 300, (spf, tenths, has_dns, len(called))
            for row, one in results:
                assert {row["label"], one["verdict"]} != {"genuine", "backscatter"}, one

# No form has an opposite, and what one network or one service sent stays what it was.
for form in make_flood.FORMS:
    for spf in ("-all", "~all"):
        folder, truth = made(form, 150, spf=spf)
        for has_dns in (True, False):
            for row, one in judged(folder, truth, has_dns=has_dns):
                assert {row["label"], one["verdict"]} != {"genuine", "backscatter"}, (form, one)
                if form in ("one-host", "snowshoe") and spf == "~all":
                    assert one["verdict"] != "backscatter", (form, one)

# What was found is its own check in all that is told.
folder, truth = made("botnet", 300)
facts = [fact for row, one in judged(folder, truth) for fact in one["evidence"]
         if fact["check"] == "flood"]
assert any(fact["strength"] == "strong" and "originals that look alike" in fact["detail"]
           for fact in facts)
table = scan(folder, "--csv")
assert table.count(",backscatter,\"one of ") > 200
page = f"{folder}/page.html"
text = scan(folder, "--html", page)
assert "look alike" in pathlib.Path(page).read_text()

# With threads and without, the same; and what is acted on is what was told, and comes back.
lines = scan(folder, "--json", "--threads", "4")
assert lines == scan(folder, "--json", "--threads", "1")
before = pathlib.Path(f"{folder}/inbox.mbox").read_bytes()
count = lines.count('"verdict":"backscatter"')
told = scan(folder, "--quarantine", "--yes", "--quarantine-folder", f"{folder}/away")
assert f"{count} messages" in told, told
away = list(pathlib.Path(f"{folder}/away").glob("*/*"))
assert len([one for one in away if one.is_file()]) == count
subprocess.run([unsent, "scan", "--undo"], check=True, stdout=subprocess.DEVNULL)
assert pathlib.Path(f"{folder}/inbox.mbox").read_bytes() == before
scan(folder, "--tag", "--yes")
assert pathlib.Path(f"{folder}/inbox.mbox").read_bytes().count(b"X-Unsent-Evidence: flood") >= count
subprocess.run([unsent, "scan", "--undo"], check=True, stdout=subprocess.DEVNULL)
assert pathlib.Path(f"{folder}/inbox.mbox").read_bytes() == before

# What somebody has to know first is said first.
folder, truth = made("newsletter", 60, spf="-all")
first = " ".join(scan(folder).split("\n\n")[0].split())
assert "Do you send by esp.example? 60 originals" in first, first
folder, truth = made("hijacked", 150)
first = " ".join(scan(folder).split("\n\n")[0].split())
assert "Is somebody else in your account? " in first and "Cheap pills" in first, first
scan(folder, "--html", f"{folder}/page.html")
assert "Is somebody else in your account?" in pathlib.Path(f"{folder}/page.html").read_text()

# Run by run: an incremental scan looks at what is new, and at what it could not tell.
folder, truth = made("botnet", 100)
scan(folder, "--incremental")
shutil.rmtree(folder)
print("ok")
