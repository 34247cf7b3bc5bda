#!/bin/sh
# Setup: bounces that are judged as they arrive, with a system log of our own where there may be one,
# and a configuration of another version.
# Test: a line a report in the system log if it is wanted; the figures for Prometheus are such, and
# count what was done; a setting that is not known is said and costs no mail, and is an error
# elsewhere.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
if [ -z "${UNSENT_TEST_SCRATCH-}" ]; then
  UNSENT_TEST_SCRATCH=$(mktemp -d)
  export UNSENT_TEST_SCRATCH
  status=0
  if unshare -m true 2> /dev/null; then unshare -m sh "$0" "$@" || status=$?; else sh "$0" "$@" || status=$?; fi
  rm -rf "$UNSENT_TEST_SCRATCH"
  exit "$status"
fi
unsent=$(realpath "$1")
scratch=$UNSENT_TEST_SCRATCH
cd "$scratch"
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data" XDG_CACHE_HOME="$scratch/cache" TZ=UTC
unset SENDER RECIPIENT ORIGINAL_RECIPIENT ORIG_RECIPIENT RPLINE DTLINE EXT EXTENSION 2> /dev/null || :
fail() { echo "$*"; exit 1; }
. "$here/mails.sh"
mail_setup < /dev/null
setting() { printf '[identity]\ndomains = ["ourshop.example"]\n[dns]\nserver = "127.0.0.1:9"\n%s\n' "$1" > config/unsent/config.toml; }
listener=
trap '[ -z "$listener" ] || kill "$listener" 2> /dev/null || :' EXIT

# A /dev of this test's own, with a log in it.
mkdir dev
if mount -t tmpfs none dev 2> /dev/null; then
  for node in null zero urandom random full tty; do cp -a "/dev/$node" dev/; done
  ln -s /proc/self/fd dev/fd
  mount --bind dev /dev
  python3 -c 'import os, socket, sys
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind("/dev/log")
os.chmod("/dev/log", 0o666)
while True:
    sys.stdout.write(log.recv(65536).decode(errors="replace") + "\n")
    sys.stdout.flush()' > log 2>&1 &
  listener=$!
  for i in $(seq 600); do [ -S /dev/log ] || sleep 0.1; done
  setting ''
  "$unsent" filter < backscatter > out
  setting '[log]
syslog = true'
  for name in genuine backscatter ordinary; do "$unsent" filter < "$name" > out; done
  printf 'Message-ID: <x\ny verdict=genuine>\n' | cat - unverified > forged
  "$unsent" deliver --create --maildir box < forged
  says_three() { [ "$(grep -c 'verdict=' log)" -ge 3 ]; }
  wait_until says_three || :
  grep -c 'verdict=' log > count || :
  [ "$(cat count)" -eq 3 ] || fail "the log: $(cat log)"
  grep -q 'unsent\[[0-9]*\]: verdict=backscatter kind=bounce rule=[a-z-]* done=tag planned=tag recipient=<alice@ourshop.example> id=<4B1@mx.remote.example>$' log || fail "the log: $(cat log)"
  kill "$listener"
  listener=
else
  setting ''
  for name in backscatter genuine backscatter unverified; do "$unsent" filter < "$name" > out; done
fi

# The figures.
"$unsent" status --metrics > metrics
python3 - metrics <<'END' || fail "$(cat metrics)"
import re, sys
text = open(sys.argv[1]).read()
assert text.endswith("\n")
kinds, values, now = {}, {}, None
for line in text.splitlines():
    if found := re.fullmatch(r"# HELP ([a-z_]+) .+", line):
        now = found[1]
        assert now not in kinds, f"{now} twice"
        kinds[now] = None
    elif found := re.fullmatch(r"# TYPE ([a-z_]+) gauge", line):
        assert found[1] == now
    else:
        found = re.fullmatch(r'([a-z_]+)(\{(?:[a-z]+="(?:[^"\\\n]|\\.)*",?)+\})? (-?[0-9]+)', line)
        assert found and found[1] == now, line
        key = found[1] + (found[2] or "")
        assert key not in values, key
        values[key] = int(found[3])
