#!/bin/sh
# Setup: a ledger that knows one message, and mailboxes of every kind and packing.
# Test: scan.py. The same messages give the same lines in the same order, however they are
# stored, packed and by how many threads they are judged; damage costs what is damaged only.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
unsent=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data"
unset XDG_STATE_HOME
cd "$scratch"
. "$here/mails.sh"
mail_setup < /dev/null
python3 "$here/t23-scan/scan.py" "$unsent" "$here/t20-acting"
