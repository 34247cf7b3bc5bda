#!/bin/sh
# Setup: a ledger that keeps hashes, with its key; copies of it without, and with another.
# Test: the ledger answers and says what it cannot; without its key, on a full disk, in a
# place that cannot be written it is one clear line with the mend; what two hosts sent
# becomes one ledger; dates that cannot be true are kept and not counted.
set -eu
unsent=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data" TZ=UTC
cd "$scratch"
fail() { echo "$*"; exit 1; }
expect() { # STATUS TEXT COMMAND…: that status, and one complaint that holds the text
  want=$1 text=$2
  shift 2
  status=0
  "$unsent" "$@" > out 2> err < "${input:-/dev/null}" || status=$?
  [ "$status" -eq "$want" ] || fail "$*: status $status, not $want: $(cat out err)"
  [ -z "$text" ] || grep -qF -e "$text" out err || fail "$*: no '$text' in: $(cat out err)"
  [ "$(grep -c '^unsent: ' err)" -le 1 ] || fail "$*: more than one line: $(cat err)"
}
mail() { # ID DATE
  printf 'From: alice@ourshop.example\nTo: bob@remote.example\nCc: carol@else.example\nDate: %s\nMessage-ID: <%s@ourshop.example>\nSubject: Order 4711\n\nHi\n' "$2" "$1"
}
mail a1 'Mon, 23 Nov 2026 10:00:00 +0000' > a1
mail a2 'Mon, 23 Nov 2026 11:00:00 +0000' > a2

# It answers, and shows no text.
input=a1 expect 0 '' record --ledger l.db
expect 0 '"recipient_count": 2' ledger show --ledger l.db a1@ourshop.example
expect 0 '"recipients": ["bob@remote.example"]' ledger show --ledger l.db a1@ourshop.example bob@remote.example
expect 1 '"recipients": []' ledger show --ledger l.db a1@ourshop.example dave@remote.example
expect 1 '' ledger show --ledger l.db a2@ourshop.example
expect 64 'no address' ledger show --ledger l.db a1@ourshop.example 'not one'
expect 0 '2026-11-23T10:00:00Z  2 recipients' ledger list --ledger l.db
grep -q 'kept as hashes' err || fail "list does not say what it cannot: $(cat err)"
expect 0 'alice@ourshop.example' ledger stats --ledger l.db
! grep -aq -e alice -e remote.example -e 4711 l.db* || fail "the ledger shows texts"
[ "$(stat -c %a l.db.key)" = 600 ]

# Two hosts with one key, and one with another.
mkdir other stranger
cp l.db.key other/
input=a2 expect 0 '' record --ledger other/l.db
input=a2 expect 0 '' record --ledger stranger/l.db
expect 0 '1 messages added' ledger merge --ledger l.db other/l.db
expect 0 '0 messages added, 1 known' ledger merge --ledger l.db other/l.db
expect 0 '' ledger show --ledger l.db a2@ourshop.example carol@else.example
expect 65 'sealed under the key' ledger merge --ledger l.db stranger/l.db
"$unsent" ledger export --ledger other/l.db > sealed
expect 0 '0 messages added, 1 known' import --ledger l.db sealed
expect 65 'sealed under the key' import --ledger stranger/l.db sealed

# Texts where they are wanted.
mkdir -p config/unsent
printf '[ledger]\nplain = true\n' > config/unsent/config.toml
input=a1 expect 0 '' record --ledger texts.db
expect 0 '"subject": "Order 4711"' ledger show --ledger texts.db a1@ourshop.example
expect 0 '<a1@ourshop.example>  alice@ourshop.example' ledger list --ledger texts.db
expect 0 '1 messages added' ledger merge --ledger stranger/l.db texts.db
printf '[ledger]\nplain = 1\n' > config/unsent/config.toml
expect 78 'config.toml:2' ledger stats --ledger texts.db
rm config/unsent/config.toml

# A copy without its key, with another, and with one that cannot be read.
expect 0 '' ledger backup --ledger l.db copy.db
expect 0 sound ledger check --ledger copy.db
rm copy.db.key
for command in 'ledger check' 'ledger stats' 'ledger export' 'ledger expire' 'import sealed'; do
  expect 78 'copy.db.key: the key of the ledger is missing' $command --ledger copy.db
done
input=a1 expect 78 'copy.db.key: the key of the ledger is missing' record --ledger copy.db
[ ! -e copy.db.key ] || fail 'a new key was made for an old ledger'
cp stranger/l.db.key copy.db.key
expect 78 'copy.db.key: not the key of copy.db' ledger stats --ledger copy.db
echo nonsense > copy.db.key
expect 78 'copy.db.key: not the key of a ledger' ledger stats --ledger copy.db
cp l.db.key copy.db.key
expect 0 sound ledger check --ledger copy.db

# Dates that cannot be true are kept, and do not count.
mail old 'Thu, 01 Jan 1970 00:00:00 +0000' > old
mail far 'Mon, 01 Jan 2080 00:00:00 +0000' > far
for each in old far; do
  input=$each expect 0 '' record --ledger odd.db
  expect 0 '' ledger show --ledger odd.db "$each@ourshop.example"
done
input=a1 expect 0 '' record --ledger odd.db
input=a1 expect 0 '' record --ledger odd.db
expect 0 'sent from 2026-11-23T10:00:00Z to 2026-11-23T10:00:00Z' ledger stats --ledger odd.db
grep -q '^3 messages' out || fail "not three: $(cat out)"
expect 0 sound ledger check --ledger odd.db

# No space, and places that cannot be written: what was acknowledged is kept.
full() { (ulimit -f "$limit"; trap '' XFSZ; exec "$unsent" "$@"); }
input=a1 expect 0 '' record --ledger full.db
limit=$(($(stat -c %s full.db) / 512 + 24))
last=0
for i in $(seq 600); do
  mail "f$i" 'Mon, 23 Nov 2026 10:00:00 +0000' > one
  status=0
  full record --ledger full.db < one 2> err || status=$?
  [ "$status" -eq 0 ] || break
  last=$i
done
[ "$status" -eq 74 ] || fail "a full disk: status $status after $last: $(cat err)"
[ "$(wc -l < err)" -eq 1 ] || fail "not one line: $(cat err)"
for i in 1 "$last"; do expect 0 '' ledger show --ledger full.db "f$i@ourshop.example"; done
input=one expect 0 '' record --ledger full.db
expect 0 sound ledger check --ledger full.db
input=a1 expect 73 "another place" record --ledger /proc/nowhere/l.db
