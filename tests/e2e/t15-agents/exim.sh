# Exim with a configuration of the test's own, in its own spool; messages are given to it as
# root and delivered at once, all as its own user.
style=${style:-filter}
mkdir spool spool-log
chown Debian-exim:Debian-exim spool spool-log
chown -R Debian-exim:Debian-exim "$HOME"
if [ "$style" != router ]; then
  suffixed=yes
  if [ "$style" = optin ]; then
    opt_in_forward Debian-exim --exim
  else
    recipe exim-filter > "$HOME/.forward"
    chown Debian-exim "$HOME/.forward"
    chmod 600 "$HOME/.forward"
  fi
  cat > routers <<END
begin routers
user_filter:
  driver = redirect
  router_home_directory = $HOME
  file = $HOME/.forward
  allow_filter
  user = Debian-exim
  group = Debian-exim
  no_verify
  pipe_transport = address_pipe
local_user:
  driver = accept
  transport = local_delivery
END
  cat > transports <<END
begin transports
address_pipe:
  driver = pipe
  return_output
  return_path_add
  environment = XDG_CONFIG_HOME=$XDG_CONFIG_HOME:XDG_DATA_HOME=$XDG_DATA_HOME
END
else
  touch "$XDG_CONFIG_HOME/unsent/opted-in"
  # Who the user is and where at home is the test's; the rest is the recipe's.
  recipe exim-router.conf | sed -e '/^begin transports/,$d' -e '/check_local_user/d' \
    -e "s#\$home#$HOME#g" > routers
  printf 'local_user:\n  driver = accept\n  transport = local_delivery\n' >> routers
  recipe exim-router.conf | sed -n '/^begin transports/,$p' |
    sed -e 's/user = .*/user = Debian-exim\n  group = Debian-exim/' -e "s#\$home#$HOME#g" > transports
fi
cat - routers transports > exim.conf <<END
primary_hostname = mail.ourshop.example
qualify_domain = ourshop.example
spool_directory = $scratch/spool
log_file_path = $scratch/spool-log/%s
keep_environment =
deliver_drop_privilege
no_message_logs
END
cat >> exim.conf <<END
local_delivery:
  driver = appendfile
  directory = $HOME/Maildir
  maildir_format
  user = Debian-exim
  group = Debian-exim
  return_path_add
begin retry
* * F,1h,1s
END
exim_run() { exim4 -C "$scratch/exim.conf" "$@"; }
# Taken: nothing is left in the queue, nobody was told of a failure.
is_done() {
  [ -z "$(exim_run -bp)" ]
}
hand_over() {
  if [ -z "$(exim_run -bp)" ]; then
    exim_run -odf -oi -f "$(sender_of "$1")" alice@ourshop.example < "$1" || return 1
  else
    exim_run -qff
  fi
  is_done
}
sender_of() { case $1 in ordinary|odd) echo carol@remote.example ;; *) echo '<>' ;; esac; }
