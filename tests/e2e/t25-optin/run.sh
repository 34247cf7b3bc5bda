#!/bin/sh
# Setup: as root, a user without any set-up, then with the file of each delivery agent.
# Test: optin finds the agent, tries its lines with the real one, shows and writes them and
# keeps a copy; mail then goes as it should; optout leaves the very bytes of before; both may
# be run twice; what cannot be read for sure is refused and stays as it is.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
[ "$(id -u)" -eq 0 ] || { echo "this test makes users: run it as root"; exit 1; }
. "$here/t21-site/users.sh"
program=$(realpath "$1")
in_private_etc "$0" "$program"
unset SENDER RECIPIENT ORIGINAL_RECIPIENT ORIG_RECIPIENT RPLINE DTLINE EXT EXTENSION XDG_CONFIG_HOME XDG_DATA_HOME TMPDIR 2> /dev/null || :
lay_over /var/mail
cd "$scratch"
chmod 755 "$scratch"
mkdir -p bin home/alice
cp "$program" bin/unsent
chmod 755 bin bin/unsent
unsent=$scratch/bin/unsent home=$scratch/home/alice
export HOME="$home" XDG_CONFIG_HOME="$home/.config" XDG_DATA_HOME="$home/.local/share"
. "$here/mails.sh"
useradd --no-create-home --home-dir "$home" --shell /bin/sh --user-group alice
mkdir -p "$home/Maildir/new" "$home/Maildir/cur" "$home/Maildir/tmp"
printf '[policy]\nbackscatter = "quarantine"\n' | mail_setup
chown -R alice:alice "$home"
policy() { sed -i "s/^backscatter = .*/backscatter = \"$1\"/" "$home/.config/unsent/config.toml"; }
unset XDG_CONFIG_HOME XDG_DATA_HOME
fail() { echo "$*"; exit 1; }
as_alice() { setpriv --reuid alice --regid alice --init-groups env HOME="$home" USER=alice LOGNAME=alice "$@"; }
away=$home/Maildir/.Backscatter
empty() { rm -rf "$home"/Maildir/new/* "$home"/Maildir/cur/* "$away"/new/*; }
optin() { # STATUS OPTION…
  want=$1
  shift
  status=0
  as_alice "$unsent" optin "$@" > out 2> err || status=$?
  [ "$status" -eq "$want" ] || fail "optin $*: status $status, not $want: $(cat out err)"
}
optout() { as_alice "$unsent" optout > out 2> err || fail "optout: $? $(cat out err)"; }
give() { # FILE CONTENTS
  printf "$2" > "$home/$1"
  chown alice:alice "$home/$1"
  chmod 644 "$home/$1"
}
# The doctor's word on the lines as they stand; its scratch home leaves the real one as it is.
doctor() { # PROGRAM
  find "$home" -type f | sort | grep -v '/\.local/' | xargs sha256sum > before-doctor
  status=0
  as_alice "$1" doctor --no-dns > out 2> err || status=$?
  find "$home" -type f | sort | grep -v '/\.local/' | xargs sha256sum | cmp - before-doctor || fail "the doctor changed the home"
  return "$status"
}
leftovers() { find "$home" /tmp -maxdepth 1 -name '*unsent-optin*' -o -maxdepth 1 -name '*.unsent-*' -user alice; }

# No file tells how mail is delivered: then the host's mail system does, and nothing is changed.
optin 0
grep -q 'delivers .*: taken for --\(exim\|forward\)$' err || fail "$(cat err)"
grep -q 'nothing is changed yet' out && [ ! -e "$home/.forward" ] || fail "$(cat out)"
[ "$(as_alice "$unsent" status | sed -n 's/^opt-in *//p')" = no ] || fail "status: $(as_alice "$unsent" status)"
optout
grep -q 'there was no opt-in' out || fail "$(cat out)"

# One agent: its file, the text of before, and how mail is then handed over.
whole_way() { # AGENT FILE TEXT DELIVER…
  agent=$1 file=$2 text=$3
  shift 3
  # Whose a .forward is, the installed mail system decides.
  case $agent in forward|exim) say=--$agent ;; *) say= ;; esac
  give "$file" "$text"
  cp -p "$home/$file" before
  optin 0 $say
  cmp "$home/$file" before || fail "$agent: changed without --yes"
  grep -q 'nothing is changed yet' out && grep -q '^+ ' out || fail "$agent: $(cat out)"
  optin 0 $say --yes
  grep -q "^tried with .*: a made-up bounce was put away, other mail arrived unchanged" out || fail "$agent: $(cat out)"
  copy=$(sed -n 's/^the file as it was: //p' out)
  [ "$(stat -c '%U %a' "$home/$file")" = 'alice 644' ] || fail "$agent: $(stat -c '%U %a' "$home/$file")"
  cp "$home/$file" after
  optin 0 $say --yes
  grep -q 'stand there already' out && cmp "$home/$file" after || fail "$agent: twice: $(cat out)"
  as_alice "$unsent" status | grep -q "^opt-in *$agent: $home/$file$" || fail "$agent: $(as_alice "$unsent" status)"
  cmp "$copy" before || fail "$agent: no copy"
  doctor "$unsent" || :
  grep -q "^  ok     opted in by $agent: $home/$file: tried with .*other mail arrived unchanged" out || fail "$agent: $(cat out err)"
  mv bin/unsent bin/gone
  doctor "$scratch/bin/gone" && fail "$agent: a program that is gone is no fault"
  grep -q "^  FAULT  $scratch/bin/unsent: \(gone\|missing\)" out || fail "$agent: $(cat out err)"
  mv bin/gone bin/unsent
  for name in genuine backscatter ordinary; do
    empty
    "$@" "$name" || fail "$agent: $name was not taken"
    case $name in backscatter) where=$away other=$home/Maildir ;; *) where=$home/Maildir other=$away ;; esac
    [ "$(mail_count "$other")" -eq 0 ] || fail "$agent: $name came where it should not"
    tail -n 3 "$name" > end
    mail_bare "$(mail_only "$where")" > got
    tail -c "$(wc -c < end)" got | cmp - end || fail "$agent: $name was changed"
  done
  optout
  cmp "$home/$file" before || fail "$agent: not as before"
  [ "$(stat -c '%U %a' "$home/$file")" = 'alice 644' ] || fail "$agent: mode after optout"
  optout
  cmp "$home/$file" before || fail "$agent: optout twice"
  [ ! -e "$home/.config/unsent/opted-in" ] || fail "$agent: still noted"
  rm "$home/$file"
}
by_procmail() { as_alice procmail -m HOME="$home" "$home/.procmailrc" < "$1"; }
by_maildrop() { as_alice maildrop "$home/.mailfilter" < "$1"; }
by_command() { # the first command of a file, as a mail system runs it
  as_alice env SENDER= RPLINE='Return-Path: <>
' sh -c "$(sed -n 's/^"\{0,1\}|\(.*[^"]\)"\{0,1\}$/\1/p' "$home/$file" | head -n 1)" < "$1"
}
by_forward() { by_command "$1"; }
by_qmail() { # 99 stops; else the next line delivers
  status=0
  by_command "$1" || status=$?
  [ "$status" -eq 99 ] || { [ "$status" -eq 0 ] && as_alice "$unsent" deliver --no-ledger --if-opted-in --user alice --maildir "$home/Maildir" < "$1"; }
}
# procmail wants an empty line at the end.
for name in genuine backscatter ordinary; do echo >> "$name"; done
whole_way procmail .procmailrc 'MAILDIR=$HOME/Maildir\nDEFAULT=$MAILDIR/\n\n:0\n* ^Subject: nothing\nnowhere/\n# no end' by_procmail
whole_way maildrop .mailfilter 'HOME="'"$home"'"\nDEFAULT="$HOME/Maildir"\n' by_maildrop
whole_way forward .forward '# mine\n\\alice\n' by_forward
by_exim() { # bounces alone; all else as ever
  case $1 in
    ordinary) as_alice "$unsent" deliver --maildir "$home/Maildir" < "$1" ;;
    *) as_alice env SENDER= sh -c "$(sed -n 's/^ *pipe "\(.*\)"$/\1/p' "$home/$file")" < "$1" ;;
  esac
}
whole_way exim .forward '#Exim  Filter\n# mine\n' by_exim
whole_way qmail .qmail '# mine\n./Maildir/\n' by_qmail

