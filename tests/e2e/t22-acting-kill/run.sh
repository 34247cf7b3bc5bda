#!/bin/sh
# Setup: an mbox and a Maildir with backscatter among other mail, and a complete ledger.
# Test: unsent scan is killed (-9) while it quarantines, deletes, tags, takes back or
# forgets: at calls that change the disk (a write half done), and at random
# instants, kill upon kill. At once the mbox is whole, the old or the new one, and no message
# of the Maildir is gone or torn; the next run does the rest, and each message is there once;
# taking back gives both as they were, byte for byte. COUNT in the environment says how many
# kills at random (60); from 200 on every single call has its kill, below that one in four.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/mailboxes.sh"
"${CC:-cc}" -shared -fPIC -O1 -o stop.so "$here/t22-acting-kill/stop.c" -ldl
python3 "$here/t22-acting-kill/kill.py" "$unsent" "$here/t20-acting" "${COUNT:-60}" stop.so
