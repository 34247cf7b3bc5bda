#!/bin/sh
# Files are opened in base/open.cc alone (and folders, in base/held_folder.cc), whichever way C and C++ know: whoever opens otherwise is
# listed, object by object, and so is what only the headers of src/ would open.
set -eu
listed=$(mktemp)
trap 'rm -f "$listed"' EXIT
objects=0
openers='^(f?open(64)?|openat(64)?|open64|openat2|creat(64)?|freopen(64)?|mkostemps?(64)?|mkstemps?(64)?|tmpfile(64)?|gzopen(64)?|bzopen|__open(64)?_2|__openat(64)?_2|_ZNSt.*basic_(file|ifstream|ofstream|fstream).*)$'
for library in "$@"; do
  [ -f "$library" ] || { echo "$library: not built"; exit 1; }
  objects=$((objects + $(nm -A -u "$library" 2> /dev/null | cut -d: -f1,2 | sort -u | wc -l)))
  nm -A -u "$library" 2> /dev/null | sed 's/^.*\/\([^/:]*\):\([^:]*\): *U /\1 \2 /; s/@.*//' |
    awk -v openers="$openers" '$3 ~ openers { print $2 ": " $3 }' >> "$listed"
done
[ "$objects" -gt 100 ] || { echo "$objects objects: the test looks at nothing"; exit 1; }
grep -q '^open.cc.o: open' "$listed" || { echo "base/open.cc opens nothing: the test is blind"; exit 1; }
if grep -v -e '^open.cc.o: ' -e '^held_folder.cc.o: openat' "$listed"; then echo "these open files by themselves: see base/open.h"; exit 1; fi
