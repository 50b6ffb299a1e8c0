"""A system that listens: a real HTTP server that checks signatures as docs/how-to/api.md tells it to, and that can be
slow, broken, or drip its answer a byte at a time."""

import hashlib
import hmac
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from maplegrid.accounts.scopes import Scope
from maplegrid.cases.actions.webhooks import Subscribed, queue_trial, subscribe
from maplegrid.cases.actions.webhooks.subscribing import EVENTS
from maplegrid.cases.models import Delivery
from tests.accounts.keys import a_key
from tests.cast import CAST, NOON, person

FRESH_S = 300


class Receiver(ThreadingHTTPServer):
    """`plan` holds the statuses of the next answers, then 200; `heard` what was accepted, by delivery id."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Listening)
        self.secret, self.clock, self.plan, self.delay_s, self.drip = "", NOON, [], 0.0, False
        self.checks = True
        self.heard: dict[str, dict[str, Any]] = {}
        self.calls: list[dict[str, str]] = []
        self.released = threading.Event()

    def url(self, scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.server_address[1]}/hook?from=maple"


class Listening(BaseHTTPRequestHandler):
    """One call."""

    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.calls.append({name.lower(): value for name, value in self.headers.items()})
        if self.server.drip:
            return self._drip()
        self.server.released.wait(self.server.delay_s)
        if self.server.checks and not self.is_genuine(body):
            return self._answer(401)
        if self.server.plan:
            return self._answer(self.server.plan.pop(0))
        self.server.heard[self.headers.get("MapleGrid-Delivery", "")] = json.loads(body)
        return self._answer(200)

    def is_genuine(self, body: bytes) -> bool:
        """The signature is ours and fresh."""
        stamp = self.headers["MapleGrid-Timestamp"]
        words = stamp.encode() + b"." + body
        right = hmac.new(self.server.secret.encode(), words, hashlib.sha256).hexdigest()
        fresh = abs(self.server.clock.timestamp() - int(stamp)) < FRESH_S
        return fresh and hmac.compare_digest(self.headers["MapleGrid-Signature"], f"v1={right}")

    def _answer(self, status: int) -> None:
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _drip(self) -> None:
        """A byte of the status line now and then: no single read is slow."""
        try:
            for byte in b"HTTP/1.1 200 " + b"O" * 1000:
                self.wfile.write(bytes([byte]))
                time.sleep(0.1)
        except OSError:
            return

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def receiving(certificate: Path | None = None) -> Iterator[Receiver]:
    """A running receiver, over TLS with a certificate file."""
    server = Receiver()
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        server.server_close()
        thread.join()


def subscribed(url: str, who: str = CAST.chief, events: tuple[str, ...] = EVENTS) -> Subscribed:
    """A webhook of a new key of somebody of the cast."""
    key = a_key(Scope.CASES_READ, Scope.WEBHOOKS_MANAGE, who=person(who)).key
    return subscribe(key=key, url=url, events=events, actor=f"key:{key.pk}", now=NOON)


def a_delivery() -> Delivery:
    """One that waits, to an address nobody calls."""
    return queue_trial(webhook=subscribed("https://hooks.example.org/x").webhook, now=NOON)
