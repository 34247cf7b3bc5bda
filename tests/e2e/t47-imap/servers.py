"""Real servers on the loopback, each with an account of alice's: Dovecot, and Courier's imapd behind
a front that does TLS and the login for it."""
import getpass
import os
import re
import socket
import ssl
import subprocess
import tempfile
import threading
import time


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


class Dovecot:
    def __init__(self, pem, plugins="imap_zlib", mechanisms="plain scram-sha-256"):
        self.path = tempfile.mkdtemp(dir=os.getcwd())
        self.starttls, self.port = free_port(), free_port()
        me = getpass.getuser()
        mail = ("nobody", "nogroup") if me == "root" else (me, me)
        os.makedirs(f"{self.path}/mail")
        os.chmod(self.path, 0o755)
        open(f"{self.path}/users", "w").write("alice:{PLAIN}secret word\n")
        if me == "root":
            subprocess.run(["chown", "-R", ":".join(mail), f"{self.path}/mail"], check=True)
        open(f"{self.path}/conf", "w").write(f"""
protocols = imap
base_dir = {self.path}/run
log_path = {self.path}/log
ssl = yes
ssl_cert = <{pem}
ssl_key = <{pem}
auth_mechanisms = {mechanisms}
mail_location = maildir:{self.path}/mail/%n
mail_plugins = {plugins}
mail_max_userip_connections = 1000
first_valid_uid = 1
first_valid_gid = 1
default_internal_user = {mail[0]}
default_login_user = {mail[0]}
default_internal_group = {mail[1]}
listen = 127.0.0.1
passdb {{
  driver = passwd-file
  args = {self.path}/users
}}
userdb {{
  driver = static
  args = uid={mail[0]} gid={mail[1]} home={self.path}/mail/%n
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.starttls}
  }}
  inet_listener imaps {{
    port = {self.port}
    ssl = yes
  }}
}}
namespace inbox {{
  inbox = yes
  mailbox Gesendet {{
    special_use = \\Sent
    auto = create
  }}
  mailbox Trash {{
    special_use = \\Trash
    auto = create
  }}
}}
""")
        subprocess.run(["dovecot", "-c", f"{self.path}/conf"], check=True)

    def stop(self):
        subprocess.run(["doveadm", "-c", f"{self.path}/conf", "stop"], check=False)


class Courier:
    def __init__(self, pem, root):
        self.path = tempfile.mkdtemp(dir=os.getcwd())
        self.root = root
        for folder in ("", "/.Sent", "/.Trash"):
            for part in ("cur", "new", "tmp"):
                os.makedirs(f"{self.path}/Maildir{folder}/{part}")
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(pem)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        try:
            with self.context.wrap_socket(client, server_side=True) as sock:
                self.log_in(sock)
                self.relay(sock)
        except OSError:
            pass

    def log_in(self, sock):
        can = b"IMAP4rev1 UIDPLUS CHILDREN NAMESPACE IDLE"
        sock.sendall(b"* OK [CAPABILITY " + can + b"] ready\r\n")
        buffer = b""
        while True:
            while b"\n" not in buffer:
                data = sock.recv(4096)
                if not data:
                    raise OSError
                buffer += data
            line, _, buffer = buffer.partition(b"\n")
            tag, name = line.split()[:2]
            if name == b"CAPABILITY":
                sock.sendall(b"* CAPABILITY " + can + b"\r\n" + tag + b" OK done\r\n")
            elif b"alice" in line and b'"secret word"' in line:
                sock.sendall(tag + b" OK [CAPABILITY " + can + b"] in\r\n")
                return
            else:
                sock.sendall(tag + b" NO no\r\n")

    def relay(self, sock):
        library = f"{self.root}/usr/lib/x86_64-linux-gnu:{self.root}/usr/lib/courier"
        environment = {"LD_LIBRARY_PATH": library, "IMAP_CAPABILITY": "IMAP4rev1 UIDPLUS CHILDREN NAMESPACE IDLE",
                       "AUTHENTICATED": "alice", "AUTHADDR": "alice", "AUTHUSER": "alice", "HOME": self.path,
                       "IMAP_KEYWORDS": "1", "IMAP_ULIMITD": "1000000", "IMAP_EMPTYTRASH": "Trash:7", "IMAP_TRASHFOLDERNAME": "Trash"}
        imapd = subprocess.Popen([f"{self.root}/usr/bin/imapd", "Maildir"], cwd=self.path, env=environment,
                                 stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

        def upwards():
            try:
                while data := sock.recv(65536):
                    imapd.stdin.write(data)
                    imapd.stdin.flush()
            except (OSError, ValueError):
                pass
            imapd.stdin.close()

        while b"PREAUTH" not in imapd.stdout.readline():
            pass
        threading.Thread(target=upwards, daemon=True).start()
        try:
            while data := imapd.stdout.read1(65536):
                sock.sendall(data)
        except OSError:
            pass
        imapd.kill()
        imapd.wait()

    def stop(self):
        self.listener.close()
