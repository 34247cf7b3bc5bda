#!/bin/sh
# Setup: a botnet's flood that programs and people answered, and true answers to what was sent.
# Test: people are a kind of their own, with the campaign under whose subject they answered; nothing that they wrote
# is put away, be it backscatter or not, but by --also reply; no true answer is called backscatter.
set -eu
unsent=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch" XDG_DATA_HOME="$scratch" PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8
cd "$scratch"
fail() { echo "$*"; exit 1; }
python3 "$here/../../bench/make_flood.py" answers . --count 400 --spf none
judge="--domain ourshop.example --now 2026-11-24T12:00:00Z --sent sent.mbox --zone flood.zone"
"$unsent" scan $judge --json inbox.mbox > lines
python3 - <<'PYTHON'
import csv, json
got = {one["offset"]: one for one in map(json.loads, open("lines"))}
people = programs = 0
for row in csv.DictReader(open("truth.tsv"), delimiter="\t"):
    one = got[int(row["offset"])]
    if row["label"] == "genuine":
        assert one["verdict"] != "backscatter" and one["kind"] != "reply", (row, one)
    if one["kind"] == "reply":
        assert row["label"] == "answer", (row, one)
        if row["what"] == "angry":
            assert one["campaign"].startswith("cheap-pills"), one
        people += 1
    if row["what"] == "id" and one["verdict"] == "backscatter":
        programs += 1
assert people >= 14 and programs >= 6, (people, programs)
open("people", "w").write(str(people))
PYTHON
people=$(cat people)
"$unsent" scan $judge inbox.mbox > text
grep -q "^$people people who answered$" text || fail "$(cat text)"
"$unsent" scan $judge --csv inbox.mbox > table
[ "$(grep -c ',reply,' table)" -eq "$people" ] || fail "the table"
cp inbox.mbox before
put_away() { # OPTION…: how many
  cp before inbox.mbox
  rm -rf away
  "$unsent" scan $judge --yes --quarantine --quarantine-folder away "$@" inbox.mbox > out || fail "$(cat out)"
  ls away/cur away/new | grep -c '^[0-9]'
}
plain=$(put_away)
doubtful=$(put_away --also unverified)
ls away/cur away/new > /dev/null
! grep -l '^Subject: Stop this' away/cur/* away/new/* 2> /dev/null || fail "a person was put away"
[ "$(put_away --also reply)" -eq $((plain + people)) ] || fail "--also reply"
[ "$(put_away --also reply --also unverified)" -eq $((doubtful + people)) ] || fail "both"
campaign=$(sed -n 's/^ *[0-9]*  \(cheap-pills[^ ]*\) .*/\1/p' text | head -n 1)
put_away --campaign "$campaign" > few
! grep -l '^Subject: Stop this' away/cur/* away/new/* 2> /dev/null || fail "with its campaign"
status=0
"$unsent" scan $judge --quarantine --also genuine inbox.mbox > out 2> err || status=$?
[ "$status" -eq 64 ] && grep -q 'never acted on' err || fail "$status $(cat err)"
