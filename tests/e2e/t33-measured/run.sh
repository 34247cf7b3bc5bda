#!/bin/sh
# Setup: a ledger that is said to be complete and lacks half of what we sent; a mailbox with
# genuine bounces of twenty organisations, about one half and the other, and a forged one.
# Test: scan finds the promise out before it reports anything: no genuine bounce is backscatter,
# and what SPF forbids still is; doctor tells of it. check writes nothing; the count can be seen and begun anew; one
# organisation alone refutes nothing, however often it comes.
set -eu
unsent=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data" TZ=UTC
unset XDG_STATE_HOME
cd "$scratch"
fail() { echo "$*"; exit 1; }

{
  echo 'ourshop.example. IN TXT "v=spf1 ip4:192.0.2.10 -all"'
  echo 'ourshop.example. IN MX 10 mx.ourshop.example.'
  echo 'mail.ourshop.example. IN A 192.0.2.10'
  for i in $(seq 1 20); do
    echo "o$i.example. IN MX 10 mx.o$i.example."
    echo "mx.o$i.example. IN A 203.0.113.$i"
    echo "$i.113.0.203.in-addr.arpa. IN PTR mx.o$i.example."
  done
} > zone

bounce() { # ORGANISATION NUMBER CLIENT
  cat <<END
From MAILER-DAEMON Mon Nov 23 10:05:00 2026
Return-Path: <>
Delivered-To: alice@ourshop.example
Received: from mx.o$1.example (mx.o$1.example [203.0.113.$1]) by mx.ourshop.example with ESMTP;
 Mon, 23 Nov 2026 10:05:00 +0000
From: MAILER-DAEMON@mx.o$1.example
To: alice@ourshop.example
Subject: Undelivered Mail
Message-ID: <r$2@mx.o$1.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.o$1.example

Final-Recipient: rfc822; bob@o$1.example
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Received: from mail.ourshop.example ([$3]) by mx.o$1.example with ESMTP; Mon, 23 Nov 2026 10:00:01 +0000
Message-ID: <a$2@ourshop.example>
From: alice@ourshop.example
To: bob@o$1.example
Subject: Order $2
Date: Mon, 23 Nov 2026 10:00:00 +0000

--b--

END
}

for i in $(seq 1 20); do bounce "$i" "$i" 192.0.2.10; done > inbox
bounce 5 99 198.51.100.7 >> inbox
for i in $(seq 1 2 20); do
  printf '{"message_ids": ["a%d@ourshop.example"], "from": "alice@ourshop.example", "date": "Mon, 23 Nov 2026 10:00:00 +0000", "subject": "Order %d", "recipients": ["bob@o%d.example"]}\n' "$i" "$i" "$i"
done > half.jsonl
"$unsent" import --complete ourshop.example --since 2026-11-01T00:00:00Z half.jsonl > out 2> err ||
  fail "import: $(cat err)"

judge() { "$unsent" "$@" --zone zone --domain ourshop.example --now 2026-11-24T12:00:00Z; }
count() { grep -c "\"verdict\": *\"$1\"" lines || :; }

bounce 2 2 192.0.2.10 | sed 1d > one.eml
for i in 1 2 3 4; do judge check one.eml > /dev/null || :; done
"$unsent" ledger stats > out
! grep -q 'proved genuine' out || fail "check has written: $(cat out)"

judge scan --json inbox > lines 2> err || fail "scan: $(cat err)"
[ "$(count genuine)" = 20 ] || fail "not all twenty are genuine: $(cat lines)"
[ "$(count backscatter)" = 1 ] || fail "the forged one is not alone: $(cat lines)"
"$unsent" ledger stats > out
grep -q 'so absence does not count' out || fail "the promise is still believed: $(cat out)"
status=0
"$unsent" doctor --no-dns > out 2>&1 || status=$?
[ "$status" -ne 0 ] && grep -q '10 of 20 bounces that are proved yours' out ||
  fail "doctor says nothing of it: $status $(cat out)"

"$unsent" ledger forget-measured > out || fail "forget-measured: $(cat out)"
"$unsent" ledger stats > out
! grep -q 'proved genuine' out || fail "nothing was forgotten: $(cat out)"

for i in $(seq 1 30); do bounce 2 "$((i + 200))" 192.0.2.10; done > flood
judge scan --json flood > lines 2> err || fail "scan: $(cat err)"
"$unsent" ledger stats > out
! grep -q 'so absence does not count' out || fail "one organisation has refuted it: $(cat out)"
