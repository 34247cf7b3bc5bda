# Tests with users of their own and an /etc/unsent: in a mount namespace with a copy of /etc,
# so that the machine keeps its users; where there can be none (an unprivileged container),
# in the real one, which is put back.
# in_private_etc SCRIPT ARGUMENT… : runs the script again there; the second time round it
# only sets $scratch.
in_private_etc() {
  if [ -n "${UNSENT_TEST_SCRATCH-}" ]; then
    scratch=$UNSENT_TEST_SCRATCH
    [ "${UNSENT_TEST_ETC-}" = real ] || mount --bind "$scratch/etc" /etc
    return
  fi
  scratch=$(mktemp -d /tmp/unsent-users-XXXXXX)
  cp -a /etc "$scratch/etc"
  status=0
  if unshare -m true 2> /dev/null; then
    UNSENT_TEST_SCRATCH=$scratch unshare -m sh "$@" || status=$?
  else
    UNSENT_TEST_SCRATCH=$scratch UNSENT_TEST_ETC=real sh "$@" || status=$?
    for file in passwd group shadow gshadow subuid subgid; do
      [ ! -e "$scratch/etc/$file" ] || cp -p "$scratch/etc/$file" "/etc/$file"
    done
    rm -rf /etc/unsent
  fi
  rm -rf "$scratch"
  exit "$status"
}
# An empty folder over FOLDER, for the test alone; the real one where that cannot be had.
lay_over() { # FOLDER
  [ "${UNSENT_TEST_ETC-}" = real ] || mount -t tmpfs -o mode=755 none "$1"
}
