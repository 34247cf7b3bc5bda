#!/bin/sh
# Builds the Debian package out of what is committed, with Debian's own tools.
# Usage: package.sh [FOLDER], which gets the package; by default build/package. With UNSENT_BUILT the
# program of that build folder is packed as it is.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-$here/build/package}
mkdir -p "$out"
out=$(cd "$out" && pwd)
sh "$here/samples/install.sh" "$here/samples/packages.txt" "$here/samples/debian/packages.txt"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
version=$(sed -n '1s/.*(\(.*\)).*/\1/p' "$here/samples/debian/changelog")
tree="$scratch/unsent-$version"
mkdir "$tree"
if [ -n "${UNSENT_BUILT:-}" ]; then
  UNSENT_BUILT=$(cd "$UNSENT_BUILT" && pwd)
  export UNSENT_BUILT
  cp -r "$here/samples" "$tree"
else
  git -C "$here" archive HEAD | tar -x -C "$tree"
fi
cp -r "$tree/samples/debian" "$tree/debian"
rm "$tree/debian/packages.txt"
cd "$tree"
dpkg-buildpackage -b -us -uc ${UNSENT_BUILT:+-d} > "$scratch/log" 2>&1 || { cat "$scratch/log"; exit 1; }
cp "$scratch"/*.deb "$scratch"/*.changes "$out"
ls "$out"/*.deb
