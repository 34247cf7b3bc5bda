#!/bin/sh
# Setup: a home with the files that the manual's examples name.
# Test: every command has a page with EXAMPLES and EXIT STATUS that lint accepts, every
# option of --help stands in it, and every example runs and ends with the status that its page
# says: 0, or that of the comment before it (.\" status 1), which the command's page explains.
set -eu
unsent=$(realpath "$1")
source=$(cd "$(dirname "$0")/../../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data"
mkdir "$scratch/bin" "$scratch/Mail" "$scratch/Maildir"
ln -s "$unsent" "$scratch/bin/unsent"
export PATH="$scratch/bin:$PATH"
cd "$scratch"
cp -r "$source/samples/flood/sent" Maildir/.Sent
first=$(ls Maildir/.Sent/cur | head -n 1)
cp "Maildir/.Sent/cur/$first" outgoing.eml
cat > mail.log <<'LOG'
Nov 23 20:34:53 mail postfix/smtpd[1]: 51924AA820B: client=desk.ourshop.example[192.0.2.15]
Nov 23 20:34:53 mail postfix/cleanup[2]: 51924AA820B: message-id=<a1@ourshop.example>
Nov 23 20:34:53 mail postfix/qmgr[3]: 51924AA820B: from=<alice@ourshop.example>, size=1875, nrcpt=1 (queue active)
Nov 23 20:34:53 mail postfix/smtp[4]: 51924AA820B: to=<bob@remote.example>, relay=none, dsn=4.4.1, status=deferred (x)
LOG
{ echo "From alice Mon Nov  2 09:12:40 2026"; cat outgoing.eml; echo; } > Mail/sent
cp "$source/samples/flood/inbox.mbox" Mail/inbox
sed -n '2,/^From /p' Mail/inbox | sed '$d' > bounce.eml
mkdir zones
cat > zones/ourshop.zone << 'END'
$ORIGIN ourshop.example.
@ 300 IN TXT "v=spf1 ip4:192.0.2.10 ip6:2001:db8::10 -all"
END
cp "$source/rules/haraka.toml" ours.toml

fail() { echo "$*"; exit 1; }
for command in $(unsent --help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
  page="$source/src/app/unsent-$command.1"
  [ -f "$page" ] || fail "no manual page for $command"
  grep -q '^\.Sh EXAMPLES' "$page" || fail "$page has no EXAMPLES"
  grep -q '^\.Sh EXIT STATUS' "$page" || fail "$page has no EXIT STATUS"
  for option in $(unsent "$command" --help | sed -n 's/^.*--\([a-z-]*\).*/\1/p' | sort -u); do
    grep -q -e "Fl -$option" "$page" || fail "$page does not tell of --$option"
  done
done
count=0
for page in "$source"/src/app/unsent*.1 "$(dirname "$unsent")/unsent-config.5"; do
  mandoc -Tlint -W error "$page" || fail "lint of $page"
  sed -n '/^\.Sh EXAMPLES/,/^\.Sh /p' "$page" |
    sed -n 's/^\.\\" status \([0-9]*\)$/\1/p; s/^\$ \(.*\)/run \1/p' > commands
  want=0
  while read -r word line; do
    if [ "$word" != run ]; then
      want=$word
      continue
    fi
    count=$((count + 1))
    command=$(echo "$line" | grep -o 'unsent [a-z][a-z]*' | sed -n '1s/unsent //p')
    if [ -n "$command" ] && [ "$command" != sendmail ]; then
      sed -n '/^\.Sh EXIT STATUS/,/^\.Sh /p' "$source/src/app/unsent-$command.1" > promised
      grep -q "^\.It $want\$" promised || fail "EXIT STATUS of $command does not tell of $want"
    fi
    status=0
    sh -c "$line" > out 2> err || status=$?
    [ "$status" -eq "$want" ] || fail "$page: $line: status $status, not $want: $(cat out err)"
    [ ! -s err ] || fail "$line: $(cat err)"
    want=0
  done < commands
done
[ "$count" -ge 12 ] || fail "only $count examples found"
