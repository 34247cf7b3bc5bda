#!/bin/sh
# Setup: two ledgers of one key, hundreds of messages each.
# Test: one of the two has changed bytes, another page each time, and they are merged: that ends
# soon, what is whole of the one is in the other afterwards, what was there stays, and what could
# not be read is said. ROUNDS and SEED in the environment say how many, and which.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
unsent=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data" TZ=UTC
cd "$scratch"
python3 "$here/merge.py" "$unsent" "${ROUNDS:-12}" "${SEED:-1}"
