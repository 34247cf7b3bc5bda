#!/bin/sh
# Setup: Sent mailboxes of each kind that grow, are marked as seen, moved and rewritten.
# Test: every message is recorded once under all of its ids; the next run reads only what is
# new, unless it is told to read all again; dates that cannot be do no harm.
set -eu
unsent=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data" TZ=UTC
cd "$scratch"
ledger=l.db
fail() { echo "$*"; exit 1; }
mail() { # NUMBER [HEADER-LINE...]
  printf 'From: alice@ourshop.example\nTo: bob@remote.example\nSubject: %s\n' "$1"
  printf 'Message-ID: <m%s@ourshop.example>\n' "$1"
  shift
  case "$*" in Date:*) ;; *) echo 'Date: Mon, 23 Nov 2026 10:00:00 +0000' ;; esac
  for line in "$@"; do echo "$line"; done
  printf '\nHi\n'
}
expect() { # ADDED KNOWN SOURCE...: and nothing is said
  added=$1 known=$2
  shift 2
  "$unsent" import --ledger "$ledger" "$@" > out 2> err || fail "import $*: $(cat err)"
  [ ! -s err ] || fail "import $*: $(cat err)"
  s=s; [ "$added" -ne 1 ] || s=
  [ "$(cat out)" = "$added message$s added, $known known already" ] ||
    fail "import $*: $(cat out), not $added and $known"
}

# What is written into a file behind the back of its time and size is seen only by who reads it.
secretly() { # FILE NEW-NUMBER [OLD]: that Message-ID, or the first, becomes this one, as long
  cp -p "$1" stamp
  at=$(grep -ab -o "<m${3:-[0-9]*}@" "$1" | head -n 1 | cut -d : -f 1)
  printf '<m%s@' "$2" | dd of="$1" bs=1 seek="$at" conv=notrunc 2> /dev/null
  touch -r stamp "$1"
}

# Maildir, with a sub-folder.
mkdir -p Sent/cur Sent/new Sent/tmp Sent/.2026/cur Sent/.2026/new Sent/.2026/tmp
for i in 1 2 3; do mail "$i" > "Sent/cur/179361086$i.M1P1.desk,S=100:2,S"; done
mail 4 > Sent/.2026/cur/1793610864.M1P1.desk
expect 4 0 Sent
secretly 'Sent/cur/1793610863.M1P1.desk,S=100:2,S' 9
expect 0 4 Sent
mv 'Sent/cur/1793610861.M1P1.desk,S=100:2,S' 'Sent/cur/1793610861.M1P1.desk,S=100:2,RS'
mail 5 > Sent/new/1793610865.M1P1.desk
touch -d '2020-01-01 00:00:00' Sent/new/1793610865.M1P1.desk
expect 1 4 Sent
mv Sent/new/1793610865.M1P1.desk 'Sent/cur/1793610865.M1P1.desk:2,S'
rm Sent/cur/1793610862*
expect 0 4 Sent
expect 1 3 --again Sent
# A copy of it elsewhere is another mailbox, with the same messages.
cp -r Sent Copy
expect 0 4 Copy

# mbox: only what is behind the last message, and that once more.
deliver() { { echo 'From alice Mon Nov 23 10:00:00 2026'; mail "$@"; echo; } >> sent.mbox; }
deliver 11 "X-Long: $(head -c 1000 /dev/zero | tr '\0' x)" 'X-IMAPbase: 1234567890 0000000041' 'Status: O '
for i in 12 13; do deliver "$i"; done
expect 3 0 sent.mbox
secretly sent.mbox 91 12
expect 0 3 sent.mbox
# A server counts on, and marks as read, where it stands.
sed -i 's/0000000041/0000000042/; s/Status: O /Status: RO/' sent.mbox
expect 0 3 sent.mbox
deliver 14
expect 1 3 sent.mbox
# Torn at the first look, whole at the next one.
deliver 15 'X-A: b'
size=$(stat -c %s sent.mbox)
cp sent.mbox whole.mbox
truncate -s $((size - 5)) sent.mbox
expect 1 4 sent.mbox
cp whole.mbox sent.mbox
expect 0 5 sent.mbox
# One in the middle is gone, and another has come: all of it is read.
awk '/^From /{n++} n != 3' sent.mbox > smaller.mbox
mv smaller.mbox sent.mbox
deliver 16
expect 2 3 sent.mbox
secretly sent.mbox 92 14
expect 1 4 --again sent.mbox
# Another mailbox stands there, with the same From_ line where the last one was left: all of it
# is read, and so it is if only its beginning or its end is another.
secretly sent.mbox 81 16
expect 1 4 sent.mbox
secretly sent.mbox 82 11
expect 1 4 sent.mbox
# In a folder of mailboxes.
mkdir Mail
cp sent.mbox Mail/a
cp sent.mbox Mail/b
expect 0 10 Mail
secretly Mail/a 93
expect 0 10 Mail
{ echo 'From alice Mon Nov 23 10:00:00 2026'; mail 17; echo; } >> Mail/b
expect 1 10 Mail
expect 1 10 --again Mail

