#!/bin/sh
# Setup: a zone whose SPF record forgets the provider's relay, a Sent mailbox, and an inbox
# with a genuine bounce and a copy from a list that went through that relay, a bounce that
# came through our own server, a forged one, and reports that a correspondent wrote himself
# about what he got; the log of our MX.
# Test: check tells each result with its status; audit finds the relay by what is proved
# ours, proposes an include, and is content once the record has it; it proposes no forger,
# and tells why; without a ledger it reads the record; mistakes are one line.
set -eu
unsent=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data"
cd "$scratch"
fail() { echo "$*"; exit 1; }

mkdir zones sent inbox
cat > zones/world.zone << 'END'
$ORIGIN example.
$TTL 300
ourshop IN TXT "v=spf1 ip4:192.0.2.10 -all"
soft.ourshop IN TXT "v=spf1 ~all"
none.ourshop IN A 192.0.2.1
wrong.ourshop IN TXT "v=spf1 ipv4:192.0.2.10 -all"
down.ourshop TEMPFAIL
mail.ourshop IN A 192.0.2.10
_spf.isp IN TXT "v=spf1 ip4:192.0.2.77 ~all"
relay.isp IN A 192.0.2.77
remote IN MX 10 mx.remote.example.
mx.remote IN A 203.0.113.5
evil IN MX 10 mx.evil.example.
mx.evil IN A 203.0.113.45
$ORIGIN 2.0.192.in-addr.arpa.
10 IN PTR mail.ourshop.example.
77 IN PTR relay.isp.example.
$ORIGIN 113.0.203.in-addr.arpa.
5 IN PTR mx.remote.example.
45 IN PTR mx.evil.example.
END

sent() { # NUMBER RECIPIENT
  cat > "sent/$1.eml" << END
From: Alice <alice@ourshop.example>
To: $2
Subject: Order $1
Date: Mon, 23 Nov 2026 10:0$1:00 +0000
Message-ID: <order$1@ourshop.example>

Hello
END
}
sent 1 bob@remote.example
sent 2 talk@list.example
sent 3 carol@remote.example
sent 4 dave@ourshop.example
sent 5 eve@evil.example
sent 6 eve@evil.example

