#!/bin/sh
# Setup: as root, users of a host whose ledger belongs to the user post alone; `unsent serve` answers
# for it on a socket, and the administrator's file names that socket as the ledger.
# Test: each user is judged by the host's ledger, of his own mail alone, and adds to it as himself
# alone; clients that say nonsense, too much or nothing, and a service that is stopped, killed and
# started again under load, cost no message and no time beyond the deadline.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
[ "$(id -u)" -eq 0 ] || { echo "this test makes users: run it as root"; exit 1; }
. "$here/t21-site/users.sh"
program=$(realpath "$1")
in_private_etc "$0" "$program"
unset SENDER RECIPIENT ORIGINAL_RECIPIENT ORIG_RECIPIENT RPLINE DTLINE EXT EXTENSION XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME 2> /dev/null || :
cd "$scratch"
export HOME="$scratch"
cp "$program" unsent
chmod 755 unsent "$scratch"
unsent=$scratch/unsent
. "$here/mails.sh"
service=
trap '[ -z "$service" ] || kill -9 "$service" 2> /dev/null || :' EXIT
fail() { echo "$*"; sed 's/^/service: /' log 2> /dev/null || :; exit 1; }
as() { # USER COMMAND…
  user=$1
  shift
  setpriv --reuid "$user" --regid "$user" --init-groups env HOME="$scratch/home/$user" "$@"
}
for user in alice bob mallory post; do
  mkdir -p "home/$user"
  useradd --no-create-home --home-dir "$scratch/home/$user" --user-group "$user"
  chown "$user:$user" "home/$user"
done
mkdir -p /etc/unsent var run
site() { # MORE-LINES
  printf '[identity]\ndomains = ["ourshop.example"]\n[dns]\nserver = "127.0.0.1:9"\n[ledger]\npath = "%s"\n[judging]\ndeadline = 6\n%s\n' \
    "$scratch/run/ledger.sock" "$1" > /etc/unsent/config.toml
}
site ''
cp sent/cur/* bobs
sed -i 's/alice@/bob@/; s/<a1@/<b1@/; s/the offer/a secret/' bobs
mkdir -p sent2/cur sent2/new sent2/tmp
mv bobs sent2/cur/1795000001.M1P1.desk:2,S
# What root makes in the folder of the ledger's owner is the owner's.
chown post:post var run
chmod 700 var
"$unsent" import --ledger var/ledger.db --complete ourshop.example --since 2026-11-01T00:00:00Z sent sent2 > /dev/null
[ "$(stat -c '%U %a' var/* | sort -u)" = 'post 600' ] || fail "made by root: $(ls -l var)"
start() { # OPTION…
  setpriv --reuid post --regid post --init-groups env HOME="$scratch/home/post" \
    "$unsent" serve --ledger "$scratch/var/ledger.db" --socket "$scratch/run/ledger.sock" "$@" 2>> log &
  service=$!
  for i in $(seq 600); do
    [ ! -S run/ledger.sock ] || ! python3 -c 'import socket,sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])' run/ledger.sock 2> /dev/null || return 0
    sleep 0.1
  done
  fail "the service does not come up"
}
end() { # SIGNAL
  kill "-$1" "$service"
  status=0
  wait "$service" || status=$?
  service=
}
filter() { as "$1" "$unsent" filter < "$2"; }
verdict() { sed -n 's/^X-Unsent-Verdict: \([a-z]*\).*/\1/p' "$1"; }
expect() { # USER MAIL VERDICT WHAT
  filter "$1" "$2" > out || fail "$4: status $?"
  [ "$(verdict out)" = "$3" ] || fail "$4: $(sed -n '/^X-Unsent/,/^[^X	 ]/p' out)"
  mail_bare out | cmp - "$2" || fail "$4: the message was changed"
}
judges() { filter "$1" "$2" > out && [ "$(verdict out)" = "$3" ]; } # USER MAIL VERDICT
start

