#!/bin/sh
# Installs what is missing, builds, and runs every test. Usage: sh tests/run.sh [PRESET…],
# by default dev;
# fuzz and asan have most of them under sanitizers, of clang and of gcc. CTEST_OPTIONS: more words
# for ctest, as "-LE long".
# Most tests wait for other programs, so that several run at a time; what fails among them is run
# once more with the machine to itself, and must pass then: load is no fault of the program.
set -eu
cd "$(dirname "$0")/.."
sh samples/install.sh samples/packages.txt tests/packages.txt
for preset in "${@:-dev}"; do
  cmake --preset "$preset" >/dev/null
  cmake --build --preset "$preset"
  ctest --preset "$preset" -j 4 --no-tests=error ${CTEST_OPTIONS:-} ||
    ctest --preset "$preset" --rerun-failed --no-tests=error
done
clang-format --dry-run --Werror $(git ls-files 'src/*.h' 'src/*.cc' 'tests/*.h' 'tests/*.cc')
