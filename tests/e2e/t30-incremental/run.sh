#!/bin/sh
# Setup: a ledger that knows one message, and mailboxes of every kind and packing.
# Test: incremental.py. A second scan reads what is new, and all that may be new.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/mailboxes.sh"
python3 "$here/t30-incremental/incremental.py" "$unsent" "$here/t20-acting"