# What a user cannot read judges his mail; another's message vouches for nobody, and is not said
# to be missing either.
! as alice cat var/ledger.db 2> /dev/null > /dev/null || fail "alice can read the ledger"
expect alice genuine genuine "alice"
expect alice backscatter backscatter "alice"
expect alice ordinary ordinary "alice"
expect bob genuine unverified "a bounce about alice's message, judged by bob"
mail_bounce 4B2 bob@remote.example b1 'a secret' | sed 's/^From: alice@/From: bob@/' > bobs
expect alice bobs unverified "a bounce about bob's message, judged by alice"
status=0
as alice "$unsent" check --explain genuine > out || status=$?
[ "$status" -eq 1 ] || fail "check: $status"
grep -q 'we sent it to bob@remote.example' out || fail "check: $(cat out)"
as alice "$unsent" scan genuine backscatter > out || fail "scan: $?"
expect root genuine genuine "root"

as alice "$unsent" doctor --no-dns > out || fail "doctor: $(cat out)"
grep -q "the ledger's service answers" out || fail "doctor: $(cat out)"
as alice "$unsent" status > out
grep -q 'ledger.sock: [0-9]* messages' out || fail "status: $(cat out)"
status=0
as alice "$unsent" ledger stats > out 2> err || status=$?
[ "$status" -eq 78 ] && grep -q 'the socket of a service' err || fail "ledger stats: $status $(cat err)"

# Adding: as oneself alone.
mail() { printf 'From: %s\nTo: carol@remote.example\nSubject: %s\nDate: Mon, 23 Nov 2026 11:00:00 +0000\nMessage-ID: <%s@ourshop.example>\n\nHello\n' "$1" "$2" "$3"; }
mail_bounce 4G2 carol@remote.example a2 'a second' | sed 's/10:00:00 +0000$/11:00:00 +0000/' > second
expect alice second backscatter "not sent yet"
mail alice@ourshop.example 'a second' a2 > new
as alice "$unsent" record < new || fail "record: $?"
expect alice second genuine "recorded"
mail alice@ourshop.example 'a third' a3 > new
status=0
as bob "$unsent" record < new 2> err || status=$?
[ "$status" -eq 77 ] && grep -q 'From is no address of bob' err || fail "bob recorded as alice: $status $(cat err)"
mail bob@ourshop.example 'a second' a2 > new
! as bob "$unsent" record < new 2> err || fail "bob took alice's id"
grep -q "another's" err || fail "bob took alice's id: $(cat err)"
printf '#!/bin/sh\ncat > /dev/null\n' > sendmail
chmod 755 sendmail
mail alice@ourshop.example 'a fourth' a4 > new
as alice "$unsent" sendmail --real "$scratch/sendmail" -t < new 2> err || fail "sendmail: $(cat err)"
"$unsent" ledger stats --ledger var/ledger.db > out
grep -q '^4 messages' out || fail "after sendmail: $(cat out)"
chown -R post:post var

# Clients of all kinds; who behaves is answered meanwhile.
python3 "$here/t41-serve/clients.py" run/ledger.sock > out 2>&1 || fail "clients: $(cat out)"
expect alice genuine genuine "after those clients"

# Reloading: what is wrong changes nothing, what is right holds for who comes next.
site 'nonsense = '
kill -HUP "$service"
wait_until grep -q 'goes on as before' log || fail "nothing was said of a wrong configuration"
site '[serve.senders]
bob = ["alice@ourshop.example"]'
expect bob genuine unverified "before the reload"
kill -HUP "$service"
wait_until judges bob genuine genuine || :
expect bob genuine genuine "bob may speak for alice now"
site ''
kill -HUP "$service"
wait_until judges bob genuine unverified || :
expect bob genuine unverified "bob may not any more"

# It hangs: nothing waits beyond the deadline.
kill -STOP "$service"
begun=$(date +%s)
expect alice genuine unverified "a service that hangs"
status=0
as alice "$unsent" record < new 2> err || status=$?
[ "$status" -eq 75 ] || fail "record, a service that hangs: $status $(cat err)"
[ $(($(date +%s) - begun)) -le 60 ] || fail "a hanging service was waited for"
kill -CONT "$service"
expect alice genuine genuine "it goes on"

