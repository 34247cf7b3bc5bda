#!/bin/sh
# Setup: a ledger that keeps hashes, with its key; copies of it without, and with another.
# Test: the ledger answers and says what it cannot; without its key, on a full disk, in a
# place that cannot be written it is one clear line with the mend; what two hosts sent
# becomes one ledger; dates that cannot be true are kept and not counted. Mail is judged by
# the other witnesses where the ledger cannot be used, and what it lacks counts nothing.
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
expect 0 '"recipient_count":2' ledger show --ledger l.db a1@ourshop.example
expect 0 '"recipients":["bob@remote.example"]' ledger show --ledger l.db a1@ourshop.example bob@remote.example
expect 1 '"recipients":[]' ledger show --ledger l.db a1@ourshop.example dave@remote.example
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
expect 0 '1 message added' ledger merge --ledger l.db other/l.db
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
expect 0 '1 message added' ledger merge --ledger stranger/l.db texts.db
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

# Mail is judged all the same, with one line, whatever is wrong with the ledger; what the
# ledger would have proved, or missed, is left open.
bounce() { # ID RECIPIENT SUBJECT
  printf 'Return-Path: <>\nFrom: MAILER-DAEMON@mx.remote.example\nTo: alice@ourshop.example\nSubject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n\nSorry\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.remote.example\n\nFinal-Recipient: rfc822; %s\nAction: failed\nStatus: 5.1.1\n\n--b\nContent-Type: text/rfc822-headers\n\nFrom: alice@ourshop.example\nTo: %s\nDate: Mon, 23 Nov 2026 10:00:00 +0000\nMessage-ID: <%s@ourshop.example>\nSubject: %s\n\n--b--\n' "$2" "$2" "$1" "$3"
}
bounce a1 bob@remote.example 'Order 4711' > ours
bounce forged victim@else.example Pills > theirs
judge="check --now 2026-11-23T12:00:00Z --no-dns --domain ourshop.example"
expect 0 '' import --ledger l.db --complete ourshop.example --since 2026-11-01T00:00:00Z sealed
input=ours expect 1 genuine $judge --ledger l.db
input=theirs expect 0 backscatter $judge --ledger l.db
expect 0 '' ledger backup --ledger l.db whole.db
break_ledger() { # HOW
  rm -rf broken.db*
  cp whole.db broken.db
  cp whole.db.key broken.db.key
  case $1 in
    keyless) rm broken.db.key ;;
    strangers) cp stranger/l.db.key broken.db.key ;;
    nonsense) echo nonsense > broken.db.key ;;
    newer) sqlite3 broken.db 'PRAGMA user_version = 999' ;;
    older) sqlite3 broken.db 'PRAGMA user_version = 1' ;;
    cut) truncate -s 5000 broken.db ;;
    overwritten) dd if=/dev/zero of=broken.db bs=1 seek=100 count=3000 conv=notrunc 2> /dev/null ;;
  esac
}
for how in keyless strangers nonsense newer older cut overwritten; do
  break_ledger $how
  for mail in ours theirs; do
    input=$mail expect 2 'broken.db' $judge --explain --ledger broken.db
    grep -q 'ledger could not be asked' out || fail "$how: no fact says so: $(cat out)"
    "$unsent" filter --no-dns --domain ourshop.example --ledger broken.db < $mail > out 2> err || fail "$how: filter: $?"
    grep -q '^X-Unsent-Verdict: unverified; kind=bounce' out || fail "$how: not judged: $(cat out err)"
  done
done
break_ledger keyless
input=ours expect 2 'put the key back' $judge --ledger broken.db
# Where much is acted on at once, it is an error.
expect 78 'the key of the ledger is missing' scan --ledger broken.db ours

# A promise that ends is shown with its end.
sqlite3 whole.db "UPDATE coverage SET until = since + 86400"
expect 0 'complete for ourshop.example since 2026-11-01T00:00:00Z until 2026-11-02T00:00:00Z' ledger stats --ledger whole.db

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

# A home that cannot be written: nothing can be recorded, and what is there is asked all the same.
mkdir -p home/.local/share/unsent
cp "$scratch/l.db" home/.local/share/unsent/ledger.db
cp l.db.key home/.local/share/unsent/ledger.db.key
other=
if [ "$(id -u)" -eq 0 ]; then
  chown -R 65534:65534 home
  chmod 711 "$scratch"
  other='setpriv --reuid 65534 --regid 65534 --clear-groups'
fi
there() { # WITH…: as the owner of that home
  (HOME="$scratch/home" XDG_DATA_HOME="$scratch/home/.local/share" XDG_CONFIG_HOME="$scratch/home/.config"
   export HOME XDG_DATA_HOME XDG_CONFIG_HOME
   exec $other "$@")
}
expect_there() { # STATUS TEXT COMMAND…
  want=$1 text=$2
  shift 2
  status=0
  there "$program" "$@" > out 2> err < "$input" || status=$?
  [ "$status" -eq "$want" ] || fail "read-only: $*: status $status, not $want: $(cat out err)"
  grep -qF -e "$text" out err || fail "read-only: $*: no '$text' in: $(cat out err)"
  [ "$(wc -l < err)" -le 1 ] || fail "read-only: $*: more than one line: $(cat err)"
}
cp "$unsent" program
chmod 755 program
program=$scratch/program
cp ours theirs a1 a2 sealed home/
for state in written empty; do
  [ $state = written ] || { chmod -R u+w home; rm -rf home/.local; }
  chmod -R a-w home
  for command in "record" "import $scratch/home/a1" "import $scratch/home/sealed"; do
    input=a1 expect_there 77 "$scratch/home/.local" $command
  done
  input=ours
  if [ $state = written ]; then
    input=ours expect_there 1 genuine $judge
    input=theirs expect_there 0 backscatter $judge
    input=ours expect_there 0 'messages' ledger stats
    input=ours expect_there 0 sound ledger check
    input=ours expect_there 77 'ledger.db' ledger expire
  else
    input=ours expect_there 2 unverified $judge
    input=ours expect_there 66 'no ledger yet' ledger stats
  fi
done
chmod -R u+w home

# A newsletter of one second, imported: whoever records meanwhile waits for no more than a moment.
mkdir crowd
seq 1 30000 | sed 's/.*/{"message_ids": ["n&@ourshop.example"], "date": "29 Nov 2026 10:00:00 +0000", "sent_at": "2026-11-29T10:00:00Z", "from": "news@ourshop.example", "reverse_path": "news@ourshop.example", "recipients": ["r&@remote.example"], "subject": "Our news"}/' > crowd/lines
"$unsent" import --ledger crowd/ledger.db crowd/lines > crowd/out 2>&1 &
import=$!
for i in 1 2 3 4 5; do
  printf 'From: alice@ourshop.example\nTo: bob@remote.example\nDate: Sun, 29 Nov 2026 10:00:00 +0000\nMessage-ID: <beside%s@ourshop.example>\n\nx\n' "$i" |
    "$unsent" record --ledger crowd/ledger.db || fail "record beside an import"
done
wait "$import" || fail "import: $(cat crowd/out)"
grep -q '^30000 messages added' crowd/out || fail "import: $(cat crowd/out)"
"$unsent" import --ledger crowd/ledger.db crowd/lines | grep -q '^0 messages added, 30000 known' || fail "imported twice"
"$unsent" ledger stats --ledger crowd/ledger.db | grep -q '^30005 messages' || fail "$("$unsent" ledger stats --ledger crowd/ledger.db)"
