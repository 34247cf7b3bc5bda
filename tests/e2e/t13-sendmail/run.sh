#!/bin/sh
# Setup: a sendmail that writes down how it was called and ends as told, and Exim as the
# real one, with a queue of its own from which nothing leaves.
# Test: the real program gets the words and bytes as they came, plus a Message-ID where
# there is none; what it took is in the ledger, what it refused is not; its status is
# ours; a ledger that is locked, broken or out of reach keeps nothing from going out.
set -eu
unsent=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data"
cd "$scratch"
mkdir -p config/unsent
echo "[ledger]
plain = true" > config/unsent/config.toml
fail() { echo "$*"; exit 1; }
cat > real <<'EOF'
#!/bin/sh
for word in "$@"; do echo "$word"; done > words
cat > mail
exit "${STATUS:-0}"
EOF
chmod +x real
printf 'From: alice@ourshop.example\nTo: bob@remote.example\nBcc: carol@else.example\nDate: Mon, 23 Nov 2026 10:00:00 +0000\nMessage-ID: <a1@ourshop.example>\nSubject: Hi\n\nHi\n.\nafter\n' > with
grep -v Message-ID with > without
send() { "$unsent" sendmail --real ./real --ledger l.db --domain ourshop.example "$@"; }
rows() { "$unsent" ledger export --ledger l.db; }

# Words and bytes.
send -oi -f alice@ourshop.example -N 'never' -t < with 2> err || fail "$(cat err)"
cmp with mail
[ "$(tr '\n' ' ' < words)" = '-oi -f alice@ourshop.example -N never -t ' ] || fail "words: $(cat words)"
rows | grep -q '"recipients": \["bob@remote.example", "carol@else.example"\]' || fail "$(rows)"
rows | grep -q '"reverse_path": "alice@ourshop.example"'
# Without -i the message ends at the dot, though the sender keeps the pipe open.
mkfifo pipe
send bob@remote.example < pipe &
sender=$!
exec 8> pipe
cat with >&8
wait "$sender"
exec 8>&-
[ "$(tail -n 1 mail)" = . ] || fail "not ended at the dot: $(tail -n 2 mail)"
# A Message-ID is added, and is the one in the ledger.
send -i dave@else.example < without
id=$(sed -n '1s/^Message-ID: <\(.*@ourshop.example\)>$/\1/p' mail)
[ -n "$id" ] || fail "no Message-ID: $(cat mail)"
"$unsent" ledger show --ledger l.db "<$id>" | grep -q '"dave@else.example"'
sed 1d mail | cmp - without

# --tag: what is sent bears our tag, over the Message-ID that was added; without a key it
# goes out all the same.
send --tag -i bob@remote.example < with 2> err || fail "no key: $(cat err)"
cmp with mail
grep -q 'sent without our tag: .*tag key' err || fail "no key: $(cat err)"
"$unsent" tag key > /dev/null
send --tag -i bob@remote.example < without 2> err && [ ! -s err ] || fail "tag: $(cat err)"
[ "$(tr '\n' ' ' < words)" = '-i bob@remote.example ' ] || fail "words: $(cat words)"
grep -q '^X-Unsent-Tag: 1; k=1; d=[0-9]*; f=fdi; ' mail || fail "tag: $(cat mail)"
awk '/^X-Unsent-Tag/ { skip = 1; next } skip && /^[ \t]/ { next } { skip = 0; print }' mail > bare
sed '/^Message-ID/d' bare | cmp - without
"$unsent" tag < bare | cmp - mail # the same tag
! grep -q -i 'x-unsent-tag' with
printf 'no header at all\n' | send --tag -i bob@remote.example 2> err
[ -s mail ] || fail "not sent"

# Its status is ours; taken for later (75) counts as taken, refused does not.
for status in 0 75 1 65 127; do
  rm -f l.db
  got=0
  STATUS=$status send -i x@remote.example < with 2> err || got=$?
  [ "$got" -eq "$status" ] || fail "status $got, not $status: $(cat err)"
  taken=0
  case $status in 0 | 75) taken=1 ;; esac
  if [ -e l.db ]; then count=$(rows | wc -l); else count=0; fi
  [ "$count" -eq "$taken" ] || fail "status $status: $count rows"
done