# A Sieve script, by a Dovecot that allows the extension, and one that does not.
mkdir -p etc/dovecot
rm -rf /etc/dovecot
mkdir /etc/dovecot
sieve_conf() {
  cat > /etc/dovecot/dovecot.conf <<END
log_path = /dev/stderr
mail_location = maildir:$home/Maildir
mail_home = $home
ssl = no
protocols =
first_valid_uid = 1
postmaster_address = postmaster@ourshop.example
protocol lda {
  mail_plugins = sieve
}
plugin {
  sieve = file:$home/.dovecot.sieve
$1
}
END
}
by_sieve() { as_alice /usr/lib/dovecot/dovecot-lda -e -f '' -a alice@ourshop.example < "$1" 2> log; }
sieve_conf ''
give .dovecot.sieve 'require "fileinto";\nkeep;\n'
cp "$home/.dovecot.sieve" before
optin 69 --yes
grep -q 'would not compile' err && cmp "$home/.dovecot.sieve" before || fail "sieve: $(cat err)"
sieve_conf "  sieve_plugins = sieve_extprograms
  sieve_extensions = +vnd.dovecot.filter
  sieve_filter_bin_dir = $scratch/bin"
whole_way sieve .dovecot.sieve '# mine\r\nrequire ["fileinto", "envelope"];\r\nif header :is "Subject" "nothing" {\r\n  discard;\r\n}\r\n' by_sieve
give .dovecot.sieve 'require "fileinto";\nfileinto "x"\n'
optin 69 --yes
rm "$home/.dovecot.sieve"