# MH.
mkdir MH
for i in 1 2 3; do mail "2$i" > "MH/$i"; done
: > MH/.mh_sequences
expect 3 0 MH
secretly MH/1 94
expect 0 3 MH
mail 24 > MH/4
expect 1 3 MH
# Number 2 is another message now, of the same size.
mail 25 > MH/new
mv MH/new MH/2
expect 1 3 MH

# Every id that the message goes by.
mail 31 'X-Microsoft-Original-Message-ID: <ms@ourshop.example>' \
  'X-Google-Original-Message-ID: <goo@ourshop.example>' \
  'X-Gm-Original-Message-ID:' ' <folded@ourshop.example>' \
  'Resent-Message-ID: <again@ourshop.example>' \
  'Original-Message-ID: <theirs@remote.example>' > ids.eml
expect 1 0 ids.eml
for id in m31 ms goo folded again; do
  "$unsent" ledger show --ledger l.db "<$id@ourshop.example>" > /dev/null || fail "$id is not known"
done
! "$unsent" ledger show --ledger l.db '<theirs@remote.example>' > /dev/null || fail "another's id"

# Dates of 1970 and of 2080, and none: the file's time, or now.
mkdir dates
mail 41 'Date: Thu, 1 Jan 1970 00:00:01 +0000' > dates/1
mail 42 'Date: Sat, 3 Feb 2080 12:00:00 +0000' > dates/2
mail 43 'Date: garbage' > dates/3
mail 44 'Date: Mon, 23 Nov 2026 10:00:00 +9900' > dates/4
touch -d '2026-11-20 10:00:00' dates/1
touch -d '2096-11-20 10:00:00' dates/2
mkdir -p "$XDG_CONFIG_HOME/unsent"
printf '[ledger]\nplain = true\n' > "$XDG_CONFIG_HOME/unsent/config.toml"
ledger=d.db
expect 4 0 dates
"$unsent" ledger export --ledger d.db > rows
grep m41@ rows | grep -q '"sent_at": "2026-11-20T10:00:00Z"' || fail "1970: $(grep m41@ rows)"
! grep -q '"sent_at": "\(1970\|20[89]\)' rows || fail "$(cat rows)"

# Drafts were not sent; what was one is when it is none any more.
mkdir -p Work/cur Work/new Work/tmp
mail 61 > Work/cur/1793610861.M1P1.desk:2,DS
mail 62 > Work/cur/1793610862.MDP1.desk:2,S
ledger=w.db
expect 1 0 Work
expect 0 1 Work
mv Work/cur/1793610861.M1P1.desk:2,DS Work/cur/1793610861.M1P1.desk:2,S
expect 1 1 Work
{ echo 'From alice Mon Nov 23 10:00:00 2026'; mail 63 'X-Status: T'; echo; } > work.mbox
{ echo 'From alice Mon Nov 23 10:00:00 2026'; mail 64 'X-Status: A'; echo; } >> work.mbox
expect 1 0 work.mbox
! "$unsent" ledger show --ledger w.db '<m63@ourshop.example>' > /dev/null || fail "a draft in an mbox"

# What cannot be read is tried again by the next run.
mkdir -p Odd/cur Odd/new Odd/tmp
mail 51 > Odd/cur/1793610861.M1P1.desk
ln -s nowhere Odd/cur/1793610862.M1P1.desk
for try in 1 2; do
  got=0
  "$unsent" import --ledger o.db Odd > out 2> err || got=$?
  case $got in 0 | 65) ;; *) fail "Odd: $got" ;; esac
done
rm Odd/cur/1793610862.M1P1.desk
mail 52 > Odd/cur/1793610862.M1P1.desk
"$unsent" import --ledger o.db Odd > out
grep -q '^1 message added' out || fail "Odd: $(cat out)"
