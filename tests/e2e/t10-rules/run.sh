#!/bin/sh
# Setup: a config folder with rules.d, and a bounce in words that no built-in rule knows.
# Test: the built-in rules keep their promises; a user's rule extends, replaces and
# switches off; a broken one is one line with file and line, and mail still goes through.
set -eu
unsent=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data"
mkdir -p "$scratch/config/unsent/rules.d"
rules="$scratch/config/unsent/rules.d"
cd "$scratch"
fail() { echo "$*"; exit 1; }
cat > bounce.eml <<'END'
From: The Robot <robot@remote.example>
To: alice@ourshop.example
Subject: Sorry
Date: Mon, 23 Nov 2026 10:05:00 +0000

Robot speaking: your mail to bob@remote.example went nowhere.
=== your mail ===
Message-ID: <a1@ourshop.example>
From: alice@ourshop.example
Date: Mon, 23 Nov 2026 10:00:00 +0000
To: bob@remote.example

Hello
END
cat > robot.toml <<'END'
[[rule]]
name = "robot"
system = "the robot of remote.example"
description = "Went nowhere."
kind = "bounce"
near = ["Robot speaking: "]
gate.From = "robot@"
fields.From = 'robot@remote\.example'
original = '^=== your mail ===$'
recipients = 'your mail to (?<recipient>\S+) (?<diagnostic>went nowhere)'
sample = '''
From: robot@remote.example
Subject: Sorry

Robot speaking: your mail to carol@remote.example went nowhere.
=== your mail ===
Message-ID: <s1@ourshop.example>
From: alice@ourshop.example

Hello
'''
expect.recipients = ["carol@remote.example"]
expect.message_id = "s1@ourshop.example"
END

"$unsent" rules list > list 2> err || fail "rules list: $(cat err)"
[ "$(wc -l < list)" -gt 70 ] && grep -q '^qmail  ' list || fail "the list is short"
"$unsent" rules test > out 2> err || fail "rules test: $(cat out err)"
[ "$(grep -vc /languages/ out)" -eq "$(wc -l < list)" ] || fail "not every rule was tested"
[ "$(grep -c '^ok    rules/languages/.* phrases$' out)" -gt 50 ] || fail "not every language was tested"
"$unsent" rules test robot.toml > out || fail "rules test FILE: $(cat out)"
grep -q '^ok    robot' out || fail "the file's rule was not tested"

judge() { "$unsent" check --no-dns --no-ledger --json bounce.eml 2> err || :; }
judge | grep -q '"kind":"ordinary"' || fail "known without a rule"
cp robot.toml "$rules"
judge > out
[ ! -s err ] || fail "$(cat err)"
grep -q '"kind":"bounce".*"rule":"robot".*"message_id":"a1@ourshop.example"' out || fail "$(cat out)"
grep -q '"address":"bob@remote.example"' out || fail "$(cat out)"
"$unsent" rules list | grep -q "^robot .*\[$rules/robot.toml:1\]" || fail "not listed with its place"
"$unsent" filter --no-dns < bounce.eml | grep -q '^X-Unsent-Verdict: unverified' || fail "filter"

# A rule that breaks its promise: status 1, and what it shows.
sed 's/carol/dave/' robot.toml | sed 's/\["dave/["erin/' > wrong.toml
status=0; "$unsent" rules test wrong.toml > out 2> err || status=$?
[ "$status" -eq 1 ] && grep -q '^FAIL  robot' out && grep -q 'names the recipients dave@' out || fail "wrong: $(cat out err)"

# Broken ones: one line each with file and line; all others work.
printf '[[rule]]\nname = "b1"\n' > "$rules/b1.toml"
printf '[[rule\n' > "$rules/b2.toml"
sed 's/"robot"/"b3"/; s/^recipients.*/recipients = "(?<recipient>"/' robot.toml > "$rules/b3.toml"
status=0; "$unsent" rules list > out 2> err || status=$?
[ "$status" -eq 78 ] || fail "list: status $status"
[ "$(wc -l < err)" -eq 3 ] || fail "not three lines: $(cat err)"
grep -q 'b1.toml:1: rule b1: no system' err && grep -q 'b2.toml:1: ' err && grep -q 'b3.toml:1: rule b3: recipients: ' err || fail "$(cat err)"
judge | grep -q '"rule":"robot"' || fail "a broken file switched another off"
"$unsent" filter --no-dns < bounce.eml 2> err | grep -q '^X-Unsent-Verdict: unverified' || fail "filter with broken files"
rm "$rules"/b?.toml

