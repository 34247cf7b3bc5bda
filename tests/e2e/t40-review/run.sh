#!/bin/sh
# Setup: the sample flood and its Sent mailbox, a terminal that a script types at.
# Test: what is said of a campaign decides what is put away, and is remembered; --undo restores
# every byte; leaving, Ctrl-C and a kill change nothing; terminals of any size; hostile mail does
# not steer the terminal.
set -eu
PYTHONDONTWRITEBYTECODE=1 exec python3 "$(dirname "$0")/review.py" "$(realpath "$1")"
