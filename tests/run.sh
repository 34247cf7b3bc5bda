#!/bin/sh
# Installs what is missing, builds, and runs every test. Usage: sh tests/run.sh [PRESET…],
# by default dev;
# fuzz and asan have most of them under sanitizers, of clang and of gcc.
set -eu
cd "$(dirname "$0")/.."
sh samples/install.sh samples/packages.txt tests/packages.txt
for preset in "${@:-dev}"; do
  cmake --preset "$preset" >/dev/null
  cmake --build --preset "$preset"
  ctest --preset "$preset" -j 4 --no-tests=error
done
clang-format --dry-run --Werror $(git ls-files 'src/*.h' 'src/*.cc' 'tests/*.h' 'tests/*.cc')
