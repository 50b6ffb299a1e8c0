"""The one interface of all gateways: what is sent, what they answer, what their receipts say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

DELIVERED, FAILED, WAITING = "delivered", "failed", "waiting"


@dataclass(frozen=True)
class Text:
    """One text message: `reference` is the attempt's number, `template` the vendor's, `blanks` in the wording's order."""

    reference: str
    number: str
    template: str
    body: str
    blanks: Mapping[str, str]
    sign: str = ""


@dataclass(frozen=True)
class Taken:
    """The gateway accepted it. `parts` as billed, 0 when it does not say."""

    external_id: str
    parts: int = 0


class Refused(Exception):
    """The message certainly did not leave: the gateway said no (its code), or could not be reached (`unreached`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code[:80]


class Unsure(Exception):
    """Nobody knows whether it left: the answer was lost. It is never sent again through the same gateway."""


UNREACHED = "unreached"


@dataclass(frozen=True)
class Receipt:
    """What became of one message. `external_id` or our `reference` names it; `number` is checked against the attempt's."""

    outcome: str
    at: datetime | None = None
    external_id: str = ""
    reference: str = ""
    number: str = ""
    code: str = ""
    source: str = "callback"


@dataclass(frozen=True)
class Asked:
    """What a gateway is asked about: its own id, to whom and when it was sent."""

    external_id: str
    reference: str
    number: str
    sent_at: datetime


@dataclass(frozen=True)
class Callback:
    """A receipt call as it came in: raw body, headers, and the secret of its address."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    token: str = ""


class NotGenuine(Exception):
    """The call cannot come from the gateway; nothing of it is believed."""


class Gateway(Protocol):
    """One vendor."""

    @property
    def name(self) -> str:
        """As MAPLEGRID_SMS names it."""

    @property
    def sign(self) -> str:
        """The registered sign, without 【】."""

    def missing(self) -> Sequence[str]:
        """Settings without which it cannot work."""

    def send(self, text: Text) -> Taken:
        """Hand over once. Raises Refused or Unsure; never retries by itself."""

    def ask(self, asked: Asked) -> Receipt:
        """What became of it, as far as the vendor knows. Raises Refused or Unsure."""

    def read(self, call: Callback) -> list[Receipt]:
        """Receipts of a verified call. Raises NotGenuine."""

    def answer(self) -> dict[str, Any]:
        """What the vendor wants to hear after its call."""
