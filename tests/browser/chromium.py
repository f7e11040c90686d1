"""A headless Chromium that is told what to do through its DevTools protocol, and tells what became of it.

Nothing is waited for by the clock: the browser announces where it listens, and each page when it has been loaded.
"""

import itertools
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import websocket

NAMES = ("chromium", "chromium-browser", "google-chrome")
REQUIRED = os.environ.get("REQUIRE_BROWSER") == "1"
_LISTENS = "DevTools listening on "
_SECONDS = 60
"""After which a browser that says nothing is broken."""
_STAGE, _ASKED_FOR, _THROWN = "Page.lifecycleEvent", "Network.requestWillBeSent", "Runtime.exceptionThrown"
_SHOWS = """text => new Promise(done => {
  const look = () => document.body.innerText.includes(text) && (done(true), true);
  const anything = {childList: true, subtree: true, characterData: true, attributes: true};
  look() || new MutationObserver(look).observe(document.body, anything);
})"""
_LOGGED, _SAID = "Log.entryAdded", "Runtime.consoleAPICalled"


def program() -> str | None:
    """The first Chromium on PATH."""
    return next((found for name in NAMES if (found := shutil.which(name)) is not None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How somebody looks: the width in CSS pixels, and whether they prefer a dark page."""

    width: int = 1300
    dark: bool = False


@dataclass(slots=True)
class Page:
    """A page that has been loaded, as long as its browser shows it."""

    browser: "Chromium"
    session: str
    complaints: list[str] = field(default_factory=list)
    """What the console got as an error or warning, and what was thrown and not caught."""
    requests: list[str] = field(default_factory=list)
    loaded: set[str] = field(default_factory=set)
    """What has been loaded in its tab."""

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression; a promise is awaited."""
        told = self.browser.call(
            "Runtime.evaluate",
            {"expression": expression, "returnByValue": True, "awaitPromise": True},
            self.session,
        )
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def shows(self, text: str) -> bool:
        """Wait until a page that draws itself shows a text; one that never does takes the patience of the browser."""
        return bool(self.ask(f"({_SHOWS})({json.dumps(text)})"))

    def press(self, key: str) -> None:
        """A key by its name in JavaScript, such as `Tab`; a letter is typed."""
        kinds = ("keyDown", "keyUp") if len(key) > 1 else ("char",)
        for kind in kinds:
            text = {"text": key} if kind == "char" else {"key": key, "code": key, "windowsVirtualKeyCode": _CODES[key]}
            self.browser.call("Input.dispatchKeyEvent", {"type": kind, **text}, self.session)

    def picture(self) -> str:
        """The whole page as PNG, in base64."""
        how = {"format": "png", "captureBeyondViewport": True}
        return str(self.browser.call("Page.captureScreenshot", how, self.session)["data"])

    def note(self, event: Mapping[str, Any]) -> None:
        """Remember what an event tells about the page."""
        told = event["params"]
        if event["method"] == _STAGE and told["name"] == "load":
            self.loaded.add(told["loaderId"])
        elif event["method"] == _ASKED_FOR:
            self.requests.append(told["request"]["url"])
        elif event["method"] == _THROWN:
            self.complaints.append(json.dumps(told["exceptionDetails"]))
        elif event["method"] == _LOGGED and told["entry"]["level"] in ("error", "warning"):
            self.complaints.append(told["entry"]["text"])
        elif event["method"] == _SAID and told["type"] in ("error", "warning", "assert"):
            self.complaints.append(json.dumps(told["args"]))


_CODES = {"Tab": 9, "Enter": 13, "Escape": 27}


class Chromium:
    """One browser process; a context manager."""

    def __init__(self, found: str, folder: Path) -> None:
        self._process = subprocess.Popen(
            [found, *_options(folder), "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._numbers = itertools.count(1)
        self._listener: threading.Thread | None = None
        """It goes on talking, and would stop working if nobody listened."""
        self._page: Page | None = None
        try:
            self._wire = websocket.create_connection(
                self._address(), timeout=_SECONDS, suppress_origin=True, skip_utf8_validation=True
            )
        except BaseException:
            self._end()
            raise

    def __enter__(self) -> "Chromium":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _t: TracebackType | None
    ) -> None:
        self._wire.close()
        self._end()

    @contextmanager
    def visit(self, address: str, view: View) -> Iterator[Page]:
        """Open a page in a tab of its own, and wait until it has been loaded."""
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        self._page = page = Page(self, session)
        try:
            for command, details in _preparing(view):
                self.call(command, details, session)
            told = self.call("Page.navigate", {"url": address}, session)
            assert "errorText" not in told, f"{address}: {told['errorText']}"
            while told["loaderId"] not in page.loaded:  # the empty page of a new tab is loaded, too
                self._until(lambda message: message.get("method") == _STAGE)
            yield page
        finally:
            self._page = None
            self.call("Target.closeTarget", {"targetId": target})

    def call(self, method: str, details: Mapping[str, Any], session: str | None = None) -> Any:
        """Send one command and return its answer."""
        number = next(self._numbers)
        command = {"id": number, "method": method, "params": dict(details)}
        self._wire.send(json.dumps(command | ({"sessionId": session} if session else {})))
        answer = self._until(lambda message: message.get("id") == number)
        assert "error" not in answer, f"{method}: {answer['error']}"
        return answer["result"]

    def _until(self, wanted: Any) -> Any:
        while True:
            message = json.loads(self._wire.recv())
            if "method" in message and self._page is not None and message.get("sessionId") == self._page.session:
                self._page.note(message)
            if wanted(message):
                return message

    def _address(self) -> str:
        said = self._process.stderr
        assert said is not None
        for line in said:
            if line.startswith(_LISTENS):
                self._listener = threading.Thread(target=said.read, daemon=True)
                self._listener.start()
                return line.removeprefix(_LISTENS).strip()
        raise AssertionError("the browser ended before it listened")

    def _end(self) -> None:
        self._process.terminate()
        self._process.wait(_SECONDS)
        if self._listener is not None:
            self._listener.join()
        if self._process.stderr is not None:
            self._process.stderr.close()


def _options(folder: Path) -> Sequence[str]:
    """A profile of its own, nothing that calls home, and room for shared memory wherever it runs."""
    return [
        *("--headless=new", "--remote-debugging-port=0", f"--user-data-dir={folder}", "--no-first-run"),
        *("--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update"),
        *("--disable-sync", "--disable-default-apps", "--no-default-browser-check", "--hide-scrollbars"),
        "--no-sandbox",  # neither root nor most containers can have one, and the pages are ours
    ]


def _preparing(view: View) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield from ((f"{domain}.enable", {}) for domain in ("Page", "Runtime", "Log", "Network"))
    yield "Page.setLifecycleEventsEnabled", {"enabled": True}
    size = {"width": view.width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    yield "Emulation.setDeviceMetricsOverride", size
    scheme = {"name": "prefers-color-scheme", "value": "dark" if view.dark else "light"}
    yield "Emulation.setEmulatedMedia", {"features": [scheme]}
