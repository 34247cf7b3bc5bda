#!/bin/sh
# Setup: a ledger that knows one message; a bounce of it, one of mail that we never sent, one
# that shows nothing, ordinary and odd mail.
# Test: deliver puts each where the policy says, as the bytes that came; quarantine lists,
# shows, releases and purges; status counts; any doubt about storage is 75 and no other.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
unsent=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch/home" XDG_CONFIG_HOME="$scratch/home/config" XDG_DATA_HOME="$scratch/home/data"
unset SENDER RECIPIENT ORIGINAL_RECIPIENT ORIG_RECIPIENT RPLINE DTLINE EXT EXTENSION 2> /dev/null || :
mkdir "$HOME"
cd "$scratch"
. "$here/mails.sh"
fail() { echo "$*"; exit 1; }
expect() { # STATUS FILE COMMAND…
  want=$1 input=$2
  shift 2
  status=0
  "$@" < "$input" > out 2> err || status=$?
  [ "$status" -eq "$want" ] || fail "$* < $input: status $status, not $want: $(cat err)"
  [ ! -s out ] || fail "$*: wrote $(cat out)"
  [ ! -s err ] || fail "$*: said $(cat err)"
}
mail_setup < /dev/null

# By default everything arrives: bounces with a tag, ordinary mail as it came.
for name in genuine backscatter unverified ordinary odd; do
  expect 0 "$name" "$unsent" deliver --no-dns --maildir "$name.d" --create
  mail_bare "$(mail_only "$name.d")" > bare
  case $name in
    ordinary|odd) cmp "$name" "$(mail_only "$name.d")" ;;
    *) cmp "$name" bare; grep -q "^X-Unsent-Verdict: $name; " "$(mail_only "$name.d")" ;;
  esac
  [ -z "$(ls "$name.d/tmp")" ] || fail "tmp is not empty"
done
[ ! -e "$HOME/data/unsent/quarantine" ] || fail "something was put away"

# The same again, as after a kill: it has come. Once deleted, it comes.
expect 0 genuine "$unsent" deliver --no-dns --maildir genuine.d
[ "$(mail_count genuine.d)" -eq 1 ] || fail "delivered twice"
{ echo 'From MAILER-DAEMON Mon Nov 23 11:00:00 2026'; cat genuine; } > later
expect 0 later "$unsent" deliver --no-dns --maildir genuine.d
[ "$(mail_count genuine.d)" -eq 1 ] || fail "delivered twice, the From_ line apart"
rm "$(mail_only genuine.d)"
expect 0 genuine "$unsent" deliver --no-dns --maildir genuine.d
[ "$(mail_count genuine.d)" -eq 1 ] || fail "taken for a repetition"

# Policy: backscatter is put away, and nothing else.
mail_setup <<'END'
[policy]
backscatter = "quarantine"
[delivery]
mailbox = "~/Mail/"
END
quarantine=$HOME/data/unsent/quarantine
for name in genuine backscatter unverified ordinary odd; do
  expect 0 "$name" "$unsent" deliver --no-dns --create
done
[ "$(mail_count "$HOME/Mail")" -eq 4 ] && [ "$(mail_count "$quarantine")" -eq 1 ] || fail "policy"
mail_bare "$(mail_only "$quarantine")" | cmp - backscatter
[ "$(stat -c %a "$quarantine")" = 700 ] && [ "$(stat -c %a "$(mail_only "$quarantine")")" = 600 ] || fail "modes"
expect 0 backscatter "$unsent" deliver --no-dns
[ "$(mail_count "$quarantine")" -eq 1 ] || fail "put away twice"
"$unsent" status > status
grep -q '^ *1  backscatter: quarantine$' status || fail "$(cat status)"
grep -q '^ *1  backscatter: tag$' status || fail "$(cat status)"
grep -q "quarantine  $quarantine: 1 message, " status || fail "$(cat status)"

