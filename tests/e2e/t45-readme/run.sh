#!/bin/sh
# Setup: as root, a host with the user alice, her mailboxes, a mail log and what the README names.
# Test: every command of README.md runs and ends as it says; those that build or install are those
# that other tests run; what stands there as configuration is read; the units are in samples/.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
[ "$(id -u)" -eq 0 ] || { echo "this test makes users: run it as root"; exit 1; }
. "$here/t21-site/users.sh"
source=$(cd "$here/../.." && pwd)
program=$(realpath "$1")
in_private_etc "$0" "$program"
unset SENDER RECIPIENT ORIGINAL_RECIPIENT ORIG_RECIPIENT RPLINE DTLINE EXT EXTENSION XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME 2> /dev/null || :
export HOME="$scratch/home" TZ=UTC
mkdir -p "$HOME/Mail" "$HOME/Maildir/cur" "$HOME/Maildir/new" "$HOME/Maildir/tmp" "$scratch/bin"
cp "$program" "$scratch/bin/unsent"
printf '#!/bin/sh\ncat > /dev/null\n' > "$scratch/bin/sendmail"
chmod 755 "$scratch/bin/sendmail" "$scratch"
export PATH="$scratch/bin:$PATH"
useradd --no-create-home --home-dir "$HOME" alice
cd "$HOME"
fail() { echo "$*"; exit 1; }
first=$(find "$source/samples/flood/sent" -type f | sort | head -n 1)
cp "$first" outgoing.eml
for file in $(find "$source/samples/flood/sent" -type f | sort); do
  printf 'From alice Mon Nov  2 09:12:40 2026\n'
  cat "$file"
  echo
done > Mail/sent
cp "$source/samples/flood/inbox.mbox" Mail/inbox
sed -n '2,/^From /p' Mail/inbox | sed '$d' > bounce.eml
echo 'DEFAULT=$HOME/Maildir/' > .procmailrc
printf 'Nov 23 20:34:53 mail postfix/smtpd[1]: 51924AA820B: client=desk.ourshop.example[192.0.2.15]
Nov 23 20:34:53 mail postfix/cleanup[2]: 51924AA820B: message-id=<a1@ourshop.example>
Nov 23 20:34:53 mail postfix/qmgr[3]: 51924AA820B: from=<alice@ourshop.example>, size=1875, nrcpt=1 (queue active)
' > mail.log

# One block after the other: commands, or settings.
awk '/^```/ { fence = !fence } !fence && /^    / { print substr($0, 5); inside = 1; next } inside && /^$/ { print "" ; next } { if (inside) print "--"; inside = 0 }' \
  "$source/README.md" > blocks
grep -v '^--$' blocks | grep -e '^unsent ' -e '^sh ' -e '^systemctl ' -e '^apt ' -e '^cmake ' > commands
[ "$(grep -c '^unsent ' commands)" -gt 15 ] || fail "the README has hardly any commands: $(cat commands)"
grep -v '^--$' blocks | grep -v '^$' | grep -v -e '^unsent ' -e '^sh ' -e '^systemctl ' > settings
unsent --config settings config > /dev/null || fail "settings: $(cat settings)"
unsent --config settings status > out 2>&1 || fail "settings: $(cat out)"

while read -r line; do
  case $line in
    "sh samples/demo.sh "* | "sh tests/run.sh "* | "sh samples/package.sh "*)
      [ -f "$source/$(echo "$line" | cut -d' ' -f2)" ] || fail "$line: there is no such script"
      continue ;;
    "systemctl enable --now "*)
      [ -f "$source/samples/systemd/${line##* }" ] || fail "$line: there is no such unit"
      continue ;;
    "unsent review "*) expected=64 ;;  # it wants a terminal
    "unsent check "*) expected=0 ;;
    *) expected=0 ;;
  esac
  run=$(echo "$line" | sed "s,/var/log/mail.log,mail.log,; s,unsent sendmail,unsent sendmail --real $scratch/bin/sendmail,")
  case $run in *--no-dns*) ;; "unsent scan"* | "unsent check"* | "unsent doctor"*) run=$(echo "$run" | sed 's/^\(unsent [a-z]*\)/\1 --no-dns/') ;; esac
  case $run in *--undo*) run=$(echo "$run" | sed 's/ --no-dns//') ;; esac
  status=0
  timeout 60 sh -c "$run" > out 2> err || status=$?
  case $line in
    "unsent check "*) [ "$status" -le 2 ] || fail "$line: $status $(cat err)" ;;
    "unsent doctor") [ "$status" -le 1 ] || fail "$line: $status $(cat err)" ;;
    *) [ "$status" -eq "$expected" ] || fail "$line: $status $(cat err)" ;;
  esac
done < commands

# What it promises of its first screen.
for page in unsent-guide.7 unsent-json.5; do
  grep -q "$(echo "$page" | sed 's/\.\(.\)/(\1)/')" "$source/README.md" || fail "the README does not name $page"
  mandoc -T lint -W error "$source/src/app/$page" || fail "lint of $page"
done
for file in $(grep -o '`\(samples\|src\|tests\|schema\)/[a-z/.A-Z]*`' "$source/README.md" | tr -d '`'); do
  [ -e "$source/$file" ] || fail "the README names $file, which is not there"
done
