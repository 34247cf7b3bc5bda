#!/bin/sh
# Setup: none but a scratch home.
# Test: each mistake gives one line that says what and where, the right status, nothing
# on standard output, and no file half-made.
set -eu
unsent=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data"
cd "$scratch"
printf 'From: a@ourshop.example\nDate: Mon, 23 Nov 2026 10:00:00 +0000\nMessage-ID: <a@ourshop.example>\n\nHi\n' > mail.eml
printf 'not a database, but long enough to look like a file of some kind' > text.db
printf '[identity]\ndomains = ["ourshop.example"\n' > broken.toml
printf '[identity]\ndomain = ["ourshop.example"]\n' > key.toml
printf '[identity]\n[=]\n' > header.toml
printf '[identity]\ndomains = ["a.example"] \303\251\n' > stray.toml
printf '[identity]\n\naddresses = ["nobody"]\n' > value.toml
printf '{"message_ids": []}\nno json\n' > bad.jsonl
"$unsent" record --ledger newer.db < mail.eml
sqlite3 newer.db 'PRAGMA user_version = 999'
"$unsent" record --ledger locked.db < mail.eml
sqlite3 other.db 'CREATE TABLE t (x)'

count=0
expect() { # STATUS WORDS COMMAND…
  want=$1 words=$2
  shift 2
  count=$((count + 1))
  status=0
  "$unsent" "$@" < mail.eml > out 2> err || status=$?
  [ "$status" -eq "$want" ] || { echo "unsent $*: status $status, not $want: $(cat err)"; exit 1; }
  [ "$(wc -l < err)" -eq 1 ] || { echo "unsent $*: not one line: $(cat err)"; exit 1; }
  grep -q -e "$words" err || { echo "unsent $*: no '$words' in: $(cat err)"; exit 1; }
  [ ! -s out ] || { echo "unsent $*: wrote $(cat out)"; exit 1; }
}
expect 64 'no command'
expect 64 'frobnicate: no such command' frobnicate
expect 64 'scna: no such command or option; did you mean unsent scan?' scna
expect 64 'did you mean --html?' scan --htlm page.html mail.eml
expect 64 '2026-13-01 is neither a date' import --since 2026-13-01 mail.eml
expect 1 '<nowhere@ourshop.example> is not in the ledger' ledger show --ledger locked.db nowhere@ourshop.example
expect 64 'unrecognised option' check --frobnicate
expect 64 'now: yesterday is neither a date nor an RFC 3339 time' check --now yesterday
expect 64 'relay: 300.1.1.1' check --relay 300.1.1.1
expect 64 'recipient: bob' check --recipient bob
expect 64 'exclude each other' check --no-ledger --ledger x.db
expect 64 'exclude each other' check --no-dns --zone x
expect 64 'no mailbox named' scan
expect 64 'no source named' import
expect 64 'since needs --complete' import --since 2026-11-01T00:00:00Z mail.eml
expect 64 'again and --follow exclude each other' import --follow --again mail.eml
expect 64 'yes-sent and --follow exclude each other' import --follow --yes-sent mail.eml
expect 64 '::/0 is every address there is' check --relay ::/0
expect 64 '0.0.0.0/0 is every address there is' import --trust 0.0.0.0/0 mail.eml
expect 64 'domain: below com many strangers' check --domain com
expect 64 'ledger show: MESSAGE-ID is missing' ledger show
expect 64 'ledger backup: FILE is missing' ledger backup
expect 64 'ledger promise: list, or withdraw SENDER is missing' ledger promise
expect 64 'ledger stats: more is too much' ledger stats more
expect 64 'config: which file' --config
expect 64 'config: which file' --config=
expect 64 'bogus: no such command' help bogus
expect 64 'takes no operand' status mail.eml
expect 64 'sender: Alice <alice@ourshop.example>' spf check --ip 192.0.2.1 --sender 'Alice <alice@ourshop.example>'
expect 64 'html: the page goes into a file' scan --html - mail.eml
mkdir -p no-log
expect 66 'no-log: is a folder, and no log' import --follow no-log
expect 66 '/dev/null: is a device, and no log' import --follow /dev/null
printf 'From alice@ourshop.example Mon Nov 23 10:00:00 2026\nA: b\n\nx\n' > no-log/mbox
expect 66 'no-log/mbox: is a mailbox, and no log' import --follow no-log/mbox
expect 64 'follow: no log named' import --follow --complete ourshop.example
expect 64 'neither a domain nor an address' import --complete 'a b' mail.eml
expect 64 'say stats, show' ledger
expect 66 'nowhere: ' scan nowhere
expect 66 'a mailbox at a server is imaps://USER@HOST' scan imaps:alice@mail.example
expect 66 'a mailbox at a server is imaps://USER@HOST' scan alice@mail.example
expect 66 'nowhere: ' check --sent nowhere
expect 66 'nowhere: No such file or directory; name a Sent mailbox' import nowhere
expect 66 'alice@mail.example: .*imaps://USER@HOST' import alice@mail.example
expect 66 'a mailbox at a server is imaps://USER@HOST' import pop3://mail.example
expect 66 'nowhere.db' check --ledger nowhere.db
expect 66 'nowhere.toml: No such file' --config nowhere.toml check
expect 66 'nowhere' check --zone nowhere
expect 75 'nowhere.eml: No such file' check nowhere.eml
printf 'PK\3\4\0\0' > mail.zip
expect 75 'mail.zip: is no message, and no text at all' check mail.zip
printf '\377\376F\0r\0o\0m\0' > wide.eml
expect 75 'wide.eml: is text in UTF-16' check wide.eml
expect 78 'broken.toml:[23]: ' --config broken.toml check
expect 78 'header.toml:2: no name in the table header' --config header.toml check
expect 78 'stray.toml:2: a character beyond ASCII' --config stray.toml check
expect 78 'key.toml:2: no key domain' --config key.toml check
expect 78 'key.toml:2: no key domain' --config=key.toml check
expect 78 'value.toml:3: nobody is not an address' --config value.toml check
expect 78 'text.db' check --ledger text.db
expect 78 'other.db' check --ledger other.db
expect 78 'newer' scan --ledger newer.db mail.eml
expect 78 'newer' record --ledger newer.db
expect 78 'text.db' import --ledger text.db mail.eml
[ ! -e nowhere.db ] && [ "$(cat text.db | wc -c)" -eq 64 ] || { echo "a file was made or changed"; exit 1; }