# A program that does not read, one that is missing, one that is ourselves.
printf '#!/bin/sh\nexit 0\n' > deaf
chmod +x deaf
head -c 1000000 /dev/zero | tr '\0' 'x' | "$unsent" sendmail --real ./deaf -i bob@remote.example
got=0; "$unsent" sendmail --real ./nowhere -i b@remote.example < with 2> err || got=$?
[ "$got" -eq 69 ] && grep -q 'nowhere: No such file' err || fail "missing: $got $(cat err)"
printf '#!/bin/sh\nexec %s sendmail --real ./again "$@"\n' "$unsent" > again
chmod +x again
got=0; "$unsent" sendmail --real ./again -i b@remote.example < with 2> err || got=$?
[ "$got" -eq 78 ] && grep -q 'unsent again' err || fail "loop: $got $(cat err)"
# -bs and its like: the real program talks itself.
printf 'EHLO x\r\n' | "$unsent" sendmail --real ./real -bs
[ "$(tr -d '\r' < mail)" = 'EHLO x' ] && [ "$(cat words)" = -bs ]

# The ledger: broken, read-only, locked; a broken configuration.
goes_out() {
  rm -f mail
  "$unsent" "$@" -i bob@remote.example < with 2> err || fail "$*: $(cat err)"
  cmp with mail
  [ "$(wc -l < err)" -eq 1 ] && grep -q 'not remembered as sent' err || fail "$*: $(cat err)"
}
echo 'no database at all, but some text that is long enough' > text.db
goes_out sendmail --real ./real --ledger text.db
goes_out sendmail --real ./real --ledger /proc/nowhere/l.db
printf '[identity\n' > broken.toml
goes_out --config broken.toml sendmail --real ./real --ledger l.db
"$unsent" record --ledger locked.db < with
mkfifo hold
sqlite3 locked.db < hold > /dev/null &
exec 9> hold
echo 'PRAGMA busy_timeout = 10000; BEGIN EXCLUSIVE;' >&9
while sqlite3 locked.db 'BEGIN IMMEDIATE' 2> /dev/null; do sleep 0.1; done
for i in 1 2; do
  rm -f mail
  sed "s/a1@/locked$i@/" with > "locked$i"
  "$unsent" sendmail --real ./real --ledger locked.db -i bob@remote.example < "locked$i" 2> err &&
    [ ! -s err ] || fail "locked: $(cat err)"
  cmp "locked$i" mail
done
[ "$(wc -l < locked.db.pending)" -eq 2 ] && [ "$(stat -c %a locked.db.pending)" = 600 ] || fail "not kept"
exec 9>&-
wait
# The next one that writes takes them in, and passes over what cannot be read.
echo 'torn {"message_ids' >> locked.db.pending
sed 's/a1@/free@/' with |
  "$unsent" sendmail --real ./real --ledger locked.db -i bob@remote.example 2> err || fail "$(cat err)"
grep -q 'locked.db.pending: ' err || fail "a torn line: $(cat err)"
[ ! -e locked.db.pending ] || fail "still pending"
for id in locked1 locked2 free a1; do
  "$unsent" ledger show --ledger locked.db "<$id@ourshop.example>" > row || fail "$id is lost"
done
grep -q '"bob@remote.example"' row

# record: a copy has lost its Bcc, unless it is said that it has not.
"$unsent" record --ledger r.db < with
"$unsent" ledger export --ledger r.db | grep -q '"all_recipients": false' || fail "record: all recipients"
"$unsent" record --ledger r.db --all-recipients < with
"$unsent" ledger export --ledger r.db | grep -q '"all_recipients": false' && fail "record: not all"
printf 'From: a@ourshop.example\nMessage-ID: <none@ourshop.example>\n\n' |
  "$unsent" record --ledger n.db --all-recipients
"$unsent" ledger export --ledger n.db | grep -q '"all_recipients": false' || fail "record: nobody is all"
got=0
"$unsent" record --ledger r.db --partial --all-recipients < with 2> err || got=$?
[ "$got" -eq 64 ] || fail "record: $got"

# Exim's sendmail, with -t and Bcc.
exim=$(command -v exim4 || command -v exim) || fail "no exim"
chmod 777 "$scratch"
mkdir -m 777 spool
cat > exim.conf <<EOF
spool_directory = $scratch/spool
log_file_path = $scratch/spool/%slog
primary_hostname = mail.ourshop.example
queue_only
begin routers
begin transports
EOF
printf '#!/bin/sh\nexec %s -C %s/exim.conf "$@"\n' "$exim" "$scratch" > real-exim
chmod +x real-exim
"$unsent" sendmail --real ./real-exim --ledger exim.db --domain ourshop.example -oi -t -f alice@ourshop.example < without 2> err ||
  fail "exim: $(cat err)"
id=$("$unsent" ledger export --ledger exim.db | sed 's/.*"message_ids": \["\([^"]*\)".*/\1/')
grep -rq -e "<$id>" spool || fail "exim sent another id than $id"
queued=$(cat spool/input/*-H spool/input/*/*-H 2> /dev/null || true)
echo "$queued" | grep -qx 'carol@else.example' || fail "exim does not send to Bcc: $queued"
"$unsent" ledger export --ledger exim.db | grep -q '"carol@else.example"'
