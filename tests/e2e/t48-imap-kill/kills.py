"""See run.sh. Usage: kills.py UNSENT PEM MOVE|COPY"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../t47-imap"))
sys.argv.insert(3, "")
from imap_server import FULL, Folder  # noqa: E402
from mails import ordinary  # noqa: E402
from scripted import COPYING, check, failures, filled, home  # noqa: E402


def kills(capabilities, what):
    """The connection breaks at each command, in each way, of acting and of taking back."""
    server, user = filled(capabilities), home()
    is_thorough = int(os.environ.get("COUNT", "60")) >= 200
    server.begin()
    user.run("scan", "--quarantine", server.url("INBOX"), status=0)
    acting = server.count - 1  # the last one is LOGOUT
    server.begin()
    user.run("scan", "--undo", status=0)
    undoing = server.count - 1
    count = 0
    for deed, most in (("act", acting), ("undo", undoing)):
        for at in range(1, most + 1):
            for way in ("before", "after", "within"):
                for end in ("comes back", "gone", "killed") if way == "after" or is_thorough else ("comes back",):
                    kill_once(capabilities, deed, at, way, end, what)
                    count += 1
    print(f"{what}: {count} ends, at {acting} and {undoing} commands", flush=True)


def kill_once(capabilities, deed, at, way, end, what):
    is_gone = end != "comes back"
    server, user = filled(capabilities), home()
    before = server.folders["INBOX"].keys()
    bystander = server.folders["INBOX"].add(ordinary(98), ["\\Deleted"])
    where = f"{what}, {deed}, command {at}, {way}, {end}"
    if deed == "undo":
        user.run("scan", "--quarantine", server.url("INBOX"), status=0)
    text = open(f"{user.path}/.config/unsent/config.toml").read()
    open(f"{user.path}/.config/unsent/config.toml", "w").write(text.replace("patience = 5", "patience = 1"))

    def cut(connection, number, name, args):
        if number == at:
            if end == "gone":
                server.is_open = False
            if end == "killed":
                user.process.kill()
            return way
        return None

    words = ("--quarantine", server.url("INBOX")) if deed == "act" else ("--undo",)
    server.begin(cut)
    user.run("scan", *words)
    check(user.status == 0 if not is_gone else user.status != 0, f"{where}: status {user.status}: {user.err}")
    server.begin()
    server.is_open = True
    for wanted in before:
        there = sum(folder.keys().count(wanted) for folder in server.folders.values())
        marked = sum(1 for folder in server.folders.values() for m in folder.messages if (m.data, tuple(sorted(m.flags - {"\\Deleted"})), m.date) == wanted)
        check(marked >= 1, f"{where}: a message is lost")
        check(is_gone or there == 1, f"{where}: a message is there {there} times")
    if deed == "undo" and not is_gone:
        pass
    else:
        user.run("scan", "--acts")
        if user.out:
            user.run("scan", "--undo")
            check(user.status == 0, f"{where}: undo: {user.status}: {user.err}")
    check(bystander in server.folders["INBOX"].messages, f"{where}: somebody else's message is gone")
    server.folders["INBOX"].messages.remove(bystander)
    check(server.folders["INBOX"].keys() == before, f"{where}: the folder is not what it was")
    check(not server.folders.get("Backscatter", Folder()).messages, f"{where}: something is left in the quarantine")


kills({"MOVE": FULL, "COPY": COPYING}[sys.argv[4]], sys.argv[4])
sys.exit(1 if failures else 0)
