"""A small IMAP server whose folders lie in memory, which a test can make misbehave: it cuts the
connection at any command, lies, refuses, or says whatever it is told to say."""
import base64
import re
import socket
import ssl
import threading
import zlib


class Message:
    def __init__(self, uid, data, flags=(), date="23-Nov-2026 10:00:00 +0000"):
        self.uid, self.data, self.flags, self.date = uid, data, set(flags), date
        self.gmail_id = None

    def key(self):
        return (self.data, tuple(sorted(self.flags)), self.date)


class Folder:
    def __init__(self, attributes="", validity=7):
        self.attributes, self.validity, self.next, self.messages = attributes, validity, 1, []
        self.keywords = True

    def add(self, data, flags=(), date="23-Nov-2026 10:00:00 +0000"):
        message = Message(self.next, data, flags, date)
        self.messages.append(message)
        self.next += 1
        return message

    def keys(self):
        return sorted(message.key() for message in self.messages)


class Cut(Exception):
    """The connection ends here."""


FULL = "IMAP4rev1 SASL-IR LITERAL+ ID IDLE ESEARCH UIDPLUS MOVE SPECIAL-USE LIST-EXTENDED CONDSTORE AUTH=PLAIN"


class Server:
    """hook(connection, number, name, args) is called for each command, the first of a run being
    number 1; what it returns is "before": cut before it is done, "after": cut before the answer,
    "within": cut within the answer, bytes: say these instead, None: as usual."""

    def __init__(self, pem, capabilities=FULL):
        self.capabilities = capabilities
        self.folders = {"INBOX": Folder(), "Sent": Folder("\\Sent"), "Trash": Folder("\\Trash")}
        self.subscribed = set()
        self.user, self.password, self.token = "alice", "secret word", None
        self.hook = None
        self.log = []
        self.count = 0
        self.logins = 0
        self.received = 0
        self.sent = 0
        self.delimiter = "/"
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(pem)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.is_open = True
        threading.Thread(target=self.accept, daemon=True).start()

    def url(self, folder="", user="alice"):
        return f"imaps://{user}@localhost:{self.port}" + (f"/{folder}" if folder else "")

    def begin(self, hook=None):
        self.hook, self.count, self.log = hook, 0, []

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        try:
            if not self.is_open:
                client.close()
                return
            Connection(self, self.context.wrap_socket(client, server_side=True)).run()
        except (Cut, OSError, ssl.SSLError, ConnectionError, ValueError):
            pass
        finally:
            try:
                client.close()
            except OSError:
                pass


def parse_set(text, most):
    out = []
    for part in text.split(","):
        first, _, last = part.partition(":")
        a = most if first == "*" else int(first)
        b = a if not last else most if last == "*" else int(last)
        out.append((min(a, b), max(a, b)))
    return lambda uid: any(a <= uid <= b for a, b in out)


def ranges(uids):
    out = []
    for uid in uids:
        if out and out[-1][1] + 1 == uid:
            out[-1][1] = uid
        else:
            out.append([uid, uid])
    return ",".join(f"{a}:{b}" if a != b else str(a) for a, b in out)


