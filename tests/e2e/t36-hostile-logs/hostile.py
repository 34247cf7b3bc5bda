"""hostile.py PROGRAM: see run.sh."""
import base64
import grp
import os
import pwd
import socket
import ssl
import subprocess
import sys
import threading
import time

program = sys.argv[1]
CLIENT = "127.0.0.9"  # nobody's name, and an ident server of its own
scratch = os.getcwd()


def fail(text):
    sys.exit(text)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def certificate(name, subject):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", subject],
                   check=True, capture_output=True)
    for end in ("key", "pem"):
        os.chmod(f"{name}.{end}", 0o644)


class Ident(threading.Thread):
    """Answers with whatever is said to be the name."""

    def __init__(self):
        super().__init__(daemon=True)
        self.name_said = ""
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((CLIENT, 113))
        self.socket.listen(9)
        self.start()

    def run(self):
        while True:
            peer, _ = self.socket.accept()
            asked = peer.recv(1000).decode().strip().replace(" ", "")
            if self.name_said:
                peer.sendall(f"{asked} : USERID : UNIX : {self.name_said}\r\n".encode())
            peer.close()


class Client:
    """An SMTP client that says what it is told to."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 60, (CLIENT, 0))
        self.stream = self.socket.makefile("rb")
        self.answer()

    def answer(self):
        while True:
            line = self.stream.readline()
            if not line:
                fail("the server has hung up")
            if line[3:4] != b"-":
                return line.decode(errors="replace")

    def say(self, line, wanted="2"):
        self.socket.sendall(line.encode() + b"\r\n")
        said = self.answer()
        if not said.startswith(wanted):
            fail(f"{line}: {said}")

    def start_tls(self, name, host):
        self.say("STARTTLS")
        context = ssl._create_unverified_context()
        if name:
            context.load_cert_chain(f"{name}.pem", f"{name}.key")
        self.socket = context.wrap_socket(self.socket, server_hostname=host)
        self.stream = self.socket.makefile("rb")

    def send(self, sender, recipient, ident, subject="Hi"):
        self.say(f"MAIL FROM:<{sender}>")
        self.say(f"RCPT TO:<{recipient}>")
        self.say("DATA", "3")
        self.say(f"From: alice@ourshop.example\r\nTo: {recipient}\r\nSubject: {subject}\r\n"
                 f"Message-ID: <{ident}>\r\n\r\nHi\r\n.")
        self.say("QUIT")
        self.socket.close()


def wait_for(port):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 5).close()
            return
        except OSError:
            time.sleep(0.1)
    fail("the server does not start")


def recorded(ledger, ident, recipient="bob@remote.example"):
    return subprocess.run([program, "ledger", "show", "--ledger", ledger, f"<{ident}>", recipient],
                          capture_output=True).returncode == 0


def check(log, ledger, ours, theirs):
    done = subprocess.run([program, "import", "--ledger", ledger, "--domain", "ourshop.example",
                           "--trust", "192.0.2.0/28", log], capture_output=True, text=True)
    if done.returncode != 0:
        fail(f"import: {done.stderr}")
    text = open(log, errors="replace").read()
    for ident in ours:
        if not recorded(ledger, ident):
            fail(f"{ident} is ours, and not recorded:\n{text}")
    for ident in theirs:
        if ident not in text:
            fail(f"{ident} is not in the log:\n{text}")
        if recorded(ledger, ident):
            fail(f"{ident} is a stranger's, and recorded:\n{text}")


EXIM = """
primary_hostname = mail.ourshop.example
spool_directory = SCRATCH/spool
log_file_path = SCRATCH/log/%s
pid_file_path = SCRATCH/pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = PORT
tls_advertise_hosts = *
tls_certificate = SCRATCH/server.pem
tls_privatekey = SCRATCH/server.key
tls_try_verify_hosts = *
tls_verify_certificates = SCRATCH/hostile.pem
rfc1413_hosts = *
rfc1413_query_timeout = 5s
helo_accept_junk_hosts = *
helo_allow_chars = _
log_selector = SELECTOR
queue_only
smtp_accept_max = 0
host_lookup =
acl_smtp_rcpt = accept_all
acl_smtp_data = accept_all
keep_environment =
begin acl
accept_all:
  accept
begin routers
begin transports
begin authenticators
plain_server:
  driver = plaintext
  public_name = PLAIN
  server_condition = true
  server_set_id = $auth2