bounce() { # NUMBER RECIPIENT CLIENT-NAME CLIENT-IP [BROUGHT-BY BROUGHT-FROM]
  by=${5:-mx.remote.example} from=${6:-203.0.113.5}
  cat > "inbox/bounce$1.eml" << END
Return-Path: <>
Delivered-To: alice@ourshop.example
Received: from $by ($by [$from])
	by mail.ourshop.example (Postfix) with ESMTPS id 5C1; Mon, 23 Nov 2026 11:00:00 +0000
From: MAILER-DAEMON@${by#mx.}
To: alice@ourshop.example
Subject: Undelivered Mail Returned to Sender
Date: Mon, 23 Nov 2026 11:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; $by

Final-Recipient: rfc822; $2
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

Received: from $3 ($3 [$4])
	by $by (Postfix) with ESMTPS id 9F2; Mon, 23 Nov 2026 10:30:00 +0000
From: Alice <alice@ourshop.example>
To: $2
Subject: Order $1
Date: Mon, 23 Nov 2026 10:0$1:00 +0000
Message-ID: <order$1@ourshop.example>

--b--
END
}
bounce 1 bob@remote.example relay.isp.example 192.0.2.77
bounce 3 carol@remote.example mail.ourshop.example 192.0.2.10
bounce 9 dora@remote.example dyn.zombie.example 198.51.100.9
# Eve reports on what she got, as if it had come from a server of hers; and she has seen
# order 1, too, and says that Bob's server got it from there.
bounce 5 eve@evil.example bulk.evil.example 198.51.100.66 mx.evil.example 203.0.113.45
bounce 6 eve@evil.example bulk.evil.example 198.51.100.66 mx.evil.example 203.0.113.45
cp inbox/bounce1.eml keep
bounce 1 bob@remote.example bulk.evil.example 198.51.100.66 mx.evil.example 203.0.113.45
mv inbox/bounce1.eml inbox/bounce7.eml
mv keep inbox/bounce1.eml
cat > inbox/list.eml << 'END'
Return-Path: <talk-bounces@list.example>
Received: from list.example (list.example [203.0.113.60])
	by mail.ourshop.example (Postfix) with ESMTP id 5C2; Mon, 23 Nov 2026 10:40:00 +0000
Received: from relay.isp.example (relay.isp.example [192.0.2.77])
	by list.example (Postfix) with ESMTP id 5C3; Mon, 23 Nov 2026 10:35:00 +0000
From: Alice <alice@ourshop.example>
To: talk@list.example
Subject: Order 2
Date: Mon, 23 Nov 2026 10:02:00 +0000
Message-ID: <order2@ourshop.example>
List-Id: <talk.list.example>

Hello
END

# Our own MX took a message of ours from the relay, a replay of its id for somebody else
# from a zombie, and a joe-job.
cat > mx.log << 'END'
Nov 23 10:04:01 mx postfix/smtpd[7]: D7388AA8831: client=relay.isp.example[192.0.2.77]
Nov 23 10:04:01 mx postfix/cleanup[8]: D7388AA8831: message-id=<order4@ourshop.example>
Nov 23 10:04:01 mx postfix/qmgr[9]: D7388AA8831: from=<alice@ourshop.example>, size=705, nrcpt=1 (queue active)
Nov 23 10:04:02 mx postfix/local[10]: D7388AA8831: to=<dave@ourshop.example>, relay=local, delay=0.1, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to mailbox)
Nov 23 10:04:02 mx postfix/qmgr[9]: D7388AA8831: removed
Nov 23 10:05:01 mx postfix/smtpd[7]: D7388AA8832: client=dyn.zombie.example[198.51.100.9]
Nov 23 10:05:01 mx postfix/cleanup[8]: D7388AA8832: message-id=<order4@ourshop.example>
Nov 23 10:05:01 mx postfix/qmgr[9]: D7388AA8832: from=<alice@ourshop.example>, size=705, nrcpt=1 (queue active)
Nov 23 10:05:02 mx postfix/local[10]: D7388AA8832: to=<erin@ourshop.example>, relay=local, delay=0.1, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to mailbox)
Nov 23 10:05:02 mx postfix/qmgr[9]: D7388AA8832: removed
Nov 23 10:06:01 mx postfix/smtpd[7]: D7388AA8833: client=dyn.zombie.example[198.51.100.9]
Nov 23 10:06:01 mx postfix/cleanup[8]: D7388AA8833: message-id=<pills@zombie.example>
Nov 23 10:06:01 mx postfix/qmgr[9]: D7388AA8833: from=<alice@ourshop.example>, size=705, nrcpt=1 (queue active)
Nov 23 10:06:02 mx postfix/local[10]: D7388AA8833: to=<dave@ourshop.example>, relay=local, delay=0.1, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to mailbox)
END

count=0
check() { # STATUS RESULT IP SENDER
  count=$((count + 1))
  status=0
  "$unsent" spf check --zone zones --ip "$3" --sender "$4" > out || status=$?
  [ "$status" -eq "$1" ] || fail "spf check $3 $4: status $status, not $1"
  grep -q "^$2: " out || fail "spf check $3 $4: no $2 in $(cat out)"
}
check 0 pass 192.0.2.10 alice@ourshop.example
check 0 pass ::ffff:192.0.2.10 ourshop.example
check 1 fail 192.0.2.77 alice@ourshop.example
check 1 softfail 192.0.2.10 x@soft.ourshop.example
check 2 none 192.0.2.10 x@none.ourshop.example
check 2 none 192.0.2.10 x@nowhere.example
check 2 permerror 192.0.2.10 x@wrong.ourshop.example
check 75 temperror 192.0.2.10 x@down.ourshop.example
[ "$count" -eq 8 ] || fail "only $count checks ran"
"$unsent" spf check --json --zone zones --ip 192.0.2.10 --sender ourshop.example > out
python3 -c '
import json, sys
one = json.load(open("out"))
assert one["result"] == "pass" and one["path"] == [{"domain": "ourshop.example", "term": "ip4:192.0.2.10"}], one
assert one["lookups"] == 0 and one["over_wide"] is False, one'

# A pinned record stands, whatever the zone says, and needs no DNS at all.
printf '[spf.records]\n"ourshop.example" = "v=spf1 ip4:192.0.2.77 -all"\n' > pinned.toml
"$unsent" --config pinned.toml spf check --zone zones --ip 192.0.2.77 --sender ourshop.example > out
"$unsent" --config pinned.toml spf check --no-dns --ip 192.0.2.77 --sender ourshop.example > out

