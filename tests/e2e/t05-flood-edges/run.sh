#!/bin/sh
# Setup: a second flood, written apart from samples/flood, with the edges of coverage (dates
# before it and in the future, no id, nothing returned) and ordinary mail that looks like
# a bounce; with LF and with CRLF.
# Test: kind and verdict of every message are those of verdicts.tsv, both with the Sent
# mailbox alone and with a ledger that is complete.
set -eu
unsent=$1
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch" XDG_DATA_HOME="$scratch" LC_ALL=C
judge="--json --no-dns --domain ourshop.example --now 2026-11-23T12:00:00Z"
awk '{ printf "%s\r\n", $0 }' "$here/inbox.mbox" > "$scratch/crlf.mbox"
"$unsent" import --complete ourshop.example --since 2026-11-01T00:00:00Z "$here/sent" > "$scratch/import"

compare() { # COLUMN JSON-LINES
  awk -F '\t' -v column="$1" 'NR > 1 { print $1, $2, $column }' "$here/verdicts.tsv" > "$scratch/want"
  sed -n 's/.*"kind":"\([^"]*\)","verdict":"\([^"]*\)".*/\1 \2/p' "$2" |
    awk '{ print NR, $0 }' > "$scratch/got"
  [ -s "$scratch/got" ] || { echo "no message was compared"; exit 1; }
  diff "$scratch/want" "$scratch/got"
}
for mailbox in "$here/inbox.mbox" "$scratch/crlf.mbox"; do
  "$unsent" scan $judge --sent "$here/sent" "$mailbox" > "$scratch/lines"
  compare 3 "$scratch/lines"
  "$unsent" scan $judge "$mailbox" > "$scratch/lines"
  compare 4 "$scratch/lines"
done
