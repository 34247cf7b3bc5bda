#!/bin/sh
# Setup: a ledger that knows one message, and mailboxes of every kind with genuine bounces,
# backscatter, unverified and ordinary mail in them.
# Test: acting.py. What is acted on goes, all else stays as it was, byte for byte; taking
# back gives the mailboxes as they were; whatever stands in the way leaves them untouched.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/mailboxes.sh"
python3 "$here/t20-acting/acting.py" "$unsent" "$here/t20-acting"
