#!/bin/sh
# Setup: the same three messages as Sent mailboxes of many forms: From_ lines with dates of other
# tongues, quoted, MMDF, UTF-16, one behind the other, a Content-Length that is too long, files of
# Apple Mail, a folder with an archive; an inbox of one writer, bounces, a Sent mailbox of nothing.
# Test: what is read is read whole, and nothing is promised by what may hold more than was read;
# of what is no mail nothing is made; what came is never taken for what was sent.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
. "$here/expect.sh"
mail() { # NUMBER
  printf 'From: alice@ourshop.example\nTo: bob%s@remote.example\nDate: Mon, 0%s Nov 2026 10:00:00 +0000\n' "$1" "$1"
  printf 'Message-ID: <m%s@ourshop.example>\nSubject: Hi %s\n%s\nHi\n' "$1" "$1" "${2:-}"
}
mbox() { # FROM_LINE
  for i in 2 3 4; do printf '%s\n' "$1"; mail $i; echo; done
}
usual='From alice@ourshop.example Mon Nov  2 09:00:00 2026'
whole() { # all three, and the promise
  expect 0 '3 messages added' import --ledger "$1.db" --complete ourshop.example "$1"
  grep -q '^complete for' out || fail "$1: $(cat out)"
}
doubted() { # NAME PATTERN: no promise, not at once, nor when it was read before
  expect 0 "$2" import --ledger "$1.db" "$1"
  for again in 1 2; do
    expect 65 "not declared complete: .*$2" import --ledger "$1.db" --complete ourshop.example "$1"
    ! grep -q '^complete for' out || fail "$1: $(cat out)"
  done
}

# Dates of other tongues and orders.
mbox 'From alice@ourshop.example Mo 2. Nov 09:00:00 CET 2026' > german; whole german
mbox 'From alice@ourshop.example lun. 2 nov. 2026 09:00:00' > french; whole french
mbox 'From alice@ourshop.example 2026-11-02T09:00:00Z' > iso; whole iso
mbox "$usual" > plain; whole plain
mkdir emlx
for i in 2 3 4; do
  mail $i > one
  { printf '%-10s\n' "$(wc -c < one)"; cat one; printf '<?xml version="1.0"?>\n<plist/>\n'; } > emlx/$i.emlx
done
whole emlx

# What may hold more than was read.
mbox ">$usual" > quoted; doubted quoted 'may hold others'
for i in 2 3 4; do mail $i; echo; done > joined; doubted joined 'may hold others'
{ echo "$usual"; mail 2 "Content-Length: $(($(mbox "$usual" | wc -c) + 4))
"; echo; mbox "$usual"; } > length; doubted length 'may hold others'
{ echo "$usual"; mail 1; printf '\1\1\1\1\n\1\1\1\1\n'; mail 2; } > half; doubted half 'may hold others'
mkdir zip && cp plain zip/2026-11 && printf 'PK\3\4rest' > zip/2026-10.zip && : > zip/2026-11.msf
doubted zip '1 file in it holds no mail.*2026-10.zip'
# Once it is put right, so is the promise.
rm zip/2026-10.zip; expect 0 'complete for' import --ledger zip.db --complete ourshop.example zip

# No mail as it was sent: refused, and nothing of it in the ledger or away.
iconv -f UTF-8 -t UTF-16 plain > wide
for i in 2 3 4; do printf '\1\1\1\1\n'; mail $i; printf '\1\1\1\1\n'; done > mmdf
printf '!BDN\0\0\0\0\1\2\3\4binary' > outlook.pst
for box in wide mmdf outlook.pst; do
  expect 66 "$box: is" import --ledger none.db --complete ourshop.example "$box"
  cp "$box" before
  expect 66 "$box: is" scan --no-dns --no-ledger --delete --yes "$box"
  cmp "$box" before || fail "$box was changed"
done

# What came was not sent.
came() { printf 'From %s Mon Nov  2 09:00:00 2026\nReturn-Path: <%s>\nDelivered-To: alice@ourshop.example\n' "$1" "$1"
  printf 'Received: from a.example by mx.ourshop.example; Mon, 02 Nov 2026 10:00:00 +0000\n'
  printf 'From: bob@remote.example\nTo: alice@ourshop.example\nDate: Mon, 02 Nov 2026 10:00:00 +0000\n'
  printf 'Message-ID: <c%s@remote.example>\nSubject: Hi\n\nHi\n\n' "$2"; }
for i in 1 2 3; do came bob@remote.example $i; done > frombob
came '' 1 | sed 1d > bounce
for box in frombob bounce; do
  expect 65 'mail came to it, and was not sent' import --ledger came.db "$box"
  expect 65 'mail came to it, and was not sent' scan --no-dns --sent "$box" plain
done
expect 0 '3 messages added' import --ledger came.db --domain remote.example frombob
status=0
"$unsent" record --ledger came.db < bounce 2> err || status=$?
[ "$status" -eq 65 ] && grep -q 'is a bounce that came' err || fail "record: $status $(cat err)"
# One among what was sent is left out.
{ mbox "$usual"; came '' 1; } > mixed
expect 0 '1 bounce that came to it is left out' import --ledger mixed.db --complete ourshop.example mixed
grep -q '3 messages added' out || fail "$(cat out)"
# Nothing, or nothing that is mail.
mkdir nothing; echo 'no header' > text
for sent in nothing text; do
  expect 66 "--sent $sent: there is no mail in it that was sent" scan --no-dns --sent "$sent" plain
done