assert values['unsent_reports{verdict="backscatter",planned="tag",done="tag"}'] == 2, values
assert sum(v for k, v in values.items() if k.startswith("unsent_reports_by_rule")) >= 1
assert values["unsent_ledger_messages"] == 1 and values["unsent_ledger_bytes"] > 0
assert values['unsent_ledger_complete_since_seconds{scope="ourshop.example"}'] == 1793491200, values
assert values["unsent_time_seconds"] > 1.7e9
END
printf 'Nov 23 20:34:53 mail postfix/qmgr[3]: 51924AA820B: removed\n' > mail.log
"$unsent" import mail.log > out
printf 'more\n' >> mail.log
"$unsent" status --metrics --to metrics2
grep -q '^unsent_feed_unread_bytes{path=".*mail.log"} 5$' metrics2 || fail "unread: $(cat metrics2)"
[ "$(stat -c %a metrics2)" = 644 ] || fail "mode $(stat -c %a metrics2)"
[ "$(find . -maxdepth 1 -name 'metrics2*' | wc -l)" -eq 1 ] || fail "something is left beside it"
! "$unsent" status --metrics --to none/metrics 2> err || fail "no folder"
! "$unsent" status --metrics --json 2> err || fail "two formats"
! "$unsent" status --to x 2> err || fail "--to alone"

# Settings of another version.
for text in '[judging]
patience = 3' '[telepathy]
on = true' '[policy]
mode = "active"
weather = "fine"'; do
  setting "$text"
  line=$(grep -n -e patience -e telepathy -e weather config/unsent/config.toml | head -n 1 | cut -d: -f1)
  "$unsent" filter -v < genuine > out 2> err || fail "$text: status $?"
  grep -q '^X-Unsent-Verdict: genuine' out || fail "$text: not judged: $(cat err)"
  [ "$(wc -l < err)" -eq 1 ] && grep -q "config.toml:$line: no .*: passed over" err || fail "$text: $(cat err)"
  rm -rf box
  "$unsent" deliver -v --create --maildir box < genuine 2> err || fail "$text: deliver $?"
  [ "$(mail_count box)" -eq 1 ] || fail "$text: not delivered"
  grep -q "config.toml:$line: no .*: passed over" err || fail "$text: deliver: $(cat err)"
  # What else mail passes through, or waits for, says it and goes on.
  said() { # COMMAND
    grep -q "config.toml:$line: no .*: passed over" err || fail "$text: $1: $(cat err)"
  }
  cp sent/cur/* outgoing
  "$unsent" record < outgoing 2> err || fail "$text: record: $?"
  said record
  "$unsent" tag key > out 2> err || fail "$text: tag key: $?"
  "$unsent" tag < outgoing > out 2> err || fail "$text: tag: $?"
  said tag
  grep -q '^X-Unsent-' out || fail "$text: no tag: $(cat out)"
  "$unsent" judge < /dev/null > out 2> err || fail "$text: judge: $?"
  grep -q '^ready ' out || fail "$text: judge: $(cat out)"
  for service in "serve --socket door" "import --follow mail.log"; do
    : > err
    "$unsent" $service > out 2> err &
    listener=$!
    for i in $(seq 600); do ! grep -q 'passed over' err || break; sleep 0.1; done
    said "$service"
    kill "$listener" || fail "$text: $service has ended"
    wait "$listener" || :
    listener=
  done
  ! "$unsent" status --json > out 2> err || fail "$text: status goes on"
  status=0
  "$unsent" check genuine > out 2> err || status=$?
  [ "$status" -eq 78 ] && grep -q "config.toml:$line: no " err || fail "$text: check: $status $(cat err)"
done
# A known one with a wrong value is no matter of versions.
setting '[judging]
deadline = "soon"'
"$unsent" filter -v < genuine > out 2> err || fail "wrong value: status $?"
grep -q 'goes through unjudged' err || fail "wrong value: $(cat err)"
setting ''
"$unsent" status > out
grep -q '^problem .*config.toml' out || fail "the last problem: $(cat out)"
