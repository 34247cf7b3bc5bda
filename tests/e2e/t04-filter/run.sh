#!/bin/sh
# Setup: messages of every awkward shape.
# Test: filter changes nothing but its own header block, whatever goes wrong inside; only
# a failed read or write has a status other than 0.
set -eu
unsent=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data"
cd "$scratch"
bounce='Return-Path: <>\nFrom: MAILER-DAEMON@mx.remote.example\nTo: alice@ourshop.example\nSubject: your message\n\nI was not able to deliver your message.\n\n<bob@remote.example>:\nno such user\n\n--- Below this line\n\nMessage-ID: <a@ourshop.example>\nFrom: alice@ourshop.example\nTo: bob@remote.example\n\nHi\n'
printf 'Subject: lf\n\nbody\n' > lf
printf 'Subject: crlf\r\n\r\nbody\r\n' > crlf
printf 'Subject: cr\r\rbody\r' > cr
printf 'Subject: nul\n\n\000\000\377\376 8-bit \303\n' > nul
printf 'Subject: no end' > noend
printf 'From alice Mon Nov 23 10:00:00 2026\n' > fromline
printf 'From alice Mon Nov 23 10:00:00 2026\nSubject: mbox\n\nFrom here\n' > mbox
printf '\n\nbody only\n' > bodyonly
: > empty
printf "$bounce" > bounce
printf "$bounce" | sed 's/$/\r/' > bouncecrlf
{ printf 'Subject: big\n\n'; head -c 20000000 /dev/urandom; } > big

without_block() { # takes our fields, and what is folded below them, out of the header
  awk 'BEGIN { RS = ORS = "\n"; header = 1 }
       header && /^\r?$/ { header = 0 }
       header && /^X-Unsent-(Verdict|Evidence):/ { ours = 1; next }
       header && ours && /^[ \t]/ { next }
       { ours = 0; print }' "$1"
}
fail() { echo "$*"; exit 1; }
for message in lf crlf nul fromline mbox bodyonly bounce bouncecrlf; do
  "$unsent" filter --no-dns < "$message" > out || fail "$message: status $?"
  without_block out | cmp - "$message" || fail "$message was changed"
  grep -q -a '^X-Unsent-Verdict: ' out || fail "$message: no verdict"
  "$unsent" filter --no-dns < out > twice
  cmp out twice || fail "$message: a second run changes it"
done
for message in cr noend empty big; do
  "$unsent" filter --no-dns < "$message" > out || fail "$message: status $?"
  size=$(wc -c < "$message")
  tail -c "$size" out | cmp - "$message" || fail "$message was changed"
done
grep -q '^X-Unsent-Verdict: unverified; kind=bounce; ' out || "$unsent" filter --no-dns < bounce | grep -q '^X-Unsent-Verdict: unverified; kind=bounce; '
[ "$("$unsent" filter < mbox | head -n 1)" = 'From alice Mon Nov 23 10:00:00 2026' ] || fail "From_ line is not first"
"$unsent" filter --no-dns < bouncecrlf | tail -n +2 | head -n 1 | grep -q "$(printf '\r')" || fail "line ends are mixed"

# Whatever fails inside: the message as it came, less forged fields, and status 0.
printf 'broken' > broken.db
printf 'nonsense = ' > broken.toml
{ printf 'X-Unsent-Verdict: genuine;\n\tforged\nx-unsent-evidence: forged\n'; cat bounce; } > forged
"$unsent" --config broken.toml filter < forged > out 2> err && cmp out bounce || fail "broken config"
"$unsent" --config nowhere filter < forged > out 2> err && cmp out bounce || fail "no config"
for ledger in broken.db nowhere.db .; do
  "$unsent" filter --no-dns --ledger $ledger < forged > out 2> err && without_block out | cmp - bounce || fail "$ledger: changed"
  grep -q '^X-Unsent-Verdict: unverified; kind=bounce' out || fail "$ledger: not judged by the rest: $(cat out)"
done
"$unsent" filter --frobnicate < forged > out 2> err && cmp out bounce || fail "unknown option"
"$unsent" filter --zone nowhere < forged > out 2> err && cmp out bounce || fail "no zone file"
env -i "$unsent" filter --no-dns < lf > out && without_block out | cmp - lf || fail "no environment"

# The envelope: what the mail system says makes a bounce of what does not look like one.
printf 'From: robot@mx.remote.example\nTo: alice@ourshop.example\nSubject: your message\n\nI was not able to deliver your message.\n\n<bob@remote.example>:\nno such user\n\n--- Below this line\n\nMessage-ID: <a@ourshop.example>\nFrom: alice@ourshop.example\nTo: bob@remote.example\n\nHi\n' > plain
verdict() { sed -n '1s/^X-Unsent-Verdict: \([a-z]*\).*/\1/p'; }
said() { # VERDICT COMMAND…
  want=$1
  shift
  got=$("$@" < plain | verdict)
  [ "$got" = "$want" ] || fail "$*: $got, not $want"
}
said ordinary env -u SENDER "$unsent" filter --no-dns
said ordinary env SENDER=robot@mx.remote.example "$unsent" filter --no-dns
said unverified env SENDER= "$unsent" filter --no-dns
said unverified env SENDER='<>' "$unsent" filter --no-dns
said unverified env SENDER=MAILER-DAEMON "$unsent" filter --no-dns
said unverified env SENDER='#@[]' "$unsent" filter --no-dns
said unverified env -u SENDER RPLINE='Return-Path: <>' "$unsent" filter --no-dns
said unverified env -u SENDER "$unsent" filter --no-dns --null-if-unset
said unverified "$unsent" filter --no-dns --sender '<>'
said unverified "$unsent" filter --no-dns --sender ''
said ordinary env SENDER= "$unsent" filter --no-dns --sender robot@mx.remote.example
said unverified sh -c "{ echo 'From MAILER-DAEMON Mon Nov 23 10:00:00 2026'; cat; } | '$unsent' filter --no-dns | tail -n +2"
status=0
SENDER='' "$unsent" check --no-dns < plain > out || status=$?
[ "$status" -eq 2 ] || fail "check does not look at the environment"
status=0
SENDER='' "$unsent" check --no-dns plain > out || status=$?
[ "$status" -eq 1 ] || fail "check judges a stored mail by the environment"

# A witness that never answers: the message at the deadline, and the verdict that says so.
mkfifo silent
exec 7<> silent
"$unsent" filter --deadline 1 --zone /dev/fd/7 < bounce > out 2> err || fail "silent: status $?"
without_block out | cmp - bounce || fail "silent: the message was changed"
grep -q '^X-Unsent-Verdict: unverified; reason="not judged within 1000 ms"' out || fail "silent: $(head -n 1 out)"

# Nothing is said unless asked for: agents take words for a failure, or for mail.
"$unsent" filter --ledger broken.db < bounce > out 2> err
[ ! -s err ] || fail "words: $(cat err)"
"$unsent" filter -v --ledger broken.db < bounce > out 2> err
grep -q broken.db err || fail "no words with -v"

# More than memory may hold, and no place for the rest: it goes through all the same.
TMPDIR=$scratch/nowhere "$unsent" filter --no-dns < big > out || fail "no place: status $?"
tail -c "$(wc -c < big)" out | cmp - big || fail "no place: changed"

# A write that fails, and a reader that goes away, are 75.
status=0
"$unsent" filter < lf > /dev/full 2> err || status=$?
[ "$status" -eq 75 ] || fail "full: status $status"
status=0
"$unsent" filter < lf >&- 2> err || status=$?
[ "$status" -eq 75 ] || fail "closed: status $status"
