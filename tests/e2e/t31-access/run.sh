#!/bin/sh
# Setup: as root, users of a shared host; pipes, links, locks and files of others wherever
# something is read or written by its name.
# Test: nothing waits for a pipe, nothing is led away by a link, a key that others can read is
# said, and whatever a user's configuration holds the mail goes through.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
[ "$(id -u)" -eq 0 ] || { echo "this test makes users: run it as root"; exit 1; }
. "$here/t21-site/users.sh"
program=$(realpath "$1")
in_private_etc "$0" "$program"
unset SENDER RECIPIENT ORIGINAL_RECIPIENT ORIG_RECIPIENT RPLINE DTLINE EXT EXTENSION XDG_STATE_HOME 2> /dev/null || :
cd "$scratch"
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data"
cp "$program" unsent
chmod 755 unsent "$scratch"
unsent=$scratch/unsent
. "$here/mails.sh"
mail_setup < /dev/null
fail() { echo "$*"; exit 1; }
for user in alice eve; do
  mkdir -p "home/$user"
  useradd --no-create-home --home-dir "$scratch/home/$user" --user-group "$user"
  chown "$user:$user" "home/$user"
done
now=2026-11-24T12:00:00Z
# SECONDS STATUS COMMAND…; out and err are what it says
within() {
  most=$1; want=$2
  shift 2
  status=0
  timeout -k 1 "$most" "$@" > out 2> err || status=$?
  [ "$status" -ne 124 ] && [ "$status" -ne 137 ] || fail "$*: still running after $most s"
  [ "$want" = any ] || [ "$status" -eq "$want" ] || fail "$*: status $status, not $want: $(cat out err)"
}

# A pipe in the place of a file that is read: each answers at once, and says which it was.
mkfifo pipe
judge="--now $now --no-dns"
for option in --ledger --zone --sent --config; do
  [ "$option" = --zone ] && dns= || dns=--no-dns
  case $option in
    --config) within 20 any "$unsent" --config pipe check $judge backscatter ;;
    *) within 20 any "$unsent" check --now "$now" $dns "$option" pipe backscatter ;;
  esac
  [ "$status" -ge 64 ] && grep -q pipe err || fail "$option: status $status: $(cat out err)"
done
for command in 'check --no-dns pipe' 'scan --no-dns pipe' 'import pipe' 'import --follow pipe' \
  'spf audit --domain ourshop.example --no-dns pipe' 'rules test pipe' 'ledger stats --ledger pipe' \
  'ledger merge pipe' 'doctor --no-dns --ledger pipe'; do
  within 20 any "$unsent" $command < /dev/null
  [ "$status" -ne 0 ] && grep -q 'not a' err || fail "$command: status $status: $(cat out err)"
done
within 20 0 "$unsent" tag --keys pipe < ordinary
cmp out ordinary && grep -q 'pipe: not a file' err || fail "tag: $(cat err)"

# One that is followed: said at once, not waited for.
within 10 65 "$unsent" import --follow pipe
grep -q 'pipe: not a file' err || fail "$(cat err)"

# A pipe in the place of each file of our own, one after the other: the mail goes through.
for file in data/unsent/ledger.db data/unsent/ledger.db.key data/unsent/tag.keys data/unsent/handled.tsv \
  config/unsent/config.toml config/unsent/rules.d/a.toml data/unsent/ledger.db.pending; do
  mkdir -p "$(dirname "$file")"
  [ ! -e "$file" ] || mv "$file" kept
  mkfifo "$file"
  for mail in backscatter genuine; do
    within 20 0 "$unsent" filter < "$mail"
    mail_bare out | cmp - "$mail" || fail "$file: filter changed the message"
    within 20 0 "$unsent" deliver --maildir "in-$(basename "$file")" --create --quarantine "in-$(basename "$file")" < "$mail"
  done
  [ "$(mail_count "in-$(basename "$file")")" -eq 2 ] || fail "$file: not delivered"
  rm "$file"
  [ ! -e kept ] || mv kept "$file"
done

# Members of mailboxes, and what acting keeps beside them.
mkdir -p box/cur box/new box/tmp
cp backscatter box/new/1.M1P1.host
mkfifo box/new/2.M1P1.host box/cur/3.M1P1.host:2,S
within 30 any "$unsent" scan $judge --yes --quarantine box
[ "$(find box -type p | wc -l)" -eq 2 ] && [ ! -e box/new/1.M1P1.host ] || fail "pipes in a Maildir: $(cat out err)"
within 30 any "$unsent" scan --undo
[ -e box/new/1.M1P1.host ] || fail "not put back: $(cat err)"
rm -r .local
mkdir -p .local/state/unsent/acts
mkfifo .local/state/unsent/acts/lock
within 30 65 "$unsent" scan $judge --yes --quarantine box
rm -r .local

