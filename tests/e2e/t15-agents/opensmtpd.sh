# An OpenSMTPD of the test's own: unpacked, not installed, as a system has only one mail
# server. What it wants at fixed places is laid over the real ones, for this test alone.
style=${style:-mda}
unpack opensmtpd
smtpd=$scratch/root/usr/sbin/smtpd
lay_over /usr/libexec
lay_over /var/spool
lay_over /run
lay_over /var/lib
mkdir -p /usr/libexec/opensmtpd /var/spool/smtpd /var/lib/opensmtpd/empty
cp "$scratch"/root/usr/libexec/opensmtpd/* /usr/libexec/opensmtpd/
for user in opensmtpd opensmtpq; do
  useradd --system --no-create-home --home-dir /var/lib/opensmtpd/empty --shell /bin/false --user-group "$user"
done
useradd --no-create-home --home-dir "$HOME" --shell /bin/sh --user-group alice
chmod 711 /var/spool/smtpd
case $style in
  mda) recipe opensmtpd.conf > rules ;;
  forward)
    recipe forward > "$HOME/.forward"
    printf 'action "unsent" maildir "%s/nowhere"\nmatch for local action "unsent"\n' "$HOME" > rules
    ;;
esac
chown -R alice:alice "$HOME"
chmod 755 "$HOME"
chgrp opensmtpq root/usr/sbin/smtpctl
chmod 2755 root/usr/sbin/smtpctl
port=$((20000 + $$ % 20000))
{ printf 'listen on 127.0.0.1 port %s hostname mail.ourshop.example\n' "$port"; cat rules; } > smtpd.conf
"$smtpd" -d -f "$scratch/smtpd.conf" > log 2>&1 &
server=$!
stop() { kill "$server" 2> /dev/null || :; wait "$server" 2> /dev/null || :; }
smtpctl() { "$scratch/root/usr/sbin/smtpctl" "$@"; }
queued() { smtpctl show queue | wc -l; }
is_up() { smtpctl show status > /dev/null 2>&1; }
wait_until is_up || agent_fail "OpenSMTPD does not start: $(cat log)"
cat > send.py <<'END'
import smtplib, sys
port, sender, name = int(sys.argv[1]), sys.argv[2], sys.argv[3]
text = open(name, "rb").read().replace(b"\n", b"\r\n")
with smtplib.SMTP("127.0.0.1", port) as server:
    server.sendmail(sender, ["alice@localhost"], text)
END
# Tried once more: as many results in the log as before, and one.
results() { grep -c ' mda delivery evpid=' log || :; }
has_more() { [ "$(results)" -gt "$before" ]; }
hand_over() {
  before=$(results)
  if [ "$(queued)" -eq 0 ]; then
    case $1 in ordinary|odd) sender=carol@remote.example ;; *) sender='' ;; esac
    python3 send.py "$port" "$sender" "$1"
  else
    smtpctl schedule all > /dev/null
  fi
  wait_until has_more || agent_fail "nothing happens: $(cat log)"
  wait_until is_settled
  [ "$(queued)" -eq 0 ]
}
# Delivered and gone from the queue, or deferred.
is_settled() { grep ' mda delivery evpid=' log | tail -n 1 | grep -q -e 'result="\?TempFail' || [ "$(queued)" -eq 0 ]; }
