#!/bin/sh
# Setup: as root, users of a shared host beside an administrator's file with limits: alice has
# opted in, bob has not, mallory points links at what is alice's.
# Test: the site's filter and delivery become the user before they read anything of the
# user's, leave bob's mail alone byte for byte, hold mallory within the limits, and mail
# arrives whatever the files say.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
[ "$(id -u)" -eq 0 ] || { echo "this test makes users: run it as root"; exit 1; }
. "$here/t21-site/users.sh"
program=$(realpath "$1")
in_private_etc "$0" "$program"
unset SENDER RECIPIENT ORIGINAL_RECIPIENT ORIG_RECIPIENT RPLINE DTLINE EXT EXTENSION XDG_CONFIG_HOME XDG_DATA_HOME 2> /dev/null || :
cd "$scratch"
export HOME="$scratch"
cp "$program" unsent
chmod 755 unsent "$scratch"
unsent=$scratch/unsent
. "$here/mails.sh"
fail() { echo "$*"; exit 1; }
as() { # USER COMMAND…
  user=$1
  shift
  setpriv --reuid "$user" --regid "$user" --init-groups env HOME="$scratch/home/$user" "$@"
}
for user in alice bob mallory; do
  mkdir -p "home/$user/.config/unsent" "home/$user/Maildir/new" "home/$user/Maildir/cur" "home/$user/Maildir/tmp"
  useradd --no-create-home --home-dir "$scratch/home/$user" --user-group "$user"
done
system() { mkdir -p /etc/unsent; { printf '[identity]\ndomains = ["ourshop.example"]\n[dns]\nserver = "127.0.0.1:9"\n'; cat; } > /etc/unsent/config.toml; }
config() { cat > "home/$1/.config/unsent/config.toml"; }
own() { for user in alice bob mallory; do chown -hR "$user:$user" "home/$user"; chmod 700 "home/$user"; done; }
system < /dev/null
HOME=$scratch/home/alice "$unsent" import --complete ourshop.example --since 2026-11-01T00:00:00Z sent > /dev/null
: > home/alice/.config/unsent/opted-in
: > home/mallory/.config/unsent/opted-in
own
filter() { "$unsent" filter --if-opted-in --user "$@"; }
verdict() { sed -n 's/^X-Unsent-Verdict: \([a-z]*\).*/\1/p' "$1"; }
whole() { mail_bare out | cmp - "$1" || fail "$2: changed"; }

# Who has opted in is judged by his own ledger; who has not gets the very bytes.
for name in genuine backscatter; do
  filter alice < "$name" > out || fail "alice: status $?"
  [ "$(verdict out)" = "$name" ] || fail "alice: $name is $(verdict out)"
  whole "$name" alice
done
printf 'X-Unsent-Verdict: genuine; forged\n' | cat - backscatter > forged
for name in genuine backscatter ordinary odd forged; do
  filter bob < "$name" > out || fail "bob: status $?"
  cmp out "$name" || fail "bob: $name was touched"
done
[ ! -e home/bob/.local ] || fail "bob: something was written"
[ "$(stat -c %U home/alice/.local/share/unsent/handled.tsv)" = alice ] || fail "the account is not alice's"
[ "$(stat -c %a home/alice/.local/share/unsent/ledger.db)" = 600 ] && [ "$(stat -c %a home/alice/.local/share/unsent/handled.tsv)" = 600 ] || fail "modes"

# Without --if-opted-in bob is judged too: no ledger, so nothing can be told.
"$unsent" filter --user bob < backscatter > out
[ "$(verdict out)" = unverified ] || fail "bob: $(verdict out)"

# All of root is gone when the user's files are read: groups, too.
printf '[identity]\n' > secret
chmod 600 secret
ln -sf "$scratch/secret" home/alice/.config/unsent/config.toml
filter alice < genuine > out || fail "unreadable config: status $?"
cmp out genuine || fail "unreadable config: touched"
rm home/alice/.config/unsent/config.toml
chown root:root secret
chmod 640 secret
"$unsent" --config "$scratch/secret" filter --user alice -v < genuine > out 2> err
grep -q 'secret: Permission denied' err || fail "root's groups were kept: $(cat err)"

