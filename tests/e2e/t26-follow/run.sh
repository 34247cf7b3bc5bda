#!/bin/sh
# Setup: mail logs that a Python script writes, renames, copies and empties as syslog and
# logrotate do, and a follower on them.
# Test: what was sent is in the ledger within two seconds, before the server is done with it;
# a rotation of any kind loses nothing, a signal and kill -9 at any time neither, and
# nothing is there twice; what cannot have been read is a gap that is said.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
unsent=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data" TZ=UTC
cd "$scratch"
mkdir -p "$XDG_CONFIG_HOME/unsent"
printf '[ledger]\nplain = true\n' > "$XDG_CONFIG_HOME/unsent/config.toml"  # the rows are looked at
python3 "$here/follow.py" "$unsent"
