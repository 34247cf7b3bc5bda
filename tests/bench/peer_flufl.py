"""peer_flufl.py MBOX: whom flufl.bounce finds in each message; for bench_scan.py."""
import mailbox
import sys

from flufl.bounce import all_failures

found = 0
for message in mailbox.mbox(sys.argv[1]):
    temporary, permanent = all_failures(message)
    found += bool(temporary or permanent)
print(found)
