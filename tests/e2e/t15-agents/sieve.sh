# dovecot-lda on its own, without the server, as an unprivileged user.
recipe=${recipe:-filter.sieve}
cat > dovecot.conf <<END
log_path = $scratch/log
auth_debug = no
mail_location = maildir:$HOME/Maildir
mail_home = $HOME
ssl = no
protocols =
first_valid_uid = 1
postmaster_address = postmaster@ourshop.example
import_environment = XDG_CONFIG_HOME XDG_DATA_HOME
protocol lda {
  mail_plugins = sieve
}
plugin {
  sieve = file:$HOME/active.sieve
  sieve_plugins = sieve_extprograms
  sieve_extensions = +vnd.dovecot.filter +vnd.dovecot.execute
  sieve_filter_bin_dir = $bin
  sieve_execute_bin_dir = $bin
}
END
recipe "$recipe" > "$HOME/active.sieve"
chown -R nobody:nogroup "$HOME"
touch log
chmod 666 log
hand_over() {
  setpriv --reuid nobody --regid nogroup --clear-groups \
    env -i PATH="$PATH" HOME="$HOME" USER=alice XDG_CONFIG_HOME="$XDG_CONFIG_HOME" XDG_DATA_HOME="$XDG_DATA_HOME" \
    /usr/lib/dovecot/dovecot-lda -c "$scratch/dovecot.conf" -f '' -a alice@ourshop.example < "$1" 2>> log
}