# What is no operand is said, and the message goes through all the same.
"$unsent" filter other.eml < mail.eml > out 2> err
grep -q 'other.eml: is not read: the message comes on standard input' err && grep -q '^Hi' out || { cat out err; exit 1; }

# Packed, and several in one.
gzip -k mail.eml
"$unsent" check --no-dns mail.eml.gz > packed 2> err || [ $? -eq 1 ]
[ ! -s err ] && [ "$(cut -d[ -f1 packed)" = "$("$unsent" check --no-dns mail.eml | cut -d[ -f1)" ] || { cat packed err; exit 1; }
for i in 1 2; do echo 'From a@ourshop.example Mon Nov 23 10:00:00 2026'; cat mail.eml; echo; done > two
"$unsent" check --no-dns two > out 2> err || [ $? -eq 1 ]
grep -q 'two: is judged as one message, and looks like an mbox of several' err && [ "$(wc -l < out)" -eq 1 ] || { cat out err; exit 1; }

# What is closed is not the next file that is opened.
"$unsent" record --ledger closed.db < mail.eml
for command in check 'import -' record; do
  status=0
  "$unsent" $command --ledger closed.db <&- > out 2> err || status=$?
  grep -q 'standard input: Bad file descriptor' err && [ ! -s out ] && [ "$status" -ge 64 ] ||
    { echo "unsent $command, closed: $status $(cat out err)"; exit 1; }
done
"$unsent" ledger list --ledger closed.db >&- 2> /dev/null || :
"$unsent" ledger check --ledger closed.db > /dev/null

# What cannot be imported is named with its line, the rest is imported.
status=0
"$unsent" import --ledger lines.db bad.jsonl > out 2> err || status=$?
[ "$status" -eq 65 ] && grep -q '^unsent: bad.jsonl:1: ' err && grep -q '^unsent: bad.jsonl:2: ' err

# A lock is waited for, five seconds, and then said.
mkfifo hold
sqlite3 locked.db < hold > /dev/null &
exec 9> hold
echo 'PRAGMA busy_timeout = 10000; BEGIN EXCLUSIVE;' >&9
while sqlite3 locked.db 'BEGIN IMMEDIATE' 2> /dev/null; do sleep 0.1; done
expect 75 'locked' record --ledger locked.db
exec 9>&-
wait
[ "$count" -ge 28 ]
