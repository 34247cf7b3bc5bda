#!/bin/sh
# Setup: the sample mailbox, a joe-job of 5,000 bounces, and two bounces that attack whoever
# looks at the report.
# Test: the text report is short, has the right totals and what to do, and with --all every
# genuine and unverified report; the command that the page builds for what is ticked does that; the
# table is one that Python reads, progress is shown to a terminal and to nobody else, Ctrl-C
# ends with a report, the page does in Chromium what it should and nothing else, and a report
# that cannot be written leaves what was there.
set -eu
unsent=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
# The sample flood as if one network had sent it: what many show proves nothing then.
flood=$scratch/sample
cp -r "$here/../../../samples/flood" "$flood"
cp "$here/../one-network.mbox" "$flood/inbox.mbox"
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch" XDG_DATA_HOME="$scratch" PYTHONDONTWRITEBYTECODE=1
export TZ=UTC LC_ALL=C.UTF-8
cd "$scratch"
python3 "$here/flood.py" 5000 > joe.mbox
python3 "$here/hostile.py" > hostile.mbox
judge="--no-dns --domain ourshop.example --now 2026-11-23T12:00:00Z"
fail() { echo "$*"; exit 1; }

"$unsent" scan $judge --sent "$flood/sent" --html small.html "$flood/inbox.mbox" > small.txt
grep -q '^53 messages: 19 genuine, 26 unverified, 1 backscatter, 7 ordinary$' small.txt ||
  fail "totals: $(cat small.txt)"
# Under a short path: the commands in the report wrap at the terminal's width.
[ "$(cd "$flood" && "$unsent" scan $judge --sent sent inbox.mbox | wc -l)" -lt 80 ] || fail "not short: $(cat small.txt)"
grep -q '^  1\. 1 report is about mail that you never sent' small.txt || fail "what to do: $(cat small.txt)"
grep -q "^       unsent import --complete ourshop.example --since 2026-11-14" small.txt || fail "$(cat small.txt)"
grep -q '^The DNS was not asked\|  The DNS was not asked' small.txt || fail "$(cat small.txt)"
grep -q 'bob@northwind.example .*you wrote this on 2 Nov$' small.txt || fail "$(cat small.txt)"
! grep -q 'Message-ID' small.txt || fail "an id: $(cat small.txt)"
"$unsent" scan $judge --all --sent "$flood/sent" "$flood/inbox.mbox" > all.txt
[ "$(grep -c '  \[.*/inbox.mbox:[0-9]*\]$' all.txt)" -eq 45 ] || fail "not 45 lines: $(cat all.txt)"
LC_ALL=C "$unsent" scan $judge --all --sent "$flood/sent" "$flood/inbox.mbox" | grep -q '█' && fail "blocks"
TZ=EST5 "$unsent" scan $judge --sent "$flood/sent" "$flood/inbox.mbox" | grep -q '^  2 Nov 04:15 ' || fail "not in the zone"

# To a terminal: nothing wider than it, and nothing lost.
ln -s "$flood" samples
script -qec "stty cols 72; '$unsent' scan $judge --all --sent samples/sent samples/inbox.mbox" /dev/null > wide.txt
python3 - << 'PYTHON'
import re
report = open("wide.txt", encoding="utf-8").read().split("nothing was changed")[0]
for line in report.splitlines():
    line = re.sub("\x1b\\[[0-9;]*[mK]|\r", "", line)
    assert len(line) <= 72, line
PYTHON

"$unsent" scan $judge --csv --sent "$flood/sent" "$flood/inbox.mbox" hostile.mbox > reports.csv
python3 - << 'PYTHON'
import csv
with open("reports.csv", encoding="utf-8", newline="") as file:
    rows = list(csv.DictReader(file, strict=True))
assert len(rows) == 48, len(rows)
assert sum(row["verdict"] == "genuine" for row in rows) == 19
assert all(None not in row and None not in row.values() for row in rows)
assert rows[0]["recipients"] == "bob@northwind.example" and rows[0]["offset"] == "0", rows[0]
for row in rows:
    for field in row.values():
        assert not field.startswith(("=", "+", "-", "@")) and field.isprintable(), field
PYTHON

"$unsent" import --complete ourshop.example --since 2026-11-01T00:00:00Z "$flood/sent" > /dev/null
"$unsent" scan $judge --html flood.html "$flood/inbox.mbox" joe.mbox > flood.txt
grep -q '^5,053 messages: 19 genuine, 0 unverified, 5,027 backscatter, 7 ordinary$' flood.txt ||
  fail "$(tail -n 1 flood.txt)"
"$unsent" scan $judge --html hostile.html hostile.mbox > hostile.txt
! LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" hostile.txt || fail "a control character"
python3 "$here/page.py" small.html flood.html hostile.html ${PICTURES:+"$PICTURES"}

