#!/bin/sh
# Setup: as root, small disks of the test's own, homes that are missing, another's, full or
# read-only, and mail of shapes and sizes that nobody expects.
# Test: filter passes each through whole or says 75; deliver puts it away or into the mailbox
# whole and once, or says 75 and leaves nothing behind; memory stays flat.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
[ "$(id -u)" -eq 0 ] || { echo "this test mounts small disks: run it as root"; exit 1; }
. "$here/t21-site/users.sh"
program=$(realpath "$1")
in_private_etc "$0" "$program"
unset SENDER RECIPIENT ORIGINAL_RECIPIENT ORIG_RECIPIENT RPLINE DTLINE EXT EXTENSION 2> /dev/null || :
cd "$scratch"
cp "$program" unsent
unsent=$scratch/unsent
export HOME="$scratch/home" XDG_CONFIG_HOME="$scratch/home/.config" XDG_DATA_HOME="$scratch/home/.local/share"
mkdir -p "$HOME"
. "$here/mails.sh"
printf '[policy]\nbackscatter = "quarantine"\n' | mail_setup
fail() { echo "$*"; exit 1; }
status_of() { # INPUT COMMAND…
  input=$1 status=0
  shift
  "$@" < "$input" > out 2> err || status=$?
  echo "$status"
}
deliver() { "$unsent" deliver --no-dns "$@"; }
disk() { # FOLDER SIZE
  mkdir -p "$1"
  mount -t tmpfs -o "size=$2,mode=755" none "$1"
}
# All but a few pages are taken; none are.
fill() { head -c 100000000 /dev/zero > "$1/filler" 2> /dev/null || :; }
maildir() { mkdir -p "$1/new" "$1/cur" "$1/tmp"; }

# Shapes: through the filter, into a Maildir, into an mbox.
: > empty
printf 'From MAILER-DAEMON Mon Nov 23 10:00:00 2026\n' > only_from
printf 'From MAILER-DAEMON Mon Nov 23 10:00:00 2026' > only_from_no_end
printf 'Return-Path: <>\nFrom: MAILER-DAEMON@x.example\nSubject: fail\0ure notice\n\n\0\0body\0no end' > nuls
printf '\n' > newline
printf '\0' > nul
{ printf 'Subject: long\n\n'; head -c 3000000 /dev/zero | tr '\0' x; } > longline
{ printf 'Return-Path: <>\nFrom: MAILER-DAEMON@x.example\nSubject: '; head -c 3000000 /dev/zero | tr '\0' y; } > longfield
for shape in only_from only_from_no_end nuls newline nul longline longfield odd; do
  [ "$(status_of "$shape" "$unsent" filter --no-dns)" -eq 0 ] || fail "filter $shape: $status"
  size=$(wc -c < "$shape")
  case $shape in
    only_from_no_end) cmp out "$shape" || fail "filter $shape: changed" ;;
    only_from) mail_bare out | cmp - "$shape" || fail "filter $shape: changed" ;;
    *) tail -c "$size" out | cmp - "$shape" || fail "filter $shape: changed" ;;
  esac
  rm -rf shapes
  [ "$(status_of "$shape" deliver --maildir shapes --create)" -eq 0 ] || fail "deliver $shape"
  case $shape in
    only_from*) ;;
    *) tail -c "$size" "$(mail_only shapes)" | cmp - "$shape" || fail "deliver $shape: changed" ;;
  esac
  [ "$(status_of "$shape" deliver --mbox "box.$shape")" -eq 0 ] || fail "mbox $shape"
  [ "$(grep -a -c '^From ' "box.$shape")" -eq 1 ] || fail "mbox $shape: $(grep -a '^From ' "box.$shape")"
done
[ "$(status_of empty "$unsent" filter --no-dns)" -eq 0 ] && [ "$(wc -l < out)" -le 3 ] || fail "empty: filter"
[ "$(status_of empty deliver --maildir shapes)" -eq 75 ] && [ "$(status_of empty deliver --mbox box.empty)" -eq 75 ] || fail "empty: deliver"

