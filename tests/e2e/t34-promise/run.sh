#!/bin/sh
# Setup: Sent mailboxes, inboxes and logs, right ones and wrong ones.
# Test: what an import promises is earned: refused, and why is said, where nothing was understood,
# nobody of that name has sent, or the time cannot be; listed, withdrawn, taken back. An inbox is
# no Sent mailbox. A log whose lines stop being understood is a gap from there on, and to there.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/expect.sh"
mail() { # NUMBER FROM DATE [RECEIVED]
  printf 'From %s Mon Nov 23 10:00:00 2026\n' "$2"
  [ -z "${4:-}" ] || printf 'Received: from %s by mx.ourshop.example; Mon, 23 Nov 2026 10:00:00 +0000\n' "$4"
  printf 'From: %s\nTo: bob%s@remote.example\nDate: %s\nMessage-ID: <m%s@%s>\nSubject: Hi %s\n\nHi\n\n' \
    "$2" "$1" "$3" "$1" "${2#*@}" "$1"
}
november() { printf '%s, %s Nov 2026 10:00:00 +0000' "$1" "$2"; }
{ mail 1 alice@ourshop.example "$(november Tue 03)"; mail 2 alice@ourshop.example "$(november Mon 23)"; } > sent
promises() { "$unsent" ledger promise list --ledger l.db; }
import() { expect "$1" "$2" import --ledger l.db --complete "${scope:-ourshop.example}" --since "${since:-2026-11-01T00:00:00Z}" "$3"; }

# Earned: the first of the month, of which the third is the first message's; the whole month before.
import 0 'complete for ourshop.example since 2026-11-01T00:00:00Z' sent
[ "$(promises)" = 'complete for ourshop.example since 2026-11-01T00:00:00Z' ] || fail "$(promises)"
import 0 '0 messages added' sent                      # read before, and still true
expect 0 'no longer said' ledger promise withdraw --ledger l.db ourshop.example
[ -z "$(promises)" ] || fail "withdrawn: $(promises)"
expect 1 'was not said' ledger promise withdraw --ledger l.db ourshop.example
scope=alice@ourshop.example import 0 'complete for alice@ourshop.example' sent
expect 0 '' ledger promise withdraw --ledger l.db alice@ourshop.example

# Not earned.
refused() { import "$@"; [ -z "$(promises)" ] || fail "promised: $*: $(promises)"; }
since=2026-10-01T00:00:00Z refused 65 'first message of ourshop.example.*2026-11-03T10:00:00Z' sent
since=2020-01-01T00:00:00Z refused 65 'say --since 2026-11-03T10:00:00Z' sent
since=2126-01-01T00:00:00Z refused 64 'in the future' sent
for scope in com co.uk example; do refused 64 'many strangers' sent; done
for scope in othershop.example bob@ourshop.example ourshop.example.remote.example; do
  refused 65 "no message of $scope" sent
done
unset scope
: > empty
mkdir -p folder/cur folder/new folder/tmp
line='2026-11-23T20:34:53+00:00 mail'
seq 50 | sed "s/.*/$line dovecot: imap-login: Login &: user=<alice>/" > foreign.log
seq 50 | sed 's/.*/[23.11.2026 20:34:&] postfix smtpd: AAAAA1: client=desk[192.0.2.1]/' > strange.log
for source in empty folder; do refused 65 'nothing in what was named' "$source"; done
refused 65 'foreign.log: nothing in it was understood' foreign.log
refused 65 '' strange.log
expect 65 'empty: \|nothing' import --ledger l.db --complete ourshop.example foreign.log sent
[ -z "$(promises)" ] || fail "one of two was understood: $(promises)"
# Beside what was understood an empty file is no fault: a log is empty after its rotation.
expect 0 'complete for' import --ledger l.db --complete ourshop.example empty sent
expect 0 '' ledger promise withdraw --ledger l.db ourshop.example

# A log vouches also for the time in which nobody sent.
{ echo "2026-09-20T00:00:00+00:00 mail postfix/master[1]: daemon started"
  echo "$line postfix/pickup[1]: AAAAA1: uid=1000 from=<alice>"
  echo "$line postfix/cleanup[2]: AAAAA1: message-id=<p1@ourshop.example>"
  echo "$line postfix/qmgr[3]: AAAAA1: from=<alice@ourshop.example>, size=1, nrcpt=1 (queue active)"
  echo "$line postfix/smtp[4]: AAAAA1: to=<bob@remote.example>, relay=x[203.0.113.5]:25, dsn=2.0.0, status=sent (ok)"
  echo "$line postfix/qmgr[3]: AAAAA1: removed"; } > mail.log