"""


def exim(selector, number):
    port = free_port()
    os.makedirs("log", exist_ok=True)
    os.makedirs("spool", exist_ok=True)
    user = pwd.getpwnam("Debian-exim")
    for folder in ("log", "spool"):
        os.chown(folder, user.pw_uid, user.pw_gid)
    text = EXIM.replace("SCRATCH", scratch).replace("PORT", str(port))
    with open("exim.conf", "w") as conf:
        conf.write(text.replace("SELECTOR", selector))
    daemon = subprocess.Popen(["exim4", "-C", f"{scratch}/exim.conf", "-bdf", "-oX",
                               f"127.0.0.1.{port}"])
    theirs = []

    def stranger(greeting="x", said="", subject="Hi", tls=None, host="x.example",
                 sender="alice@ourshop.example"):
        name = f"theirs{number}{len(theirs)}@attacker.example"
        theirs.append(name)
        answers.name_said = said
        client = Client(port)
        client.say(f"EHLO {greeting}")
        if tls is not None:
            client.start_tls(tls, host)
            client.say(f"EHLO {greeting}")
        client.send(sender, "bob@remote.example", name, subject)

    def user(name, subject="Hi", greeting="phone", tls=""):
        answers.name_said = ""
        client = Client(port)
        client.say(f"EHLO {greeting}")
        client.start_tls(tls, "mail.ourshop.example")
        client.say(f"EHLO {greeting}")
        client.say("AUTH PLAIN " + base64.b64encode(b"\0alice\0secret").decode())
        client.send("alice@ourshop.example", "bob@remote.example", name, subject)

    try:
        wait_for(port)
        stranger()
        for greeting in ("x) [192.0.2.10]", "x) [192.0.2.10] P=esmtpsa A=plain_server:alice S=1 id=y",
                         "x [192.0.2.10]", "U=root P=local", "[192.0.2.10]",
                         "x) U=root P=local S=1 id=z@attacker.example", "x R=1vP0aa-000001-0A"):
            stranger(greeting=greeting)
        for said in ("x A=plain_server:alice", "x P=esmtpsa", "root", "x P=local S=1 id=y",
                     "x [192.0.2.10] P=esmtp", "x\" P=esmtpsa A=plain_server:alice \""):
            stranger(said=said)
        stranger(subject="Hi\" P=esmtpsa A=plain_server:alice \"")
        stranger(subject="U=root P=local for eve@remote.example")
        stranger(sender="\"x U=root P=local\"@ourshop.example")
        for tls in ("", "hostile"):
            stranger(tls=tls)
            stranger(tls=tls, said="x A=plain_server:alice", greeting="x) [192.0.2.10] P=esmtpsa")
        user(f"ours{number}1@ourshop.example")
        user(f"ours{number}2@ourshop.example", subject="Is P=NP, U=root? \" [192.0.2.99]")
        user(f"ours{number}3@ourshop.example", greeting="Alice's PC [home]")
        user(f"ours{number}4@ourshop.example", tls="hostile")
        subprocess.run(["exim4", "-C", f"{scratch}/exim.conf", "-odq", "-f",
                        "alice@ourshop.example", "bob@remote.example"], check=True,
                       input=f"Message-ID: <ours{number}5@ourshop.example>\n\nHi\n", text=True)
    finally:
        daemon.terminate()
        daemon.wait()
    # Where the log does not name the recipients, their deliveries would; nothing is delivered here.
    if "received_recipients" not in selector and "all" not in selector:
        with open("log/main", "a") as log:
            for line in open("log/main").read().splitlines():
                words = line.split()
                if "<=" in words:
                    log.write(" ".join(words[:words.index("<=")]) + " => bob@remote.example R=dnslookup "
                              "T=remote_smtp H=mx.remote.example [203.0.113.5] C=\"250 ok\"\n")
    check("log/main", f"exim{number}.db", [f"ours{number}{i}@ourshop.example" for i in range(1, 6)],
          theirs)
    os.rename("log/main", f"main{number}")


POSTFIX = """
compatibility_level = 3.6
queue_directory = SCRATCH/queue
data_directory = SCRATCH/data
daemon_directory = LIBRARIES/sbin
command_directory = SCRATCH/tools
shlib_directory = LIBRARIES
mail_owner = uucp
setgid_group = games
default_privs = nobody
myhostname = mail.ourshop.example
mydestination =
mynetworks =
relay_domains = remote.example
smtpd_relay_restrictions = reject_unauth_destination
inet_interfaces = loopback-only
inet_protocols = ipv4
alias_maps =
default_transport = discard
relay_transport = discard
maillog_file = SCRATCH/postfix.log
maillog_file_prefixes = SCRATCH
import_environment = MAIL_CONFIG LD_LIBRARY_PATH
smtpd_peername_lookup = no
disable_dns_lookups = yes
smtp_host_lookup = native
"""
MASTER = """
127.0.0.1:PORT inet n - n - - smtpd
postlog   unix-dgram n - n - 1 postlogd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 1 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
discard   unix  - - n - - discard
proxymap  unix  - - n - - proxymap
anvil     unix  - - n - 1 anvil
"""


def set_up_postfix(port):
    """As tests/e2e/t15-agents/postfix.sh does it: users that every Debian has."""
    libraries = f"{scratch}/root/usr/lib/postfix"
    for name in ("active bounce corrupt defer deferred flush hold incoming private saved trace maildrop "
                 "public pid").split():
        os.makedirs(f"queue/{name}", exist_ok=True)
        os.chown(f"queue/{name}", 0 if name == "pid" else pwd.getpwnam("uucp").pw_uid,
                 grp.getgrnam("games").gr_gid if name in ("maildrop", "public") else 0)
    os.chmod("queue/maildrop", 0o1730)
    os.chmod("queue/public", 0o2710)
    os.chmod("queue/private", 0o700)
    for name in ("data", "tools", "conf"):
        os.makedirs(name, exist_ok=True)
    os.chown("data", pwd.getpwnam("uucp").pw_uid, 0)
    with open("tools/postdrop", "w") as helper:
        helper.write(f"#!/bin/sh\nLD_LIBRARY_PATH={libraries} MAIL_CONFIG={scratch}/conf exec "
                     f"{scratch}/root/usr/sbin/postdrop \"$@\"\n")
    os.chmod("tools/postdrop", 0o755)
    with open("conf/main.cf", "w") as conf:
        conf.write(POSTFIX.replace("SCRATCH", scratch).replace("LIBRARIES", libraries))
    with open("conf/master.cf", "w") as conf:
        conf.write(MASTER.replace("PORT", str(port)))
    return dict(os.environ, LD_LIBRARY_PATH=libraries, MAIL_CONFIG=f"{scratch}/conf")


def postfix():
    port = free_port()
    environment = set_up_postfix(port)
    master = subprocess.Popen([f"{scratch}/root/usr/lib/postfix/sbin/master"], env=environment)
    theirs = []

    def stranger(greeting="x", sender="alice@ourshop.example", behind="", subject="Hi"):
        name = f"theirs3{len(theirs)}@attacker.example"
        theirs.append(name)
        client = Client(port)
        client.say(f"EHLO {greeting}")
        client.send(sender, "bob@remote.example", f"{name}>{behind}<x@y", subject)

    try:
        wait_for(port)
        stranger()
        for behind in (" 4AAAAAAA02: client=localhost[127.0.0.1], sasl_username=alice",
                       ", sasl_method=PLAIN, sasl_username=alice", " uid=0 from=<alice>"):
            stranger(behind=behind)
        for sender in ("\"x>, nrcpt=5 uid=0\"@ourshop.example",
                       "\"x>, size=1, sasl_username=alice\"@ourshop.example"):
            stranger(sender=sender)
        stranger(greeting="desk.ourshop.example[192.0.2.10]")
        subprocess.run([f"{scratch}/root/usr/sbin/sendmail", "-i", "-f", "alice@ourshop.example",
                        "bob@remote.example"], check=True, env=environment,
                       input="From: alice@ourshop.example\nMessage-ID: <ours31@ourshop.example>\n"
                       "\nHi\n", text=True)
        until = time.monotonic() + 120
        while time.monotonic() < until and open("postfix.log").read().count(": removed") <= len(theirs):
            time.sleep(0.2)
    finally:
        master.terminate()
        master.wait()
    check("postfix.log", "postfix.db", ["ours31@ourshop.example"], theirs)


answers = Ident()
certificate("server", "/CN=mail.ourshop.example")
certificate("hostile", "/CN=x\" P=esmtpsa A=plain_server:alice y=\"")
exim("+all", 1)
exim("+tls_peerdn +tls_sni +subject", 2)
postfix()