# Replaced, then switched off.
printf '[[rule]]\nname = "robot"\nenabled = false\n' > "$rules/z.toml"
judge | grep -q '"kind":"ordinary"' || fail "not switched off"

# A language of the user's: its phrases are known, packed once, and again when a file changes.
rm -f "$rules"/*.toml
mkdir "$rules/languages"
kept="$scratch/.local/state/unsent/phrases"
cat > xu.eml <<'END'
Return-Path: <>
From: Gate <gate@remote.example>
To: alice@ourshop.example
Subject: Xu
Date: Mon, 23 Nov 2026 10:05:00 +0000

XU qél tovar: bob@remote.example
  550 5.1.1 mibe
END
xu() { "$unsent" check --no-dns --no-ledger --json xu.eml 2> err || :; }
xu | grep -q '"kind":"ordinary"' || fail "known without its language"
printf 'language = "Xu"\n[failure]\n"xu qel tovar" = "Xu qel tovar."\n[failure-subject]\n"xu" = "Xu: x"\n"undeliver" = false\n' \
  > "$rules/languages/xu.toml" || :
sed -i 's/^"xu" =/"xu:" =/' "$rules/languages/xu.toml"
sed -i 's/^Subject: Xu$/Subject: Xu: Your order/' xu.eml
xu | grep -q '"kind":"bounce"' || fail "its language is not known: $(cat err)"
[ ! -s err ] && [ -s "$kept" ] || fail "not kept: $(cat err)"
touch -d '2026-01-01' "$kept"
xu | grep -q '"kind":"bounce"' || fail "not known from what is kept"
[ "$(date -r "$kept" +%Y%m%d)" = 20260101 ] || fail "packed again though nothing changed"
printf 'broken' > "$kept"
xu | grep -q '"kind":"bounce"' || fail "what is kept is broken, and the language is not known"
rm "$kept"
"$unsent" filter --no-dns < xu.eml | grep -q '^X-Unsent-Verdict: unverified' || fail "filter knows no language"
# Many phrases are not packed while mail waits, but behind it; until then those kept before do.
{
  printf 'language = "Yu"\n[failure]\n'
  seq 100001 112000 | sed 's/.*/"yu& q" = "yu& q"/'
} > "$rules/languages/yu.toml"
"$unsent" filter --verbose --no-dns < xu.eml > out 2> err
grep -q '^X-Unsent-Verdict: unverified' out || fail "not known from what was kept: $(cat err)"
grep -q 'languages: not packed yet; .* what the files said before' err || fail "packed while mail waits: $(cat err)"
for try in $(seq 100); do
  "$unsent" filter --verbose --no-dns < xu.eml > out 2> err
  grep -q 'not packed yet' err || break
  sleep 0.1
done
grep -q '^X-Unsent-Verdict: unverified' out && [ ! -s err ] || fail "never packed: $(cat err)"
sed 's/XU qél tovar/YU111999 q/; s/^Subject:.*/Subject: note/' xu.eml > yu.eml
rm "$kept" && "$unsent" filter --verbose --no-dns < yu.eml > out 2> err
grep -q 'languages: not packed yet; .* the built-in phrases alone' err || fail "packed while mail waits: $(cat err)"
rm "$rules/languages/yu.toml"
"$unsent" rules test "$rules/languages/xu.toml" > out || fail "rules test of a language: $(cat out)"
grep -q "^ok    .*/xu.toml  [0-9]* phrases" out || fail "the language was not tested: $(cat out)"

# A mistake: its line, each time, and the others are in force.
printf '[delay]\n"mibe" = "nothing of it"\n' > "$rules/languages/bad.toml"
printf '[delay\n' > "$rules/languages/worse.toml"
for time in first again; do
  xu > out
  grep -q '"kind":"bounce"' out || fail "a broken file switched another off ($time)"
  grep -q 'languages/bad.toml:2: ' err && grep -q 'languages/worse.toml:1: ' err && [ "$(wc -l < err)" -eq 2 ] ||
    fail "$time: $(cat err)"
done
status=0; "$unsent" rules test > out 2> err || status=$?
[ "$status" -eq 78 ] && grep -q 'languages/bad.toml:2: ' err || fail "test of broken languages: $status $(cat err)"
rm "$rules/languages/"*
xu | grep -q '"kind":"ordinary"' || fail "still known without its language"
