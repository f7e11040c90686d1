"""A Jira of a test's own on the loopback interface, as far as gating asks one; it counts what it is asked."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

TOKEN = "t0ken-of-the-tracker"


@dataclass
class MadeUpJira:
    """`answers` has a status code and a body by issue.

    `together` waits until that many are asked at once, `held_back` until a test has had enough.
    """

    url: str = ""
    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    together: threading.Barrier | None = None
    held_back: threading.Event | None = None

    def status(self, issue: str, name: str, category: str = "") -> None:
        status: dict[str, Any] = {"name": name}
        if category:
            status["statusCategory"] = {"key": category}
        self.answers[issue] = (200, json.dumps({"key": issue, "fields": {"status": status}}))

    def answer(self, issue: str, authorization: str) -> tuple[int, str]:
        self.asked[issue] += 1
        if self.together is not None:
            self.together.wait(timeout=10)
        if self.held_back is not None:
            self.held_back.wait(timeout=10)
        if authorization != f"Bearer {TOKEN}":
            return 401, "{}"
        return self.answers.get(issue, (404, "{}"))


@contextmanager
def made_up_jira() -> Iterator[MadeUpJira]:
    jira = MadeUpJira()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            issue = path.removeprefix("/rest/api/2/issue/")
            code, body = (
                jira.answer(issue, self.headers.get("Authorization", "")) if issue != path else (404, "no Jira")
            )
            self.send_response(code)
            if code == 302:
                self.send_header("Location", "/login")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_arguments: Any) -> None:
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        jira.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield jira
        finally:
            server.shutdown()