# The quarantine: why, by what beginning, by campaign, by age; released as it came.
"$unsent" quarantine list > list
grep -q 'Cheap pills 4711' list && grep -q 'backscatter; kind=bounce; reason=' list || fail "$(cat list)"
mail_bounce 4B2 other@remote.example forged2 'CHEAP pills 12' > backscatter2
mail_bounce 4B3 third@remote.example forged3 'Other things' > backscatter3
expect 0 backscatter2 "$unsent" deliver --no-dns
expect 0 backscatter3 "$unsent" deliver --no-dns
[ "$("$unsent" quarantine list --json | grep -c '"campaign":null}$')" -eq 3 ] || fail "three are a campaign"
[ "$("$unsent" quarantine list | grep -c '  (no campaign)  ')" -eq 3 ] || fail "not said that there is none"
[ -z "$("$unsent" quarantine list --older-than 1)" ] || fail "age"
[ "$("$unsent" quarantine list --json --older-than 1 --now 2099-01-01T00:00:00Z | wc -l)" -eq 3 ] || fail "age by now"
for i in 1 2 3 4; do
  mail_bounce "4C$i" "more$i@remote.example" "forged1$i" "Cheap pills $i$i" > more
  expect 0 more "$unsent" deliver --no-dns
done
# The campaign's name is that of the scan's report. Beside its six: other things of the same
# network, a bounce of the same subject that was noted as genuine, mail that is no report.
{ echo 'X-Unsent-Verdict: genuine; kind=bounce; reason="x"'; mail_bounce 4D1 bob@remote.example a9 'Cheap pills 99'; } > "$quarantine/cur/1795000001.M1P1.desk:2,S"
sed 's/^Subject: .*/Subject: Cheap pills 98/' ordinary > "$quarantine/cur/1795000002.M1P1.desk:2,S"
"$unsent" scan --no-dns --html page.html "$quarantine" > /dev/null
campaign=$(sed -n 's/.*<small>\(cheap-pills-[0-9a-f]*\): .*/\1/p' page.html)
[ -n "$campaign" ] || fail "the report names no campaign: $(grep '<small>' page.html)"
listed() { "$unsent" quarantine list --json "$@" | sed 's/.*"original_subject":\(.*\),"campaign":\(.*\)}$/\2 \1/' | sort; }
listed | grep -v "^\"$campaign\" " > others
printf '%s\n' '"192.0.2.0/24" "Other things"' 'null "Cheap pills 99"' 'null null' | cmp - others
[ "$(listed --campaign "$campaign" | grep -c "^\"$campaign\" \"C[Hh][Ee][Aa][Pp] pills [0-9]*\"$")" -eq 6 ] || fail "campaign $campaign: $(listed)"
[ "$("$unsent" quarantine list --all | grep -c "Z  $campaign  C")" -eq 6 ] || fail "$("$unsent" quarantine list)"
"$unsent" quarantine list > list
[ "$(grep -c "Z  $campaign  C" list)" -eq 3 ] && grep -q "^$campaign: 6 messages, " list && grep -q '^  and 3 more: --all' list || fail "$(cat list)"
id=$("$unsent" quarantine list --json --campaign "$campaign" | sed -n '/Cheap pills 4711/s/.*"id":"\([^"]*\)".*/\1/p')
"$unsent" quarantine show "$id" > shown
mail_bare shown | cmp - backscatter
"$unsent" quarantine release "$id" --maildir released --create | grep -q '^1 message released$'
cmp "$(mail_only released)" backscatter
[ "$(mail_count "$quarantine")" -eq 8 ] || fail "release left it"
# A name that nothing bears chooses nothing, and so does one that the other conditions rule out.
for name in '' cheap-pills "$campaign." null '(no campaign)' "$(printf '%.8s' "$id")"; do
  for verb in list release purge; do
    status=0
    "$unsent" quarantine $verb --campaign "$name" --maildir released > out 2> err || status=$?
    [ "$status" -eq 66 ] && [ ! -s out ] || fail "$verb --campaign '$name': $status"
    [ "$(sed '/^ /d' err | wc -l)" -eq 1 ] && grep -qF -- "$name: no such campaign in the quarantine" err || fail "$(cat err)"
  done
