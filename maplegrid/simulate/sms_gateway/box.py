"""What the gateway server took, and what becomes of it."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

DELIVERED, FAILED, WAITING = "delivered", "failed", "waiting"


@dataclass(frozen=True)
class Fault:
    """How one message fares. `lost`: no receipt by callback nor by asking; `silent`: none by callback only.

    `refused` is answered with this code and not taken; `cut` takes it and hangs up without an answer; `answer_s` is how
    long the answer takes.
    """

    outcome: str = DELIVERED
    delay_s: float = 0.0
    times: int = 1
    silent: bool = False
    lost: bool = False
    refused: str = ""
    cut: bool = False
    answer_s: float = 0.0


# By the last four digits of the number, as vendors' test numbers do.
BY_NUMBER: dict[str, Fault] = {
    "9001": Fault(outcome=FAILED),
    "9002": Fault(lost=True),
    "9003": Fault(times=2),
    "9004": Fault(delay_s=200),
    "9005": Fault(refused="isv.TEST_REFUSED"),
    "9006": Fault(cut=True),
    "9007": Fault(silent=True),
}


@dataclass
class Held:
    """One message taken."""

    vendor: str
    id: str
    reference: str
    number: str
    template: str
    blanks: list[str]
    fault: Fault
    text: str = ""
    clock: Callable[[], float] = time.time
    taken_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.taken_at = self.clock()

    @property
    def state(self) -> str:
        """What asking answers now."""
        due = self.clock() - self.taken_at >= self.fault.delay_s
        return self.fault.outcome if due and not self.fault.lost else WAITING

    @property
    def parts(self) -> int:
        return 1


class Box:
    """Messages in the order they came, and the faults of the next ones. Safe for many threads."""

    def __init__(self, usual: Fault | None = None) -> None:
        self.usual = usual or Fault()
        self.clock: Callable[[], float] = time.time
        self.plan: list[Fault] = []
        self.held: list[Held] = []
        self.refused: list[tuple[str, str]] = []
        self.nonces: set[str] = set()
        self._lock = threading.Lock()

    def fault_for(self, number: str) -> Fault:
        """The planned one, or the number's own, or the usual one."""
        with self._lock:
            if self.plan:
                return self.plan.pop(0)
        return BY_NUMBER.get(number[-4:], self.usual)

    def take(self, **known: object) -> Held:
        with self._lock:
            number = len(self.held) + 1
            held = Held(id=f"{known['vendor']}-{number}", clock=self.clock, **known)  # type: ignore[arg-type]
            self.held.append(held)
        return held

    def note_refusal(self, vendor: str, code: str) -> None:
        with self._lock:
            self.refused.append((vendor, code))

    def seen_before(self, nonce: str) -> bool:
        """A nonce is good once."""
        with self._lock:
            known = nonce in self.nonces
            self.nonces.add(nonce)
        return known

    def found(self, vendor: str, number: str) -> Iterator[Held]:
        return (held for held in list(self.held) if held.vendor == vendor and held.number == number)