# Killed and started again under load: no verdict is wrong, nothing is lost.
: > loaded
: > judged
(
  while [ -e loaded ]; do
    as alice "$unsent" filter < genuine > out2 || echo "status $?" >> judged
    verdict out2 >> judged
    mail_bare out2 | cmp -s - genuine || echo changed >> judged
  done
) &
load=$!
wait_until grep -q -x genuine judged || fail "nothing is judged: $(cat judged)"
for i in 1 2 3 4 5; do
  sleep 0.5
  end KILL
  start
done
expect alice genuine genuine "after five kills"
rm loaded
wait "$load" || :
[ "$(sort -u judged | grep -v -x -e genuine -e unverified | wc -l)" -eq 0 ] || fail "under load: $(sort judged | uniq -c)"
grep -q -x genuine judged || fail "under load nothing was genuine: $(sort judged | uniq -c)"

# A path that is in use, or is something else, is left alone; what a dead one left is not.
status=0
"$unsent" serve --ledger var/ledger.db --socket run/ledger.sock 2> err || status=$?
[ "$status" -eq 69 ] && grep -q 'answers there already' err || fail "two services: $status $(cat err)"
status=0
"$unsent" serve --ledger var/ledger.db --socket new 2> err || status=$?
[ "$status" -eq 78 ] && [ -f new ] || fail "a file in its place: $status $(cat err)"
status=0
"$unsent" serve --ledger run/ledger.sock --socket run/other 2> err || status=$?
[ "$status" -eq 78 ] || fail "a socket for a ledger: $status $(cat err)"
status=0
"$unsent" serve --ledger var/ledger.db 2> err || status=$?
[ "$status" -eq 64 ] || fail "no socket: $status $(cat err)"
"$unsent" serve --ledger var/ledger.db --socket "$(printf '%0200d' 7)" 2> err && fail "a long path" || :

# It stops in order.
end TERM
[ "$status" -eq 0 ] || fail "SIGTERM: status $status"
[ ! -e run/ledger.sock ] || fail "the socket is left"
expect alice genuine unverified "no service"
status=0
as root "$unsent" record < new 2> err || status=$?
[ "$status" -eq 75 ] && [ ! -e run/ledger.sock ] || fail "record, no service: $status $(cat err)"
status=0
"$unsent" import sent > out 2> err || status=$?
[ "$status" -eq 69 ] && [ ! -e run/ledger.sock ] || fail "import, no service: $status $(cat err)"
mail alice@ourshop.example 'a fifth' a5 > new
as alice "$unsent" sendmail --real "$scratch/sendmail" -t < new 2> err || fail "no service: $(cat err)"
[ ! -s err ] && [ -s home/alice/.local/share/unsent/service.pending ] || fail "not kept: $(cat err)"
start
mail alice@ourshop.example 'a sixth' a6 > new
as alice "$unsent" sendmail --real "$scratch/sendmail" -t < new 2> err || fail "a service again: $(cat err)"
[ ! -e home/alice/.local/share/unsent/service.pending ] || fail "still pending: $(cat err)"
for id in a5 a6; do
  "$unsent" ledger show --ledger var/ledger.db "<$id@ourshop.example>" > out || fail "$id was not recorded"
done
end TERM

# Where the service manager holds the socket, and is told.
python3 "$here/t41-serve/manager.py" "$unsent" serve --ledger var/ledger.db > out 2>&1 || fail "manager: $(cat out)"

# A ledger that comes later, and one that is put in its place.
mv var aside
mkdir var
chown post:post var
start --read-only
expect alice genuine unverified "no ledger yet"
cp aside/* var/
chown -R post:post var
wait_until judges alice genuine genuine || :
expect alice genuine genuine "a ledger that came later"
! as alice "$unsent" record < new 2> err || fail "recorded in what is read only"
end TERM
