# For the tests of delivery: a ledger that knows one message, and mail about it. Sourced
# with $unsent set, in the scratch folder, HOME there. Makes sent/, the ledger, and the
# files genuine, backscatter, unverified (nothing returned), ordinary, odd (NUL, 8-bit, no
# final newline, a line that begins with From), each as an MTA has stamped it.
# For a minute; false if it did not come to be.
wait_until() { # COMMAND…
  waits=0
  until "$@"; do
    waits=$((waits + 1))
    [ "$waits" -lt 600 ] || return 1
    sleep 0.1
  done
}
mail_bounce() { # ID RECIPIENT ORIGINAL-ID SUBJECT
  cat <<END
Return-Path: <>
Received: from mx.remote.example (mx.remote.example [192.0.2.25])
	by mail.ourshop.example with ESMTP id $1
	for <alice@ourshop.example>; Mon, 23 Nov 2026 10:00:05 +0000
From: MAILER-DAEMON@mx.remote.example (Mail Delivery System)
To: alice@ourshop.example
Subject: Undelivered Mail Returned to Sender
Date: Mon, 23 Nov 2026 10:00:04 +0000
Message-ID: <$1@mx.remote.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain

<$2>: no such user

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.remote.example

Final-Recipient: rfc822; $2
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--b1
Content-Type: message/rfc822

Received: from mail.ourshop.example (mail.ourshop.example [192.0.2.10])
	by mx.remote.example with ESMTP; Mon, 23 Nov 2026 10:00:00 +0000
From: alice@ourshop.example
To: $2
Subject: $4
Date: Mon, 23 Nov 2026 10:00:00 +0000
Message-ID: <$3@ourshop.example>

Hello
--b1--
END
}
mkdir -p sent/cur sent/new sent/tmp
printf 'From: alice@ourshop.example\nTo: bob@remote.example\nSubject: the offer\nDate: Mon, 23 Nov 2026 10:00:00 +0000\nMessage-ID: <a1@ourshop.example>\n\nHello\n' > 'sent/cur/1795000000.M1P1.desk:2,S'
mail_bounce 4G1 bob@remote.example a1 'the offer' > genuine
mail_bounce 4B1 victim@remote.example forged1 'Cheap pills 4711' > backscatter
printf 'Return-Path: <>\nReceived: from mx.remote.example by mail.ourshop.example with ESMTP id 4U1;\n\tMon, 23 Nov 2026 10:00:05 +0000\nFrom: MAILER-DAEMON@mx.remote.example\nTo: alice@ourshop.example\nSubject: failure notice\nMessage-ID: <4U1@mx.remote.example>\n\nI was not able to deliver your message.\n\n<bob@remote.example>:\nno such user\n' > unverified
printf 'Return-Path: <carol@remote.example>\nReceived: from mx.remote.example by mail.ourshop.example with ESMTP id 4O1;\n\tMon, 23 Nov 2026 10:00:05 +0000\nFrom: carol@remote.example\nTo: alice@ourshop.example\nSubject: lunch?\nDate: Mon, 23 Nov 2026 10:00:04 +0000\nMessage-ID: <4O1@remote.example>\n\nAt noon?\n' > ordinary
printf 'Return-Path: <carol@remote.example>\nReceived: from mx.remote.example by mail.ourshop.example with ESMTP id 4O2;\n\tMon, 23 Nov 2026 10:00:05 +0000\nFrom: carol@remote.example\nSubject: odd\n\n\000\377\303 8-bit\nFrom here on\n.\n..\n%s\nno end' "$(head -c 3000 /dev/zero | tr '\0' x)" > odd

# The ledger in the home's usual place; the config with what stands on standard input added.
mail_setup() {
  "$unsent" import --complete ourshop.example --since 2026-11-01T00:00:00Z sent > /dev/null
  mkdir -p "$XDG_CONFIG_HOME/unsent"
  # Nobody answers there: DNS is out of reach, and at once.
  { printf '[identity]\ndomains = ["ourshop.example"]\n[dns]\nserver = "127.0.0.1:9"\n'; cat; } > "$XDG_CONFIG_HOME/unsent/config.toml"
}
# The one message in FOLDER/new and cur.
mail_only() { # FOLDER
  set -- $(find "$1/new" "$1/cur" -type f 2>/dev/null)
  [ $# -eq 1 ] || { echo "$# messages, not one: $*" >&2; return 1; }
  echo "$1"
}
mail_count() { # FOLDER
  find "$1/new" "$1/cur" -type f 2>/dev/null | wc -l
}
# FILE without our header block.
mail_bare() {
  LC_ALL=C awk 'BEGIN { header = 1 }
    header && /^\r?$/ { header = 0 }
    header && /^X-Unsent-(Verdict|Evidence):/ { ours = 1; next }
    header && ours && /^[ \t]/ { next }
    { ours = 0; print }' "$1"
}
