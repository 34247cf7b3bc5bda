#!/bin/sh
# Setup: a ledger that knows one message, a policy that puts backscatter away, and hundreds of
# messages, each unlike the others.
# Test: unsent deliver is killed (-9) at random points and run again, as a mail system does,
# until it has exited with 0, into a Maildir and into an mbox, four at a time: none is lost,
# none is there twice, none is torn. COUNT in the environment says how many.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
unsent=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data"
unset SENDER RECIPIENT ORIGINAL_RECIPIENT ORIG_RECIPIENT RPLINE DTLINE EXT EXTENSION 2> /dev/null || :
cd "$scratch"
. "$here/mails.sh"
printf '[policy]\nbackscatter = "quarantine"\n' | mail_setup
for mailbox in maildir mbox; do
  python3 "$here/t16-kill/kill.py" "$unsent" "$mailbox" "${COUNT:-200}"
done
