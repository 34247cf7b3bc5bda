#!/bin/sh
# Setup: a real Exim with everything in its log that it can write there, that asks for ident and
# takes any greeting; a real Postfix, unpacked, not installed.
# Test: hostile.py. Who connects says what it likes; only what our users handed in is ours.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
unsent=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data" TZ=UTC
cd "$scratch"
command -v exim4 > /dev/null || { echo "no exim4"; exit 1; }
cache=$(dirname "$unsent")
if [ ! -f "$cache/postfix.deb" ]; then
  mkdir fetch
  chmod 777 fetch
  (cd fetch && apt-get download -qq postfix)
  mv fetch/postfix_*.deb "$cache/postfix.deb"
fi
dpkg -x "$cache/postfix.deb" root
python3 "$here/hostile.py" "$unsent"