# A file that is not there is made, and taken away again.
for agent in exim forward; do
  optin 0 "--$agent" --yes
  optin 0 "--$agent" --yes
  optout
  grep -q 'taken away' out && [ ! -e "$home/.forward" ] || fail "new: $(cat out)"
done
optin 0 --forward --yes
[ "$(stat -c '%U %a' "$home/.forward")" = 'alice 600' ] || fail "new: $(stat -c '%U %a' "$home/.forward")"
optout
touch /var/mail/alice
chown alice /var/mail/alice
optin 64 --forward
grep -q 'two mailboxes' err || fail "two mailboxes: $(cat err)"
mv "$home/Maildir" "$home/away"
optin 0 --forward
grep -q -e '--mbox /var/mail/alice' out || fail "mbox: $(cat out)"
mv "$home/away" "$home/Maildir"
rm /var/mail/alice
optin 0 --qmail --yes
grep -q -e "deliver --qmail --maildir $home/Maildir" "$home/.qmail" || fail "an empty .qmail would lose mail"
printf './Other/\n' >> "$home/.qmail"
optout
[ "$(cat "$home/.qmail")" = './Other/' ] || fail "what was added was taken away"
rm "$home/.qmail"

# With a policy that only marks, nothing is put away; a changed policy changes the lines.
policy tag
give .procmailrc 'MAILDIR=$HOME/Maildir\nDEFAULT=$MAILDIR/\n'
optin 0 --yes
grep -q 'only marked' out && ! grep -q Backscatter "$home/.procmailrc" || fail "tag: $(cat out)"
policy quarantine
optin 0 --yes
grep -q "$away/" "$home/.procmailrc" && [ "$(grep -c '^:0 fw' "$home/.procmailrc")" -eq 1 ] || fail "policy: $(cat "$home/.procmailrc")"

# Lines of ours that were changed, or have gone: told, and left to their owner.
sed -i 's/^:0 fw$/:0 fwc/' "$home/.procmailrc"
chown alice "$home/.procmailrc"
cp "$home/.procmailrc" before
as_alice "$unsent" status | grep -q 'but our lines there were changed' || fail "status of changed lines"
optin 65 --yes
status=0
as_alice "$unsent" optout > out 2> err || status=$?
[ "$status" -eq 65 ] && cmp "$home/.procmailrc" before || fail "optout of changed lines: $status $(cat err)"
give .procmailrc 'DEFAULT=$HOME/Maildir/\n'
as_alice "$unsent" status | grep -q 'but our lines are gone' || fail "status of lost lines"
optout
grep -q 'opted out' out || fail "$(cat out)"