# A lock beside a mailbox in a folder where anybody may make files: what is no lock of any
# program's keeps no mail out, and the owner's own does.
mkdir -m 1777 spool
printf 'From a Mon Nov 23 10:00:00 2026\n\nx\n\n' > spool/alice
chown alice:alice spool/alice
cat > as <<'END'
#!/bin/sh
user=$1
shift
exec setpriv --reuid "$user" --regid "$user" --init-groups env -u XDG_CONFIG_HOME -u XDG_DATA_HOME HOME="$PWD/home/$user" "$@"
END
chmod 755 as
for kind in pipe socket folder link file; do
  case $kind in
    pipe) ./as eve mkfifo spool/alice.lock ;;
    socket) ./as eve python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("spool/alice.lock")' ;;
    folder) ./as eve mkdir spool/alice.lock ;;
    link) ./as eve ln -s "$scratch/pipe" spool/alice.lock ;;
    file) ./as eve touch spool/alice.lock ;;
  esac
  before=$(grep -c '^From ' spool/alice)
  sed "s/^Subject: .*/Subject: $kind/" ordinary > new
  within 20 0 ./as alice "$unsent" deliver --no-dns --mbox "$scratch/spool/alice" < new
  [ "$(grep -c '^From ' spool/alice)" -eq $((before + 1)) ] || fail "$kind for a lock: not delivered: $(cat err)"
  rm -rf spool/alice.lock
done
./as alice touch spool/alice.lock
{ printf 'From a Mon Nov 23 10:00:00 2026\n'; cat unverified; echo; } >> spool/alice
sum=$(cksum < spool/alice)
within 20 any ./as alice "$unsent" scan $judge --no-ledger --lock-wait 1 --yes --delete --also unverified "$scratch/spool/alice"
[ "$status" -eq 75 ] && grep -q 'locked by another' err && [ "$(cksum < spool/alice)" = "$sum" ] || fail "the owner's lock: status $status: $(cat out err)"
rm spool/alice.lock

# The key of the ledger: said once a run, and by doctor; a site that shares it says so.
key=data/unsent/ledger.db.key
said() { [ "$(grep -c 'ledger.db.key: others may' err)" -eq "$1" ] || fail "$2: $(cat err)"; }
for mode in 640 604 620 602 666; do
  chmod "$mode" "$key"
  within 20 any "$unsent" check $judge genuine backscatter
  said 1 "check, mode $mode"
  within 20 any "$unsent" scan $judge --threads 2 genuine backscatter
  said 1 "scan, mode $mode"
  for command in 'ledger stats' 'import sent' 'ledger export'; do
    within 20 0 "$unsent" $command
    said 1 "$command, mode $mode"
  done
  within 20 1 "$unsent" doctor --now "$now" --no-dns
  grep -q 'FAULT.*ledger.db.key: others may' out || fail "doctor, mode $mode: $(cat out)"
done
within 20 0 "$unsent" filter -v < backscatter
said 1 filter
cp config/unsent/config.toml own.toml
printf '[ledger]\nshared = true\n' >> config/unsent/config.toml
chmod 640 "$key" data/unsent/ledger.db
within 20 any "$unsent" check $judge genuine
said 0 'shared on purpose'
within 20 any "$unsent" doctor --now "$now" --no-dns
! grep -q 'others may' out && [ "$(grep -c 'ledger.db.*: shared, as' out)" -eq 2 ] || fail "shared: $(cat out)"
chmod 666 "$key"
within 20 any "$unsent" check $judge genuine
said 1 'shared with everybody'
cp own.toml config/unsent/config.toml
chmod 600 "$key" data/unsent/ledger.db
within 20 any "$unsent" check $judge genuine
said 0 'mode 600'

# What a user's configuration may hold: it costs the verdict, never the message.
python3 - <<'END'
deep = 200000
texts = {
    "dots": "a" + ".a" * deep + " = 1\n",
    "header": "[a" + ".a" * deep + "]\n",
    "blanks": "a" + " . a" * deep + " = 1\n",
    "quoted": '"a"' + ".'a'" * deep + " = 1\n",
    "inline": "a = { b" + ".b" * deep + " = 1 }\n",
    "arrays": "a = " + "[" * deep + "\n",
    "tables": "a = " + "{a=" * deep + "\n",
    "spread": "a = " + "[\n" * deep + "]\n" * deep,
    "rules": "[[rule" + ".a" * deep + "]]\n",
}
for name, text in texts.items():
    open(f"deep-{name}.toml", "w").write(text)