# A user's links to what is alice's, even where it may be read: not followed, one clear line.
chmod 755 home/alice home/alice/.config home/alice/.config/unsent home/alice/.local home/alice/.local/share home/alice/.local/share/unsent
chmod 644 home/alice/.local/share/unsent/ledger.db
printf '[policy]\nbackscatter = "drop"\n' | config alice
chown alice home/alice/.config/unsent/config.toml
mkdir -p home/mallory/.local/share/unsent
refused() { # FILE WHAT
  filter mallory -v < "$1" > out 2> err || fail "$2: status $?"
  whole "$1" "$2"
  [ "$(wc -l < err)" -eq 1 ] && grep -q 'belongs to another user' err || fail "$2: said $(cat err)"
}
ln -s "$scratch/home/alice/.local/share/unsent/ledger.db" home/mallory/.local/share/unsent/ledger.db
refused genuine "link to a ledger"
rm home/mallory/.local/share/unsent/ledger.db
printf '[ledger]\npath = "%s"\n' "$scratch/home/alice/.local/share/unsent/ledger.db" | config mallory
own
chmod 755 home/alice
refused genuine "another's ledger by name"
ln -sf "$scratch/home/alice/.config/unsent/config.toml" home/mallory/.config/unsent/config.toml
refused genuine "link to a config"
mv home/mallory/.config/unsent home/mallory/.config/away
ln -s "$scratch/home/alice/.config/unsent" home/mallory/.config/unsent
filter mallory < backscatter > out
cmp out backscatter || fail "opted in by a link into another's folder"
rm home/mallory/.config/unsent
mv home/mallory/.config/away home/mallory/.config/unsent
rm home/mallory/.config/unsent/config.toml
ln -sf /etc/passwd home/mallory/.config/unsent/opted-in
filter mallory < backscatter > out
cmp out backscatter || fail "opted in by a link"
rm home/mallory/.config/unsent/opted-in
: > home/mallory/.config/unsent/opted-in
mkfifo home/mallory/.config/unsent/config.toml
own
chmod 755 home/alice
filter mallory -v < genuine > out 2> err || fail "pipe for a config: status $?"
cmp out genuine && grep -q 'config.toml: not a file' err || fail "pipe for a config: $(cat err)"
rm home/mallory/.config/unsent/config.toml

# The limits: what lies beyond them is one line, with file and line, and the limit stands.
printf '[limits]\ndrop = false\nuser_rules = false\nledger = ["~/"]\nquarantine = ["~/Maildir"]\n' | system
printf '[policy]\nbackscatter = "drop"\n' | config mallory
printf 'nonsense' > rule.toml
mkdir -p home/mallory/.config/unsent/rules.d
cp rule.toml home/mallory/.config/unsent/rules.d/mine.toml
HOME=$scratch/home/mallory "$unsent" import --complete ourshop.example --since 2026-11-01T00:00:00Z sent > /dev/null
own
deliver() { "$unsent" deliver --if-opted-in --maildir '~/Maildir' "$@"; }
deliver --user mallory -v < backscatter 2> err || fail "mallory: status $?"
put_away=home/mallory/Maildir/.Backscatter
mail_bare "$(mail_only "$put_away")" | cmp - backscatter || fail "dropped, or changed"
[ "$(stat -c '%U %a' "$put_away")" = 'mallory 700' ] || fail "$(stat -c '%U %a' "$put_away")"
[ "$(grep -c "mallory/.config/unsent/config.toml:2: /etc/unsent/config.toml forbids drop" err)" -eq 1 ] || fail "no line: $(cat err)"
grep -q 'allows no rules of a user' err && ! grep -q mine.toml err || fail "rules: $(cat err)"
rm -r "$put_away"
for path in "$scratch/elsewhere" "$scratch/home/alice/Maildir" '~/../alice/q' '~/Maildir/link/q' '~/Maildir'; do
  ln -sfn "$scratch" home/mallory/Maildir/link
  printf '[policy]\nbackscatter = "quarantine"\n[quarantine]\npath = "%s"\n' "$path" | config mallory
  own
  deliver --user mallory -v < backscatter 2> err || fail "$path: status $?"
  grep -q "config.toml:4: .* is not below $scratch/home/mallory/Maildir, as /etc/unsent/config.toml demands" err || fail "$path: $(cat err)"
  mail_only "$put_away" > /dev/null || fail "$path: not in the quarantine"
  rm -r "$put_away"
