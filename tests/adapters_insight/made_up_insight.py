"""A service that explains failures, on this machine: it keeps what it was sent and answers as a test says."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

EXPLANATION = "AI: the second disk was never mapped"
Answer = tuple[int, Any]


def explain(sent: dict[str, Any]) -> Answer:
    """As the service does: a text beside each failure, nothing else."""
    enriched = (
        sent["raw_xml"]
        .replace("</failure>", f"\n{EXPLANATION}</failure>")
        .replace("</error>", f"\n{EXPLANATION}</error>")
    )
    return 200, {"success": True, "enriched_xml": enriched}


@dataclass
class MadeUpInsight:
    url: str
    answer: Callable[[dict[str, Any]], Answer] = explain
    sent: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@contextmanager
def made_up_insight() -> Iterator[MadeUpInsight]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            insight.sent.append((self.path, body))
            code, told = insight.answer(body)
            data = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(code)
            if code in (301, 307):
                self.send_header("Location", f"{insight.url}/elsewhere")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Silent, too: a client may have gone before it was answered."""

    server = Server(("127.0.0.1", 0), Handler)
    insight = MadeUpInsight(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True).start()
    try:
        yield insight
    finally:
        server.shutdown()
        server.server_close()
