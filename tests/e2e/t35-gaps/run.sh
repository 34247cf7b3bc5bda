#!/bin/sh
# Setup: logs that begin with the same line, that are rotated away unread and found again.
# Test: neither takes the other's place, what nobody read is a gap, and a gap is closed by the
# log that was missing, but not by one of two.
set -eu
unsent=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data" TZ=UTC
cd "$scratch"
fail() { echo "$*"; exit 1; }
import() { "$unsent" import --ledger l.db "$@" > out 2> err || fail "import $*: $(cat err)"; }
gaps() { "$unsent" ledger stats --ledger l.db | grep 'was not read' || :; }
mail() { # NAME TIME
  s="$2 mail postfix"
  echo "$s/pickup[1]: $1: uid=1000 from=<alice>
$s/cleanup[2]: $1: message-id=<$1@ourshop.example>
$s/qmgr[3]: $1: from=<alice@ourshop.example>, size=1, nrcpt=1 (queue active)
$s/smtp[4]: $1: to=<bob@remote.example>, relay=x[203.0.113.5]:25, dsn=2.0.0, status=sent (ok)
$s/qmgr[3]: $1: removed"
}
yesterday=$(date -u -d yesterday +%Y-%m-%d)
head="${yesterday}T00:00:00+00:00 mail postfix/master[1]: daemon started"
later() { date -u -d "+$1 minutes" +%Y-%m-%dT%H:%M:%S+00:00; } # when the gaps begin is now

for log in a b; do { echo "$head"; mail "AAAA$log" "${yesterday}T00:00:01+00:00"; } > $log.log; done
sed -i 's/AAAAa/AAAAAA/' a.log; sed -i 's/AAAAb/AAAABB/' b.log
import a.log; import b.log; import a.log; import b.log
grep -q '^0 messages added' out || fail "read twice: $(cat out)"
[ -z "$(gaps)" ] || fail "$(gaps)"

# Rotated away unread, the other log having been read meanwhile.
mail AAAACC "$(later 1)" >> a.log
mkdir away
mv a.log away/a.log.1
{ echo "$(later 3) mail postfix/master[1]: reload"; mail AAAADD "$(later 3)"; } > a.log
import b.log
import a.log
grep -q 'a.log: not read from' err || fail "no gap is said: $(cat err)"
gaps | grep -q 'a.log was not read from' || fail "no gap: $("$unsent" ledger stats --ledger l.db)"
"$unsent" ledger show --ledger l.db '<AAAACC@ourshop.example>' > /dev/null && fail "not read, and there"

# Found again, somewhere else, packed.
gzip away/a.log.1
import away/a.log.1.gz
grep -q '^1 message added' out || fail "found again: $(cat out)"
[ -z "$(gaps)" ] || fail "the gap is still there: $(gaps)"
"$unsent" ledger show --ledger l.db '<AAAACC@ourshop.example>' > /dev/null || fail "found, and not read"

# Two are missing: the first alone closes its part, and leaves the rest open.
mail AAAAEE "$(later 6)" >> a.log
mv a.log away/first
{ echo "$(later 600) mail postfix/master[1]: reload"; mail AAAAFF "$(later 600)"; } > away/second
{ echo "$(later 1200) mail postfix/master[1]: reload"; mail AAAAGG "$(later 1200)"; } > a.log
import a.log
[ "$(gaps | wc -l)" -eq 1 ] || fail "two missing: $(gaps)"
before=$(gaps)
import away/first
[ "$(gaps | wc -l)" -eq 1 ] || fail "one of two closed all: $(gaps)"
[ "$(gaps)" != "$before" ] || fail "one of two closed nothing: $(gaps)"
# The second back beside its log.
mv away/second a.log.1
touch -d '1 hour ago' a.log.1
import a.log
"$unsent" ledger show --ledger l.db '<AAAAFF@ourshop.example>' > /dev/null || fail "the second is not read"
