#!/bin/sh
# Setup: the sample mailbox and Sent Maildir of samples/flood, with LF and with CRLF.
# Test: kind and verdict of every message are those of verdicts.tsv, both with the Sent
# mailbox alone and with a ledger that is complete; a second import adds nothing.
set -eu
unsent=$1
flood=$(cd "$(dirname "$0")/../../../samples/flood" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch" XDG_DATA_HOME="$scratch"
judge="--json --no-dns --domain ourshop.example --now 2026-11-23T12:00:00Z"
sed 's/$/\r/' "$flood/inbox.mbox" > "$scratch/crlf.mbox"
"$unsent" import --complete ourshop.example --since 2026-11-01T00:00:00Z "$flood/sent" > "$scratch/first"
"$unsent" import --complete ourshop.example --since 2026-11-01 "$flood/sent" > "$scratch/again"
grep -q '^24 messages added, 0 known already$' "$scratch/first"
grep -q '^0 messages added, 24 known already$' "$scratch/again"

compare() { # COLUMN JSON-LINES
  tail -n +2 "$flood/verdicts.tsv" | cut -f "2,$1" > "$scratch/want"
  sed 's/.*"kind":"\([^"]*\)","verdict":"\([^"]*\)".*/\1\t\2/' "$2" > "$scratch/got"
  [ "$(wc -l < "$scratch/got")" -ge 45 ] || { echo "too few messages"; exit 1; }
  diff "$scratch/want" "$scratch/got"
}
for mailbox in "$flood/inbox.mbox" "$scratch/crlf.mbox"; do
  "$unsent" scan $judge --sent "$flood/sent" "$mailbox" > "$scratch/lines"
  compare 3 "$scratch/lines"
  "$unsent" scan $judge "$mailbox" > "$scratch/lines"
  compare 4 "$scratch/lines"
done
