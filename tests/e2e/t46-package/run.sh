#!/bin/sh
# Setup: the built program packed as a Debian package, and a package of the version before: another
# content, and a file in /etc that the new one lacks. A copy of this machine that is thrown away, in
# which dpkg runs the real scripts; where none can be had (an unprivileged container), an empty root.
# Test: the packages are clean and have what they promise. What is configured and runs survives an
# upgrade: mail passes all the while, the service answers, settings that are not known are said and
# passed over. What was left half configured is mended by the next try. A purge takes all that is the
# system's, and nothing that is the users'.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
unsent=$(realpath "$1")
built=$(dirname "$unsent")
source=$(cd "$here/../../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fail() { echo "$*"; exit 1; }

UNSENT_BUILT="$built" sh "$source/samples/package.sh" "$scratch/package" > "$scratch/out" 2>&1 ||
  fail "$(cat "$scratch/out")"
package=$(ls "$scratch"/package/unsent_*.deb)
lintian --allow-root --fail-on error,warning "$scratch"/package/*.deb > "$scratch/out" 2>&1 ||
  fail "lintian: $(cat "$scratch/out")"
dpkg -c "$package" > "$scratch/list"
for kept in usr/bin/unsent usr/share/man/man5/unsent-config.5.gz usr/lib/sysusers.d/unsent.conf; do
  grep -q " \./$kept$" "$scratch/list" || fail "the package lacks $kept"
done
for other in libunsent1 libunsent-dev; do
  dpkg -c "$scratch"/package/${other}_*.deb >> "$scratch/libraries"
done
for kept in libunsent.so.1 libunsent.so pkgconfig/libunsent.pc; do
  grep -q " \./usr/lib/[^/]*/$kept" "$scratch/libraries" || fail "the packages lack $kept"
done
grep -q ' ./usr/include/unsent.h$' "$scratch/libraries" || fail "the packages lack unsent.h"
dpkg-deb -e "$package" "$scratch/control"
! grep -E '/home|HOME|Maildir' "$scratch"/control/post* || fail "the scripts reach into homes"

# UNSENT_OLD_PACKAGE names another package of before.
old=${UNSENT_OLD_PACKAGE:-}
if [ -z "$old" ]; then
  dpkg-deb -R "$package" "$scratch/old"
  sed -i 's/^Version: .*/Version: 0.0.1/' "$scratch/old/DEBIAN/control"
  echo gone > "$scratch/old/usr/share/unsent/gone"
  mkdir -p "$scratch/old/etc/unsent"
  echo '# of the version before' > "$scratch/old/etc/unsent/before.toml"
  echo /etc/unsent/before.toml > "$scratch/old/DEBIAN/conffiles"
  rm -f "$scratch/old/DEBIAN/md5sums"
  old=$scratch/old.deb
  dpkg-deb --root-owner-group -Znone -b "$scratch/old" "$old" > /dev/null
fi
cp "$old" "$scratch/package/old.deb"
mv "$package" "$scratch/package/new.deb"

# In a root of its own that is empty: what dpkg's scripts call there does nothing.
empty_root() {
  target=$scratch/root
  mkdir -p "$target/var/lib/dpkg/updates" "$target/var/lib/dpkg/info" "$target/home/alice/.config/unsent"
  : > "$target/var/lib/dpkg/status"
  echo mine > "$target/home/alice/.config/unsent/config.toml"
  installing() {
    dpkg --root="$target" --force-depends --force-not-root --force-script-chrootless \
      --log="$scratch/log" "$@" > "$scratch/out" 2>&1 || fail "dpkg $*: $(cat "$scratch/out")"
  }
  installing --unpack "$scratch/package/old.deb"
  mkdir -p "$target/var/lib/unsent"
  echo ledger > "$target/var/lib/unsent/ledger.db"
  installing --unpack "$scratch/package/new.deb"
  [ -e "$target/var/lib/unsent/ledger.db" ] || fail "the upgrade took the ledger"
  [ ! -e "$target/usr/share/unsent/gone" ] || fail "the upgrade left a file that is no longer there"
  [ "$(dpkg --root="$target" -V unsent; echo $?)" = 0 ] || fail "the upgrade left other files"
  installing --purge unsent
  left=$(find "$target" -name '*unsent*' ! -path '*/home/*' ! -path '*/etc/unsent')  # a conffile is left, never configured
  [ -z "$left" ] || fail "purge left $left"
  [ "$(cat "$target/home/alice/.config/unsent/config.toml")" = mine ] || fail "purge took what is a user's"
}
empty_root

# In a copy of this machine.
if ! { [ "$(id -u)" -eq 0 ] && unshare -m sh "$here/machine.sh" try "$scratch" 2> /dev/null; }; then
  echo "no copy of this machine can be had here: upgraded in an empty root alone"
  exit 0
fi
unshare -m sh "$here/machine.sh" run "$scratch" "$here"
