"""Plays the service manager: hands over a listening socket, and hears what it is told.
Usage: manager.py PROGRAM ARGUMENT…"""
import os
import signal
import socket
import sys
import tempfile

folder = tempfile.mkdtemp()
notices = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notices.bind(folder + "/notify")
notices.settimeout(30)
listening = socket.socket(socket.AF_UNIX)
listening.bind(folder + "/ledger.sock")
listening.listen()


def start():
    child = os.fork()
    if child == 0:
        os.dup2(listening.fileno(), 3)
        os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()), LISTEN_FDNAMES="ledger",
                          NOTIFY_SOCKET=folder + "/notify", WATCHDOG_USEC="400000")
        os.execv(sys.argv[1], sys.argv[1:])
    return child


def hear(word):
    while word not in (said := notices.recv(4096).decode()):
        assert "WATCHDOG" in said or "READY" in said, said


def ask():
    one = socket.socket(socket.AF_UNIX)
    one.settimeout(30)
    one.connect(folder + "/ledger.sock")
    one.sendall(b"unsent-ledger 1\nidentity\t.\n")
    assert one.recv(4096).startswith(b"ok\t")
    return one


service = start()
hear("READY=1")
hear("WATCHDOG=1")
ask()
os.kill(service, signal.SIGHUP)
hear("RELOADING=1")
hear("READY=1")
ask()
# Who connects between two services waits, and is answered by the next one.
os.kill(service, signal.SIGKILL)
os.waitpid(service, 0)
waiting = socket.socket(socket.AF_UNIX)
waiting.settimeout(30)
waiting.connect(folder + "/ledger.sock")
waiting.sendall(b"unsent-ledger 1\nidentity\t.\n")
service = start()
assert waiting.recv(4096).startswith(b"ok\t")
os.kill(service, signal.SIGTERM)
hear("STOPPING=1")
_, status = os.waitpid(service, 0)
assert os.waitstatus_to_exitcode(status) == 0, status
assert os.path.exists(folder + "/ledger.sock"), "what the manager made was removed"
