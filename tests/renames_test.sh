#!/bin/sh
# Files are put in other files' places in base/whole_file.cc alone, and what must be on the disk is
# synced there: whoever renames or syncs otherwise is listed, object by object. Those with a reason:
#   file              syncs folders
#   maildir_store     the rename is the delivery, and has a way back where hard links cannot be had
#   move_file         moves what is there, and puts nothing in its place
#   act_file          renames many files, synced at once
#   quarantine_copy   the same, a whole mailbox of them
#   handled           an account of what was done begins anew, and nothing is lost with it
#   flood_memory      the same of what is remembered of a flood
#   ledger_key        makes the key by link, which the first of several writers wins
#   upkeep            a copy of the ledger that nobody waits for
set -eu
listed=$(mktemp)
trap 'rm -f "$listed"' EXIT
calls='^(rename|renameat|renameat2|fsync|fdatasync|syncfs|sync_file_range|sync|_ZNSt10filesystem6rename.*)$'
for library in "$@"; do
  [ -f "$library" ] || { echo "$library: not built"; exit 1; }
  nm -A -u "$library" 2> /dev/null | sed 's/^.*\/\([^/:]*\):\([^:]*\): *U /\1 \2 /; s/@.*//' |
    awk -v calls="$calls" '$3 ~ calls { print $2 ": " $3 }' >> "$listed"
done
for call in rename fsync; do
  grep -q "^whole_file.cc.o: $call\$" "$listed" || { echo "base/whole_file.cc calls no $call: the test is blind"; exit 1; }
done
if grep -v -e '^whole_file.cc.o: rename$' -e '^whole_file.cc.o: fsync$' \
  -e '^file.cc.o: fsync$' -e '^maildir_store.cc.o: rename$' -e '^move_file.cc.o: rename' -e '^act_file.cc.o: rename$' \
  -e '^quarantine_copy.cc.o: \(rename\|syncfs\)$' -e '^handled.cc.o: rename$' -e '^flood_memory.cc.o: rename$' \
  -e '^ledger_key.cc.o: fsync$' -e '^upkeep.cc.o: fsync$' "$listed"
then echo "these replace or sync files by themselves: see base/whole_file.h"; exit 1; fi