since=2026-09-20T00:00:00Z import 0 'complete for ourshop.example since 2026-09-20' mail.log

# An inbox is noticed, and nothing of it is recorded; what looks like one can be imported.
{ i=0; while [ $i -lt 9 ]; do i=$((i + 1)); mail "9$i" "joe$i@remote$((i % 5)).example" "$(november Mon 23)" mx.remote.example; done; } > inbox
rm -f l.db*
expect 65 'mail came to it' import --ledger l.db inbox
expect 65 'mail came to it' import --ledger l.db sent inbox
expect 0 '^0 messages' ledger stats --ledger l.db
mkdir -p Maildir/cur Maildir/new Maildir/tmp
i=0; while [ $i -lt 9 ]; do i=$((i + 1)); mail "9$i" "joe$i@remote$((i % 5)).example" "$(november Mon 23)" mx.remote.example | tail -n +2 > "Maildir/cur/$i.a:2,S"; done
expect 65 'mail came to it' import --ledger l.db Maildir
# Copies that came by mail to oneself, of several users of our domain.
{ i=0; while [ $i -lt 9 ]; do i=$((i + 1)); mail "8$i" "user$i@ourshop.example" "$(november Mon 23)" mail.ourshop.example; done; } > copies
expect 65 'name your domains' import --ledger l.db copies
expect 0 '^9 messages added' import --ledger l.db --domain ourshop.example copies

# One import is taken back: its messages, its promise, who we are, and where it had got to.
rm -f l.db*
expect 66 '' ledger undo-import --ledger l.db
expect 0 '^2 messages added' import --ledger l.db --complete ourshop.example sent
expect 0 '^9 messages added' import --ledger l.db --yes-sent --complete remote1.example inbox
expect 0 'complete for remote1.example' ledger promise list --ledger l.db
expect 0 'joe1@remote1.example' ledger stats --ledger l.db
expect 0 '^9 messages removed.*inbox' ledger undo-import --ledger l.db
expect 0 '^2 messages' ledger stats --ledger l.db
! grep -q 'joe\|remote1' out || fail "strangers are still ours: $(cat out)"
expect 0 sound ledger check --ledger l.db
expect 1 '' ledger show --ledger l.db '<m91@remote1.example>'
expect 0 '' ledger show --ledger l.db '<m1@ourshop.example>'
expect 0 'complete for ourshop.example' ledger promise list --ledger l.db
expect 0 '^9 messages added' import --ledger l.db --yes-sent inbox
expect 0 '^9 messages removed' ledger undo-import --ledger l.db
expect 0 '^2 messages removed' ledger undo-import --ledger l.db
expect 65 'no import to take back' ledger undo-import --ledger l.db
[ -z "$(promises)" ] || fail "taken back: $(promises)"
expect 0 '^2 messages added' import --ledger l.db sent

# Lines that stop being understood: a gap from the last that was, to the next that is.
rm -f l.db* g.log
line='2026-11-23T20:00:00+00:00 mail'
head -n 6 mail.log > g.log
seq 30 | sed 's/.*/23-Nov-2026 21:00:& mail_info postfix smtpd: client connected/' >> g.log
expect 0 'have not been understood since 2026-11-23T20:34:53Z' import --ledger l.db g.log
expect 0 'g.log was not read from 2026-11-23T20:34:53Z to' ledger stats --ledger l.db
sed -n '2,6s/T20:34:53/T23:00:00/p' mail.log | sed 's/AAAAA1/AAAAA2/; s/p1@/p2@/' >> g.log
expect 0 '^1 message added' import --ledger l.db g.log
# A few lines that nobody understands are in every log.
rm -f l.db* g.log
{ cat mail.log; seq 15 | sed 's/.*/   a line of several, the & th/'; cat mail.log; } > g.log
expect 0 '' import --ledger l.db g.log
[ ! -s err ] || fail "$(cat err)"
! "$unsent" ledger stats --ledger l.db | grep -q 'was not read' || fail "a gap: $(cat out)"
