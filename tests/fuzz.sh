#!/bin/sh
# Each libFuzzer target for so many seconds, from our seeds: sh tests/fuzz.sh [SECONDS [TARGET…]].
# Wants a build of the preset fuzz. What it finds is left in build/fuzz/found. SEED makes its luck the
# same each time.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-60}
[ $# -eq 0 ] || shift
targets=${*:-$(ls tests/fuzz/seeds)}
mkdir -p build/fuzz/found
one() {
  corpus=build/fuzz/corpus/$1
  mkdir -p "$corpus"
  build/fuzz/tests/fuzz_$1 -seed="${SEED:-0}" -max_total_time="$seconds" -rss_limit_mb=3000 -timeout=30 \
    -artifact_prefix="build/fuzz/found/$1-" "$corpus" "tests/fuzz/seeds/$1" \
    > "build/fuzz/found/$1.log" 2>&1 || { tail -n 40 "build/fuzz/found/$1.log"; return 1; }
  printf '%-12s %s\n' "$1" "$(grep -o 'Done.*' "build/fuzz/found/$1.log")"
}
# Two at a time.
status=0
while [ -n "$targets" ]; do
  set -- $targets
  one "$1" & first=$!
  if [ $# -gt 1 ]; then one "$2" || status=1; fi
  wait "$first" || status=1
  [ $# -gt 1 ] && shift
  shift
  targets=$*
done
exit "$status"