done
[ ! -e elsewhere ] && [ ! -e home/alice/q ] || fail "beyond the limit"
printf '[policy]\nbackscatter = "quarantine"\n[quarantine]\npath = "~/Maildir/.Junk"\n[ledger]\npath = "/var/lib/other.db"\n' | config mallory
own
deliver --user mallory -v < backscatter 2> err
mail_only home/mallory/Maildir/.Junk > /dev/null || fail "within the limit, but not used"
grep -q 'config.toml:6: /var/lib/other.db is not below' err || fail "$(cat err)"
printf '[limits]\ndrop = true\n[policy]\nbackscatter = "tag"\n' | config mallory
chown mallory home/mallory/.config/unsent/config.toml
as mallory "$unsent" status 2> err > out || fail "status: $?"
grep -q "config.toml:2: drop in \[limits\] is the administrator's" err || fail "$(cat err)"
# Nor does a quarantine that is a link into another's folder serve.
rm home/mallory/.config/unsent/config.toml
printf '[policy]\nbackscatter = "quarantine"\n' | config mallory
mkdir open
chown alice open
chmod 777 open
ln -s "$scratch/open" home/mallory/Maildir/.Backscatter
own
rm -rf home/mallory/Maildir/new/*
deliver --user mallory < backscatter || fail "status $?"
mail_only home/mallory/Maildir > /dev/null || fail "not delivered"
[ -z "$(ls open)" ] || fail "into another's folder"
rm home/mallory/Maildir/.Backscatter

# Delivery leaves alone who has not opted in; as that user, no other.
deliver --user bob < forged || fail "bob: status $?"
cmp "$(mail_only home/bob/Maildir)" forged || fail "bob: touched"
[ "$(stat -c %U "$(mail_only home/bob/Maildir)")" = bob ] || fail "not bob's"
status=0
"$unsent" deliver --user nobody-here --maildir '~/Maildir' < genuine || status=$?
[ "$status" -eq 75 ] || fail "an unknown user: $status"
status=0
as bob "$unsent" deliver --user alice --maildir "$scratch/home/bob/Maildir" < genuine || status=$?
[ "$status" -eq 75 ] || fail "bob delivers as alice: $status"
filter nobody-here < forged > out && cmp out forged || fail "an unknown user: touched"
as bob "$unsent" filter --if-opted-in --user alice < forged > out && cmp out forged || fail "bob filters as alice"
as bob "$unsent" filter --if-opted-in --user bob < forged > out && cmp out forged || fail "bob himself"
as alice "$unsent" filter --if-opted-in --user alice < genuine > out && [ "$(verdict out)" = genuine ] || fail "alice herself"

# The administrator's file is wrong: mail arrives.
printf 'nonsense = \n' > /etc/unsent/config.toml
filter alice < genuine > out && cmp out genuine || fail "broken limits"
for wrong in 'drop = 1' 'ledger = "x"' 'ledger = []' 'quarantine = ["relative"]' 'user_rules = "no"' 'other = true'; do
  printf '[limits]\n%s\n' "$wrong" > /etc/unsent/config.toml
  status=0
  "$unsent" status > out 2> err || status=$?
  [ "$status" -eq 78 ] && grep -q '^unsent: /etc/unsent/config.toml:2: ' err || fail "$wrong: $status, $(cat err)"
  filter alice < genuine > out && cmp out genuine || fail "$wrong"
done
