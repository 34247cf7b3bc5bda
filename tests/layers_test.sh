#!/bin/sh
# A folder of src/ includes itself and the folders below it, never one above.
set -eu
cd "$1/src"
order="base mail rules bounce spf dkim tag evidence verdict action ledger dns mailbox feed app"
below=""
bad=0
seen=0
for folder in $order; do
  below="$below $folder"
  [ -d "$folder" ] || continue
  for include in $(cat "$folder"/*.h "$folder"/*.cc | sed -n 's/^#include "\([a-z]*\)\/.*/\1/p' | sort -u); do
    seen=$((seen + 1))
    case " $below " in
      *" $include "*) ;;
      *) echo "$folder includes $include, which is above it"; bad=1 ;;
    esac
  done
done
for folder in */; do
  case " $order " in *" ${folder%/} "*) ;; *) echo "src/$folder is no known folder"; bad=1 ;; esac
done
[ "$seen" -gt 10 ] || { echo "no includes found: the test looks at nothing"; exit 1; }
exit $bad
