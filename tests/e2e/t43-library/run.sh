#!/bin/sh
# Setup: libunsent beside the built program, a ledger that knows one message, a C program that links
# it by the installed pkg-config file, and the Python example.
# Test: both get the verdicts that check gives, whatever flood has come; the library exports its
# functions and no other; a wrong configuration, another program, a judging that dies or hangs, and a
# fork cost a verdict at most, and nothing of the program that links it.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
source=$(cd "$here/../.." && pwd)
unsent=$(realpath "$1")
built=$(dirname "$unsent")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data" XDG_CACHE_HOME="$scratch/cache" TZ=UTC
unset SENDER RECIPIENT ORIGINAL_RECIPIENT ORIG_RECIPIENT RPLINE DTLINE EXT EXTENSION 2> /dev/null || :
fail() { echo "$*"; exit 1; }
. "$here/mails.sh"
mail_setup < /dev/null

nm -D --defined-only "$built/libunsent.so.1" | awk '$2 == "T" { print $3 }' | sort > out
printf 'unsent_%s@@UNSENT_1\n' close json judge_message open reason verdict_name version | cmp - out ||
  fail "other symbols: $(cat out)"
nm -D --undefined-only "$built/libunsent.so.1" | grep -v -e @GLIBC -e ' w ' > out || :
[ ! -s out ] || fail "it wants more than the C library: $(cat out)"

export UNSENT_LIBRARY="$built/libunsent.so.1" UNSENT_PROGRAM="$unsent"
python3 "$source/samples/library/judge.py" genuine backscatter unverified ordinary odd > out || fail "Python: $(cat out)"
cut -d: -f1,2 out > got
printf 'genuine: genuine\nbackscatter: backscatter\nunverified: unverified\nordinary: ordinary\nodd: ordinary\n' |
  cmp - got || fail "Python: $(cat out)"
for name in genuine backscatter unverified; do
  reason=$("$unsent" check --json "$name" | python3 -c 'import json,sys; print(json.load(sys.stdin)["reason"])' || :)
  grep -q -F "$name: $name: $reason" out || fail "another reason than check's: $(cat out)"
done

# Judged by itself: a flood that the pipe has seen changes nothing here.
for i in $(seq 30); do sed "s/<4B1@/<4B1.$i@/" backscatter | "$unsent" filter > filtered; done
"$unsent" filter < unverified > filtered
grep -q 'within the hour before' filtered || fail "the pipe sees no flood: $(sed -n '/^X-Unsent/p' filtered)"
python3 "$source/samples/library/judge.py" genuine backscatter unverified ordinary odd | cmp - out ||
  fail "a flood speaks about what is judged by itself"

DESTDIR="$scratch/into" cmake --install "$built" > install.log 2>&1 || fail "$(cat install.log)"
config=$(find into -name libunsent.pc)
prefix=$(sed -n 's/^prefix=//p' "$config")
flags=$(PKG_CONFIG_PATH=$(dirname "$config") PKG_CONFIG_SYSROOT_DIR="$scratch/into" pkg-config --cflags --libs libunsent)
cc -std=c17 -Wall -Wextra -Werror -o judged "$here/t43-library/judged.c" $flags -Wl,-rpath,"$built" || fail "it does not compile: $flags $prefix"
./judged "$unsent" genuine backscatter ordinary > out || fail "C: $(cat out)"
printf 'genuine\nbackscatter\nordinary\n' | cmp - out || fail "C: $(cat out)"

python3 "$here/t43-library/odd.py" "$source/samples/library" "$unsent" > out 2>&1 || fail "$(cat out)"
mandoc -T lint -W error "$source/src/app/library/libunsent.3" || fail lint