# A hundred megabytes, once a bounce and once not; in memory little more than the mapped mail.
for name in ordinary backscatter; do
  { cat "$name"; head -c 100000000 /dev/urandom; } > big
  rm -rf bigbox
  "$unsent" filter --no-dns < big > out || fail "big $name: filter"
  tail -c 100000000 big | cksum > want
  tail -c 100000000 out | cksum | cmp - want || fail "big $name: filter changed it"
  python3 - "$unsent" <<'END' || fail "big $name: memory"
import resource, subprocess, sys
subprocess.run([sys.argv[1], "deliver", "--no-dns", "--maildir", "bigbox", "--create"],
               stdin=open("big", "rb"), check=True)
sanitized = b"__asan_init" in open(sys.argv[1], "rb").read()  # keeps what was freed
kilobytes = 600000 if sanitized else 150000
sys.exit(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss > kilobytes)
END
  where=bigbox
  [ "$name" = ordinary ] || where=$XDG_DATA_HOME/unsent/quarantine
  tail -c 100000000 "$(mail_only "$where")" | cksum | cmp - want || fail "big $name: deliver changed it"
  rm -rf "$where"
done

# The disk of TMPDIR is full, or too small for a large mail: memory holds it.
disk tmp 4m
{ cat ordinary; head -c 12000000 /dev/urandom; } > large
for how in small full; do
  [ "$how" = small ] || fill tmp
  TMPDIR=$scratch/tmp "$unsent" filter --no-dns < large > out || fail "TMPDIR $how: filter"
  tail -c "$(wc -c < large)" out | cmp - large || fail "TMPDIR $how: changed"
  rm -rf tmpbox
  [ "$(TMPDIR=$scratch/tmp status_of large deliver --maildir tmpbox --create)" -eq 0 ] || fail "TMPDIR $how: deliver"
  cmp "$(mail_only tmpbox)" large || fail "TMPDIR $how: delivered otherwise"
done
umount tmp

# The output's disk is full: 75.
disk small 64k
{ cat ordinary; head -c 200000 /dev/urandom; } > more
status=0
"$unsent" filter --no-dns < more > small/out 2> err || status=$?
[ "$status" -eq 75 ] || fail "full output: $status"
rm small/out

# A reader that goes away: 75 of the filter, which mail systems understand; a quiet end of a
# report.
{ { "$unsent" filter --no-dns < large || echo $? > status; } | :; } 2> err
[ "$(cat status)" -eq 75 ] || fail "no reader: $(cat status)"
i=0
while [ $i -lt 2000 ]; do i=$((i + 1)); printf '{"message_ids": ["p%s@ourshop.example"], "sent_at": "2026-11-02T09:12:40Z", "from": "alice@ourshop.example", "recipients": ["bob@remote.example"], "subject": "x"}\n' $i; done > many.jsonl
"$unsent" import --ledger many.db many.jsonl > /dev/null
"$unsent" ledger --ledger many.db export 2> err | :
[ ! -s err ] || fail "no reader: said $(cat err)"

# The mailbox's disk is full: 75, nothing half delivered; with room again it comes, once.
maildir small/Maildir
printf 'From a Mon Nov 23 10:00:00 2026\nSubject: old\n\nold\n\n' > small/mbox
cp small/mbox mbox.before
fill small
[ "$(status_of more deliver --maildir small/Maildir)" -eq 75 ] || fail "full Maildir: $status"
[ "$(mail_count small/Maildir)" -eq 0 ] && [ -z "$(ls small/Maildir/tmp)" ] || fail "full Maildir: something is left"
[ "$(status_of more deliver --mbox small/mbox)" -eq 75 ] || fail "full mbox: $status"
cmp small/mbox mbox.before || fail "full mbox: changed"
[ ! -e small/mbox.lock ] || fail "full mbox: locked"
rm small/filler
[ "$(status_of ordinary deliver --maildir small/Maildir)" -eq 0 ] && [ "$(status_of ordinary deliver --maildir small/Maildir)" -eq 0 ] || fail "room again"
[ "$(mail_count small/Maildir)" -eq 1 ] || fail "room again: $(mail_count small/Maildir)"
[ "$(status_of ordinary deliver --mbox small/mbox)" -eq 0 ] || fail "room again: mbox"
# In the middle of a write: what does fit is taken back.
rm -rf small/Maildir
maildir small/Maildir
[ "$(status_of more deliver --maildir small/Maildir)" -eq 75 ] && [ -z "$(find small/Maildir -type f)" ] || fail "too large: $status, $(find small/Maildir -type f)"
cp small/mbox mbox.before
[ "$(status_of more deliver --mbox small/mbox)" -eq 75 ] && cmp small/mbox mbox.before || fail "too large for the mbox: $status"

