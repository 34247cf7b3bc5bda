# As a mail system on a shared host calls it, as root with the user's name: the site's file
# first, then the user's own. bob, who has not opted in, gets the very bytes.
lay_over /var/mail
recipe site-procmailrc > /etc/procmailrc
recipe procmailrc | sed '/^:0 fw/,/^$/d' > "$HOME/.procmailrc"
mkdir -p "$scratch/bob/Maildir/new" "$scratch/bob/Maildir/cur" "$scratch/bob/Maildir/tmp"
sed "s#\$HOME#$scratch/bob#" "$HOME/.procmailrc" > "$scratch/bob/.procmailrc"
useradd --no-create-home --home-dir "$HOME" --shell /bin/sh --user-group alice
useradd --no-create-home --home-dir "$scratch/bob" --shell /bin/sh --user-group bob
chown -R alice:alice "$HOME"
chown -R bob:bob "$scratch/bob"
chmod 755 "$HOME" "$scratch/bob"
"$unsent" optin --user alice --site --yes > /dev/null
by_site() { procmail -t -f "$1" -d "$2" < "$3" 2>> log; }
hand_over() { by_site MAILER-DAEMON alice "$1"; }
for name in backscatter genuine ordinary; do
  echo >> "$name"
  by_site MAILER-DAEMON bob "$name" || agent_fail "$name for bob was not taken"
  cmp "$(mail_only "$scratch/bob/Maildir")" "$name" || agent_fail "bob has not opted in: $name was touched"
  rm "$scratch"/bob/Maildir/new/*
done
