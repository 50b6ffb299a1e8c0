"""Any other gateway over HTTP: the protocol of docs/how-to/sms.md, signed both ways with HMAC-SHA256.

`POST endpoint/send` {id, to, template, text, blanks} → {id, parts} (202) or {code} (4xx); `POST endpoint/status`
{id, reference} → {state, at, code}. Every call, theirs too, carries `MapleGrid-Timestamp` (Unix seconds) and
`MapleGrid-Signature: v1=` the HMAC over timestamp, a full stop and the body.
"""

import hashlib
import hmac
import http.client
import json
import ssl
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from maplegrid.messaging.sms.gateway import (
    DELIVERED,
    FAILED,
    UNREACHED,
    WAITING,
    Asked,
    Callback,
    NotGenuine,
    Receipt,
    Refused,
    Taken,
    Text,
    Unsure,
)
from maplegrid.messaging.sms.reading import listed

PATIENCE_S, STALE_S = 8, 300
STAMP, SIGNATURE = "MapleGrid-Timestamp", "MapleGrid-Signature"
OUTCOMES = frozenset({DELIVERED, FAILED})
LONGEST_ANSWER = 64 * 1024


def signature(secret: str, stamp: str, body: bytes) -> str:
    """As in docs/how-to/sms.md."""
    return "v1=" + hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Plain:
    """`endpoint` is https://… (http:// only for a gateway server on this machine)."""

    secret: str = field(repr=False)
    endpoint: str
    sign: str
    token: str = field(default="", repr=False)
    name: str = "http"

    def missing(self) -> Sequence[str]:
        needed = {"SECRET_FILE": self.secret, "ENDPOINT": self.endpoint}
        return [f"MAPLEGRID_SMS_HTTP_{name}" for name, value in needed.items() if not value]

    def send(self, text: Text) -> Taken:
        status, said = self._call("send", {
            "id": text.reference, "to": text.number, "template": text.template, "text": text.body,
            "blanks": dict(text.blanks),
        })  # fmt: skip
        if 400 <= status < 500:
            raise Refused(str(said.get("code", status)))
        if status not in (200, 202) or not said.get("id"):
            raise Unsure(str(status))
        return Taken(str(said["id"])[:80], int(said.get("parts") or 0))

    def ask(self, asked: Asked) -> Receipt:
        status, said = self._call("status", {"id": asked.external_id, "reference": asked.reference})
        if status != 200:
            raise Refused(str(status))
        return _read(said | {"reference": asked.reference, "id": asked.external_id}, source="asked")

    def read(self, call: Callback) -> list[Receipt]:
        headers = {name.lower(): value for name, value in call.headers.items()}
        stamp, shown = headers.get(STAMP.lower(), ""), headers.get(SIGNATURE.lower(), "")
        good = self.secret and hmac.compare_digest(
            shown.encode(), signature(self.secret, stamp, call.body).encode()
        )
        if not good or not stamp.isdigit() or abs(int(stamp) - time.time()) > STALE_S:
            raise NotGenuine
        return [_read(row) for row in listed(call.body)]

    def answer(self) -> dict[str, Any]:
        return {"ok": True}

    def _call(self, what: str, words: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        body, stamp = json.dumps(words, ensure_ascii=False).encode(), str(int(time.time()))
        headers = {"Content-Type": "application/json", STAMP: stamp}
        headers[SIGNATURE] = signature(self.secret, stamp, body)
        with closing(self._line()) as line:
            try:
                line.connect()
            except (OSError, http.client.HTTPException):
                raise Refused(UNREACHED) from None
            try:
                line.request("POST", f"{urlsplit(self.endpoint).path.rstrip('/')}/{what}", body, headers)
                answer = line.getresponse()
                return answer.status, _object(answer.read(LONGEST_ANSWER))
            except (OSError, http.client.HTTPException, ValueError):
                raise Unsure("call") from None

    def _line(self) -> http.client.HTTPConnection:
        where = urlsplit(self.endpoint)
        host = where.hostname or ""
        if where.scheme == "http":
            return http.client.HTTPConnection(host, where.port, timeout=PATIENCE_S)
        return http.client.HTTPSConnection(
            host, where.port, timeout=PATIENCE_S, context=ssl.create_default_context()
        )


def _object(body: bytes) -> dict[str, Any]:
    said = json.loads(body)
    if not isinstance(said, dict):
        raise ValueError("no object")
    return said


def _read(row: dict[str, Any], source: str = "callback") -> Receipt:
    outcome = str(row.get("state"))
    return Receipt(
        outcome if outcome in OUTCOMES else WAITING,
        _moment(row.get("at")),
        str(row.get("id", "")),
        str(row.get("reference", "")),
        str(row.get("to", "")),
        str(row.get("code", "")),
        source,
    )


def _moment(words: Any) -> datetime | None:
    """An ISO moment with its offset; None for anything else."""
    try:
        at = datetime.fromisoformat(str(words))
    except ValueError:
        return None
    return at if at.tzinfo else None
