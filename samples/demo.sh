#!/bin/sh
# From a fresh Debian 12 to the report: installs what is missing, builds, and judges the
# sample mailbox: first with the Sent mailbox alone, then with a ledger that is known to
# be complete.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/.."
sh samples/install.sh samples/packages.txt

# One line that counts on a terminal; else a line every 50 steps.
show_steps() {
  last=0
  while IFS= read -r line; do
    step=$(printf '%s\n' "$line" | sed -n 's/^\[\([0-9]*\)\/\([0-9]*\)\].*/\1 of \2/p')
    [ -n "$step" ] || continue
    if [ -t 2 ]; then
      printf '\r\033[K  %s' "$step" >&2
    elif [ "${step%% *}" -ge $((last + 50)) ]; then
      last=${step%% *}
      echo "  $step" >&2
    fi
  done
  [ ! -t 2 ] || printf '\r\033[K' >&2
}

echo "building build/release/unsent; that takes some minutes, once" >&2
log=$(mktemp)
cmake --preset release >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
{ cmake --build --preset release --target unsent 2>&1 || echo "FAILED: build"; } | tee "$log" | show_steps
if grep -q '^FAILED' "$log"; then cat "$log" >&2; exit 1; fi
rm -f "$log"
unsent=build/release/unsent
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch" XDG_DATA_HOME="$scratch"
judge="--no-dns --domain ourshop.example --now 2026-11-23T12:00:00Z"

echo
echo "== With the Sent mailbox alone: what is in it is known, nothing is promised"
echo "\$ unsent scan --sent samples/flood/sent samples/flood/inbox.mbox"
$unsent scan $judge --sent samples/flood/sent samples/flood/inbox.mbox

echo
echo "== With a ledger that holds all that ourshop.example sent"
echo "\$ unsent import --complete ourshop.example samples/flood/sent"
$unsent import --complete ourshop.example --since 2026-11-01T00:00:00Z samples/flood/sent
echo "\$ unsent scan --html build/report.html samples/flood/inbox.mbox"
$unsent scan $judge --html build/report.html samples/flood/inbox.mbox
echo "The same as a page for a browser: build/report.html"
