"""Root acts on a user's mailboxes: nothing of anybody else's is touched, whatever links the user
lays, before the run or between acting and taking back."""
import os
import pathlib
import pwd
import shutil
import subprocess
import sys

unsent, here = sys.argv[1:3]
sys.path.insert(0, here)
import boxes  # noqa: E402

JUDGE = ["--yes", "--no-dns", "--now", "2026-11-24T12:00:00Z"]
ALICE = pathlib.Path("home/alice")
EVE = pathlib.Path("home/eve")


def fail(text):
    sys.exit(text)


def scan(*arguments, status=(0,)):
    done = subprocess.run([unsent, "scan", *map(str, arguments)], capture_output=True, text=True,
                          timeout=60)
    if done.returncode not in status:
        fail(f"scan {arguments}: {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def own(path, user):
    uid = pwd.getpwnam(user).pw_uid
    for folder, names, files in os.walk(path):
        for name in [".", *names, *files]:
            os.lchown(os.path.join(folder, name), uid, uid)


def begin():
    for home in (ALICE, EVE):
        shutil.rmtree(home)
        home.mkdir(mode=0o755)
    shutil.rmtree(".local", ignore_errors=True)
    for box in (ALICE / "Maildir", EVE / "Maildir", EVE / "other"):
        boxes.maildir(str(box), 14)
    for box in (ALICE / "mbox", EVE / "mbox", EVE / "else.mbox"):
        box.write_bytes(boxes.mbox(14))
    lay()


def lay():
    own(ALICE, "alice")
    own(EVE, "eve")


def link(target, path):
    path.symlink_to(target)
    lay()


def foreign():
    """All that the mailboxes which are named do not hold."""
    return {**boxes.snapshot(str(ALICE)), **boxes.snapshot(str(EVE / "other")),
            "else": (EVE / "else.mbox").read_bytes()}


def count(path):
    return sum(len(list((path / part).iterdir())) for part in ("cur", "new"))


DEEDS = ("--quarantine", "--delete", "--tag")


def is_owned(path, user):
    uid = pwd.getpwnam(user).pw_uid
    for folder, names, files in os.walk(path):
        for name in names + files:
            status = os.lstat(os.path.join(folder, name))
            if (status.st_uid, status.st_gid) != (uid, uid):
                fail(f"{folder}/{name} is no longer {user}'s")


def a_link_out_of_the_mailbox_is_not_acted_behind():
    home = os.path.abspath(EVE)
    for target in ("..", "../../alice/Maildir", home, "/", "../else.mbox"):
        for deed in DEEDS:
            begin()
            name = "folder.mbox" if target.endswith(".mbox") else ".Sub"
            link(target, EVE / "Maildir" / name)
            before = foreign()
            whole = boxes.snapshot(str(EVE / "Maildir"))
            if target == "/":
                os.unlink(EVE / "Maildir" / name)  # a walk over the whole machine: to its home is enough
                link(os.getcwd() + "/home", EVE / "Maildir" / name)
            scan(deed, EVE / "Maildir", *JUDGE, status=(0, 65, 66, 77))
            if foreign() != before:
                fail(f"{target}: {deed} acted on what a link leads to")
            if boxes.snapshot(str(EVE / "Maildir")) == whole:
                fail(f"{target}: {deed} did nothing")
            is_owned(EVE, "eve")
            scan("--undo")
            if boxes.snapshot(str(EVE / "Maildir")) != whole:
                fail(f"{target}: {deed} was not taken back")


def a_link_within_the_mailbox_is_acted_behind():
    begin()
    boxes.maildir(str(EVE / "Maildir" / ".Sub"), 7)
    link(".Sub", EVE / "Maildir" / ".Another")
    # Whose link it is decides, also within: root follows root's.
    os.lchown(EVE / "Maildir" / ".Another", 0, 0)
    scan("--delete", EVE / "Maildir", *JUDGE)
    if count(EVE / "Maildir" / ".Sub") != 4:
        fail("a link within the mailbox hid what it leads to")


def a_mailbox_that_is_a_users_link_is_not_acted_on():
    for target in ("../alice/Maildir", "../alice/mbox"):
        for deed in DEEDS:
            begin()
            link(target, EVE / "box")
            before = foreign()
            said = scan(deed, EVE / "box", *JUDGE, status=(77,))
            if "a link that another user made" not in said or foreign() != before:
                fail(f"{target}: {deed}: {said}")
            scan(deed, os.path.join(EVE, "box", ""), *JUDGE, status=(65, 77, 66))
            if foreign() != before:
                fail(f"{target}/: {deed}")


def what_is_tagged_stays_its_owners():
    for box in (EVE / "Maildir", EVE / "mbox"):
        begin()
        before = boxes.snapshot(str(EVE))
        scan("--tag", box, *JUDGE)
        is_owned(EVE, "eve")
        if boxes.snapshot(str(EVE)) == before:
            fail(f"{box}: nothing was tagged")
        scan("--undo")
        is_owned(EVE, "eve")
        if boxes.snapshot(str(EVE)) != before:
            fail(f"{box}: not as it was")


def taking_back_is_not_led_away():
    for deed in DEEDS:
        for box, inside in ((EVE / "Maildir", "cur"), (EVE / "Maildir", ""), (EVE / "sub", "")):
            begin()
            if box.name == "sub":
                box.mkdir()
                (box / "mbox").write_bytes(boxes.mbox(14))
                lay()
            scan(deed, box, *JUDGE)
            place = box / inside if inside else box
            trap = ALICE / "trap"
            shutil.copytree(place, trap)
            lay()
            place.rename(EVE / "away")
            link(os.path.abspath(trap), place)
            before = foreign()
            said = scan("--undo", status=(66, 77, 65))
            if foreign() != before:
                fail(f"{deed}: taking back wrote to {trap}: {said}")
            # Once the folder is there again, all comes back.
            place.unlink()
            (EVE / "away").rename(place)
            scan("--undo")


def a_quarantine_in_a_users_hands_is_not_led_away():
    for part in ("tmp", "new", "cur", ""):
        begin()
        put_away = EVE / "Maildir" / ".Backscatter"
        boxes.maildir(str(put_away), 0)
        trap = ALICE / "trap"
        for folder in ("tmp", "new", "cur"):
            (trap / folder).mkdir(parents=True)
        place = put_away / part if part else put_away
        shutil.rmtree(place)
        link(os.path.abspath(trap / part if part else trap), place)
        before = foreign()
        for box in (EVE / "mbox", EVE / "Maildir"):
            scan("--quarantine", "--quarantine-folder", put_away, box, *JUDGE, status=(0, 65, 66, 75, 77))
        if foreign() != before:
            fail(f"{part}: put away into what is alice's")


begin()
a_link_out_of_the_mailbox_is_not_acted_behind()
a_link_within_the_mailbox_is_acted_behind()
a_mailbox_that_is_a_users_link_is_not_acted_on()
what_is_tagged_stays_its_owners()
taking_back_is_not_led_away()
a_quarantine_in_a_users_hands_is_not_led_away()
