"""A TCP proxy that makes a round trip longer, counts, and cuts."""
import queue
import socket
import threading
import time


class Proxy:
    """round_trip: seconds. cut(number): of the pieces that the client sends over all connections,
    True ends the connection instead of passing it on."""

    def __init__(self, port, round_trip=0.0):
        self.port_there, self.delay = port, round_trip / 2
        self.up = self.down = self.turns = self.pieces = 0
        self.cut = None
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            server = socket.create_connection(("127.0.0.1", self.port_there))
            for one in (client, server):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            pair = {"last": "down", "sockets": (client, server)}
            for source, target, way in ((client, server, "up"), (server, client, "down")):
                line = queue.Queue(maxsize=1000)
                threading.Thread(target=self.read, args=(source, line, way, pair), daemon=True).start()
                threading.Thread(target=self.write, args=(target, line, pair), daemon=True).start()

    def end(self, pair):
        for one in pair["sockets"]:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def read(self, source, line, way, pair):
        while True:
            try:
                data = source.recv(65536)
            except OSError:
                data = b""
            if data and way == "up":
                self.up += len(data)
                self.pieces += 1
                if self.cut and self.cut(self.pieces):
                    data = b""
                elif pair["last"] == "down":
                    self.turns += 1
            elif data:
                self.down += len(data)
            if data:
                pair["last"] = way
            line.put((time.monotonic() + self.delay, data))
            if not data:
                return

    def write(self, target, line, pair):
        while True:
            due, data = line.get()
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                if not data:
                    self.end(pair)
                    return
                target.sendall(data)
            except OSError:
                self.end(pair)
                return
