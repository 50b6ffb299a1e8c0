"""How long what people sent is kept, and what stands against erasing it earlier or at all.

A limit that has run out erases by itself (个人信息保护法 Art. 47, 网络数据安全管理条例 Art. 24): the words, contacts,
place and photos go; number, type, sub-grid, times and ratings stay as statistics that name nobody. Days are defaults
of the district's owner (domain reference, section 10).
"""

import csv
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files

from maplegrid.rules.lifecycle import OPEN, Status
from maplegrid.rules.vocabulary import N_, Refusal

# GB/T 35273-2020, 8.7: requests of the person concerned are answered within thirty days.
ANSWER_WITHIN = timedelta(days=30)
BACKUPS_KEPT = timedelta(
    days=90
)  # [D]; older backups are destroyed, so what was erased is gone from them too


class What(StrEnum):
    """What an erasure takes."""

    PHOTOS = "photos"
    WORDS = "words"


@dataclass(frozen=True)
class RetentionRule:
    """`days` after the case has ended in one of `statuses`, `what` is erased. `basis` is its legal ground."""

    code: str
    what: What
    days: int
    statuses: tuple[Status, ...]
    basis: str

    def ended_before(self, now: datetime) -> datetime:
        """Cases that ended at this moment or before have run out."""
        return now - timedelta(days=self.days)


@cache
def retention_rules() -> tuple[RetentionRule, ...]:
    """The district's rules, from data/retention.csv."""
    text = (files("maplegrid.rules") / "data" / "retention.csv").read_text(encoding="utf-8")
    return tuple(_rule(row) for row in csv.DictReader(text.splitlines()))


def _rule(row: dict[str, str]) -> RetentionRule:
    statuses = tuple(Status(word) for word in row["statuses"].split())
    return RetentionRule(row["code"], What(row["what"]), int(row["days"]), statuses, row["basis"])


def why_kept(status: Status, *, preserved: bool, disputed: bool) -> Refusal | None:
    """Why this case's contents may not go now: still open, kept as evidence, or an order about it not closed."""
    if status in OPEN:
        return Refusal("open", N_("这件事还在办，办结以后才能删"))
    if disputed:
        return Refusal("order_open", N_("发令单还在走，先等它办结或者撤销"))
    if preserved:
        return Refusal("preserved", N_("这件事作为证据保全，解除以后才能删"))
    return None


class RequestKind(StrEnum):
    """What people may ask about their own data (个人信息保护法 Art. 45–47)."""

    CORRECTION = "correction"
    ERASURE = "erasure"


class RequestState(StrEnum):
    """Where such a request stands."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


REQUEST_KIND_NAMES = {RequestKind.CORRECTION: N_("更正"), RequestKind.ERASURE: N_("删除")}
REQUEST_STATE_NAMES = {
    RequestState.OPEN: N_("等决定"),
    RequestState.GRANTED: N_("已办"),
    RequestState.REFUSED: N_("没有同意"),
}
