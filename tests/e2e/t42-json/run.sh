#!/bin/sh
# Setup: a flood with its ledger, a quarantine, a review, and files that cannot be read.
# Test: what each command prints for programs is what its schema says, with no key beside; a file that
# failed is an object with an error; the manual names every field; no command that tells facts lacks
# it.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
source=$(cd "$here/../.." && pwd)
unsent=$(realpath "$1")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
export HOME="$scratch" XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data" XDG_CACHE_HOME="$scratch/cache" TZ=UTC
unset SENDER RECIPIENT ORIGINAL_RECIPIENT ORIG_RECIPIENT RPLINE DTLINE EXT EXTENSION 2> /dev/null || :
fail() { echo "$*"; exit 1; }
. "$here/mails.sh"
mail_setup < /dev/null
valid() { # SCHEMA LINES FILE
  python3 "$here/t42-json/validate.py" "$source/schema" "$1" "$2" < "$3" || fail "$1: $(cat "$3")"
}

for command in $("$unsent" --help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
  case $command in
    filter | deliver | record | sendmail | tag | judge | serve | config) ;;  # no facts on standard output
    *) "$unsent" "$command" --help | grep -q -e '--json' || fail "$command has no --json" ;;
  esac
done

"$unsent" check --json genuine backscatter unverified ordinary odd none /nonexistent/file > out 2> err || :
valid check 7 out
[ "$(grep -c '"error"' out)" -eq 2 ] || fail "two files are missing: $(cat out)"
[ "$(wc -l < err)" -eq 2 ] || fail "they are said on standard error as well: $(cat err)"
"$unsent" check --json --explain < backscatter > out || :
valid check 1 out
grep -q '"questions"' out || fail "no questions"
printf 'mailbox = [' > broken
! "$unsent" --config broken check --json genuine > out 2> err || fail "a broken configuration"
[ ! -s out ] || fail "something was printed: $(cat out)"

cp "$source/samples/flood/inbox.mbox" inbox.mbox
status=0
"$unsent" scan --json --no-dns --sent "$source/samples/flood/sent" inbox.mbox none > out 2> err || status=$?
[ "$status" -eq 66 ] || fail "scan: $status $(cat err)"
valid scan "$(($(grep -c '^From ' inbox.mbox) + 1))" out
tail -n 1 out | grep -q '"error"' || fail "the missing mailbox has no object"
grep -q '"time":"2026-' out || fail "no times"

"$unsent" status --json > out
valid status 1 out
"$unsent" ledger stats --json > out
valid ledger-stats 1 out
grep -q '"messages":1,' out || fail "stats: $(cat out)"
"$unsent" ledger list --json > out 2> err
valid ledger-list 1 out
"$unsent" ledger show a1@ourshop.example bob@remote.example > out
valid ledger-message 1 out
grep -q '"recipients":\["bob@remote.example"\]' out || fail "show: $(cat out)"
"$unsent" ledger export > sealed
valid ledger-message 1 sealed
"$unsent" ledger check --json > out
valid ledger-check 1 out
cp data/unsent/ledger.db damaged.db
cp data/unsent/ledger.db.key damaged.db.key
truncate -s 5000 damaged.db
status=0
"$unsent" ledger check --json --ledger damaged.db > out 2> err || status=$?
[ "$status" -eq 78 ] || fail "a damaged ledger: $status $(cat out err)"
valid ledger-check 1 out
grep -q '"sound":false' out || fail "a damaged ledger: $(cat out)"
"$unsent" ledger expire --json --before 2026-01-01T00:00:00Z > out
valid ledger-expire 1 out
printf '[ledger]\nplain = true\n' > plain.toml
{ echo '{"message_ids": ["p1@ourshop.example"], "from": "alice@ourshop.example", "subject": "Order 4711"}'; echo '{}'; } > lines
status=0
"$unsent" --config plain.toml import --json --ledger plain.db lines > out 2> err || status=$?
[ "$status" -eq 65 ] || fail "import: $status $(cat err)"
valid import 1 out
grep -q '"added":1,"known":0,"refused":1' out || fail "import: $(cat out)"
"$unsent" --config plain.toml import --json --ledger plain.db --complete ourshop.example --since 2026-11-01T00:00:00Z sent > out 2> err ||
  fail "import --complete: $(cat err)"
