#!/bin/sh
# Runs as root in the copy of the machine that machine.sh makes, where dpkg may do what it wants.
set -eu
cd /srv/test
service=
trap 'rm -f passing; [ -z "$service" ] || kill -9 "$service" 2> /dev/null || :' EXIT
fail() { echo "$*"; exit 1; }
unset SENDER RECIPIENT XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME DPKG_ROOT 2> /dev/null || :
export HOME=/srv/test TZ=UTC DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin
installing() { dpkg "$@" > out 2>&1 || fail "dpkg $*: $(cat out)"; }
state() { dpkg-query -W -f '${Status}' unsent 2> /dev/null || echo none; }
[ "$(state)" = none ] || dpkg --purge unsent > out 2>&1
find /etc /usr /var -name '*unsent*' | sort > before
as() { # USER COMMAND…
  user=$1
  shift
  setpriv --reuid "$user" --regid "$user" --init-groups env HOME="$(getent passwd "$user" | cut -d: -f6)" "$@"
}
useradd --create-home --user-group alice
mkdir -p /home/alice/.config/unsent /home/alice/Maildir/new
echo '[policy]
backscatter = "tag"' > /home/alice/.config/unsent/config.toml
echo mail > /home/alice/Maildir/new/1
chown -R alice:alice /home/alice
users() { find /home/alice -type f ! -path '*/.local/*' ! -path '*/.cache/*' -exec sha256sum {} + | sort; }
users > mine

# What systemd would call is noted; what is enabled is a link, as it is for it.
mkdir -p /run/systemd/system
rm -f /usr/sbin/policy-rc.d /var/lib/man-db/auto-update
mv /usr/bin/systemctl /usr/bin/systemctl.real
: > called
cat > /usr/bin/systemctl <<'END'
#!/bin/sh
echo "$*" >> /srv/test/called
for last; do :; done
case "$*" in
  *is-enabled*) find /etc/systemd/system -name "$last" | grep -q . && echo enabled || { echo disabled; exit 1; } ;;
  *is-active*) case $last in unsent-serve.*) exit 0 ;; *) exit 3 ;; esac ;;
esac
END
chmod 755 /usr/bin/systemctl

# The version before, configured, with a ledger, a running service, and somebody's settings.
installing -i old.deb
[ "$(state)" = 'install ok installed' ] || fail "the version before: $(state)"
[ "$(stat -c '%U %a' /var/lib/unsent)" = 'unsent 700' ] || fail "$(ls -ld /var/lib/unsent)"
! grep -q 'start.*unsent' called || fail "installing started something: $(cat called)"
SYSTEMD_OFFLINE=1 systemctl.real enable unsent-serve.socket unsent-serve.service > out 2>&1 || fail "enable: $(cat out)"
mkdir -p /etc/unsent /run/unsent
chown unsent:unsent /run/unsent
echo '[identity]
domains = ["ourshop.example"]
[dns]
server = "127.0.0.1:9"
[ledger]
path = "/run/unsent/ledger.sock"' > /etc/unsent/config.toml
. ./mails.sh
unsent import --ledger /var/lib/unsent/ledger.db --complete ourshop.example --since 2026-11-01T00:00:00Z sent \
  > out 2>&1 || fail "import: $(cat out)"