# The quarantine's disk is full or read-only: backscatter is delivered, with its tag.
disk away 64k
fill away
rm -rf box
[ "$(status_of backscatter deliver --quarantine away/q --maildir box --create)" -eq 0 ] || fail "full quarantine: $status"
mail_bare "$(mail_only box)" | cmp - backscatter || fail "full quarantine: changed"
grep -q '^X-Unsent-Verdict: backscatter' "$(mail_only box)" || fail "full quarantine: no tag"
[ -z "$(find away -type f ! -name filler)" ] || fail "full quarantine: something is left"
rm away/filler
mkdir -p away/q/new away/q/cur away/q/tmp
mount -o remount,ro away
mail_bounce 7B1 other@remote.example forged7 'Other pills' > backscatter7
rm -rf box
[ "$(status_of backscatter7 deliver --quarantine away/q --maildir box --create)" -eq 0 ] || fail "read-only quarantine: $status"
mail_only box > /dev/null || fail "read-only quarantine"
umount away

# HOME: missing, a file, another's, full, read-only. Mail goes on; the mailbox is elsewhere.
unset XDG_CONFIG_HOME XDG_DATA_HOME
cp -r home good
cp -r home others
useradd --no-create-home bob
chown -R bob others
chmod -R a+rX others
disk full 1m
cp -r home/. full/
fill full
disk readonly 1m
cp -r home/. readonly/
mount -o remount,ro readonly
verdict() { sed -n 's/^X-Unsent-Verdict: \([a-z]*\).*/\1/p' "$1"; }
number=0
while read -r place want; do
  number=$((number + 1))
  mail_bounce "8B$number" "v$number@remote.example" "forged8$number" 'Pills' > one
  for name in one genuine ordinary; do
    rm -rf box
    [ "$(HOME=$place status_of $name "$unsent" filter --no-dns)" -eq 0 ] || fail "HOME $place: filter $name"
    mail_bare out | cmp - "$name" || fail "HOME $place: filter changed $name"
    [ "$(HOME=$place status_of $name deliver --quarantine "$scratch/quarantine.$number" --maildir box --create)" -eq 0 ] || fail "HOME $place: deliver $name: $(cat err)"
    [ "$name" != one ] || [ "$want" != backscatter ] || { mail_bare "$(mail_only "quarantine.$number")" | cmp - one || fail "HOME $place: not put away"; continue; }
    mail_bare "$(mail_only box)" | cmp - "$name" || fail "HOME $place: deliver changed $name"
  done
  "$unsent" filter --no-dns < one > /dev/null
  HOME=$place "$unsent" filter --no-dns < one > out
  [ "$(verdict out)" = "${want#-}" ] || fail "HOME $place: $(verdict out), not $want"
done <<END
$scratch/good backscatter
$scratch/nowhere unverified
/dev/null unverified
$scratch/ordinary unverified
relative unverified
$scratch/others -
$scratch/full backscatter
$scratch/readonly backscatter
END
umount full readonly
for variable in '-u HOME' 'HOME=' '-i'; do
  env $variable "$unsent" filter --no-dns < genuine > out || fail "env $variable"
  mail_bare out | cmp - genuine || fail "env $variable: changed"
  rm -rf box
  env $variable "$unsent" deliver --no-dns --maildir box --create < genuine || fail "env $variable: deliver"
  mail_bare "$(mail_only box)" | cmp - genuine || fail "env $variable: delivered otherwise"
done

# A limit on the size of files is a full disk.
rm -rf box
maildir box
[ "$(status_of more sh -c "ulimit -f 64; exec '$unsent' deliver --no-dns --maildir box")" -eq 75 ] || fail "ulimit: $status"
[ -z "$(find box -type f)" ] || fail "ulimit: something is left"
