#!/bin/sh
# Setup: keys of ours, a message, and the real Exim as the other maker of BATV addresses.
# Test: what `tag` marks is known again in a bounce, also after a new key; Exim takes our
# addresses and we take Exim's; whatever goes wrong, the message goes through.
set -eu
unsent=$(realpath "$1")
PATH="$PATH:/usr/sbin"
command -v exim4 >/dev/null || { echo "no exim4"; exit 1; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data"
cd "$scratch"
fail() { echo "$*"; exit 1; }
keys="$scratch/data/unsent/tag.keys"

cat > plain.eml <<END
From: Alice <alice@ourshop.example>
To: Bob <bob@remote.example>
Subject: Your order
Date: $(date -R)
Message-ID: <a1@ourshop.example>

Body
END

bounce() { # recipient, message, to whom it comes
  cat <<END
Return-Path: <>
Delivered-To: ${3-alice@ourshop.example}
From: MAILER-DAEMON@mx.remote.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.remote.example

Final-Recipient: rfc822; $1
Action: failed
Status: 5.1.1

--b
Content-Type: text/rfc822-headers

END
  sed '/^$/,$d' "$2"
  printf '\n--b--\n'
}
expect() { # verdict, what a fact says, then options; reads bounce.eml
  verdict=$1 detail=$2
  shift 2
  "$unsent" check --json --no-ledger --no-dns --domain ourshop.example "$@" bounce.eml > out || true
  grep -q "\"verdict\":\"$verdict\"" out || fail "no $verdict: $(cat out)"
  grep -q "\"check\":\"tag\"[^}]*$detail" out || fail "no '$detail': $(cat out)"
}

# Without a key everything goes through, and nothing is tagged.
"$unsent" tag < plain.eml > out 2> err || fail "tag without keys: status $?"
cmp out plain.eml || fail "changed without a key"
grep -q 'unsent tag key' err || fail "no word about the missing key"

[ "$("$unsent" tag key)" = "key 1 in $keys" ] || fail "tag key"
[ "$(stat -c %a "$keys")" = 600 ] || fail "mode of the keys"
"$unsent" tag < plain.eml > tagged.eml
sed '/^X-Unsent-Tag:/,/^	/d' tagged.eml | cmp - plain.eml || fail "tag changed the message"
sed 's/$/\r/' plain.eml | "$unsent" tag > crlf.eml
grep -qv "$(printf '\r')\$" crlf.eml && fail "line ends are mixed"
"$unsent" tag < tagged.eml | cmp - tagged.eml || fail "tagged twice"
{ echo "From alice Mon Nov 23 10:00:00 2026"; cat plain.eml; } | "$unsent" tag > mbox.eml
[ "$(head -c 11 mbox.eml)" = "From alice " ] || fail "From_ line is not first"

for message in tagged.eml crlf.eml; do
  bounce bob@remote.example "$message" > bounce.eml
  expect genuine '"strength":"proof","detail":"X-Unsent-Tag by our key 1'
done
bounce bob@remote.example plain.eml > bounce.eml
"$unsent" check --json --no-ledger --no-dns --domain ourshop.example bounce.eml > out || true
grep -q '"check":"tag"' out && fail "a tag fact without a tag"

# A new key: it signs, and what the old one signed is still known.
[ "$("$unsent" tag key)" = "key 2 in $keys" ] || fail "second key"
bounce bob@remote.example tagged.eml > bounce.eml
expect genuine "our key 1"
"$unsent" tag < plain.eml > tagged2.eml
bounce bob@remote.example tagged2.eml > bounce.eml
expect genuine "our key 2"

# Forged, replayed, of tomorrow.
bounce eve@stranger.example tagged.eml > bounce.eml
expect unverified "replayed"
sed 's/^Message-ID: <a1/Message-ID: <a2/' tagged.eml > changed.eml
bounce bob@remote.example changed.eml > bounce.eml
expect unverified "does not fit"
"$unsent" tag --now "$(date -u -d '+2 days' +%Y-%m-%dT%H:%M:%SZ)" < plain.eml > tomorrow.eml
bounce bob@remote.example tomorrow.eml > bounce.eml
expect unverified "dated in the future"

# BATV: ours and Exim's are the same, and each takes the other's.
echo secret-of-exim | "$unsent" tag key --secret | grep -q '^key 3 ' || fail "tag key --secret"
for address in alice@ourshop.example Alice.B+c=d@ourshop.example; do
  ours=$("$unsent" tag address "$address")
  theirs=$(exim4 -be "\${prvs{$address}{secret-of-exim}{3}}")
  [ "$ours" = "$theirs" ] || fail "ours $ours, Exim's $theirs"
  checked=$(exim4 -be "\${prvscheck{$ours}{secret-of-exim}{\$prvscheck_address by key \$prvscheck_keynum: \$prvscheck_result}}")
  [ "$checked" = "$address by key 3: 1" ] || fail "Exim says: $checked"
  random=$(sed -n 's/^2 [^ ]* //p' "$keys")
  theirs=$(exim4 -be "\${prvs{$address}{$random}{2}}")
  for envelope in "$ours" "$theirs"; do
    bounce bob@remote.example plain.eml "$envelope" > bounce.eml
    expect genuine '"strength":"strong","detail":"prvs='
    bounce bob@remote.example plain.eml > bounce.eml
    expect genuine '"strength":"strong","detail":"prvs=' --recipient "$envelope"
  done
done
bounce bob@remote.example plain.eml "$ours" > bounce.eml
expect unverified "not for these days" --now "$(date -u -d '+9 days' +%Y-%m-%dT%H:%M:%SZ)"
forged=$(exim4 -be '${prvs{alice@ourshop.example}{another-secret}{3}}')
bounce bob@remote.example plain.eml "$forged" > bounce.eml
expect unverified "not made by our key"

# Whatever is wrong inside costs no message, but `check` says so; nor does a failed write pass.
echo nonsense >> "$keys"
"$unsent" tag < plain.eml 2> err | cmp - plain.eml || fail "broken keys"
grep -q "tag.keys:6: not a key" err || fail "broken keys: $(cat err)"
status=0
"$unsent" check --no-dns bounce.eml > out 2> err || status=$?
[ "$status" -eq 78 ] || fail "check with broken keys: status $status"
"$unsent" tag key > out 2> err && fail "a key was put behind a broken one"
status=0
"$unsent" tag < plain.eml > /dev/full 2> err || status=$?
[ "$status" -eq 75 ] || fail "full: status $status"
sed -i '/nonsense/d' "$keys"
: > "$keys.new"
status=0
"$unsent" tag key > out 2> err || status=$?
[ "$status" -eq 75 ] || fail "two at once: status $status"
