#!/bin/sh
# Setup: a ledger, a bounce and ordinary mail, a real sendmail that notes what it is given.
# Test: memory runs out at one allocation after the other, for good or once, and by a limit of
# the system, in each command that stands in the mail's way. It ends with 75 and has written
# nothing, or the message has gone through whole: never half of it, never another status.
# COUNT in the environment says at how many allocations of each (16).
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/mailboxes.sh"
"${CC:-cc}" -shared -fPIC -O1 -o memory.so "$here/t32-memory/memory.c" -ldl
python3 "$here/t32-memory/memory.py" "$unsent" "${COUNT:-16}" "$scratch/memory.so"
