# For tests of what commands say: a home of their own, and the scratch folder; $1 is the program.
unsent=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data" TZ=UTC
cd "$scratch"
fail() { echo "$*"; exit 1; }
expect() { # STATUS PATTERN COMMAND…: the pattern is on either output
  wanted=$1 pattern=$2
  shift 2
  status=0
  "$unsent" "$@" > out 2> err < /dev/null || status=$?
  [ "$status" -eq "$wanted" ] || fail "unsent $*: status $status, not $wanted: $(cat out err)"
  [ -z "$pattern" ] || cat out err | grep -q -e "$pattern" || fail "unsent $*: no \"$pattern\" in: $(cat out err)"
}
