"""Speaks the protocol of docs/how-to/sms.md: `/send`, `/status`, receipts signed back with the same secret."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from maplegrid.simulate.sms_gateway.box import DELIVERED, Box, Held
from maplegrid.simulate.sms_gateway.call import Answer, BadCall, Call

FRESH_S = 300


@dataclass(frozen=True)
class PlainSide:
    """The secret both sides hold."""

    secret: str
    name: str = "http"

    def handle(self, call: Call, box: Box) -> Answer:
        try:
            self._verify(call)
            wish = json.loads(call.body)
            if call.path.endswith("/send"):
                return self._send(wish, box)
            return _status(wish, box)
        except BadCall as bad:
            box.note_refusal(self.name, bad.code)
            return Answer(401, {"code": bad.code})

    def _verify(self, call: Call) -> None:
        stamp = call.headers.get("maplegrid-timestamp", "")
        right = self.signature(stamp, call.body)
        if not hmac.compare_digest(call.headers.get("maplegrid-signature", ""), right):
            raise BadCall("bad_signature")
        if not stamp.isdigit() or abs(int(stamp) - time.time()) > FRESH_S:
            raise BadCall("stale")

    def signature(self, stamp: str, body: bytes) -> str:
        digest = hmac.new(self.secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
        return f"v1={digest.hexdigest()}"

    def _send(self, wish: dict[str, Any], box: Box) -> Answer:
        fault = box.fault_for(wish["to"])
        if fault.refused:
            box.note_refusal(self.name, fault.refused)
            return Answer(422, {"code": fault.refused})
        held = box.take(
            vendor=self.name, reference=wish["id"], number=wish["to"], template=wish["template"],
            blanks=list(wish["blanks"].values()), fault=fault, text=wish["text"],
        )  # fmt: skip
        return Answer(0 if fault.cut else 202, {"id": held.id, "parts": held.parts}, held)

    def report(self, held: Held) -> bytes:
        """One receipt."""
        row = {"id": held.id, "reference": held.reference, "to": held.number, **_state(held)}
        return json.dumps([row | {"state": held.fault.outcome}]).encode()


def _state(held: Held) -> dict[str, str]:
    at = datetime.fromtimestamp(held.taken_at + held.fault.delay_s, UTC).isoformat()
    return {"state": held.state, "at": at, "code": "" if held.fault.outcome == DELIVERED else "UNDELIV"}


def _status(wish: dict[str, Any], box: Box) -> Answer:
    for held in list(box.held):
        if held.vendor == "http" and (held.id == wish["id"] or held.reference == wish["reference"]):
            return Answer(200, _state(held))
    return Answer(200, {"state": "waiting"})
