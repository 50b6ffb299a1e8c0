"""The server: one port; who is meant is told by the headers, as the vendors do."""

import json
import threading
import time
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from maplegrid.simulate.sms_gateway.aliyun import AliyunSide
from maplegrid.simulate.sms_gateway.box import Box, Held
from maplegrid.simulate.sms_gateway.call import Answer, Call
from maplegrid.simulate.sms_gateway.plain import PlainSide
from maplegrid.simulate.sms_gateway.tencent import TencentSide

Side = AliyunSide | TencentSide | PlainSide


class GatewayServer(ThreadingHTTPServer):
    """Listens on this machine only. `callback` is the site's address for receipts, without the gateway's name."""

    daemon_threads = True

    def __init__(
        self, sides: list[Side], *, callback: str = "", port: int = 0, box: Box | None = None
    ) -> None:
        super().__init__(("127.0.0.1", port), Desk)
        self.sides = {side.name: side for side in sides}
        self.callback, self.box = callback, box or Box()
        self.answers: list[int] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def run_aside(self) -> "GatewayServer":
        threading.Thread(target=self.serve_forever, args=[0.02], daemon=True).start()
        return self

    def send_receipts(self, held: Held) -> None:
        """As often as its fault says, after its delay; in a thread of its own."""
        fault = held.fault
        if self.callback and not fault.lost and not fault.silent:
            threading.Thread(target=self._send_receipts, args=[held], daemon=True).start()

    def _send_receipts(self, held: Held) -> None:
        time.sleep(held.fault.delay_s + 0.05)
        for _ in range(held.fault.times):
            self.answers.append(self.post_receipt(held))

    def post_receipt(self, held: Held) -> int:
        """The site's answer to one receipt."""
        side, where = self.sides[held.vendor], urlsplit(self.callback.replace("GATEWAY", held.vendor))
        body, headers = side.report(held), {"Content-Type": "application/json"}
        if isinstance(side, PlainSide):
            stamp = str(int(time.time()))
            headers |= {"MapleGrid-Timestamp": stamp, "MapleGrid-Signature": side.signature(stamp, body)}
        line = HTTPConnection(where.hostname or "", where.port, timeout=10)
        try:
            line.request("POST", where.path, body, headers)
            return line.getresponse().status
        except OSError:
            return 0
        finally:
            line.close()


class Desk(BaseHTTPRequestHandler):
    """One call."""

    server: GatewayServer

    def do_GET(self) -> None:
        """What came in, for whoever tries it by hand."""
        rows = [
            {"via": h.vendor, "id": h.id, "to": h.number, "template": h.template, "blanks": h.blanks, "state": h.state}
            for h in self.server.box.held
        ]  # fmt: skip
        self._say(Answer(200, {"messages": rows, "refused": self.server.box.refused}))

    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        side = self.server.sides.get(_meant(headers))
        if side is None:
            return self._say(Answer(404, {"code": "no such gateway"}))
        answer = side.handle(Call("POST", parts.path, parts.query, headers, body), self.server.box)
        time.sleep(answer.taken.fault.answer_s if answer.taken else 0)
        self._say(answer)
        if answer.taken:
            self.server.send_receipts(answer.taken)
        return None

    def _say(self, answer: Answer) -> None:
        if not answer.status:
            self.close_connection = True
            return
        body = json.dumps(answer.body, ensure_ascii=False).encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Quiet: an address may hold a number."""


def _meant(headers: dict[str, str]) -> str:
    if "x-acs-action" in headers:
        return "aliyun"
    return "tencent" if "x-tc-action" in headers else "http"
