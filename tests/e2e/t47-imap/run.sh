#!/bin/sh
# Setup: certificates; a small server of our own that can misbehave (imap_server.py); Dovecot, which
# moves; Courier's imapd, which can only copy; each with an inbox of ordinary mail, genuine bounces
# and backscatter, and what was sent.
# Test: scripted.py does what no real server does: connections cut at every command of reading,
# acting and taking back, lies about UIDs, endless lines, full accounts, bad certificates, wrong
# passwords, tokens that expire. real.py does it with real ones. Nothing is lost, nothing is there
# twice, taking back restores content, flags and dates; what a server does wrong is said in a line.
set -eu
unsent=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
cd "$scratch"
export PYTHONDONTWRITEBYTECODE=1
# A process that names no server loads nothing of what servers want.
! ldd "$unsent" | grep -E 'curl|gnutls|ssl' || { echo "linked with what only IMAP needs"; exit 1; }

. "$here/certificate.sh"
certificate server.pem localhost 30
mkdir bad
certificate bad/expired.pem localhost -1
certificate bad/other-name.pem mail.example 30
certificate bad/self-signed.pem localhost 30

cache=${UNSENT_AGENTS:-/var/tmp/unsent-agents}
mkdir -p "$cache" courier
if [ ! -e "$cache/courier-imap.deb" ]; then
  mkdir -p fetch
  (cd fetch && apt-get download -qq courier-imap)
  mv fetch/courier-imap_*.deb "$cache/courier-imap.deb"
fi
dpkg -x "$cache/courier-imap.deb" courier
# It would be told of changes by a daemon; without, it looks by itself.
cat > fam.c << 'END'
int FAMErrno;
const char *FamErrlist[32];
int FAMOpen(void *c) { return -1; }
int FAMClose(void *c) { return -1; }
int FAMMonitorDirectory(void *c, const char *n, void *r, void *d) { return -1; }
int FAMMonitorFile(void *c, const char *n, void *r, void *d) { return -1; }
int FAMCancelMonitor(void *c, void *r) { return -1; }
int FAMPending(void *c) { return -1; }
int FAMNextEvent(void *c, void *e) { return -1; }
END
"${CC:-cc}" -shared -fPIC -w -Wl,-soname,libfam.so.0 -o courier/usr/lib/courier/libfam.so.0 fam.c

python3 "$here/scripted.py" "$unsent" "$scratch/server.pem" "$scratch/bad"
python3 "$here/real.py" "$unsent" "$scratch/server.pem" "$scratch/courier"
