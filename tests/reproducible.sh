#!/bin/sh
# Two builds of what is committed, in two folders of different names, are the same bytes: the program,
# the library, and all that is installed. Takes two release builds: run it before a release.
# Usage: reproducible.sh [TARGET…]: of these alone what is linked, as in reproducible.sh libunsent.
# The objects between are not the same: for the linker they hold the command that made them.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset CMAKE_CXX_COMPILER_LAUNCHER CMAKE_C_COMPILER_LAUNCHER
for folder in one another/deeper-one; do
  mkdir -p "$scratch/$folder"
  git -C "$here" archive HEAD | tar -x -C "$scratch/$folder"
  (
    cd "$scratch/$folder"
    cmake --preset release > log
    cmake --build --preset release ${1:+--target} "$@" > log || { tail -n 20 log; exit 1; }
    if [ $# -eq 0 ]; then DESTDIR="$PWD/into" cmake --install build/release > log; fi
  )
done
cd "$scratch/one"
if [ $# -eq 0 ]; then
  diff -r into ../another/deeper-one/into
else
  find build/release -maxdepth 1 -type f -perm -100 | while read -r file; do
    cmp "$file" "../another/deeper-one/$file"
  done
fi
echo "the same bytes"
