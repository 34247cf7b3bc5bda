#!/bin/sh
# Setup: an mbox and a Maildir with backscatter among other mail, and a complete ledger.
# Test: unsent scan is killed (-9) at random instants while it quarantines, deletes, tags
# or takes back. At once the mbox is whole, the old or the new one, and no message of the
# Maildir is gone or torn; and taking back gives both as they were, byte for byte. COUNT in
# the environment says how many kills.
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
python3 "$here/t22-acting-kill/kill.py" "$unsent" "$here/t20-acting" "${COUNT:-60}"