# What the page's command does: that campaign and that message, and no more.
cp "$flood/inbox.mbox" acted
sed -e "s|$flood/inbox.mbox|acted|; s|--quarantine|--yes --quarantine --also unverified --quarantine-folder away|" command > do.sh
sed -i "s|^unsent|'$unsent'|" do.sh
sh do.sh > done.txt 2>&1 || fail "the command: $(cat do.sh done.txt)"
grep -q '^27 messages put into the quarantine' done.txt || fail "$(cat do.sh done.txt)"

python3 "$here/progress.py" "$unsent"

# The page is whole or not there.
expect() { # STATUS TEXT ARGUMENTS
  want=$1 text=$2 status=0
  shift 2
  "$unsent" scan $judge "$@" "$flood/inbox.mbox" > out 2> err || status=$?
  [ "$status" -eq "$want" ] && grep -q -- "$text" err || fail "$*: status $status: $(cat err)"
}
mkdir folder
expect 73 'nowhere/x.html.*No such file' --html nowhere/x.html
expect 73 'folder: is no regular file' --html folder
expect 73 '/dev/null: is no regular file' --html /dev/null
expect 64 'exclude each other' --json --csv
[ -c /dev/null ] || fail "/dev/null is gone"
# It replaces nothing that is not an earlier page or empty, and nothing that is read; by whatever name.
mkdir -p boxes/Maildir/cur boxes/Maildir/new boxes/Maildir/tmp
cp "$flood/inbox.mbox" inbox
ln inbox hard
ln -s inbox soft
ln -s nowhere-at-all dangling
printf '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>mine</title>\n' > mine.html
printf 'x\n' > note
: > boxes/empty
for name in inbox hard soft mine.html note; do
  cp "$name" untouched
  expect 73 'is no report of ours' --html "$name" joe.mbox
  cmp "$name" untouched || fail "$name was replaced"
done
for name in inbox hard soft ./inbox; do expect 73 "$name: is read in this run" --html "$name" inbox; done
cmp inbox "$flood/inbox.mbox" || fail "the mailbox was replaced"
expect 73 'leads nowhere' --html dangling joe.mbox
[ -L dangling ] || fail "a link was replaced"
expect 73 'among the messages of a Maildir' --html boxes/Maildir/cur/page.html joe.mbox
expect 73 'is read in this run' --html boxes/empty boxes
expect 73 'is read in this run' --html boxes/empty boxes/empty
[ -z "$(find boxes -name '*.new')" ] && [ ! -s boxes/empty ] || fail "something was left"
: > empty.html
ln -s empty.html page.html
for i in 1 2; do
  "$unsent" scan $judge --html page.html joe.mbox > out || fail "an empty file or an earlier page was not replaced"
  [ -L page.html ] && grep -q '<title>' empty.html || fail "not through the link"
done
cp empty.html joe2.html
expect 73 'is read in this run' --html joe2.html joe.mbox joe2.html
for command in "scan $judge --json" "check $judge --json" "spf audit --no-dns --domain ourshop.example" 'import --ledger l.db'; do
  status=0
  "$unsent" $command hard >> inbox 2> err || status=$?
  [ "$status" -eq 64 ] && grep -q 'standard output is a file that is read' err || fail "$command: $status $(cat err)"
  cmp inbox "$flood/inbox.mbox" || fail "$command wrote into what it reads"
done
# A verb is no file, whatever file is called so.
(cd folder && "$unsent" rules list > list && [ -s list ]) || fail "a verb was taken for a file"

# Nor does any other command that is told to write somewhere.
: > empty.keys
for command in 'tag key --keys inbox' 'ledger backup --ledger ours.db inbox' 'import --yes-sent --ledger inbox joe.mbox' \
  'record --ledger inbox' 'scan --no-dns --yes --quarantine --quarantine-folder inbox joe.mbox' \
  'deliver --no-dns --no-ledger --maildir inbox'; do
  "$unsent" import --yes-sent --ledger ours.db joe.mbox > out 2>&1
  status=0
  "$unsent" $command < joe.mbox > out 2> err || status=$?
  [ "$status" -ne 0 ] && cmp inbox "$flood/inbox.mbox" || fail "$command: status $status"
done
"$unsent" tag key --keys empty.keys > out

cp small.html before
status=0
"$unsent" scan $judge --html small.html nowhere 2> err || status=$?
[ "$status" -eq 66 ] && grep -q 'nowhere: ' err || fail "nowhere: status $status: $(cat err)"
cmp small.html before || fail "a scan that failed replaced the page"
if [ -e /dev/full ]; then
  status=0
  "$unsent" scan $judge "$flood/inbox.mbox" > /dev/full 2> err || status=$?
  [ "$status" -eq 74 ] || fail "full disk: status $status"
fi
[ -z "$(find . -name '*.new')" ] || fail "left behind: $(find . -name '*.new')"
