#!/bin/sh
# Setup: the small server of t47-imap, which can MOVE, or can only COPY.
# Test: at every command of putting backscatter away, and of taking that back, the connection is
# cut before the command is done, before its answer, and within it; then the server comes back, or
# is gone, or unsent is killed (-9). No message is lost at any time, none is there twice once the
# connection is back, and taking back restores the folder: content, flags, dates. From COUNT=200 on
# each cut has each end, below that the answer alone.
set -eu
unsent=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
export PYTHONDONTWRITEBYTECODE=1
. "$here/../t47-imap/certificate.sh"
certificate server.pem localhost 30
python3 "$here/kills.py" "$unsent" "$scratch/server.pem" MOVE &
moving=$!
python3 "$here/kills.py" "$unsent" "$scratch/server.pem" COPY
wait "$moving"
