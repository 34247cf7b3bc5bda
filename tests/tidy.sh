#!/bin/sh
# clang-tidy on what has changed last: sh tests/tidy.sh [COUNT], by default the 24 files that the
# newest commits touch; "all" for every file. A file takes ten seconds, all of them an hour.
set -eu
cd "$(dirname "$0")/.."
count=${1:-24}
if [ "$count" = all ]; then
  files=$(git ls-files 'src/*.cc')
else
  files=$(git log -n 200 --format= --name-only --diff-filter=d -- 'src/*.cc' |
    awk '!seen[$0]++' | while read -r file; do [ ! -f "$file" ] || echo "$file"; done |
    head -n "$count")
fi
[ -n "$files" ] || exit 0
cmake --preset tidy > /dev/null
echo "$files" | xargs -P "$(nproc)" -n 1 clang-tidy -p build/tidy --quiet '--warnings-as-errors=*'
