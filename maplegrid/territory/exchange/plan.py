"""What the import of one file would do, ready to be written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from maplegrid.rules.access import Actor


@dataclass(frozen=True)
class Context:
    """Who imports what, when, from which file."""

    actor: Actor
    now: datetime
    source: str

    @property
    def today(self) -> date:
        return self.now.date()


def _nothing() -> None:
    """For a plan that may not be written."""


@dataclass
class Plan:
    """Counts of rows that would be new, changed or the same, and the writing itself (only when nothing is wrong)."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    write: Callable[[], None] = field(default=_nothing)

    def count(self, is_new: bool, is_changed: bool) -> None:
        if is_new:
            self.new += 1
        elif is_changed:
            self.changed += 1
        else:
            self.unchanged += 1
