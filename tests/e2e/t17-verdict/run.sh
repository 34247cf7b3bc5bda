#!/bin/sh
# Setup: a Postfix and an Exim log with what our server sent and the reports that it made
# itself; a DNS server that never answers; a ledger that somebody has locked.
# Test: such a report is proved by its number, and forged with the same number is not; every
# fact names its source, and what would have changed the verdict is said; what cannot be
# asked counts for nothing, and the rest decides in time; a flood is a fact, and the policy
# may put unverified bounces away while it lasts; a replay to the true recipient is doubted.
set -eu
unsent=$(realpath "$1")
source=$(cd "$(dirname "$0")/../../.." && pwd)
scratch=$(mktemp -d)
silent=
holder=
trap 'kill $silent $holder 2> /dev/null || :; rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data" TZ=UTC
cd "$scratch"
fail() { echo "$*"; exit 1; }
now=2026-11-24T12:00:00Z

cat > postfix.log <<'END'
2026-11-23T20:35:04+00:00 mail postfix/pickup[1]: 7FD21AA8157: uid=1000 from=<alice>
2026-11-23T20:35:04+00:00 mail postfix/cleanup[2]: 7FD21AA8157: message-id=<a1@ourshop.example>
2026-11-23T20:35:04+00:00 mail postfix/qmgr[3]: 7FD21AA8157: from=<alice@ourshop.example>, size=900, nrcpt=1 (queue active)
2026-11-23T20:35:04+00:00 mail postfix/smtp[4]: 7FD21AA8157: to=<bob@remote.example>, relay=mx.remote.example[192.0.2.103]:25, dsn=5.1.1, status=bounced (host mx.remote.example said: 550 no)
2026-11-23T20:35:04+00:00 mail postfix/cleanup[2]: 9A40BAA8159: message-id=<20261123203504.9A40BAA8159@mail.ourshop.example>
2026-11-23T20:35:04+00:00 mail postfix/bounce[5]: 7FD21AA8157: sender non-delivery notification: 9A40BAA8159
2026-11-23T20:35:04+00:00 mail postfix/qmgr[3]: 7FD21AA8157: removed
END
cat > exim.log <<'END'
2026-11-23 20:38:37 1xVaoA-00000h-2Y <= alice@ourshop.example U=alice P=local S=900 id=e1@ourshop.example T="Order" from <alice@ourshop.example> for carol@remote.example
2026-11-23 20:38:38 1xVaoA-00000h-2Y ** carol@remote.example R=dnslookup T=remote_smtp H=mx.remote.example [192.0.2.103]: 550 no
2026-11-23 20:38:38 1xVaoA-00000l-2p <= <> R=1xVaoA-00000h-2Y U=Debian-exim P=local S=4229 T="Mail delivery failed: returning message to sender" from <> for alice@ourshop.example
2026-11-23 20:38:38 1xVaoA-00000h-2Y Completed
END
"$unsent" import postfix.log exim.log > out 2> err || fail "import: $(cat err)"

