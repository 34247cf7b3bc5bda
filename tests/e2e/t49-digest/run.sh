#!/bin/sh
# Setup: a quarantine with a campaign of a flood, two single bounces and one whose text is hostile;
# a sendmail that writes down how it was called, and Exim as the real one.
# Test: the digest goes to the owner alone, tells of everything once, in text and HTML, what is in
# doubt first; its commands release; nothing is sent where nothing came; what sendmail has not
# taken is told of again; hostile text stays text; no command of ours judges it.
set -eu
unsent=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data" XDG_STATE_HOME="$scratch/state"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
cd "$scratch"
mkdir -p config/unsent away/cur away/new away/tmp Maildir/cur Maildir/new Maildir/tmp
printf '[identity]\naddresses = ["alice@ourshop.example"]\n[quarantine]\npath = "%s/away"\n[delivery]\nmailbox = "%s/Maildir/"\n' \
  "$scratch" "$scratch" > config/unsent/config.toml
fail() { echo "$*"; exit 1; }
cat > fake <<'END'
#!/bin/sh
for word in "$@"; do echo "$word"; done > words
cat > mail
exit "${STATUS:-0}"
END
chmod +x fake
python3 "$here/fill.py" away
digest() { "$unsent" quarantine digest --sendmail "${SENDMAIL:-./fake}" --now 2026-11-24T07:00:00Z "$@"; }
owner=$(id -un)

digest > out 2> err || fail "$(cat out err)"
[ ! -s out ] && [ ! -s err ] || fail "not silent: $(cat out err)"
[ "$(tr '\n' ' ' < words)" = "-i -f $owner -- $owner " ] || fail "called as: $(cat words)"
python3 "$here/look.py" mail "$owner" || fail "the mail"
sed "s|^unsent|'$unsent'|" commands > do.sh
sh do.sh > out || fail "its commands: $(cat do.sh)"
[ "$(ls Maildir/new | wc -l)" -eq 13 ] || fail "released: $(cat do.sh out; ls Maildir/new)"

# Once.
rm mail
digest || fail "again"
[ ! -e mail ] || fail "told of twice"
python3 "$here/fill.py" away more
STATUS=75 digest > out 2> err && fail "sendmail has not taken it" || [ $? -eq 75 ] || fail "$(cat err)"
grep -q 'tells of it again' err || fail "$(cat err)"
mv mail first
digest || fail "not told of again"
python3 "$here/look.py" mail "$owner" more || fail "the second mail"
rm mail
# What was released or purged is forgotten, and never told of.
"$unsent" quarantine purge --older-than 0 --now 2027-01-01T00:00:00Z > out
digest && [ ! -e mail ] || fail "of an empty quarantine"

# Whom it goes to, and by what.
python3 "$here/fill.py" away
digest --to bob@elsewhere.example > out 2> err && fail "to a stranger" || [ $? -eq 64 ] || fail "$(cat err)"
[ ! -e mail ] && grep -q 'no address of yours' err || fail "$(cat err)"
digest --print --to alice@ourshop.example > printed || fail "printed"
grep -q '^To: alice@ourshop.example$' printed && [ ! -e mail ] || fail "$(head -n 3 printed)"
SENDMAIL=./nowhere digest 2> err && fail "nowhere" || [ $? -eq 66 ] || fail "$? $(cat err)"
digest 4711 2> err && fail "an id" || [ $? -eq 64 ] || fail "$(cat err)"
digest --to alice@ourshop.example || fail "to an address of ours"
[ "$(tr '\n' ' ' < words)" = "-i -f alice@ourshop.example -- alice@ourshop.example " ] || fail "$(cat words)"

# It quotes bounces, and is none: not in the pipe, not in a scan, not where it is checked.
for style in "$(cat mail)" "$(sed 's/$/\r/' mail)"; do
  printf '%s\n' "$style" > copy
  "$unsent" filter --no-dns < copy > filtered
  grep -q '^X-Unsent-Verdict: ordinary' filtered || fail "judged in the pipe: $(sed '/^\r*$/q' filtered)"
  "$unsent" scan --json --no-dns copy > line
  grep -q '"verdict":"ordinary"' line || fail "judged in a scan: $(cat line)"
done
# The mark cannot be lent to another mail.
sed 's/^From: .*/From: MAILER-DAEMON@mx.remote.example/; s/^Subject: .*/Subject: Undelivered Mail Returned to Sender/' mail > lent
printf 'Return-Path: <>\n' | cat - lent > lent2
"$unsent" check --json --no-dns lent2 > line || :
! grep -q '"verdict":"ordinary"' line || fail "a lent mark: $(cat line)"

# A real sendmail delivers it to the user alone.
if [ -x /usr/sbin/exim4 ]; then
  mkdir spool log inbox
  chown Debian-exim:Debian-exim spool log inbox
  chmod 755 "$scratch"
  cat > exim.conf <<END
primary_hostname = mail.ourshop.example
domainlist local_domains = *
spool_directory = $scratch/spool
log_file_path = $scratch/log/%s
trusted_users = $(id -un)
keep_environment =
begin routers
all:
  driver = accept
  local_parts = $owner
  transport = inbox
begin transports
inbox:
  driver = appendfile
  file = $scratch/inbox/$owner
  user = Debian-exim
  group = Debian-exim
END
  chmod 644 exim.conf
  printf '#!/bin/sh\nexec /usr/sbin/exim4 -C %s -odi "$@"\n' "$scratch/exim.conf" > real
  chmod +x real
  python3 "$here/fill.py" away more
  "$unsent" quarantine digest --sendmail ./real > out 2> err || fail "exim: $(cat err log/*)"
  [ "$(ls inbox)" = "$owner" ] || fail "delivered to: $(ls inbox) $(cat log/*)"
  grep -c '^From ' "inbox/$owner" | grep -qx 1 || fail "not one mail"
  "$unsent" scan --json --no-dns "inbox/$owner" > line
  grep -q '"verdict":"ordinary"' line || fail "delivered by exim, and judged: $(cat line)"
fi