done
"$unsent" quarantine purge --campaign "$campaign" --older-than 1 | grep -q '^0 messages purged$'
[ "$(mail_count "$quarantine")" -eq 8 ] && [ "$(mail_count released)" -eq 1 ] || fail "a wrong name did something"
"$unsent" quarantine list --json | grep -v "\"campaign\":\"$campaign\"" | sed 's/.*"id":"\([^"]*\)".*/\1/' > others
"$unsent" quarantine purge --campaign "$campaign" | grep -q '^5 messages purged$'
"$unsent" quarantine list --json | sed 's/.*"id":"\([^"]*\)".*/\1/' | cmp - others
[ "$(wc -l < others)" -eq 3 ] || fail "not three others"
"$unsent" quarantine purge --older-than 0 --now 2099-01-01T00:00:00Z | grep -q '^3 messages purged$'
for arguments in 'show nothing' 'release' 'purge' 'frobnicate' '' 'release --all' 'purge --older-than x'; do
  status=0
  "$unsent" --config /dev/null quarantine $arguments > out 2> err || status=$?
  [ "$status" -ne 0 ] || [ "$arguments" = 'release --all' ] || fail "quarantine $arguments: status 0"
done

# What was kept for long enough goes: by hand without conditions, and now and then by itself.
printf '[policy]\nbackscatter = "quarantine"\n[quarantine]\nkeep_days = 30\n' | mail_setup
mkdir -p "$quarantine/new" "$quarantine/cur" "$quarantine/tmp"
old() { cp backscatter "$quarantine/cur/1000000000.M1P1.desk:2,S"; }
old
expect 0 backscatter2 "$unsent" deliver --no-dns --maildir kept_days --create
[ "$(mail_count "$quarantine")" -ge 1 ] || fail "nothing is kept"
"$unsent" quarantine purge > out
[ "$(mail_count "$quarantine")" -eq 1 ] && [ ! -e "$quarantine/cur/1000000000.M1P1.desk:2,S" ] || fail "purge by keep_days: $(cat out)"
old
printf 'Subject: no trace of a mail system\n\n' > new_each_time
tries=0
while [ -e "$quarantine/cur/1000000000.M1P1.desk:2,S" ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 1000 ] || fail "never tidied up"
  expect 0 new_each_time "$unsent" deliver --no-dns --maildir kept_days --create
done
rm -rf "$quarantine" kept_days

# Drop is done where it is written down, and entered in the account first; in the shadow it
# is only counted.
printf '[policy]\nbackscatter = "drop"\n' | mail_setup
expect 0 backscatter2 "$unsent" deliver --no-dns --maildir dropped --create
[ ! -e dropped ] && [ "$(mail_count "$quarantine")" -eq 0 ] || fail "not dropped"
grep -q "$(printf 'backscatter\tbounce\tdrop\tdrop\t<4B2@mx.remote.example>')" "$HOME/data/unsent/handled.tsv" || fail "not in the account"
expect 0 unverified "$unsent" deliver --no-dns --maildir kept --create
[ "$(mail_count kept)" -eq 1 ] || fail "unverified was dropped"
mv "$HOME/data/unsent/handled.tsv" account
mkdir "$HOME/data/unsent/handled.tsv"
expect 0 backscatter3 "$unsent" deliver --no-dns --maildir dropped --create
[ "$(mail_count "$quarantine")" -eq 1 ] || fail "dropped without an account"
rmdir "$HOME/data/unsent/handled.tsv"
printf '[policy]\nmode = "shadow"\nbackscatter = "drop"\n' | mail_setup
expect 0 backscatter2 "$unsent" deliver --no-dns --maildir shadow --create
[ "$(mail_count shadow)" -eq 1 ] || fail "shadow"
"$unsent" status > status
grep -q '^policy *shadow' status && grep -q 'backscatter: tag in the shadow, else drop' status || fail "$(cat status)"
"$unsent" filter --no-dns < backscatter > out
[ "$("$unsent" status --json | sed 's/.*"planned":"drop","done":"tag","count":\([0-9]*\).*/\1/')" = 2 ] || fail "filter is not counted: $("$unsent" status --json)"

