# A Postfix of the test's own, without network: unpacked, not installed, as a system has only
# one mail server. It runs as users that every Debian has; alice is "news".
style=${style:-command}
unpack postfix
libraries=$scratch/root/usr/lib/postfix
mkdir -p conf queue/active queue/bounce queue/corrupt queue/defer queue/deferred queue/flush \
  queue/hold queue/incoming queue/private queue/saved queue/trace queue/maildrop queue/public \
  queue/pid data
chown uucp queue/* data
chown root queue/pid
chgrp games queue/maildrop queue/public
chmod 1730 queue/maildrop
chmod 2710 queue/public
chmod 700 queue/private
chown -R news "$HOME"
# sendmail gives its helper a clean environment, without the path of the libraries.
mkdir tools
printf '#!/bin/sh\nLD_LIBRARY_PATH=%s MAIL_CONFIG=%s exec %s "$@"\n' "$libraries" "$scratch/conf" "$scratch/root/usr/sbin/postdrop" > tools/postdrop
chmod 755 tools/postdrop
cat > conf/main.cf <<END
compatibility_level = 3.6
queue_directory = $scratch/queue
data_directory = $scratch/data
daemon_directory = $libraries/sbin
command_directory = $scratch/tools
shlib_directory = $libraries
mail_owner = uucp
setgid_group = games
default_privs = nobody
myhostname = mail.ourshop.example
mydestination = ourshop.example
inet_interfaces = loopback-only
inet_protocols = ipv4
alias_maps =
local_recipient_maps =
default_transport = discard
maillog_file = $scratch/log
maillog_file_prefixes = $scratch
import_environment = MAIL_CONFIG LD_LIBRARY_PATH
export_environment = XDG_CONFIG_HOME=$XDG_CONFIG_HOME XDG_DATA_HOME=$XDG_DATA_HOME
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
home_mailbox = nowhere
END
cat > conf/master.cf <<END
postlog   unix-dgram n - n - 1 postlogd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 1 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
local     unix  - n n - - local
discard   unix  - - n - - discard
proxymap  unix  - - n - - proxymap
END
case $style in
  command) recipe postfix-main.cf | sed "s#\$HOME#$HOME#g" >> conf/main.cf ;;
  forward)
    recipe forward | sed "s#\$HOME#$HOME#g" > "$HOME/.forward"
    chown news "$HOME/.forward"
    echo "forward_path = $HOME/.forward" >> conf/main.cf
    ;;
  optin)
    opt_in_forward news --forward
    echo "forward_path = $HOME/.forward" >> conf/main.cf
    ;;
  pipe)
    recipe postfix-master.cf | sed -e 's/user=vmail/user=news/' -e "s#/var/vmail/\${user}#$HOME/Maildir#" >> conf/master.cf
    printf 'local_transport = unsent\nunsent_destination_recipient_limit = 1\n' >> conf/main.cf
    ;;
esac
export LD_LIBRARY_PATH="$libraries" MAIL_CONFIG="$scratch/conf"
"$libraries/sbin/master" &
master=$!
stop() { kill "$master" 2> /dev/null || :; wait "$master" 2> /dev/null || :; }
queued() { find queue/maildrop queue/incoming queue/active queue/deferred -type f | wc -l; }
# Twice: a message is in neither folder while it moves.
is_empty() { [ "$(queued)" -eq 0 ] && sleep 0.05 && [ "$(queued)" -eq 0 ]; }
is_settled() { is_empty || [ -n "$(find queue/deferred -type f)" ]; }
wait_until test -S queue/public/pickup || agent_fail "Postfix does not start: $(cat log)"
hand_over() {
  if is_empty; then
    case $1 in ordinary|odd) sender=carol@remote.example ;; *) sender='' ;; esac
    root/usr/sbin/sendmail -i -f "$sender" news@ourshop.example < "$1"
    wait_until is_settled || agent_fail "nothing happens: $(cat log)"
    is_empty
  else
    wait_until is_empty
  fi
}
