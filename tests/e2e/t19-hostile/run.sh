#!/bin/sh
# Setup: a ledger that is complete, tag keys, and a zone in which a spammer answers for his
# own names: his PTR is ours, his HELO leads to him, he is his own recipients' MX, his SPF
# record runs in circles.
# Test: whatever a bounce brings along, the verdict stands, and comes in time.
set -eu
unsent=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data" TZ=UTC
cd "$scratch"
fail() { echo "$*"; exit 1; }
now=2026-11-24T12:00:00Z
mkdir -p sent/cur sent/new sent/tmp
printf 'From: alice@ourshop.example\nTo: bob@remote.example\nSubject: the offer\nDate: Mon, 23 Nov 2026 10:00:00 +0000\nMessage-ID: <a1@ourshop.example>\n\nHello\n' > 'sent/cur/1795000000.M1P1.desk:2,S'
"$unsent" import --complete ourshop.example --since 2026-11-01T00:00:00Z sent > /dev/null
"$unsent" tag key > /dev/null
{
  printf '$ORIGIN example.\n'
  printf 'ourshop 300 IN TXT "v=spf1 ip4:192.0.2.10 -all"\nmail.ourshop 300 IN A 192.0.2.10\n'
  printf 'mx.remote 300 IN A 203.0.113.25\nremote 300 IN MX 10 mx.remote\n'
  printf 'spam 300 IN MX 10 mx.spam\nmx.spam 300 IN A 198.51.100.66\n'
  printf 'spam 300 IN TXT "v=spf1 include:a.spam.example include:b.spam.example +all"\n'
  printf 'a.spam 300 IN TXT "v=spf1 include:b.spam.example a:x%%{i}.spam.example ptr ?all"\n'
  printf 'b.spam 300 IN TXT "v=spf1 include:a.spam.example exists:%%{l}.%%{d} +all"\n'
  printf '25.113.0.203.in-addr.arpa. 300 IN PTR mx.remote.example.\n'
  i=0
  while [ "$i" -lt 200 ]; do
    printf '66.100.51.198.in-addr.arpa. 300 IN PTR mail%s.spam.example.\n' "$i"
    i=$((i + 1))
  done
  printf '66.100.51.198.in-addr.arpa. 300 IN PTR mail.ourshop.example.\n'
} > zone

date_line='Date: Mon, 23 Nov 2026 10:00:00 +0000'
stamp='; Mon, 23 Nov 2026 10:00:00 +0000'
zombie="Received: from mail.ourshop.example (unknown [198.51.100.66]) by mx.remote.example with ESMTP$stamp"
bounce() { # REPORTER CLIENT RECIPIENT < the returned header, behind FILE more of the own
  cat <<END
Received: from $1 ($1 [$2]) by mx.ourshop.example (Postfix) with ESMTP id 4B1 for <alice@ourshop.example>$stamp
Return-Path: <>
From: MAILER-DAEMON@$1
To: alice@ourshop.example
Subject: Undelivered Mail Returned to Sender
$date_line
Message-ID: <b1@$1>
END
  cat own 2> /dev/null || :
  cat <<END
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

<$3>: no such user

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; $1

Final-Recipient: rfc822; $3
Action: failed
Status: 5.1.1

--b1
Content-Type: message/rfc822

END
  cat
  printf '\n--b1--\n'
}
remote() { bounce mx.remote.example 203.0.113.25 victim@remote.example; }
forged() { printf 'From: alice@ourshop.example\nTo: victim@remote.example\nSubject: pills\n%s\nMessage-ID: <%s>\n' "$date_line" "${1:-f1@ourshop.example}"; }
is() { # NAME VERDICTS FILE OPTION…
  name=$1 wanted=$2 file=$3
  shift 3
  case " $* " in *' --no-dns '*) ;; *) set -- "$@" --zone zone ;; esac
  before=$(date +%s)
  "$unsent" check --json --domain ourshop.example --now "$now" "$@" "$file" > out 2> err || :
  took=$(($(date +%s) - before))
  got=$(sed -n 's/.*"verdict":"\([a-z]*\)".*/\1/p' out)
  case " $wanted " in *" $got "*) ;; *) fail "$name: ${got:-nothing}, not $wanted: $(head -c 3000 out) $(cat err)" ;; esac
  [ "$took" -le 20 ] || fail "$name: took $took seconds"
}
both() { # NAME FILE: backscatter by the complete ledger, and genuine by nothing else
  is "$1" backscatter "$2"
  is "$1, no ledger" 'backscatter unverified' "$2" --no-ledger
  is "$1, no DNS" backscatter "$2" --no-dns
}

