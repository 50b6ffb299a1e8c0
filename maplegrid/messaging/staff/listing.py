"""The list on somebody's screen: a burst of one kind within ten minutes is one line that opens to all of it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, IntegerField, Max, Q, QuerySet, Window
from django.db.models.functions import Cast, Extract, Floor, RowNumber

from maplegrid.messaging.actions.notices import ON_SCREEN
from maplegrid.messaging.models import Notice

WITHIN_S = 600
SHOWN = 3  # of a burst, before it is opened
SMALL = 5  # up to so many are no burst

Key = tuple[str, int]


@dataclass(frozen=True)
class Bundle:
    """Notices of one kind within the same ten minutes, the newest first; of a burst only a few stand here."""

    kind: str
    span: int
    count: int
    unread: int
    newest: datetime
    notices: tuple[Notice, ...]

    @property
    def more(self) -> int:
        """How many are not shown yet."""
        return self.count - len(self.notices)


def notices_of(
    person_id: int, *, kind: str = "", unread: bool = False, span: int | None = None
) -> QuerySet[Notice]:
    """What stands on this person's screen, with the ten minutes each belongs to as `span`."""
    mine = Notice.objects.filter(person_id=person_id, gateway=ON_SCREEN).exclude(state=Notice.State.WITHHELD)
    mine = mine.annotate(span=Cast(Floor(Extract("queued_at", "epoch") / WITHIN_S), IntegerField()))
    wanted = Q()
    if kind:
        wanted &= Q(kind=kind)
    if unread:
        wanted &= Q(read_at=None)
    if span is not None:
        wanted &= Q(span=span)
    return mine.filter(wanted)


def spans_of(notices: QuerySet[Notice]) -> QuerySet[Notice, dict[str, Any]]:
    """One row a kind and ten minutes, the newest first; to be paged."""
    rows = notices.values("kind", "span")  # type: ignore[misc]
    return rows.annotate(
        count=Count("pk"), unread=Count("pk", filter=Q(read_at=None)), newest=Max("queued_at"), last=Max("pk")
    ).order_by("-last")


def bundled(notices: QuerySet[Notice], rows: list[dict[str, Any]]) -> list[Bundle]:
    """The rows of one page with the notices that stand in them, in one query."""
    within = _some_of_each(notices, rows)
    return [
        Bundle(row["kind"], row["span"], row["count"], row["unread"], row["newest"], _shown(within, row)) for row in rows
    ]  # fmt: skip


def _shown(within: dict[Key, list[Notice]], row: dict[str, Any]) -> tuple[Notice, ...]:
    some = within[row["kind"], row["span"]]
    return tuple(some if row["count"] <= SMALL else some[:SHOWN])


def _some_of_each(notices: QuerySet[Notice], rows: list[dict[str, Any]]) -> dict[Key, list[Notice]]:
    found: dict[Key, list[Notice]] = defaultdict(list)
    if not rows:
        return found
    turn = Window(RowNumber(), partition_by=[F("kind"), F("span")], order_by=F("pk").desc())
    spans = [row["span"] for row in rows]
    near = notices.filter(Q(span__gte=min(spans)), Q(span__lte=max(spans)))
    some = near.annotate(turn=turn).filter(Q(turn__lte=SMALL))
    for notice in some.order_by("-pk"):
        found[notice.kind, notice.span].append(notice)  # type: ignore[attr-defined]
    return found
