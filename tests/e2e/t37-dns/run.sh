#!/bin/sh
# Setup: a name server of the test's own, which is slow, silent, hostile or refuses, and bounces
# in which everybody has another domain.
# Test: a scan waits for hundreds of answers at a time and keeps its order; a hostile bounce gets
# a few questions, and silent servers do not stop a scan; Ctrl-C does; what the DNS answered to
# one run is known to the next, 64 at once too.
set -eu
exec python3 "$(dirname "$0")/dns.py" "$(realpath "$1")"
