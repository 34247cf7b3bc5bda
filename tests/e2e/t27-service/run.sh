#!/bin/sh
# Setup: the unit file in samples, with the built program in it.
# Test: systemd finds nothing wrong with it, and little that it leaves open to an attacker;
# the command in it is one that the program knows.
set -eu
unsent=$(realpath "$1")
source=$(cd "$(dirname "$0")/../../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data" TZ=UTC
fail() { echo "$*"; exit 1; }
unit="$scratch/unsent-follow.service"
sed -e "s,^ExecStart=/usr/bin/unsent ,ExecStart=$unsent ," \
  -e "s,/var/lib/unsent/ledger.db,$scratch/data/unsent/ledger.db," \
  -e '/^Documentation=/d' -e 's/^User=.*/User=mail/' -e 's/^Group=.*/Group=mail/' \
  "$source/samples/systemd/unsent-follow.service" > "$unit"
systemd-analyze verify "$unit" > "$scratch/out" 2>&1 || fail "verify: $(cat "$scratch/out")"
! grep -q 'unsent-follow.service' "$scratch/out" || fail "verify: $(cat "$scratch/out")"
# In tenths: 0 is nothing, 100 all; a service without any such setting has 96.
systemd-analyze security --offline=true --threshold=10 "$unit" > "$scratch/out" 2>&1 ||
  fail "security: $(grep -e '✗' -e Overall "$scratch/out")"

# The command line as it stands there, with a log of our own.
command=$(sed -n 's/^ExecStart=//p' "$unit" | sed "s,/var/log/mail.log,$scratch/mail.log,")
echo 'Nov 23 20:34:53 mail postfix/qmgr[3]: 51924AA820B: removed' > "$scratch/mail.log"
$command > "$scratch/out" 2> "$scratch/err" &
running=$!
i=0
until [ -s "$scratch/data/unsent/ledger.db" ] && grep -q '^SigBlk:.*4002' "/proc/$running/status"; do
  i=$((i + 1))
  [ "$i" -lt 600 ] || fail "it does not start: $(cat "$scratch/err")"
  sleep 0.1
done
kill -TERM "$running"
wait "$running" || fail "it does not stop: $(cat "$scratch/err")"
[ "$(cat "$scratch/out")" = '0 messages added, 0 known already' ] || fail "$(cat "$scratch/out")"