status=0
"$unsent" spf audit --sent sent --domain ourshop.example --zone zones inbox mx.log > out || status=$?
[ "$status" -eq 1 ] || fail "audit: status $status: $(cat out)"
grep -q '^ *3  192.0.2.77 relay.isp.example ' out || fail "the relay was not seen thrice: $(cat out)"
grep -q '^ *1  192.0.2.10 mail.ourshop.example ' out || fail "our server was not seen: $(cat out)"
grep -q '198.51.100.9' out && fail "a forger stands among our servers: $(cat out)"
grep -q '^  v=spf1 ip4:192.0.2.10 include:_spf.isp.example -all$' out || fail "proposal: $(cat out)"
grep -A1 '198.51.100.66' out | grep -q "not proposed: only evil.example says so" ||
  fail "nothing on the server that Eve names: $(cat out)"
sed -i 's/ip4:192.0.2.10 -all"/ip4:192.0.2.10 include:_spf.isp.example -all"/' zones/world.zone
"$unsent" spf audit --sent sent --domain ourshop.example --zone zones inbox mx.log > out ||
  fail "audit is not content with its own proposal: $(cat out)"
"$unsent" spf audit --json --sent sent --domain ourshop.example --zone zones inbox mx.log > out
python3 -c '
import json
one = json.load(open("out"))
assert one["proposal"] is None and one["additions"] == [], one
eve = [s for s in one["servers"] if s["ip"] == "198.51.100.66"][0]
assert eve["add"] is None and eve["doubt"].startswith("only evil.example"), eve
assert [s["doubt"] for s in one["servers"] if s["ip"] == "192.0.2.77"] == [None], one
relay = [s for s in one["servers"] if s["ip"] == "192.0.2.77"][0]
assert relay["messages"] == {"bounces": 1, "copies": 1, "log": 1}, relay'

expect() { # STATUS WORDS COMMAND…
  want=$1 words=$2
  shift 2
  status=0
  "$unsent" "$@" > out 2> err || status=$?
  [ "$status" -eq "$want" ] || fail "unsent $*: status $status, not $want: $(cat err)"
  [ "$(wc -l < err)" -eq 1 ] || fail "unsent $*: not one line: $(cat err)"
  grep -q -e "$words" err || fail "unsent $*: no '$words' in: $(cat err)"
  [ ! -s out ] || fail "unsent $*: wrote $(cat out)"
}
printf '[spf.records]\n"ourshop.example" = "v=spf1 ipv4:192.0.2.77"\n' > wrong.toml
printf '[spf]\nrecords = "v=spf1 -all"\n' > list.toml
printf '[dns]\nserver = "ns.example"\n' > server.toml
expect 64 'say check, or audit' spf
expect 64 'say check, or audit' spf check more --ip 192.0.2.1 --sender a.example
expect 64 'are needed' spf check --ip 192.0.2.1
expect 64 'ip: 192.0.2 is not an address' spf check --ip 192.0.2 --sender a.example
expect 64 'exclude each other' spf check --ip 192.0.2.1 --sender a.example --no-dns --zone zones
# Without a ledger the record alone: what is right in it, and what is wrong.
"$unsent" spf audit --no-ledger --domain ourshop.example --zone zones inbox > out 2> err ||
  fail "audit without a ledger: $(cat out err)"
grep -q '^  v=spf1 ip4:192.0.2.10 include' out || fail "no record without a ledger: $(cat out)"
[ "$(wc -l < err)" -eq 1 ] && grep -q 'without a ledger no mail is known' err || fail "$(cat err)"
status=0
"$unsent" spf audit --no-ledger --domain none.ourshop.example --zone zones > out || status=$?
[ "$status" -eq 1 ] || fail "a domain without a record: status $status: $(cat out)"
expect 66 'no domain of yours' spf audit --no-ledger --zone zones
expect 66 'nowhere' spf audit --sent sent --domain ourshop.example --zone zones nowhere
expect 78 'wrong.toml:2: the record is wrong' --config wrong.toml spf check --ip 192.0.2.1 --sender a.example
expect 78 'list.toml:2: not a table' --config list.toml check
expect 78 'server.toml:2: not an address' --config server.toml check