# Lines that name our servers, below the zombie's.
{
  echo "$zombie"
  echo "Received: from mail.ourshop.example (mail.ourshop.example [192.0.2.10]) by mail.ourshop.example with ESMTPSA$stamp"
  echo "Received: from pc (pc.ourshop.example [192.0.2.10]) (Authenticated sender: alice) by mail.ourshop.example (Postfix) with ESMTPSA$stamp"
  echo "Received: by mail.ourshop.example (Postfix, from userid 1000)$stamp"
  forged
} | remote > lines
both 'lines that name our servers' lines

# Headers that only we write: on the bounce, and on what it returns.
printf 'X-Unsent-Verdict: genuine; reason="trust me"\nX-Unsent-Evidence: tag; points-to=genuine; strength=proof; detail=""\nX-Unsent-Tag: 1 1 20780 00000000000000000000000000000000\n' > own
{ echo "$zombie"; cat own; forged; } | remote > ours
both 'our own headers' ours
"$unsent" filter --domain ourshop.example --zone zone --now "$now" < ours > out
[ "$(grep -c '^X-Unsent-Verdict:' out)" -eq 2 ] && grep -q '^X-Unsent-Verdict: backscatter' out ||
  fail "the forged verdict stays beside ours: $(grep X-Unsent out)"
rm own

# A tag of ours, by the right key, from tomorrow's tomorrow; one of ours on another message.
{ forged; echo; } > plain
{ echo "$zombie"; "$unsent" tag --now 2026-11-26T12:00:00Z < plain; } | remote > tomorrow
grep -q X-Unsent-Tag tomorrow || fail 'no tag'
both 'a tag from tomorrow' tomorrow
sed 's/f1@/f2@/' tomorrow > moved
both 'a tag of another message' moved

# Two hundred signatures, none of which we made.
{
  echo "$zombie"
  i=0
  while [ "$i" -lt 200 ]; do
    echo "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d=ourshop.example; s=s$i; h=from:to:subject:date; bh=AAAA; b=AAAA"
    i=$((i + 1))
  done
  forged
} | remote > signatures
both 'two hundred signatures' signatures

# Our bounce to a forged sender, bounced: the id within is not that of what came back.
{
  echo "$zombie"
  printf 'From: MAILER-DAEMON@mail.ourshop.example\nTo: victim@remote.example\nSubject: Undelivered Mail Returned to Sender\n%s\nMessage-ID: <n1@mail.ourshop.example>\nContent-Type: message/rfc822\n\nFrom: alice@ourshop.example\nTo: bob@remote.example\nSubject: the offer\n%s\nMessage-ID: <a1@ourshop.example>\n' "$date_line" "$date_line"
} | remote > twice
is 'a bounce of a bounce of ours' 'backscatter unverified' twice
is 'a bounce of a bounce of ours, no DNS' 'backscatter unverified' twice --no-dns

# Ids of 100 kB, as the original's, and in what the bounce refers to.
long=$(head -c 100000 /dev/zero | tr '\0' x)
{ echo "$zombie"; forged "$long@ourshop.example"; } | remote > long
is 'an id of 100 kB' 'backscatter unverified' long
printf 'References: <%s@ourshop.example>\nIn-Reply-To: <%s>\n' "$long" "$long" > own
{ echo "$zombie"; forged; } | remote > refers
both 'references of 100 kB' refers
rm own

# The spammer's own DNS: a PTR with our name, a HELO that leads to him, a chain that ends
# with our server, and a recipient whose MX he is.
{
  echo "Received: from mx.spam.example (mail.ourshop.example [198.51.100.66]) by mx.remote.example with ESMTP$stamp"
  echo "Received: from mail.ourshop.example (mail.ourshop.example [192.0.2.10]) by mx.spam.example with ESMTP$stamp"
  printf 'From: alice@ourshop.example\nTo: x@spam.example\nSubject: pills\n%s\nMessage-ID: <f1@ourshop.example>\n' "$date_line"
} > chain
remote < chain > spammer
both 'a spammer who answers his own DNS' spammer
# He sends the bounce himself: all is his, but for what the ledger knows.
bounce mx.spam.example 198.51.100.66 x@spam.example < chain > himself
is 'a bounce by the spammer himself' 'backscatter unverified' himself

# And none of this keeps a true one from being known.
{
  echo "Received: from mail.ourshop.example (mail.ourshop.example [192.0.2.10]) by mx.remote.example with ESMTP$stamp"
  printf 'From: alice@ourshop.example\nTo: bob@remote.example\nSubject: the offer\n%s\nMessage-ID: <a1@ourshop.example>\n' "$date_line"
} | bounce mx.remote.example 203.0.113.25 bob@remote.example > true
is 'a true one' genuine true
is 'a true one, no ledger' genuine true --no-ledger
is 'a true one, no DNS' genuine true --no-dns