valid import 1 out
grep -q '"complete":\[{"scope":"ourshop.example","since":"2026-11-01T00:00:00Z"}\]' out || fail "import: $(cat out)"
"$unsent" --config plain.toml ledger export --ledger plain.db > out
valid ledger-message 2 out
"$unsent" --config plain.toml import --json --ledger again.db - < out > out2
grep -q '"added":2' out2 || fail "what was exported is not imported: $(cat out2)"
"$unsent" --config plain.toml ledger export --ledger again.db | cmp - out || fail "the exported lines are others"
"$unsent" --config plain.toml ledger list --json --ledger plain.db > out
valid ledger-list 2 out
"$unsent" ledger merge --json --ledger other.db again.db > out
valid import 1 out
"$unsent" ledger undo-import --json --ledger other.db > out
valid ledger-undo 1 out
! "$unsent" ledger backup copy.db --json > out 2> err || fail "ledger backup --json"
"$unsent" ledger promise list --json > out
valid promise-list 1 out
! "$unsent" ledger promise withdraw x --json > out 2> err || fail "withdraw --json"
"$unsent" rules list --json > out
valid rules-list "$("$unsent" rules list | wc -l)" out
"$unsent" rules test --json > out
valid rules-test "$("$unsent" rules test | wc -l)" out
mkdir zones
printf '$ORIGIN ourshop.example.\n@ 300 IN TXT "v=spf1 ip4:192.0.2.10 -all"\n' > zones/ourshop.zone
"$unsent" spf check --json --zone zones --ip 192.0.2.10 --sender ourshop.example > out
valid spf-check 1 out
"$unsent" spf check --json --zone zones --ip 192.0.2.10 --sender nowhere.example > out || :
valid spf-check 1 out
"$unsent" spf audit --json --zone zones --domain ourshop.example --sent sent genuine > out || :
valid spf-audit 1 out
grep -q '"bounces":1' out || fail "spf audit: $(cat out)"
"$unsent" doctor --json --no-dns > out || :
valid doctor 1 out
mkdir -p Maildir/cur Maildir/new Maildir/tmp
for name in genuine backscatter unverified; do cp "$name" "Maildir/cur/1795428000.$name.host:2,S"; done
"$unsent" scan --no-dns --quarantine --yes Maildir > out 2> err || fail "scan --quarantine: $(cat err)"
"$unsent" quarantine list --json > out
valid quarantine-list 1 out
"$unsent" scan --acts --json > out
valid scan-acts 1 out
"$unsent" scan --undo --yes --json > out
valid scan-undo 1 out
grep -q '"messages":1,"problems":\[\]' out || fail "undo: $(cat out)"
"$unsent" scan --no-dns --quarantine --yes Maildir > out 2> err || fail "scan --quarantine: $(cat err)"
"$unsent" quarantine release --all --json --maildir Maildir > out
valid quarantine-done 1 out
"$unsent" quarantine purge --all --json > out
valid quarantine-done 1 out
! "$unsent" quarantine show --all --json > out 2> err || fail "quarantine show --json"
"$unsent" optin --site --json > out
valid optin 1 out
"$unsent" optin --site --yes --json > out
valid optin 1 out
: > .procmailrc
"$unsent" optin --procmail --json > out 2> err || fail "optin: $(cat err)"
valid optin 1 out
grep -q '"stage":"planned"' out || fail "optin: $(cat out)"
"$unsent" optin --procmail --yes --json > out
valid optin 1 out
grep -q '"stage":"done"' out && grep -q '"backup":"/' out || fail "optin: $(cat out)"
"$unsent" optin --procmail --yes --json > out
valid optin 1 out
"$unsent" status --json > out
valid status 1 out
"$unsent" optout --json > out
valid optout 1 out
grep -q '"was_in":true,"files":\[{"path":"[^"]*/.procmailrc","removed":false}\]' out || fail "optout: $(cat out)"
"$unsent" optout --json > out
valid optout 1 out
"$unsent" review --list --json > out
valid review-list 0 out
printf 'subject-1\tnot%%20mine\t1795428000\tOrder\t.\n' > data/unsent/reviewed.tsv
"$unsent" review --list --json > out
valid review-list "$("$unsent" review --list | wc -l)" out

# Nothing there, damaged, hashed: still what the schema says.
rm data/unsent/ledger.db.key
"$unsent" status --json > out
valid status 1 out
"$unsent" check --json genuine > out 2> err || :
valid check 1 out
rm -rf data config Maildir
"$unsent" status --json > out
valid status 1 out
"$unsent" quarantine list --json > out 2> err || :
valid quarantine-list 0 out

python3 - "$source" <<'END'
import json, pathlib, re, sys
source = pathlib.Path(sys.argv[1])
page = (source / "src/app/unsent-json.5").read_text()
def names(schema):
    for name, value in schema.get("properties", {}).items():
        yield name
        yield from names(value)
        yield from names(value.get("items", {}))
missing = []
for path in sorted((source / "schema").glob("*.schema.json")):
    schema = json.loads(path.read_text())
    if path.name not in page:
        missing.append(path.name)
    missing += [f"{path.name}: {name}" for name in names(schema) if f".It Va {name}\n" not in page]
sys.exit(f"unsent-json(5) does not name {missing}" if missing else 0)
END
mandoc -T lint -W error "$source/src/app/unsent-json.5" || fail "lint"
