#!/bin/sh
# Setup: floods that tests/bench/make_flood.py makes, and what their person has in Sent.
# Test: many.py. What many bounces show together is in every report and action, and no genuine
# one is called backscatter, whatever the record, the DNS and Sent.
set -eu
unsent=$1
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch" XDG_DATA_HOME="$scratch" XDG_STATE_HOME="$scratch"
cd "$scratch"
PYTHONPATH="$here/../../bench" PYTHONDONTWRITEBYTECODE=1 python3 "$here/many.py" "$unsent"