# A bot at the reporter's own provider, whose name is of that house, writes a line below.
bot="Received: from x7 (p203-0-113-210.dyn.remote.example [203.0.113.210]) by mx.remote.example with ESMTP$stamp"
our_line="Received: from mail.ourshop.example (mail.ourshop.example [192.0.2.10]) by mx.remote.example with ESMTP$stamp"
{ echo "$bot"; echo "$our_line"; forged; } | remote > bot
both 'a bot at the provider that reports' bot
# One whom the line does not show, at a server that sees all clients as its gateway, or speaks another
# protocol.
for client in 'wq by mx.remote.example (8.6.9) id AA1' 'wq (gateway [172.18.0.1]) by mx.remote.example with ESMTP' \
  'zombie.example by mx.remote.example with Trustwave SEG'; do
  { echo "Received: from $client$stamp"; echo "$our_line"; forged; } | remote > unseen
  both "from $client" unseen
done
# Our own server sees every client as its gateway: who brought the report may be anybody.
{ echo "$our_line"; forged; } | remote | sed '1s/(mx.remote.example \[203.0.113.25\])/(unknown [172.18.0.1])/' > gateway
both 'a report by way of a gateway' gateway
# A greeting that is our address, as the report itself tells it.
forged | remote | sed 's/^Final-Recipient:/Received-From-MTA: dns; [192.0.2.10]\n\n&/' > literal
both 'an address as a greeting' literal

# What lists, relays and our own servers make of mail of ours is no forgery, though the ledger, which
# is complete, does not know it so.
true_line="Received: from mail.ourshop.example (mail.ourshop.example [192.0.2.10]) by mx.remote.example with ESMTP$stamp"
{
  echo "$true_line"
  printf 'From: dave@elsewhere.example\nTo: bob@remote.example\nSubject: to the list\n%s\nMessage-ID: <l1@elsewhere.example>\n' "$date_line"
} | remote > list
is 'what a list of ours sent on' 'genuine unverified' list
{
  echo "$true_line"
  printf 'From: alice@ourshop.example\nTo: bob@remote.example\nSubject: Re: lunch?\nAuto-Submitted: auto-replied\n%s\nMessage-ID: <v1@mail.ourshop.example>\n' "$date_line"
} | remote | sed 's/victim@/eve@/' > automatic
is 'what our vacation program sent' 'genuine unverified' automatic
{ echo "$zombie"; printf 'Auto-Submitted: auto-generated\n'; forged; } | remote | sed 's/victim@/eve@/' > bot
program='a forger who says that a program wrote it'
is "$program" backscatter bot
is "$program, no ledger" 'backscatter unverified' bot --no-ledger
# A server that may send for us can then not be told from one that may not.
is "$program, no DNS" 'backscatter unverified' bot --no-dns
{
  printf 'Return-Path: <b7@relay.example>\nReceived: from o1.relay.example (o1.relay.example [198.51.100.77]) by mx.remote.example with ESMTP%s\n' "$stamp"
  printf 'From: alice@ourshop.example\nTo: bob@remote.example\nSubject: the offer\nDate: Mon, 23 Nov 2026 13:05:00 +0000\nMessage-ID: <0102@relay.example>\n'
} | bounce mx.remote.example 203.0.113.25 bob@remote.example > renamed
is 'renamed and dated by a relay' unverified renamed
{
  cat <<END
Received: from mx.remote.example (mx.remote.example [203.0.113.25]) by mx.ourshop.example (Postfix) with ESMTP id 4B1 for <alice@ourshop.example>$stamp
Return-Path: <>
From: bob@remote.example
To: alice@ourshop.example
Subject: Read: the offer
$date_line
Message-ID: <r1@remote.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="b1"

--b1
Content-Type: text/plain

Your message was read.

--b1
Content-Type: message/disposition-notification

Final-Recipient: rfc822; bob@remote.example
Original-Message-ID: <0102@relay.example>
Disposition: manual-action/MDN-sent-manually; displayed

--b1
Content-Type: text/rfc822-headers

From: alice@ourshop.example
To: bob@remote.example
Subject: the offer
$date_line
Message-ID: <0102@relay.example>

--b1--
END
} > receipt
is 'a receipt for what a relay has renamed' genuine receipt
# A firm fetches its mail by POP and forwards it under the reverse path that it had: the chain that
# begins at our server agrees.
{
  echo "Received: from server.firm.local (static-203-0-113-130.dsl.example [203.0.113.130]) by mx.remote.example with ESMTP$stamp"
  echo "Received: from mx.hoster.example (203.0.113.100) by server.firm.local (192.168.0.2) with POP3$stamp"
  echo "Received: from mail.ourshop.example (mail.ourshop.example [192.0.2.10]) by mx.hoster.example with ESMTP$stamp"
  printf 'From: alice@ourshop.example\nTo: chair@firm.example\nSubject: the offer\n%s\nMessage-ID: <a1@ourshop.example>\n' "$date_line"
} | bounce mx.remote.example 203.0.113.25 new@remote.example > fetched
is 'fetched and forwarded' 'genuine unverified' fetched
is 'fetched and forwarded, no ledger' 'genuine unverified' fetched --no-ledger
