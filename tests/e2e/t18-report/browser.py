"""Chromium without a window, spoken to over a pipe (the DevTools protocol), standard library only."""
import base64
import json
import os
import subprocess
import tempfile
import time

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe"]
PATIENCE = 60  # seconds for one answer, on a busy machine


class Browser:
    def __enter__(self):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        to_browser, self.to_browser = os.pipe()
        self.from_browser, from_browser = os.pipe()
        # The browser reads its descriptor 3 and writes 4; the shell puts them there.
        command = ["sh", "-c", f'exec "$@" 3<&{to_browser} 4>&{from_browser}', "sh",
                   "chromium-headless-shell", *FLAGS, f"--user-data-dir={self.profile.name}"]
        self.process = subprocess.Popen(command, pass_fds=(to_browser, from_browser),
                                        stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.buffer = b""
        self.last_id = 0
        self.events = []
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.profile.cleanup()

    def _receive(self):
        while b"\0" not in self.buffer:
            piece = os.read(self.from_browser, 1 << 20)
            if not piece:
                raise RuntimeError("the browser is gone")
            self.buffer += piece
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, **params):
        self.last_id += 1
        message = {"id": self.last_id, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = self._receive()
            if answer.get("id") == self.last_id:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)
        raise RuntimeError(f"{method}: no answer")


class Page:
    """One tab, opened on a file, at the width of a phone or a desk."""

    def __init__(self, browser, path, width=1280, height=900, dark=False, script=True):
        self.browser = browser
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        browser.events.clear()
        self.call("Page.navigate", url="file://" + path)
        self.wait_for("Page.loadEventFired")
        self.call("Emulation.setScriptExecutionDisabled", value=False)  # for our own questions

    def call(self, method, **params):
        return self.browser.call(method, self.session, **params)

    def seen(self, method):
        return [event["params"] for event in self.browser.events
                if event.get("sessionId") == self.session and event["method"] == method]

    def wait_for(self, method):
        deadline = time.monotonic() + PATIENCE
        while not self.seen(method):
            if time.monotonic() > deadline:
                raise RuntimeError(f"no {method}")
            self.browser.events.append(self.browser._receive())

    def ask(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def click(self, selector):
        """With the mouse, in the middle of the element, as a user does."""
        self.ask(f"document.querySelector({selector!r}).scrollIntoView({{block: 'center'}})")
        x, y = self.ask(f"""(() => {{
            const box = document.querySelector({selector!r}).getClientRects()[0];
            return [box.x + Math.min(box.width / 2, 40), box.y + box.height / 2]; }})()""")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key):
        codes = {"Tab": 9, "Enter": 13, " ": 32}
        extra = {"text": "\r"} if key == "Enter" else {"text": " "} if key == " " else {}
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                      windowsVirtualKeyCode=codes[key], **(extra if kind == "keyDown" else {}))

    def type(self, text):
        self.call("Input.insertText", text=text)

    def settle(self):
        """Long enough for what waits a moment before it answers to a key."""
        self.ask("new Promise((done) => setTimeout(done, 150))")

    def complaints(self):
        out = [entry["entry"]["text"] for entry in self.seen("Log.entryAdded")]
        out += [str(call) for call in self.seen("Runtime.consoleAPICalled")]
        out += [str(thrown) for thrown in self.seen("Runtime.exceptionThrown")]
        out += ["a dialog" for _ in self.seen("Page.javascriptDialogOpening")]
        return out

    def requests(self):
        """What it asked for, but for what its own policy stopped before it was asked."""
        stopped = {failed["requestId"] for failed in self.seen("Network.loadingFailed")
                   if failed.get("blockedReason") == "csp"}
        return [request["request"]["url"] for request in self.seen("Network.requestWillBeSent")
                if request["requestId"] not in stopped]

    def picture(self, path, height):
        """The top of the page, as a window of that height would show it."""
        width = self.ask("innerWidth")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=width < 600)
        self.settle()
        data = self.call("Page.captureScreenshot")["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