class Connection:
    def __init__(self, server, sock):
        self.server, self.sock, self.buffer = server, sock, b""
        self.folder, self.is_writable, self.is_in, self.out = None, False, False, b""
        self.packer = self.unpacker = None

    def read(self):
        data = self.sock.recv(65536)
        if not data:
            raise Cut
        self.server.received += len(data)
        self.buffer += self.unpacker.decompress(data) if self.unpacker else data

    def line(self):
        while b"\n" not in self.buffer:
            self.read()
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line.rstrip(b"\r")

    def exactly(self, size):
        while len(self.buffer) < size:
            self.read()
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def command(self):
        whole = b""
        while True:
            line = self.line()
            literal = re.search(rb"\{(\d+)(\+?)\}$", line)
            if not literal:
                return whole + line
            if not literal.group(2):
                self.raw(b"+ go on\r\n")
            data = self.exactly(int(literal.group(1)))
            quoted = data.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
            whole += line[: literal.start()] + b'"' + quoted + b'"'

    def compress(self):
        """From now on both sides (RFC 4978)."""
        self.packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        self.unpacker = zlib.decompressobj(wbits=-zlib.MAX_WBITS)

    def raw(self, data):
        if self.packer:
            data = self.packer.compress(data) + self.packer.flush(zlib.Z_SYNC_FLUSH)
        self.server.sent += len(data)
        self.sock.sendall(data)

    def say(self, text):
        self.out += (text if isinstance(text, bytes) else text.encode()) + b"\r\n"

    def run(self):
        self.raw(f"* OK [CAPABILITY {self.server.capabilities}] ready\r\n".encode())
        while True:
            tag, _, rest = self.command().decode("utf-8", "surrogateescape").partition(" ")
            name, _, args = rest.partition(" ")
            name = name.upper()
            if name == "UID":
                second, _, args = args.partition(" ")
                name = "UID " + second.upper()
            server = self.server
            with server.lock:
                server.count += 1
                server.log.append((name, args))
                wish = server.hook(self, server.count, name, args) if server.hook else None
                if wish == "before":
                    raise Cut
                if isinstance(wish, bytes):
                    self.raw(wish.replace(b"TAG", tag.encode()))
                    continue
                if name == "IDLE":
                    wish = None
                else:
                    answer = self.do(tag, name, args)
                    self.say(answer if answer.startswith(tag) else f"{tag} {answer}")
                if wish == "after":
                    raise Cut
                out, self.out = self.out, b""
            if wish == "within":
                self.raw(out[: len(out) // 2])
                raise Cut
            if name == "IDLE":
                self.idle(tag)
                continue
            self.raw(out)
            if name == "LOGOUT":
                raise Cut
            if name == "COMPRESS":
                self.compress()

    def idle(self, tag):
        server = self.server
        self.raw(b"+ idling\r\n")
        known = len(server.folders[self.folder].messages)
        self.sock.settimeout(0.05)
        while True:
            now = len(server.folders[self.folder].messages)
            if now != known:
                known = now
                self.raw(f"* {now} EXISTS\r\n".encode())
            try:
                if b"DONE" in self.buffer or b"DONE" in self.line():
                    break
            except (TimeoutError, socket.timeout):
                continue
        self.sock.settimeout(None)
        self.buffer = b""
        self.raw(f"{tag} OK idled\r\n".encode())

    def arguments(self, text):
        out = []
        for quoted, plain in re.findall(r'"((?:[^"\\]|\\.)*)"|(\([^()]*\)|[^\s"]+)', text):
            out.append(re.sub(r"\\(.)", r"\1", quoted) if not plain else plain)
        return out

    def do(self, tag, name, args):
        server = self.server
        words = self.arguments(args)
        if name == "CAPABILITY":
            self.say(f"* CAPABILITY {server.capabilities}")
            return "OK"
        if name == "LOGOUT":
            self.say("* BYE bye")
            return "OK"
        if name in ("ID", "NOOP"):
            return "OK"
        if name == "COMPRESS":
            return "OK" if words == ["DEFLATE"] and "COMPRESS=DEFLATE" in server.capabilities.split() else "BAD what?"
        if name == "AUTHENTICATE":
            return self.authenticate(words)
        if name == "LOGIN":
            return self.let_in(words[0] == server.user and words[1] == server.password)
        if not self.is_in:
            return "BAD log in first"
        method = getattr(self, "do_" + name.lower().replace(" ", "_"), None)
        return method(words, args) if method else "BAD what?"

    def let_in(self, is_right):
        if not is_right:
            return "NO [AUTHENTICATIONFAILED] wrong"
        self.is_in = True
        self.server.logins += 1
        return f"OK [CAPABILITY {self.server.capabilities}] in"

    def authenticate(self, words):
        server = self.server
        data = base64.b64decode(words[1]) if len(words) > 1 else None
        if data is None:
            self.raw(b"+ \r\n")
            data = base64.b64decode(self.line())
        if words[0] == "PLAIN":
            return self.let_in(data == b"\0" + server.user.encode() + b"\0" + server.password.encode())
        is_right = server.token and f"auth=Bearer {server.token}".encode() in data
        if not is_right:
            self.raw(b"+ " + base64.b64encode(b'{"status":"invalid_token"}') + b"\r\n")
            self.line()
        return self.let_in(is_right)

    def do_list(self, words, args):
        for name, folder in self.server.folders.items():
            wire = name.replace("\\", "\\\\").replace('"', '\\"')
            if "\r" in name or "\n" in name:
                self.say(f"* LIST ({folder.attributes}) \"{self.server.delimiter}\" {{{len(name)}}}\r\n{name}")
            else:
                self.say(f"* LIST ({folder.attributes}) \"{self.server.delimiter}\" \"{wire}\"")
        return "OK"

    def do_create(self, words, args):
        if words[0] in self.server.folders:
            return "NO [ALREADYEXISTS] there"
        self.server.folders[words[0]] = Folder(validity=90 + len(self.server.folders))
        return "OK"

    def do_subscribe(self, words, args):
        self.server.subscribed.add(words[0])
        return "OK"

    def do_status(self, words, args):
        folder = self.server.folders.get(words[0])
        if not folder:
            return "NO none"
        self.say(f'* STATUS "{words[0]}" (MESSAGES {len(folder.messages)} UIDNEXT {folder.next} UIDVALIDITY {folder.validity})')
        return "OK"

    def open(self, name, is_writable):
        name = "INBOX" if name.upper() == "INBOX" else name
        folder = self.server.folders.get(name)
        if not folder:
            self.folder = None
            return "NO [NONEXISTENT] none"
        self.folder, self.is_writable = name, is_writable
        self.say(f"* {len(folder.messages)} EXISTS")
        self.say(f"* OK [UIDVALIDITY {folder.validity}] valid")
        self.say(f"* OK [UIDNEXT {folder.next}] next")
        keywords = " \\*" if folder.keywords else ""
        self.say(f"* OK [PERMANENTFLAGS (\\Seen \\Deleted{keywords})] limited")
        return "OK [READ-WRITE] open" if is_writable else "OK [READ-ONLY] open"

    def do_select(self, words, args):
        return self.open(words[0], True)

    def do_examine(self, words, args):
        return self.open(words[0], False)

    def here(self):
        return self.server.folders[self.folder]

    def chosen(self, text):
        messages = self.here().messages
        most = messages[-1].uid if messages else 1
        wanted = parse_set(text, most)
        return [message for message in messages if wanted(message.uid)]

    def do_uid_search(self, words, args):
        is_brief = words[0] == "RETURN"
        if is_brief:
            words = words[2:]
        found = self.here().messages
        if words[0] == "UID":
            found = self.chosen(words[1])
        uids = [message.uid for message in found]
        if is_brief:
            self.say('* ESEARCH (TAG "x") UID' + (f" ALL {ranges(uids)}" if uids else ""))
        else:
            self.say("* SEARCH" + "".join(f" {uid}" for uid in uids))
        return "OK"

    def do_uid_fetch(self, words, args):
        chosen = {message.uid for message in self.chosen(words[0])}
        for number, message in enumerate(self.here().messages, 1):
            if message.uid in chosen:
                self.fetch(number, message, args)
        return "OK"

    def fetch(self, number, message, args):
        data = message.data
        items = [f"UID {message.uid}"]
        if "FLAGS" in args:
            items.append(f"FLAGS ({' '.join(sorted(message.flags))})")
        if "INTERNALDATE" in args:
            items.append(f'INTERNALDATE "{message.date}"')
        if "RFC822.SIZE" in args:
            items.append(f"RFC822.SIZE {len(data)}")
        if "X-GM-MSGID" in args:
            items.append(f"X-GM-MSGID {message.gmail_id or message.uid}")
        line = f"* {number} FETCH ({' '.join(items)}".encode()
        if "BODY.PEEK[HEADER" in args:
            header = data.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            line += b" BODY[HEADER] {%d}\r\n%s" % (len(header), header)
        partial = re.search(r"BODY\.PEEK\[\](?:<0\.(\d+)>)?", args)
        if partial:
            data = data[: int(partial.group(1))] if partial.group(1) else data
            line += b" BODY[]%s {%d}\r\n%s" % (b"<0>" if partial.group(1) else b"", len(data), data)
        self.say(line + b")")

    def do_uid_store(self, words, args):
        flags = re.search(r"\(([^)]*)\)", args).group(1).split()
        for message in self.chosen(words[0]):
            (message.flags.update if words[1][0] == "+" else message.flags.difference_update)(flags)
        return "OK"

    def transfer(self, words):
        to = self.server.folders.get(words[1])
        if not to:
            return None, [], "NO [TRYCREATE] none"
        pairs = []
        for message in self.chosen(words[0]):
            copy = to.add(message.data, message.flags, message.date)
            copy.gmail_id = message.gmail_id
            pairs.append((message, copy))
        told = ""
        if pairs and "UIDPLUS" in self.server.capabilities:
            told = f"[COPYUID {to.validity} {ranges(a.uid for a, b in pairs)} {ranges(b.uid for a, b in pairs)}] "
        return told, pairs, f"OK {told}done"

    def do_uid_copy(self, words, args):
        return self.transfer(words)[2]

    def do_uid_move(self, words, args):
        if "MOVE" not in self.server.capabilities.split():
            return "BAD what?"
        told, pairs, answer = self.transfer(words)
        if pairs:
            self.say(f"* OK {told}moved")
            gone = {message for message, copy in pairs}
            self.here().messages = [one for one in self.here().messages if one not in gone]
        return "OK moved" if pairs else answer

    def do_uid_expunge(self, words, args):
        if "UIDPLUS" not in self.server.capabilities.split():
            return "BAD what?"
        gone = [message for message in self.chosen(words[0]) if "\\Deleted" in message.flags]
        self.here().messages = [one for one in self.here().messages if one not in gone]
        return "OK gone"

    def do_expunge(self, words, args):
        raise AssertionError("EXPUNGE takes what others have marked")
