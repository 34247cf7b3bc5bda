#!/bin/sh
# Setup: a ledger that knows one message, and mailboxes of every kind and packing.
# Test: incremental.py. A second scan reads what is new, and all that may be new.
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
python3 "$here/t30-incremental/incremental.py" "$unsent" "$here/t20-acting"