printf '[telepathy]\non = true\n' >> /etc/unsent/config.toml
start() {
  setpriv --reuid unsent --regid unsent --init-groups unsent serve --ledger /var/lib/unsent/ledger.db --socket /run/unsent/ledger.sock 2> log &
  service=$!
  for i in $(seq 100); do [ ! -S /run/unsent/ledger.sock ] || return 0; sleep 0.1; done
  fail "the service does not come up: $(cat log)"
}
end() {
  kill "$service"
  status=0
  wait "$service" || status=$?
  service=
  [ "$status" -eq 0 ] || fail "the service ended with $status: $(cat log)"
}
judged() { # MAIL VERDICT WHEN
  as alice unsent filter -v < "$1" > out2 2> err2 || fail "$3: filter $?: $(cat err2)"
  [ "$(sed -n 's/^X-Unsent-Verdict: \([a-z]*\).*/\1/p' out2)" = "$2" ] || fail "$3: $(cat err2) $(sed -n '/^X-Unsent/p' out2)"
  mail_bare out2 | cmp - "$1" || fail "$3: the message was changed"
  line=$(grep -n telepathy /etc/unsent/config.toml | cut -d: -f1)
  grep -q "/etc/unsent/config.toml:$line: no .*: passed over" err2 || fail "$3: of an unknown setting: $(cat err2)"
}
start
judged genuine genuine "before"
! as alice cat /var/lib/unsent/ledger.db.key > out 2>&1 || fail "alice can read the key"
printf 'From: alice@ourshop.example\nTo: dave@remote.example\nSubject: a second\nDate: Mon, 23 Nov 2026 10:00:00 +0000\nMessage-ID: <a2@ourshop.example>\n\nHi\n' > new
useradd --create-home --user-group bob
! as bob unsent record < new > out 2>&1 || fail "bob recorded as alice"
as alice unsent record < new > out 2>&1 || fail "alice may not record: $(cat out)"
mail_bounce 4G2 dave@remote.example a2 'a second' > second
judged second genuine "what alice recorded"

# Upgraded while all of it runs, and mail passes.
: > passing
(
  count=0
  while [ -e passing ]; do
    as alice unsent filter < genuine > out3 2> err3 || echo "status $?: $(cat err3)"
    mail_bare out3 | cmp -s - genuine || echo "changed"
    count=$((count + 1))
  done
  echo "passed $count"
) > load 2>&1 &
load=$!
: > called
installing -i new.deb
installing -i new.deb
rm passing
wait "$load"
[ "$(grep -v '^passed [1-9]' load)" = '' ] || fail "while it was upgraded: $(cat load)"
[ "$(state)" = 'install ok installed' ] || fail "upgraded: $(state)"
[ "$(dpkg -V unsent; echo $?)" = 0 ] || fail "the upgrade left other files: $(dpkg -V unsent)"
[ ! -e /usr/share/unsent/gone ] || fail "the upgrade left a file that is no longer there"
[ -s /var/lib/unsent/ledger.db ] || fail "the upgrade took the ledger"
grep -q 'restart.*unsent-serve' called || fail "what is enabled is not started again: $(cat called)"
! grep -q 'start.*unsent-follow' called || fail "what nobody has enabled was started: $(cat called)"
[ -L /etc/systemd/system/sockets.target.wants/unsent-serve.socket ] || fail "it is no longer enabled"
judged genuine genuine "upgraded, with the service of before"
judged backscatter backscatter "upgraded"
end
start
judged genuine genuine "upgraded, with the new service"
status=0
as alice unsent check genuine > out 2>&1 || status=$?
[ "$status" -eq 78 ] && grep -q '/etc/unsent/config.toml:' out || fail "check of an unknown setting: $status $(cat out)"

# Left half configured: mail passes all the same, and the next try mends it.
mv /usr/bin/systemd-sysusers sysusers
printf '#!/bin/sh\nexit 1\n' > /usr/bin/systemd-sysusers
chmod 755 /usr/bin/systemd-sysusers
for before in new.deb old.deb; do
  ! dpkg -i --force-downgrade "$before" > out 2>&1 || fail "it was configured without its user"
  [ "$(state)" = 'install ok half-configured' ] || fail "$before: not left half configured: $(state)"
  judged genuine genuine "half configured"
done
mv sysusers /usr/bin/systemd-sysusers
installing -i new.deb
[ "$(state)" = 'install ok installed' ] || fail "from half configured: $(state)"
judged genuine genuine "configured at last"

# Removed, and purged.
end
users | cmp mine - || fail "what is a user's was touched"
installing --remove unsent
[ -s /var/lib/unsent/ledger.db ] || fail "removing took the ledger"
installing --purge unsent
[ "$(state)" = none ] || fail "purged: $(state)"
[ ! -e /var/lib/unsent ] || fail "purge left the system's ledger"
rm -r /run/unsent
find /etc /usr /var -name '*unsent*' ! -path /etc/unsent | sort | comm -13 before - > left
[ ! -s left ] || fail "purge left $(cat left)"
[ "$(ls /etc/unsent)" = config.toml ] || fail "in /etc/unsent: $(ls /etc/unsent)"
users | cmp mine - || fail "purge touched what is a user's"
