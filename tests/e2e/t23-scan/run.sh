#!/bin/sh
# Setup: a ledger that knows one message, and mailboxes of every kind and packing.
# Test: scan.py. The same messages give the same lines in the same order, however they are
# stored, packed and by how many threads they are judged; damage costs what is damaged only.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/mailboxes.sh"
python3 "$here/t23-scan/scan.py" "$unsent" "$here/t20-acting"