# mbox: the From_ line, quoting, the end; both ways there is no second copy.
printf '[policy]\nbackscatter = "quarantine"\n' | mail_setup
expect 0 ordinary "$unsent" deliver --no-dns --mbox box
{ echo 'From MAILER-DAEMON Mon Nov 23 10:00:00 2026'; cat unverified; } > with_from
expect 0 with_from "$unsent" deliver --no-dns --mbox box
expect 0 odd "$unsent" deliver --no-dns --mbox box
expect 0 ordinary "$unsent" deliver --no-dns --mbox box
grep -a '^From ' box > from_lines
[ "$(wc -l < from_lines)" -eq 3 ] || fail "$(cat from_lines)"
sed -n 1p from_lines | grep -q '^From carol@remote.example ' || fail "$(cat from_lines)"
[ "$(sed -n 2p from_lines)" = 'From MAILER-DAEMON Mon Nov 23 10:00:00 2026' ] || fail "$(cat from_lines)"
grep -q -a '^>From here on$' box || fail "not quoted"
[ ! -e box.lock ] || fail "the lock is still there"
"$unsent" scan --no-dns --json box | wc -l | grep -q '^3$' || fail "not three messages"

# Exactly once: a try again is known by the message that stands in the mailbox, whatever came
# between, and by nothing else.
number() { sed "s/^Subject: .*/&\\
X-Number: $1/" ordinary; }
count() { grep -a -c "^X-Number: $1\$" "$2" || :; }
mkdir once elsewhere
number 0 > first
i=0
while [ $i -lt 220 ]; do
  number "$i" > one
  expect 0 one "$unsent" deliver --no-dns --mbox once/inbox
  i=$((i + 1))
done
expect 0 first "$unsent" deliver --no-dns --mbox once/inbox
(cd once && "$unsent" deliver --no-dns --mbox inbox < ../first)
[ "$(count 0 once/inbox)" -eq 1 ] || fail "twice after other mail"
(cd elsewhere && "$unsent" deliver --no-dns --mbox inbox < ../first)
[ "$(count 0 elsewhere/inbox)" -eq 1 ] || fail "lost in a mailbox of the same name"
: > once/inbox
expect 0 first "$unsent" deliver --no-dns --mbox once/inbox
[ "$(count 0 once/inbox)" -eq 1 ] || fail "lost after the mailbox was emptied"
rm once/inbox
expect 0 first "$unsent" deliver --no-dns --mbox once/inbox
[ "$(count 0 once/inbox)" -eq 1 ] || fail "lost after the mailbox was removed"
sed 's/^X-Number/Status: RO\
&/' once/inbox > rewritten
cat rewritten > once/inbox
expect 0 first "$unsent" deliver --no-dns --mbox once/inbox
[ "$(count 0 once/inbox)" -eq 1 ] || fail "twice after another program has noted that it was read"
# Judged otherwise the second time, it is not put away as well.
expect 0 backscatter3 "$unsent" deliver --no-dns --no-ledger --quarantine once/away --mbox once/inbox
expect 0 backscatter3 "$unsent" deliver --no-dns --quarantine once/away --mbox once/inbox
[ ! -e once/away ] || [ "$(mail_count once/away)" -eq 0 ] || fail "put away after it was delivered"

# qmail: 99 where it was put away, 0 where the next line delivers, its two lines kept.
export RPLINE='Return-Path: <>
' DTLINE='Delivered-To: alice@ourshop.example
' SENDER=
tail -n +2 backscatter > headless
tail -n +2 genuine > headless2
expect 99 headless "$unsent" deliver --qmail --no-dns
expect 0 headless2 "$unsent" deliver --qmail --no-dns
expect 0 headless2 "$unsent" deliver --qmail --no-dns --maildir qmail --create
head -n 2 "$(mail_only qmail)" | tr '\n' '|' | grep -q '^Return-Path: <>|Delivered-To: alice@ourshop.example|$' || fail "$(head -3 "$(mail_only qmail)")"
expect 111 genuine "$unsent" deliver --qmail --no-dns --maildir nowhere
expect 111 genuine "$unsent" deliver --qmail --frobnicate
unset RPLINE DTLINE SENDER

# Any doubt about storage: 75, nothing half done, never another status.
expect 75 /dev/null "$unsent" deliver --maildir kept
expect 75 genuine "$unsent" deliver
expect 75 genuine "$unsent" deliver --frobnicate
expect 75 genuine "$unsent" deliver --maildir kept operand
expect 75 genuine "$unsent" deliver --maildir kept --mbox box
expect 75 genuine "$unsent" deliver --maildir nowhere
expect 75 genuine "$unsent" deliver --mbox nowhere/box
expect 75 genuine "$unsent" deliver --mbox "$scratch"
expect 75 genuine "$unsent" deliver --mbox /dev/full
expect 75 genuine sh -c "ulimit -f 0; exec '$unsent' deliver --no-dns --maildir kept"
expect 75 genuine "$unsent" deliver --maildir "$scratch/ordinary"
[ "$(mail_count kept)" -eq 1 ] && [ -z "$(ls kept/tmp)" ] || fail "a failure left something"

# Whatever fails inside costs the verdict alone; a broken ledger, what it would have said.
printf 'broken' > broken.db
expect 0 backscatter "$unsent" deliver --no-dns --ledger broken.db --maildir inside1 --create
grep -q '^X-Unsent-Verdict: unverified; kind=bounce' "$(mail_only inside1)" || fail "broken ledger: not judged"
tail -c "$(wc -c < backscatter)" "$(mail_only inside1)" | cmp - backscatter
printf 'nonsense = ' > broken.toml
expect 0 backscatter "$unsent" --config broken.toml deliver --maildir inside2 --create
cmp "$(mail_only inside2)" backscatter
expect 0 ordinary env -i "$unsent" deliver --maildir inside3 --create
cmp "$(mail_only inside3)" ordinary
# A quarantine that cannot be written: the message goes to the mailbox.
expect 0 backscatter3 "$unsent" deliver --no-dns --quarantine /dev/null/x --maildir inside4 --create
grep -q '^X-Unsent-Verdict: backscatter' "$(mail_only inside4)" || fail "no tag"

# Sixty-four at once, with writers on the ledger.
i=0
while [ $i -lt 64 ]; do
  i=$((i + 1))
  mail_bounce "5X$i" bob@remote.example a1 'the offer' > "many.$i"
done
writers=
for writer in 1 2; do
  (j=0; while [ $j -lt 10 ]; do j=$((j + 1)); sed "s/a1@/w$writer.$j@/" 'sent/cur/1795000000.M1P1.desk:2,S' | "$unsent" record; done) &
  writers="$writers $!"
done
waiting=
mkdir -p many/new many/cur many/tmp
for i in $(seq 64); do
  "$unsent" deliver --no-dns --maildir many < "many.$i" &
  waiting="$waiting $!"
done
for process in $waiting $writers; do wait "$process" || fail "status $? of 64 at once"; done
[ "$(mail_count many)" -eq 64 ] || fail "$(mail_count many) of 64"
for file in many/new/*; do mail_bare "$file" | md5sum; done | sort > got
for i in $(seq 64); do md5sum < "many.$i"; done | sort > want
cmp got want
