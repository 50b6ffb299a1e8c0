"""One call to the gateway server as it came in, and what is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from maplegrid.simulate.sms_gateway.box import Held


@dataclass(frozen=True)
class Call:
    """`headers` with lower-case names; `query` as it stood in the address."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """`status` 0 hangs up without a word; `taken` gets its receipts afterwards."""

    status: int
    body: dict[str, Any] = field(default_factory=dict)
    taken: Held | None = None


class BadCall(Exception):
    """Not as documented; `code` is the vendor's own."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