# The report names nobody: only its number can prove it.
report() { # MESSAGE-ID ORIGINAL-ID < its own Received lines
  cat
  cat <<END
Return-Path: <>
Date: Mon, 23 Nov 2026 20:38:38 +0000
From: Mail Delivery System <MAILER-DAEMON@ourshop.example>
To: alice@ourshop.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"
Message-Id: <$1>

--b1
Content-Type: text/plain

This is the mail system at host mail.ourshop.example.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.ourshop.example

--b1
Content-Type: text/rfc822-headers

Message-ID: <$2>
From: alice@ourshop.example
Subject: Order

--b1--
END
}
check() { "$unsent" check --no-dns --domain ourshop.example --now "$now" "$@" || :; }
is() { # NAME VERDICT FILE
  got=$(check "$3" | cut -d ' ' -f 1)
  [ "$got" = "$2" ] || fail "$1: $got, not $2: $(check --explain "$3")"
}
postfix_line='Received: by mail.ourshop.example (Postfix) id 9A40BAA8159; Mon, 23 Nov 2026 20:35:04 +0000'
exim_line='Received: from Debian-exim by mail.ourshop.example with local (Exim 4.96) id 1xVaoA-00000l-2p for alice@ourshop.example; Mon, 23 Nov 2026 20:38:38 +0000'
outside='Received: from mail.ourshop.example (unknown [198.51.100.7]) by mx.ourshop.example (Postfix) with ESMTP id 4F2A1B33C1; Mon, 23 Nov 2026 20:40:00 +0000'
postfix_id=20261123203504.9A40BAA8159@mail.ourshop.example
exim_id=E1xVaoA-00000l-2p@mail.ourshop.example
echo "$postfix_line" | report "$postfix_id" a1@ourshop.example > postfix
echo "$exim_line" | report "$exim_id" e1@ourshop.example > exim
printf '%s\n%s\n' "$outside" "$postfix_line" | report "$postfix_id" a1@ourshop.example > forged
echo "$postfix_line" | report "$postfix_id" z9@ourshop.example > other
echo 'Received: by mail.ourshop.example (Postfix) id 9A40BAA8150; Mon, 23 Nov 2026 20:35:04 +0000' |
  report 20261123203504.9A40BAA8150@mail.ourshop.example a1@ourshop.example > unknown
is 'the report in the Postfix log' genuine postfix
is 'the report in the Exim log' genuine exim
is 'its number on a report from elsewhere' unverified forged
is 'its number on a report about another message' unverified other
is 'a number that is in no log' unverified unknown
check --json postfix | grep -q '"check":"local","points_to":"genuine","strength":"proof"' ||
  fail "no local fact: $(check --json postfix)"

# Why, from where, and what would have changed it.
says() { # TEXT FILE OPTION…
  text=$1 file=$2
  shift 2
  "$unsent" check --explain --domain ourshop.example --now "$now" "$@" "$file" > out || :
  grep -qF -- "$text" out || fail "not said: $text: $(cat out)"
}
. "$source/tests/e2e/mails.sh"
printf '$ORIGIN ourshop.example.\n@ 300 IN TXT "v=spf1 ip4:203.0.113.10 ~all"\nmx.remote.example. 300 IN A 192.0.2.25\n' > soft.zone
says 'a proof that we sent it' postfix --no-dns
says 'from: ledger: notices that the mail log names' postfix --no-dns
says 'unverified, if the local fact did not hold' postfix --no-dns
says 'from: ledger row ' genuine --no-dns
says 'backscatter, if the ledger were declared complete for ourshop.example' backscatter --no-dns
says 'genuine, if the ledger had the message' backscatter --no-dns
says 'genuine, if there were a ledger, and it had the message' backscatter --no-dns --no-ledger
says 'backscatter, if the SPF record of ourshop.example ended in -all' backscatter --zone soft.zone --no-ledger
says '; SPF record of ourshop.example, ~all' backscatter --zone soft.zone --no-ledger
says 'because     not proved either way: ' backscatter --no-dns

# A DNS server that never answers, and a ledger under somebody's lock: in time, by the rest.
cat > silent.py <<'END'
import socket, sys
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while True:
    server.recvfrom(4096)
END
mkfifo port
python3 silent.py > port &
silent=$!
read -r dns < port
in_time() { # SECONDS COMMAND…
  most=$1
  shift
  before=$(date +%s)
  "$@"
  took=$(($(date +%s) - before))
  [ "$took" -le "$most" ] || fail "$*: took $took seconds"
}
judged() { "$unsent" check --json --domain ourshop.example --now "$now" "$@" > out 2> err || :; }
in_time 30 judged --deadline 4 --dns "127.0.0.1:$dns" genuine
grep -q '"verdict":"genuine"' out || fail "silent DNS: $(cat out err)"
in_time 30 judged --deadline 4 --dns "127.0.0.1:$dns" --no-ledger backscatter
grep -q '"verdict":"unverified"' out || fail "silent DNS, no ledger: $(cat out err)"
grep -q 'could not be asked: \(time-out\|not asked\)' out || fail "the time-out is no fact: $(cat out)"
cp -r data/unsent/ledger.db locked.db
mkfifo hold
sqlite3 locked.db < hold > /dev/null &
holder=$!
exec 3> hold
echo 'PRAGMA busy_timeout = 10000; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE totals SET value = value;' >&3
tries=0
until ! sqlite3 locked.db 'SELECT 1 FROM totals' > /dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 600 ] || fail 'the ledger is not locked'
  sleep 0.1
