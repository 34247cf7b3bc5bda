#!/bin/sh
# Setup: a mail log that grows, is rotated, compressed, copied and truncated between runs.
# Test: every message is recorded once, with all its recipients, wherever its lines ended
# up; what came in is not; and a run that was killed loses nothing that it said.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
unsent=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data" TZ=UTC
cd "$scratch"
mkdir -p config/unsent
echo "[ledger]
plain = true" > config/unsent/config.toml
fail() { echo "$*"; exit 1; }
stamp='2026-11-23T20:34:53+00:00 mail'
begin() { # ID: handed in, not delivered yet
  echo "$stamp postfix/pickup[1]: $1: uid=1000 from=<alice>"
  echo "$stamp postfix/cleanup[2]: $1: message-id=<$1@ourshop.example>"
  echo "$stamp postfix/qmgr[3]: $1: from=<alice@ourshop.example>, size=1, nrcpt=2 (queue active)"
}
deliver() { echo "$stamp postfix/smtp[4]: $1: to=<$2@remote.example>, relay=x[203.0.113.5]:25, dsn=2.0.0, status=sent (ok)"; }
end() { echo "$stamp postfix/qmgr[3]: $1: removed"; }
import() { "$unsent" import --ledger l.db "$@" > out 2> err || fail "import $*: $(cat err)"; [ ! -s err ] || fail "$(cat err)"; }
recorded() { # ID RECIPIENTS: so many recipients are known
  found=$("$unsent" ledger show --ledger l.db "<$1@ourshop.example>" | grep -o '@remote.example' | wc -l) || true
  [ "$found" -eq "$2" ] || fail "$1: $found recipients, not $2"
}

# A log grows, the last line torn.
begin AAAAA1 > mail.log
printf '%s postfix/smtp[4]: AAAAA1: to=<bob@rem' "$stamp" >> mail.log
import mail.log; recorded AAAAA1 0
printf 'ote.example>, relay=x[203.0.113.5]:25, status=sent (ok)\n' >> mail.log
import mail.log; recorded AAAAA1 1

# Rotated in the midst of a message, the rest compressed before the next run.
begin AAAAA2 >> mail.log
import mail.log
deliver AAAAA2 bob >> mail.log
mv mail.log mail.log.1
{ deliver AAAAA1 carol; deliver AAAAA2 carol; end AAAAA2; } > mail.log
import mail.log; recorded AAAAA2 2
gzip mail.log.1
mv mail.log.1.gz mail.log.2.gz
begin AAAAA3 >> mail.log
import mail.log; grep -q '^1 message added' out || fail "again: $(cat out)"

# copytruncate.
cp mail.log mail.log.1
{ deliver AAAAA3 bob; deliver AAAAA3 carol; end AAAAA3; } >> mail.log.1
begin AAAAA4 > mail.log
import mail.log; recorded AAAAA3 2; recorded AAAAA4 0

# Another log with the same first line is read from its start.
head -n 1 mail.log > other.log
begin AAAAA5 >> other.log
deliver AAAAA5 bob >> other.log
import other.log; recorded AAAAA5 1

# A whole run again, from every copy, adds nothing.
import mail.log.2.gz mail.log.1 mail.log other.log
grep -q '^0 messages added' out || fail "twice: $(cat out)"
import - < mail.log
grep -q '^0 messages added' out || fail "from standard input: $(cat out)"

# A log of received mail, a binary one, an empty one, one of blanks.
sed "s/pickup.*/smtpd[1]: AAAAA9: client=unknown[203.0.113.9]/" mail.log > in.log
"$unsent" import --ledger in.db in.log > out 2> err || fail "in.log: $(cat err)"
grep -q '^0 messages added' out || fail "received mail was recorded"
# Whom we trust has changed: all of it is read anew, once, and what it shows now is ours.
{ echo "$stamp postfix/smtpd[1]: AAAAA9: client=desk.remote.example[203.0.113.9]"
  begin AAAAA9 | sed 1d; deliver AAAAA9 bob; end AAAAA9; } > web.log
web() { # ADDED KNOWN OPTION…
  added=$1 known=$2
  shift 2
  "$unsent" import --ledger web.db "$@" web.log > out 2> err || fail "web.log $*: $(cat err)"
  grep -q "^$added messages* added, $known known already" out || fail "web.log $*: $(cat out)"
}
web 0 0
grep -q 'say --trust 203.0.113.9' err || fail "no advice: $(cat err)"
web 1 0 --trust 203.0.113.9
web 0 0 --trust 203.0.113.9 # from its place
web 0 1 --trust 203.0.113.9 --again
web 0 1 --trust 203.0.113.9 --relay 192.0.2.0/24
web 0 0 --relay 192.0.2.0/24 --trust 203.0.113.9
# A promise is by what is read under the present set.
"$unsent" import --ledger new.db web.log > out 2> err || fail "$(cat err)"
"$unsent" import --ledger new.db --complete ourshop.example web.log > out 2> err && fail "promised by strangers' mail"
"$unsent" import --ledger new.db --trust 203.0.113.9 --complete ourshop.example web.log > out 2> err ||
  fail "by ours: $(cat out err)"
grep -q '^complete for ourshop.example' out || fail "by ours: $(cat out err)"

# Of a log that was begun anew nothing may be the mail server's yet; of another one nothing is.
echo "$stamp dovecot: imap-login: Login: user=<alice>" > quiet.log
cp web.log quiet.log.1
"$unsent" import --ledger quiet.db quiet.log > out 2> err || fail "quiet.log: $(cat err)"
rm quiet.log.1
status=0
"$unsent" import --ledger foreign.db quiet.log > out 2> err || status=$?
[ "$status" -eq 65 ] && grep -q 'quiet.log: nothing in it was understood' err || fail "foreign: $status $(cat err)"

# Killed at any time: the next run goes on.
i=0
while [ "$i" -lt 30000 ]; do
  i=$((i + 1))
  echo "$i"
done | awk -v s="$stamp" '{ id = "B" 100000 + $1
  print s " postfix/pickup[1]: " id ": uid=1000 from=<alice>"
  print s " postfix/cleanup[2]: " id ": message-id=<" id "@ourshop.example>"
  print s " postfix/qmgr[3]: " id ": from=<alice@ourshop.example>, size=1, nrcpt=1 (queue active)"
  print s " postfix/smtp[4]: " id ": to=<r" $1 "@remote.example>, relay=x[203.0.113.5]:25, status=sent (ok)"
  print s " postfix/qmgr[3]: " id ": removed" }' > big.log
for pause in 0.1 0.2 0.3; do
  "$unsent" import --ledger big.db big.log > /dev/null 2>&1 &
  killed=$!
  sleep "$pause"
  kill -9 "$killed" 2> /dev/null || true
  wait "$killed" 2> /dev/null || true
done
"$unsent" import --ledger big.db big.log > out
[ "$("$unsent" ledger stats --ledger big.db | sed -n 2p)" = "30000 messages, 30000 Message-IDs, 30000 recipients" ] ||
  fail "after kills: $("$unsent" ledger stats --ledger big.db)"

# A log that is truncated while it is read.
cp big.log shrinking.log
"$unsent" import --ledger shrinking.db shrinking.log > /dev/null 2> err &
reader=$!
sleep 0.1
: > shrinking.log
wait "$reader" || fail "a log that was truncated meanwhile: $(cat err)"

python3 "$here/bad_logs.py" "$unsent"
