#!/bin/sh
# Setup: a delivery agent with its recipe of samples/recipes, a ledger that knows one message,
# and a user whose policy puts backscatter away. Usage: run.sh PROGRAM AGENT
# Test: a genuine bounce arrives, backscatter is put away, ordinary mail ends in the bytes
# that were sent; with unsent missing, killed or its ledger corrupt, mail arrives, once.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
unsent=$(realpath "$1") agent=$2
# Those that want users and places of their own.
case $agent in
  opensmtpd*|*_site)
    . "$here/t21-site/users.sh"
    in_private_etc "$0" "$unsent" "$agent"
    ;;
esac
cache=$(dirname "$unsent")
recipes=$(cd "$here/../../samples/recipes" && pwd)
scratch=$(mktemp -d /tmp/unsent-agent-XXXXXX)
stop() { :; }
trap "stop; [ -n \"${KEEP-}\" ] || rm -rf \"$scratch\"" EXIT
export HOME="$scratch/home" XDG_CONFIG_HOME="$scratch/home/.config" XDG_DATA_HOME="$scratch/home/.local/share"
unset SENDER RECIPIENT ORIGINAL_RECIPIENT ORIG_RECIPIENT RPLINE DTLINE EXT EXTENSION LOGNAME 2> /dev/null || :
chmod 755 "$scratch"
mkdir -p "$HOME/Maildir/new" "$HOME/Maildir/cur" "$HOME/Maildir/tmp" "$scratch/bin"
cd "$scratch"
# The agents run it as another user, who may not see the build folder.
cp "$unsent" program
chmod 755 program
unsent=$scratch/program bin=$scratch/bin
. "$here/mails.sh"
. "$here/agents.sh"
printf '[policy]\nbackscatter = "quarantine"\n[quarantine]\npath = "%s"\n' "$HOME/Maildir/.Backscatter" | mail_setup
ln -s "$unsent" "$bin/unsent"
inbox=$HOME/Maildir put_away=$HOME/Maildir/.Backscatter tags=yes
# A package of Debian's below $scratch/root, kept for the next time.
unpack() { # PACKAGE
  if [ ! -f "$cache/$1.deb" ]; then
    mkdir fetch
    chmod 777 fetch
    (cd fetch && apt-get download -qq "$1")
    mv fetch/"$1"_*.deb "$cache/$1.deb"
  fi
  dpkg -x "$cache/$1.deb" root
}
# The .forward that optin writes for USER, whose home is this one.
opt_in_forward() { # USER STYLE
  setpriv --reuid "$1" --clear-groups --regid "$(id -g "$1")" \
    "$unsent" optin "$2" --yes --program "$bin/unsent" > optin.log || { cat optin.log; exit 1; }
}
recipe() { # NAME, with our paths
  sed -e "s#/usr/bin/unsent#$bin/unsent#g" "$recipes/$1"
}
. "$here/t15-agents/$agent.sh"
agent_test