# What is refused stays as it is.
refused() { # STATUS WORDS
  optin "$1" --procmail --yes
  grep -q "$2" err || fail "not '$2': $(cat err)"
  [ "$(wc -l < err)" -eq 1 ] || fail "more than a line: $(cat err)"
  [ ! -e "$home/.config/unsent/opted-in" ] || fail "opted in: $2"
}
chmod 664 "$home/.procmailrc"; refused 77 'others may write it'
chmod 744 "$home/.procmailrc"; refused 77 'executable'
chmod 644 "$home/.procmailrc"; chown root "$home/.procmailrc"; refused 77 'belongs to another user'
chown alice "$home/.procmailrc"; ln "$home/.procmailrc" "$home/second"; refused 77 'a second name'
rm "$home/second"; mv "$home/.procmailrc" "$home/rc"; ln -s rc "$home/.procmailrc"; refused 77 'a symbolic link'
rm "$home/.procmailrc"; mkdir "$home/.procmailrc"; refused 77 'not a file'
rmdir "$home/.procmailrc"; mkfifo "$home/.procmailrc"; refused 77 'not a file'
rm "$home/.procmailrc"; mv "$home/rc" "$home/.procmailrc"
chmod 775 "$home"; refused 77 'others may write it'
chmod 755 "$home"
give .procmailrc ':0 fw\n| /usr/bin/unsent filter\n'; refused 65 'unsent is called here already'
give .procmailrc 'A=1\r\n'; refused 65 'end in CR'
optin 64 --procmail --maildrop
give .mailfilter 'to x\n'
optin 64
grep -q 'say which delivers: --procmail, --maildrop' err || fail "$(cat err)"
rm "$home/.mailfilter"
give .forward '"|exec /usr/bin/procmail"\n'
give .procmailrc 'DEFAULT=$HOME/Maildir/\n'
optin 0
grep -q '^tried with procmail' out || fail ".forward that calls procmail: $(cat out err)"
optin 65 --forward
rm "$home/.forward"
optin 64 --procmail --program relative
optin 64 --procmail --program ''
optin 64 --procmail --program /nowhere/unsent
optin 64 --procmail operand
optin 64 --forward --maildir "$home/none"
optin 64 --forward --maildir "$home/Maildir/with space"

# A program that does not do its work is found out before a line is written.
printf '#!/bin/sh\ncat > /dev/null\n' > bin/eater
printf '#!/bin/sh\nexit 0\n' > bin/lazy
printf '#!/bin/sh\ncat\n' > bin/idle
chmod 755 bin/eater bin/lazy bin/idle
cp "$home/.procmailrc" before
for bad in eater lazy idle; do
  for agent in procmail forward; do
    optin 69 "--$agent" --yes --program "$scratch/bin/$bad"
    grep -q 'the trial with .* failed' err || fail "$bad: $(cat err)"
  done
done
cmp "$home/.procmailrc" before && [ ! -e "$home/.forward" ] || fail "written in spite of it"
mail_only "$home/Maildir" > /dev/null 2>&1 || [ "$(mail_count "$home/Maildir")" -le 1 ] || fail "the trial delivered somewhere real"

# A site's filter needs no file; root may do it for a user.
mkdir -p /etc/unsent
printf '[site]\nfilter = true\n' > /etc/unsent/config.toml
optin 0
[ ! -e "$home/.config/unsent/opted-in" ] || fail "site: without --yes"
"$unsent" optin --user alice --yes > out
[ "$(stat -c '%U %a' "$home/.config/unsent/opted-in")" = 'alice 600' ] || fail "site"
as_alice "$unsent" status | grep -q '^opt-in *site: the administrator' || fail "site: status"
"$unsent" filter --if-opted-in --user alice --no-dns < backscatter | grep -q '^X-Unsent-Verdict: backscatter' || fail "site: filter"
"$unsent" optout --user alice > out
"$unsent" filter --if-opted-in --user alice --no-dns < backscatter | cmp - backscatter || fail "site: optout"
rm -r /etc/unsent

# A disk that is full, a home that cannot be written: one line, and all is as it was.
mkdir small
mount -t tmpfs -o size=64k,mode=755 none small
mkdir -p small/Maildir/new
cp -p "$home/.procmailrc" small/
chown -R alice:alice small
head -c 100000 /dev/zero > small/filler 2> /dev/null || :
status=0
as_alice env HOME="$scratch/small" "$unsent" optin --yes > out 2> err || status=$?
[ "$status" -ne 0 ] && cmp small/.procmailrc before || fail "full: $status"
[ -z "$(find small -name '*.unsent-*')" ] || fail "full: $(find small)"
mount -o remount,ro small
status=0
as_alice env HOME="$scratch/small" "$unsent" optin --yes > out 2> err || status=$?
[ "$status" -ne 0 ] || fail "read-only: $status"
umount small
[ -z "$(leftovers)" ] || fail "left over: $(leftovers)"
