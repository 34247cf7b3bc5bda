#!/bin/sh
# Setup: a ledger of a few sent messages, complete for their domain, and a zone.
# Test: doctor finds all six bounces told apart, leaves the ledger as it was, and names
# each way in which the set-up can go wrong, with status 1.
set -eu
unsent=$(realpath "$1")
source=$(cd "$(dirname "$0")/../../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data"
cd "$scratch"
fail() { echo "$*"; exit 1; }
now=2026-11-24T12:00:00Z
mkdir zones
printf '$ORIGIN ourshop.example.\n@ 300 IN TXT "v=spf1 ip4:192.0.2.10 -all"\n' > zones/a.zone
printf '$ORIGIN ourshop.example.\n@ 300 IN TXT "v=spf1 ipv4:192.0.2.10 -all"\n' > wrong.zone
"$unsent" import --complete ourshop.example --since 2026-11-01T00:00:00Z \
  "$source/samples/flood/sent" > out
"$unsent" ledger export > before

doctor() { # STATUS OPTION…
  want=$1
  shift
  status=0
  "$unsent" doctor --now "$now" "$@" > out 2> err || status=$?
  [ "$status" -eq "$want" ] || fail "doctor $*: status $status, not $want: $(cat out err)"
}
lines() { # COUNT BEGINNING
  [ "$(grep -c "^ *$2" out)" -eq "$1" ] || fail "not $1 lines '$2' in: $(cat out)"
}
doctor 0 --domain ourshop.example --zone zones
lines 3 'ok *a genuine bounce'
lines 3 'ok *a forged bounce'
lines 0 FAULT
"$unsent" ledger export > after
cmp before after || fail "doctor changed the ledger"

# Without a promise a forged message is told by SPF; without either it stays unverified.
"$unsent" import --ledger plain.db "$source/samples/flood/sent" > out
doctor 0 --ledger plain.db --domain ourshop.example --zone zones
lines 3 'ok *a forged bounce .* forbids'
doctor 0 --ledger plain.db --no-dns
lines 3 'ok *a genuine bounce'
lines 3 'note *a forged bounce .* unverified'
doctor 0 --no-ledger --domain ourshop.example --zone zones
lines 3 'ok *a forged bounce'

# The keys: a tag and a BATV address, true and forged, without ledger and DNS.
doctor 0 --domain ourshop.example --zone zones
lines 1 'note *no tag keys'
"$unsent" tag key > out
doctor 0 --domain ourshop.example --zone zones
lines 2 'ok .* proves a bounce, by key 1'
lines 2 'ok .* proves nothing, by key 1'
chmod 644 data/unsent/tag.keys
doctor 1 --domain ourshop.example --zone zones
lines 1 'FAULT .*tag.keys: others may read'
rm data/unsent/tag.keys

# Each witness that is switched off behind our back is missed, though the others make the
# verdict right: a DNS that does not answer, a rule that no longer matches, a ledger that
# cannot be written.
doctor 1 --domain ourshop.example --dns 127.0.0.1:9
lines 1 'FAULT *the DNS does not answer for ourshop.example'
lines 3 'ok *a forged bounce'
mkdir -p config/unsent/rules.d
printf 'name = "qmail"\n' > config/unsent/rules.d/qmail.toml
doctor 1 --domain ourshop.example --zone zones
lines 1 'FAULT .*qmail.toml'
rm -r config/unsent/rules.d
printf '[dkim]\nretired_keys = "/nowhere"\n' > config/unsent/config.toml
doctor 1 --domain ourshop.example --zone zones
lines 1 'FAULT */nowhere: the retired DKIM keys'
rm config/unsent/config.toml

# Faults.
doctor 1 --no-ledger --no-dns
lines 1 'FAULT *who you are is not known'
doctor 1 --domain ourshop.example --zone wrong.zone
lines 1 'FAULT *SPF: '
now=2027-06-01T00:00:00Z
doctor 1 --no-dns
lines 1 'FAULT *the newest of '
now=2020-01-01T00:00:00Z
doctor 1 --no-dns
lines 1 'FAULT *the clock says'
now=2026-11-24T12:00:00Z
chmod 644 data/unsent/ledger.db
doctor 1 --no-dns
lines 1 'FAULT *.*others may read'
chmod 600 data/unsent/ledger.db
mkdir nothing
"$unsent" import --ledger empty.db nothing > out
doctor 1 --ledger empty.db --domain ourshop.example --no-dns
lines 1 'FAULT *the ledger is empty'
printf 'not a database, but long enough to look like a file of some kind' > text.db
doctor 78 --ledger text.db --no-dns
doctor 64 --no-dns operand
