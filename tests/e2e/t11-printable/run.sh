#!/bin/sh
# Setup: a home whose very name would steer a terminal; mail, logs, ledgers, DNS, rules and
# configurations that hold such text in every place where a stranger or a slip can put it.
# Test: whatever command prints of it, and wherever, no control character and none that turns a
# line round comes out; JSON is whole, and a name with a line end in it forges no complaint.
exec python3 "$(dirname "$0")/printable.py" "$(realpath "$1")"
