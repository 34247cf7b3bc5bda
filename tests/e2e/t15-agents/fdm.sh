# fdm fetches from a Maildir, where the mail stays until it is delivered.
recipe fdm.conf | sed "s#%h#$HOME#g" > "$HOME/.fdm.conf"
incoming=$HOME/Incoming
mkdir -p "$incoming/new" "$incoming/cur" "$incoming/tmp"
chown -R nobody:nogroup "$HOME"
chmod 600 "$HOME/.fdm.conf"
touch log
chmod 666 log
hand_over() {
  [ "$(mail_count "$incoming")" -eq 1 ] || install -o nobody -m 600 "$1" "$incoming/new/1795000000.M1P$$.desk"
  setpriv --reuid nobody --regid nogroup --clear-groups \
    env -i PATH="$PATH" HOME="$HOME" TMPDIR=/tmp fdm -m -f "$HOME/.fdm.conf" fetch >> log 2>&1
  [ "$(mail_count "$incoming")" -eq 0 ]
}
