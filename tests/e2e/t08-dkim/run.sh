#!/bin/sh
# Setup: a message that the real opendkim signs, in each form; bounces that return its
# header without the body.
# Test: our signature on the returned header makes it genuine for those to whom it was
# addressed, by a key of the DNS or a retired one; nothing else does.
set -eu
unsent=$(realpath "$1")
for tool in opendkim opendkim-genkey opendkim-testmsg; do
  PATH="$PATH:/usr/sbin" command -v "$tool" >/dev/null || { echo "no $tool"; exit 1; }
done
PATH="$PATH:/usr/sbin"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data"
cd "$scratch"
fail() { echo "$*"; exit 1; }

opendkim-genkey -b 2048 -d ourshop.example -s s1 -h sha256
mkdir none zone retired
cat > none/ourshop.zone <<'END'
$ORIGIN ourshop.example.
@ 300 IN SOA ns hostmaster 1 300 300 300 300
@ IN TXT "v=spf1 ip4:192.0.2.10 ?all"
END
{ cat none/ourshop.zone; cat s1.txt; } > zone/ourshop.zone
cp s1.txt retired/s1._domainkey.ourshop.example.txt
echo "dkim.retired_keys = \"$scratch/retired\"" > retired.toml

cat > plain.eml <<END
From: Alice Example <alice@ourshop.example>
To: Bob <bob@remote.example>,
	"Carol, from accounts" <carol@other.example>
Subject: Your order of  last week,
 and a second line
Date: $(date -R)
Message-ID: <a1@ourshop.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

The body never comes back.
END

sign() { # form, further settings: signed.eml
  printf '%s\n' "Domain ourshop.example" "Selector s1" "KeyFile $scratch/s1.private" "Mode s" \
    "Canonicalization $1" "InternalHosts 0.0.0.0/0" "RequireSafeKeys no" \
    "SignatureAlgorithm rsa-sha256" "$2" > opendkim.conf
  opendkim -x opendkim.conf -t plain.eml -vvv > said 2>&1 || fail "opendkim: $(cat said)"
  { sed -n "/hname='DKIM-Signature'/,/'\$/p" said |
      sed "s/^### INSHEADER: .*hvalue='/DKIM-Signature: /; s/'\$//"; cat plain.eml; } > signed.eml
  grep -q '^DKIM-Signature: v=1' signed.eml || fail "opendkim did not sign: $(cat said)"
}

bounce() { # recipient, message: a report that returns its header only
  cat <<END
Return-Path: <>
Delivered-To: alice@ourshop.example
From: MAILER-DAEMON@mx.remote.example
To: alice@ourshop.example
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.
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

expect() { # verdict, what the signature fact says, then options of check; reads bounce.eml
  verdict=$1 detail=$2
  shift 2
  "$unsent" ${config-} check --json --no-ledger --domain ourshop.example "$@" bounce.eml > out || true
  grep -q "\"verdict\":\"$verdict\"" out || fail "no $verdict: $(cat out)"
  grep -q "\"check\":\"signature\"[^}]*$detail" out || fail "no '$detail': $(cat out)"
}

for form in relaxed/relaxed relaxed/simple simple/simple; do
  for more in "" "OverSignHeaders From,To,Subject,Cc" "SignHeaders From,To,Date"; do
    sign "$form" "$more"
    bounce bob@remote.example signed.eml > bounce.eml
    expect genuine "key s1 of ourshop.example signed the returned header, to bob@remote.example" --zone zone
    "$unsent" check --explain --no-ledger --domain ourshop.example --zone zone bounce.eml |
      grep -q "^  signature   genuine (strong): key s1" || fail "--explain"
    bounce carol@other.example signed.eml | sed 's/$/\r/' > bounce.eml
    expect genuine "to carol@other.example" --zone zone
    bounce eve@stranger.example signed.eml > bounce.eml
    expect unverified "replayed" --zone zone
    sed 's/<bob@remote/<rob@remote/' signed.eml > changed.eml
    bounce rob@remote.example changed.eml > bounce.eml
    expect unverified "header-fail" --zone zone
  done
done

# Refolded and re-cased on the way: relaxed form takes it, simple does not.
for form in relaxed simple; do
  sign "$form/simple" ""
  sed 's/^Subject: Your order of  last/SUBJECT: Your\n\torder of last/' signed.eml > refolded.eml
  bounce bob@remote.example refolded.eml > bounce.eml
  if [ "$form" = relaxed ]; then expect genuine "signed the returned header" --zone zone
  else expect unverified "header-fail" --zone zone; fi
done

# The key: not there, not asked for, retired; and a signature that has had its day.
bounce bob@remote.example signed.eml > bounce.eml
expect unverified "no-key" --zone none
expect unverified "temperror" --no-dns
config="--config retired.toml"
expect genuine "signed the returned header" --zone none
expect genuine "signed the returned header" --no-dns
config=
expect unverified "too long ago" --zone zone --now "$(date -u -d '+90 days' +%Y-%m-%dT%H:%M:%SZ)"
expect unverified "in the future" --zone zone --now "$(date -u -d '-3 days' +%Y-%m-%dT%H:%M:%SZ)"

# The library's own default, SHA-1, is no signature any more.
sed 's/$/\r/' plain.eml | opendkim-testmsg -d ourshop.example -s s1 -k s1.private | tr -d '\r' > sha1.eml
grep -q 'a=rsa-sha1' sha1.eml || fail "opendkim-testmsg: $(cat sha1.eml)"
bounce bob@remote.example sha1.eml > bounce.eml
expect unverified "unsupported, its algorithm is rsa-sha1" --zone zone