END
mkdir -p home/alice/.config/unsent/rules.d
: > home/alice/.config/unsent/opted-in
for file in deep-*.toml; do
  for place in config.toml rules.d/mine.toml; do
    cp "$file" "home/alice/.config/unsent/$place"
    chown -R alice:alice home/alice
    for mail in backscatter ordinary; do
      within 30 0 "$unsent" filter --if-opted-in --user alice < "$mail"
      mail_bare out | cmp - "$mail" || fail "$file as $place: filter changed the message: $(cat err)"
      within 30 0 "$unsent" deliver --if-opted-in --user alice --create --maildir "$scratch/home/alice/in-$file-${place%%.*}" < "$mail"
      within 30 any "$unsent" --config "$file" filter < "$mail"
      mail_bare out | cmp - "$mail" || fail "--config $file: changed: $(cat err)"
    done
    [ "$(mail_count "home/alice/in-$file-${place%%.*}")" -eq 2 ] || fail "$file as $place: not delivered"
    rm "home/alice/.config/unsent/$place"
  done
  within 30 78 "$unsent" --config "$file" check $judge backscatter
  grep -q 'nested too deeply' err || fail "$file: $(cat err)"
done

# The process that judges has lost its rights, and judges as before: by the ledger, which it
# counts in, whatever journal that has, by keys of the past, in any character set.
python3 - <<'END'
import pathlib
mail = pathlib.Path("genuine").read_bytes()
mail = mail.replace(b"Subject: Undelivered", b"Subject: =?koi8-r?B?8M/Exw==?= Undelivered")
pathlib.Path("russian").write_bytes(
    mail.replace(b"Content-Type: text/plain", b"Content-Type: text/plain; charset=koi8-r", 1))
END
mkdir retired
for mode in wal delete; do
  for confined in true false; do
    { cat own.toml; printf 'cache = "%s/dns.db"\n[dkim]\nretired_keys = "%s/retired"\n[judging]\nconfined = %s\n' "$scratch" "$scratch" "$confined"; } > config/unsent/config.toml
    sqlite3 data/unsent/ledger.db "PRAGMA journal_mode = $mode; DELETE FROM bounces" > /dev/null
    for mail in genuine backscatter unverified russian; do
      within 30 0 "$unsent" filter < "$mail"
      cp out "$mail.$confined"
    done
    [ "$(sqlite3 data/unsent/ledger.db 'SELECT count(*) FROM bounces')" -ge 1 ] || fail "$mode, confined = $confined: nothing was counted"
  done
  for mail in genuine backscatter unverified russian; do
    cmp "$mail.true" "$mail.false" || fail "$mode: $mail is judged otherwise when confined"
  done
done
grep -q '^X-Unsent-Verdict: genuine' russian.true || fail "russian: $(head -n 3 russian.true)"
cp own.toml config/unsent/config.toml
python3 - "$unsent" <<'END'
import glob
import pathlib
import re
import socket
import subprocess
import sys
import time

silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
silent.bind(("127.0.0.1", 0))
words = [sys.argv[1], "filter", "--deadline", "5", "--no-ledger", "--dns",
         "127.0.0.1:%d" % silent.getsockname()[1]]
with open("genuine", "rb") as mail:
    run = subprocess.Popen(words, stdin=mail, stdout=subprocess.DEVNULL)
silent.settimeout(20)
silent.recvfrom(4096)  # it judges
states = []
for path in glob.glob("/proc/[0-9]*/status"):
    try:
        states.append(pathlib.Path(path).read_text())
    except OSError:  # it has ended
        pass
child = [text for text in states if re.search(r"^PPid:\t%d$" % run.pid, text, re.M)]
if len(child) != 1 or "Seccomp:\t2" not in child[0] or "NoNewPrivs:\t1" not in child[0]:
    sys.exit(f"not confined: {child}")
if run.wait(20) != 0:
    sys.exit("filter failed")
END

# Root over users' mailboxes.
chmod 711 home
PYTHONDONTWRITEBYTECODE=1 python3 "$here/t31-access/led.py" "$unsent" "$here/t20-acting"