done
printf '$ORIGIN ourshop.example.\n@ 300 IN TXT "v=spf1 ip4:203.0.113.10 -all"\nmx.remote.example. 300 IN A 192.0.2.25\n' > hard.zone
in_time 30 judged --deadline 4 --ledger locked.db --zone hard.zone backscatter
grep -q '"verdict":"backscatter"' out || fail "locked ledger: $(cat out err)"
grep -q '"check":"ledger","points_to":"neither"[^}]*locked' out || fail "the lock is no fact: $(cat out)"
in_time 30 judged --deadline 4 --ledger locked.db --dns "127.0.0.1:$dns" backscatter
grep -q '"verdict":"unverified"' out || fail "nothing to ask: $(cat out err)"
in_time 30 "$unsent" filter --deadline 4 --ledger locked.db --dns "127.0.0.1:$dns" < backscatter > out
grep -q '^X-Unsent-Evidence: ledger; points-to=neither' out || fail "filter: what is known is lost: $(head -n 9 out)"
exec 3>&-
wait "$holder" || :
holder=
for bad in 0 x 3601 -1 ''; do
  status=0
  "$unsent" check --deadline "$bad" genuine > out 2> err || status=$?
  [ "$status" -eq 64 ] || fail "--deadline '$bad': status $status"
done

# A burst: a fact of its own, and the policy's setting for what cannot be told meanwhile.
mkdir config/unsent 2> /dev/null || mkdir -p config/unsent
deliver() { "$unsent" deliver --no-dns --domain ourshop.example --create --maildir "$scratch/Maildir" < "$1"; }
printf '[policy]\nduring_burst = "drop"\n' > config/unsent/config.toml
status=0
"$unsent" check --no-dns genuine > out 2> err || status=$?
[ "$status" -eq 78 ] || fail "during_burst = drop: status $status"
grep -q 'config.toml:2: ' err || fail "no line: $(cat err)"
printf '[policy]\nduring_burst = "quarantine"\n' > config/unsent/config.toml
deliver unverified
[ "$("$unsent" quarantine list 2> /dev/null | wc -l)" -eq 0 ] || fail 'put away without a burst'
today=$(date -u +%Y-%m-%dT%H:%M:%SZ)
i=0
while [ "$i" -lt 25 ]; do
  printf '%s\tbackscatter\tbounce\ttag\ttag\t<%s@x>\talice@ourshop.example\n' "$today" "$i"
  i=$((i + 1))
done >> data/unsent/handled.tsv
deliver unverified
[ "$(find Maildir/new -type f | wc -l)" -eq 1 ] || fail 'a burst, and nothing was put away'
deliver ordinary
deliver genuine
[ "$(find Maildir/new -type f | wc -l)" -eq 3 ] || fail 'the burst put away more than it may'
"$unsent" filter --no-dns --domain ourshop.example < unverified > out
grep -q '^X-Unsent-Evidence: burst; points-to=backscatter' out || fail 'the burst is no fact'

# A replay to the true recipient: far more bounces than one recipient can make.
i=0
while [ "$i" -lt 20 ]; do
  i=$((i + 1))
  mail_bounce "4R$i" bob@remote.example a1 'the offer' > "replay$i"
  verdict=$("$unsent" filter --no-dns --domain ourshop.example < "replay$i" |
    sed -n 's/^X-Unsent-Verdict: \([a-z]*\).*/\1/p')
  [ "$i" -gt 10 ] || [ "$verdict" = genuine ] || fail "bounce $i of one message: $verdict"
done
[ "$verdict" = unverified ] || fail "twenty bounces of one recipient: $verdict"
says 'far more bounces than it had recipients' replay20 --no-dns
