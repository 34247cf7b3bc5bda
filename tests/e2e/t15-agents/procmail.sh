# As Postfix's or Exim's local delivery calls it: a From_ line, status 75 to be tried again.
recipe procmailrc > "$HOME/.procmailrc"
hand_over() {
  { echo "From MAILER-DAEMON Mon Nov 23 10:00:05 2026"; cat "$1"; } |
    procmail -t -m HOME="$HOME" XDG_CONFIG_HOME="$XDG_CONFIG_HOME" XDG_DATA_HOME="$XDG_DATA_HOME" \
      LOGFILE="$scratch/log" "$HOME/.procmailrc"
}
