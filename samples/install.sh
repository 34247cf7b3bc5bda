#!/bin/sh
# Installs the Debian packages that the given lists name and that are missing.
set -eu
missing=""
for package in $(cat "$@"); do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo "installing $(echo $missing | wc -w) packages:$missing" >&2
root=""
[ "$(id -u)" -eq 0 ] || root="sudo"
echo "  reading the lists of packages" >&2
$root apt-get update -qq
echo "  fetching and unpacking" >&2
DEBIAN_FRONTEND=noninteractive $root apt-get install -y -qq --no-install-recommends $missing >/dev/null
echo "  installed" >&2
